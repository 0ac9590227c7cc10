"""Per customer, per line, per staff hour: sums over days divided by sums over days, where busy days weigh more.

The mean per customer is not the mean of the day means. Its interval comes from the jackknife: each day is left out
once, and what that changes is the day's pseudo-value (Quenouille 1956, Tukey 1958). Those are treated like day means.
"""

from msgspec import Struct
from numpy.typing import ArrayLike

from simulations.statistics.intervals import DAYS_MIN, Estimate, Interval, moments, too_few, willink
from simulations.statistics.samples import LEVEL, Floats, checked_level, day_values


class DaySums(Struct, frozen=True, eq=False):
    """What was summed over each day, and over how many: minutes and customers, lines and hours; both (days,)."""

    totals: Floats
    counts: Floats

    @classmethod
    def of(cls, totals: ArrayLike, counts: ArrayLike) -> "DaySums":
        """The same days' totals and counts; a count may be 0 on a day when nobody came, not on all but one of them."""
        sums = cls(day_values(totals, "totals"), day_values(counts, "counts"))
        if sums.totals.shape != sums.counts.shape:
            raise ValueError(
                f"totals and counts: give both for every day; got {sums.totals.size} and {sums.counts.size} days"
            )
        if (sums.counts < 0).any() or (sums.counts > 0).sum() < 2:
            raise ValueError("counts: none may be negative, and at least two days must have something to count")
        return sums


def ratio_interval(sums: DaySums, *, level: float = LEVEL, days_min: int = DAYS_MIN) -> Estimate:
    """The mean per customer (or line, or hour): sum over sum, with a jackknife interval over days."""
    return jackknifed(ratio(sums), pseudo_values(sums), level=level, days_min=days_min)


def ratio(sums: DaySums) -> float:
    """Sum over sum."""
    return float(sums.totals.sum() / sums.counts.sum())


def leave_one_out(sums: DaySums) -> Floats:
    """The ratio without day 1, without day 2, ...; shape (..., days)."""
    totals, counts = sums.totals, sums.counts
    left: Floats = (totals.sum(axis=-1, keepdims=True) - totals) / (counts.sum(axis=-1, keepdims=True) - counts)
    return left


def pseudo_values(sums: DaySums) -> Floats:
    """What each day says about the ratio; their spread is the ratio's; shape (..., days)."""
    n = sums.totals.shape[-1]
    whole = sums.totals.sum(axis=-1, keepdims=True) / sums.counts.sum(axis=-1, keepdims=True)
    pseudo: Floats = n * whole - (n - 1) * leave_one_out(sums)
    return pseudo


def jackknifed(point: float, pseudo: Floats, *, level: float, days_min: int, method: str = "jackknife") -> Estimate:
    """An interval about a figure from its pseudo-values of shape (days,); the point is the figure itself."""
    refusal = too_few(pseudo, days_min)
    if refusal is not None:
        return refusal
    mean, sd, skewness = moments(pseudo)
    low, high = willink(mean, sd, skewness, pseudo.size, checked_level(level))
    return Interval(point=point, low=float(low), high=float(high), n=pseudo.size, level=level, method=method)
