// @ts-check
/** Deeds and offers: what can be done, what is said when it is done, and whether it has been said already. */

import { page } from "./page.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} words
 * @property {string} what
 * @property {[string | number, string][]} [choices]
 * @property {any} [start]
 * @property {number} [least]
 * @property {number} [most]
 * @property {boolean} [optional]
 * @property {string} [hint]
 */
/** @typedef {{kind: string, words: string, fields?: Field[], grave?: boolean, quiet?: boolean}} Deed */
/** @typedef {{deed: string, body?: Record<string, any>, choices?: Record<string, [string | number, string][]>, about?: string}} Offer */
/** @typedef {{next?: Offer[], more?: Offer[], hint?: string}} Offers */
/** @typedef {{kind: string, body: object, at?: number}} Said */

/** Two taps so close are one. */
export const DOUBLE_TAP_MS = 1000;
/** What changes from tap to tap, though it is the same deed. */
const OF_THE_MOMENT = ["kind", "revision", "tap"];

/** @returns {Record<string, Deed>} */
export function allDeeds() {
  return page.data?.deeds ?? {};
}

/**
 * @param {Offer} offer
 * @returns {Deed}
 */
export function deedOf(offer) {
  const deed = allDeeds()[offer.deed];
  if (deed === undefined) throw new Error(`no deed ${offer.deed}`);
  return deed;
}

/**
 * On the button: what it does, and to what.
 * @param {Offer} offer
 */
export function titleOf(offer) {
  const { words } = deedOf(offer);
  return offer.about ? `${words} · ${offer.about}` : words;
}

/**
 * What the event says: what was known, and what was filled in. A dot in a name goes deeper.
 * @param {Offer} offer
 * @param {Record<string, any>} filled
 * @param {string} tap an id of this very tap
 */
export function bodyOf(offer, filled, tap) {
  const { kind } = deedOf(offer);
  /** @type {Record<string, any>} */
  const body = { kind, ...offer.body };
  for (const [name, value] of Object.entries(filled)) {
    const [first, second] = name.split(".");
    if (second === undefined) body[String(first)] = value;
    else body[String(first)] = { ...body[String(first)], [second]: value };
  }
  if (kind === "PartsOrdered") body.tap = tap;
  return body;
}

/**
 * Whether this deed is among what was said and is not through yet: a second tap would be one too many. What is about
 * nothing yet, such as a number for the next one who comes, may well be meant twice.
 * @param {Said[]} said
 * @param {Offer} offer
 */
export function isSaid(said, offer) {
  const { kind, fields = [] } = deedOf(offer);
  const known = Object.entries(offer.body ?? {}).filter(([name]) => !OF_THE_MOMENT.includes(name));
  if (fields.length && !known.length) return false;
  return said.some(
    (one) =>
      one.kind === kind &&
      known.every(([name, value]) => JSON.stringify(/** @type {any} */ (one.body)[name]) === JSON.stringify(value)),
  );
}
