// @ts-check
/** What the cashier sees: each open attempt large, with what may be said of it; money to give back; the closing slip. */

import { h } from "./dom.js";
import { REFERENCE } from "./pos_rules.js";
import { clock, label, money, t } from "./words.js";

/** @typedef {import("./pos_rules.js").Attempt} Attempt */
/** @typedef {import("./pos_rules.js").Standing} Standing */
/** @typedef {import("./pos_rules.js").SlipLine} SlipLine */
/** @typedef {import("./pos_terminal.js").Undoing} Undoing */

/** @param {string} words @param {() => void} onclick @param {string} [kind] */
export function button(words, onclick, kind = "") {
  return h("button", { type: "button", class: kind, onclick }, words);
}

/**
 * Whose it is, and what for.
 * @param {Attempt} attempt
 */
export function about(attempt) {
  const { number, desk, repair, payment, quote_sha256: quote } = attempt;
  return [
    h("p", { class: "whose" }, h("b", { class: "number" }, number || repair), desk ? h("span", {}, t("Desk {desk}", { desk })) : null,
      h("span", { class: "soft" }, t("Repair {repair}", { repair })),
      h("span", { class: "soft" }, t("payment {payment}, attempt {attempt}", { payment, attempt: attempt.attempt }))),
    h("p", { class: "amount number" }, money(attempt.amount_fen)),
    h("p", { class: "soft quote" }, label("payment_kind", attempt.kind), " · ",
      quote ? h("span", { title: quote }, t("for the signed quote"), " ", h("code", {}, quote.slice(0, 16))) : t("no quote was signed")),
  ];
}

/**
 * @param {Attempt} attempt
 * @param {Standing} how
 */
export function stateWords(attempt, how) {
  const owner = attempt.owner || t("the manager");
  switch (how) {
    case "new":
    case "presented":
      return { tone: "go", head: t("Ask the customer to pay"), words: t("Type this amount into the terminal, or take it in cash. Begin only when the customer is ready.") };
    case "begun":
      return { tone: "go", head: t("The terminal is at work"), words: t("When it has printed its slip, say here how it ended. The slip must show exactly this amount; if not, nobody knows how it ended.") };
    case "unknown":
      return attempt.state === "MANUAL"
        ? { tone: "bad", head: t("Unknown: the manager decides"), words: t("Take no other money and hand nothing over. The manager reads the terminal's log. If you find it there, say so here.") }
        : { tone: "bad", head: t("Unknown: was it taken or not?"), words: t("Take no other money and hand nothing over. Look into the terminal's own log for this payment. {owner} looks after it; after ten minutes the manager decides.", { owner }) };
    case "denied":
      return { tone: "warn", head: t("Not in the terminal's log"), words: t("The floor asks three times before it counts as not taken. Take no other money until then. If you find it after all, say so.") };
    default:
      return { tone: "go", head: t("Being sent to the floor"), words: t("What you said is kept and sent until the floor has it.") };
  }
}

/**
 * A field for what stands on the slip; it never asks for an amount.
 * @param {{name: string, words: string, go: string, back?: string, isOptional?: boolean, onsend: (text: string) => void, onback: () => void}} asked
 */
