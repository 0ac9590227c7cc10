"""The robots in a terminal: a table of what the records say of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.console import Console, ConsoleOptions, OverflowMethod
from rich.table import Table
from rich.text import Text

from shopfloor.service.robots_seen import RobotSeen

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
