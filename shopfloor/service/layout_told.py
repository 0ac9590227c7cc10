"""What a look at a layout has found, in words for the planner who drew it: findings first, then what there is."""

from collections.abc import Iterator
from math import hypot

from rich.console import Console
from rich.markup import escape

from shopfloor.contract.actor import SECOND
from shopfloor.contract.flaws import Flaw
from shopfloor.contract.ground import Ground
from shopfloor.contract.lif import Drawing
from shopfloor.contract.linter import Inspection
from shopfloor.contract.sidefile import SideFile

COLOURS = {"fault": "bold red", "warning": "yellow"}
INDENT = " " * 13


def tell(found: Inspection, name: str, console: Console) -> None:
    """Print all of it; with colours in a terminal, plain in a pipe."""
    _line(console, f"[bold]{escape(name)}[/]: {counted(found.flaws)}")
    for number, flaw in enumerate(found.flaws, start=1):
        colour = COLOURS[flaw.severity]
        _line(console, f"\n{number:3}  [{colour}]{flaw.severity:8}[/]{escape(flaw.element)}")
        _line(console, f"{INDENT}{escape(flaw.fault)}")
        _line(console, f"{INDENT}[dim]mend:[/] {escape(flaw.remedy)}")
    _line(console, "")
    for title, words in summary(found):
        _line(console, f"[bold]{title:12}[/] {escape(words)}")


def _line(console: Console, markup: str) -> None:
    console.print(markup, soft_wrap=True, highlight=False)


def counted(flaws: tuple[Flaw, ...]) -> str:
    """``2 faults, 1 warning``."""
    faults = sum(flaw.severity == "fault" for flaw in flaws)
    told = [_so_many(count, what) for count, what in ((faults, "fault"), (len(flaws) - faults, "warning")) if count]
    return ", ".join(told) or "no findings"


def _so_many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def summary(found: Inspection) -> Iterator[tuple[str, str]]:
    """(what, words) of all that could be read and worked out."""
    drawing, side, ground = found.drawing, found.side, found.ground
    maps = list(dict.fromkeys(node.map_id for node in drawing.nodes.values() if node.map_id))
    yield "nodes", f"{len(drawing.nodes)}" + (f" on the map {', '.join(maps)}" if maps else "")
    yield "lanes", _lanes(drawing)
    yield "stations", f"{len(drawing.stations)}" + (f": {_purposes(side)}" if side is not None else "")
    if side is None:
        yield "robots", "unknown without a side file: parks, docks and ways were not looked at"
        return
    yield "robots", f"{_names([robot.id for robot in side.robots])}"
    if ground is None:
        yield "ways", "not worked out before the faults are mended"
        return
    yield from _ground_rows(drawing, side, ground)
    if not found.faults:
        fits = f"{_so_many(len(side.robots), 'robot')}: each has a park of its own and reaches every station from it"
        yield "fits", f"{fits} and back, whoever stands in the other bays" if side.robots else "no robots: people carry"


def _ground_rows(drawing: Drawing, side: SideFile, ground: Ground) -> Iterator[tuple[str, str]]:
    if not side.robots:
        return
    widest = max(robot.radius_m for robot in side.robots)
    air = f"twice the widest contour of {widest:g} m and {side.traffic.margin_m:g} m of air"
    yield "separation", f"{ground.separation_m:g} m from centre to centre: {air}"
    sizes = {element: len(others) for element, others in ground.conflicts.items()}
    most = max(sizes, key=lambda element: (sizes[element], element))
    mean = sum(sizes.values()) / len(sizes)
    yield "conflicts", f"{mean:.1f} elements close to each on average, {sizes[most]} at most (to '{most}')"
    ways = list(_desk_ways(drawing, side, ground))
    if ways:
        metres, seconds = [way[0] for way in ways], [way[1] for way in ways]
        far = f"{min(metres):.1f} to {max(metres):.1f} m, {min(seconds):.0f} to {max(seconds):.0f} s of driving"
        yield "ways", f"from a cabinet to the desks {far}"


def _desk_ways(drawing: Drawing, side: SideFile, ground: Ground) -> Iterator[tuple[float, float]]:
    net = ground.lanes[side.robots[0].id]
    for cabinet in side.cabinets:
        start = drawing.stations[cabinet.outlet_station].stop
        for desk in side.desks:
            way = net.ways.get(start, {}).get(drawing.stations[desk.station].stop)
            if way is not None:
                yield way.length_m, way.drive_ms / SECOND


def _lanes(drawing: Drawing) -> str:
    pairs = {(edge.start, edge.end): edge for edge in drawing.edges.values()}
    joined = {(min(pair), max(pair)) for pair in pairs}
    both = sum(pair in pairs and pair[::-1] in pairs for pair in joined)
    metres = 0.0
    for start, end in sorted(joined):
        one, other = drawing.nodes[start].position, drawing.nodes[end].position
        metres += hypot(one.x - other.x, one.y - other.y)
    return f"{len(joined)}, {both} of them both ways ({len(drawing.edges)} edges): {metres:.1f} m"


def _purposes(side: SideFile) -> str:
    robots = (*side.robots, *side.spare_robots)
    counts = (
        (len(side.desks), "desk"),
        (2 * len([row for row in side.cabinets if not row.shelves]), "cabinet port"),
        (1, "receiving"),
        (len({robot.park for robot in robots}), "park"),
        (len({dock for robot in robots for dock in robot.docks}), "dock"),
    )
    return ", ".join("receiving" if what == "receiving" else _so_many(count, what) for count, what in counts if count)


def _names(ids: list[str]) -> str:
    return ", ".join(ids) or "none"
