// @ts-check
/**
 * The reader's language in scripts: `t("Call {number} again", {number})`. English is the source and the key; the
 * page's data bring the translations, the shop's terms and its clock along.
 */

import { page } from "./page.js";

/** @typedef {Record<string, string | number>} Values */

/** @typedef {object} Brought
 * @property {Record<string, string>} words English → the reader's language
 * @property {Record<string, Record<string, string>>} [labels] table → name → in the shop's words
 * @property {number} [offset_min] the shop's clock, minutes east of Greenwich */

const MINUTE = 60_000;
const FEN_A_YUAN = 100;

/** @type {Brought} */
const brought = page;

/** Say it in the reader's language. A placeholder without a value stays as it is.
 * @param {string} english
 * @param {Values} [values] */
export function t(english, values = {}) {
  return fill(brought.words[english] ?? english, values);
}

/** The same where the words depend on a number, which is `{n}`.
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Values} [values] */
export function tn(one, many, n, values = {}) {
  return fill(brought.words[one] ?? (n === 1 ? one : many), { n, ...values });
}

/** A state or a kind of thing in the shop's words; an unknown one is shown as it is.
 * @param {string} table
 * @param {string} name */
export function label(table, name) {
  return brought.labels?.[table]?.[name] ?? name;
}

/** One after another: "a, b, c", "a、b、c". What is empty is left out.
 * @param {(string | null | undefined | false)[]} several */
export function listed(several) {
  const whole = several.filter((each) => typeof each === "string" && each !== "");
  return new Intl.ListFormat(page.me.language, { style: "narrow" }).format(/** @type {string[]} */ (whole));
}

/** ¥1,234.50
 * @param {number} fen */
export function money(fen) {
  const [yuan, rest] = (Math.abs(fen) / FEN_A_YUAN).toFixed(2).split(".");
  return `${fen < 0 ? "-" : ""}¥${(yuan ?? "").replace(/\B(?=(\d{3})+$)/g, ",")}.${rest}`;
}

/** 14:03, by the shop's clock, not the browser's.
 * @param {number} at milliseconds since 1970 */
export function clock(at) {
  return new Date(at + (brought.offset_min ?? 0) * MINUTE).toISOString().slice(11, 16);
}

/** 2026-11-23, by the shop's clock.
 * @param {number} at milliseconds since 1970 */
export function day(at) {
  return new Date(at + (brought.offset_min ?? 0) * MINUTE).toISOString().slice(0, 10);
}

/** How long: 40 s, 12 min, 1 h 5 min.
 * @param {number} ms */
export function span(ms) {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 1) return t("{n} s", { n: Math.max(Math.floor(ms / 1000), 0) });
  if (minutes < 60) return t("{n} min", { n: minutes });
  return t("{h} h {min} min", { h: Math.floor(minutes / 60), min: minutes % 60 });
}

/** @param {string} text
 *  @param {Values} values */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
