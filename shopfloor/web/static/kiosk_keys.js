// @ts-check
/** Keys on the screen for a machine that has none, beside a field that a keyboard or a scanner types into, too. */

import { h } from "./dom.js";
import { t } from "./words.js";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LETTERS = ["A", "B", "C", "D"];

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} hint an example
 */

/**
 * Fields with their keys. What is typed goes into the field that was used last.
 * @param {Field[]} fields
 * @param {{letters?: boolean, go: string, onsend: (typed: Record<string, string>) => void}} settings
 * @returns {HTMLFormElement}
 */
export function keyed(fields, { letters = false, go, onsend }) {
  const inputs = fields.map((field) =>
    h("input", {
      id: `typed-${field.name}`, name: field.name, type: "text", inputmode: "none", autocomplete: "off", autocapitalize: "off",
      spellcheck: "false", maxlength: "200", placeholder: field.hint, onfocus: (/** @type {any} */ event) => (used = event.target),
    }),
  );
  /** @type {HTMLInputElement} */
  let used = inputs[0];
  const press = (/** @type {string} */ sign) => {
    used.value += sign;
    used.focus();
  };
  const erase = () => {
    used.value = used.value.slice(0, -1);
    used.focus();
  };
  const key = (/** @type {string} */ sign) => h("button", { type: "button", onclick: () => press(sign) }, sign);
  return h(
    "form",
    {
      class: "keyed",
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        onsend(Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()])));
      },
    },
    h("div", { class: "fields" }, fields.map((field, place) =>
      h("div", {}, h("label", { for: `typed-${field.name}` }, field.label), inputs[place]))),
    h("div", { class: "keys" },
      letters ? h("div", { class: "letters" }, LETTERS.map(key)) : null,
      DIGITS.map(key),
      h("button", { type: "button", class: "erase", onclick: erase, "aria-label": t("Erase the last sign") }, "⌫"),
      key("0"),
      h("button", { type: "submit", class: "go" }, go)),
  );
}

/**
 * What a scanner reads off a ticket, or nothing.
 * @param {string} typed
 */
export function linkIn(typed) {
  return typed.includes("/track/") ? typed : "";
}

/**
 * The digits of an id that is printed with its letter: ``T12``, ``R7``.
 * @param {string} letter
 * @param {string} typed
 */
export function idIn(letter, typed) {
  const digits = typed.replace(/\D/g, "").replace(/^0+/, "");
  return digits ? `${letter}${digits}` : "";
}
