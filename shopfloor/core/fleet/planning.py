"""Plans in space and time: to the stop and home, in nobody's way at any time.

A plan is accepted only if it conflicts with no other plan in full, and every plan ends where its robot may stand for
ever. So whatever happens next, each robot can finish what it has a plan for: nobody waits for ever, by construction.
A robot for which no better plan is found keeps its old one, for which the same is true.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from msgspec import structs

from shopfloor.contract.actor import SECOND, Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.plans import FOR_EVER, SINCE_EVER, Hold, Move, Plan
from shopfloor.core.fleet.spacetime import Arrival, Gaps, Search

OVERDUE_LEAST_MS: Final = 5 * SECOND
"""Who stays longer than expected is expected to stay as long again as it is late, and at least so long."""


def plan(
    layout: Layout,
    robot: str,
    start: tuple[str, ...],
    at: Instant,
    goal: str,
    stay_ms: int,
    others: Mapping[str, Plan],
    walls: Collection[str] = (),
    rests: tuple[str, ...] = (),
    through: Collection[str] = (),
    yielding: str = "",
    by: Instant = FOR_EVER,
) -> Plan | None:
    """The earliest arrival at the goal, ``by`` then at the latest, with a stay there, and from there home; None if
    there is none.

    ``start`` is what it stands on at ``at``; ``others`` is robot → what is left of its plan; nodes and lanes in
    ``walls`` are shut for ever. Without ``rests`` it comes to rest in its private park, else in the first of these
    that there is a way to. It drives through no bay but its park and those in ``through``. Of the robot that is
    ``yielding`` only the base counts: it will have to find another plan.
    """
    gaps = Gaps(layout, _taken(robot, others, walls, yielding))
    here = gaps.around(start[-1], at)
    if here is None:
        return None
    home = layout.home(robot)
    search = Search(layout.lanes[robot], gaps, (home, *through))
    stops: Iterable[Arrival] = search.arrivals(start[-1], at, here, goal, by)
    if rests:
        stops = tuple(stops)
    for rest in rests or (home,):
        for stop in stops:
            onward = _onward(search, gaps, stop, goal, stay_ms, rest)
            if onward is not None:
                leaves = stop.arrives + stay_ms
                return Plan(start, (*stop.moves, *onward.moves), len(stop.moves), leaves)
    return None


def _taken(robot: str, others: Mapping[str, Plan], walls: Collection[str], yielding: str) -> Iterator[Hold]:
    for name, other in others.items():
        if name == yielding:
            yield from other.base_holds()
        elif name != robot:
            yield from other.holds()
    for element in walls:
        yield element, SINCE_EVER, FOR_EVER


def _onward(search: Search, gaps: Gaps, stop: Arrival, goal: str, stay_ms: int, rest: str) -> Arrival | None:
    """From the stop to where it rests for ever."""
    leaves = stop.arrives + stay_ms
    if leaves > stop.gap[1]:
        return None
    if goal == rest:
        return Arrival((), leaves, stop.gap) if stop.gap[1] == FOR_EVER else None
    index = gaps.of(goal).index(stop.gap)
    return next((end for end in search.arrivals(goal, leaves, index, rest) if end.gap[1] == FOR_EVER), None)


def leaves_stop(old: Plan, now: Instant) -> Instant:
    """When a robot that is at its stop may be expected to leave it."""
    overdue = now - old.leaves_stop
    return old.leaves_stop if overdue < 0 else now + max(OVERDUE_LEAST_MS, overdue)


def projected(layout: Layout, plans: Mapping[str, Plan], now: Instant) -> dict[str, Plan]:
    """The same plans in the same order at each place, with times that can still be kept: delays pushed through.

    The longest path through the moves in the order of their old times, in which each move comes after what it waits
    for. What stands in the way for ever is no delay: such a plan is void, and searched anew by whoever keeps them.
    """
    push = _Push(layout, now)
    for name, old in plans.items():
        push.begin(name, old)
    for _, name, at in sorted(
        (old.moves[at].departs, name, at) for name, old in plans.items() for at in range(old.released, len(old.moves))
    ):
        push.go_on(name, plans[name], at)
    return {name: push.pushed(name, old) for name, old in plans.items()}


class _Push:
    """One pass over all moves, earliest first."""

    def __init__(self, layout: Layout, now: Instant) -> None:
        self._layout = layout
        self._now = now
        self._moves: dict[str, list[Move]] = {}
        self._left = dict.fromkeys(layout.conflicts, SINCE_EVER)
        """Node or lane → when the last of those so far has left it."""
        self._leaves_stop: dict[str, Instant] = {}

    def begin(self, name: str, old: Plan) -> None:
        """What is in the base is under way, or about to be."""
        late = max(0, self._now - old.moves[0].arrives) if old.released else 0
        self._moves[name] = []
        for at, move in enumerate(old.moves[: old.released]):
            self._add(name, old, at, Move(move.lane, move.node, move.departs, move.arrives + late))

    def go_on(self, name: str, old: Plan, at: int) -> None:
        """A move as soon as the robot is there, has stayed, and those before it have left."""
        move, before = old.moves[at], self._moves[name]
        ready = before[-1].arrives if before else self._now
        if at == old.stop and (at or old.leaves_stop):
            ready = self._leaves(name, old, ready)
        departs = max(ready, *map(self._left.__getitem__, self._layout.needs[move.lane]))
        self._add(name, old, at, Move(move.lane, move.node, departs, departs + move.arrives - move.departs))

    def pushed(self, name: str, old: Plan) -> Plan:
        leaves = self._leaves_stop.get(name, old.leaves_stop)
        return structs.replace(old, moves=tuple(self._moves[name]), leaves_stop=leaves)

    def _leaves(self, name: str, old: Plan, ready: Instant) -> Instant:
        """The stay is as long as it was planned; one that is overdue goes on as long again."""
        if old.stop:
            self._leaves_stop[name] = ready + old.leaves_stop - old.moves[old.stop - 1].arrives
            return self._leaves_stop[name]
        return leaves_stop(old, self._now)

    def _add(self, name: str, old: Plan, at: int, move: Move) -> None:
        """With its arrival it gives back this lane and the node that it came from."""
        self._moves[name].append(move)
        left = old.start if at == 0 else (old.moves[at - 1].node,)
        for element in (move.lane, *left):
            self._left[element] = max(self._left[element], move.arrives)
