// @ts-check
/** The queue machine: one customer after another, and half a minute later nothing is left of the last one. */

import { ask } from "./api.js";
import { at, each, fill, h, set, tell } from "./dom.js";
import { idIn, keyed, linkIn } from "./kiosk_keys.js";
import { ticketOf, waitWords } from "./kiosk_ticket.js";
import { Wishes } from "./kiosk_wish.js";
import { page } from "./page.js";
import { outbox, show } from "./shell.js";
import { codes, inEach, nameOf, speak } from "./speech_tongues.js";
import { clock, label, t, tn } from "./words.js";

const REST_MS = 30_000;
const TICK_MS = 250;
const OWN = page.me.language;

/** @typedef {{line: string, open: boolean, eta_min_low: number, eta_min_high: number, waiting: number}} LineOpen */

/** @type {LineOpen[] | null} */
let lines = null;
/** @type {boolean | null} whether the floor answers; null while nothing was heard */
let isThere = null;
let isHelpNeeded = false;
let isWishing = false;
let restsAt = 0;
/** @type {() => void} what shows the screen again, in another language or with the floor there again */
let again = welcome;

const live = show((view) => {
  lines = view.lines;
  isThere = view.floor.there;
  renew();
});
const wishes = new Wishes(outbox(live));

// ── the frame ───────────────────────────────────────────────────────────────────────────────────

/** @returns {boolean} */
function isAway() {
  return live.link === "lost" || isThere === false || lines === null;
}

/**
 * @param {() => void} screen shows itself again
 * @param {string} name
 * @param {...any} children
 */
function put(screen, name, ...children) {
  again = screen;
  set(at("kiosk"), { "data-screen": name });
  fill(at("screen"), ...children);
  at("screen").querySelector("h2")?.focus({ preventScroll: true });
  restsAt = Date.now() + REST_MS;
  renew();
}

/** What the floor has said since, in the screen that is there. */
function renew() {
  const away = isAway();
  set(at("kiosk"), { "data-away": away });
  fill(at("away"), ...(away ? awayWords() : []));
  tell(at("clock"), isThere === null ? "" : clock(live.now));
  const cards = document.getElementById("cards");
  if (cards) {
    each(cards, lines ?? [], (row) => row.line, card, showCard);
  }
}

function awayWords() {
  const words = () => t("No numbers can be given out just now. Please speak to our staff.");
  const which = at("kiosk").dataset.screen === "welcome" ? codes : [page.me.language];
  return inEach(words, which).map(({ code, said }) => h("p", { lang: code }, said));
}

let wasAway = true;

setInterval(() => {
  if (wasAway !== isAway()) {
    wasAway = isAway();
    renew();
  }
  if (at("kiosk").dataset.screen === "welcome" || isWishing) return;
  const left = restsAt - Date.now();
  at("rest").style.setProperty("--left", String(Math.max(0, left / REST_MS)));
  if (left <= 0) welcome();
}, TICK_MS);

for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => (restsAt = Date.now() + REST_MS));
}
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !isWishing) welcome();
});

/** @param {string} words */
function heading(words) {
  return h("h2", { tabindex: "-1" }, words);
}

function bar() {
  return h("div", { class: "bar" }, h("button", { type: "button", class: "quiet", onclick: welcome }, t("Start again")));
}

// ── screens ─────────────────────────────────────────────────────────────────────────────────────

function welcome() {
  isHelpNeeded = false;
  speak(OWN);
  put(welcome, "welcome",
    h("div", { class: "greeting" },
      inEach(() => t("Welcome")).map(({ code, said }) => h("p", { lang: code }, said))),
    h("div", { class: "tongues" },
      codes.map((code) => h("button", { type: "button", class: "go", lang: code, onclick: () => chosen(code) }, nameOf(code)))));
}

/** @param {string} code */
function chosen(code) {
  speak(code);
  choose();
}

function choose() {
  put(choose, "choose",
    heading(t("What can we do for you?")),
    h("div", { id: "cards" }),
    h("button", { type: "button", class: "help", "aria-pressed": String(isHelpNeeded), onclick: needHelp },
      h("span", { class: "mark", "aria-hidden": "true" }, "♿"), h("span", {}, t("I need assistance: seeing, hearing, walking"))),
    h("div", { class: "bar" },
      h("button", { type: "button", class: "quiet", onclick: leave }, t("I have a number and want to leave")),
      h("button", { type: "button", class: "quiet", onclick: welcome }, t("Start again"))));
}

