"""Asking for money: y1–y6, deposits, B13, B16, B17."""

import pytest

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import AbortPayment, TakePayment
from shopfloor.contract.events import (
    CommandRefused,
    PaymentAbortAsked,
    PaymentAborted,
    PaymentApproved,
    PaymentAsked,
    PaymentDeclined,
    PaymentPresented,
    PaymentStatusReported,
)
from shopfloor.contract.facts import (
    AlarmRaised,
    PaymentRejected,
    PaymentRequested,
    PaymentSettled,
    PaymentStopped,
    PaymentTaken,
    RepairPaid,
    ReportShown,
)
from shopfloor.contract.kinds import LineWanted
from shopfloor.core.books import PaymentRequest, Repair
from shopfloor.core.payments import open_or_unknown, payments_open
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import HANDHELD, POS, SCREEN, refused
from tests.core.story import Story

OWED = 134_900


def owing(story: Story) -> Repair:
    """The report has been read, 1 349.00 are outstanding, nobody has asked for them yet: PAYING."""
    repair = desk.approved(story, SCREEN)
    repair.state, repair.lines_done, repair.payable = "PAYING", (1,), OWED
    story.floor.shop.wait(repair, story.now + 60 * MINUTE)
    return repair


def asked(story: Story, repair: Repair, amount: int = OWED) -> PaymentRequest:
    """CREATED."""
    story.believed(HANDHELD, PaymentAsked(repair=repair.id, amount=amount))
    return story.books.payments[story.last(PaymentRequested).payment]


def shown(story: Story) -> PaymentRequest:
    """PRESENTED."""
    payment = asked(story, owing(story))
    story.believed(POS, PaymentPresented(payment=payment.id))
    return payment


def unknown(story: Story) -> PaymentRequest:
    """UNKNOWN."""
    payment = shown(story)
    story.wait(120 * SECOND)
    assert payment.state == "UNKNOWN"
    return payment


def manual(story: Story) -> PaymentRequest:
    """MANUAL."""
    payment = unknown(story)
    story.minutes(10)
    assert payment.state == "MANUAL"
    return payment


def approval(payment: PaymentRequest, amount: int = OWED, currency: str = "CNY") -> PaymentApproved:
    return PaymentApproved(payment=payment.id, amount=amount, currency=currency, reference="ref-1")


def status(payment: PaymentRequest, word: str, *, good: bool = True) -> PaymentStatusReported:
    return PaymentStatusReported(
        payment=payment.id,
        status=word,  # type: ignore[arg-type]
        amount=OWED if word == "approved" else 0,
        reference="ref-1",
        diagnosis_good=good,
    )


# ── y1 ──────────────────────────────────────────────────────────────────────────────────────────


def test_y1_the_terminal_of_the_desk_is_asked_for_the_amount() -> None:
    story = Story()
    payment = asked(story, owing(story))
    command = story.last(TakePayment)
    assert (command.to, command.amount, command.currency, command.payment) == (POS, OWED, "CNY", payment.id)
    assert (payment.state, payment.attempt) == ("CREATED", 1)


def test_y1_the_floor_asks_by_itself_when_the_report_was_read() -> None:
    story = Story()
    repair = owing(story)
    story.noted(ReportShown(repair=repair.id, payable=OWED, outstanding=OWED))
    assert story.last(PaymentRequested).amount == OWED
    story.noted(ReportShown(repair=repair.id, payable=OWED, outstanding=OWED))
    assert len(story.all(PaymentRequested)) == 1


def test_y1_nothing_outstanding_skips_this_machine() -> None:
    story = Story()
    repair = owing(story)
    repair.settled = OWED
    story.noted(ReportShown(repair=repair.id, payable=OWED, outstanding=0))
    assert not story.all(PaymentRequested)


@pytest.mark.parametrize(("amount", "code"), [(OWED + 1, "too-much"), (0, "nothing-to-pay")])
def test_y1_b13_not_more_than_is_outstanding_and_not_nothing(amount: int, code: str) -> None:
    story = Story()
    repair = owing(story)
    assert refused(story, HANDHELD, PaymentAsked(repair=repair.id, amount=amount)) == code


def test_y1_not_before_the_report_and_not_by_another_engineer() -> None:
    story = Story()
    repair = desk.approved(story, SCREEN)
    event = PaymentAsked(repair=repair.id, amount=100)
    assert refused(story, HANDHELD, event) == "wrong-state"
    assert refused(story, "handheld/h2", event) == "nobody-signed-on"


def test_y1_b17_one_open_attempt_at_a_time() -> None:
    story = Story()
    payment = shown(story)
    event = PaymentAsked(repair=payment.repair, amount=OWED)
    assert refused(story, HANDHELD, event) == "payment-open"
    assert open_or_unknown(story.floor.shop, payment.repair) == payment.id
    assert payments_open(story.floor.shop) == (f"Payment {payment.id} of {payment.repair} is PRESENTED.",)


def test_y1_paid_in_two_parts() -> None:
    story = Story()
    repair = owing(story)
    first = asked(story, repair, 100_000)
    story.believed(POS, approval(first, 100_000))
    assert repair.state == "PAYING"
    assert refused(story, HANDHELD, PaymentAsked(repair=repair.id, amount=34_901)) == "too-much"
    second = asked(story, repair, 34_900)
    story.believed(POS, approval(second, 34_900))
    assert (repair.settled, second.attempt) == (OWED, 2)
    assert story.last(RepairPaid).repair == repair.id


# ── deposits ────────────────────────────────────────────────────────────────────────────────────


def special_order(story: Story) -> Repair:
    """The screen is on no shelf: it is ordered in specially."""
    desk.no_more_of(story, SCREEN.sku)
    return desk.approved(story, SCREEN)


