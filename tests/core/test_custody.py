"""Where the customer's phone is, and the loaner: c1–c10, l1–l3; E19, E26, E27, B19; mail-in (r3, c2, c8)."""

import pytest

from shopfloor.contract.actor import DAY
from shopfloor.contract.commands import AlertHandheld
from shopfloor.contract.events import (
    DecisionDeferred,
    DeviceFoundAgain,
    DeviceReceivedBack,
    DeviceScanned,
    DeviceSentOut,
    DisputeDecided,
    DocumentAsked,
    EngineerSignedOn,
    LoanerDeclaredLost,
    LoanerLent,
    LoanerReturned,
    LoanerWiped,
    MailInReceived,
    NextRequested,
    OverrideGiven,
    RepairAnnounced,
    RepairVoided,
    TicketTaken,
    WorkFinished,
    WorkStarted,
)
from shopfloor.contract.facts import (
    AlarmRaised,
    CustodyMoved,
    DeviceFound,
    DeviceMisplaced,
    LoanerMoved,
    PartyReminded,
    RepairOpened,
)
from shopfloor.contract.kinds import LineWanted
from shopfloor.core.books import Repair
from shopfloor.core.custody import loaner_out, place_of
from shopfloor.core.holds import hold_overnight, overnight_obstacles
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_bench import COLLEAGUE, KEEPER, LABOUR, out
from tests.core.at_the_desk import BOARD, HANDHELD, LINK, refused
from tests.core.story import Story

SEND_OUT = LineWanted(fault="MBD", service="send-out")


def scan(repair: Repair, place: str) -> DeviceScanned:
    return DeviceScanned(repair=repair.id, place=place)


def here(story: Story, repair: Repair) -> str:
    return place_of(story.floor.shop, repair.id)


# ── c1, c3–c5 ───────────────────────────────────────────────────────────────────────────────────


def test_c1_no_phone_is_kept_without_a_sealed_agreement() -> None:
    story = Story()
    repair = desk.seated(story)
    assert refused(story, HANDHELD, scan(repair, "desk/d1")) == "not-signed"
    assert here(story, repair) == "customer"


def test_c1_the_agreement_takes_it_in_and_a_second_scan_moves_nothing() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    moved = story.last(CustodyMoved)
    assert (moved.source, moved.target, moved.by) == ("customer", "desk/d1", "e1")
    story.believed(HANDHELD, scan(repair, "desk/d1"))
    assert len(story.all(CustodyMoved)) == 1


def test_c3_to_the_check_and_back_by_whoever_checks() -> None:
    story = Story()
    repair = bench.finished(story)
    bench.colleague(story)
    story.believed(COLLEAGUE, scan(repair, "qc"))
    assert here(story, repair) == "qc"
    story.believed(COLLEAGUE, scan(repair, "desk/d1"))
    assert here(story, repair) == "desk/d1"


def test_c4_c5_into_a_free_locker_by_anybody_out_of_it_by_the_owner() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    bench.colleague(story)
    story.believed(COLLEAGUE, scan(repair, "locker/9"))
    assert (here(story, repair), repair.locker) == ("locker/9", "locker/9")
    assert refused(story, COLLEAGUE, scan(repair, "desk/d2")) == "not-the-owner"
    story.believed(HANDHELD, scan(repair, "desk/d1"))
    assert (here(story, repair), repair.locker) == ("desk/d1", "")


def test_c4_a_locker_holds_one_phone() -> None:
    story = Story()
    bench.mailed_in(story)
    walk_in = story.books.repairs[bench.seated_again(story, line="A").repair]
    desk.described(story, walk_in)
    desk.signed(story)
    assert refused(story, HANDHELD, scan(walk_in, "locker/7")) == "locker-taken"
    story.believed(HANDHELD, scan(walk_in, "locker/8"))


@pytest.mark.parametrize("place", ["desk/d9", "locker/41", "locker/x", "roof", "customer/1"])
def test_a_place_that_the_shop_does_not_have(place: str) -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, scan(repair, place)) == "no-such-place"


def test_ways_that_are_not_in_the_table() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, scan(repair, "centre")) == "no-such-move"
    story.believed(HANDHELD, scan(repair, "locker/1"))
    assert refused(story, HANDHELD, scan(repair, "qc")) == "no-such-move"
    assert refused(story, HANDHELD, out(repair)) == "no-such-move"


# ── c7, E27 ─────────────────────────────────────────────────────────────────────────────────────


