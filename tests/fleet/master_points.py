"""What can be seen of fleet control's 27 points (M1 to M27) by reading along what it sends and what it hears.

Not to be seen from a wire: what it subscribes to (M1), which error it believes (M15), what it concludes from silence
(M23), and what it ignores (M27); those have tests of their own.
"""

import json
import math
import re

from tests.fleet.findings import Findings
from tests.fleet.wire_words import ENDED, Order, Post, State, content, when

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DRIVES = ("AUTOMATIC", "SEMIAUTOMATIC")
ASIDE = ("MANUAL", "SERVICE", "TEACH_IN", "STARTUP")
SENDINGS_MAX = 10
"""So often one cancelOrder may be sent (M17)."""
GIVEN_UP_AFTER = 4
"""Sent so often without an answer (R7: an order may have cleared the error that was one), a cancel is given up."""
INSTANTS_MAX = 30
"""So long a list of instant actions may grow before somebody clears it (M26)."""
WITHIN_M = 0.3


class MasterPoints:
    """Fleet control and one robot."""

    def __init__(self, findings: Findings) -> None:
        self._found = findings
        self._numbers: dict[str, int] = {}
        self._heard: State | None = None
        self._version = ""
        self._offline = False
        self._offline_since = 0
        self._factsheet = None
        self._sent: Order | None = None
        self._sent_at = 0
        self._end = None
        self._released: dict[int, str] = {}
        self._echoed: set[tuple[str, int]] = set()
        self._actions: dict[str, str] = {}
        self._instants: dict[str, str] = {}
        self._cancels: dict[str, str] = {}
        self._cancelled = ""
        self._sendings: dict[str, int] = {}

    @property
    def holds(self) -> list[str]:
        """Nodes that it must have to itself: those it may still drive to, and the one that it last passed."""
        here = [self._heard.last_node] if self._heard is not None and self._heard.last_node else []
        if self._end is None or self._sent is None:
            return here
        passed = self._heard.last_sequence if self._heard is not None and self._heard.order == self._sent.id else -1
        if self._heard is not None and (*self._sent.key,) in self._echoed and self._heard.idle(self._instants):
            return here
        return [node for sequence, node in self._released.items() if sequence >= passed] or here

    # ── what it hears ────────────────────────────────────────────────────────────────────────────

    def hears(self, post: Post) -> None:
        plain = json.loads(post.payload)
        if post.level == "factsheet":
            self._factsheet = plain
        elif post.level == "connection":
            self._offline = plain["connectionState"] in ("OFFLINE", "CONNECTION_BROKEN", "CONNECTIONBROKEN")
            self._offline_since = post.at
        elif post.level == "state":
            self._hears_state(post, plain)

    def _hears_state(self, post: Post, plain) -> None:
        if self._heard is not None and _stamp(plain) <= _stamp(self._heard.plain):
            return
        state = self._heard = State(post.payload, post.major)
        self._offline = self._offline and when(plain) <= self._offline_since  # its ONLINE was overtaken
        self._version = plain["version"]
        self._echoed.add((state.order, state.update))
        self._read_refusal(state)
        cancelled = [
            each for each in self._cancels if state.status(each) in ENDED or state.complains_of("actionId", each)
        ]
        for each in cancelled:
            del self._cancels[each]
        if post.major == "3":
            self._found.judge("M26", post, len(state.instants) <= INSTANTS_MAX, "nobody clears its instant actions")

    def _read_refusal(self, state: State) -> None:
        """What was refused will not be driven: it ends where it began."""
        sent = self._sent
        if sent is None or sent.key in self._echoed or not state.complains_of("orderId", sent.id):
            return
        start = sent.first["sequenceId"]
        self._released = {sequence: node for sequence, node in self._released.items() if sequence <= start}

    # ── what it sends ────────────────────────────────────────────────────────────────────────────

    def sends(self, post: Post) -> None:
        plain = json.loads(post.payload)
        judge = self._found.judge
        judge("M2", post, (post.qos, post.retain) == (0, False), "not at QoS 0, or retained")
        before = self._numbers.get(post.level)
        number = self._numbers[post.level] = plain["headerId"]
        judge("M3", post, before is None or number == before + 1, f"headerId {number} after {before}")
        judge("M4", post, bool(TIMESTAMP.fullmatch(plain["timestamp"])), "not ISO 8601 with milliseconds and Z")
        if self._version:
            judge("M5", post, plain["version"] == self._version, f"the robot says {self._version}")
        if self._heard is not None:
            by_hand = self._heard.mode in ASIDE
            judge("M24", post, not by_hand, f"its mode is {self._heard.mode}")
        if post.level == "order":
            self._sends_order(post, Order(post.payload))
        else:
            self._sends_instant_actions(post, plain["actions"])

    def _sends_order(self, post: Post, order: Order) -> None:
        self._found.judge("M22", post, not self._offline, "an order to a robot that is not connected")
        self._judge_shape(post, order)
        last = self._sent
        if last is not None and order.key == last.key:
            self._judge_resend(post, order, last)
        elif last is not None and order.id == last.id:
            self._judge_update(post, order, last)
        else:
            self._judge_new(post, order)
            self._released = {}
            self._cancelled = ""
        self._released.update({node["sequenceId"]: node["nodeId"] for node in order.base})
        self._judge_actions(post, order)
        self._sent, self._sent_at, self._end = order, post.at, order.base_end

    def _judge_shape(self, post: Post, order: Order) -> None:
        numbers = [node["sequenceId"] for node in order.nodes] + [edge["sequenceId"] for edge in order.edges]
        start = numbers[0] if numbers else 0
        right = len(order.edges) == len(order.nodes) - 1 and sorted(numbers) == list(range(start, start + len(numbers)))
        right = right and all(node["sequenceId"] % 2 == 0 for node in order.nodes)
        self._found.judge("M7", post, right, "edges and sequenceIds do not fit")
        parts = sorted((*order.nodes, *order.edges), key=lambda part: part["sequenceId"])
        released = [part["released"] for part in parts]
        right = bool(released) and released[0] and released == sorted(released, reverse=True)
        self._found.judge("M8", post, right, "the base is no prefix")

    def _judge_resend(self, post: Post, order: Order, last: Order) -> None:
        judge = self._found.judge
        judge("M13", post, content(order.plain) == content(last.plain), "the same ids with another content")
        limits = (self._factsheet or {}).get("protocolLimits") or {}
        timing = limits.get("timing", {})
        interval_s = timing.get("minimumOrderInterval", timing.get("minOrderInterval", 0))
        judge("M13", post, post.at - self._sent_at >= interval_s * 1000, "sent again too soon")
        judge("M16", post, order.id != self._cancelled, "sent again after its cancelOrder")

    def _judge_update(self, post: Post, order: Order, last: Order) -> None:
        judge = self._found.judge
        end, first = last.base_end, order.first
        judge("M11", post, order.update == last.update + 1, f"update {order.update} after {last.update}")
        same = (first["nodeId"], first["sequenceId"]) == (end["nodeId"], end["sequenceId"])
        judge("M11", post, same, f"it begins at {first['nodeId']}, the base ended at {end['nodeId']}")
        judge("M12", post, not same or first == end or not end["actions"], "the stitching node is not as it was")
        again = [node for node in order.nodes[1:] if node["sequenceId"] <= end["sequenceId"]]
        judge("M12", post, not again, "a part of the base was sent again")
        judge("M14", post, last.key in self._echoed, "an update before the last one was echoed")
        judge("M16", post, order.id != self._cancelled, "an update after its cancelOrder")

    def _judge_new(self, post: Post, order: Order) -> None:
        judge, heard = self._found.judge, self._heard
        numbered = order.first["sequenceId"] in ((0, 2) if len(order.nodes) == 1 else (0,))
        judge("M9", post, order.update == 0 and numbered, "a new order does not begin at 0")
        waits = [each for each in self._cancels if self._sendings[each] < GIVEN_UP_AFTER]
        judge("M16", post, not waits, "a new order before the cancel is answered")
        if heard is None:
            judge("M10", post, False, "an order to a robot of which nothing is known")
            return
        judge("M9", post, _stands_on(order.first, heard), f"it does not begin where it is: {heard.spot}")
        modes = (*DRIVES, "INTERVENED") if post.major == "3" else DRIVES
        ready = heard.mode in modes and heard.localized and not heard.fatal
        judge("M10", post, heard.idle(self._instants), "a new order to a robot that is not idle")
        judge("M10", post, ready, "a new order to a robot that is not fit")

    def _judge_actions(self, post: Post, order: Order) -> None:
        """M25 and M18: ids, types and parameters of what it is to do; and how much its memory holds."""
        for action in order.actions:
            told = json.dumps([order.id, action], sort_keys=True)
            known = self._actions.setdefault(action["actionId"], told)
            self._found.judge("M25", post, known == told, f"actionId {action['actionId']} was used before")
            self._judge_known(post, action, ("NODE", "EDGE"))
        limits = (self._factsheet or {}).get("protocolLimits") or {}
        most = limits.get("maximumArrayLengths", limits.get("maxArrayLens", {})).get("order.nodes", 0)
        self._found.judge("M18", post, not most or len(order.nodes) <= most, f"more than {most} nodes")

    def _judge_known(self, post: Post, action, scopes) -> None:
        features = (self._factsheet or {}).get("protocolFeatures") or {}
        listed = features.get("mobileRobotActions", features.get("agvActions"))
        if listed is None:
            return
        its = [each for each in listed if each["actionType"] == action["actionType"]]
        known = bool(its) and any(scope in its[0]["actionScopes"] for scope in scopes)
        self._found.judge("M18", post, known, f"its factsheet has no {action['actionType']} on {scopes}")
        if known:
            keys = [each["key"] for each in its[0].get("actionParameters", [])]
            strange = [each["key"] for each in action.get("actionParameters", []) if each["key"] not in keys]
            self._found.judge("M18", post, not strange, f"{action['actionType']} has no {strange}")
            blocking = its[0].get("blockingTypes") or [action["blockingType"]]
            self._found.judge("M18", post, action["blockingType"] in blocking, f"not {action['blockingType']}")

    def _sends_instant_actions(self, post: Post, actions) -> None:
        judge = self._found.judge
        judge("M22", post, not self._offline, "an instant action to a robot that is not connected")
        for action in actions:
            action_id, kind = action["actionId"], action["actionType"]
            judge("M25", post, action["blockingType"] == "NONE", "an instant action that blocks")
            told = self._actions.setdefault(action_id, json.dumps(action, sort_keys=True))
            judge("M25", post, told == json.dumps(action, sort_keys=True), f"actionId {action_id} was used before")
            self._instants[action_id] = kind
            sendings = self._sendings[action_id] = self._sendings.get(action_id, 0) + 1
            self._judge_known(post, action, ("INSTANT",))
            if kind == "cancelOrder":
                judge("M17", post, sendings <= SENDINGS_MAX, f"cancelled {sendings} times")
                if sendings == 1:
                    self._cancels[action_id] = self._sent.id if self._sent is not None else ""
                    self._cancelled = self._sent.id if self._sent is not None else ""


def judge_claims(findings: Findings, post: Post, pairs: dict[str, MasterPoints]) -> None:
    """M19, M20: what is released to one robot, no other may drive on, or stand on."""
    order = Order(post.payload)
    mine = [node["nodeId"] for node in order.base]
    for name, other in pairs.items():
        if name != post.robot:
            both = [node for node in mine if node in other.holds]
            findings.judge("M19", post, not both, f"{both} belong to {name}")


def _stamp(plain):
    return plain["timestamp"], plain["headerId"]


def _stands_on(node, heard: State) -> bool:
    if node["nodeId"] == heard.last_node or heard.spot is None:
        return True
    position = node.get("nodePosition")
    if position is None:
        return False
    allowed = position.get("allowedDeviationXY", position.get("allowedDeviationXy", 0)) or 0
    within = min(allowed["a"], allowed["b"]) if isinstance(allowed, dict) else allowed
    away = math.hypot(position["x"] - heard.spot[0], position["y"] - heard.spot[1])
    return away <= max(within, WITHIN_M)
