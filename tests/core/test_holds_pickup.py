"""The customer does not take the phone now: away, unclaimed, or not content (r25–r28, r41, r45; E13, E20)."""

import pytest

from shopfloor.contract.actor import DAY, MINUTE
from shopfloor.contract.events import (
    CustomerIdentified,
    CustomerWentAway,
    DeviceReassembled,
    DeviceScanned,
    DisputeDecided,
    DocumentAsked,
    EngineerSignedOn,
    FaultNotFound,
    HandoverAccepted,
    SignatureRefused,
)
from shopfloor.contract.facts import (
    AlarmRaised,
    DeviceHandedOver,
    DeviceUnclaimed,
    DisputeSettled,
    PartyReminded,
    PickupAwaited,
    PickupStarted,
    RepairClosed,
    RepairHeld,
    RepairReported,
    TicketServed,
)
from shopfloor.core.books import Repair
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_bench import COLLEAGUE, FREE, out
from tests.core.at_the_desk import BOARD, HANDHELD, refused
from tests.core.story import Story


def away(repair: Repair, locker: str = "locker/4") -> CustomerWentAway:
    return CustomerWentAway(repair=repair.id, locker=locker, seal="S-1")


def waiting(story: Story) -> Repair:
    """AWAITING_PICKUP: the report is not read, the phone is in locker 4, and the desk is free."""
    repair = bench.reported(story)
    story.believed(HANDHELD, away(repair))
    return repair


def refuses(story: Story) -> Repair:
    """ON_HOLD(acceptance): all is paid, and the customer will not sign."""
    repair = bench.accepting(story)
    desk.rendered(story)
    request = desk.presented(story)
    story.believed(request.surface, SignatureRefused(request=request.id, reason="it still rattles"))
    return repair


def place_of(story: Story, repair: Repair) -> str:
    return story.books.phones[f"phone/{repair.id}"].place


# ── r26 ─────────────────────────────────────────────────────────────────────────────────────────


def test_r26_the_phone_is_sealed_in_a_locker_and_the_desk_is_free() -> None:
    story = Story()
    repair = waiting(story)
    assert (repair.state, repair.owner, repair.locker) == ("AWAITING_PICKUP", "e1", "locker/4")
    assert place_of(story, repair) == "locker/4"
    assert story.last(PickupAwaited).locker == "locker/4"
    assert story.all(TicketServed)
    assert story.books.desks["d1"].ticket == ""


@pytest.mark.parametrize(
    ("locker", "code"), [("locker/41", "no-such-place"), ("desk/d1", "no-locker"), ("locker/0", "no-such-place")]
)
def test_r26_only_into_a_locker_of_this_shop(locker: str, code: str) -> None:
    story = Story()
    repair = bench.reported(story)
    assert refused(story, HANDHELD, away(repair, locker)) == code


def test_r26_a_phone_that_lies_elsewhere_is_not_sealed_in_here() -> None:
    story = Story()
    repair = bench.reported(story)
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="locker/7"))
    assert refused(story, HANDHELD, away(repair)) == "phone-not-here"
    story.believed(HANDHELD, away(repair, "locker/7"))


def test_r26_not_while_a_payment_or_a_signature_is_under_way() -> None:
    story = Story()
    repair = bench.paying(story)
    assert refused(story, HANDHELD, away(repair)) == "paying"
    bench.pays(story)
    desk.rendered(story)
    desk.presented(story)
    assert refused(story, HANDHELD, away(repair)) == "signing"


def test_e13_who_walks_off_while_signing_finds_a_new_document_later() -> None:
    story = Story()
    repair = bench.accepting(story)
    desk.rendered(story)
    desk.presented(story)
    story.minutes(6)
    story.believed(HANDHELD, away(repair))
    assert repair.state == "AWAITING_PICKUP"


def test_r26_not_out_of_the_middle_of_the_work() -> None:
    story = Story()
    repair = bench.working(story)
    assert refused(story, HANDHELD, away(repair)) == "wrong-state"


