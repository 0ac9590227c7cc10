"""Who may go where: claims on nodes and lanes, so that no two robots meet and none waits for ever.

Two rules hold for whatever is released to a robot. It is *free*: no other robot claims it or what conflicts with it.
And it is *safe*, as a banker's loan is: afterwards there is still an order in which each robot, one after the other,
can finish its leg and drive home to its private park while all others stand still where their bases end. The robot
that comes first in such an order can always be given its next lane, so somebody always moves.

A robot that cannot be sent anywhere (silent, faulty, in a person's hands) is a *wall*: it keeps all it claims, and
the ways of the others lead round it, where there is one.
"""

from collections.abc import Collection, Mapping
from heapq import heappop, heappush
from typing import Final, TypeAlias

from msgspec import Struct

from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.availability import usable
from shopfloor.core.fleet.memory import RobotMemory

Elements: TypeAlias = tuple[str, ...]
"""Nodes and lanes."""
NOWHERE: Final[frozenset[str]] = frozenset()


class Plan(Struct, frozen=True):
    """What a robot holds while it stands still, and the whole way that it still has to drive; None if it has none."""

    held: Elements
    way: Elements | None


class Traffic:
    """The floor's lanes and who is on them, for one look round. Reads the robots' memories and changes nothing."""

    def __init__(self, layout: Layout, robots: Mapping[str, RobotMemory]) -> None:
        self._layout = layout
        self._robots = robots
        walls = [robot for robot in robots.values() if not usable(robot)]
        self._closed = {robot.id: self._closed_for(robot, walls) for robot in robots.values()}

    def home(self, robot: RobotMemory) -> str:
        """The node of its private park."""
        return self._layout.home(robot.name)

    def way(self, robot: RobotMemory, start: str, goal: str) -> Elements:
        """Node, lane, node … node: the quickest way, round the walls; () if there is none."""
        closed = self._closed[robot.id]
        route = self._layout.route(start, goal, robot.name)
        if not closed or closed.isdisjoint(route[1:]):
            return route
        return _detour(self._layout, robot.name, start, goal, closed)

    def blocked(self, robot: RobotMemory, elements: Elements) -> bool:
        """Whether a wall lies on these."""
        return not self._closed[robot.id].isdisjoint(elements)

    def holder(self, robot: RobotMemory, node: str) -> RobotMemory | None:
        """Another robot that has this node, or something too close to it."""
        near = self._layout.near[node]
        others = (other for other in self._robots.values() if other.id != robot.id)
        return next((other for other in others if not near.isdisjoint(other.claims)), None)

    def meant_for(self, robot: RobotMemory, node: str) -> bool:
        """Whether another robot is on its way there."""
        others = (other for other in self._robots.values() if other.id != robot.id and other.leg is not None)
        return any(other.leg is not None and other.leg.errand.goal == node for other in others)

    def free(self, robot: RobotMemory, elements: Elements) -> bool:
        """Whether nobody else claims these, or what conflicts with them."""
        return self._passes(robot.id, elements, {other.id: other.claims for other in self._robots.values()})

    def next_stop(self, robot: RobotMemory, route: Elements) -> int:
        """How far along this route (which begins where the robot comes to rest) its base may reach now: the index of
        the first node up to which all is free and where the robot could stand safely; 0 if there is none."""
        for at in range(2, len(route), 2):
            if not self.free(robot, route[at - 1 : at + 1]):
                return 0
            if self.safe(robot, route[at:]):
                return at
        return 0

    def may_begin(self, robot: RobotMemory, route: Elements) -> bool:
        """Whether the robot may make this its way: safe where it stands, or at least from a place it can get to."""
        return self.safe(robot, route) or self.next_stop(robot, route) > 0

    def gets_home(self, robot: RobotMemory) -> bool:
        return robot.id in self._finishers({other.id: self._plan(other) for other in self._robots.values()})

    def safe(self, robot: RobotMemory, route: Elements) -> bool:
        """Whether all would still get home, if this robot stood at the beginning of ``route``, drove on along it, and
        home from its end. Who could not get home before (a wall has seen to that) does not count."""
        onward = self.way(robot, route[-1], self.home(robot))
        way = route[1:] + onward[1:] if onward else None
        standing = {other.id: _held(other) for other in self._robots.values()}
        if way is not None and self._passes(robot.id, way, standing):
            return True  # it goes home first of all, and is in nobody's way there
        plans = {other.id: self._plan(other) for other in self._robots.values()}
        after = self._finishers({**plans, robot.id: Plan(route[:1], way)})
        return robot.id in after and after.keys() >= self._finishers(plans).keys()

    def _plan(self, robot: RobotMemory) -> Plan:
        held = _held(robot)
        if not usable(robot) or not held:
            return Plan(held, None)
        leg = robot.leg
        ahead = () if leg is None else leg.route[leg.released + 1 :]
        goal = robot.rest if leg is None else leg.route[-1]
        home = self.way(robot, goal, self.home(robot))
        if not home or self.blocked(robot, ahead):
            home, ahead = self.way(robot, robot.rest, self.home(robot)), ()
        return Plan(held, ahead + home[1:] if home else None)

    def _finishers(self, plans: dict[str, Plan]) -> dict[str, None]:
        """Who can get home, one after the other. Whoever is home is in nobody's way, so trying them greedily finds
        all (the linter of layouts sees to the parks)."""
        waiting = {name: plan for name, plan in plans.items() if plan.way is not None}
        home: dict[str, None] = {}
        while True:
            standing = {name: plan.held for name, plan in plans.items() if name not in home}
            gone = [name for name, plan in waiting.items() if self._passes(name, plan.way or (), standing)]
            if not gone:
                return home
            for name in gone:
                home[name] = None
                del waiting[name]

    def _passes(self, name: str, way: Elements, standing: dict[str, Elements]) -> bool:
        near = self._layout.near
        held_by_others = [element for other, held in standing.items() if other != name for element in held]
        return not [element for element in held_by_others if not near[element].isdisjoint(way)]

    def _closed_for(self, robot: RobotMemory, walls: list[RobotMemory]) -> frozenset[str]:
        if not walls:
            return NOWHERE
        held = [element for wall in walls if wall.id != robot.id for element in wall.claims]
        return NOWHERE.union(*[self._layout.near[element] for element in held])


def _held(robot: RobotMemory) -> Elements:
    """What it holds while it stands still: a wall all that it claims, any other the place where it comes to rest."""
    return robot.claims if not usable(robot) or not robot.claims else (robot.rest,)


def _detour(layout: Layout, robot: str, start: str, goal: str, closed: Collection[str]) -> Elements:
    """Dijkstra over what is open; through no bay but those at the two ends."""
    net = layout.lanes[robot]
    heap: list[tuple[int, Elements]] = [(0, (start,))]
    done: set[str] = set()
    while heap:
        spent_ms, route = heappop(heap)
        node = route[-1]
        if node == goal:
            return route
        if node in done or (node in net.bays and node != start):
            continue
        done.add(node)
        for lane_id in net.leaving[node]:
            lane = net.lanes[lane_id]
            if lane_id not in closed and lane.end not in closed:
                heappush(heap, (spent_ms + lane.drive_ms, (*route, lane_id, lane.end)))
    return ()
