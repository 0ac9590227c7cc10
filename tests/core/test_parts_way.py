"""From the outlet to the desk, by robot or by hand (p12–p15, p18, p25; E7, E8, E10, E22)."""

from collections.abc import Callable

import pytest
from msgspec import structs

from shopfloor.contract.actor import SECOND
from shopfloor.contract.commands import AlertHandheld, OpenOutlet
from shopfloor.contract.events import (
    EngineerSignedOn,
    PartsOrderCancelled,
    UnitAccepted,
    UnitBrought,
    UnitCollected,
    UnitRefused,
)
from shopfloor.contract.facts import (
    JobArrived,
    JobFailed,
    OwnerChanged,
    PartArrived,
    PartRefused,
    PartUnderway,
    PartUntaken,
    QuoteApproved,
    RepairFinished,
    RepairHeld,
    ReturnOpened,
    UnitMoved,
)
from shopfloor.core.books import PartsOrder
from shopfloor.core.parts import all_back, still_needed, undecided_units, units_left_out
from tests.core.at_the_cabinet import (
    CABINET,
    KEEPER,
    SKU,
    TOTE,
    accepted,
    at_desk,
    balanced,
    entered,
    loaded,
    nobody_drives,
    opened,
    picked,
    refused,
    the_order,
    the_repair,
    the_unit,
)
from tests.core.at_the_desk import HANDHELD
from tests.core.story import Story


@pytest.fixture
def story() -> Story:
    return Story()


def test_p12_robot_and_cabinet_agree_that_it_is_in_the_tote(story: Story) -> None:
    order = loaded(story)
    assert order.state == "IN_TRANSIT(robot)"
    assert story.last(PartUnderway).by == "robot"
    assert order.job in story.books.jobs
    balanced(story)


def test_p14_it_arrives_and_its_engineer_is_told(story: Story) -> None:
    order = at_desk(story)
    assert (order.state, story.last(PartArrived).desk) == ("AT_DESK", "d1")
    alert = story.last(AlertHandheld)
    assert (alert.to, alert.about) == (HANDHELD, order.id)
    assert the_unit(story).place == TOTE


def test_p14_an_arrival_at_the_cabinet_is_none(story: Story) -> None:
    order = loaded(story)
    fact = JobArrived(job=order.job, robot="robot/r1", station="cabinet-inlet", unit=order.unit, parts_order=order.id)
    entered(story, order.unit, TOTE, fact)
    assert order.state == "IN_TRANSIT(robot)"


def test_p13_e8_no_robot_so_the_outlet_opens_for_the_keeper(story: Story) -> None:
    order = picked(story)
    nobody_drives(story, order)
    opening = story.last(OpenOutlet)
    assert (opening.to, opening.units, opening.tote) == (CABINET, (order.unit,), "hand/pk1")
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    assert order.state == "IN_TRANSIT(manual)"
    assert opening.id not in story.books.pending
    assert story.last(UnitMoved).target == "HAND:pk1"
    story.believed(KEEPER, UnitBrought(unit=order.unit, desk="d1"))
    assert order.state == "AT_DESK"
    story.believed(HANDHELD, UnitAccepted(unit=order.unit, desk="d1"))
    assert the_unit(story).place == "DESK:d1"
    balanced(story)


def test_p13_e8_the_engineer_may_fetch_it_too(story: Story) -> None:
    order = picked(story)
    nobody_drives(story, order)
    story.believed(HANDHELD, UnitCollected(unit=order.unit))
    story.believed(HANDHELD, UnitBrought(unit=order.unit, desk="d1"))
    assert order.state == "AT_DESK"


def test_p13_not_while_a_robot_comes_for_it(story: Story) -> None:
    order = picked(story)
    assert refused(story, KEEPER, UnitCollected(unit=order.unit)) == "robot-comes"


def test_p13_e8_after_180_s_without_a_robot_it_is_given_to_people(story: Story) -> None:
    order = picked(story)
    story.wait(180 * SECOND)
    assert order.by_hand
    assert story.last(OpenOutlet).tote == "hand/pk1"


