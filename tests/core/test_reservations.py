"""Who has which unit reserved, and which bins may be relied on (B6, B7, B11; p2–p11, p22–p24, m2, m13)."""

import pytest

from shopfloor.contract.commands import AlertHandheld, AllowInput, CancelPick, CountBin, PickUnit, RefuseInput
from shopfloor.contract.events import (
    CommandRefused,
    EngineerSignedOn,
    InputAsked,
    ModuleFailed,
    ModuleRecovered,
    OverrideGiven,
    PartsOrderCancelled,
    PartsOrdered,
    PickAborted,
    PickFailed,
    UnitCollected,
    UnitDeclaredLost,
    UnitDispensedAtMachine,
    UnitPicked,
    UnitStored,
)
from shopfloor.contract.facts import PartBackordered, PickMissed, ReservationSwapped, ReturnDecided, UnitReleased
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder, Pick
from shopfloor.core.parts_orders import PICKS_KEPT_MAX, remember_pick
from shopfloor.core.policies import Policy
from tests.core.at_the_cabinet import (
    BOARD,
    CABINET,
    KEEPER,
    SKU,
    accepted,
    balanced,
    count,
    entered,
    failed,
    in_the_inlet,
    opened,
    refused,
    the_order,
    the_repair,
    units_of,
)
from tests.core.at_the_desk import HANDHELD
from tests.core.story import Story


@pytest.fixture
def story() -> Story:
    return Story()


def one_more(story: Story) -> PartsOrder:
    """Another battery for the same repair, free of charge."""
    the_repair(story).state = "REPAIRING"
    story.believed(HANDHELD, PartsOrdered(repair=the_repair(story).id, sku=SKU, reason="spare"))
    return the_order(story)


def is_free(story: Story, unit: str) -> bool:
    return unit in story.books.free[SKU]


# ── a reservation ends with what it was for ─────────────────────────────────────────────────────


