"""The sample shop as drawn, and the ways to draw a shop in which robots would get stuck."""

from itertools import combinations, permutations
from math import hypot

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopfloor.contract.actor import DAY, HOUR, MINUTE
from shopfloor.contract.layout import Layout, LayoutSource
from shopfloor.contract.roster import TYPES
from tests.contract.drawn import LIF, SIDE, Rows, by_id, drawn, joined, moved, refusal, side, without

SAMPLE = Layout.from_texts(LIF, SIDE)

MONDAY_10 = 1_795_399_200_000
"""2026-11-23 10:00 in the sample shop, which is 8 h ahead of UTC."""

# ── the sample shop ──────────────────────────────────────────────────────────────────────────────────


def test_the_sample_shop_has_what_the_floor_needs():
    assert list(SAMPLE.desks) == [f"d{n}" for n in range(1, 9)]
    assert (SAMPLE.desks["d3"].station, SAMPLE.desks["d3"].pad, SAMPLE.desks["d3"].pos) == ("desk-3", "pad-3", "pos-1")
    assert len(SAMPLE.engineers) == 10
    assert SAMPLE.parts_keepers["pk1"].handheld == "h11"
    assert (SAMPLE.cabinets["c1"].bins, SAMPLE.cabinets["c1"].outlet_station) == (240, "cabinet-outlet")
    assert [SAMPLE.robots[robot].park for robot in ("r1", "r2")] == ["park-1", "park-2"]
    assert SAMPLE.warnings == ()


def test_every_kind_of_device_but_robots_is_in_the_sample_shop():
    assert "cabinet/c1" in SAMPLE.devices
    assert {device.split("/")[0] for device in SAMPLE.devices} == TYPES.keys() - {"robot"}


def test_from_the_cabinet_every_desk_is_eight_to_twenty_five_metres_away():
    outlet = SAMPLE.station_node("cabinet-outlet")
    ways = [SAMPLE.distance_m(outlet, SAMPLE.station_node(desk.station)) for desk in SAMPLE.desks.values()]
    assert min(ways) >= 8
    assert max(ways) <= 25


def test_no_action_is_required_on_the_lanes_and_totes_are_handed_over_in_the_bays():
    for edge in SAMPLE.edges.values():
        assert not [action for use in edge.uses for action in use.actions]
    for desk in SAMPLE.desks.values():
        (use,) = SAMPLE.nodes[SAMPLE.station_node(desk.station)].uses
        assert [(action.action_type, action.requirement_type) for action in use.actions] == [
            ("pick", "OPTIONAL"),
            ("drop", "OPTIONAL"),
        ]


def test_nodes_stand_far_enough_apart_for_a_robot_on_each():
    positions = [(node.position.x, node.position.y) for node in SAMPLE.nodes.values()]
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(positions, 2)) >= 1.2 - 1e-9


def test_in_the_sample_shop_robots_in_all_bays_but_two_leave_a_way_between_those():
    net = SAMPLE.lanes["r1"]
    for start, end in permutations(net.bays, 2):
        walls = {element for bay in set(net.bays) - {start, end} for element in (bay, *SAMPLE.conflicts[bay])}
        assert end in net.reached(start, walls)


def test_two_robots_pass_on_the_two_lanes_of_the_aisle():
    assert not set(SAMPLE.conflicts["s5:s6"]) & {"n6:n5", "n5", "n6"}


def test_the_sample_shop_keeps_robots_80_cm_apart():
    assert SAMPLE.separation_m == 0.8
    assert {"s5", "s6", "s4:s5", "s5:bay-desk-1"} <= set(SAMPLE.conflicts["s5:s6"])


def spot(element: str, share: float) -> tuple[float, float]:
    """A point on a node or, at a share of its way, on an edge."""
    edge = SAMPLE.edges.get(element)
    start, end = (edge.start, edge.end) if edge else (element, element)
    a, b = SAMPLE.nodes[start].position, SAMPLE.nodes[end].position
    return a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)


elements = st.sampled_from(sorted(SAMPLE.conflicts))


