"""Money that goes back, and the day's slip: y13–y15, E16, K19."""

import pytest

from shopfloor.contract.commands import AskTotals, RefundPayment, ReversePayment
from shopfloor.contract.events import (
    CommandRefused,
    DayReconciled,
    PaymentAsked,
    PaymentDecided,
    PaymentDeclined,
    PaymentUndone,
    PosTotal,
    RefundAsked,
    ReversalAsked,
)
from shopfloor.contract.facts import (
    PaymentReconciled,
    PaymentRefunded,
    PaymentReversed,
    RepairReported,
)
from shopfloor.core import payments
from shopfloor.core.books import PaymentRequest, Repair
from shopfloor.core.prices import outstanding
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import BATTERY, BOARD, HANDHELD, POS, SCREEN, refused
from tests.core.story import Story
from tests.core.test_payments import OWED, approval, asked, manual, owing, shown, unknown

BOTH = 144_800


def settled(story: Story) -> PaymentRequest:
    """Screen and battery, paid at once."""
    repair = desk.approved(story, SCREEN, BATTERY)
    repair.state, repair.lines_done, repair.payable = "PAYING", (1, 2), BOTH
    payment = asked(story, repair, BOTH)
    story.believed(POS, approval(payment, BOTH))
    return payment


def repair_of(story: Story, payment: PaymentRequest) -> Repair:
    return story.books.repairs[payment.repair]


def undone(payment: PaymentRequest, amount: int, command: str = "") -> PaymentUndone:
    return PaymentUndone(payment=payment.id, command=command or payment.command, amount=amount, reference="u-1")


def refund(payment: PaymentRequest, line: int, amount: int) -> RefundAsked:
    return RefundAsked(payment=payment.id, amount=amount, line=line, reason="goodwill")


# ── y13 ─────────────────────────────────────────────────────────────────────────────────────────


def test_y13_reversed_it_is_owed_again() -> None:
    story = Story()
    payment = settled(story)
    story.believed(BOARD, ReversalAsked(payment=payment.id, reason="wrong card"))
    assert story.last(ReversePayment).amount == BOTH
    assert repair_of(story, payment).settled == BOTH
    story.believed(POS, undone(payment, BOTH))
    assert (payment.state, story.last(PaymentReversed).amount) == ("REVERSED", BOTH)
    assert outstanding(repair_of(story, payment)) == BOTH


def test_y13_only_what_is_settled_only_the_manager_and_only_once() -> None:
    story = Story()
    payment = shown(story)
    event = ReversalAsked(payment=payment.id, reason="no")
    assert refused(story, BOARD, event) == "wrong-state"
    story.believed(POS, approval(payment))
    assert refused(story, HANDHELD, event) == "not-yours"
    story.believed(BOARD, event)
    assert refused(story, BOARD, event) == "already"


def test_y13_not_after_the_slip_and_not_after_hand_over() -> None:
    story = Story()
    payment = settled(story)
    event = ReversalAsked(payment=payment.id, reason="no")
    repair = repair_of(story, payment)
    state, repair.state = repair.state, "FOLLOW_UP"
    assert refused(story, BOARD, event) == "handed-over"
    repair.state = state
    story.believed(POS, DayReconciled(lines=(PosTotal(payment=payment.id, taken=BOTH),)))
    assert refused(story, BOARD, event) == "reconciled"


def test_y13_a_silent_terminal_is_asked_again_with_the_same_id() -> None:
    story = Story()
    payment = settled(story)
    story.believed(BOARD, ReversalAsked(payment=payment.id, reason="wrong card"))
    story.minutes(5)
    commands = story.all(ReversePayment)
    assert len(commands) > 3
    assert len({command.id for command in commands}) == 1
    assert payment.state == "SETTLED"


def test_y13_only_the_amount_that_was_asked_for_and_only_once() -> None:
    story = Story()
    payment = settled(story)
    assert refused(story, POS, undone(payment, BOTH, "C1")) == "not-asked"
    story.believed(BOARD, ReversalAsked(payment=payment.id, reason="wrong card"))
    assert refused(story, POS, undone(payment, BOTH - 1)) == "amount-differs"
    assert refused(story, POS, undone(payment, BOTH, "C1")) == "not-asked"
    assert refused(story, "pos/pos-2", undone(payment, BOTH)) == "not-asked"
    event = undone(payment, BOTH)
    story.believed(POS, event)
    assert refused(story, POS, event) == "not-asked"
    assert repair_of(story, payment).settled == 0


# ── y14 ─────────────────────────────────────────────────────────────────────────────────────────


