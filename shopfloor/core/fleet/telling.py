"""What those who look on are told of a robot: where it is, what is reserved for it, where to, with what aboard."""

from typing import Final

from shopfloor.contract.facts import RobotWayChanged
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.shop import Shop

BATTERY_STEP_PCT: Final = 5
"""A battery is told in whole steps of this: else every robot at a dock would fill the records with it."""


def tell_way(shop: Shop, robot: RobotMemory) -> None:
    """Note it if anything has changed since it was last told."""
    way = _way(robot)
    if way != robot.told:
        robot.told = way
        shop.note(way)


def _way(robot: RobotMemory) -> RobotWayChanged:
    leg = robot.leg
    errand = leg.errand if leg is not None else robot.done
    return RobotWayChanged(
        robot=robot.name,
        node=leg.route[leg.passed] if leg is not None else "".join(robot.standing[:1]),
        claimed=robot.claims,
        planned=leg.route[leg.released + 1 :] if leg is not None else (),
        purpose=errand.purpose if errand is not None else "",
        stop=errand.station or errand.goal if errand is not None else "",
        job=errand.job if errand is not None else "",
        aboard=dict(robot.aboard),
        battery_pct=int(robot.battery_pct) // BATTERY_STEP_PCT * BATTERY_STEP_PCT,
    )
