"""An engineer's handheld: what is tapped, what its own picture turns away, and who is there."""

import pytest
from msgspec import structs

from devices.client import Touch
from devices.handheld import ALERTS_MAX, AWAY_AFTER, DOUBLE_TAP, Handheld, StillHere
from devices.tap_rules import PART_STATES, REPAIR_STATES, TICKET_STATES
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.actor import MINUTE
from shopfloor.contract.roster import TYPES
from tests.devices.held import MORNING, Held

ORDER = e.PartsOrdered(repair="R1", sku="AST-M60-BAT")


@pytest.fixture
def handheld():
    held = Held(Handheld("handheld/h1", MORNING))
    held.tell(e.EngineerSignedOn(engineer="e1", desk="d1"))
    return held


def work(*, state="REPAIRING", part="AT_DESK", ticket="SERVING", waiting=(), take_over=(), check=()):
    mine = c.WorkRow("T1", "A001", ticket, "R1", 7, state, 0, "AST-M60", "d1")
    return c.ShowWork(
        id="V1",
        to="handheld/h1",
        engineer="e1",
        desk="d1",
        mine=(mine,),
        parts=(c.PartRow("P1", "R1", "AST-M60-BAT", part, "U1", "DESK:d1"),),
        waiting=waiting,
        to_check=check,
        to_take_over=take_over,
    )


# ── signing on ──


def test_nobody_signed_on_taps_in_vain():
    held = Held(Handheld("handheld/h1", MORNING))
    assert held.tell(e.NextRequested()) == []
    assert held.last_message == "Sign on first."


def test_who_signs_on_is_on_the_screen_at_once(handheld):
    assert (handheld.client.screen.engineer, handheld.client.screen.desk) == ("e1", "d1")
    assert handheld.words == {"engineer": "e1", "desk": "d1", "away": False}


def test_a_signing_on_that_the_floor_refuses_is_undone(handheld):
    handheld.refused("e2 is signed on at desk d1.")
    assert handheld.client.engineer == ""
    assert handheld.last_message == "e2 is signed on at desk d1."


def test_signing_off_ends_it_and_a_refused_one_does_not(handheld):
    handheld.tell(work())
    handheld.tell(e.EngineerSignedOff(engineer="e1"))
    assert handheld.client.engineer == ""
    handheld.refused("R1 is REPAIRING. Hand it over first.")
    assert handheld.client.engineer == "e1"


def test_a_picture_that_crossed_with_signing_off_signs_nobody_on(handheld):
    handheld.tell(e.EngineerSignedOff(engineer="e1"))
    handheld.tell(work())
    assert handheld.client.engineer == ""
    handheld.tell(e.EngineerSignedOn(engineer="e1", desk="d1"))
    handheld.tell(work())
    assert handheld.client.engineer == "e1"


def test_after_a_restart_the_picture_tells_who_holds_it():
    held = Held(Handheld("handheld/h1", MORNING))
    held.wait(60 * MINUTE)
    held.tell(work())
    assert held.client.engineer == "e1"
    assert held.wait(AWAY_AFTER - 1) == []


# ── presence (E22) ──


def test_e22_untouched_for_ten_minutes_its_person_is_away_once(handheld):
    assert handheld.wait(AWAY_AFTER - 1) == []
    assert handheld.wait(1) == [e.EngineerAway(engineer="e1")]
    assert handheld.wait(10 * AWAY_AFTER) == []


def test_e22_a_touch_in_time_keeps_them_present(handheld):
    handheld.wait(AWAY_AFTER - 1)
    assert handheld.tell(StillHere()) == []
    assert handheld.wait(AWAY_AFTER - 1) == []


def test_e22_the_next_touch_signs_them_on_again_before_it_counts(handheld):
    handheld.wait(AWAY_AFTER)
    back, asked = handheld.tell(e.NextRequested())
    assert back == e.EngineerSignedOn(engineer="e1", desk="d1")
    assert asked == e.NextRequested()


def test_e22_back_from_away_counts_although_the_tap_was_in_vain(handheld):
    handheld.tell(work())
    handheld.wait(AWAY_AFTER)
    assert handheld.tell(e.NextRequested()) == [e.EngineerSignedOn(engineer="e1", desk="d1")]


def test_nobody_signed_on_is_never_away():
    assert Held(Handheld("handheld/h1", MORNING)).wait(5 * AWAY_AFTER) == []


# ── what a tap carries ──


def test_a_tap_carries_the_revision_of_the_picture_that_was_looked_at(handheld):
    handheld.tell(work())
    (said,) = handheld.tell(e.WorkFinished(repair="R1", labour_min=20, lines_done=(1,)))
    assert said.revision == 7


def test_a_repair_that_is_on_no_picture_has_no_revision(handheld):
    handheld.tell(work())
    (said,) = handheld.tell(e.WorkStarted(repair="R9"))
    assert said.revision == 0


