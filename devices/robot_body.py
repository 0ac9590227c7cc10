"""The body of a carrying robot: wheels, tote places, battery and position sense.

``Body`` is what the client asks of any body; a maker's driver fits in here. ``SimulatedBody`` is one made of
arithmetic, with its defects as dials. It has no clock of its own: whoever drives the client tells the time, and
``deadline`` says when the next thing happens to it.
"""

import math
from collections.abc import Iterator
from random import Random
from typing import Annotated, Literal, Protocol, TypeAlias

from msgspec import Meta, Struct, structs

from devices.robot_totes import Aboard, Totes
from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.vda5050 import Action, EmergencyStop, OperatingMode

__all__ = [
    "BODY_ACTIONS",
    "Aboard",
    "ActionEnded",
    "Arrived",
    "BatteryEmpty",
    "Body",
    "KeyTurned",
    "Pose",
    "PositionJumped",
    "PositionLost",
    "Reading",
    "Report",
    "RobotDials",
    "SimulatedBody",
    "StopPressed",
    "ToteTouched",
]

BELIEVED_WITHIN_M = 1.0
"""A person who tells the robot where it is may be wrong by this much before the sensors contradict."""


class Pose(Struct, frozen=True):
    """Metres on the shop's map; ``theta`` in radians, 0 along x, counter-clockwise."""

    x: float
    y: float
    theta: float = 0.0

    def distance_m(self, x: float, y: float) -> float:
        return math.hypot(self.x - x, self.y - y)


class RobotDials(Struct, frozen=True):
    """What a robot is like and what is wrong with it. Chances are per occasion, 0 to 1; charges are per cent."""

    speed_mps: float = 1.0
    half_turn_ms: int = 3 * SECOND
    pick_ms: int = MINUTE * 3 // 10
    drop_ms: int = MINUTE * 3 // 10
    latch_ms: int = 2 * SECOND  # onto the dock, or off it

    battery_start: float = 100.0
    drain_driving_per_min: float = 0.4
    drain_standing_per_min: float = 0.05
    charge_per_min: float = 1.5
    stands_below: float = 0.0  # does not leave its node with less, and says nothing (R9)

    state_gap_ms: int = 100  # two states are at least this far apart
    state_every_ms: int = 30 * SECOND
    start_within_m: float = 0.2  # how far from an order's first node it may stand, unless the order allows more

    speed_factor: float = 1.0
    pick_fails: float = 0.0
    drop_fails: float = 0.0
    stalls: float = 0.0  # per edge: stands for ever, and says nothing
    loses_position: float = 0.0  # per edge, half way along it
    refuses_order: float = 0.0
    dead_after: int | None = None  # ms after switching on: no word any more
    jumps: float = 0.0  # per edge: from half way on it believes to be jump_m further along x, and drives on
    jump_m: float = 2.0
    lies_by_m: float = 0.0  # what it tells of its place is so far off along x; it knows better itself
    floods_every_ms: Annotated[int, Meta(ge=1)] | None = None  # tells its state so often, news or not

    # departures that were seen on robots of other makers
    instant_actions_key: Literal["actions", "instantActions"] = "actions"  # the only one it reads (R1)
    connection_qos: Literal[0, 1] = 1  # (R2)
    refuses_other_versions: bool = False  # an order must name its own version, letter for letter (R3)
    deviation_key: Literal["allowedDeviationXY", "allowedDeviationXy"] = "allowedDeviationXY"  # only this one (R4)
    repeats_stitched_actions: bool = False  # lists them a second time and never becomes idle (R5)
    hides_idle_cancel: bool = False  # answers a cancel without an order with the error alone (R7)
    bare_factsheet: bool = False  # nothing but the header (R8)
    never_asks_for_base: bool = False  # no newBaseRequest (R10)
    rolls_on_to_node: bool = False  # cancelled between nodes it stops at the next one, not where it is (R14)
    wants_load_type: str = ""  # without it, it refuses to pick or drop (R15)
    wants_station_type: str = ""  # the same
    stitches_at_end: bool = False  # wants an update to begin at its last node, released or not (R16)


class Arrived(Struct, frozen=True):
    """The last drive has reached its end."""


class ActionEnded(Struct, frozen=True):
    """``fault`` is None if it went well, otherwise what went wrong, for a person."""

    action_id: str
    fault: str | None = None


class PositionLost(Struct, frozen=True):
    """It does not know any more where it is, and has stopped."""


class PositionJumped(Struct, frozen=True):
    """All at once it believes to be somewhere else, and has no doubt."""


class BatteryEmpty(Struct, frozen=True):
    """It has stopped where it was."""


