"""Which parts are low now: the ledger from the moment on at which each was last told to be low.

The floor says once that a part has fallen below its minimum, with how many were free then. What has come into bins
since, what has left them and what is reserved in them stands in the records.
"""

import sqlite3
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import Instant

IN_A_BIN: Final = ("RESERVED", "PICK_SENT", "PICKING", "PICK_FAILED")
"""Parts orders in these states hold a unit that still lies where it was."""


class Low(Struct, frozen=True):
    """A part of which too few are free now."""

    sku: str
    free: int
    minimum: int
    at: Instant
    """Since when."""


def low_now(database: sqlite3.Connection) -> tuple[Low, ...]:
    """The latest first."""
    told = database.execute("SELECT id, free, minimum, at FROM stock_low ORDER BY at DESC, id").fetchall()
    found = (Low(sku, _free_now(database, sku, free, at), minimum, at) for sku, free, minimum, at in told)
    return tuple(low for low in found if low.free < low.minimum)


def _free_now(database: sqlite3.Connection, sku: str, free_then: int, then: Instant) -> int:
    reserved = _reserved_at(database, sku, then) - _reserved_now(database, sku)
    return max(0, free_then + _into_bins(database, sku, then) + reserved)


def _into_bins(database: sqlite3.Connection, sku: str, then: Instant) -> int:
    """More came than left, by so many."""
    (more,) = database.execute(
        "SELECT coalesce(sum(quantity * ((target LIKE 'BIN%') - (source LIKE 'BIN%'))), 0) FROM stock_move "
        "WHERE sku = ? AND at > ?",
        (sku, then),
    ).fetchone()
    return int(more)


def _reserved_now(database: sqlite3.Connection, sku: str) -> int:
    (count,) = database.execute(
        "SELECT count(*) FROM parts_order WHERE sku = ? AND unit <> '' AND state IN (?, ?, ?, ?)", (sku, *IN_A_BIN)
    ).fetchone()
    return int(count)


def _reserved_at(database: sqlite3.Connection, sku: str, then: Instant) -> int:
    """Orders that had a unit by then, and had not got it out of its bin."""
    (count,) = database.execute(
        "SELECT count(*) FROM parts_order AS o WHERE sku = ? AND ordered_at <= ? AND coalesce(picked_at, ?) > ? "
        "AND coalesce(ended_at, ?) > ? AND EXISTS "
        "(SELECT 1 FROM fact WHERE parts_order = o.id AND kind = 'UnitReserved' AND at <= ?)",
        (sku, then, then + 1, then, then + 1, then, then),
    ).fetchone()
    return int(count)
