"""The plan of the floor is to scale, and nothing on it hides anything else."""

from itertools import combinations

import pytest

from shopfloor.contract.layout import Layout
from shopfloor.service.layouts import named_layout
from shopfloor.web.floor_plan import AIR_CM, Box, FloorPlan, floor_plan


@pytest.fixture(scope="module", params=["sample", "aisle"])
def layout(request: pytest.FixtureRequest) -> Layout:
    return named_layout(request.param)


@pytest.fixture(scope="module")
def plan(layout: Layout) -> FloorPlan:
    return floor_plan(layout)


def overlap(one: Box, other: Box) -> bool:
    return all(one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2] for axis in (0, 1))


def test_a_metre_of_the_layout_is_a_hundred_of_the_drawing_and_north_is_up(layout: Layout, plan: FloorPlan) -> None:
    left, top = plan.origin_cm
    for node in layout.nodes.values():
        at = (round(node.position.x * 100) + left, top - round(node.position.y * 100))
        assert plan.nodes[node.id] == at


def test_every_desk_has_its_card_and_none_covers_another_or_a_station(layout: Layout, plan: FloorPlan) -> None:
    assert [desk.id for desk in plan.desks] == list(layout.desks)
    for one, other in combinations(plan.desks, 2):
        assert not overlap(one.card, other.card), f"{one.id} covers {other.id}"
    for desk in plan.desks:
        for station in plan.stations:
            x, y = station.at
            assert not overlap(desk.card, (x - 30, y - 30, 60, 60)), f"{desk.id} covers {station.id}"


def test_cards_stay_within_the_walls(plan: FloorPlan) -> None:
    xs, ys = zip(*plan.hall, strict=True)
    for desk in plan.desks:
        x, y, width, height = desk.card
        assert min(xs) <= x, desk.id
        assert x + width <= max(xs), desk.id
        assert min(ys) <= y, desk.id
        assert y + height <= max(ys) - AIR_CM, desk.id


def test_each_lane_is_drawn_once_and_a_two_way_lane_has_no_arrow(layout: Layout, plan: FloorPlan) -> None:
    pairs = [frozenset((edge.start, edge.end)) for edge in layout.edges.values()]
    assert len(plan.lanes) == len(dict.fromkeys(pairs))
    drawn = {(lane.start, lane.end): lane.one_way for lane in plan.lanes}
    for edge in layout.edges.values():
        ends = (plan.nodes[edge.start], plan.nodes[edge.end])
        back = any((edge.end, edge.start) == (other.start, other.end) for other in layout.edges.values())
        assert drawn.get(ends, drawn.get(ends[::-1])) is not back


def test_where_a_robot_stops_has_a_name_for_people(layout: Layout, plan: FloorPlan) -> None:
    for desk in layout.desks.values():
        assert plan.stops[layout.station_node(desk.station)] == ("desk", desk.id)
    for robot in layout.robots.values():
        assert plan.stops[layout.home(robot.id)] == ("park", robot.id)
