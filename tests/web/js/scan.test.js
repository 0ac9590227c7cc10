// @ts-check
/** A scanner is told from a person, and each code means one thing by the picture of the handheld. */

import assert from "node:assert/strict";
import { test } from "node:test";

const { Wedge } = await import("../../../shopfloor/web/static/scan.js");
const { Twice, meaningOf } = await import("../../../shopfloor/web/static/handheld_scan.js");

/** @param {string} keys @param {number} apart */
function typed(keys, apart) {
  const wedge = new Wedge();
  let at = 1000;
  for (const key of keys) wedge.key(key, (at += apart));
  return wedge.key("Enter", at + apart);
}

test("keys at most 35 ms apart and an Enter are a scan", () => {
  assert.equal(typed("6901234567892", 4), "6901234567892");
  assert.equal(typed("6901234567892", 35), "6901234567892");
  assert.equal(typed("6901234567892", 36), "");
});

test("what was typed slowly before does not belong to the scan; Shift belongs to the sign after it", () => {
  const wedge = new Wedge();
  wedge.key("x", 0);
  wedge.key("A", 500);
  wedge.key("Shift", 505);
  wedge.key("#", 510);
  assert.equal(wedge.key("Enter", 515), "A#");
  assert.equal(wedge.key("Enter", 520), "");
});

test("a code with a gap in it is none: its end would be another code", () => {
  const wedge = new Wedge();
  let at = 0;
  for (const key of "AST-") wedge.key(key, (at += 4));
  at += 60;
  for (const key of "M60") wedge.key(key, (at += 4));
  assert.equal(wedge.key("Enter", at + 4), "");
  for (const key of "AST-M60") wedge.key(key, (at += 4) + 1000);
  assert.equal(wedge.key("Enter", at + 1004), "AST-M60");
});

test("a scan without an end is no scan", () => {
  assert.equal(typed("9".repeat(500), 1).length < 300, true);
});

const ACCEPT = { deed: "accept", body: { unit: "AST-M60-BAT#0001", desk: "d8" } };
const ORDER = { deed: "order", body: { repair: "R1", revision: 6, sku: "AST-M60-USB" } };
const ROWS = { "AST-M60": { BAT: "AST-M60-BAT", USB: "AST-M60-USB", SCR: "AST-M60-SCR" } };

/** @param {object} part @param {object} [seat] */
function picture(part, seat = {}) {
  const row = { repair: "R1", ticket: "T1", number: "A001" };
  const parts = [{ part: { unit: "AST-M60-BAT#0001", sku: "AST-M60-BAT", state: "AT_DESK", desk: "d8", repair: "R1", ...part }, offers: [ACCEPT] }];
  return {
    seat: { on: true, desk: "d8", person: "e9", keeps_parts: false, offers: {}, ...seat },
    desks: [{ desk: "d8" }, { desk: "d3" }],
    repairs: [{ row, whose: "mine", parts, offers: { next: [ORDER], more: [] } }],
    parts: [],
    tickets: [],
    waiting: [{ row: { number: "A002", ticket: "T2" }, offers: { next: [{ deed: "choose", body: { ticket: "T2" } }] } }],
  };
}

test("p16: the unit that has arrived is accepted; elsewhere, too early or again it is told what to do", () => {
  assert.deepEqual(meaningOf("AST-M60-BAT#0001", picture({}), "R1", ROWS), { say: ACCEPT });
  assert.equal(told("AST-M60-BAT#0001", picture({ desk: "d3" })), "wrong-desk");
  assert.equal(told("AST-M60-BAT#0001", picture({ state: "PICKED" })), "not-here-yet");
  assert.equal(told("AST-M60-BAT#0001", picture({ state: "ACCEPTED" })), "accepted-already");
});

test("p1: a part number of a signed line orders it, without a tap", () => {
  assert.deepEqual(meaningOf("AST-M60-USB", picture({}), "R1", ROWS), { say: ORDER });
  assert.equal(told("AST-M60-BAT", picture({})), "ordered-already");
  assert.equal(told("AST-M60-SCR", picture({})), "not-on-quote");
});

test("E5: a unit that is on no list of mine may be refused", () => {
  assert.equal(/** @type {any} */ (meaningOf("AST-M60-BAT#0777", picture({}), "R1", ROWS)).say.deed, "refuse");
});

test("a desk's label signs on, and another desk's says where one is", () => {
  const off = picture({}, { on: false });
  assert.deepEqual(meaningOf("desk/d8", off, "", ROWS), { say: { deed: "sign-on", body: { engineer: "e9", desk: "d8" } } });
  assert.equal(told("AST-M60-USB", off), "scan-desk");
  assert.equal(told("d3", picture({})), "other-desk");
  assert.equal(told("d8", picture({})), "this-desk");
});

test("a number calls who waits, a phone's label shows its repair, anything else is unknown", () => {
  assert.equal(/** @type {any} */ (meaningOf("A002", picture({}), "", ROWS)).say.deed, "choose");
  assert.deepEqual(meaningOf("phone/R1", picture({}), "", ROWS), { show: "R1" });
  assert.equal(told("6901234567892", picture({})), "unknown");
});

test("the same label twice within a second is one scan", () => {
  const twice = new Twice();
  assert.equal(twice.isTwice("X", 0), false);
  assert.equal(twice.isTwice("X", 900), true);
  assert.equal(twice.isTwice("Y", 950), false);
  assert.equal(twice.isTwice("Y", 2100), false);
});

/** @param {string} code @param {any} view */
function told(code, view) {
  return /** @type {any} */ (meaningOf(code, view, "R1", ROWS)).tell;
}
