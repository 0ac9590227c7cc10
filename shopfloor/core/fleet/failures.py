"""What is done when a robot fails: one table, a row for each thing that is seen; first this, and the next time that.

An *incident* is an alarm to the parts keeper with all that is known: which robot, where, what it carries, why, and
what to do. Where a load is, is where the last proven pick has put it: nothing here moves a unit.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

from shopfloor.contract.actor import SECOND
from shopfloor.contract.facts import RobotFailed, RobotRecovered
from shopfloor.contract.vda5050 import ErrorLevel, ErrorType, State
from shopfloor.core.books import Job
from shopfloor.core.fleet import master
from shopfloor.core.fleet.availability import FAILURES_MAX, under_way, usable
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.fleet.traffic import Traffic
from shopfloor.core.shop import Shop

PARTY = "PK"
BACK_WITHIN = 4 * SECOND
"""A robot whose connection is gone may be back so soon; then its jobs are another's."""
READY_AGAIN = 10 * SECOND
"""A robot that is not ready for orders is asked again after so long."""
CARRIED = ("LOADED", "AT_DROP")

Seen: TypeAlias = Literal[
    "order not echoed",
    "order refused: start",
    "order refused: mode",
    "order refused: other order active",
    "order refused",
    "action RETRIABLE",
    "pick FAILED",
    "drop FAILED",
    "URGENT",
    "CRITICAL",
    "FATAL, not localized, emergency stop",
    "in a person's hands",
    "intervened",
    "connection gone",
    "silent",
    "no progress",
    "cancel unanswered",
    "not to be believed",
]
Step: TypeAlias = Callable[[Shop, RobotMemory, str], None]


class Failure(NamedTuple):
    """``first`` and ``then`` get the reason in words; ``do`` tells a person what to do about it."""

    first: Step
    then: Step
    do: str


# ── what jobs hear of it ─────────────────────────────────────────────────────────────────────────


def fail(shop: Shop, robot: RobotMemory, why: str) -> None:
    """An order came to nothing: that is the affair of the job it was for. The others aboard only get there later."""
    robot.failures += 1
    robot.failed_at = shop.now
    robot.failed_why = why
    if robot.out_for:
        shop.note(RobotFailed(robot=robot.name, job=robot.out_for, why=why, retriable=True))


def fail_all(shop: Shop, robot: RobotMemory, why: str, *, retriable: bool) -> None:
    """The robot itself is not fit: that is the affair of all its jobs."""
    for job in list(robot.jobs):
        shop.note(RobotFailed(robot=robot.name, job=job, why=why, retriable=retriable))


def recover(shop: Shop, robot: RobotMemory) -> None:
    for job in robot.jobs:
        if shop.books.jobs[job].state == "RETRYING" and usable(robot):
            shop.note(RobotRecovered(robot=robot.name, job=job))


# ── steps ────────────────────────────────────────────────────────────────────────────────────────


def _wait(shop: Shop, robot: RobotMemory, why: str) -> None:
    """Its jobs wait for it, for a while."""
    fail_all(shop, robot, why, retriable=True)


def _anew(shop: Shop, robot: RobotMemory, why: str) -> None:
    """A new order from where it stands, with a deviation that holds its pose."""
    fail(shop, robot, why)


def _not_yet(shop: Shop, robot: RobotMemory, why: str) -> None:
    robot.not_before = shop.now + READY_AGAIN
    robot.failed_why = why


def _cancel_then_anew(shop: Shop, robot: RobotMemory, why: str) -> None:
    cancel(shop, robot)
    fail(shop, robot, why)


def _take_no_more(shop: Shop, robot: RobotMemory, why: str) -> None:
    """The same again: no orders until a person has looked; its job is another's."""
    robot.failures = FAILURES_MAX - 1
    fail(shop, robot, why)


def _retry(shop: Shop, robot: RobotMemory, _why: str) -> None:
    _about_action(shop, robot, "retry")


def _skip(shop: Shop, robot: RobotMemory, _why: str) -> None:
    """It becomes FAILED, and goes the way of that."""
    _about_action(shop, robot, "skipRetry")


def _about_action(shop: Shop, robot: RobotMemory, word: str) -> None:
    if robot.leg is not None and robot.ask is None:
        master.ask(shop, robot, word, robot.leg.action_id)


