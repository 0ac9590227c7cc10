"""Whether a robot can be believed: where it may be, what it remembers, and how much it says.

A robot that is not believed is *held*: it is at fault, keeps its claims and the place around it, and gets no order
until a person has confirmed its place and its load (``ModeSet(what="robot-held", on=False)``). Noise, late states, a
clock that was set and a person who pushes it are no lies; so one impossible move is remembered, and only several
count, except for a robot under way that is not where it was sent.
"""

from math import hypot

from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import OperatingMode, State
from shopfloor.core.books import Job
from shopfloor.core.fleet.memory import Leg, RobotMemory, Trust
from shopfloor.core.fleet.whereabouts import BESIDE_M, distance_m, locate, spot
from shopfloor.core.shop import Shop

FASTER_THAN_CAN = 2.0
"""Nobody drives at so many times its own speed."""
JUMP_M = 0.5
"""A position sense that finds its place again may be so far off; noise is a few centimetres."""
LATE_MS = 3 * SECOND
"""A state may have been so much longer on its way than the one after it."""
JUMPS_MAX = 3
JUMPS_FORGOTTEN = MINUTE
OFF_ROUTE_M = 0.5

STATES_PER_S = 20.0
"""A robot that says everything that happens to it says less; one that names a shorter minimumStateInterval, more."""
CROWD_MAX = 200.0
"""So many states above that are a flood."""

BELIEVED_MODES = (OperatingMode.AUTOMATIC, OperatingMode.SEMIAUTOMATIC)
CARRIED = ("LOADED", "AT_DROP")

# ── how much it says ─────────────────────────────────────────────────────────────────────────────


def floods(robot: RobotMemory, now: Instant) -> str:
    """Counts one more state; why it is a flood, for a person, or nothing."""
    trust = robot.trust
    leaked = _states_per_s(robot) * (now - trust.crowd_at) / SECOND
    trust.crowd = max(0.0, trust.crowd - leaked) + 1.0
    trust.crowd_at = now
    if trust.crowd < CROWD_MAX:
        return ""
    trust.crowd = 0.0
    return f"it floods the floor: far more than {_states_per_s(robot):.0f} states a second"


def _states_per_s(robot: RobotMemory) -> float:
    limits = robot.factsheet.protocol_limits if robot.factsheet is not None else None
    shortest_s = limits.timing.minimum_state_interval if limits is not None else 0.0
    return max(STATES_PER_S, min(2 / shortest_s, 2 * STATES_PER_S)) if shortest_s > 0 else STATES_PER_S


# ── where it says it is ──────────────────────────────────────────────────────────────────────────


def doubt(shop: Shop, robot: RobotMemory, state: State) -> str:
    """Why this state cannot be true, for a person; nothing if it can. What is believed is the measure of the next."""
    known, trust = robot.report, robot.trust
    here = spot(state)
    if here is None or _in_hands(state) or known is None or _in_hands(known):
        robot.trust = _begun(trust, here, state, shop.now)
        return ""
    if _restarted(known, state) or robot.state == "OFFLINE":
        moved_m = _moved_m(trust, here)
        robot.trust = _begun(trust, here, state, shop.now)
        elsewhere = robot.leg is None and moved_m > JUMP_M and _restarted(known, state)
        return f"it was switched on again {moved_m:.1f} m from where it was" if elsewhere else ""
    jump_m = _jump_m(shop.layout, robot, here, state, shop.now)
    _measure_on(trust, here, state, shop.now)
    leg = robot.leg
    if leg is None or not leg.taken or state.order_id != leg.order_id:
        return _jumps(trust, jump_m, shop.now)
    return _off_route(shop.layout, leg, known, state, here)


def _in_hands(state: State) -> bool:
    """A person may push it: its place is theirs."""
    return state.operating_mode not in BELIEVED_MODES or state.safety_state.stopped or spot(state) is None


def _restarted(known: State, state: State) -> bool:
    return state.header.header_id <= known.header.header_id


def _begun(trust: Trust, here: tuple[float, float] | None, state: State, now: Instant) -> Trust:
    return Trust(spot=here, at=now, told_at=state.header.timestamp, crowd=trust.crowd, crowd_at=trust.crowd_at)


def _measure_on(trust: Trust, here: tuple[float, float], state: State, now: Instant) -> None:
    trust.spot, trust.at, trust.told_at = here, now, state.header.timestamp


