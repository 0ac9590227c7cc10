"""Before the visit and after it: r1, r2, r24, r33–r36; E21, B18, B22."""

import pytest

from shopfloor.contract.actor import DAY, HOUR
from shopfloor.contract.commands import AlertHandheld, SendNotice, ShowWhiteBox
from shopfloor.contract.events import (
    AccessoriesReturned,
    AppointmentBooked,
    AppointmentCancelled,
    ComplaintMade,
    ComplaintSettled,
    CustomerCheckedIn,
    CustomerSeated,
    DeviceReassembled,
    DiagnosisRecorded,
    DocumentAsked,
    EngineerSignedOn,
    FaultNotFound,
    NextRequested,
    NoticeDelivered,
    OverrideGiven,
    QuotePrepared,
    RepairAnnounced,
    RepairVoided,
    ReworkClaimed,
    SurveyAnswered,
    WorkFinished,
    WorkStarted,
)
from shopfloor.contract.facts import (
    AccessoriesGivenBack,
    AlarmRaised,
    ComplaintClosed,
    ComplaintReceived,
    DeviceHandedOver,
    FollowUpStarted,
    QuoteDrafted,
    RepairCancelled,
    RepairClosed,
    RepairExpected,
    RepairExpired,
    ReworkOpened,
    SurveyReceived,
    TicketServed,
    WarrantyGiven,
)
from shopfloor.core.books import PaymentRequest, Repair
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_bench import LABOUR, out
from tests.core.at_the_desk import BOARD, HANDHELD, LINK, refused
from tests.core.story import Story

MAIL_IN = RepairAnnounced(repair_kind="MAIL_IN", model="AST-M60", fault="BAT", waybill="WB1")


def booked(story: Story) -> Repair:
    """EXPECTED, for one o'clock."""
    story.believed(LINK, AppointmentBooked(at=story.now + 3 * HOUR, fault="BAT", model="AST-M60"))
    ticket = next(iter(story.books.tickets.values()))
    form = RepairAnnounced(repair_kind="BOOKED", model="AST-M60", fault="BAT", booking=ticket.booking)
    story.believed(LINK, form)
    return story.books.repairs[story.last(RepairExpected).repair]


def survey(repair: Repair, score: int) -> SurveyAnswered:
    return SurveyAnswered(repair=repair.id, score=score, recommend=9)


def followed_up(story: Story) -> Repair:
    """FOLLOW_UP, a day after the hand-over."""
    repair = bench.handed_over(story)
    story.wait(DAY)
    assert repair.state == "FOLLOW_UP"
    return repair


# ── r1, r2 ──────────────────────────────────────────────────────────────────────────────────────


def test_r1_r4_an_announced_repair_is_opened_when_its_customer_sits_down() -> None:
    story = Story()
    repair = booked(story)
    assert (repair.state, repair.repair_kind) == ("EXPECTED", "BOOKED")
    story.wait(3 * HOUR)
    story.believed("queue/q1", CustomerCheckedIn(booking=repair.booking))
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    story.believed(HANDHELD, NextRequested())
    story.believed(HANDHELD, CustomerSeated(ticket=story.books.desks["d1"].ticket))
    assert (repair.state, repair.owner, repair.model) == ("INTAKE", "e1", "AST-M60")
    assert list(story.books.repairs) == [repair.id]


def test_r1_once_per_booking_and_only_what_we_repair() -> None:
    story = Story()
    repair = booked(story)
    again = RepairAnnounced(repair_kind="BOOKED", model="AST-M60", fault="BAT", booking=repair.booking)
    assert refused(story, LINK, again) == "already"
    unknown = RepairAnnounced(repair_kind="BOOKED", model="AST-M60", fault="BAT", booking="T99")
    assert refused(story, LINK, unknown) == "unknown-booking"
    other = RepairAnnounced(repair_kind="MAIL_IN", model="AST-M60", fault="FLD", waybill="W")
    assert refused(story, LINK, other) == "not-in-catalogue"


def test_r1_a_parcel_has_a_waybill_of_its_own() -> None:
    story = Story()
    nameless = RepairAnnounced(repair_kind="MAIL_IN", model="AST-M60", fault="BAT")
    story.believed(LINK, MAIL_IN)
    assert refused(story, LINK, nameless) == "no-waybill"
    assert refused(story, LINK, MAIL_IN) == "already"


