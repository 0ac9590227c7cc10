"""Days whose truth is known: made-up populations as lopsided as a shop's, to measure what an interval keeps."""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from scipy import optimize

from simulations.statistics.ratios import DaySums
from simulations.statistics.samples import Floats, Integers

Draw: TypeAlias = Callable[[np.random.Generator, tuple[int, ...]], Floats]

CUSTOMERS = 62.0
DAY_SIGMA = 0.35
"""Log-sd of how slow a day is; what a day says about the mean per customer is then as lopsided (2.5) as differences."""
BUSY = 0.5
"""A slow day has more customers: their mean grows with slowness to this power."""
CUSTOMER_SIGMA = 0.4
MEDIAN_MIN = 50.0
QUICK_MEDIAN_MIN = 42.0
QUICK_SLOWNESS = 0.7


class Population(Struct, frozen=True):
    """Independent days of a known mean."""

    name: str
    mean: float
    draw: Draw


def normal() -> Population:
    """No skewness: what every method must keep."""
    return Population("normal", 0.0, lambda rng, shape: rng.standard_normal(shape))


def gamma(skewness: float) -> Population:
    """A gamma of this skewness."""
    shape_of_it = 4 / skewness**2
    return Population(
        f"gamma, skewness {skewness}", shape_of_it, lambda rng, shape: rng.standard_gamma(shape_of_it, shape)
    )


def log_normal(skewness: float) -> Population:
    """A log-normal of this skewness: a longer tail than the gamma's."""
    sigma = float(optimize.brentq(lambda s: _log_normal_skewness(s) - skewness, 0.01, 2.0))
    return Population(
        f"log-normal, skewness {skewness}",
        math.exp(sigma**2 / 2),
        lambda rng, shape: np.exp(sigma * rng.standard_normal(shape)),
    )


def difference() -> Population:
    """A lopsided saving less a smaller cost, as between two mechanisms on the same days."""
    return Population(
        "gamma less gamma",
        0.69 - 0.3,
        lambda rng, shape: rng.standard_gamma(0.69, shape) - 0.3 * rng.standard_gamma(1.0, shape),
    )


class Shop(Struct, frozen=True):
    """Days of customers whose minutes are log-normal within a day of random slowness; slow days are busy days.

    Weighting by customers tilts the slowness, which stays log-normal: so mean per customer and quantiles are known.
    """

    @property
    def mean_per_customer(self) -> float:
        """Minutes; more than the mean of the day means."""
        return MEDIAN_MIN * math.exp(BUSY * DAY_SIGMA**2 + (DAY_SIGMA**2 + CUSTOMER_SIGMA**2) / 2)

    def quantile(self, normal_quantile: float) -> float:
        """Minutes that customers stay below with the chance that a standard normal stays below ``normal_quantile``."""
        return MEDIAN_MIN * math.exp(BUSY * DAY_SIGMA**2 + normal_quantile * math.hypot(DAY_SIGMA, CUSTOMER_SIGMA))

    def quick_quantile(self, normal_quantile: float) -> float:
        """The same of the quick shop, where a slow day slows less."""
        spread = math.hypot(QUICK_SLOWNESS * DAY_SIGMA, CUSTOMER_SIGMA)
        return QUICK_MEDIAN_MIN * math.exp(QUICK_SLOWNESS * BUSY * DAY_SIGMA**2 + normal_quantile * spread)

    def sums(self, rng: np.random.Generator, shape: tuple[int, ...]) -> DaySums:
        """Minutes and customers of each day, both of this shape."""
        slow, customers = self._days(rng, shape)
        within = math.exp(CUSTOMER_SIGMA**2 / 2)
        spread = within * math.sqrt(math.expm1(CUSTOMER_SIGMA**2))
        minutes = customers * within + np.sqrt(customers) * spread * rng.standard_normal(shape)
        return DaySums(MEDIAN_MIN * slow * minutes, customers)

    def histograms(self, rng: np.random.Generator, days: int, edges: Floats) -> tuple[Floats, Floats]:
        """Counts of each day's customers in bins, (days, bins): of this shop and, same days, of the quick one."""
        slow, customers = self._days(rng, (days,))
        whose = np.repeat(np.arange(days), customers.astype(np.int64))
        own = rng.standard_normal(whose.size)
        quick = 0.8 * own + 0.6 * rng.standard_normal(whose.size)
        minutes = MEDIAN_MIN * slow[whose] * np.exp(CUSTOMER_SIGMA * own)
        quick_minutes = QUICK_MEDIAN_MIN * slow[whose] ** QUICK_SLOWNESS * np.exp(CUSTOMER_SIGMA * quick)
        return _binned(whose, minutes, days, edges), _binned(whose, quick_minutes, days, edges)

    def _days(self, rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
        slow = np.exp(DAY_SIGMA * rng.standard_normal(shape))
        return slow, rng.poisson(CUSTOMERS * slow**BUSY).astype(np.float64)


def _binned(whose: Integers, minutes: Floats, days: int, edges: Floats) -> Floats:
    bins = edges.size - 1
    spots = np.clip(np.searchsorted(edges, minutes, side="right") - 1, 0, bins - 1)
    return np.bincount(whose * bins + spots, minlength=days * bins).reshape(days, bins).astype(np.float64)


def _log_normal_skewness(sigma: float) -> float:
    return (math.exp(sigma**2) + 2) * math.sqrt(math.expm1(sigma**2))
