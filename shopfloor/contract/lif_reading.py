"""Reads LIF 1.0 text: kindly where the format's own examples depart from its schema, and never only half of it.

Whatever is wrong is told for every element at once. What can be read of a broken file is read, so that it can still be
drawn with its faults marked. Oddities that are read kindly are warnings.
"""

import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec
from msgspec import Struct

from shopfloor.contract.flaws import (
    FINDINGS_MAX,
    WHOLE,
    Flaw,
    LayoutError,
    bounded,
    called,
    located,
    refuse,
    repeated,
    warning,
)
from shopfloor.contract.lif import Drawing, Edge, LifFile, LifLayout, MetaInformation, Node, Station

__all__ = ["LIF_CHARS_MAX", "LayoutError", "Survey", "read_lif", "survey"]

LIF_CHARS_MAX = 4_000_000

VERSIONS = ("1.", "0.11.")
"""0.11 is what the examples of the 1.0 document call themselves."""

CORRECT = "correct this field in the LIF file"
NOTHING = LifFile(MetaInformation("1.0.0"), ())

Row = TypeVar("Row", bound=Struct)


class Survey(Struct, frozen=True):
    """What could be read of a LIF file, and the faults of the rest."""

    drawing: Drawing
    faults: tuple[Flaw, ...]


def read_lif(text: str) -> Drawing:
    """LIF 1.0 text as a Drawing: every id unique, every named node there. Raises LayoutError."""
    found = survey(text)
    refuse(found.faults)
    return found.drawing


def survey(text: str) -> Survey:
    """All that can be read of a LIF file. Never raises: what is no LIF at all is an empty drawing and a fault."""
    lif, unread = _decoded(text)
    nodes = [node for sheet in lif.layouts for node in sheet.nodes]
    edges = [edge for sheet in lif.layouts for edge in sheet.edges]
    stations = [station for sheet in lif.layouts for station in sheet.stations or ()]
    known = {node.id: node for node in reversed(nodes)}
    faults = [
        *unread,
        *_version_flaws(lif.meta_information),
        *_id_flaws(lif, nodes, edges, stations),
        *(flaw for node in nodes for flaw in _use_flaws(f"node '{node.id}'", [use.vehicle_type for use in node.uses])),
        *(flaw for edge in edges for flaw in _use_flaws(f"edge '{edge.id}'", [use.vehicle_type for use in edge.uses])),
        *(flaw for edge in edges for flaw in _edge_flaws(edge, known, unread)),
        *(flaw for station in stations for flaw in _station_flaws(station, known, unread)),
    ]
    return Survey(
        Drawing(
            meta=lif.meta_information,
            nodes={node.id: known[node.id] for node in nodes},
            edges={edge.id: edge for edge in edges if edge.start in known and edge.end in known},
            stations={station.id: station for station in stations if _drawable(station, known)},
            warnings=bounded(_oddities(lif, nodes, edges)),
        ),
        bounded(faults),
    )


def _drawable(station: Station, known: dict[str, Node]) -> bool:
    return bool(station.nodes) and all(node in known for node in station.nodes)


# ── text to rows ────────────────────────────────────────────────────────────────────────────────


def _decoded(text: str) -> tuple[LifFile, list[Flaw]]:
    if len(text) > LIF_CHARS_MAX:
        return NOTHING, [Flaw("LIF file", f"it has more than {LIF_CHARS_MAX} characters", "export one shop per file")]
    try:
        return msgspec.json.decode(text, type=LifFile), []
    except msgspec.ValidationError as error:
        complaint = str(error)
    except (msgspec.DecodeError, RecursionError) as error:
        return NOTHING, [_no_json(error)]
    try:
        raw: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        return NOTHING, [Flaw(*located(None, complaint), CORRECT), _no_json(error)]
    return _row_by_row(raw)


def _no_json(error: Exception) -> Flaw:
    if isinstance(error, RecursionError):
        return Flaw("LIF file", "it is nested too deeply", "export it again")
    return Flaw("LIF file", f"it is not JSON ({error})", "export it again, or mend it with a JSON editor")


def _row_by_row(raw: object) -> tuple[LifFile, list[Flaw]]:
    """Each element by itself, after the whole was refused: the good ones, and a flaw for each other."""
    flaws: list[Flaw] = []
    if not isinstance(raw, dict):
        return NOTHING, [Flaw(WHOLE, "it is no JSON object", "export it as LIF 1.0")]
    head = _read(raw, LifFile, "", flaws, layouts=[])
    sheets = [
        sheet
        for at, row in enumerate(_list_in(raw, "layouts", "", flaws))
        for sheet in [_sheet(row, f"layouts[{at}]{called(row)}", flaws)]
        if sheet is not None
    ]
    return LifFile((head or NOTHING).meta_information, tuple(sheets)), flaws


def _sheet(raw: object, where: str, flaws: list[Flaw]) -> LifLayout | None:
    if not isinstance(raw, dict):
        flaws.append(Flaw(where, "it is no JSON object", CORRECT))
        return None
    head = _read(raw, LifLayout, where, flaws, nodes=[], edges=[], stations=None)
    nodes = _rows(raw, "nodes", Node, where, flaws)
    edges = _rows(raw, "edges", Edge, where, flaws)
    stations = _rows(raw, "stations", Station, where, flaws) if raw.get("stations") is not None else None
    name, version = (head.layout_id, head.layout_version) if head else ("", "")
    return LifLayout(name, version, nodes, edges, stations)


