"""Whose doing a change is, what the ranges of the parameters imply, and when a shop that never closes has settled."""

from fractions import Fraction
from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulations.statistics.attribution import attributed, day_shares
from simulations.statistics.hypercube import hit_share, latin_hypercube, prior_predictive, rank_regression
from simulations.statistics.intervals import Interval, TooFew

SWITCHES = ("cabinet", "prefetch", "stock", "e-sign")
MILLISECONDS = arrays(np.int64, (3, 16), elements=st.integers(0, 10_000_000))


def shapley_of_the_book(cell, switch):
    """Shapley's own formula over subsets, in fractions; ``cell`` maps a set of switches on to its value."""
    others = [s for s in range(4) if s != switch]
    value = Fraction(0)
    for size in range(4):
        weight = Fraction(factorial(size) * factorial(3 - size), factorial(4))
        for on in combinations(others, size):
            without = sum(1 << s for s in on)
            value += weight * (int(cell[without | 1 << switch]) - int(cell[without]))
    return value


@given(MILLISECONDS)
def test_the_shares_are_those_of_the_book_and_add_up_to_the_whole_change(cells):
    shares = day_shares(cells.astype(float))
    for day in range(3):
        book = [shapley_of_the_book(cells[day], switch) for switch in range(4)]
        assert shares[day] == pytest.approx([float(share) for share in book], rel=1e-12, abs=1e-9)
        assert sum(book) == int(cells[day, 15]) - int(cells[day, 0])
        assert np.rint(shares[day] * 24).sum() == 24 * (cells[day, 15] - cells[day, 0])  # exactly, in whole ms


def played(days=240, e_sign=-1.5):
    """Cells in which cabinet and stock save the same minutes only once, and e-sign adds up with everything."""
    rng = np.random.default_rng(16)
    trouble = rng.standard_gamma(0.9, days)
    signed = e_sign + 0.05 * rng.standard_normal(days)
    cells = np.empty((days, 16))
    for cell in range(16):
        cabinet, prefetch, stock, e = ((cell >> i) & 1 for i in range(4))
        cells[:, cell] = 50 + 8 * trouble - 6 * trouble * max(cabinet, stock) - prefetch * 2 * trouble + e * signed
    return cells


def test_what_two_switches_do_only_once_is_split_between_them():
    found = attributed(played(), SWITCHES)
    cabinet, _, stock, e_sign = found.shares
    assert [share.switch for share in found.shares] == list(SWITCHES)
    assert isinstance(cabinet.share, Interval)
    assert isinstance(cabinet.alone, Interval)
    assert cabinet.share.point == pytest.approx(stock.share.point)
    assert cabinet.share.point == pytest.approx(cabinet.alone.point / 2)
    assert isinstance(cabinet.last, TooFew)  # behind the other it does nothing on any day
    assert isinstance(e_sign.share, Interval)
    assert e_sign.share.point == pytest.approx(e_sign.alone.point)  # no interaction, so no matter when


def test_the_points_of_the_shares_add_up_to_the_total_s():
    found = attributed(played(), SWITCHES)
    assert isinstance(found.total, Interval)
    assert sum(share.share.point for share in found.shares) == pytest.approx(found.total.point, rel=1e-12)


def test_shares_are_paired_so_the_days_own_trouble_drops_out():
    cells = played()
    noisy = cells + 1000 * np.random.default_rng(1).standard_normal((240, 1))  # the same for all cells of a day
    one, other = attributed(cells, SWITCHES), attributed(noisy, SWITCHES)
    assert isinstance(one.shares[0].share, Interval)
    assert isinstance(other.shares[0].share, Interval)
    assert other.shares[0].share.half_width == pytest.approx(one.shares[0].share.half_width, rel=1e-6)


@settings(max_examples=30)
@given(MILLISECONDS, st.permutations(range(4)))
def test_the_order_in_which_switches_are_named_does_not_matter(cells, order):
    renamed = np.empty_like(cells)
    for cell in range(16):
        renamed[:, sum(((cell >> old) & 1) << new for new, old in enumerate(order))] = cells[:, cell]
    assert day_shares(renamed.astype(float)) == pytest.approx(day_shares(cells.astype(float))[:, order], abs=1e-6)