@given(elements, elements, st.floats(0, 1), st.floats(0, 1))
def test_two_robots_on_elements_without_conflict_are_80_cm_apart(one, other, here, there):
    (x1, y1), (x2, y2) = spot(one, here), spot(other, there)
    if one != other and other not in SAMPLE.conflicts[one]:
        assert hypot(x2 - x1, y2 - y1) >= 0.8 - 1e-9
    assert (other in SAMPLE.conflicts[one]) == (one in SAMPLE.conflicts[other])


def test_every_route_of_the_sample_shop_follows_its_edges():
    for start, end in permutations(SAMPLE.nodes, 2):
        route = SAMPLE.route(start, end)
        edges = [SAMPLE.edges[edge] for edge in route[1::2]]
        assert (route[0], route[-1]) == (start, end)
        assert [(edge.start, edge.end) for edge in edges] == list(zip(route[:-2:2], route[2::2], strict=True))
        assert SAMPLE.distance_m(start, end) > 0


def test_a_robot_that_is_there_has_no_way_to_go():
    assert SAMPLE.route("s1", "s1") == ("s1",)
    assert SAMPLE.drive_ms("s1", "s1") == 0


def test_a_robot_drives_at_the_lanes_speed_or_its_own_if_that_is_less():
    slow = Layout.from_texts(LIF, side(("speed_mps = 1.0", "speed_mps = 0.25")))
    assert [slow.drive_ms("s2", "bay-dock-1", robot) for robot in ("r1", "r2")] == [4800, 2400]
    assert [slow.drive_ms("s1", "s2", robot) for robot in ("r1", "r2")] == [6400, 1600]


def test_a_layout_comes_back_from_the_journal_as_it_was():
    entry = msgspec.json.encode(SAMPLE.source)
    assert Layout.from_source(msgspec.json.decode(entry, type=LayoutSource)) == SAMPLE


# ── opening hours ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at", [MONDAY_10 - 10 * HOUR, MONDAY_10, MONDAY_10 + 14 * HOUR - 1])
def test_at_any_time_of_a_local_day_its_hours_are_the_same(at):
    assert SAMPLE.day_start(at) == MONDAY_10 - 10 * HOUR
    assert SAMPLE.open_from(at) == MONDAY_10
    assert SAMPLE.open_until(at) == MONDAY_10 + 10 * HOUR


def test_a_day_begins_at_local_midnight_not_at_utc_midnight():
    assert SAMPLE.open_from(MONDAY_10 + 14 * HOUR) == MONDAY_10 + DAY
    assert SAMPLE.open_from(MONDAY_10 - 10 * HOUR - 1) == MONDAY_10 - DAY


def test_each_weekday_has_its_own_hours_and_a_closed_day_has_none():
    shop = Layout.from_texts(
        LIF, side(('tue = ["10:00", "20:00"]', 'tue = "closed"'), ('wed = ["10:00"', 'wed = ["09:30"'))
    )
    assert shop.open_from(MONDAY_10) == MONDAY_10
    assert shop.open_from(MONDAY_10 + DAY) is None
    assert shop.open_until(MONDAY_10 + DAY) is None
    assert shop.open_from(MONDAY_10 + 2 * DAY) == MONDAY_10 + 2 * DAY - 30 * MINUTE


