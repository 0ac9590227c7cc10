"""What the page may print about a mean or a share, and when it must say "too few days"."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import optimize, stats

from simulations.statistics.intervals import (
    DAYS_MIN,
    Interval,
    TooFew,
    exact_share_interval,
    mean_interval,
    share_interval,
)

LOPSIDED = np.random.default_rng(58).standard_gamma(0.9, 120) * 3 + 55
DAYS = arrays(np.float64, DAYS_MIN, elements=st.floats(30, 90).map(lambda x: round(x, 3)), unique=True)


def printed(estimate):
    assert isinstance(estimate, Interval), estimate
    return estimate


def test_days_without_skewness_get_student_s_interval():
    days = np.concatenate([57 - np.arange(1, 61), 57 + np.arange(1, 61)]).astype(float)
    ours = printed(mean_interval(days))
    low, high = stats.ttest_1samp(days, 0).confidence_interval(0.95)
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-12)
    assert ours.half_width == pytest.approx(1.980100 * days.std(ddof=1) / math.sqrt(120), rel=1e-6)  # t table, 119 df


def test_lopsided_days_get_willink_s_ends_which_solve_hall_s_cubic():
    n, s = LOPSIDED.size, LOPSIDED.std(ddof=1)
    a = stats.skew(LOPSIDED, bias=False) / (6 * math.sqrt(n))

    def end(quantile):
        bent = optimize.brentq(lambda g: a + g + 2 * a * g**2 + 4 / 3 * a**2 * g**3 - quantile, -9, 9)
        return LOPSIDED.mean() - bent * s / math.sqrt(n)

    t = stats.t.ppf(0.975, n - 1)
    ours = printed(mean_interval(LOPSIDED))
    assert (ours.low, ours.high) == pytest.approx((end(t), end(-t)), rel=1e-10)
    assert ours.high - ours.point > ours.point - ours.low  # the long tail is above, so is the doubt


def test_ninety_nine_days_are_too_few_and_a_hundred_are_not():
    assert mean_interval(LOPSIDED[:99]) == TooFew(n=99, needed=100, why="99 days, 100 are needed for an interval")
    assert printed(mean_interval(LOPSIDED[:100])).n == 100


def test_days_that_all_gave_the_same_figure_are_no_proof_that_all_days_will():
    found = mean_interval(np.zeros(500))
    assert isinstance(found, TooFew)
    assert "all 500 days gave the same figure" in found.why


def test_three_odd_days_among_two_hundred_are_a_rumour_and_ten_are_news():
    days = np.zeros(200)
    days[:3] = 1.5, 2.5, 40
    found = mean_interval(days)
    assert isinstance(found, TooFew)
    assert found.why == "only 3 of 200 days differ from the rest"
    assert found.needed == 667
    days[:10] = 2.0
    assert printed(mean_interval(days)).n == 200


def test_a_share_has_the_ends_of_the_published_formulas():
    wilson, exact = share_interval(10, 100), exact_share_interval(10, 100)
    assert (wilson.low, wilson.high) == pytest.approx((0.05523, 0.17437), abs=1e-5)
    assert (exact.low, exact.high) == pytest.approx((0.04900, 0.17622), abs=1e-5)
    assert exact_share_interval(0, 50).high == pytest.approx(1 - 0.025 ** (1 / 50))  # closed form of none in fifty


def test_a_share_of_nothing_is_refused():
    for count, trials in ((0, 0), (-1, 10), (11, 10)):
        with pytest.raises(ValueError, match="between 0 and the number of trials"):
            share_interval(count, trials)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], "at least one day"),
        ([[1.0, 2.0]], "one number for each day"),
        ([1.0, math.nan, 2.0], "1 of 3 numbers are missing"),
        ([1.0, math.inf], "missing or infinite"),
    ],
)
def test_days_with_holes_are_refused_with_a_sentence(days, said):
    with pytest.raises(ValueError, match=said):
        mean_interval(days)


def test_nobody_can_ask_for_certainty_or_for_an_interval_of_nine_days():
    for level in (1.0, 0.3, 95):
        with pytest.raises(ValueError, match=r"such as 0\.95"):
            mean_interval(LOPSIDED, level=level)
    with pytest.raises(ValueError, match="at least 10 days"):
        mean_interval(LOPSIDED[:9], days_min=9)


@given(DAYS, st.floats(0.6, 0.98))
def test_more_confidence_is_a_wider_interval(days, level):
    narrow, wide = printed(mean_interval(days, level=level)), printed(mean_interval(days, level=level + 0.015))
    assert wide.low < narrow.low <= narrow.high < wide.high


@given(DAYS, st.randoms(use_true_random=False))
def test_the_order_of_days_does_not_matter(days, chance):
    shuffled = list(days)
    chance.shuffle(shuffled)
    one, other = printed(mean_interval(days)), printed(mean_interval(shuffled))
    assert (one.low, one.point, one.high) == pytest.approx((other.low, other.point, other.high), rel=1e-9)


@given(DAYS, st.floats(-500, 500), st.floats(0.1, 60))
def test_minutes_or_seconds_from_any_zero_give_the_same_statement(days, shift, scale):
    assume(np.ptp(days) > 1)
    one, other = printed(mean_interval(days)), printed(mean_interval(days * scale + shift))
    assert (other.low, other.high) == pytest.approx(
        (one.low * scale + shift, one.high * scale + shift), abs=1e-6 * scale
    )
    mirrored = printed(mean_interval(-days))
    assert (-mirrored.high, -mirrored.low) == pytest.approx((one.low, one.high), rel=1e-9)
