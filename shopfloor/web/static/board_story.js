// @ts-check
/** The whole story of a ticket, a repair or a parts order, in a panel with an address of its own (#T12). */

import { ask } from "./api.js";
import { at, fill, h } from "./dom.js";
import { decisionButtons } from "./board_decide.js";
import { page } from "./page.js";
import { clock, label, t } from "./words.js";

/** @typedef {import("./board_decide.js").Decider} Decider */

/** @type {Record<string, string>} */
const PATHS = { T: "tickets", R: "repairs", P: "parts" };
const AGAIN_MS = 3000;
/** Somebody stands and waits until these are decided. */
const WAITED_FOR = ["PaymentDecided", "DisputeDecided", "HoldDecided"];

/** @param {string} thing */
export function openStory(thing) {
  location.hash = thing;
}

/**
 * The panel follows the address; while it is open, it is looked up again.
 * @param {() => Decider | null} deciderNow
 */
export function storyPanel(deciderNow) {
  const panel = at("story");
  /** @type {Element | null} */
  let before = null;
  let shown = "";
  /** What was told last: nothing is drawn again, and nothing typed is lost, while it is the same. */
  let last = "";

  async function follow() {
    const thing = decodeURIComponent(location.hash.slice(1));
    const path = PATHS[thing[0] ?? ""];
    if (!path || !/^[A-Z][0-9]+$/.test(thing)) return close();
    if (panel.hidden) before = document.activeElement;
    if (thing !== shown) last = "";
    shown = thing;
    await look(path, thing);
    panel.querySelector("h2")?.focus();
  }

  /**
   * @param {string} path
   * @param {string} thing
   */
  async function look(path, thing) {
    const answer = await ask("GET", `/${path}/${thing}/story`);
    if (shown !== thing) return;
    if (answer.status !== 200) return draw(thing, h("p", { class: "said bad" }, answer.body?.words ?? t("No answer. Try again.")), thing);
    const words = JSON.stringify([answer.body, deciderNow() !== null]);
    if (words !== last && (last === "" || !panel.querySelector("form"))) {
      last = words;
      const kept = panel.scrollTop;
      draw([answer.body.number || answer.body.repairs[0] || thing, page.data.models[answer.body.model] ?? answer.body.model].filter(Boolean).join(" · "), story(answer.body, thing, deciderNow()), thing);
      panel.scrollTop = kept;
    }
  }

  /**
   * @param {string} title
   * @param {any} content
   * @param {string} thing
   */
  function draw(title, content, thing) {
    panel.hidden = false;
    fill(
      panel,
      h("header", {}, h("h2", { id: "story-head", tabindex: "-1" }, title, " ", h("span", { class: "soft" }, thing)), h("button", { type: "button", class: "small", onclick: leave }, t("Close"))),
      content,
    );
  }

  function leave() {
    history.pushState(null, "", location.pathname + location.search);
    close();
  }

  function close() {
    if (panel.hidden) return;
    shown = last = "";
    panel.hidden = true;
    fill(panel);
    if (before instanceof HTMLElement) before.focus();
  }

  addEventListener("hashchange", () => void follow());
  addEventListener("popstate", () => void follow());
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) leave();
  });
  setInterval(() => {
    const path = PATHS[shown[0] ?? ""];
    if (path && !document.hidden) void look(path, shown);
  }, AGAIN_MS);
  void follow();
}

/**
 * @param {any} seen
 * @param {string} thing
 * @param {Decider | null} decider
 */
function story(seen, thing, decider) {
  return h(
    "div",
    {},
    h("ul", { class: "things" }, seen.things.map((/** @type {any} */ each) => thingRow(each, decider))),
    h(
      "ol",
      { class: "told" },
      seen.told.map((/** @type {any} */ told) =>
        h("li", { class: told.about === thing && !"TR".includes(thing[0] ?? "") ? "this" : null }, h("time", { class: "number", datetime: new Date(told.at).toISOString() }, clock(told.at)), h("span", {}, told.words)),
      ),
    ),
    seen.more && h("p", { class: "soft" }, t("There is more; only the first part is shown.")),
  );
}

/** @param {{kind: string}} decision */
function isWaitedFor(decision) {
  return WAITED_FOR.includes(decision.kind);
}

/**
 * @param {any} thing
 * @param {Decider | null} decider
 */
function thingRow(thing, decider) {
  return h(
    "li",
    {},
    h("p", {}, h("strong", {}, thing.id), " ", label(thing.machine, thing.state)),
    decider && thing.decisions.length > 0 && h("details", { open: thing.decisions.some(isWaitedFor) }, h("summary", {}, t("Decide"), h("span", { class: "unseen" }, ` ${thing.id}`)), h("div", { class: "decisions" }, decisionButtons(thing.decisions, decider))),
  );
}