@pytest.mark.parametrize("how", ["cancelled", "missed"])
def test_r2_a_booking_that_ends_unseated_takes_its_repair_along(how: str) -> None:
    story = Story()
    repair = booked(story)
    if how == "cancelled":
        story.believed(LINK, AppointmentCancelled(booking=repair.booking))
    else:
        story.wait(3 * HOUR + DAY // 24)
    assert repair.state == "CANCELLED"
    assert story.last(RepairExpired).repair == repair.id


def test_r2_a_parcel_that_nobody_has_seen_for_two_weeks_is_forgotten() -> None:
    story = Story()
    story.believed(LINK, MAIL_IN)
    repair = next(iter(story.books.repairs.values()))
    story.wait(14 * DAY - 1)
    assert repair.state == "EXPECTED"
    story.wait(1)
    assert repair.state == "CANCELLED"


# ── r24 ─────────────────────────────────────────────────────────────────────────────────────────


def test_r24_signed_then_scanned_out() -> None:
    story = Story()
    repair = bench.accepting(story)
    request = desk.signed(story)
    assert repair.state == "ACCEPTING"
    story.believed(HANDHELD, out(repair))
    assert (repair.state, repair.accepted, repair.receiver) == ("HANDED_OVER", request.id, "owner")
    given = story.last(DeviceHandedOver)
    assert (given.charged, given.lines_done, given.receiver) == (10_000, (1,), "owner")
    assert story.books.phones[f"phone/{repair.id}"].place == "customer"
    assert story.all(TicketServed)


def test_r24_scanned_out_then_signed() -> None:
    story = Story()
    repair = bench.accepting(story)
    story.believed(HANDHELD, out(repair))
    assert repair.state == "ACCEPTING"
    desk.signed(story)
    assert repair.state == "HANDED_OVER"


def test_r24_c9_a_phone_that_was_home_before_is_scanned_out_again() -> None:
    """Who took it home undecided is not who takes it home repaired."""
    story = Story()
    repair = bench.accepting(story)
    repair.receiver = "owner"
    desk.signed(story)
    assert repair.state == "ACCEPTING"
    story.believed(HANDHELD, out(repair))
    assert repair.state == "HANDED_OVER"


def test_r24_accessories_are_ticked_off() -> None:
    story = Story()
    repair = bench.accepting(story)
    repair.accessories = ("case", "sim-tray")
    desk.signed(story)
    assert refused(story, HANDHELD, out(repair)) == "accessories"
    one = AccessoriesReturned(repair=repair.id, accessories=("case",))
    assert refused(story, HANDHELD, one) == "accessories"
    story.believed(HANDHELD, AccessoriesReturned(repair=repair.id, accessories=("sim-tray", "case")))
    assert story.last(AccessoriesGivenBack).accessories == ("sim-tray", "case")
    story.believed(HANDHELD, out(repair))
    assert repair.state == "HANDED_OVER"


@pytest.mark.parametrize(
    ("wrong", "code"), [("owed", "not-paid"), ("over", "refund-first"), ("lost", "payment-unknown")]
)
def test_r24_b18_not_while_the_money_is_not_right(wrong: str, code: str) -> None:
    story = Story()
    repair = bench.accepting(story)
    desk.signed(story)
    if wrong == "lost":
        story.books.payments["Y99"] = PaymentRequest(
            id="Y99", state="MANUAL", repair=repair.id, payment_kind="CHARGE", amount=1, attempt=9, pos=desk.POS
        )
    else:
        repair.settled += -1 if wrong == "owed" else 1
    assert refused(story, HANDHELD, out(repair)) == code
    assert repair.state == "ACCEPTING"


def test_r24_e20_a_proxy_comes_with_a_code_or_signs() -> None:
    story = Story()
    repair = bench.accepting(story)
    desk.signed(story)
    assert refused(story, HANDHELD, out(repair, "")) == "receiver"
    assert refused(story, HANDHELD, out(repair, "proxy-signed")) == "receiver"
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="PROXY"))
    desk.signed(story)
    story.believed(HANDHELD, out(repair, "proxy-signed"))
    assert (repair.state, story.last(DeviceHandedOver).receiver) == ("HANDED_OVER", "proxy-signed")


def test_r24_unrepaired_it_goes_against_another_paper_and_without_a_warranty() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, FaultNotFound(repair=repair.id, reason="works here", photos=1))
    story.believed(HANDHELD, DeviceReassembled(repair=repair.id, photos=2))
    desk.report_read(story)
    assert desk.signed(story).document == "RETURN_UNREPAIRED"
    story.believed(HANDHELD, out(repair, "proxy-code"))
    assert story.last(DeviceHandedOver).unrepaired
    assert not story.all(WarrantyGiven)


