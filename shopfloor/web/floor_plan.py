"""The shop's layout as geometry of a drawing: what a floor board puts its desks and robots on.

Everything is in centimetres, x to the right and y downwards as SVG has it; the layout's metres have y upwards.
"""

from collections.abc import Iterator
from math import hypot
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from shopfloor.contract.layout import Layout
from shopfloor.contract.lif import Station

CM: Final = 100
MARGIN_CM: Final = 40
CARD_CM: Final = (228, 280)
"""A desk's card at most: wide enough for a ticket's number, high enough for five lines."""
CARD_MIN_CM: Final = 110
BACK_CM: Final = 30
STATION_CM: Final = 40
"""Half the size that another station is drawn with, and some air."""
AIR_CM: Final = 6
"""Between two cards, and between a card and the wall."""
NEIGHBOUR: Final = 0.5
"""Two desks whose distance is mostly along a line, by this much, stand beside each other on it."""

Spot: TypeAlias = tuple[int, int]
Box: TypeAlias = tuple[int, int, int, int]
"""x, y, width, height."""
Side: TypeAlias = Literal["up", "down", "left", "right"]
Purpose: TypeAlias = Literal["park", "dock", "receiving", "outlet", "inlet"]
StopKind: TypeAlias = Purpose | Literal["desk"]


class PlanDesk(Struct, frozen=True):
    """A desk, and the box beside its bay that what happens there is written in."""

    id: str
    at: Spot
    card: Box


class PlanStation(Struct, frozen=True):
    """Another place that robots serve or rest at."""

    id: str
    purpose: Purpose
    about: str
    """The cabinet, or the robot whose park it is; a dock and goods received are nobody's."""
    at: Spot


class PlanLane(Struct, frozen=True):
    """What lies between two nodes; one-way from start to end, or driven both ways."""

    start: Spot
    end: Spot
    one_way: bool


class FloorPlan(Struct, frozen=True):
    """The whole drawing."""

    box: Box
    origin_cm: tuple[int, int]
    """A place (x, y) of the layout, in metres, is drawn at (x · 100 + first, second − y · 100)."""
    hall: tuple[Spot, ...]
    lanes: tuple[PlanLane, ...]
    desks: tuple[PlanDesk, ...]
    stations: tuple[PlanStation, ...]
    seats: tuple[Spot, ...]
    entrance: Spot
    queue_machine: Spot
    call_display: Spot
    parts_room: Spot
    nodes: dict[str, Spot]
    edges: dict[str, tuple[str, str]]
    """Lane → the nodes that it joins."""
    stops: dict[str, tuple[StopKind, str]]
    """Station, or node where robots stop for it → what for, and which desk or cabinet, or whose park."""
    robots: dict[str, int]
    """Robot → radius."""


def floor_plan(layout: Layout) -> FloorPlan:
    """Of this shop, to scale."""
    sheet = _Sheet(layout)
    return FloorPlan(
        box=sheet.box,
        origin_cm=(0, sheet.flip),
        hall=tuple(sheet.spot(point.x, point.y) for point in layout.places.hall),
        lanes=tuple(_lanes(layout, sheet)),
        desks=tuple(_desks(layout, sheet)),
        stations=tuple(_stations(layout, sheet)),
        seats=tuple(sheet.spot(seat.x, seat.y) for seat in layout.places.seats),
        entrance=sheet.spot(layout.places.entrance.x, layout.places.entrance.y),
        queue_machine=sheet.spot(layout.places.queue_machine.x, layout.places.queue_machine.y),
        call_display=sheet.spot(layout.places.call_display.x, layout.places.call_display.y),
        parts_room=sheet.spot(layout.places.parts_room.x, layout.places.parts_room.y),
        nodes={node.id: sheet.spot(node.position.x, node.position.y) for node in layout.nodes.values()},
        edges={edge.id: (edge.start, edge.end) for edge in layout.edges.values()},
        stops=_stops(layout),
        robots={robot.id: round(robot.radius_m * CM) for robot in layout.robots.values()},
    )


class _Sheet:
    """Where metres go on the drawing."""

    def __init__(self, layout: Layout) -> None:
        spots = [(point.x, point.y) for point in layout.places.hall]
        spots += [(node.position.x, node.position.y) for node in layout.nodes.values()]
        xs, ys = [x for x, _ in spots], [y for _, y in spots]
        self.flip = round((min(ys) + max(ys)) * CM)
        left, top = round(min(xs) * CM), self.flip - round(max(ys) * CM)
        width, height = round((max(xs) - min(xs)) * CM), round((max(ys) - min(ys)) * CM)
        self.inside: Box = (left, top, width, height)
        self.box: Box = (left - MARGIN_CM, top - MARGIN_CM, width + 2 * MARGIN_CM, height + 2 * MARGIN_CM)

    def spot(self, x: float, y: float) -> Spot:
        return round(x * CM), self.flip - round(y * CM)


