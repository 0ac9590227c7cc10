"""A count that waits for the manager, and what happens to its units meanwhile (m13)."""

import pytest

from shopfloor.contract.events import AdjustmentApproved, BinCounted, CountMade, EngineerSignedOn
from shopfloor.contract.facts import CountDiffered, CountListed
from shopfloor.core import stock
from tests.core.at_the_cabinet import BOARD, KEEPER, balanced, units_of
from tests.core.story import Story


@pytest.fixture
def story() -> Story:
    story = Story()
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    return story


def found_in_another_bin(story: Story) -> tuple[str, str, str]:
    """A unit, the bin in which a count has found it, and that count."""
    unit = units_of(story)[0]
    other = next(bin_ for bin_ in story.books.bins.values() if bin_.sku == unit.sku and bin_.id != stock.bin_of(unit))
    story.believed(KEEPER, CountMade(counted=BinCounted(bin=other.id, units=(*other.units, unit.id))))
    return unit.id, other.id, story.last(CountDiffered).count


def moved(story: Story, unit: str, *places: str) -> None:
    shop = story.floor._begin(story.now)
    for place in places:
        stock.move(shop, story.books.units[unit], place, "m6", "test")
    story.floor._tell_rooms()
    story._keep(shop.outs)


def test_m13_a_unit_that_has_been_in_hands_since_is_not_taken_out_of_a_phone_by_an_old_count(story: Story) -> None:
    """Storm seed 36: it was counted while it was fetched, fitted, and 20 minutes later booked back into its bin."""
    unit, bin_, count = found_in_another_bin(story)
    moved(story, unit, "HAND:pk1", "DESK:d1", "DEVICE:R1")
    assert story.refused(BOARD, AdjustmentApproved(count=count, reason="counted twice")) == "unknown"
    assert story.books.units[unit].place == "DEVICE:R1"
    assert story.last(CountListed).bin == bin_
    balanced(story)


def test_m13_a_unit_that_nobody_has_had_in_hands_is_where_it_was_counted(story: Story) -> None:
    unit, bin_, count = found_in_another_bin(story)
    story.believed(BOARD, AdjustmentApproved(count=count, reason="counted twice"))
    assert story.books.units[unit].place == f"BIN:{bin_}"
    balanced(story)
