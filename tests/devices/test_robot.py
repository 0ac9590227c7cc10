"""A robot's working day, point by point of the vehicle's checklist (V1 to V22), in every version of the protocol."""

import json
import math
from itertools import pairwise

import pytest
from msgspec import structs

from devices.robot import Unreadable
from devices.robot_body import Arrived, KeyTurned, StopPressed
from devices.robot_profile import abilities
from shopfloor.contract import vda5050 as vda
from shopfloor.contract import vda5050_wire as wire
from shopfloor.contract.actor import MINUTE, SECOND
from tests.devices.robot_aisle import (
    BLOCK,
    MORNING,
    STATUS,
    STEP_M,
    VERSIONS,
    Aisle,
    Spoken,
    action,
    order,
    references,
    refusals,
    waits_at,
)


@pytest.fixture(params=VERSIONS, autouse=True)
def _version(request, monkeypatch):
    monkeypatch.setattr(Spoken, "version", request.param)


# Connecting


def test_v1_the_last_will_is_retained_at_qos_1():
    aisle = Aisle()
    post = aisle.voice.write(aisle.robot.last_will(MORNING))
    topic, word = {
        "2": ("uagv/v2/dobby/r7/connection", "CONNECTIONBROKEN"),
        "3": ("vda5050/v3/dobby/r7/connection", "CONNECTION_BROKEN"),
    }[Spoken.version[0]]
    assert (post.topic, post.qos, post.retain) == (topic, 1, True)
    assert json.loads(post.payload)["connectionState"] == word


def test_v2_online_is_the_first_word_and_offline_the_last():
    aisle = Aisle()
    assert aisle.said[0].connection_state is vda.ConnectionState.ONLINE
    (goodbye,) = aisle.robot.last_words(aisle.now)
    assert goodbye.connection_state is vda.ConnectionState.OFFLINE
    assert aisle.voice.write(goodbye).retain


def test_v3_the_factsheet_is_told_at_connect_and_on_request_and_not_otherwise():
    aisle = Aisle()
    assert isinstance(aisle.said[1], vda.Factsheet)
    assert aisle.voice.write(aisle.said[1]).retain
    aisle.wait(MINUTE)
    assert sum(isinstance(each, vda.Factsheet) for each in aisle.said) == 1
    said = aisle.instant("factsheetRequest", "i1")
    assert [type(each) for each in said] == [vda.Factsheet, vda.State]
    assert aisle.state.action("i1").action_status is STATUS.FINISHED


def test_v3_the_factsheet_lists_exactly_what_the_robot_does():
    listed = {each.action_type for each in Aisle().said[1].protocol_features.mobile_robot_actions}
    assert listed == {each.action_type for each in abilities(Spoken.version)}
    assert {"cancelOrder", "startPause", "stopPause", "pick", "drop"} <= listed
    assert ("clearInstantActions" in listed) is Spoken.version.startswith("3")


def test_m3_headers_count_per_topic():
    aisle = Aisle()
    aisle.wait(2 * MINUTE)
    assert [state.header.header_id for state in aisle.states] == list(range(1, len(aisle.states) + 1))


# Telling


def test_v4_an_idle_robot_gives_a_sign_of_life_every_30_seconds_and_not_more():
    aisle = Aisle()
    aisle.wait(5 * MINUTE)
    times = [state.header.timestamp - MORNING for state in aisle.states]
    assert times == [30 * SECOND * number for number in range(11)]


def test_v4_every_event_of_a_trip_is_told():
    aisle = Aisle()
    aisle.tell(order(at={2: (action("pick", "p1"),)}))
    aisle.wait_for(lambda state: state.idle)
    story = [
        (state.last_node_id, state.driving, state.action("p1").action_status, len(state.loads or ()))
        for state in aisle.states[1:]
    ]
    assert story == [
        ("n0", True, STATUS.WAITING, 0),
        ("n1", True, STATUS.WAITING, 0),
        ("n2", False, STATUS.RUNNING, 0),
        ("n2", False, STATUS.FINISHED, 1),
    ]


