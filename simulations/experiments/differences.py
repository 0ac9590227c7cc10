"""Two shops or more with the same customers: the difference, day by day, and how sure it is."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from simulations.experiments.diary import Diary
from simulations.experiments.figures import (
    EDGES,
    NOTHING,
    OFF_SCALE,
    QUANTILES,
    day_values,
    quantile,
    said_by_days,
    sums_of,
    told,
    value_of,
)
from simulations.experiments.finding import Difference, Estimate, Part
from simulations.experiments.question import QuestionError
from simulations.experiments.result import FIGURES, Figure
from simulations.statistics.paired import (
    PAIRED_DAYS_MIN,
    Outcomes,
    difference_interval,
    ratio_difference,
    variance_reduction,
)
from simulations.statistics.quantiles import quantile_difference
from simulations.statistics.samples import LEVEL, shared_level

MEAN: Final[Part] = "mean"
TAIL: Final[Part] = "p90"
"""No mean is told without it."""


def differences(diaries: Sequence[Diary], kpis: Sequence[str], level: float = LEVEL) -> list[Difference]:
    """Each shop less the first, for each of the figures, on the same days; all intervals hold together with ``level``.

    Raises QuestionError when the days are not the same.
    """
    base, *others = diaries
    for other in others:
        refuse_other_days(base, other)
    parts = [(FIGURES[kpi], part) for kpi in kpis for part in _parts(FIGURES[kpi])]
    each = shared_level(level, len(parts) * len(others))
    return [_difference(base, other, figure, part, each) for figure, part in parts for other in others]


def refuse_other_days(base: Diary, other: Diary) -> None:
    """Only the same day has the same customers."""
    if (base.seed, base.days) != (other.seed, other.days):
        raise QuestionError(
            f"{_days(base)} cannot be compared with {_days(other)}: only the same days have the same customers."
        )


def _days(diary: Diary) -> str:
    return f"{diary.scenario.name} (days {diary.days.start} to {diary.days.stop - 1}, seed {diary.seed})"


def _parts(figure: Figure) -> tuple[Part, ...]:
    return (MEAN, TAIL) if figure.histogram else (MEAN,)


def _difference(base: Diary, shop: Diary, figure: Figure, part: Part, level: float) -> Difference:
    found = _mean(base, shop, figure, level) if part == MEAN else _tail(base, shop, figure, level)
    apart = day_values(shop, figure) - day_values(base, figure)
    return Difference(
        kpi=figure.name,
        part=part,
        unit=figure.unit,
        base=base.scenario.name,
        shop=shop.scenario.name,
        difference=found,
        verdict=_verdict(figure, found),
        days=len(base.days),
        variance_ratio=_worth(base, shop, figure) if part == MEAN else None,
        by_day=[None if np.isnan(value) else float(value) for value in apart] if part == MEAN else [],
    )


def _mean(base: Diary, shop: Diary, figure: Figure, level: float) -> Estimate:
    ours, theirs = value_of(shop, figure), value_of(base, figure)
    if ours is None or theirs is None:
        return Estimate(value=None, level=level, note=NOTHING)
    days = min(int(np.count_nonzero(diary.bottom(figure))) for diary in (base, shop))
    if figure.bottom:
        return told(
            ours - theirs,
            days,
            level,
            lambda: ratio_difference(sums_of(shop, figure), sums_of(base, figure), level=level),
            PAIRED_DAYS_MIN,
        )
    return told(
        ours - theirs,
        days,
        level,
        lambda: difference_interval(_outcomes(shop, figure), _outcomes(base, figure), level=level),
        PAIRED_DAYS_MIN,
    )


def _tail(base: Diary, shop: Diary, figure: Figure, level: float) -> Estimate:
    q = QUANTILES[TAIL]
    ours, theirs = quantile(shop, figure, q).value, quantile(base, figure, q).value
    if ours is None or theirs is None:
        return Estimate(value=None, level=level, note=f"{NOTHING}, or {OFF_SCALE}")
    grids = [diary.histogram(figure.histogram).astype(np.float64) for diary in (shop, base)]
    return told(
        ours - theirs,
        len(base.days),
        level,
        lambda: quantile_difference(grids[0], grids[1], EDGES, q, level=level),
        PAIRED_DAYS_MIN,
    )


def _outcomes(diary: Diary, figure: Figure) -> Outcomes:
    return Outcomes.of(np.arange(diary.days.start, diary.days.stop), said_by_days(diary, figure))


def _worth(base: Diary, shop: Diary, figure: Figure) -> float | None:
    """How many times as many unpaired days would be needed."""
    if any(np.count_nonzero(diary.bottom(figure)) < 2 for diary in (base, shop)):
        return None
    ratio = variance_reduction(_outcomes(shop, figure), _outcomes(base, figure))
    return float(ratio) if np.isfinite(ratio) else None


def _verdict(figure: Figure, found: Estimate) -> str:
    if found.low is None or found.high is None:
        return "no claim"
    if found.low <= 0 <= found.high:
        return "not distinguishable"
    direction = "less" if found.high < 0 else "more"
    judged = {"": "", direction: ", better"}.get(figure.better, ", worse")
    return f"{direction}{judged}"
