// @ts-check
/** What this page is, as the server wrote it into the page. */

/**
 * @typedef {object} Me
 * @property {"" | "device" | "engineer" | "manager" | "customer"} role
 * @property {string} person badge
 * @property {string} name
 * @property {string} device `type/id`
 * @property {number} boot
 * @property {string} csrf
 * @property {string} language
 */

/**
 * @typedef {object} PageData
 * @property {string} page
 * @property {string} store
 * @property {Me} me
 * @property {Record<string, string>} words English → the reader's language
 * @property {string} [link] the token of a customer's page
 * @property {any} [data] what this page alone needs
 */

const written = document.getElementById("page-data");

/** @type {PageData} */
export const page = written
  ? JSON.parse(written.textContent ?? "{}")
  : { page: "", store: "", words: {}, me: { role: "", person: "", name: "", device: "", boot: 0, csrf: "", language: "en" } };

export const me = page.me;
