"""Where the versions of VDA 5050 ask different things of a robot."""

import pytest
from msgspec import structs

from devices.robot_body import KeyTurned, Pose
from shopfloor.contract import vda5050 as vda
from shopfloor.contract.actor import MINUTE, SECOND
from tests.devices.robot_aisle import BLOCK, STATUS, STEP_M, Aisle, action, order, references, refusals, waits_at

MODE = vda.OperatingMode
TWO = ("2.0.0", "2.1.0")


def retriable(kind: str, action_id: str) -> vda.Action:
    return structs.replace(action(kind, action_id, load="T1"), retriable=True)


def names(key: str, value: str) -> vda.ActionParameter:
    return vda.ActionParameter(key, value)


# Modes


@pytest.mark.parametrize("version", TWO)
@pytest.mark.parametrize("mode", [MODE.SERVICE, MODE.TEACH_IN])
def test_v22_in_2_x_only_manual_clears_the_order_and_in_service_it_waits(version, mode):
    aisle = Aisle(version=version)
    aisle.tell(order())
    aisle.wait(SECOND)
    aisle.tell(KeyTurned(mode))
    aisle.wait(MINUTE)
    assert (aisle.x, len(aisle.state.node_states), aisle.state.last_node_id) == (1.0, 2, "n0")
    aisle.tell(KeyTurned(MODE.AUTOMATIC))
    aisle.wait_for(waits_at(2))


@pytest.mark.parametrize("mode", [MODE.SERVICE, MODE.TEACH_IN, MODE.STARTUP])
def test_v22_in_3_0_a_robot_taken_aside_clears_its_order_and_forgets_its_node_but_not_the_ids(mode):
    aisle = Aisle(version="3.0.0")
    aisle.tell(order(at={2: (action("pick", "p1"),)}))
    aisle.wait(SECOND)
    aisle.tell(KeyTurned(mode))
    state = aisle.state
    assert (state.node_states, state.order_id, state.last_node_id) == ((), "o1", "")
    assert state.action("p1").action_status is STATUS.FAILED
    aisle.instant("cancelOrder", "c1")
    assert refusals(aisle.state) == ["INVALID_INSTANT_ACTION"]


def test_v22_in_3_0_manual_is_not_told_before_the_running_action_has_run_out():
    aisle = Aisle(version="3.0.0")
    aisle.tell(order(stops=2, at={0: (action("pick", "p1"), action("pick", "p2"))}))
    aisle.wait(SECOND)
    aisle.tell(KeyTurned(MODE.MANUAL))
    aisle.instant("stateRequest", "i1")
    assert aisle.state.operating_mode is MODE.AUTOMATIC
    assert [each.action_status for each in aisle.state.action_states] == [STATUS.RUNNING, STATUS.FAILED]
    assert aisle.state.node_states
    aisle.wait_for(lambda state: state.operating_mode is MODE.MANUAL)
    assert (aisle.state.node_states, aisle.state.action("p1").action_status) == ((), STATUS.FINISHED)
    assert aisle.x == 0.0


def test_v22_in_2_x_manual_is_told_at_once():
    aisle = Aisle(version="2.1.0")
    aisle.tell(order(stops=2, at={0: (action("pick", "p1"),)}))
    aisle.wait(SECOND)
    aisle.tell(KeyTurned(MODE.MANUAL))
    assert (aisle.state.operating_mode, aisle.state.node_states) == (MODE.MANUAL, ())
    assert aisle.state.action("p1").action_status is STATUS.RUNNING


@pytest.mark.parametrize(("pushed_m", "last_node"), [(0.1, "n0"), (1.0, "")])
def test_v22_pushed_away_by_hand_a_robot_of_3_0_has_no_last_node_any_more(pushed_m, last_node):
    aisle = Aisle(version="3.0.0")
    aisle.tell(KeyTurned(MODE.MANUAL))
    aisle.body.push_to(Pose(pushed_m, 0.0), aisle.now)
    aisle.tell(KeyTurned(MODE.AUTOMATIC))
    assert aisle.state.last_node_id == last_node
    aisle.tell(order(within_m=1.1))
    assert aisle.state.order_id == "o1"


