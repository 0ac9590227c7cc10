"""Standing still: a late part, another engineer, the centre, the night (r16, r29–r31, r40, r42–r44; E22, E30)."""

import pytest

from shopfloor.contract.actor import DAY, HOUR, MINUTE
from shopfloor.contract.commands import AlertHandheld
from shopfloor.contract.events import (
    ChoiceMade,
    CustomerWentAway,
    DeviceReceivedBack,
    DeviceScanned,
    DeviceSentOut,
    EngineerAway,
    EngineerSignedOn,
    HandoverAccepted,
    HandoverOrdered,
    HandoverRequested,
    HoldDecided,
    WorkBlocked,
    WorkFinished,
    WorkResumed,
    WorkStarted,
)
from shopfloor.contract.facts import (
    AlarmRaised,
    ChoiceRecorded,
    DeviceReturned,
    DeviceShipped,
    HandoverOpened,
    OwnerChanged,
    PartBackordered,
    PartsOrderEnded,
    PartyReminded,
    PromiseChanged,
    RepairCancelled,
    RepairHeld,
    RepairResumed,
    ReturnDecided,
    TicketServed,
    UnitReserved,
)
from shopfloor.contract.kinds import LineWanted
from shopfloor.core.books import PartsOrder, Repair
from shopfloor.core.holds import hold_overnight, overnight_obstacles
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_bench import COLLEAGUE, LABOUR
from tests.core.at_the_desk import BOARD, HANDHELD, LINK, refused
from tests.core.story import MORNING, Story

SEND_OUT = LineWanted(fault="MBD", service="send-out")
NOTE = "screws are in the left tray"


def place_of(story: Story, repair: Repair) -> str:
    return story.books.phones[f"phone/{repair.id}"].place


def late(order: PartsOrder) -> PartBackordered:
    return PartBackordered(parts_order=order.id, repair=order.repair, sku=order.sku)


def found(order: PartsOrder) -> UnitReserved:
    return UnitReserved(parts_order=order.id, repair=order.repair, unit="u1", sku=order.sku, bin="c1.1")


def waiting_for_part(story: Story) -> tuple[Repair, PartsOrder]:
    """ON_HOLD(part): blocked, and the one part awaited is nowhere in the shop."""
    repair = bench.working(story)
    order = bench.with_part(story, repair, "RESERVED")
    story.believed(HANDHELD, WorkBlocked(repair=repair.id))
    order.state = "BACKORDERED"
    story.noted(late(order))
    return repair, order


def handed_on(story: Story) -> Repair:
    """ON_HOLD(handover) out of REPAIRING."""
    repair = bench.working(story)
    bench.colleague(story)
    story.believed(HANDHELD, HandoverRequested(repair=repair.id, note=NOTE))
    return repair


# ── r16, r40 ────────────────────────────────────────────────────────────────────────────────────


def test_r16_the_only_part_is_late_and_the_customer_goes_home() -> None:
    story = Story()
    repair, _order = waiting_for_part(story)
    held = story.last(RepairHeld)
    assert (repair.state, held.reason, held.back_to) == ("ON_HOLD(part)", "part", "PARTS_WAIT")
    assert story.all(TicketServed)


def test_r16_not_while_another_part_is_still_on_its_way() -> None:
    story = Story()
    repair = bench.working(story)
    one = bench.with_part(story, repair, "RESERVED")
    other = bench.with_part(story, repair, "IN_TRANSIT(robot)", "u2")
    story.believed(HANDHELD, WorkBlocked(repair=repair.id))
    one.state = "BACKORDERED"
    story.noted(late(one))
    assert repair.state == "PARTS_WAIT"
    other.state = "BACKORDERED"
    story.noted(late(other))
    assert repair.state == "ON_HOLD(part)"


def test_r16_not_while_another_signed_line_needs_no_part() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    order = bench.with_part(story, repair, "BACKORDERED")
    story.noted(late(order))
    assert repair.state == "APPROVED"


def test_r16_blocked_by_a_part_that_was_late_already() -> None:
    story = Story()
    repair = bench.working(story)
    bench.with_part(story, repair, "BACKORDERED")
    story.believed(HANDHELD, WorkBlocked(repair=repair.id))
    assert repair.state == "ON_HOLD(part)"


