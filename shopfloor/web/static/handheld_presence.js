// @ts-check
/** E22: a handheld that nobody has touched for ten minutes says so; the next touch says that its person is back. */

const AWAY_AFTER_MS = 600_000;
const LOOK_MS = 1000;
const TOUCHES = ["pointerdown", "keydown"];
const TOUCHED = "handheld touched";
const AWAY = "handheld away";

export class Presence {
  /**
   * @param {() => number} now the shop's time
   * @param {() => boolean} isOn whether somebody is signed on
   * @param {(isAway: boolean) => void} say
   */
  constructor(now, isOn, say) {
    this.#now = now;
    this.#isOn = isOn;
    this.#say = say;
    for (const touch of TOUCHES) addEventListener(touch, () => this.touch(), true);
    setInterval(() => this.look(), LOOK_MS);
  }

  #now;
  #isOn;
  #say;

  /** All tabs of this handheld share it. */
  touch() {
    localStorage.setItem(TOUCHED, String(this.#now()));
    if (localStorage.getItem(AWAY) === null) return;
    localStorage.removeItem(AWAY);
    if (this.#isOn()) this.#say(false);
  }

  look() {
    const now = this.#now();
    const touched = Number(localStorage.getItem(TOUCHED) ?? 0);
    if (!this.#isOn() || touched === 0 || touched > now) {
      localStorage.setItem(TOUCHED, String(now)); // whoever has just come gets the whole ten minutes
      return;
    }
    if (now - touched < AWAY_AFTER_MS || localStorage.getItem(AWAY) !== null) return;
    localStorage.setItem(AWAY, String(now));
    this.#say(true);
  }
}
