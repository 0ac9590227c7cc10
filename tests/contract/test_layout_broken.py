"""Layouts as planners get them wrong, one fault each: the linter names the element, the fault and the way out."""

import json
import tomllib
from collections.abc import Callable
from copy import deepcopy

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopfloor.contract.flaws import FINDINGS_MAX, Flaw
from shopfloor.contract.layout import Layout, LayoutError
from shopfloor.contract.linter import inspect, with_spare_robots
from shopfloor.service.layouts import layout_names, layout_source
from tests.contract.drawn import LIF, SIDE, Rows, by_id, drawn, joined, moved, side, without

TYPE = "demo.carrier"


def told(lif: str = LIF, side_text: str | None = SIDE) -> list[Flaw]:
    """All findings, each of which says what and why and what to do."""
    found = list(inspect(lif, side_text).flaws)
    assert all(flaw.element and flaw.fault and flaw.remedy for flaw in found)
    return found


def edge(name: str, **changes: Rows) -> str:
    """The sample's lanes with other properties on one of them."""
    return drawn(lambda sheet: by_id(sheet["edges"], name)["vehicleTypeEdgeProperties"][0].update(changes))


def station(name: str, **changes: Rows) -> str:
    return drawn(lambda sheet: by_id(sheet["stations"], name).update(changes))


def node(name: str, **changes: Rows) -> str:
    return drawn(lambda sheet: by_id(sheet["nodes"], name).update(changes))


def added(*rows: tuple[str, Rows]) -> str:
    def change(sheet: Rows) -> None:
        for kind, row in rows:
            sheet[kind].append(row)

    return drawn(change)


def place(name: str, x: float, y: float) -> tuple[str, Rows]:
    use = {"vehicleTypeId": TYPE}
    position = {"x": x, "y": y}
    return "nodes", {"nodeId": name, "mapId": "hall", "nodePosition": position, "vehicleTypeNodeProperties": [use]}


def lane(start: str, end: str) -> tuple[str, Rows]:
    return "edges", joined(start, end)


def actions(*kinds: str, requirement: str = "OPTIONAL") -> Rows:
    return [{"actionType": kind, "requirementType": requirement, "blockingType": "HARD"} for kind in kinds]


def acting(name: str, rows: Rows) -> str:
    return node(name, vehicleTypeNodeProperties=[{"vehicleTypeId": TYPE, "actions": rows}])


def curve(*points: tuple[float, float], knots: tuple[float, ...], degree: int = 1) -> Rows:
    return {"degree": degree, "knotVector": knots, "controlPoints": [{"x": x, "y": y} for x, y in points]}


