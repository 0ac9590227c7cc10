// @ts-check
/**
 * The speaker of the hall: two notes, then the call, sentence by sentence. A voice of the browser's own speaks if it is
 * on this machine (none is asked over the network); else the shop's server does; else the two notes must do, and the
 * number stands there large.
 */

import { page } from "./page.js";

const NOTES = [
  { hertz: 659.26, at: 0 },
  { hertz: 523.25, at: 0.28 },
];
const CHIME_S = 0.75;
const LOUD = 0.35;
const SENTENCE_MS = 8000;
/** So long a number is shown when nothing can say it. */
const READ_MS = 4000;

/** @typedef {{number: string, desk: string}} Spoken */

export class Speaker {
  /** @param {Record<string, string>} sentences language → `{number}` … `{desk}` */
  constructor(sentences) {
    this.#sentences = sentences;
    this.#context = new AudioContext();
    this.#context.onstatechange = () => this.onchange();
  }

  /** @type {() => void} */
  onchange = () => {};

  #sentences;
  #context;
  /** Ends what is being said. */
  #cut = () => {};
  #isHushed = false;

  /** Browsers keep quiet until somebody has touched the page, unless they were started otherwise. */
  get isAllowed() {
    return this.#context.state === "running";
  }

  /** From within a tap or a key. */
  async allow() {
    await this.#context.resume();
  }

  /**
   * Resolves when it has been said; false if it was hushed, or if even the notes could not be heard.
   * @param {Spoken} call
   * @param {string} sign what stands on the desk
   * @param {string[]} languages
   * @returns {Promise<boolean>}
   */
  async say(call, sign, languages) {
    if (!this.isAllowed) return false;
    this.#isHushed = false;
    const sounds = languages.map((language) => (voiceOf(language) ? null : this.#fetched(call, language)));
    await this.#chime();
    let isSaid = false;
    for (const [place, language] of languages.entries()) {
      if (this.#isHushed) return false;
      const sound = await sounds[place];
      if (sound) isSaid = (await this.#play(sound)) || isSaid;
      else isSaid = (await this.#voiced(call, sign, language)) || isSaid;
    }
    if (!isSaid) await this.#until(pause(READ_MS));
    return this.isAllowed && !this.#isHushed;
  }

  /** Nobody is to hear the rest of it. */
  hush() {
    this.#isHushed = true;
    this.#cut();
  }

  /** @param {Promise<unknown>} end or until hushed, or for as long as a sentence can be */
  async #until(end) {
    const cut = new Promise((resolve) => (this.#cut = () => resolve(undefined)));
    await Promise.race([end, cut, pause(SENTENCE_MS)]);
  }

  async #chime() {
    const now = this.#context.currentTime;
    for (const { hertz, at } of NOTES) {
      const tone = new OscillatorNode(this.#context, { frequency: hertz, type: "sine" });
      const volume = new GainNode(this.#context, { gain: 0 });
      volume.gain.setValueAtTime(0, now + at);
      volume.gain.linearRampToValueAtTime(LOUD, now + at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, now + at + 0.45);
      tone.connect(volume).connect(this.#context.destination);
      tone.start(now + at);
      tone.stop(now + at + 0.5);
    }
    await pause(CHIME_S * 1000);
  }

  /**
   * @param {Spoken} call
   * @param {string} language
   * @returns {Promise<AudioBuffer | null>}
   */
  async #fetched({ number, desk }, language) {
    try {
      const path = [language, number, desk].map(encodeURIComponent).join("/");
      const stop = new AbortController();
      const limit = setTimeout(() => stop.abort(), SENTENCE_MS);
      const answer = await fetch(`/api/v1/${page.store}/speech/${path}`, { signal: stop.signal });
      clearTimeout(limit);
      return answer.ok ? await this.#context.decodeAudioData(await answer.arrayBuffer()) : null;
    } catch {
      return null;
    }
  }

  /** @param {AudioBuffer} sound */
  async #play(sound) {
    const source = new AudioBufferSourceNode(this.#context, { buffer: sound });
    source.connect(this.#context.destination);
    const ended = new Promise((resolve) => (source.onended = resolve));
    source.start();
    await this.#until(ended);
    source.stop();
    return true;
  }

  /**
   * @param {Spoken} call
   * @param {string} sign
   * @param {string} language
   */
  async #voiced({ number }, sign, language) {
    const voice = voiceOf(language);
    const sentence = this.#sentences[language];
    if (!voice || !sentence) return false;
    const said = new SpeechSynthesisUtterance(sentence.replace("{number}", [...number].join(" ")).replace("{desk}", sign));
    said.voice = voice;
    said.lang = voice.lang;
    const ended = new Promise((resolve) => (said.onend = said.onerror = resolve));
    speechSynthesis.speak(said);
    await this.#until(ended);
    speechSynthesis.cancel();
    return true;
  }
}

const TAGS = { en: ["en"], "zh-Hans": ["zh-CN", "cmn"], "zh-Hant": ["zh-HK", "yue"] };

/**
 * A voice on this very machine.
 * @param {string} language
 */
function voiceOf(language) {
  const tags = /** @type {Record<string, string[]>} */ (TAGS)[language] ?? [];
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && tags.some((tag) => voice.lang.replace("_", "-").startsWith(tag)));
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
