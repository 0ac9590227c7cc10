"""Any message of VDA 5050, as hypothesis strategies: all that a version can say, and what of it comes back.

``of_kind[vda.Order]("3.0.0")`` draws orders for a robot that speaks 3.0; ``after_the_wire`` is the list of decided
losses, written down once more and without the codec.
"""

import math

from hypothesis import strategies as st
from msgspec import structs

from shopfloor.contract import vda5050 as vda

VERSIONS = ("2.0.0", "2.1.0", "3.0.0")
KINDS = tuple(vda.LEVELS)
NEWS_OF_3_0 = {
    # 3.0's words for which 2.x has none, not even a coarser one
    vda.ConnectionState.HIBERNATING,
    vda.OperatingMode.STARTUP,
    vda.OperatingMode.INTERVENED,
    vda.ActionStatus.RETRIABLE,
}

ids = st.text(alphabet=sorted(vda.ID_ALPHABET), min_size=1, max_size=12)
texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)
angles = st.floats(-math.pi, math.pi)
metres = st.floats(-1e6, 1e6)
amounts = st.floats(0, 1e6)
counts = st.integers(0, 10**9)
per_cents = st.floats(0, 100)
maybe_bool = st.none() | st.booleans()
values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63) | metres | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=3,
)


def maybe(strategy):
    return st.none() | strategy


def several(strategy, most=2):
    return st.lists(strategy, max_size=most).map(tuple)


def words(kind, version):
    """Of a closed list, those that this version can say."""
    foreign = {vda.EmergencyStop.AUTOACK} if version.startswith("3") else NEWS_OF_3_0
    return st.sampled_from([word for word in kind if word.name != "UNKNOWN" and word not in foreign])


def headers(version):
    return st.builds(
        vda.Header,
        header_id=counts,
        timestamp=st.integers(0, 10**13),
        version=st.just(version),
        manufacturer=st.just("dobby"),
        serial_number=st.just("r7"),
    )


# ── what fleet control says ─────────────────────────────────────────────────────────────────────

deviations = st.builds(vda.AllowedDeviation, a=amounts, b=amounts, theta=st.floats(-math.pi / 2, math.pi / 2))
positions = st.builds(
    vda.NodePosition,
    x=metres,
    y=metres,
    map_id=texts,
    theta=maybe(angles),
    allowed_deviation_xy=maybe(deviations),
    allowed_deviation_theta=maybe(st.floats(0, math.pi)),
)
action_types = st.sampled_from(["pick", "drop", "startCharging", "initializePosition", "beep"])


def actions(version, blocking=None):
    return st.builds(
        vda.Action,
        action_type=action_types,
        action_id=ids,
        blocking_type=words(vda.BlockingType, version) if blocking is None else st.just(blocking),
        action_parameters=several(st.builds(vda.ActionParameter, key=texts, value=values)),
        action_descriptor=maybe(texts),
        retriable=maybe_bool,
    )


@st.composite
def orders(draw, version):
    """Well formed: one gapless numbering, and a base that is a prefix."""
    stops = draw(st.integers(1, 4))
    released = draw(st.integers(1, stops))
    first = 2 * draw(st.integers(0, 50))
    doing = several(actions(version), most=1)
    nodes = tuple(
        vda.Node(
            node_id=draw(ids),
            sequence_id=first + 2 * at,
            released=at < released,
            actions=draw(doing),
            node_position=draw(maybe(positions)),
            node_descriptor=draw(maybe(texts)),
        )
        for at in range(stops)
    )
    edges = tuple(
        vda.Edge(
            edge_id=draw(ids),
            sequence_id=first + 2 * at + 1,
            released=at + 1 < released,
            actions=draw(doing),
            maximum_speed=draw(maybe(amounts)),
            orientation=draw(maybe(angles)),
            orientation_type=draw(st.sampled_from([None, "GLOBAL", "TANGENTIAL"])),
            length=draw(maybe(amounts)),
            edge_descriptor=draw(maybe(texts)),
        )
        for at in range(stops - 1)
    )
    return vda.Order(draw(headers(version)), draw(ids), draw(counts), nodes, edges)


def instant_actions(version):
    return st.builds(
        vda.InstantActions,
        header=headers(version),
        actions=several(actions(version, vda.BlockingType.NONE)),
    )


# ── what robots say ─────────────────────────────────────────────────────────────────────────────

