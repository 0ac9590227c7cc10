"""Who goes first. The plans' times say in which order robots come to each node and lane; only the order is kept.

Plans that never conflict in time put the robots in one order at each place, and the orders agree: whoever waits,
waits for something that is earlier in time, so nobody waits in a circle, however late everybody is.
"""

from collections.abc import Mapping

from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.plans import Plan


def may_enter(layout: Layout, robot: str, at_move: int, plans: Mapping[str, Plan]) -> bool:
    """Whether all that come there before this robot have left, so that this move may be released.

    ``plans`` are of all robots, robot → what is left of its plan. The clock is not asked.
    """
    return waits_for(layout, robot, at_move, plans) is None


def waits_for(layout: Layout, robot: str, at_move: int, plans: Mapping[str, Plan]) -> str | None:
    """The robot that comes before this one on the lane or at the node of its move, or too close to them."""
    move = plans[robot].moves[at_move]
    lane, node = layout.near[move.lane], layout.near[move.node]
    for name, other in plans.items():
        if name == robot:
            continue
        for element in other.start:
            if element in lane or element in node:
                return name
        for at, before in enumerate(other.moves):
            if at >= other.released and before.departs >= move.departs:
                break
            if before.lane in lane or before.lane in node or before.node in lane or before.node in node:
                return name
    return None
