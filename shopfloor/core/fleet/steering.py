"""Sends robots on their errands, lane by lane, as far as traffic allows."""

from shopfloor.core.fleet import master
from shopfloor.core.fleet.availability import usable
from shopfloor.core.fleet.errands import wanted
from shopfloor.core.fleet.memory import Errand, Leg, RobotMemory
from shopfloor.core.fleet.traffic import Traffic
from shopfloor.core.shop import Shop

LOOK_AHEAD = 4
"""Two lanes and two nodes: what is released can never be taken back."""


def steer_robot(shop: Shop, robot: RobotMemory, traffic: Traffic) -> None:
    """The next thing for this robot, if it may be sent anywhere."""
    if not usable(robot) or robot.report is None or robot.ask is not None or not robot.standing:
        return
    errand = wanted(shop, robot, traffic)
    leg = robot.leg
    moot = leg is not None and errand is not None and leg.errand != errand and not leg.acts
    if errand is not None and (leg is None or (leg.at_rest and (moot or leg.closed))):
        _set_out(shop, robot, errand, traffic)
    if robot.leg is not None and (not moot or robot.leg.at_rest):
        _release(shop, robot, robot.leg, traffic)


def _set_out(shop: Shop, robot: RobotMemory, errand: Errand, traffic: Traffic) -> None:
    """Begin a leg for the errand, if all can still get home afterwards; else home, out of the way of the others."""
    report = robot.report
    assert report is not None
    if not report.idle:
        return
    if robot.charging and not (errand.purpose == "charge" and errand.goal == robot.rest):
        master.ask(shop, robot, "stopCharging")
        return
    route = traffic.way(robot, robot.rest, errand.goal)
    if route and _waits_in_bay(shop, robot, errand, traffic):
        return
    if route and traffic.may_begin(robot, route):
        _begin(shop, robot, errand, route)
    else:
        _give_way(shop, robot, traffic)


def _give_way(shop: Shop, robot: RobotMemory, traffic: Traffic) -> None:
    """The errand must wait: home meanwhile, or, where others have shut the way home, into the nearest bay."""
    home = traffic.home(robot)
    if robot.rest == home or (robot.leg is not None and robot.leg.errand.purpose == "park" and not robot.leg.closed):
        return
    for goal in (home, *(() if traffic.gets_home(robot) else _bays_near(shop, robot))):
        route = traffic.way(robot, robot.rest, goal)
        if len(route) > 1 and traffic.may_begin(robot, route):
            _begin(shop, robot, Errand(purpose="park", goal=goal), route)
            return


def _bays_near(shop: Shop, robot: RobotMemory) -> list[str]:
    """Where it may stand aside: any bay but the others' parks, the nearest first."""
    layout = shop.layout
    parks = [layout.station_node(row.park) for row in layout.robots.values()]
    bays = [bay for bay in layout.lanes[robot.name].bays if bay not in parks]
    return sorted(bays, key=lambda bay: (layout.drive_ms(robot.rest, bay, robot.name), bay))


def _begin(shop: Shop, robot: RobotMemory, errand: Errand, route: tuple[str, ...]) -> None:
    """A robot that stands between two nodes begins with the rest of that lane, which it holds."""
    if robot.leg is not None:
        robot.standing = robot.claims
    robot.leg = master.new_leg(shop, robot, errand, robot.standing[:-1] + route)
    robot.done = None


def _waits_in_bay(shop: Shop, robot: RobotMemory, errand: Errand, traffic: Traffic) -> bool:
    """Nobody leaves a bay to queue on a lane for a station where somebody waits for people."""
    if robot.rest not in shop.layout.lanes[robot.name].bays or robot.rest == errand.goal:
        return False
    holder = traffic.holder(robot, errand.goal)
    return holder is not None and holder.leg is None and bool(holder.job)


def _release(shop: Shop, robot: RobotMemory, leg: Leg, traffic: Traffic) -> None:
    """Release what is free, from one safe place to the next, LOOK_AHEAD beyond the last node passed; one message at a
    time."""
    if not leg.echoed or leg.closed:
        return
    _go_round_walls(robot, leg, traffic)
    was_released = leg.released
    while leg.released < leg.last and leg.released - leg.passed < LOOK_AHEAD:
        stop = traffic.next_stop(robot, leg.route[leg.released :])
        if not stop:
            break
        leg.released += stop
    if leg.update_id < 0:
        _send_first(shop, robot, leg)
    elif leg.released > was_released:
        master.send(shop, robot, leg, was_released)


def _send_first(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    """A leg that ends where it begins needs no order, unless there is something to do."""
    assert robot.report is not None
    if not robot.report.idle:
        return
    if leg.released > 0 or (leg.last == 0 and leg.errand.action):
        master.send(shop, robot, leg, 0)


def _go_round_walls(robot: RobotMemory, leg: Leg, traffic: Traffic) -> None:
    """What is not released yet may still be planned anew."""
    ahead = leg.route[leg.released + 1 :]
    if ahead and traffic.blocked(robot, ahead):
        way = traffic.way(robot, leg.route[leg.released], leg.errand.goal)
        if way and traffic.safe(robot, way):
            leg.route = leg.route[: leg.released] + way
