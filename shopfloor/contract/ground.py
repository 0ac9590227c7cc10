"""What follows from where nodes and edges lie: what is too close to what, and the nets that robots may drive."""

from itertools import combinations
from math import hypot

from msgspec import Struct

from shopfloor.contract.lanes import Lane, Lanes, Line, conflicts_of, drive_ms, separation_m
from shopfloor.contract.lif import Drawing, Node
from shopfloor.contract.sidefile import RobotRow, SideFile


class Ground(Struct, frozen=True):
    """The floor as the robots of one shop find it."""

    separation_m: float
    lines: dict[str, Line]
    conflicts: dict[str, tuple[str, ...]]
    """Node or edge id → the others that no other robot may hold meanwhile; symmetric, never itself."""
    lanes: dict[str, Lanes]
    """Robot id → the net it may drive, at its own speed."""

    @classmethod
    def of(cls, drawing: Drawing, side: SideFile) -> "Ground":
        """Work it out: O(elements²) distances, and Dijkstra from each node for each robot."""
        apart = separation_m((robot.radius_m for robot in side.robots), side.traffic.margin_m)
        lines = lines_of(drawing)
        return cls(
            separation_m=apart,
            lines=lines,
            conflicts=_with_exclusive(conflicts_of(lines, apart), side.traffic.exclusive),
            lanes={robot.id: _net(robot, drawing, side) for robot in side.robots},
        )


def lines_of(drawing: Drawing) -> dict[str, Line]:
    """Each node and edge as a straight line; curves of the shop's own robots have been refused before."""
    lines: dict[str, Line] = {}
    for node in drawing.nodes.values():
        lines[node.id] = (node.position.x, node.position.y, node.position.x, node.position.y)
    for edge in drawing.edges.values():
        lines[edge.id] = (*lines[edge.start][:2], *lines[edge.end][:2])
    return lines


def _with_exclusive(
    conflicts: dict[str, tuple[str, ...]], exclusive: tuple[tuple[str, ...], ...]
) -> dict[str, tuple[str, ...]]:
    """The conflicts of geometry plus those the side file asks for."""
    joined = {element: dict.fromkeys(others) for element, others in conflicts.items()}
    for elements in exclusive:
        for one, other in combinations(dict.fromkeys(elements), 2):
            joined[one][other] = None
            joined[other][one] = None
    return {element: tuple(sorted(others)) for element, others in joined.items()}


def _net(robot: RobotRow, drawing: Drawing, side: SideFile) -> Lanes:
    """What this robot's vehicle type may use, driven at its own speed or the edge's if that is less."""
    nodes = [node.id for node in drawing.nodes.values() if node.use(robot.vehicle_type)]
    bays = dict.fromkeys(drawing.stations[name].stop for name in side.stations())
    lanes = []
    for edge in drawing.edges.values():
        use = edge.use(robot.vehicle_type)
        if use is not None and use.open_to_all_loads():
            length_m = _length_m(drawing.nodes[edge.start], drawing.nodes[edge.end])
            speed_mps = min(robot.speed_mps, use.max_speed or robot.speed_mps)
            lanes.append(Lane(edge.id, edge.start, edge.end, length_m, drive_ms(length_m, speed_mps)))
    return Lanes.of(nodes, lanes, [node for node in nodes if node in bays])


def _length_m(start: Node, end: Node) -> float:
    return hypot(end.position.x - start.position.x, end.position.y - start.position.y)
