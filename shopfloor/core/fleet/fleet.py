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
    RobotArrived,
    RobotBecame,
    RobotFailed,
    RobotMoved,
    RobotRecovered,
    ToteLoaded,
    ToteUnloaded,
)
from shopfloor.contract.vda5050 import ActionStatus, ConnectionState, ErrorType, State
from shopfloor.core.fleet import master
from shopfloor.core.fleet.availability import availability, under_way, usable
from shopfloor.core.fleet.dues import ask_patience, look_due, news_due
from shopfloor.core.fleet.errands import same_need
from shopfloor.core.fleet.memory import Ask, Leg, RobotMemory
from shopfloor.core.fleet.steering import steer_robot
from shopfloor.core.fleet.traffic import Traffic
from shopfloor.core.lifecycles import AVAILABILITIES, NO_STATE_LIMIT
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("fleet")

BY_HAND = "robots-by-hand"
FUMBLES_MAX = 2
"""A pick or drop that failed is tried once more."""
RESTING = ("AVAILABLE", "CHARGING")
"""In these, and without a leg, it has nothing to do."""
GONE = (ConnectionState.OFFLINE, ConnectionState.CONNECTION_BROKEN)
STANDS_RIGHTLY = ("OFFLINE", "FAULT", "MANUAL", "PAUSED")
"""In these nobody expects progress; the time for it begins afterwards."""
TURN_LIMIT = 6 * MINUTE
"""Somebody at a desk may take 330 s to empty a tote; who stands still for longer does not wait for that."""


# ── what robots say ──────────────────────────────────────────────────────────────────────────────


@room.records(RobotReported)
def robot_reported(shop: Shop, by: Device, event: RobotReported) -> None:
    robot = _robot(shop, by)
    state = event.state
    if master.outdated(robot.report, state):
        return
    _believe_in(shop, robot)
    if _rests_on(shop, robot, state):
        robot.report = state
        robot.heard_at = shop.now
        shop.put_off(robot, news_due(shop, robot))
        return
    if master.went_on(robot.report, state) or robot.state in STANDS_RIGHTLY or state.paused:
        robot.progress_at = shop.now
    robot.report = state
    robot.heard_at = shop.now
    _stir(shop, robot)
    _read_loads(robot, state)
    _read_answer(robot, state)
    if robot.leg is None:
        _find_place(shop, robot, state)
    else:
        _read_leg(shop, robot, robot.leg, state)
    _look_at(shop, robot)


@room.records(RobotConnectionReported)
def robot_connected(shop: Shop, by: Device, event: RobotConnectionReported) -> None:
    """Retained, and spoken by the broker for the dead: never outdated, whatever its header says (M27)."""
    robot = _robot(shop, by)
    robot.connection = event.connection.connection_state
    if robot.connection in GONE:
        robot.gone_since = shop.now
    _stir(shop, robot)
    if robot.connection is ConnectionState.ONLINE:
        robot.failures = 0
    _look_at(shop, robot)


def _believe_in(shop: Shop, robot: RobotMemory) -> None:
    """It speaks, so it is there, although its ONLINE was lost or overtaken by a last will (F23): presence is the age of
    its states. A state that was still on its way when the connection went is no sign of life."""
    if robot.connection in GONE and shop.now - robot.gone_since >= NO_STATE_LIMIT:
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
        and not shop.books.jobs_queued
        and master.nothing_new(known, state)
        and same_need(known.power_supply, state.power_supply)
        and shop.whereabouts.of(robot.name, state, robot.standing) == robot.standing
    )


def _robot(shop: Shop, by: Device) -> RobotMemory:
    """The robot that speaks. The first word of any makes the floor count on all that the layout has."""
    if by.partition("/")[2] not in shop.layout.robots:
        shop.refuse("unknown", f"{by} is no robot of this shop. Add it to the layout, or take it off this broker.")
    if not shop.books.robots:
        shop.books.robots = {f"robot/{name}": RobotMemory(id=f"robot/{name}") for name in shop.layout.robots}
        for robot in shop.books.robots.values():
            shop.begin(robot, "a1")
    return shop.books.robots[by]


# ── reading a state ──────────────────────────────────────────────────────────────────────────────


def _read_loads(robot: RobotMemory, state: State) -> None:
    """Its own word about what is aboard, if it gives one; a load without a name is the one we know of."""
    if state.loads is not None:
        names = [load.load_id or robot.aboard or "a load" for load in state.loads]
        robot.aboard = robot.aboard if robot.aboard in names else next(iter(names), "")


def _read_answer(robot: RobotMemory, state: State) -> None:
    if robot.ask is not None and master.answer(robot.ask, state) is not None:
        robot.ask = None


