"""VDA 5050 3.0 on the wire. Our structs are named by it, so there is little to say otherwise.

What only 2.x says (a stop that acknowledges itself) is refused by the encoder. An action of which nobody said whether
it can be paused or cancelled, as in 2.x, can not.
"""

from collections.abc import Container

from msgspec import structs

from shopfloor.contract.vda5050 import (
    AS_PUBLISHED,
    BlockingType,
    Dialect,
    Factsheet,
    InstantActions,
    MalformedVda,
    MobileRobotAction,
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
    in_dialect,
)

ROOT = "vda5050/v3"

NAMES: Names = {
    "instantActions.actions": {"retriable": None},
    **NOT_IN_STATES,
}

CLOSED: Closed = {
    "connectionState": ("ONLINE", "OFFLINE", "HIBERNATING", "CONNECTION_BROKEN"),
    "operatingMode": ("STARTUP", "AUTOMATIC", "SEMIAUTOMATIC", "INTERVENED", "MANUAL", "SERVICE", "TEACH_IN"),
    "actionStatus": ("WAITING", "INITIALIZING", "RUNNING", "PAUSED", "RETRIABLE", "FINISHED", "FAILED"),
    "blockingType": ("NONE", "SOFT", "SINGLE", "HARD"),
    "blockingTypes": ("NONE", "SOFT", "SINGLE", "HARD"),
    "orientationType": ("GLOBAL", "TANGENTIAL"),
    "activeEmergencyStop": ("MANUAL", "REMOTE", "NONE"),
    "errorLevel": ("WARNING", "URGENT", "CRITICAL", "FATAL"),
    "infoLevel": ("INFO", "DEBUG"),
    "support": ("SUPPORTED", "REQUIRED"),
    "actionScopes": ("INSTANT", "NODE", "EDGE", "ZONE"),
    "valueDataType": ("BOOL", "NUMBER", "INTEGER", "STRING", "OBJECT", "ARRAY"),
}

KNOWN: Closed = {
    "maximumArrayLengths": (
        *LIMITED_ARRAYS,
        "zoneSet.zones",
        "state.instantActionStates",
        "state.zoneActionStates",
    ),
}


def prepare(message: VdaMessage) -> VdaMessage:
    match message:
        case InstantActions(actions=actions):
            blocking = next((each for each in actions if each.blocking_type is not BlockingType.NONE), None)
            if blocking is not None:
                raise MalformedVda(f"3.0 has no instant action that blocks, as {blocking.action_id!r} does")
            return message
        case Factsheet(protocol_features=features) if features is not None:
            decided = tuple(_decided(each) for each in features.mobile_robot_actions)
            return structs.replace(message, protocol_features=structs.replace(features, mobile_robot_actions=decided))
        case _:
            return message


def _decided(action: MobileRobotAction) -> MobileRobotAction:
    return structs.replace(
        action, pause_allowed=action.pause_allowed or False, cancel_allowed=action.cancel_allowed or False
    )


def complete(wire: Plain, message: VdaMessage) -> None:
    match message:
        case Factsheet(type_specification=TypeSpecification()):
            wire["mobileRobotGeometry"] = {}  # required, and nothing in it is


def sort_out(state: State, _instant_actions: Container[str]) -> State:
    return state


def _tongue(dialect: Dialect) -> Tongue:
    return Tongue(
        "3.0",
        names=in_dialect(NAMES, dialect),
        words={},
        lossy=(),
        closed=CLOSED,
        known=KNOWN,
        write={},
        read=READ,
    )


V3_0 = Codec("3.0.0", ROOT, _tongue(AS_PUBLISHED), _tongue, prepare, complete, sort_out)
