"""What a leg becomes on the wire: an order in the words of VDA 5050, with no more than the robot's factsheet allows."""

import msgspec

from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import (
    Action,
    ActionParameter,
    AllowedDeviation,
    BlockingType,
    Edge,
    FactsheetParameter,
    Header,
    Node,
    NodePosition,
    Order,
    ParameterValue,
)
from shopfloor.core.fleet.memory import Leg, RobotMemory
from shopfloor.core.fleet.totes import load_places

READS: dict[str, type[bool] | type[int] | type[float] | type[list[object]] | type[dict[str, object]]] = {
    "BOOL": bool,
    "INTEGER": int,
    "NUMBER": float,
    "FLOAT": float,
    "ARRAY": list[object],
    "OBJECT": dict[str, object],
}
"""valueDataType of a factsheet → how the strings of a layout are read; others stay strings."""


def order_message(layout: Layout, robot: RobotMemory, leg: Leg, header: Header) -> Order:
    """What is released of it from the node on that its last message began with."""
    nodes = range(leg.sent_from, leg.released + 1, 2)
    return Order(
        header=header,
        order_id=leg.order_id,
        order_update_id=leg.update_id,
        nodes=tuple(_node(layout, robot, leg, at) for at in nodes),
        edges=tuple(_edge(layout, robot, leg, at + 1) for at in nodes[:-1]),
    )


def _node(layout: Layout, robot: RobotMemory, leg: Leg, at: int) -> Node:
    node = layout.nodes[leg.route[at]]
    use = node.use(layout.robots[robot.name].vehicle_type)
    widened = leg.start_within_m if at == 0 else 0.0
    return Node(
        node_id=node.id,
        sequence_id=leg.first_number + at,
        released=True,
        actions=(_action(layout, robot, leg),) if leg.errand.action and at == leg.last else (),
        node_position=NodePosition(
            x=node.position.x,
            y=node.position.y,
            map_id=node.map_id,
            theta=use.theta if use is not None and at > 0 else None,  # where it stands it need not turn first
            allowed_deviation_xy=AllowedDeviation(widened, widened, 0.0) if widened else None,
        ),
    )


def _edge(layout: Layout, robot: RobotMemory, leg: Leg, at: int) -> Edge:
    """A speed is told only where the lane is slower than the robot: an option that not every robot knows (M18)."""
    row = layout.robots[robot.name]
    edge = layout.edges[leg.route[at]]
    use = edge.use(row.vehicle_type)
    slow = use.max_speed if use is not None and use.max_speed is not None and use.max_speed < row.speed_mps else None
    return Edge(edge_id=edge.id, sequence_id=leg.first_number + at, released=True, maximum_speed=slow)


def _action(layout: Layout, robot: RobotMemory, leg: Leg) -> Action:
    """Which load, and into which of its places, as far as its factsheet lists a parameter for it; and what the layout
    demands of this action there (R15)."""
    errand = leg.errand
    parameters = _drawn(layout, robot, leg)
    if errand.load and can(robot, errand.action, "loadId") and _fits(robot, errand.load):
        parameters.append(ActionParameter("loadId", errand.load))
    place = load_places(layout, robot).get(errand.tote)
    if place and can(robot, errand.action, "loadPosition"):
        parameters.append(ActionParameter("loadPosition", place))
    return Action(errand.action, leg.action_id, BlockingType.HARD, tuple(parameters))


def _drawn(layout: Layout, robot: RobotMemory, leg: Leg) -> list[ActionParameter]:
    """The parameters that the layout gives this action at this node. LIF has them as strings; the robot's factsheet
    tells their type."""
    use = layout.nodes[leg.route[-1]].use(layout.robots[robot.name].vehicle_type)
    actions = use.actions if use is not None else ()
    drawn = next((each for each in actions if each.action_type == leg.errand.action), None)
    listed = {each.key: each.value_data_type for each in _listed(robot, leg.errand.action)}
    parameters = drawn.action_parameters if drawn is not None else ()
    return [ActionParameter(each.key, _typed(each.value, listed.get(each.key, ""))) for each in parameters]


def _typed(text: str, data_type: str) -> ParameterValue:
    """What cannot be read as that type stays a string: the robot says what it thinks of it."""
    if data_type not in READS:
        return text
    try:
        return msgspec.json.decode(text, type=READS[data_type])
    except msgspec.MsgspecError:
        return text


def _listed(robot: RobotMemory, action_type: str) -> tuple[FactsheetParameter, ...]:
    """The parameters of this action by the robot's factsheet."""
    features = robot.factsheet.protocol_features if robot.factsheet is not None else None
    actions = features.mobile_robot_actions if features is not None else ()
    return next((each.action_parameters for each in actions if each.action_type == action_type), ())


def can(robot: RobotMemory, action_type: str, key: str = "") -> bool:
    """M18: only what its factsheet lists; without one, what the robots of this shop are expected to know."""
    features = robot.factsheet.protocol_features if robot.factsheet is not None else None
    if features is None:
        return True
    actions = [each for each in features.mobile_robot_actions if each.action_type == action_type]
    return bool(actions) and (not key or any(each.key == key for each in actions[0].action_parameters))


def _fits(robot: RobotMemory, word: str) -> bool:
    """M18: not longer than its factsheet allows the id of a load to be."""
    limits = robot.factsheet.protocol_limits if robot.factsheet is not None else None
    longest = limits.maximum_string_lengths.maximum_load_id_length if limits is not None else None
    return not longest or len(word) <= longest