def _find_place(shop: Shop, robot: RobotMemory, state: State) -> None:
    """Without a leg it stands where it says, wherever a person has put it; in a person's hands, it keeps its claims."""
    row, _, _ = availability(robot, shop.now)
    if row == "a3" or not state.idle:
        return
    standing = shop.whereabouts.of(robot.name, state, robot.claims)
    robot.lost = not standing
    if standing and standing != robot.standing:
        robot.standing = standing
        robot.done = None


def _read_leg(shop: Shop, robot: RobotMemory, leg: Leg, state: State) -> None:
    for at in master.read_leg(shop.layout, leg, state):
        shop.note(RobotMoved(robot=robot.name, node=leg.route[at]))
    if leg.taken and leg.echoed:
        _recover(shop, robot)
    if leg.echoed and leg.passed == leg.last and not leg.arrived and leg.update_id >= 0:
        _arrive(shop, robot, leg)
    if master.done(leg, state):
        _finish(shop, robot, leg)
    elif master.action_status(leg, state) is ActionStatus.FAILED and state.idle:
        _fumble(shop, robot, leg, state)
    elif master.forgotten(leg, state):
        _lose_leg(shop, robot, state)
        _fail(shop, robot, "its order is gone")


def _arrive(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    leg.arrived = True
    errand = leg.errand
    if errand.job and errand.job == robot.job:
        shop.note(RobotArrived(robot=robot.name, job=errand.job, station=errand.station))


def _finish(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    errand = leg.errand
    robot.standing = robot.claims
    robot.leg = None
    robot.done = errand
    robot.failures = robot.fumbles = 0
    robot.idle_since = shop.now
    tells_loads = robot.report is not None and robot.report.loads is not None
    if errand.action == "pick":
        robot.aboard = robot.aboard if tells_loads else errand.load
        shop.note(ToteLoaded(robot=robot.name, job=errand.job))
    elif errand.action == "drop":
        robot.aboard = robot.aboard if tells_loads else ""
        shop.note(ToteUnloaded(robot=robot.name, job=errand.job))


def _fumble(shop: Shop, robot: RobotMemory, leg: Leg, state: State) -> None:
    """A pick or drop has failed: once more with a new order; the job does not wait for a third try."""
    _lose_leg(shop, robot, state)
    robot.fumbles += 1
    why = f"its {leg.errand.action} failed"
    if leg.errand.job and leg.errand.job == robot.job:
        retriable = robot.fumbles < FUMBLES_MAX
        shop.note(RobotFailed(robot=robot.name, job=robot.job, why=why, retriable=retriable))
    else:
        _fail(shop, robot, why)


def _lose_leg(shop: Shop, robot: RobotMemory, state: State) -> None:
    """The order came to nothing; the robot stands somewhere on what it holds."""
    robot.standing = robot.claims
    robot.leg = None
    _find_place(shop, robot, state)


def _fail(shop: Shop, robot: RobotMemory, why: str) -> None:
    robot.failures += 1
    robot.failed_at = shop.now
    if robot.job:
        shop.note(RobotFailed(robot=robot.name, job=robot.job, why=why, retriable=True))


def _recover(shop: Shop, robot: RobotMemory) -> None:
    job = shop.books.jobs.get(robot.job)
    if job is not None and job.state == "RETRYING" and usable(robot):
        shop.note(RobotRecovered(robot=robot.name, job=robot.job))


# ── looking after a robot ────────────────────────────────────────────────────────────────────────


@room.falls_due(RobotMemory, *AVAILABILITIES)
def robot_due(shop: Shop, robot: RobotMemory) -> None:
    """Silence, no progress, an order or action without an answer: what time alone tells."""
    _stir(shop, robot)
    _look_at(shop, robot)
    _look_again_later(shop, robot)


def _look_at(shop: Shop, robot: RobotMemory) -> None:
    if robot.leg is not None and not robot.leg.echoed:
        _chase_order(shop, robot, robot.leg)
    if robot.ask is not None:
        _chase_ask(shop, robot, robot.ask)
    _judge(shop, robot)
    _count_hands(shop)
    if usable(robot) and news_due(shop, robot) <= shop.now:
        master.ask_state(shop, robot)


def _stir(shop: Shop, robot: RobotMemory) -> None:
    """Whatever it does next is thought over in this beat."""
    robot.stirred = True
    shop.touch(robot)


def _look_again_later(shop: Shop, robot: RobotMemory) -> None:
    due = look_due(shop, robot)
    if due != shop.books.waits[robot.id].due:
        shop.put_off(robot, due)


def _chase_order(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    patience = shop.policy.wire_patience
    if master.given_up(leg, robot, shop.now, patience):
        _give_up(shop, robot, leg)
    elif shop.now - leg.sent_at >= patience and not leg.refused and leg.asks < master.ASKS_MAX and usable(robot):
        master.send_again(shop, robot, leg)


def _give_up(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    """The robot will not take the last message: what it released was never driven on."""
    why = leg.refused or "it takes no order"
    leg.released = leg.sent_from
    leg.echoed = True
    if leg.update_id == 0:
        robot.leg = None
    leg.closed = True
    if why == ErrorType.OTHER_ORDER_ACTIVE and robot.ask is None:
        master.ask(shop, robot, "cancelOrder")
    _fail(shop, robot, why)


def _chase_ask(shop: Shop, robot: RobotMemory, asked: Ask) -> None:
    if shop.now - asked.sent_at < ask_patience(shop, asked):
        return
    if asked.asks < master.ASKS_MAX:
        master.ask_again(shop, robot, asked)
        return
    robot.ask = None
    _fail(shop, robot, f"it does not answer {asked.action_type}")


def _judge(shop: Shop, robot: RobotMemory) -> None:
    """Availability anew; what a change of it means for the leg and the job."""
    row, state, why = availability(robot, shop.now)
    if state == robot.state:
        return
    was_usable = usable(robot)
    shop.step(robot, row, state)
    shop.note(RobotBecame(robot=robot.name, availability=state, why=why))
    _stir(shop, robot)
    if usable(robot):
        if not was_usable and robot.leg is not None and robot.leg.taken:
            _recover(shop, robot)
        return
    if state != "PAUSED":
        shop.alarm(robot.id, f"{robot.name} is {state}: {why}", "PK")
    if state == "BLOCKED" and under_way(robot) and robot.ask is None:
        master.ask(shop, robot, "cancelOrder")
    if state == "MANUAL":
        robot.standing, robot.leg, robot.done = robot.claims, None, None
    if robot.job and state != "PAUSED":
        final = state == "BLOCKED" or shop.now - robot.heard_at >= NO_STATE_LIMIT
        shop.note(RobotFailed(robot=robot.name, job=robot.job, why=why, retriable=not final))


def _count_hands(shop: Shop) -> None:
    """E8: no robot can be sent anywhere for a minute, so people carry; until one can."""
    books = shop.books
    if any(usable(robot) for robot in books.robots.values()):
        if books.robots_by_hand_since and books.robots_down_since:
            books.robots_by_hand_since = 0
            shop.note(ModeChanged(what=BY_HAND, on=False, why="a robot is back"))
        books.robots_down_since = 0
        return
    books.robots_down_since = books.robots_down_since or shop.now
    lasted = shop.now - books.robots_down_since
    if not books.robots_by_hand_since and lasted >= shop.policy.robots_fail_over_after:
        books.robots_by_hand_since = shop.now
        shop.note(ModeChanged(what=BY_HAND, on=True, why="no robot is available"))


# ── what the jobs room says ──────────────────────────────────────────────────────────────────────


@room.hears(JobAssigned)
def job_assigned(shop: Shop, fact: JobAssigned) -> None:
    robot = shop.books.robots[f"robot/{fact.robot}"]
    robot.job = fact.job
    robot.progress_at = shop.now
    robot.done = None
    robot.fumbles = 0
    _stir(shop, robot)
    _look_at(shop, robot)


@room.hears(JobLoaded, JobArrived, JobRetried, JobResumed)
def job_went_on(shop: Shop, fact: JobLoaded | JobArrived | JobRetried | JobResumed) -> None:
    robot = shop.books.robots.get(f"robot/{fact.robot}")
    if robot is not None:
        _stir(shop, robot)


@room.hears(JobDone, JobUndelivered, JobCancelled, JobFailed)
def job_ended(shop: Shop, fact: JobDone | JobUndelivered | JobCancelled | JobFailed) -> None:
    for robot in shop.books.robots.values():
        if robot.job == fact.job:
            robot.job = ""
            _stir(shop, robot)
            robot.idle_since = shop.now
            _look_at(shop, robot)


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
    traffic = Traffic(shop.layout, robots)
    for robot in robots.values():
        stirred, robot.stirred = robot.stirred, False
        told = robot.messages_sent
        steer_robot(shop, robot, traffic)
        leg = robot.leg
        if leg is not None and leg.update_id < 0 and leg.last == 0 and not leg.errand.action:
            _arrive(shop, robot, leg)
            _finish(shop, robot, leg)
            _look_at(shop, robot)
        if stirred or robot.messages_sent != told:
            _look_again_later(shop, robot)