def _same_again(shop: Shop, robot: RobotMemory, why: str) -> None:
    """A new order for the same node, never an update (R13)."""
    _tell_action_job(shop, robot, why, retriable=True)


def _give_back(shop: Shop, robot: RobotMemory, why: str) -> None:
    """Another robot, or a person, fetches it; somebody looks into the place that it should have come from."""
    job = robot.out_for
    if job:
        unit, source = shop.books.jobs[job].unit, shop.books.jobs[job].source
        shop.alarm(f"{robot.id}/pick", f"{robot.name} cannot pick {unit} at {source}: look what is there", PARTY)
    _tell_action_job(shop, robot, why, retriable=False)


def _keep_aboard(shop: Shop, robot: RobotMemory, why: str) -> None:
    """Custody stays with the robot; a person takes it out."""
    what = ", ".join(robot.aboard.values()) or "its load"
    shop.alarm(f"{robot.id}/drop", f"{robot.name} cannot put down {what} at {where(robot)}: take it out", PARTY)
    _tell_action_job(shop, robot, why, retriable=False)


def _tell_action_job(shop: Shop, robot: RobotMemory, why: str, *, retriable: bool) -> None:
    if robot.out_for:
        shop.note(RobotFailed(robot=robot.name, job=robot.out_for, why=why, retriable=retriable))
    else:
        fail(shop, robot, why)


def _stop_and_wait(shop: Shop, robot: RobotMemory, why: str) -> None:
    """Cancel; its jobs wait for what comes of that."""
    cancel(shop, robot)
    fail_all(shop, robot, why, retriable=True)


def _stop_for_good(shop: Shop, robot: RobotMemory, why: str) -> None:
    cancel(shop, robot)
    bury(shop, robot, why)


def _take_over(shop: Shop, robot: RobotMemory, why: str) -> None:
    """A person has cleared its order by the key; its claims stay."""
    robot.standing, robot.leg, robot.done = robot.claims, None, None
    fail_all(shop, robot, why, retriable=True)


def _show(shop: Shop, robot: RobotMemory, why: str) -> None:
    """It goes on, and somebody knows."""
    shop.alarm(f"{robot.id}/urgent", f"{robot.name} goes on, but: {why}", PARTY)


def cancel(shop: Shop, robot: RobotMemory) -> None:
    """No update to this order any more (M16); a new one when the robot has stopped."""
    if robot.leg is not None and robot.leg.taken:
        robot.leg.closed = True
    if robot.ask is None and (robot.leg is None or under_way(robot)):
        master.ask(shop, robot, "cancelOrder")


def bury(shop: Shop, robot: RobotMemory, why: str) -> None:
    """It counts as dead. What it has not picked is another's, unless its pick was released to it: then nobody knows,
    and a person looks. What it has picked stays in its tote: the jobs wait for it or for a person."""
    robot.buried = True
    for job_id in list(robot.jobs):
        job = shop.books.jobs[job_id]
        if (job.back_to or job.state) not in CARRIED:
            unproven = may_have_picked(robot, job)
            shop.note(RobotFailed(robot=robot.name, job=job_id, why=why, retriable=False, unproven=unproven))
        elif job.state != "RETRYING":
            shop.note(RobotFailed(robot=robot.name, job=job_id, why=why, retriable=True))
    seen: Seen = "connection gone" if robot.state == "OFFLINE" else "no progress"
    shop.alarm(robot.id, incident(shop, robot, why, TABLE["not to be believed" if robot.held else seen].do), PARTY)


def may_have_picked(robot: RobotMemory, job: Job) -> bool:
    """Its pick was in the released base (what may happen blind is what has been released), or it says so."""
    leg = robot.leg
    return job.robot_says_loaded or (leg is not None and leg.acts and leg.errand.job == job.id)


# ── the table ────────────────────────────────────────────────────────────────────────────────────

_LOOK = "See what it stands before, mend it, and switch it on"
_CONFIRM = "Go there, compare its place and its totes, and confirm both at the board"
_REFUSES = "Read its display; if it is mended, switch it off and on"

