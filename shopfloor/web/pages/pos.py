"""The POS at the desks: what is to be taken and given back here, and how each attempt of today stands.

The page is the bridge to a terminal or a cash drawer that stands beside it: the amount is the floor's, how it ended is
the cashier's to say, with the slip's reference. No card data come here, and nobody types an amount.
"""

import sqlite3
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import DAY, HOUR, Device, Instant
from shopfloor.contract.commands import AbortPayment, AskPaymentStatus, AskTotals, RefundPayment, ReversePayment
from shopfloor.core.attempts import OPEN
from shopfloor.service.views.opening import last_entry
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.gateway import Gateway
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page, own_device
from shopfloor.web.shop import Shop
from shopfloor.web.speech import desk_sign
from shopfloor.web.terms import Table
from shopfloor.web.words import Words

TABLES: Final[tuple[Table, ...]] = ("payment", "payment_kind")
SHOWN_MAX: Final = 500
SHOWN_FOR: Final = DAY + 12 * HOUR
"""Yesterday's attempts stay until a slip of that day must have been sent."""


class Attempt(Struct, frozen=True):
    """One payment attempt at this terminal, as the records have it."""

    payment: str
    repair: str
    number: str
    """Of the customer's ticket."""
    desk: str
    kind: str
    state: str
    attempt: int
    amount_fen: int
    undone_fen: int
    reference: str
    asked_at: Instant
    quote_sha256: str
    """Of the quote that the customer signed and that this money is for; empty where nothing was quoted."""
    owner: str
    """Name of the engineer who looks after it while its end is unknown."""


class Question(Struct, frozen=True):
    """The floor asks about an attempt: to stop it (``AbortPayment``), or what became of it (``AskPaymentStatus``)."""

    id: str
    kind: str
    payment: str


class Undoing(Struct, frozen=True):
    """Money to be given back; a ``ReversePayment`` is the whole of it, on the same day."""

    id: str
    kind: str
    payment: str
    amount: int


def _draw(shop: Shop, visitor: Visitor) -> Sections:
    """``totals`` are the ids of the commands that want the closing slip."""
    return {
        "attempts": attempts(shop, visitor.device),
        **_work(shop.gateway, visitor.device),
    }


def _work(gateway: Gateway, device: Device) -> Sections:
    work = gateway.screen(device).work
    return {
        "questions": [
            Question(each.id, type(each).__name__, each.payment)
            for each in work
            if isinstance(each, AbortPayment | AskPaymentStatus)
        ],
        "undoing": [
            Undoing(each.id, type(each).__name__, each.payment, each.amount)
            for each in work
            if isinstance(each, RefundPayment | ReversePayment)
        ],
        "totals": [each.id for each in work if isinstance(each, AskTotals)],
    }


def attempts(shop: Shop, device: Device) -> list[Attempt]:
    """Those without an end, and those of the last day, newest first."""
    database = shop.look()
    _entries, now = last_entry(database)
    rows = database.execute(
        f"SELECT p.id, coalesce(p.repair, ''), coalesce(t.number, ''), coalesce(r.desk, ''), coalesce(p.kind, ''), "  # noqa: S608 - our own names
        "p.state, p.attempt, p.amount_fen, coalesce(p.undone_fen, 0), coalesce(p.reference, ''), p.asked_at, "
        "coalesce(r.owner, '') FROM payment AS p LEFT JOIN repair AS r ON r.id = p.repair "
        "LEFT JOIN ticket AS t ON t.id = r.ticket "
        f"WHERE p.pos = ? AND (p.state IN {OPEN} OR p.asked_at >= ?) "
        "ORDER BY p.asked_at DESC, length(p.id) DESC, p.id DESC LIMIT ?",
        (device, now - SHOWN_FOR, SHOWN_MAX),
    ).fetchall()
    return [_attempt(shop, database, row) for row in rows]


def _attempt(shop: Shop, database: sqlite3.Connection, row: tuple[str | int, ...]) -> Attempt:
    payment, repair, number, desk, kind, state, attempt, amount, undone, reference, asked_at, owner = row
    engineer = shop.layout.engineers.get(str(owner))
    return Attempt(
        payment=str(payment),
        repair=str(repair),
        number=str(number),
        desk=desk_sign(str(desk)) if desk else "",
        kind=str(kind),
        state=str(state),
        attempt=int(attempt),
        amount_fen=int(amount),
        undone_fen=int(undone),
        reference=str(reference),
        asked_at=int(asked_at),
        quote_sha256=_quote_of(database, str(repair)),
        owner=engineer.name if engineer is not None else str(owner),
    )


def _quote_of(database: sqlite3.Connection, repair: str) -> str:
    """Of the newest quote that was signed."""
    found = database.execute(
        "SELECT sha256 FROM document WHERE repair = ? AND kind IN ('QUOTE', 'SUPPLEMENT') "
        "AND state IN ('SEALED', 'DELIVERED') ORDER BY drafted_at DESC, length(id) DESC, id DESC",
        (repair,),
    ).fetchone()
    return str(found[0] or "") if found is not None else ""


def _data(_shop: Shop, visitor: Visitor, _words: Words) -> dict[str, object]:
    return {"terminal": visitor.device.partition("/")[2]}


PAGE = Page("pos", "/pos", (Role.DEVICE,), "pos", _draw, own_device, _data, labels=TABLES)
