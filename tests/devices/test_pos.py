"""The payment terminal: paid, declined, given up, unknown, given back, closed; and the same after a power cut."""

from random import Random

import msgspec
import pytest

from devices.pos import PRESENTED_FOR, PRESENTED_MAX, Pos, PosMemory, PresentCard, PressCancel
from devices.pos_body import PosDials, SimulatedPos
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.actor import MINUTE, SECOND, TimePassed
from shopfloor.contract.codec import AskedAgain
from shopfloor.contract.events import PosTotal
from tests.devices.held import MORNING, Held

TO = "pos/pos-1"
PRESENTED = [e.PaymentPresented(payment="Y1")]


def terminal(memory=None, now=MORNING, **dials):
    memory = memory or PosMemory()
    body = SimulatedPos(PosDials(**dials), Random("pos"), memory.truth, now)
    held = Held(Pos(TO, body, memory, now), now)
    held.memory = memory
    return held


def restarted(held, **dials):
    """The power has gone; what was on disk is all that is left."""
    kept = msgspec.json.decode(msgspec.json.encode(held.memory), type=PosMemory)
    return terminal(kept, held.now, **dials)


def take(payment="Y1", amount=9900):
    return c.TakePayment(id=f"C-{payment}", to=TO, payment=payment, amount=amount)


def status(payment="Y1", id_="C-status"):
    return c.AskPaymentStatus(id=id_, to=TO, payment=payment)


def pay(held, payment="Y1", amount=9900, wait=10 * SECOND):
    held.tell(take(payment, amount))
    held.tell(PresentCard(payment))
    return held.wait(wait)


# ── the good day ──


def test_y2_y3_asked_shown_paid_within_seconds():
    held = terminal()
    assert held.tell(take()) == PRESENTED
    assert held.client.screen.asking == {"Y1": 9900}
    held.tell(PresentCard())
    assert held.wait(3 * SECOND - 1) == []
    assert held.words == {"presented": 0, "authorising": 1}
    (approved,) = held.wait(5 * SECOND + 1)
    assert (approved.payment, approved.amount, approved.currency) == ("Y1", 9900, "CNY")
    assert approved.reference


def test_a_card_without_an_amount_is_in_vain():
    held = terminal()
    assert held.tell(PresentCard()) == []
    assert held.last_message == "There is nothing to pay here now."


def test_one_terminal_serves_several_desks_and_not_without_end():
    held = terminal()
    for number in range(PRESENTED_MAX):
        assert held.tell(take(f"Y{number}"))
    assert isinstance(held.tell(take("Y99"))[0], e.CommandRefused)
    held.tell(PresentCard("Y3"))
    assert held.wait(10 * SECOND)[0].payment == "Y3"


# ── not paid ──


def test_y4_declined_says_why():
    assert pay(terminal(declined=1.0)) == [e.PaymentDeclined(payment="Y1", code="not-honoured")]


def test_y5_given_up_before_the_card_was_there():
    held = terminal()
    held.tell(take())
    abort = c.AbortPayment(id="C2", to=TO, payment="Y1")
    assert held.tell(abort) == [e.PaymentAborted(payment="Y1", before_approval=True)]
    assert held.tell(abort) == [e.PaymentAborted(payment="Y1", before_approval=True)]
    assert held.tell(PresentCard()) == []


def test_y5_the_red_button_gives_up_too():
    held = terminal()
    held.tell(take())
    assert held.tell(PressCancel()) == [e.PaymentAborted(payment="Y1", before_approval=True)]


def test_y5_too_late_to_give_up_is_refused_and_the_payment_goes_on():
    held = terminal()
    held.tell(take())
    held.tell(PresentCard())
    abort = c.AbortPayment(id="C2", to=TO, payment="Y1")
    assert isinstance(held.tell(abort)[0], e.CommandRefused)
    assert isinstance(held.wait(10 * SECOND)[0], e.PaymentApproved)
    assert isinstance(held.tell(abort)[0], e.CommandRefused)


def test_y5_a_stop_that_overtakes_its_payment_means_that_it_is_never_shown():
    held = terminal()
    stopped = [e.PaymentAborted(payment="Y1", before_approval=True)]
    assert held.tell(c.AbortPayment(id="C2", to=TO, payment="Y1")) == stopped
    assert held.tell(take()) == stopped
    assert held.tell(PresentCard()) == []


