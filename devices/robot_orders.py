"""The order that a robot holds: whether it takes the next one, what is left of it, and which action may start.

The rules are those of VDA 5050 for a robot. Fleet control has its own; the two share words, not rules.
"""

from enum import Enum, auto

from msgspec import Struct, structs

from devices.robot_body import Pose
from shopfloor.contract.vda5050 import (
    ENDED,
    Action,
    ActionState,
    ActionStatus,
    AllowedDeviation,
    BlockingType,
    Edge,
    EdgeState,
    Error,
    ErrorLevel,
    ErrorType,
    Node,
    NodeState,
    Order,
    Reference,
)
from shopfloor.contract.vda5050_rules import order_faults

NODES_MAX = 200
TASKS_MAX = 200
FARTHEST_M = 10_000.0
SLOWEST_MPS = 0.05

STANDING = frozenset({BlockingType.SOFT, BlockingType.HARD, BlockingType.UNKNOWN})
ALONE = frozenset({BlockingType.SINGLE, BlockingType.HARD, BlockingType.UNKNOWN})


class Verdict(Enum):
    """What to do with an order that is not refused."""

    SAME = auto()  # ignore it: we have it
    NEW = auto()
    UPDATE = auto()


class Place(Struct, frozen=True):
    """Where a robot stands when an order reaches it."""

    node_id: str
    pose: Pose
    map_id: str
    within_m: float


class Task(Struct):
    """One action that this robot was given. ``sequence_id`` is that of its node, None for an instant one."""

    action: Action
    sequence_id: int | None = None
    status: ActionStatus = ActionStatus.WAITING
    result: str | None = None

    def end(self, fault: str | None) -> None:
        self.status = ActionStatus.FINISHED if fault is None else ActionStatus.FAILED
        self.result = fault

    def wait_for_retry(self, fault: str) -> None:
        """It failed, and fleet control may say what becomes of it."""
        self.status, self.result = ActionStatus.RETRIABLE, fault

    @property
    def state(self) -> ActionState:
        return ActionState(self.action.action_id, self.status, self.action.action_type, self.result)


def refusal(kind: ErrorType, text: str, **references: str | int) -> Error:
    """A warning about what the references name; which of them to give is a rule of the protocol."""
    level = ErrorLevel.URGENT if kind is ErrorType.INSUFFICIENT_MEMORY else ErrorLevel.WARNING
    named = tuple(Reference(key, str(value)) for key, value in references.items())
    return Error(kind, level, named, text)


