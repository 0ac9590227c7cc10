// @ts-check
/**
 * SHA-256 (FIPS 180-4) of a text's UTF-8 bytes. The browser's own where it lends it; on plain http in the shop's network
 * it does not, and then this one says the same.
 */

/** The 64 constants: fractional parts of the cube roots of the first primes; the first eight of the square roots. */
const CONSTANTS = new Uint32Array(64);
const BEGIN = new Uint32Array(8);
let prime = 2;
for (let found = 0; found < 64; prime += 1) {
  if (!isPrime(prime)) continue;
  if (found < 8) BEGIN[found] = fraction(Math.sqrt(prime));
  CONSTANTS[found] = fraction(Math.cbrt(prime));
  found += 1;
}

/** @param {number} number */
function isPrime(number) {
  for (let factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) return false;
  return true;
}

/** The first 32 bits behind the point.
 * @param {number} root */
function fraction(root) {
  return Math.floor((root % 1) * 2 ** 32);
}

/**
 * @param {string} text
 * @returns {Promise<string>} 64 hexadecimal digits
 */
export async function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  if (globalThis.crypto?.subtle) return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  return hex(digest(bytes));
}

/**
 * Without the browser's help.
 * @param {Uint8Array} bytes
 * @returns {Uint8Array} 32 bytes
 */
export function digest(bytes) {
  const padded = new Uint8Array(((bytes.length + 8) >> 6 << 6) + 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = BEGIN.slice();
  for (let at = 0; at < padded.length; at += 64) mix(state, view, at);
  const result = new DataView(new ArrayBuffer(32));
  state.forEach((word, place) => result.setUint32(place * 4, word));
  return new Uint8Array(result.buffer);
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * One block of 64 bytes.
 * @param {Uint32Array} state
 * @param {DataView} view
 * @param {number} at
 */
function mix(state, view, at) {
  const words = new Uint32Array(64);
  for (let place = 0; place < 16; place += 1) words[place] = view.getUint32(at + place * 4);
  for (let place = 16; place < 64; place += 1) {
    const early = word(words, place - 15);
    const late = word(words, place - 2);
    const one = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const two = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[place] = word(words, place - 16) + one + word(words, place - 7) + two;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let place = 0; place < 64; place += 1) {
    const choice = (e & f) ^ (~e & g);
    const most = (a & b) ^ (a & c) ^ (b & c);
    const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + word(CONSTANTS, place) + word(words, place);
    const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + most;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((more, place) => (state[place] = word(state, place) + more));
}

/**
 * @param {Uint32Array} words
 * @param {number} place
 */
function word(words, place) {
  return words[place] ?? 0;
}

/**
 * Rotated to the right.
 * @param {number} value
 * @param {number} by
 */
function turned(value, by) {
  return (value >>> by) | (value << (32 - by));
}
