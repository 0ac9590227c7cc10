// @ts-check
/** Before the work: who are you (badge and PIN), and where do you sit. */

import { ask } from "./api.js";
import { h, tell } from "./dom.js";
import { signOn } from "./handheld_scan.js";
import { me } from "./page.js";
import { t } from "./words.js";

/** @typedef {import("./handheld_deeds.js").Offer} Offer */

/** Badge and PIN; a page that is signed in is another page. */
export function signInForm() {
  const badge = h("input", { id: "badge", type: "text", autocomplete: "username", autocapitalize: "off", maxlength: 64 });
  const pin = h("input", { id: "pin", type: "password", inputmode: "numeric", autocomplete: "current-password", maxlength: 64 });
  const wrong = h("p", { class: "said bad", role: "alert", hidden: true });
  const go = h("button", { class: "go" }, t("Sign in"));
  const form = h("form", { class: "card door", novalidate: true },
    h("h2", {}, t("Who are you?")),
    h("label", { class: "field" }, h("span", {}, t("Badge")), badge),
    h("label", { class: "field" }, h("span", {}, t("PIN")), pin), wrong, go);
  form.onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    go.disabled = true;
    const why = await signIn(badge.value.trim(), pin.value);
    go.disabled = false;
    tell(wrong, why);
    wrong.hidden = !why;
    if (why) pin.value = "";
    else location.reload();
  };
  return form;
}

/**
 * @param {string} badge
 * @param {string} pin
 * @returns {Promise<string>} why not; nothing: it is done
 */
async function signIn(badge, pin) {
  if (!badge || !pin) return t("Type or scan your badge, then type your PIN.");
  const answer = await ask("POST", "/session", { badge, pin });
  if (answer.status === 200) return "";
  return answer.body?.words ?? t("The server does not answer. Try again when the connection is back.");
}

/** Sign out here; the page that a worker has kept goes, too. */
export async function signOut() {
  await ask("DELETE", "/session");
  navigator.serviceWorker?.controller?.postMessage("forget");
  location.reload();
}

/** A manager has signed the device out: what was entered waits here until it is set up again. */
export function setUpAgain() {
  return h("section", { class: "card door" }, h("h2", {}, t("This browser is not a device of the shop any more.")),
    h("p", {}, t("What you have entered is kept here. Ask a manager for a new code.")),
    h("a", { class: "button go", href: "/set-up" }, t("Set it up again")));
}

/**
 * Where do you sit?
 * @param {any} view
 * @param {(offer: Offer) => void} say
 */
export function seatChoice(view, say) {
  if (view.seat.keeps_parts) {
    return h("section", { class: "card door" }, h("h2", {}, t("Hello, {name}", { name: me.name })),
      h("button", { class: "go", onclick: () => say(signOn(me.person, "")) }, t("Sign on")));
  }
  const desks = view.desks.map((/** @type {any} */ row) =>
    h("button", { class: "desk", disabled: row.engineer !== "" && row.engineer !== me.person, onclick: () => say(signOn(me.person, row.desk)) },
      h("b", { class: "number" }, row.desk), h("small", {}, row.name || row.engineer || t("free"))));
  return h("section", { class: "card door" }, h("h2", {}, t("Hello, {name}", { name: me.name })),
    h("p", {}, t("Where do you sit? Scan the label of your desk, or choose it.")), h("div", { class: "desks" }, desks));
}
