"""One robot as it left its maker and was put into the shop, and the factsheet that tells so."""

from msgspec import Struct

from devices.robot_body import Pose, RobotDials
from devices.robot_orders import NODES_MAX, refusal
from shopfloor.contract.actor import SECOND
from shopfloor.contract.vda5050 import (
    Action,
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
    Order,
    PhysicalParameters,
    ProtocolFeatures,
    ProtocolLimits,
    StringLengths,
    Timing,
    TypeSpecification,
)
from shopfloor.contract.vda5050_v2 import VERSION

TOTE_KG = 5.0

ANY_BLOCKING = (BlockingType.NONE, BlockingType.SOFT, BlockingType.HARD)


class RobotProfile(Struct, frozen=True):
    """Who it is, where it believes to start, what it carries: ``places`` names one place per tote."""

    identity: Identity
    map_id: str
    start_node: str
    start: Pose
    places: tuple[str, ...] = ("tote-1",)
    version: str = VERSION
    width_m: float = 0.5
    length_m: float = 0.6
    height_m: float = 0.9


def _can(action_type: str, *scopes: str, given: tuple[tuple[str, str], ...] = ()) -> MobileRobotAction:
    return MobileRobotAction(
        action_type,
        scopes,
        tuple(FactsheetParameter(key, kind, is_optional=True) for key, kind in given),
        ANY_BLOCKING,
        pause_allowed=False,
        cancel_allowed=False,
    )


_PLACE = (("x", "NUMBER"), ("y", "NUMBER"), ("theta", "NUMBER"), ("mapId", "STRING"), ("lastNodeId", "STRING"))

CAN: dict[str, MobileRobotAction] = {
    each.action_type: each
    for each in (
        _can("pick", "NODE", given=(("loadId", "STRING"),)),
        _can("drop", "NODE", given=(("loadId", "STRING"),)),
        _can("startCharging", "NODE", "INSTANT"),
        _can("stopCharging", "NODE", "INSTANT"),
        _can("initializePosition", "INSTANT", given=_PLACE),
        _can("cancelOrder", "INSTANT"),
        _can("startPause", "INSTANT"),
        _can("stopPause", "INSTANT"),
        _can("stateRequest", "INSTANT"),
        _can("factsheetRequest", "INSTANT"),
    )
}
"""Every action of this robot: the factsheet tells it, and what is not here is refused (V12)."""


def supported(action: Action, scope: str) -> bool:
    """``scope`` is NODE, EDGE or INSTANT."""
    known = CAN.get(action.action_type)
    unknown_blocking = action.blocking_type is BlockingType.UNKNOWN
    return known is not None and scope in known.action_scopes and not unknown_blocking


def unsupported(order: Order) -> Error | None:
    """Refuses the first action of an order that this robot cannot do where it is asked for."""
    at_nodes = [("NODE", action) for node in order.nodes for action in node.actions]
    on_edges = [("EDGE", action) for edge in order.edges for action in edge.actions]
    for scope, action in at_nodes + on_edges:
        if not supported(action, scope):
            return refusal(
                ErrorType.INVALID_ORDER_ACTION,
                f"no {action.action_type} with blocking {action.blocking_type} on a {scope.lower()}",
                orderId=order.order_id,
                orderUpdateId=order.order_update_id,
                actionId=action.action_id,
            )
    return None


def factsheet(profile: RobotProfile, dials: RobotDials, header: Header) -> Factsheet:
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
        protocol_features=ProtocolFeatures((), tuple(CAN.values())),
        load_specification=LoadSpecification(profile.places, (totes,)),
    )
