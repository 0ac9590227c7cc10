"""Any day's board again, at any moment of it: the day's facts folded into the same records, and looked at as ever.

What the shop looked like when the day began follows from the facts before it about whatever was not over by then.
Figures are those of the day alone: they begin with nothing at its midnight.
"""

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct, json

from shopfloor.contract.actor import DAY, Instant
from shopfloor.contract.facts import Fact
from shopfloor.contract.layout import Layout
from shopfloor.core.kpis import Kpis
from shopfloor.service.fact_rows import ADD_FACT, FACTS_MAX, fact_of, first_since
from shopfloor.service.records import Records, make_tables
from shopfloor.service.views.before import Row, facts_before, moves_before
from shopfloor.service.views.floor import FloorSeen, floor_seen

MARK_EVERY: Final = 2_000
"""Facts between two states that are remembered: so many at most are folded again to go back."""
KEPT: Final = ("UnitReserved", "TicketRecycled", "TicketReinstated")
"""Kinds of facts that a look at the floor goes back to."""
COLUMNS: Final = "id, at, kind, ticket, repair, parts_order, job, robot, unit, body"
JOURNAL: Final = (
    "CREATE TABLE entry (n INTEGER PRIMARY KEY, at INTEGER, body BLOB)",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)",
)
"""As much of a journal as views look at."""


class Day(Struct, frozen=True):
    """A local day of which there are facts."""

    date: str
    first: Instant
    last: Instant
    """Of its first and its last fact."""


class _Mark(Struct, frozen=True):
    """Everything as it was when so many of the day's facts had been folded."""

    folded: int
    records: bytes
    kpis: bytes


def days_seen(database: sqlite3.Connection, layout: Layout) -> tuple[Day, ...]:
    """The latest first."""
    days = []
    number, last = database.execute("SELECT id, at FROM fact ORDER BY id DESC LIMIT 1").fetchone() or (0, 0)
    while number:
        start = first_since(database, layout.day_start(last))
        (first,) = database.execute("SELECT at FROM fact WHERE id >= ? ORDER BY id LIMIT 1", (start,)).fetchone()
        days.append(Day(layout.date(last), first, last))
        before = database.execute("SELECT id, at FROM fact WHERE id < ? ORDER BY id DESC LIMIT 1", (start,)).fetchone()
        number, last = before or (0, 0)
    return tuple(days)


class Past:
    """One day; ask for any moment of it, in any order. Facts that come later than its making it does not know.

    It may be used by several threads, one at a time; ``close`` gives its memory back.
    """

    def __init__(self, database: sqlite3.Connection, layout: Layout, date: str) -> None:
        """``database`` is needed while it is made, not afterwards."""
        self._layout = layout
        midnight = layout.midnight_of(date)
        first, end = first_since(database, midnight), first_since(database, midnight + DAY)
        self._facts: list[Row] = database.execute(
            f"SELECT {COLUMNS} FROM fact WHERE id >= ? AND id < ? ORDER BY id",  # noqa: S608 - our own names
            (first, end),
        ).fetchall()
        self.first = self._facts[0][1] if self._facts else midnight
        self.last = self._facts[-1][1] if self._facts else midnight
        """Of its facts."""
        self._records, self._kpis, self._folded = Records(), Kpis(), 0
        self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._begin(database, first, midnight)
        self._marks = [self._mark()]

    def at(self, moment: Instant) -> FloorSeen:
        """The floor as the board showed it then. Further on is cheap; back, the nearest remembered state is taken."""
        target = self._reached_by(moment)
        mark = max((mark for mark in self._marks if mark.folded <= target), key=lambda mark: mark.folded)
        if not mark.folded <= self._folded <= target:
            self._go_back(mark)
        while self._folded < target:
            self._fold_to(min(target, (self._folded // MARK_EVERY + 1) * MARK_EVERY))
        self._set_time(moment)
        return floor_seen(self._memory, self._layout)

    def close(self) -> None:
        """Nothing can be asked any more."""
        self._memory.close()

    def _reached_by(self, moment: Instant) -> int:
        """How many of the day's facts were so by then."""
        low, high = 0, len(self._facts)
        while low < high:
            middle = (low + high) // 2
            if self._facts[middle][1] <= moment:
                low = middle + 1
            else:
                high = middle
        return low

    def _begin(self, database: sqlite3.Connection, first: int, midnight: Instant) -> None:
        """As the day found it."""
        memory = self._memory
        for statement in JOURNAL:
            memory.execute(statement)
        make_tables(memory)
        memory.execute("BEGIN")
        memory.executemany("INSERT INTO meta VALUES (?, ?)", database.execute("SELECT key, value FROM meta").fetchall())
        memory.executemany(
            "INSERT INTO entry VALUES (?, ?, ?)",
            database.execute("SELECT n, at, body FROM entry WHERE n = 1").fetchall(),
        )
        deque(self._fold(facts_before(database, COLUMNS, first, midnight)), maxlen=0)
        self._records.write(memory)
        columns, moves = moves_before(database, midnight)
        memory.executemany(f"INSERT OR REPLACE INTO stock_move VALUES ({columns})", moves)  # noqa: S608 - our own names
        memory.execute("COMMIT")

    def _fold_to(self, place: int) -> None:
        """On from where it stands, and remember what is worth it."""
        self._memory.execute("BEGIN")
        for fact, at in self._fold(self._facts[self._folded : place]):
            self._kpis.note(fact, at)
        self._folded = place
        self._records.write(self._memory)
        self._memory.execute("COMMIT")
        if place % MARK_EVERY == 0 and place > self._marks[-1].folded:
            self._marks.append(self._mark())

    def _fold(self, rows: Iterable[Row]) -> Iterator[tuple[Fact, Instant]]:
        """Let the records know them, one by one as they are taken."""
        for row in rows:
            number, at, kind, *_about, body = row
            fact = fact_of(kind, str(body))
            self._records.fold(fact, at, number // FACTS_MAX)
            if kind in KEPT:
                self._memory.execute(ADD_FACT, row)
            yield fact, at

    def _mark(self) -> _Mark:
        return _Mark(self._folded, self._memory.serialize(), json.encode(self._kpis))

    def _go_back(self, mark: _Mark) -> None:
        self._memory.deserialize(mark.records)
        self._kpis = json.decode(mark.kpis, type=Kpis)
        self._folded = mark.folded

    def _set_time(self, moment: Instant) -> None:
        """The last entry of then, as far as facts tell of it, and the figures."""
        number = self._facts[self._folded - 1][0] // FACTS_MAX if self._folded else 1
        self._records.note_kpis(self._kpis.summary(), moment)
        self._memory.execute("BEGIN")
        self._records.write(self._memory)
        self._memory.execute("DELETE FROM entry WHERE n > 1")
        self._memory.execute("INSERT OR REPLACE INTO entry (n, at) VALUES (?, ?)", (max(2, number), moment))
        self._memory.execute("COMMIT")
