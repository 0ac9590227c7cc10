// @ts-check
/** Robots on the plan, where they say they are, with the lanes that are reserved and planned for each. */

import { each, h, set, tell } from "./dom.js";
import { page } from "./page.js";
import { label, t } from "./words.js";

/** @typedef {[number, number]} Spot centimetres, y downwards */

const COLOURS = 5;
const QUARTER = Math.PI / 2;
export const LOW_PCT = 20;
const FIT = ["AVAILABLE", "BUSY", "CHARGING"];

/** @param {any} robot */
export function isFit(robot) {
  return FIT.includes(robot.availability);
}

/** @param {any} plan */
export function robotMarks(plan) {
  const names = Object.keys(plan.robots);
  const element = h("svg:g", {});
  const ways = h("svg:g", {});
  return {
    element,
    ways,
    show(/** @type {any} */ view) {
      const robots = view.robots ?? [];
      const keyOf = (/** @type {any} */ robot) => robot.id;
      const colour = (/** @type {any} */ robot) => `robot-${names.indexOf(robot.id) % COLOURS}`;
      each(ways, robots, keyOf, (robot) => h("svg:g", { class: `way ${colour(robot)}` }, h("svg:path", { class: "planned" }), h("svg:path", { class: "claimed" })), (way, robot) => {
        set(way.firstChild, { d: path(plan, [...robot.claimed.slice(-1), ...robot.planned]) });
        set(way.lastChild, { d: path(plan, robot.claimed) });
      });
      each(element, robots.filter((/** @type {any} */ robot) => spotOf(plan, view, robot)), keyOf, (robot) => body(robot, colour(robot), plan.robots[robot.id] ?? 35), (group, robot) =>
        stand(plan, view, robot, group),
      );
    },
  };
}

/**
 * @param {any} robot
 * @param {string} colour
 * @param {number} radius
 */
function body(robot, colour, radius) {
  return h(
    "svg:g",
    { class: `robot ${colour}`, role: "img" },
    h("svg:title"),
    h("svg:circle", { class: "shell", r: radius + 4 }),
    h("svg:path", { class: "nose", d: `M${radius - 8} -12L${radius + 16} 0L${radius - 8} 12Z` }),
    h("svg:text", { y: 11, "text-anchor": "middle" }, robot.id),
    h("svg:text", { class: "trouble", x: radius, y: -radius + 8 }),
  );
}

/**
 * @param {any} plan
 * @param {any} view
 * @param {any} robot
 * @param {any} group
 */
function stand(plan, view, robot, group) {
  const [x, y, turn] = spotOf(plan, view, robot) ?? [0, 0, 0];
  group.style.transform = `translate(${x}px, ${y}px)`;
  const [title, , nose, , trouble] = group.children;
  nose.style.transform = `rotate(${turn}rad)`;
  tell(title, robotWords(robot));
  tell(trouble, robot.availability && !isFit(robot) ? "▲" : "");
  set(group, { "aria-label": robotWords(robot) });
  group.classList.toggle("unfit", Boolean(robot.availability) && !isFit(robot));
  group.classList.toggle("laden", Object.keys(robot.aboard).length > 0);
}

/** @param {any} robot */
export function robotWords(robot) {
  const fit = robot.availability ? label("robot", robot.availability) : t("not heard of yet");
  return `${robot.id}: ${fit}${robot.purpose ? `, ${errand(robot)}` : ""}`;
}

/**
 * What it is out for, and where that is.
 * @param {any} robot
 */
export function errand(robot) {
  return robot.purpose ? `${label("purpose", robot.purpose)} ${stopWords(robot.stop)}` : t("nothing to do");
}

/** @param {string} stop a node */
function stopWords(stop) {
  const [purpose, about] = page.data.plan.stops[stop] ?? ["", stop];
  if (purpose === "desk") return t("desk {desk}", { desk: about });
  if (purpose === "park") return t("its place");
  if (purpose === "dock") return t("a charger");
  if (purpose === "receiving") return t("goods in");
  return purpose ? t("cabinet {cabinet}", { cabinet: about }) : about;
}

/**
 * By its own word, else at its last stop.
 * @param {any} plan
 * @param {any} view
 * @param {any} robot
 * @returns {[number, number, number] | null} x, y, and which way it looks
 */
function spotOf(plan, view, robot) {
  const spot = view.spots?.[robot.id];
  const [left, top] = plan.origin_cm;
  if (spot) return [Math.round(spot.x * 100 + left), Math.round(top - spot.y * 100), -spot.theta];
  const node = plan.nodes[robot.node];
  return node ? [node[0], node[1], -QUARTER] : null;
}

/**
 * Nodes and lanes, in order, as one line.
 * @param {any} plan
 * @param {string[]} elements
 */
function path(plan, elements) {
  /** @type {Spot[]} */
  const spots = elements.flatMap((element) => {
    const edge = plan.edges[element];
    return edge ? [plan.nodes[edge[0]], plan.nodes[edge[1]]] : plan.nodes[element] ? [plan.nodes[element]] : [];
  });
  return spots.map((spot, place) => `${place ? "L" : "M"}${spot[0]} ${spot[1]}`).join("");
}
