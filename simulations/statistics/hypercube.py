"""What follows from not knowing: draws spread evenly over the ranges of the parameters, and what they lead to."""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike
from scipy import stats

from simulations.statistics.intervals import Interval, share_interval
from simulations.statistics.samples import LEVEL, Floats, day_rows, day_values, distinct_names

QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
DRAWS_PER_PARAMETER_MIN = 3
"""Fewer draws than this for each parameter, and the regression tells stories."""


class Draws(Struct, frozen=True, eq=False):
    """One column for each parameter, in the order of the names; values of shape (draws, parameters)."""

    names: tuple[str, ...]
    values: Floats

    def row(self, draw: int) -> dict[str, float]:
        """One draw by name."""
        return {name: float(value) for name, value in zip(self.names, self.values[draw], strict=True)}


class Driver(Struct, frozen=True):
    """A parameter and how strongly it drives the outcome: standardised coefficient of the ranks, from -1 to 1 or so."""

    name: str
    coefficient: float


class RankRegression(Struct, frozen=True):
    """The strongest driver first; ``r_squared`` says how much of the ranking they explain together."""

    drivers: tuple[Driver, ...]
    r_squared: float


class Prediction(Struct, frozen=True, kw_only=True):
    """What the ranges allow before any data: quantiles over the feasible draws, and how many were thrown out."""

    quantiles: dict[float, float]
    feasible: int
    drawn: int


def latin_hypercube(ranges: Mapping[str, tuple[float, float]], draws: int, *, seed: int) -> Draws:
    """Each parameter meets each ``draws``-th part of its range once (McKay, Beckman & Conover 1979)."""
    names = distinct_names(list(ranges), 1, "ranges")
    if draws < 2:
        raise ValueError(f"draws: at least 2; this is {draws}")
    for name, (low, high) in ranges.items():
        if not (np.isfinite([low, high]).all() and low < high):
            raise ValueError(f"{name}: give a range with low below high; this is {low} to {high}")
    units = stats.qmc.LatinHypercube(d=len(names), rng=np.random.default_rng(seed)).random(draws)
    lows, highs = (np.array([ranges[name][end] for name in names]) for end in (0, 1))
    return Draws(names, lows + units * (highs - lows))


def rank_regression(draws: Draws, outcome: ArrayLike) -> RankRegression:
    """Which parameter moves the outcome (draws,), up or down in step, straight or not (Iman & Conover 1979)."""
    values, results = day_rows(draws.values, "draws"), day_values(outcome, "outcome")
    least = DRAWS_PER_PARAMETER_MIN * len(draws.names)
    if values.shape[0] != results.size or results.size < least:
        raise ValueError(f"outcome: give one for each of {values.shape[0]} draws, at least {least}; got {results.size}")
    _refuse_flat(values, results, draws.names)
    x, y = stats.zscore(stats.rankdata(values, axis=0)), stats.zscore(stats.rankdata(results))
    found = np.linalg.lstsq(x, y)[0]
    left = float(((y - x @ found) ** 2).sum() / (y**2).sum())
    drivers = [Driver(name, float(value)) for name, value in zip(draws.names, found, strict=True)]
    drivers.sort(key=lambda driver: (-abs(driver.coefficient), driver.name))
    return RankRegression(tuple(drivers), 1.0 - left)


def prior_predictive(
    outcome: ArrayLike, feasible: Sequence[bool], *, quantiles: Sequence[float] = QUANTILES
) -> Prediction:
    """What the feasible draws say; outcome of shape (draws,), numbers of the infeasible ones are not looked at."""
    results, allowed = np.asarray(outcome, dtype=np.float64), np.asarray(feasible, dtype=np.bool_)
    if results.shape != allowed.shape or not allowed.any():
        raise ValueError(f"feasible: say it for each of the {results.size} draws, and of at least one that it is")
    kept = day_values(results[allowed], "outcome")
    found = np.quantile(kept, list(quantiles))
    return Prediction(
        quantiles={q: float(value) for q, value in zip(quantiles, found, strict=True)},
        feasible=kept.size,
        drawn=results.size,
    )


def hit_share(hits: Sequence[bool], *, level: float = LEVEL) -> Interval:
    """How often feasible draws hit, with its binomial interval: a statement about the ranges, not about a real shop."""
    return share_interval(sum(bool(hit) for hit in hits), len(hits), level=level)


def _refuse_flat(values: Floats, results: Floats, names: tuple[str, ...]) -> None:
    for name, column in (*zip(names, values.T, strict=True), ("outcome", results)):
        if np.ptp(column) == 0:
            raise ValueError(f"{name}: is the same in all draws; leave it out")
