"""What fleet control and robots say to each other, in the words of VDA 5050 3.0, whatever the wire speaks.

Only the parts that a line-guided shop uses are modelled: no zones, corridors or trajectories. The codecs
beside this file put these structs on the wire (``vda5050_wire`` picks one); nothing above them knows a version.
Lengths are in metres, angles in radians, charges in per cent; only ``Header.timestamp`` is our own, an
Instant.
"""

from typing import TypeAlias

from msgspec import Struct, field

from shopfloor.contract.vda5050_factsheet import (
    BatteryCharging,
    Factsheet,
    FactsheetParameter,
    LoadSet,
    LoadSpecification,
    MobileRobotAction,
    MobileRobotConfiguration,
    OptionalParameter,
    PhysicalParameters,
    ProtocolFeatures,
    ProtocolLimits,
    StringLengths,
    Timing,
    TypeSpecification,
)
from shopfloor.contract.vda5050_words import (
    AS_PUBLISHED,
    ENDED,
    ActionStatus,
    BlockingType,
    ConnectionState,
    Dialect,
    EmergencyStop,
    ErrorLevel,
    ErrorType,
    Header,
    Identity,
    Level,
    MalformedVda,
    OperatingMode,
    Piece,
    Word,
    none_of_them,
)

__all__ = [
    "AS_PUBLISHED",
    "DELIVERIES",
    "ENDED",
    "ID_ALPHABET",
    "LEVELS",
    "Action",
    "ActionParameter",
    "ActionState",
    "ActionStatus",
    "AllowedDeviation",
    "BatteryCharging",
    "BlockingType",
    "Connection",
    "ConnectionState",
    "Delivery",
    "Dialect",
    "Edge",
    "EdgeState",
    "EmergencyStop",
    "Error",
    "ErrorLevel",
    "ErrorType",
    "Factsheet",
    "FactsheetParameter",
    "Header",
    "IdText",
    "Identity",
    "Information",
    "InstantActions",
    "Level",
    "Load",
    "LoadSet",
    "LoadSpecification",
    "MalformedVda",
    "MobileRobotAction",
    "MobileRobotConfiguration",
    "MobileRobotPosition",
    "Node",
    "NodePosition",
    "NodeState",
    "OperatingMode",
    "OptionalParameter",
    "Order",
    "ParameterValue",
    "PhysicalParameters",
    "Piece",
    "Post",
    "PowerSupply",
    "ProtocolFeatures",
    "ProtocolLimits",
    "Reference",
    "SafetyState",
    "State",
    "StringLengths",
    "Timing",
    "TypeSpecification",
    "VdaMessage",
    "Velocity",
    "Word",
]

IdText: TypeAlias = str
"""An id on the wire: letters, digits and ``_ - . :`` only."""

ParameterValue: TypeAlias = str | int | float | bool | list[object] | dict[str, object]

ID_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:")


class ActionParameter(Piece, frozen=True):
    key: str
    value: ParameterValue


class Action(Piece, frozen=True):
    """Something to do at a node, along an edge, or at once. Its id is unique for ever (M25)."""

    action_type: str
    action_id: IdText
    blocking_type: BlockingType
    action_parameters: tuple[ActionParameter, ...] = ()
    action_descriptor: str | None = None
    retriable: bool | None = None

    def parameter(self, key: str) -> ParameterValue | None:
        return next((each.value for each in self.action_parameters if each.key == key), None)


class AllowedDeviation(Piece, frozen=True):
    """An ellipse around a node in which a robot counts as standing on it: half axes, angle of ``a``."""

    a: float
    b: float
    theta: float


class NodePosition(Piece, frozen=True):
    x: float
    y: float
    map_id: str
    theta: float | None = None
    allowed_deviation_xy: AllowedDeviation | None = field(default=None, name="allowedDeviationXY")
    allowed_deviation_theta: float | None = None


class Node(Piece, frozen=True):
    node_id: IdText
    sequence_id: int
    released: bool
    actions: tuple[Action, ...] = field(default_factory=none_of_them)
    node_position: NodePosition | None = None
    node_descriptor: str | None = None


class Edge(Piece, frozen=True):
    edge_id: IdText
    sequence_id: int
    released: bool
    actions: tuple[Action, ...] = field(default_factory=none_of_them)
    maximum_speed: float | None = None
    orientation: float | None = None
    orientation_type: str | None = None
    length: float | None = None
    edge_descriptor: str | None = None


class Order(Piece, frozen=True):
    """Drive these. What is released is the base and can never be taken back; the rest is the horizon."""

    header: Header
    order_id: IdText
    order_update_id: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = field(default_factory=none_of_them)

    @property
    def base(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.released)


class InstantActions(Piece, frozen=True):
    """Do this at once, beside or against the order."""

    header: Header
    actions: tuple[Action, ...]


