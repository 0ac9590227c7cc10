// @ts-check
/** PINs of people, and codes that make a browser a device. */

import { ask } from "./api.js";
import { at, each, fill, h, tell } from "./dom.js";
import { ago } from "./board_said.js";
import { me, page } from "./page.js";
import { clock, day, label, t } from "./words.js";

/** @typedef {(words: string, isGood: boolean) => void} Announce */

const PIN_MIN = 6;
const MAX = 32;

/**
 * @param {any[]} badges
 * @param {Announce} announce
 */
export function showPeople(badges, announce) {
  each(at("people"), badges, (row) => row.badge, (row) => person(row, announce), (item, row) => {
    tell(item.firstChild.lastChild, [row.has_pin ? t("✓ has a PIN") : t("– no PIN yet"), row.signed_in > 0 && t("signed in")].filter(Boolean).join(" · "));
  });
}

/**
 * @param {any} row
 * @param {Announce} announce
 */
function person(row, announce) {
  const words = h("span", {}, h("strong", {}, `${row.name} · ${row.badge}`), " ", h("span", { class: "soft" }));
  const isOther = page.data.managers.includes(row.badge) && row.badge !== me.person;
  if (isOther) return h("li", { class: "setting" }, words, h("span", { class: "soft" }, t("at the shop's computer")));
  const place = h("div", { class: "pin" });
  const button = h("button", { type: "button", class: "small", onclick: open }, t("New PIN"));
  return h("li", { class: "setting" }, words, button, place);

  function open() {
    const pin = h("input", { type: "password", inputmode: "numeric", autocomplete: "new-password", required: true, minlength: PIN_MIN, maxlength: MAX });
    const form = h("form", { class: "line", onsubmit: submit }, h("label", {}, t("New PIN of {name}", { name: row.name }), pin), h("button", { class: "go small" }, t("Set the PIN")));
    fill(place, form);
    pin.focus();

    /** @param {Event} event */
    async function submit(event) {
      event.preventDefault();
      const answer = await ask("PUT", `/people/${row.badge}/pin`, { pin: pin.value });
      const isGood = answer.status === 204;
      announce(isGood ? t("✓ {name} has a new PIN.", { name: row.name }) : answer.body?.words ?? t("No answer. Try again."), isGood);
      if (isGood) fill(place);
    }
  }
}

/**
 * @param {any[]} browsers
 * @param {Announce} announce
 */
export function showBrowsers(browsers, announce) {
  const choice = at("code-form").elements.device;
  if (choice.options.length === 0) {
    fill(choice, browsers.map((row) => h("option", { value: row.device }, `${label("device", row.device.split("/")[0])} ${row.device.split("/")[1]}`)));
    at("code-form").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      void makeCode(choice.value, announce);
    });
  }
  const seated = browsers.filter((row) => row.enrolled_at);
  if (seated.length === 0) return fill(at("browsers"), h("li", { class: "soft" }, t("No browser is a device yet.")));
  each(at("browsers"), seated, (row) => row.device, (row) => browser(row, announce), (item, row) => {
    const now = Math.max(Date.now(), row.seen_at);
    tell(item.firstChild.lastChild, t("since {since} · seen {time} ago", { since: `${day(row.enrolled_at)} ${clock(row.enrolled_at)}`, time: ago(row.seen_at, now) }));
  });
}

/**
 * @param {any} row
 * @param {Announce} announce
 */
function browser(row, announce) {
  const place = h("div", { class: "pin" });
  const button = h("button", { type: "button", class: "small", onclick: askAgain, "aria-label": t("Sign {device} out", { device: row.device }) }, t("Sign this device out"));
  return h("li", { class: "setting" }, h("span", {}, h("strong", {}, row.device), " ", h("span", { class: "soft" })), button, place);

  function askAgain() {
    const yes = h("button", { type: "button", class: "small danger", onclick: signOut }, t("Yes, sign it out"));
    fill(place, h("div", { class: "line" }, h("span", {}, t("Whoever works with {device} needs a new code then. What they have entered stays in that browser.", { device: row.device })), yes, h("button", { type: "button", class: "small", onclick: () => fill(place) }, t("Leave it"))));
    yes.focus();
  }

  async function signOut() {
    const answer = await ask("DELETE", `/${row.device}/enrolment`);
    const isGood = answer.status === 204;
    announce(isGood ? t("✓ {device} is signed out.", { device: row.device }) : answer.body?.words ?? t("No answer. Try again."), isGood);
    fill(place);
  }
}

/**
 * @param {string} device
 * @param {Announce} announce
 */
async function makeCode(device, announce) {
  const answer = await ask("POST", "/codes", { device });
  if (answer.status !== 200) return announce(answer.body?.words ?? t("No answer. Try again."), false);
  const { code, url, qr, expires_at } = answer.body;
  fill(
    at("code"),
    h("svg:svg", { viewBox: `0 0 ${qr.size} ${qr.size}`, role: "img", "aria-label": t("QR code of the address"), class: "qr" }, h("svg:rect", { width: qr.size, height: qr.size, class: "qr-paper" }), h("svg:path", { d: qr.path, class: "qr-ink" })),
    h("p", {}, t("{device}: scan this with the browser that becomes it, or type the code at {url}", { device, url: url.split("#")[0] })),
    h("p", { class: "code-words number" }, code),
    h("p", { class: "soft" }, t("It works once, until {time}.", { time: clock(expires_at) })),
  );
}
