"""Fleet control's 27 points (M1 to M27) and where each is tested; and the stories of those that had none."""

import ast
import json
import re
from pathlib import Path

import pytest
from msgspec import structs

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.events import RobotFactsheetReported
from shopfloor.contract.vda5050 import (
    DELIVERIES,
    ActionState,
    ActionStatus,
    Factsheet,
    Level,
    ProtocolLimits,
    StringLengths,
    Timing,
)
from shopfloor.contract.vda5050_rules import order_faults
from shopfloor.contract.vda5050_wire import encode
from shopfloor.core.fleet.master import INSTANTS_KEPT
from shopfloor.service.serve import sessions_of
from tests.core.fleet_stage import Stage
from tests.core.puppet import Puppet, delivery
from tests.core.story import LAYOUT, Story
from tests.core.test_fleet_master import asked_for, out_for_delivery

TESTS = Path(__file__).parents[1]
HERE = "core/test_fleet_points.py"
MASTER = "core/test_fleet_master.py"

POINTS: dict[str, tuple[str, str]] = {
    "M1": (HERE, "test_m1_connection_and_state_are_subscribed_before_anything_is_sent"),
    "M2": (HERE, "test_m2_orders_and_instant_actions_travel_at_qos_0_and_are_not_retained"),
    "M3": (MASTER, "test_m3_header_ids_count_up_by_one_with_every_message_sent"),
    "M4": (HERE, "test_m4_times_are_utc_with_milliseconds_and_z"),
    "M5": (MASTER, "test_m5_the_robots_own_version_is_written_letter_for_letter"),
    "M6": (HERE, "test_m6_m7_m8_every_order_of_a_day_is_well_formed"),
    "M7": (HERE, "test_m6_m7_m8_every_order_of_a_day_is_well_formed"),
    "M8": (HERE, "test_m6_m7_m8_every_order_of_a_day_is_well_formed"),
    "M9": (MASTER, "test_m9_a_new_order_begins_where_the_robot_stands"),
    "M10": (MASTER, "test_m10_no_new_order_to_a_robot_that_is_not_idle"),
    "M11": (MASTER, "test_m11_m12_an_update_begins_with_the_last_released_node_unchanged"),
    "M12": (MASTER, "test_m11_m12_an_update_begins_with_the_last_released_node_unchanged"),
    "M13": (MASTER, "test_m13_an_order_that_is_not_echoed_is_sent_again_with_the_same_content"),
    "M14": (MASTER, "test_m14_it_is_taken_only_when_the_state_shows_both_ids"),
    "M15": (MASTER, "test_m15_a_refusal_of_something_else_means_nothing"),
    "M16": (MASTER, "test_m16_after_the_cancel_it_starts_anew_from_where_it_stands"),
    "M17": ("core/test_fleet_deaths.py", "test_cancel_unanswered_a_few_times_then_it_counts_as_dead"),
    "M18": (HERE, "test_m18_an_order_lists_no_more_nodes_than_the_robot_can_hold"),
    "M19": (MASTER, "test_m19_the_base_grows_before_the_robot_has_to_stop"),
    "M20": (MASTER, "test_m20_what_is_passed_stays_claimed_until_the_robot_has_left_it"),
    "M21": (MASTER, "test_m21_done_is_idle_and_our_action_finished"),
    "M22": (MASTER, "test_m22_a_broken_connection_keeps_its_base_claimed"),
    "M23": (MASTER, "test_m23_silence_is_asked_after_and_then_counts_as_offline"),
    "M24": (MASTER, "test_m24_in_a_persons_hands_the_order_is_over_and_the_claims_stay"),
    "M25": (MASTER, "test_m25_action_ids_are_never_used_twice_and_instant_actions_block_nothing"),
    "M26": (HERE, "test_m26_a_3_0_robot_is_told_to_clear_its_list_of_instant_actions"),
    "M27": (HERE, "test_m27_a_clock_that_was_set_back_does_not_silence_a_robot"),
}


def test_every_point_has_its_test():
    assert list(POINTS) == [f"M{number}" for number in range(1, 28)]
    for file, name in POINTS.values():
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert name in [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)], (file, name)


def test_m1_connection_and_state_are_subscribed_before_anything_is_sent():
    """A session tells that it is connected when its subscriptions are there, and nothing is sent before that."""
    filters = dict(next(heard for name, _, heard in sessions_of(LAYOUT) if name == "robot"))
    for row in LAYOUT.robots.values():
        own = {topic.rpartition("/")[2]: qos for topic, qos in filters.items() if f"/{row.serial_number}/" in topic}
        assert own["connection"] == 1
        assert "state" in own