FAULTS: dict[str, tuple[str, str, str, str]] = {
    "a file that is no JSON": (LIF[:-9], SIDE, "LIF file", "it is not JSON"),
    "a file of another format": ("[1, 2]", SIDE, "the file", "it is no JSON object"),
    "a node without a place": (node("s6", nodePosition={"x": 13.0}), SIDE, "'s6'", "missing required field `y`"),
    "two nodes of one id": (added(place("s6", 20.4, 2.0)), SIDE, "node 's6'", "two nodes have this id"),
    "two stations of one id": (
        added(("stations", {"stationId": "desk-1", "interactionNodeIds": ["bay-desk-2"]})),
        SIDE, "station 'desk-1'", "two stations have this id",
    ),
    "an edge to nowhere": (added(lane("s6", "s66")), SIDE, "edge 's6:s66'", "endNodeId 's66' is no node of this file"),
    "an unknown interaction node": (
        station("desk-3", interactionNodeIds=["bay-3"]), SIDE, "station 'desk-3'", "interaction node 'bay-3' is no",
    ),
    "a height in words": (station("desk-3", stationHeight="low"), SIDE, "station 'desk-3'", "'low' is no number"),
    "a node that no type may use": (node("s6", vehicleTypeNodeProperties=[]), SIDE, "node 's6'", "no vehicle type may"),
    "a type that is not drawn": (LIF, side(("demo.carrier", "tug")), "vehicle type 'tug'", "no node of the LIF file"),
    "a bay that is closed to the type": (
        node("bay-desk-2", vehicleTypeNodeProperties=[{"vehicleTypeId": "tug"}]),
        SIDE, "station 'desk-2'", "vehicle type 'demo.carrier' of robot 'r1' may not use its node 'bay-desk-2'",
    ),
    "two nodes on one spot": (added(place("x", 13.0, 5.0)), SIDE, "node 'x'", "it lies on the spot of node 's6'"),
    "a lane without length": (moved("s2", 4.6, 5.0), SIDE, "edge 's1:s2'", "its two ends lie on one spot"),
    "a lane from map to map": (node("s6", mapId="attic"), SIDE, "edge 's5:s6'", "from map 'hall' to map 'attic'"),
    "a bent lane": (
        edge("s1:s2", trajectory=curve((4.6, 5), (5.4, 5.6), (6.2, 5), knots=(0, 0, 0, 1, 1, 1), degree=2)),
        SIDE, "edge 's1:s2'", "its trajectory is a curve",
    ),
    "a trajectory that misses its node": (
        edge("s1:s2", trajectory=curve((4.6, 5), (5.6, 5), knots=(0, 0, 1, 1))),
        SIDE, "edge 's1:s2'", "its trajectory ends 0.60 m from node 's2'",
    ),
    "a trajectory with a knot missing": (
        edge("s1:s2", trajectory=curve((4.6, 5), (6.2, 5), knots=(0, 1, 1))),
        SIDE, "edge 's1:s2'", "its trajectory has 3 knots and needs 4",
    ),
    "a trajectory whose knots fall": (
        edge("s1:s2", trajectory=curve((4.6, 5), (6.2, 5), knots=(0, 1, 0, 1))),
        SIDE, "edge 's1:s2'", "the knots of its trajectory do not rise",
    ),
    "a trajectory of too few points": (
        edge("s1:s2", trajectory=curve((4.6, 5), (6.2, 5), knots=(0, 0, 1, 1, 1), degree=2)),
        SIDE, "edge 's1:s2'", "its trajectory has degree 2 and 2 control points",
    ),
    "a lane without speed": (edge("s1:s2", maxSpeed=0), SIDE, "'s1:s2'", "expected `float` > 0.0"),
    "a lane with its heights swapped": (
        edge("s1:s2", minHeight=1.9, maxHeight=0.4), SIDE, "edge 's1:s2'", "is 1.9 m, above maxHeight, 0.4 m",
    ),
    "an action on the way that must be done": (
        edge("s1:s2", actions=actions("beep", requirement="REQUIRED")),
        SIDE, "edge 's1:s2'", "action 'beep' is REQUIRED there, and no robot of the shop is ever asked for it",
    ),
    "an action that no robot can at a desk": (
        acting("bay-desk-2", [*actions("pick", "drop"), *actions("polish", requirement="REQUIRED")]),
        SIDE, "node 'bay-desk-2'", "action 'polish' is REQUIRED there",
    ),
    "a desk where nothing can be handed over": (
        acting("bay-desk-2", actions("pick")), SIDE, "station 'desk-2'", "its node 'bay-desk-2' has no action 'drop'",
    ),
    "an outlet that gives nothing": (
        acting("bay-cabinet-outlet", []), SIDE, "station 'cabinet-outlet'", "has no action 'pick'",
    ),
    "an inlet that takes nothing": (
        acting("bay-cabinet-inlet", actions("pick")), SIDE, "station 'cabinet-inlet'", "has no action 'drop'",
    ),
    "a dock that does not charge": (
        acting("bay-dock-2", actions("stopCharging")), SIDE, "station 'dock-2'", "has no action 'startCharging'",
    ),
    "a desk off the lanes": (
        without("s6:bay-desk-2"), SIDE, "station 'desk-2'", "robot 'r1' cannot drive there from 'park-1'",
    ),
    "a park without a way home": (
        without("n3:bay-park-2"), SIDE, "station 'desk-1'", "robot 'r2' cannot drive back from there to 'park-2'",
    ),
    "a one-way trap": (
        added(place("trap", 20.2, 5.0), lane("s10", "trap")), SIDE, "node 'trap'", "cannot drive there from",
    ),
    "a park in the middle of the lane": (
        station("park-1", interactionNodeIds=["n5"]), SIDE, "station 'desk-1'", "crossing the bay of another station",
    ),
    "a bay whose robot reaches into the lane": (
        moved("bay-desk-2", 13.0, 4.4), SIDE, "station 'desk-2'", "'bay-desk-2' blocks the way from",
    ),
    "two bays too close for two robots": (
        moved("bay-dock-2", 6.9, 3.6), SIDE, "station 'dock-2'", "is too close to one at node 'bay-dock-1'",
    ),
    "lanes narrower than a robot": (
        LIF, side(("lane_width_m = 1.2", "lane_width_m = 0.6")), "edge 's1:s2'", "it is 0.6 m wide, and robot",
    ),
    "one park for two robots": (LIF, side(('"park-2"', '"park-1"')), "station 'park-1'", "two robots park here"),
    "more robots than parks": (
        LIF, side(('"park-3"', '"park-2"')), "station 'park-2'", "at least one park for each robot",
    ),
    "a park that nobody has drawn": (
        LIF, side(('park = "park-2"', 'park = "park-9"')), "robot 'r2'", "station 'park-9' is not in the LIF file",
    ),
    "a dock at somebody's desk": (
        LIF, side(('docks = ["dock-1"', 'docks = ["desk-4"')), "robot 'r1'", "its dock 'desk-4' is at node",
    ),
    "a desk that is not in the drawing": (
        LIF, side(('station = "desk-5"', 'station = "desk-55"')), "desk 'd5'", "station 'desk-55' is not in the LIF",
    ),
    "a robot of no size": (LIF, side(("radius_m = 0.35", "radius_m = 0")), "robots[0] 'r1', radius_m", "> 0.0"),
    "a doorway that is not drawn": (
        LIF, side(("lane_width_m", 'exclusive = [["s1", "door"]]\nlane_width_m')), "traffic.exclusive", "'door' is no",
    ),
}  # fmt: skip
"""What is wrong → the two files, the element at fault, and the fault."""


