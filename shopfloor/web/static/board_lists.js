// @ts-check
/** Everything on the board that is a list: queue, parts, stock, robots, desks on a phone, devices. */

import { at, each, h, set, tell } from "./dom.js";
import { ago, said, stage, standing, storyOf } from "./board_said.js";
import { errand as errandOf, isFit, LOW_PCT } from "./plan_robots.js";
import { label, listed, span, t, tn } from "./words.js";

const QUEUE_MAX = 60;
const PARTS_MAX = 12;
const NAMES_MAX = 3;
const LONG_WAIT_MS = 10 * 60_000;

/** @typedef {(thing: string) => void} Open */

/**
 * @param {any} view
 * @param {number} now
 * @param {Open} open
 */
export function showQueue(view, now, open) {
  const rows = view.queue ?? [];
  tell(at("queue-head"), rows.length ? tn("{n} waits", "{n} wait", rows.length) : t("Nobody waits"));
  each(at("queue"), rows.slice(0, QUEUE_MAX), (row) => row.ticket, (row) =>
    h("li", {}, h("button", { type: "button", class: "chip", onclick: () => open(row.ticket) }, h("strong"), h("span", { class: "number" }))),
    (item, row) => {
      const [number, time] = item.firstChild.children;
      const wait = now - row.since;
      tell(number, row.number);
      tell(time, `${wait > LONG_WAIT_MS ? "! " : ""}${ago(row.since, now)}${row.booked ? ` · ${label("line", "B")}` : ""}`);
      item.firstChild.classList.toggle("warn", wait > LONG_WAIT_MS);
    },
  );
  const closed = view.shop?.lines_closed ?? [];
  tell(at("lines"), closed.length ? t("Closed: {lines}", { lines: listed(closed.map((/** @type {string} */ line) => `${line} ${label("line", line)}`)) }) : "");
}

/**
 * @param {any} view
 * @param {number} now
 * @param {Open} open
 */
export function showParts(view, now, open) {
  const rows = view.parts ?? [];
  tell(at("parts-head"), rows.length ? tn("{n} part under way", "{n} parts under way", rows.length) : t("No part is under way"));
  each(at("parts"), rows.slice(0, PARTS_MAX), (row) => row.parts_order, (row) => line(() => open(row.parts_order)), (item, row) => {
    const carried = (view.jobs ?? []).find((/** @type {any} */ job) => job.unit === row.unit && job.robot);
    const where = carried ? `${label("parts_order", row.state)} · ${carried.robot}` : label("parts_order", row.state);
    fillLine(item, `${row.sku} → ${row.desk || row.repair}`, where, ago(row.since, now));
  });
}

/**
 * @param {any} view
 * @param {number} now
 */
export function showStock(view, now) {
  each(at("cabinets"), view.cabinets ?? [], (row) => row.id, () => line(), (item, row) => {
    fillLine(item, row.id, row.ready ? t("✓ gives parts") : `▲ ${said(view, row.reason) || t("stands still")}`, "");
    item.classList.toggle("bad", !row.ready);
  });
  each(at("low"), view.low ?? [], (row) => row.sku, () => line(), (item, row) => {
    fillLine(item, row.sku, t("! {free} of at least {minimum} left", { free: row.free, minimum: row.minimum }), ago(row.at, now));
    item.classList.toggle("warn", true);
  });
}

/**
 * @param {any} view
 * @param {Record<string, string>} marks robot → class of its colour
 */
export function showRobots(view, marks) {
  each(at("robots"), view.robots ?? [], (row) => row.id, () => h("li", {}, h("strong"), h("span"), h("span", { class: "number" }), h("span", { class: "soft" })), (item, row) => {
    const [name, fit, battery, errand] = item.children;
    const loads = Object.entries(row.aboard).map(([tote, load]) => `${tote}: ${load}`);
    const trouble = row.availability && !isFit(row);
    tell(name, row.id);
    set(name, { class: `robot-name ${marks[row.id] ?? ""}` });
    tell(fit, `${trouble ? "▲ " : ""}${row.availability ? label("robot", row.availability) : t("not heard of yet")}${row.reason ? `: ${said(view, row.reason)}` : ""}`);
    fit.classList.toggle("bad", Boolean(trouble));
    tell(battery, row.battery_pct === null ? "– %" : `${row.battery_pct < LOW_PCT ? "! " : ""}${row.battery_pct} %`);
    battery.classList.toggle("warn", row.battery_pct !== null && row.battery_pct < LOW_PCT);
    tell(errand, [errandOf(row), row.job, listed(loads)].filter(Boolean).join(" · "));
  });
}