def test_y14_line_by_line_until_all_is_refunded() -> None:
    story = Story()
    payment = settled(story)
    repair = repair_of(story, payment)
    for line, amount, state in ((2, 9_900, "PART_REFUNDED"), (1, 34_900, "PART_REFUNDED"), (1, 100_000, "REFUNDED")):
        story.believed(BOARD, refund(payment, line, amount))
        assert story.last(RefundPayment).amount == amount
        story.believed(POS, undone(payment, amount))
        assert (payment.state, story.last(PaymentRefunded).line) == (state, line)
        assert story.last(PaymentRefunded).whole == (state == "REFUNDED")
        assert outstanding(repair) == 0
    assert (repair.settled, repair.refunded, payment.refunds) == (0, BOTH, {1: OWED, 2: 9_900})
    assert refused(story, BOARD, refund(payment, 1, 1)) == "wrong-state"


@pytest.mark.parametrize(
    ("line", "amount", "code"),
    [(2, 9_901, "too-much"), (1, BOTH + 1, "too-much"), (3, 100, "no-such-line")],
)
def test_y14_b13_never_more_than_the_line_cost_or_was_paid(line: int, amount: int, code: str) -> None:
    story = Story()
    assert refused(story, BOARD, refund(settled(story), line, amount)) == code


def test_y14_b13_the_second_refund_knows_of_the_first() -> None:
    story = Story()
    repair = owing(story)
    first = asked(story, repair, 100_000)
    story.believed(POS, approval(first, 100_000))
    second = asked(story, repair, 34_900)
    story.believed(POS, approval(second, 34_900))
    story.believed(BOARD, refund(first, 1, 60_000))
    story.believed(POS, undone(first, 60_000))
    assert refused(story, BOARD, refund(first, 1, 40_001)) == "too-much"

    story = Story()
    payment = settled(story)
    story.believed(BOARD, refund(payment, 2, 9_900))
    story.believed(POS, undone(payment, 9_900))
    assert refused(story, BOARD, refund(payment, 2, 1)) == "too-much"


def test_y14_what_was_overpaid_goes_back_first_and_lowers_no_price() -> None:
    story = Story()
    payment = settled(story)
    repair = repair_of(story, payment)
    repair.payable = OWED
    story.believed(BOARD, refund(payment, 2, 9_900))
    story.believed(POS, undone(payment, 9_900))
    assert (repair.payable, repair.settled) == (OWED, OWED)


def test_y14_a_line_is_refunded_once_whichever_payment_it_was() -> None:
    story = Story()
    repair = owing(story)
    first, second = asked(story, repair, 100_000), None
    story.believed(POS, approval(first, 100_000))
    second = asked(story, repair, 34_900)
    story.believed(POS, approval(second, 34_900))
    story.believed(BOARD, refund(first, 1, 100_000))
    story.believed(POS, undone(first, 100_000))
    assert refused(story, BOARD, refund(second, 1, 34_901)) == "too-much"
    story.believed(BOARD, refund(second, 1, 34_900))
    story.believed(POS, undone(second, 34_900))
    assert (repair.settled, repair.refunded) == (0, OWED)


def test_y14_a_terminal_that_refuses_leaves_the_manager_free_to_ask_again() -> None:
    story = Story()
    payment = settled(story)
    story.believed(BOARD, refund(payment, 2, 9_900))
    story.believed(POS, CommandRefused(command=payment.command, reason="batch closed"))
    assert "batch closed" in story.books.alarms[payment.id][0]
    story.believed(BOARD, refund(payment, 2, 9_900))
    story.believed(POS, undone(payment, 9_900))
    assert payment.state == "PART_REFUNDED"


def test_e16_paid_and_then_unrepairable_the_manager_is_told_what_to_give_back() -> None:
    story = Story()
    payment = settled(story)
    repair = repair_of(story, payment)
    repair.state, repair.unrepaired, repair.payable = "REPORTED", True, 0
    story.noted(RepairReported(repair=repair.id, payable=0, lines_done=()))
    about = f"overpaid/{repair.id}"
    assert "1448.00" in story.books.alarms[about][0]
    for line, amount in ((1, OWED), (2, 9_900)):
        assert about in story.books.alarms
        story.believed(BOARD, refund(payment, line, amount))
        story.believed(POS, undone(payment, amount))
    assert (repair.settled, repair.payable, outstanding(repair)) == (0, 0, 0)
    assert about not in story.books.alarms


# ── y15 ─────────────────────────────────────────────────────────────────────────────────────────


def slip(*rows: tuple[str, int, int]) -> DayReconciled:
    return DayReconciled(lines=tuple(PosTotal(payment=name, taken=taken, undone=back) for name, taken, back in rows))


