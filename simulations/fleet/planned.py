"""The rule of the live floor: plans in space and time, and an order of robots at each place that follows from them."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import SECOND, Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.plans import Plan
from shopfloor.core.fleet.timetable import Timetable
from simulations.fleet.rules import Elements
from simulations.fleet.stopwatch import Stopwatch

LOOK_AHEAD: Final = 2
"""So many lanes may be in a robot's base: what is released can never be taken back."""

OVERTAKES_EVERY_MS: Final = 5 * SECOND
"""Whoever waits looks for a quicker plan when something has happened, and no sooner again than this."""


class Wish(Struct, frozen=True):
    """A stop that there is no plan for yet."""

    goal: str
    stay_ms: int


class Planned:
    """Keeps every robot's plan, as the floor does: sought when it gets a stop, else driven on, home at last."""

    def __init__(self, layout: Layout, robots: Iterable[str]) -> None:
        self.planning: Final = Stopwatch()
        self.refused = 0
        """Times that there was no plan, and a robot kept its old one for a while."""
        plans = {robot: Plan(start=(layout.home(robot),)) for robot in robots}
        self._timetable: Final = Timetable(layout, plans)
        self._wishes: Final[dict[str, Wish]] = {}
        self._has_stop: Final = dict.fromkeys(plans, False)
        """Whether it is on its way to a stop, or at it; else the moves that are left lead home."""
        self._usual_ms: Final = dict.fromkeys(plans, 0)
        """Of its stay there."""
        self._asks_again_at: Final = dict.fromkeys(plans, 0)

    def aim(self, robot: str, goal: str, stay_ms: int, now: Instant) -> None:  # noqa: ARG002 - looked at next
        self._wishes[robot] = Wish(goal, stay_ms)

    def look(self, now: Instant) -> None:
        for robot, wish in list(self._wishes.items()):
            self._seek(robot, wish, now)
        waiting = [robot for robot in self._has_stop if not self._may_go_on(robot, now)]
        for robot in waiting:
            if now >= self._asks_again_at[robot]:
                self._asks_again_at[robot] = now + OVERTAKES_EVERY_MS
                if self._overtakes(robot, now):
                    self._may_go_on(robot, now)

    def lane(self, robot: str) -> str:
        base = self.claims(robot)
        return base[1] if len(base) > 1 else ""

    def enters(self, robot: str, now: Instant) -> None:
        """It was released to it, and is its own until it has arrived."""

    def arrives(self, robot: str, now: Instant) -> None:  # noqa: ARG002 - only the order counts
        plans = self._timetable.plans
        plans[robot] = plans[robot].left_behind(1)

    def stays(self, robot: str) -> None:
        self._wishes.pop(robot, None)
        self._has_stop[robot] = True

    def leaves(self, robot: str) -> None:
        self._has_stop[robot] = False

    def claims(self, robot: str) -> Elements:
        its = self._timetable.plans[robot]
        return (*its.start, *_elements(its, 0, its.released))

    def way(self, robot: str) -> Elements:
        its = self._timetable.plans[robot]
        return _elements(its, its.released, len(its.moves))

    def _seek(self, robot: str, wish: Wish, now: Instant) -> None:
        """A plan from where its base ends, if there is one now."""
        with self.planning.running():
            is_found = self._timetable.aim(robot, wish.goal, wish.stay_ms, now)
        if not is_found:
            self.refused += 1
            return
        self._has_stop[robot] = True
        self._usual_ms[robot] = wish.stay_ms
        del self._wishes[robot]

    def _may_go_on(self, robot: str, now: Instant) -> bool:
        """Release what is its turn, to the stop at the most, and beyond it when it has been there. False: it must wait
        for somebody where it stands."""
        timetable = self._timetable
        while True:
            its = timetable.plans[robot]
            last = its.stop if self._has_stop[robot] else len(its.moves)
            if its.released >= min(last, LOOK_AHEAD):
                return True
            if timetable.waits_for(robot) is not None:
                return its.released > 0
            timetable.release(robot, now)

    def _overtakes(self, robot: str, now: Instant) -> bool:
        if not self._has_stop[robot]:
            return False
        with self.planning.running():
            return self._timetable.overtake(robot, self._usual_ms[robot], now)


def _elements(its: Plan, since: int, until: int) -> Elements:
    return tuple(element for move in its.moves[since:until] for element in (move.lane, move.node))
