"""What a layout must be so that robots can always finish: the linter behind ``Layout``.

Freedom from deadlock is planned on this ground: every robot has a park of its own, each station lies in a bay, and
robots that stand in bays, with all their contours, cut off nobody. So every plan can end in its park, whoever stands
in which bay.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations, permutations
from math import hypot

from shopfloor.contract.drawing_flaws import closed_end_flaws, line_of
from shopfloor.contract.flaws import Flaw, warning
from shopfloor.contract.ground import Ground
from shopfloor.contract.lanes import Lanes, apart_m
from shopfloor.contract.lif import Drawing, Edge, NodeUse
from shopfloor.contract.sidefile import RobotRow, SideFile

LENGTH_M_MIN = 0.05
STRAIGHT_M = 0.01
"""A trajectory whose control points stray no further from the straight line is taken as straight."""


def joint_flaws(drawing: Drawing, side: SideFile) -> Iterator[Flaw]:
    """Where the side file and the LIF file do not fit each other, before any way is worked out."""
    for station, row in side.stations().items():
        if station not in drawing.stations:
            yield Flaw(row, f"station '{station}' is not in the LIF file", "draw it there or correct the id")
    for robot in _widest_of_each_type(side):
        yield from _type_flaws(drawing, robot.vehicle_type)
    yield from _own_station_flaws(drawing, side)
    yield from _sharing_flaws(drawing, side)
    yield from _traffic_table_flaws(drawing, side)
    yield from _unused_flaws(drawing, side)
    yield from _wall_flaws(drawing, side)


def traffic_flaws(drawing: Drawing, side: SideFile, ground: Ground) -> Iterator[Flaw]:
    """Stations that cannot be reached, nodes that lead nowhere, robots in bays that block others."""
    cut = [flaw for robot in side.robots for flaw in _reach_flaws(drawing, side, robot, ground.lanes[robot.id])]
    widest = _widest_of_each_type(side)
    cut += [flaw for robot in widest for flaw in _stray_flaws(robot, ground.lanes[robot.id], drawing)]
    yield from cut
    yield from _close_flaws(drawing, ground)
    for robot in widest:
        net = ground.lanes[robot.id]
        yield from _purpose_flaws(drawing, side, robot.vehicle_type)
        yield from _bay_flaws(drawing, side, net, ground.conflicts)
        yield from _dead_end_flaws(drawing, side, net)
        if not cut:
            yield from _crossed_bay_flaws(net)


def _widest_of_each_type(side: SideFile) -> list[RobotRow]:
    by_width = sorted(side.robots, key=lambda robot: (robot.radius_m, robot.id))
    return list({robot.vehicle_type: robot for robot in by_width}.values())


def _type_flaws(drawing: Drawing, vehicle_type: str) -> Iterator[Flaw]:
    nodes = [node for node in drawing.nodes.values() if node.use(vehicle_type)]
    if not nodes:
        fault = "no node of the LIF file lists it"
        yield Flaw(
            f"vehicle type '{vehicle_type}'", fault, "add its properties to nodes and edges, or correct the robot"
        )
        return
    maps = sorted({node.map_id for node in nodes if node.map_id})
    if len(maps) > 1:
        fault = f"its nodes lie on the maps {', '.join(maps)}"
        yield Flaw(f"vehicle type '{vehicle_type}'", fault, "draw one map: these robots take no lift")
    for edge in drawing.edges.values():
        yield from _edge_flaws(drawing, edge, vehicle_type)


def _edge_flaws(drawing: Drawing, edge: Edge, vehicle_type: str) -> Iterator[Flaw]:
    use = edge.use(vehicle_type)
    if use is None:
        return
    yield from closed_end_flaws(drawing, edge, vehicle_type)
    line = line_of(drawing, edge)
    if hypot(line[2] - line[0], line[3] - line[1]) < LENGTH_M_MIN:
        yield Flaw(f"edge '{edge.id}'", "its two ends lie on one spot", "move one of its nodes")
    points = use.trajectory.control_points if use.trajectory is not None else ()
    if any(apart_m((point.x, point.y, point.x, point.y), line) > STRAIGHT_M for point in points):
        yield Flaw(f"edge '{edge.id}'", "its trajectory is a curve", "draw it as straight edges with nodes between")


def _own_station_flaws(drawing: Drawing, side: SideFile) -> Iterator[Flaw]:
    """A robot must be able to stand at each station it has to come to."""
    for robot in side.robots:
        for name, node_id in _stops(drawing, _stations_of(robot, side)).items():
            if drawing.nodes[node_id].use(robot.vehicle_type) is None:
                fault = f"vehicle type '{robot.vehicle_type}' of robot '{robot.id}' may not use its node '{node_id}'"
                yield Flaw(f"station '{name}'", fault, "add the type to the node")


def _stations_of(robot: RobotRow, side: SideFile) -> list[str]:
    return list(dict.fromkeys([robot.park, *robot.docks, *side.work_stations()]))


def _stops(drawing: Drawing, stations: Iterable[str]) -> dict[str, str]:
    """Station → the node where robots stop for it, of those that the LIF file knows."""
    return {name: drawing.stations[name].stop for name in stations if name in drawing.stations}


def _sharing_flaws(drawing: Drawing, side: SideFile) -> Iterator[Flaw]:
    """Each desk and cabinet station has its node to itself; a park may share its node with its own robot's dock."""
    holders: dict[str, str] = {}
    for name, node_id in _stops(drawing, [*(robot.park for robot in side.robots), *side.work_stations()]).items():
        other = holders.setdefault(node_id, name)
        if other != name:
            yield Flaw(f"station '{name}'", f"it shares node '{node_id}' with '{other}'", "give it a bay of its own")
    for robot in side.robots:
        for dock, node_id in _stops(drawing, robot.docks).items():
            holder = holders.get(node_id, robot.park)
            if holder != robot.park:
                fault = f"its dock '{dock}' is at node '{node_id}', which is station '{holder}'"
                yield Flaw(f"robot '{robot.id}'", fault, "give it a dock that is nobody else's place")