def test_r40_the_part_has_come_and_there_is_a_new_promise() -> None:
    story = Story()
    repair, order = waiting_for_part(story)
    story.wait(2 * DAY)
    order.state = "RESERVED"
    story.noted(found(order))
    assert (repair.state, repair.back_to) == ("PARTS_WAIT", "")
    assert story.last(RepairResumed).state == "PARTS_WAIT"
    assert story.last(PromiseChanged).promised == story.now + HOUR == repair.promised_at


def test_r40_the_part_has_come_but_the_phone_is_at_home() -> None:
    story = Story()
    repair, order = waiting_for_part(story)
    going = DeviceScanned(repair=repair.id, place="customer", undecided=True, receiver="owner")
    story.believed(HANDHELD, going)
    order.state = "RESERVED"
    story.noted(found(order))
    assert repair.state == "ON_HOLD(part)"
    assert story.last(PartyReminded).party == "CU"
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="desk/d1"))
    assert repair.state == "PARTS_WAIT"


def test_r40_nothing_is_awaited_any_more() -> None:
    story = Story()
    repair, order = waiting_for_part(story)
    order.state = "CANCELLED"
    story.books.waits.pop(order.id)
    story.noted(PartsOrderEnded(parts_order=order.id, repair=repair.id, state="CANCELLED"))
    assert repair.state == "PARTS_WAIT"


def test_r40_the_customer_takes_it_back() -> None:
    story = Story()
    repair, _order = waiting_for_part(story)
    story.believed(LINK, ChoiceMade(repair=repair.id, choice="wait"))
    assert (story.last(ChoiceRecorded).choice, repair.state) == ("wait", "ON_HOLD(part)")
    story.believed(LINK, ChoiceMade(repair=repair.id, choice="take-back"))
    assert repair.state == "RETURNING"
    assert story.all(ReturnDecided)
    assert refused(story, LINK, ChoiceMade(repair=repair.id, choice="wait")) == "wrong-state"


def test_r40_asked_again_at_the_promised_date_and_given_back_after_thirty_days() -> None:
    story = Story()
    repair, _order = waiting_for_part(story)
    promised = repair.promised_at - story.now
    story.wait(promised)
    asked = [r for r in story.all(PartyReminded) if r.about == repair.id]
    assert [r.party for r in asked] == ["CU"]
    bench.days(story, 29)
    assert repair.state == "ON_HOLD(part)"
    story.wait(DAY)
    assert repair.state == "RETURNING"


# ── r29, r30, E22 ───────────────────────────────────────────────────────────────────────────────


def test_r29_r30_from_engineer_to_engineer_in_one_change() -> None:
    story = Story()
    repair = handed_on(story)
    assert (repair.state, repair.back_to) == ("ON_HOLD(handover)", "REPAIRING")
    assert story.last(HandoverOpened).note == NOTE
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    assert (repair.state, repair.owner, repair.desk, repair.owners) == ("REPAIRING", "e2", "d2", 2)
    changed = story.last(OwnerChanged)
    assert (changed.old, changed.new) == ("e1", "e2")
    assert refused(story, HANDHELD, WorkFinished(repair=repair.id, labour_min=1, lines_done=(1,))) == "not-the-owner"


def test_r30_the_customer_moves_along_and_the_old_desk_may_call_again() -> None:
    """Found by the demo: the ticket stayed behind and blocked the first engineer's desk until the hand-over."""
    story = Story()
    repair = handed_on(story)
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    ticket = story.books.tickets[repair.ticket]
    assert (ticket.desk, ticket.engineer, ticket.state) == ("d2", "e2", "SERVING")
    assert (story.books.desks["d1"].ticket, story.books.desks["d2"].ticket) == ("", ticket.id)


def test_r30_the_owner_may_think_better_of_it() -> None:
    story = Story()
    repair = handed_on(story)
    story.believed(HANDHELD, HandoverAccepted(repair=repair.id, engineer="e1"))
    assert (repair.state, repair.owner, repair.owners) == ("REPAIRING", "e1", 1)
    assert not story.all(OwnerChanged)


def test_r30_nobody_takes_what_is_not_offered_or_not_theirs_to_mend() -> None:
    story = Story()
    repair = bench.working(story)
    bench.colleague(story)
    accept = HandoverAccepted(repair=repair.id, engineer="e2")
    assert refused(story, COLLEAGUE, accept) == "wrong-state"
    story.believed(HANDHELD, HandoverRequested(repair=repair.id, note=NOTE))
    assert refused(story, HANDHELD, accept) == "not-you"
    foldable = next(m.id for m in story.floor.shop.catalogue.models.values() if m.foldable)
    repair.model = foldable
    assert refused(story, COLLEAGUE, accept) == "not-certified"


