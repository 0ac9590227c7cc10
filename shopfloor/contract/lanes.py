"""Lanes as geometry and as a net: what is too close to what, and the quickest way from here to there.

Two robots are kept apart by elements (nodes and edges): whoever holds an element may have its centre anywhere on it.
Two elements are in *conflict* if their centre lines come closer than the separation, which is the diameter of the
largest robot's contour (its bounding circle, so turning is covered) plus a margin. So the centres of two robots on
elements without conflict are always at least the separation apart. Elements that touch conflict by nature.
"""

from collections import deque
from collections.abc import Collection, Iterable
from heapq import heappop, heappush
from math import ceil, hypot
from typing import TypeAlias

from msgspec import Struct

Line: TypeAlias = tuple[float, float, float, float]
"""x, y, x, y in metres; a node is a line without length."""

NANOMETRE = 1e-9
"""Rounding: a layout drawn exactly at the separation is far enough."""


def separation_m(radii_m: Iterable[float], margin_m: float) -> float:
    """How far apart two centres must be so that the two largest contours keep the margin."""
    return round(2 * max(radii_m, default=0.0) + margin_m, 9)


def apart_m(one: Line, other: Line) -> float:
    """The smallest distance between two straight lines, 0 where they cross."""
    if crosses(one, other):
        return 0.0
    return min(
        spot_to_line_m(one[0], one[1], other),
        spot_to_line_m(one[2], one[3], other),
        spot_to_line_m(other[0], other[1], one),
        spot_to_line_m(other[2], other[3], one),
    )


def conflicts_of(lines: dict[str, Line], apart: float) -> dict[str, tuple[str, ...]]:
    """For each element the others that come closer to it than ``apart`` metres, in the order of ids."""
    close: dict[str, list[str]] = {element: [] for element in sorted(lines)}
    elements = list(close)
    for at, one in enumerate(elements):
        for other in elements[at + 1 :]:
            if apart_m(lines[one], lines[other]) < apart - NANOMETRE:
                close[one].append(other)
                close[other].append(one)
    return {element: tuple(sorted(others)) for element, others in close.items()}


def crosses(one: Line, other: Line) -> bool:
    """True if each has its ends on both sides of the other; touching ends are left to the distances."""
    return (
        _side(one[0], one[1], other) * _side(one[2], one[3], other) < 0
        and _side(other[0], other[1], one) * _side(other[2], other[3], one) < 0
    )


def spot_to_line_m(x: float, y: float, line: Line) -> float:
    """From a spot to the nearest point of a straight line."""
    x1, y1, x2, y2 = line
    length_squared = (x2 - x1) ** 2 + (y2 - y1) ** 2
    if length_squared == 0.0:
        return hypot(x - x1, y - y1)
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length_squared
    along = min(1.0, max(0.0, along))
    return hypot(x - (x1 + along * (x2 - x1)), y - (y1 + along * (y2 - y1)))


def _side(x: float, y: float, line: Line) -> float:
    x1, y1, x2, y2 = line
    return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)


class Lane(Struct, frozen=True):
    """An edge as one kind of robot drives it."""

    id: str
    start: str
    end: str
    length_m: float
    drive_ms: int


def drive_ms(length_m: float, speed_mps: float) -> int:
    """Whole milliseconds for a way, rounded up (but not for a rounding error), at least 1."""
    return max(1, ceil(length_m / speed_mps * 1000 - 1e-6))


class Way(Struct, frozen=True):
    """The end of a quickest way: how long and how far it was, and by which lane it came in ("" at the start)."""

    drive_ms: int
    length_m: float
    lane: str


class Lanes(Struct, frozen=True):
    """The net that one kind of robot may drive, with all its quickest ways.

    A *bay* is the node of a station. It is where a way starts or ends, and never lies in between, so that a robot
    standing in one is in nobody's way.
    """

    nodes: tuple[str, ...]
    bays: tuple[str, ...]
    lanes: dict[str, Lane]
    leaving: dict[str, tuple[str, ...]]
    """Node → the lanes that start there, by id."""
    ways: dict[str, dict[str, Way]]
    """Start → end → the quickest way; an end that cannot be reached is missing."""

    @classmethod
    def of(cls, nodes: Iterable[str], lanes: Iterable[Lane], bays: Iterable[str]) -> "Lanes":
        """The net with its ways worked out: Dijkstra from each node, O(nodes · lanes · log)."""
        by_id = {lane.id: lane for lane in sorted(lanes, key=lambda lane: lane.id)}
        names = tuple(sorted(nodes))
        leaving: dict[str, list[str]] = {node: [] for node in names}
        for lane in by_id.values():
            leaving[lane.start].append(lane.id)
        fixed = {node: tuple(ids) for node, ids in leaving.items()}
        ends = tuple(sorted(bays))
        ways = {node: _quickest(node, by_id, fixed, frozenset(ends)) for node in names}
        return cls(nodes=names, bays=ends, lanes=by_id, leaving=fixed, ways=ways)

    def route(self, start: str, end: str) -> tuple[str, ...]:
        """Node, lane, node … node of the quickest way, both ends included; () if there is none.

        Equally quick ways: the one whose ids come first.
        """
        if end not in self.ways[start]:
            return ()
        steps = [end]
        while lane := self.ways[start][steps[-1]].lane:
            steps += [lane, self.lanes[lane].start]
        return tuple(reversed(steps))

    def reached(self, start: str, walls: Collection[str]) -> dict[str, None]:
        """The nodes that can still be reached from ``start`` when the nodes and lanes in ``walls`` are closed."""
        bays = frozenset(self.bays)
        seen: dict[str, None] = {start: None}
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            if node in bays and node != start:
                continue
            for lane_id in self.leaving[node]:
                end = self.lanes[lane_id].end
                if lane_id not in walls and end not in walls and end not in seen:
                    seen[end] = None
                    waiting.append(end)
        return seen


def _quickest(
    start: str, lanes: dict[str, Lane], leaving: dict[str, tuple[str, ...]], bays: Collection[str]
) -> dict[str, Way]:
    """Dijkstra over (milliseconds, path of ids): times are whole and paths compare, so there is never a tie.

    Each beginning of the best path is itself the best path to where it ends, so its last lane is all that is kept.
    """
    done: dict[str, Way] = {}
    heap: list[tuple[int, tuple[str, ...], float]] = [(0, (start,), 0.0)]
    while heap:
        spent_ms, path, length_m = heappop(heap)
        node = path[-1]
        if node in done:
            continue
        done[node] = Way(spent_ms, length_m, path[-2] if len(path) > 1 else "")
        if node in bays and node != start:
            continue
        for lane_id in leaving[node]:
            lane = lanes[lane_id]
            if lane.end not in done:
                heappush(heap, (spent_ms + lane.drive_ms, (*path, lane_id, lane.end), length_m + lane.length_m))
    return done