def _rows(sheet: dict[str, object], key: str, kind: type[Row], where: str, flaws: list[Flaw]) -> tuple[Row, ...]:
    rows = _list_in(sheet, key, where, flaws)
    found = (_read(row, kind, f"{where}, {key}[{at}]{called(row)}", flaws) for at, row in enumerate(rows))
    return tuple(row for row in found if row is not None)


def _read(raw: object, kind: type[Row], where: str, flaws: list[Flaw], **instead: object) -> Row | None:
    """``raw`` as that kind of row, or None and one flaw more; keys in ``instead`` are looked at elsewhere."""
    if len(flaws) >= FINDINGS_MAX:
        return None
    whole = {**raw, **instead} if isinstance(raw, dict) else raw
    try:
        return msgspec.convert(whole, kind)
    except msgspec.ValidationError as error:
        flaws.append(Flaw(*located(whole, str(error), where), CORRECT))
        return None


def _list_in(raw: dict[str, object], key: str, where: str, flaws: list[Flaw]) -> list[object]:
    found = raw.get(key)
    if isinstance(found, list):
        return found
    fault = f"object missing required field `{key}`" if key not in raw else f"{key} is no list"
    flaws.append(Flaw(where or WHOLE, fault, CORRECT))
    return []


# ── rows among each other ───────────────────────────────────────────────────────────────────────


def _version_flaws(meta: MetaInformation) -> Iterator[Flaw]:
    if not meta.lif_version.startswith(VERSIONS):
        fault = f"lifVersion is '{meta.lif_version}', and only 1.x can be read"
        yield Flaw("metaInformation", fault, "export the layout as LIF 1.0")


def _id_flaws(lif: LifFile, nodes: list[Node], edges: list[Edge], stations: list[Station]) -> Iterator[Flaw]:
    rename = "give each its own id in the whole file"
    for sheet_id in repeated(sheet.layout_id for sheet in lif.layouts):
        yield Flaw(f"layout '{sheet_id}'", "two layouts of the file have this id", rename)
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


def _use_flaws(element: str, vehicle_types: list[str]) -> Iterator[Flaw]:
    if not vehicle_types:
        yield Flaw(element, "no vehicle type may use it", "add its vehicle type properties, or delete it")
    for vehicle_type in repeated(vehicle_types):
        yield Flaw(element, f"vehicle type '{vehicle_type}' is listed twice", "keep one of the two")


def _edge_flaws(edge: Edge, nodes: dict[str, Node], unread: list[Flaw]) -> Iterator[Flaw]:
    element = f"edge '{edge.id}'"
    for field_name, node_id in (("startNodeId", edge.start), ("endNodeId", edge.end)):
        if node_id not in nodes and not _spoilt(node_id, unread):
            yield Flaw(element, f"{field_name} '{node_id}' is no node of this file", "correct it or draw the node")
    if edge.start == edge.end:
        yield Flaw(element, f"it starts and ends at node '{edge.start}'", "delete it or end it elsewhere")


def _station_flaws(station: Station, nodes: dict[str, Node], unread: list[Flaw]) -> Iterator[Flaw]:
    element = f"station '{station.id}'"
    if not station.nodes:
        yield Flaw(element, "it has no interaction node", "name the node where a robot stops for it")
    for node_id in station.nodes:
        if node_id not in nodes and not _spoilt(node_id, unread):
            fault = f"interaction node '{node_id}' is no node of this file"
            yield Flaw(element, fault, "correct it or draw the node")
    if isinstance(station.height, str) and not re.fullmatch(r"\d+(\.\d+)?", station.height):
        yield Flaw(element, f"stationHeight '{station.height}' is no number", "write it in metres")


def _spoilt(node_id: str, unread: list[Flaw]) -> bool:
    """The node is drawn, only not so that it can be read: that is told already."""
    return any("nodes[" in flaw.element and f"'{node_id}'" in flaw.element for flaw in unread)


def _oddities(lif: LifFile, nodes: list[Node], edges: list[Edge]) -> Iterator[Flaw]:
    """What LIF forbids and we can live with; each is worth a word to whoever exported the file."""
    version = lif.meta_information.lif_version
    if not version.startswith("1."):
        yield warning("metaInformation", f"lifVersion is '{version}'", "read as 1.0")
    for sheet in lif.layouts:
        if sheet.stations is None:
            yield warning(f"layout '{sheet.layout_id}'", "stations are missing", "read as none")
        for station in sheet.stations or ():
            if isinstance(station.height, str):
                yield warning(f"station '{station.id}'", "stationHeight is a string", "read as metres")
    for node in nodes:
        if not node.map_id:
            yield warning(f"node '{node.id}'", "mapId is missing", "read as the one map of the shop")
    uses = [(f"node '{node.id}'", use.actions) for node in nodes for use in node.uses]
    uses += [(f"edge '{edge.id}'", use.actions) for edge in edges for use in edge.uses]
    for element, action in ((element, action) for element, actions in uses for action in actions):
        if action.requirement_type is None:
            yield warning(element, f"requirementType of {action.action_type} is missing", "read as OPTIONAL")
