// What is typed, scanned or told at the queue machine.
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { getElementById: () => null };
const { idIn, linkIn } = await import("../../../shopfloor/web/static/kiosk_keys.js");
const { waitWords } = await import("../../../shopfloor/web/static/kiosk_ticket.js");

test("an id is its letter and its digits, however it was typed", () => {
  assert.equal(idIn("T", "12"), "T12");
  assert.equal(idIn("T", " t-0012 "), "T12");
  assert.equal(idIn("R", "R7"), "R7");
});

test("without digits there is no id", () => {
  for (const typed of ["", "T", "0", "<b>"]) assert.equal(idIn("T", typed), "");
});

test("a scanned link is known by its path", () => {
  assert.equal(linkIn("http://shop.lan/track/abc"), "http://shop.lan/track/abc");
  assert.equal(linkIn("A012"), "");
});

test("a wait is a range, or nothing is promised", () => {
  assert.equal(waitWords(0, 5), "Up to 5 min");
  assert.equal(waitWords(15, 30), "15 to 30 min");
  for (const [low, high] of [[0, 600], [300, 600], [0, Infinity]]) assert.match(waitWords(low, high), /staff/);
});
