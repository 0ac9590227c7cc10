// @ts-check
/** Who works on a date; somebody is ill, or somebody comes in. */

import { ask } from "./api.js";
import { at, each, h, tell } from "./dom.js";
import { clock, t } from "./words.js";

/** @param {import("./settings.js").Say} say */
export function staffList(say) {
  const chosen = at("staff-date");
  chosen.addEventListener("change", () => void look(""));

  /** @param {string} today shown until another day is chosen */
  async function look(today) {
    if (!chosen.value) chosen.value = today;
    const date = chosen.value;
    const answer = date ? await ask("GET", `/settings?date=${date}`) : null;
    if (answer?.status === 200 && date === chosen.value) draw(answer.body.duties, date);
  }

  /**
   * @param {any[]} duties
   * @param {string} date
   */
  function draw(duties, date) {
    each(at("staff"), duties, (row) => row.person, () => h("li", { class: "setting" }, h("span", {}, h("strong"), " ", h("span")), h("button", { type: "button", class: "small" })), (item, row) => {
      const [words, button] = item.children;
      tell(words.firstChild, `${row.name} · ${row.person}`);
      tell(words.lastChild, shift(row));
      words.lastChild.className = row.changed ? "warn" : "soft";
      tell(button, row.working ? t("Takes the day off") : t("Comes in"));
      button.onclick = () => void say("StaffSet", { person: row.person, date, on: !row.working });
    });
  }

  return { look };
}

/** @param {any} row */
function shift(row) {
  const hours = row.working ? (row.start ? `✓ ${clock(row.start)}–${clock(row.end)}` : t("✓ works")) : t("– off");
  return [hours, row.lines.join(" "), row.changed && t("changed by the manager"), row.desk && t("at desk {desk} now", { desk: row.desk })].filter(Boolean).join(" · ");
}
