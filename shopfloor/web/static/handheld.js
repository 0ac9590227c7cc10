// @ts-check
/** The handheld: what is to be done next, and one big button for it. Everything that is entered goes through the outbox. */

import { ask } from "./api.js";
import { at, h, set, tell } from "./dom.js";
import { repairCard, rowOf, ticketCard } from "./handheld_cards.js";
import { allDeeds, isSaid, titleOf } from "./handheld_deeds.js";
import { seatChoice, setUpAgain, signInForm, signOut } from "./handheld_door.js";
import { alertList, partsList, queueList } from "./handheld_lists.js";
import { Presence } from "./handheld_presence.js";
import { Twice, meaningOf, signOn } from "./handheld_scan.js";
import { scanWords } from "./handheld_scan_words.js";
import { SENT_SHOWN_MAX, entryList } from "./handheld_sent.js";
import { isOpen, openChoice, openVideo, scanInto } from "./handheld_sheet.js";
import { Taps } from "./handheld_taps.js";
import { Memory, NOTHING, chosenOf, isOver, othersThings, ownThings } from "./handheld_view.js";
import { me, page } from "./page.js";
import { hasCamera, listen, look } from "./scan.js";
import { outbox, show } from "./shell.js";
import { Still } from "./still.js";
import { label, t } from "./words.js";

/** @typedef {import("./handheld_deeds.js").Offer} Offer */
/** @typedef {import("./handheld_deeds.js").Offers} Offers */
/** @typedef {import("./store.js").Entry} Entry */

const LOOK_MS = 5000;
const HEARD_MS = 6000;
const BUZZ = [200, 100, 200];
const BUTTONS_MAX = 2;
/** Of somebody without a repair in front of them: what the stock and the loaners need. */
const BY_HAND = ["loaner-back", "loaner-wiped", "collect-any"];
const BY_KEEPER = ["receive", "collect-any", "store", "inspect", "count", "send-back", "transfer", "lost", "parcel", "clear-old"];

const isStaff = me.role === "engineer";
const memory = new Memory(me.person);
const twice = new Twice();
const still = new Still(drawAll);
/** @type {any} */
let view = NOTHING;
let hasFrame = false;
let tab = "work";
let chosen = "";
let mustSignIn = false;
let isDevice = true;
/** @type {Entry[]} the latest first */
let sent = [];
/** @type {Set<string>} alerts that have buzzed */
const buzzed = new Set();
/** @type {Set<string>} alerts that need no reader any more: the page has said so, once */
const over = new Set();

const live = show((seen) => {
  hasFrame = true;
  view = { ...NOTHING, ...seen };
  memory.keep(view, live.offset);
  draw();
});
const box = outbox(live);
const taps = new Taps(box, { view: () => view, now: () => live.now, hear, draw });
const { tap } = taps;
new Presence(() => live.now, () => view.seat.on, sayPresence);

/** @param {boolean} isAway */
function sayPresence(isAway) {
  const { person, desk } = view.seat;
  taps.say(isAway ? { deed: "away", body: { engineer: person } } : signOn(person, desk), {});
}

// ── hearing ─────────────────────────────────────────────────────────────────────────────────────

/** @type {ReturnType<typeof setTimeout> | undefined} */
let quiet;

/**
 * One sentence above the buttons, for a while.
 * @param {string} words
 * @param {"good" | "warn" | "bad" | ""} [mark]
 */
function hear(words, mark = "") {
  tell(at("heard"), words);
  set(at("heard"), { class: words ? `said ${mark}` : "" });
  clearTimeout(quiet);
  if (words) quiet = setTimeout(() => hear(""), HEARD_MS);
}

/** @param {Entry | undefined} entry */
function isQuiet(entry) {
  return Object.values(allDeeds()).some((deed) => deed.quiet && deed.kind === entry?.kind);
}

box.addEventListener("saved", (event) => {
  const { entry } = /** @type {CustomEvent} */ (event).detail;
  if (!isQuiet(entry)) hear(t("Saved, will be sent: {label}", { label: entry.label }));
});
box.addEventListener("sent", (event) => {
  const { entry, answer } = /** @type {CustomEvent} */ (event).detail;
  mustSignIn = false;
  if (entry.kind === "EngineerSignedOff") signOut();
  if (isQuiet(entry)) return;
  taps.justSaid(entry.kind, entry.body);
  sent = [entry, ...sent].slice(0, SENT_SHOWN_MAX);
  const { number } = answer.receipt.made ?? {};
  hear(number && entry.kind === "TicketTaken" ? t("Number {number}", { number }) : t("Sent: {label}", { label: entry.label }), "good");
});
box.addEventListener("refused", (event) => {
  const { entry, answer } = /** @type {CustomEvent} */ (event).detail;
  if (isQuiet(entry)) {
    box.discard(entry);
    return;
  }
  navigator.vibrate?.(BUZZ);
  hear(answer?.words ?? t("Refused: {label}", { label: entry.label }), "bad");
});
box.addEventListener("sign-in", () => {
  mustSignIn = true;
  hear(t("Sign in again. What you have entered is kept."), "warn");
});
box.addEventListener("change", draw);

