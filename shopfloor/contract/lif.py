"""Reads LIF, the Layout Interchange Format of the VDMA (version 1.0), into structs.

LIF tells where robots may stand (nodes), drive (edges, always one-way: a two-way lane is two edges) and do something
(stations), for each vehicle type. It is kind where the format's own examples depart from its schema, and says so in
``Drawing.warnings``; everything else that is wrong is refused with the element, its fault and what to do about it.
Lengths are metres, angles radians, speeds metres a second, all in one frame for the whole file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct, field

FLAWS_MAX = 20
"""So many flaws are told at once; a planner mends those first."""

LIF_CHARS_MAX = 4_000_000

VERSIONS = ("1.", "0.11.")
"""0.11 is what the examples of the 1.0 document call themselves."""

Metres: TypeAlias = Annotated[float, Meta(ge=-10_000, le=10_000)]
Positive: TypeAlias = Annotated[float, Meta(gt=0, le=10_000)]
ElementId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
VehicleType: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
Turning: TypeAlias = Literal["NONE", "CCW", "CW", "BOTH"]


class Flaw(Struct, frozen=True):
    """One thing wrong with a layout: which element, what is the matter with it, and what to do."""

    element: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.element}: {self.fault}; {self.remedy}"


class LayoutError(ValueError):
    """A layout that cannot be used; ``flaws`` holds all that one pass has found, at most FLAWS_MAX."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__("\n".join(str(flaw) for flaw in flaws))
        self.flaws = flaws


def refuse(flaws: Iterable[Flaw]) -> None:
    """Raise LayoutError if there is any flaw at all."""
    found = tuple(islice(flaws, FLAWS_MAX))
    if found:
        raise LayoutError(found)


def repeated(ids: Iterable[str]) -> list[str]:
    """The ids that occur more than once, in order."""
    return sorted(name for name, times in Counter(ids).items() if times > 1)


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
    """All sheets of a LIF file together, by id, and what was odd in it."""

    meta: MetaInformation
    nodes: dict[str, Node]
    edges: dict[str, Edge]
    stations: dict[str, Station]
    warnings: tuple[str, ...]


def read_lif(text: str) -> Drawing:
    """LIF 1.0 text as a Drawing: every id unique, every named node there. Raises LayoutError."""
    if len(text) > LIF_CHARS_MAX:
        refuse([Flaw("LIF file", f"it has more than {LIF_CHARS_MAX} characters", "export one shop per file")])
    try:
        lif = msgspec.json.decode(text, type=LifFile)
    except msgspec.ValidationError as error:
        element, fault = located(_plain(text), str(error))
        raise LayoutError((Flaw(element, fault, "correct this field in the LIF file"),)) from error
    except msgspec.DecodeError as error:
        flaw = Flaw("LIF file", f"it is not JSON ({error})", "export it again, or mend it with a JSON editor")
        raise LayoutError((flaw,)) from error
    except RecursionError as error:
        raise LayoutError((Flaw("LIF file", "it is nested too deeply", "export it again"),)) from error
    refuse(_version_flaws(lif.meta_information))
    nodes = [node for sheet in lif.layouts for node in sheet.nodes]
    edges = [edge for sheet in lif.layouts for edge in sheet.edges]
    stations = [station for sheet in lif.layouts for station in sheet.stations or ()]
    refuse(_id_flaws(nodes, edges, stations))
    drawing = Drawing(
        meta=lif.meta_information,
        nodes={node.id: node for node in nodes},
        edges={edge.id: edge for edge in edges},
        stations={station.id: station for station in stations},
        warnings=tuple(_oddities(lif, nodes, edges)),
    )
    refuse(_reference_flaws(drawing))
    return drawing


def _plain(text: str) -> object:
    """The whole file, to look for the flawed element in; None where no more of it can be read than up to the flaw."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


_PATH = re.compile(r"^(?P<fault>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_ID_KEYS = ("id", "nodeId", "edgeId", "stationId", "layoutId")


def located(raw: object, complaint: str) -> tuple[str, str]:
    """A validator's complaint about ``raw`` as (element, fault): ``nodes[3] 'n-4', nodePosition.x``, ``expected …``."""
    match = _PATH.match(complaint)
    assert match is not None
    path = ""
    for key, index in _STEP.findall(match["path"] or ""):
        raw = _inside(raw, key, index)
        path += f"[{index}]{_called(raw)}" if index else f".{key}"
    element = path.replace("'.", "', ").removeprefix(".")
    return element or "the file", match["fault"][:1].lower() + match["fault"][1:]


