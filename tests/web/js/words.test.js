// @ts-check
/** The reader's language in scripts: what the page brings along is said, the rest stays English. */

import assert from "node:assert/strict";
import { test } from "node:test";

const DATA = {
  page: "kiosk",
  store: "s1",
  me: { language: "zh-Hans" },
  words: {
    "Call {number} again": "重呼 {number}",
    "{n} customer waits": "{n} 位顾客等候",
    "{n} min": "{n} 分钟",
    "{h} h {min} min": "{h} 小时 {min} 分钟",
  },
  labels: { repair: { PARTS_WAIT: "等待零件" } },
  offset_min: 480,
};

Object.assign(globalThis, { document: { getElementById: () => ({ textContent: JSON.stringify(DATA) }) } });
const { clock, label, listed, money, span, t, tn } = await import("../../../shopfloor/web/static/words.js");

test("a sentence is said in the reader's language, with its values", () => {
  assert.equal(t("Call {number} again", { number: "A017" }), "重呼 A017");
});

test("a sentence that the page has not brought along stays English", () => {
  assert.equal(t("Nobody is waiting"), "Nobody is waiting");
  assert.equal(t("Desk {desk}", { desk: "d3" }), "Desk d3");
});

test("a placeholder without a value is seen, not hidden", () => {
  assert.equal(t("Desk {desk}"), "Desk {desk}");
});

test("a value is never read as a placeholder", () => {
  assert.equal(t("{first} and {second}", { first: "{second}", second: "B" }), "{second} and B");
});

test("a number chooses the words only in languages that have a choice", () => {
  assert.equal(tn("{n} customer waits", "{n} customers wait", 2), "2 位顾客等候");
  assert.equal(tn("{n} desk", "{n} desks", 1), "1 desk");
  assert.equal(tn("{n} desk", "{n} desks", 2), "2 desks");
});

test("a state is shown in the shop's words, an unknown one as it is", () => {
  assert.equal(label("repair", "PARTS_WAIT"), "等待零件");
  assert.equal(label("repair", "MELTED"), "MELTED");
  assert.equal(label("ticket", "CALLED"), "CALLED");
});

test("money is yuan with two places", () => {
  assert.deepEqual([0, 5, 99_900, 123_456_789, -1250].map(money), ["¥0.00", "¥0.05", "¥999.00", "¥1,234,567.89", "-¥12.50"]);
});

test("times are by the shop's clock, not by the browser's", () => {
  assert.equal(clock(Date.UTC(2026, 10, 22, 6, 3)), "14:03");
  assert.equal(clock(Date.UTC(2026, 10, 22, 23, 59)), "07:59");
});

test("a span is told in its largest unit", () => {
  assert.deepEqual([-5, 40_000, 720_000, 3_900_000].map(span), ["0 s", "40 s", "12 分钟", "1 小时 5 分钟"]);
});

test("several things are listed as the reader's language lists them, and what is empty is left out", () => {
  assert.equal(listed(["A 维修", "", null, "B 预约"]), "A 维修、B 预约");
  assert.equal(listed([]), "");
});
