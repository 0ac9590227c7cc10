"""Records: rows for people to look at, years later too. A fold over facts, written with the journal, rebuilt from it.

The journal is the truth; whatever is here can be made again by ``shopfloor records rebuild``. Times are ms since
1970-01-01 UTC, money is in fen, NULL means: not (yet).
"""

from typing import cast

from sqlalchemy import BigInteger, Connection, Table
from sqlmodel import Field, SQLModel

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import Fact
from shopfloor.service.record_keeping import Value, changes_of
from shopfloor.service.store import driver_of


def _time() -> int | None:
    return cast("int | None", Field(default=None, sa_type=BigInteger))


class TicketRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A place in the queue, one visit."""

    __tablename__ = "ticket"

    id: str = Field(primary_key=True)
    number: str | None = None
    line: str | None = None
    state: str | None = None
    desk: str | None = None
    engineer: str | None = None
    repair: str | None = None
    booked_at: int | None = _time()
    issued_at: int | None = _time()
    anchor: int | None = _time()
    called_at: int | None = _time()
    seated_at: int | None = _time()
    ended_at: int | None = _time()
    calls: int | None = None
    reason: str | None = None


class RepairRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """One phone under repair."""

    __tablename__ = "repair"

    id: str = Field(primary_key=True)
    kind: str | None = None
    state: str | None = None
    ticket: str | None = None
    desk: str | None = None
    owner: str | None = None
    model: str | None = None
    imei: str | None = None
    cause: str | None = None
    quote_version: int | None = None
    cap_fen: int | None = None
    payable_fen: int | None = None
    settled_fen: int | None = None
    refunded_fen: int | None = None
    phone: str | None = None
    """Where the phone is."""
    parent: str | None = None
    score: int | None = None
    opened_at: int | None = _time()
    intake_at: int | None = _time()
    quoted_at: int | None = _time()
    approved_at: int | None = _time()
    promised_at: int | None = _time()
    started_at: int | None = _time()
    finished_at: int | None = _time()
    checked_at: int | None = _time()
    ready_at: int | None = _time()
    handed_over_at: int | None = _time()
    closed_at: int | None = _time()
    reason: str | None = None


class StockMoveRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """One move of the ledger. Never edited; a correction is another move."""

    __tablename__ = "stock_move"

    id: str = Field(primary_key=True)
    at: int | None = _time()
    unit: str | None = None
    sku: str | None = None
    quantity: int | None = None
    source: str | None = None
    target: str | None = None
    cause: str | None = None
    actor: str | None = None
    repair: str | None = None


class PartsOrderRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """One required part."""

    __tablename__ = "parts_order"

    id: str = Field(primary_key=True)
    repair: str | None = None
    sku: str | None = None
    state: str | None = None
    unit: str | None = None
    desk: str | None = None
    ordered_at: int | None = _time()
    picked_at: int | None = _time()
    arrived_at: int | None = _time()
    accepted_at: int | None = _time()
    fitted_at: int | None = _time()
    ended_at: int | None = _time()


class DocumentRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A document, by its hash; the archive keeps the bytes."""

    __tablename__ = "document"

    id: str = Field(primary_key=True)
    repair: str | None = None
    kind: str | None = None
    state: str | None = None
    version: int | None = None
    sha256: str | None = None
    sealed_sha256: str | None = None
    pages: int | None = None
    drafted_at: int | None = _time()
    shown_at: int | None = _time()
    ended_at: int | None = _time()
    reason: str | None = None


class PaymentRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """One payment attempt."""

    __tablename__ = "payment"

    id: str = Field(primary_key=True)
    repair: str | None = None
    kind: str | None = None
    state: str | None = None
    attempt: int | None = None
    pos: str | None = None
    amount_fen: int | None = None
    undone_fen: int | None = None
    reference: str | None = None
    asked_at: int | None = _time()
    settled_at: int | None = _time()
    ended_at: int | None = _time()


class JobRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """One carrying of something from a station to a station."""

    __tablename__ = "job"

    id: str = Field(primary_key=True)
    kind: str | None = None
    state: str | None = None
    unit: str | None = None
    source: str | None = None
    target: str | None = None
    robot: str | None = None
    attempt: int | None = None
    opened_at: int | None = _time()
    assigned_at: int | None = _time()
    loaded_at: int | None = _time()
    arrived_at: int | None = _time()
    ended_at: int | None = _time()
    reason: str | None = None


class RobotRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """Where a robot was last, and whether it can work."""

    __tablename__ = "robot"

    id: str = Field(primary_key=True)
    node: str | None = None
    availability: str | None = None
    reason: str | None = None
    at: int | None = _time()


class RobotWayRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """What a map of the floor shows of a robot: its lanes, what for, and what it has aboard."""

    __tablename__ = "robot_way"

    id: str = Field(primary_key=True)
    node: str | None = None
    claimed: str | None = None
    """Reserved: node, lane, node … as a JSON list."""
    planned: str | None = None
    """From there on, not reserved yet: lane, node … as a JSON list."""
    purpose: str | None = None
    stop: str | None = None
    job: str | None = None
    aboard: str | None = None
    """Tote → what is in it, as a JSON object."""
    battery_pct: int | None = None
    at: int | None = _time()


class CabinetRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """Whether a cabinet serves, or why not."""

    __tablename__ = "cabinet"

    id: str = Field(primary_key=True)
    ready: bool | None = None
    reason: str | None = None
    at: int | None = _time()


class StockLowRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """When a part last fell below its minimum."""

    __tablename__ = "stock_low"

    id: str = Field(primary_key=True)
    """SKU."""
    free: int | None = None
    minimum: int | None = None
    at: int | None = _time()


class RefusalRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A claim that was not believed."""

    __tablename__ = "refusal"

    id: str = Field(primary_key=True)
    at: int | None = _time()
    device: str | None = None
    event: str | None = None
    code: str | None = None
    reason: str | None = None


class AlarmRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """What is wrong and who must act; gone when it is over."""

    __tablename__ = "alarm"

    id: str = Field(primary_key=True)
    """What it is about."""
    words: str | None = None
    party: str | None = None
    raised_at: int | None = _time()
    cleared_at: int | None = _time()


class KpiRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A figure of the shop, as it stood at ``at``. NULL: no data yet."""

    __tablename__ = "kpi"

    id: str = Field(primary_key=True)
    """K1 … K26 and the figure's name: ``K1.p50``."""
    value: float | None = None
    at: int | None = _time()


TABLES: tuple[type[SQLModel], ...] = (
    TicketRecord,
    RepairRecord,
    StockMoveRecord,
    PartsOrderRecord,
    DocumentRecord,
    PaymentRecord,
    JobRecord,
    RobotRecord,
    RobotWayRecord,
    CabinetRecord,
    StockLowRecord,
    RefusalRecord,
    AlarmRecord,
    KpiRecord,
)

ADDED = frozenset({"settled_fen", "refunded_fen", "undone_fen"})
"""Columns that a fact adds to; all others it sets."""


class Records:
    """Gathers what facts change and writes it in the journal's own transaction."""

    def __init__(self) -> None:
        self._changes: dict[tuple[str, str], dict[str, Value]] = {}
        self._statements: dict[tuple[str, tuple[str, ...]], str] = {}

    @staticmethod
    def create_tables(database: Connection) -> None:
        """Make what is not there yet."""
        SQLModel.metadata.create_all(database, tables=[_table(model) for model in TABLES])

    @staticmethod
    def drop_tables(database: Connection) -> None:
        """Before a rebuild. The journal's own tables are not touched."""
        SQLModel.metadata.drop_all(database, tables=[_table(model) for model in TABLES])

    def note(self, fact: Fact, at: Instant, entry: int) -> None:
        """Let the rows know this fact; ``flush`` writes them."""
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
        driver = driver_of(database)
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


def _table(model: type[SQLModel]) -> Table:  # type: ignore[explicit-any]  # of SQLModel's own making
    return SQLModel.metadata.tables[str(model.__tablename__)]
