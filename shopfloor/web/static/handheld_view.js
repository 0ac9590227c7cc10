// @ts-check
/** The picture as the page has it: what was seen last until the first frame comes, and what belongs to what. */

import { recall, remember } from "./store.js";

const KEEP_MS = 500;
const PAGE = "handheld";
/** Whoever has a part in hand, or sent it back, knows that it came. */
const TAKEN = ["ACCEPTED", "INSTALLED", "RETURNING", "RETURNED"];

/** Before anything is known. */
export const NOTHING = {
  seat: { person: "", on: false, away: false, desk: "", keeps_parts: false, offers: {} },
  desks: [],
  alerts: [],
  tickets: [],
  repairs: [],
  parts: [],
  waiting: [],
  missed: [],
  chores: [],
};

/** Keeps the latest picture for the next time that the page opens without a connection. */
export class Memory {
  /** @param {string} person whose picture it is */
  constructor(person) {
    this.#person = person;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#write(); // into a pocket: timers may not come to it any more
    });
  }

  #person;
  #writtenAt = 0;
  /** @type {object | undefined} not written yet */
  #latest;

  /**
   * @param {any} view
   * @param {number} offset the shop's clock minus this browser's
   */
  keep(view, offset) {
    if (!this.#person) return;
    if (this.#latest === undefined) setTimeout(() => this.#write(), Math.max(0, this.#writtenAt + KEEP_MS - Date.now()));
    this.#latest = { person: this.#person, view, offset };
  }

  #write() {
    if (this.#latest === undefined) return;
    this.#writtenAt = Date.now();
    remember(PAGE, this.#latest).catch(() => {}); // a picture can be had again
    this.#latest = undefined;
  }

  /** @returns {Promise<{view: any, offset: number} | undefined>} */
  async recall() {
    const seen = await recall(PAGE).catch(() => undefined);
    return seen?.person === this.#person ? seen : undefined;
  }
}

/**
 * The things on the own desk: whoever was called or sits there, then one's own repairs.
 * @param {any} view
 * @returns {{key: string, title: string, state: [string, string], thing: any}[]}
 */
export function ownThings(view) {
  const tickets = view.tickets.map((/** @type {any} */ one) => thing(one.row.ticket, one.row.number, ["ticket", one.row.ticket_state], one));
  return [...tickets, ...view.repairs.filter((/** @type {any} */ one) => one.whose === "mine").map(repairThing)];
}

/**
 * Colleagues' repairs: to be checked, or taken over.
 * @param {any} view
 */
export function othersThings(view) {
  return view.repairs.filter((/** @type {any} */ one) => one.whose !== "mine").map(repairThing);
}

/** @param {any} one */
function repairThing(one) {
  return thing(one.row.repair, one.row.number || one.row.repair, ["repair", one.row.state], one);
}

/**
 * @param {string} key
 * @param {string} title
 * @param {[string, string]} state
 * @param {any} one
 */
function thing(key, title, state, one) {
  return { key, title, state, thing: one };
}

/**
 * What is on the screen: the chosen one if it is still there, else the first that can go on, else the first.
 * @template {{key: string, thing: any}} T
 * @param {T[]} things
 * @param {string} chosen
 * @returns {T | undefined}
 */
export function chosenOf(things, chosen) {
  return things.find((one) => one.key === chosen) ?? things.find((one) => one.thing.offers.next?.length) ?? things[0];
}

/**
 * The number or the repair that an event is about, for the list of entries.
 * @param {any} view
 * @param {any} body
 */
export function aboutWords(view, body) {
  const rows = [...view.repairs, ...view.tickets, ...view.waiting, ...view.missed].map((one) => one.row);
  const row = rows.find((one) => (body.repair && one.repair === body.repair) || (body.ticket && one.ticket === body.ticket));
  return [row?.number, body.repair].filter(Boolean).join(" ");
}

/**
 * Whether what it tells of has been done: nobody need read it any more.
 * @param {any} view
 * @param {{about: string}} alert
 */
export function isOver(view, { about }) {
  const parts = view.repairs.flatMap((/** @type {any} */ one) => one.parts);
  return parts.some((/** @type {any} */ { part }) => part.parts_order === about && TAKEN.includes(part.state));
}
