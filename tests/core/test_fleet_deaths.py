"""What is done when a robot is gone, stands still or comes back with another memory: each row, and its negative sister.

Deaths at any moment, with real emulators, are in tests/fleet.
"""

import pytest

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.events import ModeSet
from shopfloor.contract.facts import AlarmRaised, JobByHand, JobFailed, JobResumed
from shopfloor.contract.vda5050 import (
    ActionState,
    ActionStatus,
    ConnectionState,
    EmergencyStop,
    PowerSupply,
    SafetyState,
)
from shopfloor.core.fleet import master
from shopfloor.core.fleet.failures import BACK_WITHIN
from tests.core.at_the_robot import incident, loaded, stands_still, state_of
from tests.core.puppet import Puppet, delivery
from tests.core.story import Story
from tests.core.test_fleet_master import asked_for, at_outlet, out_for_delivery

BOARD = "board/b1"


# ── connection, silence, no progress ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", [ConnectionState.CONNECTION_BROKEN, ConnectionState.OFFLINE])
def test_connection_gone_nothing_is_released_and_back_in_time_it_goes_on(word):
    story, robot = out_for_delivery()
    robot.takes_order()
    claims, sent = robot.memory.claims, len(robot.orders)
    robot.says(word)
    assert (robot.memory.state, robot.memory.claims) == ("OFFLINE", claims)
    story.wait(BACK_WITHIN - 1)
    assert not story.all(JobFailed)
    robot.says(ConnectionState.ONLINE)
    robot.tells()
    assert len(robot.orders) == sent
    assert story.last(JobResumed).robot == "r1"


def test_connection_gone_and_not_back_another_robot_goes_before_five_seconds_are_over():
    story = Story()
    robot, other = Puppet(story), Puppet(story, "r2")
    job = delivery(story)
    dead, alive = (robot, other) if story.books.jobs[job].robot == "r1" else (other, robot)
    dead.takes_order()
    dead.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(5 * SECOND)
    assert state_of(story, job) == "FAILED"
    assert story.last(JobFailed).robot == dead.name
    assert [story.books.jobs[each].state for each in alive.memory.jobs] == ["ASSIGNED"]
    assert "Last seen at" in incident(story, dead.device)


def test_dead_not_picked_but_its_pick_was_released_goes_to_a_person_not_to_another_robot():
    story, robot = at_outlet()
    other = Puppet(story, "r2")
    robot.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(5 * SECOND)
    assert story.last(JobByHand).unit == "X1"
    assert other.memory.jobs == []
    assert "perhaps with X1" in story.all(AlarmRaised)[-1].words or "X1" in incident(story)


def test_dead_picked_the_job_is_held_and_the_incident_says_what_is_on_it_and_where():
    story, robot = loaded()
    robot.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(5 * SECOND)
    assert state_of(story, "J1") == "RETRYING"
    assert "Last seen at bay-cabinet-outlet, with X1 aboard" in incident(story)
    story.wait(MINUTE)
    assert story.last(JobFailed).loaded


def test_dead_picked_and_back_within_a_minute_it_brings_it():
    story, robot = loaded()
    robot.takes_order()
    robot.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(20 * SECOND)
    robot.says(ConnectionState.ONLINE)
    robot.tells()
    assert state_of(story, "J1") == "LOADED"


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ({"power_supply": PowerSupply(8.0, charging=False)}, "its battery is at 8 %"),
        ({"safety_state": SafetyState(EmergencyStop.NONE, field_violation=True)}, "something stands in its way"),
        ({}, "it gives no reason"),
    ],
)
def test_r9_g9_a_silent_stall_is_found_in_15_seconds_with_its_cause_on_the_page(said, cause):
    story, robot = out_for_delivery()
    robot.takes_order()
    robot.tells(**said)
    stands_still(story, robot, 15 * SECOND)
    assert robot.memory.state == "BLOCKED"
    assert cause in incident(story)


def test_r5_g9_an_action_listed_twice_is_named():
    story, robot = at_outlet()
    twice = (*robot._actions(ActionStatus.FINISHED), *robot._actions(ActionStatus.WAITING))
    robot.tells(action_states=twice)
    stands_still(story, robot, 15 * SECOND)
    assert "lists an action twice" in incident(story)