def _traffic_table_flaws(drawing: Drawing, side: SideFile) -> Iterator[Flaw]:
    for edge_id in side.traffic.narrow_m:
        if edge_id not in drawing.edges:
            yield Flaw("traffic.narrow_m", f"edge '{edge_id}' is not in the LIF file", "correct the id")
    for elements in side.traffic.exclusive:
        for element in elements:
            if element not in drawing.nodes and element not in drawing.edges:
                yield Flaw("traffic.exclusive", f"'{element}' is no node or edge of the LIF file", "correct the id")
    for robot in _widest_of_each_type(side):
        for edge in drawing.edges.values():
            width_m = side.traffic.narrow_m.get(edge.id, side.traffic.lane_width_m)
            if edge.use(robot.vehicle_type) and width_m <= 2 * robot.radius_m:
                fault = f"it is {width_m} m wide, and robot '{robot.id}' needs more than {2 * robot.radius_m} m"
                yield Flaw(f"edge '{edge.id}'", fault, "widen the lane or take the type off the edge")


def _purpose_flaws(drawing: Drawing, side: SideFile, vehicle_type: str) -> Iterator[Flaw]:
    """A station is for what the actions on its node say: what robots come for must be among them."""
    for station, (wanted, why) in _wanted_actions(side, vehicle_type).items():
        use = _use_at(drawing, station, vehicle_type)
        if use is None:
            continue
        able = [action.action_type for action in use.actions]
        for action in wanted:
            if action not in able:
                fault = f"its node '{drawing.stations[station].stop}' has no action '{action}', and {why}"
                yield Flaw(f"station '{station}'", fault, f"add '{action}' to the actions of the node")


def _wanted_actions(side: SideFile, vehicle_type: str) -> dict[str, tuple[tuple[str, ...], str]]:
    """Station → what robots do there, and why. Shelves are served by people."""
    wanted: dict[str, tuple[tuple[str, ...], str]] = {}
    for desk in side.desks:
        wanted[desk.station] = (("pick", "drop"), "a desk gets parts and gives some back")
    for cabinet in side.cabinets:
        if not cabinet.shelves:
            wanted[cabinet.outlet_station] = (("pick",), "robots fetch parts there")
            wanted[cabinet.inlet_station] = (("drop",), "robots bring parts back there")
    wanted[side.receiving_station] = (("pick",), "robots fetch new stock there")
    for robot in side.robots:
        if robot.vehicle_type == vehicle_type:
            charge = (("startCharging",), f"robot '{robot.id}' charges there")
            wanted |= {dock: charge for dock in robot.docks if dock not in wanted}
    return wanted


def _use_at(drawing: Drawing, station: str, vehicle_type: str) -> NodeUse | None:
    known = drawing.stations.get(station)
    return drawing.nodes[known.stop].use(vehicle_type) if known is not None else None


def _unused_flaws(drawing: Drawing, side: SideFile) -> Iterator[Flaw]:
    asked = side.stations().keys() | {name for robot in side.spare_robots for name in (robot.park, *robot.docks)}
    if side.robots:
        for station in drawing.stations:
            if station not in asked:
                yield warning(f"station '{station}'", "the side file has no use for it", "name it there or delete it")


def _wall_flaws(drawing: Drawing, side: SideFile) -> Iterator[Flaw]:
    hall = [(point.x, point.y) for point in side.places.hall]
    for node in drawing.nodes.values():
        if not _inside(node.position.x, node.position.y, hall):
            fault = f"it lies at {node.position.x:g}, {node.position.y:g}, outside the walls (places.hall)"
            yield warning(f"node '{node.id}'", fault, "move it, or correct the walls")


