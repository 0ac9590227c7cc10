"""LIF files as integrators export them: read whole, kindly where the format's own examples are odd, else refused."""

import json
from copy import deepcopy
from typing import TypeAlias

import pytest

from shopfloor.contract.flaws import FLAWS_MAX, LayoutError
from shopfloor.contract.lif_reading import LIF_CHARS_MAX, read_lif

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"

TWO_NODES: Json = {
    "metaInformation": {
        "projectIdentification": "two nodes",
        "creator": "a planner",
        "exportTimestamp": "2026-01-05T09:00:00.00Z",
        "lifVersion": "1.0.0",
    },
    "layouts": [
        {
            "layoutId": "hall",
            "layoutVersion": "1",
            "nodes": [
                {
                    "nodeId": "n1",
                    "mapId": "hall",
                    "nodePosition": {"x": 0.0, "y": 0.0},
                    "vehicleTypeNodeProperties": [
                        {
                            "vehicleTypeId": "carrier",
                            "theta": 1.5,
                            "actions": [
                                {
                                    "actionType": "pick",
                                    "requirementType": "OPTIONAL",
                                    "blockingType": "HARD",
                                    "actionParameters": [{"key": "height", "value": "0.9"}],
                                }
                            ],
                        }
                    ],
                },
                {
                    "nodeId": "n2",
                    "mapId": "hall",
                    "nodePosition": {"x": 3, "y": 4},
                    "vehicleTypeNodeProperties": [{"vehicleTypeId": "carrier"}],
                },
            ],
            "edges": [
                {
                    "edgeId": "e1",
                    "startNodeId": "n1",
                    "endNodeId": "n2",
                    "vehicleTypeEdgeProperties": [
                        {"vehicleTypeId": "carrier", "rotationAllowed": False, "maxSpeed": 0.8}
                    ],
                }
            ],
            "stations": [{"stationId": "desk-1", "interactionNodeIds": ["n1"], "stationHeight": 0.9}],
        }
    ],
}


def changed(path: str, value: Json) -> str:
    """The two-node file with one place changed: ``layouts.0.edges.0.endNodeId``; the value None deletes it."""
    lif = deepcopy(TWO_NODES)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = lif
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(lif)


def refusal(text: str) -> str:
    with pytest.raises(LayoutError) as refused:
        read_lif(text)
    return str(refused.value)


def test_a_lif_file_is_read_with_the_protocols_own_defaults():
    drawing = read_lif(json.dumps(TWO_NODES))
    edge = drawing.edges["e1"].use("carrier")
    assert (edge.max_speed, edge.orientation_type, edge.reentry_allowed) == (0.8, "TANGENTIAL", True)
    assert (edge.rotation_at_start_node_allowed, edge.rotation_at_end_node_allowed) == ("BOTH", "BOTH")
    assert drawing.nodes["n1"].use("carrier").actions[0].action_parameters[0].value == "0.9"
    assert drawing.stations["desk-1"].stop == "n1"
    assert drawing.warnings == ()


def test_a_vehicle_type_without_a_row_may_not_use_node_or_edge():
    drawing = read_lif(json.dumps(TWO_NODES))
    assert drawing.nodes["n1"].use("forklift") is None
    assert drawing.edges["e1"].use("forklift") is None


def test_sheets_of_one_file_are_joined_and_an_edge_may_end_on_another_sheet():
    lif = deepcopy(TWO_NODES)
    upper = {**deepcopy(lif["layouts"][0]), "layoutId": "upper", "edges": [], "stations": []}
    lif["layouts"][0]["nodes"], upper["nodes"] = upper["nodes"][:1], upper["nodes"][1:]
    lif["layouts"].append(upper)
    drawing = read_lif(json.dumps(lif))
    assert list(drawing.nodes) == ["n1", "n2"]
    assert drawing.edges["e1"].end == "n2"


