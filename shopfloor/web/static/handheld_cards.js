// @ts-check
/** What is on the stage: a repair, a ticket, rows of a list. Only looks; what can be done is below, at the thumb. */

import { h } from "./dom.js";
import { page } from "./page.js";
import { clock, label, money, span, t } from "./words.js";

const SOON_MS = 600_000;

/**
 * @param {string} place `desk/d4`, `BIN:c1.17`, `customer`
 */
export function placeWords(place) {
  const [, kind = "", mark = "", name = ""] = place.match(/^([^:/]*)([:/]?)(.*)$/) ?? [];
  return label(mark === ":" ? "stock_place" : "place", kind).replace("{name}", name);
}

/**
 * Of a list; a tap on it chooses it.
 * @param {{key: string, title: string, state: string, mark?: string, isChosen?: boolean, onclick: () => void}} row
 */
export function rowOf(row) {
  return h("button", { class: "row", "data-mark": row.mark, "aria-pressed": row.isChosen === undefined ? null : String(row.isChosen), onclick: row.onclick },
    h("b", { class: "number" }, row.title), h("span", {}, row.state));
}

/**
 * @param {any} ticket
 */
export function ticketCard(ticket) {
  const { number, ticket_state, desk } = ticket.row;
  return h("article", { class: "card thing" },
    h("p", { class: "big number" }, number),
    h("p", {}, label("ticket", ticket_state), desk ? ` · ${label("place", "desk").replace("{name}", desk)}` : ""),
    h("p", { class: "soft" }, label("line", number.slice(0, 1))));
}

/**
 * @param {any} repair
 * @param {number} now the shop's time
 * @param {(part: any) => void} chosen a part was tapped
 */
export function repairCard(repair, now, chosen) {
  const { row, note } = repair;
  return h("article", { class: "card thing" },
    h("header", {}, h("b", { class: "big number" }, row.number || row.repair), h("span", { class: "soft number" }, row.number ? row.repair : "")),
    h("p", { class: "state" }, label("repair", row.state)),
    h("p", {}, [page.data.models[row.model] ?? row.model, placeWords(row.phone)].filter(Boolean).join(" · ")),
    promise(repair.promised, now),
    note ? h("p", { class: "said" }, note) : null,
    repair.causes.map((/** @type {any} */ one) => h("p", {}, h("b", {}, label("fault", one.fault)), one.cause ? h("span", { class: "cause" }, one.cause) : null)),
    parts(repair.parts, chosen),
    lines(repair),
    papers(repair.papers),
    row.owed ? h("p", { class: "number" }, t("To pay: {amount}", { amount: money(row.owed) }), row.payment ? ` · ${row.payment}` : "") : null);
}

/**
 * @param {number} promised
 * @param {number} now
 */
function promise(promised, now) {
  if (!promised) return null;
  const left = promised - now;
  const at = t("Promised for {time}", { time: clock(promised) });
  if (left < 0) return h("p", { class: "bad" }, at, " · ", t("late by {span}", { span: span(-left) }));
  return h("p", { class: left < SOON_MS ? "warn" : "good" }, at, " · ", t("{span} left", { span: span(left) }));
}

/** @param {any} repair */
function lines(repair) {
  const shown = repair.quote === "SIGNED" ? repair.signed : repair.lines;
  if (!shown.length) return null;
  const words = repair.quote === "SIGNED" ? t("Signed quote") : t("Quote, not signed");
  const total = shown.reduce((/** @type {number} */ sum, /** @type {any} */ line) => sum + line.part_fen + line.labour_fen, 0);
  return h("section", { class: "lines" }, h("h2", {}, words),
    shown.map((/** @type {any} */ line) => h("p", {}, h("span", {}, `${label("fault", line.fault)}${line.service === "repair" ? "" : ` · ${label("service", line.service)}`}`),
      h("span", { class: "number" }, money(line.part_fen + line.labour_fen)))),
    h("p", {}, h("b", {}, t("Total")), h("b", { class: "number" }, money(total))));
}

/** @param {Record<string, string>} known */
function papers(known) {
  const rows = Object.entries(known);
  if (!rows.length) return null;
  return h("section", { class: "lines" }, h("h2", {}, t("Papers")), rows.map(([kind, state]) =>
    h("p", {}, h("span", {}, label("document", kind)), h("span", { class: "soft" }, label("signature", state)))));
}

/**
 * @param {any[]} known
 * @param {(part: any) => void} chosen
 */
function parts(known, chosen) {
  if (!known.length) return null;
  return h("section", { class: "parts" }, h("h2", {}, t("Parts")), known.map((seen) => partRow(seen, chosen)));
}

/**
 * @param {any} seen
 * @param {(part: any) => void} chosen
 */
export function partRow(seen, chosen) {
  const { part, offers, way } = seen;
  return h("button", { class: "row", "data-mark": part.state === "AT_DESK" ? "go" : null, disabled: !offers.length, onclick: () => chosen(seen) },
    h("span", {}, h("b", { class: "number" }, part.unit || part.sku), h("small", { class: "soft" }, part.place ? placeWords(part.place) : "")),
    h("span", {}, label("parts_order", part.state), way ? h("small", { class: "soft" }, wayWords(way)) : null));
}

/** @param {{robot: string, expected_s: [number, number] | null}} way */
function wayWords(way) {
  if (way.expected_s === null) return way.robot;
  const [least, most] = way.expected_s;
  return t("{robot}, {least}–{most} s", { robot: way.robot, least, most });
}
