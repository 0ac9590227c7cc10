"""What a receipt tells beside yes and no: the names of what the event has begun."""

from typing import Final

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

NAMES: Final[dict[type[Command | Fact], tuple[str, ...]]] = {
    TicketIssued: ("ticket", "number"),
    TicketExpected: ("ticket", "booking"),
    RepairOpened: ("repair",),
    ReworkOpened: ("repair",),
    PartsOrderOpened: ("parts_order",),
    DocumentDrafted: ("request",),
    PaymentRequested: ("payment",),
    JobOpened: ("job",),
}
"""What begins something → where it has the names of it."""


def made_by(outs: list[Command | Fact]) -> dict[str, str]:
    """Ids by what they name, of the first thing of each kind: ``{"ticket": "T1", "number": "A001"}``."""
    made: dict[str, str] = {}
    for out in outs:
        for name in NAMES.get(type(out), ()):
            made.setdefault(name, getattr(out, name))
    return made