def test_c6_to_the_centre_with_its_waybill_and_back_by_whoever_unpacks_it() -> None:
    story = Story()
    repair = desk.approved(story, SEND_OUT)
    assert refused(story, HANDHELD, scan(repair, "centre")) == "no-such-move"
    story.believed(HANDHELD, DeviceSentOut(repair=repair.id, waybill="WB9", promise=story.now + 3 * DAY))
    moved = story.last(CustodyMoved)
    assert (moved.source, moved.target, moved.waybill) == ("desk/d1", "centre", "WB9")
    bench.keeper(story)
    assert refused(story, KEEPER, scan(repair, "locker/1")) == "no-such-move"
    story.believed(KEEPER, scan(repair, "desk/d1"))
    assert here(story, repair) == "desk/d1"
    moves = len(story.all(CustodyMoved))
    story.believed(HANDHELD, DeviceReceivedBack(repair=repair.id, photos=2))
    assert (repair.state, len(story.all(CustodyMoved))) == ("QC", moves)


def test_c6_unpacked_by_its_engineer_the_receipt_is_the_scan() -> None:
    story = Story()
    repair = desk.approved(story, SEND_OUT)
    story.believed(HANDHELD, DeviceSentOut(repair=repair.id, waybill="WB9", promise=story.now + 3 * DAY))
    story.believed(HANDHELD, DeviceReceivedBack(repair=repair.id, photos=2))
    assert (story.last(CustodyMoved).source, here(story, repair)) == ("centre", "desk/d1")


def test_c7_e27_the_safety_box_is_opened_by_two() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, scan(repair, "safety-box")) == "needs-manager"
    allowed = OverrideGiven(about=repair.id, rule="safety-box", reason="swollen battery")
    story.believed(BOARD, allowed)
    story.believed(HANDHELD, scan(repair, "safety-box"))
    assert here(story, repair) == "safety-box"
    assert refused(story, HANDHELD, scan(repair, "desk/d1")) == "needs-manager"
    story.believed(BOARD, scan(repair, "desk/d1"))
    assert here(story, repair) == "desk/d1"


def test_c7_a_phone_that_stays_in_the_safety_box_is_on_the_managers_board_at_once() -> None:
    """A manager has no handheld to buzz: the first reminder is an alarm."""
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(BOARD, OverrideGiven(about=repair.id, rule="safety-box", reason="swollen battery"))
    story.believed(HANDHELD, scan(repair, "safety-box"))
    story.minutes(59)
    assert f"phone/{repair.id}" not in story.books.alarms
    story.minutes(1)
    assert story.books.alarms[f"phone/{repair.id}"][:2] == (f"phone/{repair.id} is waiting for you: SAFETY_BOX", "MG")


def test_c10_what_the_board_says_already_is_not_talked_over_by_a_reminder() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    wrong = DeviceScanned(repair=repair.id, place="qc", label="R99")
    story.believed(HANDHELD, wrong)
    words = story.books.alarms[f"phone/{repair.id}"]
    story.minutes(10)
    assert story.last(PartyReminded).party == "MG"
    assert story.books.alarms[f"phone/{repair.id}"] == words


def test_whoever_has_a_handheld_is_buzzed_first_and_the_board_comes_second() -> None:
    story = Story()
    repair = bench.working(story)
    bench.keeper(story)
    story.believed(HANDHELD, scan(repair, "qc"))
    story.minutes(15)
    about = f"phone/{repair.id}"
    assert [alert.to for alert in story.all(AlertHandheld) if alert.about == about] == [HANDHELD]
    assert about not in story.books.alarms
    story.minutes(15)
    assert story.books.alarms[about][1] == "MG"


# ── c8, c9 ──────────────────────────────────────────────────────────────────────────────────────


def test_c8_nothing_leaves_in_the_middle_of_a_repair() -> None:
    story = Story()
    repair = bench.working(story)
    assert refused(story, HANDHELD, out(repair)) == "wrong-state"
    courier = DeviceScanned(repair=repair.id, place="courier", receiver="courier", waybill="W")
    assert refused(story, HANDHELD, courier) == "not-mail-in"


def test_c9_home_undecided_against_a_receipt_and_back_again() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story, LABOUR)
    home = DeviceScanned(repair=repair.id, place="customer", undecided=True, receiver="owner")
    assert refused(story, HANDHELD, home) == "wrong-state"
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="customer"))
    nobody = DeviceScanned(repair=repair.id, place="customer", undecided=True)
    assert refused(story, HANDHELD, nobody) == "receiver"
    story.believed(HANDHELD, home)
    assert (here(story, repair), repair.state) == ("customer", "ON_HOLD(undecided)")
    story.believed(HANDHELD, scan(repair, "desk/d1"))
    assert (here(story, repair), repair.scanned_out) == ("desk/d1", False)


def test_c9_also_out_of_a_locker() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story, LABOUR)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="locker/2"))
    story.believed(HANDHELD, scan(repair, "locker/2"))
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="customer", undecided=True, receiver="owner"))
    assert here(story, repair) == "customer"


