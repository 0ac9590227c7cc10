// @ts-check
/** Nothing moves under a finger: what is drawn anew between pressing and letting go would lose the tap. */

import { at, fill } from "./dom.js";

export class Still {
  /** @param {() => void} draw everything, by `put` */
  constructor(draw) {
    this.#draw = draw;
    addEventListener("pointerdown", () => (this.#isTouched = true), true);
    for (const end of ["pointerup", "pointercancel"]) {
      addEventListener(end, () => setTimeout(() => this.#release(), 0), true); // after the click that it makes
    }
  }

  #draw;
  #isTouched = false;
  #isDue = false;
  /** @type {WeakMap<Element, string>} */
  #drawn = new WeakMap();

  /** Draw now, or as soon as the finger is gone. */
  draw() {
    this.#isDue = this.#isTouched;
    if (!this.#isTouched) this.#draw();
  }

  #release() {
    this.#isTouched = false;
    if (this.#isDue) this.draw();
  }

  /**
   * What is in this element; made anew only if its key is another one.
   * @param {string} id
   * @param {unknown} key all that it is made of
   * @param {() => any} make
   */
  put(id, key, make) {
    const element = at(id);
    const text = JSON.stringify(key);
    if (this.#drawn.get(element) === text) return;
    this.#drawn.set(element, text);
    fill(element, make());
  }
}
