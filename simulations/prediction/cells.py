"""Whose doing it is: every combination of the four switches on the same days, and the share of each switch."""

from collections.abc import Sequence
from itertools import compress
from typing import Final

import numpy as np

from simulations.experiments.diary import Diary
from simulations.experiments.figures import measured, said_by_days, sums_of, told
from simulations.experiments.finding import Estimate
from simulations.experiments.result import FIGURES, Figure
from simulations.prediction.found import Attributed, Cell, Credit, row_of
from simulations.prediction.protocol import LETTERS, SWITCHES, Baseline, Definition
from simulations.scenarios.scenario import Scenario
from simulations.scenarios.table import Value
from simulations.statistics.attribution import attributed, day_shares
from simulations.statistics.intervals import Estimate as Found
from simulations.statistics.intervals import Interval
from simulations.statistics.paired import PAIRED_DAYS_MIN, ratio_difference
from simulations.statistics.ratios import ratio
from simulations.statistics.samples import LEVEL, Floats, shared_level

CELLS: Final = 1 << len(SWITCHES)
WORDS: Final = {"C": "cabinet and robots", "P": "order ahead", "S": "addressed bins", "E": "documents on the PAD"}


def cells_of(baseline: Baseline) -> list[Scenario]:
    """Cell c has switch i on when bit i of c is set; cell 0 is the baseline itself."""
    old = baseline.shop
    return [old, *(old.replaced(_switched(cell), letters(cell)) for cell in range(1, CELLS))]


def _switched(cell: int) -> dict[str, Value]:
    return {f"switches.{name}": bool(cell >> i & 1) for i, name in enumerate(SWITCHES)}


def letters(cell: int) -> str:
    """``CPE``."""
    return "".join(compress(LETTERS.values(), (cell >> i & 1 for i in range(len(SWITCHES)))))


def attribution(diaries: Sequence[Diary], clock: str, definition: Definition) -> Attributed:
    """From the days of ``cells_of``, in their order. What each day says of the mean per customer is what adds up."""
    figure = FIGURES[clock]
    says = np.column_stack([said_by_days(diary, figure) for diary in diaries])
    found = attributed(says, SWITCHES)
    shares = day_shares(says)
    return Attributed(
        figure=clock,
        total=_told(found.total, says[:, -1] - says[:, 0]),
        credits=[
            Credit(
                letter=LETTERS[one.switch],
                switch=one.switch,
                share=_told(one.share, shares[:, i]),
                alone=_told(one.alone, says[:, 1 << i] - says[:, 0]),
                last=_told(one.last, says[:, -1] - says[:, CELLS - 1 - (1 << i)]),
            )
            for i, one in enumerate(found.shares)
        ],
        cells=[_cell(number, diary, diaries[0], figure, definition) for number, diary in enumerate(diaries)],
    )


def _told(found: Found, by_day: Floats) -> Estimate:
    """With an interval, or why there is none."""
    if isinstance(found, Interval):
        return Estimate(value=found.point, low=found.low, high=found.high, level=found.level)
    return Estimate(value=float(by_day.mean()), note=found.why)


def _cell(number: int, diary: Diary, counter: Diary, figure: Figure, definition: Definition) -> Cell:
    rows = measured(diary)
    return Cell(
        letters=letters(number),
        name=what_is_on(diary.scenario),
        time=row_of(rows, figure.name),
        less_counter=_less(diary, counter, figure) if number else None,
        parts=row_of(rows, definition.figure),
    )


def _less(diary: Diary, counter: Diary, figure: Figure) -> Estimate:
    """Paired; together with those of all other cells."""
    level = shared_level(LEVEL, CELLS - 1)
    sums = sums_of(diary, figure), sums_of(counter, figure)
    days = min(int(np.count_nonzero(one.bottom(figure))) for one in (diary, counter))
    value = ratio(sums[0]) - ratio(sums[1])
    return told(value, days, level, lambda: ratio_difference(*sums, level=level), PAIRED_DAYS_MIN)


def what_is_on(shop: Scenario) -> str:
    """In words: cabinet or counter, and which switches."""
    on = [WORDS[LETTERS[name]] for name in SWITCHES if shop.value(f"switches.{name}")]
    return ", ".join(on if shop.switches.cabinet else ["parts counter", *on])
