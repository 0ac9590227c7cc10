"""The fleet's stage with a real wire: every message crosses the codecs as bytes, and the checker reads along."""

from random import Random

from msgspec import structs

from devices.robot import Said
from devices.robot_body import RobotDials
from devices.robot_voice import Voice
from shopfloor.contract import vda5050_wire as wire
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import InstantActions, Level, Order
from shopfloor.contract.vda5050 import Post as Sent
from shopfloor.core.fleet.master import INSTANT_PREFIX
from shopfloor.service.reading import InstantActionIds
from tests.core.fleet_stage import LOOK_EVERY, Stage
from tests.fleet.checker import Checker
from tests.fleet.wire_words import Post

REPEATS_UP_TO = 500
"""Milliseconds until a message comes a second time."""
INSTANTS = InstantActionIds(INSTANT_PREFIX)


class RoughWire:
    """QoS 0 loses, repeats and delays, and lets what is late be overtaken; connections and factsheets only wait."""

    def __init__(self, chance: Random, *, delay_max: int = 0, loss: float = 0.0, repeats: float = 0.0) -> None:
        self._chance = chance
        self._delay_max = delay_max
        self._loss = loss
        self._repeats = repeats

    @classmethod
    def calm(cls) -> "RoughWire":
        return cls(Random(0))

    def arrivals(self, level: Level) -> list[int]:
        """After how many milliseconds each copy arrives; none: it is lost."""
        first = self._chance.randint(0, self._delay_max)
        if level in (Level.CONNECTION, Level.FACTSHEET):
            return [first]
        if self._chance.random() < self._loss:
            return []
        again = self._chance.random() < self._repeats
        return [first, first + self._chance.randint(0, REPEATS_UP_TO)] if again else [first]


class WiredStage(Stage):
    """``versions``: robot → the version that it speaks."""

    def __init__(
        self,
        layout: Layout,
        rough: RoughWire,
        dials: dict[str, RobotDials] | None = None,
        seed: int = 1,
    ) -> None:
        self.rough = rough
        self.checker = Checker(layout.separation_m)
        self.voices: dict[str, Voice] = {}
        self.posts: list[tuple[str, Post]] = []
        self._look_at = 0
        super().__init__(dials, None, seed, layout=layout)

    # ── from robots ──────────────────────────────────────────────────────────────────────────────

    def cut_off(self, robot: str) -> None:
        """Its connection breaks: the broker speaks its last will, and nothing passes any more."""
        if robot in self._cut:
            return
        client = self.robots[robot]
        post = self._seen(self._voice(robot).write(client.last_will(self.now)))
        client.cut_off()
        self._cut[robot] = None
        self._tap("broker_says", post)
        self._later(0, lambda: self._reach_floor(robot, post))

    def _from_robot(self, name: str, said: list[Said]) -> None:
        if name in self._cut:
            return
        for message in said:
            post = self._seen(self._voice(name).write(message))
            self._tap("robot_says", post)
            for ms in self.rough.arrivals(Level(post.level)):
                self._later(ms, lambda post=post: self._reach_floor(name, post))

    def _reach_floor(self, name: str, post: Post) -> None:
        self._tap("control_hears", self._now(post))
        message = wire.decode(post.topic, post.payload, INSTANTS)
        assert not isinstance(message, Order | InstantActions)
        self._tell_floor(name, message)

    # ── to robots ────────────────────────────────────────────────────────────────────────────────

    def _to_robot(self, device: str, message: Order | InstantActions) -> None:
        name = device.partition("/")[2]
        post = self._seen(wire.encode(message))
        self._tap("control_says", post)
        for ms in self.rough.arrivals(Level(post.level)):
            self._later(ms, lambda: self._reach_robot(name, post))

    def _reach_robot(self, name: str, post: Post) -> None:
        if name in self._cut:
            return
        self._tap("robot_hears", self._now(post))
        heard = self._voice(name).read(post.topic, post.payload)
        self._from_robot(name, self.robots[name].handle(heard, self.now))

    # ── reading along ────────────────────────────────────────────────────────────────────────────

    def _voice(self, name: str) -> Voice:
        robot = self.robots[name]
        return self.voices.setdefault(name, Voice.of(robot.profile, robot.dials))

    def _seen(self, sent: Sent) -> Post:
        return Post(sent.topic, sent.payload, sent.qos, sent.retain, self.now)

    def _now(self, post: Post) -> Post:
        return structs.replace(post, at=self.now)

    def _tap(self, tap: str, post: Post) -> None:
        self.posts.append((tap, post))
        getattr(self.checker, tap)(post)

    def _look(self) -> None:
        """Each ``run`` begins to look around; one pair of eyes is enough."""
        if self.now < self._look_at:
            return
        self._look_at = self.now + LOOK_EVERY
        self.checker.sees({name: self._spot(name) for name in self.robots}, self.now)
        self._later(LOOK_EVERY, self._look)

    def _spot(self, name: str) -> tuple[float, float]:
        pose = self.pose(name)
        return pose.x, pose.y
