// @ts-check
/** Figures with their n, each beside its curve of the day; "–" where there are no data. */

import { at, each, h, tell } from "./dom.js";
import { chart, drawCurve, round } from "./charts.js";
import { inWords, shareOf } from "./board_kpis.js";
import { MINUTE_MS } from "./board_said.js";
import { label, t } from "./words.js";

/** @typedef {import("./charts.js").Points} Points */

/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {string} curve of the day's curves
 * @property {"dots" | "steps"} kind
 * @property {string} kpi
 * @property {string[]} figures of that KPI, the first one large
 */

/** @returns {Panel[]} */
function panels() {
  return [
    { title: t("Waiting, minutes"), curve: "waiting_min", kind: "dots", kpi: "K1", figures: ["p50", "p90"] },
    { title: t("Repair, minutes"), curve: "repair_min", kind: "dots", kpi: "K5", figures: ["p50", "p90"] },
    { title: t("A part, minutes"), curve: "parts_min", kind: "dots", kpi: "K8", figures: ["p50", "p90"] },
    { title: t("People who wait"), curve: "queue", kind: "steps", kpi: "K1", figures: [] },
    { title: t("Desks with a customer"), curve: "desks_busy", kind: "steps", kpi: "K10", figures: ["value"] },
    { title: t("Robots that are out"), curve: "robots_busy", kind: "steps", kpi: "K11", figures: ["value"] },
  ];
}

const SHARES = [["K2", "value"], ["K3", "value"], ["K6", "value"], ["K7", "first_pass"], ["K13", "value"], ["K20", "value"]];

/**
 * @param {any} view
 * @param {number} until nothing later is drawn
 */
export function showCurves(view, until) {
  if (!view.curves) return;
  const { since } = view.shop?.opens_at ? { since: Math.min(view.shop.opens_at, firstOf(view.curves)) } : view.curves;
  each(at("curves"), panels(), (panel) => panel.curve, (panel) =>
    h("section", { class: "card figure" },
      h("h3", {}, panel.title),
      h("p", { class: "value number" }, h("strong"), " ", h("span", { class: "soft" })),
      chart(panel.title, panel.kind)),
    (section, panel) => {
      const [, value, place] = section.children;
      /** @type {Points} */
      const points = view.curves[panel.curve];
      const numbers = view.figures?.[panel.kpi] ?? {};
      const now = points.filter(([when]) => when <= until).at(-1)?.[1];
      const large = panel.kind === "steps" ? (now ?? null) : numbers[panel.figures[0] ?? ""] ?? null;
      tell(value.firstElementChild, large === null ? "–" : round(large));
      tell(value.lastElementChild, panel.curve === "queue" ? waits(view, until) : aside(panel, numbers));
      drawCurve(place, { title: panel.title, kind: panel.kind, points, since, until: Math.max(until, since) });
    },
  );
}

/** @param {any} curves */
function firstOf(curves) {
  const firsts = Object.values(curves).flatMap((curve) => (Array.isArray(curve) && curve[0] ? [curve[0][0]] : []));
  return Math.min(curves.until, ...firsts);
}

/**
 * The queue's own rows are newer than its figure, which comes with the floor's next entry.
 * @param {any} view
 * @param {number} now
 */
function waits({ queue = [] }, now) {
  if (!queue.length) return t("now · nobody waits");
  const first = Math.min(...queue.map((/** @type {any} */ { since }) => since));
  return t("now · the longest for {n} min", { n: Math.max(0, Math.floor((now - first) / MINUTE_MS)) });
}

/**
 * @param {Panel} panel
 * @param {any} numbers
 */
function aside(panel, numbers) {
  const n = numbers.n ?? 0;
  if (panel.kind === "steps") return t("now · in use {share}", { share: shareOf(numbers.value) });
  return t("median · 90 % within {p90} · n = {n}", { p90: numbers.p90 == null ? "–" : round(numbers.p90), n });
}

/** @param {any} view */
export function showFigures(view) {
  const figures = view.figures ?? {};
  each(at("shares"), SHARES, ([kpi]) => kpi ?? "", ([kpi]) => h("li", { class: "card" }, h("strong", { class: "number" }), h("span", {}, label("kpi", kpi ?? "")), h("span", { class: "soft number" })), (item, [kpi, figure]) => {
    const numbers = figures[kpi ?? ""] ?? {};
    tell(item.children[0], shareOf(numbers[figure ?? ""]));
    tell(item.children[2], `n = ${numbers.n ?? 0}`);
  });
  const rows = Object.entries(figures).sort(([one], [other]) => Number(one.slice(1)) - Number(other.slice(1)));
  each(at("kpis"), rows, ([kpi]) => kpi, ([kpi]) => h("tr", {}, h("th", { scope: "row" }, `${kpi} ${label("kpi", kpi)}`), h("td", { class: "number" }), h("td", { class: "number" })), (row, [kpi, numbers]) => {
    tell(row.children[1], inWords(kpi, numbers));
    tell(row.children[2], numbers.n == null ? "–" : numbers.n);
  });
}

