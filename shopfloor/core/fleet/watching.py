"""What is noticed of a robot: that it is not fit any more, does not answer, does not get on.

What follows is in the table of ``failures``.
"""

from shopfloor.contract.facts import ModeChanged, RobotBecame
from shopfloor.contract.vda5050 import ErrorLevel, OperatingMode, State
from shopfloor.core.fleet import master, trust
from shopfloor.core.fleet.availability import AWAY, availability, critical_error, stalled, usable
from shopfloor.core.fleet.dues import ask_patience, echo_patience, look_due, news_due
from shopfloor.core.fleet.failures import (
    BACK_WITHIN,
    PARTY,
    REFUSED,
    TABLE,
    Seen,
    bury,
    cancel,
    fail_all,
    incident,
    meet,
    recover,
)
from shopfloor.core.fleet.memory import Ask, Leg, RobotMemory, Trust
from shopfloor.core.fleet.whereabouts import locate
from shopfloor.core.shop import Shop

BY_HAND = "robots-by-hand"


def look_at(shop: Shop, robot: RobotMemory) -> None:
    if robot.leg is not None and not robot.leg.echoed:
        _chase_order(shop, robot, robot.leg)
    if robot.ask is not None:
        _chase_ask(shop, robot, robot.ask)
    _judge(shop, robot)
    _show_urgent(shop, robot)
    _count_hands(shop)
    if usable(robot):
        _stop_unknown_order(shop, robot)
        master.tidy(shop, robot)
        if news_due(shop, robot) <= shop.now:
            master.ask_state(shop, robot)


def stir(shop: Shop, robot: RobotMemory) -> None:
    """Whatever it does next is thought over in this beat."""
    robot.stirred = True
    shop.touch(robot)


def look_again_later(shop: Shop, robot: RobotMemory) -> None:
    due = look_due(shop, robot)
    if due != shop.books.waits[robot.id].due:
        shop.put_off(robot, due)