def _inside(raw: object, key: str, index: str) -> object:
    if isinstance(raw, dict):
        return raw.get(key)
    if isinstance(raw, list) and index.isdigit() and int(index) < len(raw):
        return raw[int(index)]
    return None


def _called(raw: object) -> str:
    names = [raw[key] for key in _ID_KEYS if key in raw] if isinstance(raw, dict) else []
    return f" '{names[0]}'" if names else ""


def _version_flaws(meta: MetaInformation) -> Iterator[Flaw]:
    if not meta.lif_version.startswith(VERSIONS):
        fault = f"lifVersion is '{meta.lif_version}', and only 1.x can be read"
        yield Flaw("metaInformation", fault, "export the layout as LIF 1.0")


def _id_flaws(nodes: list[Node], edges: list[Edge], stations: list[Station]) -> Iterator[Flaw]:
    rename = "give each its own id in the whole file"
    for node_id in repeated(node.id for node in nodes):
        yield Flaw(f"node '{node_id}'", "two nodes have this id", rename)
    for edge_id in repeated(edge.id for edge in edges):
        yield Flaw(f"edge '{edge_id}'", "two edges have this id", rename)
    for station_id in repeated(station.id for station in stations):
        yield Flaw(f"station '{station_id}'", "two stations have this id", rename)
    node_ids = {node.id for node in nodes}
    for edge in edges:
        if edge.id in node_ids:
            yield Flaw(f"edge '{edge.id}'", "a node has the same id", rename)


def _reference_flaws(drawing: Drawing) -> Iterator[Flaw]:
    for node in drawing.nodes.values():
        yield from _use_flaws(f"node '{node.id}'", [use.vehicle_type for use in node.uses])
    for edge in drawing.edges.values():
        yield from _use_flaws(f"edge '{edge.id}'", [use.vehicle_type for use in edge.uses])
        yield from _edge_flaws(edge, drawing.nodes)
    for station in drawing.stations.values():
        yield from _station_flaws(station, drawing.nodes)


def _use_flaws(element: str, vehicle_types: list[str]) -> Iterator[Flaw]:
    if not vehicle_types:
        yield Flaw(element, "no vehicle type may use it", "add its vehicle type properties, or delete it")
    for vehicle_type in repeated(vehicle_types):
        yield Flaw(element, f"vehicle type '{vehicle_type}' is listed twice", "keep one of the two")


def _edge_flaws(edge: Edge, nodes: dict[str, Node]) -> Iterator[Flaw]:
    element = f"edge '{edge.id}'"
    for field_name, node_id in (("startNodeId", edge.start), ("endNodeId", edge.end)):
        if node_id not in nodes:
            yield Flaw(element, f"{field_name} '{node_id}' is no node of this file", "correct it or draw the node")
    if edge.start == edge.end:
        yield Flaw(element, f"it starts and ends at node '{edge.start}'", "delete it or end it elsewhere")


def _station_flaws(station: Station, nodes: dict[str, Node]) -> Iterator[Flaw]:
    element = f"station '{station.id}'"
    if not station.nodes:
        yield Flaw(element, "it has no interaction node", "name the node where a robot stops for it")
    for node_id in station.nodes:
        if node_id not in nodes:
            fault = f"interaction node '{node_id}' is no node of this file"
            yield Flaw(element, fault, "correct it or draw the node")
    if isinstance(station.height, str) and not re.fullmatch(r"\d+(\.\d+)?", station.height):
        yield Flaw(element, f"stationHeight '{station.height}' is no number", "write it in metres")


def _oddities(lif: LifFile, nodes: list[Node], edges: list[Edge]) -> Iterator[str]:
    """What LIF forbids and we can live with; each is worth a word to whoever exported the file."""
    if not lif.meta_information.lif_version.startswith("1."):
        yield f"metaInformation: lifVersion is '{lif.meta_information.lif_version}'; read as 1.0"
    for sheet in lif.layouts:
        if sheet.stations is None:
            yield f"layout '{sheet.layout_id}': stations are missing; read as none"
        for station in sheet.stations or ():
            if isinstance(station.height, str):
                yield f"station '{station.id}': stationHeight is a string; read as metres"
    for node in nodes:
        if not node.map_id:
            yield f"node '{node.id}': mapId is missing; read as the one map of the shop"
    uses = [(f"node '{node.id}'", use.actions) for node in nodes for use in node.uses]
    uses += [(f"edge '{edge.id}'", use.actions) for edge in edges for use in edge.uses]
    for element, action in ((element, action) for element, actions in uses for action in actions):
        if action.requirement_type is None:
            yield f"{element}: requirementType of {action.action_type} is missing; read as OPTIONAL"