class NodeState(Piece, frozen=True):
    """A node that is still to be passed."""

    node_id: IdText
    sequence_id: int
    released: bool
    node_position: NodePosition | None = None


class EdgeState(Piece, frozen=True):
    """An edge that is still to be left behind."""

    edge_id: IdText
    sequence_id: int
    released: bool


class ActionState(Piece, frozen=True):
    action_id: IdText
    action_status: ActionStatus
    action_type: str | None = None
    action_result: str | None = None
    action_descriptor: str | None = None


class MobileRobotPosition(Piece, frozen=True):
    """Where the robot believes to be; worth nothing unless ``localized``."""

    x: float
    y: float
    theta: float
    map_id: str
    localized: bool
    localization_score: float | None = None
    deviation_range: float | None = None


class Velocity(Piece, frozen=True):
    vx: float | None = None
    vy: float | None = None
    omega: float | None = None


class Load(Piece, frozen=True):
    load_id: str | None = None
    load_type: str | None = None
    load_position: str | None = None
    weight: float | None = None


class PowerSupply(Piece, frozen=True):
    state_of_charge: float
    charging: bool
    battery_voltage: float | None = None
    battery_health: float | None = None
    range: float | None = None


class Reference(Piece, frozen=True):
    """What an error is about: ``orderId``, ``orderUpdateId``, ``actionId``, ``nodeId``, … and its value."""

    reference_key: str
    reference_value: str


class Error(Piece, frozen=True):
    error_type: str
    error_level: ErrorLevel
    error_references: tuple[Reference, ...] = ()
    error_description: str | None = None
    error_hint: str | None = None

    def about(self, key: str) -> str | None:
        """The value of the first reference with this key."""
        return next((each.reference_value for each in self.error_references if each.reference_key == key), None)


class Information(Piece, frozen=True):
    """For people's eyes: must not drive logic."""

    info_type: str
    info_level: str
    info_references: tuple[Reference, ...] = ()
    info_descriptor: str | None = None


class SafetyState(Piece, frozen=True):
    active_emergency_stop: EmergencyStop
    field_violation: bool

    @property
    def stopped(self) -> bool:
        return self.active_emergency_stop is not EmergencyStop.NONE


class State(Piece, frozen=True):
    """All that a robot tells about itself; each message replaces the one before."""

    header: Header
    order_id: str
    order_update_id: int
    last_node_id: str
    last_node_sequence_id: int
    driving: bool
    operating_mode: OperatingMode
    power_supply: PowerSupply
    safety_state: SafetyState
    node_states: tuple[NodeState, ...] = field(default_factory=none_of_them)
    edge_states: tuple[EdgeState, ...] = field(default_factory=none_of_them)
    action_states: tuple[ActionState, ...] = field(default_factory=none_of_them)
    instant_action_states: tuple[ActionState, ...] = field(default_factory=none_of_them)
    errors: tuple[Error, ...] = field(default_factory=none_of_them)
    paused: bool | None = None
    new_base_request: bool | None = None
    distance_since_last_node: float | None = None
    mobile_robot_position: MobileRobotPosition | None = None
    velocity: Velocity | None = None
    loads: tuple[Load, ...] | None = None
    information: tuple[Information, ...] = ()

    @property
    def idle(self) -> bool:
        """No way left and no action open: only then a new order may be given."""
        if self.node_states or self.edge_states:
            return False
        return not self.action_states or all(each.action_status in ENDED for each in self.action_states)

    def action(self, action_id: IdText) -> ActionState | None:
        """The state of one action, of an order or instant."""
        states = self.action_states + self.instant_action_states
        return next((each for each in states if each.action_id == action_id), None)


class Connection(Piece, frozen=True):
    """Retained; also the last will, so its timestamp and header id are stale by nature."""

    header: Header
    connection_state: ConnectionState


VdaMessage: TypeAlias = Order | InstantActions | State | Connection | Factsheet

LEVELS: dict[type[VdaMessage], Level] = {
    Order: Level.ORDER,
    InstantActions: Level.INSTANT_ACTIONS,
    State: Level.STATE,
    Connection: Level.CONNECTION,
    Factsheet: Level.FACTSHEET,
}


class Delivery(Struct, frozen=True):
    """How a level travels over MQTT."""

    qos: int
    retain: bool


DELIVERIES: dict[Level, Delivery] = {
    Level.ORDER: Delivery(qos=0, retain=False),  # a retained order would come back at each reconnect (M2)
    Level.INSTANT_ACTIONS: Delivery(qos=0, retain=False),
    Level.STATE: Delivery(qos=0, retain=False),
    Level.CONNECTION: Delivery(qos=1, retain=True),
    Level.FACTSHEET: Delivery(qos=0, retain=True),
}


class Post(Struct, frozen=True):
    """A message as it goes onto the wire."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
