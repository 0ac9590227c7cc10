"""A fact as a row of the table ``fact``, and back: whatever looks at more than how things stand now reads it.

A row says which things its fact is about, as far as the fact itself says so: whose ticket a repair is of stands in the
repair's own record.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Final, TypeAlias

import msgspec

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import FACTS, Fact, ManagerNamed, OverrideRecorded, PartyReminded

FACTS_MAX: Final = 10_000
"""Of one entry: so far apart are the ids of two entries' first facts."""

ABOUT: Final = ("ticket", "repair", "parts_order", "job", "robot", "unit")
"""Columns, in this order; each an attribute of facts."""
SHOP_WIDE: Final = " AND ".join(f"{column} IS NULL" for column in ABOUT)
"""About nothing that has a column: the shop's hours, its people, its devices, its alarms."""
FactRow: TypeAlias = tuple[int | str | None, ...]
"""Id, at, kind, ``ABOUT``, body."""
ADD_FACT: Final = f"INSERT INTO fact (id, at, kind, {', '.join(ABOUT)}, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own names

LETTERS: Final = {"T": "ticket", "R": "repair", "P": "parts_order", "J": "job"}
"""What a name is of, where a fact says only what it is about: R12 is a repair."""
ONLY_ABOUT: Final = (PartyReminded, ManagerNamed, OverrideRecorded)
"""Such facts. Alarms are the shop's own, whatever they are about."""
_NAMED: Final = re.compile(r"([TRPJ])[0-9]+")
_Reader: TypeAlias = Callable[[Fact], str | None]
_encode = msgspec.json.Encoder().encode
_decoders: Final = {kind: msgspec.json.Decoder(cls).decode for kind, cls in FACTS.items()}


def row_of(fact: Fact, at: Instant, number: int) -> FactRow:
    """``number`` is the row's id."""
    cls = type(fact)
    about: list[str | None] = [None] * len(ABOUT)
    for place, read in _READERS[cls]:
        about[place] = read(fact) or None
    return number, at, cls.__name__, *about, _encode(fact).decode()


def fact_of(kind: str, body: str) -> Fact:
    """Back from a row. Raises KeyError or msgspec.ValidationError on another release's facts."""
    return _decoders[kind](body)


def first_since(database: sqlite3.Connection, moment: Instant) -> int:
    """Facts from this id on are of that moment or later, and all before it are earlier. Ids grow with time, so that no
    index is needed."""
    low, high = 0, _last_id(database) + 1
    while low < high:
        middle = (low + high) // 2
        row = database.execute("SELECT id, at FROM fact WHERE id >= ? ORDER BY id LIMIT 1", (middle,)).fetchone()
        if row is not None and row[1] < moment:
            low = row[0] + 1
        else:
            high = middle
    return low


def facts_between(database: sqlite3.Connection, first: int, end: int) -> Iterator[tuple[int, Instant, Fact]]:
    """Id, time and fact, in order, ``first <= id < end``."""
    rows = database.execute("SELECT id, at, kind, body FROM fact WHERE id >= ? AND id < ? ORDER BY id", (first, end))
    for number, at, kind, body in rows:
        yield number, at, fact_of(kind, body)


def _last_id(database: sqlite3.Connection) -> int:
    (number,) = database.execute("SELECT coalesce(max(id), 0) FROM fact").fetchone()
    return int(number)


def _named(name: str) -> _Reader:
    """A reminder of R12 is about that repair."""

    def read(fact: Fact) -> str | None:
        about = str(getattr(fact, "about", ""))
        match = _NAMED.fullmatch(about)
        return about if match is not None and LETTERS[match[1]] == name else None

    return read


def _readers(cls: type[Fact]) -> Iterator[tuple[int, _Reader]]:
    fields = cls.__struct_fields__
    for place, name in enumerate(ABOUT):
        if name in fields:
            yield place, attrgetter(name)
        elif cls in ONLY_ABOUT and name in LETTERS.values():
            yield place, _named(name)


_READERS: Final = {cls: tuple(_readers(cls)) for cls in FACTS.values()}
"""Kind of fact → which columns it fills, and how."""