class HeldOrder:
    """One order from its acceptance until the next: the way that is left, and its actions.

    Without an order it is what a robot holds after it was switched on: none, with an empty id (R12).
    """

    def __init__(self, order: Order | None = None, *, stitches_at_end: bool = False) -> None:
        self._stitches_at_end = stitches_at_end
        self.order_id = "" if order is None else order.order_id
        self.update_id = 0
        self.tasks: dict[str, Task] = {}
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._base_end: Node | None = None
        self._last_update = order
        self._closed = False
        self._twice: list[Task] = []
        if order is not None:
            self._append(order, order.nodes)

    @property
    def idle(self) -> bool:
        tasks = [*self.tasks.values(), *self._twice]
        return not self._nodes and not self._edges and all(task.status in ENDED for task in tasks)

    @property
    def next_leg(self) -> tuple[Edge, Node] | None:
        """The released way to the next node, or None at the decision point and at the end."""
        if self._nodes and self._nodes[0].released:
            return self._edges[0], self._nodes[0]
        return None

    @property
    def at_decision_point(self) -> bool:
        return bool(self._nodes) and not self._nodes[0].released

    @property
    def node_states(self) -> tuple[NodeState, ...]:
        return tuple(NodeState(node.node_id, node.sequence_id, node.released) for node in self._nodes)

    @property
    def edge_states(self) -> tuple[EdgeState, ...]:
        return tuple(EdgeState(edge.edge_id, edge.sequence_id, edge.released) for edge in self._edges)

    @property
    def action_states(self) -> tuple[ActionState, ...]:
        return tuple(task.state for task in (*self.tasks.values(), *self._twice))

    def judge(self, order: Order, place: Place) -> Verdict | Error:
        """Asks the protocol's questions in the protocol's order."""
        faults = order_faults(order)
        if faults:
            return refusal(ErrorType.VALIDATION_FAILURE, "; ".join(faults), **_ids(order))
        verdict = self._judge_update(order) if order.order_id == self.order_id else self._judge_new(order, place)
        if isinstance(verdict, Error) or verdict is Verdict.SAME:
            return verdict
        return self._judge_way(order, place, verdict) or verdict

    def _judge_new(self, order: Order, place: Place) -> Verdict | Error:
        order_id = order.order_id
        if not self.idle:
            text = f"{self.order_id} is not done"
            return refusal(ErrorType.OTHER_ORDER_ACTIVE, text, orderId=order_id)
        if order.order_update_id != 0:
            return refusal(ErrorType.VALIDATION_FAILURE, "a new order has orderUpdateId 0", **_ids(order))
        if not _stands_on(order.nodes[0], place):
            text = f"{order.nodes[0].node_id} is too far from where the robot stands"
            return refusal(ErrorType.START_NODE_OUT_OF_RANGE, text, orderId=order_id)
        return Verdict.NEW

    def _judge_update(self, order: Order) -> Verdict | Error:
        ids = _ids(order)
        if order.order_update_id < self.update_id:
            text = f"update {self.update_id} has come already"
            return refusal(ErrorType.OUTDATED_ORDER_UPDATE, text, **ids)
        if self._closed:
            return refusal(ErrorType.ORDER_UPDATE_FOLLOWING_CANCEL, "the order was cancelled", **ids)
        if order.order_update_id == self.update_id:
            if self._last_update is not None and _same_content(order, self._last_update):
                return Verdict.SAME
            return refusal(ErrorType.SAME_ORDER_UPDATE_ID, "the same ids came with another content", **ids)
        end = self._nodes[-1] if self._stitches_at_end and self._nodes else self._base_end
        first = order.nodes[0]
        if end is None or (first.node_id, first.sequence_id) != (end.node_id, end.sequence_id):
            text = "the update does not begin at the last released node"
            return refusal(ErrorType.OUTDATED_ORDER_UPDATE, text, **ids)
        return Verdict.UPDATE

    def _judge_way(self, order: Order, place: Place, verdict: Verdict) -> Error | None:
        """Can it be driven and remembered?"""
        order_id = order.order_id
        update = verdict is Verdict.UPDATE
        nodes, tasks = (self._nodes, self._kept_tasks()) if update else ([], {})
        new_nodes = order.nodes[1:] if update else order.nodes
        new = [action.action_id for node in new_nodes for action in node.actions]
        again = next((action_id for action_id in new if action_id in tasks), None)
        if again is not None:
            text = f"actionId {again} is in use already"
            return refusal(ErrorType.VALIDATION_FAILURE, text, **_ids(order))
        if len(nodes) + len(order.nodes) > NODES_MAX or len(tasks) + len(new) > TASKS_MAX:
            text = f"room for {NODES_MAX} nodes and {TASKS_MAX} actions"
            return refusal(ErrorType.INSUFFICIENT_MEMORY, text, orderId=order_id)
        for node in order.nodes[1:]:
            obstacle = _not_drivable(node, place)
            if obstacle is not None:
                return refusal(ErrorType.NO_ROUTE_TO_TARGET, obstacle, orderId=order_id)
        for edge in order.edges:
            if edge.maximum_speed is not None and edge.maximum_speed < SLOWEST_MPS:
                text = f"{edge.edge_id} is to be driven slower than {SLOWEST_MPS} m/s"
                return refusal(ErrorType.NO_ROUTE_TO_TARGET, text, orderId=order_id)
        for node in order.nodes:
            if node.node_position is not None and node.node_position.map_id != place.map_id:
                text = f"there is no map {node.node_position.map_id}, only {place.map_id}"
                return refusal(ErrorType.UNKNOWN_MAP_ID, text, orderId=order_id)
        return None

    def _kept_tasks(self) -> dict[str, Task]:
        """The actions that stay when an update comes: those of the horizon go (V16)."""
        horizon = {node.sequence_id for node in self._nodes if not node.released}
        return {key: task for key, task in self.tasks.items() if task.sequence_id not in horizon}

    def extend(self, order: Order, *, repeats_stitched: bool) -> None:
        """Puts an update in the horizon's place. The stitching node keeps its first instructions (V15)."""
        self.tasks = self._kept_tasks()
        self._nodes = [node for node in self._nodes if node.released]
        self._edges = [edge for edge in self._edges if edge.released]
        if repeats_stitched:
            self._twice += [Task(action, order.nodes[0].sequence_id) for action in order.nodes[0].actions]
        self._append(order, order.nodes[1:])

    def _append(self, order: Order, nodes: tuple[Node, ...]) -> None:
        self.update_id = order.order_update_id
        self._last_update = order
        self._nodes += order.nodes[1:]
        self._edges += order.edges
        self._base_end = order.base[-1]
        for node in nodes:
            for action in node.actions:
                self.tasks[action.action_id] = Task(action, node.sequence_id)

    def pass_node(self) -> tuple[Node, list[Task]]:
        """The next node is reached; answers with it and with the actions that are due there."""
        node = self._nodes.pop(0)
        self._edges.pop(0)
        return node, self.tasks_at(node)

    def give_up(self) -> None:
        """What has not begun will not be done, and no update is taken any more. The ids stay."""
        self._twice = []
        self._closed = True
        for task in self.tasks.values():
            if task.status in (ActionStatus.WAITING, ActionStatus.RETRIABLE):
                task.end("the order was cancelled")

    def close(self) -> None:
        """Gives up and forgets the way, too."""
        self.give_up()
        self._nodes, self._edges = [], []

    def close_behind(self) -> None:
        """Gives up, and forgets the way but for the node that it is driving to."""
        self.give_up()
        self._nodes, self._edges = self._nodes[:1], self._edges[:1]

    @property
    def given_up(self) -> bool:
        return self._closed

    @property
    def acts(self) -> bool:
        """An action has begun and not ended."""
        return any(task.status not in (*ENDED, ActionStatus.WAITING) for task in self.tasks.values())

    def tasks_at(self, node: Node) -> list[Task]:
        return [self.tasks[action.action_id] for action in node.actions if action.action_id in self.tasks]


