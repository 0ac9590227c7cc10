"""From plays to verdicts: inside an interval that is narrow enough, equal to the millisecond, or likely enough."""

from collections.abc import Sequence
from statistics import fmean
from typing import Final, Protocol

from msgspec import Struct
from scipy import stats

from shopfloor.contract.actor import MINUTE
from simulations.oracles.hall import Played
from simulations.statistics.coverage import SHARE_BAR, SIMULTANEOUS_BAR, STOPPING_BAR, Coverage
from simulations.statistics.intervals import DAYS_FLOOR, TooFew, mean_interval
from simulations.statistics.samples import LEVEL

CONFIDENCE: Final = 0.99
"""Of every interval here. With another seed one honest oracle in a hundred falls outside."""
LIKELY: Final = 0.001
"""A χ² that is less likely than this fails."""
EQUAL: Final = 1e-9
OTHER_BARS: Final = {
    SHARE_BAR: "a share moves in steps of one trial, so none can keep 0.95 everywhere",
    SIMULTANEOUS_BAR: "several at once promise at least 0.95",
    STOPPING_BAR: "the days themselves decide how many are played",
}
"""Why an interval is held to another bar than a mean of days."""


class Verdict(Struct, frozen=True, kw_only=True):
    """What one oracle said."""

    name: str
    closed_form: float
    measured: float
    relative_error: float
    """Of the measured; where single numbers are compared, the largest of all."""
    low: float
    high: float
    """The 99 % interval; where there is none, between what bounds the measured lies, or must lie."""
    half_width_relative: float
    """Of the interval, in closed forms; 0 where there is none."""
    bar: float
    """The half-width may not be larger; without an interval, the error (of a χ²: its likelihood may not be smaller)."""
    passed: bool
    words: str


class Judge(Protocol):
    """Makes verdicts of all plays of one oracle."""

    def judge(self, plays: Sequence[Played]) -> tuple[Verdict, ...]: ...


class Form(Struct, frozen=True):
    """A closed form for one thing that is measured."""

    name: str
    truth: float
    bar: float


class Inside(Struct, frozen=True):
    """The closed form lies inside the 99 % interval of independent plays, and the interval is narrow: a wide one always
    passes. There is one form for each thing that is measured."""

    forms: tuple[Form, ...]

    def judge(self, plays: Sequence[Played]) -> tuple[Verdict, ...]:
        columns = zip(*(play.measured for play in plays), strict=True)
        return tuple(inside(form, column) for form, column in zip(self.forms, columns, strict=True))


def inside(form: Form, means: Sequence[float]) -> Verdict:
    """``means`` of independent plays of dozens of relaxation times each: tame enough for an interval from few."""
    estimate = mean_interval(means, level=CONFIDENCE, days_min=DAYS_FLOOR)
    if isinstance(estimate, TooFew):
        return _verdict_of(form, fmean(means), fmean(means), fmean(means), passed=False, words=estimate.why)
    holds, width = estimate.holds(form.truth), estimate.half_width / form.truth
    found = "holds" if holds else "misses"
    wide = "" if width <= form.bar else f", wider than ±{form.bar:.1%}"
    words = f"{len(means)} plays: {estimate.low:.4g} to {estimate.high:.4g} {found} {form.truth:.4g}{wide}"
    passed = holds and width <= form.bar
    return _verdict_of(form, estimate.point, estimate.low, estimate.high, passed=passed, words=words)


def _verdict_of(form: Form, point: float, low: float, high: float, *, passed: bool, words: str) -> Verdict:
    return Verdict(
        name=form.name,
        closed_form=form.truth,
        measured=point,
        relative_error=abs(point / form.truth - 1),
        low=low,
        high=high,
        half_width_relative=(high - low) / 2 / form.truth,
        bar=form.bar,
        passed=passed,
        words=words,
    )


class Equal(Struct, frozen=True):
    """Every single wait is that of the recursion. Plays measure the sum of the recursion's waits, that of the stage's,
    the largest difference of two waits, all in ms, and how many they were."""

    name: str

    def judge(self, plays: Sequence[Played]) -> tuple[Verdict, ...]:
        theirs, ours, largest, waits = zip(*(play.measured for play in plays), strict=True)
        off, count = max(largest), round(sum(waits))
        words = f"{count:,} single waits, the largest difference is {off:.0f} ms"
        return (_exact(self.name, sum(theirs) / count / MINUTE, sum(ours) / count / MINUTE, off / MINUTE, words),)


