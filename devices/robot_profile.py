"""One robot as it left its maker and was put into the shop, and the factsheet that tells so."""

from msgspec import Struct, structs

from devices.robot_body import Pose, RobotDials
from devices.robot_orders import NODES_MAX, refusal
from devices.robot_rules import Rules, rules_for
from shopfloor.contract.actor import SECOND
from shopfloor.contract.vda5050 import (
    Action,
    BatteryCharging,
    BlockingType,
    Error,
    ErrorType,
    Factsheet,
    FactsheetParameter,
    Header,
    Identity,
    LoadSet,
    LoadSpecification,
    MobileRobotAction,
    MobileRobotConfiguration,
    Order,
    PhysicalParameters,
    ProtocolFeatures,
    ProtocolLimits,
    StringLengths,
    Timing,
    TypeSpecification,
)

TOTE_KG = 5.0
CRITICAL_PCT = 15.0
DESIRED_PCT = 30.0


class RobotProfile(Struct, frozen=True):
    """Who it is, where it believes to start, what it carries: ``places`` names one place per tote."""

    identity: Identity
    map_id: str
    start_node: str
    start: Pose
    places: tuple[str, ...] = ("tote-1",)
    version: str = "2.1.0"
    width_m: float = 0.5
    length_m: float = 0.6
    height_m: float = 0.9


_LOAD = tuple((key, "STRING") for key in ("loadId", "loadPosition", "loadType", "stationType"))


def _can(action_type: str, *scopes: str, given: tuple[tuple[str, str], ...] = ()) -> MobileRobotAction:
    return MobileRobotAction(
        action_type,
        scopes,
        tuple(FactsheetParameter(key, kind, is_optional=True) for key, kind in given),
        pause_allowed=False,
        cancel_allowed=False,
    )


_PLACE = (("x", "NUMBER"), ("y", "NUMBER"), ("theta", "NUMBER"), ("mapId", "STRING"), ("lastNodeId", "STRING"))

CAN: dict[str, MobileRobotAction] = {
    each.action_type: each
    for each in (
        _can("pick", "NODE", given=_LOAD),
        _can("drop", "NODE", given=_LOAD),
        _can("startCharging", "NODE", "INSTANT"),
        _can("stopCharging", "NODE", "INSTANT"),
        _can("initializePosition", "INSTANT", given=_PLACE),
        _can("cancelOrder", "INSTANT", given=(("orderId", "STRING"),)),
        _can("startPause", "INSTANT"),
        _can("stopPause", "INSTANT"),
        _can("stateRequest", "INSTANT"),
        _can("factsheetRequest", "INSTANT"),
        _can("clearInstantActions", "INSTANT"),
        _can("retry", "INSTANT", given=(("actionId", "STRING"),)),
        _can("skipRetry", "INSTANT", given=(("actionId", "STRING"),)),
    )
}
"""Every action that a robot of this make can do in one version or another; some only in 3.0."""


def abilities(version: str) -> tuple[MobileRobotAction, ...]:
    """Every action of this robot: the factsheet tells it, and what is not here is refused (V12)."""
    rules = rules_for(version)
    return tuple(_as_told(each, rules) for each in CAN.values() if rules.knows(each.action_type))


def _as_told(action: MobileRobotAction, rules: Rules) -> MobileRobotAction:
    """Instant actions never block in 3.0, and a cancelOrder names its order only there."""
    instant_only = action.action_scopes == ("INSTANT",)
    names_order = action.action_type != "cancelOrder" or rules.cancels_by_name
    return structs.replace(
        action,
        action_parameters=action.action_parameters if names_order else (),
        blocking_types=rules.instant_blocking if instant_only else rules.blocking,
    )


def supported(action: Action, scope: str, rules: Rules) -> bool:
    """``scope`` is NODE, EDGE or INSTANT."""
    known = CAN.get(action.action_type)
    if known is None or scope not in known.action_scopes or not rules.knows(action.action_type):
        return False
    return action.blocking_type is not BlockingType.UNKNOWN


def unsupported(order: Order, rules: Rules, dials: RobotDials) -> Error | None:
    """Refuses the first action of an order that this robot cannot do where it is asked for."""
    at_nodes = [("NODE", action) for node in order.nodes for action in node.actions]
    on_edges = [("EDGE", action) for edge in order.edges for action in edge.actions]
    for scope, action in at_nodes + on_edges:
        why = _why_unsupported(action, scope, rules, dials)
        if why:
            return refusal(
                ErrorType.INVALID_ORDER_ACTION,
                why,
                orderId=order.order_id,
                orderUpdateId=order.order_update_id,
                actionId=action.action_id,
            )
    return None


def _why_unsupported(action: Action, scope: str, rules: Rules, dials: RobotDials) -> str:
    if not supported(action, scope, rules):
        return f"no {action.action_type} with blocking {action.blocking_type} on a {scope.lower()}"
    if action.action_type in ("pick", "drop"):
        wants = {"loadType": dials.wants_load_type, "stationType": dials.wants_station_type}
        for key, value in wants.items():
            if value and action.parameter(key) != value:
                return f"{action.action_type} only with {key} {value}, not {action.parameter(key)}"
    return ""


def factsheet(profile: RobotProfile, dials: RobotDials, header: Header) -> Factsheet:
    if dials.bare_factsheet:
        return Factsheet(header)
    speed_mps = dials.speed_mps * dials.speed_factor
    totes = LoadSet("tote", "tote", profile.places, TOTE_KG)
    return Factsheet(
        header=header,
        type_specification=TypeSpecification(
            "simulated carrier",
            "DIFFERENTIAL",
            "CARRIER",
            TOTE_KG * len(profile.places),
            ("NATURAL",),
            ("VIRTUAL_LINE_GUIDED",),
        ),
        physical_parameters=PhysicalParameters(
            minimum_speed=0.0,
            maximum_speed=speed_mps,
            maximum_acceleration=1.0,
            maximum_deceleration=1.0,
            minimum_height=profile.height_m,
            maximum_height=profile.height_m,
            width=profile.width_m,
            length=profile.length_m,
        ),
        protocol_limits=ProtocolLimits(
            StringLengths(),
            {"order.nodes": NODES_MAX, "order.edges": NODES_MAX - 1, "state.loads": len(profile.places)},
            Timing(0.0, dials.state_gap_ms / SECOND, dials.state_every_ms / SECOND),
        ),
        protocol_features=ProtocolFeatures((), abilities(profile.version)),
        load_specification=LoadSpecification(profile.places, (totes,)),
        mobile_robot_configuration=MobileRobotConfiguration(
            BatteryCharging(CRITICAL_PCT, DESIRED_PCT, 100.0, minimum_charging_time=0.0)
        ),
    )