def test_cells_that_are_missing_or_too_few_days_are_said_so():
    with pytest.raises(ValueError, match="4 switches have 16 cells; got 15"):
        attributed(played()[:, :15], SWITCHES)
    with pytest.raises(ValueError, match="each once"):
        attributed(played(), ("C", "C", "S", "E"))
    with pytest.raises(ValueError, match="6 are the most"):
        attributed(np.ones((5, 128)), [str(i) for i in range(7)])
    assert isinstance(attributed(played()[:99], SWITCHES).total, TooFew)


RANGES = {"search": (0.8, 2.5), "way": (12.0, 35.0), "tickets": (50.0, 70.0), "speed": (0.8, 1.2)}


def test_every_parameter_meets_every_part_of_its_range_once():
    drawn = latin_hypercube(RANGES, 40, seed=28)
    for name, column in zip(drawn.names, drawn.values.T, strict=True):
        low, high = RANGES[name]
        assert sorted(np.floor((column - low) / (high - low) * 40).astype(int)) == list(range(40))
    assert drawn.row(3) == dict(zip(RANGES, drawn.values[3], strict=True))


def test_the_same_seed_draws_the_same_and_another_another():
    once, again, other = (latin_hypercube(RANGES, 40, seed=seed).values for seed in (1, 1, 2))
    assert (once == again).all()
    assert (once != other).all()


def test_the_regression_names_what_drives_the_saving_and_by_how_much():
    drawn = latin_hypercube(RANGES, 400, seed=3)
    search, way, tickets, _ = drawn.values.T
    found = rank_regression(drawn, np.exp(search) - 0.01 * way + 0 * tickets)
    assert found.drivers[0].name == "search"
    assert found.drivers[0].coefficient > 0.95
    assert found.drivers[1].name == "way"
    assert found.drivers[1].coefficient < 0
    assert found.r_squared > 0.95
    only = rank_regression(drawn, np.exp(search))  # bent, but always up: ranks see a straight line
    assert only.drivers[0].coefficient == pytest.approx(1.0, abs=1e-9)
    assert only.r_squared == pytest.approx(1.0)


def test_chance_alone_explains_next_to_nothing():
    drawn = latin_hypercube(RANGES, 400, seed=4)
    assert rank_regression(drawn, np.random.default_rng(5).standard_normal(400)).r_squared < 0.05


def test_draws_that_were_thrown_out_are_counted_and_not_looked_at():
    found = prior_predictive([45.0, 47.0, np.nan, 49.0, 900.0], [True, True, False, True, False])
    assert (found.feasible, found.drawn) == (3, 5)
    assert found.quantiles[0.5] == 47.0
    assert found.quantiles[0.975] == pytest.approx(48.9)


def test_p_hit_comes_with_its_binomial_interval():
    found = hit_share([True] * 24 + [False] * 159)
    assert found.n == 183
    assert (round(found.low, 2), round(found.point, 2), round(found.high, 2)) == (0.09, 0.13, 0.19)


@pytest.mark.parametrize(
    ("ranges", "said"),
    [({}, "at least 1 names"), ({"way": (3.0, 3.0)}, "way: give a range"), ({"way": (0.0, np.inf)}, "low below high")],
)
def test_ranges_that_are_none_are_refused(ranges, said):
    with pytest.raises(ValueError, match=said):
        latin_hypercube(ranges, 10, seed=1)


def test_a_regression_without_enough_to_go_by_is_refused():
    drawn = latin_hypercube(RANGES, 11, seed=1)
    with pytest.raises(ValueError, match="at least 12"):
        rank_regression(drawn, np.arange(11.0))
    with pytest.raises(ValueError, match="outcome: is the same in all draws"):
        rank_regression(latin_hypercube(RANGES, 20, seed=1), np.ones(20))
    with pytest.raises(ValueError, match="at least one that it is"):
        prior_predictive([1.0, 2.0], [False, False])
