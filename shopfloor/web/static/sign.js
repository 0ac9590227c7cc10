// @ts-check
/**
 * A field to sign in: with a finger, a pen, a mouse, or a pen that the keyboard moves. What is drawn stays in this
 * object until `clear`; it goes nowhere, only its measures and its hash do.
 */

import { sha256 } from "./sha256.js";

/** @typedef {[x: number, y: number, t_ms: number]} Point px in the field, and ms since the pen first came down */
/** @typedef {{points: number, length_px: number, duration_ms: number}} Measures */

export const POINTS_MIN = 8;
export const LENGTH_MIN_PX = 40;
export const DURATION_MIN_MS = 200;
const POINTS_TOLD_MAX = 10_000;
const LENGTH_TOLD_MAX = 1_000_000;
const DURATION_TOLD_MAX = 600_000;
const STROKES_MAX = 500;

const STEP_PX = 6;
const STRIDE_PX = 24;
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class SignatureField {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} onchange
   */
  constructor(canvas, onchange) {
    /** @type {Point[][]} from pen down to pen up */
    this.strokes = [];
    this.#canvas = canvas;
    this.#onchange = onchange;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#up(event));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("focus", () => this.draw());
    canvas.addEventListener("blur", () => {
      this.#isKeyDown = false;
      this.draw();
    });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  #canvas;
  #onchange;
  /** Of the finger that draws; the palm beside it does not. */
  #pointer = -1;
  #began = 0;
  /**
   * Where the keyboard's pen is; null until it is used.
   * @type {[number, number] | null}
   */
  #pen = null;
  #isKeyDown = false;

  clear() {
    this.strokes = [];
    this.#pointer = -1;
    this.#isKeyDown = false;
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#pointer !== -1 || event.button !== 0 || this.strokes.length >= STROKES_MAX) return;
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true });
    this.#pointer = event.pointerId;
    this.#pen = null;
    this.#canvas.setPointerCapture(event.pointerId);
    this.strokes.push([]);
    this.#add(event.offsetX, event.offsetY, event.timeStamp);
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) this.#add(each.offsetX, each.offsetY, each.timeStamp);
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerId === this.#pointer) this.#pointer = -1;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const way = WAYS[event.key];
    if (way === undefined && event.key !== " ") return;
    event.preventDefault();
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const pen = (this.#pen ??= [Math.round(width / 4), Math.round(height / 2)]);
    if (way === undefined) {
      if (event.repeat) return;
      this.#isKeyDown = !this.#isKeyDown && this.strokes.length < STROKES_MAX;
      if (this.#isKeyDown) this.strokes.push([]);
    } else {
      const far = event.shiftKey ? STRIDE_PX : STEP_PX;
      pen[0] = Math.min(width, Math.max(0, pen[0] + way[0] * far));
      pen[1] = Math.min(height, Math.max(0, pen[1] + way[1] * far));
    }
    if (this.#isKeyDown) this.#add(pen[0], pen[1], event.timeStamp);
    this.#changed();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} at
   */
  #add(x, y, at) {
    const stroke = this.strokes.at(-1);
    if (this.strokes.length === 1 && stroke?.length === 0) this.#began = at;
    stroke?.push([tenth(x), tenth(y), Math.max(0, Math.round(at - this.#began))]);
  }

  #changed() {
    this.draw();
    this.#onchange();
  }

  draw() {
    const canvas = this.#canvas;
    const fine = globalThis.devicePixelRatio || 1;
    const [width, height] = [Math.round(canvas.clientWidth * fine), Math.round(canvas.clientHeight * fine)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const drawing = canvas.getContext("2d");
    if (drawing === null) return;
    drawing.setTransform(fine, 0, 0, fine, 0, 0);
    drawing.clearRect(0, 0, width, height);
    drawing.strokeStyle = drawing.fillStyle = getComputedStyle(canvas).color;
    drawing.lineWidth = 2.6;
    drawing.lineCap = drawing.lineJoin = "round";
    for (const stroke of this.strokes) drawStroke(drawing, stroke);
    if (this.#pen !== null && document.activeElement === canvas) drawPen(drawing, this.#pen, this.#isKeyDown);
  }
}

/**
 * Smooth: through the middles of the lines between the points.
 * @param {CanvasRenderingContext2D} drawing
 * @param {Point[]} stroke
 */
function drawStroke(drawing, stroke) {
  const [first] = stroke;
  if (first === undefined) return;
  drawing.beginPath();
  drawing.moveTo(first[0], first[1]);
  drawing.lineTo(first[0] + 0.01, first[1]);
  stroke.forEach(([x, y], place) => {
    const next = stroke[place + 1] ?? [x, y];
    drawing.quadraticCurveTo(x, y, (x + next[0]) / 2, (y + next[1]) / 2);
  });
  drawing.stroke();
}

/**
 * @param {CanvasRenderingContext2D} drawing
 * @param {[number, number]} pen
 * @param {boolean} isDown
 */
function drawPen(drawing, [x, y], isDown) {
  drawing.beginPath();
  drawing.arc(x, y, isDown ? 4 : 8, 0, 2 * Math.PI);
  if (isDown) drawing.fill();
  else drawing.stroke();
}

/** @param {number} number */
function tenth(number) {
  return Math.round(number * 10) / 10;
}

// ── what is told of it ──────────────────────────────────────────────────────────────────────────

/**
 * @param {Point[][]} strokes
 * @returns {Measures}
 */
export function measures(strokes) {
  const times = strokes.flat().map((point) => point[2]);
  const length = strokes.reduce((sum, stroke) => sum + lengthOf(stroke), 0);
  const duration = times.length ? Math.max(...times) - Math.min(...times) : 0;
  return {
    points: Math.min(times.length, POINTS_TOLD_MAX),
    length_px: Math.min(Math.round(length), LENGTH_TOLD_MAX),
    duration_ms: Math.min(duration, DURATION_TOLD_MAX),
  };
}

/** @param {Point[]} stroke */
function lengthOf(stroke) {
  return stroke.slice(1).reduce((sum, [x, y], place) => {
    const [fromX, fromY] = stroke[place] ?? [x, y];
    return sum + Math.hypot(x - fromX, y - fromY);
  }, 0);
}

/** Too little for a signature; the floor says the same.
 * @param {Measures} measured */
export function isTrivial({ points, length_px, duration_ms }) {
  return points < POINTS_MIN || length_px < LENGTH_MIN_PX || duration_ms < DURATION_MIN_MS;
}

/** The hash that binds the drawing.
 * @param {Point[][]} strokes */
export function inkHash(strokes) {
  return sha256(inkJson(strokes));
}

/**
 * `[[[x,y,t_ms],…],…]`, with 12 px written as 12.0: the same bytes as every other signing surface of the shop makes.
 * @param {Point[][]} strokes
 */
export function inkJson(strokes) {
  const written = strokes.map((stroke) => `[${stroke.map(([x, y, t]) => `[${decimal(x)},${decimal(y)},${t}]`).join(",")}]`);
  return `[${written.join(",")}]`;
}

/** @param {number} number */
function decimal(number) {
  return Number.isInteger(number) ? `${number}.0` : String(number);
}
