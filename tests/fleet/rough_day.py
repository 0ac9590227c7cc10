"""One rough day of a fleet: jobs, cancels, pauses, keys, emergency stops, failed actions and broken connections, by
chance; then everything is made good again, and whatever is still to be done must be done.
"""

import json
from collections import Counter
from random import Random

import msgspec
from msgspec import Struct, structs

from devices.robot_body import KeyTurned, RobotDials, StopPressed
from shopfloor.contract import vda5050_wire as wire
from shopfloor.contract.actor import HOUR, MINUTE, SECOND
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import Action, BlockingType, EmergencyStop, Header, InstantActions, OperatingMode
from shopfloor.core.lifecycles import FINAL
from tests.fleet.findings import Fault
from tests.fleet.wire_words import Post
from tests.fleet.wired_stage import RoughWire, WiredStage

HEALS_WITHIN = 60 * MINUTE
JOBS_OPEN_MAX = 4
SPARE_UNITS_MIN = 2
MODES = {
    "2": (OperatingMode.MANUAL, OperatingMode.SERVICE, OperatingMode.TEACH_IN, OperatingMode.SEMIAUTOMATIC),
    "3": tuple(mode for mode in OperatingMode if mode not in (OperatingMode.UNKNOWN, OperatingMode.AUTOMATIC)),
}
STOPS = (EmergencyStop.MANUAL, EmergencyStop.REMOTE)

ACTS = {
    # what happens, and how often beside the others
    "deliver": 30,
    "give back": 20,
    "untaken": 3,
    "unload by hand": 2,
    "cancel": 3,
    "pause": 4,
    "key": 4,
    "stop": 3,
    "cut": 4,
    "nothing": 10,
}


class Tale(Struct):
    """What came of one day."""

    orders: Counter[str]
    """Version → orders that were given, each a life."""
    messages: int
    looked_at: Counter[str]
    faults: list[Fault]
    jobs: Counter[str]
    """State at the end → jobs."""
    closest_m: float


def speaking(layout: Layout, versions: tuple[str, ...]) -> Layout:
    """The same shop, whose robots speak these versions, over and over."""
    side = msgspec.toml.decode(layout.source.side)
    for number, row in enumerate(side["robots"]):
        row["version"] = versions[number % len(versions)]
    return Layout.from_texts(layout.source.lif, msgspec.toml.encode(side).decode())


def _draw_dials(chance: Random) -> RobotDials:
    return RobotDials(
        speed_mps=chance.choice((0.8, 1.0)),
        pick_ms=chance.choice((4, 18)) * SECOND,
        drop_ms=chance.choice((4, 18)) * SECOND,
        state_gap_ms=chance.choice((20, 100, 500)),
        battery_start=chance.choice((35.0, 60.0, 100.0)),
        speed_factor=chance.choice((0.6, 1.0)),
        pick_fails=chance.choice((0.0, 0.1)),
        drop_fails=chance.choice((0.0, 0.1)),
        stalls=chance.choice((0.0, 0.01)),
        refuses_order=chance.choice((0.0, 0.05)),
        hides_idle_cancel=chance.random() < 0.2,
        rolls_on_to_node=chance.random() < 0.2,
        never_asks_for_base=chance.random() < 0.2,
    )


