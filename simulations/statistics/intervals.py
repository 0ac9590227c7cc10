"""What may be printed about a mean of days or a share: an interval that keeps its promise, or "too few".

The days of a shop are lopsided (skewness of day means about 2.1, of differences 2.4): a few bad days make the mean.
There Student's interval misses mostly on one side and covers less than it says. Willink's correction shifts it by the
third moment. ``simulations.statistics.coverage`` measures what is kept; the least numbers of days stand on that.
"""

from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike
from scipy import special, stats

from simulations.statistics.samples import LEVEL, Floats, checked_level, day_values

DAYS_MIN = 100
"""Below this a mean of days gets no interval: measured coverage would fall under 0.94."""
DAYS_FLOOR = 10
"""No caller can ask for an interval from fewer; for populations that are known to be tame, as in the oracles."""
UNUSUAL_DAYS_MIN = 10
"""So many days must differ from the commonest value; a mean that rests on three odd days is a rumour."""


class Interval(Struct, frozen=True, kw_only=True, tag="interval"):
    """An estimate and the range that holds the truth in ``level`` of all experiments like this one.

    All three figures have the unit of the days they came from; ``n`` counts days (for a share: trials).
    """

    point: float
    low: float
    high: float
    n: int
    level: float
    method: str

    @property
    def half_width(self) -> float:
        """Half the length; low and high need not lie evenly about the point."""
        return (self.high - self.low) / 2

    def holds(self, value: float) -> bool:
        """Whether this value is one of those that the interval does not exclude."""
        return self.low <= value <= self.high


class TooFew(Struct, frozen=True, kw_only=True, tag="too-few"):
    """Not enough days for an honest interval; ``needed`` is the number to come back with, ``why`` is for the page."""

    n: int
    needed: int
    why: str


Estimate: TypeAlias = Interval | TooFew


def mean_interval(days: ArrayLike, *, level: float = LEVEL, days_min: int = DAYS_MIN) -> Estimate:
    """The mean of independent days, each counting once; days of shape (n,), skew-corrected (Willink 2005)."""
    values = day_values(days, "days")
    refusal = too_few(values, days_min)
    if refusal is not None:
        return refusal
    mean, sd, skewness = moments(values)
    low, high = willink(mean, sd, skewness, values.size, checked_level(level))
    return Interval(point=float(mean), low=float(low), high=float(high), n=values.size, level=level, method="willink")


def share_interval(count: int, trials: int, *, level: float = LEVEL) -> Interval:
    """A binomial share by Wilson (1927): honest also at 0 and at all, and with few trials."""
    return _binomial(count, trials, level, "wilson")


def exact_share_interval(count: int, trials: int, *, level: float = LEVEL) -> Interval:
    """A binomial share by Clopper & Pearson (1934): never covers less than it says, so it is wider than Wilson's."""
    return _binomial(count, trials, level, "exact")


def moments(days: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, sd (n - 1) and skewness (unbiased third moment over sd cubed; 0 if flat) along the last axis."""
    n = days.shape[-1]
    mean = days.mean(axis=-1)
    apart = days - mean[..., None]
    squares = apart * apart
    sd = np.sqrt(squares.sum(axis=-1) / (n - 1))
    if n < 3:
        return mean, sd, np.zeros_like(sd)
    third = n / ((n - 1) * (n - 2)) * (squares * apart).sum(axis=-1)
    return mean, sd, np.divide(third, sd**3, out=np.zeros_like(sd), where=sd > 0)


def willink(mean: Floats, sd: Floats, skewness: Floats, n: int, level: float) -> tuple[Floats, Floats]:
    """Both ends of the skew-corrected interval, from moments of any one shape.

    R. Willink, "A confidence interval and test for the mean of an asymmetric distribution", Communications in
    Statistics - Theory and Methods 34 (2005) 753-766. With no skewness it is Student's interval.
    """
    quantile = np.asarray(special.stdtrit(n - 1, (1 + level) / 2), dtype=np.float64)
    error = sd / np.sqrt(n)
    a = skewness / (6 * np.sqrt(n))
    return mean - _straightened(quantile, a) * error, mean - _straightened(-quantile, a) * error


def too_few(days: Floats, days_min: int) -> TooFew | None:
    """Why these days cannot carry an interval, or None when they can."""
    if days_min < DAYS_FLOOR:
        raise ValueError(
            f"days_min: an interval needs at least {DAYS_FLOOR} days whatever is known; this is {days_min}"
        )
    n = days.size
    if n < days_min:
        return TooFew(n=n, needed=days_min, why=f"{n} days, {days_min} are needed for an interval")
    unusual = n - int(np.unique(_without_rounding(days), return_counts=True)[1].max())
    if unusual >= UNUSUAL_DAYS_MIN:
        return None
    needed = -(-n * UNUSUAL_DAYS_MIN // max(unusual, 1))
    if unusual == 0:
        return TooFew(n=n, needed=needed, why=f"all {n} days gave the same figure: there is no spread to judge by")
    return TooFew(n=n, needed=needed, why=f"only {unusual} of {n} days differ from the rest")


def _without_rounding(days: Floats) -> Floats:
    """The days to nine digits, so that the last bits of a division do not look like spread."""
    most = np.abs(days).max()
    return np.round(days / most, 9) if most > 0 else days


def _straightened(quantile: Floats, a: Floats) -> Floats:
    """Willink's G(r): where Hall's cubic transformation of the t statistic takes the value r."""
    flat = np.abs(a) < 1e-8
    safe = np.where(flat, 1.0, a)
    bent = (np.cbrt(1 + 6 * safe * (quantile - safe)) - 1) / (2 * safe)
    return np.where(flat, quantile, bent)


def _binomial(count: int, trials: int, level: float, method: str) -> Interval:
    if trials < 1 or not 0 <= count <= trials:
        raise ValueError(
            f"share: give a count between 0 and the number of trials, at least one trial; got {count} of {trials}"
        )
    found = stats.binomtest(count, trials).proportion_ci(
        checked_level(level), "wilson" if method == "wilson" else "exact"
    )
    return Interval(
        point=count / trials, low=float(found.low), high=float(found.high), n=trials, level=level, method=method
    )
