"""A ticket's or a repair's whole story as the board tells it: what happened, how things stand, what may be decided."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

from msgspec import Struct

from shopfloor.contract.actor import Instant
from shopfloor.core.lifecycles import Machine
from shopfloor.service.views.story import Story, repair_story, ticket_story
from shopfloor.web.decisions import ABOUT, decisions_at
from shopfloor.web.telling import Teller

ID: Final = re.compile(r"\b([TRPSY])[0-9]{1,12}\b")
BOOKED: Final = "SELECT json_extract(body, '$.booking') FROM fact WHERE ticket = ? AND kind = 'TicketExpected'"
"""A booking's own name is on the fact that announced it."""


class _Kept(NamedTuple):
    """Where a kind of thing stands in the records."""

    machine: Machine
    table: str
    order: str


OF_REPAIR: Final = (
    _Kept("parts_order", "parts_order", "ordered_at"),
    _Kept("signature", "document", "drafted_at"),
    _Kept("payment", "payment", "asked_at"),
)
TABLE_OF: Final = {"P": "parts_order", "S": "document", "Y": "payment"}
"""By the letter that begins an id: things that are about a repair."""


class Decision(Struct, frozen=True):
    """Something that may be decided, with what is known of it already."""

    kind: str
    known: dict[str, str]


class Thing(Struct, frozen=True):
    """Something that the story is about, as it stands now."""

    machine: Machine
    id: str
    state: str
    decisions: tuple[Decision, ...]


class Happened(Struct, frozen=True):
    """One fact, in the reader's language."""

    id: int
    at: Instant
    about: str
    words: str


class StoryShown(Struct, frozen=True):
    """Everything about one visit, or one repair that has none."""

    ticket: str
    number: str
    repairs: tuple[str, ...]
    model: str
    things: tuple[Thing, ...]
    told: tuple[Happened, ...]
    more: bool
    """There is more than is told."""


def home_of(database: sqlite3.Connection, about: str) -> str:
    """The ticket or repair whose story tells of this: ``T3`` for ``T3``, the repair of ``Y7``; empty: nobody's."""
    found = ID.search(about)
    if found is None:
        return ""
    table = TABLE_OF.get(found[1])
    if table is None:
        return found[0]
    row = database.execute(f"SELECT coalesce(repair, '') FROM {table} WHERE id = ?", (found[0],)).fetchone()  # noqa: S608
    return str(row[0]) if row is not None else ""


def story_shown(database: sqlite3.Connection, thing: str, teller: Teller) -> StoryShown | None:
    """The story of a ticket, a repair, or whatever is about one; None: there is no such thing."""
    home = home_of(database, thing)
    story = _story(database, home) if home else None
    if story is None:
        return None
    papers = _papers(database, story.repairs)
    return StoryShown(
        ticket=story.ticket,
        number=story.number,
        repairs=story.repairs,
        model=_model(database, story.repairs),
        things=tuple(_things(database, story)),
        told=tuple(Happened(told.id, told.at, told.about, teller.said(told, papers)) for told in story.told),
        more=story.more,
    )


def _story(database: sqlite3.Connection, home: str) -> Story | None:
    """Of a repair's visit, if it has one: the customer's whole way, not only the phone's."""
    if home.startswith("T"):
        return ticket_story(database, home)
    row = database.execute("SELECT coalesce(ticket, '') FROM repair WHERE id = ?", (home,)).fetchone()
    if row is not None and row[0]:
        return ticket_story(database, row[0])
    return repair_story(database, home)


def _model(database: sqlite3.Connection, repairs: tuple[str, ...]) -> str:
    rows = (database.execute("SELECT coalesce(model, '') FROM repair WHERE id = ?", (each,)) for each in repairs)
    return next((model for row in rows for (model,) in row if model), "")


def _papers(database: sqlite3.Connection, repairs: tuple[str, ...]) -> dict[str, str]:
    """Signature request → kind of document."""
    found = (database.execute("SELECT id, kind FROM document WHERE repair = ?", (repair,)) for repair in repairs)
    return {str(request): str(kind) for rows in found for request, kind in rows}


# ── what may be decided ─────────────────────────────────────────────────────────────────────────


def _things(database: sqlite3.Connection, story: Story) -> Iterator[Thing]:
    for row in database.execute("SELECT id, state FROM ticket WHERE id = ?", (story.ticket,)):
        yield _thing(database, "ticket", *row)
    for repair in story.repairs:
        for row in database.execute("SELECT id, state FROM repair WHERE id = ?", (repair,)):
            yield _thing(database, "repair", *row)
        for machine, table, order in OF_REPAIR:
            rows = f"SELECT id, state FROM {table} WHERE repair = ? ORDER BY {order}, id"  # noqa: S608 - our own names
            for row in database.execute(rows, (repair,)):
                yield _thing(database, machine, *row)


def _thing(database: sqlite3.Connection, machine: Machine, name: str, state: str | None) -> Thing:
    kinds = decisions_at(machine, state or "")
    return Thing(machine, name, state or "", tuple(_decision(database, kind, machine, name) for kind in kinds))


def _decision(database: sqlite3.Connection, kind: str, machine: Machine, name: str) -> Decision:
    if kind == "AppointmentCancelled":
        row = database.execute(BOOKED, (name,)).fetchone()
        return Decision(kind, {"booking": str(row[0]) if row else ""})
    return Decision(kind, {"about" if kind == "OverrideGiven" else ABOUT[machine]: name})
