"""What a terminal is asked, and that it is asked no more when the attempt has ended (y1–y15, I18)."""

from collections.abc import Callable

import pytest

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.commands import (
    AbortPayment,
    AlertHandheld,
    RefundPayment,
    ReversePayment,
    TakePayment,
)
from shopfloor.contract.events import (
    CommandRefused,
    DayReconciled,
    DisputeDecided,
    ModeSet,
    PaymentAbortAsked,
    PaymentAborted,
    PaymentAsked,
    PaymentDecided,
    PaymentDeclined,
    PaymentUndone,
    PosTotal,
    RefundAsked,
    ReversalAsked,
    SignatureRefused,
)
from shopfloor.contract.facts import PaymentNotTaken, PaymentRequested, RepairReported
from shopfloor.core.books import PaymentRequest
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import BOARD, HANDHELD, POS, refused
from tests.core.story import Story
from tests.core.test_payments import OWED, approval, asked, manual, owing, shown, status, unknown

ENDS: dict[str, Callable[[Story, PaymentRequest], object]] = {
    "approved": lambda story, payment: story.believed(POS, approval(payment)),
    "declined": lambda story, payment: story.believed(POS, PaymentDeclined(payment=payment.id, code="51")),
    "stopped": lambda story, payment: stopped(story, payment, in_time=True),
    "stopped too late": lambda story, payment: stopped(story, payment, in_time=False),
    "another sum": lambda story, payment: story.believed(POS, approval(payment, OWED - 1)),
}


def stopped(story: Story, payment: PaymentRequest, *, in_time: bool) -> None:
    story.believed(HANDHELD, PaymentAbortAsked(repair=payment.repair, payment=payment.id))
    story.believed(POS, PaymentAborted(payment=payment.id, before_approval=in_time))


def settled(story: Story) -> PaymentRequest:
    payment = shown(story)
    story.believed(POS, approval(payment))
    return payment


def open_questions(story: Story) -> list[str]:
    """Kinds of what the terminals still owe an answer to."""
    return [type(p.command).__name__ for p in story.books.pending.values() if p.command.to.startswith("pos/")]


def refund(payment: PaymentRequest, amount: int) -> RefundAsked:
    return RefundAsked(payment=payment.id, amount=amount, line=1, reason="goodwill")


# ── asked no more ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", ENDS)
def test_i18_when_the_attempt_has_ended_its_terminal_is_asked_for_no_money(end: str) -> None:
    story = Story()
    payment = asked(story, owing(story))
    ENDS[end](story, payment)
    assert open_questions(story) == []


def test_i18_after_two_silent_minutes_only_the_status_is_asked_for() -> None:
    story = Story()
    payment = asked(story, owing(story))
    story.wait(3 * MINUTE)
    assert payment.state == "UNKNOWN"
    assert open_questions(story) == []


def test_y5_who_is_asked_to_stop_is_not_asked_to_take() -> None:
    story = Story()
    payment = asked(story, owing(story))
    story.believed(HANDHELD, PaymentAbortAsked(repair=payment.repair, payment=payment.id))
    assert open_questions(story) == [AbortPayment.__name__]


@pytest.mark.parametrize("word", ["approved", "declined"])
def test_y12_after_a_late_end_nothing_more_is_asked(word: str) -> None:
    story = Story()
    payment = manual(story)
    story.believed(POS, status(payment, word))
    assert open_questions(story) == []


def test_y13_what_is_given_back_is_asked_for_once() -> None:
    story = Story()
    payment = settled(story)
    story.believed(BOARD, ReversalAsked(payment=payment.id, reason="wrong card"))
    assert open_questions(story) == [ReversePayment.__name__]
    undone = PaymentUndone(payment=payment.id, command=payment.command, amount=OWED, reference="u-1")
    story.believed(POS, undone)
    assert open_questions(story) == []


# ── y1 ──────────────────────────────────────────────────────────────────────────────────────────


def test_y1_b17_not_while_the_manager_has_to_read_the_terminals_log() -> None:
    story = Story()
    payment = manual(story)
    assert refused(story, HANDHELD, PaymentAsked(repair=payment.repair, amount=OWED)) == "payment-open"


def test_y1_a_repair_has_so_many_attempts_and_no_more() -> None:
    story = Story()
    repair = owing(story)
    for _ in range(50):
        story.believed(POS, PaymentDeclined(payment=asked(story, repair).id, code="51"))
    assert refused(story, HANDHELD, PaymentAsked(repair=repair.id, amount=OWED)) == "too-often"


