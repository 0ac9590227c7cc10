"""Rules of traffic: who may drive where, and when. A rule knows the lanes, what each robot is out for, and what it has
passed; it knows no distance and no chance."""

from collections.abc import Iterable
from typing import Protocol, TypeAlias

from shopfloor.contract.actor import Instant
from shopfloor.contract.layout import Layout

Elements: TypeAlias = tuple[str, ...]
"""Nodes and lanes, along a way."""


class Rule(Protocol):
    """As the drive asks it. Robots stand at their parks when it begins."""

    def aim(self, robot: str, goal: str, stay_ms: int, now: Instant) -> None:
        """Its next stop is this node, where it will be for about so long. It has done its last one."""

    def look(self, now: Instant) -> None:
        """Something has happened: make all the choices that can be made."""

    def lane(self, robot: str) -> str:
        """The lane that the robot, which stands at a node, may enter now; "" to stay."""

    def enters(self, robot: str, now: Instant) -> None:
        """It does."""

    def arrives(self, robot: str, now: Instant) -> None:
        """It stands at the end of that lane."""

    def stays(self, robot: str) -> None:
        """It is at its stop now, and stays for a while."""

    def leaves(self, robot: str) -> None:
        """It has been there; what it is to do next it is told, if there is anything."""

    def claims(self, robot: str) -> Elements:
        """What nobody else may touch, or what conflicts with it; from where it is on."""

    def way(self, robot: str) -> Elements:
        """What it means to drive after that; () if it is told from node to node."""


class NextNodeOnly:
    """The rule that everybody thinks of first: a robot claims the next node of its quickest way when that is free.

    No two robots touch, and sooner or later all stand head to head for ever. It is here so that the harness is seen to
    find that.
    """

    def __init__(self, layout: Layout, robots: Iterable[str]) -> None:
        self._layout = layout
        self._claims: dict[str, Elements] = {robot: (layout.home(robot),) for robot in robots}
        self._goals = {robot: layout.home(robot) for robot in self._claims}

    def aim(self, robot: str, goal: str, stay_ms: int, now: Instant) -> None:  # noqa: ARG002 - asks nobody's time
        self._goals[robot] = goal

    def look(self, now: Instant) -> None:
        """It chooses when it is asked for a lane."""

    def lane(self, robot: str) -> str:
        ahead = self.way(robot)[:2]
        near = self._layout.near
        others = [element for other, held in self._claims.items() if other != robot for element in held]
        return ahead[0] if ahead and all(near[element].isdisjoint(ahead) for element in others) else ""

    def enters(self, robot: str, now: Instant) -> None:  # noqa: ARG002 - see aim
        self._claims[robot] = (*self._claims[robot], *self.way(robot)[:2])

    def arrives(self, robot: str, now: Instant) -> None:  # noqa: ARG002 - see aim
        self._claims[robot] = self._claims[robot][-1:]

    def stays(self, robot: str) -> None:
        """Then it stands there."""

    def leaves(self, robot: str) -> None:
        """Its goal is where it is, until it has another."""

    def claims(self, robot: str) -> Elements:
        return self._claims[robot]

    def way(self, robot: str) -> Elements:
        return self._layout.route(self._claims[robot][-1], self._goals[robot], robot)[1:]
