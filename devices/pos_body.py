"""The body of a payment terminal: its line to the acquirer, and what the acquirer then knows.

``PosBody`` is what the client asks of any terminal; a maker's driver fits in here. ``SimulatedPos`` stands for
terminal and acquirer together: what it knows of a charge is the truth, also when the answer never came (E15, F52).
"""

from random import Random
from typing import Final, Literal, Protocol, TypeAlias

from msgspec import Struct, field

from devices.dials import Chance, Factor, Lapse, Span, happenings
from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.events import PosTotal

CHARGES_MAX: Final = 2_000
SLIP_MAX: Final = 1_000


class PosDials(Struct, frozen=True):
    """What a terminal is like and what is wrong with it. Per attempt; the first that strikes wins."""

    approval: Span = Span(3_000, 4_500, 8_000)
    undoing: Span = Span(2_000, 3_000, 5_000)
    slow: Factor = 1.0
    declined: Chance = 0.0
    unknown_taken: Chance = 0.0  # the money is taken, the answer never comes; a question finds it later
    unknown_not_taken: Chance = 0.0  # the request never arrived, and no answer comes
    late_approval: Chance = 0.0  # asked meanwhile, it says "not found" (F52)
    wrong_amount: Chance = 0.0  # approves another amount than was asked
    found_after_ms: Lapse = 20 * SECOND
    late_ms: Lapse = 3 * MINUTE
    diagnosis_bad: Chance = 0.0  # 1: cannot vouch for its own log
    dead_after: Lapse | None = None  # after switching on: no word any more


class Charge(Struct, kw_only=True):
    """One attempt as the acquirer has it."""

    payment: str
    amount: int
    taken: bool
    code: str = ""
    """Why it was declined."""
    reference: str
    replies_at: Instant | None
    """None: the answer is lost."""
    found_from: Instant
    before: Literal["in-progress", "not-found"]
    """What a question hears until then."""
    undone: int = 0
    on_slip: int = 0
    """How much of what was taken is on an earlier slip."""
    undone_on_slip: int = 0


class Undoing(Struct, frozen=True):
    """Money on its way back to the customer, and when that is confirmed."""

    command: str
    payment: str
    amount: int
    reference: str
    at: Instant


class PosTruth(Struct, kw_only=True):
    """Kept over a restart."""

    charges: dict[str, Charge] = field(default_factory=dict)
    awaited: list[str] = field(default_factory=list)
    """Payments whose answer is still to come."""
    undoing: list[Undoing] = field(default_factory=list)
    number: int = 0


class Answered(Struct, frozen=True):
    """The acquirer's answer; ``code`` is empty when approved."""

    payment: str
    amount: int
    code: str
    reference: str


class Undone(Struct, frozen=True):
    """So much has gone back to the customer."""

    command: str
    payment: str
    amount: int
    reference: str


PosReport: TypeAlias = Answered | Undone


class Finding(Struct, frozen=True):
    """What a question about an attempt hears."""

    status: Literal["approved", "declined", "in-progress", "not-found"]
    amount: int = 0
    reference: str = ""


class PosBody(Protocol):
    """What a client asks of a terminal. It returns at once; what comes of it is reported."""

    def authorise(self, payment: str, amount: int, now: Instant) -> None:
        """The card has been held to the reader. Ends with Answered, or with silence."""

    def find(self, payment: str, now: Instant) -> Finding: ...

    def taken(self, payment: str) -> bool: ...

    def why_not_undo(self, payment: str, amount: int) -> str:
        """In a sentence; empty if so much can be given back."""

    def undo(self, command: str, payment: str, amount: int, now: Instant) -> None:
        """Give back. Ends with Undone."""

    def is_undoing(self, command: str) -> bool: ...

    def close_day(self) -> tuple[PosTotal, ...]:
        """The slip: all that has moved since the last one."""

    def on_slip(self, payment: str) -> bool:
        """Whether its day has been closed: then it can be refunded, but not reversed."""

    def diagnosis_good(self) -> bool: ...

    def dead(self, now: Instant) -> bool: ...

    def advance(self, now: Instant) -> list[PosReport]: ...

    @property
    def deadline(self) -> Instant | None: ...