class Worklist:
    """Actions that are due, in list order, and those that run; what each blocks while it does."""

    def __init__(self) -> None:
        self._due: list[Task] = []
        self.running: list[Task] = []

    @property
    def must_stand(self) -> bool:
        return any(task.action.blocking_type in STANDING for task in (*self._due, *self.running))

    def add(self, tasks: list[Task]) -> None:
        self._due += tasks

    def start(self, *, standing: bool) -> list[Task]:
        """Those that may begin now; they count as running from here on."""
        started: list[Task] = []
        while self._due and self._may_start(self._due[0].action.blocking_type, standing=standing):
            task = self._due.pop(0)
            task.status = ActionStatus.RUNNING
            self.running.append(task)
            started.append(task)
        return started

    def end(self, action_id: str, fault: str | None, *, retries: bool) -> Task | None:
        """The body is through with it; where that ``retries``, what failed and may be retried goes on blocking."""
        task = next((task for task in self.running if task.action.action_id == action_id), None)
        if task is None:
            return None
        if fault is not None and retries and task.action.retriable and task.sequence_id is not None:
            task.wait_for_retry(fault)
        else:
            self.running.remove(task)
            task.end(fault)
        return task

    def retriable(self, action_id: str) -> Task | None:
        """The action of this id, if it waits for a word about its retry."""
        waits = [task for task in self.running if task.status is ActionStatus.RETRIABLE]
        return next((task for task in waits if task.action.action_id == action_id), None)

    def forget_ended(self) -> None:
        """Drops what was ended from outside."""
        self._due = [task for task in self._due if task.status not in ENDED]
        self.running = [task for task in self.running if task.status not in ENDED]

    def _may_start(self, blocking: BlockingType, *, standing: bool) -> bool:
        if blocking in STANDING and not standing:
            return False
        if blocking in ALONE:
            return not self.running
        return not any(task.action.blocking_type in ALONE for task in self.running)


def _ids(order: Order) -> dict[str, str | int]:
    return {"orderId": order.order_id, "orderUpdateId": order.order_update_id}


def _not_drivable(node: Node, place: Place) -> str | None:
    position = node.node_position
    if position is None:
        return f"where is {node.node_id}? A node without a position cannot be driven to"
    if place.pose.distance_m(position.x, position.y) > FARTHEST_M:
        return f"{node.node_id} is farther away than {FARTHEST_M} m"
    return None


def _stands_on(node: Node, place: Place) -> bool:
    """Within the deviation that the order allows, or the robot's own; without a position only the id can tell."""
    position = node.node_position
    if position is None:
        return node.node_id == place.node_id
    allowed = position.allowed_deviation_xy or AllowedDeviation(0.0, 0.0, 0.0)
    reach_m = max(place.within_m, min(allowed.a, allowed.b))
    return place.pose.distance_m(position.x, position.y) <= reach_m


def _same_content(order: Order, other: Order) -> bool:
    return structs.replace(order, header=other.header) == other
