"""When a robot is looked at again, if it says nothing until then."""

from shopfloor.contract.actor import SECOND, Instant
from shopfloor.core.fleet import master
from shopfloor.core.fleet.availability import (
    AWAY,
    FAILURES_FORGOTTEN,
    progress_limit,
    silence_limit,
    under_way,
    usable,
)
from shopfloor.core.fleet.failures import BACK_WITHIN
from shopfloor.core.fleet.memory import Ask, Leg, RobotMemory
from shopfloor.core.fleet.traffic import SEEK_EVERY
from shopfloor.core.lifecycles import WAITS
from shopfloor.core.shop import Shop

LOOK_EVERY = {state: limit.ms for state, limit in WAITS["robot"].items() if limit.ms is not None}
"""Availability → it is looked at at least so often."""
NEWS_WITHIN = 31 * SECOND
NEWS_WITHIN_UNDER_WAY = 7 * SECOND
"""A robot tells its state every 30 s, and whenever something happens to its order."""


def look_due(shop: Shop, robot: RobotMemory) -> Instant:
    """The first moment at which time alone tells something: silence, no progress, no answer."""
    now, books = shop.now, shop.books
    dues = [now + LOOK_EVERY[robot.state], *_seek_dues(robot)]
    if robot.state != "OFFLINE":
        dues.append(robot.heard_at + silence_limit(robot))
    if usable(robot):
        dues.append(news_due(shop, robot))
    if robot.leg is not None:
        dues += _leg_dues(shop, robot, robot.leg)
    if robot.ask is not None:
        dues.append(robot.ask.sent_at + ask_patience(shop, robot.ask))
    if robot.connection in AWAY and not robot.buried:
        dues.append(robot.gone_since + BACK_WITHIN)
    if master.may_send_at(robot) > now:
        dues.append(master.may_send_at(robot))
    if robot.not_before:
        dues.append(robot.not_before)
    if robot.failures:
        dues.append(robot.failed_at + FAILURES_FORGOTTEN)
    if books.robots_down_since and not books.robots_by_hand_since:
        dues.append(books.robots_down_since + shop.policy.robots_fail_over_after)
    return min([due for due in dues if due > now])


def news_due(shop: Shop, robot: RobotMemory) -> Instant:
    """When its silence is worth a question."""
    within = NEWS_WITHIN_UNDER_WAY if under_way(robot) else NEWS_WITHIN
    return max(robot.heard_at + within, robot.state_asked_at + echo_patience(shop))


def echo_patience(shop: Shop) -> int:
    """How long a robot may take to answer: 2 s, or as much longer as the shop's wires are said to be."""
    return shop.policy.wire_patience * 2 // 5


def ask_patience(shop: Shop, asked: Ask) -> int:
    """How long an instant action may go without an answer."""
    return master.CANCEL_PATIENCE if asked.action_type == "cancelOrder" else echo_patience(shop)


def _seek_dues(robot: RobotMemory) -> list[Instant]:
    """Whoever has no plan, or waits for somebody, looks for a better one."""
    return [robot.sought_at + SEEK_EVERY] if robot.sought_at and usable(robot) else []


def _leg_dues(shop: Shop, robot: RobotMemory, leg: Leg) -> list[Instant]:
    progress = [robot.progress_at + progress_limit(robot)] if under_way(robot) else []
    return progress if leg.echoed else [*progress, leg.sent_at + master.order_patience(leg, echo_patience(shop))]
