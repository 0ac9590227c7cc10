"""Whether a robot may be given something to do: a table, in which the first row that fits wins."""

from collections.abc import Callable
from typing import TypeAlias

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.contract.vda5050 import ConnectionState, ErrorLevel, OperatingMode, State
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.lifecycles import NO_PROGRESS_LIMIT, NO_STATE_LIMIT, UNAVAILABLE

AWAY = (ConnectionState.OFFLINE, ConnectionState.CONNECTION_BROKEN, ConnectionState.HIBERNATING)
FAILURES_MAX = 2
FAILURES_FORGOTTEN = 10 * MINUTE
"""A robot whose orders came to nothing twice in a row is tried again after so long."""

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
    return "no state for 45 s" if now - robot.heard_at >= NO_STATE_LIMIT else ""


def _faulty(robot: RobotMemory, report: State, _now: Instant) -> str:
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


def _paused(_robot: RobotMemory, report: State, _now: Instant) -> str:
    return "somebody has paused it" if report.paused else ""


def _blocked(robot: RobotMemory, report: State, now: Instant) -> str:
    for error in report.errors:
        if error.error_level is ErrorLevel.CRITICAL:
            return error.error_description or error.error_type
    if now - robot.progress_at >= NO_PROGRESS_LIMIT and under_way(robot):
        return "no progress for 60 s"
    if robot.failures >= FAILURES_MAX and now - robot.failed_at < FAILURES_FORGOTTEN:
        return "its orders come to nothing"
    return ""


def _charging(robot: RobotMemory, report: State, _now: Instant) -> str:
    return "at a dock" if report.power_supply.charging and not robot.job else ""


def _busy(robot: RobotMemory, _report: State, _now: Instant) -> str:
    if robot.job:
        return robot.job
    return f"{robot.aboard} is still aboard" if robot.aboard else ""


_TABLE: tuple[tuple[str, str, Reason], ...] = (
    ("a1", "OFFLINE", _silent),
    ("a2", "FAULT", _faulty),
    ("a3", "MANUAL", _manual),
    ("a4", "PAUSED", _paused),
    ("a5", "BLOCKED", _blocked),
    ("a6", "CHARGING", _charging),
    ("a7", "BUSY", _busy),
)
