"""What one seed has shown, as small as it can be kept and still be told, averaged and reproduced."""

from typing import Final, TypeAlias

from msgspec import Struct

from simulations.fleet.assumed import ASSUMED, Assumed
from simulations.fleet.drive import Driven
from simulations.fleet.stopwatch import Thought

TRIPS: Final = 2_000
JOBS_PER_MIN: Final = 3.3


class Asked(Struct, frozen=True, kw_only=True):
    """Everything that a seed's figures depend on, but the seed and the number of robots."""

    layout: str
    trips: int = TRIPS
    """Trips of the closed loop, and jobs of the open one."""
    jobs_per_min: float = JOBS_PER_MIN
    assumed: Assumed = ASSUMED

    def line(self, seed: int, robots: int) -> str:
        """What to type to see this again."""
        words = f"python -m simulations fleet {self.layout} --first {seed} --seeds 1 --robots {robots}"
        if self.trips != TRIPS:
            words += f" --trips {self.trips}"
        if self.jobs_per_min != JOBS_PER_MIN:
            words += f" --jobs-per-min {self.jobs_per_min:g}"
        return words


class Loop(Struct, frozen=True, kw_only=True):
    """The closed loop under one rule of traffic."""

    driven: Driven
    trips: int
    planning: Thought
    refused: int = 0
    """Times that no plan was found and the robot kept its old one."""


class Carried(Struct, frozen=True, kw_only=True):
    """The open loop under one dispatcher. All waits in ms, from being made to being handed over."""

    driven: Driven
    jobs: int
    delivered: int
    delivered_ms: int
    """All deliveries together."""
    returned: int
    returned_ms: int
    open_early: float
    """Open jobs in the second quarter of the time in which jobs came, in the mean …"""
    open_late: float
    """… and in the last: a queue that only grows shows here."""
    gave_up: bool
    planning: Thought
    dispatching: Thought


class Seen(Struct, frozen=True, kw_only=True):
    """One seed with so many robots."""

    seed: int
    robots: int
    loop: Loop
    naive: Loop | None = None
    """The same under ``NextNodeOnly``, which must end stuck; None for a robot by itself."""
    carried: dict[str, Carried] = {}
    """By dispatcher; empty for a robot by itself."""


Key: TypeAlias = tuple[int, int]
"""Seed, robots."""
