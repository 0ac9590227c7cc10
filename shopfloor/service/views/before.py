"""What a day found: the facts before it that still mattered when it began."""

import sqlite3
from collections.abc import Iterator
from typing import Final, TypeAlias

from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant
from shopfloor.service.fact_rows import SHOP_WIDE

THE_SHOPS_OWN: Final = tuple(
    kind.__name__
    for kind in (
        f.DeviceCameOnline,
        f.DeviceWentOffline,
        f.EngineerCameOn,
        f.EngineerWentOff,
        f.PresenceLost,
        f.ModeChanged,
        f.CabinetChanged,
        f.StockRanLow,
        f.AlarmRaised,
        f.AlarmCleared,
        f.PriceChanged,
        f.StaffChanged,
    )
)
"""Kinds of which the latest holds until another is said."""
OF_A_ROBOT: Final = ("RobotBecame", "RobotMoved", "RobotWayChanged")
ROBOTS_LOOKED_BACK: Final = 200_000
"""Facts: a robot that was not heard of for so many is not heard of at all."""

NOT_OVER: Final = {
    "ticket": "SELECT id FROM ticket WHERE coalesce(ended_at, :midnight) >= :midnight",
    "repair": "SELECT id FROM repair WHERE coalesce(closed_at, :midnight) >= :midnight "
    "AND coalesce(handed_over_at, :midnight) >= :midnight",
    "parts_order": "SELECT o.id FROM parts_order AS o LEFT JOIN stock_low AS l ON l.id = o.sku "
    "WHERE coalesce(o.ended_at, :midnight) >= min(:midnight, coalesce(l.at, :midnight))",
    "job": "SELECT id FROM job WHERE coalesce(ended_at, :midnight) >= :midnight",
}
"""What was not over when the day began, or began later: column of ``fact`` → ids. A part that is low counts on from the
moment at which it became so, over whatever has ended since.

A fact about several things is told with the last of them in this order; the records of the others have it elsewhere.
"""

Row: TypeAlias = tuple[int, Instant, str, str | None, str | None, str | None, str | None, str | None, str | None, str]


def facts_before(database: sqlite3.Connection, columns: str, first: int, midnight: Instant) -> Iterator[Row]:
    """Rows of ``fact`` with an id below ``first``, in order, with these columns."""
    wanted = [*_shop_wide(database, first), *_robots(database, first)]
    columns_after = list(NOT_OVER)
    for column, ids in NOT_OVER.items():
        columns_after.remove(column)
        only = "".join(f" AND {other} IS NULL" for other in columns_after)
        for (name,) in database.execute(ids, {"midnight": midnight}).fetchall():
            rows = database.execute(f"SELECT id FROM fact WHERE {column} = ? AND id < ?{only}", (name, first))  # noqa: S608
            wanted += [number for (number,) in rows]
    for number in sorted(dict.fromkeys(wanted)):
        row: Row = database.execute(f"SELECT {columns} FROM fact WHERE id = ?", (number,)).fetchone()  # noqa: S608
        yield row


def moves_before(database: sqlite3.Connection, midnight: Instant) -> tuple[str, list[tuple[object, ...]]]:
    """Marks for the columns, and the moves of parts that were low, from then on until the day began."""
    rows = database.execute(
        "SELECT m.* FROM stock_low AS l JOIN stock_move AS m ON m.sku = l.id WHERE m.at < ? ORDER BY m.rowid",
        (midnight,),
    )
    return ", ".join("?" for _ in rows.description), rows.fetchall()


def _shop_wide(database: sqlite3.Connection, first: int) -> list[int]:
    rows = database.execute(
        f"SELECT id FROM fact WHERE {SHOP_WIDE} AND kind IN {THE_SHOPS_OWN} AND id < ?",  # noqa: S608
        (first,),
    )
    return [number for (number,) in rows]


def _robots(database: sqlite3.Connection, first: int) -> list[int]:
    rows = database.execute(
        f"SELECT max(id) FROM fact WHERE kind IN {OF_A_ROBOT} AND id < ? AND id >= "  # noqa: S608 - our own names
        "(SELECT coalesce(min(id), 0) FROM (SELECT id FROM fact WHERE id < ? ORDER BY id DESC LIMIT ?)) "
        "GROUP BY robot, kind",
        (first, first, ROBOTS_LOOKED_BACK),
    )
    return [number for (number,) in rows]
