// @ts-check
/** A ticket: on the screen, and on paper. */

import { h } from "./dom.js";
import { clock, label, t } from "./words.js";

const UNKNOWN_MIN = 600;
/** The floor says so much when it cannot tell. */

/**
 * How long the wait will be: always a range.
 * @param {number} low
 * @param {number} high
 */
export function waitWords(low, high) {
  if (high >= UNKNOWN_MIN) return t("Our staff will tell you how long");
  if (low === 0) return t("Up to {high} min", { high });
  return t("{low} to {high} min", { low, high });
}

/**
 * @typedef {object} Slip
 * @property {string} ticket
 * @property {string} number
 * @property {string} line
 * @property {string} repair
 * @property {number} wait_min_low
 * @property {number} wait_min_high
 * @property {number} issued_at
 * @property {string} code
 * @property {{size: number, path: string} | null} qr
 */

/**
 * @param {Slip} slip
 * @param {string} shop
 * @returns {Element}
 */
export function ticketOf(slip, shop) {
  return h("article", { class: "ticket", "aria-label": t("Your ticket") },
    h("p", { class: "of" }, shop),
    h("p", { class: "line" }, label("line", slip.line)),
    h("p", { class: "drawn number" }, slip.number),
    h("p", { class: "wait" }, h("span", {}, t("Expected wait")), " ", h("b", {}, waitWords(slip.wait_min_low, slip.wait_min_high))),
    slip.qr ? h("div", { class: "own-page" }, drawn(slip.qr),
      h("p", {}, t("Scan this with your phone: your place in the queue, your repair, what it costs.")),
      h("p", { class: "small" }, t("Or type at {address}:", { address: location.host }), " ", h("code", {}, slip.code))) : null,
    h("p", { class: "small" }, t("Visit {visit}", { visit: slip.ticket }), slip.issued_at ? ` · ${clock(slip.issued_at)}` : ""),
  );
}

/** @param {{size: number, path: string}} qr */
function drawn(qr) {
  return h("svg:svg", { class: "qr", viewBox: `0 0 ${qr.size} ${qr.size}`, role: "img", "aria-label": t("QR code of your own page"), "shape-rendering": "crispEdges" },
    h("svg:path", { d: qr.path }));
}
