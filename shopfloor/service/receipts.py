"""What a receipt tells beside yes and no: the names of what the event has begun."""

from shopfloor.contract.commands import Command
from shopfloor.contract.facts import (
    DocumentDrafted,
    Fact,
    JobOpened,
    PartsOrderOpened,
    PaymentRequested,
    RepairOpened,
    ReworkOpened,
    TicketExpected,
    TicketIssued,
)


def made_by(outs: list[Command | Fact]) -> dict[str, str]:
    """Ids by what they name, of the first thing of each kind: ``{"ticket": "T1", "number": "A001"}``."""
    made: dict[str, str] = {}
    for out in outs:
        for name, thing in _names(out):
            made.setdefault(name, thing)
    return made


def _names(out: Command | Fact) -> tuple[tuple[str, str], ...]:
    match out:
        case TicketIssued():
            return ("ticket", out.ticket), ("number", out.number)
        case TicketExpected():
            return ("ticket", out.ticket), ("booking", out.booking)
        case RepairOpened() | ReworkOpened():
            return (("repair", out.repair),)
        case PartsOrderOpened():
            return (("parts_order", out.parts_order),)
        case DocumentDrafted():
            return (("request", out.request),)
        case PaymentRequested():
            return (("payment", out.payment),)
        case JobOpened():
            return (("job", out.job),)
        case _:
            return ()