def _chase_order(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    patience = master.order_patience(leg, echo_patience(shop))
    if master.given_up(leg, robot, shop.now, patience):
        _give_up(shop, robot, leg)
    elif shop.now - leg.sent_at >= patience and not leg.refused and leg.asks < master.ASKS_MAX and usable(robot):
        master.send_again(shop, robot, leg)


def _give_up(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    """The robot will not take the last message: what it released was never driven on."""
    why = leg.refused
    leg.released = leg.sent_from
    leg.echoed = True
    if leg.update_id == 0:
        robot.leg = None
    leg.closed = True
    if why:
        meet(shop, robot, REFUSED.get(why.partition(" ")[0], "order refused"), why)
    else:
        meet(shop, robot, "order not echoed", "it takes no order")


def _stop_unknown_order(shop: Shop, robot: RobotMemory) -> None:
    """It drives by an order that we know nothing of (any more): cancelled before it gets another."""
    report = robot.report
    if report is not None and robot.leg is None and report.node_states and report.order_id and robot.ask is None:
        cancel(shop, robot)


def _chase_ask(shop: Shop, robot: RobotMemory, asked: Ask) -> None:
    if shop.now - asked.sent_at < ask_patience(shop, asked) or robot.state in ("OFFLINE", "FAULT", "MANUAL"):
        return
    if asked.asks < master.ASKS_MAX:
        master.ask_again(shop, robot, asked)
        return
    robot.ask = None
    meet(shop, robot, "cancel unanswered", f"it does not answer {asked.action_type}")


def _judge(shop: Shop, robot: RobotMemory) -> None:
    """Availability anew; what a change of it means for its order and its jobs."""
    row, state, why = availability(robot, shop.now)
    if state != robot.state:
        _become(shop, robot, row, state, why)
    elif state == "OFFLINE" and _is_dead(shop, robot):
        bury(shop, robot, why)


def _become(shop: Shop, robot: RobotMemory, row: str, state: str, why: str) -> None:
    was_usable = usable(robot)
    shop.step(robot, row, state)
    shop.note(RobotBecame(robot=robot.name, availability=state, why=why))
    stir(shop, robot)
    if usable(robot):
        robot.buried = False
        if not was_usable:
            robot.progress_at = shop.now
        if not was_usable and robot.leg is not None and robot.leg.taken:
            recover(shop, robot)
    elif state == "PAUSED":
        return
    else:
        seen = _seen(robot, state, shop)
        shop.alarm(robot.id, incident(shop, robot, why, TABLE[seen].do), PARTY)
        meet(shop, robot, seen, why)


def _seen(robot: RobotMemory, state: str, shop: Shop) -> Seen:
    """The row of the table of failures for what it has become."""
    report = robot.report
    if state == "OFFLINE":
        return "connection gone" if robot.connection in AWAY else "silent"
    if state == "FAULT":
        return "not to be believed" if robot.held else "FATAL, not localized, emergency stop"
    if state == "MANUAL":
        intervened = report is not None and report.operating_mode is OperatingMode.INTERVENED
        return "intervened" if intervened else "in a person's hands"
    if report is not None and critical_error(robot, report):
        return "CRITICAL"
    return "no progress" if stalled(robot, shop.now) else "cancel unanswered"


def _is_dead(shop: Shop, robot: RobotMemory) -> bool:
    """Its connection went, and did not come back in time."""
    return robot.connection in AWAY and not robot.buried and shop.now - robot.gone_since >= BACK_WITHIN


def _show_urgent(shop: Shop, robot: RobotMemory) -> None:
    """A robot goes on in spite of an URGENT error; whoever is concerned sees it as long as it lasts."""
    urgent = [each for each in robot.report.errors if each.error_level is ErrorLevel.URGENT] if robot.report else []
    if urgent:
        meet(shop, robot, "URGENT", urgent[0].error_description or urgent[0].error_type)
    else:
        shop.all_clear(f"{robot.id}/urgent")


def hold(shop: Shop, robot: RobotMemory, why: str, state: State) -> None:
    """No order from now on, until a person has confirmed place and load; its place is closed to the others."""
    robot.held = why
    stir(shop, robot)
    if robot.leg is not None:
        cancel(shop, robot)
    fail_all(shop, robot, why, retriable=True)
    if robot.state == "FAULT":  # already, of something else that may end before this
        shop.alarm(robot.id, incident(shop, robot, why, TABLE["not to be believed"].do), PARTY)
    _judge(shop, robot)
    trust.wall_in(shop, robot, state)


def confirm(shop: Shop, robot: RobotMemory) -> None:
    """A person has compared place and load: it stands where it says, unless another robot may drive there."""
    report = robot.report
    if not robot.held or report is None:
        return
    standing = locate(shop.layout, robot.name, report, robot.claims)
    taken = [element for other in shop.books.robots.values() if other is not robot for element in other.claims]
    if any(not shop.layout.near[element].isdisjoint(taken) for element in standing):
        words = (
            f"{robot.name} stands where another robot may drive: push it back to {robot.standing[-1]}, confirm again"
        )
        shop.alarm(robot.id, words, PARTY)
        return
    robot.held = ""
    robot.trust = Trust()
    robot.failures = 0
    robot.met.clear()
    robot.lost = not standing
    robot.standing = standing or robot.standing
    robot.done = None
    stir(shop, robot)


def _count_hands(shop: Shop) -> None:
    """E8: no robot can be sent anywhere for a minute, so people carry; until one can."""
    books = shop.books
    if any(usable(robot) for robot in books.robots.values()):
        if books.robots_by_hand_since and books.robots_down_since:
            books.robots_by_hand_since = 0
            shop.note(ModeChanged(what=BY_HAND, on=False, why="a robot is back"))
        books.robots_down_since = 0
        return
    books.robots_down_since = books.robots_down_since or shop.now
    lasted = shop.now - books.robots_down_since
    if not books.robots_by_hand_since and lasted >= shop.policy.robots_fail_over_after:
        books.robots_by_hand_since = shop.now
        shop.note(ModeChanged(what=BY_HAND, on=True, why="no robot is available"))