def test_p14_only_by_the_one_who_carries_it_and_to_its_desk(story: Story) -> None:
    order = picked(story)
    assert refused(story, KEEPER, UnitBrought(unit=order.unit, desk="d1")) == "wrong-state"
    nobody_drives(story, order)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    assert refused(story, HANDHELD, UnitBrought(unit=order.unit, desk="d1")) == "not-in-your-hand"
    assert refused(story, KEEPER, UnitBrought(unit=order.unit, desk="d2")) == "wrong-desk"
    assert refused(story, KEEPER, UnitCollected(unit=order.unit)) == "already"


def test_p15_e7_a_person_takes_it_out_of_the_stopped_robot(story: Story) -> None:
    order = loaded(story)
    assert refused(story, KEEPER, UnitCollected(unit=order.unit)) == "robot-comes"
    fact = JobFailed(job=order.job, robot="robot/r1", why="wheel", loaded=True, unit=order.unit, parts_order=order.id)
    entered(story, order.unit, TOTE, fact)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    moved = story.last(UnitMoved)
    assert (order.state, moved.source, moved.target) == ("IN_TRANSIT(manual)", TOTE, "HAND:pk1")
    balanced(story)


def test_p15_an_empty_robot_that_fails_changes_nothing(story: Story) -> None:
    order = picked(story)
    fact = JobFailed(job=order.job, robot="robot/r1", why="wheel", loaded=False, unit=order.unit, parts_order=order.id)
    entered(story, order.unit, "OUTLET:c1", fact)
    assert refused(story, KEEPER, UnitCollected(unit=order.unit)) == "robot-comes"


def test_p18_a_reminder_after_three_minutes_and_back_after_five(story: Story) -> None:
    order = at_desk(story)
    story.wait(180 * SECOND - 1)
    assert not [alert for alert in story.all(AlertHandheld) if "still waits" in alert.words]
    story.wait(1)
    assert [alert.to for alert in story.all(AlertHandheld) if "still waits" in alert.words] == [HANDHELD]
    assert order.state == "AT_DESK"
    story.wait(120 * SECOND)
    assert (order.state, order.reason) == ("RETURNING", "untaken")
    assert story.last(PartUntaken).unit == order.unit
    assert story.last(ReturnOpened).place == TOTE
    balanced(story)


def test_e10_at_the_wrong_desk_it_is_refused_and_travels_on(story: Story) -> None:
    order = loaded(story)
    story.believed("handheld/h3", EngineerSignedOn(engineer="e3", desk="d3"))
    fact = JobArrived(job=order.job, robot="robot/r1", station="desk-3", unit=order.unit, parts_order=order.id)
    entered(story, order.unit, TOTE, fact)
    assert refused(story, "handheld/h3", UnitAccepted(unit=order.unit, desk="d3")) == "not-the-owner"
    story.believed("handheld/h3", UnitRefused(unit=order.unit, desk="d3", reason="not-mine"))
    assert (order.state, story.last(PartRefused).reason) == ("IN_TRANSIT(robot)", "not-mine")
    assert order.reserved
    balanced(story)


def test_e10_brought_by_hand_it_is_carried_on_by_hand(story: Story) -> None:
    order = picked(story)
    nobody_drives(story, order)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    story.believed(KEEPER, UnitBrought(unit=order.unit, desk="d1"))
    order.desk = "d5"
    story.believed(HANDHELD, UnitRefused(unit=order.unit, desk="d1", reason="not-mine"))
    assert order.state == "IN_TRANSIT(manual)"


def test_e10_at_the_right_desk_not_mine_is_no_reason(story: Story) -> None:
    order = at_desk(story)
    assert refused(story, HANDHELD, UnitRefused(unit=order.unit, desk="d1", reason="not-mine")) == "yours"
    assert refused(story, HANDHELD, UnitRefused(unit=order.unit, desk="d2", reason="not-mine")) == "wrong-desk"


@pytest.mark.parametrize("arrange", [picked, loaded, at_desk])
def test_p25_cancelled_after_the_pick_it_goes_back_from_where_it_is(
    story: Story, arrange: Callable[[Story], PartsOrder]
) -> None:
    order = arrange(story)
    place = the_unit(story).place
    story.believed(HANDHELD, PartsOrderCancelled(parts_order=order.id))
    back = story.last(ReturnOpened)
    assert (order.state, back.reason, back.place, order.reserved) == ("RETURNING", "cancelled", place, False)
    balanced(story)


