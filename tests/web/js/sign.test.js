// @ts-check
/** What is told of a drawing: its measures and its hash, never itself. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { inkHash, inkJson, isTrivial, measures } from "../../../shopfloor/web/static/sign.js";

/** @typedef {import("../../../shopfloor/web/static/sign.js").Point} Point */
/** @type {Point[][]} */
const NAME = [[[0, 0, 0], [30, 40, 100], [30.5, 40, 120]], [[10, 10, 400], [10, 20, 500]]];

test("its length is that of its strokes, not of the way between them", () => {
  assert.deepEqual(measures(NAME), { points: 5, length_px: 61, duration_ms: 500 });
});

test("nothing drawn is nothing, and trivial", () => {
  assert.deepEqual(measures([]), { points: 0, length_px: 0, duration_ms: 0 });
  assert.ok(isTrivial(measures([])));
});

test("at each of the floor's bounds it is enough, just below any of them it is not", () => {
  const enough = { points: 8, length_px: 40, duration_ms: 200 };
  assert.ok(!isTrivial(enough));
  for (const less of [{ points: 7 }, { length_px: 39 }, { duration_ms: 199 }]) assert.ok(isTrivial({ ...enough, ...less }));
});

test("its bytes are those of every other surface: whole pixels have a point", () => {
  assert.equal(inkJson(NAME), "[[[0.0,0.0,0],[30.0,40.0,100],[30.5,40.0,120]],[[10.0,10.0,400],[10.0,20.0,500]]]");
});

test("another drawing has another hash", async () => {
  assert.notEqual(await inkHash(NAME), await inkHash(NAME.slice(1)));
});