class KeyTurned(Struct, frozen=True):
    """A person at the robot has chosen another operating mode."""

    mode: OperatingMode


class StopPressed(Struct, frozen=True):
    """The emergency stop is now so; NONE when released."""

    stop: EmergencyStop


class ToteTouched(Struct, frozen=True):
    """A person has taken something out of a tote, or laid something in: the sensors say what is aboard now."""


Report: TypeAlias = (
    Arrived | ActionEnded | PositionLost | PositionJumped | BatteryEmpty | KeyTurned | StopPressed | ToteTouched
)


class Reading(Struct, frozen=True):
    """All that the sensors say at one moment."""

    pose: Pose
    localized: bool
    slipped_m: float
    """How far along x it believes to be from where it is."""
    moving: bool
    charge: float
    charging: bool
    aboard: tuple[Aboard, ...]


class Body(Protocol):
    """What a client asks of a body. Orders to it return at once; what comes of them is reported."""

    def drive(self, x: float, y: float, speed_mps: float, now: Instant) -> None:
        """Straight on to there, not faster than that; ends with Arrived."""

    def stop(self, now: Instant) -> None:
        """Stand still where it is; also when it stands already."""

    def begin(self, action: Action, now: Instant) -> None:
        """One of BODY_ACTIONS; ends with ActionEnded."""

    def read(self, now: Instant) -> Reading: ...

    def advance(self, now: Instant) -> list[Report]:
        """What has happened by now. A driver that reports on its own answers with nothing."""

    @property
    def deadline(self) -> Instant | None: ...


BODY_ACTIONS = ("pick", "drop", "startCharging", "stopCharging", "initializePosition")


class _Drive(Struct, frozen=True):
    """One straight drive: turn on the spot from ``began`` to ``turned``, then roll until ``arrives``."""

    origin: Pose
    target: Pose
    began: Instant
    turned: Instant
    arrives: Instant

    def pose(self, now: Instant) -> Pose:
        if now >= self.arrives:
            return self.target
        if now < self.turned:
            share = (now - self.began) / (self.turned - self.began)
            turn = _turn(self.origin.theta, self.target.theta)
            return structs.replace(self.origin, theta=_wrapped(self.origin.theta + share * turn))
        share = (now - self.turned) / (self.arrives - self.turned)
        x = self.origin.x + share * (self.target.x - self.origin.x)
        y = self.origin.y + share * (self.target.y - self.origin.y)
        return Pose(x, y, self.target.theta)


