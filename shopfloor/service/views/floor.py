"""The whole floor at one look: for the manager's board, the console, and any day's replay."""

import sqlite3
from typing import Final, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import DAY, Instant
from shopfloor.contract.layout import Layout
from shopfloor.service.robots_seen import RobotSeen, robots_seen
from shopfloor.service.views.desks import DeskSeen, desks_seen
from shopfloor.service.views.modes import is_service_day, lines_closed
from shopfloor.service.views.opening import last_entry, one_moment
from shopfloor.service.views.queue import Waiting, queue_seen
from shopfloor.service.views.stock import Low, low_now

IN_THE_HALL: Final = ("EXPECTED", "WAITING", "CALLED", "SERVING")
TO_BE_PICKED: Final = ("RESERVED", "PICK_SENT", "PICKING", "PICKED", "PICK_FAILED", "BACKORDERED")
ROWS_MAX: Final = 200
"""Of parts orders, jobs and alarms: more than any shop has open, and an end to a flood."""
ROLES: Final = {
    "MG": "manager",
    "PK": "parts keeper",
    "EN": "engineer",
    "CU": "customer",
    "NT": "notifier",
}

Figures: TypeAlias = dict[str, dict[str, float | None]]
"""K1 … K26 → figure's name → value; None where there are no data."""


class ShopSeen(Struct, frozen=True):
    """The shop itself, just now."""

    name: str
    now: Instant
    """Of the last entry."""
    date: str
    """The local date, YYYY-MM-DD."""
    open: bool
    opens_at: Instant
    closes_at: Instant
    """Of this date; both 0: closed all day."""
    day_closed: bool
    """The manager has closed this day."""
    service_day: bool
    lines_closed: tuple[str, ...]
    entries: int
    """In the journal."""
    hall: dict[str, int]
    """Customers by state, always all four: EXPECTED (today), WAITING, CALLED, SERVING."""


class CabinetSeen(Struct, frozen=True):
    """Whether it serves; one that nothing was heard of does."""

    id: str
    ready: bool
    reason: str = ""
    """Why not."""


class PartSeen(Struct, frozen=True):
    """A parts order under way."""

    parts_order: str
    sku: str
    unit: str
    state: str
    desk: str
    repair: str
    since: Instant
    """Of the order."""


class JobSeen(Struct, frozen=True):
    """A carrying that has not ended."""

    job: str
    kind: str
    state: str
    robot: str
    source: str
    target: str
    """Stations."""
    unit: str
    since: Instant


class AlarmSeen(Struct, frozen=True):
    """What is wrong, and who must act."""

    about: str
    words: str
    """The floor's own sentence, in English."""
    party: str
    """MG, PK, EN … or a person's id."""
    who: str
    """That role in a word, or that person's name."""
    since: Instant


class DeviceSeen(Struct, frozen=True):
    """A device of the shop; ``online`` is None while nothing was ever heard of it."""

    device: str
    online: bool | None
    since: Instant


class FloorSeen(Struct, frozen=True):
    """Everything that the board shows; each field is one section."""

    shop: ShopSeen
    desks: tuple[DeskSeen, ...]
    queue: tuple[Waiting, ...]
    outcomes: dict[str, int]
    """This day's tickets by state."""
    cabinets: tuple[CabinetSeen, ...]
    picks: dict[str, int]
    """Parts orders that a cabinet has still to give out, or whose unit lies in its outlet, by state."""
    low: tuple[Low, ...]
    parts: tuple[PartSeen, ...]
    """The latest first, as in the other lists below."""
    jobs: tuple[JobSeen, ...]
    robots: tuple[RobotSeen, ...]
    alarms: tuple[AlarmSeen, ...]
    figures: Figures
    devices: tuple[DeviceSeen, ...]


def floor_seen(database: sqlite3.Connection, layout: Layout) -> FloorSeen:
    """The floor as its records have it."""
    with one_moment(database):
        return _floor(database, layout)


def _floor(database: sqlite3.Connection, layout: Layout) -> FloorSeen:
    entries, now = last_entry(database)
    return FloorSeen(
        shop=_shop(database, layout, entries, now),
        desks=desks_seen(database, layout),
        queue=queue_seen(database, now),
        outcomes=_outcomes(database, layout.day_start(now)),
        cabinets=_cabinets(database, layout),
        picks=_picks(database),
        low=low_now(database),
        parts=_parts(database),
        jobs=_jobs(database),
        robots=tuple(robots_seen(database, layout.robots)),
        alarms=_alarms(database, layout),
        figures=_figures(database),
        devices=_devices(database, layout),
    )


