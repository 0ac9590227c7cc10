// @ts-check
/** Forms that ask the shop's server, and say in plain words what is wrong. */

import { ask } from "./api.js";
import { set, tell } from "./dom.js";
import { page } from "./page.js";
import { t } from "./words.js";

/** @typedef {import("./api.js").Answer} Answer */

/**
 * @param {HTMLFormElement} form
 * @param {string} path
 * @param {(answer: Answer) => void} taken
 */
export function asking(form, path, taken) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const said = form.querySelector(".said");
    if (button === null || said === null || button.disabled) return;
    button.disabled = true;
    set(said, { hidden: true });
    const answer = await ask("POST", path, Object.fromEntries(new FormData(form)));
    button.disabled = false;
    if (answer.status === 200) return taken(answer);
    set(said, { hidden: null });
    tell(said, answer.body?.words || t("The shop's server does not answer. Try again in a moment."));
    /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=password], input"))?.select();
  });
}

/**
 * This browser becomes the device of that code, and opens its page.
 * @param {HTMLFormElement} form
 */
export function enrolling(form) {
  asking(form, "/enrolment", (answer) => location.assign(placeOf(answer.body.device)));
}

/**
 * The page that this device is.
 * @param {string} device
 */
export function placeOf(device) {
  return page.data.places[device.split("/", 1)[0] ?? ""] ?? "/";
}