TABLE: dict[Seen, Failure] = {
    "order not echoed": Failure(_anew, _take_no_more, _REFUSES),  # the same order was sent again before this
    "order refused: start": Failure(_anew, _take_no_more, _REFUSES),
    "order refused: mode": Failure(_not_yet, _take_no_more, _REFUSES),
    "order refused: other order active": Failure(_cancel_then_anew, _take_no_more, _REFUSES),
    "order refused": Failure(_anew, _take_no_more, _REFUSES),
    "action RETRIABLE": Failure(_retry, _skip, _LOOK),
    "pick FAILED": Failure(_same_again, _give_back, _LOOK),
    "drop FAILED": Failure(_same_again, _keep_aboard, _LOOK),
    "URGENT": Failure(_show, _show, "Nothing yet"),
    "CRITICAL": Failure(_stop_and_wait, _stop_for_good, _LOOK),
    "FATAL, not localized, emergency stop": Failure(_wait, _wait, _LOOK),
    "in a person's hands": Failure(_take_over, _take_over, "Turn its key back when you have done"),
    "intervened": Failure(_wait, _wait, "Let it go on when you have done"),  # its order stays
    "connection gone": Failure(_wait, _wait, "See whether it stands there, and switch it on"),  # then ``bury``
    "silent": Failure(bury, bury, "See whether it stands there, and switch it on"),
    "no progress": Failure(_stop_and_wait, _stop_for_good, _LOOK),
    "cancel unanswered": Failure(bury, bury, _LOOK),
    "not to be believed": Failure(bury, bury, _CONFIRM),
}

REFUSED: dict[str, Seen] = {
    ErrorType.START_NODE_OUT_OF_RANGE: "order refused: start",
    ErrorType.MOBILE_ROBOT_NOT_AVAILABLE: "order refused: mode",
    ErrorType.OTHER_ORDER_ACTIVE: "order refused: other order active",
}
"""What else a robot refuses an order for is "order refused"."""


def meet(shop: Shop, robot: RobotMemory, seen: Seen, why: str) -> None:
    """Do what the table says: ``first``, or ``then`` if the same was seen since the robot last got something done."""
    again = seen in robot.met
    if not again:
        robot.met.append(seen)
    failure = TABLE[seen]
    (failure.then if again else failure.first)(shop, robot, why)


def cancelled(robot: RobotMemory, state: State) -> None:
    """The order that it stood with in a CRITICAL error is over: it may have one more, although the error is still
    shown. With that, the same error is the same again."""
    if robot.ask is not None and robot.ask.action_type == "cancelOrder":
        critical = next((each for each in state.errors if each.error_level is ErrorLevel.CRITICAL), None)
        if critical is not None and critical.error_type != robot.pardoned[0]:
            robot.pardoned = critical.error_type, state.order_id


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def incident(shop: Shop, robot: RobotMemory, why: str, do: str) -> str:
    """All that is known, for the person who goes there."""
    carries = f", with {', '.join(robot.aboard.values())} aboard" if robot.aboard else ""
    unproven = [job.unit for job in _jobs(shop, robot) if may_have_picked(robot, job) and job.unit not in carries]
    perhaps = f", perhaps with {', '.join(unproven)}" if unproven else ""
    cut = shut_off(shop, robot)
    shut = f" It shuts the way to {', '.join(cut)}." if cut else ""
    return f"{robot.name} is {robot.state}: {why}. Last seen at {where(robot)}{carries}{perhaps}.{shut} {do}."


def where(robot: RobotMemory) -> str:
    """The node that a person looks at first."""
    leg = robot.leg
    if leg is not None:
        return leg.route[leg.passed]
    return robot.standing[-1] if robot.standing else "an unknown place"


def shut_off(shop: Shop, robot: RobotMemory) -> list[str]:
    """Desks and cabinets that no other robot can get to while this one stands where it stands."""
    if usable(robot):
        return []
    others = [other for other in shop.books.robots.values() if other is not robot and usable(other) and other.standing]
    if not others:
        return []
    traffic = Traffic(shop.layout, shop.books.robots)
    stations = [desk.station for desk in shop.layout.desks.values()]
    for cabinet in shop.layout.cabinets.values():
        stations += [cabinet.outlet_station, cabinet.inlet_station]
    nodes = {station: shop.layout.station_node(station) for station in stations}
    return [
        station
        for station, node in nodes.items()
        if not any(other.rest == node or traffic.way(other, other.rest, node) for other in others)
    ]


def _jobs(shop: Shop, robot: RobotMemory) -> list[Job]:
    return [shop.books.jobs[job] for job in robot.jobs]
