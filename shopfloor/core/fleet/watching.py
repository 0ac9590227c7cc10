"""What is noticed of a robot: that it is not fit any more, does not answer, does not get on; and what follows."""

from shopfloor.contract.facts import ModeChanged, RobotBecame, RobotFailed
from shopfloor.contract.vda5050 import ErrorType
from shopfloor.core.fleet import master
from shopfloor.core.fleet.availability import availability, under_way, usable
from shopfloor.core.fleet.dues import ask_patience, look_due, news_due
from shopfloor.core.fleet.memory import Ask, Leg, RobotMemory
from shopfloor.core.fleet.reading import fail, recover
from shopfloor.core.lifecycles import NO_STATE_LIMIT
from shopfloor.core.shop import Shop

BY_HAND = "robots-by-hand"


def look_at(shop: Shop, robot: RobotMemory) -> None:
    if robot.leg is not None and not robot.leg.echoed:
        _chase_order(shop, robot, robot.leg)
    if robot.ask is not None:
        _chase_ask(shop, robot, robot.ask)
    _judge(shop, robot)
    _count_hands(shop)
    if usable(robot) and news_due(shop, robot) <= shop.now:
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
    patience = shop.policy.wire_patience
    if master.given_up(leg, robot, shop.now, patience):
        _give_up(shop, robot, leg)
    elif shop.now - leg.sent_at >= patience and not leg.refused and leg.asks < master.ASKS_MAX and usable(robot):
        master.send_again(shop, robot, leg)


def _give_up(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    """The robot will not take the last message: what it released was never driven on."""
    why = leg.refused or "it takes no order"
    leg.released = leg.sent_from
    leg.echoed = True
    if leg.update_id == 0:
        robot.leg = None
    leg.closed = True
    if why == ErrorType.OTHER_ORDER_ACTIVE and robot.ask is None:
        master.ask(shop, robot, "cancelOrder")
    fail(shop, robot, why)


def _chase_ask(shop: Shop, robot: RobotMemory, asked: Ask) -> None:
    if shop.now - asked.sent_at < ask_patience(shop, asked):
        return
    if asked.asks < master.ASKS_MAX:
        master.ask_again(shop, robot, asked)
        return
    robot.ask = None
    fail(shop, robot, f"it does not answer {asked.action_type}")


def _judge(shop: Shop, robot: RobotMemory) -> None:
    """Availability anew; what a change of it means for the leg and the job."""
    row, state, why = availability(robot, shop.now)
    if state == robot.state:
        return
    was_usable = usable(robot)
    shop.step(robot, row, state)
    shop.note(RobotBecame(robot=robot.name, availability=state, why=why))
    stir(shop, robot)
    if usable(robot):
        if not was_usable and robot.leg is not None and robot.leg.taken:
            recover(shop, robot)
        return
    if state != "PAUSED":
        shop.alarm(robot.id, f"{robot.name} is {state}: {why}", "PK")
    if state == "BLOCKED" and under_way(robot) and robot.ask is None:
        master.ask(shop, robot, "cancelOrder")
    if state == "MANUAL":
        robot.standing, robot.leg, robot.done = robot.claims, None, None
    if robot.job and state != "PAUSED":
        final = state == "BLOCKED" or shop.now - robot.heard_at >= NO_STATE_LIMIT
        shop.note(RobotFailed(robot=robot.name, job=robot.job, why=why, retriable=not final))


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
