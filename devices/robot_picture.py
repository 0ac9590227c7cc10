"""The state that a robot tells: all that it knows of itself at one moment."""

import math

from msgspec import Struct, structs

from devices.robot_body import Pose, Reading, RobotDials
from devices.robot_orders import HeldOrder
from devices.robot_profile import RobotProfile
from shopfloor.contract.vda5050 import (
    ActionState,
    EmergencyStop,
    Error,
    ErrorLevel,
    Header,
    Load,
    MobileRobotPosition,
    OperatingMode,
    PowerSupply,
    SafetyState,
    State,
)


class Condition(Struct):
    """What is neither in its body nor in its order."""

    last_node: str
    last_sequence: int = 0
    paused: bool = False
    mode: OperatingMode = OperatingMode.AUTOMATIC
    emergency: EmergencyStop = EmergencyStop.NONE


def believed(reading: Reading) -> Pose:
    """Where it takes itself to be."""
    return structs.replace(reading.pose, x=reading.pose.x + reading.slipped_m)


def picture(
    profile: RobotProfile,
    dials: RobotDials,
    reading: Reading,
    condition: Condition,
    held: HeldOrder,
    instants: tuple[ActionState, ...],
    errors: tuple[Error, ...],
) -> State:
    """How it stands; number and time of the header are given when it is told."""
    who = profile.identity
    return State(
        header=Header(0, 0, profile.version, who.manufacturer, who.serial_number),
        order_id=held.order_id,
        order_update_id=held.update_id,
        last_node_id=condition.last_node,
        last_node_sequence_id=condition.last_sequence,
        driving=reading.moving,
        operating_mode=condition.mode,
        power_supply=PowerSupply(round(reading.charge, 3), reading.charging),
        safety_state=SafetyState(condition.emergency, field_violation=False),
        node_states=held.node_states,
        edge_states=held.edge_states,
        action_states=held.action_states,
        instant_action_states=instants,
        errors=(*errors, *_faults(reading)),
        paused=condition.paused,
        new_base_request=held.at_decision_point and not dials.never_asks_for_base,
        mobile_robot_position=_position(profile, dials, reading),
        loads=tuple(Load(each.load_id, "tote", each.place) for each in reading.aboard),
    )


def _position(profile: RobotProfile, dials: RobotDials, reading: Reading) -> MobileRobotPosition:
    pose = believed(reading)
    x = round(pose.x + dials.lies_by_m, 4)
    return MobileRobotPosition(x, round(pose.y, 4), _heading(pose.theta), profile.map_id, reading.localized)


def _heading(theta: float) -> float:
    """To a ten-thousandth, and never rounded past half a turn, which 3.0 refuses."""
    return max(-math.pi, min(round(theta, 4), math.pi))


def _faults(reading: Reading) -> list[Error]:
    faults = []
    if not reading.localized:
        faults.append(Error("positionLost", ErrorLevel.FATAL, (), "it does not know where it is"))
    if reading.charge <= 0:
        faults.append(Error("batteryEmpty", ErrorLevel.FATAL, (), "the battery is empty"))
    return faults
