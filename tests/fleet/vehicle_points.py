"""What can be seen of a robot's 22 points (V1 to V22) by reading along what reaches it and what it says."""

import json

from tests.fleet.findings import Findings
from tests.fleet.wire_words import ENDED, OPEN, Order, Post, State, content, when

SECOND = 1000
SIGN_OF_LIFE = 30 * SECOND
SLACK = 1
"""Milliseconds: times are written in whole ones."""
ERRORS_MAX = 10
"""A robot may forget the oldest of so many refusals."""
CLEARS = {"2": ("MANUAL",), "3": ("MANUAL", "SERVICE", "TEACH_IN", "STARTUP")}
ALONE = ("HARD", "SINGLE")
STANDING = ("HARD", "SOFT")


class VehiclePoints:
    """One robot, from the moment it is switched on."""

    def __init__(self, findings: Findings, major: str) -> None:
        self._found = findings
        self._major = major
        self._numbers: dict[str, int] = {}
        self._connected: bool | None = None
        self._awaits: list[str] = []
        self._factsheets_due: list[str] = []
        self._gap = 0.0
        self._told: State | None = None
        self._told_post: Post | None = None
        self._orders: dict[tuple[str, int], Order] = {}
        self._unanswered: list[tuple[Order, str]] = []
        self._ends: dict[str, int] = {}
        self._blocking: dict[str, str] = {}
        self._instants: dict[str, str] = {}
        self._done: dict[str, str] = {}

    # ── what reaches it ──────────────────────────────────────────────────────────────────────────

    def hears(self, post: Post) -> None:
        if post.level == "order":
            self._hears_order(Order(post.payload))
        else:
            for action in json.loads(post.payload)["actions"]:
                known = action["actionId"] in self._instants
                self._instants[action["actionId"]] = action["actionType"]
                if action["actionType"] == "factsheetRequest" and not known and self._obeys:
                    self._factsheets_due.append(action["actionId"])

    @property
    def _obeys(self) -> bool:
        return self._told is not None and self._told.mode in ("AUTOMATIC", "SEMIAUTOMATIC")

    def _hears_order(self, order: Order) -> None:
        told = self._told
        known = self._orders.get(order.key)
        if told is not None and order.id == told.order and order.update < told.update:
            kind = "V8"
        elif known is not None:
            kind = "V6" if content(known.plain) == content(order.plain) else "V7"
        elif told is not None and order.id != told.order and not told.idle(self._instants):
            kind = "V9"
        else:
            kind = "V10"
            self._orders[order.key] = order
            for action in order.actions:
                self._blocking[action["actionId"]] = action["blockingType"]
        self._unanswered.append((order, kind))

    # ── what it says ─────────────────────────────────────────────────────────────────────────────

    def says(self, post: Post) -> None:
        plain = json.loads(post.payload)
        number = plain["headerId"]
        before = self._numbers.get(post.level)
        self._numbers[post.level] = number
        self._found.judge("M3", post, before is None or number == before + 1, f"headerId {number} after {before}")
        if post.level == "connection":
            self._says_connection(post, plain["connectionState"])
        elif post.level == "factsheet":
            self._says_factsheet(post, plain)
        else:
            self._says_state(post, State(post.payload, post.major))

    def last_will(self, post: Post) -> None:
        """What the broker says for it."""
        plain = json.loads(post.payload)
        word, self._numbers["connection"] = plain["connectionState"], plain["headerId"]
        right = (post.qos, post.retain) == (1, True) and word in ("CONNECTIONBROKEN", "CONNECTION_BROKEN")
        self._found.judge("V1", post, right, "the last will is not retained CONNECTION_BROKEN at QoS 1")
        self._connected = False

    def _says_connection(self, post: Post, word: str) -> None:
        right = (post.qos, post.retain) == (1, True)
        self._found.judge("V2", post, right, f"{word} is not retained at QoS 1")
        self._found.judge("V2", post, word != "ONLINE" or not self._connected, "ONLINE twice on one connection")
        self._connected = word == "ONLINE"
        self._awaits = ["factsheet", "state"] if word == "ONLINE" else []

    def _says_factsheet(self, post: Post, plain) -> None:
        self._found.judge("V3", post, post.retain, "its factsheet is not retained")
        timing = (plain.get("protocolLimits") or {}).get("timing", {})
        self._gap = timing.get("minimumStateInterval", timing.get("minStateInterval", 0)) * SECOND
        self._awaits = [each for each in self._awaits if each != "factsheet"]
        self._factsheets_due = []

    def _says_state(self, post: Post, state: State) -> None:
        judge = self._found.judge
        judge("V2", post, bool(self._connected), "a state before ONLINE, or after the last word")
        judge("V3", post, "factsheet" not in self._awaits, "a state before the factsheet")
        judge("V3", post, not self._factsheets_due, "a factsheetRequest without a factsheet")
        self._awaits = []
        self._judge_pace(post, state)
        self._judge_answers(post, state)
        self._judge_work(post, state)
        if self._told is not None:
            self._judge_change(post, self._told, state)
        self._told, self._told_post = state, post

    def _judge_pace(self, post: Post, state: State) -> None:
        if self._told is None:
            return
        apart = when(state.plain) - when(self._told.plain)
        self._found.judge("V4", post, apart <= SIGN_OF_LIFE + SLACK, f"{apart:.0f} ms without a state")
        reconnected = self._told_post is not None and post.at == self._told_post.at
        right = reconnected or apart >= self._gap - SLACK
        self._found.judge("V4", post, right, f"{apart:.0f} ms after the last state")

    def _judge_answers(self, post: Post, state: State) -> None:
        """Each order that reached it shows, or is complained of by its ids."""
        for order, kind in self._unanswered:
            blamed = state.complains_of("orderId", order.id)
            shown = state.order == order.id and state.update >= order.update
            if kind == "V6":
                twice = [each for each in state.errors if each[2].get("orderUpdateId") == str(order.update)]
                twice = [each for each in twice if each[2].get("orderId") == order.id and each[0].startswith("SAME")]
                self._found.judge("V6", post, not twice, f"{order.key} came again, the same, and was refused")
            elif kind == "V10":
                self._found.judge("V10", post, shown or blamed, f"{order.key} neither taken nor refused")
                if shown and state.update == order.update:
                    self._judge_taken(post, order, state)
            else:
                self._found.judge(kind, post, blamed or len(state.errors) >= ERRORS_MAX, f"{order.key} not refused")
        self._unanswered = []

    def _judge_taken(self, post: Post, order: Order, state: State) -> None:
        self._ends[order.id] = order.base_end["sequenceId"]
        if order.update == 0:
            first = [each for each in state.nodes if each["sequenceId"] == order.first["sequenceId"]]
            self._found.judge("V5", post, not first, "the first node is among the nodeStates")
        waits = [action["actionId"] for action in order.actions]
        kept = [each for each in waits if each in state.actions]
        stitched = [action["actionId"] for action in order.first["actions"]] if order.update else []
        missing = [each for each in waits if each not in kept and each not in stitched]
        self._found.judge("V16", post, not missing, f"{missing} are not among the actionStates")

    def _judge_work(self, post: Post, state: State) -> None:
        judge = self._found.judge
        end = self._ends.get(state.order)
        judge("V14", post, end is None or state.last_sequence <= end, "it went beyond the end of its base")
        ids = [each for each, _ in state.listed]
        judge("V15", post, len(ids) == len(set(ids)), "an action is listed twice")
        runs = [self._blocking[each] for each, status in state.listed if status == "RUNNING" and each in self._blocking]
        alone = len(runs) <= 1 or not any(each in ALONE for each in runs)
        judge("V17", post, alone, "something runs beside an action that must be alone")
        stands = not state.driving or not any(each in STANDING for each in runs)
        judge("V17", post, stands, "it drives during an action for which it must stand")
        judge("V20", post, not (state.paused and state.driving), "it drives although it is paused")
        judge("V22", post, state.mode not in CLEARS[self._major] or not (state.nodes or state.edges), "a way by hand")
        for action_id, kind in self._instants.items():
            if kind == "cancelOrder" and action_id not in self._done:
                self._judge_cancel(post, action_id, state)

    def _judge_cancel(self, post: Post, action_id: str, state: State) -> None:
        status = state.status(action_id)
        if status == "FINISHED":
            rests = not state.nodes and not state.edges
            rests = rests and all(each in ENDED for key, each in state.listed if key not in self._instants)
            self._found.judge("V18", post, rests, f"{action_id} FINISHED before all has stopped")
        if status == "FAILED":
            named = state.complains_of("actionId", action_id) or len(state.errors) >= ERRORS_MAX
            named = named or self._took_order(state)
            self._found.judge("V19", post, named, f"{action_id} FAILED without an error that names it")
        if status in ENDED:
            self._done[action_id] = status

    def _took_order(self, state: State) -> bool:
        """Since the last state it has taken an order, which clears its refusals."""
        told = self._told
        return told is None or (told.order, told.update) != (state.order, state.update)

    # ── from one state to the next ───────────────────────────────────────────────────────────────

    def _judge_change(self, post: Post, before: State, state: State) -> None:
        judge = self._found.judge
        same_order = before.order == state.order
        judge(
            "V13",
            post,
            self._took_order(state) or self._keeps_refusals(before, state),
            "a refusal vanished without an order",
        )
        kept = state.order or not before.order or self._told_anew(state)
        judge("V22", post, bool(kept), "the orderId is gone")
        if not same_order:
            return
        judge("V8", post, state.update >= before.update, "an older update in place of a newer one")
        judge("V14", post, state.last_sequence >= before.last_sequence, "it went back")
        gone = [each for each, _ in before.listed if each not in state.actions and each not in self._instants]
        judge("V16", post, not gone, f"{gone} are no longer among the actionStates")
        for action_id, status in before.listed:
            later = state.actions.get(action_id, status)
            final = status in OPEN or later == status
            judge("V18", post, final, f"{action_id} was {status} and is {later}")

    def _keeps_refusals(self, before: State, state: State) -> bool:
        refused = [error for error in before.errors if "orderId" in error[2]]
        if before.mode != state.mode or len(before.errors) >= ERRORS_MAX:
            return True
        return all(error in state.errors for error in refused)

    def _told_anew(self, state: State) -> bool:
        """It was switched off and on."""
        return state.plain["headerId"] == 1