# ── broken side files ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "element", "fault"),
    [
        ("[store]", "[store", "side file", "it is not TOML"),
        ("bins = 240", 'bins = "240"', "cabinets[0] 'c1', bins", "expected `int`, got `str`"),
        ('pad = "pad-3"', 'paad = "pad-3"', "desks[2] 'd3'", "object contains unknown field `paad`"),
        ('pad = "pad-3"\n', "", "desks[2] 'd3'", "object missing required field `pad`"),
        ("radius_m = 0.35", "radius_m = 0.35\ncolour = 'red'", "robots[0] 'r1'", "unknown field `colour`"),
        ('pad = "pad-3"', 'pad = "pad-2"', "pad 'pad-2'", "two desks have this PAD"),
        ('pad = "pad-3"', 'pad = "pad-9"', "desk 'd3'", "pad 'pad-9' is not in [devices]"),
        ('id = "d3"', 'id = "d2"', "desk 'd2'", "two have this id"),
        ('id = "pk1"', 'id = "e1"', "person 'e1'", "two have this id"),
        ('handheld = "h2"', 'handheld = "h1"', "handheld 'h1'", "two people have this handheld"),
        ('queue = ["q1", "q2"]', 'kiosk = ["q1"]', "devices.kiosk", "there is no such type of device"),
        ('queue = ["q1", "q2"]', 'robot = ["r1"]', "devices.robot", "there is no such type of device"),
        ('mon = ["10:00", "20:00"]', 'mon = ["20:00", "10:00"]', "store.opening.mon", "closes before it opens"),
        ('mon = ["10:00", "20:00"]', 'mon = ["10:00", "25:00"]', "store.opening.mon[1]", "expected `str` matching"),
        ('people = ["e3"', 'people = ["e33"', "shift 'mon'", "nobody has the id 'e33'"),
        ('end = "20:30"', 'end = "09:00"', "shift 'mon'", "it ends before it starts"),
        ('park = "park-2"', 'park = "park-1"', "station 'park-1'", "two robots park here"),
        ('"carrier-2"', '"carrier-1"', "robot demo/carrier-1", "two robots have this manufacturer and serial"),
        ("001010000000024", "001010000000016", "IMEI 001010000000016", "two loaners have this IMEI"),
        ('station = "desk-3"', 'station = "desk-33"', "desk 'd3'", "station 'desk-33' is not in the LIF file"),
        ('docks = ["dock-1"', 'docks = ["desk-1"', "robot 'r1'", "dock 'desk-1' is at node 'bay-desk-1'"),
        ('docks = ["dock-1"', 'docks = ["park-2"', "robot 'r1'", "dock 'park-2' is at node 'bay-park-2'"),
        ('type = "demo.carrier"', 'type = "x"', "vehicle type 'x'", "no node of the LIF file lists it"),
        ("lane_width_m = 1.2", "lane_width_m = 0.7", "edge 's1:s2'", "0.7 m wide, and robot 'r2' needs more than 0.7"),
        ("[places]", '[traffic.narrow_m]\n"s1:s9" = 0.9\n[places]', "traffic.narrow_m", "edge 's1:s9' is not in"),
        ("[places]", '[traffic.narrow_m]\n"s1:s2" = 0.6\n[places]', "edge 's1:s2'", "it is 0.6 m wide"),
        ("lane_width_m", 'exclusive = [["s1", "s77"]]\nlane_width_m', "traffic.exclusive", "'s77' is no node or edge"),
    ],
)
def test_a_broken_side_file_is_refused_naming_element_and_fault(old, new, element, fault):
    message = refusal(LIF, side((old, new)))
    assert element in message
    assert fault in message


def test_what_the_side_file_makes_exclusive_is_in_conflict():
    crossing = Layout.from_texts(LIF, side(("lane_width_m", 'exclusive = [["s5:s6", "n6:n5"]]\nlane_width_m')))
    assert "n6:n5" in crossing.conflicts["s5:s6"]
    assert "s5:s6" in crossing.conflicts["n6:n5"]


# ── lanes in which robots would get stuck ────────────────────────────────────────────────────────────


def test_a_desk_that_no_lane_leads_to_is_refused():
    message = refusal(without("s6:bay-desk-2"), SIDE)
    assert "station 'desk-2': robot 'r1' cannot drive there from 'park-1'; add the missing edges" in message


def test_a_desk_that_no_lane_leads_back_from_is_refused():
    message = refusal(without("bay-desk-2:s6"), SIDE)
    assert "station 'desk-2': robot 'r2' cannot drive back from there to 'park-2'" in message


def test_a_park_that_cannot_be_left_is_refused():
    assert "cannot drive there from 'park-2'" in refusal(without("bay-park-2:n3"), SIDE)


def test_a_desk_behind_another_desks_bay_is_refused():
    def change(sheet: Rows) -> None:
        sheet["edges"] = [edge for edge in sheet["edges"] if edge["edgeId"] not in ("s6:bay-desk-2", "bay-desk-2:s6")]
        sheet["edges"] += [joined("bay-desk-1", "bay-desk-2"), joined("bay-desk-2", "bay-desk-1")]

    message = refusal(drawn(change), SIDE)
    assert "station 'desk-2'" in message
    assert "without crossing the bay of another station" in message


