"""What is done when a robot's order fails: a story for each row of the table, and its negative sister.

Robots on strings say what a real one seldom says. Robots that fall silent, stall or forget are in test_fleet_deaths.
"""

from itertools import pairwise

import pytest

from shopfloor.contract.actor import SECOND
from shopfloor.contract.facts import JobFailed, JobResumed, JobRetried, RobotFailed, ToteLoaded
from shopfloor.contract.vda5050 import (
    ActionState,
    ActionStatus,
    EmergencyStop,
    Error,
    ErrorLevel,
    ErrorType,
    OperatingMode,
    SafetyState,
)
from shopfloor.core.fleet import master
from shopfloor.core.fleet.failures import READY_AGAIN, TABLE
from tests.core.at_the_robot import incident, loaded, stands_still
from tests.core.puppet import Puppet
from tests.core.story import Story
from tests.core.test_fleet_master import asked_for, at_outlet, out_for_delivery

JAMMED = Error("wheelBlocked", ErrorLevel.CRITICAL, (), "a wheel is blocked")


def test_every_row_of_the_table_says_what_a_person_does():
    assert all(failure.do for failure in TABLE.values())


# ── order not echoed ─────────────────────────────────────────────────────────────────────────────


def test_order_not_echoed_the_same_again_ever_more_slowly_then_anew_then_an_incident():
    story, robot = out_for_delivery()
    stands_still(story, robot, 75 * SECOND)
    first, second = dict.fromkeys(out.order.order_id for out in robot.orders)
    sent = [out.order.header.timestamp for out in robot.orders if out.order.order_id == first]
    assert [(after - before) // SECOND for before, after in pairwise(sent)] == [2, 4, 8]
    assert sum(out.order.order_id == second for out in robot.orders) == master.ASKS_MAX
    assert "it takes no order" in incident(story)
    assert robot.memory.state == "BLOCKED"


def test_an_order_that_is_echoed_late_is_no_failure():
    story, robot = out_for_delivery()
    story.wait(9 * SECOND)
    robot.takes_order()
    assert not story.all(RobotFailed)
    assert robot.memory.leg.echoed


# ── order refused ────────────────────────────────────────────────────────────────────────────────


def refuses_order(story: Story, robot: Puppet, kind: str) -> None:
    robot.refuses(kind, orderId=robot.order.order_id)
    story.wait(3 * SECOND)
    robot.tells()
    story.wait(1)


def test_order_refused_for_its_start_a_new_order_from_the_pose():
    story, robot = out_for_delivery()
    first = robot.order
    refuses_order(story, robot, ErrorType.START_NODE_OUT_OF_RANGE)
    assert robot.order.order_id != first.order_id
    assert first.nodes[0].node_position.allowed_deviation_xy is None
    assert robot.order.nodes[0].node_position.allowed_deviation_xy.a >= 0.3
    robot.takes_order()
    assert story.last(JobResumed).robot == "r1"


def test_order_refused_twice_for_the_same_is_an_incident_with_the_robots_own_word():
    story, robot = out_for_delivery()
    for _ in range(2):
        refuses_order(story, robot, ErrorType.NO_ROUTE_TO_TARGET)
    assert robot.memory.state == "BLOCKED"
    assert ErrorType.NO_ROUTE_TO_TARGET in incident(story)
    sent = len(robot.orders)
    stands_still(story, robot, 20 * SECOND)
    assert len(robot.orders) == sent


def test_order_refused_for_its_mode_it_is_asked_again_a_little_later():
    story, robot = out_for_delivery()
    refuses_order(story, robot, ErrorType.MOBILE_ROBOT_NOT_AVAILABLE)
    sent = len(robot.orders)
    assert robot.memory.state == "PAUSED"
    assert not story.all(JobRetried)
    stands_still(story, robot, READY_AGAIN)
    assert len(robot.orders) == sent + 1
    robot.takes_order()
    assert robot.memory.state == "BUSY"


def test_order_refused_since_another_is_active_that_one_is_cancelled():
    story, robot = out_for_delivery()
    refuses_order(story, robot, ErrorType.OTHER_ORDER_ACTIVE)
    assert asked_for(robot) == ["cancelOrder"]
    sent = len(robot.orders)
    cancel = robot.instant_actions[-1].actions.actions[0]
    robot.tells(errors=(), instant_action_states=(ActionState(cancel.action_id, ActionStatus.FINISHED),))
    assert len(robot.orders) == sent + 1


def test_a_warning_that_is_not_about_our_order_is_no_refusal():
    story, robot = out_for_delivery()
    robot.refuses(ErrorType.NO_ROUTE_TO_TARGET, orderId="O77")
    robot.takes_order()
    stands_still(story, robot, 3 * SECOND)
    assert not story.all(RobotFailed)


# ── actions ──────────────────────────────────────────────────────────────────────────────────────


def test_action_retriable_is_retried_once_then_skipped_and_failed():
    story, robot = at_outlet()
    robot.acts(ActionStatus.RETRIABLE)
    assert asked_for(robot) == ["retry"]
    retry = robot.instant_actions[-1].actions.actions[0]
    assert retry.parameter("actionId") == robot.order.nodes[-1].actions[0].action_id
    answered = (ActionState(retry.action_id, ActionStatus.FINISHED),)
    robot.tells(instant_action_states=answered, action_states=robot._actions(ActionStatus.RUNNING))
    robot.acts(ActionStatus.RETRIABLE)
    assert asked_for(robot) == ["retry", "skipRetry"]
    assert not story.all(RobotFailed)


def test_action_retriable_that_then_succeeds_is_no_failure():
    story, robot = at_outlet()
    robot.acts(ActionStatus.RETRIABLE)
    retry = robot.instant_actions[-1].actions.actions[0]
    answered = (ActionState(retry.action_id, ActionStatus.FINISHED),)
    robot.tells(instant_action_states=answered, action_states=robot._actions(ActionStatus.FINISHED))
    assert len(story.all(ToteLoaded)) == 1
    assert asked_for(robot) == ["retry"]


def test_pick_failed_once_more_by_a_new_order_then_somebody_looks_what_is_there():
    story, robot = at_outlet()
    first = robot.order.order_id
    robot.acts(ActionStatus.FAILED)
    assert robot.order.order_id != first
    assert incident(story, "robot/r1/pick") == ""
    robot.takes_order()
    robot.acts(ActionStatus.FAILED)
    assert story.last(JobFailed).why == "its pick failed"
    assert "look what is there" in incident(story, "robot/r1/pick")


def test_pick_failed_and_then_done_leaves_nothing_behind():
    story, robot = at_outlet()
    robot.acts(ActionStatus.FAILED)
    robot.takes_order()
    robot.acts(ActionStatus.FINISHED)
    assert not story.all(JobFailed)
    assert robot.memory.met == []


def at_inlet() -> tuple[Story, Puppet]:
    """A robot that has something aboard that no job wants, at the inlet, about to put it down."""
    story, robot = loaded()
    story.floor.shop.books.jobs["J1"].job_kind = "RETURN"
    story.floor.shop.books.jobs["J1"].target = "cabinet-inlet"
    robot.memory.tour = ()
    story.books.tours_stale = True
    robot.tells()
    while not any(node.actions for node in robot.order.nodes):
        robot.takes_order()
        robot.drives()
    robot.takes_order()
    robot.drives()
    assert robot.memory.leg.errand.action == "drop"
    return story, robot


def test_drop_failed_once_more_by_a_new_order_then_it_stays_with_the_robot():
    story, robot = at_inlet()
    first = robot.order.order_id
    robot.acts(ActionStatus.FAILED)
    assert robot.order.order_id != first
    robot.takes_order()
    robot.acts(ActionStatus.FAILED)
    assert "cannot put down X1" in incident(story, "robot/r1/drop")
    assert story.last(JobFailed).loaded
    assert "X1" in robot.memory.aboard.values()


# ── errors ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("level", [ErrorLevel.WARNING, ErrorLevel.URGENT])
def test_warning_and_urgent_it_goes_on_and_the_urgent_one_is_shown_as_long_as_it_lasts(level):
    story, robot = out_for_delivery()
    robot.takes_order()
    robot.tells(errors=(Error("batteryLow", level, (), "the battery is low"),))
    assert robot.memory.state == "BUSY"
    assert ("the battery is low" in incident(story, "robot/r1/urgent")) == (level is ErrorLevel.URGENT)
    robot.tells(errors=())
    assert incident(story, "robot/r1/urgent") == ""


def stops_with(story: Story, robot: Puppet, error: Error) -> None:
    """It stands with this error, is told to cancel, and does."""
    robot.tells(errors=(error,))
    assert robot.memory.state == "BLOCKED"
    assert asked_for(robot)[-1] == "cancelOrder"
    cancel = robot.instant_actions[-1].actions.actions[0]
    robot.tells(node_states=(), instant_action_states=(ActionState(cancel.action_id, ActionStatus.FINISHED),))
    story.wait(1)


def test_critical_is_cancelled_and_a_new_order_goes_from_the_pose_although_it_is_still_shown():
    story, robot = out_for_delivery()
    robot.takes_order()
    first = robot.order.order_id
    stops_with(story, robot, JAMMED)
    assert robot.order.order_id != first
    robot.tells(errors=())
    robot.takes_order()
    assert story.last(JobResumed).robot == "r1"
    assert not story.all(JobFailed)


def test_critical_with_the_next_order_too_is_an_incident_and_another_robot_goes():
    story, robot = out_for_delivery()
    robot.takes_order()
    stops_with(story, robot, JAMMED)
    robot.takes_order()
    assert robot.memory.state == "BLOCKED"
    assert story.last(JobFailed).why == "a wheel is blocked"
    assert "a wheel is blocked" in incident(story)
    sent = len(robot.orders)
    stops_with(story, robot, JAMMED)
    assert len(robot.orders) == sent


@pytest.mark.parametrize(
    "trouble",
    [
        {"errors": (Error("motor", ErrorLevel.FATAL, (), "a motor is broken"),)},
        {"safety_state": SafetyState(EmergencyStop.MANUAL, field_violation=False)},
    ],
)
def test_fatal_or_stopped_nothing_is_sent_its_claims_stay_and_somebody_comes(trouble):
    story, robot = out_for_delivery()
    robot.takes_order()
    claims, said = robot.memory.claims, robot.memory.messages_sent
    for _ in range(10):
        robot.tells(**trouble)
        story.wait(3 * SECOND)
    assert (robot.memory.claims, robot.memory.messages_sent) == (claims, said)
    assert incident(story).startswith("r1 is FAULT")
    robot.tells(errors=(), safety_state=SafetyState(EmergencyStop.NONE, field_violation=False))
    assert robot.memory.state == "BUSY"
    assert story.last(JobResumed).robot == "r1"


# ── modes ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "mode", [OperatingMode.MANUAL, OperatingMode.SERVICE, OperatingMode.TEACH_IN, OperatingMode.STARTUP]
)
def test_in_a_persons_hands_its_order_is_cleared_its_claims_stay_and_then_it_is_planned_anew(mode):
    story, robot = out_for_delivery()
    robot.takes_order()
    claims, said = robot.memory.claims, robot.memory.messages_sent
    robot.tells(operating_mode=mode, node_states=())
    stands_still(story, robot, 10 * SECOND)
    assert (robot.memory.leg, robot.memory.claims, robot.memory.messages_sent) == (None, claims, said)
    first = robot.order.order_id
    robot.tells(operating_mode=OperatingMode.AUTOMATIC)
    assert robot.order.order_id != first


def test_intervened_its_order_stays_and_nothing_more_is_released():
    story, robot = out_for_delivery()
    robot.takes_order()
    order, sent = robot.order.order_id, len(robot.orders)
    robot.tells(operating_mode=OperatingMode.INTERVENED)
    robot.drives(1)
    assert robot.memory.leg.order_id == order
    assert len(robot.orders) == sent
    robot.tells(operating_mode=OperatingMode.AUTOMATIC)
    assert (robot.order.order_id, robot.order.order_update_id) == (order, 1)
    assert story.last(JobResumed).robot == "r1"
