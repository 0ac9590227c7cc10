// @ts-check
/** The white box between signatures: how it broke, how far the repair is, what it costs and why. */

import { h } from "./dom.js";
import { page } from "./page.js";
import { clock, label, money, t } from "./words.js";

/** @typedef {{at: number, kind: string, msgid: string, values: Record<string, string>}} Step */
/** @typedef {{line: number, fault: string, service: string, price_fen: number, part_fen: number, labour_fen: number, rule: number, available: boolean}} Line */
/** @typedef {{lines: Line[], signed: boolean, total_fen: number | null, cap_fen: number | null, paid_fen: number, owed_fen: number | null}} Cost */
/**
 * @typedef {object} Box
 * @property {string} repair
 * @property {string} number
 * @property {string} language
 * @property {string} stage
 * @property {[string, string][]} road
 * @property {string} model
 * @property {[string, string][]} causes
 * @property {Step[]} steps
 * @property {Cost} cost
 * @property {[number, number] | null} promised
 */

/** @param {string} code */
function fault(code) {
  return page.data.faults[page.me.language]?.[code] ?? code;
}

/**
 * Nobody's phone is here.
 * @param {{code: string, said: string}[]} greeting in each language
 * @param {string} note
 */
export function emptyBox(greeting, note) {
  return h("section", { class: "empty" },
    note ? h("p", { class: "said warn", role: "alert" }, note) : null,
    page.data.desk ? h("p", { class: "desk-sign number", "aria-hidden": "true" }, page.data.desk) : null,
    greeting.map(({ code, said }) => h("p", { lang: code, class: "greeting" }, said)));
}

/**
 * @param {Box} box
 * @param {string} note
 */
export function boxOf(box, note) {
  return h("section", { class: "box" },
    note ? h("p", { class: "said warn", role: "alert" }, note) : null,
    h("div", { class: "headline" },
      h("p", { class: "soft" }, [box.number, box.model].filter(Boolean).join(" · ")),
      h("h2", {}, label("repair_for_customer", box.stage)),
      box.promised ? h("p", { class: "promised" }, h("span", {}, t("We plan to be ready between")), " ",
        h("b", { class: "number" }, `${clock(box.promised[0])} – ${clock(box.promised[1])}`)) : null,
      roadOf(box.road)),
    h("div", { class: "cards" },
      h("section", { class: "card" }, h("h3", {}, t("How it broke")), causesOf(box.causes)),
      h("section", { class: "card" }, h("h3", {}, t("How it is repaired")), stepsOf(box.steps)),
      h("section", { class: "card" }, h("h3", {}, t("What it costs")), costOf(box.cost))));
}

/** @param {[string, string][]} road */
function roadOf(road) {
  /** @type {Record<string, string>} */
  const names = { waiting: t("Waiting"), diagnosis: t("Diagnosis"), repair: t("Repair"), check: t("Check"), ready: t("Ready") };
  return road.length === 0 ? null : h("ol", { class: "road" },
    road.map(([stop, how]) => h("li", { "data-how": how, "aria-current": how === "now" ? "step" : null }, names[stop] ?? stop)));
}

/** @param {[string, string][]} causes */
function causesOf(causes) {
  if (causes.length === 0) return h("p", { class: "soft" }, t("We have not found the cause yet."));
  return causes.map(([code, cause]) => h("p", {}, h("b", {}, fault(code)), cause ? h("span", { class: "cause" }, cause) : null));
}

/** @param {Step[]} steps */
function stepsOf(steps) {
  if (steps.length === 0) return h("p", { class: "soft" }, t("Nothing yet."));
  return h("ol", { class: "steps" },
    steps.map((step) => h("li", {}, h("span", { class: "number soft" }, clock(step.at)), h("span", {}, sentence(step)))));
}

/** @param {Step} step */
function sentence(step) {
  const said = page.data.steps[page.me.language]?.[step.msgid] ?? step.msgid;
  return said.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => {
    const value = step.values[name] ?? whole;
    if (name.endsWith("_fault")) return fault(value);
    return name.endsWith("_at") && Number(value) ? new Date(Number(value)).toLocaleDateString(page.me.language) : value;
  });
}

/** @param {Cost} cost */
function costOf(cost) {
  if (cost.lines.length === 0) return h("p", { class: "soft" }, t("There is no price yet. Nothing is charged before you have signed."));
  return [
    h("ul", { class: "lines" }, cost.lines.map(lineOf)),
    h("dl", {},
      row(cost.signed ? t("Total, signed by you") : t("Total of the offer"), cost.total_fen),
      row(t("Never more than, without a new signature"), cost.cap_fen || null),
      row(t("Paid"), cost.paid_fen || null),
      row(t("Still to pay"), cost.owed_fen || null)),
  ];
}

/** @param {Line} line */
function lineOf(line) {
  const service = label("service", line.service);
  const late = line.available ? "" : ` · ${t("the part has to be ordered")}`;
  return h("li", {},
    h("span", {}, h("b", {}, line.fault ? `${fault(line.fault)} · ${service}` : service),
      h("small", { class: "soft" }, label("rule_for_customer", String(line.rule)) + late)),
    h("b", { class: "number" }, money(line.price_fen)));
}

/**
 * @param {string} name
 * @param {number | null} fen
 */
function row(name, fen) {
  return fen === null ? null : h("div", {}, h("dt", {}, name), h("dd", { class: "number" }, money(fen)));
}
