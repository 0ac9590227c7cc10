"""Who may go where, for one look round: the robots' plans as they are in the books, and what is left of each.

A robot that cannot be sent anywhere (silent, faulty, in a person's hands) is a *wall*: it keeps all it claims. Plans
that run into it are void: what is released stays, and from there on they are searched anew. Whoever finds none stays
where its base ends, and the others plan round it as round a wall.
"""

from collections.abc import Collection, Mapping
from heapq import heappop, heappush
from typing import Final, TypeAlias

from msgspec import structs

from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.availability import usable
from shopfloor.core.fleet.memory import Errand, Leg, Purpose, RobotMemory
from shopfloor.core.fleet.plans import Plan
from shopfloor.core.fleet.timetable import Timetable

Elements: TypeAlias = tuple[str, ...]
"""Nodes and lanes."""
NOWHERE: Final[frozenset[str]] = frozenset()
SEEK_EVERY: Final = 5 * SECOND
"""A robot that waits, or has no plan, looks for a better one so often."""

STAYS: Final[dict[Purpose, int]] = {
    "pickup": 25 * SECOND,
    "dropoff": 25 * SECOND,
    "unload": 25 * SECOND,
    "charge": 20 * MINUTE,
    "park": 0,
}
"""How long a robot is expected to be at its stop (assumed): 18 s for a pick or drop, and somebody's hands."""


class Traffic:
    """The floor's lanes and who is on them. What it decides is in the books once it is kept."""

    def __init__(self, layout: Layout, robots: Mapping[str, RobotMemory], now: Instant = 0) -> None:
        self._layout = layout
        self._robots = robots
        self._now = now
        walls = [robot for robot in robots.values() if not usable(robot)]
        self._closed = {robot.id: self._closed_for(robot, walls) for robot in robots.values()}
        self._mended: Timetable | None = None
        self._has_new_order = False

    # ── the floor as it is ───────────────────────────────────────────────────────────────────────

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

    def holder(self, robot: RobotMemory, node: str) -> RobotMemory | None:
        """Another robot that has this node, or something too close to it."""
        near = self._layout.near[node]
        others = (other for other in self._robots.values() if other.id != robot.id)
        return next((other for other in others if not near.isdisjoint(other.claims)), None)

    def meant_for(self, robot: RobotMemory, node: str) -> bool:
        """Whether another robot is on its way there."""
        others = (other for other in self._robots.values() if other.id != robot.id and other.leg is not None)
        return any(other.leg is not None and other.leg.errand.goal == node for other in others)

    # ── plans ────────────────────────────────────────────────────────────────────────────────────

    def plan(self, robot: RobotMemory) -> Plan:
        """What is left of its plan. Without moves after its base, it has none."""
        return self._timetable.plans[robot.name]

    def aim(self, robot: RobotMemory, errand: Errand) -> bool:
        """A plan for this errand from where its base ends, and home; False if there is none, and it keeps its old one.
        A robot that cannot get home as things are may as well stay at its stop, or in a bay where it hinders nobody."""
        timetable, stay_ms = self._timetable, STAYS[errand.purpose]
        found = timetable.aim(robot.name, errand.goal, stay_ms, self._now)
        if not found and self._needs_plan(robot):
            rests = (errand.goal, *bays_near(self._layout, robot))
            found = timetable.aim(robot.name, errand.goal, stay_ms, self._now, rests=rests)
        if found:
            robot.sought_at = 0
        self._has_new_order |= found
        self.keep()
        return found

    def was_in_vain(self, robot: RobotMemory, errand: Errand) -> bool:
        """It has just been looked whether there is a plan for this errand."""
        return robot.sought_for == errand.goal and self._now - robot.sought_at < SEEK_EVERY

    def release(self, robot: RobotMemory) -> bool:
        """Its next move towards its stop, if it is its turn on that lane and node: claimed from now on."""
        its = self.plan(robot)
        if its.released >= its.stop or self._timetable.waits_for(robot.name) is not None:
            return False
        self._timetable.release(robot.name, self._now)
        robot.sought_at = 0
        return True

    def strands(self, robot: RobotMemory, leg: Leg) -> bool:
        """Where its base ends it has no plan for the rest of its way."""
        return leg.released < leg.last and self.plan(robot).stop <= self.plan(robot).released

    def overtake(self, robot: RobotMemory, errand: Errand) -> bool:
        """It must wait for somebody: whether there is a better plan now, for others may stay longer than expected."""
        if self._now - robot.sought_at < SEEK_EVERY:
            return False
        robot.sought_at = self._now
        found = self._timetable.overtake(robot.name, STAYS[errand.purpose], self._now)
        self._has_new_order |= found
        self.keep()
        return found

    def has_new_order(self) -> bool:
        """Whether anybody has found a plan since this was asked the last time: others may go on by that."""
        found, self._has_new_order = self._has_new_order, False
        return found

    def keep(self) -> None:
        """What was decided goes into the books: plans, and the routes of the legs that follow them."""
        if self._mended is None:
            return
        for robot in self._robots.values():
            robot.plan = self._mended.plans[robot.name] if usable(robot) and robot.standing else None
            if robot.plan is not None and robot.leg is not None and not robot.leg.closed:
                _follow(robot.leg, robot.plan)

    @property
    def _timetable(self) -> Timetable:
        if self._mended is None:
            self._mended = Timetable(self._layout, {robot.name: left(robot) for robot in self._robots.values()})
            self._mend(self._mended)
        return self._mended

    def _mend(self, timetable: Timetable) -> None:
        """Plans for those that have none any more. Whoever finds none stays, and may be in the way of others, which are
        asked next; and what those find may help it in its turn."""
        walls = [robot.name for robot in self._robots.values() if not usable(robot)]
        stayers = walls
        for _ in self._robots:
            cut = timetable.cut(stayers)
            seeking = [robot for robot in self._robots.values() if self._needs_plan(robot)]
            if not cut and all(self._now - robot.sought_at < SEEK_EVERY for robot in seeking):
                return
            stayers = walls + [robot.name for robot in seeking if not self._seek(robot)]

    def _needs_plan(self, robot: RobotMemory) -> bool:
        its = self.plan(robot)
        return usable(robot) and bool(its.start) and len(its.moves) <= its.released and its.rest != self.home(robot)

    def _seek(self, robot: RobotMemory) -> bool:
        """To where its order leads, else home from where it is."""
        robot.sought_at = self._now
        leg = robot.leg
        if leg is not None and not leg.closed:
            return self.aim(robot, leg.errand)
        return self.aim(robot, Errand(purpose="park", goal=robot.rest))

    def _closed_for(self, robot: RobotMemory, walls: list[RobotMemory]) -> frozenset[str]:
        if not walls:
            return NOWHERE
        held = [element for wall in walls if wall.id != robot.id for element in wall.claims]
        return NOWHERE.union(*[self._layout.near[element] for element in held])


