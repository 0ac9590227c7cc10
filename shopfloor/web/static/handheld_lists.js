// @ts-check
/** What is on the stage beside one's own work: who waits, which parts come, what was said to this handheld. */

import { h } from "./dom.js";
import { partRow, rowOf } from "./handheld_cards.js";
import { me } from "./page.js";
import { label, t } from "./words.js";

/**
 * @param {any} view
 * @param {(row: any, offers: any) => void} chosen
 */
export function queueList(view, chosen) {
  const rows = (/** @type {any[]} */ list) => h("div", { class: "list" }, list.map(({ row, offers }) =>
    rowOf({ key: row.ticket, title: row.number, state: label("ticket", row.ticket_state), onclick: () => chosen(row, offers) })));
  return [
    h("h2", {}, t("Waiting")), view.waiting.length ? rows(view.waiting) : h("p", { class: "soft" }, t("Nobody is waiting.")),
    ...(view.missed.length ? [h("h2", {}, t("Missed their call")), rows(view.missed)] : []),
  ];
}

/**
 * @param {any} view
 * @param {(seen: any) => void} chosen
 */
export function partsList(view, chosen) {
  const own = view.repairs.filter((/** @type {any} */ one) => one.whose === "mine").flatMap((/** @type {any} */ one) => one.parts);
  const known = [...own, ...view.parts];
  return [
    ...view.chores.map((/** @type {any} */ chore) => h("p", { class: "said warn" }, chore[me.language] ?? chore.en)),
    known.length ? h("div", { class: "list" }, known.map((seen) => partRow(seen, chosen))) : h("p", { class: "soft empty" }, t("No parts are on their way.")),
  ];
}

/**
 * @param {any[]} alerts
 * @param {(id: string) => void} read
 */
export function alertList(alerts, read) {
  return alerts.map(({ id, words }) => h("div", { class: "said warn alert" },
    h("span", {}, words[me.language] ?? words.en), h("button", { onclick: () => read(id) }, t("Read"))));
}
