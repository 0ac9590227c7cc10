"""Repair times as the KPI of that name (K5) takes them, each with the moment of its hand-over.

The KPI's own folds tell them from the facts of one repair after another, so that a curve shows what its figure counts:
hardware repairs of customers in the hall, done in one visit, from the seat to the hand-over, without the holds that the
customer chose.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant
from shopfloor.core.kpis import Kpis
from shopfloor.service.fact_rows import fact_of

TOLD: Final = tuple(
    kind.__name__
    for kind in (
        f.TicketIssued, f.TicketSeated, f.RepairOpened, f.QuoteApproved, f.RepairHeld, f.RepairResumed, f.ReturnDecided,
        f.PickupAwaited, f.DeviceShipped, f.DeviceHandedOver,
    )
)  # fmt: skip
"""Facts that a repair time depends on."""


def repair_times(database: sqlite3.Connection, since: Instant, until: Instant) -> Iterator[tuple[Instant, Instant]]:
    """(Hand-over, ms) of repairs that were handed over in ``since <= at < until`` and count, in order of time."""
    handed_over = database.execute(
        "SELECT id, coalesce(ticket, '') FROM repair WHERE handed_over_at >= ? AND handed_over_at < ? "
        "ORDER BY handed_over_at",
        (since, until),
    ).fetchall()
    for repair, ticket in handed_over:
        kpis = Kpis()
        for at, fact in _facts(database, repair, ticket):
            kpis.note(fact, at)
        for taken in kpis.values.get("repair time", ()):
            yield kpis.repairs[repair].out_at, taken


def _facts(database: sqlite3.Connection, repair: str, ticket: str) -> Iterator[tuple[Instant, f.Fact]]:
    rows = database.execute(
        f"SELECT at, kind, body FROM fact WHERE (repair = ? OR ticket = ?) AND kind IN {TOLD} ORDER BY id",  # noqa: S608 - our own names
        (repair, ticket),
    )
    for at, kind, body in rows:
        yield at, fact_of(kind, body)