/** Somebody signed out, or in, elsewhere: the page stays, with what is being typed, and asks who is there. */
live.whenShut = async () => {
  const { status, body } = await ask("GET", "/me");
  if (status === 200) {
    mustSignIn = isStaff && body.role !== "engineer";
    isDevice = body.device !== "";
  }
  draw();
};

/** @param {string} code */
function scanned(code) {
  if (isOpen() && scanInto(code)) return;
  if (!isStaff) return;
  if (twice.isTwice(code, Date.now())) {
    hear(scanWords("twice", { code }), "warn");
    return;
  }
  const meaning = meaningOf(code, view, chosen, page.data.rows);
  if ("say" in meaning) tap(meaning.say);
  else if ("show" in meaning) choose(meaning.show);
  else hear(scanWords(meaning.tell, meaning.values), "bad");
}

listen(scanned);

async function lookThroughCamera() {
  const video = openVideo(t("Scan"));
  try {
    const code = await look(video.element);
    video.close();
    if (code) scanned(code);
  } catch {
    video.close();
    hear(t("The camera cannot be used. Use the scanner, or type the code."), "bad");
  }
}

// ── drawing ─────────────────────────────────────────────────────────────────────────────────────

/** Everything, as soon as no finger is on it. */
function draw() {
  still.draw();
}

function drawAll() {
  drawWho();
  drawStage();
  drawAlerts();
  drawNext();
  drawTabs();
  if (!performance.getEntriesByName("usable").length && document.querySelector("main button")) performance.mark("usable");
}

/** @param {string} thing */
function choose(thing) {
  chosen = thing;
  tab = view.repairs.some((/** @type {any} */ one) => one.row.repair === thing && one.whose !== "mine") ? "team" : "work";
  draw();
}

function isSignedIn() {
  return isStaff && !mustSignIn && isDevice;
}

/** Whether the work is to be seen: somebody has signed in, and on. */
function isAtWork() {
  return isSignedIn() && view.seat.on;
}

function drawWho() {
  const { desk } = view.seat;
  tell(at("who"), [desk, me.name].filter(Boolean).join(" · "));
}

function drawStage() {
  if (!isDevice) still.put("stage", "set-up", setUpAgain);
  else if (!isStaff || mustSignIn) still.put("stage", "sign-in", signInForm);
  else if (!view.seat.on) drawDoor();
  else if (tab === "work") drawThings(ownThings(view));
  else if (tab === "team") drawThings(othersThings(view));
  else if (tab === "queue") still.put("stage", [tab, view.waiting, view.missed], () => queueList(view, chooseTicket));
  else if (tab === "parts") still.put("stage", [tab, view.parts, view.chores, view.repairs], () => partsList(view, choosePart));
  else still.put("stage", [tab, box.entries, box.sending, sent], () => entryList(box, sent, { read: (entry) => box.discard(entry), correct: taps.correct }));
}

function drawDoor() {
  if (!hasFrame && view === NOTHING) still.put("stage", "wait", () => h("p", { class: "soft empty" }, t("One moment …")));
  else still.put("stage", ["seat", view.desks, view.seat], () => seatChoice(view, tap));
}

/** @param {ReturnType<typeof ownThings>} things */
function drawThings(things) {
  const shown = chosenOf(things, chosen);
  const minute = Math.floor(live.now / 15_000);
  still.put("stage", [tab, shown?.key, things, minute], () => [
    things.length > 1 ? h("div", { class: "chips" }, things.map((one) => chip(one, one === shown))) : null,
    shown ? cardOf(shown.thing) : h("p", { class: "soft empty" }, tab === "team" ? t("Nothing to check or to take over.") : t("Nothing on your desk.")),
  ].filter(Boolean));
}

/**
 * @param {ReturnType<typeof ownThings>[number]} one
 * @param {boolean} isChosen
 */
function chip({ key, title, state, thing }, isChosen) {
  const mark = thing.offers.next?.length ? "go" : undefined;
  return rowOf({ key, title, state: label(...state), mark, isChosen, onclick: () => choose(key) });
}

/** @param {any} thing */
function cardOf(thing) {
  return thing.row.repair ? repairCard(thing, live.now, choosePart) : ticketCard(thing);
}

/**
 * @param {any} row
 * @param {Offers} offers
 */
function chooseTicket(row, offers) {
  openChoice(row.number, [], offers.next ?? [], tap);
}

/** @param {any} seen */
function choosePart({ part, offers }) {
  openChoice(part.unit || part.sku, [h("p", {}, label("parts_order", part.state))], offers, tap);
}