@pytest.mark.parametrize("story", FAULTS)
def test_each_way_to_get_a_layout_wrong_is_told_with_its_element(story):
    lif, side_text, element, fault = FAULTS[story]
    assert any(element in flaw.element and fault in flaw.fault for flaw in told(lif, side_text) if _is_fault(flaw))
    with pytest.raises(LayoutError) as refused:
        Layout.from_texts(lif, side_text)
    assert element in str(refused.value)


def _is_fault(flaw: Flaw) -> bool:
    return flaw.severity == "fault"


WARNINGS: dict[str, tuple[str, str, str, str]] = {
    "lanes that cross without a node": (
        added(lane("s5", "n6"), lane("n5", "s6")), SIDE, "edge 's5:n6'", "it crosses edge 'n5:s6' where there is",
    ),
    "a lane over a node": (added(lane("s1", "s3")), SIDE, "edge 's1:s3'", "it passes over node 's2'"),
    "two lanes for one": (
        added(("edges", {**joined("s1", "s2"), "edgeId": "again"})), SIDE, "edge 'again'", "as edge 's1:s2' does",
    ),
    "a dead end": (
        added(place("lone", 20.4, 5.0), lane("s10", "lone"), lane("lone", "s10")),
        SIDE, "node 'lone'", "a dead end: it is joined to node 's10' only",
    ),
    "a long lane without nodes": (
        added(lane("s1", "s10"), lane("s10", "s1")), SIDE, "edge 's1:s10'", "it is 14.4 m long",
    ),
    "a racing lane": (edge("s1:s2", maxSpeed=9), SIDE, "edge 's1:s2'", "is 9 m/s, and people walk here"),
    "a lane that laden robots may not use": (
        edge("s7:n7", loadRestriction={"unloaded": True, "loaded": False}),
        SIDE, "edge 's7:n7'", "closed to some loads for vehicle type 'demo.carrier', so it is never driven",
    ),
    "a station far from its node": (
        station("desk-2", stationPosition={"x": 20.0, "y": 2.8}), SIDE, "station 'desk-2'", "m from its node",
    ),
    "a station with two nodes": (
        station("desk-2", interactionNodeIds=["bay-desk-2", "s6"]), SIDE, "station 'desk-2'", "robots stop at the",
    ),
    "a station without use": (
        added(place("x", 20.4, 5.0), lane("s10", "x"), lane("x", "s10"),
              ("stations", {"stationId": "bench", "interactionNodeIds": ["x"]})),
        SIDE, "station 'bench'", "the side file has no use for it",
    ),
    "nodes closer than two robots": (moved("s10", 18.5, 5.0), SIDE, "node 's10'", "it is 0.70 m from node 's9'"),
    "a node behind the wall": (
        LIF, side(("hall = [[0.0, 0.0], [25.0, 0.0], [25.0, 12.0]", "hall = [[0.0, 0.0], [18.5, 0.0], [18.5, 12.0]")),
        "node 's10'", "it lies at 19, 5, outside the walls (places.hall)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", WARNINGS)
def test_what_robots_can_live_with_is_a_warning_and_the_shop_is_taken(story):
    lif, side_text, element, fault = WARNINGS[story]
    found = told(lif, side_text)
    assert any(flaw.element == element and fault in flaw.fault for flaw in found), [str(flaw) for flaw in found]
    assert not [str(flaw) for flaw in found if _is_fault(flaw)]
    assert Layout.from_texts(lif, side_text).warnings == tuple(found)


@pytest.mark.parametrize("name", layout_names())
def test_the_layouts_that_come_with_the_program_have_no_findings(name):
    source = layout_source(name)
    found = inspect(source.lif, source.side)
    assert found.flaws == with_spare_robots(found).flaws == inspect(source.lif).flaws == ()
    assert with_spare_robots(found).ground.lanes.keys() == {"r1", "r2", "r3", "r4"}


def test_a_spare_robot_that_would_not_fit_is_told_before_it_is_bought():
    wide = SIDE[: SIDE.index("[[spare_robots]]")] + SIDE[SIDE.index("[[spare_robots]]") :].replace("0.35", "0.7", 1)
    found = inspect(LIF, wide)
    assert found.flaws == ()
    assert any("robot 'r3' needs more than 1.4 m" in flaw.fault for flaw in with_spare_robots(found).faults)


# ── without a side file ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lif", "element", "fault"),
    [
        (without("s10:n10"), "node 's10'", "no edge leads from it for vehicle type 'demo.carrier'"),
        (without("bay-desk-2:s6", "s6:bay-desk-2"), "node 'bay-desk-2'", "no edge leads to it or from it"),
        (
            added(
                place("t1", 20.2, 5.0), place("t2", 21.4, 5.0), lane("s10", "t1"), lane("t1", "t2"), lane("t2", "t1")
            ),
            "node 't1'",
            "it and 1 nodes with it has no way back to node 's1' for vehicle type 'demo.carrier': a one-way trap",
        ),
        (
            node("bay-desk-2", vehicleTypeNodeProperties=[{"vehicleTypeId": "tug"}]),
            "edge 's6:bay-desk-2'",
            "vehicle type 'demo.carrier' may drive it, but not use its node 'bay-desk-2'",
        ),
    ],
)
def test_lanes_alone_are_looked_over_without_a_side_file(lif, element, fault):
    assert any(flaw.element == element and fault in flaw.fault for flaw in told(lif, None))