TOLD_ERRORS = {
    # error type: (what it refers to, the type that comes back from 2.x)
    "VALIDATION_FAILURE": (("orderId", "orderUpdateId"), "VALIDATION_FAILURE"),
    "OUTDATED_ORDER_UPDATE": (("orderId", "orderUpdateId"), "OUTDATED_ORDER_UPDATE"),
    "SAME_ORDER_UPDATE_ID": (("orderId", "orderUpdateId"), "OUTDATED_ORDER_UPDATE"),
    "ORDER_UPDATE_FOLLOWING_CANCEL": (("orderId", "orderUpdateId"), "OUTDATED_ORDER_UPDATE"),
    "INVALID_ORDER_ACTION": (("orderId", "orderUpdateId", "actionId"), "INVALID_ORDER_ACTION"),
    "OTHER_ORDER_ACTIVE": (("orderId",), "OTHER_ORDER_ACTIVE"),
    "START_NODE_OUT_OF_RANGE": (("orderId",), "START_NODE_OUT_OF_RANGE"),
    "NO_ROUTE_TO_TARGET": (("orderId",), "START_NODE_OUT_OF_RANGE"),
    "UNKNOWN_MAP_ID": (("orderId",), "UNKNOWN_MAP_ID"),
    "MOBILE_ROBOT_NOT_AVAILABLE": (("orderId",), "MOBILE_ROBOT_NOT_AVAILABLE"),
    "INVALID_INSTANT_ACTION": (("actionId",), "INVALID_INSTANT_ACTION"),
    "NO_ORDER_TO_CANCEL": (("actionId",), "NO_ORDER_TO_CANCEL"),
    "UNSUPPORTED_PARAMETER": ((), "UNSUPPORTED_PARAMETER"),
    "INSUFFICIENT_MEMORY": ((), "INSUFFICIENT_MEMORY"),
    "motorTooHot": ((), "motorTooHot"),
}


@st.composite
def errors(draw, version):
    told = draw(st.sampled_from(sorted(TOLD_ERRORS)))
    references = tuple(vda.Reference(key, draw(ids)) for key in TOLD_ERRORS[told][0])
    level = draw(words(vda.ErrorLevel, version))
    return vda.Error(told, level, references, draw(maybe(texts)), draw(maybe(texts)))


def action_states(version, prefix):
    return st.builds(
        vda.ActionState,
        action_id=ids.map(prefix.__add__),
        action_status=words(vda.ActionStatus, version),
        action_type=maybe(action_types),
        action_result=maybe(texts),
        action_descriptor=maybe(texts),
    )


def states(version):
    whole = st.integers(0, 100).map(float)
    return st.builds(
        vda.State,
        header=headers(version),
        order_id=texts,
        order_update_id=counts,
        last_node_id=texts,
        last_node_sequence_id=counts,
        driving=st.booleans(),
        operating_mode=words(vda.OperatingMode, version),
        power_supply=st.builds(
            vda.PowerSupply,
            state_of_charge=per_cents,
            charging=st.booleans(),
            battery_voltage=maybe(metres),
            battery_health=maybe(whole if version.startswith("2.0") else per_cents),
            range=maybe(amounts),
        ),
        safety_state=st.builds(
            vda.SafetyState,
            active_emergency_stop=words(vda.EmergencyStop, version),
            field_violation=st.booleans(),
        ),
        node_states=several(
            st.builds(
                vda.NodeState, node_id=ids, sequence_id=counts, released=st.booleans(), node_position=maybe(positions)
            )
        ),
        edge_states=several(st.builds(vda.EdgeState, edge_id=ids, sequence_id=counts, released=st.booleans())),
        action_states=several(action_states(version, "O-")),
        instant_action_states=several(action_states(version, "I-")),
        errors=several(errors(version)),
        paused=maybe_bool,
        new_base_request=maybe_bool,
        distance_since_last_node=maybe(amounts),
        mobile_robot_position=maybe(
            st.builds(
                vda.MobileRobotPosition,
                x=metres,
                y=metres,
                theta=angles,
                map_id=texts,
                localized=st.booleans(),
                localization_score=maybe(st.floats(0, 1)),
                deviation_range=maybe(amounts),
            )
        ),
        velocity=maybe(st.builds(vda.Velocity, vx=maybe(metres), vy=maybe(metres), omega=maybe(metres))),
        loads=maybe(
            several(
                st.builds(
                    vda.Load,
                    load_id=maybe(texts),
                    load_type=maybe(texts),
                    load_position=maybe(texts),
                    weight=maybe(amounts),
                )
            )
        ),
        information=several(
            st.builds(
                vda.Information,
                info_type=texts,
                info_level=st.sampled_from(["INFO", "DEBUG"]),
                info_references=several(st.builds(vda.Reference, reference_key=texts, reference_value=texts)),
                info_descriptor=maybe(texts),
            ),
            most=1,
        ),
    )