def test_v4_states_are_coalesced_and_the_last_word_is_never_lost():
    aisle = Aisle(state_gap_ms=500)
    aisle.wait(SECOND)
    for number in range(20):
        aisle.instant("startPause" if number % 2 == 0 else "stopPause", f"i{number}")
        aisle.wait(10)
    aisle.wait(SECOND)
    times = [state.header.timestamp for state in aisle.states]
    assert all(later - earlier >= 500 for earlier, later in pairwise(times))
    assert len(times) <= 4
    assert aisle.state.action("i19").action_status is STATUS.FINISHED
    assert aisle.state.paused is False


def test_v5_the_first_node_is_not_listed():
    aisle = Aisle()
    aisle.tell(order())
    assert [each.node_id for each in aisle.state.node_states] == ["n1", "n2"]
    assert [each.edge_id for each in aisle.state.edge_states] == ["e0", "e1"]


# Taking orders


def test_v6_an_identical_order_is_ignored_but_answered():
    aisle = Aisle()
    aisle.tell(order(at={0: (action("pick", "p1"),)}))
    aisle.wait(SECOND)
    again = order(at={0: (action("pick", "p1"),)})
    again = structs.replace(again, header=structs.replace(again.header, header_id=2, timestamp=aisle.now))
    before = aisle.state
    assert len(aisle.tell(again)) == 1
    assert structs.replace(aisle.state, header=before.header, power_supply=before.power_supply) == before
    aisle.wait_for(lambda state: state.idle)
    assert len(aisle.state.loads) == 1


def test_v7_the_same_ids_with_another_content_are_refused():
    aisle = Aisle()
    aisle.tell(order(stops=2))
    aisle.tell(order(stops=3))
    assert refusals(aisle.state) == ["SAME_ORDER_UPDATE_ID"]
    assert references(aisle.state) == {"orderId": "o1", "orderUpdateId": "0"}
    aisle.wait_for(waits_at(1))
    assert aisle.state.idle


def test_v8_an_older_update_is_refused_and_the_order_goes_on():
    aisle = Aisle()
    aisle.tell(order(stops=2))
    aisle.tell(order(update=2, first=1, sequence=2, stops=2))
    aisle.tell(order(update=1, first=2, sequence=4, stops=3))
    assert refusals(aisle.state) == ["OUTDATED_ORDER_UPDATE"]
    aisle.wait_for(waits_at(2))
    assert aisle.state.order_update_id == 2
    assert aisle.state.idle


def test_v9_another_order_is_refused_while_one_runs_and_taken_afterwards():
    aisle = Aisle()
    aisle.tell(order())
    aisle.tell(order("o2", first=2))
    assert refusals(aisle.state) == ["OTHER_ORDER_ACTIVE"]
    assert references(aisle.state) == {"orderId": "o2"}
    aisle.wait_for(lambda state: state.idle)
    aisle.tell(order("o2", first=2))
    assert (aisle.state.order_id, refusals(aisle.state)) == ("o2", [])


@pytest.mark.parametrize(("first", "within_m", "taken"), [(0, 0.0, True), (1, 0.0, False), (1, 2.5, True)])
def test_v10_the_first_node_must_be_where_the_robot_stands(first, within_m, taken):
    aisle = Aisle()
    aisle.tell(order(first=first, within_m=within_m))
    assert refusals(aisle.state) == ([] if taken else ["START_NODE_OUT_OF_RANGE"])
    assert (aisle.state.order_id == "o1") is taken


def test_v10_without_a_position_the_first_node_is_known_by_its_name():
    def nameless(name):
        plain = order()
        first = structs.replace(plain.nodes[0], node_id=name, node_position=None)
        return structs.replace(plain, nodes=(first, *plain.nodes[1:]))

    aisle = Aisle()
    aisle.tell(nameless("n5"))
    assert refusals(aisle.state) == ["START_NODE_OUT_OF_RANGE"]
    aisle.tell(nameless("n0"))
    assert aisle.state.order_id == "o1"