/** @param {any} event */
function needHelp(event) {
  isHelpNeeded = !isHelpNeeded;
  set(event.currentTarget, { "aria-pressed": String(isHelpNeeded) });
}

/** @param {LineOpen} row */
function card(row) {
  return h("button", { type: "button", class: "card", onclick: () => tapped(row.line) },
    h("span", { class: "letter", "aria-hidden": "true" }, row.line),
    h("span", { class: "what" }, h("b", {}, label("line", row.line)), h("small", {}, label("line_meaning", row.line))),
    h("span", { class: "how-long" }));
}

/**
 * @param {Element} element
 * @param {LineOpen} row
 */
function showCard(element, row) {
  set(element, { "data-open": row.open && !isAway(), "aria-disabled": isAway() ? "true" : null });
  const place = element.querySelector(".how-long");
  if (place === null) return;
  const waiting = tn("{n} waits", "{n} wait", row.waiting);
  fill(place, h("b", {}, row.open ? waitWords(row.eta_min_low, row.eta_min_high) : t("closed")),
    row.open ? h("small", {}, waiting) : null);
}

/** @param {string} line */
function tapped(line) {
  if (isWishing || isAway()) return;
  const row = lines?.find((each) => each.line === line);
  if (row === undefined) return;
  if (!row.open) return told(t("This line is closed"), closedWords());
  if (line === "B") return checkIn();
  if (line === "D") return pickUp();
  takeNumber(line);
}

function closedWords() {
  const isAnyOpen = lines?.some((row) => row.open) ?? false;
  return isAnyOpen
    ? t("It takes nobody more today. Please speak to our staff, or book a time for another day.")
    : t("The shop gives out no numbers at this hour. Please speak to our staff, or book a time.");
}

function checkIn() {
  put(checkIn, "typing",
    heading(t("Check in with your booking")),
    h("p", {}, t("Scan the code of your booking, or type its number.")),
    keyed([{ name: "booking", label: t("Booking number"), hint: "T12" }], { go: t("Check in"), onsend: ({ booking }) => checkInWith(booking ?? "") }),
    h("div", { class: "bar" },
      h("button", { type: "button", class: "quiet", onclick: () => takeNumber("A") }, t("I have no booking: take a number")),
      h("button", { type: "button", class: "quiet", onclick: choose }, t("Back"))));
}

/** @param {string} typed */
async function checkInWith(typed) {
  const link = linkIn(typed);
  const booking = link ? (await slipOf({ link }))?.ticket : idIn("T", typed);
  if (hasGone()) return;
  if (!booking) return wrong(checkIn, t("This is no booking number."));
  await wish("CustomerCheckedIn", { booking });
}

function pickUp() {
  put(pickUp, "typing",
    heading(t("Pick up your phone")),
    h("p", {}, t("Scan the code of your slip, or type the number of your repair. It goes without, too.")),
    keyed([{ name: "repair", label: t("Repair number"), hint: "R12" }], { go: t("Take a number"), onsend: ({ repair }) => pickUpWith(repair ?? "") }),
    h("div", { class: "bar" }, h("button", { type: "button", class: "quiet", onclick: choose }, t("Back"))));
}

/** @param {string} typed */
async function pickUpWith(typed) {
  const link = linkIn(typed);
  const repair = link ? (await slipOf({ link }))?.repair : idIn("R", typed);
  if (hasGone()) return;
  takeNumber("D", repair ? { repair } : {});
}

function leave() {
  put(leave, "typing",
    heading(t("Leave the queue")),
    h("p", {}, t("Scan your ticket, or type its number and its visit. Your place is then free for others.")),
    keyed([{ name: "number", label: t("Number"), hint: "A012" }, { name: "visit", label: t("Visit"), hint: "T12" }],
      { letters: true, go: t("Leave"), onsend: ({ number, visit }) => leaveWith(number ?? "", visit ?? "") }),
    h("div", { class: "bar" }, h("button", { type: "button", class: "quiet", onclick: choose }, t("Back"))));
}

/**
 * @param {string} number
 * @param {string} visit
 */
async function leaveWith(number, visit) {
  const link = linkIn(number) || linkIn(visit);
  const slip = await slipOf(link ? { link } : { number, visit: idIn("T", visit) });
  if (hasGone()) return;
  if (slip === null) return wrong(leave, t("There is no such visit today. Look at your ticket again, or ask our staff."));
  await wish("CustomerLeft", { ticket: slip.ticket });
}

