// @ts-check
/** The manager's board: live, or any moment of the past, drawn by the same hands. */

import { at, fill, tell } from "./dom.js";
import { showAlarms } from "./board_alarms.js";
import { decisionButtons } from "./board_decide.js";
import { showCurves, showFigures } from "./board_figures.js";
import { showDesks, showDevices, showParts, showQueue, showRobots, showStock } from "./board_lists.js";
import { MINUTE_MS } from "./board_said.js";
import { openStory, storyPanel } from "./board_story.js";
import { me, page } from "./page.js";
import { replayBar } from "./past.js";
import { floorPlan } from "./plan.js";
import { outbox, show } from "./shell.js";
import { clock, label, t } from "./words.js";

const TICK_MS = 5000;
const COLOURS = 5;

const plan = floorPlan(page.data.plan, openStory);
at("plan").append(plan.element);
const marks = Object.fromEntries(Object.keys(page.data.plan.robots).map((robot, place) => [robot, `robot-${place % COLOURS}`]));

/** @type {{view: any, moment: number} | null} */
let past = null;
/** When curves were drawn last: they end at now. */
let drawnMinute = 0;
const live = show((_view, news) => {
  if (past === null) draw(news);
  if (performance.getEntriesByName("usable").length === 0) performance.mark("usable");
});
const box = me.role === "manager" ? outbox(live) : null;
const decider = () => (box && past === null ? { box } : null);
storyPanel(decider);
replayBar((view, moment) => {
  past = view && { view, moment };
  document.documentElement.classList.toggle("past", past !== null);
  const mark = at("past-mark");
  mark.hidden = past === null;
  if (past) tell(mark, t("◷ The past: {date}, {time}. Nothing here is so now.", { date: view.shop.date, time: clock(moment) }));
  draw(null);
});
setInterval(() => draw(null), TICK_MS);
if (box) fill(at("day-close"), decisionButtons([{ kind: "DayClosed", known: {} }, { kind: "ModeSet", known: {} }], { box }));

/**
 * What is new of the picture; null: everything, since time has passed.
 * @param {Set<string> | null} news
 */
function draw(news) {
  const view = past ? past.view : live.view;
  if (!view.shop) return;
  const now = past ? past.moment : live.now;
  const isNew = (/** @type {string[]} */ ...sections) => news === null || sections.some((section) => news.has(section));
  if (isNew("desks", "robots", "spots", "cabinets")) plan.show(past ? { ...view, spots: {} } : view, now);
  if (isNew("alarms", "said")) showAlarms(view, now, openStory, decider());
  if (isNew("queue", "shop")) showQueue(view, now, openStory);
  if (isNew("parts", "jobs")) showParts(view, now, openStory);
  if (isNew("cabinets", "low")) showStock(view, now);
  if (isNew("robots")) showRobots(view, marks);
  if (isNew("desks")) showDesks(view, now, openStory);
  if (isNew("devices", "unsent", "floor")) showDevices(view, now, past === null);
  if (isNew("figures")) showFigures(view);
  const minute = Math.floor(now / MINUTE_MS);
  if (past || minute !== drawnMinute || (news?.has("curves") ?? false)) showCurves(view, now);
  drawnMinute = minute;
  showShop(view, now);
}

/**
 * @param {any} view
 * @param {number} now
 */
function showShop(view, now) {
  const { shop } = view;
  tell(at("clock"), clock(now));
  const state = shop.day_closed ? t("the day is closed") : shop.open ? t("open until {time}", { time: clock(shop.closes_at) }) : t("closed");
  tell(at("shop-state"), [state, shop.service_day && t("service day")].filter(Boolean).join(" · "));
  const hall = ["WAITING", "CALLED", "SERVING"].map((each) => `${label("ticket", each)} ${shop.hall[each]}`);
  tell(at("hall"), hall.join(" · "));
}