# ── all of it at once ────────────────────────────────────────────────────────────────────────────────


def test_every_row_that_cannot_be_read_is_told_in_one_pass_and_the_others_are_still_there():
    def change(sheet: Rows) -> None:
        by_id(sheet["nodes"], "s6")["nodePosition"]["x"] = "13"
        by_id(sheet["edges"], "s1:s2")["endNodeId"] = 7
        del by_id(sheet["stations"], "desk-4")["interactionNodeIds"]

    broken = side(("bins = 240", "bins = -1"), ('pad = "pad-3"', 'paad = "pad-3"'), ("lockers = 40\n", ""))
    found = inspect(drawn(change), broken)
    elements = [flaw.element for flaw in found.faults]
    assert [element.split(", ", 1)[1] for element in elements[:3]] == [
        "nodes[5] 's6', nodePosition.x",
        "edges[0] 's1:s2', endNodeId",
        "stations[6] 'desk-4'",
    ]
    assert elements[3:] == ["desks[2] 'd3'", "cabinets[0] 'c1', bins", "the file"]
    assert "s5" in found.drawing.nodes
    assert "s6" not in found.drawing.nodes
    assert found.drawing.edges.keys() == {
        name for name in inspect(LIF).drawing.edges if "s6" not in name.split(":") and name != "s1:s2"
    }


