// @ts-check
/**
 * What a device in this browser says: kept before it is sent, sent until it is answered, never twice.
 *
 * It depends on no service worker and no connection. The server knows an entry by device, boot and seq, so sending one
 * again does no harm; two tabs that both send it are told the same. A tab sends whatever it finds: the others are told
 * of it as news from `elsewhere`.
 */

import { ask } from "./api.js";
import { LAST_PAUSE_MS, pauseAfter, verdictOf } from "./outbox_verdict.js";
import { begin, keep, kept, numberAgain, numberingOf, remove, update } from "./store.js";

/** @typedef {import("./store.js").Entry} Entry */
/** @typedef {import("./api.js").Answer} Answer */
/** @typedef {"saved" | "sent" | "refused" | "discarded" | "sign-in"} News */

export class Outbox extends EventTarget {
  /**
   * @param {string} device `type/id`
   * @param {number} boot the number that the server gave with this page
   */
  constructor(device, boot) {
    super();
    this.device = device;
    /** @type {Entry[]} saved or refused, oldest first */
    this.entries = [];
    /** The id of the one that is on its way just now. */
    this.sending = "";
    /** The server wants to know who this is: somebody must sign in. It goes on by itself then. */
    this.isPaused = false;
    this.boot = boot;
    /**
     * What follows from an answer and must not be lost is kept here, before the entry goes: should the page end in
     * between, the next one asks again and is told the same.
     * @type {(entry: Entry, answer: any) => Promise<unknown>}
     */
    this.whenTaken = async () => undefined;
    /** When it is known what was kept; it does not wait for the server. */
    this.ready = this.#start(boot);
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.wake();
    });
    if ("BroadcastChannel" in globalThis) {
      this.#others = new BroadcastChannel(`outbox ${device}`);
      this.#others.onmessage = ({ data }) => this.#look().then(() => {
        this.dispatchEvent(new CustomEvent("elsewhere", { detail: data }));
        this.dispatchEvent(new CustomEvent("change"));
      });
    }
  }

  #isSending = false;
  #failures = 0;
  #notBefore = 0;
  /** Whether this browser knows under which boot it counts. */
  #isNumbered = false;
  /** How often another browser has spoken under a later boot, since something went through. */
  #overtaken = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {BroadcastChannel | undefined} tabs of the same device */
  #others;

  /** Entries that no person has to look at: they only wait. */
  get waiting() {
    return this.entries.filter((entry) => entry.state === "saved").length;
  }

  /** @param {number} boot */
  async #start(boot) {
    const known = await numberingOf(this.device);
    // a browser that remembers nothing may have counted under this boot before: it asks for another one
    if (known !== undefined && known.boot > 0) {
      this.boot = await begin(this.device, boot);
      this.#isNumbered = true;
    }
    await this.#look();
    this.dispatchEvent(new CustomEvent("change"));
    this.wake();
  }

  async #look() {
    const known = await kept(this.device);
    const ours = new Map(this.entries.map((entry) => [entry.id, entry]));
    this.entries = known.map((entry) => Object.assign(ours.get(entry.id) ?? entry, entry));
  }

  /**
   * Say this. Resolves when it is kept: from then on it will be sent, whatever happens. Rejects where nothing can be
   * kept; then nothing was said, and the person must be told.
   * @param {string} kind
   * @param {object} body
   * @param {string} [label] for the person: what it is about
   * @returns {Promise<Entry>}
   */
  async say(kind, body, label = kind) {
    const entry = await keep(this.device, { id: uuid(), kind, body, label, sent_at: Date.now() });
    if (entry.boot === 0) this.#isNumbered = false;
    if (!this.entries.some((known) => known.id === entry.id)) this.entries.push(entry);
    this.#tell("saved", entry);
    this.wake();
    return entry;
  }

  /**
   * A refused entry has been read; it goes.
   * @param {Entry} entry
   */
  async discard(entry) {
    await this.#drop(entry);
    this.#tell("discarded", entry);
  }

  /** Send now what there is to send. Not sooner than the server wants, unless the connection is another one. */
  wake() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sendAll(), Math.max(0, this.#notBefore - Date.now()));
  }

  /** The way to the server is new, or somebody has signed in: what was said before about waiting is over. */
  resume() {
    this.#notBefore = 0;
    this.#failures = 0;
    this.wake();
  }

  async #sendAll() {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      await this.#look();
      if (!this.#isNumbered && !(await this.#number())) return;
      await alone(`outbox ${this.device}`, async () => {
        await this.#look();
        for (let next = this.#next(); next !== undefined; next = this.#next()) {
          if (!(await this.#send(next))) break;
        }
      });
    } catch (fault) {
      console.warn(fault); // the storage was wiped under our hands, or is full: look again
      this.#later(0);
    } finally {
      this.#isSending = false;
    }
    if (this.waiting && this.#notBefore <= Date.now()) this.wake(); // said meanwhile
  }

  /** Get a boot that was never used; false: not now. */
  async #number() {
    const answer = await ask("POST", "/boots");
    if (answer.status !== 200 || answer.body.device !== this.device) {
      this.#stopped(answer);
      return false;
    }
    this.boot = await begin(this.device, answer.body.boot);
    this.#isNumbered = true;
    this.#goneThrough();
    return true;
  }

  /** Entries without a boot get their number first. */
  #next() {
    return this.entries.find((entry) => entry.state === "saved" && entry.boot > 0);
  }

  /**
   * @param {Entry} entry
   * @returns {Promise<boolean>} whether to go on with the next one
   */
  async #send(entry) {
    const { kind, boot, seq, sent_at, body } = entry;
    this.#onItsWay(entry.id);
    const envelope = { kind, boot, seq, sent_at, body };
    const answer = await ask("POST", `/${this.device}/events`, envelope, { "Idempotency-Key": entry.id });
    this.#onItsWay("");
    entry.tries += 1;
    const verdict = verdictOf(answer, entry.id);
    if (verdict === "sent") {
      this.#overtaken = 0;
      await this.whenTaken(entry, answer.body);
      await this.#drop(entry);
      this.#goneThrough();
      this.#tell("sent", entry, answer.body);
      return true;
    }
    if (verdict === "refused") {
      entry.state = "refused";
      entry.answer = answer.body;
      await update(entry);
      this.#goneThrough();
      this.#tell("refused", entry, answer.body);
      return true;
    }
    if (verdict === "old-boot") return this.#sayAnew(entry);
    this.#stopped(answer, entry);
    return false;
  }

  /**
   * Another browser has spoken as this device since: somebody else with the same link, or this one before its storage
   * was wiped. The floor has not taken the entry under its number and never will, so another one doubles nothing.
   * @param {Entry} entry
   * @returns {Promise<boolean>} whether to go on with the next one
   */
  async #sayAnew(entry) {
    const isOvertaken = entry.boot === this.boot;
    if (isOvertaken && !(await this.#number())) return false;
    await numberAgain(entry);
    await this.#look();
    if (!isOvertaken || ++this.#overtaken === 1) return true;
    this.#later(0); // they both speak just now
    return false;
  }

  /** @param {string} id */
  #onItsWay(id) {
    this.sending = id;
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** @param {Entry} entry */
  async #drop(entry) {
    await remove(this.entries.find((other) => other.id === entry.id) ?? entry); // its number may be another one by now
    this.entries = this.entries.filter((other) => other.id !== entry.id);
  }

  #goneThrough() {
    this.isPaused = false;
    this.#failures = 0;
    this.#notBefore = 0;
  }

  /**
   * Not now. Whoever must sign in first is told once; it is tried again all the same, in case they did so elsewhere.
   * @param {Answer} answer
   * @param {Entry} [entry]
   */
  #stopped(answer, entry) {
    const mustSignIn = verdictOf(answer, entry?.id ?? "") === "sign-in";
    this.#later(mustSignIn ? LAST_PAUSE_MS : answer.retryAfterMs);
    if (mustSignIn && !this.isPaused) {
      this.isPaused = true;
      this.#tell("sign-in", entry, answer.body);
    }
  }

  /** @param {number} atLeastMs */
  #later(atLeastMs) {
    this.#failures += 1;
    this.#notBefore = Date.now() + pauseAfter(this.#failures, atLeastMs, Math.random());
    this.wake();
  }

  /**
   * @param {News} news
   * @param {Entry | undefined} entry
   * @param {any} [answer]
   */
  #tell(news, entry, answer) {
    this.dispatchEvent(new CustomEvent(news, { detail: { entry, answer } }));
    this.dispatchEvent(new CustomEvent("change"));
    this.#others?.postMessage({ news, entry, answer });
  }
}

/**
 * One tab at a time, where the browser can tell (only in a secure context; elsewhere the server's numbering is enough).
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function alone(name, work) {
  if (navigator.locks) await navigator.locks.request(name, work);
  else await work();
}

/** A UUIDv4, also where the page is no secure context. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
