"""What a robot's state says of its order: passed, arrived, done, failed, or gone."""

from shopfloor.contract.facts import (
    RobotArrived,
    RobotFailed,
    RobotMoved,
    RobotRecovered,
    ToteLoaded,
    ToteUnloaded,
)
from shopfloor.contract.vda5050 import ActionStatus, State
from shopfloor.core.fleet import master
from shopfloor.core.fleet.availability import availability, usable
from shopfloor.core.fleet.memory import Leg, RobotMemory
from shopfloor.core.shop import Shop

FUMBLES_MAX = 2
"""A pick or drop that failed is tried once more."""


def read_loads(robot: RobotMemory, state: State) -> None:
    """Its own word about what is aboard, if it gives one; a load without a name is the one we know of."""
    if state.loads is not None:
        names = [load.load_id or robot.aboard or "a load" for load in state.loads]
        robot.aboard = robot.aboard if robot.aboard in names else next(iter(names), "")


def read_answer(robot: RobotMemory, state: State) -> None:
    if robot.ask is not None and master.answer(robot.ask, state) is not None:
        robot.ask = None


def find_place(shop: Shop, robot: RobotMemory, state: State) -> None:
    """Without a leg it stands where it says, wherever a person has put it; in a person's hands, it keeps its claims."""
    row, _, _ = availability(robot, shop.now)
    if row == "a3" or not state.idle:
        return
    standing = shop.whereabouts.of(robot.name, state, robot.claims)
    robot.lost = not standing
    if standing and standing != robot.standing:
        robot.standing = standing
        robot.done = None


def read_leg(shop: Shop, robot: RobotMemory, leg: Leg, state: State) -> None:
    for at in master.read_leg(shop.layout, leg, state):
        shop.note(RobotMoved(robot=robot.name, node=leg.route[at]))
    if leg.taken and leg.echoed:
        recover(shop, robot)
    if leg.echoed and leg.passed == leg.last and not leg.arrived and leg.update_id >= 0:
        arrive(shop, robot, leg)
    if master.done(leg, state):
        finish(shop, robot, leg)
    elif master.action_status(leg, state) is ActionStatus.FAILED and state.idle:
        _fumble(shop, robot, leg, state)
    elif master.forgotten(leg, state):
        _lose_leg(shop, robot, state)
        fail(shop, robot, "its order is gone")


def arrive(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    leg.arrived = True
    errand = leg.errand
    if errand.job and errand.job == robot.job:
        shop.note(RobotArrived(robot=robot.name, job=errand.job, station=errand.station))


def finish(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
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
        fail(shop, robot, why)


def _lose_leg(shop: Shop, robot: RobotMemory, state: State) -> None:
    """The order came to nothing; the robot stands somewhere on what it holds."""
    robot.standing = robot.claims
    robot.leg = None
    find_place(shop, robot, state)


def fail(shop: Shop, robot: RobotMemory, why: str) -> None:
    robot.failures += 1
    robot.failed_at = shop.now
    if robot.job:
        shop.note(RobotFailed(robot=robot.name, job=robot.job, why=why, retriable=True))


def recover(shop: Shop, robot: RobotMemory) -> None:
    job = shop.books.jobs.get(robot.job)
    if job is not None and job.state == "RETRYING" and usable(robot):
        shop.note(RobotRecovered(robot=robot.name, job=robot.job))