def _moved_m(trust: Trust, here: tuple[float, float]) -> float:
    return 0.0 if trust.spot is None else hypot(here[0] - trust.spot[0], here[1] - trust.spot[1])


def _jump_m(layout: Layout, robot: RobotMemory, here: tuple[float, float], state: State, now: Instant) -> float:
    """How much further it has come than it can have driven; 0 if it can.

    Two states may come closer together than they were told, so the robot's own clock may add a little; never more,
    since that clock can be set.
    """
    trust = robot.trust
    ours = now - trust.at
    its = state.header.timestamp - trust.told_at
    lasted = ours + min(max(0, its - ours), LATE_MS)
    reach_m = layout.robots[robot.name].speed_mps * FASTER_THAN_CAN * lasted / SECOND + JUMP_M
    moved_m = _moved_m(trust, here)
    return moved_m if moved_m > reach_m else 0.0


def _jumps(trust: Trust, jump_m: float, now: Instant) -> str:
    if not jump_m:
        return ""
    trust.jumps = trust.jumps + 1 if now - trust.jumped_at < JUMPS_FORGOTTEN else 1
    trust.jumped_at = now
    if trust.jumps < JUMPS_MAX:
        return ""
    trust.jumps = 0
    return f"it tells places that it cannot have driven to: {jump_m:.1f} m at once, {JUMPS_MAX} times in a minute"


def _off_route(layout: Layout, leg: Leg, known: State, state: State, here: tuple[float, float]) -> str:
    """Under way it is on what was released to it, and the nodes that it passes are those of its order. How fast it gets
    on there is its own affair: nobody else may be on its way."""
    if known.order_id != leg.order_id or state.idle:
        return ""
    passed = state.last_node_id, state.last_node_sequence_id
    if passed != (known.last_node_id, known.last_node_sequence_id) and not _on_base(leg, *passed):
        return f"it says that it has passed {passed[0]}, which is not on its way"
    off_m = min(distance_m(layout, element, here) for element in leg.route[leg.held_from : leg.released + 1])
    if off_m > max(OFF_ROUTE_M, leg.start_within_m):
        return f"it tells a place {off_m:.1f} m off its way"
    return ""


def _on_base(leg: Leg, node: str, at: int) -> bool:
    index = at - leg.first_number
    return 0 <= index <= leg.released and leg.route[index] == node


# ── what it remembers (R12) ──────────────────────────────────────────────────────────────────────


def another_memory(shop: Shop, robot: RobotMemory, leg: Leg, state: State) -> str:
    """Its order is gone and we have not cancelled it: what else is not as we knew it, for a person.

    Nothing if place, last node and loads are as they were: then only the order was lost, and a new one mends that.
    """
    here = spot(state)
    held = leg.route[leg.held_from : leg.released + 1]
    nodes = leg.route[leg.passed : leg.released + 1 : 2]
    if here is not None and min(distance_m(shop.layout, element, here) for element in held) > BESIDE_M:
        return "its order is gone, and it is not where it was sent"
    if state.last_node_id and state.last_node_id not in nodes:
        return f"its order is gone, and it believes to be at {state.last_node_id}"
    missing = [job.unit for job in _carried(shop, robot) if state.loads is not None and job.tote not in robot.aboard]
    return f"its order is gone, and so is {', '.join(missing)}" if missing else ""


def _carried(shop: Shop, robot: RobotMemory) -> list[Job]:
    jobs = [shop.books.jobs[job] for job in robot.jobs]
    return [job for job in jobs if (job.back_to or job.state) in CARRIED]


# ── held ─────────────────────────────────────────────────────────────────────────────────────────


def wall_in(shop: Shop, robot: RobotMemory, state: State) -> None:
    """What it holds, where it was last believed to be and where it says it is are closed to the others, with all that
    comes too near to that, as far as they do not hold it already."""
    before = robot.claims
    others = [element for other in shop.books.robots.values() if other is not robot for element in other.claims]
    taken = {near: None for element in others for near in shop.layout.near[element]}
    reports = [report for report in (robot.report, state) if report is not None]
    places = [element for report in reports for element in locate(shop.layout, robot.name, report, before)]
    around = [element for element in dict.fromkeys(places) if element not in before and element not in taken]
    robot.leg = None
    robot.standing = (*around, *before)
