// @ts-check
/** The floor's own sentences, and times told against now. */

import { page } from "./page.js";
import { clock, label, span, t } from "./words.js";

export const MINUTE_MS = 60_000;
const LONG_MS = 60 * MINUTE_MS;
/** Minutes are read at a glance, hours are not: then the time of day is told. */
export const TIGHT_MS = 10 * MINUTE_MS;

/**
 * A sentence of the floor in the reader's language; the picture brings its translations along.
 * @param {any} view
 * @param {string} english
 */
export function said(view, english) {
  return view.said?.[english]?.[page.me.language] ?? english;
}

/**
 * How long ago, or nothing where no time is known.
 * @param {number} since
 * @param {number} now
 */
export function ago(since, now) {
  return since ? span(Math.max(0, now - since)) : "–";
}

/**
 * @typedef {object} Standing
 * @property {"free" | "empty" | "away" | "called" | "good" | "tight" | "late"} look
 * @property {string} sign says the same as the colour
 * @property {string} words short
 */

/**
 * How a desk stands: against the promise where there is one.
 * @param {any} desk
 * @param {number} now
 * @returns {Standing}
 */
export function standing(desk, now) {
  if (desk.promised && desk.repair) {
    const left = desk.promised - now;
    if (left < 0) return { look: "late", sign: "▲", words: -left < LONG_MS ? t("{time} late", { time: span(-left) }) : t("late: {time}", { time: clock(desk.promised) }) };
    const words = left < LONG_MS ? t("{time} left", { time: span(left) }) : t("till {time}", { time: clock(desk.promised) });
    return left < TIGHT_MS ? { look: "tight", sign: "!", words } : { look: "good", sign: "✓", words };
  }
  if (desk.away) return { look: "away", sign: "◌", words: t("away") };
  if (desk.ticket_state === "CALLED") return { look: "called", sign: "◉", words: t("{time} ago", { time: ago(desk.since, now) }) };
  if (desk.ticket || desk.repair) return { look: "good", sign: "●", words: desk.since ? t("for {time}", { time: ago(desk.since, now) }) : "" };
  if (desk.engineer) return { look: "free", sign: "○", words: t("free") };
  return { look: "empty", sign: "–", words: t("nobody") };
}

/**
 * What happens at a desk, in the shop's words.
 * @param {any} desk
 */
export function stage(desk) {
  if (desk.repair && desk.stage) return label("repair", desk.stage);
  return desk.ticket_state ? label("ticket", desk.ticket_state) : "";
}

/**
 * Where a tap on a desk leads; empty: nowhere.
 * @param {any} desk
 */
export function storyOf(desk) {
  return desk.ticket || desk.repair;
}

/**
 * Whoever must act, in a word or by name.
 * @param {{party: string, who: string}} alarm
 */
export function whoActs(alarm) {
  const role = label("party", alarm.party);
  return role === alarm.party ? alarm.who : role;
}