def _inside(x: float, y: float, outline: list[tuple[float, float]]) -> bool:
    """Even or odd: how often a ray to the right crosses the outline."""
    crossed = 0
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossed += 1
    return crossed % 2 == 1


def _close_flaws(drawing: Drawing, ground: Ground) -> Iterator[Flaw]:
    """Two nodes that no two robots can stand on at once: seldom meant, and it costs throughput."""
    for one, other in combinations(drawing.nodes.values(), 2):
        if other.id in ground.conflicts[one.id]:
            apart = hypot(one.position.x - other.position.x, one.position.y - other.position.y)
            fault = f"it is {apart:.2f} m from node '{one.id}', and robots keep {ground.separation_m:g} m apart"
            yield warning(f"node '{other.id}'", fault, "move the two apart, or keep one of them")


def _dead_end_flaws(drawing: Drawing, side: SideFile, net: Lanes) -> Iterator[Flaw]:
    """A lane to a node with nothing there."""
    spare = [row.park for row in side.spare_robots]
    used = _stops(drawing, [*side.stations(), *spare]).values()
    neighbours: dict[str, dict[str, None]] = {node: {} for node in net.nodes}
    for lane in net.lanes.values():
        neighbours[lane.start][lane.end] = None
        neighbours[lane.end][lane.start] = None
    for node, joined in neighbours.items():
        if len(joined) == 1 and node not in used:
            fault = f"a dead end: it is joined to node '{min(joined)}' only, and no station is there"
            yield warning(f"node '{node}'", fault, "delete it, or draw the station it was meant for")


def _reach_flaws(drawing: Drawing, side: SideFile, robot: RobotRow, net: Lanes) -> Iterator[Flaw]:
    """Each station from the park and back, without driving through another station's bay."""
    through_bays = Lanes.of(net.nodes, net.lanes.values(), ())
    park = drawing.stations[robot.park].stop
    for name, node in _stops(drawing, _stations_of(robot, side)).items():
        for start, end, way in (
            (park, node, f"robot '{robot.id}' cannot drive there from '{robot.park}'"),
            (node, park, f"robot '{robot.id}' cannot drive back from there to '{robot.park}'"),
        ):
            if end in net.ways[start]:
                continue
            if end in through_bays.ways[start]:
                fault = f"{way} without crossing the bay of another station"
                yield Flaw(f"station '{name}'", fault, "put that other station into a bay off the lane")
            else:
                yield Flaw(f"station '{name}'", way, "add the missing edges")


def _stray_flaws(robot: RobotRow, net: Lanes, drawing: Drawing) -> Iterator[Flaw]:
    """Nodes off the net: a robot that stood there could not be sent everywhere, or never be sent there."""
    park = drawing.stations[robot.park].stop
    for node in net.nodes:
        if node not in net.bays and (node not in net.ways[park] or park not in net.ways[node]):
            fault = f"robot '{robot.id}' cannot drive there from '{robot.park}' and back"
            yield Flaw(f"node '{node}'", fault, "join it with edges or delete it")


def _crossed_bay_flaws(net: Lanes) -> Iterator[Flaw]:
    """Everything is joined to the park, so what is not joined to each other has only its bay in between."""
    for start in net.nodes:
        missing = [end for end in net.nodes if end not in net.ways[start]]
        if missing:
            yield Flaw(f"node '{start}'", f"every way to node '{missing[0]}' crosses a bay", "add the missing edge")


def _bay_flaws(drawing: Drawing, side: SideFile, net: Lanes, conflicts: dict[str, tuple[str, ...]]) -> Iterator[Flaw]:
    """Robots that stand in all other bays at once must leave every bay a way to every other."""
    names = {node: name for name, node in _stops(drawing, side.stations()).items()}
    blamed: dict[str, Flaw] = {}
    for bay, name in names.items():
        near = [node for node in names if node in conflicts[bay]]
        if near:
            fault = f"a robot at its node '{bay}' is too close to one at node '{near[0]}'"
            blamed[bay] = Flaw(f"station '{name}'", fault, "move the two apart")
    for start, end in permutations(net.bays, 2):
        if end not in net.ways[start]:
            continue  # told already
        standing = [bay for bay in names if bay not in (start, end) and bay not in blamed]
        walls = dict.fromkeys(element for bay in standing for element in (bay, *conflicts[bay]))
        if end not in net.reached(start, walls):
            route = net.route(start, end)
            bay = next(bay for bay in standing if any(element in conflicts[bay] for element in route))
            fault = f"a robot at its node '{bay}' blocks the way from '{start}' to '{end}'"
            blamed[bay] = Flaw(f"station '{names[bay]}'", fault, "move it further off the lane, or add a way round")
    yield from blamed.values()
