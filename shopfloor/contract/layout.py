"""The shop as drawn: lanes from LIF and everything else from the side file, joined, checked and worked out once.

Parses text; callers read files. A Layout goes into a journal as its ``source`` (two texts, plain data) and comes back
with ``Layout.from_source``; what is derived here is derived again, always alike.
"""

from datetime import date, timedelta

import msgspec
from msgspec import Struct, structs

from shopfloor.contract.actor import DAY, MINUTE, Instant
from shopfloor.contract.flaws import Flaw, LayoutError, refuse
from shopfloor.contract.lanes import Lanes, Line
from shopfloor.contract.lif import Edge, Node, Station
from shopfloor.contract.linter import inspect
from shopfloor.contract.side_reading import read_side
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
    Store,
    Walk,
    Weekday,
)

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
    needs: dict[str, tuple[str, ...]]
    """Edge id → all that the others must have left before a robot drives down it: it, its end, and what is too close to
    either."""
    shadowed: frozenset[str]
    """Edges that conflict with nothing that neither of their ends conflicts with: who has both ends has the edge."""
    lanes: dict[str, Lanes]
    """Robot id → the net it may drive, at its own speed."""
    warnings: tuple[Flaw, ...]
    """What is odd in it, and robots can live with."""

    @classmethod
    def from_texts(cls, lif_text: str, side_text: str) -> "Layout":
        """Join LIF JSON and side-file TOML. Raises LayoutError naming each element at fault and what to do."""
        found = inspect(lif_text, side_text)
        refuse(found.flaws)
        drawing, side, ground = found.drawing, found.side, found.ground
        assert side is not None, "a side file without faults has been read"
        assert ground is not None, "a layout without faults has its ground worked out"
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
            lines=ground.lines,
            separation_m=ground.separation_m,
            conflicts=ground.conflicts,
            near={element: frozenset((element, *others)) for element, others in ground.conflicts.items()},
            needs={edge.id: _needs(edge, ground.conflicts) for edge in drawing.edges.values()},
            shadowed=frozenset(edge.id for edge in drawing.edges.values() if _is_shadowed(edge, ground.conflicts)),
            lanes=ground.lanes,
            warnings=found.warnings,
        )

    @classmethod
    def from_source(cls, source: LayoutSource) -> "Layout":
        """The layout that a journal's first entry tells of."""
        return cls.from_texts(source.lif, source.side)

    def with_robots(self, count: int) -> "Layout":
        """The same shop with so many robots: the first of its own, then its spare ones, in the side file's order.

        Its source is a side file of that shop, so it can be journaled as any other. Raises LayoutError if the side
        file does not name so many.
        """
        side = read_side(self.source.side)
        robots = (*side.robots, *side.spare_robots)
        if not 0 <= count <= len(robots):
            fault = f"it has rows for {len(robots)} robots, not for {count}"
            raise LayoutError((Flaw("side file", fault, "add rows [[spare_robots]], each with a park of its own"),))
        changed = structs.replace(side, robots=robots[:count], spare_robots=robots[count:])
        return Layout.from_texts(self.source.lif, msgspec.toml.encode(changed).decode())

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

    def midnight_of(self, day: str) -> Instant:
        """When a local date, YYYY-MM-DD, begins; raises ValueError for a day that no calendar has."""
        return (date.fromisoformat(day) - EPOCH).days * DAY - self.store.utc_offset_min * MINUTE

    def _hours(self, day_ms: Instant) -> tuple[int, int] | None:
        return self.store.opening.on(self._days_from_monday(day_ms))

    def _days_from_monday(self, day_ms: Instant) -> int:
        return ((day_ms + self.store.utc_offset_min * MINUTE) // DAY + MONDAY_FIRST) % 7

    def _net_of(self, robot: str | None) -> Lanes:
        assert self.lanes, "a shop without robots has no routes"
        return self.lanes[robot if robot is not None else next(iter(self.lanes))]


def _needs(edge: Edge, conflicts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((edge.id, *conflicts[edge.id], edge.end, *conflicts[edge.end])))


def _is_shadowed(edge: Edge, conflicts: dict[str, tuple[str, ...]]) -> bool:
    return {edge.id, *conflicts[edge.id]} <= {edge.start, *conflicts[edge.start], edge.end, *conflicts[edge.end]}
