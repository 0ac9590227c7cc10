// @ts-check
/** What an answer means for an entry, and how long is left between two tries. */

import assert from "node:assert/strict";
import { test } from "node:test";

const { FIRST_PAUSE_MS, LAST_PAUSE_MS, pauseAfter, verdictOf } = await import("../../../shopfloor/web/static/outbox_verdict.js");

const ID = "b6f1c2f0-8f0e-4a53-9d0a-6f4d0c7b1a11";
/** @param {number} status @param {any} [body] */
const answer = (status, body = null) => ({ status, body, retryAfterMs: 0 });

test("only a receipt that names this entry ends it", () => {
  assert.equal(verdictOf(answer(200, { id: ID, receipt: {} }), ID), "sent");
  assert.equal(verdictOf(answer(200, { id: "another", receipt: {} }), ID), "again");
  assert.equal(verdictOf(answer(200, { id: ID }), ID), "again");
  assert.equal(verdictOf(answer(204), ID), "again");
});

test("no answer, a redirect, too often, or a broken server: again", () => {
  for (const status of [0, 302, 408, 425, 429, 500, 502, 503]) assert.equal(verdictOf(answer(status), ID), "again", String(status));
});

test("who are you: sign in first, then the same entry", () => {
  assert.equal(verdictOf(answer(401, { code: "anything" }), ID), "sign-in");
  assert.equal(verdictOf(answer(403, { code: "csrf" }), ID), "sign-in");
  assert.equal(verdictOf(answer(403, { code: "sign-in" }), ID), "sign-in");
});

test("any other no is the floor's, and is for a person to read", () => {
  for (const status of [400, 404, 409, 413, 422]) assert.equal(verdictOf(answer(status, { code: "x" }), ID), "refused", String(status));
  assert.equal(verdictOf(answer(403, { code: "not-yours" }), ID), "refused");
});

test("another start of the device has spoken: another number, if it is the floor that says so", () => {
  assert.equal(verdictOf(answer(422, { code: "old-boot", receipt: {} }), ID), "old-boot");
  assert.equal(verdictOf(answer(422, { code: "old-boot" }), ID), "refused");
  assert.equal(verdictOf(answer(422, { code: "stale", receipt: {} }), ID), "refused");
});

test("pauses grow to eight seconds, differ by chance, and are as long as the server asks for, up to a minute", () => {
  assert.equal(pauseAfter(1, 0, 0.5), FIRST_PAUSE_MS);
  assert.ok(pauseAfter(1, 0, 0) < pauseAfter(1, 0, 1));
  assert.ok(pauseAfter(40, 0, 1) <= LAST_PAUSE_MS * 1.25);
  assert.equal(pauseAfter(1, 30_000, 0), 30_000);
  assert.equal(pauseAfter(1, 86_400_000, 0), 60_000);
});
