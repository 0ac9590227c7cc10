"""The old shop and the new one with the same customers: both clocks, all definitions of efficiency, what it costs."""

from collections.abc import Sequence

import numpy as np

from simulations.experiments.diary import Diary
from simulations.experiments.differences import differences
from simulations.experiments.figures import measured, said_by_days, sums_of, told, value_of
from simulations.experiments.finding import Estimate, Measured
from simulations.experiments.result import FIGURES
from simulations.prediction.costs import costs
from simulations.prediction.found import Efficiency, Pair, row_of
from simulations.prediction.protocol import Definition
from simulations.statistics.paired import PAIRED_DAYS_MIN, ratio_quotient
from simulations.statistics.samples import LEVEL

NO_RATIO = "nothing to divide by"


def paired(before: Diary, after: Diary, clock: str, definitions: Sequence[Definition], draw_days: int) -> Pair:
    """All that is told of the two, ``clock`` first."""
    rows = measured(before), measured(after)
    clocks = sorted(("repair_time", "turnaround"), key=lambda name: (name != clock, name))
    apart = differences([before, after], clocks)
    mean, tail = (one.difference for one in apart if one.kpi == clock)
    return Pair(
        before=rows[0],
        after=rows[1],
        differences=apart,
        saving=turned(mean),
        saving_p90=turned(tail),
        efficiency=[_efficiency(one, before, after, rows) for one in definitions],
        costs=costs(*rows, after),
        chance_of_draws_min=chance_of(before, after, clock, draw_days),
    )


def _efficiency(
    definition: Definition, before: Diary, after: Diary, rows: tuple[list[Measured], list[Measured]]
) -> Efficiency:
    old, new = (row_of(one, definition.figure) for one in rows)
    return Efficiency(definition=definition, before=old, after=new, ratio=quotient(definition, before, after))


def turned(found: Estimate) -> Estimate:
    """The other way round: less time is a saving."""
    low, high = (None if end is None else -end for end in (found.high, found.low))
    value = None if found.value is None else 0.0 - found.value
    return Estimate(value=value, low=low, high=high, level=found.level, note=found.note)


def quotient(definition: Definition, before: Diary, after: Diary) -> Estimate:
    """How many times better, on the same days."""
    figure = FIGURES[definition.figure]
    value = ratio(definition, before, after)
    if value is None:
        return Estimate(value=None, note=NO_RATIO)
    of, against = (before, after) if definition.is_inverted else (after, before)
    days = min(int(np.count_nonzero(diary.bottom(figure))) for diary in (before, after))

    sums = sums_of(of, figure), sums_of(against, figure)
    return told(value, days, LEVEL, lambda: ratio_quotient(*sums), PAIRED_DAYS_MIN)


def ratio(definition: Definition, before: Diary, after: Diary) -> float | None:
    """The same without an interval, for a few days."""
    old, new = (value_of(diary, FIGURES[definition.figure]) for diary in (before, after))
    if not old or not new:
        return None
    return old / new if definition.is_inverted else new / old


def chance_of(before: Diary, after: Diary, clock: str, days: int) -> Estimate:
    """What the first ``days`` say of the saving beyond what all say, between the limits that chance would hold to.

    The limits are those of a mean of so many days (normal, 95 %), from the spread of all fresh days.
    """
    figure = FIGURES[clock]
    saved = said_by_days(before, figure) - said_by_days(after, figure)
    reach = 1.96 * float(saved.std(ddof=1)) / days**0.5
    return Estimate(
        value=float(saved[:days].mean() - saved.mean()), low=-reach, high=reach, note=f"a mean of {days} days"
    )