def test_r24_ninety_days_for_each_hardware_line_done() -> None:
    story = Story()
    repair = bench.handed_over(story)
    row = story.last(WarrantyGiven)
    assert (row.repair, row.line, row.fault, row.imei) == (repair.id, 1, "BAT", desk.IMEI)
    assert row.until == story.now + 90 * DAY
    assert list(story.books.warranties) == [row.warranty]


# ── r33, r34 ────────────────────────────────────────────────────────────────────────────────────


def test_r33_follow_up_starts_when_the_last_copy_has_arrived() -> None:
    story = Story()
    repair = bench.handed_over(story)
    copies = {notice.id: notice for notice in story.all(SendNotice) if notice.topic == "copy"}
    for notice in copies.values():
        assert repair.state == "HANDED_OVER"
        story.believed(notice.to, NoticeDelivered(command=notice.id))
    assert repair.state == "FOLLOW_UP"
    assert story.all(FollowUpStarted)


def test_r33_or_after_a_day() -> None:
    story = Story()
    repair = bench.handed_over(story)
    story.wait(DAY - 1)
    assert repair.state == "HANDED_OVER"
    story.wait(1)
    assert repair.state == "FOLLOW_UP"


def test_r34_a_good_answer_closes_the_repair() -> None:
    story = Story()
    repair = followed_up(story)
    story.believed(LINK, survey(repair, 5))
    assert (repair.state, story.last(RepairClosed).reason) == ("CLOSED", "survey")
    assert story.last(SurveyReceived).score == 5
    assert refused(story, LINK, survey(repair, 5)) == "wrong-state"


def test_r34_silence_closes_it_after_a_week() -> None:
    story = Story()
    repair = followed_up(story)
    bench.days(story, 7)
    assert repair.state == "CLOSED"


def test_r34_two_stars_keep_it_open_until_the_manager_has_called() -> None:
    story = Story()
    repair = followed_up(story)
    story.believed(LINK, survey(repair, 2))
    assert (repair.state, repair.complaint) == ("FOLLOW_UP", True)
    wait = story.books.waits[repair.id]
    assert (wait.due, wait.party) == (story.now + 48 * HOUR, "MG")
    assert "e1" in story.last(AlarmRaised).words
    bench.days(story, 8)
    assert repair.state == "FOLLOW_UP"
    story.believed(BOARD, ComplaintSettled(repair=repair.id, how="called, a new film for free"))
    assert repair.state == "CLOSED"
    assert story.all(ComplaintClosed)


def test_r34_a_complaint_before_the_survey_outlives_it() -> None:
    story = Story()
    repair = bench.handed_over(story)
    story.believed(LINK, ComplaintMade(repair=repair.id, words="it rattles"))
    assert refused(story, LINK, ComplaintMade(repair=repair.id, words="it rattles")) == "already"
    assert story.last(ComplaintReceived).repair == repair.id
    story.wait(DAY)
    assert story.books.waits[repair.id].party == "MG"
    story.believed(LINK, survey(repair, 5))
    assert repair.state == "FOLLOW_UP"
    story.believed(BOARD, ComplaintSettled(repair=repair.id, how="tightened"))
    assert repair.state == "CLOSED"


def test_r34_without_an_answer_the_week_begins_anew_when_the_complaint_is_settled() -> None:
    story = Story()
    repair = followed_up(story)
    settled = ComplaintSettled(repair=repair.id, how="tightened")
    assert refused(story, BOARD, settled) == "no-complaint"
    story.believed(LINK, ComplaintMade(repair=repair.id, words="it rattles"))
    story.believed(BOARD, settled)
    assert repair.state == "FOLLOW_UP"
    bench.days(story, 7)
    assert repair.state == "CLOSED"


# ── r35, E21 ────────────────────────────────────────────────────────────────────────────────────


def back_again(story: Story, after_days: int) -> tuple[Repair, Repair]:
    """The same phone comes back; the new repair is in INTAKE, described."""
    parent = bench.handed_over(story)
    bench.days(story, after_days)
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    ticket = bench.seated_again(story, line="A")
    repair = story.books.repairs[ticket.repair]
    desk.described(story, repair)
    return parent, repair


def claim(repair: Repair, parent: Repair, line: int = 1, *, new_damage: bool = False) -> ReworkClaimed:
    return ReworkClaimed(repair=repair.id, parent=parent.id, line=line, new_damage=new_damage)


