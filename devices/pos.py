"""The payment terminal: asks the customer for an amount, and never leaves in doubt what it knows itself.

One terminal serves several desks, each with its own code to scan, so several payments may be before customers at once.
What it has begun it remembers over a restart: a payment that nobody had paid yet is given up and said so; one that was
under way is asked after, never charged a second time.
"""

from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from devices.client import Client, Message, Touch, Words, cannot, not_now
from devices.pos_body import Answered, PosBody, PosReport, PosTruth, Undone
from shopfloor.contract.actor import SECOND, Device, Instant
from shopfloor.contract.commands import (
    AbortPayment,
    AskPaymentStatus,
    AskTotals,
    RefundPayment,
    ReversePayment,
    TakePayment,
    Work,
)
from shopfloor.contract.events import (
    DayReconciled,
    Event,
    PaymentAborted,
    PaymentApproved,
    PaymentDeclined,
    PaymentPresented,
    PaymentStatusReported,
    PaymentUndone,
)

PRESENTED_MAX: Final = 8
PRESENTED_FOR: Final = 115 * SECOND
"""Then the terminal gives up by itself, before the floor must take the payment for lost (y7, 120 s)."""

REMEMBERED_MAX: Final = 2_000

Stage: TypeAlias = Literal["presented", "authorising", "ended"]
Answer: TypeAlias = PaymentUndone | DayReconciled


class PresentCard(Touch, frozen=True):
    """The customer holds the card to the reader, or scans the code; empty = the payment shown first."""

    payment: str = ""


class PressCancel(Touch, frozen=True):
    """The red button."""

    payment: str = ""


class Taking(Struct):
    """One payment attempt as the terminal sees it."""

    payment: str
    amount: int
    currency: str
    stage: Stage
    since: Instant


class PosMemory(Struct, kw_only=True):
    """Kept over a restart."""

    truth: PosTruth = field(default_factory=PosTruth)
    takings: dict[str, Taking] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


class PosScreen(Struct, frozen=True):
    """The amounts before customers, in fen."""

    asking: dict[str, int]
    messages: tuple[Message, ...]


