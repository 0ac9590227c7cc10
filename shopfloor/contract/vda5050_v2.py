"""VDA 5050 2.0 and 2.1 on the wire: the tables of what they call otherwise than 3.0, and what they say otherwise.

Lossy by decision: SINGLE becomes HARD, an ellipse the circle inside it, URGENT a WARNING and CRITICAL a FATAL;
AUTOACK stays an active stop. What 2.x has no word for at all (RETRIABLE, hibernation, STARTUP, INTERVENED) is
refused by the encoder. An error of 2.x is told apart by its type and what it refers to (R6).
"""

from collections.abc import Container, Iterable
from math import isfinite

from msgspec import structs

from shopfloor.contract.vda5050 import (
    AS_PUBLISHED,
    Dialect,
    Error,
    ErrorType,
    Factsheet,
    MalformedVda,
    Order,
    State,
    TypeSpecification,
    VdaMessage,
)
from shopfloor.contract.vda5050_codec import Codec
from shopfloor.contract.vda5050_tongue import (
    LIMITED_ARRAYS,
    NOT_IN_STATES,
    READ,
    Closed,
    Names,
    Plain,
    Tongue,
    Turns,
    Words,
    in_dialect,
)

ROOT = "uagv/v2"

NAMES: Names = {
    "state": {
        "mobileRobotPosition": "agvPosition",
        "powerSupply": "batteryState",
        "instantActionStates": None,  # 2.x lists them among actionStates
    },
    "nodes": {"nodeDescriptor": "nodeDescription"},
    "edges": {"edgeDescriptor": "edgeDescription", "maximumSpeed": "maxSpeed"},
    "actions": {"actionDescriptor": "actionDescription", "retriable": None},
    "actionStates": {"actionDescriptor": "actionDescription", "actionResult": "resultDescription"},
    "mobileRobotPosition": {"localized": "positionInitialized"},
    "powerSupply": {"stateOfCharge": "batteryCharge", "range": "reach"},
    "safetyState": {"activeEmergencyStop": "eStop"},
    "information": {"infoDescriptor": "infoDescription"},
    "factsheet": {"mobileRobotConfiguration": None},  # 2.1 has a vehicleConfig, but no charging in it
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
    "maximumArrayLengths": {
        "zoneSet.zones": None,
        "state.instantActionStates": None,
        "state.zoneActionStates": None,
    },
    "timing": {
        "minimumOrderInterval": "minOrderInterval",
        "minimumStateInterval": "minStateInterval",
    },
    "protocolFeatures": {"mobileRobotActions": "agvActions"},
    "mobileRobotActions": {"actionResult": "resultDescription", "pauseAllowed": None, "cancelAllowed": None},
    "loadSets": {"maximumWeight": "maxWeight"},
    **NOT_IN_STATES,
}

NAMES_2_0: Names = {**NAMES, "errors": {"errorHint": None}}

WORDS: Words = {
    "connectionState": {"CONNECTION_BROKEN": "CONNECTIONBROKEN"},
    "operatingMode": {"TEACH_IN": "TEACHIN"},
    "actionType": {"initializePosition": "initPosition"},
    "blockingType": {"SINGLE": "HARD"},
    "blockingTypes": {"SINGLE": "HARD"},
    "errorLevel": {"URGENT": "WARNING", "CRITICAL": "FATAL"},
    "mobileRobotKinematics": {"DIFFERENTIAL": "DIFF", "OMNIDIRECTIONAL": "OMNI", "THREE_WHEEL": "THREEWHEEL"},
    "navigationTypes": {"FREELY_NAVIGATING": "AUTONOMOUS"},
}

LOSSY = frozenset({"HARD", "WARNING", "FATAL"})

