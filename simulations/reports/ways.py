"""The ways that people walk between desks and the parts room, along the paths of the layout.

The room is joined to the nearest path, a desk to every path at the nearest place; the shortest way of all is taken.
Paths are cut where somebody steps on, so that ways that share a path share its pieces, and can be counted on them.
"""

from itertools import pairwise
from math import hypot
from typing import TypeAlias

from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from shopfloor.contract.layout import Layout, Walk

Spot: TypeAlias = tuple[float, float]
Stretch: TypeAlias = tuple[Spot, Spot]
"""A straight piece of a path."""

MILLIMETRES = 3
"""Decimals of a metre; places nearer than that are one."""


def walked(layout: Layout, ways: dict[str, float]) -> dict[Stretch, float]:
    """How often each piece of path is walked, there and back counted as one, if ``ways`` tells it for each desk."""
    room = _spot(layout.places.parts_room.x, layout.places.parts_room.y)
    desks = {desk: _desk_at(layout, desk) for desk in ways if desk in layout.desks}
    towards = _towards(room, _steps(layout, room, list(desks.values())))
    total: dict[Stretch, float] = {}
    for desk, at in desks.items():
        here = at
        while here in towards:
            following = towards[here]
            stretch = (min(here, following), max(here, following))
            total[stretch] = total.get(stretch, 0.0) + ways[desk]
            here = following
    return total


def _steps(layout: Layout, room: Spot, desks: list[Spot]) -> dict[Stretch, None]:
    """All that leads away from the room: pieces of paths both ways, from the room to them, from them to the desks."""
    found: dict[Stretch, None] = {}
    paths = [_pieces(walk) for walk in layout.walks]
    if not paths:
        return found
    door = _nearest(room, [piece for path in paths for piece in path])
    for path in paths:
        onto = {desk: _nearest(desk, path) for desk in desks}
        feet = [door, *onto.values()]
        pairs = [cut for piece in path for cut in _cut(piece, [foot for at, foot in feet if at == piece])]
        pairs += [(other, one) for one, other in pairs]
        pairs += [(room, door[1]), *((foot, desk) for desk, (_, foot) in onto.items())]
        found |= {pair: None for pair in pairs if pair[0] != pair[1]}
    return found


def _pieces(walk: Walk) -> list[Stretch]:
    points = [_spot(point.x, point.y) for point in walk.points]
    return list(pairwise(points))


def _nearest(person: Spot, pieces: list[Stretch]) -> tuple[Stretch, Spot]:
    """The piece that a person steps on, and where."""
    feet = [(piece, _foot(person, *piece)) for piece in pieces]
    return min(feet, key=lambda found: (_length(person, found[1]), found))


def _cut(piece: Stretch, feet: list[Spot]) -> list[Stretch]:
    start, end = piece
    spots = sorted(dict.fromkeys([start, *feet, end]), key=lambda spot: (_length(start, spot), spot))
    return list(pairwise(spots))


def _towards(room: Spot, steps: dict[Stretch, None]) -> dict[Spot, Spot]:
    """For each spot the next one on its shortest way to the room; the room itself and what has no way are left out."""
    spots = list(dict.fromkeys([room, *(spot for step in steps for spot in step)]))
    number = {spot: at for at, spot in enumerate(spots)}
    lengths = [_length(*step) for step in steps]
    ends = ([number[start] for start, _ in steps], [number[end] for _, end in steps])
    net = csr_array((lengths, ends), shape=(len(spots), len(spots)))
    _, before = dijkstra(net, indices=[number[room]], return_predecessors=True)
    return {spot: spots[before[0, at]] for at, spot in enumerate(spots) if before[0, at] >= 0}


def _foot(of: Spot, start: Spot, end: Spot) -> Spot:
    """The place on the line that is nearest to a spot."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    squared = dx * dx + dy * dy
    along = 0.0 if not squared else ((of[0] - start[0]) * dx + (of[1] - start[1]) * dy) / squared
    along = min(1.0, max(0.0, along))
    return _spot(start[0] + along * dx, start[1] + along * dy)


def _desk_at(layout: Layout, desk: str) -> Spot:
    station = layout.stations[layout.desks[desk].station]
    at = station.position or layout.nodes[station.stop].position
    return _spot(at.x, at.y)


def _spot(x: float, y: float) -> Spot:
    return (round(x, MILLIMETRES), round(y, MILLIMETRES))


def _length(one: Spot, other: Spot) -> float:
    return hypot(other[0] - one[0], other[1] - one[1])