@pytest.mark.parametrize(
    ("path", "value", "warning"),
    [
        ("layouts.0.stations", None, "layout 'hall': stations are missing"),
        ("layouts.0.stations.0.stationHeight", "0.55", "station 'desk-1': stationHeight is a string"),
        ("layouts.0.nodes.1.mapId", None, "node 'n2': mapId is missing"),
        (
            "layouts.0.nodes.0.vehicleTypeNodeProperties.0.actions.0.requirementType",
            None,
            "node 'n1': requirementType of pick is missing",
        ),
        ("metaInformation.lifVersion", "0.11.0", "lifVersion is '0.11.0'"),
    ],
)
def test_what_the_formats_own_examples_do_wrong_is_read_with_a_warning(path, value, warning):
    (told,) = read_lif(changed(path, value)).warnings
    assert warning in str(told)
    assert told.severity == "warning"


def test_a_height_written_as_a_string_is_still_a_height():
    drawing = read_lif(changed("layouts.0.stations.0.stationHeight", "0.55"))
    assert drawing.stations["desk-1"].height_m == 0.55


@pytest.mark.parametrize(
    ("path", "value", "element", "fault"),
    [
        ("metaInformation.lifVersion", "2.0.0", "metaInformation", "lifVersion is '2.0.0'"),
        ("metaInformation.lifVersion", None, "metaInformation", "missing required field `lifVersion`"),
        ("layouts.0.nodes.1.nodeId", "n1", "node 'n1'", "two nodes have this id"),
        ("layouts.0.edges.0.edgeId", "n2", "edge 'n2'", "a node has the same id"),
        ("layouts.0.nodes.1.nodePosition.x", "3", "nodes[1] 'n2', nodePosition.x", "expected `float`, got `str`"),
        ("layouts.0.nodes.1.nodePosition.y", 1e9, "nodes[1] 'n2', nodePosition.y", "expected `float` <="),
        ("layouts.0.nodes.1.vehicleTypeNodeProperties", [], "node 'n2'", "no vehicle type may use it"),
        (
            "layouts.0.nodes.1.vehicleTypeNodeProperties",
            [{"vehicleTypeId": "carrier"}, {"vehicleTypeId": "carrier"}],
            "node 'n2'",
            "vehicle type 'carrier' is listed twice",
        ),
        ("layouts.0.edges.0.startNodeId", "n7", "edge 'e1'", "startNodeId 'n7' is no node of this file"),
        ("layouts.0.edges.0.endNodeId", "n9", "edge 'e1'", "endNodeId 'n9' is no node of this file"),
        ("layouts.0.edges.0.endNodeId", "n1", "edge 'e1'", "it starts and ends at node 'n1'"),
        ("layouts.0.edges.0.vehicleTypeEdgeProperties.0.maxSpeed", 0, "edges[0] 'e1'", "expected `float` > 0"),
        ("layouts.0.stations.0.interactionNodeIds", ["n8"], "station 'desk-1'", "interaction node 'n8' is no node"),
        ("layouts.0.stations.0.interactionNodeIds", [], "station 'desk-1'", "it has no interaction node"),
        ("layouts.0.stations.0.stationHeight", "high", "station 'desk-1'", "stationHeight 'high' is no number"),
    ],
)
def test_a_broken_lif_file_is_refused_naming_element_and_fault(path, value, element, fault):
    message = refusal(changed(path, value))
    assert element in message
    assert fault in message
    assert "; " in message  # what to do


def test_text_that_is_not_json_is_refused():
    assert refusal("<lif/>").startswith("LIF file: it is not JSON")


def test_a_file_beyond_all_measure_is_not_even_parsed():
    assert f"more than {LIF_CHARS_MAX} characters" in refusal(" " * (LIF_CHARS_MAX + 1))


def test_all_flaws_are_told_at_once_up_to_a_limit():
    lif = deepcopy(TWO_NODES)
    edge = lif["layouts"][0]["edges"][0]
    lif["layouts"][0]["edges"] = [{**edge, "edgeId": f"e{i}", "endNodeId": "nowhere"} for i in range(3)]
    assert len(refusal(json.dumps(lif)).splitlines()) == 3
    lif["layouts"][0]["edges"] = [{**edge, "edgeId": f"e{i}", "endNodeId": "nowhere"} for i in range(99)]
    assert len(refusal(json.dumps(lif)).splitlines()) == FLAWS_MAX