def bays_near(layout: Layout, robot: RobotMemory) -> list[str]:
    """Where it may stand aside: any bay but the others' parks, the nearest first."""
    parks = [layout.station_node(row.park) for row in layout.robots.values()]
    bays = [bay for bay in layout.lanes[robot.name].bays if bay not in parks]
    return sorted(bays, key=lambda bay: (layout.drive_ms(robot.rest, bay, robot.name), bay))


def left(robot: RobotMemory) -> Plan:
    """What is left of its plan, by what it has passed and holds; it just stays there if that is not on its plan."""
    stays = Plan(start=robot.claims)
    its, leg = robot.plan, robot.leg
    if its is None or not usable(robot):
        return stays
    if leg is None or leg.closed:
        return _left_at(its, robot.claims)
    its = its.left_behind(max(0, its.stop - (leg.last - leg.held_from) // 2))
    first = leg.last - 2 * its.stop
    if leg.route[first:] != its.route:
        return stays
    start = leg.route[leg.held_from : first + 1]
    return structs.replace(its, start=start, released=max(0, leg.released - first) // 2)


def _left_at(its: Plan, standing: Elements) -> Plan:
    """Without an order it stands at its stop, or where its plan begins."""
    for passed, node in ((its.stop, its.route[-1]), (0, its.start[-1])):
        if standing[-1:] == (node,):
            return structs.replace(its.left_behind(passed), start=standing, released=0)
    return Plan(start=standing)


def _follow(leg: Leg, its: Plan) -> None:
    """What is not released yet may still be planned anew."""
    ahead = [element for move in its.moves[its.released : its.stop] for element in (move.lane, move.node)]
    if ahead and ahead[-1] == leg.errand.goal:
        leg.route = (*leg.route[: leg.released + 1], *ahead)


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
