"""The tables of the records, one page: rows for people to look at, years later too.

What writes them is in ``record_keeping.py`` and ``records.py``. Times are ms since 1970-01-01 UTC, money is in fen, and
NULL means: not (yet).
"""

from typing import cast

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from shopfloor.service.fact_rows import SHOP_WIDE


def _time() -> int | None:
    return cast("int | None", Field(default=None, sa_type=BigInteger))


class FactRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """Everything that was so, in the order in which it was said. Never edited. Whose ticket a repair is of stands in
    the repair's own record; NULL: it is not about one."""

    __tablename__ = "fact"
    __table_args__ = (
        *(
            Index(f"fact_{about}", about, sqlite_where=text(f"{about} IS NOT NULL"))
            for about in ("ticket", "repair", "parts_order", "job")
        ),
        Index("fact_shop_wide", "kind", sqlite_where=text(SHOP_WIDE)),
    )

    id: int = Field(primary_key=True, sa_type=BigInteger)
    """Entry × ``FACTS_MAX`` + its place among the facts of that entry."""
    at: int = Field(sa_type=BigInteger)
    kind: str
    ticket: str | None = None
    repair: str | None = None
    parts_order: str | None = None
    job: str | None = None
    robot: str | None = None
    unit: str | None = None
    body: str
    """The whole fact as JSON."""


class TicketRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A place in the queue, one visit."""

    __tablename__ = "ticket"
    __table_args__ = (Index("ticket_state", "state"), Index("ticket_issued_at", "issued_at"))

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
    __table_args__ = (Index("repair_state", "state"), Index("repair_ticket", "ticket"))

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
    __table_args__ = (Index("stock_move_sku", "sku"),)

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
    __table_args__ = (
        Index("parts_order_open", "ordered_at", sqlite_where=text("ended_at IS NULL")),
        Index("parts_order_repair", "repair"),
        Index("parts_order_sku", "sku"),
    )

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
    __table_args__ = (Index("document_repair", "repair"),)

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
    __table_args__ = (Index("payment_repair", "repair"),)

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
    __table_args__ = (Index("job_open", "opened_at", sqlite_where=text("ended_at IS NULL")),)

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


class PriceChangeRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A price that the manager set or withdrew. Never edited; the latest of a row and a date counts."""

    __tablename__ = "price_change"

    id: str = Field(primary_key=True)
    at: int | None = _time()
    device: str | None = None
    effective: str | None = None
    """First day, YYYY-MM-DD."""
    service: str | None = None
    model: str | None = None
    fault: str | None = None
    part_fen: int | None = None
    labour_fen: int | None = None
    fixed_fen: int | None = None
    part_fen_before: int | None = None
    """Until then, on that same day."""
    labour_fen_before: int | None = None
    fixed_fen_before: int | None = None
    withdrawn: bool | None = None
    """The amounts are those that hold without it."""


class StaffChangeRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A person who works on a date, or does not, otherwise than planned. Never edited; the latest counts."""

    __tablename__ = "staff_change"

    id: str = Field(primary_key=True)
    at: int | None = _time()
    device: str | None = None
    person: str | None = None
    date: str | None = None
    """YYYY-MM-DD."""
    state: str | None = None
    """ON or OFF."""


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
    __table_args__ = (Index("alarm_open", "raised_at", sqlite_where=text("cleared_at IS NULL")),)

    id: str = Field(primary_key=True)
    """What it is about."""
    words: str | None = None
    party: str | None = None
    raised_at: int | None = _time()
    cleared_at: int | None = _time()


class DeviceRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """Whether a device is on the wire."""

    __tablename__ = "device"

    id: str = Field(primary_key=True)
    state: str | None = None
    """ONLINE or OFFLINE."""
    at: int | None = _time()


class PresenceRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """Who is signed on, and where."""

    __tablename__ = "presence"

    id: str = Field(primary_key=True)
    state: str | None = None
    """ON, AWAY or OFF."""
    desk: str | None = None
    device: str | None = None
    at: int | None = _time()


class ModeRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """What works otherwise than usual, or does no more."""

    __tablename__ = "mode"

    id: str = Field(primary_key=True)
    """What, and about what: ``line-closed/A``."""
    what: str | None = None
    about: str | None = None
    state: str | None = None
    """ON or OFF."""
    reason: str | None = None
    at: int | None = _time()


class DayRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A day that the manager has closed."""

    __tablename__ = "day"

    id: str = Field(primary_key=True)
    """Its date."""
    closed_at: int | None = _time()


class KpiRecord(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A figure of the shop, as it stood at ``at``. NULL: no data yet."""

    __tablename__ = "kpi"

    id: str = Field(primary_key=True)
    """K1 … K26 and the figure's name: ``K1.p50``."""
    value: float | None = None
    at: int | None = _time()


TABLES: tuple[type[SQLModel], ...] = (
    FactRecord,
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
    PriceChangeRecord,
    StaffChangeRecord,
    RefusalRecord,
    AlarmRecord,
    DeviceRecord,
    PresenceRecord,
    ModeRecord,
    DayRecord,
    KpiRecord,
)