def connections(version):
    return st.builds(vda.Connection, header=headers(version), connection_state=words(vda.ConnectionState, version))


LIMITED_SINCE_3_0 = ("zoneSet.zones", "state.instantActionStates", "state.zoneActionStates")

types = st.builds(
    vda.TypeSpecification,
    series_name=texts,
    mobile_robot_kinematics=st.sampled_from(["DIFFERENTIAL", "OMNIDIRECTIONAL", "THREE_WHEEL"]),
    mobile_robot_class=st.sampled_from(["FORKLIFT", "CONVEYOR", "TUGGER", "CARRIER"]),
    maximum_load_mass=amounts,
    localization_types=several(st.sampled_from(["NATURAL", "REFLECTOR", "RFID", "DMC", "SPOT", "GRID"]), most=1),
    navigation_types=several(
        st.sampled_from(["PHYSICAL_LINE_GUIDED", "VIRTUAL_LINE_GUIDED", "FREELY_NAVIGATING"]), most=1
    ),
    series_description=maybe(texts),
)
limits = st.builds(
    vda.ProtocolLimits,
    maximum_string_lengths=st.builds(
        vda.StringLengths,
        maximum_message_length=maybe(counts),
        maximum_topic_serial_length=maybe(counts),
        maximum_topic_element_length=maybe(counts),
        maximum_id_length=maybe(counts),
        id_numerical_only=maybe_bool,
        maximum_load_id_length=maybe(counts),
    ),
    maximum_array_lengths=st.dictionaries(
        st.sampled_from(["order.nodes", "order.edges", "state.errors", *LIMITED_SINCE_3_0]), counts, max_size=3
    ),
    timing=st.builds(
        vda.Timing,
        minimum_order_interval=amounts,
        minimum_state_interval=amounts,
        default_state_interval=maybe(amounts),
        visualization_interval=maybe(amounts),
    ),
)


def robot_actions(version):
    return st.builds(
        vda.MobileRobotAction,
        action_type=action_types,
        action_scopes=several(st.sampled_from(["INSTANT", "NODE", "EDGE"]), most=1),
        action_parameters=several(
            st.builds(
                vda.FactsheetParameter,
                key=texts,
                value_data_type=st.sampled_from(["BOOL", "NUMBER", "INTEGER", "STRING", "OBJECT", "ARRAY"]),
                description=maybe(texts),
                is_optional=maybe_bool,
            ),
            most=1,
        ),
        blocking_types=st.lists(words(vda.BlockingType, version), unique=True, max_size=4).map(tuple),
        action_description=maybe(texts),
        action_result=maybe(texts),
        pause_allowed=maybe_bool,
        cancel_allowed=maybe_bool,
    )


def factsheets(version):
    """With every section: a bare header is read, but the schemas know no such factsheet (R8)."""
    optional = st.builds(
        vda.OptionalParameter,
        parameter=texts,
        support=st.sampled_from(["SUPPORTED", "REQUIRED"]),
        description=maybe(texts),
    )
    load_set = st.builds(
        vda.LoadSet, set_name=texts, load_type=texts, load_positions=several(texts), maximum_weight=maybe(amounts)
    )
    charging = st.builds(
        vda.BatteryCharging,
        critical_low_charging_level=maybe(per_cents),
        minimum_desired_charging_level=maybe(per_cents),
        maximum_desired_charging_level=maybe(per_cents),
        minimum_charging_time=maybe(amounts),
    ).filter(lambda each: each != vda.BatteryCharging())
    return st.builds(
        vda.Factsheet,
        header=headers(version),
        type_specification=types,
        physical_parameters=st.builds(vda.PhysicalParameters, *[amounts] * 8),
        protocol_limits=limits,
        protocol_features=st.builds(
            vda.ProtocolFeatures,
            optional_parameters=several(optional, most=1),
            mobile_robot_actions=several(robot_actions(version)),
        ),
        load_specification=st.builds(
            vda.LoadSpecification, load_positions=several(texts), load_sets=several(load_set, most=1)
        ),
        mobile_robot_configuration=maybe(st.builds(vda.MobileRobotConfiguration, battery_charging=charging)),
    )


