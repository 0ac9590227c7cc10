"""Robots: what they report, whether they are fit, and what the floor sends them.

A robot is looked at whenever it speaks or its due comes; what follows from it is sent in the phase ``steer``. The jobs
room says what must be carried and hears from here how far it is.
"""

from shopfloor.contract.actor import MINUTE, Device
from shopfloor.contract.events import RobotConnectionReported, RobotFactsheetReported, RobotReported
from shopfloor.contract.facts import (
    JobArrived,
    JobAssigned,
    JobCancelled,
    JobDone,
    JobFailed,
    JobLoaded,
    JobResumed,
    JobRetried,
    JobUndelivered,
    ModeChanged,
)
from shopfloor.contract.vda5050 import ConnectionState, State
from shopfloor.core.fleet import master, trust
from shopfloor.core.fleet.availability import silence_limit, usable
from shopfloor.core.fleet.dues import news_due
from shopfloor.core.fleet.errands import same_need
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.fleet.reading import arrive, find_place, finish, read_answer, read_leg, read_loads
from shopfloor.core.fleet.steering import steer_robot
from shopfloor.core.fleet.telling import tell_way
from shopfloor.core.fleet.traffic import Traffic
from shopfloor.core.fleet.watching import confirm, hold, look_again_later, look_at, stir
from shopfloor.core.lifecycles import AVAILABILITIES
from shopfloor.core.policies import Policy
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("fleet")

RESTING = ("AVAILABLE", "CHARGING")
"""In these, and without a leg, it has nothing to do."""
GONE = (ConnectionState.OFFLINE, ConnectionState.CONNECTION_BROKEN)
STANDS_RIGHTLY = ("OFFLINE", "FAULT", "MANUAL", "PAUSED")
"""In these nobody expects progress; the time for it begins afterwards."""
STEERED_MAX = 3
"""A new plan may let others go on, which then choose once more in the same beat: so often, and the rest in the next."""
TURN_LIMIT = 6 * MINUTE
"""Somebody at a desk may take 330 s to empty a tote; who stands still for longer does not wait for that."""


# ── what robots say ──────────────────────────────────────────────────────────────────────────────


@room.records(RobotReported)
def robot_reported(shop: Shop, by: Device, event: RobotReported) -> None:
    robot = _robot(shop, by)
    state = event.state
    flood = trust.floods(robot, shop.now)
    if flood and not robot.held:
        hold(shop, robot, flood, state)
    if master.outdated(robot.report, state):
        return
    if robot.held or (lie := trust.doubt(shop, robot, state)):
        _hear_only(shop, robot, state, "" if robot.held else lie)
        return
    _believe_in(shop, robot)
    if _rests_on(shop, robot, state):
        robot.report = state
        robot.heard_at = shop.now
        shop.put_off(robot, news_due(shop, robot))
        tell_way(shop, robot)
        return
    if master.went_on(robot.report, state) or robot.state in STANDS_RIGHTLY or state.paused:
        robot.progress_at = shop.now
    known, robot.report = robot.report, state
    robot.heard_at = shop.now
    stir(shop, robot)
    if known is None or not same_need(known.power_supply, state.power_supply):
        shop.books.tours_stale = True
    read_loads(shop, robot, state)
    read_answer(robot, state)
    if robot.leg is None:
        find_place(shop, robot, state)
    else:
        read_leg(shop, robot, robot.leg, state)
    look_at(shop, robot)


def _hear_only(shop: Shop, robot: RobotMemory, state: State, lie: str) -> None:
    """It is there; what it says of its order is not believed until a person has confirmed place and load."""
    if lie:
        hold(shop, robot, lie, state)
    robot.report = state
    robot.heard_at = robot.progress_at = shop.now
    shop.touch(robot)
    look_at(shop, robot)


@room.hears(ModeChanged)
def mode_changed(shop: Shop, fact: ModeChanged) -> None:
    """A person takes a robot out of service, or confirms place and load of one that was."""
    robot = shop.books.robots.get(f"robot/{fact.about}")
    if fact.what != "robot-held" or robot is None:
        return
    if fact.on:
        if robot.report is not None:
            hold(shop, robot, f"taken out of service by the {fact.why}", robot.report)
    else:
        confirm(shop, robot)
    look_at(shop, robot)


@room.records(RobotConnectionReported)
def robot_connected(shop: Shop, by: Device, event: RobotConnectionReported) -> None:
    """Retained, and spoken by the broker for the dead: never outdated, whatever its header says (M27)."""
    robot = _robot(shop, by)
    before, robot.connection = robot.connection, event.connection.connection_state
    robot.version = event.connection.header.version
    if robot.connection in GONE and before not in GONE:
        robot.gone_since = shop.now
    stir(shop, robot)
    if robot.connection is ConnectionState.ONLINE:
        robot.failures = 0
        master.ask_state(shop, robot)  # it or we were away: its next word of its own may be half a minute off
    look_at(shop, robot)


