"""The best of several shops, playing no more days than it takes."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from simulations.experiments.compare import other_customers
from simulations.experiments.diary import Diary
from simulations.experiments.figures import day_values
from simulations.experiments.finding import LEVEL, Finding, Selection, Shop
from simulations.experiments.question import Question, QuestionError, refuse_twins
from simulations.experiments.replications import BLOCK_DAYS, Replications
from simulations.experiments.result import FIGURES, Figure
from simulations.experiments.telling import finding
from simulations.experiments.words import amount, name_of, results
from simulations.statistics.selection import Selection as Choice

DAYS_AT_ONCE: Final = 2 * BLOCK_DAYS
"""Asked of each shop that is left, however many workers there are."""
LOOKED: Final = (
    "How many days a shop was played was decided by looking at it, so no difference has an interval here; "
    "compare the best two on other days (another --seed) for that."
)


def choose(question: Question, delta: float, replications: Replications) -> tuple[Finding, list[Diary]]:
    """By the first of ``question.kpis``, with at most ``question.days`` days of each.

    Raises DayFailed, Stopped, QuestionError. The estimand is the mean of the days' own values: each day counts once.
    """
    refuse_twins(question.scenarios)
    figure = FIGURES[question.kpis[0]]
    sign = _sign(figure)
    choice = Choice([scenario.name for scenario in question.scenarios], delta, block=DAYS_AT_ONCE)
    parts: dict[str, list[Diary]] = {scenario.name: [] for scenario in question.scenarios}
    while (wanted := _wanted(choice, question.days)) is not None:
        left = [scenario for scenario in question.scenarios if scenario.name in choice.left]
        for diary in replications.play(left, question.seed, wanted):
            parts[diary.scenario.name].append(diary)
            for day, value in zip(diary.days, _values(diary, figure), strict=True):
                choice.tell(diary.scenario.name, day, sign * value)
    diaries = [Diary.joined(parts[scenario.name]) for scenario in question.scenarios]
    selected = _selection(choice, figure, delta, diaries)

    def answer(shops: Sequence[Shop]) -> str:
        return _answer(selected, shops)

    remarks = [LOOKED, *other_customers(question)]
    return finding(question, diaries, answer, kind="compare", selection=selected, remarks=remarks), diaries


def _sign(figure: Figure) -> float:
    if not figure.better:
        raise QuestionError(f"--delta: neither more nor less of {figure.name} is better; choose by another --kpi.")
    return 1.0 if figure.better == "less" else -1.0


def _wanted(choice: Choice, most: int) -> range | None:
    """The days to play next; None when there is an answer, or none are left."""
    needed = [need.day for need in choice.needed()]
    if not needed or max(needed) >= most:
        return None
    return range(min(needed), max(needed) + 1)


def _values(diary: Diary, figure: Figure) -> list[float]:
    values = day_values(diary, figure)
    empty = np.flatnonzero(np.isnan(values))
    if empty.size:
        raise QuestionError(
            f"--kpi {figure.name}: on day {diary.days[int(empty[0])]} of {diary.scenario.name} there is nothing to "
            "measure, and choosing needs a value of every day."
        )
    return [float(value) for value in values]


def _selection(choice: Choice, figure: Figure, delta: float, diaries: Sequence[Diary]) -> Selection:
    played = {diary.scenario.name: len(diary.days) for diary in diaries}
    alike = list(choice.answer.group if choice.answer is not None else choice.left)
    worse = sorted((name for name in played if name not in alike), key=lambda name: (-played[name], name))
    return Selection(
        kpi=figure.name,
        unit=figure.unit,
        delta=delta,
        level=LEVEL,
        best=choice.answer.best if choice.answer is not None else "",
        alike=alike,
        worse=worse,
        days=played,
    )


def _answer(selected: Selection, shops: Sequence[Shop]) -> str:
    name, matters = name_of(selected.kpi), amount(selected.delta, selected.unit)
    if not selected.best:
        most = max(selected.days.values())
        return (
            f"After {most} days nothing tells {' and '.join(selected.alike)} apart by {matters} of {name}: "
            "any of them will do, or more --days would tell."
        )
    rows = [(shop.name, row) for shop in shops for row in shop.figures if row.figure == selected.kpi]
    others = [other for other in selected.alike if other != selected.best]
    as_good = f"; nothing tells {' and '.join(others)} from it" if others else ""
    return (
        f"{selected.best} is the best of {len(shops)} in {name}, or within {matters} of the best "
        f"({selected.level:.0%}){as_good} — {results(rows)}."
    )
