// @ts-check
/** The fields of a form, one function a kind: an element, what it says, and what a scan does to it. */

import { h, set } from "./dom.js";
import { page } from "./page.js";
import { label, t } from "./words.js";

/** @typedef {import("./handheld_deeds.js").Field} Field */
/**
 * @typedef {object} Filler
 * @property {any} element
 * @property {() => Record<string, any> | string} value what it says of the event, or a sentence on what is missing
 * @property {(code: string) => boolean} [scan] whether the code was for this field
 */
/** @typedef {{model: string, faults: string[], now: () => number, start: (name: string) => any}} About */

const DAY_MS = 86_400_000;
const IMEI = /^[0-9]{15}$/;
const ID = /^[A-Za-z0-9_./:#-]+$/;
const LOCKER = "locker/";

/**
 * @param {Field} field
 * @param {About} about
 * @returns {Filler}
 */
export function fillerOf(field, about) {
  const make = MAKERS[field.what];
  if (make === undefined) throw new Error(`no field for ${field.what}`);
  return make(field, about);
}

/** @param {Field} field */
function missing(field) {
  return t("Missing: {field}", { field: field.words });
}

/**
 * @param {Field} field
 * @param {any} input
 */
function labelled(field, input) {
  return h("label", { class: "field" }, h("span", {}, field.words), field.hint ? h("small", { class: "soft" }, field.hint) : null, input);
}

/**
 * @param {Field} field
 * @param {...any} content
 */
function group(field, ...content) {
  return h("fieldset", { class: "field" }, h("legend", {}, field.words), field.hint ? h("small", { class: "soft" }, field.hint) : null, ...content);
}

/**
 * @param {"radio" | "checkbox"} type
 * @param {string} name
 * @param {string | number} value
 * @param {string} words
 * @param {boolean} checked
 */
function option(type, name, value, words, checked) {
  const input = h("input", { type, name, value });
  input.checked = checked;
  return h("label", { class: "option" }, input, h("span", {}, words));
}

/**
 * @param {any} element
 * @returns {string[]}
 */
function checkedIn(element) {
  return [...element.querySelectorAll("input:checked")].map((input) => input.value);
}

/** @type {(field: Field, about: About) => Filler} */
function text(field, about) {
  const input = h("textarea", { rows: 2, maxlength: 500 });
  input.value = about.start(field.name) ?? "";
  return {
    element: labelled(field, input),
    value: () => {
      const words = input.value.trim();
      if (!words && !field.optional) return missing(field);
      if (words && field.least && words.length < field.least) return t("{field}: at least {n} characters", { field: field.words, n: field.least });
      return words ? { [field.name]: words } : {};
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function code(field, about) {
  const input = h("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: 64 });
  input.value = about.start(field.name) ?? "";
  return {
    element: labelled(field, input),
    value: () => {
      const words = input.value.trim();
      if (!words) return field.optional ? {} : missing(field);
      return ID.test(words) ? { [field.name]: words } : t("{field}: only letters, digits and . / : # - _", { field: field.words });
    },
    scan: (scanned) => {
      if (input.value) return false;
      input.value = scanned;
      return true;
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function codes(field, about) {
  const input = h("textarea", { rows: 3, autocapitalize: "off", spellcheck: "false" });
  input.value = (about.start(field.name) ?? []).join("\n");
  const found = () => [...new Set(String(input.value).split(/\s+/).filter(Boolean))];
  return {
    element: labelled(field, input),
    value: () => {
      const wrong = found().find((one) => !ID.test(one));
      if (wrong) return t("This is no code: {code}", { code: wrong });
      return found().length || field.optional ? { [field.name]: found() } : missing(field);
    },
    scan: (scanned) => {
      input.value = [...found(), scanned].join("\n");
      return true;
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function number(field, about) {
  const least = field.least ?? 0;
  const input = h("input", { type: "number", inputmode: "numeric", min: least, max: field.most });
  input.value = String(about.start(field.name) ?? field.start ?? least);
  const step = (/** @type {number} */ by) => () => {
    input.value = String(Math.max(0, Math.min(field.most ?? 1e6, Number(input.value) + by)));
  };
  const minus = h("button", { type: "button", onclick: step(-1), "aria-label": t("One less") }, "−");
  const plus = h("button", { type: "button", onclick: step(1), "aria-label": t("One more") }, "+");
  return {
    element: labelled(field, h("span", { class: "stepper" }, minus, input, plus)),
    value: () => {
      const n = Number(input.value);
      if (!Number.isInteger(n) || input.value === "") return missing(field);
      if (n < least) return t("{field}: at least {n}", { field: field.words, n: least });
      if (field.most && n > field.most) return t("{field}: at most {n}", { field: field.words, n: field.most });
      return { [field.name]: n };
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function days(field, about) {
  const inner = number(field, about);
  return {
    element: inner.element,
    value: () => {
      const said = inner.value();
      return typeof said === "string" ? said : { [field.name]: Math.round(about.now() + said[field.name] * DAY_MS) };
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function check(field, about) {
  const element = option("checkbox", field.name, "yes", field.words, Boolean(about.start(field.name) ?? field.start));
  return { element, value: () => ({ [field.name]: checkedIn(element).length === 1 }) };
}

/** @type {(field: Field, about: About) => Filler} */
function choice(field, about) {
  const start = about.start(field.name);
  const choices = field.choices ?? [];
  const element = group(field, choices.map(([value, words]) => option("radio", field.name, value, words, value === start)));
  return {
    element,
    value: () => {
      const [said] = checkedIn(element);
      const found = choices.find(([value]) => String(value) === said);
      return found ? { [field.name]: found[0] } : missing(field);
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function picks(field, about) {
  const start = about.start(field.name) ?? [];
  const choices = field.choices ?? [];
  const element = group(field, choices.map(([value, words]) => option("checkbox", field.name, value, words, start.includes(value))));
  return {
    element,
    value: () => {
      const said = checkedIn(element);
      return { [field.name]: choices.map(([value]) => value).filter((value) => said.includes(String(value))) };
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function tally(field, about) {
  const element = group(field, (field.choices ?? []).map(([value, words]) => option("checkbox", field.name, value, words, false)));
  const all = h("button", { type: "button" }, t("All of them"));
  all.onclick = () => element.querySelectorAll("input").forEach((/** @type {HTMLInputElement} */ input) => (input.checked = true));
  element.append(all);
  return {
    element,
    value: () => {
      const n = checkedIn(element).length;
      return n >= (field.least ?? 0) ? { [field.name]: n } : t("{field}: at least {n}", { field: field.words, n: field.least ?? 0 });
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function locker(field, about) {
  const inner = number({ ...field, least: 1, most: page.data.lockers, start: 1 }, about);
  return {
    element: inner.element,
    value: () => {
      const said = inner.value();
      return typeof said === "string" ? said : { [field.name]: `${LOCKER}${said[field.name]}` };
    },
    scan: (scanned) => {
      if (!scanned.startsWith(LOCKER)) return false;
      inner.element.querySelector("input").value = scanned.slice(LOCKER.length);
      return true;
    },
  };
}

/**
 * @param {Field} field
 * @param {[string, string][]} rows
 * @param {string} start
 */
function select(field, rows, start) {
  const input = h("select", {}, h("option", { value: "" }, "–"), rows.map(([value, words]) => h("option", { value }, words)));
  input.value = start;
  return {
    element: labelled(field, input),
    value: () => (input.value ? { [field.name]: input.value } : missing(field)),
  };
}

/** @type {(field: Field, about: About) => Filler} */
function model(field, about) {
  return select(field, Object.entries(page.data.models), about.start(field.name) ?? about.model);
}

/** @type {(field: Field, about: About) => Filler} */
function fault(field, about) {
  const faults = Object.keys(page.data.rows[about.model] ?? {});
  return choice({ ...field, choices: faults.map((name) => [name, label("fault", name)]) }, about);
}

/** @type {(field: Field, about: About) => Filler} */
function imei(field, about) {
  let isRead = false;
  const input = h("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 15 });
  const why = h("input", { type: "text", maxlength: 500 });
  const typed = h("label", { class: "field" }, h("span", {}, t("Why it was typed, not read")), why);
  input.value = about.start(field.name) ?? "";
  const show = () => set(typed, { hidden: isRead || !input.value });
  input.oninput = () => {
    isRead = false;
    show();
  };
  show();
  return {
    element: h("div", { class: "field" }, labelled(field, input), typed),
    value: () => {
      if (!IMEI.test(input.value)) return t("The IMEI has 15 digits.");
      const reason = why.value.trim();
      if (!isRead && !reason) return t("Scan the IMEI, or say why it was typed.");
      return { imei: input.value, imei_read: isRead, ...(isRead ? {} : { imei_reason: reason }) };
    },
    scan: (scanned) => {
      if (!IMEI.test(scanned)) return false;
      input.value = scanned;
      isRead = true;
      show();
      return true;
    },
  };
}

/** @type {(field: Field, about: About) => Filler} */
function lines(field, about) {
  /** @type {[string, string][]} fault → SKU */
  const rows = Object.entries(page.data.rows[about.model] ?? {});
  const known = new Set((about.start(field.name) ?? []).map((/** @type {any} */ line) => line.fault).concat(about.faults));
  const repairs = rows.map(([name, sku]) => option("checkbox", "repair", name, `${label("fault", name)}${sku ? ` · ${sku}` : ""}`, known.has(name)));
  const services = page.data.services.map((/** @type {string} */ name) => option("checkbox", "service", name, label("service", name), false));
  const keeps = option("checkbox", "keeps", "yes", t("The customer keeps the old parts"), false);
  const element = group(field, repairs, h("details", {}, h("summary", {}, t("Services")), services), keeps);
  return {
    element,
    value: () => {
      const chosen = [...element.querySelectorAll("input:checked")];
      const keepsOld = chosen.some((input) => input.name === "keeps");
      const said = chosen.flatMap((input) => lineOf(input, Object.fromEntries(rows), about, keepsOld));
      return said.length ? { [field.name]: said } : t("Choose at least one line.");
    },
  };
}

/**
 * @param {HTMLInputElement} input
 * @param {Record<string, string>} skus
 * @param {About} about
 * @param {boolean} keepsOld
 * @returns {object[]}
 */
function lineOf(input, skus, about, keepsOld) {
  if (input.name === "service") return [{ fault: about.faults[0] ?? Object.keys(skus)[0], service: input.value }];
  if (input.name !== "repair") return [];
  const sku = skus[input.value];
  return [{ fault: input.value, ...(sku ? { sku } : {}), ...(sku && keepsOld ? { customer_keeps_old_part: true } : {}) }];
}

/** @type {Record<string, (field: Field, about: About) => Filler>} */
const MAKERS = { text, code, codes, number, days, check, choice, picks, tally, locker, model, fault, imei, lines };
