"""What a robot's state says of its order: passed, arrived, done, failed, or gone."""

from shopfloor.contract.facts import (
    RobotArrived,
    RobotMoved,
    ToteLoaded,
    ToteUnloaded,
)
from shopfloor.contract.vda5050 import ActionStatus, State
from shopfloor.core.fleet import master, totes
from shopfloor.core.fleet.availability import availability
from shopfloor.core.fleet.failures import cancelled, fail, meet, recover
from shopfloor.core.fleet.memory import Leg, RobotMemory
from shopfloor.core.fleet.trust import another_memory
from shopfloor.core.fleet.watching import hold
from shopfloor.core.shop import Shop


def read_loads(shop: Shop, robot: RobotMemory, state: State) -> None:
    """Its own word about what is aboard, if it gives one."""
    if state.loads is None:
        return
    told = totes.aboard(shop, robot, state.loads)
    if told != robot.aboard:
        robot.aboard = told
        shop.books.tours_stale = True


def read_answer(robot: RobotMemory, state: State) -> None:
    if robot.ask is not None and master.answer(robot.ask, state) is not None:
        cancelled(robot, state)
        robot.ask = None


def find_place(shop: Shop, robot: RobotMemory, state: State) -> None:
    """Without a leg it stands where it says, wherever a person has put it; in a person's hands, it keeps its claims."""
    row, _, _ = availability(robot, shop.now)
    if row == "a3" or not state.idle:
        return
    standing = shop.whereabouts.of(robot.name, state, robot.claims)
    robot.lost = not standing
    if standing and standing != robot.standing:
        shop.books.tours_stale |= not robot.standing
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
        _miss_order(shop, robot, leg, state)
    elif master.action_status(leg, state) is ActionStatus.RETRIABLE and robot.ask is None:
        meet(shop, robot, "action RETRIABLE", f"its {leg.errand.action} can be tried again")


def _miss_order(shop: Shop, robot: RobotMemory, leg: Leg, state: State) -> None:
    """We have cancelled it, somebody has at its display, or it was switched off and on (R12)."""
    why = "" if leg.closed else another_memory(shop, robot, leg, state)
    if why:
        hold(shop, robot, why, state)
    else:
        _lose_leg(shop, robot, state)
        fail(shop, robot, "its order is gone")


def arrive(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    leg.arrived = True
    errand = leg.errand
    if errand.job in robot.jobs:
        shop.note(RobotArrived(robot=robot.name, job=errand.job, station=errand.station))


def finish(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    errand = leg.errand
    robot.standing = robot.claims
    robot.leg = None
    robot.done = errand
    robot.failures = 0
    robot.failed_why = ""
    robot.met.clear()
    robot.pardoned = ("", "")
    for trouble in ("pick", "drop"):
        shop.all_clear(f"{robot.id}/{trouble}")
    robot.idle_since = shop.now
    tells_loads = robot.report is not None and robot.report.loads is not None
    if errand.action == "pick" and not tells_loads:
        robot.aboard[errand.tote] = errand.load
    if errand.action == "pick" or (errand.purpose == "pickup" and robot.aboard.get(errand.tote) == errand.load):
        shop.note(ToteLoaded(robot=robot.name, job=errand.job))
    elif errand.action == "drop":
        if not tells_loads:
            robot.aboard.pop(errand.tote, None)
        shop.note(ToteUnloaded(robot=robot.name, job=errand.job))


def _fumble(shop: Shop, robot: RobotMemory, leg: Leg, state: State) -> None:
    """A pick, a drop or charging has failed."""
    _lose_leg(shop, robot, state)
    why = f"its {leg.errand.action} failed"
    match leg.errand.action:
        case "pick":
            meet(shop, robot, "pick FAILED", why)
        case "drop":
            meet(shop, robot, "drop FAILED", why)
        case _:
            fail(shop, robot, why)


def _lose_leg(shop: Shop, robot: RobotMemory, state: State) -> None:
    """The order came to nothing; the robot stands somewhere on what it holds."""
    robot.standing = robot.claims
    robot.leg = None
    find_place(shop, robot, state)
