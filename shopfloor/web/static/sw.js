// @ts-check
/**
 * Serves the shell of a page when the server cannot be reached: nothing else. It holds no queue and no logic.
 * `SHELL` stands before this, written by the server of what it really serves.
 */

/** @type {any} */
const worker = self;
/** @type {{release: string, files: string[], pages: string[]}} */
const shell = worker.SHELL;
const NAME = `shell ${shell.release}`;
const PATIENCE_MS = 3000;

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "forget") event.waitUntil(forget());
});
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const request = event.request;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && shell.pages.includes(pathname)) event.respondWith(page(request, pathname));
  else if (shell.files.includes(pathname)) event.respondWith(file(request, pathname));
});

async function install() {
  const cache = await caches.open(NAME);
  await cache.addAll(shell.files);
  for (const path of shell.pages) await keep(path, await fetch(path, { credentials: "same-origin" }));
  await worker.skipWaiting();
}

async function takeOver() {
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
  await worker.clients.claim();
}

/** Somebody has signed out: their page is not for the next one. */
async function forget() {
  const cache = await caches.open(NAME);
  for (const path of shell.pages) await cache.delete(path);
}

/**
 * The server's page if it answers in time, else the one it gave last.
 * @param {Request} request
 * @param {string} path
 */
async function page(request, path) {
  try {
    const answer = await inTime(fetch(request));
    await keep(path, answer.clone());
    return answer;
  } catch (fault) {
    const cache = await caches.open(NAME);
    const known = await cache.match(path);
    if (known === undefined) throw fault;
    return known;
  }
}

/**
 * @param {Request} request
 * @param {string} path
 */
async function file(request, path) {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) ?? fetch(request);
}

/**
 * Only what is a page of ours: no redirect to the door, no error.
 * @param {string} path
 * @param {Response} answer
 */
async function keep(path, answer) {
  if (answer.status !== 200 || answer.redirected) return;
  const cache = await caches.open(NAME);
  await cache.put(path, answer);
}

/**
 * @template T
 * @param {Promise<T>} answer
 * @returns {Promise<T>}
 */
function inTime(answer) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no answer in time")), PATIENCE_MS);
    answer.then(resolve, reject);
  });
}
