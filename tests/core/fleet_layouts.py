"""Other shops than the sample: one lane where nobody can pass anybody, and a ring that may be driven both ways."""

import itertools
import json

from shopfloor.contract.layout import Layout
from tests.core.story import DATA

BAY_M = 1.2
LANE = tuple(f"s{at}" for at in range(1, 11))
MOVED = {
    "bay-cabinet-inlet": "s1",
    "bay-park-1": "s2",
    "bay-park-2": "s3",
    "bay-desk-5": "s9",
    "bay-desk-6": "s8",
    "bay-desk-7": "s6",
    "bay-desk-8": "s5",
}
"""Bays of the sample's northern lane, and the node of the southern one that they now lie at."""


def aisle_layout(robots: int) -> Layout:
    """Two robots at least, four at most: their parks lie on both ends of the lane."""
    lif = json.loads((DATA / "layouts" / "sample.lif.json").read_text(encoding="utf-8"))
    side = (DATA / "layouts" / "sample.toml").read_text(encoding="utf-8")
    sheet = lif["layouts"][0]
    nodes = {node["nodeId"]: node for node in sheet["nodes"] if not node["nodeId"].startswith("n")}
    pattern = next(edge for edge in sheet["edges"] if edge["edgeId"] == "s1:s2")
    pairs = list(itertools.pairwise(LANE))
    pairs += [(mouth, bay) for bay, mouth in MOVED.items()]
    pairs += [_ends(edge) for edge in sheet["edges"] if edge["startNodeId"] in LANE and "bay" in edge["endNodeId"]]
    for bay, mouth in MOVED.items():
        nodes[bay] = _beside(nodes[bay], nodes[mouth], BAY_M)
    for number in range(3, robots + 1):
        bay = f"bay-park-{number}"
        nodes[bay] = _beside({**nodes["bay-park-1"], "nodeId": bay}, nodes["s10"], BAY_M if number == 3 else -BAY_M)
        sheet["stations"].append(
            {"stationId": f"park-{number}", "interactionNodeIds": [bay], "stationName": f"Park of r{number}"}
        )
        pairs.append(("s10", bay))
        side = _another_robot(side, number)
    ends = dict.fromkeys((one, other) for pair in pairs for one, other in (pair, pair[::-1]))
    sheet["nodes"] = list(nodes.values())
    sheet["edges"] = [{**pattern, "edgeId": f"{a}:{b}", "startNodeId": a, "endNodeId": b} for a, b in ends]
    return Layout.from_texts(json.dumps(lif), side)


def ring_layout() -> Layout:
    """The sample shop, with every lane open both ways."""
    lif = json.loads((DATA / "layouts" / "sample.lif.json").read_text(encoding="utf-8"))
    side = (DATA / "layouts" / "sample.toml").read_text(encoding="utf-8")
    sheet = lif["layouts"][0]
    pattern = sheet["edges"][0]
    ends = dict.fromkeys(pair for edge in sheet["edges"] for pair in (_ends(edge), _ends(edge)[::-1]))
    sheet["edges"] = [{**pattern, "edgeId": f"{a}:{b}", "startNodeId": a, "endNodeId": b} for a, b in ends]
    return Layout.from_texts(json.dumps(lif), side)


def _beside(node, mouth, away_m):
    at = mouth["nodePosition"]
    return {**node, "nodePosition": {"x": at["x"], "y": at["y"] + away_m}}


def _another_robot(side, number):
    first = side[side.index('[[robots]]\nid = "r1"') : side.index('[[robots]]\nid = "r2"')]
    row = first
    for old, new in (('"r1"', f'"r{number}"'), ("carrier-1", f"carrier-{number}"), ("park-1", f"park-{number}")):
        row = row.replace(old, new)
    return side.replace("[[loaners]]", row + "[[loaners]]", 1)


def _ends(edge):
    return edge["startNodeId"], edge["endNodeId"]