class SimulatedPos:
    """A terminal that thinks for a few seconds. ``truth`` may come from an earlier life."""

    def __init__(self, dials: PosDials, chance: Random, truth: PosTruth, now: Instant) -> None:
        self.dials = dials
        self.truth = truth
        self._chance = chance
        self._born = now

    def authorise(self, payment: str, amount: int, now: Instant) -> None:
        dials = self.dials
        strikes = happenings(
            self._chance,
            declined=dials.declined,
            unknown_taken=dials.unknown_taken,
            unknown_not_taken=dials.unknown_not_taken,
            late_approval=dials.late_approval,
            wrong_amount=dials.wrong_amount,
        )
        answer_at = now + dials.approval.draw(self._chance, dials.slow)
        self._keep(_charge(payment, amount, self._reference(), answer_at, strikes[0] if strikes else "", dials, now))

    def find(self, payment: str, now: Instant) -> Finding:
        charge = self.truth.charges.get(payment)
        if charge is None:
            return Finding("not-found")
        if now < charge.found_from:
            return Finding(charge.before)
        if charge.taken:
            return Finding("approved", charge.amount, charge.reference)
        return Finding("declined" if charge.code else "not-found")

    def taken(self, payment: str) -> bool:
        charge = self.truth.charges.get(payment)
        return charge is not None and charge.taken

    def why_not_undo(self, payment: str, amount: int) -> str:
        charge = self.truth.charges.get(payment)
        if charge is None or not charge.taken:
            return f"No money was taken for {payment} here."
        left = charge.amount - charge.undone
        return "" if amount <= left else f"Of {payment} only {left} fen are left to give back."

    def undo(self, command: str, payment: str, amount: int, now: Instant) -> None:
        assert not self.why_not_undo(payment, amount), payment
        self.truth.charges[payment].undone += amount
        at = now + self.dials.undoing.draw(self._chance, self.dials.slow)
        self.truth.undoing.append(Undoing(command, payment, amount, self._reference(), at))

    def is_undoing(self, command: str) -> bool:
        return any(each.command == command for each in self.truth.undoing)

    def close_day(self) -> tuple[PosTotal, ...]:
        lines: list[PosTotal] = []
        for charge in self.truth.charges.values():
            taken = (charge.amount if charge.taken else 0) - charge.on_slip
            undone = charge.undone - charge.undone_on_slip
            if (taken or undone) and len(lines) < SLIP_MAX:
                lines.append(PosTotal(payment=charge.payment, taken=taken, undone=undone))
                charge.on_slip += taken
                charge.undone_on_slip += undone
        return tuple(lines)

    def on_slip(self, payment: str) -> bool:
        charge = self.truth.charges.get(payment)
        return charge is not None and charge.on_slip > 0

    def diagnosis_good(self) -> bool:
        return self._chance.random() >= self.dials.diagnosis_bad

    def dead(self, now: Instant) -> bool:
        return self.dials.dead_after is not None and now >= self._born + self.dials.dead_after

    def advance(self, now: Instant) -> list[PosReport]:
        truth = self.truth
        answers = [truth.charges[name] for name in truth.awaited if _reply_at(truth.charges[name]) <= now]
        back = [each for each in truth.undoing if each.at <= now]
        truth.awaited = [name for name in truth.awaited if _reply_at(truth.charges[name]) > now]
        truth.undoing = [each for each in truth.undoing if each.at > now]
        return [
            *(Answered(each.payment, each.amount, each.code, each.reference) for each in answers),
            *(Undone(each.command, each.payment, each.amount, each.reference) for each in back),
        ]

    @property
    def deadline(self) -> Instant | None:
        truth = self.truth
        replies = [_reply_at(truth.charges[name]) for name in truth.awaited]
        return min([*replies, *(each.at for each in truth.undoing)], default=None)

    def _reference(self) -> str:
        self.truth.number += 1
        return f"REF{self.truth.number:06d}"

    def _keep(self, charge: Charge) -> None:
        charges = self.truth.charges
        charges[charge.payment] = charge
        if charge.replies_at is not None:
            self.truth.awaited.append(charge.payment)
        closed = [name for name, each in charges.items() if each.on_slip or not each.taken]
        for name in closed[: max(0, len(charges) - CHARGES_MAX)]:
            if name not in self.truth.awaited:
                del charges[name]


def _reply_at(charge: Charge) -> Instant:
    assert charge.replies_at is not None, charge.payment
    return charge.replies_at


def _charge(
    payment: str, amount: int, reference: str, answer_at: Instant, strike: str, dials: PosDials, now: Instant
) -> Charge:
    """What becomes of an attempt, decided once at its beginning, so that a restart does not change it."""
    late_at = now + dials.late_ms
    charge = Charge(
        payment=payment,
        amount=amount,
        taken=strike not in ("declined", "unknown_not_taken"),
        code="not-honoured" if strike == "declined" else "",
        reference=reference,
        replies_at=answer_at,
        found_from=answer_at,
        before="in-progress",
    )
    match strike:
        case "unknown_taken" | "unknown_not_taken":
            charge.replies_at, charge.found_from = None, now + dials.found_after_ms
        case "late_approval":
            charge.replies_at, charge.found_from, charge.before = late_at, late_at, "not-found"
        case "wrong_amount":
            charge.amount += 100
        case _:
            pass
    return charge
