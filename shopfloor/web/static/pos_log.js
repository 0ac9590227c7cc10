// @ts-check
/** This terminal's own log: what the cashier has said of each attempt, and what the floor was answered. It outlives a reload. */

import { recall, remember } from "./store.js";

/** @typedef {import("./pos_rules.js").Taking} Taking */
/** @typedef {import("./pos_rules.js").Saying} Saying */

const REMEMBERED_MAX = 2000;

export class PosLog {
  /** @param {string} device */
  constructor(device) {
    this.#name = `log of ${device}`;
  }

  #name;
  /** @type {Map<string, Taking>} */
  #takings = new Map();
  /** Command → what it was answered. @type {Map<string, Saying>} */
  #answers = new Map();

  async open() {
    const seen = await recall(this.#name);
    this.#takings = new Map((seen?.takings ?? []).map((/** @type {Taking} */ taking) => [taking.payment, taking]));
    this.#answers = new Map(seen?.answers ?? []);
  }

  /** @param {string} payment */
  taking(payment) {
    return this.#takings.get(payment);
  }

  /** @param {string} command */
  answer(command) {
    return this.#answers.get(command);
  }

  /**
   * On the disk when it resolves: only then the floor hears of it.
   * @param {string} payment
   * @param {Partial<Taking>} news
   */
  async note(payment, news) {
    const before = this.#takings.get(payment) ?? {
      payment, stage: /** @type {const} */ ("unknown"), since: 0, amount: 0, reference: "", code: "", undone: 0, onSlip: 0, undoneOnSlip: 0,
    };
    this.#takings.set(payment, { ...before, ...news });
    await this.#keep();
  }

  /**
   * @param {string} command
   * @param {Saying} saying
   */
  async answered(command, saying) {
    this.#answers.set(command, saying);
    await this.#keep();
  }

  #keep() {
    for (const kept of [this.#takings, this.#answers]) {
      for (const name of [...kept.keys()].slice(0, Math.max(0, kept.size - REMEMBERED_MAX))) kept.delete(name);
    }
    return remember(this.#name, { takings: [...this.#takings.values()], answers: [...this.#answers] });
  }
}
