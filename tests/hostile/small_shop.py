"""The smallest shop that the linter lets pass: a hub and a bay for each station. Short, so that fuzzers are quick."""

import math

import msgspec

STATIONS = {
    "desk-1": ("pick", "drop"),
    "outlet": ("pick",),
    "inlet": ("drop",),
    "receiving": ("pick",),
    "park-1": (),
    "dock-1": ("startCharging",),
}
"""Station → what is done there."""
BAY_M = 3.0
"""From the hub to each bay, all around it."""


def _node(name: str, x: float, y: float) -> dict[str, object]:
    actions = [{"actionType": kind, "blockingType": "HARD"} for kind in STATIONS.get(name, ())]
    uses = [{"vehicleTypeId": "cart", "actions": actions}]
    return {"nodeId": name, "mapId": "hall", "nodePosition": {"x": x, "y": y}, "vehicleTypeNodeProperties": uses}


def _lane(start: str, end: str) -> dict[str, object]:
    uses = [{"vehicleTypeId": "cart", "rotationAllowed": True}]
    return {
        "edgeId": f"{start}:{end}", "startNodeId": start, "endNodeId": end, "vehicleTypeEdgeProperties": uses
    }  # fmt: skip


def _bay(place: int) -> tuple[float, float]:
    angle = math.tau * place / len(STATIONS)
    return round(BAY_M * math.cos(angle), 3), round(BAY_M * math.sin(angle), 3)


def _lif() -> dict[str, object]:
    """One lane has all that a lane may have; the others have what they must."""
    lanes = [_lane(*ends) for name in STATIONS for ends in (("hub", name), (name, "hub"))]
    lanes[0]["vehicleTypeEdgeProperties"] = [
        {
            "vehicleTypeId": "cart",
            "rotationAllowed": False,
            "maxSpeed": 0.5,
            "orientationType": "TANGENTIAL",
            "loadRestriction": {"unloaded": True, "loaded": True},
            "actions": [{"actionType": "beep", "blockingType": "NONE", "requirementType": "OPTIONAL"}],
            "trajectory": {"knotVector": [0, 0, 1, 1], "controlPoints": [{"x": 0, "y": 0}, {"x": BAY_M, "y": 0}]},
        }
    ]
    return {
        "metaInformation": {"lifVersion": "0.11.0"},
        "layouts": [
            {
                "layoutId": "hall",
                "layoutVersion": "1",
                "nodes": [_node("hub", 0.0, 0.0), *(_node(name, *_bay(at)) for at, name in enumerate(STATIONS))],
                "edges": lanes,
                "stations": [{"stationId": name, "interactionNodeIds": [name]} for name in STATIONS],
            }
        ],
    }


SMALL_LIF = msgspec.json.encode(_lif()).decode()

SMALL_SIDE = """
receiving_station = "receiving"
lockers = 2
loaners = [{id = "lo1", model = "Aster M40", imei = "001010000000016"}]
equipment = [{id = "jig-1", kind = "folding_jig", name = "Folding jig"}]
managers = [{id = "m1", name = "Gao Jie"}]
desks = [{id = "d1", station = "desk-1", pad = "pad-1", pos = "pos-1"}]

[store]
id = "s1"
name = "Shop"
utc_offset_min = 480

[store.opening]
mon = "closed"
tue = "closed"
wed = "closed"
thu = "closed"
fri = "closed"
sat = "closed"
sun = ["10:00", "20:00"]

[devices]
handheld = ["h1", "h2"]
pad = ["pad-1"]
pos = ["pos-1"]
cabinet = ["c1"]

[[cabinets]]
id = "c1"
bins = 240
outlet_station = "outlet"
inlet_station = "inlet"
outlet_totes = 4

[[engineers]]
id = "e1"
name = "Lin Wei"
handheld = "h1"
lines = ["A"]
certificates = ["board"]

[[parts_keepers]]
id = "pk1"
name = "Tang Rui"
handheld = "h2"

[[shifts]]
id = "sun"
days = ["sun"]
start = "09:45"
end = "20:30"
people = ["e1", "pk1"]

[[robots]]
id = "r1"
manufacturer = "demo"
serial_number = "carrier-1"
version = "2.1.0"
vehicle_type = "cart"
totes = 3
park = "park-1"
docks = ["dock-1"]
radius_m = 0.35
speed_mps = 1.0

[traffic]
margin_m = 0.1
lane_width_m = 1.4
narrow_m = {"hub:desk-1" = 1.0}
exclusive = [["hub:outlet", "hub:inlet"]]

[places]
entrance = [5.0, 1.0]
queue_machine = [4.0, 1.0]
call_display = [4.0, 2.0]
parts_room = [0.0, 1.0]
seats = [[3.0, 1.0]]
hall = [[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]]

[[walks]]
id = "entrance"
points = [[5.0, 1.0], [4.0, 1.0]]
"""
"""Everything that a side file may have, once."""
