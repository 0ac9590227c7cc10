"""Keeps a robot's order by VDA 5050: what is sent, what its state shows of it, what it refuses.

Orders are made in the words of 3.0; the codec at the border knows the robot's version. M1, M2 and M6 are the wire's;
the other points of the protocol that a fleet control must keep are kept here. Nothing is sent as horizon (R16), and
only the last node of a leg has an action, so a node with an action is never stitched (R5).
"""

from msgspec import structs

from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.commands import SendInstantActions, SendOrder
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import (
    ENDED,
    Action,
    ActionParameter,
    ActionStatus,
    BlockingType,
    Error,
    ErrorLevel,
    ErrorType,
    Header,
    InstantActions,
    OperatingMode,
    State,
)
from shopfloor.core.fleet.memory import Ask, Errand, Leg, RobotMemory
from shopfloor.core.fleet.order_message import can, order_message
from shopfloor.core.fleet.whereabouts import ON_SPOT_M, distance_m, spot
from shopfloor.core.shop import Shop

INSTANT_PREFIX = "I"
"""Ids of instant actions begin with it, those of order actions do not: 2.x robots show both in one list (M26)."""
ASKS_MAX = 4
"""An order or instant action is sent so often; then it counts as refused."""
CANCEL_PATIENCE = 10 * SECOND
INSTANTS_KEPT = 5
TIDY_EVERY = MINUTE
"""A 3.0 robot keeps the states of its instant actions until it is told to clear them (M26)."""
NODES_MAX = 100
"""In one order message, of a robot that names no limit."""
ORDER_INTERVAL_MAX_S = 10.0
"""A factsheet that asks for more between two orders is not believed."""
START_WITHIN_M = 0.3
"""A robot that calls the start of its order out of range is given at least so much room around it."""

REFUSALS: frozenset[str] = frozenset(
    {
        ErrorType.VALIDATION_FAILURE,
        ErrorType.OUTDATED_ORDER_UPDATE,
        ErrorType.SAME_ORDER_UPDATE_ID,
        ErrorType.ORDER_UPDATE_FOLLOWING_CANCEL,
        ErrorType.INVALID_ORDER_ACTION,
        ErrorType.OTHER_ORDER_ACTIVE,
        ErrorType.START_NODE_OUT_OF_RANGE,
        ErrorType.NO_ROUTE_TO_TARGET,
        ErrorType.UNKNOWN_MAP_ID,
        ErrorType.MOBILE_ROBOT_NOT_AVAILABLE,
        ErrorType.UNSUPPORTED_PARAMETER,
        ErrorType.INSUFFICIENT_MEMORY,
    }
)

# ── sending ──────────────────────────────────────────────────────────────────────────────────────


def new_leg(shop: Shop, robot: RobotMemory, errand: Errand, route: tuple[str, ...]) -> Leg:
    """An order for this errand that nothing is sent of yet. What the robot stands on is its first claim."""
    here = spot(robot.report) if robot.report is not None else None
    off_m = distance_m(shop.layout, route[0], here) if here is not None else 0.0
    return Leg(
        errand=errand,
        order_id=shop.number("O"),
        route=route,
        released=len(robot.standing) - 1,
        first_number=_first_number(robot, route),
        start_within_m=_start_within_m(robot, off_m),
    )


def _first_number(robot: RobotMemory, route: tuple[str, ...]) -> int:
    """R18: a robot was seen that knows what it has passed by nodeId and sequenceId alone, whatever the order. Of two
    orders with the same one node it would never begin the second; numbered anew, it does."""
    report = robot.report
    again = report is not None and (report.last_node_id, report.last_node_sequence_id) == (route[0], 0)
    return 2 if again and len(route) == 1 else 0


def _start_within_m(robot: RobotMemory, off_m: float) -> float:
    """The deviation that holds the robot's pose; none where it stands on its node and has not said otherwise."""
    if robot.failed_why.startswith(ErrorType.START_NODE_OUT_OF_RANGE):
        return round(max(off_m + ON_SPOT_M, START_WITHIN_M), 2)
    return round(off_m + ON_SPOT_M, 2) if off_m > ON_SPOT_M else 0.0


def send(shop: Shop, robot: RobotMemory, leg: Leg, sent_from: int) -> None:
    """Send what is released from this node on: a new order, or its next update (M9, M11, M12)."""
    leg.sent_from = sent_from
    leg.update_id += 1
    leg.asks = 0
    leg.echoed = False
    leg.refused = ""
    send_again(shop, robot, leg)


