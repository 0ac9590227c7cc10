"""Which robot carries which job: who may, and which of them is chosen."""

from collections.abc import Callable, Collection
from typing import TypeAlias

from shopfloor.core.books import Job
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.lifecycles import BATTERY_MARGIN_PCT
from shopfloor.core.policies import count_of
from shopfloor.core.shop import Shop

DRAIN_PCT_PER_M = 0.02
"""Cautious: an empty battery after 5 km."""

RobotRule: TypeAlias = Callable[[Shop, RobotMemory, Job], float]
"""Of two robots, the one with less gets the job; equal ones by id."""


def choose(shop: Shop, job: Job, taken: Collection[str]) -> RobotMemory | None:
    """The robot for this job, or None: nobody may take it now. ``taken`` have just got another."""
    rule = ROBOT_RULES[shop.policy.robots]
    untaken = (robot for robot in shop.books.robots.values() if robot.id not in taken)
    fit = [robot for robot in untaken if may_take(shop, robot, job)]
    return min(fit, key=lambda robot: (rule(shop, robot, job), robot.id), default=None)


def rank(job: Job) -> tuple[int, int]:
    """Which job is given away first: with a customer waiting, other deliveries, returns, put-aways; then by id."""
    kinds = {"DELIVER": 1, "RETURN": 2, "REPLENISH": 3}
    return (0 if job.job_kind == "DELIVER" and job.urgent else kinds[job.job_kind]), count_of(job.id)


def may_take(shop: Shop, robot: RobotMemory, job: Job) -> bool:
    """j2: available (or charging) and empty, has not failed at it, and its battery lasts."""
    if robot.state not in ("AVAILABLE", "CHARGING") or robot.job or robot.aboard or not robot.standing:
        return False
    if robot.name in job.refused_by:
        return False
    return robot.battery_pct >= _need_pct(shop, robot, job) + BATTERY_MARGIN_PCT


def _need_pct(shop: Shop, robot: RobotMemory, job: Job) -> float:
    """Per cent of the battery for the way to the pick-up, to the target, and to the robot's first dock."""
    layout = shop.layout
    stops = [layout.station_node(job.source), layout.station_node(job.target)]
    stops.append(layout.station_node(layout.robots[robot.name].docks[0]))
    way_m = 0.0
    start = robot.rest
    for stop in stops:
        way_m += layout.distance_m(start, stop, robot.name)
        start = stop
    return way_m * DRAIN_PCT_PER_M


def _nearest(shop: Shop, robot: RobotMemory, job: Job) -> float:
    return shop.layout.distance_m(robot.rest, shop.layout.station_node(job.source), robot.name)


def _longest_idle(_shop: Shop, robot: RobotMemory, _job: Job) -> float:
    return robot.idle_since


ROBOT_RULES: dict[str, RobotRule] = {"nearest": _nearest, "longest-idle": _longest_idle}
