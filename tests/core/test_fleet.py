"""Robots as the floor knows them: availability, alarms, batteries, and what is remembered."""

import msgspec
import pytest

from devices.robot_body import RobotDials
from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.events import RobotReported
from shopfloor.contract.facts import JobRetried, RobotBecame, ToteUnloaded
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import (
    ActionState,
    ActionStatus,
    ConnectionState,
    EmergencyStop,
    Error,
    ErrorLevel,
    MobileRobotPosition,
    OperatingMode,
    PowerSupply,
    SafetyState,
)
from shopfloor.core.fleet.memory import RobotMemory
from tests.core.fleet_stage import Stage
from tests.core.puppet import Puppet, delivery
from tests.core.story import LAYOUT, Story

FATAL = Error("motorFault", ErrorLevel.FATAL, (), "a motor is broken")
CRITICAL = Error("wheelBlocked", ErrorLevel.CRITICAL)
WARNING = Error("dusty", ErrorLevel.WARNING)
PRESSED = SafetyState(EmergencyStop.MANUAL, field_violation=False)
RELEASED = SafetyState(EmergencyStop.NONE, field_violation=False)
NOWHERE = MobileRobotPosition(6.2, 7.8, 0.0, "hall", localized=False)
LOCALIZED = MobileRobotPosition(6.2, 7.8, 0.0, "hall", localized=True)
OFF_LANE = MobileRobotPosition(1.0, 1.0, 0.0, "hall", localized=True)
CHARGES = PowerSupply(50.0, charging=True)
EVERYTHING = {"errors": (FATAL, CRITICAL), "operating_mode": OperatingMode.MANUAL, "paused": True}


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("FAULT", {"errors": (FATAL,)}),
        ("FAULT", {"safety_state": PRESSED}),
        ("FAULT", {"mobile_robot_position": NOWHERE}),
        ("FAULT", {"mobile_robot_position": OFF_LANE}),
        ("FAULT", EVERYTHING),
        ("MANUAL", {**EVERYTHING, "errors": (CRITICAL,)}),
        ("MANUAL", {"operating_mode": OperatingMode.STARTUP}),
        ("PAUSED", {"paused": True, "errors": (CRITICAL,)}),
        ("BLOCKED", {"errors": (CRITICAL,), "power_supply": CHARGES}),
        ("CHARGING", {"power_supply": CHARGES}),
        ("AVAILABLE", {"errors": (WARNING,)}),
    ],
)
def test_a1_to_a8_availability_is_the_first_row_that_fits(state, changes):
    assert told(**changes).memory.state == state


def told(**changes) -> Puppet:
    """A robot in its park that has said this."""
    robot = Puppet(Story())
    robot.tells(**changes)
    return robot


def test_a1_a_broken_connection_comes_before_everything():
    story = Story()
    robot = Puppet(story)
    robot.tells(errors=(FATAL,))
    robot.says(ConnectionState.CONNECTION_BROKEN)
    assert robot.memory.state == "OFFLINE"


def test_a1_35_s_without_a_state_is_offline_and_34_s_are_not():
    story = Story()
    robot = Puppet(story)
    story.wait(34 * SECOND)
    assert robot.memory.state == "AVAILABLE"
    story.wait(SECOND)
    assert robot.memory.state == "OFFLINE"
    robot.tells()
    assert robot.memory.state == "AVAILABLE"


@pytest.mark.parametrize(
    ("trouble", "over"),
    [
        ({"errors": (FATAL,)}, {"errors": (WARNING,)}),
        ({"safety_state": PRESSED}, {"safety_state": RELEASED}),
        ({"mobile_robot_position": NOWHERE}, {"mobile_robot_position": LOCALIZED}),
    ],
)
def test_a2_a_faulty_robot_takes_no_job_until_the_fault_is_gone(trouble, over):
    robot = told(**trouble)
    job = delivery(robot.story)
    assert (robot.memory.state, robot.story.books.jobs[job].state) == ("FAULT", "QUEUED")
    robot.tells(**over)
    assert robot.story.books.jobs[job].robot == "r1"


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        (OperatingMode.MANUAL, "MANUAL"),
        (OperatingMode.INTERVENED, "MANUAL"),
        (OperatingMode.SEMIAUTOMATIC, "AVAILABLE"),
        (OperatingMode.AUTOMATIC, "AVAILABLE"),
    ],
)
def test_a3_a_robot_that_a_person_drives_is_left_alone(mode, state):
    robot = told(operating_mode=mode)
    assert robot.memory.state == state
    job = delivery(robot.story)
    assert bool(robot.story.books.jobs[job].robot) == (state == "AVAILABLE")