def send_again(shop: Shop, robot: RobotMemory, leg: Leg) -> None:
    """The same content with the same ids, and a fresh header (M13)."""
    leg.asks += 1
    leg.sent_at = robot.order_sent_at = shop.now
    robot.orders_sent += 1
    order = order_message(shop.layout, robot, leg, _header(shop, robot, robot.orders_sent))
    shop.say(SendOrder(id=shop.number("C"), to=robot.id, order=order))


def order_patience(leg: Leg, patience: int) -> int:
    """How long the last message may go unechoed before it is sent again: twice as long each time (M13)."""
    return patience << max(0, leg.asks - 1)


def may_send_at(robot: RobotMemory) -> Instant:
    """When the next order may go out: not faster than the factsheet's minimumOrderInterval (M13, M18)."""
    limits = robot.factsheet.protocol_limits if robot.factsheet is not None else None
    interval_s = limits.timing.minimum_order_interval if limits is not None else 0.0
    return robot.order_sent_at + round(min(max(interval_s, 0.0), ORDER_INTERVAL_MAX_S) * SECOND)


def nodes_max(robot: RobotMemory) -> int:
    """How many nodes one order message may list by the factsheet (M18): two at least, or there is no way to go."""
    limits = robot.factsheet.protocol_limits if robot.factsheet is not None else None
    most = limits.maximum_array_lengths.get("order.nodes", 0) if limits is not None else 0
    return max(2, most) if most else NODES_MAX  # 0: no limit


def ask(shop: Shop, robot: RobotMemory, action_type: str, about: str = "") -> None:
    """Ask for an instant action; asked again until answered, ``ASKS_MAX`` times (M17)."""
    asked = Ask(action_id=shop.number(INSTANT_PREFIX), action_type=action_type, sent_at=shop.now, about=about)
    robot.ask = asked
    _send_action(shop, robot, action_type, asked.action_id, about)


def ask_again(shop: Shop, robot: RobotMemory, asked: Ask) -> None:
    asked.asks += 1
    asked.sent_at = shop.now
    _send_action(shop, robot, asked.action_type, asked.action_id, asked.about)


def ask_state(shop: Shop, robot: RobotMemory) -> None:
    """A state may have been lost on its way. Asked on the off chance: the state itself is the answer. In a person's
    hands it is not asked (M24); it says by itself when it is back."""
    robot.state_asked_at = shop.now
    if can(robot, "stateRequest") and _takes_actions(robot):
        _send_action(shop, robot, "stateRequest", shop.number(INSTANT_PREFIX))


def _takes_actions(robot: RobotMemory) -> bool:
    mode = robot.report.operating_mode if robot.report is not None else OperatingMode.AUTOMATIC
    return mode in (OperatingMode.AUTOMATIC, OperatingMode.SEMIAUTOMATIC)


def tidy(shop: Shop, robot: RobotMemory) -> None:
    """M26: a 3.0 robot's list of instant actions is cleared when enough of them have ended; the list is the answer."""
    report = robot.report
    if report is None or not report.header.version.startswith("3.") or shop.now - robot.tidied_at < TIDY_EVERY:
        return
    ended = sum(each.action_status in ENDED for each in report.instant_action_states)
    if ended >= INSTANTS_KEPT and robot.ask is None and can(robot, "clearInstantActions"):
        robot.tidied_at = shop.now
        _send_action(shop, robot, "clearInstantActions", shop.number(INSTANT_PREFIX))


def _send_action(shop: Shop, robot: RobotMemory, action_type: str, action_id: str, about: str = "") -> None:
    robot.instant_actions_sent += 1
    header = _header(shop, robot, robot.instant_actions_sent)
    parameters = (ActionParameter("actionId", about),) if about else ()
    action = Action(action_type, action_id, BlockingType.NONE, parameters)
    shop.say(SendInstantActions(id=shop.number("C"), to=robot.id, actions=InstantActions(header, (action,))))


def _header(shop: Shop, robot: RobotMemory, count: int) -> Header:
    """The robot's own version string, letter for letter (M5); the layout's until it has spoken."""
    row = shop.layout.robots[robot.name]
    version = robot.report.header.version if robot.report is not None else robot.version or row.version
    return Header(count, shop.now, version, row.manufacturer, row.serial_number)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def outdated(known: State | None, state: State) -> bool:
    """M27: older than what we have, or the same again.

    A headerId that goes back with a later time is a restart; a time that goes back with a later headerId, a clock that
    was set.
    """
    if known is None:
        return False
    told, before = state.header, known.header
    return told.timestamp <= before.timestamp and told.header_id <= before.header_id


def nothing_new(known: State, state: State) -> bool:
    """Whether it says the same again, whatever time and battery are now."""
    return structs.replace(state, header=known.header, power_supply=known.power_supply) == known


