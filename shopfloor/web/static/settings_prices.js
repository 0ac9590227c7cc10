// @ts-check
/** What everything costs on a date, and from which date on it costs something else. */

import { ask } from "./api.js";
import { at, each, fill, h, set, tell } from "./dom.js";
import { page } from "./page.js";
import { label, money, t } from "./words.js";

const FEN_A_YUAN = 100;
const OWN = "";

/** @param {import("./settings.js").Say} say */
export function pricesTable(say) {
  const chosen = at("prices-date");
  const model = at("prices-model");
  /** @type {any[]} */
  let rows = [];
  fill(model, h("option", { value: OWN }, t("The shop's own services")), Object.entries(page.data.models).map(([id, name]) => h("option", { value: id }, name)));
  model.selectedIndex = Math.min(1, model.options.length - 1);
  model.addEventListener("change", draw);
  chosen.addEventListener("change", () => void look(""));

  /** @param {string} today */
  async function look(today) {
    if (!chosen.value) chosen.value = today;
    const date = chosen.value;
    const answer = date ? await ask("GET", `/prices?date=${date}`) : null;
    if (answer?.status !== 200 || date !== chosen.value) return;
    rows = answer.body;
    draw();
  }

  function draw() {
    const own = rows.filter((row) => row.model === model.value);
    each(at("prices"), own, (row) => `${row.service}/${row.fault}`, () => h("tr", {}, h("th", { scope: "row" }), [1, 2, 3, 4].map(() => h("td", { class: "number" })), h("td"), h("td", {}, h("button", { type: "button", class: "small" }, t("Change")))), (item, row) => {
      const [name, part, labour, fixed, since, coming, last] = item.children;
      tell(name, shortOf(row));
      tell(part, row.sku ? money(row.part_fen) : "–");
      tell(labour, money(row.labour_fen));
      tell(fixed, row.fixed_fen === null ? "–" : money(row.fixed_fen));
      tell(since, row.since || t("printed"));
      showComing(coming, row);
      last.firstChild.onclick = () => openForm(row);
      set(last.firstChild, { "aria-label": t("Change {name}", { name: nameOf(row) }) });
    });
  }

  /**
   * @param {Element} cell
   * @param {any} row
   */
  function showComing(cell, row) {
    each(cell, row.to_come, (date) => date, (date) =>
      h("span", { class: "coming" }, h("span", { class: "number" }, date), " ", h("button", { type: "button", class: "small", "aria-label": t("Withdraw {date} of {name}", { date, name: nameOf(row) }), onclick: () => void say("PriceWithdrawn", { effective: date, ...identity(row) }) }, t("Withdraw"))),
    );
  }

  /** @param {any} row */
  function openForm(row) {
    const amount = (/** @type {string} */ name, /** @type {string} */ words, /** @type {number | null} */ fen, required = true) =>
      h("label", {}, words, h("input", { name, type: "number", min: "0", step: "0.01", inputmode: "decimal", required, value: fen === null ? "" : (fen / FEN_A_YUAN).toFixed(2) }));
    const form = h(
      "form",
      { class: "price-form", onsubmit: submit },
      h("h3", {}, nameOf(row)),
      h("label", {}, t("From"), h("input", { name: "effective", type: "date", required: true, value: chosen.value })),
      row.sku && amount("part", t("Part, yuan"), row.part_fen),
      amount("labour", t("Labour, yuan"), row.labour_fen),
      row.sku && amount("fixed", t("Fixed price, yuan (or empty)"), row.fixed_fen, false),
      h("button", { class: "go small" }, t("Set the price")),
      h("button", { type: "button", class: "small", onclick: () => fill(at("price-form")) }, t("Cancel")),
    );
    fill(at("price-form"), form);
    form.elements.effective.focus();

    /** @param {Event} event */
    async function submit(event) {
      event.preventDefault();
      const fen = (/** @type {string} */ name) => (form.elements[name]?.value ? Math.round(Number(form.elements[name].value) * FEN_A_YUAN) : 0);
      const fixed = form.elements.fixed?.value ? { fixed_fen: fen("fixed") } : {};
      const isGood = await say("PriceSet", { effective: form.elements.effective.value, ...identity(row), part_fen: fen("part"), labour_fen: fen("labour"), ...fixed });
      if (isGood) fill(at("price-form"));
    }
  }

  return { look };
}

/** @param {any} row */
function identity(row) {
  return row.service === "repair" ? { model: row.model, fault: row.fault } : { service: row.service };
}

/** @param {any} row */
function shortOf(row) {
  return row.service === "repair" ? (page.data.faults[row.fault] ?? row.fault) : label("service", row.service);
}

/** @param {any} row */
function nameOf(row) {
  return row.service === "repair" ? `${page.data.models[row.model] ?? row.model} · ${page.data.faults[row.fault] ?? row.fault}` : label("service", row.service);
}
