// @ts-check
/** Barcodes: a scanner that types like a keyboard, or the camera where the browser can read them itself. */

const BETWEEN_KEYS_MS = 35;
/** A scanner that is interrupted for less than this was reading one and the same code. */
const HICCUP_MS = 400;
const SHORTEST = 2;
const LONGEST = 200;
const LOOK_MS = 200;
const FORMATS = ["code_128", "code_39", "ean_13", "ean_8", "qr_code", "data_matrix", "itf"];

/** Tells a scanner from a person: nobody types keys 35 ms apart and then Enter. */
export class Wedge {
  #code = "";
  #at = -Infinity;
  #isBroken = false;

  /**
   * @param {string} key as a keyboard event names it
   * @param {number} at when it was pressed, ms
   * @returns {string} the whole code with the Enter that ends it, else nothing
   */
  key(key, at) {
    const gap = at - this.#at;
    const isQuick = gap <= BETWEEN_KEYS_MS;
    this.#at = at;
    if (!isQuick) this.#isBroken = this.isBusy && gap <= HICCUP_MS; // the rest of a code is another code
    if (key === "Enter") {
      const code = isQuick && !this.#isBroken && this.#code.length >= SHORTEST ? this.#code : "";
      this.#code = "";
      this.#isBroken = false;
      return code;
    }
    if (key.length !== 1) return ""; // Shift and the like belong to the sign that follows
    this.#code = (isQuick ? this.#code : "") + key;
    if (this.#code.length > LONGEST) this.#code = "";
    return "";
  }

  /** Whether a scanner is at it: these keys are not for what has the focus. */
  get isBusy() {
    return this.#code.length >= SHORTEST;
  }
}

/**
 * Every code that is scanned while nobody types into a field.
 * @param {(code: string) => void} heard
 */
export function listen(heard) {
  const wedge = new Wedge();
  addEventListener(
    "keydown",
    (event) => {
      if (isField(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
      const code = wedge.key(event.key, event.timeStamp);
      if (code || wedge.isBusy) event.preventDefault(); // its Enter is no tap on the button in focus
      if (code) heard(code.trim());
    },
    true,
  );
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

/** Whether this browser reads barcodes with its camera. */
export function hasCamera() {
  return "BarcodeDetector" in globalThis && navigator.mediaDevices !== undefined;
}

/**
 * Look through the camera until there is a code, or until `video` is taken out of the page.
 * @param {HTMLVideoElement} video
 * @returns {Promise<string>} nothing if there was none
 */
export async function look(video) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  try {
    video.srcObject = stream;
    await video.play();
    // @ts-ignore - newer than the checker's library
    const detector = new BarcodeDetector({ formats: FORMATS });
    while (video.isConnected) {
      const [found] = await detector.detect(video);
      if (found) return found.rawValue.trim();
      await new Promise((later) => setTimeout(later, LOOK_MS));
    }
    return "";
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
