"""Who waits, in the order in which the shop's calling rule will call them."""

import sqlite3
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import Instant
from shopfloor.core.books import Ticket
from shopfloor.core.lifecycles import RECYCLED_PLACES_BACK, REINSTATED_PLACE
from shopfloor.core.policies import CALLING_RULES, rank
from shopfloor.service.views.opening import policy_of

PLACES_BEHIND: Final = {"TicketRecycled": RECYCLED_PLACES_BACK, "TicketReinstated": REINSTATED_PLACE - 1}
"""Behind how many of those who waited then a ticket was put."""
COLUMNS: Final = "id, number, line, state, issued_at, anchor, booked_at, called_at"


class Waiting(Struct, frozen=True):
    """Somebody who waits."""

    ticket: str
    number: str
    line: str
    since: Instant
    booked: bool
    again: bool
    """They were called before and did not come in time."""


def queue_seen(database: sqlite3.Connection, now: Instant) -> tuple[Waiting, ...]:
    """Everybody who waits; the first is called next, by whoever may serve that line."""
    rule = CALLING_RULES[policy_of(database).calling]
    rows = database.execute(f"SELECT {COLUMNS} FROM ticket WHERE state = 'WAITING'")  # noqa: S608 - our own names
    tickets = sorted((_as_ranked(database, row) for row in rows.fetchall()), key=lambda ticket: rule(ticket, now))
    return tuple(
        Waiting(t.id, t.number, t.line, since=t.issued_at, booked=bool(t.booking), again=t.bonus_off) for t in tickets
    )


def _as_ranked(database: sqlite3.Connection, row: sqlite3.Row | tuple[object, ...]) -> Ticket:
    """As much of a ticket as the calling rule looks at. A bonus for care is on no fact, so it is not known here."""
    ticket = _ticket(row)
    if ticket.called_at:
        _put_back(database, ticket)
    return ticket


def _ticket(row: sqlite3.Row | tuple[object, ...]) -> Ticket:
    name, number, line, state, issued_at, anchor, booked_at, called_at = row
    return Ticket(
        id=str(name),
        number=str(number),
        state=str(state),
        line=line,  # type: ignore[arg-type]  # written from a ticket's own line
        booking="booked" if booked_at else "",
        issued_at=_instant(issued_at),
        anchor=_instant(anchor) or _instant(issued_at),
        called_at=_instant(called_at),
    )


def _instant(value: object) -> Instant:
    return value if isinstance(value, int) else 0


def _put_back(database: sqlite3.Connection, ticket: Ticket) -> None:
    """q8, q10: the place it was given when nobody came, or when somebody came after all."""
    given = database.execute(
        "SELECT kind, at FROM fact WHERE ticket = ? AND kind IN ('TicketRecycled', 'TicketReinstated') "
        "ORDER BY id DESC LIMIT 1",
        (ticket.id,),
    ).fetchone()
    if given is None:
        return
    kind, at = given
    waited = database.execute(
        f"SELECT {COLUMNS} FROM ticket WHERE issued_at <= ? AND id <> ? AND "  # noqa: S608 - our own names
        "(state = 'WAITING' OR called_at > ?) AND coalesce(ended_at, ?) > ?",
        (at, ticket.id, at, at + 1, at),
    ).fetchall()
    ranks = sorted(rank(_ticket(row), at) for row in waited)[: PLACES_BEHIND[kind]]
    ticket.anchor, ticket.bonus_off = (ranks[-1] + 1 if ranks else at), True