def test_a_station_on_the_lane_itself_is_refused():
    on_lane = drawn(lambda sheet: by_id(sheet["stations"], "receiving").update(interactionNodeIds=["s8"]))
    message = refusal(on_lane, SIDE)
    assert "station 'desk-4': robot 'r1' cannot drive there" in message
    assert "put that other station into a bay off the lane" in message


def test_a_bay_so_shallow_that_a_robot_in_it_blocks_the_lane_is_refused():
    message = refusal(moved("bay-desk-2", 13.0, 4.4), SIDE)
    assert "station 'desk-2': a robot at its node 'bay-desk-2' blocks the way from" in message


def test_a_bay_just_deep_enough_is_taken():
    assert Layout.from_texts(moved("bay-desk-2", 13.0, 4.2), SIDE).distance_m("s6", "bay-desk-2") == pytest.approx(0.8)


def way_round_desk_3(*more: tuple[str, float, float], lanes: list[str]) -> str:
    """Desk 3 with a bay so shallow that it closes s8, and a way round it by new nodes."""
    use = [{"vehicleTypeId": "demo.carrier"}]

    def change(sheet: Rows) -> None:
        by_id(sheet["nodes"], "bay-desk-3")["nodePosition"].update(x=15.4, y=4.4)
        for node, x, y in more:
            position = {"x": x, "y": y}
            sheet["nodes"].append({"nodeId": node, "nodePosition": position, "vehicleTypeNodeProperties": use})
        sheet["edges"] += [joined(*lane.split(":")) for lane in lanes]

    return drawn(change)


def test_a_shallow_bay_is_taken_if_there_is_a_way_round():
    around = way_round_desk_3(
        ("m1", 14.2, 2.6), ("m2", 16.6, 2.6), ("k", 16.6, 5.0), lanes=["s7:m1", "m1:m2", "m2:k", "s8:k", "k:s9"]
    )
    assert "m1" not in Layout.from_texts(around, SIDE).route("s7", "s9")


def test_a_way_round_that_the_next_bay_closes_is_none():
    """The lane from m2 to s9 passes desk 4 at 0.54 m."""
    message = refusal(way_round_desk_3(("m1", 14.2, 2.6), ("m2", 16.6, 2.6), lanes=["s7:m1", "m1:m2", "m2:s9"]), SIDE)
    assert "station 'desk-3': a robot at its node 'bay-desk-3' blocks the way from" in message


def test_a_park_that_is_the_only_way_round_is_refused():
    start, end = SIDE.index('[[robots]]\nid = "r2"'), SIDE.index("[[loaners]]")

    def change(sheet: Rows) -> None:
        gone = ("n1:s1", "bay-park-1:n2")
        sheet["edges"] = [edge for edge in sheet["edges"] if edge["edgeId"] not in gone]
        sheet["edges"] += [joined("bay-park-1", "s1"), joined("n1", "n2")]

    message = refusal(drawn(change), SIDE[:start] + SIDE[end:])
    assert "node 'n1': every way to node 'bay-cabinet-outlet' crosses a bay; add the missing edge" in message


def test_two_bays_in_which_robots_would_touch_are_refused():
    message = refusal(moved("bay-dock-2", 6.9, 3.6), SIDE)
    assert "station 'dock-2': a robot at its node 'bay-dock-2' is too close to one at node 'bay-dock-1'" in message


def test_two_stations_in_one_bay_are_refused():
    shared = drawn(lambda sheet: by_id(sheet["stations"], "desk-2").update(interactionNodeIds=["bay-desk-1"]))
    assert "station 'desk-2': it shares node 'bay-desk-1' with 'desk-1'" in refusal(shared, SIDE)