# ── r27, E20 ────────────────────────────────────────────────────────────────────────────────────


def test_r27_back_with_a_pick_up_number_the_report_is_shown_again() -> None:
    story = Story()
    repair = waiting(story)
    ticket = bench.seated_again(story, repair.id)
    story.believed(HANDHELD, CustomerIdentified(repair=repair.id, ticket=ticket.id, how="owner"))
    assert (repair.state, repair.ticket, repair.desk) == ("REPORTED", ticket.id, "d1")
    assert story.last(PickupStarted).how == "owner"
    assert len(story.all(RepairReported)) == 2


def test_r27_a_refunded_line_is_not_asked_for_again() -> None:
    story = Story()
    repair = waiting(story)
    repair.payable = 4_000
    ticket = bench.seated_again(story, repair.id)
    story.believed(HANDHELD, CustomerIdentified(repair=repair.id, ticket=ticket.id, how="owner"))
    assert story.last(RepairReported).payable == 4_000


def test_r27_another_engineer_takes_the_repair_over_first() -> None:
    story = Story()
    repair = waiting(story)
    ticket = bench.seated_again(story, repair.id, by=COLLEAGUE)
    came = CustomerIdentified(repair=repair.id, ticket=ticket.id, how="owner")
    assert refused(story, COLLEAGUE, came) == "not-the-owner"
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    assert repair.state == "AWAITING_PICKUP"
    story.believed(COLLEAGUE, came)
    assert (repair.state, repair.desk) == ("REPORTED", "d2")


def test_r27_only_on_a_pick_up_number_that_is_being_served() -> None:
    story = Story()
    repair = waiting(story)
    walk_in = bench.seated_again(story, line="A")
    came = CustomerIdentified(repair=repair.id, ticket=walk_in.id, how="owner")
    assert refused(story, HANDHELD, came) == "wrong-ticket"


def test_e20_a_proxy_without_a_code_signs_first() -> None:
    story = Story()
    repair = waiting(story)
    ticket = bench.seated_again(story, repair.id)
    came = CustomerIdentified(repair=repair.id, ticket=ticket.id, how="proxy-signed")
    assert refused(story, HANDHELD, came) == "not-signed"
    story.minutes(10)
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="PROXY"))
    desk.signed(story)
    story.believed(HANDHELD, came)
    assert repair.state == "REPORTED"


# ── r28, r45 ────────────────────────────────────────────────────────────────────────────────────


def test_r28_three_notices_in_thirty_days_then_it_is_unclaimed() -> None:
    story = Story()
    repair = waiting(story)
    bench.days(story, 29)
    reminded = [r for r in story.all(PartyReminded) if r.about == repair.id and r.state == "AWAITING_PICKUP"]
    assert len(story.all(PickupAwaited)) + len(reminded) == 3
    assert repair.state == "AWAITING_PICKUP"
    story.wait(DAY)
    assert repair.state == "UNCLAIMED"
    assert story.all(DeviceUnclaimed)
    assert [a.party for a in story.all(AlarmRaised) if a.about == repair.id] == ["MG"]


def test_r45_somebody_comes_for_it_after_all() -> None:
    story = Story()
    repair = waiting(story)
    bench.days(story, 30)
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    ticket = bench.seated_again(story, repair.id)
    story.believed(HANDHELD, CustomerIdentified(repair=repair.id, ticket=ticket.id, how="proxy-code"))
    assert repair.state == "REPORTED"


def test_r45_time_closes_the_repair_and_never_disposes_of_the_phone() -> None:
    story = Story()
    repair = waiting(story)
    bench.days(story, 210)
    assert (repair.state, story.last(RepairClosed).reason) == ("CLOSED", "unclaimed")
    assert place_of(story, repair) == "locker/4"
    assert f"phone/{repair.id}" in story.books.waits


# ── r25, r41 ────────────────────────────────────────────────────────────────────────────────────


