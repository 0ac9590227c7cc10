// @ts-check
/** The sheet that comes up from below: a form, or a choice of what to do. The thumb stays where it is. */

import { at, fill, h, tell } from "./dom.js";
import { deedOf, titleOf } from "./handheld_deeds.js";
import { fillerOf } from "./handheld_fields.js";
import { t } from "./words.js";

/** @typedef {import("./handheld_deeds.js").Offer} Offer */
/** @typedef {import("./handheld_fields.js").About} About */
/** @typedef {import("./handheld_fields.js").Filler} Filler */
/** @typedef {(offer: Offer, filled: Record<string, any>) => void} Say */

/** @type {Filler[]} of the form that is open */
let open = [];

at("sheet").addEventListener("close", () => {
  if (isOpen()) return; // another one has come up meanwhile
  open = [];
  fill(at("sheet-body"));
});

/** @param {string} title
 *  @param {...any} body */
function show(title, ...body) {
  tell(at("sheet-title"), title);
  fill(at("sheet-body"), ...body);
  const sheet = at("sheet");
  if (!sheet.open) sheet.showModal();
  at("sheet-title").focus();
}

export function closeSheet() {
  if (at("sheet").open) at("sheet").close();
}

/** Whether somebody is filling something in. */
export function isOpen() {
  return at("sheet").open;
}

function back() {
  return h("button", { type: "button", class: "back", onclick: closeSheet }, t("Back"));
}

/**
 * Ask for what the deed needs, then say it.
 * @param {Offer} offer
 * @param {About} about
 * @param {Say} say
 */
export function openForm(offer, about, say) {
  const { fields = [], grave } = deedOf(offer);
  open = fields.map((field) => fillerOf({ ...field, choices: offer.choices?.[field.name] ?? field.choices }, about));
  const wrong = h("p", { class: "said bad", role: "alert", hidden: true });
  const form = h("form", { novalidate: true }, open.map((filler) => filler.element), wrong,
    h("div", { class: "buttons" }, back(), h("button", { class: grave ? "danger" : "go" }, titleOf(offer))));
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const filled = filledIn(wrong);
    if (filled === undefined) return;
    closeSheet();
    say(offer, filled);
  };
  show(titleOf(offer), form);
}

/**
 * @param {any} wrong where to say what is missing
 * @returns {Record<string, any> | undefined}
 */
function filledIn(wrong) {
  /** @type {Record<string, any>} */
  const filled = {};
  for (const filler of open) {
    const said = filler.value();
    if (typeof said === "string") {
      tell(wrong, said);
      wrong.hidden = false;
      filler.element.scrollIntoView({ block: "center" });
      return undefined;
    }
    Object.assign(filled, said);
  }
  return filled;
}

/**
 * A code was scanned while a form is open.
 * @param {string} code
 */
export function scanInto(code) {
  return open.some((filler) => filler.scan?.(code) ?? false);
}

/**
 * Choose one of these.
 * @param {string} title
 * @param {any[]} above what it is about
 * @param {Offer[]} offers
 * @param {(offer: Offer) => void} chosen
 */
export function openChoice(title, above, offers, chosen) {
  const buttons = offers.map((offer) =>
    h("button", { class: deedOf(offer).grave ? "danger" : "", onclick: () => { closeSheet(); chosen(offer); } }, titleOf(offer)));
  show(title, ...above, h("div", { class: "choices" }, buttons, back()));
}

/**
 * Yes or no.
 * @param {string} title
 * @param {string} words
 * @param {string} yes
 * @param {() => void} then
 */
export function openQuestion(title, words, yes, then) {
  const go = h("button", { class: "danger", onclick: () => { closeSheet(); then(); } }, yes);
  show(title, h("p", {}, words), h("div", { class: "buttons" }, back(), go));
}

/**
 * The camera's picture.
 * @param {string} title
 * @returns {{element: HTMLVideoElement, close: () => void}}
 */
export function openVideo(title) {
  const element = h("video", { muted: true, playsinline: true });
  show(title, element, h("div", { class: "buttons" }, back()));
  return { element, close: closeSheet };
}
