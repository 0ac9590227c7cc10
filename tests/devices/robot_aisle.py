"""One straight aisle with one robot, a node every two metres; whatever the robot says is held against the official
schemas of its version as it is said."""

import json
import runpy
from functools import cache
from pathlib import Path
from random import Random

from devices.robot import RobotClient
from devices.robot_body import Pose, RobotDials, SimulatedBody
from devices.robot_profile import RobotProfile
from devices.robot_voice import Voice
from shopfloor.contract import vda5050 as vda
from shopfloor.contract import vda5050_wire as wire
from shopfloor.contract.actor import MINUTE, TimePassed

VERSIONS = ("2.0.0", "2.1.0", "3.0.0")
official = runpy.run_path(str(Path(__file__).parents[1] / "data" / "vda5050" / "schemas.py"))

MORNING = 1_767_229_200_000
SEVEN = vda.Identity("dobby", "r7")
STEP_M = 2.0
BLOCK = vda.BlockingType
STATUS = vda.ActionStatus


class Spoken:
    """The version that robots speak in this test, if it does not say otherwise."""

    version = "2.1.0"


class Aisle:
    """One robot, the clock that drives it, and all that it has said."""

    def __init__(self, *, start=0, seed=7, places=("tote-1", "tote-2"), version=None, **dials):
        self.now = MORNING
        self.version = version or Spoken.version
        self.dials = RobotDials(**{"state_gap_ms": 0, **dials})
        self.profile = RobotProfile(SEVEN, "shop", f"n{start}", Pose(start * STEP_M, 0.0), places, self.version)
        self.voice = Voice.of(self.profile, self.dials)
        chance = Random(f"{seed}:robot:r7")
        self.body = SimulatedBody(self.profile.start, places, self.dials, chance, self.now)
        self.robot = RobotClient(self.profile, self.body, self.dials, chance, self.now)
        self.said = []
        self._hear(self.robot.first_words(self.now))

    def _hear(self, said):
        for each in said:
            assert faults_on_the_wire(self.voice.write(each), each) == []
        self.said += said
        return said

    def tell(self, message):
        return self._hear(self.robot.handle(message, self.now))

    def wait(self, ms: int) -> None:
        """Lets shop time pass, waking the robot when it asks to be."""
        until = self.now + ms
        while (due := self.robot.deadline) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(TimePassed())
        self.now = until

    def wait_for(self, condition, ms: int = 10 * MINUTE) -> None:
        until = self.now + ms
        while not condition(self.state):
            due = self.robot.deadline
            assert due is not None, "it never will"
            assert due <= until, "it took too long"
            self.now = max(self.now, due)
            self.tell(TimePassed())

    def instant(self, action_type: str, action_id: str, *parameters: vda.ActionParameter, blocking=BLOCK.NONE):
        action = vda.Action(action_type, action_id, blocking, parameters)
        return self.tell(vda.InstantActions(header(), (action,)))

    @property
    def states(self) -> list[vda.State]:
        return [each for each in self.said if isinstance(each, vda.State)]

    @property
    def state(self) -> vda.State:
        return self.states[-1]

    @property
    def x(self) -> float:
        return self.body.read(self.now).pose.x


@cache
def validator(version: str, level: vda.Level):
    return official["validator"](f"v{version[:3]}", level)


def faults_on_the_wire(post: vda.Post, said) -> list[str]:
    schema = validator(said.header.version, vda.LEVELS[type(said)])
    plain = json.loads(post.payload)
    assert wire.decode(post.topic, post.payload).header == said.header
    errors = [error.message for error in schema.iter_errors(plain)]
    return errors + official["undeclared"](schema.schema, plain)


def header() -> vda.Header:
    return vda.Header(1, MORNING, Spoken.version, "dobby", "r7")


def action(action_type: str, action_id: str, blocking=BLOCK.HARD, load: str | None = None) -> vda.Action:
    parameters = () if load is None else (vda.ActionParameter("loadId", load),)
    return vda.Action(action_type, action_id, blocking, parameters)


def node(at: int, sequence_id: int, *, released=True, actions=(), within_m: float = 0.0) -> vda.Node:
    deviation = vda.AllowedDeviation(within_m, within_m, 0.0)
    return vda.Node(
        f"n{at}", sequence_id, released, actions, vda.NodePosition(at * STEP_M, 0.0, "shop", None, deviation)
    )


def order(order_id="o1", *, first=0, stops=3, released=None, update=0, sequence=0, at=None, within_m=0.0):
    """From node ``first`` over ``stops`` nodes, ``released`` of them; ``at`` maps a stop to its actions."""
    released = stops if released is None else released
    at = at or {}
    nodes = tuple(
        node(
            first + stop,
            sequence + 2 * stop,
            released=stop < released,
            actions=at.get(stop, ()),
            within_m=within_m if stop == 0 else 0.0,
        )
        for stop in range(stops)
    )
    edges = tuple(
        vda.Edge(f"e{first + stop}", sequence + 2 * stop + 1, stop + 1 < released, maximum_speed=1.0)
        for stop in range(stops - 1)
    )
    return vda.Order(header(), order_id, update, nodes, edges)


def refusals(state: vda.State) -> list[str]:
    return [error.error_type for error in state.errors]


def references(state: vda.State) -> dict[str, str]:
    return {each.reference_key: each.reference_value for each in state.errors[-1].error_references}


def waits_at(at: int):
    return lambda state: state.last_node_id == f"n{at}" and not state.driving


def share(outcomes) -> float:
    outcomes = list(outcomes)
    return sum(outcomes) / len(outcomes)
