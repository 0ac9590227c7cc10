"""The parts of a repair: where each unit is, who brings it, and when it may be there."""

import sqlite3
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import SECOND, Instant

DELIVERIES_LOOKED_AT: Final = 50
"""The shop's latest, from which the next one is guessed at."""
DELIVERIES_MIN: Final = 5
"""With fewer than these nobody can tell."""
TENTH: Final = 10

STAMPS: Final = {
    "QUEUED": "opened_at",
    "ASSIGNED": "assigned_at",
    "AT_PICKUP": "assigned_at",
    "LOADED": "loaded_at",
}
"""State of a job → since when it is on this leg of its way."""


class PartOfRepair(Struct, frozen=True):
    """A parts order with its unit and its carrying."""

    parts_order: str
    sku: str
    state: str
    unit: str
    place: str
    """As the ledger spells it, ``BIN:c1.17``, ``TOTE:r1.1``, ``DESK:d4``; empty: there is no unit yet."""
    ordered_at: Instant
    accepted_at: Instant
    job: str
    """The latest that carries it; empty: none, or a person does."""
    job_state: str
    robot: str
    robot_node: str
    expected_s: tuple[int, int] | None
    """Seconds until a robot may be at the desk with it (eight of ten lately were within these); None: it does not come
    by robot, has come, is later than usual, or this shop has seen too few deliveries to tell."""


def parts_of(database: sqlite3.Connection, repair: str, now: Instant) -> tuple[PartOfRepair, ...]:
    """Oldest first."""
    orders = database.execute(
        "SELECT id, sku, state, coalesce(unit, ''), ordered_at, coalesce(accepted_at, 0) FROM parts_order "
        "WHERE repair = ? ORDER BY ordered_at, length(id), id",
        (repair,),
    ).fetchall()
    return tuple(_part(database, now, *order) for order in orders)


def _part(
    database: sqlite3.Connection, now: Instant, order: str, sku: str, state: str, unit: str, *times: Instant
) -> PartOfRepair:
    ordered_at, accepted_at = times
    job, job_state, kind, robot, node = _carrying(database, order)
    comes = kind == "DELIVER" and job_state in STAMPS and not accepted_at
    return PartOfRepair(
        parts_order=order,
        sku=sku,
        state=state,
        unit=unit,
        place=_place(database, order, sku, unit) if unit else "",
        ordered_at=ordered_at,
        accepted_at=accepted_at,
        job=job,
        job_state=job_state,
        robot=robot,
        robot_node=node,
        expected_s=_expected_s(database, job, job_state, now) if comes else None,
    )


def _place(database: sqlite3.Connection, order: str, sku: str, unit: str) -> str:
    """By the ledger; a unit that has not moved yet lies in the bin in which it was reserved."""
    moved = database.execute(
        "SELECT target FROM stock_move WHERE sku = ? AND unit = ? ORDER BY rowid DESC LIMIT 1", (sku, unit)
    ).fetchone()
    if moved is not None:
        return str(moved[0])
    reserved = database.execute(
        "SELECT json_extract(body, '$.bin') FROM fact WHERE parts_order = ? AND kind = 'UnitReserved' "
        "ORDER BY id DESC LIMIT 1",
        (order,),
    ).fetchone()
    return f"BIN:{reserved[0]}" if reserved is not None else ""


def _carrying(database: sqlite3.Connection, order: str) -> tuple[str, str, str, str, str]:
    """Job, its state and kind, its robot, and the node where that is."""
    found = database.execute(
        "SELECT j.id, j.state, j.kind, coalesce(j.robot, ''), "
        "coalesce((SELECT node FROM robot_way WHERE id = j.robot), '') "
        "FROM fact JOIN job AS j ON j.id = fact.job WHERE fact.parts_order = ? AND fact.kind = 'JobOpened' "
        "ORDER BY fact.id DESC LIMIT 1",
        (order,),
    ).fetchone()
    return ("", "", "", "", "") if found is None else (found[0], found[1], found[2], found[3], found[4])


def _expected_s(database: sqlite3.Connection, job: str, state: str, now: Instant) -> tuple[int, int] | None:
    """As long as this shop's own deliveries took lately from the same point on, less what has passed."""
    stamp = STAMPS[state]
    lately = database.execute(
        f"SELECT arrived_at - {stamp} FROM job WHERE kind = 'DELIVER' AND arrived_at >= {stamp} "  # noqa: S608
        "ORDER BY rowid DESC LIMIT ?",
        (DELIVERIES_LOOKED_AT,),
    ).fetchall()
    begun = database.execute(f"SELECT {stamp} FROM job WHERE id = ?", (job,)).fetchone()  # noqa: S608 - our own names
    if len(lately) < DELIVERIES_MIN or begun[0] is None:
        return None
    took = sorted(ms for (ms,) in lately)
    spared = len(took) // TENTH
    least, most = (ms - (now - begun[0]) for ms in (took[spared], took[-1 - spared]))
    return None if most < 0 else (max(0, least) // SECOND, most // SECOND + 1)
