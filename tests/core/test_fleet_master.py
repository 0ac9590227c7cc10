"""The order keeping of VDA 5050, point by point (M3 to M27): robots on strings say what a real one seldom does."""

from msgspec import structs

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import SendOrder
from shopfloor.contract.events import RobotFactsheetReported, RobotReported
from shopfloor.contract.facts import JobFailed, JobResumed, JobRetried, RobotFailed, ToteLoaded
from shopfloor.contract.vda5050 import (
    ActionState,
    ActionStatus,
    BlockingType,
    ConnectionState,
    ErrorType,
    Factsheet,
    MobileRobotAction,
    MobileRobotPosition,
    OperatingMode,
    ProtocolFeatures,
    State,
)
from shopfloor.core.fleet import master
from shopfloor.core.fleet.memory import Trust
from shopfloor.core.floor import Floor
from tests.core.puppet import Puppet, delivery
from tests.core.story import Story


def out_for_delivery() -> tuple[Story, Puppet]:
    """A robot that was sent the first order of its job, and has not answered yet."""
    story = Story()
    robot = Puppet(story)
    delivery(story)
    assert len(robot.orders) == 1
    return story, robot


def asked_for(robot: Puppet) -> list[str]:
    """The instant actions that it was sent, but for questions about its state."""
    actions = [action for out in robot.instant_actions for action in out.actions.actions]
    return [action.action_type for action in actions if action.action_type != "stateRequest"]


def at_outlet() -> tuple[Story, Puppet]:
    """A robot that stands at the outlet and has begun to pick."""
    story, robot = out_for_delivery()
    while not any(node.actions for node in robot.order.nodes):
        robot.takes_order()
        robot.drives()
    robot.takes_order()
    robot.drives()
    robot.acts(ActionStatus.RUNNING)
    assert robot.memory.leg is not None
    assert robot.memory.leg.arrived
    return story, robot


def test_m3_header_ids_count_up_by_one_with_every_message_sent():
    _story, robot = at_outlet()
    ids = [out.order.header.header_id for out in robot.orders]
    assert ids == list(range(1, len(ids) + 1))


def test_m3_and_go_on_after_a_restart_of_the_coordinator():
    story, robot = out_for_delivery()
    again = Story(books=Floor.books_of(story.floor.checkpoint()))
    assert again.floor.digest() == story.floor.digest()
    again.wait(5 * SECOND)
    first, second = robot.order, again.last(SendOrder).order
    assert second.header.header_id == first.header.header_id + 1
    assert (second.order_id, second.nodes) == (first.order_id, first.nodes)


def test_m5_the_robots_own_version_is_written_letter_for_letter():
    story = Story()
    robot = Puppet(story, version="2.0.0")
    delivery(story)
    assert robot.order.header.version == "2.0.0"


def test_m9_a_new_order_begins_where_the_robot_stands():
    _, robot = out_for_delivery()
    order = robot.order
    assert (order.order_update_id, order.nodes[0].sequence_id) == (0, 0)
    assert order.nodes[0].node_id == "bay-park-1"
    assert order.nodes[0].node_position.allowed_deviation_xy is None


def test_m9_and_allows_for_the_spot_where_it_really_stands():
    story = Story()
    robot = Puppet(story)
    robot.tells(mobile_robot_position=MobileRobotPosition(6.2, 7.4, 0.0, "hall", localized=True))
    delivery(story)
    first = robot.order.nodes[0]
    assert first.node_id in ("bay-park-1", "n2")
    assert first.node_position.allowed_deviation_xy.a > 0.4
    assert {"bay-park-1", "n2"} <= {node.node_id for node in robot.order.nodes}


def test_m10_no_new_order_to_a_robot_that_is_not_idle():
    story = Story()
    robot = Puppet(story)
    robot.tells(action_states=(ActionState("A1", ActionStatus.RUNNING, "beep"),))
    delivery(story)
    assert not robot.orders
    robot.tells(action_states=())
    assert robot.orders


def test_m11_m12_an_update_begins_with_the_last_released_node_unchanged():
    _, robot = out_for_delivery()
    first = robot.order
    robot.takes_order()
    robot.drives(1)
    update = robot.order
    assert (update.order_id, update.order_update_id) == (first.order_id, 1)
    assert update.nodes[0] == first.nodes[-1]
    assert [node.sequence_id for node in update.nodes] == [4, 6]