export function slipForm({ name, words, go, back = t("Back"), isOptional = false, onsend, onback }) {
  const field = h("input", { id: name, type: "text", maxlength: 64, autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  const wrong = h("p", { class: "bad", role: "alert" });
  const form = h("form", { class: "slip-form", novalidate: true }, h("label", { for: name }, words), field, wrong,
    h("div", { class: "deeds" }, button(back, onback), h("button", { class: "go" }, go)));
  let isSent = false;
  form.onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const text = field.value.trim().replace(/\s+/g, "-");
    if (isSent) return;
    if (!REFERENCE.test(text) && !(isOptional && text === "")) {
      wrong.textContent = t("Letters, digits and . / : # - only, as on the slip.");
      field.focus();
      return;
    }
    isSent = true;
    onsend(text);
  };
  return form;
}

/** @param {Attempt} attempt */
export function row(attempt) {
  return h("div", { class: "row" }, h("span", { class: "number soft" }, clock(attempt.asked_at)), h("b", { class: "number" }, attempt.number || attempt.repair),
    h("span", { class: "soft" }, attempt.payment), h("b", { class: "number sum" }, money(attempt.amount_fen)),
    h("span", { class: "how" }, label("payment", attempt.state), attempt.undone_fen ? ` · ${t("{amount} given back", { amount: money(attempt.undone_fen) })}` : null,
      attempt.reference ? h("small", { class: "soft" }, ` ${attempt.reference}`) : null));
}

/**
 * @param {Undoing} undoing
 * @param {Attempt | undefined} attempt
 * @param {(reference: string) => void} onback
 * @param {() => void} oncannot
 */
export function undoingCard(undoing, attempt, onback, oncannot) {
  return h("section", { class: "card task", "data-tone": "warn" }, h("h2", {}, t("Give money back")),
    h("p", { class: "amount number" }, money(undoing.amount)),
    h("p", {}, undoing.kind === "ReversePayment"
      ? t("Reverse payment {payment} on the terminal: the whole of it, today.", { payment: undoing.payment })
      : t("Refund this from payment {payment} on the terminal.", { payment: undoing.payment })),
    attempt ? h("p", { class: "soft" }, [attempt.number, attempt.repair, attempt.reference].filter(Boolean).join(" · ")) : null,
    slipForm({ name: `undo-${undoing.id}`, words: t("Reference number of the slip"), go: t("Given back"), back: t("The terminal does not do it"), onsend: onback, onback: oncannot }));
}

/**
 * The floor's list beside the terminal's paper: each payment stands on it or not.
 * @param {SlipLine[]} lines
 * @param {(compared: SlipLine[]) => void} onsend
 */
export function totalsCard(lines, onsend) {
  /** @type {Map<string, boolean | undefined>} */
  const chosen = new Map(lines.map((line) => [line.payment, line.isOpen ? undefined : line.taken > 0]));
  const sum = h("b", { class: "number" });
  const wrong = h("p", { class: "bad", role: "alert" });
  const compared = () => lines.map((line) => ({ ...line, taken: chosen.get(line.payment) ? line.amount : 0 }));
  const drawSum = () => (sum.textContent = money(compared().reduce((all, line) => all + line.taken - line.undone, 0)));
  const rows = lines.map((line) => {
    const choice = (/** @type {boolean} */ isOn, /** @type {string} */ words) => h("label", { class: "choice" },
      h("input", { type: "radio", name: `slip-${line.payment}`, checked: chosen.get(line.payment) === isOn,
        onchange: () => { chosen.set(line.payment, isOn); drawSum(); } }), words);
    return h("li", {}, h("b", {}, line.payment), h("span", { class: "number" }, money(line.amount)),
      line.undone ? h("span", { class: "soft" }, t("{amount} given back", { amount: money(line.undone) })) : null,
      choice(true, t("on the slip")), choice(false, t("not on it")));
  });
  drawSum();
  const send = () => {
    const missing = lines.find((line) => chosen.get(line.payment) === undefined);
    if (missing) wrong.textContent = t("Say of {payment} whether it stands on the slip.", { payment: missing.payment });
    else onsend(compared());
  };
  return h("section", { class: "card task", "data-tone": "go" }, h("h2", {}, t("Close the day")),
    h("p", {}, t("Let the terminal print its closing slip and compare it with this list, line by line. Say what the paper says, also where it differs.")),
    lines.length ? h("ul", { class: "slip" }, rows) : h("p", { class: "soft" }, t("Nothing was paid here today.")),
    h("p", { class: "sum-line" }, t("Sum of the slip"), " ", sum), wrong,
    h("div", { class: "deeds" }, button(t("The list is compared: send it"), send, "go")));
}
