"""What stands in a message of VDA 5050, read from its JSON here: the checker shares no codec with those it judges."""

import json
from datetime import datetime

from msgspec import Struct

OPEN = ("WAITING", "INITIALIZING", "RUNNING", "PAUSED", "RETRIABLE")
ENDED = ("FINISHED", "FAILED")


class Post(Struct, frozen=True):
    """One message as it was seen: where, when (milliseconds), and how it was sent."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    at: int

    @property
    def robot(self) -> str:
        return "/".join(self.topic.split("/")[2:4])

    @property
    def major(self) -> str:
        return self.topic.split("/")[1].lstrip("v")

    @property
    def level(self) -> str:
        return self.topic.split("/")[-1]


def content(plain):
    """A message without what is new in every sending."""
    return {key: value for key, value in plain.items() if key not in ("headerId", "timestamp")}


def when(plain) -> float:
    """The time that a message claims, in milliseconds."""
    return datetime.fromisoformat(plain["timestamp"]).timestamp() * 1000


class Order:
    """An order, whatever its version: the words for its shape are the same in all of them."""

    def __init__(self, payload: bytes) -> None:
        self.plain = json.loads(payload)
        self.id = self.plain["orderId"]
        self.update = self.plain["orderUpdateId"]
        self.nodes = self.plain["nodes"]
        self.edges = self.plain["edges"]

    @property
    def key(self):
        return self.id, self.update

    @property
    def first(self):
        return self.nodes[0]

    @property
    def base(self):
        return [node for node in self.nodes if node["released"]]

    @property
    def base_end(self):
        return self.base[-1]

    @property
    def actions(self):
        return [action for part in (*self.nodes, *self.edges) for action in part["actions"]]

    @property
    def base_actions(self):
        parts = [part for part in (*self.nodes, *self.edges) if part["released"]]
        return [action["actionId"] for part in parts for action in part["actions"]]


class State:
    """A robot's state, in the words of 3.0."""

    def __init__(self, payload: bytes, major: str) -> None:
        plain = self.plain = json.loads(payload)
        self.order = plain["orderId"]
        self.update = plain["orderUpdateId"]
        self.last_node = plain["lastNodeId"]
        self.last_sequence = plain["lastNodeSequenceId"]
        self.nodes = plain["nodeStates"]
        self.edges = plain["edgeStates"]
        self.listed = [(each["actionId"], each["actionStatus"]) for each in plain["actionStates"]]
        self.instants = {each["actionId"]: each["actionStatus"] for each in plain.get("instantActionStates", [])}
        self.errors = [_error(each) for each in plain["errors"]]
        self.mode = plain["operatingMode"].replace("TEACHIN", "TEACH_IN")
        self.paused = plain.get("paused", False)
        self.driving = plain["driving"]
        spot = plain.get("mobileRobotPosition" if major == "3" else "agvPosition")
        self.localized = spot is not None and spot["localized" if major == "3" else "positionInitialized"]
        self.spot = None if spot is None else (spot["x"], spot["y"])
        self.fatal = any(level == "FATAL" for _, level, _ in self.errors)

    @property
    def actions(self):
        return dict(self.listed)

    def status(self, action_id):
        return self.instants.get(action_id) or self.actions.get(action_id)

    def idle(self, instants=()) -> bool:
        """``instants``: ids of instant actions, which older versions show among the others."""
        open_ids = [each for each, status in self.listed if status not in ENDED and each not in instants]
        return not self.nodes and not self.edges and not open_ids

    def complains_of(self, key: str, value) -> bool:
        return any(references.get(key) == str(value) for _, _, references in self.errors)


def _error(plain):
    references = {each["referenceKey"]: str(each["referenceValue"]) for each in plain.get("errorReferences", [])}
    return plain["errorType"], plain["errorLevel"], references
