"""Laws that times are drawn from. Means in minutes, draws in whole milliseconds, rounded once.

The times of the oracles are minutes long, so rounding moves a mean wait by less than one part in 10⁵: a thousandth of
the narrowest bar.
"""

import math
from random import Random
from typing import Protocol

from msgspec import Struct

from shopfloor.contract.actor import MINUTE


class Law(Protocol):
    """A law of positive times."""

    @property
    def mean(self) -> float:
        """Minutes."""

    @property
    def mean_square(self) -> float:
        """E[X²], in square minutes."""

    def draw(self, chance: Random) -> int:
        """One time, in ms."""


class Exponential(Struct, frozen=True):
    """Without memory: what is left is as long as the whole."""

    mean: float

    @property
    def mean_square(self) -> float:
        return 2 * self.mean**2

    def draw(self, chance: Random) -> int:
        return round(chance.expovariate(1 / (self.mean * MINUTE)))


class LogNormal(Struct, frozen=True):
    """Hands-on work. ``cv`` = standard deviation / mean."""

    mean: float
    cv: float

    @property
    def _variance(self) -> float:
        return math.log1p(self.cv**2)

    @property
    def mean_square(self) -> float:
        return self.mean**2 * (1 + self.cv**2)

    def draw(self, chance: Random) -> int:
        middle = math.log(self.mean * MINUTE) - self._variance / 2
        return round(chance.lognormvariate(middle, math.sqrt(self._variance)))

    def left_over(self, chance: Random) -> int:
        """What is left of one that is found in progress: a uniform share of one drawn by its length, and a log-normal
        drawn by length is the log-normal with its middle moved up by the variance."""
        middle = math.log(self.mean * MINUTE) + self._variance / 2
        return round(chance.random() * chance.lognormvariate(middle, math.sqrt(self._variance)))


class Gamma(Struct, frozen=True):
    """A search through shelves."""

    mean: float
    shape: float

    @property
    def mean_square(self) -> float:
        return self.mean**2 * (1 + 1 / self.shape)

    def draw(self, chance: Random) -> int:
        return round(chance.gammavariate(self.shape, self.mean * MINUTE / self.shape))


class Constant(Struct, frozen=True):
    """A machine's cycle. Where both gaps and work are constant, everything happens in the same millisecond."""

    mean: float

    @property
    def mean_square(self) -> float:
        return self.mean**2

    def draw(self, chance: Random) -> int:  # noqa: ARG002 - a law like the others
        return round(self.mean * MINUTE)
