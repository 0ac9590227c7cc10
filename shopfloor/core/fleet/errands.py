"""What a robot should be out for now: its job first, then what is still aboard, the battery, and home."""

from shopfloor.contract.vda5050 import PowerSupply
from shopfloor.core.books import Job
from shopfloor.core.fleet.memory import Errand, RobotMemory
from shopfloor.core.fleet.traffic import Traffic
from shopfloor.core.shop import Shop

CHARGE_BELOW_PCT = 30.0
"""A robot without a job drives to a dock below this: the margin that every job must leave, and a job."""
CHARGED_PCT = 90.0


def wanted(shop: Shop, robot: RobotMemory, traffic: Traffic) -> Errand | None:
    """Its errand; None to stay where it is."""
    job = shop.books.jobs.get(robot.job)
    if job is not None:
        errand = _for_job(shop, job)
    elif robot.aboard:
        errand = _unload(shop, robot)
    else:
        errand = _charge(shop, robot, traffic) or Errand(purpose="park", goal=traffic.home(robot))
    return None if errand == robot.done else errand


def same_need(before: PowerSupply, after: PowerSupply) -> bool:
    """Whether the battery asks for nothing that it did not ask for before."""
    low, full = CHARGE_BELOW_PCT, CHARGED_PCT
    was, now = before.state_of_charge, after.state_of_charge
    return before.charging is after.charging and (was < low) == (now < low) and (was < full) == (now < full)


def _for_job(shop: Shop, job: Job) -> Errand | None:
    state = job.back_to if job.state == "RETRYING" else job.state
    match state:
        case "ASSIGNED" | "AT_PICKUP" if not job.robot_says_loaded:
            return Errand(
                purpose="pickup",
                goal=shop.layout.station_node(job.source),
                action="pick",
                load=job.unit,
                job=job.id,
                station=job.source,
            )
        case "LOADED" | "AT_DROP":
            return _dropoff(shop, job)
        case _:
            return None


def _dropoff(shop: Shop, job: Job) -> Errand:
    """At the inlet the tote is put down at once. At a desk it stays aboard until the engineer has taken the unit out:
    untaken or refused, it goes back with it (j7)."""
    return Errand(
        purpose="dropoff",
        goal=shop.layout.station_node(job.target),
        action="" if job.job_kind == "DELIVER" else "drop",
        load=job.unit,
        job=job.id,
        station=job.target,
    )


def _unload(shop: Shop, robot: RobotMemory) -> Errand:
    """Put down what no job wants any more: here if this is a station, else at the first cabinet's inlet."""
    node = shop.layout.nodes[robot.rest]
    use = node.use(shop.layout.robots[robot.name].vehicle_type)
    if use is not None and any(action.action_type == "drop" for action in use.actions):
        return Errand(purpose="unload", goal=node.id, action="drop", load=robot.aboard)
    station = next(iter(shop.layout.cabinets.values())).inlet_station
    return Errand(
        purpose="unload",
        goal=shop.layout.station_node(station),
        action="drop",
        load=robot.aboard,
        station=station,
    )


def _charge(shop: Shop, robot: RobotMemory, traffic: Traffic) -> Errand | None:
    """Once it is on its way to a dock or at it, it stays with it until it is charged."""
    under_way = robot.leg.errand if robot.leg is not None else robot.done
    if under_way is not None and under_way.purpose == "charge":
        return under_way if robot.battery_pct < CHARGED_PCT else None
    if robot.battery_pct >= CHARGE_BELOW_PCT:
        return None
    for dock in shop.layout.robots[robot.name].docks:
        node = shop.layout.station_node(dock)
        if traffic.holder(robot, node) is None and not traffic.meant_for(robot, node):
            return Errand(purpose="charge", goal=node, action="startCharging", station=dock)
    return None
