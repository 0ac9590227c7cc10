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
    """When each node and lane is nobody else's. Worked out where it is asked for: a search looks at few of them."""

    def __init__(self, layout: Layout, holds: Iterable[Hold]) -> None:
        self._conflicts = layout.conflicts
        self._held: dict[str, list[Gap]] = {}
        self._found: dict[str, tuple[Gap, ...]] = {}
        for element, since, until in holds:
            if element in layout.shadowed and since > SINCE_EVER:
                continue
            self._held.setdefault(element, []).append((since, until))

    def of(self, element: str) -> tuple[Gap, ...]:
        """Oldest first; () if it is never free."""
        found = self._found.get(element)
        if found is None:
            found = self._found[element] = self._between_holds(element)
        return found

    def around(self, element: str, at: Instant) -> int | None:
        """The gap that this moment falls in; None if somebody else has it then."""
        return next((index for index, (since, until) in enumerate(self.of(element)) if since <= at < until), None)

    def _between_holds(self, element: str) -> tuple[Gap, ...]:
        held = self._held
        taken = list(held.get(element, ()))
        for near in self._conflicts[element]:
            if near in held:
                taken += held[near]
        return _between(sorted(taken)) if taken else ALWAYS


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

    def arrivals(self, start: str, since: Instant, gap: int, goal: str, by: Instant = FOR_EVER) -> Iterator[Arrival]:
        """The earliest arrival in each gap of the goal, soonest first, when it may leave in this gap of the start; none
        that is later than ``by``, and no way is followed that could not be there by then."""
        net, gaps, shut = self._net, self._gaps, self._shut
        front = _Front(gaps, (start, gap), since, net.ways[start][goal].drive_ms)
        done: set[State] = set()
        while front.heap and front.heap[0][0] <= by:
            _, at, node, index = heappop(front.heap)
            state = (node, index)
            if state in done:
                continue
            done.add(state)
            until = gaps.of(node)[index][1]
            if node == goal:
                yield Arrival(_way(front.came, state), at, gaps.of(node)[index])
            for lane_id in net.leaving[node]:
                lane = net.lanes[lane_id]
                onward = net.ways[lane.end].get(goal)
                if onward is None or (lane.end in shut and lane.end not in (start, goal)):
                    continue
                front.go(lane, state, at, min(until, by - onward.drive_ms), onward.drive_ms)


class _Front:
    """How soon each state can be reached by the ways followed so far, and which of them to follow next."""

    def __init__(self, gaps: Gaps, state: State, since: Instant, onward_ms: int) -> None:
        self._gaps = gaps
        self._reached: dict[State, Instant] = {state: since}
        self.came: dict[State, tuple[State, Move]] = {}
        """State → the one before, and the move from there."""
        self.heap = [(since + onward_ms, since, *state)]
        """When it is at the goal if nobody is in its way, and now here."""

    def go(self, lane: Lane, state: State, at: Instant, latest: Instant, onward_ms: int) -> None:
        """Down this lane, into each gap of its end: as soon as it may, there by the latest, and sooner than any way
        before."""
        gaps, end, takes = self._gaps, lane.end, move_ms(lane)
        if at + takes > latest:
            return
        for into, (since, until) in enumerate(gaps.of(end)):
            arrives = max(at, since) + takes
            if arrives > latest:
                return
            if arrives > until:
                continue
            sooner_than = self._reached.get((end, into), FOR_EVER)
            if arrives >= sooner_than:
                continue
            departs = _first_fit(gaps.of(lane.id), arrives - takes, takes)
            arrives = departs + takes
            if arrives > latest:
                return
            if arrives <= until and arrives < sooner_than:
                self._reached[end, into] = arrives
                self.came[end, into] = state, Move(lane.id, end, departs, arrives)
                heappush(self.heap, (arrives + onward_ms, arrives, end, into))


def _first_fit(gaps: tuple[Gap, ...], at: Instant, takes: int) -> Instant:
    """When it may begin to take so long in one of these gaps."""
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
