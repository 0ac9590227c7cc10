// @ts-check
/** One customer before one document: shown, read to its end, agreed to, signed, or refused. */

import { fill, h, set, tell } from "./dom.js";
import { PAGE_SEEN_MS, Pages } from "./pad_pages.js";
import { SignatureField, inkHash, isTrivial, measures } from "./sign.js";
import { label, t } from "./words.js";

/**
 * @typedef {object} Document
 * @property {string} request
 * @property {string} repair
 * @property {string} document
 * @property {string} state
 * @property {string} text
 * @property {string} sha256
 * @property {boolean} needs_ink
 * @property {string} language
 */
/** @typedef {import("./pad_saying.js").AtOnce} AtOnce */
/** @typedef {"reading" | "signing" | "refusing" | "done" | "wrong"} Stage */

const CONSENT = "consent-1";
const STATES = ["FROZEN", "PRESENTED", "VIEWED", "CONSENTED", "INKED"];
const REASON_MAX = 500;
/** A tap sooner after the button's words changed was meant for the words before: "Read on" is not "I agree". */
const WORDS_SEEN_MS = 400;
/** The floor has heard it before: an answer was lost, or the page was loaded anew. */
const REPEATABLE = ["PageViewed", "ReportViewed"];
const SAID_BEFORE = ["already", "wrong-state"];
/**
 * How far the floor's picture is when it has heard this, whatever becomes of the answer.
 * @type {Record<string, string>}
 */
const SHOWN_BY = { DocumentPresented: "PRESENTED", PageViewed: "VIEWED", ConsentGiven: "CONSENTED", InkCaptured: "INKED" };

export class Sitting {
  /**
   * @param {Document} doc
   * @param {AtOnce} atOnce
   * @param {() => boolean} mayBegin whether the floor can be reached
   */
  constructor(doc, atOnce, mayBegin) {
    this.doc = doc;
    /** @type {Stage} */
    this.stage = "reading";
    this.#atOnce = atOnce;
    this.#mayBegin = mayBegin;
    this.#state = doc.state;
    this.#pages = new Pages(doc.text, () => this.draw());
    this.#pages.element.setAttribute("aria-label", label("document_for_customer", doc.document));
    this.element = this.#built();
    this.heard(doc);
    this.#check();
  }

  #atOnce;
  #mayBegin;
  /** How far the floor knows us to be. */
  #state;
  #pages;
  #isBusy = false;
  /** @type {string | undefined} the state that shows that the floor has what is being said */
  #awaited;
  /** @type {Stage} where "no, go back" leads to */
  #before = "reading";
  /** @type {SignatureField | undefined} */
  #field;
  /** @type {Record<string, any>} */
  #parts = {};
  #isTold = false;
  /** What the customer is asked to tap, and since when. */
  #asked = { words: "", since: 0 };

  // ── what the floor says ──

