"""What was done to a shop on a bad day, and when: for its story, and for whoever looks out for rare things."""

from collections import Counter, deque
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import Instant
from simulations.stage import Stage

KEPT_MAX: Final = 400


class Happening(Struct, frozen=True):
    """One thing that went wrong, or was set right."""

    at: Instant
    kind: str
    """A row of the faults, or ``office`` for what the coordinator did."""
    words: str
    about: str
    """The device, if it is about one."""
    entry: int
    """The journal's last entry at that moment; 0 before there is any."""


class Diary:
    """``listeners`` are told just before it is done."""

    def __init__(self, stage: Stage) -> None:
        self.happened: Final[deque[Happening]] = deque(maxlen=KEPT_MAX)
        self.struck: Final[Counter[str]] = Counter()
        """How often each kind has struck."""
        self.listeners: Final[list[Callable[[Happening], None]]] = []
        self.entry: Callable[[], int] = lambda: 0
        """Where the journal is."""
        self._stage = stage

    def note(self, kind: str, words: str, about: str = "") -> None:
        happening = Happening(self._stage.now, kind, words, about, self.entry())
        self.happened.append(happening)
        self.struck[kind] += 1
        for listener in self.listeners:
            listener(happening)
