"""What breaks when a dial of a robot is turned: its defects, and the departures of other makers (R1 to R16)."""

from random import Random

import pytest
from msgspec import structs

from devices.robot import RobotClient, Unreadable, simulated
from devices.robot_body import Pose, RobotDials
from devices.robot_profile import RobotProfile
from devices.robot_voice import Voice
from shopfloor.contract import vda5050 as vda
from shopfloor.contract import vda5050_wire as wire
from shopfloor.contract.actor import MINUTE, SECOND
from tests.devices.robot_aisle import (
    BLOCK,
    MORNING,
    SEVEN,
    STATUS,
    STEP_M,
    VERSIONS,
    Aisle,
    Spoken,
    action,
    header,
    order,
    references,
    refusals,
    share,
    waits_at,
)


@pytest.fixture(params=VERSIONS, autouse=True)
def _version(request, monkeypatch):
    monkeypatch.setattr(Spoken, "version", request.param)


# Defects


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_picks_fail_as_often_as_the_dial_says(chance):
    def fails(seed):
        aisle = Aisle(seed=seed, pick_fails=chance)
        aisle.tell(order(stops=1, at={0: (action("pick", "p"),)}))
        aisle.wait_for(lambda state: state.idle)
        assert bool(aisle.state.loads) is (aisle.state.action("p").action_status is STATUS.FINISHED)
        return not aisle.state.loads

    assert share(fails(seed) for seed in range(100)) == pytest.approx(chance, abs=0.12)


def test_r13_a_failed_drop_leaves_the_tote_aboard_and_a_new_order_may_try_again():
    aisle = Aisle(drop_fails=1.0)
    aisle.tell(order(stops=1, at={0: (action("pick", "p", load="T1"), action("drop", "d", load="T1"))}))
    aisle.wait_for(lambda state: state.idle)
    assert aisle.state.action("d").action_status is STATUS.FAILED
    assert [load.load_id for load in aisle.state.loads] == ["T1"]
    assert refusals(aisle.state) == ["dropFailed"]
    aisle.tell(order("o2", stops=1, at={0: (action("drop", "d2", load="T1"),)}))
    assert aisle.state.action("d2").action_status is STATUS.RUNNING


def test_a_dead_robot_says_nothing_more_and_stands():
    aisle = Aisle(dead_after=3 * SECOND)
    aisle.tell(order(stops=5))
    aisle.wait(2 * SECOND)
    assert not aisle.robot.dead
    aisle.wait(SECOND)
    assert aisle.robot.dead
    assert aisle.tell(order()) == []
    assert aisle.robot.first_words(aisle.now) == []
    assert aisle.robot.deadline is None
    assert aisle.x == 3.0


def test_r9_a_silent_stall_shows_no_error_and_no_progress():
    aisle = Aisle(stalls=1.0)
    aisle.tell(order())
    aisle.wait(10 * MINUTE)
    assert (aisle.state.errors, aisle.state.driving, aisle.x) == ((), False, 0.0)
    assert aisle.state.node_states
    aisle.instant("cancelOrder", "c1")
    assert aisle.state.idle


def test_r9_with_too_little_charge_it_stands_at_its_node_without_a_word():
    aisle = Aisle(battery_start=10.0, stands_below=15.0)
    aisle.tell(order())
    aisle.wait(10 * MINUTE)
    assert (aisle.state.errors, aisle.x) == ((), 0.0)
    enough = Aisle(battery_start=20.0, stands_below=15.0)
    enough.tell(order())
    enough.wait_for(waits_at(2))


def test_an_empty_battery_stops_it_between_nodes_with_a_fatal_error():
    aisle = Aisle(battery_start=0.1, drain_driving_per_min=6.0)
    aisle.tell(order())
    aisle.wait(10 * MINUTE)
    assert aisle.x == pytest.approx(1.0)
    assert [(each.error_type, each.error_level) for each in aisle.state.errors] == [("batteryEmpty", "FATAL")]
    aisle.instant("startCharging", "i1")
    aisle.wait_for(waits_at(2))
    assert aisle.state.errors == ()


def test_a_robot_that_lost_its_way_stops_until_a_person_tells_it_where_it_is():
    aisle = Aisle(loses_position=1.0)
    aisle.tell(order(stops=2))
    aisle.wait(MINUTE)
    assert (aisle.x, aisle.state.mobile_robot_position.localized) == (1.0, False)
    assert refusals(aisle.state) == ["positionLost"]
    aisle.instant("cancelOrder", "c1")
    aisle.tell(order("o2", within_m=2.0))
    assert refusals(aisle.state)[0] == "MOBILE_ROBOT_NOT_AVAILABLE"

    def at(x):
        return vda.ActionParameter("x", x), vda.ActionParameter("y", 0.0), vda.ActionParameter("lastNodeId", "n1")

    aisle.instant("initializePosition", "i1", *at(9.0))
    aisle.wait(1)
    assert aisle.state.action("i1").action_status is STATUS.FAILED
    aisle.instant("initializePosition", "i2", *at(1.2))
    aisle.wait(1)
    assert aisle.state.mobile_robot_position.localized
    assert aisle.state.last_node_id == "n1"
    assert "positionLost" not in refusals(aisle.state)