def test_y15_the_slip_agrees_and_stamps_what_it_lists() -> None:
    story = Story()
    payment = settled(story)
    story.believed(BOARD, refund(payment, 2, 9_900))
    story.believed(POS, undone(payment, 9_900))
    story.believed(POS, slip((payment.id, BOTH, 9_900)))
    fact = story.last(PaymentReconciled)
    assert (fact.taken, fact.undone, fact.differences) == (BOTH, 9_900, ())
    assert payment.reconciled
    story.believed(POS, slip())
    assert story.last(PaymentReconciled).differences == ()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), "books 1448.00"),
        ((("Y1", BOTH - 1, 0),), "1447.99"),
        ((("Y1", BOTH, 100),), "less 1.00"),
        ((("Y1", BOTH, 0), ("Y9", 500, 0)), "no such payment"),
    ],
    ids=["missing", "other amount", "given back behind our back", "stranger"],
)
def test_y15_k19_every_difference_is_a_line_and_an_alarm(rows: tuple[tuple[str, int, int], ...], words: str) -> None:
    story = Story()
    settled(story)
    story.believed(POS, slip(*rows))
    (difference,) = story.last(PaymentReconciled).differences
    assert words in difference
    assert words in story.books.alarms[f"slip/{POS}"][0]
    assert refused(story, POS, slip(("Y1", 1, 0), ("Y1", 1, 0))) == "line-twice"


@pytest.mark.parametrize(("taken", "state"), [(OWED, "SETTLED"), (0, "NOT_TAKEN"), (5, "MANUAL")])
def test_y12_y15_the_totals_decide_what_nobody_knew(taken: int, state: str) -> None:
    story = Story()
    payment = manual(story)
    story.believed(POS, slip((payment.id, taken, 0)))
    assert payment.state == state
    assert bool(story.last(PaymentReconciled).differences) == (state == "MANUAL")


def test_y15_a_payment_on_the_slip_of_another_terminal_is_a_stranger_there() -> None:
    story = Story()
    payment = settled(story)
    story.believed("pos/pos-2", slip((payment.id, BOTH, 0)))
    assert "no such payment" in story.last(PaymentReconciled).differences[0]
    assert not payment.reconciled


def test_y15_what_is_still_asked_about_is_listed_and_stays() -> None:
    story = Story()
    payment = unknown(story)
    story.believed(POS, slip())
    assert payment.state == "UNKNOWN"
    assert "UNKNOWN" in story.last(PaymentReconciled).differences[0]


def test_y12_f52_later_truth_corrects_itself_what_was_taken_after_all_goes_back() -> None:
    story = Story()
    payment = manual(story)
    story.believed(BOARD, PaymentDecided(payment=payment.id, taken=False, evidence="nothing in the log"))
    second = asked(story, repair_of(story, payment))
    story.believed(POS, approval(second))
    story.believed(POS, slip((payment.id, OWED, 0), (second.id, OWED, 0)))
    assert story.last(ReversePayment).payment == payment.id
    story.believed(POS, undone(payment, OWED))
    assert (repair_of(story, payment).settled, payment.undone) == (OWED, OWED)


def test_f52_a_late_capture_on_the_slip_is_not_given_back_twice() -> None:
    story = Story()
    payment = shown(story)
    story.believed(POS, PaymentDeclined(payment=payment.id, code="51"))
    story.believed(POS, approval(payment))
    story.believed(POS, slip((payment.id, OWED, 0)))
    assert len({command.id for command in story.all(ReversePayment)}) == 1
    assert story.last(PaymentReconciled).differences == ()


def test_y15_each_terminal_is_asked_for_its_own_totals_once() -> None:
    story = Story()
    shop = story.floor.shop
    for _ in range(2):
        payments.ask_totals(shop)
    story.outs += shop.outs
    shop.unheard.clear()
    others = ["pos/pos-2", "pos/pos-3"]
    assert [command.to for command in story.all(AskTotals)] == [POS, *others]
    story.believed(POS, slip())
    assert [p.command.to for p in story.books.pending.values() if isinstance(p.command, AskTotals)] == others


def test_y1_after_a_reversal_the_customer_may_pay_again() -> None:
    story = Story()
    payment = settled(story)
    story.believed(BOARD, ReversalAsked(payment=payment.id, reason="wrong card"))
    story.believed(POS, undone(payment, BOTH))
    story.believed(HANDHELD, PaymentAsked(repair=payment.repair, amount=BOTH))
    assert story.books.payments["Y2"].attempt == 2
