"""The same customers in two shops: differences by day, per customer, and what the pairing was worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.statistics.intervals import Interval, TooFew, mean_interval
from simulations.statistics.paired import (
    Outcomes,
    difference_interval,
    ratio_difference,
    ratio_quotient,
    variance_reduction,
)
from simulations.statistics.ratios import DaySums, ratio_interval
from simulations.statistics.stopping import Goal, fresh_days, look

DAYS = np.arange(1, 241)


def shops(seed=45, days=DAYS):
    """Counter and cabinet: bad days are bad in both, and worse at the counter."""
    rng = np.random.default_rng(seed)
    trouble = rng.standard_gamma(0.9, days.size)
    counter = 54 + 4 * trouble + rng.standard_normal(days.size)
    cabinet = 46 + 3 * trouble + rng.standard_normal(days.size)
    return Outcomes.of(days, counter), Outcomes.of(days, cabinet)


def test_the_saving_is_taken_day_by_day():
    counter, cabinet = shops()
    found, by_hand = difference_interval(counter, cabinet), mean_interval(counter.values - cabinet.values)
    assert found == by_hand
    assert isinstance(found, Interval)
    assert found.holds(8 + 0.9)  # the truth of the made-up shops


def test_days_may_come_in_any_order_since_their_numbers_pair_them():
    counter, cabinet = shops()
    order = np.random.default_rng(1).permutation(DAYS.size)
    shuffled = Outcomes.of(counter.days[order], counter.values[order])
    assert difference_interval(shuffled, cabinet) == difference_interval(counter, cabinet)


def test_other_days_are_refused_and_the_first_odd_one_is_named():
    counter, _ = shops()
    _, cabinet = shops(days=DAYS + 1)
    with pytest.raises(ValueError, match="2 are in only one, the first is 1"):
        difference_interval(counter, cabinet)


@pytest.mark.parametrize(
    ("days", "values", "said"),
    [([1, 1], [5.0, 6.0], "stands twice"), ([1, 2], [5.0], "one value for each day"), ([1.5], [5.0], "whole numbers")],
)
def test_days_that_cannot_be_told_apart_are_refused(days, values, said):
    with pytest.raises(ValueError, match=said):
        Outcomes.of(days, values)


def test_a_difference_of_99_days_is_too_few():
    counter, cabinet = shops(days=DAYS[:99])
    found = difference_interval(counter, cabinet)
    assert isinstance(found, TooFew)
    assert (found.n, found.needed) == (99, 100)


def test_the_pairing_is_worth_days_and_chance_of_other_customers_is_worth_none():
    counter, cabinet = shops()
    _, strangers = shops(seed=46)
    assert variance_reduction(counter, cabinet) > 3
    assert variance_reduction(counter, strangers) == pytest.approx(1.0, abs=0.3)
    assert variance_reduction(counter, counter) == float("inf")


def test_two_scenarios_with_the_same_days_to_the_bit_are_said_to_show_no_difference():
    counter, _ = shops()
    found = difference_interval(counter, counter)
    assert isinstance(found, TooFew)
    assert "same figure" in found.why


def test_the_last_bits_of_a_division_are_no_difference_between_shops():
    counter, _ = shops()
    converted = Outcomes.of(DAYS, counter.values * 60_000 / 7 / 60_000 * 7)
    assert (converted.values != counter.values).sum() > 10
    assert isinstance(difference_interval(counter, converted), TooFew)


def minutes(seed, saving=0.0, days=240):
    rng = np.random.default_rng(seed)
    customers = rng.poisson(62, days).astype(float)
    slow = rng.standard_gamma(4, days) / 4
    return DaySums.of(customers * (40 + 10 * slow * customers / 62 - saving), customers)


def test_per_customer_counts_busy_days_more_than_the_mean_of_day_means():
    sums = minutes(1)
    per_customer, per_day = ratio_interval(sums), mean_interval(sums.totals / sums.counts)
    assert isinstance(per_customer, Interval)
    assert isinstance(per_day, Interval)
    assert per_customer.point == pytest.approx(sums.totals.sum() / sums.counts.sum())
    assert per_customer.point > per_day.point


def test_with_equally_many_customers_each_day_both_means_and_both_intervals_are_one():
    days = np.random.default_rng(2).standard_gamma(0.9, 150) + 50
    per_customer = ratio_interval(DaySums.of(days * 62, np.full(150, 62.0)))
    per_day = mean_interval(days)
    assert isinstance(per_customer, Interval)
    assert isinstance(per_day, Interval)
    assert (per_customer.low, per_customer.high) == pytest.approx((per_day.low, per_day.high), rel=1e-9)


def test_the_jackknife_leaves_out_each_day_once():
    sums = minutes(3, days=120)
    left_out = [np.delete(sums.totals, d).sum() / np.delete(sums.counts, d).sum() for d in range(120)]
    error = np.sqrt(119 / 120 * ((left_out - np.mean(left_out)) ** 2).sum())  # Efron's formula
    found = ratio_interval(sums)
    assert isinstance(found, Interval)
    assert found.half_width / error == pytest.approx(1.9801, rel=0.02)


def test_a_saving_per_customer_and_a_quotient_are_paired_too():
    counter, cabinet = minutes(4), minutes(4, saving=9.0)
    saved, times = ratio_difference(counter, cabinet), ratio_quotient(counter, cabinet)
    assert isinstance(times, Interval)
    assert times.holds(50 / 41)
    assert times.half_width < 0.02
    assert isinstance(saved, TooFew)  # 9 minutes on every single day: nothing varies but rounding


@pytest.mark.parametrize(
    ("totals", "counts", "said"),
    [
        ([1.0, 2.0], [1.0], "both for every day"),
        ([1.0, 2.0], [1.0, 0.0], "at least two days"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, -1.0], "negative"),
    ],
)
def test_sums_that_cannot_be_divided_are_refused(totals, counts, said):
    with pytest.raises(ValueError, match=said):
        DaySums.of(totals, counts)


PILOT = np.random.default_rng(9).standard_gamma(0.9, 40) * 4 + 54


def test_a_pilot_says_how_many_fresh_days_a_width_takes():
    n = fresh_days({"repair": PILOT}, [Goal(metric="repair", half_width=0.3)])
    assert n == int(np.ceil((2.022691 * PILOT.std(ddof=1) / 0.3) ** 2))  # t table, 39 df
    assert fresh_days({"repair": PILOT}, [Goal(metric="repair", half_width=30.0)]) == 100  # never less than honest
    assert fresh_days({"saving": PILOT}, [Goal(metric="saving", half_width=30.0)], days_min=200) == 200


def test_two_metrics_share_the_level_and_the_greedier_sets_the_days():
    one = [Goal(metric="repair", half_width=0.3)]
    two = [*one, Goal(metric="queue", relative=0.5)]
    pilot = {"repair": PILOT, "queue": PILOT}
    assert fresh_days(pilot, two) > fresh_days(pilot, one)
    seen = look({"repair": np.tile(PILOT, 3), "queue": np.tile(PILOT, 3)}, two)
    assert {estimate.level for estimate in seen.estimates.values()} == {0.975}


def test_a_look_before_a_hundred_days_only_says_how_many_are_missing():
    seen = look({"repair": PILOT}, [Goal(metric="repair", relative=0.9)])
    assert (seen.done, seen.more) == (False, 60)
    assert isinstance(seen.estimates["repair"], TooFew)


def test_the_looks_end_when_every_metric_is_narrow_enough_and_not_before():
    days = np.random.default_rng(10).standard_gamma(0.9, 3000) * 4 + 54
    goals = [Goal(metric="repair", half_width=0.3), Goal(metric="queue", half_width=0.5)]
    n, looks = 100, 0
    while not (seen := look({"repair": days[:n], "queue": days[:n]}, goals)).done:
        assert any(isinstance(e, Interval) and e.half_width > 0.3 for e in seen.estimates.values())
        n, looks = n + seen.more, looks + 1
        assert looks < 20
    assert all(isinstance(e, Interval) and e.half_width <= 0.3 for e in seen.estimates.values())


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ({}, "either half_width or relative"),
        ({"half_width": 1.0, "relative": 0.1}, "either"),
        ({"relative": 0.0}, "above 0"),
    ],
)
def test_a_goal_without_a_width_or_with_two_is_refused(goal, said):
    with pytest.raises(ValueError, match=said):
        Goal(metric="repair", **goal)


def test_what_cannot_be_planned_is_refused():
    with pytest.raises(ValueError, match="at least 20 days"):
        fresh_days({"repair": PILOT[:19]}, [Goal(metric="repair", half_width=1.0)])
    with pytest.raises(ValueError, match="ask for wider"):
        fresh_days({"repair": PILOT}, [Goal(metric="repair", half_width=0.001)])
    with pytest.raises(ValueError, match="there are no days of this metric"):
        fresh_days({"repair": PILOT}, [Goal(metric="queue", half_width=1.0)])
    with pytest.raises(ValueError, match="mean of 0"):
        fresh_days({"saving": np.array([-1.0, 1.0] * 15)}, [Goal(metric="saving", relative=0.1)])


@given(st.integers(0, 10**6), st.floats(0.1, 2))
def test_half_the_width_takes_four_times_the_days(seed, width):
    pilot = {"repair": np.random.default_rng(seed).standard_gamma(0.9, 30) * 4 + 54}
    wide, narrow = (fresh_days(pilot, [Goal(metric="repair", half_width=w)], days_min=10) for w in (width, width / 2))
    assert narrow <= 40 or narrow == pytest.approx(4 * wide, abs=4)
