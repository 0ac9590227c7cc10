"""What the floor wants shown and done at one device: the latest pictures, and the work that has no answer yet."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct, structs

from shopfloor.contract import commands as c
from shopfloor.contract import events as e

WORK_MAX: Final = 50
"""Of one device; the oldest goes, and the floor asks again."""

ENDED: Final = (e.PaymentApproved, e.PaymentDeclined, e.PaymentAborted)
"""After these a terminal has nothing left to ask for a payment."""


class Screen(Struct, frozen=True):
    """Whole and never edited: every change makes another one."""

    pictures: dict[str, c.Command] = {}
    """Kind → the latest of it."""
    work: tuple[c.Work, ...] = ()

    def told(self, command: c.Command) -> "Screen":
        """The floor wants this shown or done. An older picture that was overtaken on the way changes nothing."""
        if isinstance(command, c.Work):
            return self._asked(command)
        kind = type(command).__name__
        known = self.pictures.get(kind)
        if known is not None and _number(command) <= _number(known):
            return self
        return structs.replace(self, pictures=self.pictures | {kind: command})

    def said(self, event: e.Event) -> "Screen":
        """The device has said this, and the floor has taken it: what it answers is done."""
        left = tuple(work for work in self.work if not _answers(event, work))
        return self if len(left) == len(self.work) else structs.replace(self, work=left)

    def _asked(self, work: c.Work) -> "Screen":
        others = [other for other in self.work if other.id != work.id and not _overtakes(work, other)]
        return structs.replace(self, work=(*others, work)[-WORK_MAX:])


def _number(picture: c.Command) -> tuple[int, str]:
    """The floor numbers its pictures: V9 comes before V10 (F20)."""
    return len(picture.id), picture.id


def _overtakes(work: c.Work, other: c.Work) -> bool:
    """A cleared document is not asked for any more."""
    return isinstance(work, c.ClearScreen) and isinstance(other, c.AskSignature) and work.request == other.request


def _answers(event: e.Event, work: c.Work) -> bool:
    if getattr(event, "command", None) == work.id:
        return True
    answered_by = ANSWERS.get(type(work))
    return answered_by is not None and answered_by(event, work)


def _of_signature(event: e.Event, work: c.Work) -> bool:
    return isinstance(event, e.SignatureRefused) and event.request == getattr(work, "request", "")


def _of_call(event: e.Event, work: c.Work) -> bool:
    """A recall is another call: it is not said yet when word of the one before arrives."""
    return isinstance(event, e.CallShown) and (event.ticket, event.calls) == (
        getattr(work, "ticket", ""),
        getattr(work, "calls", 0),
    )


def _of_payment(event: e.Event, work: c.Work) -> bool:
    return isinstance(event, ENDED) and event.payment == getattr(work, "payment", "")


def _of_status(event: e.Event, work: c.Work) -> bool:
    told = isinstance(event, (e.PaymentStatusReported, *ENDED))
    return told and getattr(event, "payment", "") == getattr(work, "payment", "")


def _of_totals(event: e.Event, _work: c.Work) -> bool:
    return isinstance(event, e.DayReconciled)


ANSWERS: Final[dict[type[c.Work], Callable[[e.Event, c.Work], bool]]] = {
    c.AskSignature: _of_signature,
    c.Announce: _of_call,
    c.TakePayment: _of_payment,
    c.AbortPayment: _of_payment,
    c.AskPaymentStatus: _of_status,
    c.AskTotals: _of_totals,
}
"""What answers work beside an event that names its command."""
