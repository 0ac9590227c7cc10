// @ts-check
/** What a scan is answered with when there is nothing to do at once: always with what to do instead. */

import { t } from "./words.js";

/** @type {Record<string, (values: Record<string, string>) => string>} */
const WORDS = {
  unknown: (values) => t("Unknown code {code}. Scan a part, a desk, a number or a phone's label.", values),
  twice: (values) => t("{code} was scanned twice; it counts once.", values),
  "scan-desk": () => t("Sit down first: scan the label of your desk."),
  "sign-on": () => t("Sign on first."),
  "this-desk": (values) => t("You are at desk {desk}.", values),
  "other-desk": (values) => t("That is desk {desk}; you are at desk {here}. Sign off first to change desks.", values),
  "wrong-desk": (values) => t("{code} is for desk {desk}. Refuse it: for another desk.", values),
  "accepted-already": (values) => t("{code} is accepted already. There is nothing more to scan.", values),
  "not-here-yet": (values) => t("{code} has not arrived at your desk by the ledger. Wait, or ask the parts keeper.", values),
  "nothing-to-do": (values) => t("There is nothing to do with {code} now.", values),
  "ordered-already": (values) => t("{code} is ordered already for {repair}. Look where it is.", values),
  "not-on-quote": (values) => t("{code} is on no signed quote of yours. Quote it, or order it free of charge with a reason.", values),
  "desk-busy": (values) => t("{code} waits. Finish with the customer at your desk first.", values),
};

/**
 * @param {string} name
 * @param {Record<string, string>} [values]
 */
export function scanWords(name, values = {}) {
  return WORDS[name]?.(values) ?? name;
}
