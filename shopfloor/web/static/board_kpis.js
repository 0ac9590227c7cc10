// @ts-check
/** All that a KPI tells, in words: "median 12 min · 90 % within 31 min · at the bench median 8 min, 90 % within 20 min". */

import { round } from "./charts.js";
import { page } from "./page.js";
import { label, listed, t } from "./words.js";

/**
 * Numbers that are in another unit than their KPI; "" where the number's own name tells it.
 * @type {Record<string, string>}
 */
const UNITS = {
  reinstated: "", jobs_per_hour: "", staff_hours: "", days_of_cover: "", units_adjusted: "", median_s: "", nps: "",
  day_differences: "", resolve_mean: "min", resolve_p50: "min", resolve_p90: "min", of_120: "share",
};

/**
 * @param {string} kpi
 * @param {Record<string, number | null>} numbers its n apart, which has a column of its own
 */
export function inWords(kpi, numbers) {
  /** @type {Map<string, string[]>} what was reckoned in several ways → these ways; "" for what stands alone */
  const groups = new Map();
  groups.set("", []);
  for (const [name, value] of Object.entries(numbers)) {
    if (name === "n" || name.endsWith("_n")) continue;
    const [group, way] = parts(name);
    const amount = amountOf(value, UNITS[name] ?? page.data.units[kpi] ?? "");
    const told = name === "value" ? amount : `${label("kpi_figure", way)} ${amount}`;
    groups.set(group, [...(groups.get(group) ?? []), ...(value === null && group ? [] : [told])]);
  }
  return [...groups].flatMap(([group, told]) => (group ? `${label("kpi_figure", group)} ${listed(told) || "–"}` : told)).join(" · ");
}

/**
 * `bench_p90` is `bench` and `p90`; a name that has words of its own is whole.
 * @param {string} name
 * @returns {[string, string]}
 */
function parts(name) {
  const cut = name.lastIndexOf("_");
  return cut < 0 || label("kpi_figure", name) !== name ? ["", name] : [name.slice(0, cut), name.slice(cut + 1)];
}

/**
 * @param {number | null | undefined} value
 * @param {string} unit
 */
function amountOf(value, unit) {
  if (value == null) return "–";
  if (unit === "share") return shareOf(value);
  if (unit === "min") return t("{n} min", { n: round(value) });
  if (unit === "s") return t("{n} s", { n: round(value) });
  return unit ? `${round(value)} ${label("kpi_unit", unit)}` : round(value);
}

/** @param {number | null | undefined} share */
export function shareOf(share) {
  return share == null ? "–" : `${Math.round(share * 100)} %`;
}
