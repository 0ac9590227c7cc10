// @ts-check
/** What this terminal does by itself, and what it says for the cashier. Whatever it says is kept first, then sent. */

import { PRESENTED_MS, ending, saying, standing, statusOf, stopping } from "./pos_rules.js";

/** @typedef {import("./pos_rules.js").Attempt} Attempt */
/** @typedef {import("./pos_rules.js").Saying} Saying */
/** @typedef {import("./pos_rules.js").SlipLine} SlipLine */
/** @typedef {import("./pos_rules.js").Stage} Stage */
/** @typedef {{id: string, kind: string, payment: string}} Question */
/** @typedef {{id: string, kind: string, payment: string, amount: number}} Undoing */
/** @typedef {{attempts: Attempt[], questions: Question[], undoing: Undoing[], totals: string[]}} View */

/** The records need a moment to show what the floor has heard. */
const AGAIN_MS = 5000;

export class Terminal {
  /**
   * @param {import("./pos_log.js").PosLog} log
   * @param {import("./outbox.js").Outbox} box
   * @param {() => number} now the shop's time
   */
  constructor(log, box, now) {
    this.log = log;
    this.#box = box;
    this.#now = now;
  }

  #box;
  #now;
  /** Payment → when its end was said last, and not refused. @type {Map<string, number>} */
  #saidAt = new Map();
  /** Commands that were answered in this life of the page. @type {Set<string>} */
  #answered = new Set();
  #isLooking = false;

