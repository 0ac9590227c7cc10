// @ts-check
/**
 * The pages of a document as its reader sees them: the very bytes, whole, one page after another, with how long each
 * was on the screen and whether its end was.
 */

import { h, set } from "./dom.js";
import { sha256 } from "./sha256.js";

export const PAGE_BREAK = "\f";
/** Shorter on the screen, and nobody can have read it. */
export const PAGE_SEEN_MS = 1000;
const ON_SCREEN_TOLD_MAX = 3_600_000;
/** A screen's worth of scrolling leaves two lines to find one's place again. */
const SCROLL_PART = 0.85;
const END_PX = 2;

export class Pages {
  /**
   * @param {string} text
   * @param {() => void} onchange
   */
  constructor(text, onchange) {
    this.place = 0;
    this.#onchange = onchange;
    this.#sheets = text.split(PAGE_BREAK).map(sheetOf);
    this.#shown = this.#sheets.map(() => 0);
    this.#ended = this.#sheets.map(() => false);
    this.element = h("div", { class: "sheets", tabindex: "0" }, this.#sheets);
    this.element.addEventListener("scroll", () => this.look(), { passive: true });
    this.#resized = new ResizeObserver(() => this.look());
    for (const resized of [this.element, ...this.#sheets]) this.#resized.observe(resized);
    this.#hidden = () => this.#count();
    document.addEventListener("visibilitychange", this.#hidden);
    this.turn(0);
  }

  #onchange;
  #sheets;
  #shown;
  #ended;
  #since = 0;
  #wasVisible = false;
  #resized;
  #hidden;

  get count() {
    return this.#sheets.length;
  }

  get isLast() {
    return this.place === this.count - 1;
  }

  /** Whether the end of the page that is shown has been on the screen. */
  get isAtEnd() {
    return this.#ended[this.place] ?? false;
  }

  /** How long the page that is shown has been on the screen, ms. */
  get shownMs() {
    this.#count();
    return Math.min(Math.round(this.#shown[this.place] ?? 0), ON_SCREEN_TOLD_MAX);
  }

  /** Of the bytes that are on the screen, not of those that were sent. */
  hash() {
    return sha256(this.#sheets.map((sheet) => sheet.textContent ?? "").join(PAGE_BREAK));
  }

  /** @param {number} place */
  turn(place) {
    this.#count();
    this.place = place;
    this.#sheets.forEach((sheet, number) => set(sheet, { hidden: number !== place }));
    this.element.scrollTop = 0;
    this.look();
  }

  /** On by most of a screen. */
  scrollOn() {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.element.scrollBy({ top: this.element.clientHeight * SCROLL_PART, behavior: isCalm ? "auto" : "smooth" });
  }

  /** Has the end been reached? Not before the page has a height. */
  look() {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    if (clientHeight > 0 && scrollTop + clientHeight >= scrollHeight - END_PX) this.#ended[this.place] = true;
    this.#onchange();
  }

  close() {
    this.#resized.disconnect();
    document.removeEventListener("visibilitychange", this.#hidden);
    this.element.replaceChildren();
  }

  /** A page counts only while somebody can see it. */
  #count() {
    const now = performance.now();
    if (this.#wasVisible) this.#shown[this.place] = (this.#shown[this.place] ?? 0) + now - this.#since;
    this.#since = now;
    this.#wasVisible = !document.hidden;
  }
}

/**
 * Headings and labels look like it; together their texts are the page's text, sign for sign.
 * @param {string} text
 * @returns {HTMLElement}
 */
function sheetOf(text) {
  const lines = text.split("\n").flatMap((line, number) => (number ? ["\n", line] : [line]));
  return h("article", { class: "sheet" }, lines.map((line, place) => lineOf(line, place)));
}

/**
 * @param {string} line
 * @param {number} place
 */
function lineOf(line, place) {
  if (place === 0) return h("strong", {}, line);
  const name = /^([^:：]{1,40}[:：])( .*)$/.exec(line);
  if (name === null || /^\d/.test(line)) return line;
  return h("span", {}, h("span", { class: "name" }, name[1]), name[2]);
}
