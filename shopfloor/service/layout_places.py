"""Where on the floor the findings and stations of a layout are, for its picture."""

import re
from typing import Literal, TypeAlias

from msgspec import Struct

from shopfloor.contract.flaws import Flaw
from shopfloor.contract.lif import Drawing, Station
from shopfloor.contract.linter import Inspection
from shopfloor.contract.sidefile import SideFile

Spot: TypeAlias = tuple[float, float]
"""Metres, in the frame of the LIF file."""
Purpose: TypeAlias = Literal["desk", "cabinet", "receiving", "park", "dock", "other"]

NAMED = re.compile(r"(node|edge|station|desk|cabinet|robot)s?(?:\[\d+\])? '(.+?)'(?:,|$)")
"""``node 'n4'`` and ``nodes[3] 'n4', nodePosition.x``; the innermost is the last."""


class Marked(Struct, frozen=True):
    """A finding with its number; ``at`` is None for what is nowhere on the floor."""

    number: int
    flaw: Flaw
    at: Spot | None
    line: tuple[Spot, Spot] | None = None
    """The whole lane, if it is one's fault."""
    station: str = ""
    """The station, if it is one's fault."""


def marked(found: Inspection) -> list[Marked]:
    """All findings, numbered as ``layout check`` numbers them."""
    return [_marked(number, flaw, found) for number, flaw in enumerate(found.flaws, start=1)]


def purposes(drawing: Drawing, side: SideFile | None) -> dict[str, Purpose]:
    """What each station is for: as the side file says, else as the actions on its node suggest."""
    if side is None:
        return {station.id: _guessed(drawing, station) for station in drawing.stations.values()}
    told: dict[str, Purpose] = dict.fromkeys(drawing.stations, "other")
    for robot in (*side.robots, *side.spare_robots):
        told[robot.park] = "park"
        told |= dict.fromkeys(robot.docks, "dock")
    told[side.receiving_station] = "receiving"
    for cabinet in side.cabinets:
        if not cabinet.shelves:
            told |= dict.fromkeys((cabinet.outlet_station, cabinet.inlet_station), "cabinet")
    return told | {desk.station: "desk" for desk in side.desks}


def station_spot(drawing: Drawing, station: Station) -> Spot:
    """Where it stands; where robots stop for it, if the file does not say."""
    at = station.position or drawing.nodes[station.stop].position
    return at.x, at.y


def node_spot(drawing: Drawing, node: str) -> Spot:
    """Where a node lies."""
    position = drawing.nodes[node].position
    return position.x, position.y


def _guessed(drawing: Drawing, station: Station) -> Purpose:
    actions = [action.action_type for use in drawing.nodes[station.stop].uses for action in use.actions]
    if "startCharging" in actions:
        return "dock"
    return "other" if actions else "park"


def _marked(number: int, flaw: Flaw, found: Inspection) -> Marked:
    names = NAMED.findall(flaw.element)
    kind, name = names[-1] if names else ("", "")
    drawing = found.drawing
    if kind == "node" and name in drawing.nodes:
        return Marked(number, flaw, node_spot(drawing, name))
    if kind == "edge" and name in drawing.edges:
        edge = drawing.edges[name]
        start, end = node_spot(drawing, edge.start), node_spot(drawing, edge.end)
        return Marked(number, flaw, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), (start, end))
    station = drawing.stations.get(name if kind == "station" else _station_of(kind, name, found.side))
    if station is None:
        return Marked(number, flaw, None)
    return Marked(number, flaw, station_spot(drawing, station), station=station.id)


def _station_of(kind: str, name: str, side: SideFile | None) -> str:
    """The station of a row of the side file: a robot is shown at its park."""
    if side is None:
        return ""
    rows = {f"desk {desk.id}": desk.station for desk in side.desks}
    rows |= {f"cabinet {cabinet.id}": cabinet.outlet_station for cabinet in side.cabinets}
    rows |= {f"robot {robot.id}": robot.park for robot in side.robots}
    return rows.get(f"{kind} {name}", "")
