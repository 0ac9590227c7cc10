"""What is wrong with a LIF file by itself, whatever shop stands around its lanes."""

from collections.abc import Collection, Iterator
from itertools import combinations, pairwise
from math import hypot

from shopfloor.contract.flaws import Flaw, warning
from shopfloor.contract.lanes import Line, crosses, spot_to_line_m
from shopfloor.contract.lif import Drawing, Edge, EdgeUse, Node, Trajectory

NODES_MAX = 120
EDGES_MAX = 360
"""Planning in space and time is meant for some 60 nodes; all ways are worked out beforehand."""

SPOT_M = 0.05
"""Closer than this, two nodes are one spot."""
LANE_M_MAX = 12.0
"""A longer lane without a node on it is one that a single robot holds for long."""
STATION_M_MAX = 3.0
SPEED_MPS_MAX = 3.0
STATION_ACTIONS = ("pick", "drop", "startCharging", "stopCharging")
"""What this fleet control asks robots for, always where a leg ends: at a station."""


def size_flaws(drawing: Drawing) -> Iterator[Flaw]:
    """More than planning is made for; everything else grows with the square of it."""
    for what, count, most in (("nodes", len(drawing.nodes), NODES_MAX), ("edges", len(drawing.edges), EDGES_MAX)):
        if count > most:
            yield Flaw("LIF file", f"it has {count} {what}, {most} at most", "draw fewer, or one shop a file")


def drawing_flaws(drawing: Drawing) -> Iterator[Flaw]:
    """Each element by itself, and what two of them have to do with each other."""
    if not drawing.nodes:
        yield Flaw("LIF file", "no node of it can be used", "draw the places where robots may stand")
    yield from _spot_flaws(drawing)
    yield from _lane_flaws(drawing)
    for edge in drawing.edges.values():
        yield from _edge_flaws(drawing, edge)
    yield from _action_flaws(drawing)
    yield from _station_flaws(drawing)


def trap_flaws(drawing: Drawing) -> Iterator[Flaw]:
    """For each vehicle type: nodes without a way in or out, and parts of the net that cannot be left again.

    Needed where no robots' parks are known; from a park, ways are looked at one by one.
    """
    for vehicle_type in vehicle_types(drawing):
        nodes = [node.id for node in drawing.nodes.values() if node.use(vehicle_type)]
        edges = [edge for edge in drawing.edges.values() if edge.use(vehicle_type)]
        onward = {node: [edge.end for edge in edges if edge.start == node] for node in nodes}
        back = {node: [edge.start for edge in edges if edge.end == node] for node in nodes}
        told = [flaw for edge in edges for flaw in closed_end_flaws(drawing, edge, vehicle_type)]
        told += [flaw for node in nodes for flaw in _lone_flaws(node, onward[node], back[node], vehicle_type)]
        yield from told or _one_way_flaws(nodes, onward, back, vehicle_type)


def vehicle_types(drawing: Drawing) -> list[str]:
    """All that the file names, in its order."""
    uses = [use.vehicle_type for node in drawing.nodes.values() for use in node.uses]
    return list(dict.fromkeys(uses + [use.vehicle_type for edge in drawing.edges.values() for use in edge.uses]))


def closed_end_flaws(drawing: Drawing, edge: Edge, vehicle_type: str) -> Iterator[Flaw]:
    """Both nodes of an edge must be open to a type that may drive it."""
    for node_id in (edge.start, edge.end):
        if drawing.nodes[node_id].use(vehicle_type) is None:
            fault = f"vehicle type '{vehicle_type}' may drive it, but not use its node '{node_id}'"
            yield Flaw(f"edge '{edge.id}'", fault, "add the type to the node or take it off the edge")


# ── places ──────────────────────────────────────────────────────────────────────────────────────


def _spot_flaws(drawing: Drawing) -> Iterator[Flaw]:
    told: dict[str, None] = {}
    for one, other in combinations(drawing.nodes.values(), 2):
        if other.id not in told and one.map_id == other.map_id and _apart_m(one, other) < SPOT_M:
            told[other.id] = None
            yield Flaw(
                f"node '{other.id}'", f"it lies on the spot of node '{one.id}'", "move it, or keep one of the two"
            )


