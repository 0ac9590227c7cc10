// @ts-check
/**
 * What belongs to a signature is said at once or not at all: nobody's consent is sent later, from a tablet that the next
 * customer holds. What could not be sent within seconds is taken out of the outbox again, and the customer is told.
 * If it has arrived all the same, the floor's own picture shows it, and that is as good as an answer.
 */

import { kept, remove } from "./store.js";

/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./store.js").Entry} Entry */
/** @typedef {{end: "taken"} | {end: "refused", code: string, words: string} | {end: "unsent"}} Outcome */

export const PATIENCE_MS = 6000;
const OF_SIGNING = ["DocumentPresented", "PageViewed", "ConsentGiven", "InkCaptured", "SignatureRefused", "ReportViewed"];

/**
 * What an earlier life of this page had not sent yet is not said any more. Before the outbox begins.
 * @param {string} device
 */
export async function forgetUnsent(device) {
  for (const entry of await kept(device)) if (OF_SIGNING.includes(entry.kind)) await remove(entry);
}

export class AtOnce {
  /** @param {Outbox} box */
  constructor(box) {
    this.#box = box;
    for (const news of ["sent", "refused"]) {
      box.addEventListener(news, (event) => this.#hear({ news, .../** @type {CustomEvent} */ (event).detail }));
    }
    box.addEventListener("elsewhere", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
  }

  #box;
  /** @type {Map<string, {entry: Entry, settle: (outcome: Outcome) => void}>} */
  #waiting = new Map();

  /**
   * @param {string} kind
   * @param {object} body
   * @returns {Promise<Outcome>} never later than `PATIENCE_MS` and a moment
   */
  async say(kind, body) {
    try {
      const entry = await this.#box.say(kind, { kind, ...body });
      this.#box.resume(); // how long others waited in vain is nothing to whoever stands here
      return await new Promise((resolve) => {
        this.#waiting.set(entry.id, { entry, settle: resolve });
        setTimeout(() => this.#give(entry, { end: "unsent" }), PATIENCE_MS);
      });
    } catch {
      return { end: "unsent" };
    }
  }

  /** @param {{news: string, entry: Entry, answer: any}} told here or in another tab */
  #hear({ news, entry, answer }) {
    if (news === "sent") this.#end(entry, { end: "taken" });
    if (news !== "refused") return;
    this.#end(entry, { end: "refused", code: answer?.code ?? "", words: answer?.words ?? answer?.reason ?? "" });
    this.#box.discard(entry);
  }

  /** The floor's own picture shows what is being said: its answer may be lost. */
  hasArrived() {
    for (const { entry } of [...this.#waiting.values()]) this.#give(entry, { end: "taken" });
  }

  /**
   * @param {Entry} entry
   * @param {Outcome} outcome
   */
  #give(entry, outcome) {
    if (!this.#waiting.has(entry.id)) return;
    this.#end(entry, outcome);
    this.#box.discard(entry);
  }

  /**
   * @param {Entry} entry
   * @param {Outcome} outcome
   */
  #end(entry, outcome) {
    const said = this.#waiting.get(entry.id);
    this.#waiting.delete(entry.id);
    said?.settle(outcome);
  }
}
