"""How a parts order gets its unit out of the cabinet, or does not (p1–p11; E4, E5, F40–F44)."""

from typing import Literal

import pytest

from shopfloor.contract.actor import SECOND
from shopfloor.contract.commands import CancelPick, CountBin, PickUnit
from shopfloor.contract.events import (
    CommandRefused,
    EngineerSignedOn,
    ModuleFailed,
    ModuleRecovered,
    PartsOrderCancelled,
    PartsOrdered,
    PickAborted,
    PickFailed,
    PickQueued,
    PickStarted,
    UnitCollected,
    UnitPicked,
)
from shopfloor.contract.facts import (
    CountListed,
    PartBackordered,
    PartsOrderOpened,
    PickBegun,
    PickDone,
    PickMissed,
    ReservationSwapped,
    ReturnOpened,
    UnitMoved,
    UnitReleased,
    UnitReserved,
)
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder
from tests.core.at_the_cabinet import (
    BOARD,
    CABINET,
    KEEPER,
    SKU,
    balanced,
    count,
    entered,
    failed,
    opened,
    pick_for,
    picked,
    refused,
    the_order,
    the_repair,
    units_of,
)
from tests.core.at_the_desk import HANDHELD
from tests.core.story import Story

Why = Literal["incomplete", "rejected", "aborted", "unknown"]


@pytest.fixture
def story() -> Story:
    return Story()


def sold_out(story: Story, but: int = 0) -> None:
    """All batteries but so many have gone to another shop."""
    for unit in units_of(story)[but:]:
        entered(story, unit.id, "OTHER_SHOP")


def spare_wanted(story: Story) -> PartsOrder:
    """One more of the same, free of charge, for a repair that goes on meanwhile."""
    the_repair(story).state = "REPAIRING"
    story.believed(HANDHELD, PartsOrdered(repair=the_repair(story).id, sku=SKU, reason="spare"))
    return the_order(story)


# ── p1 ───────────────────────────────────────────────────────────────────────────────────────────


def test_p1_a_signed_line_with_a_part_opens_one_parts_order(story: Story) -> None:
    order = opened(story)
    fact = story.last(PartsOrderOpened)
    assert (fact.parts_order, fact.sku, fact.desk, fact.by) == (order.id, SKU, "d1", "FL")
    assert story.books.parts_of[order.repair] == {order.id: None}
    balanced(story)


def test_p1_the_engineer_orders_one_more_and_says_why_it_is_free(story: Story) -> None:
    first = opened(story)
    story.believed(HANDHELD, PartsOrdered(repair=first.repair, sku="AST-M60-SCR", tap="t1", reason="ribbon torn by us"))
    assert the_order(story).free_reason == "ribbon torn by us"
    assert the_order(story).by == "e1"


def test_p1_the_same_tap_sent_again_is_no_second_parts_order_f51(story: Story) -> None:
    first = opened(story)
    event = PartsOrdered(repair=first.repair, sku="AST-M60-SCR", tap="t1", reason="ribbon torn by us")
    story.believed(HANDHELD, event)
    assert refused(story, HANDHELD, event) == "already"


@pytest.mark.parametrize(
    ("sku", "code"),
    [(SKU, "already-ordered"), ("AST-M60-SCR", "not-signed"), ("JOY-50-BAT", "does-not-fit"), ("X-1", "does-not-fit")],
)
def test_p1_without_a_reason_only_what_a_signed_line_still_lacks(story: Story, sku: str, code: str) -> None:
    order = opened(story)
    assert refused(story, HANDHELD, PartsOrdered(repair=order.repair, sku=sku)) == code


def test_p1_not_by_somebody_else(story: Story) -> None:
    order = opened(story)
    story.believed("handheld/h3", EngineerSignedOn(engineer="e3", desk="d3"))
    assert refused(story, "handheld/h3", PartsOrdered(repair=order.repair, sku=SKU)) == "not-the-owner"


