"""Which parameter of the twin each thing in a journal stands for: the one table between the two.

A value is taken over only where there is enough behind it; otherwise the assumed value stands, with the reason.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from simulations.journals.arrivals import Arrivals
from simulations.journals.calibration import Counted, StepFit, Value, Verdict
from simulations.journals.families import LOGNORMAL, TRIANGULAR
from simulations.journals.fitting import LEAST_N, Estimate
from simulations.journals.machines import Drives, Plain
from simulations.journals.patience import Patience
from simulations.scenarios.table import ROWS

STEP_KEYS: Final = {
    "intake": ("work.intake_min", 0.0),
    "diagnosis": ("work.diagnosis_min", 0.0),
    "quote": ("work.quote_min", 0.0),
    "check": ("work.check_min", 0.0),
    "goodbye": ("work.goodbye_min", 0.0),
    "advice": ("work.advice_min", 0.5),
}
"""Step → parameter, and the minutes that are seen besides: the twin's engineers look half a minute for a repair before
they begin to advise."""

LABOUR_KEYS: Final = {"teardown": "work.teardown_min", "repair": "work.repair_min"}
"""Steps whose length goes by model and fault: the catalogue's rows stand, and work.scale says how far off they are."""

COVERED: Final = 0.95
"""Of the opening hours, before a day's total is believed."""
LEAST_K: Final = 5
"""Of a rare thing: with fewer there is an interval but no point, unless the assumed value lies outside of it."""
LEAST_VISITS: Final = 30
REALLY_SURE: Final = 0.25
"""A half-width of more than a quarter of the value, and it is said."""


def assumed(key: str) -> Value:
    """What the twin takes without a journal."""
    value = ROWS[key].default
    assert not isinstance(value, str | bool), key
    return value


def kept(key: str, n: int, words: str, low: float | None = None, high: float | None = None) -> Verdict:
    """The assumed value stands."""
    return Verdict(key=key, assumed=assumed(key), value=None, low=low, high=high, n=n, words=f"kept (assumed): {words}")


def taken(key: str, value: Value, estimate: Estimate, n: int, words: str = "") -> Verdict:
    vague = estimate.high - estimate.low > 2 * REALLY_SURE * abs(estimate.value)
    said = "; ".join(each for each in (words, "a wide interval" if vague else "") if each)
    return Verdict(key=key, assumed=assumed(key), value=value, low=estimate.low, high=estimate.high, n=n, words=said)


# ── each part of a calibration ──────────────────────────────────────────────────────────────────


def of_arrivals(all_: Sequence[Arrivals]) -> Iterator[Verdict]:
    for arrivals in all_:
        if arrivals.kind == "repair" and arrivals.day_type == "normal":
            yield from _of_repairs(arrivals)


def _of_repairs(arrivals: Arrivals) -> Iterator[Verdict]:
    n = sum(hour.count for hour in arrivals.hours)
    if n < LEAST_VISITS:
        words = f"{n} repair visits are too few"
    elif arrivals.covered < COVERED:
        words = f"only {arrivals.covered:.0%} of the opening hours were seen"
    else:
        words = ""
    if words:
        yield kept("demand.repairs_a_day", n, words, arrivals.a_day.low, arrivals.a_day.high)
        yield kept("demand.weights", n, words)
        return
    spread = "days differ more than chance: interval widened" if arrivals.overdispersed else ""
    yield taken("demand.repairs_a_day", _round(arrivals.a_day.value), arrivals.a_day, n, spread)
    weights = tuple(_round(100 * hour.count / n) for hour in arrivals.hours)
    yield Verdict(key="demand.weights", assumed=assumed("demand.weights"), value=weights, low=None, high=None, n=n,
                  words="shape of repair visits; intervals by the hour are in the arrivals")  # fmt: skip


