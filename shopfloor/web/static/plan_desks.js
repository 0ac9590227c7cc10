// @ts-check
/** Desks on the plan: ticket, stage, and minutes against the promise, each with a sign beside its colour. */

import { h, set, tell } from "./dom.js";
import { stage, standing, storyOf } from "./board_said.js";
import { t } from "./words.js";

const PAD_CM = 14;
const HIGH = 236;
const WIDE = 1;
const NARROW = 0.53;
/** Signs of CJK scripts are as wide as they are high. */
const IS_WIDE = /[\u2e80-\uffef]/;

/**
 * @param {any} plan
 * @param {(thing: string) => void} open
 */
export function deskCards(plan, open) {
  const cards = new Map(plan.desks.map((/** @type {any} */ desk) => [desk.id, card(desk, open)]));
  return {
    element: h("svg:g", {}, [...cards.values()].map((each) => each.element)),
    show(/** @type {any} */ view, /** @type {number} */ now) {
      for (const desk of view.desks ?? []) cards.get(desk.desk)?.show(desk, now);
    },
  };
}

/**
 * @param {any} desk
 * @param {(thing: string) => void} open
 */
function card(desk, open) {
  const [x, y, width, height] = desk.card;
  const left = x + PAD_CM + 10;
  const size = Math.min(1, width / 225, height / 200);
  /** @type {string} */
  let thing = "";
  const words = (/** @type {string} */ name, /** @type {number} */ place, /** @type {object} */ more = {}) =>
    h("svg:text", { class: name, x: left, y: y + (height * place) / HIGH, "font-size": FONT[/** @type {keyof FONT} */ (name)] * size, ...more });
  const name = words("desk-name", 40);
  const sign = words("desk-sign", 44, { x: x + width - PAD_CM, "text-anchor": "end" });
  const number = words("desk-number", 96);
  const first = words("desk-stage", 136);
  const second = words("desk-stage", 168);
  const time = words("desk-time", 214);
  const title = h("svg:title");
  const element = h(
    "svg:g",
    { class: "desk", onclick: () => thing && open(thing), onkeydown: press },
    title,
    h("svg:rect", { class: "desk-card", x, y, width, height, rx: 16 }),
    h("svg:rect", { class: "desk-bar", x, y, width: 14, height, rx: 7 }),
    name, sign, number, first, second, time,
  );
  function press(/** @type {any} */ event) {
    if (thing && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      open(thing);
    }
  }
  return {
    element,
    show(/** @type {any} */ seen, /** @type {number} */ now) {
      const room = width - 2 * PAD_CM - 8;
      const how = standing(seen, now);
      thing = storyOf(seen);
      tell(name, seen.desk);
      tell(sign, how.sign);
      tell(number, fitted(seen.number || seen.repair || "", room, FONT["desk-number"] * size));
      const [above, below] = twoLines(stage(seen) || seen.name || "", room, FONT["desk-stage"] * size);
      tell(first, above);
      tell(second, below);
      tell(time, fitted(how.words, room, FONT["desk-time"] * size));
      const whole = [t("Desk {desk}", { desk: seen.desk }), seen.name, seen.number, seen.repair, seen.model, stage(seen), how.words];
      tell(title, whole.filter(Boolean).join(", "));
      set(element, {
        class: `desk ${how.look}`,
        role: thing ? "button" : "img",
        tabindex: thing ? 0 : null,
        "aria-label": whole.filter(Boolean).join(", "),
      });
    },
  };
}

const FONT = { "desk-name": 31, "desk-sign": 42, "desk-number": 52, "desk-stage": 29, "desk-time": 31 };

/**
 * Broken at a space, or anywhere in a script that has none; what is too long for two lines is cut.
 * @param {string} words
 * @param {number} room
 * @param {number} size of the type
 * @returns {[string, string]}
 */
export function twoLines(words, room, size) {
  const whole = fitted(words, room, size);
  if (whole === words) return [words, ""];
  const most = whole.length - 1;
  const space = words.lastIndexOf(" ", most);
  const place = space > 0 ? space : most;
  return [words.slice(0, place), fitted(words.slice(place).trim(), room, size)];
}

/**
 * Cut where it would not fit.
 * @param {string} words
 * @param {number} room
 * @param {number} size of the type
 */
export function fitted(words, room, size) {
  let used = 0;
  for (let place = 0; place < words.length; place += 1) {
    used += size * (IS_WIDE.test(words[place] ?? "") ? WIDE : NARROW);
    if (used > room) return `${words.slice(0, Math.max(1, place - 1))}…`;
  }
  return words;
}