def _lanes(layout: Layout, sheet: _Sheet) -> Iterator[PlanLane]:
    """One for each pair of nodes, in the order of the file."""
    joined: dict[tuple[str, str], tuple[str, str, bool]] = {}
    for edge in layout.edges.values():
        pair = (min(edge.start, edge.end), max(edge.start, edge.end))
        start, end, one_way = joined.get(pair, (edge.start, edge.end, True))
        joined[pair] = (start, end, one_way and edge.start == start)
    for start, end, one_way in joined.values():
        a, b = layout.nodes[start].position, layout.nodes[end].position
        yield PlanLane(sheet.spot(a.x, a.y), sheet.spot(b.x, b.y), one_way)


# ── desks ───────────────────────────────────────────────────────────────────────────────────────


def _desks(layout: Layout, sheet: _Sheet) -> Iterator[PlanDesk]:
    desks = {desk.id: _station_spot(layout, sheet, layout.stations[desk.station]) for desk in layout.desks.values()}
    others = [station.at for station in _stations(layout, sheet)]
    for desk in layout.desks.values():
        at, side = desks[desk.id], _side(layout, sheet, layout.stations[desk.station])
        neighbours = [spot for name, spot in desks.items() if name != desk.id]
        yield PlanDesk(desk.id, at, _card(at, side, _Row(at, side, neighbours, others), sheet))


def _side(layout: Layout, sheet: _Sheet, station: Station) -> Side:
    """Away from where robots stop: there the customer sits, and there is room to write."""
    stop = layout.nodes[station.stop].position
    (x, y), (from_x, from_y) = _station_spot(layout, sheet, station), sheet.spot(stop.x, stop.y)
    if abs(x - from_x) > abs(y - from_y):
        return "right" if x > from_x else "left"
    return "down" if y >= from_y else "up"


class _Row:
    """Who stands beside a desk, along the line of its front: how far its card may reach before and behind it."""

    def __init__(self, at: Spot, side: Side, desks: list[Spot], stations: list[Spot]) -> None:
        self._at = at
        self._along = 0 if side in ("up", "down") else 1
        most = CARD_CM[self._along] // 2
        gaps = [gap // 2 - AIR_CM // 2 if gap > 0 else -(-gap // 2 - AIR_CM // 2) for gap in self._gaps(desks)]
        gaps += [gap - STATION_CM if gap > 0 else gap + STATION_CM for gap in self._gaps(stations)]
        self.before = max(0, min((-gap for gap in gaps if gap < 0), default=most))
        self.behind = max(0, min((gap for gap in gaps if gap > 0), default=most))
        self.before, self.behind = min(self.before, most), min(self.behind, most)

    def _gaps(self, others: list[Spot]) -> Iterator[int]:
        """Along the line, of those that are on it; negative: before the desk."""
        for other in others:
            gap, across = other[self._along] - self._at[self._along], other[1 - self._along] - self._at[1 - self._along]
            if gap and abs(across) <= NEIGHBOUR * hypot(gap, across):
                yield gap


def _card(at: Spot, side: Side, row: _Row, sheet: _Sheet) -> Box:
    """As large as neighbours and walls leave room for; it begins a little inside the bay, where the desk stands."""
    (x, y), (left, top, width, height) = at, sheet.inside
    walls = {"up": y - top, "down": top + height - y, "left": x - left, "right": left + width - x}
    upright = side in ("up", "down")
    depth = max(CARD_MIN_CM, min(CARD_CM[1 if upright else 0], walls[side] + BACK_CM - AIR_CM))
    length = row.before + row.behind
    if upright:
        return (x - row.before, y - depth + BACK_CM if side == "up" else y - BACK_CM, length, depth)
    return (x - depth + BACK_CM if side == "left" else x - BACK_CM, y - row.before, depth, length)


# ── other places ────────────────────────────────────────────────────────────────────────────────


def _stations(layout: Layout, sheet: _Sheet) -> Iterator[PlanStation]:
    told = _purposes(layout)
    for station in layout.stations.values():
        if station.id in told:
            yield PlanStation(station.id, *told[station.id], _station_spot(layout, sheet, station))


def _purposes(layout: Layout) -> dict[str, tuple[Purpose, str]]:
    """Station → what for, and whose."""
    told: dict[str, tuple[Purpose, str]] = {layout.receiving_station: ("receiving", "")}
    for robot in layout.robots.values():
        told |= dict.fromkeys(robot.docks, ("dock", ""))
        told[robot.park] = ("park", robot.id)
    for cabinet in layout.cabinets.values():
        told[cabinet.inlet_station] = ("inlet", cabinet.id)
        told[cabinet.outlet_station] = ("outlet", cabinet.id)
    return told


def _station_spot(layout: Layout, sheet: _Sheet, station: Station) -> Spot:
    """Where it stands; where robots stop for it, if the file does not say."""
    at = station.position or layout.nodes[station.stop].position
    return sheet.spot(at.x, at.y)


def _stops(layout: Layout) -> dict[str, tuple[StopKind, str]]:
    """A robot's errand names the station, or the node where it stops for it."""
    told: dict[str, tuple[StopKind, str]] = {**_purposes(layout)}
    told |= {desk.station: ("desk", desk.id) for desk in layout.desks.values()}
    return {name: stop for station, stop in told.items() for name in (station, layout.station_node(station))}