class SimulatedBody:
    """A robot of arithmetic. It sees nobody: two of them drive through each other (R11), as real ones did.

    ``chance`` decides which pick fails and which edge is the last one; seed it per robot.
    """

    def __init__(self, start: Pose, places: tuple[str, ...], dials: RobotDials, chance: Random, now: Instant) -> None:
        self.dials = dials
        self._chance = chance
        self._totes = Totes(places)
        self._pose = start
        self._drive: _Drive | None = None
        self._loses_position_at: Instant | None = None
        self._jumps_at: Instant | None = None
        self._localized = True
        self._slipped_m = 0.0
        self._at_work: dict[str, tuple[Instant, Action]] = {}
        self._charge = dials.battery_start
        self._charging = False
        self._told_empty = False
        self._settled = now

    def drive(self, x: float, y: float, speed_mps: float, now: Instant) -> None:
        self.stop(now)
        self._charging = False
        if not self._localized or self._charge <= self.dials.stands_below or self._chance.random() < self.dials.stalls:
            return
        distance_m = self._pose.distance_m(x, y)
        heading = math.atan2(y - self._pose.y, x - self._pose.x) if distance_m > 0 else self._pose.theta
        turn_ms = round(abs(_turn(self._pose.theta, heading)) / math.pi * self.dials.half_turn_ms)
        speed_mps = min(speed_mps, self.dials.speed_mps) * self.dials.speed_factor
        turned = now + turn_ms
        arrives = turned + math.ceil(distance_m / speed_mps * SECOND)
        self._drive = _Drive(self._pose, Pose(x, y, heading), now, turned, arrives)
        if self._chance.random() < self.dials.loses_position:
            self._loses_position_at = turned + (arrives - turned) // 2
        if self.dials.jumps and self._chance.random() < self.dials.jumps:  # days without it draw as they always did
            self._jumps_at = turned + (arrives - turned) // 2

    def stop(self, now: Instant) -> None:
        self._settle(now)
        if self._drive is not None:
            self._pose = self._drive.pose(now)
        self._drive = None
        self._loses_position_at = self._jumps_at = None

    def take_off(self, load_id: str) -> bool:
        """Somebody takes it out of its tote; False if it is not aboard."""
        return self._totes.take_off(load_id)

    def push_to(self, pose: Pose, now: Instant) -> None:
        """Somebody pushes it there, and tells it where it is."""
        self.stop(now)
        self._pose, self._localized, self._slipped_m = pose, True, 0.0

    def begin(self, action: Action, now: Instant) -> None:
        lasts = {"pick": self.dials.pick_ms, "drop": self.dials.drop_ms, "initializePosition": 0}
        self._at_work[action.action_id] = now + lasts.get(action.action_type, self.dials.latch_ms), action

    def read(self, now: Instant) -> Reading:
        self._settle(now)
        return Reading(
            pose=self._pose if self._drive is None else self._drive.pose(now),
            localized=self._localized,
            slipped_m=self._slipped_m,
            moving=self._drive is not None,
            charge=self._charge,
            charging=self._charging,
            aboard=self._totes.aboard,
        )

    def advance(self, now: Instant) -> list[Report]:
        self._settle(now)
        reports = self._rolled(now)
        if self._at_work:
            reports += self._worked(now)
        return reports

    @property
    def deadline(self) -> Instant | None:
        """None when nothing drains, and it neither drives nor works."""
        due: Instant | None = None
        drain = 0.0 if self._told_empty or self._charging else self._drain_per_min()
        if drain > 0:
            due = self._settled + math.ceil(self._charge / drain * MINUTE)
        drive = self._drive
        if drive is not None and (due is None or drive.arrives < due):
            due = drive.arrives
        others = [ends for ends, _ in self._at_work.values()] if self._at_work else []
        others += [at for at in (self._loses_position_at, self._jumps_at) if at is not None]
        if others and (due is None or min(others) < due):
            due = min(others)
        return due

    def _drain_per_min(self) -> float:
        moving = self._drive is not None
        return self.dials.drain_driving_per_min if moving else self.dials.drain_standing_per_min

    def _settle(self, now: Instant) -> None:
        """Brings the charge up to date; to be called before anything changes what it drains."""
        if now == self._settled:
            return
        minutes = (now - self._settled) / MINUTE
        gained = self.dials.charge_per_min if self._charging else -self._drain_per_min()
        charge = min(100.0, max(0.0, self._charge + gained * minutes))
        self._charge = charge if charge > 1e-6 else 0.0
        self._settled = max(now, self._settled)

    def _rolled(self, now: Instant) -> list[Report]:
        reports: list[Report] = []
        if self._charge > 0.0:
            self._told_empty = False
        elif not self._told_empty:
            self._told_empty = True
            self.stop(now)
            reports.append(BatteryEmpty())
        if self._jumps_at is not None and now >= self._jumps_at:
            self._jumps_at = None
            self._slipped_m += self.dials.jump_m
            reports.append(PositionJumped())
        if self._loses_position_at is not None and now >= self._loses_position_at:
            self.stop(now)
            self._localized = False
            reports.append(PositionLost())
        if self._drive is not None and now >= self._drive.arrives:
            self.stop(now)
            reports.append(Arrived())
        return reports

    def _worked(self, now: Instant) -> Iterator[Report]:
        ended = sorted((ends, action_id) for action_id, (ends, _) in self._at_work.items() if ends <= now)
        for _, action_id in ended:
            _, action = self._at_work.pop(action_id)
            yield ActionEnded(action_id, self._outcome(action))

    def _outcome(self, action: Action) -> str | None:
        """Does it, or says why not."""
        match action.action_type:
            case "pick":
                return self._totes.pick(action, fails=self._chance.random() < self.dials.pick_fails)
            case "drop":
                return self._totes.drop(action, fails=self._chance.random() < self.dials.drop_fails)
            case "startCharging":
                self._charging = self._drive is None
                return None if self._charging else "it was driving"
            case "stopCharging":
                self._charging = False
                return None
            case "initializePosition":
                return self._believe(action)
            case other:
                return f"no body of this kind can {other}"

    def _believe(self, action: Action) -> str | None:
        x, y = action.parameter("x"), action.parameter("y")
        if not isinstance(x, int | float) or not isinstance(y, int | float):
            return "x and y must be numbers"
        if not self._pose.distance_m(x, y) <= BELIEVED_WITHIN_M:  # also when it is no number
            return "what the sensors see does not fit that place"
        self._localized, self._slipped_m = True, 0.0
        return None


def _wrapped(theta: float) -> float:
    """The same direction, between -π and π."""
    return math.atan2(math.sin(theta), math.cos(theta))


def _turn(from_theta: float, to_theta: float) -> float:
    """The shorter way round."""
    return _wrapped(to_theta - from_theta)