@pytest.mark.parametrize("level", [Level.ORDER, Level.INSTANT_ACTIONS])
def test_m2_orders_and_instant_actions_travel_at_qos_0_and_are_not_retained(level):
    assert (DELIVERIES[level].qos, DELIVERIES[level].retain) == (0, False)


def test_m4_times_are_utc_with_milliseconds_and_z():
    _, robot = out_for_delivery()
    told = json.loads(encode(robot.order).payload)["timestamp"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told)


def test_m6_m7_m8_every_order_of_a_day_is_well_formed():
    stage = Stage()
    jobs = [stage.deliver("d3"), stage.give_back("d4")]
    assert stage.run(15 * MINUTE, until=lambda: all(stage.done(job) for job in jobs))
    for out in stage.orders:
        order = out.order
        assert not order_faults(order)
        assert len(order.edges) == len(order.nodes) - 1
        mixed = sorted((*order.nodes, *order.edges), key=lambda each: each.sequence_id)
        first = order.nodes[0].sequence_id
        assert [each.sequence_id for each in mixed] == list(range(first, first + len(mixed)))
        assert all(each.released for each in mixed)


def with_limits(story: Story, robot: Puppet, **limits: object) -> None:
    """A factsheet that says no more than these."""
    of = {"nodes": {}, "load_id": None, "interval_s": 0.0, **limits}
    told = ProtocolLimits(
        StringLengths(maximum_load_id_length=of["load_id"]), of["nodes"], Timing(of["interval_s"], 0.1)
    )
    story.believed(robot.device, RobotFactsheetReported(factsheet=Factsheet(robot.state.header, protocol_limits=told)))


def test_m18_an_order_lists_no_more_nodes_than_the_robot_can_hold():
    story = Story()
    robot = Puppet(story)
    with_limits(story, robot, nodes={"order.nodes": 2})
    delivery(story)
    assert len(robot.order.nodes) == 2
    roomy = Story()
    other = Puppet(roomy)
    with_limits(roomy, other, nodes={"order.nodes": 0})
    delivery(roomy)
    assert len(other.order.nodes) > 2


def test_m18_the_name_of_a_load_is_told_only_if_it_fits():
    for longest, told in ((1, None), (None, "X1")):
        story = Story()
        robot = Puppet(story)
        with_limits(story, robot, load_id=longest)
        delivery(story)
        while not any(node.actions for node in robot.order.nodes):
            robot.takes_order()
            robot.drives()
        assert robot.order.nodes[-1].actions[0].parameter("loadId") == told


def test_m13_m18_orders_come_not_faster_than_the_robot_can_take_them():
    story = Story()
    robot = Puppet(story)
    with_limits(story, robot, interval_s=3.0)
    delivery(story)
    robot.takes_order()
    robot.drives(1)
    assert len(robot.orders) == 1
    robot.story.wait(3 * SECOND)
    robot.tells()
    assert len(robot.orders) == 2


def instants(count: int) -> tuple[ActionState, ...]:
    return tuple(ActionState(f"I{900 + number}", ActionStatus.FINISHED, "stateRequest") for number in range(count))


@pytest.mark.parametrize(
    ("version", "count", "asked"),
    [
        ("3.0.0", INSTANTS_KEPT, ["clearInstantActions"]),
        ("3.0.0", INSTANTS_KEPT - 1, []),
        ("2.1.0", INSTANTS_KEPT, []),
    ],
)
def test_m26_a_3_0_robot_is_told_to_clear_its_list_of_instant_actions(version, count, asked):
    story = Story()
    robot = Puppet(story, version=version)
    robot.tells(instant_action_states=instants(count))
    assert asked_for(robot) == asked
    story.wait(10 * SECOND)
    robot.tells()
    assert asked_for(robot) == asked, "not again and again"


def test_m26_an_instant_actions_state_is_never_taken_for_an_order_actions():
    _, robot = out_for_delivery()
    robot.takes_order()
    robot.tells(instant_action_states=(ActionState("I1", ActionStatus.RUNNING, "cancelOrder"),))
    assert robot.state.idle is False
    robot.tells(node_states=(), instant_action_states=(ActionState("I1", ActionStatus.RUNNING, "cancelOrder"),))
    assert robot.state.idle


def test_m27_a_clock_that_was_set_back_does_not_silence_a_robot():
    story = Story()
    robot = Puppet(story)
    header = robot.state.header
    back = structs.replace(header, header_id=header.header_id + 1, timestamp=header.timestamp - 10 * MINUTE)
    story.wait(20 * SECOND)
    robot.repeats(structs.replace(robot.state, header=back))
    story.wait(20 * SECOND)
    assert robot.memory.state == "AVAILABLE"