  /** The floor's picture of the same request.
   * @param {Document} doc */
  heard(doc) {
    if (STATES.indexOf(doc.state) > STATES.indexOf(this.#state)) this.#state = doc.state;
    if (this.#isBusy && this.#isPast(this.#awaited)) this.#atOnce.hasArrived();
    if (this.#state === "INKED") this.#done();
    else if (this.#state === "CONSENTED" && this.stage === "reading") this.#stageIs("signing");
    else if (this.#state === "CONSENTED") this.#before = "signing";
    this.draw();
  }

  /** The connection is there again, or is not. */
  connectionIs() {
    if (this.#mayBegin()) this.#present();
    this.draw();
  }

  close() {
    this.#field?.clear();
    this.#pages.close();
    this.element.remove();
  }

  // ── what the floor is told ──

  async #check() {
    if ((await this.#pages.hash()) !== this.doc.sha256) this.#wrong();
    this.#present();
  }

  /** The hash of what is on the screen, whatever hash it was announced with. */
  async #present() {
    if (this.#state !== "FROZEN" || this.#isBusy || this.#isTold || !this.#mayBegin()) return;
    this.#isTold = true;
    const outcome = await this.#said("DocumentPresented", { sha256: await this.#pages.hash() });
    if (outcome.end === "unsent") this.#isTold = false;
    else if (this.#state === "FROZEN" && this.stage !== "wrong") this.#state = "PRESENTED";
    this.draw();
  }

  /**
   * One thing at a time: whoever taps twice has said it once.
   * @param {string} kind
   * @param {object} body
   * @returns {Promise<boolean>} whether the floor has it
   */
  async #say(kind, body) {
    const outcome = await this.#said(kind, body);
    if (outcome.end === "refused" && REPEATABLE.includes(kind) && SAID_BEFORE.includes(outcome.code)) return true;
    if (outcome.end === "refused") this.#tell(outcome.words);
    else if (outcome.end === "unsent") this.#tell(t("Not sent: there is no connection. Nothing of it is kept. Please try again in a moment."));
    else this.#tell("");
    this.draw();
    return outcome.end === "taken";
  }

  /**
   * @param {string} kind
   * @param {object} body
   */
  async #said(kind, body) {
    this.#isBusy = true;
    this.#awaited = SHOWN_BY[kind];
    this.draw();
    const outcome = await this.#atOnce.say(kind, { request: this.doc.request, ...body });
    this.#isBusy = false;
    return outcome;
  }

  /** @returns {Promise<boolean>} whether the page that is shown counts as read */
  async #read() {
    const pages = this.#pages;
    if (this.#isPast("VIEWED")) return true;
    if (pages.shownMs < PAGE_SEEN_MS) {
      this.#tell(t("One moment: please read this page first."));
      return false;
    }
    return this.#say("PageViewed", { page: pages.place + 1, on_screen_ms: pages.shownMs });
  }

  /** @param {string | undefined} state */
  #isPast(state) {
    return state !== undefined && STATES.indexOf(this.#state) >= STATES.indexOf(state);
  }

  // ── what the customer does ──

  async #goOn() {
    if (this.#isBusy || this.stage !== "reading") return;
    if (!this.#pages.isAtEnd) return this.#pages.scrollOn();
    if (!this.#canSay() || this.#state === "FROZEN" || performance.now() - this.#asked.since < WORDS_SEEN_MS) return;
    if (!(await this.#read()) || this.stage !== "reading") return;
    if (!this.#pages.isLast) this.#pages.turn(this.#pages.place + 1);
    else if (!this.doc.needs_ink) {
      if (await this.#say("ReportViewed", {})) this.#done();
    } else if (await this.#say("ConsentGiven", { consent_text: CONSENT, identified: "in-person" })) {
      this.#stageIs("signing");
    }
    this.draw();
  }

  #goBack() {
    if (!this.#isBusy && this.#pages.place > 0) this.#pages.turn(this.#pages.place - 1);
  }

  async #sign() {
    const strokes = this.#field?.strokes ?? [];
    if (this.#isBusy || this.stage !== "signing" || !this.#canSay()) return;
    const measured = measures(strokes);
    if (isTrivial(measured)) {
      this.#tell(measured.points ? t("This is too little for a signature. Please write your name.") : t("Please write your name into the field."));
      return;
    }
    const [sha256, ink_sha256] = await Promise.all([this.#pages.hash(), inkHash(strokes)]);
    if (sha256 !== this.doc.sha256) return this.#wrong();
    if (this.#isBusy) return;
    this.#field?.clear(); // whatever comes of it, the drawing is gone
    if (await this.#say("InkCaptured", { sha256, ink_sha256, ...measured })) this.#done();
  }

  #wantsToRefuse() {
    if (this.#isBusy || this.stage === "refusing" || this.stage === "done") return;
    this.#before = this.stage;
    this.#stageIs("refusing");
    this.#parts.reason.focus();
  }

  async #refuse() {
    if (this.#isBusy || this.stage !== "refusing" || !this.#canSay()) return;
    const reason = this.#parts.reason.value.trim().slice(0, REASON_MAX);
    if (await this.#say("SignatureRefused", { reason })) this.#done(t("You have not signed. Our staff talks with you about what happens next."));
  }

  #canSay() {
    return this.#mayBegin();
  }

  // ── stages ──

  /** @param {Stage} stage */
  #stageIs(stage) {
    if (this.stage === "done" || this.stage === "wrong") return;
    this.stage = stage;
    this.#tell("");
    this.draw();
    if (stage === "signing") this.#parts.canvas.focus({ preventScroll: true });
  }

  /** @param {string} [words] */
  #done(words = "") {
    this.#field?.clear();
    this.stage = "done";
    const thanks = this.doc.needs_ink ? t("Thank you. One moment: your document is being sealed.") : t("Thank you for reading. One moment please.");
    tell(this.#parts.thanks, words || thanks);
    this.draw();
  }

  #wrong() {
    this.#field?.clear();
    this.stage = "wrong";
    tell(this.#parts.thanks, t("This text is not the one that was prepared for you. It cannot be signed. Our staff has been told."));
    this.draw();
  }

  // ── what is seen ──

  /** @param {string} words */
  #tell(words) {
    if (this.#parts.said) tell(this.#parts.said, words);
  }

  #built() {
    const parts = this.#parts;
    parts.place = h("p", { class: "place number" });
    parts.said = h("p", { class: "told", role: "status" });
    parts.thanks = h("p", { class: "thanks", role: "status" });
    parts.consent = h("p", { class: "consent" }, t("I have read this and agree to sign it on this screen."));
    parts.back = h("button", { type: "button", class: "back", onclick: () => this.#goBack() }, t("Previous page"));
    parts.no = h("button", { type: "button", class: "no", onclick: () => this.#wantsToRefuse() });
    parts.yes = h("button", { type: "button", class: "go", onclick: () => (this.stage === "signing" ? this.#sign() : this.#goOn()) });
    parts.reading = h("div", { class: "reading" }, this.#pages.element);
    parts.ink = this.#inkPart();
    parts.refusing = this.#refusingPart();
    parts.foot = h("div", { class: "foot" }, parts.consent, parts.said, h("div", { class: "choices" }, parts.no, parts.back, parts.yes));
    return h("section", { class: "sitting", lang: this.doc.language },
      h("div", { class: "title" }, h("h2", {}, label("document_for_customer", this.doc.document)), parts.place),
      h("div", { class: "table" }, parts.reading, parts.ink), parts.refusing, parts.thanks, parts.foot);
  }

  #inkPart() {
    const canvas = (this.#parts.canvas = h("canvas", {
      class: "ink", tabindex: "0", role: "application", "aria-label": t("Field for your signature"), "aria-describedby": "how-to-sign",
    }));
    this.#field = new SignatureField(canvas, () => this.draw());
    const clear = (this.#parts.clear = h("button", { type: "button", class: "quiet", onclick: () => this.#field?.clear() }, t("Clear")));
    return h("div", { class: "signing" },
      h("div", { class: "signing-head" }, h("h3", {}, t("Your signature")), clear),
      h("div", { class: "paper" }, canvas),
      h("p", { id: "how-to-sign", class: "soft" },
        t("Write with a finger or a pen; a cross is enough. With the keyboard: the arrow keys move the pen, the space bar puts it down and lifts it. If you cannot draw, our manager can witness it.")));
  }

  #refusingPart() {
    const reason = (this.#parts.reason = h("textarea", { id: "reason", rows: 3, maxlength: REASON_MAX }));
    return h("div", { class: "refusing" },
      h("h3", {}, t("You do not want to sign this?")),
      h("p", {}, t("Nothing happens to your phone that you have not agreed to. If you like, tell us why:")),
      h("label", { for: "reason", class: "unseen" }, t("Why? (if you like)")), reason,
      h("div", { class: "choices" },
        (this.#parts.stay = h("button", { type: "button", class: "back-again", onclick: () => this.#stageIs(this.#before) }, t("Back to the document"))),
        (this.#parts.refuse = h("button", { type: "button", class: "no-sure", onclick: () => this.#refuse() }, t("I do not sign")))));
  }

  draw() {
    const { place, back, no, yes, consent, foot, clear, refuse } = this.#parts;
    if (foot === undefined) return;
    const pages = this.#pages;
    set(this.element, { "data-stage": this.stage, "data-end": pages.isAtEnd && pages.isLast && this.doc.needs_ink });
    tell(place, pages.count > 1 ? t("Page {page} of {pages}", { page: pages.place + 1, pages: pages.count }) : "");
    set(back, { hidden: pages.place === 0 || this.stage !== "reading" });
    tell(no, this.doc.needs_ink ? t("I do not sign this") : t("I do not agree with this"));
    const canSay = this.#canSay() && !this.#isBusy && this.#state !== "FROZEN";
    const isOff = !canSay && (this.stage === "signing" || pages.isAtEnd);
    set(yes, { "aria-disabled": isOff ? "true" : null });
    const words = this.#yesWords();
    if (words !== this.#asked.words) this.#asked = { words, since: performance.now() };
    tell(yes, words);
    set(consent, { hidden: !(this.stage === "reading" && pages.isLast && pages.isAtEnd && this.doc.needs_ink) });
    set(clear, { "aria-disabled": this.#field?.strokes.length ? null : "true" });
    set(no, { "aria-disabled": canSay ? null : "true" });
    set(refuse, { "aria-disabled": canSay ? null : "true" });
  }

  #yesWords() {
    if (this.#isBusy) return t("One moment please");
    if (this.stage === "signing") return t("Sign");
    if (!this.#pages.isAtEnd) return t("Read on");
    if (!this.#pages.isLast) return t("Next page");
    return this.doc.needs_ink ? t("I agree") : t("I have read it");
  }
}
