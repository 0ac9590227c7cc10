"""Do the intervals keep their promise? Measured on days whose truth is known, at the numbers of days of the pages."""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from msgspec import Struct
from scipy import special, stats

from simulations.statistics.intervals import DAYS_MIN, Estimate, Interval, moments, share_interval, willink
from simulations.statistics.paired import PAIRED_DAYS_MIN
from simulations.statistics.populations import Population, Shop, difference, gamma, log_normal, normal
from simulations.statistics.quantiles import quantile_difference, quantile_interval
from simulations.statistics.ratios import pseudo_values
from simulations.statistics.samples import LEVEL, Floats, shared_level
from simulations.statistics.stopping import Goal, fresh_days, look

RUNS = 20_000
QUANTILE_RUNS = 4_000
STOPPING_RUNS = 1_500
SIMULTANEOUS_RUNS = 4_000
NUMBERS_AT_ONCE = 1_000_000
BAR = (0.94, 0.96)
STOPPING_BAR = (0.93, 0.97)
SIMULTANEOUS_BAR = (0.94, 1.0)
SHARE_BAR = (0.93, 0.98)
"""A share moves in steps of one trial, so no interval can keep exactly 0.95 everywhere."""
EDGES = np.concatenate([np.arange(0.0, 400.0, 4.0), [5000.0]])
Q = 0.9
NORMAL_Q = float(special.ndtri(Q))
PILOT_DAYS = 30
LOOK_EVERY = 10
GOAL = Goal(metric="days", relative=0.15)
"""Reached by these days soon after the first look, where stopping early does most harm."""


class Coverage(Struct, frozen=True, kw_only=True):
    """In what share of ``runs`` the interval held the truth, and how it missed; 0 runs: added up, not measured."""

    what: str
    population: str
    n: int
    covered: float
    truth_above: float
    truth_below: float
    runs: int
    bar: tuple[float, float]

    @property
    def noise(self) -> float:
        """What chance alone may move the measured coverage, with 99 %."""
        if self.runs == 0:
            return 0.0
        return 2.58 * math.sqrt(max(self.covered * (1 - self.covered), 1e-4) / self.runs)

    @property
    def kept(self) -> bool:
        """Whether the bar is met as far as these runs can tell."""
        return self.bar[0] - self.noise <= self.covered <= self.bar[1] + self.noise


def coverage(seed: int = 1) -> tuple[Coverage, ...]:
    """Every kind of interval, at the numbers of days that pages print; about 20 s on one core, no days are played."""
    rng = np.random.default_rng(seed)
    rows: list[Coverage] = []
    for population in (normal(), gamma(2.1), log_normal(2.1), gamma(2.4), log_normal(2.4)):
        rows += [mean_coverage(population, n, rng) for n in (DAYS_MIN, 2 * DAYS_MIN, 4 * DAYS_MIN)]
    for population in (gamma(2.4), log_normal(2.4), difference()):
        rows += [mean_coverage(population, n, rng, what="difference") for n in (PAIRED_DAYS_MIN, 2 * PAIRED_DAYS_MIN)]
    rows += [simultaneous_coverage(log_normal(2.1), PAIRED_DAYS_MIN, rng)]
    rows += [ratio_coverage(n, rng) for n in (DAYS_MIN, 2 * DAYS_MIN)]
    rows += [quantile_coverage(n, rng) for n in (DAYS_MIN, 2 * DAYS_MIN)]
    rows += [quantile_difference_coverage(PAIRED_DAYS_MIN, rng)]
    rows += [share_coverage(trials, share) for trials in (100, 200) for share in (0.05, 0.15, 0.4)]
    rows += list(stopping_coverage(gamma(2.1), rng))
    return tuple(rows)


def mean_coverage(
    population: Population, n: int, rng: np.random.Generator, *, what: str = "mean", runs: int = RUNS
) -> Coverage:
    """The mean of n days."""

    def interval(count: int) -> tuple[Floats, Floats]:
        return willink(*moments(population.draw(rng, (count, n))), n, LEVEL)

    return _counted(interval, population.mean, what=what, population=population.name, n=n, runs=runs)


def simultaneous_coverage(
    population: Population, n: int, rng: np.random.Generator, *, k: int = 5, runs: int = SIMULTANEOUS_RUNS
) -> Coverage:
    """How often k differences of n days each are all held; a miss above and one below count as the one above."""
    low, high = willink(*moments(population.draw(rng, (runs, k, n))), n, shared_level(LEVEL, k))
    ends = np.stack([low.max(axis=1), high.min(axis=1)], axis=1)
    return _judged(ends, population.mean, what=f"{k} at once", population=population.name, n=n, bar=SIMULTANEOUS_BAR)


