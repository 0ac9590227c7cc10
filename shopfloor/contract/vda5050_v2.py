"""VDA 5050 2.1 on the wire: topics, and messages as JSON bytes.

The structs of ``vda5050`` are named as in 3.0, so this codec is the table of what 2.1 calls otherwise. Lossy
by decision: SINGLE becomes HARD, an ellipse the circle inside it, URGENT a WARNING and CRITICAL a FATAL;
AUTOACK stays an active stop. What 2.1 has no word for at all (RETRIABLE, hibernation, STARTUP, INTERVENED) is
refused by the encoder. Reading is lenient: unknown fields, nulls, unknown words and a bare factsheet pass.
"""

from collections.abc import Container, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import msgspec
from msgspec import structs

from shopfloor.contract.actor import Instant
from shopfloor.contract.vda5050 import (
    DELIVERIES,
    LEVELS,
    Error,
    ErrorType,
    Identity,
    Level,
    MalformedVda,
    Order,
    Post,
    State,
    VdaMessage,
)
from shopfloor.contract.vda5050_rules import deeper_than, finite

VERSION = "2.1.0"
PAYLOAD_BYTES_MAX = 1_048_576
DEPTH_MAX = 32
"""Of what a robot is told. Only action parameters are free to nest; what is read at the edge of the stack cannot be
compared, checked or written again any more."""

FROM_ROBOTS = tuple(f"uagv/v2/+/+/{level}" for level in (Level.CONNECTION, Level.STATE, Level.FACTSHEET))
"""What fleet control subscribes to, connection first (M1): never ``#``, which returns our own orders."""

FREE_TO_NEST = (Level.ORDER, Level.INSTANT_ACTIONS)

Plain: TypeAlias = dict[str, object]

NAMES: dict[str, dict[str, str | None]] = {
    # part of a message: {3.0: 2.1, or None where 2.1 has no such field}
    "message": {
        "mobileRobotPosition": "agvPosition",
        "powerSupply": "batteryState",
        "instantActionStates": None,  # 2.1 lists them among actionStates
    },
    "nodes": {"nodeDescriptor": "nodeDescription"},
    "edges": {"edgeDescriptor": "edgeDescription", "maximumSpeed": "maxSpeed"},
    "actions": {"actionDescriptor": "actionDescription", "retriable": None},
    "actionStates": {"actionDescriptor": "actionDescription", "actionResult": "resultDescription"},
    "mobileRobotPosition": {"localized": "positionInitialized"},
    "powerSupply": {"stateOfCharge": "batteryCharge", "range": "reach"},
    "safetyState": {"activeEmergencyStop": "eStop"},
    "information": {"infoDescriptor": "infoDescription"},
    "typeSpecification": {
        "mobileRobotKinematics": "agvKinematic",
        "mobileRobotClass": "agvClass",
        "maximumLoadMass": "maxLoadMass",
    },
    "physicalParameters": {
        "minimumSpeed": "speedMin",
        "maximumSpeed": "speedMax",
        "maximumAcceleration": "accelerationMax",
        "maximumDeceleration": "decelerationMax",
        "minimumHeight": "heightMin",
        "maximumHeight": "heightMax",
    },
    "protocolLimits": {"maximumStringLengths": "maxStringLens", "maximumArrayLengths": "maxArrayLens"},
    "maximumStringLengths": {
        "maximumMessageLength": "msgLen",
        "maximumTopicSerialLength": "topicSerialLen",
        "maximumTopicElementLength": "topicElemLen",
        "maximumIdLength": "idLen",
        "maximumLoadIdLength": "loadIdLen",
    },
    "timing": {
        "minimumOrderInterval": "minOrderInterval",
        "minimumStateInterval": "minStateInterval",
    },
    "protocolFeatures": {"mobileRobotActions": "agvActions"},
    "mobileRobotActions": {"actionResult": "resultDescription", "pauseAllowed": None, "cancelAllowed": None},
    "loadSets": {"maximumWeight": "maxWeight"},
}

WORDS: dict[str, dict[str, str | None]] = {
    # field (3.0 name): {3.0: 2.1, or None where 2.1 cannot say it}; words not listed are the same in both
    "connectionState": {"CONNECTION_BROKEN": "CONNECTIONBROKEN", "HIBERNATING": None, "UNKNOWN": None},
    "operatingMode": {"TEACH_IN": "TEACHIN", "STARTUP": None, "INTERVENED": None, "UNKNOWN": None},
    "actionType": {"initializePosition": "initPosition"},
    "actionStatus": {"RETRIABLE": None, "UNKNOWN": None},
    "blockingType": {"SINGLE": "HARD", "UNKNOWN": None},
    "blockingTypes": {"SINGLE": "HARD", "UNKNOWN": None},
    "activeEmergencyStop": {"UNKNOWN": None},
    "errorLevel": {"URGENT": "WARNING", "CRITICAL": "FATAL", "UNKNOWN": None},
    "mobileRobotKinematics": {
        "DIFFERENTIAL": "DIFF",
        "OMNIDIRECTIONAL": "OMNI",
        "THREE_WHEEL": "THREEWHEEL",
    },
    "navigationTypes": {"FREELY_NAVIGATING": "AUTONOMOUS"},
}

