// @ts-check
/** Saying something that a manager decides, and what became of it in a sentence. */

import { t } from "./words.js";

const ANSWER_MS = 5000;

/**
 * Says it, and waits a moment for the floor's answer; without one it is kept and sent later.
 * @param {import("./outbox.js").Outbox} box
 * @param {string} kind
 * @param {object} body
 * @returns {Promise<{isGood: boolean, text: string}>}
 */
export function decided(box, kind, body) {
  return new Promise((resolve) => {
    /** @type {string | undefined} */
    let id;
    /** @type {Map<string, {isGood: boolean, text: string}>} */
    const heard = new Map();
    const done = (/** @type {{isGood: boolean, text: string}} */ words) => {
      clearTimeout(timer);
      for (const news of ["sent", "refused", "sign-in"]) box.removeEventListener(news, listen);
      resolve(words);
    };
    const listen = (/** @type {any} */ event) => {
      const { entry, answer } = event.detail;
      if (event.type === "refused") void box.discard(entry);
      const text = event.type === "sent" ? t("✓ Done.") : event.type === "refused" ? `▲ ${answer?.words ?? answer?.reason ?? ""}` : t("▲ You are signed out. Load the page again and sign in.");
      heard.set(entry.id, { isGood: event.type === "sent", text });
      const words = id === undefined ? undefined : heard.get(id);
      if (words) done(words);
    };
    for (const news of ["sent", "refused", "sign-in"]) box.addEventListener(news, listen);
    const timer = setTimeout(() => done({ isGood: true, text: t("Kept; it will be sent when the floor answers.") }), ANSWER_MS);
    box.say(kind, body).then(
      (entry) => {
        id = entry.id;
        const words = heard.get(id);
        if (words) done(words);
      },
      () => done({ isGood: false, text: t("▲ This browser keeps nothing. Load the page again.") }),
    );
  });
}