def test_in_3_0_whoever_intervenes_keeps_the_order_and_orders_are_taken_but_not_driven():
    aisle = Aisle(version="3.0.0")
    aisle.tell(KeyTurned(MODE.INTERVENED))
    aisle.tell(order())
    aisle.instant("startPause", "i1")
    assert (aisle.state.order_id, refusals(aisle.state)) == ("o1", ["INVALID_INSTANT_ACTION"])
    aisle.wait(MINUTE)
    assert aisle.x == 0.0
    aisle.tell(KeyTurned(MODE.AUTOMATIC))
    aisle.wait_for(waits_at(2))
    aisle.tell(KeyTurned(MODE.INTERVENED))
    aisle.tell(order("o2", first=2))
    aisle.instant("cancelOrder", "c1")
    assert aisle.state.action("c1").action_status is STATUS.FINISHED


@pytest.mark.parametrize("version", TWO)
@pytest.mark.parametrize("mode", [MODE.INTERVENED, MODE.STARTUP])
def test_the_key_of_an_older_robot_has_no_such_position(version, mode):
    aisle = Aisle(version=version)
    aisle.tell(KeyTurned(mode))
    aisle.tell(order())
    assert (aisle.state.operating_mode, aisle.state.order_id) == (MODE.AUTOMATIC, "o1")


def test_in_3_0_not_available_is_said_until_the_mode_allows_orders():
    aisle = Aisle(version="3.0.0")
    aisle.tell(KeyTurned(MODE.MANUAL))
    aisle.tell(order())
    assert refusals(aisle.state) == ["MOBILE_ROBOT_NOT_AVAILABLE"]
    aisle.tell(KeyTurned(MODE.AUTOMATIC))
    assert refusals(aisle.state) == []


# Instant actions


@pytest.mark.parametrize("version", TWO)
def test_in_2_x_instant_actions_stand_among_the_others_and_go_with_the_next_order(version):
    aisle = Aisle(version=version)
    for number in range(100):
        aisle.instant("stateRequest", f"i{number}")
    assert len(aisle.state.instant_action_states) == 20
    assert b"instantActionStates" not in aisle.voice.write(aisle.state).payload
    for number in range(100):
        aisle.instant("startCharging", f"j{number}", blocking=BLOCK.HARD)
    assert len(aisle.state.instant_action_states) == 20
    assert aisle.state.action("j99").action_result == "too much at once"
    aisle.wait(10 * MINUTE)
    aisle.tell(order())
    assert aisle.state.instant_action_states == ()


def test_in_3_0_instant_actions_are_listed_until_they_are_cleared():
    aisle = Aisle(version="3.0.0")
    aisle.instant("stateRequest", "i1")
    aisle.tell(order())
    assert [each.action_id for each in aisle.state.instant_action_states] == ["i1"]
    aisle.instant("clearInstantActions", "i2")
    assert [each.action_id for each in aisle.state.instant_action_states] == ["i2"]
    assert aisle.state.action("i2").action_status is STATUS.FINISHED


def test_in_3_0_a_list_that_nobody_clears_is_complained_about_and_bounded():
    aisle = Aisle(version="3.0.0")
    for number in range(100):
        aisle.instant("stateRequest", f"i{number}")
    assert len(aisle.state.instant_action_states) == 50
    assert [(each.error_type, each.error_level) for each in aisle.state.errors] == [
        ("INSTANT_ACTION_STATES_FULL", vda.ErrorLevel.URGENT)
    ]
    aisle.instant("clearInstantActions", "last")
    assert aisle.state.errors == ()


@pytest.mark.parametrize("version", TWO)
def test_v17_in_2_x_a_hard_instant_action_stops_the_drive_and_lets_it_go_on(version):
    aisle = Aisle(version=version)
    aisle.tell(order(stops=2))
    aisle.wait(SECOND)
    aisle.instant("stopCharging", "i1", blocking=BLOCK.HARD)
    assert (aisle.state.driving, aisle.x) == (False, 1.0)
    aisle.wait_for(lambda state: state.idle)
    assert aisle.x == STEP_M


