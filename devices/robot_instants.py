"""The instant actions that a robot was asked for: which it still lists, and which it must not do twice."""

from typing import Final

from devices.robot_orders import Task
from shopfloor.contract.vda5050 import ENDED, ActionState, Error, ErrorLevel

LISTED_MAX: Final = 20
"""Where they go with the next order anyhow, the oldest that has ended makes room."""
KEPT_MAX: Final = 50
"""Where they stay until they are cleared; above it the robot complains, and forgets the oldest all the same."""
OPEN_MAX: Final = 10
SEEN_MAX: Final = 500


class Instants:
    """``keeps``: their states stay until somebody clears them (3.0)."""

    def __init__(self, *, keeps: bool) -> None:
        self._keeps = keeps
        self._tasks: dict[str, Task] = {}
        self._seen: dict[str, None] = {}  # a late repeat of a cancelOrder must not hit the next order
        self._overflown = False

    @property
    def states(self) -> tuple[ActionState, ...]:
        return tuple(task.state for task in self._tasks.values())

    @property
    def too_many_open(self) -> bool:
        return sum(task.status not in ENDED for task in self._tasks.values()) > OPEN_MAX

    @property
    def complaints(self) -> tuple[Error, ...]:
        """As 3.0 has it for a list that nobody clears."""
        text = f"more than {KEPT_MAX} instant actions: clear them"
        return (Error("INSTANT_ACTION_STATES_FULL", ErrorLevel.URGENT, (), text),) if self._overflown else ()

    def has_seen(self, action_id: str) -> bool:
        return action_id in self._seen

    def add(self, task: Task) -> None:
        action_id = task.action.action_id
        self._tasks[action_id] = task
        self._seen[action_id] = None
        for key in list(self._seen)[: max(0, len(self._seen) - SEEN_MAX)]:
            del self._seen[key]

    def hide(self, action_id: str) -> None:
        """It is as if the robot had never heard of it (R7)."""
        del self._tasks[action_id]

    def clear(self) -> None:
        """What has ended is listed no more."""
        self._tasks = {key: task for key, task in self._tasks.items() if task.status not in ENDED}
        self._overflown = False

    def make_room(self) -> None:
        limit = KEPT_MAX if self._keeps else LISTED_MAX
        ended = [key for key, task in self._tasks.items() if task.status in ENDED]
        surplus = ended[: max(0, len(self._tasks) - limit)]
        self._overflown = self._overflown or (self._keeps and bool(surplus))
        for key in surplus:
            del self._tasks[key]

    def next_order(self) -> None:
        if not self._keeps:
            self.clear()
