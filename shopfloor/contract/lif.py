"""The words of LIF, the Layout Interchange Format of the VDMA (version 1.0).

LIF tells where robots may stand (nodes), drive (edges, always one-way: a two-way lane is two edges) and do something
(stations), for each vehicle type. Reading a file is in lif_reading.py. Lengths are metres, angles radians, speeds
metres a second, all in one frame for the whole file.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from shopfloor.contract.flaws import Flaw

Metres: TypeAlias = Annotated[float, Meta(ge=-10_000, le=10_000)]
Positive: TypeAlias = Annotated[float, Meta(gt=0, le=10_000)]
ElementId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
VehicleType: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
Turning: TypeAlias = Literal["NONE", "CCW", "CW", "BOTH"]


class Position(Struct, frozen=True):
    """A place in the frame of the file; ``theta`` only where something has a front."""

    x: Metres
    y: Metres
    theta: float | None = None


class ActionParameter(Struct, frozen=True):
    """Values are always strings here; the robot's factsheet tells their real type."""

    key: str
    value: str


class LifAction(Struct, frozen=True, rename="camel"):
    """What may (or must) be done at a node or on an edge."""

    action_type: str
    blocking_type: Literal["NONE", "SOFT", "HARD"]
    requirement_type: Literal["REQUIRED", "CONDITIONAL", "OPTIONAL"] | None = None
    """None if the file does not say (required by LIF's text, optional in its schema): our choice, then."""
    action_description: str = ""
    action_parameters: tuple[ActionParameter, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether a robot must do it whenever it comes by."""
        return self.requirement_type == "REQUIRED"


class NodeUse(Struct, frozen=True):
    """What one vehicle type finds at a node."""

    vehicle_type: VehicleType = field(name="vehicleTypeId")
    theta: float | None = None
    actions: tuple[LifAction, ...] = ()


class Node(Struct, frozen=True):
    """A place where a robot may stand; a type without a row in ``uses`` may not."""

    id: ElementId = field(name="nodeId")
    position: Position = field(name="nodePosition")
    uses: tuple[NodeUse, ...] = field(name="vehicleTypeNodeProperties")
    map_id: str = field(name="mapId", default="")
    name: str = field(name="nodeName", default="")
    description: str = field(name="nodeDescription", default="")

    def use(self, vehicle_type: str) -> NodeUse | None:
        """The row of that type, or None: it may not stand here."""
        return next((use for use in self.uses if use.vehicle_type == vehicle_type), None)


class LoadRestriction(Struct, frozen=True, rename="camel"):
    """Whether an edge is open to empty and to laden robots."""

    unloaded: bool
    loaded: bool
    load_set_names: tuple[str, ...] = ()


class ControlPoint(Struct, frozen=True):
    """One control point of a NURBS."""

    x: Metres
    y: Metres
    weight: float = 1.0


class Trajectory(Struct, frozen=True, rename="camel"):
    """The curve on which an edge is driven, as a NURBS."""

    knot_vector: tuple[float, ...]
    control_points: tuple[ControlPoint, ...]
    degree: float = 1


class EdgeUse(Struct, frozen=True, rename="camel"):
    """How one vehicle type may drive an edge; None is "no limit"."""

    vehicle_type: VehicleType = field(name="vehicleTypeId")
    rotation_allowed: bool
    vehicle_orientation: float | None = None
    orientation_type: Literal["GLOBAL", "TANGENTIAL"] = "TANGENTIAL"
    rotation_at_start_node_allowed: Turning = "BOTH"
    rotation_at_end_node_allowed: Turning = "BOTH"
    max_speed: Positive | None = None
    max_rotation_speed: Positive | None = None
    min_height: float | None = None
    max_height: float | None = None
    load_restriction: LoadRestriction | None = None
    actions: tuple[LifAction, ...] = ()
    trajectory: Trajectory | None = None
    reentry_allowed: bool = True

    def open_to_all_loads(self) -> bool:
        """False if empty or laden robots are kept off: with totes of many kinds we then stay off altogether."""
        return self.load_restriction is None or (self.load_restriction.unloaded and self.load_restriction.loaded)


class Edge(Struct, frozen=True):
    """A one-way lane from a node to a node; a type without a row in ``uses`` may not drive it."""

    id: ElementId = field(name="edgeId")
    start: ElementId = field(name="startNodeId")
    end: ElementId = field(name="endNodeId")
    uses: tuple[EdgeUse, ...] = field(name="vehicleTypeEdgeProperties")
    name: str = field(name="edgeName", default="")
    description: str = field(name="edgeDescription", default="")

    def use(self, vehicle_type: str) -> EdgeUse | None:
        """The row of that type, or None: it may not drive here."""
        return next((use for use in self.uses if use.vehicle_type == vehicle_type), None)


class Station(Struct, frozen=True):
    """Where robots meet the shop. Its id is the business name: ``desk-3``, ``dock-1``."""

    id: ElementId = field(name="stationId")
    nodes: tuple[str, ...] = field(name="interactionNodeIds")
    name: str = field(name="stationName", default="")
    description: str = field(name="stationDescription", default="")
    height: float | str = field(name="stationHeight", default=0.0)
    """Metres. A string in eight of the format's own examples."""
    position: Position | None = field(name="stationPosition", default=None)

    @property
    def stop(self) -> str:
        """The node where robots stop for it. LIF leaves the choice to the fleet control: the first."""
        return self.nodes[0]

    @property
    def height_m(self) -> float:
        """The height, however the file spells it."""
        return float(self.height)


class MetaInformation(Struct, frozen=True, rename="camel"):
    """Who drew the file, when, and by which version of LIF."""

    lif_version: str
    project_identification: str = ""
    creator: str = ""
    export_timestamp: str = ""


class LifLayout(Struct, frozen=True, rename="camel"):
    """One sheet of the file; edges may end on another sheet."""

    layout_id: str
    layout_version: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    stations: tuple[Station, ...] | None = None
    """None in eleven of the format's own examples, though required."""
    layout_name: str = ""
    layout_level_id: str = ""
    layout_description: str = ""


class LifFile(Struct, frozen=True, rename="camel"):
    """The file as it is written."""

    meta_information: MetaInformation
    layouts: tuple[LifLayout, ...]


class Drawing(Struct, frozen=True):
    """All sheets of a LIF file together, by id: every node, interaction node and edge end that is named is in it."""

    meta: MetaInformation
    nodes: dict[str, Node]
    edges: dict[str, Edge]
    stations: dict[str, Station]
    warnings: tuple[Flaw, ...]
    """What was odd in the file and read kindly."""
