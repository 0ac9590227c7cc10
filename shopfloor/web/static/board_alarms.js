// @ts-check
/** What is wrong and who must act: the first thing that a manager sees. */

import { at, each, h, set, tell } from "./dom.js";
import { ago, said, whoActs } from "./board_said.js";
import { decisionButtons } from "./board_decide.js";
import { me } from "./page.js";
import { t, tn } from "./words.js";

const OWN = "MG";
const OLD_MS = 10 * 60_000;

/** @typedef {import("./board_decide.js").Decider} Decider */

/**
 * The manager's own first, then the oldest.
 * @param {any} view
 * @param {number} now
 * @param {(thing: string) => void} open
 * @param {Decider | null} decider null: this board only shows, or shows the past
 */
export function showAlarms(view, now, open, decider) {
  const alarms = [...(view.alarms ?? [])].sort((one, other) => rank(one) - rank(other) || one.since - other.since);
  tell(at("alarms-head"), headline(alarms));
  set(at("alarms-head").parentElement, { class: `alarms ${alarms.length ? "some" : "none"}` });
  each(at("alarms"), alarms, (alarm) => `${alarm.about} ${alarm.since}`, (alarm) => card(alarm, open), (element, alarm) => {
    const [head, words, , slot] = element.children;
    const [who, age] = head.children;
    tell(who, whoActs(alarm));
    tell(age, t("for {time}", { time: ago(alarm.since, now) }));
    tell(words, said(view, alarm.words));
    element.classList.toggle("old", now - alarm.since > OLD_MS);
    const isOffered = decider !== null && me.role === "manager";
    if (slot.hidden === isOffered) {
      slot.hidden = !isOffered;
      slot.replaceChildren(...(isOffered && decider ? decisionButtons(alarm.decisions, decider) : []));
    }
  });
}

/** @param {any} alarm */
function rank(alarm) {
  return alarm.party === OWN || alarm.party === me.person ? 0 : 1;
}

/** @param {any[]} alarms */
function headline(alarms) {
  if (alarms.length === 0) return t("✓ No alarm: nobody has to act.");
  /** @type {Map<string, number>} */
  const parties = new Map();
  for (const alarm of alarms) parties.set(whoActs(alarm), (parties.get(whoActs(alarm)) ?? 0) + 1);
  const who = [...parties].map(([name, count]) => `${name} ${count}`).join(" · ");
  return `▲ ${tn("{n} alarm", "{n} alarms", alarms.length)}: ${who}`;
}

/**
 * @param {any} alarm
 * @param {(thing: string) => void} open
 */
function card(alarm, open) {
  return h(
    "li",
    { class: "alarm" },
    h("p", { class: "alarm-head" }, h("strong"), h("span", { class: "number" })),
    h("p", { class: "alarm-words" }),
    alarm.opens && me.role === "manager" ? h("button", { class: "small", type: "button", onclick: () => open(alarm.opens) }, t("Open {thing}", { thing: [alarm.opens, alarm.number].filter(Boolean).join(" · ") })) : h("span"),
    h("div", { class: "decisions", hidden: true }),
  );
}