def test_y7_nobody_pays_and_the_terminal_says_so_before_the_floor_must_ask():
    held = terminal()
    held.tell(take())
    assert held.wait(PRESENTED_FOR - 1) == []
    assert held.wait(1) == [e.PaymentAborted(payment="Y1", before_approval=True)]
    assert PRESENTED_FOR < 120 * SECOND


# ── unknown (E15, F52) ──


def test_e15_the_money_is_taken_the_answer_never_comes_and_a_question_finds_it():
    held = terminal(unknown_taken=1.0)
    assert pay(held, wait=15 * SECOND) == []
    (asked,) = held.tell(status())
    assert (asked.status, asked.diagnosis_good) == ("in-progress", True)
    held.wait(30 * SECOND)
    (found,) = held.tell(status(id_="C3"))
    assert (found.status, found.amount) == ("approved", 9900)
    assert found.reference


def test_e15_the_request_never_arrived_and_a_question_says_not_found():
    held = terminal(unknown_not_taken=1.0)
    assert pay(held, wait=30 * SECOND) == []
    assert held.tell(status())[0].status == "not-found"


def test_f52_approved_late_after_it_had_said_not_found():
    held = terminal(late_approval=1.0)
    assert pay(held, wait=MINUTE) == []
    assert held.tell(status())[0].status == "not-found"
    (late,) = held.wait(3 * MINUTE)
    assert isinstance(late, e.PaymentApproved)
    assert held.tell(status())[0].status == "approved"


def test_y8_a_declined_one_is_found_as_declined_and_one_before_the_customer_as_in_progress():
    held = terminal(declined=1.0)
    held.tell(take())
    assert held.tell(status())[0].status == "in-progress"
    held.tell(PresentCard())
    held.wait(10 * SECOND)
    assert held.tell(status())[0].status == "declined"


def test_y10_a_payment_that_nobody_knows_is_not_found():
    assert terminal().tell(status("Y9"))[0].status == "not-found"


def test_y10_a_terminal_that_cannot_vouch_for_its_log_says_so():
    assert terminal(diagnosis_bad=1.0).tell(status())[0].diagnosis_good is False
    assert terminal().tell(status())[0].diagnosis_good is True


def test_y3_another_amount_than_asked_is_told_as_it_is():
    assert pay(terminal(wrong_amount=1.0))[0].amount == 10_000


def test_a_slow_acquirer_answers_later():
    held = terminal(slow=10.0)
    assert pay(held, wait=25 * SECOND) == []
    assert held.wait(60 * SECOND)


def test_a_dead_terminal_says_nothing():
    held = terminal(dead_after=5 * SECOND)
    assert held.tell(take()) == PRESENTED
    held.now += 5 * SECOND
    assert held.tell(status()) == []
    assert held.tell(PresentCard()) == []


# ── given back, closed ──


def test_y14_refunds_go_back_until_nothing_is_left():
    held = terminal()
    pay(held)
    assert held.tell(c.RefundPayment(id="C5", to=TO, payment="Y1", amount=4000)) == []
    (undone,) = held.wait(10 * SECOND)
    assert (undone.command, undone.amount) == ("C5", 4000)
    (refused,) = held.tell(c.RefundPayment(id="C6", to=TO, payment="Y1", amount=6000))
    assert "5900 fen" in refused.reason


def test_y13_a_reversal_is_for_the_same_day_only():
    held = terminal()
    pay(held)
    held.tell(c.AskTotals(id="C7", to=TO))
    (refused,) = held.tell(c.ReversePayment(id="C8", to=TO, payment="Y1", amount=9900))
    assert "refund it" in refused.reason


def test_y13_the_same_day_it_is_reversed():
    held = terminal()
    pay(held)
    held.tell(c.ReversePayment(id="C8", to=TO, payment="Y1", amount=9900))
    assert held.wait(10 * SECOND)[0].amount == 9900


def test_what_was_not_taken_is_not_given_back():
    held = terminal(declined=1.0)
    pay(held)
    (refused,) = held.tell(c.RefundPayment(id="C5", to=TO, payment="Y1", amount=1))
    assert "No money" in refused.reason


