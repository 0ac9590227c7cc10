"""Whether a robot is there: by the age of its states, whatever was said last about its connection."""

from shopfloor.contract.actor import SECOND
from shopfloor.contract.vda5050 import ConnectionState
from tests.core.puppet import Puppet
from tests.core.story import Story


def test_f23_a_robot_whose_online_was_lost_is_there_again_when_it_has_gone_on_speaking():
    """Storm seed 10: its ONLINE was lost, or its last will came after it; it stood OFFLINE for the rest of the day."""
    story = Story()
    robot = Puppet(story)
    robot.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(45 * SECOND)
    robot.tells()
    assert robot.memory.state == "AVAILABLE"


def test_m22_a_state_that_was_still_on_its_way_is_no_sign_of_life():
    story = Story()
    robot = Puppet(story)
    robot.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(30 * SECOND)
    robot.tells()
    assert robot.memory.state == "OFFLINE"


def test_a_robot_that_hibernates_does_so_until_it_says_otherwise():
    story = Story()
    robot = Puppet(story)
    robot.says(ConnectionState.HIBERNATING)
    story.wait(45 * SECOND)
    robot.tells()
    assert robot.memory.state == "OFFLINE"
