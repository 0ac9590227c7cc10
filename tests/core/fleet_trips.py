"""Robots that make trips on a layout's lanes, late at random, and a judge that looks at all their plans at once."""

from graphlib import TopologicalSorter
from heapq import heappop, heappush
from itertools import combinations, count
from random import Random

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.planning import projected
from shopfloor.core.fleet.plans import Hold, Move, Plan
from shopfloor.core.fleet.timetable import Timetable

LOOK_AHEAD = 2
LATE_MOST = 30 * SECOND


def whole_route(plan: Plan) -> tuple[str, ...]:
    """Node, lane, node … node: to the stop and home."""
    return plan.start[-1], *(element for move in plan.moves for element in (move.lane, move.node))


def in_conflict(layout: Layout, one: Plan, other: Plan) -> bool:
    """Whether the two ever hold at the same time what is too close."""
    taken: dict[str, list[Hold]] = {}
    for hold in one.holds():
        for near in layout.near[hold[0]]:
            taken.setdefault(near, []).append(hold)
    both = ((hold, (since, until)) for element, since, until in other.holds() for hold in taken.get(element, ()))
    return any(since < hold[2] and hold[1] < until for hold, (since, until) in both)


def waits_in_a_circle(layout: Layout, plans: dict[str, Plan]) -> bool:
    """Whether there are moves each of which is released only after the next of them; graphlib knows circles."""
    graph: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for name, its in plans.items():
        for at, move in enumerate(its.moves):
            before = [(name, at - 1)] if at else []
            for other, theirs in plans.items():
                if other != name and at >= its.released:
                    before += [(other, leaving) for leaving in _leavings(layout, theirs, move)]
            graph[name, at] = before
    try:
        TopologicalSorter(graph).prepare()
    except ValueError:
        return True
    return False


def _leavings(layout: Layout, plan: Plan, move: Move) -> list[int]:
    """The moves with which this plan leaves what it has there before somebody departs."""
    near = layout.near[move.lane] | layout.near[move.node]
    ends = [0] * len(plan.start) + [end for at in range(len(plan.moves)) for end in (at, at + 1)]
    holds = zip(plan.holds(), ends, strict=True)
    return [end for (element, since, _), end in holds if since < move.departs and element in near]


class Trips:
    """Each robot drives to its stops in turn, stays, and goes home after the last."""

    def __init__(self, layout: Layout, stops: dict[str, list[str]], seed: int) -> None:
        self.layout = layout
        self.timetable = Timetable(layout, {robot: Plan(start=(layout.home(robot),)) for robot in layout.robots})
        self.stops = {robot: list(stops.get(robot, [])) for robot in layout.robots}
        self.now = 0
        self.visited: list[tuple[str, str]] = []
        self._goal = dict.fromkeys(self.stops, "")
        self._busy = dict.fromkeys(self.stops, False)
        self._chance = Random(seed)
        self._agenda: list[tuple[int, int, str]] = []
        self._numbers = count()

    @property
    def all_home(self) -> bool:
        homes = {robot: (self.layout.home(robot),) for robot in self.stops}
        return homes == {robot: its.start for robot, its in self.timetable.plans.items()} and not any(
            self.stops.values()
        )

    def run(self, until: int = 60 * MINUTE) -> None:
        self._look()
        while self._agenda and self.now < until:
            self.now, _, robot = heappop(self._agenda)
            self._goes_on(robot)
            self._look()

    def _goes_on(self, robot: str) -> None:
        plans = self.timetable.plans
        self._busy[robot] = False
        if plans[robot].released:
            plans[robot] = plans[robot].left_behind(1)
            if self._goal[robot] and not plans[robot].stop:
                self._stays(robot)
        else:
            self._goal[robot] = ""

    def _stays(self, robot: str) -> None:
        self.visited.append((robot, self._goal[robot]))
        self._busy[robot] = True
        self._later(robot, self._chance.randint(1, 2 * LATE_MOST))

    def _look(self) -> None:
        """Again after each new plan: it may let others go on."""
        while sum(self._decides(robot) for robot in self.stops):
            pass

    def _decides(self, robot: str) -> bool:
        """Whether it has a new plan."""
        if not self._busy[robot] and not self._goal[robot] and self.stops[robot]:
            self._aim(robot, self.stops[robot])
            return True
        if self._may_drive(robot) or not self._goal[robot] or not self.timetable.overtake(robot, SECOND, self.now):
            return False
        self.judge()
        return True

    def _aim(self, robot: str, stops: list[str]) -> None:
        """The floor of a fleet without walls never refuses."""
        assert self.timetable.aim(robot, stops[0], 5 * SECOND, self.now), (robot, stops[0], self.timetable.plans)
        self._goal[robot] = stops.pop(0)
        if not self.timetable.plans[robot].stop:
            self._stays(robot)
        self.judge()

    def _may_drive(self, robot: str) -> bool:
        """Release what is its turn, and drive on; False if it must wait for somebody."""
        plans = self.timetable.plans
        last = plans[robot].stop if self._goal[robot] else len(plans[robot].moves)
        while plans[robot].released < min(last, LOOK_AHEAD) and self.timetable.waits_for(robot) is None:
            self.timetable.release(robot, self.now)
        if plans[robot].released and not self._busy[robot]:
            self._busy[robot] = True
            lane = self.layout.lanes[robot].lanes[plans[robot].moves[0].lane]
            late = self._chance.randint(0, LATE_MOST) if self._chance.random() < 0.1 else 0
            self._later(robot, lane.drive_ms + late)
        return self._busy[robot]

    def _later(self, robot: str, ms: int) -> None:
        heappush(self._agenda, (self.now + ms, next(self._numbers), robot))

    def judge(self) -> None:
        """Nobody ever needs what another needs at that time, and nobody waits in a circle."""
        plans = projected(self.layout, self.timetable.plans, self.now)
        for one, other in combinations(plans, 2):
            assert not in_conflict(self.layout, plans[one], plans[other]), (plans[one], plans[other])
        assert not waits_in_a_circle(self.layout, self.timetable.plans)
