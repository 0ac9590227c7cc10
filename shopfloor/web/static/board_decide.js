// @ts-check
/** Decisions: one form for each kind of event, built from what the event's own schema asks for. */

import { ask } from "./api.js";
import { h, fill } from "./dom.js";
import { decided } from "./decided.js";
import { choiceWords, decisionWords, fieldWords } from "./board_words.js";
import { page } from "./page.js";
import { t } from "./words.js";

/** @typedef {{name: string, kind: string, required?: boolean, choices?: string[], least?: number, most?: number}} Field */
/** @typedef {{kind: string, known: Record<string, string>}} Decision */
/** @typedef {{box: import("./outbox.js").Outbox}} Decider */

const FEN_A_YUAN = 100;

/**
 * A button for each; its form opens below it.
 * @param {Decision[]} decisions
 * @param {Decider} decider
 * @returns {HTMLElement[]}
 */
export function decisionButtons(decisions, decider) {
  return decisions.map((decision) => {
    const place = h("div", { class: "decision-form" });
    const button = h("button", { type: "button", class: "small", "aria-expanded": "false", onclick: toggle }, decisionWords(decision.kind));
    function toggle() {
      const isOpen = place.firstChild !== null;
      button.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) fill(place);
      else void openForm(place, decision, decider);
    }
    return h("div", { class: "decision" }, button, place);
  });
}

/**
 * @param {Element} place
 * @param {Decision} decision
 * @param {Decider} decider
 */
async function openForm(place, decision, decider) {
  /** @type {{fields: Field[], after_pin: boolean}} */
  const form = page.data.forms[decision.kind];
  const answer = form.after_pin ? await ask("GET", "/session/pin") : null;
  const needsPin = answer !== null && !(answer.status === 200 && answer.body.lasts_ms > 0);
  const told = h("p", { class: "answer", role: "status" });
  const inputs = form.fields.filter((field) => !(field.name in decision.known)).map((field) => input(field, decision.kind));
  const pin = h("input", { type: "password", inputmode: "numeric", autocomplete: "current-password", required: true, name: "pin" });
  const send = h("button", { class: "go small" }, decisionWords(decision.kind));
  const element = h(
    "form",
    { onsubmit: submit },
    known(decision).map(([name, value]) => h("p", {}, h("span", { class: "soft" }, `${fieldWords(name, decision.kind)} `), h("strong", {}, choiceWords(name, value)))),
    inputs.map((each) => each.element),
    needsPin && h("label", {}, t("Your PIN again"), pin),
    send,
    told,
  );
  fill(place, element);
  (inputs[0]?.element.querySelector("input, select, textarea") ?? (needsPin ? pin : send)).focus();

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    send.disabled = true;
    const words = await say();
    send.disabled = words.isGood;
    fill(told, words.text);
    told.className = `answer said ${words.isGood ? "good" : "bad"}`;
  }

  async function say() {
    if (needsPin && pin.isConnected) {
      const given = await ask("POST", "/session/pin", { pin: pin.value });
      if (given.status !== 200) return { isGood: false, text: given.body?.words ?? t("No answer. Try again.") };
      pin.parentElement?.remove();
    }
    const body = { kind: decision.kind, ...decision.known, ...Object.fromEntries(inputs.flatMap((each) => each.value())) };
    return decided(decider.box, decision.kind, body);
  }
}

/** @param {Decision} decision */
function known(decision) {
  return Object.entries(decision.known);
}

/**
 * @param {Field} field
 * @param {string} kind
 * @returns {{element: HTMLElement, value: () => [string, unknown][]}}
 */
function input(field, kind) {
  const words = fieldWords(field.name, kind);
  const control = controlOf(field);
  const element = field.kind === "yes" ? yesOrNo(field, words) : h("label", {}, words, control);
  return { element, value };

  /** @returns {[string, unknown][]} */
  function value() {
    if (field.kind === "yes") return [[field.name, element.querySelector("input:checked")?.value === "yes"]];
    if (control.value === "" && !field.required) return [];
    if (field.kind === "money") return [[field.name, Math.round(Number(control.value) * FEN_A_YUAN)]];
    return [[field.name, field.kind === "number" ? Number(control.value) : control.value]];
  }
}

/** @param {Field} field */
function controlOf(field) {
  const required = field.required === true && (field.least ?? 0) > 0;
  if (field.kind === "choice") {
    return h("select", { name: field.name, required: field.required === true }, h("option", { value: "" }, "–"), (field.choices ?? []).map((each) => h("option", { value: each }, choiceWords(field.name, each))));
  }
  if (field.kind === "person") {
    return h("select", { name: field.name, required: true }, h("option", { value: "" }, "–"), Object.entries(page.data.people).map(([badge, name]) => h("option", { value: badge }, `${name} · ${badge}`)));
  }
  if (field.kind === "long") return h("textarea", { name: field.name, rows: 2, required, minlength: field.least || null, maxlength: field.most || null });
  if (field.kind === "money") return h("input", { name: field.name, type: "number", min: "0", step: "0.01", inputmode: "decimal", required: field.required === true });
  if (field.kind === "number") return h("input", { name: field.name, type: "number", step: "1", inputmode: "numeric", required: field.required === true });
  return h("input", { name: field.name, required, maxlength: field.most || null, autocomplete: "off" });
}

/**
 * @param {Field} field
 * @param {string} words
 */
function yesOrNo(field, words) {
  const choice = (/** @type {string} */ value, /** @type {string} */ text) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name: field.name, value, required: true }), text);
  return h("fieldset", {}, h("legend", {}, words), choice("yes", t("yes")), choice("no", t("no")));
}
