"""A robot in trouble, as a story meets it: what it carries, how it stands still, and what the board says of it."""

from shopfloor.contract.actor import SECOND
from shopfloor.contract.facts import ToteLoaded
from shopfloor.contract.vda5050 import ActionStatus
from tests.core.puppet import Puppet
from tests.core.story import Story
from tests.core.test_fleet_master import at_outlet


def state_of(story: Story, job: str) -> str:
    return story.books.jobs[job].state


def incident(story: Story, about: str = "robot/r1") -> str:
    """What stands on the board about it."""
    return story.books.alarms.get(about, ("",))[0]


def loaded() -> tuple[Story, Puppet]:
    """A robot that has its load aboard, and the order to bring it."""
    story, robot = at_outlet()
    robot.acts(ActionStatus.FINISHED)
    job = story.books.jobs["J1"]
    job.other_side_says_loaded = True
    story.noted(story.last(ToteLoaded))
    assert state_of(story, "J1") == "LOADED"
    return story, robot


def stands_still(story: Story, robot: Puppet, ms: int) -> None:
    for _ in range(ms // SECOND):
        story.wait(SECOND)
        robot.tells()
