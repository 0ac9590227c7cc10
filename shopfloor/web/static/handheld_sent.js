// @ts-check
/** Every entry with what has become of it: saved, sending, sent, or refused with the reason and what to do next. */

import { h } from "./dom.js";
import { t } from "./words.js";

/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./store.js").Entry} Entry */

export const SENT_SHOWN_MAX = 12;

/**
 * @param {Outbox} box
 * @param {Entry[]} sent the latest first
 * @param {{read: (entry: Entry) => void, correct: (entry: Entry) => void}} taps
 */
export function entryList(box, sent, taps) {
  const refused = box.entries.filter((entry) => entry.state === "refused");
  const waiting = box.entries.filter((entry) => entry.state === "saved");
  if (!refused.length && !waiting.length && !sent.length) return h("p", { class: "soft empty" }, t("Nothing was entered yet."));
  return h("div", { class: "entries" },
    refused.map((entry) => refusedCard(entry, taps)),
    waiting.map((entry) => line(entry, entry.id === box.sending ? t("sending") : t("saved, will be sent"), "warn")),
    sent.map((entry) => line(entry, t("sent"), "good")));
}

/**
 * @param {Entry} entry
 * @param {string} words
 * @param {string} mark
 */
function line(entry, words, mark) {
  return h("p", { class: "entry", "data-state": entry.state }, h("span", {}, entry.label), h("span", { class: mark }, words));
}

/**
 * The answer's words say what to do next, too.
 * @param {Entry} entry
 * @param {{read: (entry: Entry) => void, correct: (entry: Entry) => void}} taps
 */
function refusedCard(entry, taps) {
  const { words = "", reason = "", code = "" } = entry.answer ?? {};
  return h("article", { class: "said bad entry-refused", "data-code": code },
    h("p", {}, h("b", {}, t("Refused: {label}", { label: entry.label }))),
    h("p", {}, words || reason),
    h("div", { class: "buttons" },
      h("button", { onclick: () => taps.correct(entry) }, t("Correct it")),
      h("button", { class: "read", onclick: () => taps.read(entry) }, t("Read"))));
}