def test_m25_in_3_0_an_instant_action_that_blocks_is_refused():
    aisle = Aisle(version="3.0.0")
    aisle.instant("stopCharging", "i1", blocking=BLOCK.HARD)
    assert aisle.state.action("i1").action_status is STATUS.FAILED
    assert references(aisle.state) == {"actionId": "i1"}


@pytest.mark.parametrize("version", TWO)
@pytest.mark.parametrize("kind", ["clearInstantActions", "retry", "skipRetry"])
def test_v12_what_3_0_has_brought_an_older_robot_does_not_know(version, kind):
    aisle = Aisle(version=version)
    aisle.instant(kind, "i1", names("actionId", "p1"))
    assert refusals(aisle.state) == ["INVALID_INSTANT_ACTION"]


def test_v19_in_3_0_a_cancel_that_names_another_order_fails_and_the_order_goes_on():
    aisle = Aisle(version="3.0.0")
    aisle.tell(order())
    aisle.instant("cancelOrder", "c1", names("orderId", "o9"))
    assert refusals(aisle.state) == ["NO_ORDER_TO_CANCEL"]
    aisle.instant("cancelOrder", "c2", names("orderId", "o1"))
    assert aisle.state.action("c2").action_status is STATUS.FINISHED
    assert aisle.state.idle


@pytest.mark.parametrize("version", TWO)
def test_v18_in_2_x_a_cancel_means_whatever_order_there_is(version):
    aisle = Aisle(version=version)
    aisle.tell(order())
    aisle.instant("cancelOrder", "c1", names("orderId", "o9"))
    assert aisle.state.idle


# Retrying


def test_in_3_0_a_failed_action_waits_for_a_word_and_is_tried_again():
    aisle = Aisle(version="3.0.0", pick_fails=1.0)
    aisle.tell(order(stops=2, at={0: (retriable("pick", "p1"),)}))
    aisle.wait(MINUTE)
    assert (aisle.state.action("p1").action_status, aisle.x) == (STATUS.RETRIABLE, 0.0)
    assert not aisle.state.idle
    aisle.body.dials = structs.replace(aisle.dials, pick_fails=0.0)
    aisle.instant("retry", "i1", names("actionId", "p1"))
    assert aisle.state.action("p1").action_status is STATUS.RUNNING
    aisle.wait_for(lambda state: state.idle)
    assert (aisle.state.action("p1").action_status, aisle.x) == (STATUS.FINISHED, STEP_M)
    assert aisle.state.errors == ()


@pytest.mark.parametrize("word", ["skipRetry", "cancelOrder"])
def test_in_3_0_a_failed_action_that_is_skipped_or_cancelled_has_failed(word):
    aisle = Aisle(version="3.0.0", pick_fails=1.0)
    aisle.tell(order(stops=2, at={0: (retriable("pick", "p1"),)}))
    aisle.wait(MINUTE)
    aisle.instant(word, "i1", *([names("actionId", "p1")] if word == "skipRetry" else []))
    assert aisle.state.action("p1").action_status is STATUS.FAILED
    aisle.wait(MINUTE)
    assert aisle.state.idle
    assert aisle.x == (STEP_M if word == "skipRetry" else 0.0)


def test_in_3_0_a_retry_of_what_does_not_wait_for_one_fails():
    aisle = Aisle(version="3.0.0")
    aisle.instant("retry", "i1", names("actionId", "p1"))
    assert aisle.state.action("i1").action_status is STATUS.FAILED
    assert references(aisle.state) == {"actionId": "i1"}


@pytest.mark.parametrize(("version", "given"), [("3.0.0", False), ("2.1.0", True), ("2.0.0", True)])
def test_without_the_flag_or_before_3_0_what_fails_has_failed(version, given):
    aisle = Aisle(version=version, pick_fails=1.0)
    aisle.tell(order(stops=1, at={0: (retriable("pick", "p1") if given else action("pick", "p1"),)}))
    aisle.wait_for(lambda state: state.idle)
    assert aisle.state.action("p1").action_status is STATUS.FAILED
