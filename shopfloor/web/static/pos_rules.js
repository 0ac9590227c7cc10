// @ts-check
/** What a terminal may say, and when: pure rules over the floor's records and this terminal's own log. */

/**
 * @typedef {object} Attempt as the records have it
 * @property {string} payment
 * @property {string} repair
 * @property {string} number
 * @property {string} desk
 * @property {string} kind
 * @property {string} state
 * @property {number} attempt
 * @property {number} amount_fen
 * @property {number} undone_fen
 * @property {string} reference
 * @property {number} asked_at
 * @property {string} quote_sha256
 * @property {string} owner
 */
/** @typedef {"presented" | "begun" | "unknown" | "not-found" | "approved" | "declined" | "aborted"} Stage */
/**
 * @typedef {object} Taking one attempt in this terminal's own log
 * @property {string} payment
 * @property {Stage} stage
 * @property {number} since the shop's time of the stage
 * @property {number} amount
 * @property {string} reference of the slip
 * @property {string} code why it was declined
 * @property {number} undone
 * @property {number} onSlip how much of it stands on an earlier closing slip
 * @property {number} undoneOnSlip
 */
/** @typedef {{kind: string, body: Record<string, unknown>}} Saying */
/** @typedef {"new" | "presented" | "begun" | "unknown" | "denied" | "sending" | "ended"} Standing */

/** Then the terminal gives up by itself, before the floor must take the payment for lost. */
export const PRESENTED_MS = 115_000;
export const REFERENCE = /^[A-Za-z0-9_./:#-]{1,64}$/;

const WAITING = ["CREATED", "PRESENTED"];
const LOST = ["UNKNOWN", "MANUAL"];
const NOT_CAPTURED = ["DECLINED", "ABORTED", "NOT_TAKEN"];
const ENDED = ["approved", "declined", "aborted"];

/**
 * How an attempt stands at this terminal. The records end it; before that the cashier's word counts.
 * @param {Attempt} attempt
 * @param {Taking | undefined} taking
 * @returns {Standing}
 */
export function standing(attempt, taking) {
  if (!WAITING.includes(attempt.state) && !LOST.includes(attempt.state)) return "ended";
  if (taking !== undefined && ENDED.includes(taking.stage)) return "sending";
  if (taking?.stage === "not-found") return "denied";
  if (LOST.includes(attempt.state)) return "unknown";
  if (taking === undefined) return attempt.state === "CREATED" ? "new" : "unknown";
  return taking.stage === "presented" || taking.stage === "begun" ? taking.stage : "unknown";
}

/** Whether the terminal may still show that this was paid: then it is given back.
 * @param {Attempt} attempt */
export function mayComeLate(attempt) {
  return NOT_CAPTURED.includes(attempt.state);
}

/**
 * The terminal's word on how an attempt ended; undefined while it has none.
 * @param {Taking} taking
 * @returns {Saying | undefined}
 */
export function ending(taking) {
  const { payment, amount, reference, code } = taking;
  if (taking.stage === "approved") return saying("PaymentApproved", { payment, amount, currency: "CNY", reference });
  if (taking.stage === "declined") return saying("PaymentDeclined", { payment, code });
  if (taking.stage === "aborted") return saying("PaymentAborted", { payment, before_approval: true });
  return undefined;
}

/**
 * "What became of it?" Nothing is answered that nobody knows: silence leaves it to the cashier, and then to the manager.
 * @param {string} payment
 * @param {Taking | undefined} taking
 * @returns {Saying | undefined}
 */
export function statusOf(payment, taking) {
  if (taking === undefined || taking.stage === "unknown") return undefined;
  if (taking.stage === "not-found") return saying("PaymentStatusReported", { payment, status: "not-found", diagnosis_good: true });
  return ending(taking) ?? saying("PaymentStatusReported", { payment, status: "in-progress", diagnosis_good: true });
}

/**
 * "Stop it." What was not begun is stopped at once, and never shown; where the terminal is at work the cashier must look.
 * @param {string} payment
 * @param {string} command
 * @param {Taking | undefined} taking
 * @returns {Saying | "ask"}
 */
export function stopping(payment, command, taking) {
  if (taking?.stage === "approved") {
    return saying("CommandRefused", { command, reason: `${payment} has been paid; it can only be given back.` });
  }
  if (taking?.stage === "begun" || taking?.stage === "unknown" || taking?.stage === "not-found") return "ask";
  return saying("PaymentAborted", { payment, before_approval: true });
}

/**
 * @param {string} kind
 * @param {Record<string, unknown>} body
 * @returns {Saying}
 */
export function saying(kind, body) {
  return { kind, body: { kind, ...body } };
}

/**
 * A line of the closing slip as this terminal knows it, less what an earlier slip has told.
 * @typedef {{payment: string, taken: number, undone: number, amount: number, isOpen: boolean}} SlipLine
 */

/**
 * @param {Attempt} attempt
 * @param {Taking | undefined} taking
 * @returns {SlipLine}
 */
export function slipLine(attempt, taking) {
  const { payment, amount_fen: amount, state } = attempt;
  const how = standing(attempt, taking);
  const wasTaken = taking?.stage === "approved" || (how === "ended" && !NOT_CAPTURED.includes(state));
  const told = taking?.onSlip ?? 0;
  const undone = Math.max(taking?.undone ?? 0, attempt.undone_fen) - (taking?.undoneOnSlip ?? 0);
  const isOpen = how !== "ended" && how !== "sending";
  return { payment, taken: wasTaken ? amount - told : 0, undone, amount: amount - told, isOpen };
}

/**
 * What stands on no earlier slip yet.
 * @param {Attempt[]} attempts
 * @param {(payment: string) => Taking | undefined} takingOf
 */
export function slipLines(attempts, takingOf) {
  const lines = attempts.map((attempt) => slipLine(attempt, takingOf(attempt.payment)));
  return lines.filter((line) => line.amount > 0 || line.undone > 0);
}
