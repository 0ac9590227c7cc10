// @ts-check
/** Our own SHA-256 against the vectors of FIPS 180-4 and against node's. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { digest, hex, sha256 } from "../../../shopfloor/web/static/sha256.js";

const VECTORS = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
];

test("the standard's own vectors", () => {
  for (const [text = "", known] of VECTORS) assert.equal(hex(digest(new TextEncoder().encode(text))), known);
});

test("a million a's", () => {
  const known = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
  assert.equal(hex(digest(new Uint8Array(1_000_000).fill(0x61))), known);
});

test("around the length of a block, and in every language, it says what node says", () => {
  for (let length = 0; length <= 200; length += 1) {
    const text = "维a€𝄞".repeat(length).slice(0, length);
    const known = createHash("sha256").update(text).digest("hex");
    assert.equal(hex(digest(new TextEncoder().encode(text.toWellFormed?.() ?? text))), known, `${length} signs`);
  }
});

test("the browser's own and ours are one", async () => {
  const text = "Repair agreement\nShop: s1\n\f第2页";
  assert.equal(await sha256(text), hex(digest(new TextEncoder().encode(text))));
});
