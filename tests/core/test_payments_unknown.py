"""Nobody knows what became of the money, or it was taken too late: y7–y12, B17, E15, F52."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import AskPaymentStatus, ReversePayment, TakePayment
from shopfloor.contract.events import (
    Event,
    PaymentAborted,
    PaymentApproved,
    PaymentAsked,
    PaymentDecided,
    PaymentDeclined,
    PaymentPresented,
    PaymentStatusReported,
    PaymentUndone,
)
from shopfloor.contract.facts import (
    PaymentConcluded,
    PaymentEscalated,
    PaymentFound,
    PaymentLost,
    PaymentNotTaken,
    PaymentReversed,
)
from shopfloor.core.attempts import OPEN
from shopfloor.core.books import PaymentRequest
from tests.core.at_the_desk import BOARD, HANDHELD, POS, refused
from tests.core.story import Story
from tests.core.test_payments import OWED, approval, asked, manual, owing, shown, status, unknown

# ── y7–y12: nobody knows (E15) ──────────────────────────────────────────────────────────────────


def test_y7_e15_after_two_silent_minutes_no_money_no_hand_over() -> None:
    story = Story()
    payment = unknown(story)
    assert story.last(PaymentLost).payment == payment.id
    assert payment.id in story.books.alarms
    assert refused(story, HANDHELD, PaymentAsked(repair=payment.repair, amount=OWED)) == "payment-open"
    assert len(story.all(TakePayment)) == 1


def test_y7_asked_every_five_seconds_for_five_minutes_then_every_thirty_each_time_anew() -> None:
    story = Story()
    unknown(story)
    first = len(story.all(AskPaymentStatus))
    story.minutes(5)
    fast = len(story.all(AskPaymentStatus))
    assert story.floor.shop.books.waits["Y1"].due == story.now + 30 * SECOND
    story.minutes(4)
    slow = len(story.all(AskPaymentStatus))
    assert (first, fast - first, slow - fast) == (1, 60, 8)
    assert len({command.id for command in story.all(AskPaymentStatus)}) == slow


@pytest.mark.parametrize("answer", ["status", "late approval"])
def test_y8_found_approved_the_original_answer_counts(answer: str) -> None:
    story = Story()
    payment = unknown(story)
    story.believed(POS, status(payment, "approved") if answer == "status" else approval(payment))
    assert (payment.state, story.last(PaymentFound).status) == ("SETTLED", "approved")
    assert story.books.repairs[payment.repair].settled == OWED
    asks = len(story.all(AskPaymentStatus))
    story.minutes(2)
    assert len(story.all(AskPaymentStatus)) == asks
    assert payment.id not in story.books.alarms


@pytest.mark.parametrize("event", ["status", "declined", "aborted"])
def test_y8_found_declined_a_new_attempt_is_allowed(event: str) -> None:
    story = Story()
    payment = unknown(story)
    said: dict[str, Event] = {
        "status": status(payment, "declined"),
        "declined": PaymentDeclined(payment=payment.id, code="05"),
        "aborted": PaymentAborted(payment=payment.id, before_approval=True),
    }
    story.believed(POS, said[event])
    assert (payment.state, story.last(PaymentFound).status) == ("DECLINED", "declined")
    assert asked(story, story.books.repairs[payment.repair]).attempt == 2


def test_y9_still_in_progress_changes_nothing_but_the_count() -> None:
    story = Story()
    payment = unknown(story)
    for word in ("not-found", "not-found", "in-progress", "not-found", "not-found"):
        story.believed(POS, status(payment, word))
    assert (payment.state, payment.not_found) == ("UNKNOWN", 2)
    due = story.books.waits[payment.id].due
    assert due <= story.now + 5 * SECOND


def test_y10_not_found_three_times_by_a_healthy_terminal_is_not_taken() -> None:
    story = Story()
    payment = unknown(story)
    for _ in range(2):
        story.believed(POS, status(payment, "not-found"))
        assert refused(story, POS, status(payment, "not-found", good=False)) == "not-healthy"
    assert payment.state == "UNKNOWN"
    story.believed(POS, status(payment, "not-found"))
    assert (payment.state, story.last(PaymentNotTaken).payment) == ("NOT_TAKEN", payment.id)
    assert asked(story, story.books.repairs[payment.repair]).attempt == 2


def test_y11_after_ten_minutes_the_manager() -> None:
    story = Story()
    payment = manual(story)
    assert story.last(PaymentEscalated).payment == payment.id
    assert story.books.waits[payment.id].party == "MG"
    assert "Read the log" in story.books.alarms[payment.id][0]
    asks = len(story.all(AskPaymentStatus))
    story.minutes(5)
    assert len(story.all(AskPaymentStatus)) == asks


@pytest.mark.parametrize(("taken", "state", "settled"), [(True, "SETTLED", OWED), (False, "NOT_TAKEN", 0)])
def test_y12_the_manager_reads_the_log(*, taken: bool, state: str, settled: int) -> None:
    story = Story()
    payment = manual(story)
    event = PaymentDecided(payment=payment.id, taken=taken, evidence="journal line 12")
    assert refused(story, HANDHELD, event) == "not-yours"
    story.believed(BOARD, event)
    assert (payment.state, story.books.repairs[payment.repair].settled) == (state, settled)
    assert story.last(PaymentConcluded).evidence == "journal line 12"
    assert refused(story, BOARD, event) == "wrong-state"


def test_y12_nothing_to_decide_while_the_floor_still_asks() -> None:
    story = Story()
    payment = unknown(story)
    event = PaymentDecided(payment=payment.id, taken=True, evidence="I saw it")
    assert refused(story, BOARD, event) == "wrong-state"


def test_y12_the_terminals_own_late_word_counts_too() -> None:
    story = Story()
    payment = manual(story)
    story.believed(POS, approval(payment))
    assert (payment.state, story.last(PaymentFound).status) == ("SETTLED", "approved")


def test_y12_a_terminal_that_remembers_a_refusal_after_all() -> None:
    story = Story()
    payment = manual(story)
    story.believed(POS, PaymentDeclined(payment=payment.id, code="51"))
    assert (payment.state, story.last(PaymentFound).status) == ("NOT_TAKEN", "declined")
    assert asked(story, story.books.repairs[payment.repair]).attempt == 2


# ── F52: taken after it had ended ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", ["declined", "aborted", "not-taken", "manager"])
def test_f52_an_approval_after_the_end_never_counts_and_is_reversed_by_itself(end: str) -> None:
    story = Story()
    if end == "manager":
        payment = manual(story)
        story.believed(BOARD, PaymentDecided(payment=payment.id, taken=False, evidence="nothing in the log"))
    elif end == "not-taken":
        payment = unknown(story)
        for _ in range(3):
            story.believed(POS, status(payment, "not-found"))
    else:
        payment = shown(story)
        said = {
            "declined": PaymentDeclined(payment=payment.id, code="51"),
            "aborted": PaymentAborted(payment=payment.id, before_approval=True),
        }
        story.believed(POS, said[end])
    repair = story.books.repairs[payment.repair]
    second = asked(story, repair)

    story.believed(POS, approval(payment))
    assert repair.settled == 0
    command = story.last(ReversePayment)
    assert (command.payment, command.amount) == (payment.id, OWED)
    assert "being reversed" in story.books.alarms[payment.id][0]
    assert refused(story, POS, approval(payment)) == "already"

    story.believed(POS, approval(second))
    story.believed(POS, PaymentUndone(payment=payment.id, command=command.id, amount=OWED, reference="ref-2"))
    assert (repair.settled, story.last(PaymentReversed).counted) == (OWED, False)
    assert payment.id not in story.books.alarms


# ── the rule behind it all ──────────────────────────────────────────────────────────────────────


class Paying(RuleBasedStateMachine):
    """Whatever terminal, engineer, manager and time say, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.repair = owing(self.story)

    def payments(self) -> list[PaymentRequest]:
        return list(self.story.books.payments.values())

    @rule(amount=st.sampled_from([1, 50_000, OWED, OWED + 1]))
    def ask(self, amount: int) -> None:
        self.story.say(HANDHELD, PaymentAsked(repair=self.repair.id, amount=amount))

    @precondition(lambda self: self.payments())
    @rule(data=st.data())
    def terminal(self, data: st.DataObject) -> None:
        payment = data.draw(st.sampled_from([p.id for p in self.payments()]))
        known = self.story.books.payments[payment]
        amount = data.draw(st.sampled_from([known.amount, known.amount, known.amount, 7]))
        word = data.draw(st.sampled_from(["approved", "declined", "in-progress", "not-found", "not-found"]))
        events: list[Event] = [
            PaymentPresented(payment=payment),
            PaymentApproved(payment=payment, amount=amount, reference="r"),
            PaymentDeclined(payment=payment, code="51"),
            PaymentAborted(payment=payment, before_approval=data.draw(st.booleans())),
            PaymentStatusReported(payment=payment, status=word, amount=amount, reference="r"),  # type: ignore[arg-type]
            PaymentUndone(payment=payment, command=known.command or "C1", amount=known.undoing, reference="u"),
        ]
        self.story.say(POS, data.draw(st.sampled_from(events)))

    @precondition(lambda self: self.payments())
    @rule(taken=st.booleans())
    def decide(self, *, taken: bool) -> None:
        self.story.say(BOARD, PaymentDecided(payment=self.payments()[-1].id, taken=taken, evidence="log"))

    @rule(ms=st.sampled_from([SECOND, 120 * SECOND, 10 * MINUTE]))
    def time(self, ms: int) -> None:
        self.story.wait(ms)

    @invariant()
    def b17_one_attempt_is_open(self) -> None:
        assert sum(payment.state in OPEN for payment in self.payments()) <= 1

    @invariant()
    def i07_what_was_captured_and_not_given_back_is_never_more_than_was_signed(self) -> None:
        counted = sum(p.amount for p in self.payments() if p.state in ("SETTLED", "PART_REFUNDED", "REFUNDED"))
        assert counted - sum(p.undone for p in self.payments() if not p.late) == self.repair.settled
        assert 0 <= self.repair.settled <= self.repair.payable <= self.repair.cap

    @invariant()
    def f52_a_late_capture_is_back_or_on_its_way_back(self) -> None:
        for payment in self.payments():
            assert payment.late == payment.undone + payment.undoing or not payment.late


Paying.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestPaying = Paying.TestCase