/**
 * @param {any} view
 * @param {number} now
 * @param {Open} open
 */
export function showDesks(view, now, open) {
  each(at("desks"), view.desks ?? [], (row) => row.desk, () => line(), (item, row) => {
    const how = standing(row, now);
    const thing = storyOf(row);
    item.onclick = () => thing && open(thing);
    fillLine(item, [row.desk, row.number || row.repair].filter(Boolean).join(" · "), [row.name, stage(row)].filter(Boolean).join(" · "), `${how.sign} ${how.words}`);
    item.firstChild.lastChild.className = `number look-${how.look}`;
  });
}

/**
 * @param {any} view
 * @param {number} now the shop's
 * @param {boolean} isLive
 */
export function showDevices(view, now, isLive) {
  const rows = view.devices ?? [];
  const off = rows.filter((/** @type {any} */ row) => row.online === false);
  const heard = rows.filter((/** @type {any} */ row) => row.online !== null).length;
  tell(at("devices-head"), off.length ? `▲ ${tn("{n} device is away", "{n} devices are away", off.length)}` : t("Devices and links"));
  const links = [
    { name: t("The floor"), good: view.floor?.there !== false, words: view.floor?.there === false ? t("does not answer") : t("answers") },
    { name: t("Devices"), good: off.length === 0, words: thereOf(heard - off.length, rows.length, rows.length - heard) },
    ...(view.unsent ?? []).map((/** @type {any} */ row) => ({ name: `${label("device", row.device.split("/")[0])} ${nameOf(row)}`, good: false, words: tn("{n} entry not sent yet", "{n} entries not sent yet", row.waiting) })),
  ];
  each(at("links"), isLive ? links : links.slice(1, 2), (row) => row.name, () => line(), (item, row) => {
    fillLine(item, row.name, `${row.good ? "✓" : "▲"} ${row.words}`, "");
    item.classList.toggle("bad", !row.good);
  });
  const kinds = [...new Set(rows.map((/** @type {any} */ row) => row.device.split("/")[0]))];
  each(at("devices"), kinds, (kind) => kind, () => line(), (item, kind) => {
    const own = rows.filter((/** @type {any} */ row) => row.device.startsWith(`${kind}/`));
    const gone = own.filter((/** @type {any} */ row) => row.online === false);
    const silent = own.filter((/** @type {any} */ row) => row.online === null);
    const words = [
      ...gone.map((/** @type {any} */ row) => t("▲ {name} away for {time}", { name: nameOf(row), time: span(now - row.since) })),
      ...silentWords(silent),
    ];
    const there = own.length - gone.length - silent.length;
    fillLine(item, label("device", kind), words.join(" · "), `${gone.length || silent.length ? "" : "✓ "}${there}/${own.length}`);
    item.classList.toggle("bad", gone.length > 0);
  });
}

/** @param {any[]} silent */
function silentWords(silent) {
  if (silent.length > NAMES_MAX) return [t("{n} never heard of", { n: silent.length })];
  return silent.length ? [t("– {names} never heard of", { names: listed(silent.map(nameOf)) })] : [];
}

/** @param {any} row */
function nameOf(row) {
  return row.device.split("/")[1];
}

/**
 * @param {number} on
 * @param {number} all
 * @param {number} silent
 */
function thereOf(on, all, silent) {
  const words = [t("{on} of {all} are there", { on, all })];
  if (silent) words.push(t("{n} never heard of", { n: silent }));
  return words.join(" · ");
}

/** @param {(() => void) | undefined} [tap] */
function line(tap) {
  const words = [h("strong"), h("span"), h("span", { class: "number" })];
  return tap ? h("li", {}, h("button", { type: "button", class: "row", onclick: tap }, words)) : h("li", {}, h("span", { class: "row" }, words));
}

/**
 * @param {any} item
 * @param {string} name
 * @param {string} words
 * @param {string} time
 */
function fillLine(item, name, words, time) {
  const [first, second, third] = item.firstChild.children;
  tell(first, name);
  tell(second, words);
  tell(third, time);
}