# ── c10, E26 ────────────────────────────────────────────────────────────────────────────────────


def test_c10_e26_another_label_stops_the_work_and_starts_a_search() -> None:
    story = Story()
    repair = bench.working(story)
    mixed_up = DeviceScanned(repair=repair.id, place="locker/1", label="R77")
    story.believed(HANDHELD, mixed_up)
    assert here(story, repair) == "misplaced"
    assert story.last(DeviceMisplaced).last_place == "desk/d1"
    assert [a.party for a in story.all(AlarmRaised)] == ["MG"]
    finished = WorkFinished(repair=repair.id, labour_min=1, lines_done=(1,))
    assert refused(story, HANDHELD, finished) == "phone-not-here"
    assert refused(story, HANDHELD, mixed_up) == "wrong-label"
    assert overnight_obstacles(story.floor.shop)
    story.believed(BOARD, DeviceFoundAgain(repair=repair.id, place="desk/d1"))
    assert (here(story, repair), story.last(DeviceFound).place) == ("desk/d1", "desk/d1")
    story.believed(HANDHELD, finished)


def test_c10_only_what_is_missing_is_found() -> None:
    story = Story()
    repair = bench.working(story)
    assert refused(story, BOARD, DeviceFoundAgain(repair=repair.id, place="desk/d1")) == "wrong-state"


def test_the_right_label_is_no_surprise() -> None:
    story = Story()
    repair = bench.working(story)
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="locker/1", label=repair.id))
    assert here(story, repair) == "locker/1"


# ── mail-in ─────────────────────────────────────────────────────────────────────────────────────


def ready_to_travel(story: Story) -> Repair:
    """ACCEPTING: a mail-in, paid by link, on e1's desk."""
    repair = bench.mailed_in(story)
    story.believed(HANDHELD, scan(repair, "desk/d1"))
    desk.described(story, repair)
    desk.signed(story)
    repair.diagnoses.append("BAT")
    story.wait(6_000)
    desk.quoted(story, LABOUR)
    desk.inked(story)
    story.believed(desk.ARCHIVE, desk.seal_answer(story))
    story.believed(HANDHELD, WorkStarted(repair=repair.id))
    story.believed(HANDHELD, WorkFinished(repair=repair.id, labour_min=9, lines_done=(1,)))
    bench.passes(story, repair)
    desk.report_read(story)
    bench.pays(story)
    assert repair.state == "ACCEPTING"
    return repair


def travelling(story: Story) -> Repair:
    repair = ready_to_travel(story)
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="courier", receiver="courier", waybill="WB2"))
    return repair


def test_r3_c2_a_known_parcel_gets_an_owner_and_a_locker() -> None:
    story = Story()
    repair = bench.mailed_in(story)
    assert (repair.state, repair.owner, here(story, repair)) == ("INTAKE", "e1", "locker/7")
    assert story.last(RepairOpened).repair_kind == "MAIL_IN"
    assert (story.last(CustodyMoved).source, story.last(CustodyMoved).waybill) == ("courier", "WB1")
    described = bench.intake_of(repair)
    assert refused(story, HANDHELD, described) == "phone-not-here"
    story.believed(HANDHELD, scan(repair, "desk/d1"))
    story.believed(HANDHELD, described)
    assert desk.signed(story).surface == LINK
    assert (repair.state, here(story, repair)) == ("DIAGNOSING", "desk/d1")


def test_a_parcel_keeps_a_desk_busy_only_while_it_lies_there() -> None:
    story = Story()
    repair = bench.mailed_in(story)
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed(HANDHELD, scan(repair, "desk/d1"))
    assert refused(story, HANDHELD, NextRequested()) == "desk-busy"
    story.believed(HANDHELD, scan(repair, "locker/7"))
    story.believed(HANDHELD, NextRequested())


def test_r3_the_engineer_with_the_least_work_gets_it() -> None:
    story = Story()
    bench.working(story)
    bench.colleague(story)
    bench.keeper(story)
    form = RepairAnnounced(repair_kind="MAIL_IN", model="AST-M60", fault="BAT", waybill="WB1")
    story.believed(LINK, form)
    story.believed(KEEPER, MailInReceived(waybill="WB1", photos=2, locker="locker/7"))
    assert story.last(RepairOpened).owner == "e2"


def test_r3_an_unknown_parcel_stays_closed() -> None:
    story = Story()
    bench.keeper(story)
    parcel = MailInReceived(waybill="WB1", photos=2, locker="locker/7")
    assert refused(story, KEEPER, parcel) == "unknown-waybill"
    story.believed(LINK, RepairAnnounced(repair_kind="MAIL_IN", model="AST-M60", fault="BAT", waybill="WB1"))
    assert refused(story, KEEPER, parcel) == "nobody-certified"
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    assert refused(story, HANDHELD, parcel) == "not-yours"
    story.believed(KEEPER, parcel)