of_kind = {
    vda.Order: orders,
    vda.InstantActions: instant_actions,
    vda.State: states,
    vda.Connection: connections,
    vda.Factsheet: factsheets,
}


def messages(version):
    """Any message that this version can say."""
    return st.one_of([strategy(version) for strategy in of_kind.values()])


# ── what is lost on the way, by decision ────────────────────────────────────────────────────────


def after_the_wire(message):
    """The message as it is read at the other end, told which actions are instant."""
    old = message.header.version.startswith("2")
    match message:
        case vda.Order():
            return _order_from_2(message) if old else message
        case vda.InstantActions():
            lost = tuple(structs.replace(each, retriable=None) for each in message.actions)
            return structs.replace(message, actions=lost)
        case vda.State():
            return _state(message, old)
        case vda.Factsheet():
            loads = message.load_specification
            told = structs.replace(message, load_specification=loads if loads != vda.LoadSpecification() else None)
            return _factsheet_from_2(told) if old else _factsheet_from_3(told)
        case _:
            return message


def _order_from_2(order):
    nodes = [structs.replace(each, actions=_actions(each), node_position=_in_a_circle(each)) for each in order.nodes]
    edges = [structs.replace(each, actions=_actions(each)) for each in order.edges]
    return structs.replace(order, nodes=tuple(nodes), edges=tuple(edges))


def _hard(blocking):
    return vda.BlockingType.HARD if blocking is vda.BlockingType.SINGLE else blocking


def _actions(element):
    return tuple(
        structs.replace(each, retriable=None, blocking_type=_hard(each.blocking_type)) for each in element.actions
    )


def _in_a_circle(node):
    position = node.node_position
    if position is None or position.allowed_deviation_xy is None:
        return position
    radius = min(position.allowed_deviation_xy.a, position.allowed_deviation_xy.b)
    return structs.replace(position, allowed_deviation_xy=vda.AllowedDeviation(radius, radius, 0.0))


def _state(state, old):
    on_spot = {"allowed_deviation_xy": None, "allowed_deviation_theta": None}
    nodes = tuple(
        each
        if each.node_position is None
        else structs.replace(each, node_position=structs.replace(each.node_position, **on_spot))
        for each in state.node_states
    )
    told = tuple(_error_from_2(each, state.header.version) for each in state.errors) if old else state.errors
    return structs.replace(state, node_states=nodes, errors=told)


def _error_from_2(error, version):
    levels = {vda.ErrorLevel.URGENT: vda.ErrorLevel.WARNING, vda.ErrorLevel.CRITICAL: vda.ErrorLevel.FATAL}
    return structs.replace(
        error,
        error_type=TOLD_ERRORS[error.error_type][1],
        error_level=levels.get(error.error_level, error.error_level),
        error_hint=None if version.startswith("2.0") else error.error_hint,
    )


def _factsheet_from_2(sheet):
    features = sheet.protocol_features
    known = tuple(
        structs.replace(
            each,
            pause_allowed=None,
            cancel_allowed=None,
            blocking_types=tuple(dict.fromkeys(_hard(blocking) for blocking in each.blocking_types)),
        )
        for each in features.mobile_robot_actions
    )
    lengths = sheet.protocol_limits.maximum_array_lengths
    kept = {name: most for name, most in lengths.items() if name not in LIMITED_SINCE_3_0}
    return structs.replace(
        sheet,
        protocol_features=structs.replace(features, mobile_robot_actions=known),
        protocol_limits=structs.replace(sheet.protocol_limits, maximum_array_lengths=kept),
        mobile_robot_configuration=None,
    )


def _factsheet_from_3(sheet):
    features = sheet.protocol_features
    decided = tuple(
        structs.replace(each, pause_allowed=bool(each.pause_allowed), cancel_allowed=bool(each.cancel_allowed))
        for each in features.mobile_robot_actions
    )
    return structs.replace(sheet, protocol_features=structs.replace(features, mobile_robot_actions=decided))