def test_v11_what_cannot_be_read_or_breaks_a_rule_is_a_validation_failure():
    aisle = Aisle()
    aisle.tell(aisle.voice.read(aisle.voice.hears[0], b"{"))
    assert refusals(aisle.state) == ["VALIDATION_FAILURE"]
    aisle.tell(structs.replace(order(), edges=()))
    assert references(aisle.state) == {"orderId": "o1", "orderUpdateId": "0"}
    assert aisle.state.order_id == ""
    named = json.loads(aisle.voice.write(aisle.state).payload)["errors"][0]["errorType"]
    assert named == ("VALIDATION_FAILURE" if Spoken.version.startswith("3") else "validationError")


def test_v11_an_unknown_order_must_begin_with_update_0():
    aisle = Aisle()
    aisle.tell(order(update=3))
    assert refusals(aisle.state) == ["VALIDATION_FAILURE"]


def test_what_fleet_control_says_is_read_and_what_others_say_is_not():
    aisle = Aisle()
    post = wire.encode(order())
    assert aisle.voice.read(post.topic, post.payload).nodes[0].node_id == "n0"
    own = aisle.voice.write(aisle.state)
    assert isinstance(aisle.voice.read(own.topic, own.payload), Unreadable)


@pytest.mark.parametrize(
    "wrong", [action("juggle", "a1"), action("cancelOrder", "a1"), action("pick", "a1", BLOCK.UNKNOWN)]
)
def test_v12_an_action_that_it_cannot_do_there_is_refused_by_its_id(wrong):
    aisle = Aisle()
    aisle.tell(order(at={1: (wrong,)}))
    assert refusals(aisle.state) == ["INVALID_ORDER_ACTION"]
    assert references(aisle.state) == {"orderId": "o1", "orderUpdateId": "0", "actionId": "a1"}
    assert aisle.state.order_id == ""


def test_v12_no_action_is_done_on_an_edge():
    aisle = Aisle()
    plain = order()
    busy = structs.replace(plain.edges[0], actions=(action("pick", "a1"),))
    aisle.tell(structs.replace(plain, edges=(busy, *plain.edges[1:])))
    assert refusals(aisle.state) == ["INVALID_ORDER_ACTION"]


@pytest.mark.parametrize(("kind", "scoped"), [("pick", "INSTANT"), ("juggle", "INSTANT")])
def test_v12_an_instant_action_that_it_cannot_do_fails(kind, scoped):
    aisle = Aisle()
    aisle.instant(kind, "i1")
    assert aisle.state.action("i1").action_status is STATUS.FAILED
    assert refusals(aisle.state) == ["INVALID_INSTANT_ACTION"]
    assert references(aisle.state) == {"actionId": "i1"}


def test_v13_a_refusal_stays_until_an_order_is_taken():
    aisle = Aisle()
    aisle.tell(order(first=4))
    aisle.wait(5 * MINUTE)
    assert refusals(aisle.state) == ["START_NODE_OUT_OF_RANGE"]
    aisle.tell(order(first=4))
    assert len(aisle.state.errors) == 1, "the same refusal is not listed twice"
    aisle.tell(order())
    assert aisle.state.errors == ()


def test_v13_an_update_that_is_taken_clears_refusals_too():
    aisle = Aisle()
    aisle.tell(order(stops=2))
    aisle.tell(order("o2"))
    assert refusals(aisle.state) == ["OTHER_ORDER_ACTIVE"]
    aisle.tell(order(update=1, first=1, sequence=2, stops=2))
    assert aisle.state.errors == ()


def test_v13_refusals_are_bounded():
    aisle = Aisle()
    for number in range(50):
        aisle.tell(order(f"o{number}", first=4))
    assert len(aisle.state.errors) == 10


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"node_position": None}, "NO_ROUTE_TO_TARGET"),
        ({"node_position": vda.NodePosition(1e300, 0.0, "shop")}, "NO_ROUTE_TO_TARGET"),
        ({"node_position": vda.NodePosition(2.0, 0.0, "cellar")}, "UNKNOWN_MAP_ID"),
    ],
)
def test_a_node_that_it_cannot_find_is_refused(change, kind):
    aisle = Aisle()
    plain = order()
    aisle.tell(structs.replace(plain, nodes=(*plain.nodes[:2], structs.replace(plain.nodes[2], **change))))
    assert refusals(aisle.state) == [kind]


