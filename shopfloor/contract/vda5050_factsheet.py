"""What a robot is and can do: the factsheet of VDA 5050, in the words of 3.0. Use it from ``vda5050``."""

from msgspec import field

from shopfloor.contract.vda5050_words import BlockingType, Header, Piece, none_of_them


class TypeSpecification(Piece, frozen=True):
    series_name: str
    mobile_robot_kinematics: str
    mobile_robot_class: str
    maximum_load_mass: float
    localization_types: tuple[str, ...] = field(default_factory=none_of_them)
    navigation_types: tuple[str, ...] = field(default_factory=none_of_them)
    series_description: str | None = None


class PhysicalParameters(Piece, frozen=True):
    minimum_speed: float
    maximum_speed: float
    maximum_acceleration: float
    maximum_deceleration: float
    minimum_height: float
    maximum_height: float
    width: float
    length: float


class StringLengths(Piece, frozen=True):
    """The longest texts that the robot can hold, in characters; not given means no limit."""

    maximum_message_length: int | None = None
    maximum_topic_serial_length: int | None = None
    maximum_topic_element_length: int | None = None
    maximum_id_length: int | None = None
    id_numerical_only: bool | None = None
    maximum_load_id_length: int | None = None


class Timing(Piece, frozen=True):
    """Seconds between two messages."""

    minimum_order_interval: float
    minimum_state_interval: float
    default_state_interval: float | None = None
    visualization_interval: float | None = None


class ProtocolLimits(Piece, frozen=True):
    """``maximum_array_lengths`` is keyed by dotted names, ``order.nodes`` for example."""

    maximum_string_lengths: StringLengths
    maximum_array_lengths: dict[str, int]
    timing: Timing


class OptionalParameter(Piece, frozen=True):
    parameter: str
    support: str
    description: str | None = None


class FactsheetParameter(Piece, frozen=True):
    key: str
    value_data_type: str
    description: str | None = None
    is_optional: bool | None = None


class MobileRobotAction(Piece, frozen=True):
    """An action that the robot can do, and where it may stand: INSTANT, NODE, EDGE."""

    action_type: str
    action_scopes: tuple[str, ...]
    action_parameters: tuple[FactsheetParameter, ...] = ()
    blocking_types: tuple[BlockingType, ...] = ()
    action_description: str | None = None
    action_result: str | None = None
    pause_allowed: bool | None = None  # None: a 2.x robot, which cannot say
    cancel_allowed: bool | None = None


class ProtocolFeatures(Piece, frozen=True):
    optional_parameters: tuple[OptionalParameter, ...] = field(default_factory=none_of_them)
    mobile_robot_actions: tuple[MobileRobotAction, ...] = field(default_factory=none_of_them)


class LoadSet(Piece, frozen=True):
    set_name: str
    load_type: str
    load_positions: tuple[str, ...] = ()
    maximum_weight: float | None = None


class LoadSpecification(Piece, frozen=True):
    """``load_positions`` are the places for a tote: their number is the capacity."""

    load_positions: tuple[str, ...] = ()
    load_sets: tuple[LoadSet, ...] = ()


class BatteryCharging(Piece, frozen=True):
    """Levels in per cent, time in seconds. At the critical level or below, the robot may only be sent to a dock."""

    critical_low_charging_level: float | None = None
    minimum_desired_charging_level: float | None = None
    maximum_desired_charging_level: float | None = None
    minimum_charging_time: float | None = None


class MobileRobotConfiguration(Piece, frozen=True):
    """How this robot is set up; 2.x has no word for any of it that we use."""

    battery_charging: BatteryCharging | None = None


class Factsheet(Piece, frozen=True):
    """What the robot is and can do. Every section may be missing: some robots send a bare header (R8)."""

    header: Header
    type_specification: TypeSpecification | None = None
    physical_parameters: PhysicalParameters | None = None
    protocol_limits: ProtocolLimits | None = None
    protocol_features: ProtocolFeatures | None = None
    load_specification: LoadSpecification | None = None
    mobile_robot_configuration: MobileRobotConfiguration | None = None
