// @ts-check
/** The door: sign in, sign out, become a device. */

import { ask } from "./api.js";
import { at, set, tell } from "./dom.js";
import { asking, enrolling, placeOf } from "./door_forms.js";
import { t } from "./words.js";
import { page } from "./page.js";

/** Where somebody wanted to go who was sent here. */
const wanted = new URLSearchParams(location.search).get("to") ?? "";

asking(at("sign-in"), "/session", (answer) => {
  const known = Object.values(page.data.places).find((path) => path === `/${wanted}`);
  location.assign(known ?? placeOf(answer.body.device));
});
enrolling(at("enrol"));

document.getElementById("sign-out")?.addEventListener("click", async () => {
  const answer = await ask("DELETE", "/session");
  if (answer.status === 204) location.assign("/");
  else say(answer.body?.words || t("The shop's server does not answer. Try again in a moment."));
});

if (wanted) say(t("That page is not open here. Sign in, or set this browser up as the device."));

/** @param {string} words */
function say(words) {
  set(at("told"), { hidden: null });
  tell(at("told"), words);
}

performance.mark("usable");
