"""When a robot is looked at again, if it says nothing until then."""

from shopfloor.contract.actor import SECOND, Instant
from shopfloor.core.fleet import master
from shopfloor.core.fleet.availability import FAILURES_FORGOTTEN, under_way, usable
from shopfloor.core.fleet.memory import Ask, Leg, RobotMemory
from shopfloor.core.lifecycles import NO_PROGRESS_LIMIT, NO_STATE_LIMIT, WAITS
from shopfloor.core.shop import Shop

LOOK_EVERY = {state: limit.ms for state, limit in WAITS["robot"].items() if limit.ms is not None}
"""Availability → it is looked at at least so often."""
NEWS_WITHIN = 35 * SECOND
NEWS_WITHIN_UNDER_WAY = 10 * SECOND
"""A robot tells its state every 30 s, and whenever something happens to its order."""


def look_due(shop: Shop, robot: RobotMemory) -> Instant:
    """The first moment at which time alone tells something: silence, no progress, no answer."""
    now, books = shop.now, shop.books
    dues = [now + LOOK_EVERY[robot.state]]
    if robot.state != "OFFLINE":
        dues.append(robot.heard_at + NO_STATE_LIMIT)
    if usable(robot):
        dues.append(news_due(shop, robot))
    if robot.leg is not None:
        dues += _leg_dues(shop, robot, robot.leg)
    if robot.ask is not None:
        dues.append(robot.ask.sent_at + ask_patience(shop, robot.ask))
    if robot.failures:
        dues.append(robot.failed_at + FAILURES_FORGOTTEN)
    if books.robots_down_since and not books.robots_by_hand_since:
        dues.append(books.robots_down_since + shop.policy.robots_fail_over_after)
    return min([due for due in dues if due > now])


def news_due(shop: Shop, robot: RobotMemory) -> Instant:
    """When its silence is worth a question."""
    within = NEWS_WITHIN_UNDER_WAY if under_way(robot) else NEWS_WITHIN
    return max(robot.heard_at + within, robot.state_asked_at + shop.policy.wire_patience)


def ask_patience(shop: Shop, asked: Ask) -> int:
    """How long an instant action may go without an answer."""
    return master.CANCEL_PATIENCE if asked.action_type == "cancelOrder" else shop.policy.wire_patience


def _leg_dues(shop: Shop, robot: RobotMemory, leg: Leg) -> list[Instant]:
    progress = [robot.progress_at + NO_PROGRESS_LIMIT] if under_way(robot) else []
    return progress if leg.echoed else [*progress, leg.sent_at + shop.policy.wire_patience]
