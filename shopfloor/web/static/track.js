// @ts-check
/**
 * The customer's own page, live. The server draws it; when it says that something is new, the parts that differ are
 * put in place of the old ones, but for a form that somebody is filling in.
 */

import { at, set, tell } from "./dom.js";
import { me, page } from "./page.js";
import { outbox, show } from "./shell.js";
import { t } from "./words.js";

const PAUSE_MS = 2000;
const READ = "position";

let shown = page.data.new;
let drawnAt = 0;
let isFetching = false;

const live = show((view) => {
  if (view.new !== shown) drawSoon();
  shown = view.new;
});
const box = outbox(live);

// ── what is new ─────────────────────────────────────────────────────────────────────────────────

/** At once, and then not again for a moment: many customers share one way in. */
function drawSoon() {
  if (isFetching) return;
  isFetching = true;
  setTimeout(draw, Math.max(0, drawnAt + PAUSE_MS - Date.now()));
}

async function draw() {
  const asked = shown;
  drawnAt = Date.now();
  try {
    const answer = await fetch(location.pathname, { cache: "no-store", credentials: "same-origin" });
    if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else if (answer.status === 404) location.reload();
  } catch {
    setTimeout(drawSoon, PAUSE_MS);
  } finally {
    isFetching = false;
  }
  if (asked !== shown) drawSoon();
}

/** @param {Document} fresh what the server would show now; none of its scripts runs */
function put(fresh) {
  const parts = [...fresh.querySelectorAll("[data-part]")];
  const names = new Set(parts.map(nameOf));
  for (const old of document.querySelectorAll("[data-part]")) {
    if (!names.has(nameOf(old))) old.remove();
  }
  /** @type {Element} */
  let before = at("said");
  for (const part of parts) {
    const old = document.querySelector(`[data-part="${nameOf(part)}"]`);
    if (old === null) before.after((before = document.adoptNode(part)));
    else {
      before = old;
      if (old.outerHTML !== part.outerHTML && !isBusy(old)) old.replaceWith((before = document.adoptNode(part)));
    }
  }
}

/** @param {Element} part */
function nameOf(part) {
  return part.getAttribute("data-part") ?? "";
}

/** @param {Element} part  somebody types there, or has opened something */
function isBusy(part) {
  return part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
}

// ── what is said ────────────────────────────────────────────────────────────────────────────────

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.say) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  say(form, button?.name ? { [button.name]: button.value } : {});
});

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} chosen
 */
async function say(form, chosen) {
  const kind = form.dataset.say ?? "";
  /** @type {Record<string, unknown>} */
  const body = { ...Object.fromEntries(new FormData(form)), ...chosen };
  for (const field of form.querySelectorAll("[data-number]")) {
    const name = field.getAttribute("name") ?? "";
    body[name] = Number(body[name]);
  }
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  form.closest("details")?.removeAttribute("open");
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  told(t("Saved, will be sent."), "");
  await box.say(kind, body).catch(() => told(t("This could not be saved. Please try again, or ask at the desk."), "bad"));
}

/**
 * @param {string} words
 * @param {string} tone
 */
function told(words, tone) {
  const said = at("said");
  set(said, { hidden: null, class: `said ${tone}` });
  tell(said, words);
}

box.addEventListener("sent", (event) => {
  const { entry, answer } = /** @type {CustomEvent} */ (event).detail;
  if (entry.kind === "PageRead" || !answer) return;
  told(t("We have it. Thank you."), "good");
  drawSoon();
});
box.addEventListener("refused", (event) => {
  const { entry, answer } = /** @type {CustomEvent} */ (event).detail;
  box.discard(entry);
  if (entry.kind !== "PageRead") told(answer?.words || t("This is not possible any more. Please ask at the desk."), "bad");
  drawSoon();
});
box.addEventListener("sign-in", () => location.reload());

/** Touchpoint 14: somebody has looked, once for each browser. A link that is only fetched has no reader. */
function noteRead() {
  const key = `read ${me.device}`;
  if (document.visibilityState !== "visible" || localStorage.getItem(key)) return;
  box.say("PageRead", { kind: "PageRead", page: READ, ticket: page.data.ticket }).then(() => localStorage.setItem(key, READ), () => {});
}

noteRead();
document.addEventListener("visibilitychange", noteRead);
if (new URLSearchParams(location.search).has("done")) told(t("We have it. Thank you."), "good");
performance.mark("usable");