def test_y1_a_deposit_only_for_a_part_ordered_in_specially_and_it_counts() -> None:
    story = Story()
    repair = special_order(story)
    deposit = repair.signed[0].deposit_fen
    too_much = PaymentAsked(repair=repair.id, amount=deposit + 1, payment_kind="DEPOSIT")
    assert refused(story, HANDHELD, too_much) == "too-much"
    story.believed(HANDHELD, PaymentAsked(repair=repair.id, amount=deposit, payment_kind="DEPOSIT"))
    payment = story.books.payments["Y1"]
    story.believed(POS, approval(payment, deposit))
    assert story.last(PaymentSettled).payment_kind == "DEPOSIT"
    again = PaymentAsked(repair=repair.id, amount=1, payment_kind="DEPOSIT")
    assert refused(story, HANDHELD, again) == "no-deposit"

    repair.state, repair.payable = "PAYING", OWED
    story.noted(ReportShown(repair=repair.id, payable=OWED, outstanding=OWED - deposit))
    assert story.last(TakePayment).amount == OWED - deposit


def test_y1_no_deposit_for_what_lies_in_the_cabinet() -> None:
    story = Story()
    repair = desk.approved(story, LineWanted(fault="BAT", sku="AST-M60-BAT"))
    for line in repair.signed:
        assert line.available
    event = PaymentAsked(repair=repair.id, amount=1, payment_kind="DEPOSIT")
    assert refused(story, HANDHELD, event) == "no-deposit"


# ── y2–y6 ───────────────────────────────────────────────────────────────────────────────────────


def test_y2_y3_y6_shown_approved_settled_in_one_breath() -> None:
    story = Story()
    payment = shown(story)
    story.believed(POS, approval(payment))
    assert payment.state == "SETTLED"
    assert story.last(PaymentTaken).reference == "ref-1"
    assert story.last(PaymentSettled).amount == story.books.repairs[payment.repair].settled == OWED
    assert story.last(RepairPaid).repair == payment.repair


def test_y3_the_approval_may_overtake_the_word_that_it_is_shown() -> None:
    story = Story()
    payment = asked(story, owing(story))
    story.believed(POS, approval(payment))
    assert payment.state == "SETTLED"
    assert refused(story, POS, PaymentPresented(payment=payment.id)) == "wrong-state"
    assert not any(isinstance(p.command, TakePayment) for p in story.books.pending.values())


def test_y3_approved_twice_settles_once() -> None:
    story = Story()
    payment = shown(story)
    story.believed(POS, approval(payment))
    assert refused(story, POS, approval(payment)) == "already"
    assert story.books.repairs[payment.repair].settled == OWED


@pytest.mark.parametrize(("amount", "currency"), [(OWED - 1, "CNY"), (OWED + 1, "CNY"), (OWED, "EUR")])
def test_y3_y7_another_amount_or_currency_is_unknown_with_an_alarm(amount: int, currency: str) -> None:
    story = Story()
    payment = shown(story)
    story.believed(POS, approval(payment, amount, currency))
    assert (payment.state, story.books.repairs[payment.repair].settled) == ("UNKNOWN", 0)
    assert "instead of" in story.last(AlarmRaised).words
    story.believed(POS, approval(payment, amount, currency))
    assert payment.state == "UNKNOWN"


def test_b16_a_terminal_speaks_only_for_its_own_payments() -> None:
    story = Story()
    payment = shown(story)
    assert refused(story, "pos/pos-2", approval(payment)) == "not-yours"
    assert refused(story, HANDHELD, approval(payment)) == "not-yours"


def test_y4_declined_a_new_attempt_is_allowed() -> None:
    story = Story()
    payment = shown(story)
    story.believed(POS, PaymentDeclined(payment=payment.id, code="51"))
    assert (payment.state, story.last(PaymentRejected).code) == ("DECLINED", "51")
    assert asked(story, story.books.repairs[payment.repair]).attempt == 2
    assert refused(story, POS, PaymentDeclined(payment=payment.id, code="51")) == "wrong-state"


def test_y5_aborted_only_on_the_terminals_own_word() -> None:
    story = Story()
    payment = shown(story)
    abort = PaymentAbortAsked(repair=payment.repair, payment=payment.id)
    story.believed(HANDHELD, abort)
    assert (payment.state, story.last(AbortPayment).payment) == ("PRESENTED", payment.id)
    assert refused(story, HANDHELD, abort) == "already"
    story.believed(POS, PaymentAborted(payment=payment.id, before_approval=True))
    assert (payment.state, story.last(PaymentStopped).payment) == ("ABORTED", payment.id)
    assert asked(story, story.books.repairs[payment.repair]).state == "CREATED"


def test_y5_only_a_payment_of_this_repair() -> None:
    story = Story()
    payment = shown(story)
    mine = story.books.repairs[payment.repair]
    story.books.repairs["R9"] = Repair(id="R9", state="INTAKE", repair_kind="WALK_IN", owner=mine.owner)
    event = PaymentAbortAsked(repair="R9", payment=payment.id)
    assert refused(story, HANDHELD, event) == "other-repair"


def test_y5_too_late_the_approval_is_on_its_way() -> None:
    story = Story()
    payment = shown(story)
    story.believed(HANDHELD, PaymentAbortAsked(repair=payment.repair, payment=payment.id))
    story.believed(POS, PaymentAborted(payment=payment.id, before_approval=False))
    assert payment.state == "PRESENTED"
    story.believed(POS, approval(payment))
    assert payment.state == "SETTLED"


def test_y5_a_terminal_that_refuses_has_shown_nothing() -> None:
    story = Story()
    payment = asked(story, owing(story))
    story.believed(POS, CommandRefused(command=story.last(TakePayment).id, reason="out of paper"))
    assert payment.state == "ABORTED"
