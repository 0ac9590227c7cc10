// @ts-check
/** The POS: the bridge between the floor and a terminal or a cash drawer. The amount is the floor's; how it ended is on the slip. */

import { at, each, fill, h, set, tell } from "./dom.js";
import { me, page } from "./page.js";
import { about, button, row, slipForm, stateWords, totalsCard, undoingCard } from "./pos_cards.js";
import { PosLog } from "./pos_log.js";
import { mayComeLate, slipLines, standing } from "./pos_rules.js";
import { Terminal } from "./pos_terminal.js";
import { outbox, show } from "./shell.js";
import { clock, t, tn } from "./words.js";

/** @typedef {import("./pos_rules.js").Attempt} Attempt */
/** @typedef {import("./pos_terminal.js").View} View */
/** @typedef {"approved" | "declined"} Ending */

const TICK_MS = 1000;

/** @type {View | undefined} */
let view;
/** Payment → the form that is open at it: what is typed there stays, whatever the floor says meanwhile. @type {Map<string, HTMLElement>} */
const forms = new Map();
/** Element of a card → what it looked like: what is being typed stays until something is new. @type {WeakMap<Element, string>} */
const looks = new WeakMap();

const log = new PosLog(me.device);
await log.open();
const live = show((sections) => {
  view = sections;
  look();
});
const box = outbox(live);
const terminal = new Terminal(log, box, () => live.now);
box.addEventListener("sign-in", () => location.reload());
box.addEventListener("refused", (event) => {
  const { entry, answer } = /** @type {CustomEvent} */ (event).detail;
  terminal.refused(entry.body.payment ?? "");
  tell(at("said"), `${entry.body.payment ?? ""} ${answer?.words ?? answer?.reason ?? ""}`.trim());
  box.discard(entry);
});
box.addEventListener("change", draw);

async function look() {
  if (view === undefined) return;
  draw();
  await terminal.look(view);
  draw();
}

// ── what is seen ────────────────────────────────────────────────────────────────────────────────

function draw() {
  tell(at("clock"), view === undefined ? "" : clock(live.now));
  if (view === undefined) return;
  const { attempts, undoing, totals } = view;
  const open = attempts.filter((attempt) => standing(attempt, log.taking(attempt.payment)) !== "ended").reverse();
  const ended = attempts.filter((attempt) => !open.includes(attempt));
  each(at("open"), open, (attempt) => attempt.payment, () => h("section", { class: "card attempt" }), drawAttempt);
  each(at("tasks"), tasks(undoing, totals), (task) => task.id, (task) => task.make());
  set(at("nothing"), { hidden: open.length + undoing.length + totals.length > 0 });
  each(at("ended"), ended, (attempt) => attempt.payment, () => h("div", { class: "ended" }), drawEnded);
  set(at("day"), { hidden: ended.length === 0 });
  tell(at("waiting"), box.waiting ? tn("{n} entry is kept and being sent", "{n} entries are kept and being sent", box.waiting) : "");
}

/**
 * @param {View["undoing"]} undoing
 * @param {string[]} totals
 */
function tasks(undoing, totals) {
  const toUndo = undoing.filter((each) => !terminal.isAnswered(each.id)).map((each) => ({ id: each.id, make: () => undoTask(each) }));
  const toClose = totals.filter((id) => !terminal.isAnswered(id)).map((id) => ({ id, make: () => closeTask(id) }));
  return [...toUndo, ...toClose];
}

/** @param {import("./pos_terminal.js").Undoing} undoing */
function undoTask(undoing) {
  const attempt = view?.attempts.find((each) => each.payment === undoing.payment);
  return undoingCard(undoing, attempt, (reference) => done(terminal.giveBack(undoing, reference)),
    () => done(terminal.cannotGiveBack(undoing, "The terminal does not do it.")));
}

/** @param {string} id */
function closeTask(id) {
  return totalsCard(slipLines(view?.attempts ?? [], (payment) => log.taking(payment)), (lines) => done(terminal.closeDay(id, lines)));
}

/**
 * @param {Element} card
 * @param {Attempt} attempt
 */