def test_y1_another_mode_of_the_shop_charges_nobody() -> None:
    story = Story()
    owing(story)
    for on in (True, False):
        story.believed(BOARD, ModeSet(what="cabinet-by-hand", about="c1", on=on))
    assert not story.all(PaymentRequested)


# ── y5 ──────────────────────────────────────────────────────────────────────────────────────────


def test_y5_a_terminal_that_refuses_ends_this_attempt_only_and_its_engineer_is_told() -> None:
    story = Story()
    first = shown(story)
    story.believed(POS, PaymentDeclined(payment=first.id, code="51"))
    second = asked(story, story.books.repairs[first.repair])
    story.believed(POS, CommandRefused(command=story.last(TakePayment).id, reason="out of paper"))
    assert (first.state, second.state) == ("DECLINED", "ABORTED")
    assert "out of paper" in story.last(AlertHandheld).words


# ── y10, y12 ────────────────────────────────────────────────────────────────────────────────────


def test_y10_a_terminal_that_is_not_well_is_not_believed_even_the_first_time() -> None:
    story = Story()
    payment = unknown(story)
    assert refused(story, POS, status(payment, "not-found", good=False)) == "not-healthy"
    assert payment.not_found == 0


def test_y12_the_manager_says_not_taken_and_whoever_counts_money_hears_it() -> None:
    story = Story()
    payment = manual(story)
    story.believed(BOARD, PaymentDecided(payment=payment.id, taken=False, evidence="nothing in the log"))
    assert story.last(PaymentNotTaken).payment == payment.id


# ── y13, y14: one at a time ─────────────────────────────────────────────────────────────────────


def test_y13_y14_while_money_is_on_its_way_back_nothing_else_is_given_back() -> None:
    story = Story()
    payment = settled(story)
    story.believed(BOARD, refund(payment, 1_000))
    assert refused(story, BOARD, refund(payment, 1_000)) == "already"
    assert refused(story, BOARD, ReversalAsked(payment=payment.id, reason="wrong card")) == "already"
    assert len(story.all(RefundPayment)) == 1


def test_f52_a_late_capture_on_its_way_back_is_not_given_back_again() -> None:
    story = Story()
    payment = shown(story)
    story.believed(POS, PaymentDeclined(payment=payment.id, code="51"))
    story.believed(POS, approval(payment))
    assert refused(story, BOARD, ReversalAsked(payment=payment.id, reason="too late")) == "already"


def test_f52_the_manager_asks_again_for_a_late_capture_that_the_terminal_kept() -> None:
    story = Story()
    payment = shown(story)
    story.believed(POS, PaymentDeclined(payment=payment.id, code="51"))
    story.believed(POS, approval(payment))
    story.believed(POS, CommandRefused(command=payment.command, reason="batch closed"))
    story.believed(BOARD, ReversalAsked(payment=payment.id, reason="too late"))
    again = story.last(ReversePayment)
    assert (again.id, again.amount) == (payment.command, OWED)
    assert payment.undoing == OWED


def test_y14_one_refusal_of_two_terminals_ends_one_refund() -> None:
    story = Story()
    repair = owing(story)
    payments = []
    for amount in (100_000, 34_900):
        payment = asked(story, repair, amount)
        story.believed(POS, approval(payment, amount))
        story.believed(BOARD, refund(payment, 1_000))
        payments.append(payment)
    story.believed(POS, CommandRefused(command=payments[0].command, reason="batch closed"))
    assert [payment.undoing for payment in payments] == [0, 1_000]


# ── what the slip has corrected ─────────────────────────────────────────────────────────────────


def test_y15_what_the_slip_gives_back_is_stamped_and_not_compared_again() -> None:
    story = Story()
    payment = shown(story)
    story.believed(POS, PaymentDeclined(payment=payment.id, code="51"))
    story.believed(POS, DayReconciled(lines=(PosTotal(payment=payment.id, taken=OWED),)))
    assert payment.reconciled
    assert story.last(ReversePayment).payment == payment.id


def test_r20_y14_a_part_that_was_refunded_is_not_asked_for_after_a_second_check() -> None:
    story = Story()
    repair = bench.accepting(story)
    payment = next(iter(story.books.payments.values()))
    story.believed(BOARD, refund(payment, 4_000))
    back = PaymentUndone(payment=payment.id, command=payment.command, amount=4_000, reference="u-1")
    story.believed(POS, back)
    desk.rendered(story)
    request = desk.presented(story)
    story.believed(request.surface, SignatureRefused(request=request.id, reason="it still rattles"))
    story.believed(BOARD, DisputeDecided(repair=repair.id, fault_confirmed=True))
    bench.passes(story, repair)
    assert story.last(RepairReported).payable == 6_000