def test_f51_a_double_tap_is_one_parts_order(handheld):
    (first,) = handheld.tell(ORDER)
    handheld.wait(DOUBLE_TAP - 1)
    assert handheld.tell(ORDER) == []
    handheld.wait(1)
    (second,) = handheld.tell(ORDER)
    assert first.tap
    assert second.tap not in ("", first.tap)


def test_f51_two_parts_at_once_are_two_orders(handheld):
    handheld.tell(ORDER)
    assert handheld.tell(structs.replace(ORDER, sku="AST-M60-SCR"))


def test_a_tap_of_the_clients_own_making_is_left_alone(handheld):
    (said,) = handheld.tell(structs.replace(ORDER, tap="browser-1"))
    assert said.tap == "browser-1"


# ── what the picture turns away ──


def test_p1_no_part_is_ordered_for_a_repair_that_is_not_approved(handheld):
    handheld.tell(work(state="DIAGNOSING"))
    assert handheld.tell(ORDER) == []
    assert "R1 is DIAGNOSING" in handheld.last_message
    handheld.tell(work(state="APPROVED"))
    assert handheld.tell(ORDER)


@pytest.mark.parametrize(("state", "possible"), [("AT_DESK", True), ("IN_TRANSIT(robot)", False)])
def test_p16_a_unit_is_accepted_when_it_has_come(handheld, state, possible):
    handheld.tell(work(part=state))
    assert bool(handheld.tell(e.UnitAccepted(unit="U1", desk="d1"))) is possible


def test_p17_a_unit_that_is_on_no_list_may_be_refused_as_not_mine(handheld):
    handheld.tell(work())
    assert handheld.tell(e.UnitRefused(unit="U9", desk="d1", reason="not-mine"))


@pytest.mark.parametrize(("state", "possible"), [("SERVING", False), ("CALLED", False), ("SERVED", True)])
def test_q6_nobody_is_called_while_somebody_is_at_the_desk(handheld, state, possible):
    handheld.tell(work(ticket=state))
    assert bool(handheld.tell(e.NextRequested())) is possible


def test_q11_a_ticket_that_was_not_called_cannot_be_seated(handheld):
    handheld.tell(work(waiting=(c.WorkRow("T2", "A002", "WAITING"),)))
    assert handheld.tell(e.CustomerSeated(ticket="T2")) == []
    assert "A002 is WAITING" in handheld.last_message


def test_q11_a_ticket_that_the_picture_does_not_know_is_the_floors_to_judge(handheld):
    handheld.tell(work())
    assert handheld.tell(e.CustomerSeated(ticket="T9"))


def test_r20_a_repair_in_qc_is_checked_and_another_is_not(handheld):
    check = c.WorkRow(repair="R2", state="QC", revision=3)
    handheld.tell(work(check=(check,)))
    (said,) = handheld.tell(e.QualityPassed(repair="R2", checker="e1", checks=9))
    assert said.revision == 3
    assert handheld.tell(e.QualityPassed(repair="R1", checker="e1", checks=9)) == []


def test_r30_what_is_up_for_hand_over_can_be_taken_over_and_nothing_else(handheld):
    handheld.tell(work(take_over=(c.WorkRow(repair="R3", state="ON_HOLD(handover)"),)))
    assert handheld.tell(e.HandoverAccepted(repair="R3", engineer="e1"))
    assert handheld.tell(e.HandoverAccepted(repair="R1", engineer="e1")) == []


def test_the_rules_are_about_what_a_handheld_may_say():
    says = TYPES["handheld"].says
    assert {*REPAIR_STATES, *PART_STATES, *TICKET_STATES} <= {*says}


# ── what the floor shows ──


def test_an_alert_buzzes_is_kept_and_is_done(handheld):
    alert = c.AlertHandheld(id="C1", to="handheld/h1", about="P1", words="Your battery is here.")
    assert handheld.tell(alert) == [e.CommandDone(command="C1")]
    assert handheld.client.screen.alerts[-1].words == "Your battery is here."


def test_only_the_last_alerts_are_kept(handheld):
    for number in range(2 * ALERTS_MAX):
        handheld.tell(c.AlertHandheld(id=f"C{number}", to="handheld/h1", about="P1", words=str(number)))
    assert len(handheld.client.screen.alerts) == ALERTS_MAX


def test_a_refusal_of_the_floor_is_shown_to_the_person(handheld):
    handheld.tell(work())
    handheld.tell(ORDER)
    handheld.refused("R1 has changed since you looked. Look again, then decide.")
    assert handheld.client.screen.messages[-1].words.startswith("R1 has changed")
    assert handheld.client.engineer == "e1"


def test_what_a_tap_has_made_is_shown(handheld):
    handheld.tell(e.TicketTaken(line="A"))
    handheld.made(ticket="T5", number="A005")
    assert handheld.client.screen.made["number"] == "A005"


def test_a_touch_of_another_device_is_in_vain(handheld):
    class Kick(Touch, frozen=True):
        pass

    assert handheld.tell(Kick()) == []
    assert "Kick" in handheld.last_message