def test_p23_what_is_not_wanted_any_more_is_free_for_the_next(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    order = opened(story)
    unit = order.unit
    assert not is_free(story, unit)
    story.believed(BOARD, PartsOrderCancelled(parts_order=order.id))
    assert story.last(UnitReleased).unit == unit
    assert is_free(story, unit)
    assert not story.books.reservations


def test_p11_what_nobody_collected_is_free_again_when_its_order_waits_anew(story: Story) -> None:
    story.believed(CABINET, ModuleFailed(module="lift"))
    order = opened(story)
    unit = order.unit
    story.minutes(12)
    assert story.last(PartBackordered).parts_order == order.id
    assert story.last(UnitReleased).unit == unit


def test_p24_a_pick_that_was_called_back_frees_its_unit(story: Story) -> None:
    order = opened(story)
    unit = order.unit
    story.believed(BOARD, PartsOrderCancelled(parts_order=order.id))
    story.believed(CABINET, PickAborted(command=order.cancel))
    assert (order.state, order.reserved) == ("CANCELLED", False)
    assert is_free(story, unit)


def test_p9_a_failed_pick_that_was_called_back_frees_its_unit_and_its_bin_is_counted(story: Story) -> None:
    order = opened(story)
    bin_ = order.bin
    story.believed(BOARD, PartsOrderCancelled(parts_order=order.id))
    story.believed(CABINET, PickFailed(command=order.pick, why="incomplete"))
    assert (order.state, order.reserved) == ("CANCELLED", False)
    assert order.cancel not in story.books.pending
    assert bin_ in story.books.cabinets["c1"].bins_to_count


def test_p8_a_pick_that_is_done_before_it_was_heard_to_begin_is_not_asked_for_again(story: Story) -> None:
    order = opened(story)
    story.believed(CABINET, UnitPicked(command=order.pick, units=(order.unit,)))
    assert order.state == "PICKED"
    assert order.pick not in story.books.pending


def test_p9_an_aborted_pick_is_not_asked_for_again(story: Story) -> None:
    order = opened(story)
    pick = order.pick
    story.believed(CABINET, PickAborted(command=pick))
    assert pick not in story.books.pending
    assert order.pick != pick


def test_m14_a_pick_for_what_somebody_took_at_the_machine_is_called_back(story: Story) -> None:
    order = opened(story)
    pick, unit, bin_ = order.pick, order.unit, order.bin
    story.believed(CABINET, UnitDispensedAtMachine(unit=unit, bin=bin_, person="e7"))
    assert [work.pick for work in story.all(CancelPick)] == [pick]
    assert pick not in story.books.pending
    assert order.unit != unit
    balanced(story)


def test_p11_after_a_person_was_asked_in_vain_two_bins_may_be_tried_again(story: Story) -> None:
    order = opened(story)
    failed(story, order)
    failed(story, order)
    assert (order.state, order.picks_failed) == ("PICK_FAILED", 2)
    story.minutes(11)
    assert story.last(PartBackordered).parts_order == order.id
    assert order.picks_failed == 0


def test_r8_what_is_accepted_already_goes_back_by_the_engineers_own_word(story: Story) -> None:
    order = accepted(story)
    story.noted(ReturnDecided(repair=order.repair, reason="no fault found", fee=0))
    assert order.state == "ACCEPTED"


def test_only_so_many_picks_are_remembered(story: Story) -> None:
    order = opened(story)
    story.books.picks = {f"old-{number}": Pick("P0", "c1") for number in range(PICKS_KEPT_MAX)}
    remember_pick(story.books, order.pick, order)
    assert len(story.books.picks) == PICKS_KEPT_MAX
    assert ("old-0" in story.books.picks, order.pick in story.books.picks) == (False, True)


def test_p1_a_repair_has_so_many_parts_orders_and_no_more(story: Story) -> None:
    opened(story)
    for _ in range(63):
        one_more(story)
    repair = the_repair(story).id
    assert refused(story, HANDHELD, PartsOrdered(repair=repair, sku=SKU, reason="spare")) == "too-many"


# ── B11: whose unit was given to somebody else ──────────────────────────────────────────────────


def test_b11_whose_unit_it_was_loses_no_time_over_it(story: Story) -> None:
    first = opened(story)
    second = one_more(story)
    left, taken = first.unit, second.unit
    story.believed(CABINET, UnitPicked(command=first.pick, units=(taken,)))
    swaps = [(swap.parts_order, swap.old, swap.new) for swap in story.all(ReservationSwapped)]
    assert swaps == [(first.id, left, taken), (second.id, taken, left)]
    assert not story.all(PickMissed)


def test_b11_a_unit_on_a_desk_was_not_given_out_again(story: Story) -> None:
    first = accepted(story)
    second = one_more(story)
    assert refused(story, CABINET, UnitPicked(command=second.pick, units=(first.unit,))) == "not-in-bin"


def test_b11_p25_whoever_had_cancelled_and_got_the_others_unit_sends_that_back(story: Story) -> None:
    first = opened(story)
    second = one_more(story)
    left, taken = first.unit, second.unit
    story.believed(BOARD, PartsOrderCancelled(parts_order=second.id))
    story.believed(CABINET, UnitPicked(command=first.pick, units=(taken,)))
    assert (first.state, first.unit, second.state, second.reserved) == ("PICKED", taken, "CANCELLING", False)
    story.believed(CABINET, UnitPicked(command=second.pick, units=(left,)))
    assert (second.state, second.unit) == ("RETURNING", left)
    balanced(story)


# ── bins in doubt ───────────────────────────────────────────────────────────────────────────────


def test_f40_nobody_else_is_sent_to_a_bin_that_is_to_be_counted(story: Story) -> None:
    first = opened(story)
    unit, bin_ = first.unit, first.bin
    failed(story, first)
    assert is_free(story, unit)
    second = one_more(story)
    assert second.bin != bin_
    assert not any(work.bin == bin_ for work in story.all(PickUnit)[1:])


def test_m13_a_bin_with_strange_units_waits_until_they_are_explained(story: Story) -> None:
    first = opened(story)
    bin_ = first.bin
    failed(story, first)
    count(story, bin_, *story.books.bins[bin_].units, "STRANGER")
    second = one_more(story)
    assert second.bin != bin_


def test_m13_a_cabinet_that_does_not_serve_is_asked_to_count_when_it_does(story: Story) -> None:
    order = opened(story)
    unit, bin_ = order.unit, order.bin
    story.believed(CABINET, ModuleFailed(module="lift"))
    story.believed(CABINET, UnitDispensedAtMachine(unit=unit, bin=bin_, person="e7"))
    assert bin_ in story.books.cabinets["c1"].bins_to_count
    assert not story.all(CountBin)
    story.believed(CABINET, ModuleRecovered(module="lift"))
    assert [work.bin for work in story.all(CountBin)] == [bin_]


@pytest.mark.parametrize("on_duty", [True, False])
def test_e4_what_the_keeper_must_know_stands_on_the_board_when_no_keeper_is_there(
    story: Story, *, on_duty: bool
) -> None:
    if on_duty:
        story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    stock.tell_keeper(story.floor.shop, "P1", "Count bin c1.1")
    assert ("P1" in story.books.alarms) == (not on_duty)
    assert bool(story.books.pending) == on_duty


# ── where new units go (m2) ─────────────────────────────────────────────────────────────────────


def test_m2_a_full_bin_gets_no_more() -> None:
    story = Story(Policy(unit_count_of_bin_max=1))
    for bin_ in story.books.bins.values():
        bin_.sku = bin_.sku or "SOMETHING"
    assert all(story.books.bins[stock.bin_of(unit)].units for unit in units_of(story))
    in_the_inlet(story)
    assert "no bin" in story.last(RefuseInput).reason


def test_m2_the_empty_bin_of_another_part_is_not_used(story: Story) -> None:
    screens = units_of(story, "AST-M60-SCR")
    emptied = stock.bin_of(screens[0])
    for screen in screens:
        entered(story, screen.id, "OTHER_SHOP")
    in_the_inlet(story)
    assert story.books.bins[story.last(AllowInput).bin].sku == SKU
    assert story.last(AllowInput).bin != emptied


def test_m2_stored_in_another_bin_of_its_kind_that_bin_is_counted(story: Story) -> None:
    in_the_inlet(story)
    allowed = story.last(AllowInput)
    other = next(b.id for b in story.books.bins.values() if b.sku == SKU and b.id != allowed.bin)
    story.believed(CABINET, UnitStored(command=allowed.id, unit="N1", bin=other))
    assert story.books.units["N1"].place == f"BIN:{other}"
    assert list(story.books.cabinets["c1"].bins_to_count) == [other]
    balanced(story)


# ── the inlet (p22, m9) ─────────────────────────────────────────────────────────────────────────


def asked_to_let_in(story: Story) -> list[str]:
    """Ids of what the cabinet is still asked to let in."""
    return [name for name, pending in story.books.pending.items() if isinstance(pending.command, AllowInput)]


def test_i18_what_a_person_takes_out_of_the_inlet_is_let_in_anew_and_only_then(story: Story) -> None:
    """Else the cabinet is asked for ever for a unit that is not there, and counts as silent."""
    in_the_inlet(story)
    story.believed(KEEPER, UnitCollected(unit="N1"))
    assert asked_to_let_in(story) == []
    story.believed(CABINET, InputAsked(unit="N1"))
    allowed = story.last(AllowInput)
    assert asked_to_let_in(story) == [allowed.id]
    story.believed(CABINET, UnitStored(command=allowed.id, unit="N1", bin=allowed.bin))
    assert asked_to_let_in(story) == []
    balanced(story)


def test_i18_p28_what_got_lost_in_the_inlet_is_not_let_in(story: Story) -> None:
    in_the_inlet(story)
    story.believed(BOARD, OverrideGiven(about="N1", rule="lost-unit", reason="searched twice"))
    story.believed(KEEPER, UnitDeclaredLost(unit="N1"))
    assert asked_to_let_in(story) == []


def test_m9_a_unit_that_the_cabinet_will_not_take_is_told_to_the_keeper(story: Story) -> None:
    in_the_inlet(story)
    story.believed(CABINET, CommandRefused(command=story.last(AllowInput).id, reason="too thick"))
    alert = story.last(AlertHandheld)
    assert (alert.to, "too thick" in alert.words) == (KEEPER, True)
