"""The shop as drawn: lanes from LIF and everything else from the side file, joined, checked and worked out once.

Parses text; callers read files. A Layout goes into a journal as its ``source`` (two texts, plain data) and comes back
with ``Layout.from_source``; what is derived here is derived again, always alike.
"""

from datetime import date, timedelta
from itertools import combinations
from math import hypot

from msgspec import Struct

from shopfloor.contract.actor import DAY, MINUTE, Instant
from shopfloor.contract.lanes import Lane, Lanes, Line, conflicts_of, drive_ms, separation_m
from shopfloor.contract.lif import Drawing, Edge, Flaw, LayoutError, Node, Station, read_lif, refuse
from shopfloor.contract.sidefile import (
    WEEKDAYS,
    CabinetRow,
    Desk,
    Engineer,
    Equipment,
    Loaner,
    Manager,
    PartsKeeper,
    Places,
    Point,
    RobotRow,
    Shift,
    SideFile,
    Store,
    Walk,
    Weekday,
    read_side,
)
from shopfloor.contract.wellformed import joint_flaws, traffic_flaws

__all__ = [
    "CabinetRow",
    "Desk",
    "Engineer",
    "Equipment",
    "Flaw",
    "Layout",
    "LayoutError",
    "LayoutSource",
    "Loaner",
    "Manager",
    "PartsKeeper",
    "Places",
    "Point",
    "RobotRow",
    "Shift",
    "Store",
    "Walk",
]

EPOCH = date(1970, 1, 1)
MONDAY_FIRST = 3
"""1970-01-01 was a Thursday."""


class LayoutSource(Struct, frozen=True):
    """The two texts of which a layout is made."""

    lif: str
    side: str


