"""Which robot carries which job: what the shop knows, in the words of the dispatchers, and their tours."""

from typing import Final

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.layout import Layout
from shopfloor.core.books import Job
from shopfloor.core.fleet.availability import battery_urgent, usable
from shopfloor.core.fleet.insertion import DISPATCHERS, Carry, Cart, Stop, Tours
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.fleet.totes import left_aboard
from shopfloor.core.lifecycles import BATTERY_MARGIN_PCT
from shopfloor.core.shop import Shop

DRAIN_PCT_PER_MIN: Final = 1.2
"""Of driving, and cautious: an empty battery after 83 minutes or 5 km."""
RESUME_PCT: Final = 25.0
"""A robot that charges is left alone below this: the reserve, and four minutes of driving."""
STAY: Final = 25 * SECOND
"""Expected at a stop: 18 s for the pick or drop, and the other side's (assumed)."""

WEIGHTS: Final[dict[str, float]] = {"DELIVER": 4.0, "RETURN": 1.5, "REPLENISH": 0.5}
WEIGHT_URGENT: Final = 8.0
"""A delivery with a customer waiting."""
WEIGHT_LEFT: Final = 0.5
"""What no job wants: it only takes a tote."""


def tours(shop: Shop) -> Tours:
    """Robot → its stops in turn, by the shop's policy. A robot that cannot be sent anywhere keeps those of its own."""
    books, layout = shop.books, shop.layout
    fit = {robot.id: robot for robot in books.robots.values() if _fit(robot)}
    carries = [_carry(shop, books.jobs[job]) for job in books.jobs_queued]
    for robot in fit.values():
        carries += [_carry(shop, books.jobs[job]) for job in robot.jobs]
        carries += [_left(shop, robot, tote) for tote in left_aboard(shop, robot)]
    dispatch = DISPATCHERS[shop.policy.robots]
    carts = [_cart(shop, robot) for robot in fit.values()]
    found = dispatch(carts, carries, lambda name, start, end: layout.drive_ms(start, end, name), lambda _stop: STAY)
    kept = {robot.name: _own(robot) for robot in books.robots.values() if robot.id not in fit}
    return {**found, **kept}


def _fit(robot: RobotMemory) -> bool:
    """Whether its tour may be made anew: one that asks for its dock itself finishes what it has, and gets no more."""
    return usable(robot) and bool(robot.standing) and (bool(robot.jobs) or not battery_urgent(robot))


def weight(job: Job) -> float:
    """What a minute of its waiting costs: most with a customer at the desk."""
    return WEIGHT_URGENT if job.job_kind == "DELIVER" and job.urgent else WEIGHTS[job.job_kind]


def inlet_node(layout: Layout) -> str:
    """Where the first cabinet takes things in."""
    return layout.station_node(next(iter(layout.cabinets.values())).inlet_station)


def _cart(shop: Shop, robot: RobotMemory) -> Cart:
    row = shop.layout.robots[robot.name]
    return Cart(
        robot=robot.name,
        node=robot.rest,
        free_at=shop.now,
        totes=row.totes,
        committed=_committed(shop, robot),
        dock=shop.layout.station_node(row.docks[0]),
        reach_ms=_reach_ms(robot),
    )


def _reach_ms(robot: RobotMemory) -> int:
    """How long it may drive until nothing but the reserve is left; negative: it takes nothing new."""
    if robot.charging and robot.battery_pct < RESUME_PCT:
        return -1
    return int((robot.battery_pct - BATTERY_MARGIN_PCT) / DRAIN_PCT_PER_MIN * MINUTE)


def _committed(shop: Shop, robot: RobotMemory) -> Stop | None:
    """Its next stop, if it is still to be made: always the pick of what it fetches, which is one job at a time."""
    jobs = [shop.books.jobs[job] for job in robot.jobs]
    fetched = [job for job in jobs if not in_tote(job)]
    assert len(fetched) <= 1, (robot.id, robot.jobs)
    if fetched:
        return next_stop(shop.layout, fetched[0])
    needed = [next_stop(shop.layout, job) for job in jobs]
    left = left_aboard(shop, robot)
    return next((stop for stop in robot.tour[:1] if stop in needed or stop.job in left), None)


def next_stop(layout: Layout, job: Job) -> Stop:
    """Where its robot has to go for it."""
    if in_tote(job):
        return Stop(job.id, layout.station_node(job.target), "drop")
    return Stop(job.id, layout.station_node(job.source), "pick")


def in_tote(job: Job) -> bool:
    return (job.back_to if job.state == "RETRYING" else job.state) in ("LOADED", "AT_DROP")


def _own(robot: RobotMemory) -> tuple[Stop, ...]:
    return tuple(stop for stop in robot.tour if stop.job in robot.jobs)


def _carry(shop: Shop, job: Job) -> Carry:
    layout, pinned = shop.layout, shop.policy.pinned
    return Carry(
        job=job.id,
        source=layout.station_node(job.source),
        target=layout.station_node(job.target),
        weight=weight(job),
        since=job.opened_at,
        aboard=job.robot if in_tote(job) else "",
        pinned=pinned.get(job.source, "") or pinned.get(job.target, ""),
        barred=tuple(job.refused_by),
    )


def _left(shop: Shop, robot: RobotMemory, tote: str) -> Carry:
    """Something to put down at the cabinet, if no desk comes before it; named by its tote."""
    inlet = inlet_node(shop.layout)
    return Carry(job=tote, source=inlet, target=inlet, weight=WEIGHT_LEFT, since=shop.now, aboard=robot.name)