def test_m11_an_update_repeats_its_first_node_as_it_was_however_wide_the_start_was():
    story, robot = out_for_delivery()
    robot.refuses(ErrorType.START_NODE_OUT_OF_RANGE, orderId=robot.order.order_id)
    story.wait(3 * SECOND)
    robot.tells(errors=())
    story.wait(1)
    first = robot.order
    assert first.nodes[0].node_position.allowed_deviation_xy is not None
    robot.takes_order()
    robot.drives(1)
    assert (robot.order.order_id, robot.order.order_update_id) == (first.order_id, 1)
    assert robot.order.nodes[0] == first.nodes[-1]


def test_m13_an_order_that_is_not_echoed_is_sent_again_with_the_same_content():
    story, robot = out_for_delivery()
    story.wait(2 * SECOND - 1)
    assert len(robot.orders) == 1
    story.wait(1)
    first, second = (out.order for out in robot.orders)
    assert second.header.header_id == first.header.header_id + 1
    assert second.header.timestamp == first.header.timestamp + 2 * SECOND
    assert (second.order_id, second.order_update_id, second.nodes, second.edges) == (
        first.order_id,
        first.order_update_id,
        first.nodes,
        first.edges,
    )


def test_m13_and_not_for_ever():
    story, robot = out_for_delivery()
    for _ in range(10):
        story.wait(5 * SECOND)
        robot.tells()
    assert sum(out.order.order_id == robot.orders[0].order.order_id for out in robot.orders) == master.ASKS_MAX
    assert story.all(JobRetried) or story.all(JobFailed)


def test_m14_it_is_taken_only_when_the_state_shows_both_ids():
    story, robot = out_for_delivery()
    order = robot.order
    robot.tells(order_id=order.order_id, order_update_id=7)
    assert not robot.memory.leg.echoed
    robot.takes_order()
    assert robot.memory.leg.echoed
    robot.refuses(ErrorType.SAME_ORDER_UPDATE_ID, orderId=order.order_id, orderUpdateId=order.order_update_id)
    story.wait(20 * SECOND)
    assert not story.all(RobotFailed)


def test_m14_no_update_before_the_last_message_is_echoed():
    """It has passed a node, so there is room for more; but the update before may have been lost."""
    _, robot = out_for_delivery()
    robot.takes_order()
    robot.drives(1)
    sent = robot.order
    assert sent.order_update_id == 1
    robot.drives(1)
    assert robot.order is sent
    robot.takes_order()
    assert robot.order.order_update_id == 2


def test_m15_a_refusal_is_known_by_our_ids_and_answered_with_a_new_order():
    story, robot = out_for_delivery()
    order = robot.order
    robot.refuses(ErrorType.START_NODE_OUT_OF_RANGE, orderId=order.order_id)
    story.wait(5 * SECOND)
    robot.tells(errors=())
    story.wait(1)
    assert story.last(RobotFailed).why == ErrorType.START_NODE_OUT_OF_RANGE
    assert robot.order.order_id != order.order_id
    robot.takes_order()
    assert story.last(JobResumed).robot == "r1"


def test_m15_a_refusal_of_something_else_means_nothing():
    _story, robot = out_for_delivery()
    robot.refuses(ErrorType.START_NODE_OUT_OF_RANGE, orderId="O999")
    robot.refuses(ErrorType.OUTDATED_ORDER_UPDATE, orderId=robot.order.order_id, orderUpdateId=9)
    robot.refuses("somethingElse", orderId=robot.order.order_id)
    assert robot.memory.leg.refused == ""


def test_m15_a_validation_failure_without_references_is_about_the_order_not_echoed_yet():
    _, robot = out_for_delivery()
    robot.refuses(ErrorType.VALIDATION_FAILURE)
    assert robot.memory.leg.refused == ErrorType.VALIDATION_FAILURE