def test_c8_a_mail_in_is_signed_for_where_the_parcel_arrives() -> None:
    story = Story()
    repair = ready_to_travel(story)
    without = DeviceScanned(repair=repair.id, place="courier", receiver="courier")
    assert refused(story, HANDHELD, without) == "no-waybill"
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="courier", receiver="courier", waybill="WB2"))
    assert (repair.state, here(story, repair)) == ("ACCEPTING", "courier")
    desk.rendered(story)
    story.wait(2 * DAY)
    desk.inked(story)
    story.believed(desk.ARCHIVE, desk.seal_answer(story))
    assert (repair.state, here(story, repair)) == ("HANDED_OVER", "customer")


def test_r25_a_parcel_unsigned_for_ten_days_becomes_a_dispute() -> None:
    story = Story()
    repair = travelling(story)
    bench.days(story, 10)
    assert (repair.state, repair.disputed) == ("ON_HOLD(acceptance)", True)
    story.believed(BOARD, DisputeDecided(repair=repair.id, fault_confirmed=False))
    desk.signed(story)
    assert repair.state == "HANDED_OVER"


def test_r43_does_not_apply_while_a_parcel_travels() -> None:
    story = Story()
    repair = travelling(story)
    hold_overnight(story.floor.shop, repair)
    assert repair.state == "ACCEPTING"


# ── the loaner: l1–l3, E19 ──────────────────────────────────────────────────────────────────────


def lent(story: Story, repair: Repair) -> None:
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="LOANER", loaner="lo1"))
    desk.signed(story)
    story.believed(HANDHELD, LoanerLent(repair=repair.id, loaner="lo1"))


def test_l1_lent_against_a_signature_for_this_very_phone() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    lend = LoanerLent(repair=repair.id, loaner="lo1")
    assert refused(story, HANDHELD, lend) == "not-signed"
    lent(story, repair)
    assert (story.last(LoanerMoved).state, loaner_out(story.floor.shop, repair.id)) == ("LENT", "lo1")
    assert refused(story, HANDHELD, LoanerLent(repair=repair.id, loaner="lo2")) == "already"
    assert refused(story, HANDHELD, lend) == "wrong-state"


def test_l2_back_looked_at_wiped_and_in_stock_again() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    lent(story, repair)
    assert refused(story, HANDHELD, LoanerWiped(loaner="lo1")) == "wrong-state"
    assert refused(story, HANDHELD, LoanerReturned(loaner="lo1", condition=" ")) == "no-condition"
    story.believed(HANDHELD, LoanerReturned(loaner="lo1", condition="fine"))
    assert refused(story, HANDHELD, LoanerReturned(loaner="lo1", condition="fine")) == "wrong-state"
    story.believed(HANDHELD, LoanerWiped(loaner="lo1"))
    loaner = story.books.loaners["lo1"]
    assert (loaner.state, loaner.repair, "lo1" in story.books.waits) == ("IN_STOCK", "", False)


def test_e19_no_hand_over_while_the_loaner_is_out() -> None:
    story = Story()
    repair = bench.accepting(story)
    desk.signed(story)
    loaner = story.books.loaners["lo1"]
    loaner.state, loaner.repair = "LENT", repair.id
    story.floor.shop.wait(loaner, story.now + DAY, "CU")
    assert refused(story, HANDHELD, out(repair)) == "loaner-out"
    story.believed(HANDHELD, LoanerReturned(loaner="lo1", condition="fine"))
    story.believed(HANDHELD, out(repair))
    assert repair.state == "HANDED_OVER"


def test_l3_late_reminded_then_lost_after_thirty_days() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    lent(story, repair)
    bench.days(story, 4)
    assert [r.party for r in story.all(PartyReminded) if r.about == "lo1"] == ["CU"]
    bench.days(story, 25)
    assert story.books.loaners["lo1"].state == "LENT"
    story.wait(DAY)
    assert story.books.loaners["lo1"].state == "LOST"
    assert loaner_out(story.floor.shop, repair.id) == ""
    assert "lo1" in story.books.alarms


def test_l3_declared_lost_by_the_manager() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    lost = LoanerDeclaredLost(loaner="lo1", reason="the customer says stolen")
    assert refused(story, BOARD, lost) == "wrong-state"
    lent(story, repair)
    story.believed(BOARD, lost)
    assert story.books.loaners["lo1"].state == "LOST"


def test_r36_not_while_the_loaner_is_out() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    lent(story, repair)
    assert refused(story, BOARD, RepairVoided(repair=repair.id, reason="mistake")) == "loaner-out"
