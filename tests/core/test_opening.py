"""The books of a shop that opens for the first time (§9.2: how much stock it begins with)."""

from fractions import Fraction
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopfloor.contract.commands import Work
from shopfloor.core import stock
from shopfloor.core.floor import Floor
from shopfloor.core.opening import (
    consumable_levels,
    demand_a_day,
    opening_books,
    poisson_quantile,
    stock_levels,
)
from tests.core.at_the_cabinet import balanced
from tests.core.spoilt import called
from tests.core.story import CATALOGUE, LAYOUT, Story


def test_desks_loaners_and_cabinets_are_there_and_no_phone() -> None:
    books = opening_books(LAYOUT, CATALOGUE)
    assert list(books.desks) == list(LAYOUT.desks)
    assert {loaner.state for loaner in books.loaners.values()} <= {"IN_STOCK"}
    assert list(books.loaners) == list(LAYOUT.loaners)
    assert list(books.cabinets) == ["c1"]
    assert not books.phones
    assert not books.tickets


def test_every_part_begins_at_its_maximum_and_all_bins_are_used() -> None:
    books = opening_books(LAYOUT, CATALOGUE)
    for sku, level in stock_levels(CATALOGUE).items():
        assert len(books.free[sku]) == level.maximum
        assert books.stock_min[sku] == level.minimum
        assert books.received[sku] == level.maximum
    assert len(books.bins) == 240
    assert all(bin_.sku for bin_ in books.bins.values())


def test_p10_every_part_lies_in_two_bins_at_least() -> None:
    books = opening_books(LAYOUT, CATALOGUE)
    for sku in CATALOGUE.parts:
        assert sum(bin_.sku == sku and bool(bin_.units) for bin_ in books.bins.values()) >= 2


def test_the_demand_is_forty_repairs_a_day_of_the_catalogues_mix() -> None:
    demand = demand_a_day(CATALOGUE)
    assert round(float(sum(demand.values())), 1) == 35.6
    assert demand["AST-M60P-BAT"] == 40 * Fraction(14, 100) * Fraction(26, 97)
    assert demand["AST-X5-SCRF"] == 40 * Fraction(4, 100) * Fraction(1, 4)


def test_top_batteries_and_screens_ten_or_so_and_rare_parts_one_or_two() -> None:
    levels = stock_levels(CATALOGUE)
    assert levels["AST-M60P-SCR"] == (7, 12)
    assert levels["AST-M60-BAT"] == (6, 10)
    assert levels["AST-X5-AUD"] == (1, 2)


def test_m16_tools_are_not_used_up() -> None:
    assert "fold-jig" not in consumable_levels(CATALOGUE)
    assert consumable_levels(CATALOGUE)["back-cover-adhesive"].minimum > 20


@pytest.mark.parametrize(("mean", "least"), [(0, 0), (Fraction(1, 100), 0), (1, 3), (2, 5), (10, 17)])
def test_the_quantile_is_that_of_the_tables(mean: Fraction, least: int) -> None:
    assert poisson_quantile(Fraction(mean), 975) == least


@given(hundredths=st.integers(0, 3_000), permille=st.integers(1, 999))
def test_the_quantile_is_the_first_count_that_reaches_the_share(hundredths: int, permille: int) -> None:
    mean = hundredths / 100
    least = poisson_quantile(Fraction(hundredths, 100), permille)
    term = reached = exp(-mean)
    below = 0.0
    for count in range(1, least + 1):
        below, term = reached, term * mean / count
        reached += term
    assert reached >= permille / 1000 - 1e-9
    assert below <= permille / 1000 + 1e-9


def test_the_indexes_hold_and_survive_a_checkpoint() -> None:
    story = Story()
    balanced(story)
    again = Floor.books_of(story.floor.checkpoint())
    assert stock.recount_free(again) == stock.recount_free(story.books)
    assert again == story.books


def test_two_openings_are_alike() -> None:
    assert opening_books(LAYOUT, CATALOGUE) == opening_books(LAYOUT, CATALOGUE)


def test_work_that_was_not_answered_is_asked_again_after_a_checkpoint() -> None:
    """Found by the storm (seeds 10, 12, 13): a floor that came back from a checkpoint never asked its devices again."""
    story = Story()
    called(story)
    again = Story(books=Floor.books_of(story.floor.checkpoint()))
    open_work = list(story.books.pending)
    assert open_work
    assert again.floor.deadline == story.floor.deadline
    again.wait(10_000)
    assert set(open_work) <= {out.id for out in again.outs if isinstance(out, Work)}
