"""What robots are out for, as the drive sees it."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import Instant

Whereabouts: TypeAlias = Callable[[str, Instant], tuple[str, Instant]]
"""Of a robot: the node where it comes to rest with what it may drive already, and about when."""


class Stop(Struct, frozen=True):
    """A node to go to, and a stay there."""

    goal: str
    usual_ms: int
    """As whoever plans expects it."""
    stay_ms: int
    """As it will be."""


class Work(Protocol):
    """Where stops come from."""

    @property
    def over(self) -> bool:
        """Nothing more is to be watched."""

    @property
    def wakes_at(self) -> Instant | None:
        """When something comes up by itself, the next time; None: never again."""

    def wake(self, now: Instant) -> None:
        """It has come up."""

    def next(self, robot: str, now: Instant, where: Whereabouts) -> Stop | None:
        """What this robot, which has nothing to do, is to do; it will. None: nothing, until something happens."""

    def did(self, robot: str, now: Instant) -> None:
        """It has been there."""
