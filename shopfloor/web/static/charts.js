// @ts-check
/** A day's curve as a small drawing, and the same numbers as a table. */

import { fill, h } from "./dom.js";
import { clock, t } from "./words.js";

/** @typedef {[number, number | null][]} Points when (ms), value */

/**
 * @typedef {object} Curve
 * @property {string} title
 * @property {"dots" | "steps"} kind dots: minutes, one for each customer or part; steps: a count until the next one
 * @property {Points} points in order of time
 * @property {number} since the day's first moment that is drawn, ms
 * @property {number} until its last
 */

const WIDTH = 280;
const HEIGHT = 96;
const LEFT = 26;
const BOTTOM = 16;
const TOP = 6;
const RIGHT = 8;
const HOUR = 3_600_000;
const TABLE_MAX = 60;

/**
 * Round steps of 1, 2 or 5 times a power of ten, from 0 to at least `high`.
 * @param {number} high
 * @param {number} [count] about so many
 * @returns {number[]}
 */
export function ticks(high, count = 3) {
  const rough = Math.max(high, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power);
  const found = [];
  for (let tick = 0; tick < high + step && found.length < 20; tick += step) found.push(tick);
  return found;
}

/**
 * Empty as yet: a picture, and the same as a table that stays open while the picture changes.
 * @param {string} title
 * @param {Curve["kind"]} kind
 */
export function chart(title, kind) {
  const value = kind === "dots" ? t("Minutes") : t("Count");
  const head = h("tr", {}, h("th", { scope: "col" }, t("Time")), h("th", { scope: "col" }, value));
  const table = h("table", {}, h("thead", {}, head), h("tbody"));
  const summary = h("summary", {}, t("As a table"), h("span", { class: "unseen" }, `: ${title}`));
  return h("div", { class: "curve" }, h("svg:svg"), h("details", { class: "numbers" }, summary, table));
}

/**
 * @param {Element} place of `chart`
 * @param {Curve} curve
 */
export function drawCurve(place, curve) {
  const points = curve.points.filter(([at, value]) => value !== null && at >= curve.since && at <= curve.until);
  const values = points.map(([, value]) => value ?? 0);
  const levels = ticks(Math.max(1, ...values));
  const top = levels[levels.length - 1] ?? 1;
  const span = Math.max(HOUR, curve.until - curve.since);
  const x = (/** @type {number} */ at) => LEFT + ((at - curve.since) / span) * (WIDTH - LEFT - RIGHT);
  const y = (/** @type {number} */ value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const drawing = h(
    "svg:svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "chart", "aria-label": `${curve.title}. ${inWords(curve, values)}` },
    h("svg:title", {}, curve.title),
    h("svg:desc", {}, inWords(curve, values)),
    levels.map((level) => h("svg:line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(level), y2: y(level) })),
    levels.map((level) => h("svg:text", { class: "tick", x: LEFT - 4, y: y(level) + 4, "text-anchor": "end" }, level)),
    hours(curve.since, span).map((at) =>
      h("svg:text", { class: "tick", x: x(at), y: HEIGHT - 3, "text-anchor": "middle" }, clock(at).slice(0, 2)),
    ),
    curve.kind === "steps"
      ? h("svg:path", { class: "steps", d: stepsPath(points, curve.until, x, y) })
      : points.map(([at, value]) => h("svg:circle", { class: "dot", cx: x(at).toFixed(1), cy: y(value ?? 0).toFixed(1), r: 2.6 })),
  );
  place.firstElementChild?.replaceWith(drawing);
  const rowOf = (/** @type {number} */ at, /** @type {number | null} */ value) =>
    h("tr", {}, h("td", { class: "number" }, clock(at)), h("td", { class: "number" }, round(value ?? 0)));
  const [body] = place.getElementsByTagName("tbody");
  if (body) fill(body, points.slice(-TABLE_MAX).map(([at, value]) => rowOf(at, value)));
}

/**
 * @param {Curve} curve
 * @param {number[]} values
 */
function inWords(curve, values) {
  if (values.length === 0) return t("No data yet.");
  const last = values[values.length - 1] ?? 0;
  const told = (/** @type {number} */ value) => (curve.kind === "dots" ? t("{n} min", { n: round(value) }) : round(value));
  return t("{n} values, from {low} to {high}; the last one is {last}.", {
    n: values.length,
    low: told(Math.min(...values)),
    high: told(Math.max(...values)),
    last: told(last),
  });
}

/**
 * Full hours, at most about seven of them.
 * @param {number} since
 * @param {number} span
 */
function hours(since, span) {
  const every = HOUR * (([1, 2, 3, 6].find((each) => span / (each * HOUR) <= 7)) ?? 6);
  const found = [];
  for (let at = Math.ceil(since / every) * every; at <= since + span; at += every) found.push(at);
  return found;
}

/**
 * @param {Points} points
 * @param {number} until
 * @param {(at: number) => number} x
 * @param {(value: number) => number} y
 */
function stepsPath(points, until, x, y) {
  const parts = points.map(([at, value], place) => `${place ? "H" : "M"}${x(at).toFixed(1)}${place ? "V" : " "}${y(value ?? 0).toFixed(1)}`);
  return points.length ? `${parts.join("")}H${x(until).toFixed(1)}` : "";
}

/** @param {number} value */
export function round(value) {
  return String(Math.abs(value) >= 10 ? Math.round(value) : Number(value.toFixed(1)));
}