function drawAlerts() {
  const answered = new Set(taps.said().filter((one) => one.kind === "CommandDone").map((one) => /** @type {any} */ (one.body).command));
  const waiting = view.alerts.filter((/** @type {any} */ { id }) => !answered.has(id));
  for (const { id } of waiting.filter((/** @type {any} */ alert) => isOver(view, alert) && isAtWork())) {
    if (!over.has(id)) read(id);
    over.add(id);
  }
  const open = waiting.filter((/** @type {any} */ { id }) => !over.has(id));
  for (const { id } of open) {
    if (!buzzed.has(id)) navigator.vibrate?.(BUZZ);
    buzzed.add(id);
  }
  still.put("alerts", open, () => alertList(open.slice(0, BUTTONS_MAX), read));
}

/** @param {string} command an alert's */
function read(command) {
  taps.say({ deed: "read", body: { command } }, {}).then(draw);
}

/** @returns {Offers} what can be done about what is on the screen */
function offersNow() {
  const { offers } = view.seat;
  if (tab === "queue") return offers;
  if (tab === "parts") return { more: (view.seat.keeps_parts ? BY_KEEPER : BY_HAND).map((deed) => ({ deed })) };
  if (tab === "sent") return {};
  const shown = chosenOf(tab === "team" ? othersThings(view) : ownThings(view), chosen)?.thing.offers;
  if (shown === undefined) return tab === "team" ? {} : offers;
  const next = [...(shown.next ?? []), ...(tab === "work" ? (offers.next ?? []) : [])];
  return { ...shown, next, more: [...(shown.more ?? []), ...(tab === "work" ? (offers.more ?? []) : [])] };
}

function drawNext() {
  if (!isAtWork()) {
    const out = () => h("button", { onclick: signOut }, t("Sign out"));
    still.put("next", ["out", isSignedIn()], () => (isSignedIn() ? h("div", { class: "beside" }, out()) : []));
    return;
  }
  const { next = [], more = [], hint = "" } = offersNow();
  const waiting = taps.said();
  const buttons = next.slice(0, BUTTONS_MAX).map((offer) => ({ offer, isWaiting: isSaid(waiting, offer) }));
  const hasTime = next.length > 0 && more[0]?.deed === "recall"; // nobody may have to look for these two
  const near = hasTime ? more.slice(0, 2) : [];
  const rest = [...next.slice(BUTTONS_MAX), ...more.slice(near.length)];
  still.put("next", [tab, buttons, near, rest, hint], () => [
    hint ? h("p", { class: "hint" }, page.data.hints[hint]) : null,
    ...buttons.map(({ offer, isWaiting }) => h("button", { class: "go", disabled: isWaiting, onclick: () => tap(offer) },
      titleOf(offer), isWaiting ? h("small", {}, t("saved, will be sent")) : null)),
    near.length ? h("div", { class: "beside" }, near.map((offer) => h("button", { onclick: () => tap(offer) }, titleOf(offer)))) : null,
    h("div", { class: "beside" },
      rest.length ? h("button", { class: "more", onclick: () => openChoice(t("What else?"), [], rest, tap) }, t("More …")) : null,
      hasCamera() ? h("button", { onclick: lookThroughCamera }, t("Scan")) : null),
  ].filter(Boolean));
}

function drawTabs() {
  const refused = box.entries.length - box.waiting;
  /** @type {[string, string, number, string][]} */
  const tabs = [
    ["work", t("Work"), ownThings(view).length, ""],
    ["queue", t("Queue"), view.waiting.length, ""],
    ["parts", t("Parts"), view.parts.length + view.chores.length, view.chores.length ? "warn" : ""],
    ["team", t("Team"), othersThings(view).length, ""],
    ["sent", t("Entries"), refused || box.waiting, refused ? "bad" : "warn"],
  ];
  const shown = isAtWork() ? tabs.filter(([name]) => !view.seat.keeps_parts || !["queue", "team"].includes(name)) : [];
  still.put("tabs", [shown, tab], () => shown.map(([name, words, n, mark]) =>
    h("button", { "data-tab": name, "aria-current": name === tab ? "page" : null, onclick: () => openTab(name) }, words,
      n ? h("b", { class: `count ${mark}` }, n) : null)));
}

/** @param {string} name */
function openTab(name) {
  tab = name;
  draw();
  at("stage").scrollTop = 0;
}

// ── begin ───────────────────────────────────────────────────────────────────────────────────────

memory.recall().then((seen) => {
  if (seen === undefined || hasFrame) return;
  view = { ...NOTHING, ...seen.view };
  live.offset = seen.offset;
  draw();
});
setInterval(draw, LOOK_MS);
draw();
document.documentElement.dataset.ready = "yes";
navigator.serviceWorker?.register("/sw.js").catch(() => {}); // plain http: the page stays open, or opens online
