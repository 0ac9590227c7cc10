"""Rates, shares and breakdowns from counts, each with an interval that holds: exact where there is an exact one."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from scipy.stats import chi2, norm

from simulations.journals.fitting import SURE, Estimate
from simulations.statistics.intervals import exact_share_interval

TAIL: Final = (1 - SURE) / 2
DAYS_FOR_SPREAD: Final = 5
"""Fewer days say nothing about how much they differ."""
DAYS_FOR_GROWTH: Final = 14
OVERDISPERSED_BELOW: Final = 0.05


# ── shares ──────────────────────────────────────────────────────────────────────────────────────


class Share(Struct, frozen=True, kw_only=True):
    """``k`` of ``n``, with its Clopper–Pearson interval."""

    k: int
    n: int
    value: float | None
    low: float
    high: float


def share_of(k: int, n: int) -> Share:
    """Covers at least 95 % at every n; without data it is anything from 0 to 1."""
    if not n:
        return Share(k=k, n=n, value=None, low=0.0, high=1.0)
    found = exact_share_interval(k, n, level=SURE)
    return Share(k=k, n=n, value=k / n, low=found.low, high=found.high)


# ── rates of a Poisson process ──────────────────────────────────────────────────────────────────


def poisson_rate(count: int, exposure: float, spread: float = 1.0) -> Estimate:
    """Events per unit of exposure; exact (Garwood) for ``spread`` 1, widened for days that differ more than chance."""
    if spread > 1:
        half = float(norm.ppf(1 - TAIL) * np.sqrt(spread * max(count, 1))) / exposure
        return Estimate(value=count / exposure, low=max(0.0, count / exposure - half), high=count / exposure + half)
    low = float(chi2.ppf(TAIL, 2 * count)) / 2 if count else 0.0
    high = float(chi2.ppf(1 - TAIL, 2 * count + 2)) / 2
    return Estimate(value=count / exposure, low=low / exposure, high=high / exposure)


class Spread(Struct, frozen=True, kw_only=True):
    """Whether days differ more (or less) than a Poisson process of the same rates would."""

    ratio: float
    """χ² over its degrees of freedom: 1 for a Poisson process."""
    p: float
    """Two-sided."""


def spread_of(counts: Sequence[Sequence[int]], exposures: Sequence[Sequence[float]]) -> Spread | None:
    """From cells (day × hour) with what was expected of each by the hour's pooled rate; None for too few days."""
    if len(counts) < DAYS_FOR_SPREAD:
        return None
    seen, open_ = np.asarray(counts, dtype=np.float64), np.asarray(exposures, dtype=np.float64)
    with np.errstate(all="ignore"):
        expected = open_ * (seen.sum(axis=0) / open_.sum(axis=0))
    used = np.isfinite(expected) & (expected > 0)
    statistic = float((((seen - expected) ** 2)[used] / expected[used]).sum())
    freedom = int(used.sum()) - int(used.any(axis=0).sum())
    if freedom < 1:
        return None
    above = float(chi2.sf(statistic, freedom))
    return Spread(ratio=statistic / freedom, p=min(1.0, 2 * min(above, 1 - above)))


def growth_p(totals: Sequence[int]) -> float | None:
    """Two-sided p of a linear trend over days in order, of Poisson counts; None for too few days."""
    n = len(totals)
    if n < DAYS_FOR_GROWTH or not sum(totals):
        return None
    days = np.arange(n) - (n - 1) / 2
    counts = np.asarray(totals, dtype=np.float64)
    z = float((days * counts).sum() / np.sqrt(counts.mean() * (days**2).sum()))
    return float(2 * norm.sf(abs(z)))


# ── breakdowns ──────────────────────────────────────────────────────────────────────────────────


class Breakdowns(Struct, frozen=True, kw_only=True):
    """How long a machine goes without failing. Zero failures still bound it from below."""

    machine: str
    failures: int
    hours: float
    """In service, while the shop was open."""
    mtbf_h: float | None
    """None without a failure."""
    low_h: float
    """95 %: two-sided with failures, one-sided without."""
    high_h: float | None
    mttr_min: float | None
    repaired: int
    """Failures whose end was seen."""


def breakdowns_of(machine: str, failures: int, hours: float, down_min: Sequence[float]) -> Breakdowns:
    """Exponential times between failures: T/k, with χ² limits."""
    if failures:
        low = 2 * hours / float(chi2.ppf(1 - TAIL, 2 * failures + 2))
        high: float | None = 2 * hours / float(chi2.ppf(TAIL, 2 * failures))
    else:
        low, high = 2 * hours / float(chi2.ppf(SURE, 2)), None
    return Breakdowns(
        machine=machine,
        failures=failures,
        hours=hours,
        mtbf_h=hours / failures if failures else None,
        low_h=low,
        high_h=high,
        mttr_min=sum(down_min) / len(down_min) if down_min else None,
        repaired=len(down_min),
    )