def test_it_refuses_orders_as_often_as_the_dial_says():
    def refuses(seed):
        aisle = Aisle(seed=seed, refuses_order=0.5)
        aisle.tell(order())
        return refusals(aisle.state) == ["MOBILE_ROBOT_NOT_AVAILABLE"]

    assert share(refuses(seed) for seed in range(100)) == pytest.approx(0.5, abs=0.15)


def test_a_slow_robot_is_late():
    aisle = Aisle(speed_factor=0.25)
    aisle.tell(order(stops=2))
    aisle.wait_for(lambda state: state.idle)
    assert aisle.now - MORNING == 8 * SECOND


def test_r5_stitched_actions_sent_again_keep_it_busy_for_ever():
    aisle = Aisle(repeats_stitched_actions=True)
    aisle.tell(order(stops=2, at={1: (action("pick", "p1"),)}))
    aisle.tell(order(update=1, first=1, sequence=2, stops=2, at={0: (action("pick", "p1"),)}))
    aisle.wait(10 * MINUTE)
    assert [each.action_status for each in aisle.state.action_states] == [STATUS.FINISHED, STATUS.WAITING]
    assert not aisle.state.idle
    aisle.instant("cancelOrder", "c1")
    assert aisle.state.idle


def test_r7_a_cancel_of_nothing_may_show_as_the_error_alone():
    aisle = Aisle(hides_idle_cancel=True)
    aisle.instant("cancelOrder", "c1")
    assert aisle.state.action("c1") is None
    assert refusals(aisle.state) == ["NO_ORDER_TO_CANCEL"]


def test_r12_switched_on_again_it_remembers_no_order_and_believes_to_be_at_its_start():
    aisle = Aisle()
    aisle.tell(order(stops=3, at={0: (action("pick", "p1", load="T1"),)}))
    aisle.wait(20 * SECOND)
    where = aisle.x
    again = RobotClient(aisle.profile, aisle.body, aisle.dials, Random("again"), aisle.now)
    *_, state = again.first_words(aisle.now)
    assert (state.order_id, state.last_node_id, state.driving) == ("", "n0", False)
    assert where > 0
    assert state.mobile_robot_position.x == where
    assert [load.load_id for load in state.loads] == ["T1"]


def test_the_same_seed_lives_the_same_day():
    def day(seed):
        aisle = Aisle(seed=seed, pick_fails=0.5, stalls=0.2, loses_position=0.2)
        aisle.tell(order(stops=6, at={stop: (action("pick", f"p{stop}"),) for stop in range(6)}))
        aisle.wait(5 * MINUTE)
        return aisle.said

    assert day(3) == day(3)
    assert day(3) != day(4)


def test_a_whole_robot_comes_from_one_call():
    profile = RobotProfile(SEVEN, "shop", "n0", Pose(0.0, 0.0))
    robot = simulated(profile, RobotDials(), Random(1), MORNING)
    assert robot.deadline == MORNING


def test_a_robot_that_floods_tells_its_state_far_too_often():
    aisle = Aisle(floods_every_ms=20)
    aisle.wait(SECOND)
    assert len(aisle.states) == 51
    calm = Aisle()
    calm.wait(SECOND)
    assert len(calm.states) == 1


def test_a_liar_tells_another_place_than_the_one_it_knows_of():
    aisle = Aisle(lies_by_m=3.0)
    assert aisle.state.mobile_robot_position.x == 3.0
    assert aisle.state.mobile_robot_position.localized
    aisle.tell(order(stops=2))
    aisle.wait_for(waits_at(1))
    assert (aisle.x, aisle.state.mobile_robot_position.x) == (STEP_M, STEP_M + 3.0)


def test_a_position_that_jumps_is_told_and_believed_until_a_person_corrects_it():
    aisle = Aisle(jumps=1.0, jump_m=5.0)
    aisle.tell(order(stops=2))
    aisle.wait_for(lambda state: state.mobile_robot_position.x == 6.0)
    assert aisle.state.mobile_robot_position.localized
    aisle.wait_for(waits_at(1))
    assert (aisle.x, aisle.state.mobile_robot_position.x) == (STEP_M, STEP_M + 5.0)
    aisle.tell(order("o2", first=1))
    assert refusals(aisle.state) == ["START_NODE_OUT_OF_RANGE"]
    where = (vda.ActionParameter("x", STEP_M), vda.ActionParameter("y", 0.0), vda.ActionParameter("lastNodeId", "n1"))
    aisle.instant("initializePosition", "i1", *where)
    aisle.wait(1)
    aisle.tell(order("o3", first=1))
    assert aisle.state.order_id == "o3"