def little(plays: Sequence[Played]) -> Verdict:
    """∫N dt = the sum of all stays, in every one of the plays, to the millisecond (Little 1961, as an identity)."""
    largest = max(abs(play.present_ms - play.stays_ms) for play in plays)
    present, stays = (fmean(of) / MINUTE for of in zip(*((p.present_ms, p.stays_ms) for p in plays), strict=True))
    words = f"{sum(play.stays_ms > 0 for play in plays):,} plays, the largest difference is {largest} ms"
    return _exact("Little: ∫N dt and the sum of all stays (min)", stays, present, largest / MINUTE, words)


def _exact(name: str, truth: float, measured: float, off: float, words: str) -> Verdict:
    """``off`` is the largest single difference, in the unit of ``truth``."""
    error = off / truth if truth else off
    return Verdict(
        name=name,
        closed_form=truth,
        measured=measured,
        relative_error=error,
        low=measured,
        high=measured,
        half_width_relative=0,
        bar=EQUAL,
        passed=error <= EQUAL,
        words=words,
    )


class ByHour(Struct, frozen=True):
    """Poisson counts, hour by hour: their means are those of the rates, and their variances are their means. Plays
    measure the sums over ``days`` of each hour's customers, then the sums of their squares."""

    means: tuple[float, ...]
    days: int
    bar: float
    """How far variance/mean may be from 1 in any hour."""

    def judge(self, plays: Sequence[Played]) -> tuple[Verdict, ...]:
        totals = [sum(of) for of in zip(*(play.measured for play in plays), strict=True)]
        sums, squares, days = totals[: len(self.means)], totals[len(self.means) :], self.days * len(plays)
        return self._means(sums, days), self._spread(sums, squares, days)

    def _means(self, sums: Sequence[float], days: int) -> Verdict:
        free = len(self.means)
        chi2 = sum((seen - days * mean) ** 2 / (days * mean) for seen, mean in zip(sums, self.means, strict=True))
        likely = float(stats.chi2.sf(chi2, free))
        return Verdict(
            name="Arrivals: χ² of the hours' means",
            closed_form=free,
            measured=chi2,
            relative_error=abs(chi2 / free - 1),
            low=0,
            high=float(stats.chi2.isf(LIKELY, free)),
            half_width_relative=0,
            bar=LIKELY,
            passed=likely > LIKELY,
            words=f"{days:,} days: p = {likely:.3f}, and must be above {LIKELY}",
        )

    def _spread(self, sums: Sequence[float], squares: Sequence[float], days: int) -> Verdict:
        ratios = [(square - total**2 / days) / (days - 1) / (total / days)
                  for total, square in zip(sums, squares, strict=True)]  # fmt: skip
        low, high = min(ratios), max(ratios)
        off = max(1 - low, high - 1)
        return Verdict(
            name="Arrivals: variance/mean of each hour",
            closed_form=1,
            measured=fmean(ratios),
            relative_error=off,
            low=low,
            high=high,
            half_width_relative=0,
            bar=self.bar,
            passed=off <= self.bar,
            words=f"{days:,} days: {low:.3f} to {high:.3f} in {len(ratios)} hours",
        )


def promised(row: Coverage) -> Verdict:
    """Whether an interval held the truth as often as it says, in so many runs that chance cannot hide that it did not:
    few runs always pass."""
    low, high = row.bar
    room = max(LEVEL - low, high - LEVEL)
    clear = row.noise <= room
    ran = f"{row.runs:,} runs" if row.runs else "all cases added up"
    why = f" ({OTHER_BARS[row.bar]})" if row.bar in OTHER_BARS else ""
    return Verdict(
        name=f"Coverage: {row.what}, {row.population}, n = {row.n}",
        closed_form=LEVEL,
        measured=row.covered,
        relative_error=abs(row.covered / LEVEL - 1),
        low=row.covered - row.noise,
        high=row.covered + row.noise,
        half_width_relative=row.noise / LEVEL,
        bar=room / LEVEL,
        passed=row.kept and clear,
        words=f"{ran}: {row.covered:.3f} ± {row.noise:.3f}, and must be {low} to {high}{why}"
        + ("" if clear else f"; too few runs, chance may move it by {room:.2f} at most"),
    )
