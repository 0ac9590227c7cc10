"""What stands in an order beside its nodes: what the layout demands of an action, and numbers nobody mistakes."""

import json
from itertools import pairwise

import pytest

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import Action, Node
from shopfloor.core.fleet.order_message import _typed
from tests.core.fleet_stage import Stage
from tests.core.story import DATA, LAYOUT

OUTLET = "bay-cabinet-outlet"


def where_it_stands(stage: Stage) -> list[Node]:
    """Of orders for where the robot stands already, with something to do there: their only node."""
    return [out.order.nodes[0] for out in stage.orders if not out.order.edges and out.order.order_update_id == 0]


def first_pick(stage: Stage) -> Action:
    actions = [action for out in stage.orders for node in out.order.nodes for action in node.actions]
    return next(action for action in actions if action.action_type == "pick")


def demanding(**parameters: str) -> Layout:
    """The sample, whose outlet demands these of a pick."""
    lif = json.loads((DATA / "layouts" / "sample.lif.json").read_text(encoding="utf-8"))
    node = next(node for node in lif["layouts"][0]["nodes"] if node["nodeId"] == OUTLET)
    for use in node["vehicleTypeNodeProperties"]:
        for action in use["actions"]:
            action["actionParameters"] = [{"key": key, "value": value} for key, value in parameters.items()]
    return Layout.from_texts(json.dumps(lif), (DATA / "layouts" / "sample.toml").read_text(encoding="utf-8"))


def test_r18_an_order_for_the_node_that_was_just_passed_as_number_0_is_numbered_anew():
    """A robot that knows a node by id and number alone would take the second order for done before it began."""
    stage = Stage(layout=LAYOUT.with_robots(1))
    jobs = [stage.deliver(desk) for desk in ("d1", "d2", "d3")]
    assert stage.run(20 * MINUTE, until=lambda: all(stage.done(job) for job in jobs))
    nodes = where_it_stands(stage)
    again = [(before, after) for before, after in pairwise(nodes) if before.node_id == after.node_id]
    assert again
    assert [(before.sequence_id, after.sequence_id) for before, after in again] == [(0, 2)] * len(again)


def test_r15_what_the_layout_demands_of_a_pick_is_told_to_the_robot():
    stage = Stage(layout=demanding(stationType="floor", loadType="tote"))
    job = stage.deliver("d1")
    assert stage.run(20 * MINUTE, until=lambda: stage.done(job))
    pick = first_pick(stage)
    assert (pick.parameter("stationType"), pick.parameter("loadType")) == ("floor", "tote")
    assert pick.parameter("loadId")
    plain = Stage()
    plain.deliver("d1")
    plain.run(MINUTE)
    assert first_pick(plain).parameter("stationType") is None


@pytest.mark.parametrize(
    ("text", "data_type", "value"),
    [
        ("true", "BOOL", True),
        ("2", "INTEGER", 2),
        ("0.5", "NUMBER", 0.5),
        ("0.5", "FLOAT", 0.5),
        ("[1, 2]", "ARRAY", [1, 2]),
        ('{"a": 1}', "OBJECT", {"a": 1}),
        ("2", "STRING", "2"),
        ("2", "", "2"),
        ("two", "INTEGER", "two"),
    ],
)
def test_r15_the_layouts_strings_are_read_as_the_factsheet_says(text, data_type, value):
    """A robot that is told no sense answers for itself."""
    read = _typed(text, data_type)
    assert read == value
    assert type(read) is type(value)
