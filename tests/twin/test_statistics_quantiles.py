"""p90 over customers from day histograms, and whether the intervals of all kinds keep what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulations.statistics.coverage import (
    STOPPING_BAR,
    mean_coverage,
    quantile_coverage,
    share_coverage,
    stopping_coverage,
)
from simulations.statistics.intervals import Interval, TooFew
from simulations.statistics.populations import Shop, gamma, log_normal, normal
from simulations.statistics.quantiles import (
    linearised,
    quantile_difference,
    quantile_interval,
    quantiles_of,
)

EDGES = np.arange(0.0, 402.0, 2.0)


def customers(seed, days):
    """Minutes of each day's customers, in a shop where all customers of a day share its trouble."""
    rng = np.random.default_rng(seed)
    return [45 * rng.lognormal(0, 0.25) * rng.lognormal(0, 0.35, 20 + rng.poisson(42)) for _ in range(days)]


def rows(days):
    return np.stack([np.histogram(minutes, EDGES)[0].astype(np.float64) for minutes in days])


@given(st.integers(0, 10**6), st.floats(0.05, 0.95))
def test_the_quantile_of_the_histogram_is_that_of_the_customers_to_within_a_bin(seed, q):
    days = customers(seed, 5)
    found = quantiles_of(rows(days).sum(axis=0), EDGES, q)
    assert found == pytest.approx(np.quantile(np.concatenate(days), q, method="inverted_cdf"), abs=2.0)


def test_the_p90_of_days_has_about_the_width_of_a_bootstrap_over_days():
    histograms = rows(customers(1, 150))
    found = quantile_interval(histograms, EDGES, 0.9)
    assert isinstance(found, Interval)

    def p90(day, axis):
        return quantiles_of(histograms[day].sum(axis=axis - 1), EDGES, 0.9)

    bootstrap = stats.bootstrap(
        (np.arange(150),),
        p90,
        n_resamples=999,
        batch=100,
        vectorized=True,
        axis=-1,
        method="percentile",
        rng=np.random.default_rng(2),
    ).confidence_interval
    assert found.low < found.point < found.high
    assert found.half_width == pytest.approx((bootstrap.high - bootstrap.low) / 2, rel=0.2)


def test_customers_of_one_day_are_not_independent_and_the_interval_knows():
    histograms = rows(customers(3, 120))
    found = quantile_interval(histograms, EDGES, 0.9)
    assert isinstance(found, Interval)
    pooled = np.concatenate(customers(3, 120))
    naive = stats.quantile_test(pooled, p=0.9).confidence_interval(0.95)
    assert found.half_width > 1.5 * (naive.high - naive.low) / 2


def test_the_order_of_days_does_not_matter_to_the_p90():
    histograms = rows(customers(4, 110))
    shuffled = histograms[np.random.default_rng(5).permutation(110)]
    one, other = quantile_interval(histograms, EDGES, 0.9), quantile_interval(shuffled, EDGES, 0.9)
    assert isinstance(one, Interval)
    assert isinstance(other, Interval)
    assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-9)


def test_the_pulls_of_all_days_on_a_quantile_balance():
    days = customers(6, 130)
    point, pull = linearised(rows(days), EDGES, 0.9)
    slowest = int(np.argmax([np.median(minutes) for minutes in days]))
    assert pull[slowest] > 0
    assert pull.sum() == pytest.approx(0, abs=1e-6)
    assert point == quantiles_of(rows(customers(6, 130)).sum(axis=0), EDGES, 0.9)


def test_a_p90_saving_on_the_same_days_is_narrower_than_two_p90s_apart():
    days = customers(7, 220)
    slow, quick = rows(days), rows([minutes * 0.8 for minutes in days])
    saving = quantile_difference(slow, quick, EDGES, 0.9)
    alone = [quantile_interval(histograms, EDGES, 0.9) for histograms in (slow, quick)]
    assert isinstance(saving, Interval)
    assert all(isinstance(one, Interval) for one in alone)
    assert saving.holds(0.2 * alone[0].point)
    assert saving.half_width < 0.5 * np.hypot(alone[0].half_width, alone[1].half_width)


def test_too_few_days_have_no_p90_interval():
    histograms = rows(customers(8, 199))
    assert quantile_interval(histograms[:99], EDGES, 0.9) == TooFew(
        n=99, needed=100, why="99 days, 100 are needed for an interval"
    )
    assert isinstance(quantile_difference(histograms[:99], histograms[99::-1][:99], EDGES, 0.9), TooFew)


def test_a_shop_in_which_everybody_takes_as_long_has_a_p90_but_no_spread_to_judge_by():
    same = np.zeros((200, 200))
    same[:, 25] = 60
    found = quantile_interval(same, EDGES, 0.9)
    assert isinstance(found, TooFew)
    assert "same figure" in found.why
    assert isinstance(quantile_difference(same, same, EDGES, 0.9), TooFew)


@pytest.mark.parametrize(
    ("histograms", "edges", "q", "said"),
    [
        (np.ones((100, 200)), EDGES, 1.0, r"such as 0\.9"),
        (np.ones((100, 200)), EDGES, 90, r"such as 0\.9"),
        (np.ones((100, 199)), EDGES, 0.9, "200 borders"),
        (np.zeros((100, 200)), EDGES, 0.9, "at least two days"),
        (np.ones((100, 1)), [5.0, 5.0], 0.9, "rising"),
        (np.ones(100), EDGES, 0.9, "one row"),
    ],
)
def test_histograms_that_have_no_quantile_are_refused(histograms, edges, q, said):
    with pytest.raises(ValueError, match=said):
        quantile_interval(histograms, edges, q)


RNG = np.random.default_rng(14)


@pytest.mark.parametrize("population", [normal(), gamma(2.1), log_normal(2.4)], ids=lambda population: population.name)
def test_a_hundred_lopsided_days_keep_the_promise(population):
    found = mean_coverage(population, 100, RNG)
    assert found.kept, found


def test_ten_days_do_not_and_the_measurement_notices():
    """The sister: at ten days the same interval misses the bar, mostly because the truth lies above it."""
    found = mean_coverage(log_normal(2.4), 10, RNG, runs=60_000)
    assert not found.kept
    assert found.truth_above > 2 * found.truth_below


def test_the_p90_keeps_its_promise_in_a_shop_whose_truth_is_known():
    assert quantile_coverage(100, RNG, runs=500).kept


def test_the_made_up_shop_has_the_truth_that_it_claims():
    shop = Shop()
    sums = shop.sums(np.random.default_rng(3), (200_000,))
    assert sums.totals.sum() / sums.counts.sum() == pytest.approx(shop.mean_per_customer, rel=0.005)
    slow, quick = shop.histograms(np.random.default_rng(4), 20_000, EDGES)
    for z in (0.0, 1.2815515655446004):
        q = stats.norm.cdf(z)
        assert quantiles_of(slow.sum(axis=0), EDGES, q) == pytest.approx(shop.quantile(z), rel=0.01)
        assert quantiles_of(quick.sum(axis=0), EDGES, q) == pytest.approx(shop.quick_quantile(z), rel=0.01)


def test_wilson_s_coverage_is_added_up_and_not_measured():
    found = share_coverage(200, 0.4)
    assert found.noise == 0
    assert found.kept
    assert found.covered == pytest.approx(0.9489, abs=1e-3)


def test_both_honest_ways_to_stop_keep_093():
    for found in stopping_coverage(gamma(2.1), RNG, runs=400):
        assert found.bar == STOPPING_BAR
        assert found.kept, found
