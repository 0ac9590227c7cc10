"""Whether a robot may be given something to do: a table, in which the first row that fits wins."""

from collections.abc import Callable
from typing import TypeAlias

from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.vda5050 import ENDED, ActionStatus, ConnectionState, ErrorLevel, OperatingMode, State
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.lifecycles import NO_PROGRESS_LIMIT, NO_STATE_LIMIT, STALL_LIMIT, UNAVAILABLE

AWAY = (ConnectionState.OFFLINE, ConnectionState.CONNECTION_BROKEN, ConnectionState.HIBERNATING)
FAILURES_MAX = 2
FAILURES_FORGOTTEN = 10 * MINUTE
"""A robot whose orders came to nothing twice in a row is tried again after so long."""
STANDS_BELOW_PCT = 20.0
"""Below this some robots do not leave their node any more, and say nothing of it (R9)."""

Reason: TypeAlias = Callable[[RobotMemory, State, Instant], str]
"""Why the row fits, in words for a person; empty if it does not."""


def availability(robot: RobotMemory, now: Instant) -> tuple[str, str, str]:
    """Row of the table of states, availability, and why."""
    report = robot.report
    if report is None:
        return "a1", "OFFLINE", "nothing heard from it yet"
    for row, name, reason in _TABLE:
        why = reason(robot, report, now)
        if why:
            return row, name, why
    return "a8", "AVAILABLE", ""


def usable(robot: RobotMemory) -> bool:
    """Whether it may be sent anywhere at all."""
    return robot.state not in UNAVAILABLE


def under_way(robot: RobotMemory) -> bool:
    """Whether it has something to do that should go on by itself."""
    report, leg = robot.report, robot.leg
    if report is None or leg is None or report.paused:
        return False
    return leg.taken and report.order_id == leg.order_id and not report.idle


def _silent(robot: RobotMemory, _report: State, now: Instant) -> str:
    if robot.connection in AWAY:
        return f"its connection is {robot.connection}"
    limit = silence_limit(robot)
    return f"no state for {limit // SECOND} s" if now - robot.heard_at >= limit else ""


def _faulty(robot: RobotMemory, report: State, _now: Instant) -> str:
    if robot.held:
        return robot.held
    for error in report.errors:
        if error.error_level is ErrorLevel.FATAL:
            return error.error_description or error.error_type
    if report.safety_state.stopped:
        return "its emergency stop is pressed"
    position = report.mobile_robot_position
    if position is not None and not position.localized:
        return "it does not know where it is"
    return "it stands on no lane" if robot.lost else ""


def _manual(_robot: RobotMemory, report: State, _now: Instant) -> str:
    mode = report.operating_mode
    return "" if mode in (OperatingMode.AUTOMATIC, OperatingMode.SEMIAUTOMATIC) else f"its mode is {mode}"


def _paused(robot: RobotMemory, report: State, now: Instant) -> str:
    if now < robot.not_before:
        return f"it is not ready for orders: {robot.failed_why}"
    return "somebody has paused it" if report.paused else ""


def _blocked(robot: RobotMemory, report: State, now: Instant) -> str:
    critical = critical_error(robot, report)
    if critical:
        return critical
    if stalled(robot, now):
        seconds = (now - robot.progress_at) // SECOND
        return f"no progress for {seconds} s: {_cause(robot, report)}"
    if robot.failures >= FAILURES_MAX and now - robot.failed_at < FAILURES_FORGOTTEN:
        return f"its orders come to nothing: {robot.failed_why}"
    return ""


def critical_error(robot: RobotMemory, report: State) -> str:
    """What it cannot go on for; empty if there is nothing, or if the order that it stood with has been cancelled."""
    for error in report.errors:
        pardoned = report.idle and (error.error_type, report.order_id) == robot.pardoned
        if error.error_level is ErrorLevel.CRITICAL and not pardoned:
            return error.error_description or error.error_type
    return ""


def battery_urgent(robot: RobotMemory) -> bool:
    """It says itself that it should be charged soon: it finishes what it has, then docks."""
    errors = robot.report.errors if robot.report is not None else ()
    return any(each.error_level is ErrorLevel.URGENT and "batter" in each.error_type.lower() for each in errors)


# ── getting on ───────────────────────────────────────────────────────────────────────────────────


def progress_limit(robot: RobotMemory) -> int:
    """How long its order may stand still: until a pick or drop that runs must have ended, else STALL_LIMIT."""
    report = robot.report
    if report is None or any(each.action_status is ActionStatus.RUNNING for each in report.action_states):
        return NO_PROGRESS_LIMIT + robot.slack
    return STALL_LIMIT + robot.slack


def silence_limit(robot: RobotMemory) -> int:
    """How old its last state may be."""
    return NO_STATE_LIMIT + robot.slack


def stalled(robot: RobotMemory, now: Instant) -> bool:
    """It has something to do, has spoken since it last got on, and does not get on (R5, R9). Mere silence is the state
    watchdog's: a robot on a long lane has nothing to say."""
    late = now - robot.progress_at >= progress_limit(robot) and robot.heard_at > robot.progress_at
    return late and under_way(robot)


def _cause(robot: RobotMemory, report: State) -> str:
    """As much as can be guessed of a robot that gives no reason, for the person who goes there."""
    if report.safety_state.field_violation:
        return "something stands in its way"
    ids = [each.action_id for each in report.action_states]
    if len(ids) != len(dict.fromkeys(ids)):
        return "it lists an action twice and waits for ever; switch it off and on"
    waiting = [each for each in report.action_states if each.action_status not in ENDED]
    if not report.node_states and waiting:
        return f"its {waiting[0].action_type or 'action'} is {waiting[0].action_status}"
    if robot.battery_pct < STANDS_BELOW_PCT:
        return f"its battery is at {robot.battery_pct:.0f} %; too little to leave a node?"
    return "it gives no reason; look for something in its way or under a wheel"


def _charging(robot: RobotMemory, report: State, _now: Instant) -> str:
    return "at a dock" if report.power_supply.charging and not robot.jobs else ""


def _busy(robot: RobotMemory, _report: State, _now: Instant) -> str:
    if robot.jobs:
        return ", ".join(robot.jobs)
    return f"{', '.join(robot.aboard.values())} is still aboard" if robot.aboard else ""


_TABLE: tuple[tuple[str, str, Reason], ...] = (
    ("a1", "OFFLINE", _silent),
    ("a2", "FAULT", _faulty),
    ("a3", "MANUAL", _manual),
    ("a4", "PAUSED", _paused),
    ("a5", "BLOCKED", _blocked),
    ("a6", "CHARGING", _charging),
    ("a7", "BUSY", _busy),
)