LOSSY = frozenset({"HARD", "WARNING", "FATAL"})
"""2.1 words that stand for two words of 3.0 and are read as themselves."""

ERROR_TYPES: dict[str, str] = {
    # 2.1 leaves the type free: what is not listed here passes as it is
    ErrorType.VALIDATION_FAILURE: "validationError",
    ErrorType.OUTDATED_ORDER_UPDATE: "orderUpdateError",
    ErrorType.SAME_ORDER_UPDATE_ID: "orderUpdateError",
    ErrorType.ORDER_UPDATE_FOLLOWING_CANCEL: "orderUpdateError",
    ErrorType.OTHER_ORDER_ACTIVE: "orderUpdateError",  # the same word, but with orderId only
    ErrorType.INVALID_ORDER_ACTION: "orderError",
    ErrorType.INVALID_INSTANT_ACTION: "orderError",  # the same word, but without an orderId
    ErrorType.START_NODE_OUT_OF_RANGE: "noRouteError",
    ErrorType.NO_ROUTE_TO_TARGET: "noRouteError",
    ErrorType.NO_ORDER_TO_CANCEL: "noOrderToCancel",
}


def topic(identity: Identity, level: Level) -> str:
    for text in (identity.manufacturer, identity.serial_number):
        if not text or any(sign in text for sign in "/+#$"):
            raise MalformedVda(f"{text!r} cannot be a level of a topic")
    return f"uagv/v2/{identity.manufacturer}/{identity.serial_number}/{level}"


def parse_topic(text: str) -> tuple[Identity, Level]:
    match text.split("/"):
        case ["uagv", "v2", manufacturer, serial_number, level] if manufacturer and serial_number:
            try:
                return Identity(manufacturer, serial_number), Level(level)
            except ValueError:
                raise MalformedVda(f"{level!r} is no level of a VDA 5050 topic") from None
        case _:
            raise MalformedVda(f"{text!r} is no topic of VDA 5050 2.x")


def to_robot(identity: Identity) -> tuple[str, ...]:
    """The topics that this robot subscribes to."""
    return topic(identity, Level.ORDER), topic(identity, Level.INSTANT_ACTIONS)


def encode(message: VdaMessage) -> Post:
    """Raises MalformedVda for a number that is not finite, and for words that 2.1 does not have."""
    level = LEVELS[type(message)]
    header = message.header
    plain = msgspec.to_builtins(_prepared(message))
    del plain["header"]
    wire = {
        "headerId": header.header_id,
        "timestamp": timestamp_text(header.timestamp),
        "version": header.version,
        "manufacturer": header.manufacturer,
        "serialNumber": header.serial_number,
        **_to_wire(plain, "message"),
    }
    if isinstance(message, Order):
        _name_ends(wire, message)
    if level is Level.FACTSHEET:
        wire["agvGeometry"] = {}  # required, and nothing in it is
    if not finite(wire):
        raise MalformedVda(f"a number in this {level} is not finite")
    delivery = DELIVERIES[level]
    return Post(topic(header.identity, level), msgspec.json.encode(wire), delivery.qos, delivery.retain)


def decode(topic_text: str, payload: bytes, instant_actions: Container[str] = ()) -> VdaMessage:
    """Any message of 2.1, or MalformedVda.

    2.1 mixes the states of instant actions with those of the order: ``instant_actions`` are the ids that
    fleet control remembers having sent as instant, by which a State is put in order again (M26).
    """
    identity, level = parse_topic(topic_text)
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise MalformedVda(f"{len(payload)} bytes of {level}, more than {PAYLOAD_BYTES_MAX}")
    kind = next(kind for kind, its_level in LEVELS.items() if its_level is level)
    try:
        plain = _from_wire(_read(payload, level), "message")
        plain["header"] = _header(plain, level)
        message = msgspec.convert(plain, type=kind)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise MalformedVda(f"this {level} cannot be read: {error}") from None
    if message.header.identity != identity:
        raise MalformedVda(f"{message.header.identity} speaks on the topic of {identity}")
    return _sorted_out(message, instant_actions) if isinstance(message, State) else message


