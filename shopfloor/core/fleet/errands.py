"""What a robot should be out for now: its next stop, what a job has left aboard, the battery, and home."""

from typing import Final

from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import PowerSupply
from shopfloor.core.books import Job
from shopfloor.core.fleet.assignment import RESUME_PCT, in_tote
from shopfloor.core.fleet.availability import battery_urgent
from shopfloor.core.fleet.insertion import Stop
from shopfloor.core.fleet.memory import Errand, RobotMemory
from shopfloor.core.fleet.totes import holds, left_aboard
from shopfloor.core.fleet.traffic import Traffic
from shopfloor.core.shop import Shop

CHARGE_BELOW_PCT: Final = 80.0
"""A robot with nothing to do drives to a free dock below this (assumed)."""
CHARGED_PCT: Final = 90.0
"""With so much it leaves the dock to another (assumed)."""
LEVELS: Final = (RESUME_PCT, CHARGE_BELOW_PCT, CHARGED_PCT)
"""Where the battery changes what a robot should do."""


def wanted(shop: Shop, robot: RobotMemory, traffic: Traffic) -> Errand | None:
    """Its errand; None to stay where it is."""
    errand = _unload_here(shop, robot)
    if errand is None and robot.tour:
        errand = _for_stop(shop, robot, robot.tour[0])
    elif errand is None:
        errand = _charge(shop, robot, traffic) or Errand(purpose="park", goal=traffic.home(robot))
    return None if errand == robot.done else errand


def same_need(before: PowerSupply, after: PowerSupply) -> bool:
    """Whether the battery asks for nothing that it did not ask for before."""
    was, now = before.state_of_charge, after.state_of_charge
    return before.charging is after.charging and not [level for level in LEVELS if (was < level) != (now < level)]


def _for_stop(shop: Shop, robot: RobotMemory, stop: Stop) -> Errand | None:
    """None while the robot has done its part there, and others have not."""
    job = shop.books.jobs.get(stop.job)
    if job is None:
        return Errand(purpose="unload", goal=stop.node, action="drop", load=robot.aboard[stop.job], tote=stop.job)
    if stop.purpose == "pick":
        return None if job.robot_says_loaded else _pickup(shop, robot, job)
    return _dropoff(shop, job)


def _pickup(shop: Shop, robot: RobotMemory, job: Job) -> Errand:
    """What it has taken up for a job that was cancelled meanwhile is not picked again: it only says that it has it."""
    return Errand(
        purpose="pickup",
        goal=shop.layout.station_node(job.source),
        action="" if robot.aboard.get(job.tote) == job.unit else "pick",
        load=job.unit,
        tote=job.tote,
        job=job.id,
        station=job.source,
    )


def _dropoff(shop: Shop, job: Job) -> Errand:
    """At the inlet the tote is put down at once. At a desk it stays aboard until the engineer has taken the unit out:
    untaken or refused, it goes back with it (j7)."""
    return Errand(
        purpose="dropoff",
        goal=shop.layout.station_node(job.target),
        action="" if job.job_kind == "DELIVER" else "drop",
        load=job.unit,
        tote=job.tote,
        job=job.id,
        station=job.target,
    )


def _unload_here(shop: Shop, robot: RobotMemory) -> Errand | None:
    """An empty tote is put down where the robot stands, if it can be; but not while another desk waits for its part,
    nor while there is something else to do at this place. One with something in it goes to the cabinet."""
    leg = robot.leg
    if leg is not None:
        return leg.errand if leg.errand.purpose == "unload" and leg.errand.tote in robot.aboard else None
    jobs = [shop.books.jobs[job] for job in robot.jobs]
    if any(job.job_kind == "DELIVER" and in_tote(job) for job in jobs):
        return None
    if any(stop.node == robot.rest for stop in robot.tour[:1]):
        return None
    totes = [tote for tote in left_aboard(shop, robot) if not holds(shop, robot, tote)]
    if not totes or not _takes_totes(shop.layout, robot):
        return None
    return Errand(purpose="unload", goal=robot.rest, action="drop", load=robot.aboard[totes[0]], tote=totes[0])


def _takes_totes(layout: Layout, robot: RobotMemory) -> bool:
    """Whether a robot may drop something where this one stands."""
    use = layout.nodes[robot.rest].use(layout.robots[robot.name].vehicle_type)
    return use is not None and any(action.action_type == "drop" for action in use.actions)


def _charge(shop: Shop, robot: RobotMemory, traffic: Traffic) -> Errand | None:
    """Once it is on its way to a dock or at it, it stays with it until it is charged."""
    under_way = robot.leg.errand if robot.leg is not None else robot.done
    if under_way is not None and under_way.purpose == "charge":
        return under_way if robot.battery_pct < CHARGED_PCT else None
    if robot.battery_pct >= CHARGE_BELOW_PCT and not battery_urgent(robot):
        return None
    for dock in shop.layout.robots[robot.name].docks:
        node = shop.layout.station_node(dock)
        if traffic.holder(robot, node) is None and not traffic.meant_for(robot, node):
            return Errand(purpose="charge", goal=node, action="startCharging", station=dock)
    return None
