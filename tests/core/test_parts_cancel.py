"""A parts order that nobody needs any more (p23–p25)."""

import pytest

from shopfloor.contract.commands import CancelPick
from shopfloor.contract.events import ModuleFailed, PartsOrderCancelled, PickAborted, PickQueued, UnitPicked
from shopfloor.contract.facts import PartsOrderEnded, RepairHeld, ReturnDecided, ReturnOpened, UnitReleased
from tests.core import at_the_bench as bench
from tests.core.at_the_bench import COLLEAGUE
from tests.core.at_the_cabinet import BOARD, CABINET, balanced, opened, picked, refused
from tests.core.at_the_desk import HANDHELD
from tests.core.story import Story


@pytest.fixture
def story() -> Story:
    return Story()


def test_p23_p24_a_pick_that_is_out_is_called_back(story: Story) -> None:
    order = opened(story)
    story.believed(HANDHELD, PartsOrderCancelled(parts_order=order.id))
    assert (order.state, story.last(CancelPick).pick) == ("CANCELLING", order.pick)
    assert refused(story, HANDHELD, PartsOrderCancelled(parts_order=order.id)) == "already"
    story.believed(CABINET, PickAborted(command=order.pick))
    assert story.last(PartsOrderEnded).state == "CANCELLED"
    assert story.last(UnitReleased).parts_order == order.id
    assert not story.books.cabinets["c1"].picking
    balanced(story)


def test_p24_the_cabinet_names_the_pick_after_we_have_given_it_up(story: Story) -> None:
    """Found by a simulated day (seed 10): the cancel stayed open for ever, and the cabinet counted as silent."""
    order = opened(story)
    pick = order.pick
    story.believed(CABINET, PickQueued(command=pick))
    story.minutes(2)
    cancel = story.last(CancelPick)
    assert cancel.pick == pick
    story.believed(CABINET, PickAborted(command=pick))
    assert cancel.id not in story.books.pending
    balanced(story)


def test_p23_without_a_pick_it_ends_at_once(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    order = opened(story)
    story.believed(BOARD, PartsOrderCancelled(parts_order=order.id))
    assert order.state == "CANCELLED"
    assert not story.all(CancelPick)
    balanced(story)


def test_p24_no_word_for_two_minutes_then_the_bin_is_counted(story: Story) -> None:
    order = opened(story)
    story.believed(CABINET, PickQueued(command=order.pick))
    story.believed(HANDHELD, PartsOrderCancelled(parts_order=order.id))
    bin_ = order.bin
    story.minutes(2)
    assert order.state == "CANCELLED"
    assert bin_ in story.books.cabinets["c1"].bins_to_count
    balanced(story)


def test_p25_the_unit_was_out_before_the_cancel(story: Story) -> None:
    order = opened(story)
    story.believed(HANDHELD, PartsOrderCancelled(parts_order=order.id))
    story.believed(CABINET, UnitPicked(command=order.pick, units=(order.unit,)))
    assert (order.state, order.reason) == ("RETURNING", "cancelled")
    assert story.last(ReturnOpened).place == "OUTLET:c1"
    balanced(story)


def test_p23_a_phone_that_goes_back_needs_no_part(story: Story) -> None:
    order = opened(story)
    story.noted(ReturnDecided(repair=order.repair, reason="declined"))
    assert order.state == "CANCELLING"


def test_p23_accepted_parts_are_not_cancelled_but_sent_back(story: Story) -> None:
    order = picked(story)
    order.state = "ACCEPTED"
    assert refused(story, HANDHELD, PartsOrderCancelled(parts_order=order.id)) == "wrong-state"


def test_p23_b4_only_its_engineer_or_the_manager_cancels(story: Story) -> None:
    order = opened(story)
    bench.colleague(story)
    assert refused(story, COLLEAGUE, PartsOrderCancelled(parts_order=order.id)) == "not-the-owner"


def test_p25_r43_what_lies_in_its_bin_stays_reserved_overnight(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    order = opened(story)
    story.noted(RepairHeld(repair=order.repair, reason="overnight", back_to="APPROVED"))
    assert (order.state, order.reserved) == ("RESERVED", True)
