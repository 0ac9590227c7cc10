"""Records: rows for people to look at, years later too. A fold over facts, written with the journal, rebuilt from it.

The journal is the truth; whatever is here can be made again by ``shopfloor records rebuild``. Times are ms since
1970-01-01 UTC, money is in fen, NULL means: not (yet).
"""

import sqlite3
from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement
from sqlmodel import SQLModel

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import Fact
from shopfloor.service.fact_rows import ADD_FACT, FACTS_MAX, FactRow, row_of
from shopfloor.service.record_keeping import Value, changes_of
from shopfloor.service.record_tables import TABLES
from shopfloor.service.store import driver_of

ADDED = frozenset({"settled_fen", "refunded_fen", "undone_fen"})
"""Columns that a fact adds to; all others it sets."""


class Records:
    """Gathers what facts change and writes it in the journal's own transaction."""

    def __init__(self) -> None:
        self._changes: dict[tuple[str, str], dict[str, Value]] = {}
        self._facts: list[FactRow] = []
        self._entry, self._place = 0, 0
        self._statements: dict[tuple[str, tuple[str, ...]], str] = {}

    @staticmethod
    def create_tables(database: Connection) -> None:
        """Make what is not there yet: tables, and indices of tables that an earlier release has made."""
        make_tables(driver_of(database))

    @staticmethod
    def drop_tables(database: Connection) -> None:
        """Before a rebuild. The journal's own tables are not touched."""
        SQLModel.metadata.drop_all(database, tables=[_table(model) for model in TABLES])

    def note(self, fact: Fact, at: Instant, entry: int) -> None:
        """Let the rows know this fact; ``flush`` writes them. Facts of one entry come one after the other."""
        self._place = self._place + 1 if entry == self._entry else 0
        self._entry = entry
        assert self._place < FACTS_MAX, f"entry {entry} has more than {FACTS_MAX} facts"
        self._facts.append(row_of(fact, at, entry * FACTS_MAX + self._place))
        self.fold(fact, at, entry)

    def fold(self, fact: Fact, at: Instant, entry: int) -> None:
        """The same without keeping the fact itself: for who has it already."""
        for table, row, columns in changes_of(fact, at, entry):
            known = self._changes.setdefault((table, row), {})
            for column, value in columns.items():
                before = known.get(column)
                if column in ADDED and isinstance(before, int) and isinstance(value, int):
                    known[column] = before + value
                else:
                    known[column] = value

    def note_kpis(self, summary: dict[str, dict[str, float | int | None]], at: Instant) -> None:
        """The figures of now."""
        for kpi, figures in summary.items():
            for name, value in figures.items():
                self._changes["kpi", f"{kpi}.{name}"] = {"value": value, "at": at}

    def flush(self, database: Connection) -> None:
        """Write all that was noted. Rows with the same columns go in one statement; no ORM on this path."""
        self.write(driver_of(database))

    def write(self, driver: sqlite3.Connection) -> None:
        """``flush`` for who has a plain connection."""
        if self._facts:
            driver.executemany(ADD_FACT, self._facts)
            self._facts.clear()
        batches: dict[tuple[str, tuple[str, ...]], list[tuple[Value, ...]]] = {}
        for (table, row), columns in self._changes.items():
            batches.setdefault((table, tuple(columns)), []).append((row, *columns.values()))
        for (table, names), rows in batches.items():
            driver.executemany(self._statement(table, names), rows)
        self._changes.clear()

    def _statement(self, table: str, columns: tuple[str, ...]) -> str:
        key = (table, columns)
        if key not in self._statements:
            self._statements[key] = _upsert(table, columns)
        return self._statements[key]


def _upsert(table: str, columns: tuple[str, ...]) -> str:
    """Names come from the tables above, never from outside."""
    names = ", ".join(("id", *columns))
    marks = ", ".join("?" for _ in range(len(columns) + 1))
    sets = ", ".join(
        f"{c} = coalesce({table}.{c}, 0) + excluded.{c}" if c in ADDED else f"{c} = excluded.{c}" for c in columns
    )
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {sets}"  # noqa: S608


def make_tables(driver: sqlite3.Connection) -> None:
    """All of the records' tables and indices that are not there yet."""
    for statement in _definitions():
        driver.execute(statement)


@cache
def _definitions() -> tuple[str, ...]:
    """Of all tables, and of their indices by name; each says nothing where it is there already."""
    tables = [_table(model) for model in TABLES]
    indices = sorted((index for table in tables for index in table.indexes), key=lambda index: str(index.name))
    made: tuple[ExecutableDDLElement, ...] = (
        *(CreateTable(table, if_not_exists=True) for table in tables),
        *(CreateIndex(index, if_not_exists=True) for index in indices),
    )
    return tuple(str(each.compile(dialect=sqlite.dialect())) for each in made)


def _table(model: type[SQLModel]) -> Table:  # type: ignore[explicit-any]  # of SQLModel's own making
    return SQLModel.metadata.tables[str(model.__tablename__)]
