// @ts-check
/** What an answer means for the entry that was sent. */

/** @typedef {import("./api.js").Answer} Answer */
/** @typedef {"sent" | "again" | "sign-in" | "old-boot" | "refused"} Verdict */

/** Not the floor's word about this entry: nothing came, or try later. */
const LATER = [0, 408, 425, 429];
const WHO_ARE_YOU = ["csrf", "sign-in", "enrol", "link-ended"];

/**
 * Only an answer that names this entry ends it; a captive portal's page or a proxy's 200 does not know its id.
 * @param {Answer} answer
 * @param {string} id
 * @returns {Verdict}
 */
export function verdictOf(answer, id) {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return body?.id === id && body?.receipt !== undefined ? "sent" : "again";
  if (status === 401 || (status === 403 && WHO_ARE_YOU.includes(body?.code))) return "sign-in";
  if (status === 422 && body?.code === "old-boot" && body?.receipt !== undefined) return "old-boot";
  if (status < 400 || status >= 500 || LATER.includes(status)) return "again";
  return "refused";
}

export const FIRST_PAUSE_MS = 500;
export const LAST_PAUSE_MS = 8000;
const WAIT_MAX_MS = 60_000;

/**
 * How long to leave it at that: longer each time, never all at once, and as long as the server asks for.
 * @param {number} tries that came to nothing, one after the other
 * @param {number} atLeastMs what the server asks for
 * @param {number} chance 0 … 1
 */
export function pauseAfter(tries, atLeastMs, chance) {
  const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)) * (0.75 + chance / 2);
  return Math.max(pause, Math.min(atLeastMs, WAIT_MAX_MS));
}