def of_patience(patience: Patience | None, left: int) -> Iterator[Verdict]:
    keys = ("demand.patience_median_min", "demand.patience_sigma", "shares.call_no_show")
    if patience is None:
        for key in keys:
            yield kept(key, left, f"{left} gave up and said so; too few to fit a patience")
        return
    n = patience.left + patience.came + patience.missed + patience.closed
    words = f"{patience.left} gave up, the others are cut"
    yield taken(keys[0], _round(patience.median_min.value), patience.median_min, n, words)
    if patience.family == LOGNORMAL.name:
        yield taken(keys[1], _round(patience.numbers["sigma"].value), patience.numbers["sigma"], n)
    else:
        yield kept(keys[1], n, f"a {patience.family} fits better than the log-normal that the twin draws")
    yield taken(keys[2], _round(patience.never.value), patience.never, n, "without those who had left in silence")


def of_steps(steps: Sequence[StepFit]) -> Iterator[Verdict]:
    by_mean: list[tuple[int, float]] = []
    for step in steps:
        if step.step in LABOUR_KEYS:
            words = "goes by model and fault: the catalogue's rows, times work.scale"
            yield kept(LABOUR_KEYS[step.step], step.times.n if step.times else 0, words)
            continue
        key, besides = STEP_KEYS[step.step]
        if step.fit is None:
            yield kept(key, step.times.n if step.times else 0, step.words)
            continue
        value: tuple[float, ...]
        if step.fit.family == TRIANGULAR.name:
            value = tuple(_round(step.fit.numbers[name].value - besides) for name in TRIANGULAR.names)
        else:
            value = (_round(step.fit.mean.value - besides),)
            by_mean.append((step.fit.n, step.fit.cv.value))
        words = f"{step.fit.family}{', but no family fits' if step.fit.rejected else ''}; the interval is the mean's"
        yield taken(key, value, _times(step.fit.mean, besides), step.fit.n, words)
    if by_mean:
        n = sum(n for n, _ in by_mean)
        cvs = [cv for _, cv in by_mean]
        cv = sum(n * cv for n, cv in by_mean) / n
        pooled = Estimate(value=cv, low=min(cvs), high=max(cvs))
        yield taken(
            "work.cv", _round(cv), pooled, n, "of the steps given by a mean; from the least to the most of them"
        )


def _times(estimate: Estimate, besides: float) -> Estimate:
    value, low, high = (each - besides for each in (estimate.value, estimate.low, estimate.high))
    return Estimate(value=value, low=low, high=high)


def of_scale(scale: Estimate | None, n: int) -> Iterator[Verdict]:
    if scale is None or n < LEAST_N:
        yield kept("work.scale", n, f"{n} clean repairs are too few")
    else:
        yield taken("work.scale", _round(scale.value), scale, n, "hands-on repair over the catalogue's labour")


def of_shares(shares: Sequence[Counted]) -> Iterator[Verdict]:
    for counted in shares:
        if not counted.key:
            continue
        share = counted.share
        default = assumed(counted.key)
        assert isinstance(default, int | float)
        outside = not share.low <= default <= share.high
        if share.value is None or (share.n < LEAST_N and not outside):
            yield kept(counted.key, share.n, f"{share.k} of {share.n} {counted.of}: too few", share.low, share.high)
        elif share.k < LEAST_K and not outside:
            words = f"{share.k} of {share.n} {counted.of}: rare, and {default:g} lies in the interval"
            yield kept(counted.key, share.n, words, share.low, share.high)
        else:
            words = "outside of what was assumed" if outside else ""
            estimate = Estimate(value=share.value, low=share.low, high=share.high)
            yield taken(counted.key, _round(share.value), estimate, share.n, words)


def of_machines(drives: Drives | None, loading: Plain | None) -> Iterator[Verdict]:
    if drives is None:
        yield kept("robots.speed_mps", 0, "too few drives over different ways")
    else:
        yield taken("robots.speed_mps", _round(drives.speed_mps.value), drives.speed_mps, drives.n,
                    f"turning and traffic in it; {drives.fixed_s.value:.1f} s on every drive besides")  # fmt: skip
    if loading is None or loading.n < LEAST_N:
        yield kept("robots.load_min", loading.n if loading else 0, "too few loadings")
    else:
        yield taken("robots.load_min", _round(loading.mean.value), loading.mean, loading.n)


def _round(number: float) -> float:
    """Four significant digits: more would pretend."""
    return float(f"{number:.4g}")