def test_an_edge_to_be_driven_at_no_speed_is_refused():
    aisle = Aisle()
    plain = order(stops=2)
    aisle.tell(structs.replace(plain, edges=(structs.replace(plain.edges[0], maximum_speed=0.0),)))
    assert refusals(aisle.state) == ["NO_ROUTE_TO_TARGET"]


def test_an_order_longer_than_its_memory_is_refused():
    aisle = Aisle()
    aisle.tell(order(stops=201))
    assert refusals(aisle.state) == ["INSUFFICIENT_MEMORY"]
    aisle.tell(order("o9", stops=1, at={0: tuple(action("pick", f"p{number}") for number in range(201))}))
    assert [each.about("orderId") for each in aisle.state.errors] == ["o1", "o9"]
    aisle.tell(order(stops=200))
    assert aisle.state.order_id == "o1"


# Driving


def test_v14_it_stops_at_the_end_of_the_base_and_keeps_the_horizon():
    aisle = Aisle()
    aisle.tell(order(stops=4, released=2))
    aisle.wait(10 * MINUTE)
    assert aisle.x == STEP_M
    assert [(each.node_id, each.released) for each in aisle.state.node_states] == [("n2", False), ("n3", False)]
    assert aisle.state.new_base_request
    assert not aisle.state.idle


def test_v14_a_base_that_grows_in_time_is_driven_through():
    aisle = Aisle()
    aisle.tell(order(stops=4, released=2))
    aisle.wait(SECOND)
    aisle.tell(order(update=1, first=1, sequence=2, stops=3))
    aisle.wait_for(lambda state: state.idle)
    assert aisle.x == 3 * STEP_M
    assert aisle.now - MORNING == 6 * SECOND
    assert not any(state.new_base_request for state in aisle.states)


def test_v15_a_stitching_node_keeps_its_first_instructions():
    aisle = Aisle()
    aisle.tell(order(stops=3, released=2, at={1: (action("pick", "p1", load="T1"),)}))
    aisle.wait(SECOND)
    aisle.tell(order(update=1, first=1, sequence=2, stops=2, at={0: (action("pick", "p1", load="T1"),)}))
    assert [each.action_id for each in aisle.state.action_states] == ["p1"]
    aisle.wait_for(lambda state: state.idle)
    assert [load.load_id for load in aisle.state.loads] == ["T1"]


def test_v15_an_update_may_continue_a_finished_order():
    aisle = Aisle()
    aisle.tell(order(stops=2))
    aisle.wait_for(lambda state: state.idle)
    aisle.tell(order(update=1, first=1, sequence=2, stops=2))
    aisle.wait_for(waits_at(2))
    assert aisle.state.last_node_sequence_id == 4


@pytest.mark.parametrize(("first", "sequence"), [(0, 0), (2, 4), (1, 4), (2, 2)])
def test_v15_an_update_from_elsewhere_than_the_last_released_node_is_refused(first, sequence):
    aisle = Aisle()
    aisle.tell(order(stops=3, released=2))
    aisle.tell(order(update=1, first=first, sequence=sequence, stops=2))
    assert refusals(aisle.state) == ["OUTDATED_ORDER_UPDATE"]
    assert aisle.state.order_update_id == 0


def test_m25_an_update_that_uses_an_action_id_again_is_refused():
    aisle = Aisle()
    aisle.tell(order(stops=2, at={0: (action("pick", "p1"),)}))
    aisle.tell(order(update=1, first=1, sequence=2, stops=2, at={1: (action("pick", "p1"),)}))
    assert refusals(aisle.state) == ["VALIDATION_FAILURE"]
    assert aisle.state.order_update_id == 0


def test_v16_horizon_actions_wait_and_vanish_with_the_horizon():
    aisle = Aisle()
    aisle.tell(order(stops=4, released=2, at={3: (action("drop", "d1"),)}))
    assert aisle.state.action("d1").action_status is STATUS.WAITING
    aisle.tell(order(update=1, first=1, sequence=2, stops=2, at={1: (action("pick", "p1"),)}))
    assert aisle.state.action("d1") is None
    assert aisle.state.action("p1").action_status is STATUS.WAITING


