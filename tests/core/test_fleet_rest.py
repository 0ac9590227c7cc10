"""Robots at rest say every 30 s that they are still there; the floor hears it, and has nothing to do."""

from random import Random

from devices.robot_body import RobotDials
from shopfloor.contract.actor import MINUTE, SECOND, TimePassed
from shopfloor.contract.commands import Command, SendInstantActions
from shopfloor.contract.facts import Fact
from shopfloor.contract.vda5050 import MobileRobotPosition, PowerSupply
from tests.core.fleet_stage import Stage, Wire
from tests.core.puppet import Puppet, delivery
from tests.core.story import LAYOUT, Story

EVERY = 30 * SECOND
DESK = LAYOUT.station_node(next(iter(LAYOUT.desks.values())).station)


def beside(node: str, off_m: float = 0.2) -> MobileRobotPosition:
    """So far from a node."""
    at = LAYOUT.nodes[node]
    return MobileRobotPosition(at.position.x + off_m, at.position.y, 0.0, at.map_id, localized=True)


def in_their_parks() -> tuple[Story, list[Puppet]]:
    story = Story()
    return story, [Puppet(story, name) for name in LAYOUT.robots]


def wake_ups(story: Story, ms: int) -> int:
    """How often the floor has itself woken within this time."""
    until, count = story.now + ms, 0
    while (deadline := story.floor.deadline) is not None and deadline <= until:
        story.now = max(story.now, deadline)
        story.outs += story.floor.handle(TimePassed(), story.now)
        count += 1
    story.now = until
    return count


def test_whoever_says_that_it_is_still_there_wakes_nobody():
    story, robots = in_their_parks()
    said, woken = len(story.outs), 0
    for _ in range(20):
        woken += wake_ups(story, EVERY)
        for robot in robots:
            robot.tells()
    assert (woken, story.outs[said:]) == (0, [])


def test_one_that_falls_silent_is_asked_and_then_offline():
    story, (quiet, other) = in_their_parks()
    robots_asked_at_once = story.all(SendInstantActions)
    for _ in range(2):
        wake_ups(story, EVERY)
        other.tells()
    asked = [out.to for out in story.all(SendInstantActions)[len(robots_asked_at_once) :]]
    assert asked
    assert set(asked) == {quiet.device}
    assert (quiet.memory.state, other.memory.state) == ("OFFLINE", "AVAILABLE")


def test_a_battery_that_runs_low_at_rest_is_news():
    _, (robot, _) = in_their_parks()
    robot.tells(power_supply=PowerSupply(80.1, charging=False))
    assert not robot.orders
    robot.tells(power_supply=PowerSupply(79.9, charging=False))
    assert robot.memory.leg is not None
    assert robot.memory.leg.errand.purpose == "charge"


def test_a_robot_that_was_pushed_aside_at_rest_is_sent_home_from_there():
    _, (robot, _) = in_their_parks()
    robot.tells()
    assert not robot.orders
    robot.tells(mobile_robot_position=beside(DESK, 0.0))
    assert robot.order.nodes[0].node_id == DESK


def test_m20_at_rest_it_gives_back_what_it_could_not_while_it_drove():
    """Its spot was never quite on the lanes, so it kept them all; where it stands now is told by the next state."""
    story, (robot, _) = in_their_parks()
    robot.tells(mobile_robot_position=beside(DESK))
    while robot.memory.leg is not None:
        robot.takes_order()
        for node in robot.state.node_states:
            story.wait(SECOND)
            robot.tells(
                last_node_id=node.node_id,
                last_node_sequence_id=node.sequence_id,
                node_states=robot.state.node_states[1:],
                mobile_robot_position=beside(node.node_id),
            )
    assert len(robot.memory.standing) > 1
    robot.tells()
    assert robot.memory.standing == (LAYOUT.home(robot.name),)


def test_j2_while_a_job_waits_a_charging_robot_gets_it_as_soon_as_its_battery_lasts():
    """One that rests is not overlooked: what it says counts as long as somebody waits for a robot."""
    story, (robot, other) = in_their_parks()
    other.tells(paused=True)
    robot.tells(power_supply=PowerSupply(20.0, charging=False))
    robot.obeys()
    robot.tells(power_supply=PowerSupply(20.0, charging=True))
    assert robot.memory.state == "CHARGING"
    job = story.books.jobs[delivery(story)]
    robot.tells(power_supply=PowerSupply(20.1, charging=True))
    assert job.state == "QUEUED"
    robot.tells(power_supply=PowerSupply(29.0, charging=True))
    assert (job.state, job.robot) == ("ASSIGNED", robot.name)


class Thorough(Stage):
    """After each beat it is asked once more what follows: nothing may have been left."""

    def _keep(self, outs: list[Command | Fact]) -> list[Command | Fact]:
        said = list(outs)
        self.floor._dispatch()
        assert self.floor.shop.outs == said
        return super()._keep(outs)


def test_no_beat_leaves_anything_to_choose():
    """The floor chooses only when something has changed; so it must never have overlooked a change."""
    clumsy = RobotDials(pick_fails=0.2, drop_fails=0.2, battery_start=32.0, drain_driving_per_min=1.0)
    stage = Thorough(dials={"r1": clumsy}, wire=Wire(Random(3), 300))
    for desk in LAYOUT.desks:
        stage.deliver(desk)
        stage.run(MINUTE)
    stage.give_back(next(iter(LAYOUT.desks)))
    stage.run(20 * MINUTE)
    assert stage.all(SendInstantActions)
