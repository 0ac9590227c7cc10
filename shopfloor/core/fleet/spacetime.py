"""The quickest way through a floor on which the others' plans are fixed: safe-interval path planning.

Of each node only the times count in which nobody else needs it or anything too close to it: its *gaps*. To be there
earlier in the same gap is never worse, for one may wait; so each gap is visited once (Phillips and Likhachev, "SIPP:
Safe Interval Path Planning for Dynamic Environments", ICRA 2011). Times are whole milliseconds; ties go by id.
"""

from collections.abc import Collection, Iterable, Iterator
from heapq import heappop, heappush
from typing import Final, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import Instant
from shopfloor.contract.lanes import Lane, Lanes
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.plans import FOR_EVER, SINCE_EVER, Hold, Move

HANDLING_MS: Final = 300
"""What each move takes beyond the drive itself: turning, and hearing that it may go on."""

Gap: TypeAlias = tuple[Instant, Instant]
"""From the first moment up to, and without, the last."""
ALWAYS: Final[tuple[Gap, ...]] = ((SINCE_EVER, FOR_EVER),)

State: TypeAlias = tuple[str, int]
"""A node, and which of its gaps."""


def move_ms(lane: Lane) -> int:
    """How long a move is expected to take."""
    return lane.drive_ms + HANDLING_MS


class Gaps:
    """When each node and lane is nobody else's."""

    def __init__(self, layout: Layout, holds: Iterable[Hold]) -> None:
        self._taken: dict[str, list[Gap]] = {}
        self._found: dict[str, tuple[Gap, ...]] = {}
        for element, since, until in holds:
            for near in (element, *layout.conflicts[element]):
                self._taken.setdefault(near, []).append((since, until))

    def of(self, element: str) -> tuple[Gap, ...]:
        """Oldest first; () if it is never free."""
        if element not in self._taken:
            return ALWAYS
        found = self._found.get(element)
        if found is None:
            found = self._found[element] = _between(sorted(self._taken[element]))
        return found

    def around(self, element: str, at: Instant) -> int | None:
        """The gap that this moment falls in; None if somebody else has it then."""
        return next((index for index, (since, until) in enumerate(self.of(element)) if since <= at < until), None)


def _between(taken: list[Gap]) -> tuple[Gap, ...]:
    gaps: list[Gap] = []
    free_from = SINCE_EVER
    for since, until in taken:
        if since > free_from:
            gaps.append((free_from, since))
        free_from = max(free_from, until)
    if free_from < FOR_EVER:
        gaps.append((free_from, FOR_EVER))
    return tuple(gaps)


class Arrival(Struct, frozen=True):
    """A way, and until when its end may be kept."""

    moves: tuple[Move, ...]
    arrives: Instant
    gap: Gap


class Search:
    """All ways of one robot that hinder nobody. Bays are not driven through, but for those in ``through``."""

    def __init__(self, net: Lanes, gaps: Gaps, through: Collection[str]) -> None:
        self._net = net
        self._gaps = gaps
        self._shut = frozenset(net.bays).difference(through)

    def arrivals(self, start: str, since: Instant, gap: int, goal: str) -> Iterator[Arrival]:
        """The earliest arrival in each gap of the goal, soonest first, when it may leave in this gap of the start."""
        net, gaps = self._net, self._gaps
        came: dict[State, tuple[State, Move]] = {}
        reached: dict[State, Instant] = {(start, gap): since}
        done: set[State] = set()
        heap = [(self._least(start, since, goal), since, start, gap)]
        while heap:
            _, at, node, index = heappop(heap)
            state = (node, index)
            if state in done:
                continue
            done.add(state)
            if node == goal:
                yield Arrival(_way(came, state), at, gaps.of(node)[index])
            elif node in self._shut and node != start:
                continue
            for lane_id in net.leaving[node]:
                lane = net.lanes[lane_id]
                if goal not in net.ways[lane.end]:
                    continue
                for move, into in self._moves(lane, at, gaps.of(node)[index][1]):
                    after = (lane.end, into)
                    if move.arrives < reached.get(after, FOR_EVER):
                        reached[after] = move.arrives
                        came[after] = (state, move)
                        heappush(heap, (self._least(lane.end, move.arrives, goal), move.arrives, lane.end, into))

    def _least(self, node: str, at: Instant, goal: str) -> Instant:
        """When it is at the goal if nobody is in its way."""
        return at + self._net.ways[node][goal].drive_ms

    def _moves(self, lane: Lane, at: Instant, until: Instant) -> Iterator[tuple[Move, int]]:
        """Down this lane, into each gap of its end: as soon as it may, and so that its start is left in time."""
        takes = move_ms(lane)
        latest = until - takes
        free = self._gaps.of(lane.id)
        for into, (since, end) in enumerate(self._gaps.of(lane.end)):
            if since > latest:
                return
            if end < at + takes:
                continue
            departs = _first_fit(free, max(at, since), takes)
            if departs > latest:
                return
            if departs + takes <= end:
                yield Move(lane.id, lane.end, departs, departs + takes), into


def _first_fit(gaps: tuple[Gap, ...], at: Instant, takes: int) -> Instant:
    for since, until in gaps:
        begins = max(at, since)
        if begins + takes <= until:
            return begins
    return FOR_EVER


def _way(came: dict[State, tuple[State, Move]], state: State) -> tuple[Move, ...]:
    moves = []
    while state in came:
        state, move = came[state]
        moves.append(move)
    return tuple(reversed(moves))