def _lane_flaws(drawing: Drawing) -> Iterator[Flaw]:
    """Two lanes that cross, a lane over a node, two lanes for one: all legal LIF, all seldom meant."""
    lanes = {(min(edge.start, edge.end), max(edge.start, edge.end)): edge for edge in drawing.edges.values()}
    for one, other in combinations(lanes.values(), 2):
        if _one_map(drawing, one, other) and crosses(line_of(drawing, one), line_of(drawing, other)):
            fault = f"it crosses edge '{other.id}' where there is no node: no robot can turn from one into the other"
            yield warning(f"edge '{one.id}'", fault, "draw a node at the crossing, or move one of the two")
    for edge in lanes.values():
        for node in drawing.nodes.values():
            if node.id in (edge.start, edge.end) or node.map_id != drawing.nodes[edge.start].map_id:
                continue
            if spot_to_line_m(node.position.x, node.position.y, line_of(drawing, edge)) < SPOT_M:
                fault = f"it passes over node '{node.id}' and does not end there"
                yield warning(f"edge '{edge.id}'", fault, f"draw two edges that meet at '{node.id}', or move the node")
    seen: dict[tuple[str, str], str] = {}
    for edge in drawing.edges.values():
        first = seen.setdefault((edge.start, edge.end), edge.id)
        if first != edge.id:
            fault = f"it joins '{edge.start}' to '{edge.end}', as edge '{first}' does"
            yield warning(f"edge '{edge.id}'", fault, "keep the quicker one: the other is never driven")


def _one_map(drawing: Drawing, one: Edge, other: Edge) -> bool:
    return drawing.nodes[one.start].map_id == drawing.nodes[other.start].map_id


# ── edges ───────────────────────────────────────────────────────────────────────────────────────


def _edge_flaws(drawing: Drawing, edge: Edge) -> Iterator[Flaw]:
    element = f"edge '{edge.id}'"
    start, end = drawing.nodes[edge.start], drawing.nodes[edge.end]
    if start.map_id and end.map_id and start.map_id != end.map_id:
        fault = f"it leads from map '{start.map_id}' to map '{end.map_id}'"
        yield Flaw(element, fault, "correct the mapId of one of its nodes: robots here take no lift")
    length_m = _apart_m(start, end)
    if length_m > LANE_M_MAX:
        fault = f"it is {length_m:.1f} m long, and one robot at a time holds all of it"
        yield warning(element, fault, "draw nodes on it, so that robots can follow each other")
    for use in edge.uses:
        yield from _use_flaws(element, use)
        if use.trajectory is not None:
            yield from _trajectory_flaws(element, use.trajectory, start, end)


def _use_flaws(element: str, use: EdgeUse) -> Iterator[Flaw]:
    told = f"for vehicle type '{use.vehicle_type}'"
    if use.max_speed is not None and use.max_speed > SPEED_MPS_MAX:
        fault = f"maxSpeed {told} is {use.max_speed:g} m/s, and people walk here"
        yield warning(element, fault, f"write metres a second, {SPEED_MPS_MAX:g} at most")
    if use.min_height is not None and use.max_height is not None and use.min_height > use.max_height:
        fault = f"minHeight {told} is {use.min_height:g} m, above maxHeight, {use.max_height:g} m"
        yield Flaw(element, fault, "swap the two")
    if not use.open_to_all_loads():
        fault = f"it is closed to some loads {told}, so it is never driven"
        yield warning(element, fault, "open it to empty and laden robots, or take the type off it")


def _trajectory_flaws(element: str, curve: Trajectory, start: Node, end: Node) -> Iterator[Flaw]:
    """A NURBS has so many knots as control points and degree ask for, and begins and ends at its control points."""
    points, knots = curve.control_points, curve.knot_vector
    wanted = len(points) + int(curve.degree) + 1
    if curve.degree < 1 or curve.degree != int(curve.degree) or len(points) <= curve.degree:
        fault = f"its trajectory has degree {curve.degree:g} and {len(points)} control points"
        yield Flaw(element, fault, "give it more control points than its degree, which is a whole number from 1 on")
    elif len(knots) != wanted:
        fault = f"its trajectory has {len(knots)} knots and needs {wanted}"
        yield Flaw(element, fault, "export it again, or leave the trajectory out: the lane is straight then")
    elif any(later < earlier for earlier, later in pairwise(knots)):
        yield Flaw(element, "the knots of its trajectory do not rise", "export it again, or leave the trajectory out")
    if not points:
        return
    for what, node, point in (("starts", start, points[0]), ("ends", end, points[-1])):
        off_m = hypot(point.x - node.position.x, point.y - node.position.y)
        if off_m > SPOT_M:
            yield Flaw(element, f"its trajectory {what} {off_m:.2f} m from node '{node.id}'", "let it meet its node")


