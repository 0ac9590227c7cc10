"""The sample shop's two files, and ways to draw it wrong."""

import json
from collections.abc import Callable
from typing import TypeAlias

import pytest

from shopfloor.contract.layout import Layout, LayoutError
from shopfloor.service.layouts import layout_source

SOURCE = layout_source("sample")
LIF, SIDE = SOURCE.lif, SOURCE.side

Rows: TypeAlias = "dict[str, Rows] | list[Rows] | str | float"


def side(*changes: tuple[str, str]) -> str:
    """The sample side file with the first occurrence of each text replaced."""
    text = SIDE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def drawn(change: Callable[[Rows], None]) -> str:
    """The sample LIF file after a change to its one sheet."""
    lif = json.loads(LIF)
    change(lif["layouts"][0])
    return json.dumps(lif)


def by_id(rows: Rows, element: str) -> Rows:
    return next(row for row in rows if element in (row.get("nodeId"), row.get("edgeId"), row.get("stationId")))


def without(*edges: str) -> str:
    def change(sheet: Rows) -> None:
        assert all(by_id(sheet["edges"], edge) for edge in edges)
        sheet["edges"] = [edge for edge in sheet["edges"] if edge["edgeId"] not in edges]

    return drawn(change)


def moved(node: str, x: float, y: float) -> str:
    return drawn(lambda sheet: by_id(sheet["nodes"], node)["nodePosition"].update(x=x, y=y))


def joined(start: str, end: str) -> dict[str, Rows]:
    use = {"vehicleTypeId": "demo.carrier", "rotationAllowed": False}
    return {
        "edgeId": f"{start}:{end}",
        "startNodeId": start,
        "endNodeId": end,
        "vehicleTypeEdgeProperties": [use],
    }


def refusal(lif_text: str, side_text: str) -> str:
    with pytest.raises(LayoutError) as refused:
        Layout.from_texts(lif_text, side_text)
    assert all(flaw.element and flaw.fault and flaw.remedy for flaw in refused.value.flaws)
    return str(refused.value)