def test_v16_base_actions_are_never_removed():
    aisle = Aisle()
    aisle.tell(order(stops=3, released=2, at={1: (action("pick", "p1"),)}))
    aisle.tell(order(update=1, first=1, sequence=2, stops=2))
    aisle.wait_for(lambda state: state.idle)
    assert aisle.state.action("p1").action_status is STATUS.FINISHED


def running(state: vda.State) -> list[str]:
    return [each.action_id for each in state.action_states if each.action_status is STATUS.RUNNING]


@pytest.mark.parametrize(
    ("first", "second", "together", "driving"),
    [
        (BLOCK.NONE, BLOCK.NONE, True, True),
        (BLOCK.NONE, BLOCK.SOFT, True, False),
        (BLOCK.SOFT, BLOCK.SOFT, True, False),
        (BLOCK.SINGLE, BLOCK.NONE, False, True),
        (BLOCK.NONE, BLOCK.SINGLE, False, True),
        (BLOCK.NONE, BLOCK.HARD, False, False),
        (BLOCK.HARD, BLOCK.NONE, False, False),
        (BLOCK.SOFT, BLOCK.HARD, False, False),
    ],
)
def test_v17_what_may_run_beside_what_and_beside_driving(first, second, together, driving):
    aisle = Aisle()
    actions = (action("pick", "a", first, "T1"), action("pick", "b", second, "T2"))
    aisle.tell(order(stops=2, at={0: actions}))
    assert running(aisle.state) == (["a", "b"] if together else ["a"])
    assert aisle.state.driving is driving
    aisle.wait_for(lambda state: state.idle)
    assert {load.load_id for load in aisle.state.loads} == {"T1", "T2"}


def test_v17_a_hard_action_waits_for_one_begun_while_driving():
    aisle = Aisle()
    at = {0: (action("pick", "a", BLOCK.NONE, "T1"),), 1: (action("drop", "b", BLOCK.HARD, "T1"),)}
    aisle.tell(order(stops=3, at=at))
    aisle.wait_for(waits_at(1))
    assert (running(aisle.state), aisle.state.action("b").action_status) == (["a"], STATUS.WAITING)
    aisle.wait_for(lambda state: state.idle)
    assert aisle.state.loads == ()
    assert aisle.x == 2 * STEP_M


# Cancelling and pausing


def test_v18_a_cancel_between_nodes_stops_at_once_and_keeps_the_ids():
    aisle = Aisle()
    aisle.tell(order(at={2: (action("pick", "p1"),)}))
    aisle.wait(500)
    aisle.instant("cancelOrder", "c1")
    state = aisle.state
    assert state.action("c1").action_status is STATUS.FINISHED
    assert state.action("p1").action_status is STATUS.FAILED
    assert (state.node_states, state.edge_states, state.order_id) == ((), (), "o1")
    assert (state.last_node_id, state.driving, state.idle) == ("n0", False, True)
    aisle.wait(MINUTE)
    assert aisle.x == 0.5


def test_v18_a_cancel_runs_until_the_running_action_has_run_out():
    aisle = Aisle()
    aisle.tell(order(stops=2, at={0: (action("pick", "p1"), action("pick", "p2"))}))
    aisle.wait(SECOND)
    aisle.instant("cancelOrder", "c1")
    assert aisle.state.action("c1").action_status is STATUS.RUNNING
    assert [each.action_status for each in aisle.state.action_states] == [STATUS.RUNNING, STATUS.FAILED]
    aisle.wait_for(lambda state: state.action("c1").action_status is STATUS.FINISHED)
    aisle.wait(MINUTE)
    assert [each.action_status for each in aisle.state.action_states] == [STATUS.FINISHED, STATUS.FAILED]
    assert len(aisle.state.loads) == 1