function drawAttempt(card, attempt) {
  const how = standing(attempt, log.taking(attempt.payment));
  const stop = view?.questions.find((each) => each.kind === "AbortPayment" && each.payment === attempt.payment && !terminal.isAnswered(each.id));
  const form = forms.get(attempt.payment);
  const now = JSON.stringify([attempt, how, form !== undefined, stop?.id]);
  if (looks.get(card) === now) return;
  looks.set(card, now);
  const state = stateWords(attempt, how);
  set(card, { "data-tone": state.tone, "data-how": how, "aria-label": attempt.payment });
  fill(card, about(attempt), h("div", { class: "state", role: "status" }, h("h2", {}, state.head), h("p", {}, state.words)),
    stop ? stopPart(attempt, stop) : null, form ?? deeds(attempt, how));
  form?.querySelector("input")?.focus();
}

/**
 * @param {Attempt} attempt
 * @param {import("./pos_rules.js").Standing} how
 */
function deeds(attempt, how) {
  const open = (/** @type {Ending} */ ending) => () => openForm(attempt, ending);
  const approved = button(t("Approved: the slip is here"), open("approved"), "go");
  const declined = button(t("Declined"), open("declined"));
  const part = (/** @type {any[]} */ ...buttons) => h("div", { class: "deeds" }, buttons);
  if (how === "presented") {
    return part(button(t("The customer does not pay"), () => done(terminal.conclude(attempt, { stage: "aborted" }))),
      button(t("Begin on the terminal"), () => done(terminal.begin(attempt)), "go"));
  }
  if (how === "begun") return part(approved, declined, button(t("I do not know"), () => done(terminal.lose(attempt))));
  if (how === "unknown") {
    return part(button(t("The log says: approved"), open("approved")), button(t("The log says: declined"), open("declined")),
      attempt.state === "MANUAL" ? null : button(t("It is not in the log"), () => done(terminal.deny(attempt))));
  }
  if (how === "denied") return part(button(t("Found after all: approved"), open("approved")), button(t("I am not sure any more"), () => done(terminal.lose(attempt))));
  return null;
}

/**
 * @param {Attempt} attempt
 * @param {Ending} ending
 */
function openForm(attempt, ending) {
  forms.set(attempt.payment, formOf(attempt, ending));
  draw();
}

/**
 * @param {Attempt} attempt
 * @param {Ending} ending
 */
function formOf(attempt, ending) {
  const close = () => {
    forms.delete(attempt.payment);
    draw();
  };
  const isApproved = ending === "approved";
  return slipForm({
    name: `slip-${attempt.payment}`, isOptional: !isApproved,
    words: isApproved ? t("Reference number of the slip") : t("The terminal's code, if it shows one"),
    go: isApproved ? t("Approved") : t("Declined"), onback: close,
    onsend: (text) => {
      forms.delete(attempt.payment);
      const end = isApproved ? { stage: /** @type {const} */ ("approved"), reference: text } : { stage: /** @type {const} */ ("declined"), code: text || "declined" };
      done(terminal.conclude(attempt, end));
    },
  });
}

/**
 * @param {Attempt} attempt
 * @param {import("./pos_terminal.js").Question} stop
 */
function stopPart(attempt, stop) {
  return h("div", { class: "said warn" }, h("p", {}, h("b", {}, t("The engineer wants this stopped. Cancel it on the terminal.")),),
    h("div", { class: "deeds" }, button(t("Cancelled on the terminal"), () => done(terminal.conclude(attempt, { stage: "aborted" }))),
      button(t("It cannot be stopped any more"), () => done(terminal.tooLate(stop)))));
}

/**
 * @param {Element} place
 * @param {Attempt} attempt
 */
function drawEnded(place, attempt) {
  const isLate = mayComeLate(attempt) && log.taking(attempt.payment)?.stage !== "approved";
  const form = forms.get(attempt.payment);
  const now = JSON.stringify([attempt, isLate, form !== undefined]);
  if (looks.get(place) === now) return;
  looks.set(place, now);
  fill(place, row(attempt), isLate && !form ? button(t("The terminal shows it as approved"), () => openForm(attempt, "approved"), "quiet") : null, isLate && form ? [
    h("p", {}, t("Its attempt has ended, so this money is given back: the floor will ask you to reverse it.")), form] : null);
  if (isLate) form?.querySelector("input")?.focus();
}

/** @param {Promise<void>} deed */
async function done(deed) {
  tell(at("said"), "");
  draw();
  try {
    await deed;
  } catch (fault) {
    console.warn(fault);
    tell(at("said"), t("This browser keeps nothing: nothing was said. Write it down and call the manager."));
  }
  look();
}

tell(at("terminal"), page.data.terminal);
setInterval(look, TICK_MS);
performance.mark("usable");
