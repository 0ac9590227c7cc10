// @ts-check
/** From a tap to an entry: what is asked first, what is entered, and that it counts once. */

import { DOUBLE_TAP_MS, allDeeds, bodyOf, deedOf, isSaid, titleOf } from "./handheld_deeds.js";
import { openForm, openQuestion } from "./handheld_sheet.js";
import { aboutWords } from "./handheld_view.js";
import { uuid } from "./outbox.js";
import { page } from "./page.js";
import { t, tn } from "./words.js";

/** @typedef {import("./handheld_deeds.js").Offer} Offer */
/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./store.js").Entry} Entry */

/**
 * @typedef {object} Desk what the page knows at the moment of a tap
 * @property {() => any} view
 * @property {() => number} now by the shop's clock
 * @property {(words: string, mark: "warn" | "bad") => void} hear
 * @property {() => void} draw
 */

export class Taps {
  /**
   * @param {Outbox} box
   * @param {Desk} desk
   */
  constructor(box, desk) {
    this.#box = box;
    this.#desk = desk;
  }

  #box;
  #desk;
  /** @type {{kind: string, body: object, at: number}[]} a moment ago */
  #recent = [];

  /** What was entered and is not through, or was a moment ago. */
  said() {
    const now = Date.now();
    this.#recent = this.#recent.filter((one) => now - one.at < DOUBLE_TAP_MS);
    return [...this.#box.entries.filter((entry) => entry.state === "saved"), ...this.#recent];
  }

  /**
   * A second tap within a second is none.
   * @param {string} kind
   * @param {object} body
   */
  justSaid(kind, body) {
    this.#recent.push({ kind, body, at: Date.now() });
    setTimeout(this.#desk.draw, DOUBLE_TAP_MS);
  }

  /**
   * A tap on a button.
   * @param {Offer} offer
   */
  tap = (offer) => {
    const { fields = [], grave } = deedOf(offer);
    if (offer.deed === "sign-off" && this.#box.waiting) this.#askBeforeLeaving(offer);
    else if (fields.length || grave) this.#ask(offer, (again, filled) => this.say(again, filled));
    else this.say(offer, {});
  };

  /**
   * @param {Offer} offer
   * @param {Record<string, any>} filled
   */
  async say(offer, filled) {
    const deed = deedOf(offer);
    if (!deed.quiet && isSaid(this.said(), offer)) {
      this.#desk.hear(t("Entered already: it counts once."), "warn");
      return;
    }
    const body = bodyOf(offer, filled, uuid());
    this.justSaid(deed.kind, body);
    try {
      await this.#box.say(deed.kind, body, [titleOf(offer), aboutWords(this.#desk.view(), body)].filter(Boolean).join(" · "));
    } catch {
      this.#desk.hear(t("This browser cannot keep anything now, so nothing was entered. Close other pages, or tell the manager."), "bad");
    }
  }

  /**
   * The same once more as something new, by the picture of now; what was refused goes when it is entered.
   * @param {Entry} entry
   */
  correct = (entry) => {
    const { kind, tap: _tap, ...body } = /** @type {any} */ (entry.body);
    const names = Object.keys(allDeeds()).filter((name) => allDeeds()[name]?.kind === kind);
    const deed = names.find((name) => entry.label.startsWith(String(allDeeds()[name]?.words))) ?? names[0];
    if (deed === undefined) return;
    const repair = this.#repairOf(body);
    const { offers = {}, row } = repair ?? {};
    const { choices } = [...(offers.next ?? []), ...(offers.more ?? [])].find((offer) => offer.deed === deed) ?? {};
    this.#ask({ deed, body: { ...body, ...(row ? { revision: row.revision } : {}) }, choices }, async (again, filled) => {
      await this.say(again, filled);
      await this.#box.discard(entry);
    });
  };

  /**
   * @param {Offer} offer
   * @param {import("./handheld_sheet.js").Say} say
   */
  #ask(offer, say) {
    openForm({ ...offer, choices: { loaner: page.data.loaners, ...thingsWords(offer) } }, this.#aboutOf(offer), say);
  }

  /** @param {Offer} offer */
  #askBeforeLeaving(offer) {
    const words = tn("{n} entry is not sent yet. It stays here until you sign in again.", "{n} entries are not sent yet. They stay here until you sign in again.", this.#box.waiting);
    openQuestion(t("Sign off"), words, t("Sign off all the same"), () => this.say(offer, {}));
  }

  /**
   * @param {Offer} offer
   * @returns {import("./handheld_fields.js").About}
   */
  #aboutOf(offer) {
    const repair = this.#repairOf(offer.body);
    return {
      model: repair?.row.model ?? "",
      faults: (repair?.causes ?? []).map((/** @type {any} */ one) => one.fault),
      now: this.#desk.now,
      start: (name) => offer.body?.[name],
    };
  }

  /** @param {any} body */
  #repairOf(body) {
    return this.#desk.view().repairs.find((/** @type {any} */ one) => one.row.repair === body?.repair);
  }
}

/**
 * What came with a phone, in the words in which it was noted down.
 * @param {Offer} offer
 */
function thingsWords(offer) {
  const { accessories, ...others } = offer.choices ?? {};
  if (accessories === undefined) return others;
  const noted = new Map(allDeeds().intake?.fields?.find((field) => field.name === "accessories")?.choices);
  return { ...others, accessories: accessories.map(([name, words]) => /** @type {[string | number, string]} */ ([name, noted.get(name) ?? words])) };
}