def ratio_coverage(n: int, rng: np.random.Generator, *, runs: int = RUNS) -> Coverage:
    """The mean per customer over n days."""
    shop = Shop()

    def interval(count: int) -> tuple[Floats, Floats]:
        return willink(*moments(pseudo_values(shop.sums(rng, (count, n)))), n, LEVEL)

    return _counted(interval, shop.mean_per_customer, what="per customer", population="shop", n=n, runs=runs)


def quantile_coverage(n: int, rng: np.random.Generator, *, runs: int = QUANTILE_RUNS) -> Coverage:
    """The p90 over customers of n days."""
    shop = Shop()
    found = [quantile_interval(shop.histograms(rng, n, EDGES)[0], EDGES, Q) for _ in range(runs)]
    return _judged(_ends(found), shop.quantile(NORMAL_Q), what="p90", population="shop", n=n, bar=BAR)


def quantile_difference_coverage(n: int, rng: np.random.Generator, *, runs: int = QUANTILE_RUNS) -> Coverage:
    """The p90 of one shop less that of a quick one on the same n days."""
    shop = Shop()
    found = [quantile_difference(*shop.histograms(rng, n, EDGES), EDGES, Q) for _ in range(runs)]
    truth = shop.quantile(NORMAL_Q) - shop.quick_quantile(NORMAL_Q)
    return _judged(_ends(found), truth, what="p90 difference", population="shop", n=n, bar=BAR)


def share_coverage(trials: int, share: float) -> Coverage:
    """Wilson's interval, added up over all counts: no chance in it."""
    counts = np.arange(trials + 1)
    chance = stats.binom.pmf(counts, trials, share)
    ends = [share_interval(int(count), trials) for count in counts]
    above = float(sum(p for p, end in zip(chance, ends, strict=True) if end.high < share))
    below = float(sum(p for p, end in zip(chance, ends, strict=True) if end.low > share))
    return Coverage(
        what="share",
        population=f"binomial {share}",
        n=trials,
        covered=1 - above - below,
        truth_above=above,
        truth_below=below,
        runs=0,
        bar=SHARE_BAR,
    )


def stopping_coverage(
    population: Population, rng: np.random.Generator, *, runs: int = STOPPING_RUNS
) -> Iterator[Coverage]:
    """Two-stage and sequential, until the half-width is as in ``GOAL``; n is the median number of days."""
    for what, stopped in (("two-stage", _two_stage), ("sequential", _sequential)):
        found = [stopped(population, rng) for _ in range(runs)]
        n = int(np.median([estimate.n for estimate in found]))
        yield _judged(_ends(found), population.mean, what=what, population=population.name, n=n, bar=STOPPING_BAR)


def _two_stage(population: Population, rng: np.random.Generator) -> Estimate:
    pilot = population.draw(rng, (PILOT_DAYS,))
    n = fresh_days({"days": pilot}, [GOAL])
    return look({"days": population.draw(rng, (n,))}, [GOAL]).estimates[GOAL.metric]


def _sequential(population: Population, rng: np.random.Generator) -> Estimate:
    days = population.draw(rng, (DAYS_MIN,))
    seen = look({"days": days}, [GOAL])
    while not seen.done:
        days = np.concatenate([days, population.draw(rng, (LOOK_EVERY,))])
        seen = look({"days": days}, [GOAL])
    return seen.estimates[GOAL.metric]


def _ends(found: Sequence[Estimate]) -> Floats:
    """Both ends of each, (runs, 2); all of them must be intervals, or what is measured is something else."""
    intervals = [estimate for estimate in found if isinstance(estimate, Interval)]
    assert len(intervals) == len(found)
    return np.array([[interval.low, interval.high] for interval in intervals])


def _counted(
    interval: Callable[[int], tuple[Floats, Floats]], truth: float, *, what: str, population: str, n: int, runs: int
) -> Coverage:
    """Asks for so many intervals, in blocks that fit in memory, and counts the hits."""
    block = max(1, NUMBERS_AT_ONCE // n)
    ends = [np.stack(interval(min(block, runs - start)), axis=1) for start in range(0, runs, block)]
    return _judged(np.concatenate(ends), truth, what=what, population=population, n=n, bar=BAR)


def _judged(ends: Floats, truth: float, *, what: str, population: str, n: int, bar: tuple[float, float]) -> Coverage:
    above = float((ends[:, 1] < truth).mean())
    below = float(((ends[:, 0] > truth) & (ends[:, 1] >= truth)).mean())
    return Coverage(
        what=what,
        population=population,
        n=n,
        covered=1 - above - below,
        truth_above=above,
        truth_below=below,
        runs=ends.shape[0],
        bar=bar,
    )
