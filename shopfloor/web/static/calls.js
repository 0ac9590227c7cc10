// @ts-check
/**
 * The call display. What is called is a state with ids and no passing message: each call is said once, by its id; a
 * recall has another one. The floor hears that it was said only when it has been.
 */

import { at, each, fill, h, set, tell } from "./dom.js";
import { page } from "./page.js";
import { outbox, show } from "./shell.js";
import { Speaker } from "./speech.js";
import { inEach } from "./speech_tongues.js";
import { clock, t } from "./words.js";

/** @typedef {{number: string, desk: string, state: "CALLED" | "SERVING", calls: number}} Row */
/** @typedef {{id: string, ticket: string, number: string, desk: string, calls: number, language: string}} Call */

const TICK_MS = 500;
const BETWEEN = " · ";
const { desks, own, spoken } = page.data;
/** The hall reads the shop's own language, and visitors' English. */
const READ = [own, own === "en" ? "zh-Hans" : "en"];

const speaker = new Speaker(spoken);
/** @type {Call[]} what the floor wants said, oldest first */
let toSay = [];
/** @type {Row[]} */
let rows = [];
/** @type {string[]} */
let waiting = [];
/** @type {boolean | null} */
let isThere = null;
/** Ids that were said; kept while the floor still asks for them. @type {Set<string>} */
let said = new Set();
/** @type {Call | undefined} what is being said */
let saying;
/** The number that is shown large. */
let shown = "";
/** Number and how often it was called → when that was first seen. @type {Map<string, number>} */
let seen = new Map();

const live = show((view) => {
  isThere = view.floor.there;
  rows = view.calls ?? [];
  toSay = view.to_say;
  waiting = view.waiting ?? [];
  noteNew();
  draw();
  sayNext();
  if (performance.getEntriesByName("usable").length === 0) performance.mark("usable");
});
const box = outbox(live);
box.addEventListener("refused", (event) => box.discard(/** @type {CustomEvent} */ (event).detail.entry));
box.addEventListener("sign-in", () => location.reload());

// ── what is seen ────────────────────────────────────────────────────────────────────────────────

/** The newest call is the large one; on a display that has just been switched on, all are equally new. */
function noteNew() {
  const known = seen;
  seen = new Map();
  for (const row of rows) {
    if (row.state !== "CALLED") continue;
    const key = `${row.number}.${row.calls}`;
    seen.set(key, known.get(key) ?? Date.now());
  }
  const called = rows.filter((row) => row.state === "CALLED");
  const newest = called.sort((one, other) => (seenAt(other) - seenAt(one)) || one.desk.localeCompare(other.desk))[0];
  shown = called.find((row) => row.number === saying?.number)?.number ?? newest?.number ?? "";
}

/** @param {Row} row */
function seenAt(row) {
  return seen.get(`${row.number}.${row.calls}`) ?? 0;
}

function draw() {
  const large = rows.find((row) => row.number === shown);
  set(at("now"), { "data-empty": large === undefined });
  tell(at("number"), large?.number ?? "");
  tell(at("desk"), large ? signOf(large.desk) : "");
  const others = rows.filter((row) => row !== large);
  set(at("others"), { "data-empty": others.length === 0 });
  each(at("rows"), others, (row) => row.desk, madeRow, showRow);
  set(at("next"), { "data-empty": waiting.length === 0 });
  each(at("waiting"), waiting, (number) => number, (number) => h("li", { class: "number" }, number));
}

function madeRow() {
  return h("li", {}, h("b", { class: "number" }), h("span", { class: "to" }), h("small", {}));
}

/**
 * @param {Element} element
 * @param {Row} row
 */
function showRow(element, row) {
  set(element, { "data-state": row.state });
  const [number, to, state] = element.children;
  if (!number || !to || !state) return;
  tell(number, row.number);
  both(to, () => t("Desk {desk}", { desk: signOf(row.desk) }));
  both(state, row.state === "CALLED" ? () => t("please come") : () => t("being served"));
}

/**
 * Side by side, each half in its own language. Only where it differs.
 * @param {Element} element
 * @param {() => string} say
 */
function both(element, say) {
  const halves = inEach(say, READ);
  if (element.textContent === halves.map((each) => each.said).join(BETWEEN)) return;
  fill(element, halves.flatMap((each, place) => [place ? BETWEEN : null, h("span", { lang: each.code }, each.said)]));
}

/** @param {string} desk */
function signOf(desk) {
  return desks[desk] ?? desk;
}

/** @param {string} id  @param {() => string} say */
function write(id, say) {
  fill(at(id), ...inEach(say, READ).map((each) => h("span", { lang: each.code }, each.said)));
}

function words() {
  write("desk-word", () => t("Please come to desk"));
  write("wait-word", () => t("Please wait: your number is called here"));
  write("next-word", () => t("Next"));
  write("others-word", () => t("At the desks"));
  write("quiet-word", () => t("This display is silent: touch it once, or press a key, to turn the sound on."));
}

/** Nothing heard for three seconds, or the floor is away: the picture may be old. */
function watch() {
  const isLost = live.link === "lost";
  const isOld = isLost || isThere === false;
  set(at("calls"), { "data-old": isOld, "data-quiet": !speaker.isAllowed });
  tell(at("clock"), isThere === null ? "" : clock(live.now));
  if (isOld && at("old").childElementCount === 0) {
    write("old", () => t("No connection. These calls may be old. Please ask our staff."));
  } else if (!isOld) fill(at("old"));
}

// ── what is heard ───────────────────────────────────────────────────────────────────────────────

async function sayNext() {
  const asked = new Set(toSay.map((call) => call.id));
  said = new Set([...said].filter((id) => asked.has(id)));
  if (saying !== undefined && !asked.has(saying.id)) speaker.hush();
  const call = toSay.find((each) => !said.has(each.id));
  if (saying !== undefined || call === undefined || !speaker.isAllowed || live.link === "lost") return;
  saying = call;
  said.add(call.id);
  tellCalling(call);
  const isHeard = await speaker.say(call, signOf(call.desk), [...new Set([call.language, own])]);
  saying = undefined;
  set(at("now"), { "data-calling": null });
  if (isHeard) await box.say("CallShown", { kind: "CallShown", ticket: call.ticket, calls: call.calls });
  else said.delete(call.id);
  noteNew();
  draw();
  sayNext();
}

/** @param {Call} call */
function tellCalling(call) {
  noteNew();
  draw();
  set(at("now"), { "data-calling": true });
  const words = inEach(() => t("{number}, desk {desk}", { number: call.number, desk: signOf(call.desk) }), [call.language]);
  tell(at("aloud"), words[0]?.said ?? "");
}

speaker.onchange = () => {
  watch();
  sayNext();
};
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => speaker.allow());
}
words();
watch();
setInterval(watch, TICK_MS);
