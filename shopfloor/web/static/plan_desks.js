// @ts-check
/** Desks on the plan: ticket, stage, and minutes against the promise, each with a sign beside its colour. */

import { h, set, tell } from "./dom.js";
import { stage, standing, storyOf } from "./board_said.js";
import { SMALLEST, fitted, inLines, sizeFor } from "./plan_type.js";
import { listed, t } from "./words.js";

/** @typedef {import("./plan_type.js").Type} Type */

const PAD_CM = 14;
const BAR_CM = 14;
/** A card of this height has its type in full size, and its lines at these heights. */
const HIGH = 280;
const LINES = { name: 42, number: 108, stage: [149, 185, 221], time: [228, 264] };
/** So much smaller than its type a line may well be. */
const LARGE = 0.9;
/** @type {Record<"name" | "sign" | "number" | "stage" | "time", Type>} */
const TYPES = {
  name: { size: 34, weight: 400 },
  sign: { size: 46, weight: 700 },
  number: { size: 62, weight: 700 },
  stage: { size: 33, weight: 400 },
  time: { size: 37, weight: 700 },
};

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
  const left = x + BAR_CM + 8;
  const room = width - BAR_CM - 8 - PAD_CM / 2;
  const most = room / SMALLEST;
  const scale = Math.min(1, height / HIGH);
  const type = (/** @type {keyof TYPES} */ name) => ({ ...TYPES[name], size: TYPES[name].size * scale });
  /** @type {string} */
  let thing = "";
  const words = (/** @type {keyof TYPES} */ name, /** @type {number} */ line, /** @type {object} */ more = {}) =>
    h("svg:text", { class: `desk-${name}`, x: left, y: y + (height * line) / HIGH, "font-size": type(name).size, ...more });
  const name = words("name", LINES.name);
  const sign = words("sign", LINES.name + 4, { x: x + width - PAD_CM, "text-anchor": "end" });
  const number = words("number", LINES.number);
  const stages = LINES.stage.map((line) => words("stage", line));
  const times = LINES.time.map((line) => words("time", line));
  const title = h("svg:title");
  const element = h(
    "svg:g",
    { class: "desk", onclick: () => thing && open(thing), onkeydown: press },
    title,
    h("svg:rect", { class: "desk-card", x, y, width, height, rx: 16 }),
    h("svg:rect", { class: "desk-bar", x, y, width: BAR_CM, height, rx: BAR_CM / 2 }),
    name, sign, number, stages, times,
  );
  function fill(/** @type {Element[]} */ lines, /** @type {string[]} */ said, /** @type {Type} */ full) {
    const size = Math.min(...said.map((each) => sizeFor(each, room, full)));
    lines.forEach((line, place) => {
      tell(line, fitted(said[place] ?? "", room, { ...full, size }));
      set(line, { "font-size": size.toFixed(1) });
    });
  }
  /** Rather more lines than small ones, unless something would be cut. */
  function large(/** @type {string} */ said, /** @type {number} */ lines) {
    const shown = inLines(said, room / LARGE, type("stage"), lines);
    return shown.at(-1)?.endsWith("…") ? inLines(said, most, type("stage"), lines) : shown;
  }
  function press(/** @type {any} */ event) {
    if (thing && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      open(thing);
    }
  }
  return {
    element,
    show(/** @type {any} */ seen, /** @type {number} */ now) {
      const how = standing(seen, now);
      thing = storyOf(seen);
      tell(name, seen.desk);
      tell(sign, how.sign);
      fill([number], [seen.number || seen.repair || ""], type("number"));
      const told = inLines(how.words, most, type("time"), times.length);
      fill(stages, large(stage(seen) || seen.name || "", stages.length - told.length + 1), type("stage"));
      fill(times, told.length < times.length ? ["", ...told] : told, type("time"));
      const whole = [t("Desk {desk}", { desk: seen.desk }), seen.name, seen.number, seen.repair, seen.model, stage(seen), how.words];
      tell(title, listed(whole));
      set(element, {
        class: `desk ${how.look}`,
        role: thing ? "button" : "img",
        tabindex: thing ? 0 : null,
        "aria-label": listed(whole),
      });
    },
  };
}
