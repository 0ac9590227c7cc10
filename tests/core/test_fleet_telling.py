"""What those who look on are told of a robot: its lanes as they are in the books, and nothing twice."""

from itertools import pairwise

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.events import ModeSet
from shopfloor.contract.facts import RobotWayChanged
from shopfloor.contract.vda5050 import PowerSupply
from shopfloor.core.fleet.telling import BATTERY_STEP_PCT
from tests.core.fleet_stage import Stage
from tests.core.puppet import Puppet
from tests.core.story import LAYOUT, Story


def told(story: Story, robot: str) -> list[RobotWayChanged]:
    return [fact for fact in story.all(RobotWayChanged) if fact.robot == robot]


class Watched(Stage):
    """Compares what was told last with the books, after each beat."""

    def _keep(self, outs):
        super()._keep(outs)
        for robot in self.books.robots.values():
            way = told(self, robot.name)[-1]
            assert way.claimed == robot.claims
            assert way.planned == (robot.leg.route[robot.leg.released + 1 :] if robot.leg is not None else ())
            assert way.aboard == robot.aboard
        return outs


def test_after_each_beat_of_two_deliveries_the_last_word_is_what_stands_in_the_books():
    stage = Watched()
    stage.run(SECOND)
    jobs = [stage.deliver("d3"), stage.deliver("d6")]
    assert stage.run(10 * MINUTE, lambda: all(stage.done(job) for job in jobs))
    assert any(way.planned for way in stage.all(RobotWayChanged))
    assert any(way.aboard for way in stage.all(RobotWayChanged))


def test_claims_and_plan_join_to_one_way_on_the_layout():
    stage = Stage()
    stage.run(SECOND)
    job = stage.deliver("d4")
    assert stage.run(10 * MINUTE, lambda: stage.done(job))
    for way in stage.all(RobotWayChanged):
        whole = (*way.claimed, *way.planned)
        for start, lane, end in zip(whole[::2], whole[1::2], whole[2::2], strict=False):
            assert (LAYOUT.edges[lane].start, LAYOUT.edges[lane].end) == (start, end)


def test_nothing_is_told_twice():
    stage = Stage()
    stage.run(SECOND)
    stage.deliver("d4")
    stage.run(5 * MINUTE)
    for name in LAYOUT.robots:
        assert all(one != other for one, other in pairwise(told(stage, name)))


def test_a_robot_at_rest_that_says_the_same_again_tells_nothing_new():
    story = Story()
    robot = Puppet(story)
    before = len(told(story, "r1"))
    for _ in range(10):
        story.wait(SECOND)
        robot.tells()
    assert len(told(story, "r1")) == before


def test_the_battery_alone_is_told_in_steps():
    story = Story()
    robot = Puppet(story)
    before = len(told(story, "r1"))
    for pct in range(90, 70, -1):
        story.wait(SECOND)
        robot.tells(power_supply=PowerSupply(float(pct), charging=False))
    news = told(story, "r1")[before:]
    assert len(news) <= 20 // BATTERY_STEP_PCT
    assert news[-1].battery_pct == 70


def test_a_robot_that_is_taken_out_of_service_still_tells_its_claims():
    stage = Stage()
    stage.run(SECOND)
    stage.deliver("d4")
    stage.run(20 * SECOND)
    name = next(name for name in LAYOUT.robots if stage.memory(name).leg is not None)
    stage.believed("board/b1", ModeSet(what="robot-held", on=True, about=name))
    stage.run(SECOND)
    assert told(stage, name)[-1].claimed == stage.memory(name).claims


def test_what_was_told_survives_a_restart_and_is_not_told_again():
    story = Story()
    robot = Puppet(story)
    again = Story(books=story.floor.books_of(story.floor.checkpoint()))
    again.now = story.now + SECOND
    robot.story = again
    robot.tells()
    assert not told(again, "r1")