def test_m16_m17_a5_a_stuck_robot_is_told_to_cancel_a_few_times_and_gets_no_update():
    story, robot = out_for_delivery()
    robot.takes_order()
    sent = len(robot.orders)
    _stand_still(story, robot, 65 * SECOND)
    assert robot.memory.state == "BLOCKED"
    _stand_still(story, robot, 3 * MINUTE)
    cancels = [out for out in robot.instant_actions if out.actions.actions[0].action_type == "cancelOrder"]
    assert len({out.actions.actions[0].action_id for out in cancels}) == 1
    assert len(cancels) == master.ASKS_MAX
    assert len(robot.orders) == sent
    assert story.books.alarms["robot/r1"][1] == "PK"


def _stand_still(story: Story, robot: Puppet, ms: int) -> None:
    for _ in range(ms // (5 * SECOND)):
        story.wait(5 * SECOND)
        robot.tells()


def test_m16_after_the_cancel_it_starts_anew_from_where_it_stands():
    story, robot = out_for_delivery()
    robot.takes_order()
    robot.drives(1)
    old = robot.order.order_id
    robot.takes_order()
    robot.tells(node_states=robot.state.node_states)
    _stand_still(story, robot, 65 * SECOND)
    cancel = robot.instant_actions[-1].actions.actions[0]
    robot.tells(node_states=(), instant_action_states=(ActionState(cancel.action_id, ActionStatus.FINISHED),))
    assert robot.memory.state == "AVAILABLE"
    assert robot.order.order_id != old
    assert robot.order.nodes[0].node_id == "n2"


def test_m17_an_error_with_the_cancels_id_is_an_answer():
    story, robot = out_for_delivery()
    robot.takes_order()
    _stand_still(story, robot, 65 * SECOND)
    cancel = robot.instant_actions[-1].actions.actions[0]
    robot.refuses(ErrorType.NO_ORDER_TO_CANCEL, actionId=cancel.action_id)
    assert robot.memory.ask is None


def test_m18_only_what_the_factsheet_lists_is_asked():
    story, robot = out_for_delivery()
    pick = MobileRobotAction("pick", ("NODE",))
    sheet = Factsheet(robot.state.header, protocol_features=ProtocolFeatures(mobile_robot_actions=(pick,)))
    story.believed(robot.device, RobotFactsheetReported(factsheet=sheet))
    while not any(node.actions for node in robot.order.nodes):
        robot.takes_order()
        robot.drives()
    assert robot.order.nodes[-1].actions[0].action_parameters == ()
    asked = len(robot.instant_actions)
    story.wait(10 * SECOND)
    assert len(robot.instant_actions) == asked


def test_m18_a_robot_with_an_empty_factsheet_is_believed_to_know_the_usual():
    story, robot = out_for_delivery()
    story.believed(robot.device, RobotFactsheetReported(factsheet=Factsheet(robot.state.header)))
    while not any(node.actions for node in robot.order.nodes):
        robot.takes_order()
        robot.drives()
    action = robot.order.nodes[-1].actions[0]
    assert (action.parameter("loadId"), action.blocking_type) == ("X1", BlockingType.HARD)


def test_m19_the_base_grows_before_the_robot_has_to_stop():
    _, robot = out_for_delivery()
    robot.takes_order()
    robot.drives(1)
    assert robot.state.node_states
    assert len(robot.orders) == 2


def test_m20_what_is_passed_stays_claimed_until_the_robot_has_left_it():
    _, robot = out_for_delivery()
    assert robot.memory.claims == ("bay-park-1", "bay-park-1:n2", "n2", "n2:n1", "n1")
    robot.takes_order()
    rest = robot.state.node_states[1:]
    half_way = MobileRobotPosition(6.2, 7.0, 0.0, "hall", localized=True)
    robot.tells(last_node_id="n2", last_node_sequence_id=2, node_states=rest, mobile_robot_position=half_way)
    assert robot.memory.claims[0] == "bay-park-1"
    robot.tells(mobile_robot_position=MobileRobotPosition(6.2, 6.6, 0.0, "hall", localized=True))
    assert robot.memory.claims[:2] == ("n2", "n2:n1")


def test_m21_done_is_idle_and_our_action_finished():
    story, robot = at_outlet()
    assert not story.all(ToteLoaded)
    robot.tells(action_states=())
    assert not story.all(ToteLoaded)
    robot.acts(ActionStatus.FINISHED)
    assert len(story.all(ToteLoaded)) == 1


def test_m21_a_failed_action_is_tried_again_by_a_new_order_for_the_same_node():
    story, robot = at_outlet()
    old = robot.order
    robot.acts(ActionStatus.FAILED)
    assert robot.order.order_id != old.order_id
    assert [node.node_id for node in robot.order.nodes] == ["bay-cabinet-outlet"]
    assert robot.order.nodes[0].actions[0].action_id != old.nodes[-1].actions[0].action_id
    robot.takes_order()
    robot.acts(ActionStatus.FAILED)
    assert story.last(JobFailed).why == "its pick failed"


def test_m22_a_broken_connection_keeps_its_base_claimed():
    _, robot = out_for_delivery()
    claims = robot.memory.claims
    robot.says(ConnectionState.CONNECTION_BROKEN)
    assert robot.memory.state == "OFFLINE"
    assert robot.memory.claims == claims


def test_m23_silence_is_asked_after_and_then_counts_as_offline():
    story, robot = out_for_delivery()
    robot.takes_order()
    story.wait(10 * SECOND)
    assert robot.instant_actions[-1].actions.actions[0].action_type == "stateRequest"
    story.wait(24 * SECOND)
    assert robot.memory.state == "BUSY"
    story.wait(SECOND)
    assert robot.memory.state == "OFFLINE"
    assert story.last(JobFailed).why == "no state for 35 s"


def test_m24_in_a_persons_hands_a_robot_that_comes_back_is_not_even_asked_for_its_state():
    """Found by seed 9 of the order lives: each ONLINE was answered with a question."""
    robot = Puppet(Story())
    asked = len(robot.instant_actions)
    robot.tells(operating_mode=OperatingMode.MANUAL)
    robot.says(ConnectionState.CONNECTION_BROKEN)
    robot.says(ConnectionState.ONLINE)
    assert len(robot.instant_actions) == asked
    robot.tells(operating_mode=OperatingMode.AUTOMATIC)
    robot.says(ConnectionState.CONNECTION_BROKEN)
    robot.says(ConnectionState.ONLINE)
    assert len(robot.instant_actions) > asked


def test_m24_in_a_persons_hands_the_order_is_over_and_the_claims_stay():
    story, robot = out_for_delivery()
    robot.takes_order()
    claims, sent = robot.memory.claims, len(robot.orders)
    robot.tells(operating_mode=OperatingMode.MANUAL, node_states=())
    assert (robot.memory.leg, robot.memory.claims) == (None, claims)
    story.wait(30 * SECOND)
    assert len(robot.orders) == sent
    robot.tells(operating_mode=OperatingMode.AUTOMATIC)
    assert len(robot.orders) == sent + 1
    assert robot.order.nodes[0].node_id == "bay-park-1"
    robot.takes_order()
    assert story.last(JobResumed).robot == "r1"


def test_m25_action_ids_are_never_used_twice_and_instant_actions_block_nothing():
    story, robot = at_outlet()
    robot.acts(ActionStatus.FAILED)
    robot.takes_order()
    story.wait(10 * SECOND)
    ids = [action.action_id for out in robot.orders for node in out.order.nodes for action in node.actions]
    assert len(ids) == len(set(ids)) == 2
    assert {action.blocking_type for out in robot.instant_actions for action in out.actions.actions} == {
        BlockingType.NONE
    }


def test_m27_an_older_state_and_the_same_again_have_no_effect():
    story, robot = out_for_delivery()
    early: State = robot.state
    story.wait(SECOND)
    robot.takes_order()
    known = structs.replace(robot.memory, trust=Trust())
    robot.repeats(early)
    assert robot.memory.report == robot.state
    robot.repeats(robot.state)
    assert structs.replace(robot.memory, trust=Trust()) == known


def test_m27_a_retained_connection_is_taken_whatever_its_header_says():
    _story, robot = out_for_delivery()
    robot.says(ConnectionState.CONNECTION_BROKEN)
    robot.says(ConnectionState.ONLINE)
    assert robot.memory.state == "BUSY"


def test_a_robot_that_is_not_of_this_shop_is_refused():
    story, robot = out_for_delivery()
    assert story.refused("robot/r9", RobotReported(state=robot.state)) == "unknown"