def test_p25_b29_at_day_close_what_is_on_its_way_goes_back(story: Story) -> None:
    order = loaded(story)
    story.noted(RepairHeld(repair=order.repair, reason="overnight", back_to="APPROVED"))
    assert order.state == "RETURNING"


def test_p25_what_is_accepted_stays_on_the_desk_overnight(story: Story) -> None:
    order = accepted(story)
    story.noted(RepairHeld(repair=order.repair, reason="overnight", back_to="REPAIRING"))
    assert order.state == "ACCEPTED"


def test_b9_what_other_rooms_ask(story: Story) -> None:
    order = opened(story)
    shop = story.floor.shop
    assert still_needed(shop, order.repair) == (order.id,)
    assert not undecided_units(shop, order.repair)
    assert not all_back(shop, order.repair)
    assert all_back(shop, "R999")


def test_b9_issued_and_not_yet_decided(story: Story) -> None:
    order = at_desk(story)
    assert undecided_units(story.floor.shop, order.repair) == (order.unit,)
    story.believed(HANDHELD, UnitAccepted(unit=order.unit, desk="d1"))
    assert undecided_units(story.floor.shop, order.repair) == (order.unit,)
    assert not still_needed(story.floor.shop, order.repair)
    assert units_left_out(story.floor.shop) == ()


def test_b29_a_unit_in_a_tote_that_nobody_needs_is_left_out(story: Story) -> None:
    order = loaded(story)
    the_repair(story).state = "CLOSED"
    assert units_left_out(story.floor.shop) == (order.unit,)


# ── the repair moves on ──────────────────────────────────────────────────────────────────────────


def supplement(story: Story, order: PartsOrder, *skus: str) -> None:
    """A supplement is signed, with these parts."""
    repair = the_repair(story)
    lines = tuple(structs.replace(repair.signed[0], line=number, sku=sku) for number, sku in enumerate(skus, start=1))
    repair.signed = lines
    story.noted(
        QuoteApproved(repair=order.repair, version=2, lines=lines, cap=9900, promised=story.now, supplement=True)
    )


def test_p1_r17_a_supplement_orders_only_what_is_new(story: Story) -> None:
    order = loaded(story)
    supplement(story, order, SKU, "AST-M60-SCR")
    assert order.state == "IN_TRANSIT(robot)"
    assert [other.sku for other in story.books.parts_orders.values()] == [SKU, "AST-M60-SCR"]
    balanced(story)


def test_p23_r17_what_the_supplement_leaves_out_is_cancelled(story: Story) -> None:
    order = loaded(story)
    supplement(story, order, "AST-M60-SCR")
    assert (order.state, the_order(story).sku) == ("RETURNING", "AST-M60-SCR")


def test_p23_r18_when_the_work_is_done_nothing_more_is_brought(story: Story) -> None:
    order = opened(story)
    story.noted(RepairFinished(repair=order.repair, labour_min=20, lines_done=()))
    assert order.state == "CANCELLING"


def test_e22_the_part_goes_to_the_desk_of_the_new_owner(story: Story) -> None:
    order = loaded(story)
    the_repair(story).desk = "d4"
    story.noted(OwnerChanged(repair=order.repair, old="e1", new="e4"))
    assert order.desk == "d4"


def test_e22_what_waits_at_the_old_desk_is_passed_on(story: Story) -> None:
    order = at_desk(story)
    the_repair(story).desk = "d4"
    story.noted(OwnerChanged(repair=order.repair, old="e1", new="e4"))
    assert order.desk == "d1"


def test_e8_what_goes_back_is_carried_by_hand_too(story: Story) -> None:
    order = picked(story)
    story.believed(HANDHELD, PartsOrderCancelled(parts_order=order.id))
    nobody_drives(story, order)
    assert story.last(OpenOutlet).units == (order.unit,)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    assert (order.state, the_unit(story).place) == ("RETURNING", "HAND:pk1")
    balanced(story)


def test_m8_a_stray_is_fetched_by_the_keeper_only(story: Story) -> None:
    order = loaded(story)
    order.state, the_unit(story).parts_order = "LOST", ""
    story.books.reservations.clear()
    assert refused(story, HANDHELD, UnitCollected(unit=order.unit)) == "not-the-parts-keeper"
