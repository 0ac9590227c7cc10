"""How close robots come. It knows where nodes lie and when robots passed them, and no rule of traffic."""

from collections.abc import Iterable
from itertools import combinations
from math import hypot, inf
from typing import TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import Instant

Spot: TypeAlias = tuple[float, float]
"""Metres."""


class Path(Struct, frozen=True):
    """A straight piece of a robot's way, driven evenly; or a place where it stands. Without an end: until further
    notice."""

    since: Instant
    spot: Spot
    speed: Spot
    """Metres a ms, along both axes."""

    def at(self, now: Instant) -> Spot:
        ms = now - self.since
        return self.spot[0] + self.speed[0] * ms, self.spot[1] + self.speed[1] * ms


class Gap(Struct, frozen=True, order=True):
    """How close two robots' centres came, and when."""

    metres: float
    at: Instant
    robots: tuple[str, str]


class Judge:
    """Sees every robot at every moment, and keeps the closest that two came."""

    def __init__(self, robots: Iterable[tuple[str, Spot]], now: Instant) -> None:
        self._paths = {robot: Path(now, spot, (0.0, 0.0)) for robot, spot in robots}
        self.closest: Gap | None = None
        """None: there is but one robot."""
        for pair in combinations(self._paths, 2):
            self._compare(pair[0], pair[1], now)

    def sees(self, robot: str, start: Spot, end: Spot, ms: int, now: Instant) -> None:
        """From now on it goes from here to there, in so many ms (0: it stands)."""
        for other in self._paths:
            if other != robot:
                self._compare(robot, other, now)
        speed = ((end[0] - start[0]) / ms, (end[1] - start[1]) / ms) if ms else (0.0, 0.0)
        self._paths[robot] = Path(now, start, speed)

    def ends(self, now: Instant) -> None:
        """Until here, whatever they are at."""
        for one, other in combinations(self._paths, 2):
            self._compare(one, other, now)

    def spots(self, now: Instant) -> dict[str, Spot]:
        """Where all are."""
        return {robot: path.at(now) for robot, path in self._paths.items()}

    def _compare(self, one: str, other: str, now: Instant) -> None:
        """All the time that both have been on what they are on."""
        first, second = self._paths[one], self._paths[other]
        since = max(first.since, second.since)
        metres = least_m(first, second, since, now)
        if metres < (self.closest.metres if self.closest is not None else inf):
            self.closest = Gap(round(metres, 9), now, (min(one, other), max(one, other)))


def least_m(one: Path, other: Path, since: Instant, until: Instant) -> float:
    """The least distance between two even movements in this time: that of a straight line from a spot."""
    (x1, y1), (x2, y2) = one.at(since), other.at(since)
    x, y = x1 - x2, y1 - y2
    u, v = one.speed[0] - other.speed[0], one.speed[1] - other.speed[1]
    faster = u * u + v * v
    ms = 0.0 if faster == 0.0 else min(float(until - since), max(0.0, -(x * u + y * v) / faster))
    return hypot(x + u * ms, y + v * ms)