def went_on(known: State | None, state: State) -> bool:
    """Whether anything moved between two states: the robot, its order or its actions."""
    if known is None or _stage(known) != _stage(state):
        return True
    return _spot(known) != _spot(state) or _acts(known) != _acts(state)


def read_leg(layout: Layout, leg: Leg, report: State) -> list[int]:
    """Take over what the state shows of the order; answers with the nodes that were passed, oldest first."""
    if report.order_id != leg.order_id:
        _read_refusal(leg, report)
        return []
    leg.taken = True
    if report.order_update_id == leg.update_id:
        leg.echoed = True
        leg.refused = ""
    else:
        _read_refusal(leg, report)
    at = report.last_node_sequence_id - leg.first_number
    passed: list[int] = []
    if at % 2 == 0 and leg.passed < at <= leg.released and leg.route[at] == report.last_node_id:
        passed = list(range(leg.passed + 2, at + 2, 2))
        leg.passed = at
    _leave_behind(layout, leg, report)
    return passed


def forgotten(leg: Leg, report: State) -> bool:
    """The order that it once had is gone before its end: switched off and on (R12), or cancelled."""
    if not leg.taken or not report.idle:
        return False
    return report.order_id != leg.order_id or (leg.echoed and leg.passed != leg.released)


def done(leg: Leg, report: State) -> bool:
    """M21: idle at the end of the leg, and our action FINISHED."""
    if not leg.echoed or leg.passed != leg.last or report.order_id != leg.order_id or not report.idle:
        return False
    return not leg.errand.action or action_status(leg, report) is ActionStatus.FINISHED


def action_status(leg: Leg, report: State) -> ActionStatus:
    action = report.action(leg.action_id) if leg.errand.action else None
    return ActionStatus.UNKNOWN if action is None else action.action_status


def answer(asked: Ask, report: State) -> ActionStatus | None:
    """What became of an instant action; None as long as it is not over.

    An error with its id is an answer, too (R7). A robot that does not charge any more has heard stopCharging.
    """
    state = report.action(asked.action_id)
    if state is not None and state.action_status in (ActionStatus.FINISHED, ActionStatus.FAILED):
        return state.action_status
    if any(error.about("actionId") == asked.action_id for error in report.errors):
        return ActionStatus.FAILED
    if asked.action_type == "stopCharging" and not report.power_supply.charging:
        return ActionStatus.FINISHED
    return None


def given_up(leg: Leg, robot: RobotMemory, now: Instant, patience: int) -> bool:
    """The last message will not be taken any more: refused or sent often enough, the robot has spoken since, and no
    copy can still be on its way (``patience`` ms)."""
    overdue = now - leg.sent_at >= patience and robot.heard_at > leg.sent_at
    return not leg.echoed and overdue and (bool(leg.refused) or leg.asks >= ASKS_MAX)


def _read_refusal(leg: Leg, report: State) -> None:
    for error in report.errors:
        if not leg.echoed and error.error_level is not ErrorLevel.FATAL and _is_about(leg, error):
            leg.refused = error.error_type + (f" ({error.error_description})" if error.error_description else "")


def _is_about(leg: Leg, error: Error) -> bool:
    """M15: matched by our ids. A validation failure without any counts for the order that is not echoed yet."""
    if error.error_type not in REFUSALS:
        return False
    if not error.error_references:
        return error.error_type == ErrorType.VALIDATION_FAILURE
    update = error.about("orderUpdateId")
    return error.about("orderId") == leg.order_id and update in (None, str(leg.update_id))


def _leave_behind(layout: Layout, leg: Leg, report: State) -> None:
    """M20: a claim is given back when its node is passed and the robot's spot is on what it still holds."""
    if leg.held_from == leg.passed:
        return
    here = spot(report)
    if here is None and report.mobile_robot_position is not None:
        return
    kept = leg.route[leg.passed : leg.released + 1]
    if here is None or any(distance_m(layout, element, here) <= ON_SPOT_M for element in kept):
        leg.held_from = leg.passed


def _stage(state: State) -> tuple[str, int, str, int]:
    """How far its order has come."""
    return state.order_id, state.order_update_id, state.last_node_id, state.last_node_sequence_id


def _spot(state: State) -> tuple[float, float, float] | None:
    """Where it stands, but for the trembling of its sensors."""
    position = state.mobile_robot_position
    return None if position is None else (round(position.x, 2), round(position.y, 2), round(position.theta, 1))


def _acts(state: State) -> list[tuple[str, ActionStatus]]:
    return [(each.action_id, each.action_status) for each in state.action_states]