def test_b25_a_refund_asked_twice_is_given_once():
    held = terminal()
    pay(held)
    refund = c.RefundPayment(id="C5", to=TO, payment="Y1", amount=4000)
    held.tell(refund)
    assert held.tell(AskedAgain(refund)) == []
    (undone,) = held.wait(10 * SECOND)
    assert held.tell(AskedAgain(refund)) == [undone]
    assert held.tell(c.AskTotals(id="C7", to=TO))[0].lines[0].undone == 4000


def test_y15_the_slip_has_what_really_moved_the_unknown_one_too():
    held = terminal(unknown_taken=1.0)
    pay(held, wait=MINUTE)
    totals = c.AskTotals(id="C7", to=TO)
    (slip,) = held.tell(totals)
    assert slip == e.DayReconciled(lines=(PosTotal(payment="Y1", taken=9900),))
    assert held.tell(AskedAgain(totals)) == [slip]
    assert held.tell(c.AskTotals(id="C8", to=TO)) == [e.DayReconciled(lines=())]


def test_y15_a_refund_of_yesterday_stands_on_todays_slip():
    held = terminal()
    pay(held)
    held.tell(c.AskTotals(id="C7", to=TO))
    held.tell(c.RefundPayment(id="C8", to=TO, payment="Y1", amount=900))
    held.wait(10 * SECOND)
    (slip,) = held.tell(c.AskTotals(id="C9", to=TO))
    assert slip.lines == (PosTotal(payment="Y1", taken=0, undone=900),)


# ── after a power cut ──


def test_a_payment_before_the_customer_is_given_up_and_said_so():
    held = terminal()
    held.tell(take())
    again = restarted(held)
    assert again.said == [e.PaymentAborted(payment="Y1", before_approval=True)]
    assert again.tell(AskedAgain(take())) == [e.PaymentAborted(payment="Y1", before_approval=True)]


def test_a_payment_under_way_is_never_charged_twice_and_its_answer_comes():
    held = terminal()
    held.tell(take())
    held.tell(PresentCard())
    again = restarted(held)
    assert again.tell(AskedAgain(take())) == PRESENTED
    assert again.tell(PresentCard()) == []
    (approved,) = again.wait(10 * SECOND)
    assert again.tell(AskedAgain(take())) == [approved]
    assert again.tell(c.AskTotals(id="C7", to=TO))[0].lines == (PosTotal(payment="Y1", taken=9900),)


def test_a_declined_payment_is_told_as_declined_again():
    held = terminal(declined=1.0)
    pay(held)
    assert restarted(held).tell(AskedAgain(take())) == [e.PaymentDeclined(payment="Y1", code="declined")]


def test_with_its_memory_lost_no_money_moves_and_what_the_acquirer_knows_is_told():
    held = terminal()
    (approved,) = pay(held)
    held.memory.takings.clear()
    again = restarted(held)
    assert again.tell(AskedAgain(take())) == [approved]
    assert again.tell(AskedAgain(take("Y2"))) == [e.PaymentAborted(payment="Y2", before_approval=True)]
    assert again.tell(take("Y2")) == [e.PaymentAborted(payment="Y2", before_approval=True)]
    for work in (c.RefundPayment(id="C5", to=TO, payment="Y1", amount=1), c.AskTotals(id="C7", to=TO)):
        assert isinstance(again.tell(AskedAgain(work))[0], e.CommandRefused)
    assert again.wait(MINUTE) == []


def test_money_on_its_way_back_arrives_and_is_told():
    held = terminal()
    pay(held)
    refund = c.RefundPayment(id="C5", to=TO, payment="Y1", amount=4000)
    held.tell(refund)
    again = restarted(held)
    assert again.tell(AskedAgain(refund)) == []
    assert again.wait(10 * SECOND)[0].command == "C5"


@pytest.mark.parametrize("dial", ["declined", "unknown_taken", "unknown_not_taken", "late_approval", "wrong_amount"])
def test_turning_one_dial_does_not_change_when_the_others_would_have_answered(dial):
    held, other = terminal(), terminal(**{dial: 0.000_001})
    assert pay(held) == pay(other)


def test_a_wake_up_for_nothing_changes_nothing():
    held = terminal()
    assert held.tell(TimePassed()) == []
