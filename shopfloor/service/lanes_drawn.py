"""Lanes as pictures show them: both directions of a lane are one stroke, and what is one-way has an arrow.

Reports draw the same strokes wide where robots drove often; ``shopfloor layout draw`` draws them as they are.
"""

from collections.abc import Iterable, Mapping
from math import atan2, degrees
from typing import TypeAlias

from matplotlib.axes import Axes
from msgspec import Struct

from shopfloor.contract.lif import Edge, Node

Spot: TypeAlias = tuple[float, float]
"""Metres, in the frame of the LIF file."""


class DrawnLane(Struct, frozen=True):
    """What lies between two nodes; ``one_way`` if all of it leads from start to end."""

    start: Spot
    end: Spot
    edges: tuple[str, ...]
    one_way: bool

    @property
    def middle(self) -> Spot:
        """Halfway between the two nodes."""
        return ((self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1]) / 2)

    @property
    def turn(self) -> float:
        """Degrees by which a marker that points up is turned to point along it."""
        return degrees(atan2(self.end[1] - self.start[1], self.end[0] - self.start[0])) - 90


def drawn_lanes(nodes: Mapping[str, Node], edges: Iterable[Edge]) -> list[DrawnLane]:
    """One for each pair of nodes that edges join, in the order of the file."""
    together: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        together.setdefault((min(edge.start, edge.end), max(edge.start, edge.end)), []).append(edge)
    return [
        DrawnLane(
            start=_spot(nodes[joined[0].start]),
            end=_spot(nodes[joined[0].end]),
            edges=tuple(edge.id for edge in joined),
            one_way=all(edge.start == joined[0].start for edge in joined),
        )
        for joined in together.values()
    ]


def arrow(axes: Axes, lane: DrawnLane, size: float, edge: str, face: str) -> None:
    """A triangle on the middle of a lane, pointing the way it is driven; its size is in points."""
    x, y = lane.middle
    axes.plot([x], [y], marker=(3, 0, lane.turn), markersize=size, color=edge, markerfacecolor=face, zorder=3.5)


def _spot(node: Node) -> Spot:
    return (node.position.x, node.position.y)
