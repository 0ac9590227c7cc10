// @ts-check
/** The floor plan to scale: hall, lanes and places, drawn once; desks and robots on top of them. */

import { h } from "./dom.js";
import { deskCards } from "./plan_desks.js";
import { robotMarks } from "./plan_robots.js";
import { t } from "./words.js";

/** @typedef {[number, number]} Spot centimetres, y downwards */

const LANE_CM = 64;
const SIGNS = { park: "P", dock: "⚡", receiving: "⇩", outlet: "", inlet: "" };
const METRES = 5;
const LINE_CM = 36;

/**
 * @param {any} plan as the server has worked it out of the layout
 * @param {(thing: string) => void} open a ticket's or a repair's story
 * @returns {{element: Element, show: (view: any, now: number) => void}}
 */
export function floorPlan(plan, open) {
  const [x, y, width, height] = plan.box;
  const desks = deskCards(plan, open);
  const robots = robotMarks(plan);
  const cabinets = cabinetBodies(plan);
  const element = h(
    "svg:svg",
    { viewBox: `${x} ${y} ${width} ${height}`, class: "plan", role: "group", "aria-label": t("Floor plan, to scale") },
    h("svg:polygon", { class: "hall-floor", points: plan.hall.map((/** @type {Spot} */ spot) => spot.join(",")).join(" ") }),
    plan.seats.map(seat),
    plan.lanes.map(lane),
    plan.lanes.filter((/** @type {any} */ each) => each.one_way).map(arrow),
    plan.stations.map(station),
    cabinets.element,
    mark(plan.entrance, t("Entrance"), "end"),
    mark(plan.queue_machine, t("Numbers"), "middle"),
    mark(plan.call_display, t("Calls"), "middle"),
    mark(plan.parts_room, t("Parts room"), "middle"),
    scale(plan.box),
    robots.ways,
    desks.element,
    robots.element,
  );
  return {
    element,
    show(view, now) {
      desks.show(view, now);
      robots.show(view);
      cabinets.show(view);
    },
  };
}

/** @param {Spot} at */
function seat([x, y]) {
  return h("svg:rect", { class: "seat", x: x - 24, y: y - 24, width: 48, height: 48, rx: 12 });
}

/** @param {{start: Spot, end: Spot}} lane */
function lane({ start, end }) {
  return h("svg:line", { class: "lane", x1: start[0], y1: start[1], x2: end[0], y2: end[1], "stroke-width": LANE_CM });
}

/** @param {{start: Spot, end: Spot}} lane */
function arrow({ start, end }) {
  const turn = (Math.atan2(end[1] - start[1], end[0] - start[0]) * 180) / Math.PI;
  const middle = `translate(${(start[0] + end[0]) / 2} ${(start[1] + end[1]) / 2}) rotate(${turn.toFixed(0)})`;
  return h("svg:path", { class: "arrow", d: "M-9 -11L11 0L-9 11", transform: middle });
}

/** @param {any} place */
function station(place) {
  if (place.purpose === "outlet" || place.purpose === "inlet") return null;
  const [x, y] = place.at;
  const name = place.purpose === "receiving" ? t("Goods in") : "";
  return h(
    "svg:g",
    { class: `place ${place.purpose}` },
    h("svg:rect", { x: x - 30, y: y - 30, width: 60, height: 60, rx: 14 }),
    h("svg:text", { x, y: y + 12, "text-anchor": "middle" }, SIGNS[/** @type {keyof SIGNS} */ (place.purpose)]),
    name && h("svg:text", { class: "small", x: x + 30, y: y + 66, "text-anchor": "end" }, name),
  );
}

/** @param {any} plan */
function cabinetBodies(plan) {
  /** @type {Map<string, Spot[]>} */
  const spots = new Map();
  for (const place of plan.stations) {
    if (place.purpose === "outlet" || place.purpose === "inlet") spots.set(place.about, [...(spots.get(place.about) ?? []), place.at]);
  }
  /** @type {Map<string, {body: Element, name: Element}>} */
  const bodies = new Map();
  const element = h("svg:g", {});
  for (const [cabinet, at] of spots) {
    const xs = at.map((spot) => spot[0]);
    const ys = at.map((spot) => spot[1]);
    const [left, top] = [Math.min(...xs) - 60, Math.min(...ys) - 60];
    const [width, height] = [Math.max(...xs) - left + 60, Math.max(...ys) - top + 60];
    const name = h("svg:text", { x: left + width / 2, y: top + height / 2 + 10, "text-anchor": "middle" }, cabinet);
    const body = h("svg:g", { class: "cabinet" }, h("svg:rect", { x: left, y: top, width, height, rx: 16 }), name);
    bodies.set(cabinet, { body, name });
    element.append(body);
  }
  return {
    element,
    show(/** @type {any} */ view) {
      for (const row of view.cabinets ?? []) {
        const drawn = bodies.get(row.id);
        drawn?.body.classList.toggle("bad", !row.ready);
        if (drawn) drawn.name.textContent = row.ready ? row.id : `▲ ${row.id}`;
      }
    },
  };
}

/**
 * @param {Spot} at
 * @param {string} words
 * @param {"middle" | "end"} anchor
 */
function mark([x, y], words, anchor) {
  const left = anchor === "end" ? x - 16 : x;
  return h(
    "svg:g",
    { class: "mark" },
    h("svg:circle", { cx: x, cy: y, r: 10 }),
    h("svg:text", { class: "small", y: y + 10, "text-anchor": anchor }, words.split(" ").map((word) => h("svg:tspan", { x: left, dy: LINE_CM }, `${word} `))),
  );
}

/** @param {[number, number, number, number]} box */
function scale([x, y, width, height]) {
  const [left, at] = [x + width - METRES * 100 - 50, y + height - 14];
  return h(
    "svg:g",
    { class: "scale" },
    h("svg:path", { d: `M${left} ${at - 10}V${at}H${left + METRES * 100}V${at - 10}` }),
    h("svg:text", { class: "small", x: left - 10, y: at + 4, "text-anchor": "end" }, `${METRES} m`),
  );
}
