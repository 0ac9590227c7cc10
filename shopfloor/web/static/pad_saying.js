// @ts-check
/**
 * What belongs to a signature is said at once or not at all: nobody's consent is sent later, from a tablet that the next
 * customer holds. What could not be sent within seconds is taken out of the outbox again, and the customer is told.
 * If it had arrived all the same, the floor's own picture shows it.
 */

import { kept, remove } from "./store.js";

/** @typedef {import("./outbox.js").Outbox} Outbox */
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
    box.addEventListener("sent", (event) => this.#end(/** @type {CustomEvent} */ (event).detail.entry, { end: "taken" }));
    box.addEventListener("refused", (event) => {
      const { entry, answer } = /** @type {CustomEvent} */ (event).detail;
      this.#end(entry, { end: "refused", code: answer?.code ?? "", words: answer?.words ?? answer?.reason ?? "" });
      box.discard(entry);
    });
  }

  #box;
  /** @type {Map<string, (outcome: Outcome) => void>} */
  #waiting = new Map();

  /**
   * @param {string} kind
   * @param {object} body
   * @returns {Promise<Outcome>} never later than `PATIENCE_MS` and a moment
   */
  async say(kind, body) {
    try {
      const entry = await this.#box.say(kind, { kind, ...body });
      return await new Promise((resolve) => {
        this.#waiting.set(entry.id, resolve);
        setTimeout(() => this.#give(entry), PATIENCE_MS);
      });
    } catch {
      return { end: "unsent" };
    }
  }

  /** @param {import("./store.js").Entry} entry */
  #give(entry) {
    if (!this.#waiting.has(entry.id)) return;
    this.#end(entry, { end: "unsent" });
    this.#box.discard(entry);
  }

  /**
   * @param {import("./store.js").Entry} entry
   * @param {Outcome} outcome
   */
  #end(entry, outcome) {
    const settle = this.#waiting.get(entry.id);
    this.#waiting.delete(entry.id);
    settle?.(outcome);
  }
}