@pytest.mark.parametrize("restart", ["temporary node at the pose", "last node with a wide deviation"])
def test_v18_after_a_cancel_both_forms_of_restart_are_taken(restart):
    aisle = Aisle()
    aisle.tell(order())
    aisle.wait(SECOND)
    aisle.instant("cancelOrder", "c1")
    anew = order("o2", within_m=1.1)
    if restart.startswith("temporary"):
        here = structs.replace(anew.nodes[0], node_id="here", node_position=vda.NodePosition(aisle.x, 0.0, "shop"))
        anew = structs.replace(anew, nodes=(here, *anew.nodes[1:]))
    aisle.tell(anew)
    assert aisle.state.errors == ()
    aisle.wait_for(waits_at(2))


def test_v18_after_a_cancel_a_narrow_first_node_and_an_update_are_refused():
    aisle = Aisle()
    aisle.tell(order(stops=3, released=2))
    aisle.wait(SECOND)
    aisle.instant("cancelOrder", "c1")
    aisle.tell(order(update=1, first=1, sequence=2, stops=2))
    aisle.tell(order("o2"))
    assert refusals(aisle.state) == ["ORDER_UPDATE_FOLLOWING_CANCEL", "START_NODE_OUT_OF_RANGE"]


def test_v18_a_late_repeat_of_a_cancel_does_not_hit_the_next_order():
    aisle = Aisle()
    aisle.tell(order())
    aisle.instant("cancelOrder", "c1")
    aisle.tell(order("o2"))
    aisle.instant("cancelOrder", "c1")
    aisle.wait_for(waits_at(2))


def test_v19_a_cancel_of_nothing_fails_and_says_so():
    aisle = Aisle()
    aisle.instant("cancelOrder", "c1")
    assert aisle.state.action("c1").action_status is STATUS.FAILED
    assert refusals(aisle.state) == ["NO_ORDER_TO_CANCEL"]
    assert references(aisle.state) == {"actionId": "c1"}


def test_v20_a_pause_stops_the_drive_and_the_next_actions_until_it_ends():
    aisle = Aisle()
    aisle.tell(order(stops=2, at={1: (action("pick", "p1"),)}))
    aisle.wait(SECOND)
    aisle.instant("startPause", "i1")
    assert (aisle.state.paused, aisle.state.driving, aisle.x) == (True, False, 1.0)
    aisle.wait(10 * MINUTE)
    assert aisle.x == 1.0
    aisle.instant("stopPause", "i2")
    assert (aisle.state.paused, aisle.state.driving) == (False, True)
    aisle.wait_for(lambda state: state.idle)
    assert aisle.state.action("p1").action_status is STATUS.FINISHED


def test_v20_a_pause_lets_the_running_action_run_out_and_holds_the_next():
    aisle = Aisle()
    aisle.tell(order(stops=1, at={0: (action("pick", "p1"), action("pick", "p2"))}))
    aisle.instant("startPause", "i1")
    aisle.wait(MINUTE)
    assert [each.action_status for each in aisle.state.action_states] == [STATUS.FINISHED, STATUS.WAITING]
    aisle.instant("stopPause", "i2")
    aisle.wait_for(lambda state: state.idle)
    assert len(aisle.state.loads) == 2


def test_v21_cut_off_it_drives_its_base_to_the_end_and_tells_when_it_is_back():
    aisle = Aisle()
    aisle.tell(order(stops=5, released=3))
    heard = len(aisle.said)
    aisle.robot.cut_off()
    aisle.wait(10 * MINUTE)
    assert len(aisle.said) == heard, "nobody hears it"
    words = aisle._hear(aisle.robot.first_words(aisle.now))
    assert [type(each) for each in words[:2]] == [vda.Connection, vda.Factsheet]
    assert [state.last_node_id for state in words[2:5]] == ["n1", "n2", "n2"]
    numbers = [state.header.header_id for state in aisle.states]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (aisle.state.last_node_id, aisle.x) == ("n2", 2 * STEP_M)