/**
 * @param {string} title
 * @param {string} words
 */
function told(title, words) {
  put(() => told(title, words), "told", heading(title), h("p", { role: "status" }, words),
    h("div", { class: "bar" }, h("button", { type: "button", class: "go", onclick: choose }, t("Back")),
      h("button", { type: "button", class: "quiet", onclick: welcome }, t("Start again"))));
}

/**
 * What was typed does not fit: the same screen, and why.
 * @param {() => void} screen
 * @param {string} words
 */
function wrong(screen, words) {
  screen();
  at("screen").querySelector("form")?.before(h("p", { class: "said bad", role: "alert" }, words));
}

/** Whether the customer has left the screen while something was looked up. */
function hasGone() {
  return at("kiosk").dataset.screen !== "typing";
}

/** @param {import("./kiosk_ticket.js").Slip} slip */
function ticket(slip) {
  put(() => ticket(slip), "ticket",
    heading(t("Here is your number")),
    ticketOf(slip, page.data.shop),
    h("p", { class: "soft" }, t("We call it on the display, with the desk to go to.")),
    h("div", { class: "bar" },
      h("button", { type: "button", onclick: () => print() }, t("Print it")),
      h("button", { type: "button", class: "go", onclick: welcome }, t("Done"))));
}

// ── wishes ──────────────────────────────────────────────────────────────────────────────────────

/**
 * @param {string} line
 * @param {object} [more]
 */
function takeNumber(line, more = {}) {
  return wish("TicketTaken", { line, language: page.me.language, accessibility: isHelpNeeded, ...more });
}

/**
 * One at a time: whoever taps twice wants one number.
 * @param {string} kind
 * @param {object} body
 */
async function wish(kind, body) {
  if (isWishing || isAway()) return;
  isWishing = true;
  put(again, "wishing", heading(t("One moment please")), h("div", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  const outcome = await wishes.make(kind, body);
  const slip = outcome.end === "made" && outcome.made.number ? await slipMade(outcome) : null;
  isWishing = false;
  if (outcome.end === "late") late(kind);
  else if (outcome.end === "refused") told(t("This is not possible"), refusedWords(outcome.code, outcome.words));
  else if (slip) ticket(slip);
  else told(t("You have left the queue"), t("Thank you for telling us. Your place is free for others now."));
}

/** @param {string} kind */
function late(kind) {
  if (kind === "TicketTaken") told(t("There is no number"), t("The queue does not answer just now, so you have no number. Please speak to our staff."));
  else told(t("No answer yet"), t("The queue does not answer just now. Your wish is kept and sent. Please speak to our staff."));
}

/**
 * The floor's refusals that a customer here can meet, in their language and not in the machine's.
 * @param {string} code
 * @param {string} words
 */
function refusedWords(code, words) {
  if (code === "closed") return closedWords();
  if (code === "too-many") return t("The hall is full. Please speak to our staff.");
  if (code === "too-early") return t("Check-in opens 30 minutes before the booked time.");
  if (["wrong-state", "unknown", "unknown-ticket", "no-such"].includes(code)) return t("This number is not open any more. Please speak to our staff.");
  return page.me.language === OWN && words ? words : t("Please speak to our staff.");
}

/**
 * @param {{link?: string, number?: string, visit?: string}} held
 * @returns {Promise<import("./kiosk_ticket.js").Slip | null>} null: there is no such visit
 */
async function slipOf(held) {
  const answer = await ask("POST", "/slips", held);
  return answer.status === 200 ? answer.body : null;
}

/**
 * Also when nothing more can be asked: the number is what counts.
 * @param {{made: Record<string, string>, link: string}} outcome
 * @returns {Promise<import("./kiosk_ticket.js").Slip>}
 */
async function slipMade({ made, link }) {
  const slip = link ? await slipOf({ link }) : null;
  const row = lines?.find((each) => each.line === made.number?.[0]);
  return slip ?? {
    ticket: made.ticket ?? "", number: made.number ?? "", line: row?.line ?? "", repair: "", issued_at: 0, code: "", qr: null,
    wait_min_low: row?.eta_min_low ?? 0, wait_min_high: row?.eta_min_high ?? Infinity,
  };
}

welcome();
performance.mark("usable");
