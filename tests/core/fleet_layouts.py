"""Other shops than the sample: one lane where nobody can pass anybody, and a ring that may be driven both ways."""

import json

from shopfloor.contract.layout import Layout
from shopfloor.service.layouts import layout_source, named_layout


def aisle_layout(robots: int) -> Layout:
    """The aisle shop with its first one to four robots."""
    return named_layout("aisle").with_robots(robots)


def ring_layout() -> Layout:
    """The sample shop, with every lane open both ways."""
    source = layout_source("sample")
    lif = json.loads(source.lif)
    sheet = lif["layouts"][0]
    pattern = sheet["edges"][0]
    ends = dict.fromkeys(pair for edge in sheet["edges"] for pair in (_ends(edge), _ends(edge)[::-1]))
    sheet["edges"] = [{**pattern, "edgeId": f"{a}:{b}", "startNodeId": a, "endNodeId": b} for a, b in ends]
    return Layout.from_texts(json.dumps(lif), source.side)


def _ends(edge):
    return edge["startNodeId"], edge["endNodeId"]