def timestamp_text(instant: Instant) -> str:
    """ISO 8601 in UTC with milliseconds and Z (M4)."""
    try:
        moment = _EPOCH + timedelta(milliseconds=instant)
    except OverflowError:
        raise MalformedVda(f"{instant} is no time of day") from None
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def timestamp_instant(text: str) -> Instant:
    """Any ISO 8601 time; without a zone it is taken for UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES_BACK = {part: {wire: name for name, wire in names.items() if wire is not None} for part, names in NAMES.items()}
_WORDS_BACK = {
    name: {wire: word for word, wire in words.items() if wire is not None and wire not in LOSSY}
    for name, words in WORDS.items()
}


def _to_wire(plain: Plain, part: str) -> Plain:
    names = NAMES.get(part, {})
    wire: Plain = {}
    for name, value in plain.items():
        wire_name = names.get(name, name)
        if wire_name is not None:
            wire[wire_name] = _value_to_wire(value, name)
    return wire


def _value_to_wire(value: object, name: str) -> object:
    match value:
        case str() if name in WORDS:
            word = WORDS[name].get(value, value)
            if word is None:
                raise MalformedVda(f"2.1 has no {name} {value}")
            return word
        case dict() if name == "allowedDeviationXY":
            return min(value["a"], value["b"])
        case dict() if name != "value":
            return _to_wire(value, name)
        case list() | tuple() if name != "value":
            return [_value_to_wire(each, name) for each in value]
        case _:
            return value


def _read(payload: bytes, level: Level) -> Plain:
    wire = msgspec.json.decode(payload, type=Plain)
    if level in FREE_TO_NEST and deeper_than(wire, DEPTH_MAX):
        raise ValueError(f"nested more than {DEPTH_MAX} deep")
    return wire


def _from_wire(wire: Plain, part: str) -> Plain:
    names = _NAMES_BACK.get(part, {})
    plain: Plain = {}
    for wire_name, value in wire.items():
        if value is not None:
            name = names.get(wire_name, wire_name)
            plain[name] = _value_from_wire(value, name)
    return plain


def _value_from_wire(value: object, name: str) -> object:
    match value:
        case str() if name in _WORDS_BACK:
            return _WORDS_BACK[name].get(value, value)
        case int() | float() if name == "allowedDeviationXY":
            return {"a": value, "b": value, "theta": 0.0}
        case dict() if name != "value":
            return _from_wire(value, name)
        case list() if name != "value":
            return [_value_from_wire(each, name) for each in value]
        case _:
            return value


def _header(plain: Plain, level: Level) -> Plain:
    """Takes the header's fields together; 2.1 lets a factsheet come without number and time (S4)."""
    missing: Plain = {"headerId": 0, "timestamp": timestamp_text(0)} if level is Level.FACTSHEET else {}
    names = ("headerId", "timestamp", "version", "manufacturer", "serialNumber")
    header = {**missing, **{name: plain[name] for name in names if name in plain}}
    header["timestamp"] = timestamp_instant(str(header.get("timestamp", "")))
    return header


def _prepared(message: VdaMessage) -> VdaMessage:
    if not isinstance(message, State):
        return message
    return structs.replace(
        message,
        action_states=message.action_states + message.instant_action_states,
        errors=tuple(
            structs.replace(error, error_type=ERROR_TYPES.get(error.error_type, error.error_type))
            for error in message.errors
        ),
    )


def _name_ends(wire: Plain, order: Order) -> None:
    """2.1 repeats at each edge which nodes it joins; the numbering says so already."""
    nodes = {node.sequence_id: node.node_id for node in order.nodes}
    edges = []
    for edge, plain in zip(order.edges, _dicts(wire["edges"]), strict=True):
        start, end = nodes.get(edge.sequence_id - 1), nodes.get(edge.sequence_id + 1)
        if start is None or end is None:
            raise MalformedVda(f"edge {edge.edge_id} does not lie between two nodes of its order")
        edges.append({**plain, "startNodeId": start, "endNodeId": end})
    wire["edges"] = edges


def _dicts(value: object) -> Iterable[Plain]:
    assert isinstance(value, list)
    return value


def _sorted_out(state: State, instant_actions: Container[str]) -> State:
    is_instant = [each.action_id in instant_actions for each in state.action_states]
    both = list(zip(state.action_states, is_instant, strict=True))
    return structs.replace(
        state,
        action_states=tuple(each for each, instant in both if not instant),
        instant_action_states=tuple(each for each, instant in both if instant),
        errors=tuple(structs.replace(error, error_type=_error_type(error)) for error in state.errors),
    )


def _error_type(error: Error) -> str:
    """2.1 has fewer types: what an error refers to tells them apart (R6)."""
    about_order, about_update = error.about("orderId"), error.about("orderUpdateId")
    match error.error_type:
        case "validationError":
            return ErrorType.VALIDATION_FAILURE
        case "orderUpdateError" if about_order is not None and about_update is None:
            return ErrorType.OTHER_ORDER_ACTIVE
        case "orderUpdateError":
            return ErrorType.OUTDATED_ORDER_UPDATE
        case "orderError" if about_order is None and error.about("actionId") is not None:
            return ErrorType.INVALID_INSTANT_ACTION
        case "orderError":
            return ErrorType.INVALID_ORDER_ACTION
        case "noRouteError":
            return ErrorType.START_NODE_OUT_OF_RANGE
        case "noOrderToCancel":
            return ErrorType.NO_ORDER_TO_CANCEL
        case other:
            return other
