"""What lies in which tote of a robot: by its own word where it tells its loads, and what of it a job wants."""

from typing import Final

from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import Load
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.shop import Shop

NAMELESS: Final = "a load"
"""What a robot has aboard, and neither it nor we can name."""


def totes_of(layout: Layout, robot: RobotMemory) -> list[str]:
    """r1.1, r1.2 …"""
    return [f"{robot.name}.{place + 1}" for place in range(layout.robots[robot.name].totes)]


def load_places(layout: Layout, robot: RobotMemory) -> dict[str, str]:
    """Our tote → the robot's own name of that place, as in its factsheet; they are counted alike."""
    loads = robot.factsheet.load_specification if robot.factsheet is not None else None
    places = loads.load_positions if loads is not None else ()
    return dict(zip(totes_of(layout, robot), places, strict=False))


def tote_for(shop: Shop, robot: RobotMemory, unit: str) -> str:
    """The one that has this unit already; else the first that nothing lies in and no job of this robot is meant for;
    empty if there is none."""
    meant = [shop.books.jobs[job].tote for job in robot.jobs]
    left = [tote for tote in totes_of(shop.layout, robot) if tote not in meant]
    has_it = [tote for tote in left if robot.aboard.get(tote) == unit]
    return next((tote for tote in (*has_it, *left) if tote in has_it or tote not in robot.aboard), "")


def left_aboard(shop: Shop, robot: RobotMemory) -> list[str]:
    """Totes with something in them that no job wants (any more)."""
    wanted = [shop.books.jobs[job].tote for job in robot.jobs]
    return [tote for tote in robot.aboard if tote not in wanted]


def holds(shop: Shop, robot: RobotMemory, tote: str) -> bool:
    """Whether the ledger has a unit in this tote, too: not everything aboard is more than an empty box."""
    unit = shop.books.units.get(robot.aboard[tote])
    return unit is not None and unit.place == f"TOTE:{tote}"


def aboard(shop: Shop, robot: RobotMemory, loads: tuple[Load, ...]) -> dict[str, str]:
    """Tote → load, by what the robot tells. A load that we know, or that a job of this robot is about, is where we had
    it put; any other in the tote whose place it names, or in the first that is free. One without a name is what we
    know to be there."""
    layout = shop.layout
    known = {shop.books.jobs[job].unit: shop.books.jobs[job].tote for job in robot.jobs}
    known |= {load: tote for tote, load in robot.aboard.items() if load != NAMELESS}
    found = {known[load.load_id]: load.load_id for load in loads if load.load_id in known}
    named = {place: tote for tote, place in load_places(layout, robot).items()}
    for load in loads:
        if load.load_id in known:
            continue
        free = [tote for tote in totes_of(layout, robot) if tote not in found]
        tote = named.get(load.load_position or "", "")
        tote = tote if tote in free else next(iter(free), "")
        if tote:
            found[tote] = load.load_id or robot.aboard.get(tote, NAMELESS)
    return {tote: found[tote] for tote in totes_of(layout, robot) if tote in found}