  /** Everything that needs no cashier. One look at a time: what one has noted the next one sees.
   * @param {View} view */
  async look(view) {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const question of view.questions) await this.#hear(question);
      const stopped = view.questions.filter((each) => each.kind === "AbortPayment").map((each) => each.payment);
      for (const attempt of view.attempts) await this.#tend(attempt, stopped.includes(attempt.payment));
      for (const { id, kind, payment } of view.undoing) await this.#hearUndoing(id, kind, payment);
      for (const id of view.totals) await this.#again(id);
    } finally {
      this.#isLooking = false;
    }
  }

  /** @param {Question} question */
  async #hear({ id, kind, payment }) {
    if (this.#answered.has(id)) return;
    const taking = this.log.taking(payment);
    if (kind === "AskPaymentStatus" && this.#isOnItsWay(payment)) return;
    const answer = kind === "AbortPayment" ? stopping(payment, id, taking) : statusOf(payment, taking);
    if (answer === undefined || answer === "ask") return;
    this.#answered.add(id);
    if (answer.kind === "PaymentAborted") await this.#note(payment, "aborted");
    await this.#say(answer);
  }

  /**
   * @param {Attempt} attempt
   * @param {boolean} isStopped
   */
  async #tend(attempt, isStopped) {
    const { payment, amount_fen: amount } = attempt;
    const taking = this.log.taking(payment);
    const how = standing(attempt, taking);
    if (how === "new" && !isStopped) {
      await this.#note(payment, "presented", { amount });
      await this.#say(saying("PaymentPresented", { payment }));
    } else if (how === "presented" && attempt.state === "CREATED") {
      await this.#repeat(payment, saying("PaymentPresented", { payment }));
    } else if (how !== "ended" && taking?.stage === "presented" && this.#now() - taking.since >= PRESENTED_MS) {
      await this.conclude(attempt, { stage: "aborted" });
    } else if (how === "sending" && taking !== undefined) {
      await this.#repeat(payment, ending(taking));
    }
  }

  /**
   * The floor does not know yet what was said: say it again, unless it is on its way.
   * @param {string} payment
   * @param {Saying | undefined} said
   */
  async #repeat(payment, said) {
    const saidAt = this.#saidAt.get(payment) ?? 0;
    if (said !== undefined && !this.#isOnItsWay(payment) && Date.now() - saidAt >= AGAIN_MS) await this.#say(said);
  }

  /** Something about it is kept, and not answered yet.
   * @param {string} payment */
  #isOnItsWay(payment) {
    return this.#box.entries.some((entry) => /** @type {any} */ (entry.body).payment === payment);
  }

  /**
   * @param {string} id
   * @param {string} kind
   * @param {string} payment
   */
  async #hearUndoing(id, kind, payment) {
    await this.#again(id);
    if (this.#answered.has(id) || kind !== "ReversePayment" || !this.log.taking(payment)?.onSlip) return;
    this.#answered.add(id);
    await this.#say(saying("CommandRefused", { command: id, reason: `The day of ${payment} is closed; refund it instead.` }));
  }

  /** A command that is repeated hears the same answer.
   * @param {string} id */
  async #again(id) {
    const answer = this.log.answer(id);
    if (answer === undefined || this.#answered.has(id)) return;
    this.#answered.add(id);
    await this.#say(answer);
  }

  // ── what the cashier says ──

  /** On the terminal's keys, with the card or the code of the customer.
   * @param {Attempt} attempt */
  begin(attempt) {
    return this.#note(attempt.payment, "begun", { amount: attempt.amount_fen });
  }

  /** Nobody knows just now. Nothing is said: the floor asks by itself.
   * @param {Attempt} attempt */
  lose(attempt) {
    return this.#note(attempt.payment, "unknown", { amount: attempt.amount_fen });
  }

  /** It is not in the terminal's own log: the floor asks three times before it believes that.
   * @param {Attempt} attempt */
  deny(attempt) {
    return this.#note(attempt.payment, "not-found", { amount: attempt.amount_fen });
  }

  /**
   * How it ended, by the slip. Once: whoever says it twice has said it once.
   * @param {Attempt} attempt
   * @param {{stage: "approved" | "declined" | "aborted", reference?: string, code?: string}} end
   */
  async conclude(attempt, { stage, reference = "", code = "" }) {
    const { payment, amount_fen: amount } = attempt;
    if (this.log.taking(payment)?.stage === "approved") return;
    await this.#note(payment, stage, { amount, reference, code });
    const said = ending({ payment, stage, amount, reference, code, since: 0, undone: 0, onSlip: 0, undoneOnSlip: 0 });
    if (said !== undefined) await this.#say(said);
  }

  /** Asked to stop, the terminal was already too far: its approval is on the way.
   * @param {Question} question */
  async tooLate({ id, payment }) {
    this.#answered.add(id);
    await this.#say(saying("PaymentAborted", { payment, before_approval: false }));
  }

  /**
   * @param {Undoing} undoing
   * @param {string} reference
   */
  async giveBack({ id, payment, amount }, reference) {
    if (this.#answered.has(id)) return;
    this.#answered.add(id);
    const before = this.log.taking(payment);
    await this.log.note(payment, { stage: "approved", amount: before?.amount || amount, undone: (before?.undone ?? 0) + amount });
    const answer = saying("PaymentUndone", { payment, command: id, amount, reference });
    await this.log.answered(id, answer);
    await this.#say(answer);
  }

  /**
   * @param {Undoing} undoing
   * @param {string} reason
   */
  async cannotGiveBack({ id }, reason) {
    if (this.#answered.has(id)) return;
    this.#answered.add(id);
    await this.#say(saying("CommandRefused", { command: id, reason }));
  }

  /**
   * The closing slip, as the cashier has compared it with the terminal's own.
   * @param {string} id
   * @param {SlipLine[]} compared `taken` is 0 where the payment does not stand on it
   */
  async closeDay(id, compared) {
    if (this.#answered.has(id)) return;
    this.#answered.add(id);
    const lines = compared.filter((line) => line.taken > 0 || line.undone > 0).map(({ payment, taken, undone }) => ({ payment, taken, undone }));
    const answer = saying("DayReconciled", { lines });
    await this.log.answered(id, answer);
    for (const { payment, taken, undone } of lines) {
      const before = this.log.taking(payment);
      await this.log.note(payment, {
        stage: taken > 0 ? "approved" : (before?.stage ?? "unknown"),
        onSlip: (before?.onSlip ?? 0) + taken, undoneOnSlip: (before?.undoneOnSlip ?? 0) + undone,
      });
    }
    await this.#say(answer);
  }

  /** @param {string} id */
  isAnswered(id) {
    return this.#answered.has(id);
  }

  /** @param {string} payment The floor would not have it: it is not said again by itself. */
  refused(payment) {
    this.#saidAt.set(payment, Infinity);
  }

  /**
   * @param {string} payment
   * @param {Stage} stage
   * @param {object} [more]
   */
  #note(payment, stage, more = {}) {
    return this.log.note(payment, { stage, since: this.#now(), ...more });
  }

  /** @param {Saying} said */
  async #say(said) {
    const payment = said.body["payment"];
    if (typeof payment === "string") this.#saidAt.set(payment, Date.now());
    await this.#box.say(said.kind, said.body);
  }
}