def test_faults_of_places_are_told_together_and_before_the_warnings():
    def change(sheet: Rows) -> None:
        sheet["edges"] = [row for row in sheet["edges"] if row["edgeId"] not in ("s6:bay-desk-2", "bay-desk-3:s8")]
        by_id(sheet["nodes"], "bay-desk-7")["nodePosition"]["y"] = 7.2
        sheet["edges"].append(joined("s1", "s3"))

    found = told(drawn(change))
    assert {flaw.element for flaw in found if _is_fault(flaw)} == {
        "station 'desk-2'", "station 'desk-3'", "station 'desk-7'",
    }  # fmt: skip
    assert [flaw.severity for flaw in found] == sorted(flaw.severity for flaw in found)


def test_a_file_of_nothing_but_faults_is_told_up_to_a_limit():
    lif = json.loads(LIF)
    lif["layouts"][0]["nodes"] = [{"nodeId": f"n{at}"} for at in range(5000)]
    lif["layouts"][0]["edges"] = []
    assert len(inspect(json.dumps(lif)).flaws) <= FINDINGS_MAX


# ── spoilt at random ─────────────────────────────────────────────────────────────────────────────────

STRANGE: tuple[Rows, ...] = ("", "s1", -1, 0, 1e9, 2**70, True, [], {}, [[]], {"x": 1}, "工" * 200, 0.35)


@st.composite
def spoilt(draw: st.DrawFn, tree: Rows) -> Rows:
    """One to three places of a file deleted, renamed, doubled, swapped or told something strange."""
    tree = deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        found = list(_places(tree))
        if not found:
            break
        holder, key = found[draw(st.integers(0, len(found) - 1))]
        draw(st.sampled_from(WAYS))(holder, key, draw)
    return tree


def _places(tree: Rows) -> list[tuple[Rows, str | int]]:
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree))) if isinstance(tree, list) else []
    return [pair for key in keys for pair in ((tree, key), *_places(tree[key]))]


def _delete(holder: Rows, key: str | int, draw: st.DrawFn) -> None:
    del holder[key]


def _replace(holder: Rows, key: str | int, draw: st.DrawFn) -> None:
    holder[key] = draw(st.sampled_from(STRANGE))


def _double(holder: Rows, key: str | int, draw: st.DrawFn) -> None:
    if isinstance(holder, list):
        holder.append(deepcopy(holder[key]))
    else:
        holder[f"{key}2"] = deepcopy(holder[key])


def _swap(holder: Rows, key: str | int, draw: st.DrawFn) -> None:
    other = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else list(range(len(holder)))))
    holder[key], holder[other] = holder[other], holder[key]


def _nudge(holder: Rows, key: str | int, draw: st.DrawFn) -> None:
    if isinstance(holder[key], float):
        holder[key] += draw(st.sampled_from((-1.2, -0.4, 0.4, 1.2)))


WAYS: tuple[Callable[[Rows, str | int, st.DrawFn], None], ...] = (_delete, _replace, _double, _swap, _nudge)


def taken_or_refused(lif: str, side_text: str) -> None:
    found = inspect(lif, side_text)
    if found.faults:
        with pytest.raises(LayoutError):
            Layout.from_texts(lif, side_text)
    else:
        shop = Layout.from_texts(lif, side_text)
        assert shop.warnings == found.warnings


@settings(max_examples=60, deadline=None)
@given(spoilt(json.loads(LIF)))
def test_a_spoilt_lif_file_is_a_layout_or_a_layout_error(tree):
    taken_or_refused(json.dumps(tree), SIDE)


@settings(max_examples=60, deadline=None)
@given(spoilt(tomllib.loads(SIDE)))
def test_a_spoilt_side_file_is_a_layout_or_a_layout_error(tree):
    try:
        text = msgspec.toml.encode(tree).decode()
    except (TypeError, msgspec.MsgspecError):
        return  # TOML cannot say it
    taken_or_refused(LIF, text)