def test_p1_not_for_a_phone_that_goes_back_unrepaired(story: Story) -> None:
    order = opened(story)
    the_repair(story).state = "RETURNING"
    assert refused(story, HANDHELD, PartsOrdered(repair=order.repair, sku=SKU)) == "wrong-state"


# ── p2–p5 ────────────────────────────────────────────────────────────────────────────────────────


def test_p2_the_unit_received_first_is_reserved_and_no_longer_free(story: Story) -> None:
    oldest = units_of(story)[3]
    for unit in units_of(story):
        unit.received_at = 5 if unit is oldest else 9
    free = stock.free(story.floor.shop, SKU)
    opened(story)
    assert story.last(UnitReserved).unit == oldest.id
    assert stock.free(story.floor.shop, SKU) == free - 1
    balanced(story)


def test_p3_with_none_free_it_is_backordered_and_the_keeper_knows(story: Story) -> None:
    sold_out(story)
    order = opened(story)
    assert order.state == "BACKORDERED"
    assert story.last(PartBackordered).repair == order.repair
    assert not story.all(PickUnit)
    balanced(story)


def test_p4_the_oldest_promise_gets_the_unit_that_comes_free(story: Story) -> None:
    sold_out(story)
    first = opened(story)
    second = spare_wanted(story)
    first.promised_at, second.promised_at = 2, 1
    back = units_of(story)[0]
    entered(story, back.id, "BIN:c1.1")
    assert (second.unit, second.reserved, first.state) == (back.id, True, "BACKORDERED")
    balanced(story)


def test_p5_a_backorder_can_be_cancelled_and_ends_after_thirty_days(story: Story) -> None:
    sold_out(story)
    order = opened(story)
    spare = spare_wanted(story)
    story.believed(BOARD, PartsOrderCancelled(parts_order=spare.id))
    assert (spare.state, order.state) == ("CANCELLED", "BACKORDERED")
    story.floor.shop.wait(order, story.now + SECOND)
    story.wait(SECOND)
    assert order.state == "CANCELLED"
    balanced(story)


# ── p6–p8 ────────────────────────────────────────────────────────────────────────────────────────


def test_p6_the_cabinet_is_asked_for_the_reserved_unit_in_its_bin(story: Story) -> None:
    order = opened(story)
    asked = pick_for(story, order)
    assert (asked.to, asked.unit, asked.bin, order.state) == (CABINET, order.unit, order.bin, "PICK_SENT")


def test_p6_no_more_picks_than_the_outlet_has_room_for(story: Story) -> None:
    order = opened(story)
    for number in range(5):
        story.believed(HANDHELD, PartsOrdered(repair=order.repair, sku=SKU, reason=f"spare {number}"))
    states = [other.state for other in story.books.parts_orders.values()]
    assert states == ["PICK_SENT"] * 4 + ["RESERVED"] * 2
    story.believed(HANDHELD, PartsOrderCancelled(parts_order=order.id))
    assert story.books.parts_orders["P5"].state == "RESERVED"
    story.believed(CABINET, PickAborted(command=order.pick))
    assert story.books.parts_orders["P5"].state == "PICK_SENT"
    balanced(story)


def test_p6_a_part_for_a_repair_on_hold_stays_in_its_bin(story: Story) -> None:
    sold_out(story)
    order = opened(story)
    the_repair(story).state = "ON_HOLD(undecided)"
    entered(story, units_of(story)[0].id, "BIN:c1.1")
    assert order.state == "RESERVED"
    story.minutes(11)
    assert order.state == "RESERVED"
    assert not story.all(PickUnit)


def test_p7_the_cabinet_has_it_and_is_not_asked_again(story: Story) -> None:
    order = opened(story)
    story.believed(CABINET, PickQueued(command=order.pick))
    story.believed(CABINET, PickStarted(command=order.pick))
    assert order.state == "PICKING"
    assert len(story.all(PickBegun)) == 1
    assert order.pick not in story.books.pending


