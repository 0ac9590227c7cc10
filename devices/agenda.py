"""What a simulated body will do, and when."""

from collections.abc import Callable
from typing import Generic, TypeVar

from shopfloor.contract.actor import Instant

T = TypeVar("T")


class Agenda(Generic[T]):
    """Things with a time. Two at the same time come in the order in which they were noted."""

    def __init__(self) -> None:
        self._noted: list[tuple[Instant, int, T]] = []
        self._number = 0

    def note(self, at: Instant, thing: T) -> None:
        self._number += 1
        self._noted.append((at, self._number, thing))

    def take(self, now: Instant) -> list[T]:
        """What is due, removed from the list."""
        due = sorted((each for each in self._noted if each[0] <= now), key=lambda each: each[:2])
        self._noted = [each for each in self._noted if each[0] > now]
        return [thing for _, _, thing in due]

    def cross_out(self, which: Callable[[T], bool]) -> None:
        self._noted = [each for each in self._noted if not which(each[2])]

    @property
    def deadline(self) -> Instant | None:
        return min((at for at, _, _ in self._noted), default=None)
