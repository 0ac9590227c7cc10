// @ts-check
/** The manager's settings: each change is an event of this browser, and what is shown is what the floor has made of it. */

import { at, each, fill, h, tell } from "./dom.js";
import { decided } from "./decided.js";
import { showBrowsers, showPeople } from "./settings_access.js";
import { pricesTable } from "./settings_prices.js";
import { staffList } from "./settings_staff.js";
import { page } from "./page.js";
import { outbox, show } from "./shell.js";
import { ago } from "./board_said.js";
import { label, t } from "./words.js";

/** @typedef {(kind: string, body: object) => Promise<boolean>} Say */

const LINES = ["A", "B", "C", "D"];

const live = show((view, news) => {
  if (news.has("settings")) {
    showDays(view.settings);
    showModes(view.settings);
  }
  if (news.has("settings") || news.has("changes")) {
    staff.look(view.settings.date);
    prices.look(view.settings.date);
  }
  if (news.has("badges")) showPeople(view.badges, announce);
  if (news.has("browsers")) showBrowsers(view.browsers, announce);
  if (performance.getEntriesByName("usable").length === 0) performance.mark("usable");
});
const box = outbox(live);
const staff = staffList(say);
const prices = pricesTable(say);

/** @type {Say} */
async function say(kind, body) {
  const answer = await decided(box, kind, { kind, ...body });
  announce(answer.text, answer.isGood);
  return answer.isGood;
}

/**
 * @param {string} words
 * @param {boolean} isGood
 */
function announce(words, isGood) {
  const told = at("told");
  told.hidden = false;
  told.className = `told said ${isGood ? "good" : "bad"}`;
  tell(told, words);
}

at("day-form").addEventListener("submit", (/** @type {any} */ event) => {
  event.preventDefault();
  void say("ServiceDaySet", { date: event.target.elements.date.value, on: true });
});

/** @param {any} settings */
function showDays(settings) {
  if (settings.service_days.length === 0) return fill(at("days"), h("li", { class: "soft" }, t("None is planned.")));
  each(at("days"), settings.service_days, (date) => date, (date) =>
    h("li", { class: "setting" }, h("strong", { class: "number" }, date), h("button", { type: "button", class: "small", onclick: () => void say("ServiceDaySet", { date, on: false }) }, t("No service day"))),
  );
}

/** @typedef {{what: string, about: string, name: string}} Switch */

/** @param {any} settings */
function showModes(settings) {
  /** @type {Switch[]} */
  const switches = [
    ...LINES.map((line) => ({ what: "line-closed", about: line, name: `${line} · ${label("line", line)}` })),
    ...page.data.cabinets.map((/** @type {string} */ about) => ({ what: "cabinet-by-hand", about, name: about })),
    { what: "robots-by-hand", about: "", name: t("All robots") },
    ...page.data.robots.map((/** @type {string} */ about) => ({ what: "robot-held", about, name: about })),
  ];
  each(at("modes"), switches, (row) => `${row.what}/${row.about}`, (row) => h("li", { class: "setting" }, h("span", {}, h("strong", {}, row.name), " ", h("span")), h("button", { type: "button", class: "small" })), (item, row) => {
    const mode = settings.modes.find((/** @type {any} */ each) => each.what === row.what && (each.about === row.about || !row.about));
    const isOn = mode !== undefined || (row.what === "line-closed" && settings.lines_closed.includes(row.about));
    const [words, button] = item.children;
    tell(words.lastChild, isOn ? `▲ ${label("mode", row.what)}${mode ? ` · ${ago(mode.since, live.now)}` : ""}` : usual(row.what));
    words.lastChild.className = isOn ? "warn" : "soft";
    tell(button, isOn ? t("Back to usual") : changeWords(row.what));
    button.onclick = () => void say("ModeSet", { what: row.what, on: !isOn, about: row.about });
  });
}

/** @param {string} what */
function usual(what) {
  if (what === "line-closed") return t("✓ open");
  return what === "cabinet-by-hand" ? t("✓ works by itself") : t("✓ in service");
}

/** @param {string} what */
function changeWords(what) {
  if (what === "line-closed") return t("Close the line");
  return what === "robot-held" ? t("Take out of service") : t("Work by hand");
}
