// @ts-check
/**
 * One wish of the customer who stands here, and its end within seconds.
 *
 * A number that comes when nobody waits for it any more would be called in vain, and whoever has got it would take a
 * place from somebody who is there. So a wish ends for the customer after five seconds: the screen says that there is
 * no number. The entry itself cannot be taken back, since the floor may have it already; it is sent until it is answered,
 * and a number that comes of it leaves the queue at once. That needs no memory: every number that is not the one being
 * waited for is nobody's, also after this page was loaded anew.
 */

/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./store.js").Entry} Entry */
/** @typedef {{end: "made", made: Record<string, string>, link: string} | {end: "refused", code: string, words: string} | {end: "late"}} Outcome */

export const PATIENCE_MS = 5000;
export const NOBODY = "no number could be shown in time";

export class Wishes {
  /** @param {Outbox} box */
  constructor(box) {
    this.#box = box;
    box.whenTaken = (entry, answer) => this.#taken(entry, answer);
    box.addEventListener("refused", (event) => this.#refused(/** @type {CustomEvent} */ (event).detail));
    box.addEventListener("sign-in", () => location.reload());
  }

  #box;
  /** @type {{id: string, settle: (outcome: Outcome) => void} | undefined} */
  #current;

  /**
   * @param {string} kind
   * @param {object} body
   * @returns {Promise<Outcome>} never later than ``PATIENCE_MS``
   */
  async make(kind, body) {
    const wish = { id: "", settle: (/** @type {Outcome} */ _outcome) => {} };
    this.#current = wish;
    const outcome = await new Promise((/** @type {(outcome: Outcome) => void} */ resolve) => {
      wish.settle = resolve;
      setTimeout(() => resolve({ end: "late" }), PATIENCE_MS);
      this.#box.say(kind, { kind, ...body }).then(
        (entry) => (wish.id = entry.id),
        () => resolve({ end: "late" }),
      );
    });
    if (this.#current === wish) this.#current = undefined;
    return outcome;
  }

  /**
   * @param {Entry} entry
   * @param {any} answer
   */
  async #taken(entry, answer) {
    const made = answer?.receipt?.made ?? {};
    if (this.#isAwaited(entry)) this.#current?.settle({ end: "made", made, link: answer?.link ?? "" });
    else if (entry.kind === "TicketTaken" && made.ticket) {
      await this.#box.say("CustomerLeft", { kind: "CustomerLeft", ticket: made.ticket, reason: NOBODY });
    }
  }

  /** @param {Entry} entry */
  #isAwaited({ id }) {
    return this.#current?.id === id;
  }

  /** @param {{entry: Entry, answer: any}} news */
  #refused({ entry, answer }) {
    if (this.#isAwaited(entry)) this.#current?.settle({ end: "refused", code: answer?.code ?? "", words: answer?.words ?? "" });
    this.#box.discard(entry);
  }
}
