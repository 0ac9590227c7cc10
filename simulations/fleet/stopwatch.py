"""How long our own program thinks: the only figures here that another machine will not repeat.

It is the processor's time that counts. A core that is shared with other work would make every thought look longer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import thread_time
from typing import Final

from msgspec import Struct, field

CELL_MS: Final = 0.05
CELLS: Final = 1_000
"""Up to 50 ms; the last has all that was longer."""


class Thought(Struct, frozen=True, kw_only=True):
    """How often and how long."""

    times: int
    most_ms: float
    cells: list[int] = field(default_factory=list)
    """How many took so many ``CELL_MS``."""

    def quantile_ms(self, share: float) -> float:
        """That this share did not exceed, to a cell; of those beyond the cells, the longest."""
        wanted, seen = share * self.times, 0
        for number, count in enumerate(self.cells[:-1], start=1):
            seen += count
            if seen >= wanted:
                return min(self.most_ms, number * CELL_MS)
        return self.most_ms


class Stopwatch:
    """Run again and again."""

    def __init__(self) -> None:
        self._cells = [0] * CELLS
        self._most_ms = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Around one thought."""
        began = thread_time()
        try:
            yield
        finally:
            ms = (thread_time() - began) * 1000
            self._cells[min(CELLS - 1, int(ms / CELL_MS))] += 1
            self._most_ms = max(self._most_ms, ms)

    @property
    def thought(self) -> Thought:
        return Thought(times=sum(self._cells), most_ms=self._most_ms, cells=self._cells)


def together(thoughts: Sequence[Thought]) -> Thought:
    """As if one had thought them all."""
    cells = [sum(column) for column in zip(*(each.cells for each in thoughts), strict=True)]
    most_ms = max((each.most_ms for each in thoughts), default=0.0)
    return Thought(times=sum(each.times for each in thoughts), most_ms=most_ms, cells=cells)