def test_r25_the_customer_does_not_sign_and_the_manager_is_called() -> None:
    story = Story()
    repair = refuses(story)
    assert (repair.state, repair.disputed, repair.back_to) == ("ON_HOLD(acceptance)", True, "ACCEPTING")
    assert story.last(RepairHeld).reason == "acceptance"
    assert [a.party for a in story.all(AlarmRaised) if a.about == repair.id] == ["MG"]
    assert refused(story, HANDHELD, out(repair)) == "wrong-state"


def test_r41_the_fault_is_real_and_it_is_checked_again() -> None:
    story = Story()
    repair = refuses(story)
    story.believed(BOARD, DisputeDecided(repair=repair.id, fault_confirmed=True))
    assert (repair.state, repair.disputed) == ("QC", False)
    assert story.last(DisputeSettled).fault_confirmed
    bench.passes(story, repair)
    desk.report_read(story)
    assert repair.state == "ACCEPTING"


def test_r41_b18_a_sealed_witness_note_takes_the_signatures_place() -> None:
    story = Story()
    repair = refuses(story)
    story.believed(BOARD, DisputeDecided(repair=repair.id, fault_confirmed=False))
    assert repair.state == "ON_HOLD(acceptance)"
    story.believed(HANDHELD, out(repair))
    assert repair.state == "ON_HOLD(acceptance)"
    note = desk.signed(story)
    assert (repair.state, repair.accepted, note.document) == ("HANDED_OVER", note.id, "WITNESS")
    assert story.last(DeviceHandedOver).charged == 10_000


def test_r41_an_earlier_signature_is_no_witness() -> None:
    """Signed once, asked to sign again, refused: only the manager's note lets the phone go."""
    story = Story()
    repair = bench.accepting(story)
    desk.signed(story)
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="ACCEPT"))
    desk.rendered(story)
    request = desk.presented(story)
    story.believed(request.surface, SignatureRefused(request=request.id, reason="it rattles after all"))
    assert (repair.state, repair.accepted) == ("ON_HOLD(acceptance)", "")
    story.believed(BOARD, DisputeDecided(repair=repair.id, fault_confirmed=False))
    story.believed(HANDHELD, out(repair))
    assert repair.state == "ON_HOLD(acceptance)"
    desk.signed(story)
    assert repair.state == "HANDED_OVER"


def test_r41_only_a_dispute_is_settled() -> None:
    story = Story()
    repair = bench.accepting(story)
    assert refused(story, BOARD, DisputeDecided(repair=repair.id, fault_confirmed=True)) == "wrong-state"


def test_r41_what_goes_back_unrepaired_has_no_fault_to_confirm() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, FaultNotFound(repair=repair.id, reason="works here", photos=1))
    story.believed(HANDHELD, DeviceReassembled(repair=repair.id, photos=2))
    desk.report_read(story)
    desk.rendered(story)
    request = desk.presented(story)
    assert request.document == "RETURN_UNREPAIRED"
    story.believed(request.surface, SignatureRefused(request=request.id))
    assert refused(story, BOARD, DisputeDecided(repair=repair.id, fault_confirmed=True)) == "unrepaired"


def test_r41_after_a_week_the_phone_waits_like_any_other() -> None:
    story = Story()
    repair = refuses(story)
    bench.days(story, 7)
    assert (repair.state, repair.witness) == ("AWAITING_PICKUP", False)
    assert place_of(story, repair) == "desk/d1"


def test_r41_a_phone_that_is_gone_already_is_not_checked_again() -> None:
    story = Story()
    repair = bench.reported(story, FREE)
    desk.report_read(story)
    story.believed(HANDHELD, out(repair))
    desk.rendered(story)
    request = desk.presented(story)
    story.believed(request.surface, SignatureRefused(request=request.id))
    story.wait(MINUTE)
    assert refused(story, BOARD, DisputeDecided(repair=repair.id, fault_confirmed=True)) == "phone-not-here"