def test_p7_nobody_else_answers_and_no_other_pick(story: Story) -> None:
    opened(story)
    assert refused(story, CABINET, PickQueued(command="C999")) == "not-asked"
    assert refused(story, "cabinet/c9", PickQueued(command=the_order(story).pick)) == "not-asked"


def test_p8_the_unit_lies_in_the_outlet_and_is_to_be_carried(story: Story) -> None:
    order = picked(story)
    done, moved = story.last(PickDone), story.last(UnitMoved)
    assert (done.unit, done.desk, done.cabinet) == (order.unit, "d1", "c1")
    assert (moved.source, moved.target) == (f"BIN:{order.bin}", "OUTLET:c1")
    assert story.books.units[order.unit].parts_order == order.id
    balanced(story)


def test_p8_said_twice_it_is_given_out_once(story: Story) -> None:
    order = picked(story)
    assert refused(story, CABINET, UnitPicked(command=order.pick, units=(order.unit,))) == "not-in-bin"


def test_b11_another_unit_of_the_sku_is_recorded_as_a_swap(story: Story) -> None:
    order = opened(story)
    meant = order.unit
    other = units_of(story)[5]
    story.believed(CABINET, UnitPicked(command=order.pick, units=(other.id,)))
    swap = story.last(ReservationSwapped)
    assert (swap.old, swap.new, order.unit, order.state) == (meant, other.id, other.id, "PICKED")
    assert stock.is_free(story.books, story.books.units[meant])
    balanced(story)


def test_b11_who_had_reserved_that_unit_gets_the_one_left_behind(story: Story) -> None:
    first = opened(story)
    story.believed(HANDHELD, PartsOrdered(repair=first.repair, sku=SKU, reason="spare"))
    second = the_order(story)
    left, taken = first.unit, second.unit
    story.believed(CABINET, UnitPicked(command=first.pick, units=(taken,)))
    assert (first.unit, second.unit, second.reserved) == (taken, left, True)
    balanced(story)


def test_e5_a_wrong_part_in_the_outlet_is_quarantined_and_the_pick_has_failed(story: Story) -> None:
    order = opened(story)
    screen = units_of(story, "AST-M60-SCR")[0]
    bin_ = stock.bin_of(screen)
    story.believed(CABINET, UnitPicked(command=order.pick, units=(screen.id,)))
    assert story.last(PickMissed).why == "wrong-part"
    assert screen.status == "QUARANTINED"
    assert {fact.bin for fact in story.all(CountListed)} >= {bin_}
    back = story.last(ReturnOpened)
    assert (back.unit, back.reason, back.place) == (screen.id, "stray", "OUTLET:c1")
    balanced(story)


def test_p8_two_units_for_one_the_second_goes_back(story: Story) -> None:
    order = opened(story)
    extra = units_of(story)[6]
    story.believed(CABINET, UnitPicked(command=order.pick, units=(extra.id, order.unit)))
    assert order.state == "PICKED"
    assert story.last(ReturnOpened).unit == extra.id
    balanced(story)


def test_p8_a_serial_that_never_came_in_is_not_believed(story: Story) -> None:
    order = opened(story)
    assert refused(story, CABINET, UnitPicked(command=order.pick, units=("NOBODY",))) == "unknown-serial"


# ── p9–p11 ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("why", ["incomplete", "rejected", "aborted", "unknown"])
def test_p9_p10_after_the_first_failure_another_bin_is_tried_and_the_first_is_counted(story: Story, why: Why) -> None:
    order = opened(story)
    unit, bin_, pick = order.unit, order.bin, order.pick
    story.believed(CABINET, PickFailed(command=pick, why=why))
    assert story.last(CountBin).bin == bin_
    assert order.state == "PICK_SENT"
    assert order.pick != pick
    assert order.bin != bin_
    assert order.unit != unit
    assert story.last(UnitReleased).unit == unit
    balanced(story)


