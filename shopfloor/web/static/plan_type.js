// @ts-check
/** Words that have to fit: measured in the page's own type, made smaller, broken, and at last cut. */

const FAMILY = getComputedStyle(document.documentElement).fontFamily;
export const SMALLEST = 0.78;
/** Scripts that are broken between any two signs. */
const IS_UNSPACED = /[\u2e80-\uffef]/;

const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

/** @typedef {{size: number, weight: 400 | 700}} Type */

/**
 * @param {string} words
 * @param {Type} type
 */
function widthOf(words, { size, weight }) {
  pen.font = `${weight} ${size}px ${FAMILY}`;
  return pen.measureText(words).width;
}

/**
 * The size at which the words are no wider than the room; words are not made tiny, though.
 * @param {string} words
 * @param {number} room
 * @param {Type} type
 */
export function sizeFor(words, room, type) {
  return type.size * Math.max(SMALLEST, Math.min(1, room / Math.max(1, widthOf(words, type))));
}

/**
 * Cut where it would not fit.
 * @param {string} words
 * @param {number} room
 * @param {Type} type
 */
export function fitted(words, room, type) {
  if (widthOf(words, type) <= room) return words;
  let end = words.length - 1;
  while (end > 1 && widthOf(`${words.slice(0, end)}…`, type) > room) end -= 1;
  return `${words.slice(0, end)}…`;
}

/**
 * Broken at spaces, or anywhere in a script that has none; what is too long for so many lines is cut.
 * @param {string} words
 * @param {number} room
 * @param {Type} type
 * @param {number} most lines
 * @returns {string[]}
 */
export function inLines(words, room, type, most) {
  const whole = fitted(words, room, type);
  if (most === 1 || whole === words) return [whole];
  const end = whole.length - 1;
  const space = words.lastIndexOf(" ", end);
  const place = space > 0 && !IS_UNSPACED.test(words.slice(space, end)) ? space : end;
  return [words.slice(0, place), ...inLines(words.slice(place).trim(), room, type, most - 1)];
}
