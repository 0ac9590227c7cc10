"""Each desk: who is there, and how far they are."""

import sqlite3
from typing import Final, TypeAlias

from msgspec import Struct, structs

from shopfloor.contract.actor import Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.lifecycles import WORKING

AT_WORK: Final = (
    "SELECT r.id, r.state, coalesce(r.model, ''), coalesce(r.promised_at, 0), coalesce(r.owner, ''), "  # noqa: S608
    "coalesce(r.desk, ''), coalesce(t.desk, ''), coalesce(t.state, '') FROM repair AS r "
    f"LEFT JOIN ticket AS t ON t.id = r.ticket WHERE r.state IN {WORKING} ORDER BY r.opened_at, r.id"
)

_Changes: TypeAlias = dict[str, str | int | bool]
"""Of a desk's fields."""


class DeskSeen(Struct, frozen=True):
    """A desk, who is there and how far they are; empty and 0: nobody, nothing."""

    desk: str
    engineer: str = ""
    name: str = ""
    """The engineer's: for staff only."""
    away: bool = False
    number: str = ""
    ticket: str = ""
    ticket_state: str = ""
    repair: str = ""
    stage: str = ""
    """The repair's state."""
    model: str = ""
    since: Instant = 0
    """Of the latest call, or of the seat."""
    promised: Instant = 0


def desks_seen(database: sqlite3.Connection, layout: Layout) -> tuple[DeskSeen, ...]:
    """Every desk of the layout, in its order."""
    desks = {desk: DeskSeen(desk) for desk in layout.desks}
    for desk, changes in (*_engineers(database, layout), *_tickets(database), *_repairs(database)):
        if desk in desks:
            desks[desk] = structs.replace(desks[desk], **changes)
    return tuple(desks.values())


def _engineers(database: sqlite3.Connection, layout: Layout) -> list[tuple[str, _Changes]]:
    found = database.execute("SELECT desk, id, state FROM presence WHERE state <> 'OFF' AND desk <> '' ORDER BY id")
    return [
        (desk, {"engineer": person, "name": layout.engineers[person].name, "away": state == "AWAY"})
        for desk, person, state in found
        if person in layout.engineers
    ]


def _tickets(database: sqlite3.Connection) -> list[tuple[str, _Changes]]:
    found = database.execute(
        "SELECT desk, id, number, state, CASE state WHEN 'SERVING' THEN seated_at ELSE called_at END "
        "FROM ticket WHERE state IN ('CALLED', 'SERVING') ORDER BY id"
    )
    return [
        (desk, {"ticket": ticket, "number": number, "ticket_state": state, "since": since or 0})
        for desk, ticket, number, state, since in found
    ]


def _repairs(database: sqlite3.Connection) -> list[tuple[str, _Changes]]:
    """Of several at one desk the one whose customer sits there; a parcel that waits in a locker is at none."""
    signed_on = dict(database.execute("SELECT id, desk FROM presence WHERE state <> 'OFF' AND desk <> ''").fetchall())
    seated, others = [], []
    for repair, stage, model, promised, owner, desk, sits_at, ticket_state in database.execute(AT_WORK):
        row: _Changes = {"repair": repair, "stage": stage, "model": model, "promised": promised}
        if ticket_state == "SERVING":
            seated.append((sits_at, row))
        elif desk:
            others.append((signed_on.get(owner, desk), row))
    return others + seated
