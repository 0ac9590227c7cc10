// @ts-check
/** What a terminal may say: every stage of its own log against every state of the records. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ending, mayComeLate, slipLines, standing, statusOf, stopping } from "../../../shopfloor/web/static/pos_rules.js";

/** @typedef {import("../../../shopfloor/web/static/pos_rules.js").Stage} Stage */
const STAGES = /** @type {Stage[]} */ (["presented", "begun", "unknown", "not-found", "approved", "declined", "aborted"]);

/** @param {string} state */
function attempt(state, more = {}) {
  return {
    payment: "Y1", repair: "R1", number: "A001", desk: "8", kind: "CHARGE", state, attempt: 1, amount_fen: 9900, undone_fen: 0,
    reference: "", asked_at: 0, quote_sha256: "", owner: "", ...more,
  };
}

/** @param {Stage} stage */
function taking(stage, more = {}) {
  return { payment: "Y1", stage, since: 0, amount: 9900, reference: "REF1", code: "", undone: 0, onSlip: 0, undoneOnSlip: 0, ...more };
}

test("what the records have ended is ended, whatever is remembered here", () => {
  for (const state of ["DECLINED", "ABORTED", "SETTLED", "NOT_TAKEN", "REVERSED", "PART_REFUNDED", "REFUNDED"]) {
    for (const stage of STAGES) assert.equal(standing(attempt(state), taking(stage)), "ended");
  }
});

test("a payment of unknown end is never new, and never offered to be begun again", () => {
  for (const state of ["UNKNOWN", "MANUAL"]) {
    assert.equal(standing(attempt(state), undefined), "unknown");
    for (const stage of STAGES) assert.ok(["unknown", "denied", "sending"].includes(standing(attempt(state), taking(stage))));
  }
});

test("shown before, and nothing is remembered of it here: nobody knows whether it was begun", () => {
  assert.equal(standing(attempt("CREATED"), undefined), "new");
  assert.equal(standing(attempt("PRESENTED"), undefined), "unknown");
});

test("the floor's question is answered by what is known, and by silence where nothing is", () => {
  const said = STAGES.map((stage) => statusOf("Y1", taking(stage))?.body["status"] ?? statusOf("Y1", taking(stage))?.kind);
  assert.deepEqual(said, ["in-progress", "in-progress", undefined, "not-found", "PaymentApproved", "PaymentDeclined", "PaymentAborted"]);
  assert.equal(statusOf("Y1", undefined), undefined);
});

test("what was not begun is stopped, what is under way is looked at, what was paid can only be given back", () => {
  const said = STAGES.map((stage) => stopping("Y1", "C1", taking(stage)));
  assert.deepEqual(said.map((each) => (each === "ask" ? each : each.kind)),
    ["PaymentAborted", "ask", "ask", "ask", "CommandRefused", "PaymentAborted", "PaymentAborted"]);
  assert.equal(/** @type {any} */ (stopping("Y1", "C1", undefined)).kind, "PaymentAborted");
});

test("the amount that is said is the floor's", () => {
  assert.deepEqual(ending(taking("approved"))?.body, { kind: "PaymentApproved", payment: "Y1", amount: 9900, currency: "CNY", reference: "REF1" });
});

test("only what was not captured may still turn out to have been paid", () => {
  assert.deepEqual(["DECLINED", "ABORTED", "NOT_TAKEN", "SETTLED", "UNKNOWN"].map((state) => mayComeLate(attempt(state))), [true, true, true, false, false]);
});

test("the slip has what was taken since the last one, and asks where nobody knows", () => {
  const lines = (/** @type {any} */ one, /** @type {any} */ log) => slipLines([one], () => log);
  assert.deepEqual(lines(attempt("SETTLED"), undefined), [{ payment: "Y1", taken: 9900, undone: 0, amount: 9900, isOpen: false }]);
  assert.deepEqual(lines(attempt("SETTLED"), taking("approved", { onSlip: 9900 })), []);
  assert.deepEqual(lines(attempt("PART_REFUNDED", { undone_fen: 900 }), taking("approved", { onSlip: 9900 })),
    [{ payment: "Y1", taken: 0, undone: 900, amount: 0, isOpen: false }]);
  assert.deepEqual(lines(attempt("UNKNOWN"), taking("begun")), [{ payment: "Y1", taken: 0, undone: 0, amount: 9900, isOpen: true }]);
  assert.equal(lines(attempt("DECLINED"), taking("declined"))[0]?.taken, 0);
});