def test_v22_in_a_persons_hands_it_forgets_the_order_and_keeps_its_ids():
    aisle = Aisle()
    aisle.tell(order(at={2: (action("pick", "p1"),)}))
    aisle.wait(SECOND)
    aisle.tell(KeyTurned(vda.OperatingMode.MANUAL))
    state = aisle.state
    assert (state.node_states, state.order_id, state.driving) == ((), "o1", False)
    assert state.action("p1").action_status is STATUS.FAILED
    aisle.tell(order("o2", within_m=2.0))
    aisle.instant("startPause", "i1")
    assert refusals(aisle.state) == ["MOBILE_ROBOT_NOT_AVAILABLE", "INVALID_INSTANT_ACTION"]
    aisle.tell(KeyTurned(vda.OperatingMode.AUTOMATIC))
    aisle.tell(order(update=1, first=2, sequence=4, stops=2))
    assert refusals(aisle.state)[-1] == "ORDER_UPDATE_FOLLOWING_CANCEL"
    aisle.tell(order("o2", within_m=2.0))
    assert (aisle.state.order_id, aisle.state.errors) == ("o2", ())


def test_v22_semiautomatic_keeps_the_order():
    aisle = Aisle()
    aisle.tell(order())
    aisle.tell(KeyTurned(vda.OperatingMode.SEMIAUTOMATIC))
    aisle.wait_for(waits_at(2))


def test_the_emergency_stop_holds_it_where_it_is_and_letting_go_frees_it():
    aisle = Aisle()
    aisle.tell(order())
    aisle.wait(SECOND)
    aisle.tell(StopPressed(vda.EmergencyStop.MANUAL))
    aisle.wait(MINUTE)
    assert (aisle.x, aisle.state.safety_state.stopped) == (1.0, True)
    aisle.tell(StopPressed(vda.EmergencyStop.NONE))
    aisle.wait_for(waits_at(2))


# Instant actions


def test_a_state_request_is_answered_at_once_and_a_repeat_of_it_too():
    aisle = Aisle()
    aisle.wait(SECOND)
    assert [type(each) for each in aisle.instant("stateRequest", "i1")] == [vda.State]
    assert len(aisle.instant("stateRequest", "i1")) == 1
    assert [each.action_id for each in aisle.state.instant_action_states] == ["i1"]


@pytest.mark.parametrize("instant", [True, False])
def test_charging_begins_and_ends_when_asked(instant):
    aisle = Aisle(battery_start=40.0)

    def do(kind):
        if instant:
            aisle.instant(kind, f"{kind}.i")
            aisle.wait_for(lambda state: state.action(f"{kind}.i").action_status is STATUS.FINISHED)
        else:
            aisle.tell(order(f"{kind}.o", stops=1, at={0: (action(kind, f"{kind}.a"),)}))
            aisle.wait_for(lambda state: state.idle)

    do("startCharging")
    aisle.wait(10 * MINUTE)
    assert aisle.state.power_supply.charging
    assert aisle.state.power_supply.state_of_charge == pytest.approx(55.0, abs=1.0)
    do("stopCharging")
    aisle.wait(10 * MINUTE)
    assert not aisle.state.power_supply.charging
    assert aisle.state.power_supply.state_of_charge == pytest.approx(54.5, abs=1.0)


def test_driving_off_ends_charging():
    aisle = Aisle(battery_start=40.0)
    aisle.instant("startCharging", "i1")
    aisle.wait(MINUTE)
    aisle.tell(order())
    assert not aisle.state.power_supply.charging


# Physics


def test_a_drive_takes_the_time_of_its_way_and_turns():
    aisle = Aisle(half_turn_ms=4 * SECOND)
    there = order(stops=2)
    side = structs.replace(there.nodes[1], node_position=vda.NodePosition(0.0, 3.0, "shop"))
    aisle.tell(structs.replace(there, nodes=(there.nodes[0], side)))
    aisle.wait(SECOND)
    reading = aisle.body.read(aisle.now)
    assert (reading.pose.y, reading.pose.theta) == (0.0, pytest.approx(math.pi / 4))
    aisle.wait_for(lambda state: state.idle)
    assert aisle.now - MORNING == 5 * SECOND


def test_the_pose_is_told_between_nodes():
    aisle = Aisle()
    aisle.tell(order(stops=2))
    aisle.wait(1500)
    aisle.instant("stateRequest", "i1")
    assert aisle.state.mobile_robot_position.x == pytest.approx(1.5)


