"""What the draws say together: quantiles, the chance of a hit, which ranges decide. About the ranges, nothing else."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import stats

from simulations.prediction.calibration import FLAWS
from simulations.prediction.found import Chances, Draw, Drivers, Quantiles
from simulations.prediction.protocol import Published
from simulations.statistics.hypercube import (
    DRAWS_PER_PARAMETER_MIN,
    Draws,
    Driver,
    hit_share,
    prior_predictive,
    rank_regression,
)
from simulations.statistics.intervals import Interval
from simulations.statistics.samples import LEVEL, Floats, shared_level

FEASIBLE_MIN: Final = 20
"""From fewer draws no range is said: its ends would be the draws themselves."""
STRONGEST: Final = 8
REGRESSION: Final = "regression of the ranks on all ranges together"
ONE_BY_ONE: Final = "rank correlation with one range at a time"


def chances(draws: Sequence[Draw], published: Published, efficiency: str) -> Chances:
    """Of the draws of one reading, at least one."""
    feasible = [draw for draw in draws if draw.after_min is not None and draw.ratio is not None]
    after = np.array([draw.after_min for draw in feasible], dtype=np.float64)
    saved = np.array([draw.saving_min for draw in feasible], dtype=np.float64)
    ratios = np.array([draw.ratio for draw in feasible], dtype=np.float64)
    time = [published.is_time_hit(float(value)) for value in after]
    parts = [published.is_ratio_hit(float(value)) for value in ratios]
    return Chances(
        drawn=len(draws),
        feasible=len(feasible),
        flaws={flaw: sum(flaw in draw.flaws for draw in draws) for flaw in FLAWS},
        after=_quantiles(after),
        saving=_quantiles(saved),
        ratio=_quantiles(ratios),
        hits_time=_share(time),
        hits_ratio=_share(parts),
        hits_both=_share([both == (True, True) for both in zip(time, parts, strict=True)]),
        drivers=[_drivers("saving", feasible, saved), _drivers(efficiency, feasible, ratios)],
    )


def _share(hits: Sequence[bool]) -> Interval | None:
    return hit_share(hits) if hits else None


def _quantiles(values: Floats) -> Quantiles:
    if values.size < FEASIBLE_MIN:
        return Quantiles(draws=values.size)
    found = list(prior_predictive(values, [True] * values.size).quantiles.values())
    return Quantiles(draws=values.size, q025=found[0], q25=found[1], q50=found[2], q75=found[3], q975=found[4])


def _drivers(of: str, draws: Sequence[Draw], outcome: Floats) -> Drivers:
    """By regression when there are draws enough; else one range at a time, which a hypercube keeps apart."""
    if len(draws) < FEASIBLE_MIN or np.ptp(outcome) == 0:
        return Drivers(of=of, method="", note=f"{len(draws)} feasible draws say nothing about it")
    names = tuple(draws[0].values)
    values = np.array([list(draw.values.values()) for draw in draws])
    if len(draws) < DRAWS_PER_PARAMETER_MIN * len(names):
        found = [Driver(name, float(stats.spearmanr(column, outcome).statistic))
                 for name, column in zip(names, values.T, strict=True)]  # fmt: skip
        found.sort(key=lambda driver: (-abs(driver.coefficient), driver.name))
        return Drivers(
            of=of,
            method=ONE_BY_ONE,
            strongest=tuple(found[:STRONGEST]),
            beyond_chance=_beyond_chance(len(draws), len(names)),
        )
    regression = rank_regression(Draws(names, values), outcome)
    return Drivers(
        of=of,
        method=REGRESSION,
        strongest=regression.drivers[:STRONGEST],
        r_squared=regression.r_squared,
        beyond_chance=_beyond_noise(len(draws), len(names), regression.r_squared),
    )


def _beyond_chance(draws: int, names: int) -> float:
    """The rank correlation that no one of so many idle ranges exceeds, in 95 % of all hypercubes (Fisher's z)."""
    level = shared_level(LEVEL, names)
    return float(np.tanh(stats.norm.ppf((1 + level) / 2) / np.sqrt(draws - 3)))


def _beyond_noise(draws: int, names: int, r_squared: float) -> float:
    """The same of a regression: what is left unexplained moves each coefficient (Student)."""
    free = draws - names - 1
    quantile = stats.t.ppf((1 + shared_level(LEVEL, names)) / 2, free)
    return float(quantile * np.sqrt((1 - r_squared) / free))