def test_r29_the_manager_names_one_and_nobody_else_takes_it() -> None:
    story = Story()
    repair = bench.working(story)
    bench.colleague(story)
    order = HandoverOrdered(repair=repair.id, engineer="e2")
    assert refused(story, BOARD, HandoverOrdered(repair=repair.id, engineer="e4")) == "not-here"
    assert refused(story, BOARD, HandoverOrdered(repair=repair.id, engineer="pk1")) == "not-certified"
    story.believed(BOARD, order)
    assert (repair.state, story.books.waits[repair.id].party) == ("ON_HOLD(handover)", "e2")
    assert story.last(AlertHandheld).to == COLLEAGUE
    assert refused(story, HANDHELD, HandoverAccepted(repair=repair.id, engineer="e1")) == "not-named"
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    assert (repair.owner, repair.heir) == ("e2", "")


def test_r30_a_repair_that_stands_still_changes_its_owner_and_nothing_else() -> None:
    story = Story()
    repair, _order = waiting_for_part(story)
    bench.colleague(story)
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    assert (repair.state, repair.owner) == ("ON_HOLD(part)", "e2")


def test_r30_whoever_looked_before_the_change_of_owner_decides_nothing() -> None:
    story = Story()
    repair = bench.reported(story)
    story.believed(HANDHELD, CustomerWentAway(repair=repair.id, locker="locker/4", seal="S-1"))
    looked_at = repair.revision
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    assert (repair.owner, repair.revision) == ("e2", looked_at + 1)


def test_e22_ten_minutes_without_the_owner_and_the_repair_is_up_for_hand_over() -> None:
    story = Story()
    repair = bench.working(story)
    story.believed(HANDHELD, EngineerAway(engineer="e1"))
    story.minutes(9)
    assert repair.state == "REPAIRING"
    story.minutes(1)
    assert (repair.state, repair.back_to) == ("ON_HOLD(handover)", "REPAIRING")


def test_e22_who_is_back_in_time_keeps_the_repair() -> None:
    story = Story()
    repair = bench.working(story)
    story.believed(HANDHELD, EngineerAway(engineer="e1"))
    story.minutes(9)
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    story.minutes(60)
    assert (repair.state, repair.owner) == ("REPAIRING", "e1")


def test_r29_nobody_takes_it_over_and_the_manager_is_told() -> None:
    story = Story()
    repair = handed_on(story)
    story.minutes(10)
    assert repair.id in [alarm.about for alarm in story.all(AlarmRaised) if alarm.party == "MG"]
    assert repair.state == "ON_HOLD(handover)"


# ── r31, r42 ────────────────────────────────────────────────────────────────────────────────────


def sent_out(story: Story) -> Repair:
    repair = desk.approved(story, SEND_OUT)
    story.believed(HANDHELD, DeviceSentOut(repair=repair.id, waybill="WB9", promise=story.now + 3 * DAY))
    return repair


def test_r31_r42_to_the_centre_and_back_into_the_check() -> None:
    story = Story()
    repair = sent_out(story)
    assert (repair.state, place_of(story, repair)) == ("SENT_OUT", "centre")
    assert story.last(DeviceShipped).waybill == "WB9"
    assert story.all(TicketServed)
    story.wait(2 * DAY)
    assert refused(story, HANDHELD, DeviceReceivedBack(repair=repair.id, photos=0)) == "photos"
    story.believed(HANDHELD, DeviceReceivedBack(repair=repair.id, photos=2))
    assert (repair.state, place_of(story, repair), repair.lines_done) == ("QC", "desk/d1", (1,))
    assert story.all(DeviceReturned)


def test_r31_only_by_a_signed_line_and_only_to_a_date_to_come() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    out = DeviceSentOut(repair=repair.id, waybill="WB9", promise=story.now + DAY)
    assert refused(story, HANDHELD, out) == "not-signed"
    other = Story()
    signed = desk.approved(other, SEND_OUT)
    assert refused(other, HANDHELD, DeviceSentOut(repair=signed.id, waybill="WB9", promise=other.now)) == "bad-time"
    bench.with_part(other, signed, "AT_DESK", "u1")
    assert refused(other, HANDHELD, DeviceSentOut(repair=signed.id, waybill="W", promise=other.now + 1)) == "parts-open"


