"""Which family of times fits, how well, and how sure that is.

Families are compared by AIC. Goodness is the Anderson–Darling distance with a p-value from a parametric bootstrap:
samples are drawn from the fitted family and fitted again, because tables for known parameters are wrong for fitted ones
(they accept too much). The same samples show how far a fit lies from its truth, and so give the intervals: what the
fits are off by, turned round, as a factor (or, for the ends of a triangle, as a difference). Where observations were
cut, nobody knows how they would be cut again, and the observations themselves are drawn anew.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

from simulations.journals.families import FAMILIES, Family, Numbers, Times

LEAST_N: Final = 30
"""Fewer observations seen to their end say too little about a family (assumed)."""
RESAMPLES: Final = 199
SURE: Final = 0.95
REJECTED_BELOW: Final = 0.01
NOTHING: Final[NDArray[np.float64]] = np.empty(0)


class Estimate(Struct, frozen=True, kw_only=True):
    """A number and where it lies with 95 % confidence."""

    value: float
    low: float
    high: float


class Candidate(Struct, frozen=True, kw_only=True):
    """One family, at its best."""

    family: str
    numbers: dict[str, float]
    aic: float


class Fit(Struct, frozen=True, kw_only=True):
    """The best family of some times, in minutes. ``p`` is None where observations were cut."""

    n: int
    cut: int
    family: str
    numbers: dict[str, Estimate]
    mean: Estimate
    cv: Estimate
    distance: float | None
    """Anderson–Darling A²."""
    p: float | None
    candidates: tuple[Candidate, ...]
    """All of them, the best first."""

    @property
    def rejected(self) -> bool:
        """No family that was tried fits; the best of them is only the least bad."""
        return self.p is not None and self.p < REJECTED_BELOW


def fit_times(
    name: str,
    times: Times,
    cut: Times = NOTHING,
    families: tuple[Family, ...] = FAMILIES,
    resamples: int = RESAMPLES,
) -> Fit:
    """The best of these families. Needs at least 2 different times; ``name`` seeds the resampling, so that the same
    journal gives the same intervals."""
    fitted = [(family, family.fit(times, cut)) for family in families]
    scored = sorted(
        ((_aic(family, numbers, times, cut), place) for place, (family, numbers) in enumerate(fitted)),
    )
    best, numbers = fitted[scored[0][1]]
    rng = chance_of(name)
    samples = [_again(best, numbers, times, cut, rng) for _ in range(resamples)]
    again = [best.fit(*sample) for sample in samples]
    n = int(times.size)
    distance = None if cut.size else anderson_darling(best, numbers, times)
    return Fit(
        n=n,
        cut=int(cut.size),
        family=best.name,
        numbers={
            key: turned_round(numbers[at], [each[at] for each in again], n, additive=best.additive)
            for at, key in enumerate(best.names)
        },
        mean=turned_round(best.mean(numbers), [best.mean(each) for each in again], n),
        cv=turned_round(best.cv(numbers), [best.cv(each) for each in again], n),
        distance=distance,
        p=None if distance is None else _goodness(best, distance, samples, again),
        candidates=tuple(
            Candidate(family=fitted[at][0].name, numbers=_named(*fitted[at]), aic=aic) for aic, at in scored
        ),
    )


def turned_round(value: float, again: Sequence[float], n: int, *, additive: bool = False) -> Estimate:
    """The basic bootstrap interval: where fits of known truth lie too high, the truth lies as much lower.

    Widened by Student's factor for ``n`` observations, because the samples were drawn with a spread that is itself
    estimated. Source: Davison and Hinkley, Bootstrap Methods and their Application (1997), 5.2.
    """
    if not again:
        return Estimate(value=value, low=value, high=value)
    least, most = (float(q) for q in np.quantile(np.asarray(again), [(1 - SURE) / 2, (1 + SURE) / 2]))
    wide = float(student.ppf((1 + SURE) / 2, n - 1) / norm.ppf((1 + SURE) / 2))
    if additive or min(value, least) <= 0:
        low, high = value - wide * (most - value), value + wide * (value - least)
        return Estimate(value=value, low=max(0.0, low), high=high)
    return Estimate(value=value, low=value * (value / most) ** wide, high=value * (value / least) ** wide)


def chance_of(name: str) -> Generator:
    """A generator of its own for each thing that is estimated: the same in every process."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]))


def anderson_darling(family: Family, numbers: Numbers, times: Times) -> float:
    """A² = −n − Σ (2i − 1)/n · (log F(xᵢ) + log(1 − F(xₙ₊₁₋ᵢ))), xᵢ in order."""
    n = times.size
    below = np.clip(family.cumulative(numbers, np.sort(times)), 1e-12, 1 - 1e-12)
    odd = 2 * np.arange(1, n + 1) - 1
    return float(-n - (odd * (np.log(below) + np.log1p(-below[::-1]))).sum() / n)


def _goodness(
    family: Family, distance: float, samples: Sequence[tuple[Times, Times]], fits: Sequence[Numbers]
) -> float:
    """The share of samples of the fitted family itself that lie as far from their own fit."""
    as_far = sum(
        anderson_darling(family, fit, sample) >= distance for (sample, _), fit in zip(samples, fits, strict=True)
    )
    return (as_far + 1) / (len(samples) + 1)


def _again(family: Family, numbers: Numbers, times: Times, cut: Times, rng: Generator) -> tuple[Times, Times]:
    """Another sample of the same size: of the family, or of what was seen where some of it was cut."""
    if not cut.size:
        return family.draw(numbers, rng, times.size), cut
    drawn = rng.integers(0, times.size + cut.size, times.size + cut.size)
    whole = times[drawn[drawn < times.size]]
    return (whole if np.unique(whole).size > 1 else times), cut[drawn[drawn >= times.size] - times.size]


def _aic(family: Family, numbers: Numbers, times: Times, cut: Times) -> float:
    return 2 * len(family.names) - 2 * family.log_likelihood(numbers, times, cut)


def _named(family: Family, numbers: Numbers) -> dict[str, float]:
    return dict(zip(family.names, numbers, strict=True))
