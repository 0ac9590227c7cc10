"""What the records say of each robot."""

import sqlite3
from collections.abc import Iterable
from itertools import cycle, islice
from string import ascii_uppercase
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct
from rich.cells import cell_len

from shopfloor.core.lifecycles import UNAVAILABLE

MARK_CELLS: Final = 2
"""A robot's own id stands on the map if all of them are so short; else a letter does."""
COLOURS: Final = ("cyan", "magenta", "yellow", "green", "blue")
"""Of robots, in turn. Red is for what is wrong."""

Row: TypeAlias = tuple[str, str, str, str, str | None, str | None, str, str, str, str | None, int | None]
"""As ``ROWS`` names them."""
ROWS: Final = (
    "SELECT robot.id, coalesce(availability, ''), coalesce(reason, ''), coalesce(robot_way.node, robot.node, ''), "
    "claimed, planned, coalesce(purpose, ''), coalesce(stop, ''), coalesce(job, ''), aboard, battery_pct "
    "FROM robot LEFT JOIN robot_way ON robot.id = robot_way.id"
)


class RobotSeen(Struct, frozen=True):
    """One robot as its records have it; what they do not have is empty."""

    id: str
    mark: str
    """On the map."""
    colour: str
    availability: str = ""
    reason: str = ""
    """In words, for a person."""
    node: str = ""
    claimed: tuple[str, ...] = ()
    """Reserved for it: node, lane, node …"""
    planned: tuple[str, ...] = ()
    """From the last of them on, not reserved yet: lane, node …"""
    purpose: str = ""
    stop: str = ""
    job: str = ""
    aboard: dict[str, str] = {}
    """Tote → what is in it."""
    battery_pct: int | None = None

    @property
    def is_fit(self) -> bool:
        return self.availability not in UNAVAILABLE


def robots_seen(database: sqlite3.Connection, robots: Iterable[str]) -> list[RobotSeen]:
    """Every robot of the layout, in its order."""
    names = list(robots)
    rows = {row[0]: row for row in database.execute(ROWS)}
    marks = (
        names
        if all(cell_len(name) <= MARK_CELLS for name in names)
        else list(islice(cycle(ascii_uppercase), len(names)))
    )
    return [
        _seen(rows[name], mark, colour) if name in rows else RobotSeen(name, mark, colour)
        for name, mark, colour in zip(names, marks, cycle(COLOURS), strict=False)
    ]


def _seen(row: Row, mark: str, colour: str) -> RobotSeen:
    robot, availability, reason, node, claimed, planned, purpose, stop, job, aboard, battery_pct = row
    return RobotSeen(
        id=robot,
        mark=mark,
        colour=colour,
        availability=availability,
        reason=reason,
        node=node,
        claimed=_ids(claimed),
        planned=_ids(planned),
        purpose=purpose,
        stop=stop,
        job=job,
        aboard=msgspec.json.decode(aboard or "{}", type=dict[str, str]),
        battery_pct=battery_pct,
    )


def _ids(told: str | None) -> tuple[str, ...]:
    return msgspec.json.decode(told or "[]", type=tuple[str, ...])