def test_r35_e21_b22_the_same_line_within_ninety_days_costs_nothing() -> None:
    story = Story()
    parent, repair = back_again(story, 40)
    assert any(repair.id in alert.words for alert in story.all(AlertHandheld))
    story.believed(HANDHELD, claim(repair, parent))
    assert (repair.repair_kind, repair.parent) == ("REWORK", parent.id)
    opened = story.last(ReworkOpened)
    assert (opened.repair, opened.parent, opened.line) == (repair.id, parent.id, 1)
    desk.maker_answers(story, covered=False)
    desk.signed(story)
    repair.diagnoses.append("BAT")
    story.believed(HANDHELD, QuotePrepared(repair=repair.id, lines=(LABOUR,), promised_min=60))
    assert [(line.rule, line.price_fen) for line in story.last(QuoteDrafted).lines] == [(1, 0)]


def test_e21_a_phone_that_was_never_here_is_nobodys_rework() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    assert not any(repair.id in alert.words for alert in story.all(AlertHandheld))


def test_r35_rework_does_not_start_the_ninety_days_anew() -> None:
    story = Story()
    parent, repair = back_again(story, 40)
    first = story.last(WarrantyGiven)
    story.believed(HANDHELD, claim(repair, parent))
    desk.signed(story)
    story.wait(6_000)
    story.believed(HANDHELD, DiagnosisRecorded(repair=repair.id, fault="BAT", cause="loose again"))
    story.believed(HANDHELD, QuotePrepared(repair=repair.id, lines=(LABOUR,), promised_min=60))
    desk.signed(story)
    story.believed(HANDHELD, WorkStarted(repair=repair.id))
    story.believed(HANDHELD, WorkFinished(repair=repair.id, labour_min=5, lines_done=(1,)))
    bench.passes(story, repair)
    desk.report_read(story)
    desk.signed(story)
    story.believed(HANDHELD, out(repair))
    assert story.last(DeviceHandedOver).charged == 0
    assert story.last(WarrantyGiven).repair == repair.id
    assert story.last(WarrantyGiven).until == first.until


@pytest.mark.parametrize(("line", "damage", "code"), [(2, False, "no-warranty"), (1, True, "needs-manager")])
def test_r35_another_line_or_new_damage_is_not_covered(line: int, damage: bool, code: str) -> None:
    story = Story()
    parent, repair = back_again(story, 40)
    assert refused(story, HANDHELD, claim(repair, parent, line, new_damage=damage)) == code


def test_r35_the_manager_may_look_past_new_damage_once() -> None:
    story = Story()
    parent, repair = back_again(story, 40)
    story.believed(BOARD, OverrideGiven(about=repair.id, rule="new-damage", reason="a scratch only"))
    story.believed(HANDHELD, claim(repair, parent, new_damage=True))
    assert not story.books.overrides
    assert refused(story, HANDHELD, claim(repair, parent)) == "already"


def test_r35_another_phone_is_another_repair() -> None:
    story = Story()
    parent, repair = back_again(story, 1)
    repair.imei = "001010000000016"
    assert refused(story, HANDHELD, claim(repair, parent)) == "another-phone"


def test_r35_after_ninety_days_it_is_too_late() -> None:
    story = Story()
    parent, repair = back_again(story, 91)
    assert refused(story, HANDHELD, claim(repair, parent)) in ("too-late", "no-warranty")


# ── r36 ─────────────────────────────────────────────────────────────────────────────────────────


def void(repair: Repair) -> RepairVoided:
    return RepairVoided(repair=repair.id, reason="opened by mistake")


def test_r36_a_repair_opened_by_mistake_is_voided() -> None:
    story = Story()
    repair = desk.seated(story)
    story.believed(BOARD, void(repair))
    assert (repair.state, story.last(RepairCancelled).reason) == ("CANCELLED", "opened by mistake")
    assert story.all(TicketServed)
    assert refused(story, BOARD, void(repair)) == "wrong-state"


def test_r36_not_while_anything_of_it_is_left() -> None:
    story = Story()
    repair = bench.working(story)
    assert refused(story, BOARD, void(repair)) == "phone-here"
    order = bench.with_part(story, repair, "ACCEPTED", "u1")
    assert refused(story, BOARD, void(repair)) == "units-out"
    order.state = "RETURNED"
    repair.settled = 100
    assert refused(story, BOARD, void(repair)) == "not-refunded"


def test_b27_the_pad_is_empty_when_the_customer_has_gone() -> None:
    story = Story()
    bench.handed_over(story)
    assert story.last(ShowWhiteBox).repair == ""