def test_an_arrival_that_crosses_a_halt_passes_no_node():
    aisle = Aisle()
    aisle.tell(order())
    aisle.wait(SECOND)
    aisle.instant("startPause", "i1")
    aisle.tell(Arrived())
    assert (aisle.state.last_node_id, len(aisle.state.node_states)) == ("n0", 2)


def test_an_edge_may_be_slower_than_the_robot_but_never_faster():
    for limit, seconds in ((0.5, 4.0), (9.0, 2.0), (None, 2.0)):
        aisle = Aisle()
        plain = order(stops=2)
        aisle.tell(structs.replace(plain, edges=(structs.replace(plain.edges[0], maximum_speed=limit),)))
        aisle.wait_for(lambda state: state.idle)
        assert aisle.now - MORNING == seconds * SECOND


def load(load_id: str, place: str) -> vda.Load:
    return vda.Load(load_id, "tote", place)


def placed(kind: str, action_id: str, **parameters: str) -> vda.Action:
    named = tuple(vda.ActionParameter(key, value) for key, value in parameters.items())
    return vda.Action(kind, action_id, BLOCK.HARD, named)


def test_several_totes_are_picked_to_places_and_dropped_by_load_or_place():
    aisle = Aisle(places=("tote-1", "tote-2", "tote-3"))
    picks = (
        placed("pick", "p1", loadId="T1", loadPosition="tote-3", stationType="shelf", loadType="tote"),
        placed("pick", "p2", loadId="T2"),
        placed("pick", "p3", loadId="T3"),
    )
    aisle.tell(order(stops=1, at={0: picks}))
    aisle.wait_for(lambda state: state.idle)
    assert aisle.state.loads == (load("T1", "tote-3"), load("T2", "tote-1"), load("T3", "tote-2"))
    drops = (placed("drop", "d1", loadPosition="tote-1"), placed("drop", "d2", loadId="T1"))
    aisle.tell(order("o2", stops=1, at={0: drops}))
    aisle.wait_for(lambda state: state.idle)
    assert aisle.state.loads == (load("T3", "tote-2"),)


def test_a_place_that_is_taken_or_empty_fails_the_action():
    aisle = Aisle()
    picks = (placed("pick", "p1", loadPosition="tote-1"), placed("pick", "p2", loadPosition="tote-1"))
    aisle.tell(order(stops=1, at={0: (*picks, placed("drop", "d1", loadPosition="tote-2"))}))
    aisle.wait_for(lambda state: state.idle)
    statuses = [each.action_status for each in aisle.state.action_states]
    assert statuses == [STATUS.FINISHED, STATUS.FAILED, STATUS.FAILED]


def test_pick_and_drop_take_their_time_and_move_a_tote():
    aisle = Aisle()
    aisle.tell(order(stops=2, at={0: (action("pick", "p", load="T1"),), 1: (action("drop", "d", load="T1"),)}))
    aisle.wait(17_999)
    assert aisle.state.loads == ()
    aisle.wait(1)
    assert aisle.state.loads == (vda.Load("T1", "tote", "tote-1"),)
    aisle.wait_for(lambda state: state.idle)
    assert aisle.state.loads == ()
    assert aisle.now - MORNING == 38 * SECOND


@pytest.mark.parametrize(
    ("actions", "failed"),
    [
        ((action("drop", "a1", load="T1"),), "a1"),
        ((action("pick", "a1", load="T1"), action("pick", "a2", load="T1")), "a2"),
        ((action("pick", "a1"), action("pick", "a2"), action("pick", "a3")), "a3"),
        ((action("pick", "a1", load="T1"), action("drop", "a2", load="T2")), "a2"),
    ],
    ids=["nothing aboard", "aboard already", "full", "another tote"],
)
def test_what_cannot_be_fails_with_a_warning_and_the_robot_is_idle_again(actions, failed):
    aisle = Aisle()
    aisle.tell(order(stops=1, at={0: actions}))
    aisle.wait_for(lambda state: state.idle)
    statuses = {each.action_id: each.action_status for each in aisle.state.action_states}
    assert statuses.pop(failed) is STATUS.FAILED
    assert set(statuses.values()) <= {STATUS.FINISHED}
    assert references(aisle.state) == {"actionId": failed}
    assert aisle.state.action(failed).action_result
