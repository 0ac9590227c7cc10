// @ts-check
/** The PAD: one customer after another, one document at a time, and nothing of one readable for the next. */

import { at, fill, h, set, tell } from "./dom.js";
import { boxOf, emptyBox } from "./pad_box.js";
import { AtOnce, forgetUnsent } from "./pad_saying.js";
import { Sitting } from "./pad_sitting.js";
import { me, page } from "./page.js";
import { outbox, show } from "./shell.js";
import { codes, inEach, nameOf, speak } from "./speech_tongues.js";
import { clock, t } from "./words.js";

const LEFT_ALONE_MS = 10 * 60_000;
const TICK_MS = 500;
/** So long a word about a document that has gone stays on the screen. */
const NOTE_MS = 20_000;
/** A document of the same repair and kind within this time is the same one, amended. */
const AMENDED_MS = 5 * 60_000;
const OWN = me.language;
const WIPED = "pad wiped";

/** @typedef {import("./pad_sitting.js").Document} Document */
/** @typedef {import("./pad_box.js").Box} Box */

/** @type {Sitting | undefined} */
let sitting;
/** @type {Box | null} */
let box = null;
/** @type {boolean | null} */
let isThere = null;
/** The language that somebody chose for this repair's white box. */
let chosen = { repair: "", code: "" };
let touchedAt = Date.now();
let note = { words: "", until: 0 };
/** The document that was taken away before its customer was done. */
let taken = { repair: "", document: "", at: 0 };
let drawn = "";
/** Commands whose answer is on its way. @type {Set<string>} */
const answered = new Set();

await forgetUnsent(me.device).catch(console.warn);
const live = show((view) => {
  isThere = view.floor.there;
  box = view.box;
  for (const clearing of view.clear) clear(clearing);
  sit(view.document);
  sitting?.connectionIs();
  draw();
});
const say = outbox(live);
const atOnce = new AtOnce(say);
say.addEventListener("sign-in", () => location.reload());

function mayBegin() {
  return live.link === "live" && isThere === true;
}

// ── documents come and go ───────────────────────────────────────────────────────────────────────

/** @param {Document | null} doc */
function sit(doc) {
  if (doc !== null && sitting?.doc.request === doc.request) return sitting.heard(doc);
  if (sitting) wipe();
  if (doc === null || sessionStorage.getItem(WIPED) === doc.request) return;
  touchedAt = Date.now();
  speak(doc.language);
  if (isAmended(doc)) noteThat(t("This document was changed. The earlier one is void; please read the new one."));
  else note.until = 0;
  taken = { repair: "", document: "", at: 0 };
  sitting = new Sitting(doc, atOnce, mayBegin);
  fill(at("screen"), sitting.element);
  at("screen").querySelector(".sheets")?.focus({ preventScroll: true });
}

/** @param {Document} doc */
function isAmended(doc) {
  return taken.repair === doc.repair && kindOf(taken.document) === kindOf(doc.document) && Date.now() - taken.at < AMENDED_MS;
}

/** A supplement takes the place of its quote.
 * @param {string} document */
function kindOf(document) {
  return document === "SUPPLEMENT" ? "QUOTE" : document;
}

/** @param {{id: string, request: string}} clearing */
function clear({ id, request }) {
  if (sitting?.doc.request === request) wipe();
  if (answered.has(id)) return;
  answered.add(id);
  say.say("CommandDone", { kind: "CommandDone", command: id });
}

function wipe() {
  if (sitting === undefined) return;
  const { doc, stage } = sitting;
  sitting.close();
  sitting = undefined;
  drawn = "";
  if (stage === "wrong") noteThat(t("This text is not the one that was prepared for you. It cannot be signed. Our staff has been told."));
  else if (stage !== "done") {
    taken = { repair: doc.repair, document: doc.document, at: Date.now() };
    noteThat(t("This document was withdrawn. Nothing was signed. Please wait a moment."));
  }
}

/** @param {string} words */
function noteThat(words) {
  note = { words, until: Date.now() + NOTE_MS };
}

/** Whoever has walked off leaves nothing to read, whether the floor can be heard or not. */
function leftAlone() {
  if (sitting === undefined || Date.now() - touchedAt < LEFT_ALONE_MS) return;
  sessionStorage.setItem(WIPED, sitting.doc.request);
  wipe();
  note.until = 0;
  draw();
}

// ── the frame ───────────────────────────────────────────────────────────────────────────────────

function draw() {
  tell(at("clock"), isThere === null ? "" : clock(live.now));
  const isAway = isThere !== null && !mayBegin();
  set(at("pad"), { "data-away": isAway, "data-sitting": sitting !== undefined });
  const words = Date.now() < note.until ? note.words : "";
  tell(at("note"), sitting ? words : "");
  if (sitting === undefined) drawBox(words);
  tell(at("away"), isAway ? t("No connection to the shop's floor: nothing can be signed just now. Nothing is sent later without you.") : "");
}

/** Only when it looks different: whoever reads it is not disturbed.
 * @param {string} words */
function drawBox(words) {
  speak(box === null ? OWN : chosen.repair === box.repair ? chosen.code : box.language);
  const looks = JSON.stringify([box, words, page.me.language]);
  if (looks === drawn) return;
  drawn = looks;
  const greeting = () => t("Welcome");
  fill(at("screen"), box === null ? emptyBox(inEach(greeting), words) : boxOf(box, words));
  fill(at("tongues"), box === null ? null : codes.map((code) => h("button", {
    type: "button", lang: code, "aria-pressed": String(code === page.me.language), onclick: () => choose(code),
  }, nameOf(code))));
}

/** @param {string} code */
function choose(code) {
  chosen = { repair: box?.repair ?? "", code };
  draw();
}

for (const kind of ["pointerdown", "keydown", "wheel"]) {
  addEventListener(kind, () => (touchedAt = Date.now()), { passive: true, capture: true });
}
setInterval(() => {
  leftAlone();
  sitting?.connectionIs();
  draw();
}, TICK_MS);
draw();
performance.mark("usable");
