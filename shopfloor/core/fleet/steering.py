"""Sends robots on their errands, lane by lane, as far as traffic allows."""

from shopfloor.core.fleet import master
from shopfloor.core.fleet.availability import usable
from shopfloor.core.fleet.errands import wanted
from shopfloor.core.fleet.memory import Errand, Leg, RobotMemory
from shopfloor.core.fleet.plans import Plan
from shopfloor.core.fleet.traffic import Traffic, bays_near
from shopfloor.core.shop import Shop

LOOK_AHEAD = 4
"""Two lanes and two nodes: what is released can never be taken back."""


def steer_robot(shop: Shop, robot: RobotMemory, traffic: Traffic) -> None:
    """The next thing for this robot, if it may be sent anywhere."""
    if not usable(robot) or robot.report is None or robot.ask is not None or not robot.standing:
        return
    if shop.now < master.may_send_at(robot):
        return
    errand = wanted(shop, robot, traffic)
    leg = robot.leg
    moot = leg is not None and errand is not None and leg.errand != errand and not leg.acts
    if errand is not None and (leg is None or (leg.at_rest and (moot or leg.closed or traffic.strands(robot, leg)))):
        _set_out(shop, robot, errand, traffic)
    if robot.leg is not None and (not moot or robot.leg.at_rest):
        _release(shop, robot, robot.leg, traffic)


def _set_out(shop: Shop, robot: RobotMemory, errand: Errand, traffic: Traffic) -> None:
    """Begin a leg for the errand, if there is a plan for it; else home, out of the way of the others."""
    report = robot.report
    assert report is not None
    if not report.idle:
        return
    if robot.charging and not (errand.purpose == "charge" and errand.goal == robot.rest):
        master.ask(shop, robot, "stopCharging")
        return
    if _waits_in_bay(shop, robot, errand, traffic) or traffic.was_in_vain(robot, errand):
        return
    if traffic.aim(robot, errand):
        _begin(shop, robot, errand, traffic.plan(robot))
    else:
        _give_way(shop, robot, traffic)
        robot.sought_at, robot.sought_for = shop.now, errand.goal


def _give_way(shop: Shop, robot: RobotMemory, traffic: Traffic) -> None:
    """The errand must wait: home meanwhile, or, where walls have shut the way home, into the nearest bay."""
    leg = robot.leg
    if robot.rest in shop.layout.lanes[robot.name].bays and not traffic.way(robot, robot.rest, traffic.home(robot)):
        return
    for goal in (traffic.home(robot), *bays_near(shop.layout, robot)):
        if goal == robot.rest or (leg is not None and not leg.closed and goal == leg.errand.goal):
            return
        errand = Errand(purpose="park", goal=goal)
        if traffic.aim(robot, errand):
            _begin(shop, robot, errand, traffic.plan(robot))
            return


def _begin(shop: Shop, robot: RobotMemory, errand: Errand, plan: Plan) -> None:
    """A robot that stands between two nodes begins with the rest of that lane, which it holds."""
    if robot.leg is not None:
        robot.standing = robot.claims
    ahead = plan.moves[plan.released : plan.stop]
    route = (*robot.standing, *(element for move in ahead for element in (move.lane, move.node)))
    robot.leg = master.new_leg(shop, robot, errand, route)
    robot.done = None


def _waits_in_bay(shop: Shop, robot: RobotMemory, errand: Errand, traffic: Traffic) -> bool:
    """Nobody leaves a bay to queue on a lane for a station where somebody waits for people."""
    if robot.rest not in shop.layout.lanes[robot.name].bays or robot.rest == errand.goal:
        return False
    holder = traffic.holder(robot, errand.goal)
    return holder is not None and holder.leg is None and bool(holder.jobs)


def _release(shop: Shop, robot: RobotMemory, leg: Leg, traffic: Traffic) -> None:
    """Release what it is this robot's turn on, LOOK_AHEAD beyond the last node passed; one message at a time."""
    if not leg.echoed or leg.closed:
        return
    was_released = leg.released
    _extend(robot, leg, traffic)
    if leg.released == was_released < leg.last and leg.at_rest and traffic.overtake(robot, leg.errand):
        _extend(robot, leg, traffic)
    if leg.update_id < 0:
        _send_first(shop, robot, leg)
    elif leg.released > was_released:
        master.send(shop, robot, leg, was_released)


def _extend(robot: RobotMemory, leg: Leg, traffic: Traffic) -> None:
    begins = 0 if leg.update_id < 0 else leg.released
    room = begins + 2 * (master.nodes_max(robot) - 1)
    last = min(leg.last, leg.passed + LOOK_AHEAD, room)
    while leg.released < last and traffic.release(robot):
        leg.released += 2


def _send_first(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    """A leg that ends where it begins needs no order, unless there is something to do."""
    assert robot.report is not None
    if not robot.report.idle:
        return
    if leg.released > 0 or (leg.last == 0 and leg.errand.action):
        master.send(shop, robot, leg, 0)
