"""What the records say of each robot, and the table of it on the board."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from string import ascii_uppercase
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, OverflowMethod
from rich.table import Table
from rich.text import Text

from shopfloor.core.lifecycles import UNAVAILABLE

MARK_CELLS: Final = 2
"""A robot's own id stands on the map if all of them are so short; else a letter does."""
COLOURS: Final = ("cyan", "magenta", "yellow", "green", "blue")
"""Of robots, in turn. Red is for what is wrong."""
LOOKS: Final = {"AVAILABLE": "green", "BUSY": "", "CHARGING": "yellow"}
"""Of availabilities that are as they should be."""
ERRANDS: Final = {
    "pickup": "picks up at",
    "dropoff": "brings to",
    "unload": "unloads at",
    "charge": "charges at",
    "park": "parks at",
}
COLUMNS: Final = (("robot", None), ("is", 4), ("battery", None), ("totes", 4), ("out for", 4))
"""With the share of the room that each takes; None: as wide as what is in it."""
LOW_PCT: Final = 20

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


class RobotsTable:
    """Who is fit and why not, the battery, what is in which tote, and what each is out for.

    Where there is no room for all words, each robot has one line, so that none is missing.
    """

    def __init__(self, robots: Sequence[RobotSeen], names: Mapping[str, str]) -> None:
        """``names`` are the short ones of stations."""
        self._robots = robots
        self._names = names

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        whole = self._table("fold")
        lines = console.render_lines(whole, options.update(height=None))
        fits = options.height is None or len(lines) <= options.height
        yield whole if fits else self._table("ellipsis")

    def _table(self, overflow: OverflowMethod) -> Table:
        table = Table(box=None, pad_edge=False, expand=True)
        for name, ratio in COLUMNS:
            table.add_column(name, ratio=ratio, overflow=overflow, no_wrap=ratio is None or overflow == "ellipsis")
        for robot in self._robots:
            battery, totes = _battery(robot.battery_pct), _totes(robot.aboard)
            table.add_row(_name(robot), _fitness(robot), battery, totes, _errand(robot, self._names))
        return table


def _name(robot: RobotSeen) -> Text:
    return Text(robot.id if robot.mark == robot.id else f"{robot.mark} {robot.id}", f"bold {robot.colour}")


def _fitness(robot: RobotSeen) -> Text:
    if not robot.availability:
        return Text("not heard of yet", "dim")
    look = LOOKS.get(robot.availability, "red")
    words = Text(robot.availability.lower(), f"bold {look}")
    return words.append(f": {robot.reason}", look) if robot.reason else words


def _battery(pct: int | None) -> Text:
    if pct is None:
        return Text("–", "dim")
    return Text(f"{pct} %", "red" if pct < LOW_PCT else "")


def _totes(aboard: Mapping[str, str]) -> Text:
    if not aboard:
        return Text("empty", "dim")
    return Text(", ".join(f"{tote}: {load}" for tote, load in aboard.items()))


def _errand(robot: RobotSeen, names: Mapping[str, str]) -> Text:
    if not robot.purpose:
        return Text("nothing", "dim")
    return Text(f"{ERRANDS[robot.purpose]} {names.get(robot.stop, robot.stop)} {robot.job}".rstrip())