CLOSED_2_0: Closed = {
    "connectionState": ("ONLINE", "OFFLINE", "CONNECTIONBROKEN"),
    "operatingMode": ("AUTOMATIC", "SEMIAUTOMATIC", "MANUAL", "SERVICE", "TEACHIN"),
    "actionStatus": ("WAITING", "INITIALIZING", "RUNNING", "PAUSED", "FINISHED", "FAILED"),
    "blockingType": ("NONE", "SOFT", "HARD"),
    "blockingTypes": ("NONE", "SOFT", "HARD"),
    "orientationType": ("GLOBAL", "TANGENTIAL"),  # a free text by the schema of 2.1, but not by its words (S10)
    "activeEmergencyStop": ("AUTOACK", "MANUAL", "REMOTE", "NONE"),
    "errorLevel": ("WARNING", "FATAL"),
    "infoLevel": ("INFO", "DEBUG"),
    "mobileRobotKinematics": ("DIFF", "OMNI", "THREEWHEEL"),
    "mobileRobotClass": ("FORKLIFT", "CONVEYOR", "TUGGER", "CARRIER"),
    "support": ("SUPPORTED", "REQUIRED"),
    "actionScopes": ("INSTANT", "NODE", "EDGE"),
    "valueDataType": ("BOOL", "NUMBER", "INTEGER", "FLOAT", "STRING", "OBJECT", "ARRAY"),
}

CLOSED: Closed = {
    **CLOSED_2_0,
    "localizationTypes": ("NATURAL", "REFLECTOR", "RFID", "DMC", "SPOT", "GRID"),
    "navigationTypes": ("PHYSICAL_LINE_GUIDED", "VIRTUAL_LINE_GUIDED", "AUTONOMOUS"),
}

KNOWN: Closed = {"maximumArrayLengths": LIMITED_ARRAYS}

ERROR_TYPES: dict[str, str] = {
    # 2.x leaves the type free: what is not listed here passes as it is
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


def _circle(ellipse: object) -> object:
    assert isinstance(ellipse, dict)
    return min(ellipse["a"], ellipse["b"])


def _whole(number: object) -> object:
    assert isinstance(number, int | float)
    return round(number) if isfinite(number) else number


WRITE: Turns = {"allowedDeviationXY": _circle}
WRITE_2_0: Turns = {**WRITE, "batteryHealth": _whole}


def prepare(message: VdaMessage) -> VdaMessage:
    """Puts the states of instant actions among the others, and takes the fewer error types."""
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


def complete(wire: Plain, message: VdaMessage) -> None:
    match message:
        case Order():
            _name_ends(wire, message)
        case Factsheet(type_specification=TypeSpecification()):
            wire["agvGeometry"] = {}  # required, and nothing in it is


def _name_ends(wire: Plain, order: Order) -> None:
    """2.x repeats at each edge which nodes it joins; the numbering says so already."""
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


def sort_out(state: State, instant_actions: Container[str]) -> State:
    is_instant = [each.action_id in instant_actions for each in state.action_states]
    both = list(zip(state.action_states, is_instant, strict=True))
    return structs.replace(
        state,
        action_states=tuple(each for each, instant in both if not instant),
        instant_action_states=tuple(each for each, instant in both if instant),
        errors=tuple(structs.replace(error, error_type=_error_type(error)) for error in state.errors),
    )


def _error_type(error: Error) -> str:
    """2.x has fewer types: what an error refers to tells them apart (R6)."""
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


def _tongue_2_0(dialect: Dialect) -> Tongue:
    return Tongue(
        "2.0",
        names=in_dialect(NAMES_2_0, dialect),
        words=WORDS,
        lossy=LOSSY,
        closed=CLOSED_2_0,
        known=KNOWN,
        write=WRITE_2_0,
        read=READ,
    )


def _tongue_2_1(dialect: Dialect) -> Tongue:
    return Tongue(
        "2.1",
        names=in_dialect(NAMES, dialect),
        words=WORDS,
        lossy=LOSSY,
        closed=CLOSED,
        known=KNOWN,
        write=WRITE,
        read=READ,
    )


V2_0 = Codec("2.0.0", ROOT, _tongue_2_0(AS_PUBLISHED), _tongue_2_0, prepare, complete, sort_out)
V2_1 = Codec("2.1.0", ROOT, _tongue_2_1(AS_PUBLISHED), _tongue_2_1, prepare, complete, sort_out)