def _shop(database: sqlite3.Connection, layout: Layout, entries: int, now: Instant) -> ShopSeen:
    opens, closes, date = layout.open_from(now) or 0, layout.open_until(now) or 0, layout.date(now)
    closed = database.execute("SELECT 1 FROM day WHERE id = ?", (date,)).fetchone() is not None
    return ShopSeen(
        name=layout.store.name,
        now=now,
        date=date,
        open=opens <= now < closes and not closed,
        opens_at=opens,
        closes_at=closes,
        day_closed=closed,
        service_day=is_service_day(database, date),
        lines_closed=lines_closed(database, layout.day_start(now)),
        entries=entries,
        hall=_hall(database, layout.day_start(now) + DAY),
    )


def _hall(database: sqlite3.Connection, midnight: Instant) -> dict[str, int]:
    found = database.execute(
        "SELECT state, count(*) FROM ticket WHERE state IN ('WAITING', 'CALLED', 'SERVING') "
        "OR (state = 'EXPECTED' AND booked_at < ?) GROUP BY state",
        (midnight,),
    )
    return dict.fromkeys(IN_THE_HALL, 0) | dict(found.fetchall())


def _outcomes(database: sqlite3.Connection, day: Instant) -> dict[str, int]:
    return dict(
        database.execute(
            "SELECT state, count(*) FROM ticket WHERE (issued_at >= ? AND issued_at < ?) "
            "OR (issued_at IS NULL AND booked_at >= ? AND booked_at < ?) GROUP BY state ORDER BY state",
            (day, day + DAY, day, day + DAY),
        ).fetchall()
    )


def _cabinets(database: sqlite3.Connection, layout: Layout) -> tuple[CabinetSeen, ...]:
    rows = database.execute("SELECT id, ready, coalesce(reason, '') FROM cabinet")
    told = {cabinet: CabinetSeen(cabinet, bool(ready), reason) for cabinet, ready, reason in rows}
    return tuple(told.get(cabinet, CabinetSeen(cabinet, ready=True)) for cabinet in layout.cabinets)


def _picks(database: sqlite3.Connection) -> dict[str, int]:
    found = database.execute(
        f"SELECT state, count(*) FROM parts_order WHERE ended_at IS NULL AND state IN {TO_BE_PICKED} "  # noqa: S608
        "GROUP BY state ORDER BY state"
    )
    return dict(found.fetchall())


def _parts(database: sqlite3.Connection) -> tuple[PartSeen, ...]:
    found = database.execute(
        "SELECT id, sku, coalesce(unit, ''), state, coalesce(desk, ''), repair, ordered_at FROM parts_order "
        "WHERE ended_at IS NULL AND state <> 'INSTALLED' ORDER BY ordered_at DESC, id LIMIT ?",
        (ROWS_MAX,),
    )
    return tuple(PartSeen(*row) for row in found)


def _jobs(database: sqlite3.Connection) -> tuple[JobSeen, ...]:
    found = database.execute(
        "SELECT id, kind, state, coalesce(robot, ''), source, target, unit, opened_at FROM job "
        "WHERE ended_at IS NULL ORDER BY opened_at DESC, id LIMIT ?",
        (ROWS_MAX,),
    )
    return tuple(JobSeen(*row) for row in found)


def _alarms(database: sqlite3.Connection, layout: Layout) -> tuple[AlarmSeen, ...]:
    names = ROLES | {
        row.id: row.name for rows in (layout.engineers, layout.parts_keepers, layout.managers) for row in rows.values()
    }
    found = database.execute(
        "SELECT id, words, party, raised_at FROM alarm WHERE cleared_at IS NULL ORDER BY raised_at DESC, id LIMIT ?",
        (ROWS_MAX,),
    )
    return tuple(AlarmSeen(about, words, party, names.get(party, party), at) for about, words, party, at in found)


def _figures(database: sqlite3.Connection) -> Figures:
    figures: Figures = {}
    for name, value in database.execute("SELECT id, value FROM kpi"):
        kpi, _, figure = name.partition(".")
        figures.setdefault(kpi, {})[figure] = value
    return figures


def _devices(database: sqlite3.Connection, layout: Layout) -> tuple[DeviceSeen, ...]:
    told = {device: (state == "ONLINE", at) for device, state, at in database.execute("SELECT * FROM device")}
    return tuple(DeviceSeen(device, *told.get(device, (None, 0))) for device in layout.devices)