def test_a5_a_critical_error_blocks_a_robot_and_a_warning_does_not():
    robot = told(errors=(CRITICAL,))
    job = delivery(robot.story)
    assert (robot.memory.state, robot.story.books.jobs[job].state) == ("BLOCKED", "QUEUED")
    robot.tells(errors=(WARNING,))
    assert (robot.memory.state, robot.story.books.jobs[job].state) == ("BUSY", "ASSIGNED")


def test_a6_charging_without_a_job_and_busy_as_soon_as_it_has_one():
    robot = told(power_supply=PowerSupply(60.0, charging=True))
    assert robot.memory.state == "CHARGING"
    delivery(robot.story)
    assert robot.memory.state == "BUSY"


def test_a8_whoever_has_nothing_to_do_and_nothing_wrong_gets_the_job():
    robot = told(errors=(WARNING,), power_supply=PowerSupply(60.0, charging=False))
    assert robot.memory.state == "AVAILABLE"
    job = delivery(robot.story)
    assert robot.story.books.jobs[job].robot == "r1"
    robot.tells(paused=True)
    assert robot.memory.state == "PAUSED"


def test_a7_a_robot_on_its_way_to_a_job_is_busy_and_the_second_one_waits_for_its_next_stop():
    story = Story()
    robot = Puppet(story)
    delivery(story)
    assert robot.memory.state == "BUSY"
    second = delivery(story, "d4")
    assert story.books.jobs[second].state == "QUEUED"


def test_every_change_is_a_fact_and_what_a_person_must_see_an_alarm():
    story = Story()
    robot = Puppet(story)
    robot.tells(errors=(FATAL,))
    assert story.last(RobotBecame).availability == "FAULT"
    words, party, _ = story.books.alarms["robot/r1"]
    assert words.startswith("r1 is FAULT: a motor is broken. Last seen at bay-park-1.")
    assert party == "PK"
    robot.tells(errors=())
    assert "robot/r1" not in story.books.alarms


def test_a4_a_paused_robot_keeps_its_job_and_gets_no_order():
    story = Story()
    robot = Puppet(story)
    job = delivery(story)
    robot.takes_order()
    sent = len(robot.orders)
    for _ in range(12):
        story.wait(10 * SECOND)
        robot.tells(paused=True)
    assert (robot.memory.state, len(robot.orders)) == ("PAUSED", sent)
    assert story.books.jobs[job].state == "ASSIGNED"
    assert not story.all(JobRetried)
    robot.tells(paused=False)
    assert robot.memory.state == "BUSY"


def test_robots_are_counted_on_from_the_first_word_of_any_of_them():
    story = Story()
    assert not story.books.robots
    Puppet(story)
    assert list(story.books.robots) == [f"robot/{name}" for name in LAYOUT.robots]
    assert story.books.robots["robot/r2"].state == "OFFLINE"


def test_an_unknown_robot_is_refused_and_nothing_is_kept_of_it():
    story = Story()
    robot = Puppet(story)
    digest = story.floor.digest()
    assert story.refused("robot/r3", RobotReported(state=robot.state)) == "unknown"
    assert story.floor.digest() == digest


def test_a_robot_with_an_empty_battery_drives_to_a_dock_and_comes_back_full():
    stage = Stage(dials={"r1": RobotDials(battery_start=25.0)})
    stage.run(SECOND)
    assert stage.run(5 * MINUTE, until=lambda: stage.memory("r1").state == "CHARGING")
    assert stage.memory("r1").standing == ("bay-dock-1",)
    assert stage.run(60 * MINUTE, until=lambda: stage.memory("r1").standing == ("bay-park-1",))
    assert stage.memory("r1").battery_pct > 85
    assert not stage.memory("r1").charging


