"""Everything on the floor is an Actor: messages in, messages out, and a deadline. It has no wires and no clock."""

from typing import Protocol, TypeAlias, TypeVar

from msgspec import Struct

Instant: TypeAlias = int
"""Milliseconds since 1970-01-01T00:00Z, as told by whoever drives the actor."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Device: TypeAlias = str
"""Who speaks or is spoken to: ``type/id``, for example ``cabinet/c1``."""

In = TypeVar("In", contravariant=True)
Out = TypeVar("Out")


class TimePassed(Struct, frozen=True, tag=True, tag_field="kind"):
    """The deadline that the actor asked for has come."""


class Actor(Protocol[In, Out]):
    """A state machine with no wires and no clock: the floor, a robot, a cabinet, a call display."""

    def handle(self, message: In | TimePassed, now: Instant) -> list[Out]:
        """Take one message at ``now``; answer with what follows. Refuses bad input, never raises on it."""

    @property
    def deadline(self) -> Instant | None:
        """When to be woken with TimePassed at the latest, or None to sleep until spoken to."""
