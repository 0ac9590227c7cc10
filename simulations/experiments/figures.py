"""The figures of the shop from its days, each with the interval that so many days can carry, or why there is none."""

from collections.abc import Callable
from typing import Final

import numpy as np

from simulations.experiments.diary import Diary, Real
from simulations.experiments.finding import Estimate, Measured, Part
from simulations.experiments.result import BIN_MIN, BINS, FIGURES, Figure
from simulations.statistics.intervals import DAYS_MIN, Interval, mean_interval
from simulations.statistics.intervals import Estimate as Found
from simulations.statistics.quantiles import quantile_interval, quantiles_of
from simulations.statistics.ratios import DaySums, pseudo_values, ratio_interval
from simulations.statistics.samples import LEVEL

EDGES: Final = np.arange(BINS + 1, dtype=np.float64) * BIN_MIN
QUANTILES: Final[dict[Part, float]] = {"p50": 0.5, "p90": 0.9}
NOTHING: Final = "nothing to measure"
OFF_SCALE: Final = f"longer than {(BINS - 1) * BIN_MIN} min"


def measured(diary: Diary) -> list[Measured]:
    """Every row of ``FIGURES``."""
    return [_measured(diary, figure) for figure in FIGURES.values()]


def _measured(diary: Diary, figure: Figure) -> Measured:
    quantiles = {name: quantile(diary, figure, q) for name, q in QUANTILES.items()} if figure.histogram else {}
    return Measured(
        figure=figure.name,
        words=figure.words,
        unit=figure.unit,
        better=figure.better,
        mean=mean(diary, figure),
        quantiles=quantiles,
    )


def mean(diary: Diary, figure: Figure, level: float = LEVEL) -> Estimate:
    """Sum over sum; of a figure without a bottom, the mean of days."""
    value = value_of(diary, figure)
    if value is None:
        return Estimate(value=None, level=level, note=NOTHING)
    if not figure.bottom:
        return told(value, len(diary.days), level, lambda: mean_interval(diary.top(figure), level=level))
    days = int(np.count_nonzero(diary.bottom(figure)))
    return told(value, days, level, lambda: ratio_interval(sums_of(diary, figure), level=level))


def value_of(diary: Diary, figure: Figure) -> float | None:
    """Over all days; None when there is nothing to divide by."""
    below = float(diary.bottom(figure).sum())
    return float(diary.top(figure).sum()) / below if below else None


def day_values(diary: Diary, figure: Figure) -> Real:
    """Each day's own figure; not a number on a day that has none."""
    below = diary.bottom(figure)
    return np.divide(diary.top(figure), below, out=np.full_like(below, np.nan), where=below > 0)


def sums_of(diary: Diary, figure: Figure) -> DaySums:
    return DaySums.of(diary.top(figure), diary.bottom(figure))


def said_by_days(diary: Diary, figure: Figure) -> Real:
    """What each day says about the figure (its pseudo-value); their mean is the figure, their spread its doubt.

    Raises ValueError when fewer than two days have anything to say.
    """
    return pseudo_values(sums_of(diary, figure)) if figure.bottom else diary.top(figure)


def quantile(diary: Diary, figure: Figure, q: float, level: float = LEVEL) -> Estimate:
    """Over customers (lines) of all days, to a minute and between."""
    grid = diary.histogram(figure.histogram).astype(np.float64)
    counts = grid.sum(axis=0)
    if not counts.any():
        return Estimate(value=None, level=level, note=NOTHING)
    value = float(quantiles_of(counts[None, :], EDGES, q)[0])
    if value > EDGES[-2]:
        return Estimate(value=None, level=level, note=OFF_SCALE)
    return told(value, len(diary.days), level, lambda: quantile_interval(grid, EDGES, q, level=level))


def told(value: float, days: int, level: float, find: Callable[[], Found], days_min: int = DAYS_MIN) -> Estimate:
    """A value with what may be said about it."""
    if days < days_min:
        return Estimate(value=value, level=level, note=f"too few days for an interval: {days} of {days_min}")
    found = find()
    if isinstance(found, Interval):
        return Estimate(value=value, low=found.low, high=found.high, level=level)
    return Estimate(value=value, level=level, note=f"no interval: {found.why}")
