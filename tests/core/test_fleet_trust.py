"""Robots that lie about where they are, or talk without end, are held, and the floor goes on. Noise is no lie."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from shopfloor.contract.actor import HOUR, MINUTE, SECOND
from shopfloor.contract.events import ModeSet, RobotReported
from shopfloor.contract.facts import JobDone
from shopfloor.contract.vda5050 import ConnectionState, EmergencyStop, MobileRobotPosition, OperatingMode, SafetyState
from shopfloor.core.fleet.trust import CROWD_MAX, JUMPS_MAX, STATES_PER_S
from tests.core.fleet_stage import Stage
from tests.core.puppet import Puppet, delivery
from tests.core.story import LAYOUT, Story
from tests.core.test_fleet_master import asked_for, out_for_delivery

BOARD = "board/b1"
FAR = MobileRobotPosition(1.0, 1.0, 0.0, "hall", localized=True)


def at(node: str, off_m: float = 0.0) -> MobileRobotPosition:
    place = LAYOUT.nodes[node]
    return MobileRobotPosition(place.position.x + off_m, place.position.y, 0.0, place.map_id, localized=True)


def teleports(robot: Puppet, times: int, gap: int = SECOND) -> None:
    for nth in range(times):
        robot.story.wait(gap)
        robot.tells(mobile_robot_position=at("bay-desk-3" if nth % 2 == 0 else "bay-park-1"))


def test_a_battery_told_as_fuller_than_full_counts_as_full_and_is_still_sent_out():
    story = Story()
    robot = Puppet(story)
    supply = robot.memory.report.power_supply
    robot.tells(power_supply=structs.replace(supply, state_of_charge=1e308))
    assert robot.memory.battery_pct == 100
    delivery(story)
    assert robot.orders
    robot.tells(power_supply=structs.replace(supply, state_of_charge=-1e308))
    assert robot.memory.battery_pct == 0


# ── lies about the place ─────────────────────────────────────────────────────────────────────────


def test_a_robot_that_teleports_back_and_forth_is_held_with_an_alarm_and_gets_no_order():
    story = Story()
    robot = Puppet(story)
    teleports(robot, JUMPS_MAX)
    assert robot.memory.state == "FAULT"
    words, party, _ = story.books.alarms["robot/r1"]
    assert "cannot have driven to" in words
    assert party == "PK"
    sent = len(robot.orders)
    delivery(story)
    story.wait(20 * SECOND)
    robot.tells()
    assert len(robot.orders) == sent


def test_one_jump_at_rest_is_somebody_who_has_pushed_it():
    story = Story()
    robot = Puppet(story)
    teleports(robot, 1)
    assert not robot.memory.held


def test_a_robot_under_way_that_tells_a_place_off_its_way_is_held_at_once_and_told_to_stop():
    story, robot = out_for_delivery()
    robot.takes_order()
    claims = robot.memory.claims
    story.wait(SECOND)
    robot.tells(mobile_robot_position=FAR)
    assert "off its way" in robot.memory.held
    assert asked_for(robot) == ["cancelOrder"]
    assert set(claims) <= set(robot.memory.claims)


def test_a_robot_that_says_it_has_passed_what_is_not_on_its_way_is_held():
    story, robot = out_for_delivery()
    robot.takes_order()
    story.wait(SECOND)
    robot.tells(last_node_id="bay-desk-3", last_node_sequence_id=2)
    assert "which is not on its way" in robot.memory.held


def test_the_place_around_it_stays_shut_to_the_others_and_theirs_stays_theirs():
    story = Story()
    liar, other = Puppet(story), Puppet(story, "r2")
    teleports(liar, JUMPS_MAX)
    held = liar.memory.claims
    assert "bay-desk-3" in held
    assert "bay-park-1" in held
    assert not any(LAYOUT.near[element].intersection(other.memory.claims) for element in held)


def test_a_person_confirms_place_and_load_and_it_works_again():
    story = Story()
    robot = Puppet(story)
    teleports(robot, JUMPS_MAX)
    robot.tells(mobile_robot_position=at("bay-park-1"))
    story.believed(BOARD, ModeSet(what="robot-held", on=False, about="r1"))
    assert (robot.memory.held, robot.memory.standing) == ("", ("bay-park-1",))
    assert robot.memory.state == "AVAILABLE"
    delivery(story)
    assert robot.orders


def test_a_robot_that_lied_stays_held_however_plausible_it_is_from_then_on():
    story, robot = out_for_delivery()
    robot.takes_order()
    robot.tells(mobile_robot_position=FAR)
    sent = len(robot.orders)
    for _ in range(60):
        story.wait(SECOND)
        robot.tells(mobile_robot_position=at("bay-park-1"), node_states=())
    assert robot.memory.held
    assert len(robot.orders) == sent


def test_it_is_not_confirmed_where_another_robot_may_drive():
    story = Story()
    liar, other = Puppet(story), Puppet(story, "r2")
    teleports(liar, JUMPS_MAX)
    liar.tells(mobile_robot_position=at(other.memory.rest))
    story.believed(BOARD, ModeSet(what="robot-held", on=False, about="r1"))
    assert liar.memory.held
    assert "push it back" in story.books.alarms["robot/r1"][0]


def test_the_floor_goes_on_while_one_is_held():
    stage = Stage()
    stage.run(SECOND)
    for _ in range(1_000):
        state = stage.memory("r1").report
        header = structs.replace(state.header, header_id=state.header.header_id + 1)
        stage.believed("robot/r1", RobotReported(state=structs.replace(state, header=header)))
    assert stage.memory("r1").held
    job = stage.deliver("d5")
    assert stage.run(15 * MINUTE, until=lambda: bool(stage.all(JobDone)))
    assert stage.books.jobs[job].robot == "r2"


# ── floods ───────────────────────────────────────────────────────────────────────────────────────


def says(robot: Puppet, count: int, gap_ms: int) -> None:
    for _ in range(count):
        robot.story.now += gap_ms
        robot.tells()


def test_a_robot_that_floods_is_held_and_costs_the_floor_no_more_thought():
    story = Story()
    robot = Puppet(story)
    says(robot, 1_000, 1)
    assert "floods" in robot.memory.held
    said = len(story.outs)
    says(robot, 1_000, 1)
    assert len(story.outs) == said


def test_a_robot_that_says_everything_ten_times_a_second_for_an_hour_does_not_flood():
    story = Story()
    robot = Puppet(story)
    says(robot, 10 * 360, 100)
    assert not robot.memory.held


def test_what_came_all_at_once_after_a_pause_is_no_flood():
    story = Story()
    robot = Puppet(story)
    story.now += 10 * SECOND
    says(robot, 100, 0)
    assert not robot.memory.held
    assert CROWD_MAX > 100 > STATES_PER_S


def test_after_a_quiet_night_a_flood_is_a_flood():
    story = Story()
    robot = Puppet(story)
    story.now += 10 * HOUR
    says(robot, 1_000, 1)
    assert "floods" in robot.memory.held


# ── what is no lie ───────────────────────────────────────────────────────────────────────────────


def trembling(x: float, y: float, noise: tuple[float, float]) -> MobileRobotPosition:
    return MobileRobotPosition(x + noise[0], y + noise[1], 0.0, "hall", localized=True)


noises = st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
steps = st.tuples(noises, st.integers(50, 2_000), st.integers(0, 1_500), st.integers(-3_600_000, 3_600_000))


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=5, max_size=40), st.booleans(), st.booleans())
def test_noise_late_and_reordered_states_and_clocks_that_are_set_are_no_lies(drive, clock_is_set, reordered):
    """A robot drives back and forth between two nodes at its full speed; its words come late and trembling."""
    story = Story()
    robot = Puppet(story)
    one, other = at("bay-park-1"), at("n2")
    way_m = math.hypot(one.x - other.x, one.y - other.y)
    driven_m, began, offset, arrives = 0.0, story.now, 0, story.now
    said = []
    for number, (noise, lasts, late, jump) in enumerate(drive):
        began += lasts
        driven_m += lasts / SECOND * LAYOUT.robots["r1"].speed_mps
        along = abs((driven_m / way_m) % 2 - 1)
        offset += jump if clock_is_set and number == len(drive) // 2 else 0
        place = trembling(one.x + (other.x - one.x) * (1 - along), one.y + (other.y - one.y) * (1 - along), noise)
        said.append((began + late, robot.state.header.header_id + 1 + number, began + offset, place))
    for arrives_at, header_id, told_at, place in sorted(said) if reordered else said:
        arrives = max(arrives, arrives_at)
        story.now = arrives
        header = structs.replace(robot.state.header, header_id=header_id, timestamp=told_at)
        robot.repeats(structs.replace(robot.state, header=header, mobile_robot_position=place))
        assert not robot.memory.held


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(list(LAYOUT.lanes["r1"].nodes)), min_size=1, max_size=10), st.sampled_from(["key", "stop"])
)
def test_a_person_who_pushes_it_in_manual_or_with_the_stop_pressed_is_no_lie(nodes, how):
    story = Story()
    robot = Puppet(story)
    away = {
        "key": {"operating_mode": OperatingMode.MANUAL},
        "stop": {"safety_state": SafetyState(EmergencyStop.MANUAL, field_violation=False)},
    }[how]
    back = {
        "operating_mode": OperatingMode.AUTOMATIC,
        "safety_state": SafetyState(EmergencyStop.NONE, field_violation=False),
    }
    for node in nodes:
        story.wait(100)
        robot.tells(**away)
        robot.tells(mobile_robot_position=at(node))
        robot.tells(**back)
        assert not robot.memory.held


def test_r12_switched_on_again_where_it_stood_is_no_lie_and_elsewhere_needs_a_person():
    story = Story()
    robot = Puppet(story)
    robot.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(40 * SECOND)
    restarted(robot, at("bay-park-1", 0.05))
    assert not robot.memory.held
    robot.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(40 * SECOND)
    restarted(robot, at("bay-desk-3"))
    assert "switched on again" in robot.memory.held


def restarted(robot: Puppet, place: MobileRobotPosition) -> None:
    robot.says(ConnectionState.ONLINE)
    robot.story.wait(SECOND)
    robot.state = structs.replace(robot.state, header=structs.replace(robot.state.header, header_id=-1))
    robot.tells(mobile_robot_position=place)


def test_f23_a_robot_that_comes_back_after_driving_blind_is_believed():
    story, robot = out_for_delivery()
    robot.takes_order()
    robot.says(ConnectionState.CONNECTION_BROKEN)
    story.wait(3 * SECOND)
    robot.says(ConnectionState.ONLINE)
    node = robot.state.node_states[-1]
    robot.tells(
        last_node_id=node.node_id,
        last_node_sequence_id=node.sequence_id,
        node_states=(),
        mobile_robot_position=at(node.node_id),
    )
    assert not robot.memory.held