class Layout(Struct, frozen=True):
    """One shop: rows by id, lanes, and what follows from where they lie."""

    source: LayoutSource
    store: Store
    devices: tuple[str, ...]
    """``type/id``, in the order of the side file; robots are in ``robots``."""
    desks: dict[str, Desk]
    cabinets: dict[str, CabinetRow]
    receiving_station: str
    engineers: dict[str, Engineer]
    parts_keepers: dict[str, PartsKeeper]
    managers: dict[str, Manager]
    shifts: tuple[Shift, ...]
    robots: dict[str, RobotRow]
    lockers: int
    loaners: dict[str, Loaner]
    equipment: dict[str, Equipment]
    places: Places
    walks: tuple[Walk, ...]
    nodes: dict[str, Node]
    edges: dict[str, Edge]
    stations: dict[str, Station]
    lines: dict[str, Line]
    """Where each node and edge lies on the floor."""
    separation_m: float
    """Two robots' centres on elements without conflict are never closer than this (to a nanometre)."""
    conflicts: dict[str, tuple[str, ...]]
    """Node or edge id → the others that no other robot may hold meanwhile; symmetric, never itself."""
    near: dict[str, frozenset[str]]
    """Node or edge id → itself and its conflicts."""
    lanes: dict[str, Lanes]
    """Robot id → the net it may drive, at its own speed."""
    warnings: tuple[str, ...]
    """What was odd in the LIF file and read kindly."""

    @classmethod
    def from_texts(cls, lif_text: str, side_text: str) -> "Layout":
        """Join LIF JSON and side-file TOML. Raises LayoutError naming each element at fault and what to do."""
        drawing = read_lif(lif_text)
        side = read_side(side_text)
        refuse(joint_flaws(drawing, side))
        apart = separation_m((robot.radius_m for robot in side.robots), side.traffic.margin_m)
        lines = _lines(drawing)
        conflicts = _with_exclusive(conflicts_of(lines, apart), side.traffic.exclusive)
        lanes = {robot.id: _net(robot, drawing, side) for robot in side.robots}
        refuse(traffic_flaws(drawing, side, lanes, conflicts))
        return cls(
            source=LayoutSource(lif_text, side_text),
            store=side.store,
            devices=tuple(f"{kind}/{device}" for kind, ids in side.devices.items() for device in ids),
            desks={desk.id: desk for desk in side.desks},
            cabinets={cabinet.id: cabinet for cabinet in side.cabinets},
            receiving_station=side.receiving_station,
            engineers={engineer.id: engineer for engineer in side.engineers},
            parts_keepers={keeper.id: keeper for keeper in side.parts_keepers},
            managers={manager.id: manager for manager in side.managers},
            shifts=side.shifts,
            robots={robot.id: robot for robot in side.robots},
            lockers=side.lockers,
            loaners={loaner.id: loaner for loaner in side.loaners},
            equipment={machine.id: machine for machine in side.equipment},
            places=side.places,
            walks=side.walks,
            nodes=drawing.nodes,
            edges=drawing.edges,
            stations=drawing.stations,
            lines=lines,
            separation_m=apart,
            conflicts=conflicts,
            near={element: frozenset((element, *others)) for element, others in conflicts.items()},
            lanes=lanes,
            warnings=drawing.warnings,
        )

    @classmethod
    def from_source(cls, source: LayoutSource) -> "Layout":
        """The layout that a journal's first entry tells of."""
        return cls.from_texts(source.lif, source.side)

    def station_node(self, station_id: str) -> str:
        """Where a robot stops for a station."""
        return self.stations[station_id].stop

    def home(self, robot: str) -> str:
        """The node of this robot's private park."""
        return self.stations[self.robots[robot].park].stop

    def route(self, start: str, end: str, robot: str | None = None) -> tuple[str, ...]:
        """The quickest way as node, edge, node … node, both ends included.

        Every node that a robot may use has a way to every other, so () means a node that this robot may not use.
        Without a robot: as the first of the shop drives. Ways never lead through a station's bay.
        """
        net = self._net_of(robot)
        return net.route(start, end) if start in net.ways else ()

    def drive_ms(self, start: str, end: str, robot: str | None = None) -> int:
        """Driving time of ``route``, without turning, loading or traffic."""
        return self._net_of(robot).ways[start][end].drive_ms

    def distance_m(self, start: str, end: str, robot: str | None = None) -> float:
        """Length of ``route``: the quickest way, which is not always the shortest."""
        return self._net_of(robot).ways[start][end].length_m

    def day_start(self, day_ms: Instant) -> Instant:
        """Local midnight at or before an instant."""
        offset = self.store.utc_offset_min * MINUTE
        return (day_ms + offset) // DAY * DAY - offset

    def open_from(self, day_ms: Instant) -> Instant | None:
        """When the shop opens on the local day that an instant falls on, or None: closed all day."""
        hours = self._hours(day_ms)
        return None if hours is None else self.day_start(day_ms) + hours[0] * MINUTE

    def open_until(self, day_ms: Instant) -> Instant | None:
        """When the shop closes on the local day that an instant falls on, or None: closed all day."""
        hours = self._hours(day_ms)
        return None if hours is None else self.day_start(day_ms) + hours[1] * MINUTE

    def weekday(self, day_ms: Instant) -> Weekday:
        """The local day of the week."""
        return WEEKDAYS[self._days_from_monday(day_ms)]

    def date(self, day_ms: Instant) -> str:
        """The local date, YYYY-MM-DD."""
        days = (day_ms + self.store.utc_offset_min * MINUTE) // DAY
        return (EPOCH + timedelta(days=days)).isoformat()

    def _hours(self, day_ms: Instant) -> tuple[int, int] | None:
        return self.store.opening.on(self._days_from_monday(day_ms))

    def _days_from_monday(self, day_ms: Instant) -> int:
        return ((day_ms + self.store.utc_offset_min * MINUTE) // DAY + MONDAY_FIRST) % 7

    def _net_of(self, robot: str | None) -> Lanes:
        assert self.lanes, "a shop without robots has no routes"
        return self.lanes[robot if robot is not None else next(iter(self.lanes))]


def _lines(drawing: Drawing) -> dict[str, Line]:
    """Each node and edge as a straight line; curves of the shop's own robots have been refused before."""
    lines: dict[str, Line] = {}
    for node in drawing.nodes.values():
        lines[node.id] = (node.position.x, node.position.y, node.position.x, node.position.y)
    for edge in drawing.edges.values():
        lines[edge.id] = (*lines[edge.start][:2], *lines[edge.end][:2])
    return lines


def _with_exclusive(
    conflicts: dict[str, tuple[str, ...]], exclusive: tuple[tuple[str, ...], ...]
) -> dict[str, tuple[str, ...]]:
    """The conflicts of geometry plus those the side file asks for."""
    joined = {element: dict.fromkeys(others) for element, others in conflicts.items()}
    for elements in exclusive:
        for one, other in combinations(dict.fromkeys(elements), 2):
            joined[one][other] = None
            joined[other][one] = None
    return {element: tuple(sorted(others)) for element, others in joined.items()}


def _net(robot: RobotRow, drawing: Drawing, side: SideFile) -> Lanes:
    """What this robot's vehicle type may use, driven at its own speed or the edge's if that is less."""
    nodes = [node.id for node in drawing.nodes.values() if node.use(robot.vehicle_type)]
    bays = dict.fromkeys(drawing.stations[name].stop for name in side.stations())
    lanes = []
    for edge in drawing.edges.values():
        use = edge.use(robot.vehicle_type)
        if use is not None and use.open_to_all_loads():
            length_m = _length_m(drawing.nodes[edge.start], drawing.nodes[edge.end])
            speed_mps = min(robot.speed_mps, use.max_speed or robot.speed_mps)
            lanes.append(Lane(edge.id, edge.start, edge.end, length_m, drive_ms(length_m, speed_mps)))
    return Lanes.of(nodes, lanes, [node for node in nodes if node in bays])


def _length_m(start: Node, end: Node) -> float:
    return hypot(end.position.x - start.position.x, end.position.y - start.position.y)