def test_a_robot_that_gets_on_however_slowly_does_not_stall():
    story, robot = out_for_delivery()
    robot.takes_order()
    at = robot.state.mobile_robot_position
    for step in range(40):
        story.wait(SECOND)
        robot.tells(mobile_robot_position=type(at)(at.x, at.y - 0.02 * step, 0.0, at.map_id, localized=True))
    assert robot.memory.state == "BUSY"


def test_a_pick_that_takes_long_does_not_stall():
    story, robot = at_outlet()
    stands_still(story, robot, 40 * SECOND)
    assert robot.memory.state == "BUSY"


def test_no_progress_it_is_cancelled_and_goes_on_from_where_it_stands():
    story, robot = out_for_delivery()
    robot.takes_order()
    first = robot.order.order_id
    stands_still(story, robot, 15 * SECOND)
    cancel = robot.instant_actions[-1].actions.actions[0]
    assert cancel.action_type == "cancelOrder"
    robot.tells(node_states=(), instant_action_states=(ActionState(cancel.action_id, ActionStatus.FINISHED),))
    assert robot.order.order_id != first
    robot.takes_order()
    assert story.last(JobResumed).robot == "r1"


def test_cancel_unanswered_a_few_times_then_it_counts_as_dead():
    story, robot = out_for_delivery()
    robot.takes_order()
    stands_still(story, robot, 60 * SECOND)
    assert asked_for(robot) == ["cancelOrder"] * master.ASKS_MAX
    assert story.all(JobFailed)
    stands_still(story, robot, 2 * MINUTE)
    assert len(asked_for(robot)) == master.ASKS_MAX


def test_a_dead_robot_that_cuts_the_floor_in_two_is_told_with_what_it_shuts():
    story = Story()
    robot, _other = Puppet(story), Puppet(story, "r2")
    robot.tells(mobile_robot_position=robot._spot("s1"))
    robot.says(ConnectionState.CONNECTION_BROKEN)
    assert "It shuts the way to" in incident(story)
    assert "cabinet-outlet" in incident(story)


def test_a_dead_robot_in_its_park_shuts_nothing():
    story = Story()
    robot, _other = Puppet(story), Puppet(story, "r2")
    robot.says(ConnectionState.CONNECTION_BROKEN)
    assert "It shuts the way" not in incident(story)


# ── returns with another memory (R12) ────────────────────────────────────────────────────────────


def forgets(robot: Puppet, last_node: str) -> None:
    """Switched off and on: no order, and it believes to be at its configured start."""
    robot.story.wait(SECOND)
    robot.tells(order_id="", order_update_id=0, last_node_id=last_node, last_node_sequence_id=0, node_states=())


def test_r12_returns_with_another_memory_no_order_until_a_person_confirms_place_and_load():
    story, robot = out_for_delivery()
    robot.takes_order()
    robot.drives(2)
    claims, sent = robot.memory.claims, len(robot.orders)
    forgets(robot, "bay-park-1")
    assert robot.memory.state == "FAULT"
    assert "it believes to be at bay-park-1" in incident(story)
    assert "confirm both at the board" in incident(story)
    assert set(claims) <= set(robot.memory.claims)
    stands_still(story, robot, 20 * SECOND)
    assert len(robot.orders) == sent
    story.believed(BOARD, ModeSet(what="robot-held", on=False, about="r1"))
    assert robot.memory.state in ("AVAILABLE", "BUSY")
    assert robot.memory.rest == "n1" or robot.memory.leg is not None
    assert incident(story) == ""


def test_r12_with_the_same_place_and_load_only_its_order_is_lost_and_it_gets_a_new_one():
    story, robot = out_for_delivery()
    robot.takes_order()
    robot.drives(2)
    first = robot.order.order_id
    forgets(robot, "n1")
    assert robot.order.order_id != first
    assert robot.order.nodes[0].node_id == "n1"
    assert story.books.jobs["J1"].robot == "r1"


def test_a_manager_takes_a_robot_out_of_service_and_lets_it_back():
    story = Story()
    robot = Puppet(story)
    story.believed(BOARD, ModeSet(what="robot-held", on=True, about="r1"))
    delivery(story)
    assert (robot.memory.state, robot.orders) == ("FAULT", [])
    story.believed(BOARD, ModeSet(what="robot-held", on=False, about="r1"))
    robot.tells()
    assert len(robot.orders) == 1
    assert story.refused(BOARD, ModeSet(what="robot-held", on=False, about="r9")) == "unknown"
