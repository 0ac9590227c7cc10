"""A finding as files: JSON for programs, CSV for spreadsheets, a page for people."""

import csv
import io
from collections.abc import Sequence
from typing import Final

import msgspec

from shopfloor.contract.actor import MINUTE
from simulations.experiments.diary import CURVES, HISTOGRAMS, SUMS, Diary
from simulations.experiments.finding import Difference, Estimate, Finding, Measured, Part, Selection, Shop
from simulations.experiments.result import FIGURES as FIGURES_OF_THE_SHOP
from simulations.experiments.results import DAYS, FIGURES, REPORT, RESULT
from simulations.experiments.telling import histogram
from simulations.reports import experiment as report
from simulations.reports.page import page
from simulations.reports.pieces import Section, Table
from simulations.reports.sheet import sheet
from simulations.scenarios.premises import layout_of, opens_of

TITLES: Final = {
    "run": "Days of a shop",
    "compare": "The same customers in several shops",
    "predict": "A blind prediction",
}
HEAD_OF_DAYS: Final = ("scenario", "seed", "day", "digest", *SUMS)


def files(finding: Finding, diaries: Sequence[Diary]) -> dict[str, str]:
    """File name → its whole text; equal findings have equal texts."""
    told = experiment(finding, diaries)
    return {
        RESULT: msgspec.json.format(msgspec.json.encode(finding)).decode() + "\n",
        DAYS: days_sheet(diaries),
        FIGURES: sheet(told),
        REPORT: page(told),
    }


def days_sheet(diaries: Sequence[Diary]) -> str:
    """One row for each day of each scenario: the sums that figures are made of, times in ms."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(HEAD_OF_DAYS)
    for diary in diaries:
        columns = [diary.sums(name) for name in SUMS]
        for place, day in enumerate(diary.days):
            sums = (int(column[place]) for column in columns)
            rows.writerow((diary.scenario.name, diary.seed, day, diary.digests[place], *sums))
    return written.getvalue()


def experiment(finding: Finding, diaries: Sequence[Diary]) -> report.Experiment:
    """What its page and its sheet are made from."""
    return report.Experiment(
        title=f"{TITLES[finding.kind]}: {', '.join(shop.name for shop in finding.shops)}",
        answer=finding.answer,
        command=finding.command,
        seed=finding.seed,
        release=f"{finding.release}, source {finding.program[:12]}",
        played=tuple(played(diary, shop) for diary, shop in zip(diaries, finding.shops, strict=True)),
        measured=tuple(one for shop in finding.shops for figure in shop.figures for one in _measured(shop, figure)),
        differences=tuple(_difference(one) for one in finding.differences),
        sections=(_choice(finding.selection),) if finding.selection is not None else (),
        kpi=finding.kpis[0],
        limits=tuple(finding.remarks[:-1]),
    )


def played(diary: Diary, shop: Shop) -> report.Played:
    """One scenario's days, added up for a page."""
    layout, opens = layout_of(diary.scenario), opens_of(diary.scenario)
    return report.Played(
        scenario=diary.scenario,
        days=shop.days,
        layout=layout,
        opens_min=(opens - layout.day_start(opens)) // MINUTE,
        histograms={name: histogram(diary, name) for name in HISTOGRAMS},
        curves={name: [int(ms) for ms in diary.curve(name)] for name in CURVES},
        queue_p90=[int(ms) for ms in diary.queue_not_exceeded(0.9)],
        lanes=shop.lanes,
        ways=shop.ways,
        broken=tuple(shop.broken),
    )


def _measured(shop: Shop, figure: Measured) -> list[report.Measured]:
    parts: dict[Part, Estimate] = {"mean": figure.mean, **figure.quantiles}
    return [
        report.Measured(
            figure=figure.figure,
            scenario=shop.name,
            estimate=found.value,
            low=found.low,
            high=found.high,
            days=shop.days,
            part=part,
            words=found.note,
        )
        for part, found in parts.items()
    ]


def _difference(one: Difference) -> report.Difference:
    return report.Difference(
        figure=one.kpi,
        scenario=one.shop,
        against=one.base,
        estimate=one.difference.value,
        low=one.difference.low,
        high=one.difference.high,
        days=one.days,
        part=one.part,
        words=one.difference.note,
    )


def _choice(selection: Selection) -> Section:
    placed = [("best, or not to be told from it", name) for name in selection.alike]
    placed += [("worse", name) for name in selection.worse]
    figure = FIGURES_OF_THE_SHOP[selection.kpi]
    table = Table(
        caption=f"By {figure.words}; a difference below {selection.delta:g} {selection.unit} does not matter "
        f"(Kim and Nelson 2001, {selection.level:.0%})",
        head=("shop", "", "days played"),
        rows=tuple((name, words, str(selection.days[name])) for words, name in placed),
        numeric=(2,),
    )
    return Section(anchor="choice", title="Which is best", pieces=(table,))