def test_p10_never_the_same_unit_blindly_f40(story: Story) -> None:
    sold_out(story, but=1)
    order = opened(story)
    unit = order.unit
    failed(story, order)
    assert order.state == "PICK_FAILED"
    assert len(story.all(PickUnit)) == 1
    count(story, order.bin, unit)
    assert (order.state, order.unit) == ("PICK_SENT", unit)
    balanced(story)


def test_e4_a_count_that_misses_the_unit_leaves_the_order_waiting(story: Story) -> None:
    sold_out(story, but=1)
    order = opened(story)
    failed(story, order)
    count(story, order.bin)
    assert order.state == "PICK_FAILED"
    assert units_of(story)[0].status == "ATTENTION"
    story.minutes(10)
    assert order.state == "BACKORDERED"
    balanced(story)


def test_p10_only_once_then_a_person_is_needed(story: Story) -> None:
    order = opened(story)
    failed(story, order)
    failed(story, order)
    assert order.state == "PICK_FAILED"
    story.minutes(9)
    assert order.state == "PICK_FAILED"


def test_p9_no_answer_in_time_is_an_unknown_end_and_a_late_one_is_still_true_f44(story: Story) -> None:
    sold_out(story, but=1)
    order = opened(story)
    story.believed(CABINET, PickQueued(command=order.pick))
    story.minutes(2)
    assert (order.state, story.last(PickMissed).why) == ("PICK_FAILED", "unknown")
    assert story.last(CancelPick).pick == order.pick
    story.believed(CABINET, UnitPicked(command=order.pick, units=(order.unit,)))
    assert order.state == "PICKED"
    assert order.cancel not in story.books.pending
    balanced(story)


def test_p8_a_late_answer_after_another_pick_makes_a_stray_that_goes_back(story: Story) -> None:
    order = opened(story)
    unit, pick = order.unit, order.pick
    failed(story, order)
    story.believed(CABINET, UnitPicked(command=pick, units=(unit,)))
    assert order.state == "PICK_SENT"
    assert story.last(ReturnOpened).unit == unit
    balanced(story)


def test_p9_the_cabinet_refuses_the_pick(story: Story) -> None:
    order = opened(story)
    pick = order.pick
    story.believed(CABINET, CommandRefused(command=pick, reason="drawer blocked"))
    assert story.last(PickMissed).why == "rejected"
    assert order.pick != pick


def test_p9_p11_e9_a_cabinet_not_ready_for_a_minute_is_worked_by_hand(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift", reason="jam"))
    order = opened(story)
    assert order.state == "RESERVED"
    story.minutes(1)
    assert order.state == "PICK_FAILED"
    assert not story.all(PickUnit)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    assert (order.state, story.books.units[order.unit].place) == ("IN_TRANSIT(manual)", "HAND:pk1")
    balanced(story)


def test_p11_another_unit_than_the_reserved_one_is_a_swap_too(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    order = opened(story)
    story.minutes(1)
    other = units_of(story)[4]
    story.believed(KEEPER, UnitCollected(unit=other.id))
    assert story.last(ReservationSwapped).new == other.id
    assert (order.unit, order.state) == (other.id, "IN_TRANSIT(manual)")
    balanced(story)


def test_p11_not_while_the_cabinet_works(story: Story) -> None:
    order = opened(story)
    assert refused(story, KEEPER, UnitCollected(unit=order.unit)) == "cabinet-works"
    assert refused(story, HANDHELD, UnitCollected(unit=order.unit)) == "not-the-parts-keeper"


def test_p11_nobody_collected_it_then_p4_when_the_cabinet_serves_again_e9(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    order = opened(story)
    story.minutes(12)
    assert story.all(PartBackordered)
    story.believed(CABINET, ModuleRecovered(module="lift"))
    assert order.state in ("PICK_SENT", "RESERVED")
    balanced(story)
