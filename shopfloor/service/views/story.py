"""The whole story of a visit, or of a repair, fact by fact, in words that a page can translate."""

import re
import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import Fact
from shopfloor.core.prices import yuan
from shopfloor.service.fact_rows import fact_of
from shopfloor.service.views.opening import one_moment
from shopfloor.service.views.story_words import SENTENCES, Either, Sentence

STORY_MAX: Final = 2_000
"""Facts: some ten times an eventful visit."""
PLACE: Final = re.compile(r"\{(\w+)\}")
NOT_TOLD: Final = ("RobotWayChanged",)
"""Where a robot means to drive, however often it changes its mind, is for the map."""
ABOUT: Final = ("payment", "request", "job", "parts_order", "repair", "ticket")


class Told(Struct, frozen=True):
    """One thing that happened."""

    id: int
    """Of the fact: grows with time, never changes."""
    at: Instant
    kind: str
    """Of the fact."""
    about: str
    """The payment, request, job, parts order, repair or ticket that it is first of all about."""
    msgid: str
    """English, with places in braces."""
    values: dict[str, str]
    """What stands there; how to show it, the place's name says (see ``story_words``)."""


class Story(Struct, frozen=True):
    """What happened, in order."""

    ticket: str
    """Empty: a repair without one (mail-in)."""
    number: str
    repairs: tuple[str, ...]
    told: tuple[Told, ...]
    more: bool
    """It goes on beyond STORY_MAX facts, which are not told."""


def ticket_story(database: sqlite3.Connection, ticket: str) -> Story | None:
    """A visit with the repairs that it was about; None: there is no such ticket."""
    row = database.execute("SELECT coalesce(number, ''), coalesce(repair, '') FROM ticket WHERE id = ?", (ticket,))
    found = row.fetchone()
    if found is None:
        return None
    number, repair = found
    others = database.execute("SELECT id FROM repair WHERE ticket = ? ORDER BY opened_at, id", (ticket,)).fetchall()
    repairs = tuple(dict.fromkeys((*((repair,) if repair else ()), *(name for (name,) in others))))
    return _story(database, ticket, number, repairs)


def repair_story(database: sqlite3.Connection, repair: str) -> Story | None:
    """A repair from its announcement on, also one without a ticket; None: there is no such repair."""
    found = database.execute("SELECT coalesce(ticket, '') FROM repair WHERE id = ?", (repair,)).fetchone()
    if found is None:
        return None
    (ticket,) = found
    row = database.execute("SELECT coalesce(number, '') FROM ticket WHERE id = ?", (ticket,)).fetchone()
    return _story(database, ticket, row[0] if row else "", (repair,))


def words_of(fact: Fact, table: dict[type[Fact], Sentence] = SENTENCES) -> tuple[str, dict[str, str]] | None:
    """The sentence for a fact and what stands in its places; None for a kind that this table does not tell."""
    sentence = table.get(type(fact))
    if sentence is None:
        return None
    if isinstance(sentence, Either):
        sentence = sentence.so if getattr(fact, sentence.attribute) else sentence.not_so
    return sentence, {place: _shown(fact, place) for place in _places(sentence)}


# ── which facts ─────────────────────────────────────────────────────────────────────────────────


def _story(database: sqlite3.Connection, ticket: str, number: str, repairs: tuple[str, ...]) -> Story:
    with one_moment(database):
        ids = _facts_about(database, ticket, repairs)
        told = tuple(_told(database, each) for each in sorted(ids)[:STORY_MAX])
    return Story(ticket, number, repairs, told, len(ids) > STORY_MAX)


def _facts_about(database: sqlite3.Connection, ticket: str, repairs: tuple[str, ...]) -> dict[int, None]:
    """Of the ticket, its repairs, their parts orders, and the carrying of those."""
    ids = _ids(database, "ticket", (ticket,) if ticket else ()) | _ids(database, "repair", repairs)
    orders = _names(database, f"SELECT id FROM parts_order WHERE repair IN ({_marks(repairs)})", repairs)  # noqa: S608
    ids |= _ids(database, "parts_order", orders)
    jobs = _names(
        database,
        f"SELECT DISTINCT job FROM fact WHERE kind = 'JobOpened' AND parts_order IN ({_marks(orders)})",  # noqa: S608
        orders,
    )
    return ids | _ids(database, "job", jobs)


def _ids(database: sqlite3.Connection, column: str, names: Sequence[str]) -> dict[int, None]:
    """Of the facts about these things."""
    marks, not_told = _marks(names), _marks(NOT_TOLD)
    rows = database.execute(
        f"SELECT id FROM fact WHERE {column} IN ({marks}) AND kind NOT IN ({not_told})",  # noqa: S608 - our own names
        (*names, *NOT_TOLD),
    )
    return dict.fromkeys(number for (number,) in rows)


def _names(database: sqlite3.Connection, query: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for (name,) in database.execute(query, tuple(names)))


def _marks(names: Sequence[str]) -> str:
    return ", ".join("?" for _ in names)


def _told(database: sqlite3.Connection, number: int) -> Told:
    at, kind, body = database.execute("SELECT at, kind, body FROM fact WHERE id = ?", (number,)).fetchone()
    fact = fact_of(kind, body)
    words = words_of(fact)
    assert words is not None, f"no sentence tells of {kind}"
    about = next((str(getattr(fact, name)) for name in ABOUT if getattr(fact, name, "")), "")
    return Told(number, at, kind, about or str(getattr(fact, "about", "")), *words)


# ── how it is said ──────────────────────────────────────────────────────────────────────────────


@cache
def _places(sentence: str) -> tuple[str, ...]:
    return tuple(PLACE.findall(sentence))


def _shown(fact: Fact, place: str) -> str:
    if place.endswith("_cny"):
        amount = getattr(fact, place.removesuffix("_cny"))
        assert isinstance(amount, int), place
        return yuan(amount)
    if place in fact.__struct_fields__:
        return str(getattr(fact, place))
    return str(getattr(fact, place.rpartition("_")[0]))
