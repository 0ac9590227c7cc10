"""The floor in a terminal: its lanes, and on them the robots with what is reserved for them.

To scale, as far as cells go. A reserved lane is heavy and a planned one dashed: without colours a screen tells as much.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.style import Style

from shopfloor.contract.layout import Layout
from shopfloor.service.robots_seen import RobotSeen
from shopfloor.service.strokes import LANE, PLANNED, RESERVED, Cell, Joint, Strokes

CELL_SHAPE: Final = 2.0
"""A cell of a terminal is about so many times as high as wide."""
SIDE: Final = 6
"""Columns left and right of the lanes, for the names there."""
ENDS: Final = 1
"""Rows above and below them."""
DOCK: Final = "⚡"
UNFIT: Final = "!"
"""Behind the mark of a robot that cannot be sent anywhere."""
LANE_LOOK: Final = Style(dim=True)
NAME_LOOK: Final = Style(bold=True)
LOOKS: Final = {PLANNED: Style(dim=True), RESERVED: Style(bold=True)}
LEGEND: Final = "━ reserved  ╌ planned  ─ free lane"

Look: TypeAlias = tuple[str, Style]
BLANK: Final[Look] = (" ", Style())


def short_names(layout: Layout) -> dict[str, str]:
    """Station, and the node where robots stop for it → its name where there is little room. What nobody here uses has
    none."""
    names: dict[str, str] = {layout.receiving_station: "rcv"}
    for cabinet in layout.cabinets.values():
        names |= {cabinet.outlet_station: "out", cabinet.inlet_station: "in"}
    for number, robot in enumerate(layout.robots.values(), start=1):
        names |= dict.fromkeys(robot.docks, DOCK) | {robot.park: f"P{number}"}
    names |= {desk.station: desk.id for desk in layout.desks.values()}
    names = {station: name for station, name in names.items() if station in layout.stations}
    return names | {layout.station_node(station): name for station, name in names.items()}


class Frame(Struct, frozen=True):
    """Which cell a spot of the floor falls into."""

    left_m: float
    top_m: float
    columns_per_m: float
    rows_per_m: float
    width: int
    """Cells, names included."""
    height: int

    @classmethod
    def of(cls, layout: Layout, width: int, height: int | None) -> "Frame":
        """As large as the width allows; flatter than it is where the height does not."""
        xs = [node.position.x for node in layout.nodes.values()]
        ys = [node.position.y for node in layout.nodes.values()]
        wide_m, high_m = max(xs) - min(xs), max(ys) - min(ys)
        columns_per_m = max(1, width - 2 * SIDE - 1) / wide_m if wide_m else 0.0
        rows_per_m = columns_per_m / CELL_SHAPE if wide_m else 1.0
        if height is not None and high_m:
            rows_per_m = min(rows_per_m, max(0, height - 2 * ENDS - 1) / high_m)
        return cls(min(xs), max(ys), columns_per_m, rows_per_m, width, round(high_m * rows_per_m) + 2 * ENDS + 1)

    def cell(self, x: float, y: float) -> Cell:
        column, row = (x - self.left_m) * self.columns_per_m, (self.top_m - y) * self.rows_per_m
        return SIDE + round(column), ENDS + round(row)

    def holds(self, cell: Cell) -> bool:
        return 0 <= cell[0] < self.width and 0 <= cell[1] < self.height


class FloorMap:
    """Something that Rich can print: it takes the width that it gets, and no more than the height."""

    def __init__(self, layout: Layout, robots: Sequence[RobotSeen]) -> None:
        self._layout = layout
        self._robots = [robot for robot in robots if robot.node in layout.nodes]
        self._colours = {robot.id: robot.colour for robot in robots}
        self._names = short_names(layout)

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        frame = Frame.of(self._layout, options.max_width, options.height)
        sheet = {cell: self._stroke(joint) for cell, joint in self._lanes(frame).joints.items()}
        for station in self._layout.stations:
            name = self._names.get(station, "")
            _write(sheet, frame, self._beside(frame, station, cell_len(name)), name, NAME_LOOK)
        self._place_robots(sheet, frame)
        for row in range(frame.height):
            yield from Segment.simplify(Segment(*sheet.get((column, row), BLANK)) for column in range(frame.width))
            yield Segment.line()

    # ── lanes ────────────────────────────────────────────────────────────────────────────────────

    def _lanes(self, frame: Frame) -> Strokes:
        strokes = Strokes()
        for lane in self._layout.edges:
            self._lane(strokes, frame, lane, LANE)
        for robot in self._robots:
            for lane in robot.planned:
                self._lane(strokes, frame, lane, PLANNED, robot.id)
            for lane in robot.claimed:
                self._lane(strokes, frame, lane, RESERVED, robot.id)
        return strokes

    def _lane(self, strokes: Strokes, frame: Frame, lane: str, says: int, owner: str = "") -> None:
        """Nodes are where lanes end: they need no stroke."""
        edge = self._layout.edges.get(lane)
        if edge is not None:
            strokes.draw(self._cell(frame, edge.start), self._cell(frame, edge.end), says, owner)

    def _cell(self, frame: Frame, node: str) -> Cell:
        position = self._layout.nodes[node].position
        return frame.cell(position.x, position.y)

    def _stroke(self, joint: Joint) -> Look:
        look = LOOKS.get(joint.says, LANE_LOOK)
        return joint.sign, look + Style(color=self._colours[joint.owner]) if joint.owner else look

    # ── what stands on them ──────────────────────────────────────────────────────────────────────

    def _beside(self, frame: Frame, station: str, cells: int) -> Cell:
        """Where a name of so many cells begins: on the far side of the stop, seen from its lane."""
        stop = self._layout.stations[station].stop
        column, row = self._cell(frame, stop)
        far_x, far_y = self._outward(station)
        if abs(far_x) > abs(far_y):
            return (column - cells - 1 if far_x < 0 else column + 2), row
        return column - (cells - 1) // 2, row - 1 if far_y > 0 else row + 1

    def _outward(self, station: str) -> tuple[float, float]:
        """From where robots stop to the station itself; where the drawing does not tell, on along the lane."""
        row = self._layout.stations[station]
        stop = self._layout.nodes[row.stop].position
        if row.position is not None and (row.position.x, row.position.y) != (stop.x, stop.y):
            return row.position.x - stop.x, row.position.y - stop.y
        lane = next((edge for edge in self._layout.edges.values() if edge.end == row.stop), None)
        start = self._layout.nodes[lane.start].position if lane is not None else stop
        return stop.x - start.x, stop.y - start.y

    def _place_robots(self, sheet: dict[Cell, Look], frame: Frame) -> None:
        """Where a small map has two in one place, the second stands right of the first."""
        taken: dict[Cell, None] = {}
        for robot in self._robots:
            mark = robot.mark if robot.is_fit else robot.mark + UNFIT
            column, row = self._cell(frame, robot.node)
            while any((at, row) in taken for at in range(column, column + cell_len(mark))):
                column += 1
            cells = [(column + at, row) for at in range(cell_len(mark))]
            taken |= dict.fromkeys(cells)
            look = Style(color=robot.colour, bold=True, reverse=True)
            sheet |= {cell: (sign, look) for cell, sign in zip(cells, mark, strict=True) if frame.holds(cell)}


def _write(sheet: dict[Cell, Look], frame: Frame, start: Cell, words: str, look: Style) -> None:
    """Only where all of it has room; the second cell of a wide character is an empty one."""
    signs = [part for sign in words for part in (sign, *[""] * (cell_len(sign) - 1))]
    cells = [(start[0] + at, start[1]) for at in range(len(signs))]
    if all(frame.holds(cell) and cell not in sheet for cell in cells):
        sheet |= {cell: (sign, look) for cell, sign in zip(cells, signs, strict=True)}
