// @ts-check
/** All figures of a KPI in words: units, names, and "–" where there are no data. */

import assert from "node:assert/strict";
import { test } from "node:test";

const DATA = {
  page: "board",
  store: "s1",
  me: { language: "zh-Hans" },
  words: { "{n} min": "{n} 分钟" },
  labels: {
    kpi_figure: { mean: "平均", p50: "中位数", bench: "工作台用时", strict: "严格口径", jobs_per_hour: "每小时任务" },
    kpi_unit: { pages: "页" },
  },
  data: { units: { K2: "share", K5: "min", K11: "share", K21: "pages" } },
};

Object.assign(globalThis, { document: { getElementById: () => ({ textContent: JSON.stringify(DATA) }) } });
const { inWords } = await import("../../../shopfloor/web/static/board_kpis.js");

test("a number has its unit, and a count of what it was reckoned from stands elsewhere", () => {
  assert.equal(inWords("K2", { n: 7, value: 0.5, strict_n: 8, strict: 0.4375 }), "50 % · 严格口径 44 %");
  assert.equal(inWords("K21", { n: 8, value: 8 }), "8 页");
  assert.equal(inWords("K11", { n: 2, value: 0.01, jobs_per_hour: 0.66 }), "1 % · 每小时任务 0.7");
});

test("what was reckoned in several ways is named once", () => {
  const told = inWords("K5", { n: 3, mean: 46.2, p50: 40, bench_n: 3, bench_mean: 22, bench_p50: 8.25 });
  assert.equal(told, "平均 46 分钟 · 中位数 40 分钟 · 工作台用时 平均 22 分钟、中位数 8.3 分钟");
});

test("without data there is a dash, and no zero", () => {
  assert.equal(inWords("K5", { n: 0, mean: null, bench_n: 0, bench_mean: null, bench_p50: null }), "平均 – · 工作台用时 –");
});