def test_r1_instant_actions_under_the_other_key_are_all_that_it_reads():
    aisle = Aisle(instant_actions_key="instantActions")
    ask = vda.InstantActions(header(), (vda.Action("stateRequest", "i1", BLOCK.NONE),))
    plain, its = wire.encode(ask), wire.encode(ask, vda.Dialect(instant_actions="instantActions"))
    assert isinstance(aisle.voice.read(plain.topic, plain.payload), Unreadable)
    assert aisle.voice.read(its.topic, its.payload) == ask


def test_r2_a_connection_may_be_told_at_qos_0():
    aisle = Aisle(connection_qos=0)
    post = aisle.voice.write(aisle.robot.last_will(aisle.now))
    assert (post.qos, post.retain) == (0, True)


def test_r3_an_order_in_another_version_string_is_refused():
    def told(aisle):
        plain = order()
        other = structs.replace(plain.header, version=f"{plain.header.version[:3]}.9")
        aisle.tell(structs.replace(plain, header=other))
        return refusals(aisle.state)

    assert told(Aisle(refuses_other_versions=True)) == ["VALIDATION_FAILURE"]
    assert told(Aisle()) == []
    strict = Aisle(refuses_other_versions=True)
    strict.tell(order())
    assert strict.state.order_id == "o1"


def test_r4_the_other_spelling_of_the_deviation_is_passed_over_in_silence():
    def order_taken(dialect):
        aisle = Aisle(deviation_key="allowedDeviationXy")
        post = wire.encode(order(first=1, within_m=3.0), dialect)
        aisle.tell(aisle.voice.read(post.topic, post.payload))
        return refusals(aisle.state) == []

    assert not order_taken(vda.AS_PUBLISHED)
    if Spoken.version.startswith("2.0"):
        assert order_taken(vda.Dialect(deviation="allowedDeviationXy"))


def test_r8_a_factsheet_may_be_a_bare_header():
    aisle = Aisle()
    said = aisle.robot.first_words(aisle.now)[1]
    assert said.protocol_features is not None
    profile, dials = aisle.profile, RobotDials(bare_factsheet=True)
    bare = simulated(profile, dials, Random(1), MORNING).first_words(MORNING)[1]
    assert bare == vda.Factsheet(bare.header)
    assert len(Voice.of(profile, dials).write(bare).payload) < 200


def test_r10_it_never_asks_for_a_longer_base():
    aisle = Aisle(never_asks_for_base=True)
    aisle.tell(order(stops=3, released=2))
    aisle.wait(MINUTE)
    assert aisle.state.last_node_id == "n1"
    assert not any(state.new_base_request for state in aisle.states)


@pytest.mark.parametrize(("rolls_on", "x", "node"), [(False, 1.0, "n0"), (True, STEP_M, "n1")])
def test_r14_a_cancel_between_nodes_stops_it_there_or_at_the_next_node(rolls_on, x, node):
    aisle = Aisle(rolls_on_to_node=rolls_on)
    aisle.tell(order(at={1: (action("pick", "p1"),)}))
    aisle.wait(SECOND)
    aisle.instant("cancelOrder", "c1")
    assert (aisle.state.action("c1").action_status is STATUS.RUNNING) is rolls_on
    aisle.wait(MINUTE)
    assert (aisle.x, aisle.state.last_node_id, aisle.state.idle) == (x, node, True)
    assert aisle.state.action("c1").action_status is STATUS.FINISHED
    assert aisle.state.action("p1").action_status is STATUS.FAILED


@pytest.mark.parametrize(
    ("parameters", "taken"),
    [({}, False), ({"loadType": "EPAL"}, False), ({"loadType": "EPAL", "stationType": "floor"}, True)],
)
def test_r15_it_picks_only_with_its_load_and_station_type(parameters, taken):
    aisle = Aisle(wants_load_type="EPAL", wants_station_type="floor")
    named = tuple(vda.ActionParameter(key, value) for key, value in parameters.items())
    aisle.tell(order(stops=1, at={0: (vda.Action("pick", "p1", BLOCK.HARD, named),)}))
    assert (refusals(aisle.state) == []) is taken
    assert (aisle.state.order_id == "o1") is taken
    assert taken or references(aisle.state)["actionId"] == "p1"


def test_r16_it_stitches_at_its_last_node_instead_of_the_last_released():
    aisle = Aisle(stitches_at_end=True)
    aisle.tell(order(stops=3, released=2))
    aisle.tell(order(update=1, first=1, sequence=2, stops=2))
    assert refusals(aisle.state) == ["OUTDATED_ORDER_UPDATE"]
    without_horizon = Aisle(stitches_at_end=True)
    without_horizon.tell(order(stops=2))
    without_horizon.tell(order(update=1, first=1, sequence=2, stops=2))
    assert without_horizon.state.errors == ()