# ── actions and stations ────────────────────────────────────────────────────────────────────────


def _action_flaws(drawing: Drawing) -> Iterator[Flaw]:
    """REQUIRED is done at every passing: here only what is done at stations can be."""
    stops = {node for station in drawing.stations.values() for node in station.nodes}
    for node in drawing.nodes.values():
        required = [action.action_type for use in node.uses for action in use.actions if action.is_required]
        yield from _required_flaws(f"node '{node.id}'", required, STATION_ACTIONS if node.id in stops else ())
    for edge in drawing.edges.values():
        required = [action.action_type for use in edge.uses for action in use.actions if action.is_required]
        yield from _required_flaws(f"edge '{edge.id}'", required, ())


def _required_flaws(element: str, required: list[str], able: Collection[str]) -> Iterator[Flaw]:
    for action in dict.fromkeys(required):
        if action not in able:
            fault = f"action '{action}' is REQUIRED there, and no robot of the shop is ever asked for it"
            yield Flaw(element, fault, "make it OPTIONAL, or draw it at a station's node if it belongs there")


def _station_flaws(drawing: Drawing) -> Iterator[Flaw]:
    for station in drawing.stations.values():
        element = f"station '{station.id}'"
        if len(station.nodes) > 1:
            fault = f"it has {len(station.nodes)} interaction nodes, and robots stop at the first, '{station.stop}'"
            yield warning(element, fault, "name one, or draw a station for each")
        node = drawing.nodes[station.stop]
        if station.position is None:
            continue
        off_m = hypot(station.position.x - node.position.x, station.position.y - node.position.y)
        if off_m > STATION_M_MAX:
            fault = f"it stands {off_m:.1f} m from its node '{node.id}'"
            yield warning(element, fault, "correct its stationPosition, or its interaction node")


# ── traps ───────────────────────────────────────────────────────────────────────────────────────


def _lone_flaws(node: str, onward: list[str], back: list[str], vehicle_type: str) -> Iterator[Flaw]:
    missing = "to it or from it" if not onward and not back else "to it" if not back else "from it"
    if not onward or not back:
        fault = f"no edge leads {missing} for vehicle type '{vehicle_type}'"
        yield Flaw(f"node '{node}'", fault, "join it with edges or delete it")


def _one_way_flaws(
    nodes: list[str], onward: dict[str, list[str]], back: dict[str, list[str]], vehicle_type: str
) -> Iterator[Flaw]:
    """Everything must lead to the first node and from it: then everything leads everywhere."""
    if not nodes:
        return
    first = nodes[0]
    for ways, how in ((onward, f"cannot be reached from node '{first}'"), (back, f"has no way back to node '{first}'")):
        reached = _reached(first, ways)
        lost = [node for node in nodes if node not in reached]
        if lost:
            others = f" and {len(lost) - 1} nodes with it" if len(lost) > 1 else ""
            fault = f"it{others} {how} for vehicle type '{vehicle_type}': a one-way trap"
            yield Flaw(f"node '{lost[0]}'", fault, "add the missing edge")


def _reached(first: str, ways: dict[str, list[str]]) -> dict[str, None]:
    seen: dict[str, None] = {first: None}
    waiting = [first]
    while waiting:
        for end in ways.get(waiting.pop(), ()):
            if end not in seen:
                seen[end] = None
                waiting.append(end)
    return seen


def line_of(drawing: Drawing, edge: Edge) -> Line:
    start, end = drawing.nodes[edge.start].position, drawing.nodes[edge.end].position
    return start.x, start.y, end.x, end.y


def _apart_m(one: Node, other: Node) -> float:
    return hypot(one.position.x - other.position.x, one.position.y - other.position.y)