def test_two_robots_never_share_a_dock():
    weak = RobotDials(battery_start=25.0)
    stage = Stage(dials={"r1": weak, "r2": weak})
    stage.run(2 * MINUTE)
    assert {stage.memory(robot).state for robot in stage.robots} == {"CHARGING"}
    assert {stage.memory(robot).rest for robot in stage.robots} == {"bay-dock-1", "bay-dock-2"}


def test_of_two_robots_that_like_the_same_dock_best_each_goes_to_one():
    source = LAYOUT.source
    alike = source.side.replace('docks = ["dock-2", "dock-1"]', 'docks = ["dock-1", "dock-2"]')
    weak = RobotDials(battery_start=25.0)
    stage = Stage(dials={"r1": weak, "r2": weak}, layout=Layout.from_texts(source.lif, alike))
    stage.run(2 * MINUTE)
    assert {stage.memory(robot).state for robot in stage.robots} == {"CHARGING"}
    assert {stage.memory(robot).rest for robot in stage.robots} == {"bay-dock-1", "bay-dock-2"}


def test_a_charging_robot_takes_a_job_if_its_battery_lasts_and_is_told_to_stop_charging():
    story = Story()
    robot = Puppet(story)
    robot.tells(power_supply=PowerSupply(60.0, charging=True))
    delivery(story)
    assert not robot.orders
    stop = robot.instant_actions[-1].actions.actions[0]
    assert stop.action_type == "stopCharging"
    robot.tells(
        power_supply=PowerSupply(60.0, charging=False),
        instant_action_states=(ActionState(stop.action_id, ActionStatus.FINISHED),),
    )
    assert robot.orders


@pytest.mark.parametrize(
    ("battery_pct", "charging", "taken"), [(24.0, True, False), (26.0, True, True), (24.0, False, True)]
)
def test_a_robot_that_has_begun_to_charge_is_left_alone_until_it_has_more_than_the_reserve(
    battery_pct, charging, taken
):
    story = Story()
    robot = Puppet(story)
    robot.tells(power_supply=PowerSupply(battery_pct, charging=charging))
    job = delivery(story)
    assert (story.books.jobs[job].state == "ASSIGNED") == taken


def test_a_charging_robot_below_its_reserve_takes_none():
    story = Story()
    robot = Puppet(story)
    robot.tells(power_supply=PowerSupply(20.0, charging=True))
    job = delivery(story)
    assert story.books.jobs[job].state == "QUEUED"


def test_a7_after_the_desk_it_is_busy_until_the_tote_is_put_down_and_goes_to_its_own_park():
    stage = Stage()
    job = stage.deliver("d3")
    assert stage.run(10 * MINUTE, until=lambda: stage.done(job))
    assert stage.memory("r1").aboard
    assert stage.memory("r1").state == "BUSY"
    assert stage.run(5 * MINUTE, until=lambda: stage.memory("r1").standing == ("bay-park-1",))
    assert stage.all(ToteUnloaded)
    assert not stage.memory("r1").aboard
    assert stage.memory("r1").state == "AVAILABLE"


def test_on_the_way_home_it_turns_to_the_next_job():
    stage = Stage()
    stage.cut_off("r2")
    job = stage.deliver("d4")
    assert stage.run(10 * MINUTE, until=lambda: stage.done(job))
    assert stage.run(5 * MINUTE, until=lambda: stage.memory("r1").rest == "n8")
    job = stage.deliver("d4")
    assert stage.run(10 * MINUTE, until=lambda: stage.done(job))
    homes = [order.order for order in stage.orders if order.order.nodes[-1].node_id == "bay-park-1"]
    assert not homes


def test_what_is_remembered_of_robots_comes_back_from_a_checkpoint():
    stage = Stage()
    job = stage.deliver("d3")
    assert stage.run(10 * MINUTE, until=lambda: stage.books.jobs[job].state == "LOADED")
    stage.run(3 * SECOND)
    robots = stage.books.robots
    stage.books.robots = msgspec.json.decode(msgspec.json.encode(robots), type=dict[str, RobotMemory])
    assert stage.books.robots == robots
    assert stage.run(10 * MINUTE, until=lambda: stage.done(job))
