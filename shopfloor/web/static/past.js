// @ts-check
/** Any day again: the same board, drawn from what the records say of a moment, and clearly marked as the past. */

import { ask } from "./api.js";
import { at, fill, h, tell } from "./dom.js";
import { clock, t } from "./words.js";

const TICK_MS = 400;
const SPEEDS = [1, 10, 60, 300];
const STEP_MS = 1000;

/**
 * The bar below the plan. `show` draws a picture of the past; null: back to what is now.
 * @param {(view: any | null, moment: number) => void} show
 */
export function replayBar(show) {
  const bar = at("replay");
  /** @type {{first: number, last: number, curves: any} | null} */
  let day = null;
  let moment = 0;
  let speed = 60;
  let isPlaying = false;
  let isAsking = false;
  /** What is asked for while an answer is under way: only the latest counts. */
  let wanted = -1;

  const choice = h("select", { "aria-label": t("Day"), onchange: choose });
  const slider = h("input", { type: "range", step: STEP_MS, "aria-label": t("Time of that day"), oninput: slide });
  const told = h("output", { class: "number" });
  const play = h("button", { type: "button", class: "small", onclick: toggle }, t("▶ Play"));
  const pace = h("select", { "aria-label": t("Speed"), onchange: () => (speed = Number(pace.value)) }, SPEEDS.map((each) => h("option", { value: each, selected: each === speed }, `×${each}`)));
  const begin = h("button", { type: "button", class: "small", onclick: open }, t("Replay a day"));
  const back = h("button", { type: "button", class: "go small", onclick: leave }, t("Back to now"));
  fill(bar, begin);

  async function open() {
    const answer = await ask("GET", "/board/days");
    if (answer.status !== 200) return tell(begin, t("No answer. Try again."));
    fill(choice, answer.body.map((/** @type {any} */ each) => h("option", { value: each.date }, each.date)));
    fill(bar, choice, play, slider, told, pace, back);
    await choose();
    choice.focus();
  }

  async function choose() {
    const answer = await ask("GET", `/board/day?date=${choice.value}`);
    if (answer.status !== 200) return;
    day = answer.body;
    if (!day) return;
    slider.min = String(day.first);
    slider.max = String(day.last);
    await go(day.first);
  }

  function slide() {
    void go(Number(slider.value));
  }

  /** @param {number} to */
  async function go(to) {
    if (!day) return;
    moment = Math.min(Math.max(to, day.first), day.last);
    slider.value = String(moment);
    slider.setAttribute("aria-valuetext", clock(moment));
    tell(told, clock(moment));
    wanted = moment;
    if (isAsking) return;
    isAsking = true;
    while (wanted >= 0) {
      const asked = wanted;
      wanted = -1;
      const answer = await ask("GET", `/board/at?t=${asked}`);
      if (answer.status === 200 && day) show({ ...answer.body.view, curves: day.curves }, asked);
    }
    isAsking = false;
  }

  function toggle() {
    isPlaying = !isPlaying;
    tell(play, isPlaying ? t("❚❚ Pause") : t("▶ Play"));
  }

  setInterval(() => {
    if (!isPlaying || !day || isAsking) return;
    if (moment >= day.last) toggle();
    else void go(moment + TICK_MS * speed);
  }, TICK_MS);

  function leave() {
    day = null;
    wanted = -1;
    if (isPlaying) toggle();
    fill(bar, begin);
    show(null, 0);
    begin.focus();
  }
}
