"""Which node or lane a robot stands on, by the spot that it tells."""

from collections.abc import Collection
from typing import TypeAlias

from shopfloor.contract.lanes import spot_to_line_m
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import MobileRobotPosition, State

ON_SPOT_M = 0.1
"""So near it is *on* a node or lane: the margin between two contours is there for this."""
BESIDE_M = 0.3
"""So near to a node, and on no lane, somebody has put it there not quite straight."""


_Asked: TypeAlias = tuple[MobileRobotPosition | None, str, tuple[str, ...]]
"""Position, last node and hint: all that decides where a robot is found."""


def spot(report: State) -> tuple[float, float] | None:
    """Where it says it is, if it knows."""
    position = report.mobile_robot_position
    return (position.x, position.y) if position is not None and position.localized else None


class Whereabouts:
    """Where robots stand. One that has not moved is still where it was found."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._found: dict[str, tuple[_Asked, tuple[str, ...]]] = {}

    def of(self, robot: str, report: State, hint: tuple[str, ...]) -> tuple[str, ...]:
        """``locate``, looked up if it was asked just so the last time."""
        asked = report.mobile_robot_position, report.last_node_id, hint
        known = self._found.get(robot)
        if known is not None and known[0] == asked:
            return known[1]
        standing = locate(self._layout, robot, report, hint)
        self._found[robot] = asked, standing
        return standing


def locate(layout: Layout, robot: str, report: State, hint: Collection[str]) -> tuple[str, ...]:
    """What it stands on: its node, or start, edge and end; () if it is off all lanes that it may drive.

    A robot that tells no position is believed its last node. ``hint`` is what it held before: of two lanes over one
    line it is on the one that it held.
    """
    net = layout.lanes[robot]
    if report.mobile_robot_position is None:
        return (report.last_node_id,) if report.last_node_id in net.nodes else ()
    here = spot(report)
    if here is None:
        return ()
    away_m, node = min((distance_m(layout, node, here), node) for node in net.nodes)
    if away_m <= ON_SPOT_M:
        return (node,)
    on = [(lane not in hint, distance_m(layout, lane, here), lane) for lane in net.lanes]
    lanes = sorted(each for each in on if each[1] <= ON_SPOT_M)
    if lanes:
        lane = net.lanes[lanes[0][2]]
        return lane.start, lane.id, lane.end
    return (node,) if away_m <= BESIDE_M else ()


def distance_m(layout: Layout, element: str, here: tuple[float, float]) -> float:
    """From a spot to a node, or to the nearest point of a lane's centre line."""
    return spot_to_line_m(*here, layout.lines[element])