def test_r31_a_phone_that_is_at_home_cannot_be_sent() -> None:
    story = Story()
    repair = desk.approved(story, SEND_OUT)
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="locker/1"))
    out = DeviceSentOut(repair=repair.id, waybill="WB9", promise=story.now + DAY)
    assert refused(story, HANDHELD, out) == "phone-not-here"


@pytest.mark.parametrize("to", ["QC", "RETURNING"])
def test_r42_the_centre_keeps_silent_and_the_manager_decides(to: str) -> None:
    story = Story()
    repair = sent_out(story)
    bench.days(story, 33)
    assert repair.state == "ON_HOLD(manager)"
    decided = HoldDecided(repair=repair.id, to="QC" if to == "QC" else "RETURNING")
    assert refused(story, BOARD, decided) == "phone-not-here"
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="desk/d1"))
    story.believed(BOARD, decided)
    assert repair.state == to


def test_r42_what_never_came_back_is_cancelled_when_no_money_is_held() -> None:
    story = Story()
    repair = sent_out(story)
    bench.days(story, 33)
    repair.settled = 100
    cancelled = HoldDecided(repair=repair.id, to="CANCELLED")
    assert refused(story, BOARD, cancelled) == "not-refunded"
    repair.settled = 0
    story.believed(BOARD, cancelled)
    assert repair.state == "CANCELLED"
    assert story.all(RepairCancelled)
    assert place_of(story, repair) == "centre"


def test_r42_nothing_to_decide_about_a_repair_on_the_bench() -> None:
    story = Story()
    repair = bench.working(story)
    assert refused(story, BOARD, HoldDecided(repair=repair.id, to="QC")) == "wrong-state"
    assert refused(story, HANDHELD, DeviceReceivedBack(repair=repair.id, photos=1)) == "wrong-state"


# ── r43, r44, E30 ───────────────────────────────────────────────────────────────────────────────


def put_away(story: Story) -> Repair:
    """ON_HOLD(overnight) at nine in the evening, the phone in locker 3."""
    repair = bench.working(story)
    story.wait(11 * HOUR)
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="locker/3"))
    hold_overnight(story.floor._begin(story.now), repair)
    story._keep(story.floor.shop.outs)
    story.floor._tell_rooms()
    return repair


def test_e30_a_phone_on_a_desk_is_an_obstacle_one_in_a_locker_is_not() -> None:
    story = Story()
    repair = bench.working(story)
    assert [repair.id in words for words in overnight_obstacles(story.floor.shop)] == [True]
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="locker/3"))
    assert overnight_obstacles(story.floor.shop) == []


def test_r43_r44_locked_away_for_the_night_and_resumed_by_its_owner() -> None:
    story = Story()
    repair = put_away(story)
    assert (repair.state, repair.back_to) == ("ON_HOLD(overnight)", "REPAIRING")
    assert (story.last(RepairHeld).reason, story.last(RepairHeld).back_to) == ("overnight", "REPAIRING")
    assert story.books.waits[repair.id].due == MORNING + DAY + 30 * MINUTE
    story.wait(13 * HOUR)
    bench.colleague(story)
    assert refused(story, COLLEAGUE, WorkResumed(repair=repair.id)) == "not-the-owner"
    story.believed(HANDHELD, WorkResumed(repair=repair.id))
    assert (repair.state, story.last(RepairResumed).state) == ("REPAIRING", "REPAIRING")


def test_r44_an_owner_who_does_not_come_loses_it_half_an_hour_after_opening() -> None:
    story = Story()
    repair = put_away(story)
    story.wait(13 * HOUR + 29 * MINUTE)
    assert repair.state == "ON_HOLD(overnight)"
    story.minutes(1)
    assert (repair.state, repair.back_to) == ("ON_HOLD(handover)", "REPAIRING")
    bench.colleague(story)
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    assert (repair.state, repair.owner) == ("REPAIRING", "e2")


def test_r44_only_what_was_put_away_is_resumed() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    assert refused(story, HANDHELD, WorkResumed(repair=repair.id)) == "wrong-state"
    story.believed(HANDHELD, WorkStarted(repair=repair.id))


def test_r43_a_repair_between_two_engineers_keeps_where_it_came_from() -> None:
    story = Story()
    repair = handed_on(story)
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="locker/3"))
    hold_overnight(story.floor._begin(story.now), repair)
    story.floor._tell_rooms()
    assert (repair.state, repair.back_to) == ("ON_HOLD(overnight)", "REPAIRING")
