"""Layouts by name, the shops that come with the program, and how many robots a planner lets them have."""

import msgspec
import pytest

from shopfloor.contract.layout import Layout, LayoutError, LayoutSource
from shopfloor.service.layouts import layout_names, layout_source, lif_path, named_layout, side_path

SAMPLE, AISLE = named_layout("sample"), named_layout("aisle")
NAMED = pytest.mark.parametrize("shop", [SAMPLE, AISLE], ids=["sample", "aisle"])


def test_the_program_comes_with_two_layouts():
    assert layout_names() == ["aisle", "sample"]


def test_a_planners_own_layout_is_found_by_either_of_its_two_files(tmp_path):
    source = layout_source("aisle")
    (tmp_path / "mine.lif.json").write_text(source.lif, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(source.side, encoding="utf-8")
    for file in ("mine.lif.json", "mine.toml"):
        assert named_layout(str(tmp_path / file)) == AISLE
    assert lif_path(str(tmp_path / "mine.toml")).name == "mine.lif.json"
    assert side_path(tmp_path / "hall.json").name == "hall.toml"


def test_a_layout_that_is_nowhere_is_told():
    with pytest.raises(OSError, match="no-such-shop"):
        layout_source("no-such-shop")


@NAMED
@pytest.mark.parametrize("count", range(5))
def test_a_planner_lets_a_shop_have_none_to_four_robots(shop, count):
    fewer = shop.with_robots(count)
    assert list(fewer.robots) == [f"r{number}" for number in range(1, count + 1)]
    assert len({robot.park for robot in fewer.robots.values()}) == count
    assert fewer.warnings == ()
    assert (fewer.desks, fewer.nodes, fewer.walks) == (shop.desks, shop.nodes, shop.walks)


@NAMED
def test_a_shop_with_other_robots_goes_into_a_journal_like_any(shop):
    three = shop.with_robots(3)
    entry = msgspec.json.encode(three.source)
    assert Layout.from_source(msgspec.json.decode(entry, type=LayoutSource)) == three
    assert three.with_robots(len(shop.robots)).robots == shop.robots


@NAMED
@pytest.mark.parametrize("count", [-1, 5])
def test_more_robots_than_the_side_file_has_rows_for_are_refused(shop, count):
    with pytest.raises(LayoutError, match=f"it has rows for 4 robots, not for {count}; add rows"):
        shop.with_robots(count)


@NAMED
def test_desk_d8_a_queue_machine_and_a_call_display_are_to_spare_for_a_browser(shop: Layout):
    """Whoever sits down at d8 shares no terminal with the others, and theirs is not the machine everybody goes to."""
    assert {"queue/q2", "calls/cd2", "pos/pos-3"} < set(shop.devices)
    assert [desk.id for desk in shop.desks.values() if desk.pos == "pos-3"] == ["d8"]
    first = {kind: next(name for name in shop.devices if name.startswith(f"{kind}/")) for kind in ("queue", "calls")}
    assert first == {"queue": "queue/q1", "calls": "calls/cd1"}


def test_the_sample_shop_owns_two_robots_and_has_room_for_four():
    assert list(SAMPLE.robots) == ["r1", "r2"]
    parks = [SAMPLE.with_robots(4).home(robot) for robot in ("r1", "r2", "r3", "r4")]
    assert parks == ["bay-park-1", "bay-park-2", "bay-park-3", "bay-park-4"]


# ── the aisle ────────────────────────────────────────────────────────────────────────────────────────


def test_the_aisle_has_the_people_and_places_of_the_sample_shop():
    for table in ("desks", "devices", "engineers", "parts_keepers", "managers", "shifts", "cabinets", "lockers"):
        assert getattr(AISLE, table) == getattr(SAMPLE, table), table
    assert AISLE.stations.keys() == SAMPLE.stations.keys()


def test_its_four_robots_speak_three_versions_of_vda_5050():
    told = {robot.id: (robot.version, robot.totes, robot.radius_m) for robot in AISLE.robots.values()}
    assert told == {
        "r1": ("2.1.0", 3, 0.35), "r2": ("3.0.0", 3, 0.35), "r3": ("2.0.0", 3, 0.35), "r4": ("2.1.0", 3, 0.35),
    }  # fmt: skip
    assert AISLE.separation_m == 0.8


def lane_nodes() -> list[str]:
    bays = AISLE.lanes["r1"].bays
    return [node for node in AISLE.nodes if node not in bays]


def test_on_its_one_lane_nobody_can_pass_anybody():
    """Whoever stands on the lane parts the shop in two: no desk east of them is reached from the cabinet."""
    net, outlet = AISLE.lanes["r1"], AISLE.station_node("cabinet-outlet")
    nodes = lane_nodes()
    assert nodes == [f"a{number}" for number in range(1, 13)]
    for at, node in enumerate(nodes):
        reached = net.reached(outlet, {node, *AISLE.conflicts[node]})
        assert not reached.keys() & set(nodes[at + 1 :])


def test_its_lane_is_driven_both_ways():
    nodes = lane_nodes()
    assert AISLE.route("a1", "a12")[::2] == tuple(nodes)
    assert AISLE.route("a12", "a1")[::2] == tuple(reversed(nodes))


def test_a_robot_in_any_of_its_bays_is_in_nobodys_way():
    for bay in AISLE.lanes["r1"].bays:
        own = {edge.id for edge in AISLE.edges.values() if bay in (edge.start, edge.end)}
        assert set(AISLE.conflicts[bay]) == own


def test_desks_lie_on_both_sides_so_that_eight_robots_could_stand_at_them_at_once():
    heights = [AISLE.nodes[AISLE.station_node(desk.station)].position.y for desk in AISLE.desks.values()]
    assert heights == [4.6] * 4 + [7.0] * 4