def _believe_in(shop: Shop, robot: RobotMemory) -> None:
    """It speaks, so it is there, although its ONLINE was lost or overtaken by a last will (F23): presence is the age of
    its states. A state that was still on its way when the connection went is no sign of life."""
    if robot.connection in GONE and shop.now - robot.gone_since >= silence_limit(robot):
        robot.connection = ConnectionState.UNKNOWN


@room.records(RobotFactsheetReported)
def robot_described(shop: Shop, by: Device, event: RobotFactsheetReported) -> None:
    _robot(shop, by).factsheet = event.factsheet


def _rests_on(shop: Shop, robot: RobotMemory, state: State) -> bool:
    """Most of what robots say: nothing to do before, and nothing new but the time and a little less in the battery."""
    known = robot.report
    return (
        known is not None
        and robot.state in RESTING
        and robot.leg is None
        and robot.ask is None
        and not robot.failures
        and master.nothing_new(known, state)
        and same_need(known.power_supply, state.power_supply)
        and shop.whereabouts.of(robot.name, state, robot.standing) == robot.standing
    )


def _robot(shop: Shop, by: Device) -> RobotMemory:
    """The robot that speaks. The first word of any makes the floor count on all that the layout has."""
    if by.partition("/")[2] not in shop.layout.robots:
        shop.refuse("unknown", f"{by} is no robot of this shop. Add it to the layout, or take it off this broker.")
    if not shop.books.robots:
        slack = max(0, shop.policy.wire_patience - Policy().wire_patience)
        robots = [RobotMemory(id=f"robot/{name}", slack=slack) for name in shop.layout.robots]
        shop.books.robots = {robot.id: robot for robot in robots}
        for robot in shop.books.robots.values():
            shop.begin(robot, "a1")
    return shop.books.robots[by]


# ── as time goes by ────────────────────────────────────────────────────────────────────────────────


@room.falls_due(RobotMemory, *AVAILABILITIES)
def robot_due(shop: Shop, robot: RobotMemory) -> None:
    """Silence, no progress, an order or action without an answer: what time alone tells."""
    stir(shop, robot)
    look_at(shop, robot)
    look_again_later(shop, robot)


# ── what the jobs room says ──────────────────────────────────────────────────────────────────────


@room.hears(JobAssigned)
def job_assigned(shop: Shop, fact: JobAssigned) -> None:
    robot = shop.books.robots[f"robot/{fact.robot}"]
    if fact.job not in robot.jobs:
        robot.jobs.append(fact.job)
    robot.progress_at = shop.now
    robot.done = None
    stir(shop, robot)
    look_at(shop, robot)


@room.hears(JobLoaded, JobArrived, JobRetried, JobResumed)
def job_went_on(shop: Shop, fact: JobLoaded | JobArrived | JobRetried | JobResumed) -> None:
    robot = shop.books.robots.get(f"robot/{fact.robot}")
    if robot is not None:
        stir(shop, robot)


@room.hears(JobDone, JobUndelivered, JobCancelled, JobFailed)
def job_ended(shop: Shop, fact: JobDone | JobUndelivered | JobCancelled | JobFailed) -> None:
    for robot in shop.books.robots.values():
        if fact.job in robot.jobs:
            robot.jobs.remove(fact.job)
            stir(shop, robot)
            robot.idle_since = shop.now
            look_at(shop, robot)


def gets_there(shop: Shop, robot: str, station: str) -> bool:
    """Whether this robot only waits for its turn: fit (or paused), with a way that no wall shuts, and not for long."""
    found = shop.books.robots[f"robot/{robot}"]
    if found.state == "PAUSED":
        return True
    traffic = Traffic(shop.layout, shop.books.robots)
    way = traffic.way(found, found.rest, shop.layout.station_node(station))
    return usable(found) and bool(way) and shop.now - found.progress_at < TURN_LIMIT


def steer(shop: Shop) -> None:
    """Phase: every robot's next lanes, as soon as anything has changed for any of them."""
    robots = shop.books.robots
    if not [robot for robot in robots.values() if robot.stirred]:
        return
    traffic = Traffic(shop.layout, robots, shop.now)
    for _ in range(STEERED_MAX):
        for robot in robots.values():
            _steer(shop, robot, traffic)
        if not traffic.has_new_order():
            break
    traffic.keep()
    for robot in robots.values():
        tell_way(shop, robot)


def _steer(shop: Shop, robot: RobotMemory, traffic: Traffic) -> None:
    stirred, robot.stirred = robot.stirred, False
    told = robot.messages_sent
    steer_robot(shop, robot, traffic)
    leg = robot.leg
    if leg is not None and leg.update_id < 0 and leg.last == 0 and not leg.errand.action:
        arrive(shop, robot, leg)
        finish(shop, robot, leg)
        look_at(shop, robot)
    if stirred or robot.messages_sent != told:
        look_again_later(shop, robot)
