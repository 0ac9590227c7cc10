"""What lies between two actors: a message goes in, and a little later it comes out at the other end.

A link decides when, and how often, ``deliver`` is called. This one is a good cable; one that loses, repeats, delays or
reorders is another class with the same ``carry``.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, Generic, TypeVar

from shopfloor.contract.actor import Instant
from simulations.stage import NOBODY, Stage

M = TypeVar("M", contravariant=True)

DELAY_MS: Final = 20
"""From a device to the floor, or back (assumed)."""


class Link(Generic[M]):
    """Everything arrives once, in order, after the same delay. ``place`` is the receiver's on the stage."""

    def __init__(
        self, stage: Stage, deliver: Callable[[M, Instant], object], *, place: int = NOBODY, delay_ms: int = DELAY_MS
    ) -> None:
        self.stage = stage
        self.deliver = deliver
        self.place = place
        self.delay_ms = delay_ms

    def carry(self, message: M) -> None:
        """It is on its way."""
        self.stage.note(self.stage.now + self.delay_ms, self.place, partial(self.deliver, message))