def test_a_park_may_be_its_own_robots_dock():
    def change(sheet: Rows) -> None:
        (charge,) = by_id(sheet["nodes"], "bay-dock-1")["vehicleTypeNodeProperties"]
        by_id(sheet["nodes"], "bay-park-1")["vehicleTypeNodeProperties"] = [charge]
        by_id(sheet["stations"], "dock-1").update(interactionNodeIds=["bay-park-1"])

    shared = drawn(change)
    own = side(('docks = ["dock-2", "dock-1"]', 'docks = ["dock-2"]'))
    assert Layout.from_texts(shared, own).station_node("dock-1") == "bay-park-1"
    assert "robot 'r2': its dock 'dock-1' is at node 'bay-park-1', which is station 'park-1'" in refusal(shared, SIDE)


def test_a_node_that_leads_nowhere_is_refused():
    lone = {
        "nodeId": "lone",
        "mapId": "hall",
        "nodePosition": {"x": 20.2, "y": 5.0},
        "vehicleTypeNodeProperties": [{"vehicleTypeId": "demo.carrier"}],
    }

    def change(sheet: Rows) -> None:
        sheet["nodes"].append(lone)
        sheet["edges"].append(joined("s10", "lone"))

    message = refusal(drawn(change), SIDE)
    assert "node 'lone': robot 'r2' cannot drive there from 'park-2' and back; join it with edges" in message


def test_a_bay_closed_to_the_shops_vehicle_type_is_refused():
    other = [{"vehicleTypeId": "forklift"}]
    closed = drawn(lambda sheet: by_id(sheet["nodes"], "bay-desk-2").update(vehicleTypeNodeProperties=other))
    message = refusal(closed, SIDE)
    assert "edge 's6:bay-desk-2': vehicle type 'demo.carrier' may drive it, but not use its node" in message
    assert "station 'desk-2': vehicle type 'demo.carrier' of robot 'r1' may not use its node 'bay-desk-2'" in message


def test_a_lane_closed_to_laden_robots_is_not_driven():
    def change(sheet: Rows) -> None:
        restriction = {"unloaded": True, "loaded": False}
        by_id(sheet["edges"], "s7:n7")["vehicleTypeEdgeProperties"][0]["loadRestriction"] = restriction

    shop = Layout.from_texts(drawn(change), SIDE)
    assert "s7:n7" in SAMPLE.route("s1", "n5")
    assert "s7:n7" not in shop.route("s1", "n5")


def trajectory(*points: tuple[float, float]) -> str:
    curve = {"knotVector": [0, 0, 0, 1, 1, 1], "degree": 2, "controlPoints": [{"x": x, "y": y} for x, y in points]}

    def change(sheet: Rows) -> None:
        by_id(sheet["edges"], "s1:s2")["vehicleTypeEdgeProperties"][0]["trajectory"] = curve

    return drawn(change)


def test_a_curved_lane_is_refused_and_a_straight_trajectory_is_not():
    assert "edge 's1:s2': its trajectory is a curve" in refusal(trajectory((4.6, 5), (5.4, 5.5), (6.2, 5)), SIDE)
    assert Layout.from_texts(trajectory((4.6, 5), (5.4, 5), (6.2, 5)), SIDE).conflicts == SAMPLE.conflicts


def test_lanes_on_two_maps_are_refused():
    upstairs = drawn(lambda sheet: by_id(sheet["nodes"], "s10").update(mapId="upstairs"))
    assert "vehicle type 'demo.carrier': its nodes lie on the maps hall, upstairs" in refusal(upstairs, SIDE)


def test_two_nodes_on_one_spot_are_refused():
    assert "edge 's1:s2': its two ends lie on one spot" in refusal(moved("s2", 4.6, 5.0), SIDE)


def test_a_drawing_too_large_to_plan_on_is_refused():
    def change(sheet: Rows) -> None:
        node = sheet["nodes"][0]
        sheet["nodes"] += [{**node, "nodeId": f"x{at}"} for at in range(100)]

    assert "LIF file: it has 137 nodes, 120 at most" in refusal(drawn(change), SIDE)


def test_a_shop_without_robots_is_a_shop():
    start, end = SIDE.index("[[robots]]"), SIDE.index("[[loaners]]")
    manual = Layout.from_texts(LIF, "robots = []\n" + SIDE[:start] + SIDE[end:])
    assert manual.robots == {}
    assert len(manual.desks) == 8
