// @ts-check
/** Requests to the shop's own server. */

import { me, page } from "./page.js";

export const ANSWER_MS = 4000;

/**
 * @typedef {object} Answer
 * @property {number} status 0: none came
 * @property {any} body
 * @property {number} retryAfterMs
 */

/** Requests of an earlier page may carry a token that has run out; then another one is fetched once. */
let csrf = me.csrf;

/**
 * One request; never throws. No answer in time, and anything that is not ours, is an answer with status 0.
 * @param {string} method
 * @param {string} path below `/api/v1/{store}`
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Answer>}
 */
export async function ask(method, path, body, headers = {}) {
  const answer = await once(method, path, body, headers);
  if (answer.status !== 403 || answer.body?.code !== "csrf") return answer;
  const again = await once("GET", "/me");
  if (again.status !== 200) return answer;
  csrf = again.body.csrf;
  return once(method, path, body, headers);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Answer>}
 */
async function once(method, path, body, headers = {}) {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), ANSWER_MS);
  try {
    const response = await fetch(`/api/v1/${page.store}${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { ...whoAmI(method), ...headers },
      credentials: "same-origin",
      redirect: "manual",
      cache: "no-store",
      signal: stop.signal,
    });
    const isOurs = response.headers.get("content-type")?.startsWith("application/json") ?? false;
    const retryAfterMs = 1000 * Number(response.headers.get("retry-after") ?? 0);
    if (response.status === 204) return { status: 204, body: null, retryAfterMs };
    return { status: isOurs ? response.status : 0, body: isOurs ? await response.json() : null, retryAfterMs };
  } catch {
    return { status: 0, body: null, retryAfterMs: 0 };
  } finally {
    clearTimeout(limit);
  }
}

/**
 * @param {string} method
 * @returns {Record<string, string>}
 */
function whoAmI(method) {
  if (page.link) return { Authorization: `Link ${page.link}`, "Content-Type": "application/json" };
  return method === "GET" ? {} : { "X-CSRF-Token": csrf, "Content-Type": "application/json" };
}
