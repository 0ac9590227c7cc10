"""Payments among liars: beside each true word of a terminal, an engineer or a manager stand its sisters.

*Replayed*: a word that was said before moves no money a second time. *Wrong*: the same word of another device is
refused, and not a byte changes. *Scrambled*: another amount, another payment, another command moves no money either.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec import structs

from shopfloor.contract.actor import MINUTE, SECOND
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
    RefundAsked,
    ReversalAsked,
)
from shopfloor.contract.facts import EventRefused, PaymentRefunded, PaymentReversed, PaymentSettled
from shopfloor.core import prices
from shopfloor.core.attempts import NOT_CAPTURED, OPEN
from shopfloor.core.books import PaymentRequest
from shopfloor.core.invariants import check_all
from tests.core import at_the_bench as bench
from tests.core.at_the_desk import BOARD, HANDHELD, POS
from tests.core.story import Story

ELSEWHERE = "pos/pos-2"
MONEY = st.integers(1, 60_000)


class Money(RuleBasedStateMachine):
    """One repair in PAYING: the amount is on the terminal. ``net`` is what a customer would count: captured − given."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.repair = bench.paying(self.story)
        self.total = self.repair.payable
        self.said: list[tuple[str, Event]] = []

    # ── what the model knows ────────────────────────────────────────────────────────────────────

    @property
    def payment(self) -> PaymentRequest:
        """The latest attempt."""
        return list(self.story.books.payments.values())[-1]

    @property
    def net(self) -> int:
        """Out of the facts alone: what was captured and not given back."""
        story = self.story
        back = sum(fact.amount for fact in story.all(PaymentReversed) if fact.counted)
        return (
            sum(fact.amount for fact in story.all(PaymentSettled))
            - back
            - sum(fact.amount for fact in story.all(PaymentRefunded))
        )

    def true(self, device: str, event: Event, wrong: str) -> None:
        """A valid rule with its sisters: first the wrong device, then the word itself, then again."""
        self.nothing_changes(wrong, event)
        self.story.believed(device, event)
        self.said.append((device, event))
        self.no_money_moves(device, event)

    def nothing_changes(self, device: str, event: Event) -> None:
        self.story.books.now = self.story.now
        before = self.story.floor.digest()
        assert self.story.refused(device, event)
        assert self.story.floor.digest() == before

    def no_money_moves(self, device: str, event: Event) -> None:
        """Believed or not."""
        net, captured = self.net, len(self.story.all(PaymentSettled))
        outs = self.story.say(device, event)
        assert (self.net, len(self.story.all(PaymentSettled))) == (net, captured), outs

    def is_in(self, *states: str) -> bool:
        return self.payment.state in states

    # ── the valid rules ─────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.is_in("CREATED"))
    @rule()
    def y2_presented(self) -> None:
        self.true(POS, PaymentPresented(payment=self.payment.id), ELSEWHERE)

    @precondition(lambda self: self.is_in("CREATED", "PRESENTED", "UNKNOWN", "MANUAL"))
    @rule()
    def y3_approved(self) -> None:
        self.true(POS, self._approval(), ELSEWHERE)

    @precondition(lambda self: self.is_in("CREATED", "PRESENTED", "UNKNOWN"))
    @rule()
    def y4_declined(self) -> None:
        self.true(POS, PaymentDeclined(payment=self.payment.id, code="51"), ELSEWHERE)

    @precondition(lambda self: self.is_in("CREATED", "PRESENTED"))
    @rule()
    def y5_aborted(self) -> None:
        self.true(POS, PaymentAborted(payment=self.payment.id, before_approval=True), ELSEWHERE)

    @precondition(lambda self: self.is_in("CREATED", "PRESENTED"))
    @rule()
    def y7_silence(self) -> None:
        self.story.wait(120 * SECOND)
        assert self.is_in("UNKNOWN")

    @precondition(lambda self: self.is_in("UNKNOWN"))
    @rule(status=st.sampled_from(["approved", "declined", "in-progress", "not-found"]))
    def y8_y9_y10_reported(self, status: str) -> None:
        amount = self.payment.amount if status == "approved" else 0
        self.true(
            POS, PaymentStatusReported(payment=self.payment.id, status=status, amount=amount, reference="r"), ELSEWHERE
        )

    @precondition(lambda self: self.is_in("UNKNOWN", "MANUAL"))
    @rule(taken=st.booleans())
    def y11_y12_the_manager_decides(self, taken: bool) -> None:
        self.story.wait(11 * MINUTE)
        if self.is_in("MANUAL"):
            self.true(BOARD, PaymentDecided(payment=self.payment.id, taken=taken, evidence="the log"), HANDHELD)

    @precondition(lambda self: self.is_in(*NOT_CAPTURED) and not self.payment.late)
    @rule()
    def f52_approved_after_the_end(self) -> None:
        net = self.net
        self.true(POS, self._approval(), ELSEWHERE)
        assert self.net == net, "it goes back, and never counts"

    @precondition(lambda self: not self.is_in(*OPEN) and self._can_be_asked())
    @rule(amount=MONEY)
    def y1_asked_again(self, amount: int) -> None:
        asked = PaymentAsked(repair=self.repair.id, amount=min(amount, prices.outstanding(self.repair)))
        self.true(HANDHELD, asked, "handheld/h2")

    @precondition(lambda self: self.is_in("SETTLED") and not self.payment.undoing)
    @rule()
    def y13_reversal_asked(self) -> None:
        self.true(BOARD, ReversalAsked(payment=self.payment.id, reason="wrong card"), HANDHELD)

    @precondition(lambda self: self.is_in("SETTLED", "PART_REFUNDED") and not self.payment.undoing)
    @rule(amount=MONEY)
    def y14_refund_asked(self, amount: int) -> None:
        left = self.payment.amount - self.payment.undone
        line = self.repair.signed[0].line
        asked = RefundAsked(payment=self.payment.id, amount=min(amount, left), line=line, reason="goodwill")
        if self.story.refused_or_none(BOARD, asked) == "":
            self.said.append((BOARD, asked))
            self.no_money_moves(BOARD, asked)

    @precondition(lambda self: self.payment.undoing)
    @rule()
    def y13_y14_undone(self) -> None:
        payment = self.payment
        self.true(
            POS,
            PaymentUndone(payment=payment.id, command=payment.command, amount=payment.undoing, reference="u"),
            ELSEWHERE,
        )

    # ── sisters that come by themselves ─────────────────────────────────────────────────────────

    @precondition(lambda self: self.said)
    @rule(which=st.integers(0, 1_000))
    def replayed(self, which: int) -> None:
        self.no_money_moves(*self.said[which % len(self.said)])

    @rule(more=st.sampled_from([-1, 1, 100_000]), currency=st.sampled_from(["CNY", "USD"]))
    def scrambled_amount(self, more: int, currency: str) -> None:
        lie = structs.replace(self._approval(), amount=max(0, self.payment.amount + more), currency=currency)
        self.no_money_moves(POS, lie)

    @rule(name=st.sampled_from(["Y999", "R1", "S1"]))
    def scrambled_name(self, name: str) -> None:
        self.nothing_changes(POS, structs.replace(self._approval(), payment=name))

    @precondition(lambda self: self.payment.undoing)
    @rule(more=st.sampled_from([-1, 1]), command=st.sampled_from(["", "C99999"]))
    def scrambled_giving_back(self, more: int, command: str) -> None:
        payment = self.payment
        lie = PaymentUndone(
            payment=payment.id,
            command=command or payment.command,
            amount=max(0, payment.undoing + (0 if command else more)),
            reference="u",
        )
        self.nothing_changes(POS, lie)

    @rule(more=st.integers(1, 1_000))
    def scrambled_sum(self, more: int) -> None:
        self.nothing_changes(HANDHELD, PaymentAsked(repair=self.repair.id, amount=self.total + more))

    @rule(ms=st.sampled_from([SECOND, 30 * SECOND, 5 * MINUTE]))
    def time_passes(self, ms: int) -> None:
        net = self.net
        self.story.wait(ms)
        assert self.net == net, "time alone takes and gives no money"

    # ── what must hold ──────────────────────────────────────────────────────────────────────────

    @invariant()
    def b13_never_more_than_was_signed(self) -> None:
        assert 0 <= self.net <= self.total
        assert self.repair.settled == self.net

    @invariant()
    def b17_one_attempt_and_one_capture_of_each(self) -> None:
        captured = [fact.payment for fact in self.story.all(PaymentSettled)]
        assert len(set(captured)) == len(captured)
        assert sum(payment.state in OPEN for payment in self.story.books.payments.values()) <= 1

    @invariant()
    def nothing_given_back_that_was_not_taken(self) -> None:
        for payment in self.story.books.payments.values():
            assert 0 <= payment.undone + payment.undoing <= max(payment.amount, payment.late)

    def teardown(self) -> None:
        check_all(self.story.floor.shop)
        assert all(refusal.reason for refusal in self.story.all(EventRefused))

    def _approval(self) -> PaymentApproved:
        return PaymentApproved(payment=self.payment.id, amount=self.payment.amount, reference="ref-1")

    def _can_be_asked(self) -> bool:
        return self.repair.state in ("PAYING", "ACCEPTING") and prices.outstanding(self.repair) > 0


TestMoney = pytest.mark.timeout(110)(Money.TestCase)
TestMoney.settings = settings(max_examples=60, stateful_step_count=25, deadline=None, derandomize=True)