class RoughDay:
    """Things happen on a stage."""

    def __init__(self, stage: WiredStage, chance: Random) -> None:
        self.stage = stage
        self._chance = chance
        self._desks = sorted(stage.layout.desks)
        self._hands = 0

    @classmethod
    def drawn(cls, seed: int, versions: tuple[str, ...], layout: Layout) -> "RoughDay":
        """A day whose wire and robots are drawn by chance, too."""
        chance = Random(seed)
        rough = RoughWire(
            Random(f"{seed} wire"),
            delay_max=chance.choice((0, 50, 500)),
            loss=chance.choice((0.0, 0.0, 0.05)),
            repeats=chance.choice((0.0, 0.05)),
        )
        dials = {name: _draw_dials(chance) for name in layout.robots}
        return cls(WiredStage(speaking(layout, versions), rough, dials, seed), chance)

    @classmethod
    def calm(cls, stage: WiredStage) -> "RoughDay":
        """Nothing happens by itself."""
        return cls(stage, Random(0))

    def play(self, hours: float) -> Tale:
        """To its end, or until the floor breaks one of its own promises: that is a fault like any other."""
        try:
            fault = None if self._played(hours) else ("hung", self._what_hangs())
        except AssertionError as broken:
            fault = ("floor", f"{type(broken).__name__} {broken}")
        return self._tale(*([] if fault is None else [Fault(fault[0], "", self.stage.now, fault[1], "")]))

    def _played(self, hours: float) -> bool:
        until = self.stage.now + round(hours * HOUR)
        while self.stage.now < until and len(self.stage.spare_units) > SPARE_UNITS_MIN:
            (act,) = self._chance.choices(list(ACTS), list(ACTS.values()))
            self._do(act, self._chance.choice(list(self.stage.robots)))
            self.stage.run(self._chance.randint(1, 40) * SECOND)
        self._heal()
        return self.stage.run(HEALS_WITHIN, self._all_done)

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    def _do(self, act: str, robot: str) -> None:
        stage, chance = self.stage, self._chance
        lasts = chance.randint(1, 60) * SECOND
        match act:
            case "deliver" if self._open_jobs() < JOBS_OPEN_MAX:
                stage.deliver(chance.choice(self._desks))
            case "give back" if self._open_jobs() < JOBS_OPEN_MAX:
                stage.give_back(chance.choice(self._desks))
            case "untaken":
                stage.engineer_takes = False
                stage._later(10 * MINUTE, self._engineers_take)
            case "cancel":
                self.by_hand(robot, "cancelOrder")
            case "pause":
                self.by_hand(robot, "startPause")
                stage._later(lasts, lambda: self.by_hand(robot, "stopPause"))
            case "key":
                self._tell(robot, KeyTurned(chance.choice(MODES[stage.layout.robots[robot].version[0]])))
                stage._later(lasts, lambda: self._tell(robot, KeyTurned(OperatingMode.AUTOMATIC)))
            case "stop":
                self._tell(robot, StopPressed(chance.choice(STOPS)))
                stage._later(lasts, lambda: self._tell(robot, StopPressed(EmergencyStop.NONE)))
            case "cut":
                stage.cut_off(robot)
                stage._later(lasts, lambda: self._connect(robot))
            case _:
                pass

    def _engineers_take(self) -> None:
        self.stage.engineer_takes = True

    def _connect(self, robot: str) -> None:
        if robot in self.stage._cut:
            self.stage.connect(robot)

    def _tell(self, robot: str, report: KeyTurned | StopPressed) -> None:
        self.stage._from_robot(robot, self.stage.robots[robot].handle(report, self.stage.now))

    def by_hand(self, robot: str, kind: str) -> None:
        """Somebody at the robot's own panel: to the robot it is an instant action like any other."""
        self._hands += 1
        row = self.stage.layout.robots[robot]
        header = Header(self._hands, self.stage.now, row.version, row.manufacturer, row.serial_number)
        action = Action(kind, f"I.panel.{self._hands}", BlockingType.NONE)
        sent = wire.encode(InstantActions(header, (action,)))
        post = Post(sent.topic, sent.payload, sent.qos, sent.retain, self.stage.now)
        if robot not in self.stage._cut:
            self.stage._reach_robot(robot, post)

    def _heal(self) -> None:
        """Nothing goes wrong any more, and people put right what did."""
        stage = self.stage
        stage.engineer_takes = True
        for name, client in stage.robots.items():
            self._connect(name)
            healed = structs.replace(client.dials, pick_fails=0.0, drop_fails=0.0, stalls=0.0, refuses_order=0.0)
            client.dials = client._body.dials = healed
            self._tell(name, KeyTurned(OperatingMode.AUTOMATIC))
            self._tell(name, StopPressed(EmergencyStop.NONE))
            self.by_hand(name, "stopPause")

    # ── what came of it ──────────────────────────────────────────────────────────────────────────

    def _open_jobs(self) -> int:
        return sum(job.state not in FINAL["job"] for job in self.stage.books.jobs.values())

    def _all_done(self) -> bool:
        at_rest = all(robot.leg is None and not robot.ask for robot in self.stage.books.robots.values())
        return at_rest and not self._open_jobs()

    def _tale(self, *faults: Fault) -> Tale:
        found = self.stage.checker.found
        orders: Counter[str] = Counter()
        ids = set()
        for tap, post in self.stage.posts:
            if tap == "control_says" and post.level == "order":
                plain = json.loads(post.payload)
                if plain["orderId"] not in ids:
                    ids.add(plain["orderId"])
                    orders[plain["version"]] += 1
        jobs = Counter(job.state for job in self.stage.books.jobs.values())
        return Tale(
            orders, found.messages, found.looked_at, [*found.faults, *faults], jobs, self.stage.checker.closest_m
        )

    def _what_hangs(self) -> str:
        jobs = [f"{job.id} {job.job_kind} {job.state}" for job in self.stage.books.jobs.values()]
        jobs = [each for each in jobs if each.rpartition(" ")[2] not in FINAL["job"]]
        robots = [
            f"{each.id} {each.state} leg={each.leg} ask={each.ask} standing={each.standing}"
            for each in self.stage.books.robots.values()
        ]
        return "; ".join([*jobs, *robots])
