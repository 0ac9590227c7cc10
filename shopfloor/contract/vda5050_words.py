"""The words of VDA 5050 3.0, and what opens every message. Import them from ``vda5050``."""

from enum import StrEnum
from typing import Literal, Self

from msgspec import Struct

from shopfloor.contract.actor import Instant


class MalformedVda(ValueError):
    """What arrived, or was to be sent, is no VDA 5050 message. The text says why, for a person."""


class Word(StrEnum):
    """A closed list of words. One that we do not know is read as UNKNOWN and is never an error (M27)."""

    @classmethod
    def _missing_(cls, value: object) -> Self:  # noqa: ARG003
        return cls["UNKNOWN"]


class Level(StrEnum):
    """The last level of a topic."""

    ORDER = "order"
    INSTANT_ACTIONS = "instantActions"
    STATE = "state"
    CONNECTION = "connection"
    FACTSHEET = "factsheet"


class ConnectionState(Word):
    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"
    HIBERNATING = "HIBERNATING"
    CONNECTION_BROKEN = "CONNECTION_BROKEN"
    UNKNOWN = "UNKNOWN"


class OperatingMode(Word):
    STARTUP = "STARTUP"
    AUTOMATIC = "AUTOMATIC"
    SEMIAUTOMATIC = "SEMIAUTOMATIC"
    INTERVENED = "INTERVENED"
    MANUAL = "MANUAL"
    SERVICE = "SERVICE"
    TEACH_IN = "TEACH_IN"
    UNKNOWN = "UNKNOWN"


class ActionStatus(Word):
    WAITING = "WAITING"
    INITIALIZING = "INITIALIZING"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    RETRIABLE = "RETRIABLE"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


ENDED = frozenset({ActionStatus.FINISHED, ActionStatus.FAILED})
"""An action in one of these will not change any more."""


class BlockingType(Word):
    NONE = "NONE"  # may drive, may run beside others
    SINGLE = "SINGLE"  # may drive, runs alone
    SOFT = "SOFT"  # standing, may run beside others
    HARD = "HARD"  # standing, runs alone
    UNKNOWN = "UNKNOWN"


class EmergencyStop(Word):
    NONE = "NONE"
    MANUAL = "MANUAL"
    REMOTE = "REMOTE"
    AUTOACK = "AUTOACK"  # 2.x only: active, and acknowledges itself
    UNKNOWN = "UNKNOWN"  # to be taken for active


class ErrorLevel(Word):
    WARNING = "WARNING"
    URGENT = "URGENT"
    CRITICAL = "CRITICAL"
    FATAL = "FATAL"
    UNKNOWN = "UNKNOWN"


class ErrorType(StrEnum):
    """The types that the protocol names. ``Error.error_type`` is open: makers add their own."""

    VALIDATION_FAILURE = "VALIDATION_FAILURE"
    OUTDATED_ORDER_UPDATE = "OUTDATED_ORDER_UPDATE"
    SAME_ORDER_UPDATE_ID = "SAME_ORDER_UPDATE_ID"
    ORDER_UPDATE_FOLLOWING_CANCEL = "ORDER_UPDATE_FOLLOWING_CANCEL"
    INVALID_ORDER_ACTION = "INVALID_ORDER_ACTION"
    OTHER_ORDER_ACTIVE = "OTHER_ORDER_ACTIVE"
    START_NODE_OUT_OF_RANGE = "START_NODE_OUT_OF_RANGE"
    NO_ROUTE_TO_TARGET = "NO_ROUTE_TO_TARGET"
    UNKNOWN_MAP_ID = "UNKNOWN_MAP_ID"
    MOBILE_ROBOT_NOT_AVAILABLE = "MOBILE_ROBOT_NOT_AVAILABLE"
    INVALID_INSTANT_ACTION = "INVALID_INSTANT_ACTION"
    NO_ORDER_TO_CANCEL = "NO_ORDER_TO_CANCEL"
    UNSUPPORTED_PARAMETER = "UNSUPPORTED_PARAMETER"
    INSUFFICIENT_MEMORY = "INSUFFICIENT_MEMORY"


class Identity(Struct, frozen=True, order=True):
    """Which robot: together these two are unique in the world, and two levels of its topics."""

    manufacturer: str
    serial_number: str


class Dialect(Struct, frozen=True, forbid_unknown_fields=True):
    """How one robot wants to be spoken to where it departs from the schemas of its version.

    Each key has its two spellings; a robot that knows one passes over the other without a word (R4), or refuses the
    message (R1). 2.0 was published with ``allowedDeviationXy`` and ``actionName``, and repaired three years later.
    """

    instant_actions: Literal["actions", "instantActions"] = "actions"
    """The list in the message of that name."""
    instant_action_type: Literal["actionType", "actionName"] = "actionType"
    deviation: Literal["allowedDeviationXY", "allowedDeviationXy"] = "allowedDeviationXY"


AS_PUBLISHED = Dialect()


class Header(Struct, frozen=True, rename="camel"):
    """Opens every message. ``header_id`` counts per robot and topic, +1 per message sent."""

    header_id: int
    timestamp: Instant
    version: str
    manufacturer: str
    serial_number: str

    @property
    def identity(self) -> Identity:
        return Identity(self.manufacturer, self.serial_number)


class Piece(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A part of a message, named on the wire as in 3.0. Optional fields that are not set are not written."""


def none_of_them() -> tuple[()]:
    """The default of a list that is required on the wire, so written when empty too (S9); a bare ``()`` is not."""
    return ()
