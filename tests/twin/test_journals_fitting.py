"""What is fitted is what was drawn: families, cut observations, goodness, shares, rates, breakdowns, patience."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulations.journals.counting import breakdowns_of, growth_p, poisson_rate, share_of, spread_of
from simulations.journals.families import FAMILIES, GAMMA, LOGNORMAL, TRIANGULAR, WEIBULL, Family, Numbers, Times
from simulations.journals.fitting import NOTHING, fit_times
from simulations.journals.machines import plain_of
from simulations.journals.patience import Waits, fit_patience

N = 500
JOURNALS = 25
"""Each family is recovered from so many journals here."""
TRUE: list[tuple[Family, Numbers]] = [
    (LOGNORMAL, (7.155, 0.4724)),  # mean 8, cv 0.5
    (GAMMA, (4.0, 2.0)),
    (WEIBULL, (2.1, 9.0)),
    (TRIANGULAR, (3.0, 5.0, 10.5)),
]
LAWS = {
    "log-normal": stats.lognorm(0.4724, scale=7.155),
    "gamma": stats.gamma(4.0, scale=2.0),
    "Weibull": stats.weibull_min(2.1, scale=9.0),
    "triangular": stats.triang(2 / 7.5, 3.0, 7.5),
}
"""The same, as scipy has them."""


def id_of(case: tuple[Family, Numbers]) -> str:
    return case[0].name


def cut_at_random(times: Times, rng: np.random.Generator) -> tuple[Times, Times]:
    """About three in ten are cut, by a clock that knows nothing of them."""
    ends = rng.exponential(2.6 * times.mean(), times.size)
    return times[times <= ends], ends[times > ends]


def found(times: Times, cut: Times) -> tuple[str, dict[str, Numbers]]:
    """The family of the smallest AIC, and what each family made of it."""
    fitted = {family.name: (family, family.fit(times, cut)) for family in FAMILIES}
    scores = {
        name: 2 * len(family.names) - 2 * family.log_likelihood(numbers, times, cut)
        for name, (family, numbers) in fitted.items()
    }
    return min(scores, key=lambda name: (scores[name], name)), {name: numbers for name, (_, numbers) in fitted.items()}


# ── families ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", TRUE, ids=id_of)
@pytest.mark.parametrize(("cut", "bar"), [(False, 0.05), (True, 0.08)], ids=["whole", "a third cut"])
def test_the_true_family_is_found_and_its_parameters_are_unbiased(
    case: tuple[Family, Numbers], cut: bool, bar: float
) -> None:
    """The bar: found in at least 80 of 100 journals, parameters within 5 % (8 % with three in ten cut)."""
    family, true = case
    rng = np.random.default_rng(7)
    hits, off = 0, []
    for _ in range(JOURNALS):
        drawn = family.draw(true, rng, N)
        name, numbers = found(*(cut_at_random(drawn, rng) if cut else (drawn, NOTHING)))
        hits += name == family.name
        own = numbers[family.name]
        off.append([family.mean(own) / family.mean(true), *(a / b for a, b in zip(own, true, strict=True))])
    mean_off = np.abs(np.mean(off, axis=0) - 1)
    assert hits >= 0.8 * JOURNALS
    assert mean_off.max() < bar
    assert np.quantile(np.abs(np.array(off)[:, 0] - 1), 0.9) < bar, "what the twin takes, the mean, nearly always"


def test_cut_times_taken_for_whole_ones_would_be_far_off() -> None:
    """The negative sister: forgetting that they were cut misses the bar by far."""
    rng = np.random.default_rng(3)
    times, cut = cut_at_random(LOGNORMAL.draw(TRUE[0][1], rng, N), rng)
    median = TRUE[0][1][0]
    assert LOGNORMAL.fit(times, cut)[0] == pytest.approx(median, rel=0.08)
    assert LOGNORMAL.fit(np.concatenate([times, cut]), NOTHING)[0] < 0.8 * median


def test_scipy_fits_the_same_parameters() -> None:
    rng = np.random.default_rng(1)
    drawn = GAMMA.draw((4.0, 2.0), rng, 300)
    shape, _, scale = stats.gamma.fit(drawn, floc=0)
    assert GAMMA.fit_whole(drawn) == pytest.approx((shape, scale), rel=1e-3)
    shape, _, scale = stats.weibull_min.fit(drawn, floc=0)
    assert WEIBULL.fit_whole(drawn) == pytest.approx((shape, scale), rel=1e-3)
    sigma, _, median = stats.lognorm.fit(drawn, floc=0)
    assert LOGNORMAL.fit_whole(drawn) == pytest.approx((median, sigma), rel=1e-3)
    times, cut = cut_at_random(drawn, rng)
    data = stats.CensoredData(uncensored=times, right=cut)
    shape, _, scale = stats.gamma.fit(data, floc=0)
    assert GAMMA.fit(times, cut) == pytest.approx((shape, scale), rel=1e-2)


@pytest.mark.parametrize("case", TRUE, ids=id_of)
def test_density_tail_and_moments_are_those_of_scipy(case: tuple[Family, Numbers]) -> None:
    family, p = case
    law = LAWS[family.name]
    times = np.linspace(3.2, 10.2, 15)
    assert family.log_density(p, times) == pytest.approx(law.logpdf(times), rel=1e-9)
    assert family.log_longer(p, times) == pytest.approx(law.logsf(times), rel=1e-6)
    assert family.cumulative(p, times) == pytest.approx(law.cdf(times), rel=1e-9)
    assert (family.mean(p), family.variance(p)) == pytest.approx((law.mean(), law.var()), rel=1e-9)


def test_goodness_accepts_what_was_drawn_and_rejects_a_mixture() -> None:
    rng = np.random.default_rng(2)
    assert fit_times("good", LOGNORMAL.draw(TRUE[0][1], rng, N), resamples=99).p > 0.01  # type: ignore[operator]
    two = np.concatenate([rng.normal(5, 0.3, 250), rng.normal(20, 0.5, 250)])
    mixed = fit_times("two kinds of work", two, resamples=199)
    assert mixed.rejected


def test_the_same_times_give_the_same_intervals_and_another_name_others() -> None:
    drawn = LOGNORMAL.draw(TRUE[0][1], np.random.default_rng(2), 100)
    assert fit_times("intake", drawn, resamples=19) == fit_times("intake", drawn, resamples=19)
    assert fit_times("intake", drawn, resamples=19) != fit_times("quote", drawn, resamples=19)


def test_the_interval_of_a_mean_covers_the_truth() -> None:
    """Nominal 95 %; 120 samples of 60: at least 88 % would be chance only once in hundreds."""
    rng = np.random.default_rng(4)
    held = 0
    for number in range(120):
        fit = fit_times(
            f"sample {number}", LOGNORMAL.draw((7.155, 0.4724), rng, 60), families=(LOGNORMAL,), resamples=99
        )
        held += fit.mean.low <= 8 <= fit.mean.high
    assert held >= 106


# ── counts ──────────────────────────────────────────────────────────────────────────────────────


@given(n=st.integers(1, 200), share=st.floats(0.01, 0.99))
@settings(max_examples=60)
def test_a_share_holds_its_own_value_and_scipys_exact_limits(n: int, share: float) -> None:
    k = round(n * share)
    ours = share_of(k, n)
    exact = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    assert (ours.low, ours.high) == pytest.approx((exact.low, exact.high), abs=1e-9)
    assert ours.value is not None
    assert ours.low <= ours.value <= ours.high


def test_nothing_seen_is_anything_from_0_to_1_and_zero_of_many_is_bounded() -> None:
    nothing, rare = share_of(0, 0), share_of(0, 300)
    assert (nothing.value, nothing.low, nothing.high) == (None, 0, 1)
    assert rare.high == pytest.approx(1 - 0.025 ** (1 / 300))


def test_zero_breakdowns_are_still_information() -> None:
    """After 100 hours without one, less than 100 ÷ ln 20 = 33 h between failures can be excluded."""
    none = breakdowns_of("robot", 0, 100, [])
    assert (none.mtbf_h, none.high_h) == (None, None)
    assert none.low_h == pytest.approx(100 / math.log(20))
    some = breakdowns_of("robot", 4, 100, [10, 20])
    assert some.high_h is not None
    assert some.low_h < 25 < some.high_h
    assert (some.mtbf_h, some.mttr_min) == (25, 15)


def test_rates_are_exact_and_wider_where_days_differ_more_than_chance() -> None:
    plain, wide = poisson_rate(40, 10), poisson_rate(40, 10, spread=4)
    assert (plain.low, plain.high) == pytest.approx((2.858, 5.447), abs=1e-3)
    assert wide.high - wide.low > 1.9 * (plain.high - plain.low) * 0.95


def test_dispersion_sees_days_that_differ_and_not_those_that_do_not() -> None:
    rng = np.random.default_rng(9)
    hours = np.array([4, 7, 8, 7, 5, 5, 8, 7])
    open_ = [[1.0] * 8] * 40
    calm = spread_of([[int(x) for x in rng.poisson(hours)] for _ in range(40)], open_)
    wild = spread_of([[int(x) for x in rng.poisson(hours * rng.gamma(3, 1 / 3))] for _ in range(40)], open_)
    assert calm is not None
    assert wild is not None
    assert calm.p > 0.001
    assert wild.p < 1e-6
    assert wild.ratio > 1.5 > calm.ratio
    assert spread_of([[1]] * 3, [[1.0]] * 3) is None, "three days say nothing about days"


def test_growth_over_days_is_seen_and_not_invented() -> None:
    rng = np.random.default_rng(5)
    growing = growth_p([int(x) for x in rng.poisson(np.linspace(30, 60, 28))])
    level = growth_p([int(x) for x in rng.poisson(np.full(28, 45))])
    assert growing is not None
    assert level is not None
    assert growing < 0.001 < level
    assert growth_p([40] * 13) is None


def test_two_times_are_the_fewest_that_have_a_mean_with_an_interval() -> None:
    assert plain_of([3.0]) is None
    two = plain_of([3.0, 5.0])
    assert two is not None
    assert two.mean.value == 4


# ── patience ────────────────────────────────────────────────────────────────────────────────────


def waits(n: int, seed: int, median: float = 35) -> Waits:
    """A crowded hall: log-normal patience, 4 % sit there and do not come, 30 % of leavers say nothing."""
    rng = np.random.default_rng(seed)
    seen = Waits(came=[], missed=[], left=[], closed=[])
    for patience, call, never, silent in zip(
        rng.lognormal(math.log(median), 0.6, n),
        rng.gamma(2, 14, n),
        rng.random(n) < 0.04,
        rng.random(n) < 0.3,
        strict=True,
    ):
        if patience < call and not silent:
            seen.left.append(patience)
        elif patience < call or never:
            seen.missed.append(call)
        else:
            seen.came.append(call)
    return seen


def test_patience_is_read_from_those_who_left_and_those_who_were_called_in_time() -> None:
    medians, nevers, silents = [], [], []
    for seed in range(8):
        patience = fit_patience(waits(600, seed), resamples=3)
        assert patience is not None
        medians.append(patience.median_min.value)
        nevers.append(patience.never.value)
        silents.append(patience.silent.value)
    assert np.mean(medians) == pytest.approx(35, rel=0.08)
    assert np.mean(nevers) == pytest.approx(0.04, abs=0.015)
    assert np.mean(silents) == pytest.approx(0.30, abs=0.06)


def test_those_who_left_alone_would_look_far_too_impatient() -> None:
    """The negative sister: without the censored ones the median is a quarter too small."""
    assert np.median(waits(600, 1).left) < 0.75 * 35


def test_where_hardly_anybody_left_no_patience_is_claimed() -> None:
    assert fit_patience(waits(600, 1, median=600)) is None
