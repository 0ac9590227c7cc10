"""A day in curves: how long people waited and how many, how long repairs and parts took, who and what was busy."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import DAY, MINUTE, Instant
from shopfloor.contract.layout import Layout
from shopfloor.service.fact_rows import first_since
from shopfloor.service.views.opening import last_entry, one_moment
from shopfloor.service.views.repair_times import repair_times

POINTS_MAX: Final = 200
Curve: TypeAlias = tuple[tuple[Instant, float], ...]
"""(When, value) in order of time, at most POINTS_MAX of them. Empty: no data."""
Mark: TypeAlias = tuple[Instant, str, bool]
"""When, who or what, and whether it counts from then on."""

WAITS: Final = ("TicketIssued", "TicketRecycled", "TicketReinstated", "TicketTransferred")
"""After these a ticket waits; after ``SITS`` somebody sits at a desk; after each of the others neither is so."""
SITS: Final = ("TicketSeated",)
OTHERS: Final = ("TicketCalled", "TicketLeft", "TicketRemoved", "TicketClosedByDay", "TicketServed", "TicketMissed")
BUSY: Final = '"availability":"BUSY"'
"""In the body of a RobotBecame."""


class Curves(Struct, frozen=True):
    """One local day. Minutes are dots, one for each customer or part; counts are steps that hold until the next."""

    since: Instant
    until: Instant
    """Of the day that has passed."""
    waiting_min: Curve
    """At each customer's last call: minutes since the number was drawn, or since the booked time."""
    queue: Curve
    """How many wait."""
    repair_min: Curve
    """At each hand-over that the KPI repair time (K5) counts: that time."""
    parts_min: Curve
    """At each acceptance of a part: minutes since it was ordered."""
    desks_busy: Curve
    """Desks with a customer seated."""
    robots_busy: Curve
    """Robots that are out for something."""


def curves_seen(database: sqlite3.Connection, layout: Layout, date: str = "") -> Curves:
    """Of a date; empty: of today."""
    with one_moment(database):
        return _curves(database, layout, date)


def _curves(database: sqlite3.Connection, layout: Layout, date: str) -> Curves:
    _entries, now = last_entry(database)
    since = layout.midnight_of(date) if date else layout.day_start(now)
    until = min(since + DAY, max(now, since))
    bounds = (since, since + DAY)
    first, end = first_since(database, bounds[0]), first_since(database, bounds[1])
    return Curves(
        since=since,
        until=until,
        waiting_min=_dots(
            database, "SELECT called_at, called_at - coalesce(anchor, issued_at) FROM ticket", "called_at", bounds
        ),
        queue=_steps(_tickets(database, first, end, WAITS)),
        repair_min=_thinned(tuple((at, ms / MINUTE) for at, ms in repair_times(database, *bounds))),
        parts_min=_dots(
            database, "SELECT accepted_at, accepted_at - ordered_at FROM parts_order", "accepted_at", bounds
        ),
        desks_busy=_steps(_tickets(database, first, end, SITS)),
        robots_busy=_steps(_robots(database, first, end)),
    )


# ── dots ────────────────────────────────────────────────────────────────────────────────────────


def _dots(database: sqlite3.Connection, select: str, column: str, bounds: tuple[Instant, Instant]) -> Curve:
    rows = database.execute(f"{select} WHERE {column} >= ? AND {column} < ? ORDER BY 1", bounds).fetchall()
    return _thinned(tuple((at, max(0, ms) / MINUTE) for at, ms in rows))


def _thinned(points: Curve) -> Curve:
    """So many that a screen can tell them apart; the first and the last always."""
    if len(points) <= POINTS_MAX:
        return points
    return tuple(points[place * (len(points) - 1) // (POINTS_MAX - 1)] for place in range(POINTS_MAX))


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


def _steps(marks: Iterable[Mark]) -> Curve:
    """How many count, after each moment at which that changed."""
    counted: dict[str, None] = {}
    counts: dict[Instant, float] = {}
    for at, name, counts_now in marks:
        if counts_now != (name in counted):
            if counts_now:
                counted[name] = None
            else:
                del counted[name]
            counts[at] = len(counted)
    return _thinned(tuple(counts.items()))


def _tickets(database: sqlite3.Connection, first: int, end: int, inside: tuple[str, ...]) -> Iterator[Mark]:
    kinds = (*WAITS, *SITS, *OTHERS)
    rows = database.execute(
        f"SELECT at, ticket, kind FROM fact WHERE id >= ? AND id < ? AND kind IN {kinds} ORDER BY id",  # noqa: S608
        (first, end),
    )
    for at, ticket, kind in rows:
        yield at, ticket, kind in inside


def _robots(database: sqlite3.Connection, first: int, end: int) -> Iterator[Mark]:
    rows = database.execute(
        "SELECT at, robot, body FROM fact WHERE id >= ? AND id < ? AND kind = 'RobotBecame' ORDER BY id", (first, end)
    )
    for at, robot, body in rows:
        yield at, robot, BUSY in body
