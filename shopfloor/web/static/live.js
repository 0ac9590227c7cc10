// @ts-check
/** The live picture of a page: one WebSocket, whole sections, and an honest word when nothing is heard any more. */

import { page } from "./page.js";

const SILENCE_MS = 2500;
const LOOK_MS = 250;
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 3000;

/** @typedef {"connecting" | "live" | "lost"} Link */

export class Live {
  /**
   * @param {(view: any, news: Set<string>) => void} draw gets the whole picture, and which sections are new
   * @param {(link: Link, since: number) => void} tellLink
   */
  constructor(draw, tellLink) {
    /** Section → value. */
    this.view = {};
    /** The shop's time minus this browser's, ms. */
    this.offset = 0;
    /** @type {Link} */
    this.link = "connecting";
    /** The connection is there (again): a good moment to send what waits. */
    this.whenLive = () => {};
    /** Somebody has signed out elsewhere, or the link has ended: most pages load again, and the door says what to do. */
    this.whenShut = () => location.reload();
    this.#draw = draw;
    this.#tellLink = tellLink;
    this.#heardAt = Date.now();
    this.#connect();
    setInterval(() => this.#listen(), LOOK_MS);
    addEventListener("online", () => this.#connect());
  }

  #draw;
  #tellLink;
  #heardAt;
  #triedAt = 0;
  #rev = 0;
  #pauseMs = FIRST_PAUSE_MS;
  /** @type {Set<string>} */
  #news = new Set();
  #isDrawing = false;
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {object | undefined} */
  #outbox;

  /** The shop's time now, ms. */
  get now() {
    return Date.now() + this.offset;
  }

  /**
   * How many entries wait here, for the manager's board.
   * @param {{boot: number, seq: number, waiting: number}} outbox
   */
  tellOutbox(outbox) {
    this.#outbox = outbox;
    this.#say({ t: "outbox", outbox });
  }

  /** @param {object} message */
  #say(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#triedAt = Date.now();
    this.#socket?.close();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/${page.store}/live`);
    this.#socket = socket;
    socket.onopen = () => this.#say({ t: "hello", page: page.page, link: page.link, outbox: this.#outbox });
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data));
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#timer = setTimeout(() => this.#connect(), this.#pauseMs * (0.75 + Math.random() / 2));
      this.#pauseMs = Math.min(LAST_PAUSE_MS, this.#pauseMs * 2);
    };
  }

  /** @param {any} message */
  #hear(message) {
    this.#heardAt = Date.now();
    this.offset = message.at ? message.at - Date.now() : this.offset;
    if (message.t === "no") {
      this.whenShut();
      return;
    }
    this.#pauseMs = FIRST_PAUSE_MS;
    if (message.t === "snap" || (message.t === "frame" && message.rev > this.#rev)) {
      this.#rev = message.rev;
      Object.assign(this.view, message.view);
      for (const section of Object.keys(message.view)) this.#news.add(section);
      this.#drawSoon();
    }
    this.#setLink("live");
  }

  #drawSoon() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      const news = this.#news;
      this.#news = new Set();
      this.#draw(this.view, news);
    });
  }

  /** Nothing at all for so long: the picture may be old, and whoever looks at it must know. */
  #listen() {
    const now = Date.now();
    if (now - this.#heardAt < SILENCE_MS) return;
    this.#setLink("lost");
    if (now - this.#triedAt >= LAST_PAUSE_MS) this.#connect();
  }

  /** @param {Link} link */
  #setLink(link) {
    if (link === this.link) return;
    this.link = link;
    document.documentElement.dataset.link = link;
    this.#tellLink(link, this.#heardAt);
    if (link === "live") this.whenLive();
  }
}
