// @ts-check
/** A screen in the hall speaks all languages: the page brings the words of each, and one of them is in use. */

import { page } from "./page.js";

/** @typedef {{name: string, words: Record<string, string>, labels: Record<string, Record<string, string>>}} Tongue */

/** @type {Record<string, Tongue>} */
const tongues = page.data?.tongues ?? {};

/** In the order in which a choice shows them. */
export const codes = Object.keys(tongues);

/** @param {string} code */
export function nameOf(code) {
  return tongues[code]?.name ?? code;
}

/**
 * From now on everything is said in this language.
 * @param {string} code
 */
export function speak(code) {
  use(code);
  document.documentElement.lang = code;
}

/**
 * The same words in every language, or in these.
 * @template T
 * @param {() => T} say
 * @param {string[]} [which]
 * @returns {{code: string, said: T}[]}
 */
export function inEach(say, which = codes) {
  const before = page.me.language;
  const all = which.map((code) => {
    use(code);
    return { code, said: say() };
  });
  use(before);
  return all;
}

/** @param {string} code */
function use(code) {
  const tongue = tongues[code];
  if (tongue === undefined) return;
  page.words = tongue.words;
  Object.assign(page, { labels: tongue.labels });
  page.me.language = code;
}
