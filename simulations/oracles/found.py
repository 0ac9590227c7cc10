"""What the opening of a small shop finds.

Where theory knows the law of what is present in the long run, that law is drawn here, so that the first customer
through the door already sees the long run (Poisson arrivals see time averages) and a mean over any number of customers
has no bias: there is no warm-up to choose. A shop that is not as theory says leaves this state within some relaxation
times, of which every play has dozens; the mutants of the tests show it.
"""

from random import Random
from typing import Protocol

from msgspec import Struct

from simulations.oracles.laws import Law, LogNormal


class Found(Protocol):
    """What the opening finds at one station."""

    def works(self, chance: Random) -> list[int]:
        """The work of each one who is there, in ms, in their order."""


class Nobody(Struct, frozen=True):
    """An empty shop."""

    def works(self, chance: Random) -> list[int]:  # noqa: ARG002 - nothing to draw
        return []


class Crowd(Struct, frozen=True):
    """So many as in the long run. Work without memory begins afresh for each."""

    law: tuple[float, ...]
    """At place n the chance of n present."""
    work: Law

    def works(self, chance: Random) -> list[int]:
        present = chance.choices(range(len(self.law)), self.law)[0]
        return [self.work.draw(chance) for _ in range(present)]


class Backlog(Struct, frozen=True):
    """All that one server still has to do in the long run, as one piece: a geometric number of left-overs (Asmussen,
    Applied Probability and Queues, VIII.5)."""

    load: float
    work: LogNormal

    def works(self, chance: Random) -> list[int]:
        backlog = 0
        while chance.random() < self.load:
            backlog += self.work.left_over(chance)
        return [backlog] if backlog else []
