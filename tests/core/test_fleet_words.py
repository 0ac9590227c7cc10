"""What the fleet says to robots of 2.0, 2.1 and 3.0 on the way to a tote, held against M4 to M8, M25 and S9."""

import json

import pytest
from msgspec import structs

from shopfloor.contract import vda5050_wire
from shopfloor.contract.actor import SECOND
from shopfloor.contract.vda5050 import LEVELS, BlockingType, ConnectionState, Error, ErrorLevel, InstantActions, Order
from shopfloor.contract.vda5050_rules import order_faults
from tests.core.puppet import Puppet, delivery
from tests.core.story import Story
from tests.data.vda5050 import schemas

every_version = pytest.mark.parametrize("version", ["2.0.0", "2.1.0", "3.0.0"])


def told(version: str) -> list[Order | InstantActions]:
    """All that a robot hears which stands beside its node, fetches a tote, comes back online and is out of order."""
    story = Story()
    robot = Puppet(story, version=version)
    spot = robot.state.mobile_robot_position
    assert spot is not None
    robot.tells(mobile_robot_position=structs.replace(spot, x=spot.x + 0.2))
    delivery(story)
    robot.obeys()
    robot.says(ConnectionState.ONLINE)
    robot.tells(errors=(Error("motorTooHot", ErrorLevel.CRITICAL),))
    story.wait(20 * SECOND)
    orders: list[Order | InstantActions] = [out.order for out in robot.orders]
    return orders + [out.actions for out in robot.instant_actions]


@every_version
def test_m4_m5_m6_s9_every_word_is_valid_in_the_robots_version(version: str) -> None:
    messages = told(version)
    assert {type(each) for each in messages} == {Order, InstantActions}
    for message in messages:
        plain = json.loads(vda5050_wire.encode(message).payload)
        assert schemas.faults(version, LEVELS[type(message)], plain) == []
        assert (plain["version"], plain["timestamp"][-5:-4], plain["timestamp"][-1]) == (version, ".", "Z")


@every_version
def test_m7_m8_every_order_is_well_formed_and_begins_on_released_ground(version: str) -> None:
    orders = [each for each in told(version) if isinstance(each, Order)]
    assert [order.order_update_id for order in orders][:3] == [0, 1, 2], "an order and its updates"
    assert [fault for order in orders for fault in order_faults(order)] == []


@every_version
def test_m25_an_action_id_means_one_thing_for_ever_and_an_instant_action_blocks_nothing(version: str) -> None:
    meant: dict[str, object] = {}
    for message in told(version):
        lists = [message.actions] if isinstance(message, InstantActions) else [node.actions for node in message.nodes]
        for action in (action for actions in lists for action in actions):
            assert meant.setdefault(action.action_id, action) == action
            assert action.blocking_type is BlockingType.NONE or isinstance(message, Order)
    assert len(meant) >= 2


def test_s10_no_order_of_ours_holds_a_turn_or_a_type_on_which_the_versions_differ() -> None:
    orders = [each for each in told("2.1.0") if isinstance(each, Order)]
    positions = [node.node_position for order in orders for node in order.nodes if node.node_position is not None]
    assert all(position.allowed_deviation_theta is None for position in positions)
    assert all(edge.orientation_type in (None, "GLOBAL", "TANGENTIAL") for order in orders for edge in order.edges)
    assert any(position.allowed_deviation_xy for position in positions), "the first node holds the robot's pose"