class Pos(Client):
    """Takes, gives up, gives back, and answers for what it has done from its own log."""

    hears = (TakePayment, AbortPayment, AskPaymentStatus, RefundPayment, ReversePayment, AskTotals)

    def __init__(self, device: Device, body: PosBody, memory: PosMemory, now: Instant) -> None:
        super().__init__(device, now)
        self._body = body
        self._memory = memory
        self._lost = [taking.payment for taking in memory.takings.values() if taking.stage == "presented"]

    @property
    def screen(self) -> PosScreen:
        asking = {taking.payment: taking.amount for taking in self._presented()}
        return PosScreen(asking, self.messages)

    def is_dead(self, now: Instant) -> bool:
        return self._body.dead(now)

    # ── what the floor asks ──

    def _look_into(self, work: Work, now: Instant) -> list[Event]:
        """The memory tells what was begun. Where it has no trace, no money is moved to be on the safe side."""
        match work:
            case TakePayment() if work.payment not in self._memory.takings:
                lost = Taking(work.payment, work.amount, work.currency, "ended", now)
                self._memory.takings[work.payment] = lost  # what is told now stays so
                return self._told_again(lost, now)
            case RefundPayment() | ReversePayment() | AskTotals() if not self._has_trace(work.id):
                cannot(f"Of {work.id} nothing is known here any more; look at the slips before it is asked anew.")
            case _:
                return self._do(work, now)

    def _has_trace(self, command: str) -> bool:
        return command in self._memory.answers or self._body.is_undoing(command)

    def _do(self, work: Work, now: Instant) -> list[Event]:
        match work:
            case TakePayment():
                return self._take_payment(work, now)
            case AbortPayment():
                return self._abort(work, now)
            case AskPaymentStatus():
                return [self._status(work.payment, now)]
            case RefundPayment() | ReversePayment():
                return self._give_back(work, now)
            case AskTotals():
                return self._close_day(work)
            case _:
                return super()._do(work, now)

    def _take_payment(self, asked: TakePayment, now: Instant) -> list[Event]:
        before = self._memory.takings.get(asked.payment)
        if before is not None:
            return self._told_again(before, now)
        if len(self._presented()) >= PRESENTED_MAX:
            cannot(f"{PRESENTED_MAX} payments are before customers already.")
        taking = Taking(asked.payment, asked.amount, asked.currency, "presented", now)
        self._memory.takings[asked.payment] = taking
        _forget(self._memory.takings, [name for name, t in self._memory.takings.items() if t.stage == "ended"])
        return [PaymentPresented(payment=asked.payment)]

    def _told_again(self, taking: Taking, now: Instant) -> list[Event]:
        if taking.stage == "presented":
            return [PaymentPresented(payment=taking.payment)]
        found = self._body.find(taking.payment, now)
        match found.status:
            case "approved":
                return [self._approved(taking, found.amount, found.reference)]
            case "declined":
                return [PaymentDeclined(payment=taking.payment, code="declined")]
            case "not-found" if taking.stage == "ended":
                return [PaymentAborted(payment=taking.payment, before_approval=True)]
            case _:
                return [PaymentPresented(payment=taking.payment)]

    def _abort(self, asked: AbortPayment, now: Instant) -> list[Event]:
        """Whatever comes first: a payment stopped before it was heard of is never shown."""
        unheard = Taking(asked.payment, 0, "CNY", "ended", now)
        taking = self._memory.takings.setdefault(asked.payment, unheard)
        if taking.stage == "authorising":
            cannot(f"{asked.payment} is being approved; ask for its status.")
        if taking.stage == "presented":
            return [self._given_up(taking)]
        if self._body.taken(taking.payment):
            cannot(f"{asked.payment} has been paid; it can only be given back.")
        return [PaymentAborted(payment=taking.payment, before_approval=True)]

    def _status(self, payment: str, now: Instant) -> PaymentStatusReported:
        taking = self._memory.takings.get(payment)
        good = self._body.diagnosis_good()
        if taking is not None and taking.stage == "presented":
            return PaymentStatusReported(payment=payment, status="in-progress", diagnosis_good=good)
        found = self._body.find(payment, now)
        currency = taking.currency if taking else "CNY"
        return PaymentStatusReported(
            payment=payment,
            status=found.status,
            amount=found.amount,
            currency=currency,
            reference=found.reference,
            diagnosis_good=good,
        )

    def _give_back(self, asked: RefundPayment | ReversePayment, now: Instant) -> list[Event]:
        memory = self._memory
        if asked.id in memory.answers:
            return [memory.answers[asked.id]]
        if self._body.is_undoing(asked.id):
            return []
        why_not = self._body.why_not_undo(asked.payment, asked.amount)
        if why_not:
            cannot(why_not)
        if isinstance(asked, ReversePayment) and self._body.on_slip(asked.payment):
            cannot(f"The day of {asked.payment} is closed; refund it instead.")
        self._body.undo(asked.id, asked.payment, asked.amount, now)
        return []

    def _close_day(self, asked: AskTotals) -> list[Event]:
        if asked.id not in self._memory.answers:
            self._remember(asked.id, DayReconciled(lines=self._body.close_day()))
        return [self._memory.answers[asked.id]]

    # ── what people do ──

    def _touched(self, touch: Touch, now: Instant) -> list[Event]:
        match touch:
            case PresentCard():
                taking = self._before_customer(touch.payment)
                taking.stage = "authorising"
                self._body.authorise(taking.payment, taking.amount, now)
                return []
            case PressCancel():
                return [self._given_up(self._before_customer(touch.payment))]
            case _:
                return super()._touched(touch, now)

    def _before_customer(self, payment: str) -> Taking:
        for taking in self._presented():
            if payment in ("", taking.payment):
                return taking
        not_now("There is nothing to pay here now.")

    # ── what the body says, and time ──

    def _advance(self, now: Instant) -> list[Event]:
        said: list[Event] = [event for report in self._body.advance(now) for event in self._report(report)]
        left = [each for each in self._presented() if each.payment in self._lost or now >= each.since + PRESENTED_FOR]
        self._lost = []
        return [*said, *(self._given_up(taking) for taking in left)]

    def _report(self, report: PosReport) -> list[Event]:
        match report:
            case Answered():
                taking = self._memory.takings[report.payment]
                taking.stage = "ended"
                if report.code:
                    return [PaymentDeclined(payment=report.payment, code=report.code)]
                return [self._approved(taking, report.amount, report.reference)]
            case Undone():
                undone = PaymentUndone(
                    payment=report.payment, command=report.command, amount=report.amount, reference=report.reference
                )
                self._remember(report.command, undone)
                return [undone]

    def _due(self) -> Instant | None:
        dues = [self._body.deadline, *(taking.since + PRESENTED_FOR for taking in self._presented())]
        return min((due for due in dues if due is not None), default=None)

    def _presented(self) -> list[Taking]:
        return [taking for taking in self._memory.takings.values() if taking.stage == "presented"]

    def _approved(self, taking: Taking, amount: int, reference: str) -> PaymentApproved:
        return PaymentApproved(payment=taking.payment, amount=amount, currency=taking.currency, reference=reference)

    def _given_up(self, taking: Taking) -> PaymentAborted:
        taking.stage = "ended"
        return PaymentAborted(payment=taking.payment, before_approval=True)

    def _remember(self, command: str, answer: Answer) -> None:
        self._memory.answers[command] = answer
        _forget(self._memory.answers, list(self._memory.answers))

    def _state(self) -> Words:
        stages = [taking.stage for taking in self._memory.takings.values()]
        return {"presented": stages.count("presented"), "authorising": stages.count("authorising")}


def _forget(kept: dict[str, Taking] | dict[str, Answer], oldest_first: list[str]) -> None:
    for name in oldest_first[: max(0, len(kept) - REMEMBERED_MAX)]:
        del kept[name]
