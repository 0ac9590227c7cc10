"""A failure made small: the fewest customers, the fewest kinds of faults and the earliest healing that still break it.

By scope, not by bytes, and always the same promise: another one broken on the way is another story.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Final

from msgspec import Struct, structs

from simulations.faults import BY_NAME
from simulations.storm.bad_day import Verdict
from simulations.storm.campaign import Asked, judged, promise_of
from simulations.storm.plan import faults_of

PLAYS_MAX: Final = 120
SHRINK_S: Final = 60.0
FEW: Final = (1, 2, 3)
"""Most failures need no more customers than these."""
HEALED_MIN: Final = (10, 20, 35, 50)

Judge = Callable[[Asked, int], Verdict]


class Shrunk(Struct, frozen=True):
    """The smallest day found that breaks ``promise``."""

    seed: int
    promise: str
    asked: Asked
    words: str
    """What is broken on that day."""
    plays: int

    @property
    def line(self) -> str:
        return self.asked.line(self.seed)


class _Spent(Exception):
    """Enough was tried."""


def shrunk(
    asked: Asked, failure: Verdict, judge: Judge = judged, plays_max: int = PLAYS_MAX, wall_s: float = SHRINK_S
) -> Shrunk:
    """Of ``failure.seed``'s day, what is left when all that can be left out is left out."""
    shrinking = _Shrinking(asked, failure, judge, plays_max, time.monotonic() + wall_s)
    with suppress(_Spent):
        shrinking.run()
    return Shrunk(failure.seed, shrinking.promise, shrinking.asked, shrinking.words, shrinking.plays)


class _Shrinking:
    def __init__(self, asked: Asked, failure: Verdict, judge: Judge, plays_max: int, until_s: float) -> None:
        self.asked = asked
        self.words = failure.broken[0]
        self.promise: Final = promise_of(self.words)
        self.plays = 0
        self._seed: Final = failure.seed
        self._judge = judge
        self._plays_max = plays_max
        self._until_s = until_s

    def run(self) -> None:
        self._fewer_tickets()
        self._fewer_kinds()
        self._earlier_healing()
        self._fewer_tickets()

    def _breaks(self, smaller: Asked) -> bool:
        """Whether it still breaks; then it is kept."""
        if self.plays >= self._plays_max or time.monotonic() > self._until_s:
            raise _Spent
        self.plays += 1
        same = [words for words in self._judge(smaller, self._seed).broken if promise_of(words) == self.promise]
        if same:
            self.asked, self.words = smaller, same[0]
        return bool(same)

    def _fewer_tickets(self) -> None:
        most = self.asked.tickets
        for tickets in FEW:
            if tickets >= most or self._breaks(structs.replace(self.asked, tickets=tickets)):
                return
        low, high = FEW[-1], most
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._breaks(structs.replace(self.asked, tickets=middle)) else (middle, high)

    def _fewer_kinds(self) -> None:
        """Delta debugging (Zeller and Hildebrandt 2002): without ever smaller parts of the kinds."""
        kinds = self._kinds()
        if not kinds or self._breaks(structs.replace(self.asked, only=())):
            return
        parts = 2
        while len(kinds) > 1:
            left = next((rest for rest in _without_parts(kinds, parts) if self._breaks_with(rest)), None)
            if left is not None:
                kinds, parts = left, max(2, parts - 1)
            elif parts >= len(kinds):
                return
            else:
                parts = min(len(kinds), 2 * parts)

    def _breaks_with(self, kinds: tuple[str, ...]) -> bool:
        return self._breaks(structs.replace(self.asked, only=kinds))

    def _kinds(self) -> tuple[str, ...]:
        """All that this day has, by name."""
        only = self.asked.only
        drawn = faults_of(self._seed).names
        return tuple(name for name in drawn if only is None or name in only or BY_NAME[name].group in only)

    def _earlier_healing(self) -> None:
        if not self._kinds():
            return
        for healed_min in HEALED_MIN:
            if healed_min >= self.asked.healed_min:
                return
            if self._breaks(structs.replace(self.asked, healed_min=healed_min)):
                return


def _without_parts(kinds: tuple[str, ...], parts: int) -> Iterator[tuple[str, ...]]:
    """The kinds without each of so many parts of them."""
    bounds = [len(kinds) * part // parts for part in range(parts + 1)]
    for begin, end in pairwise(bounds):
        yield (*kinds[:begin], *kinds[end:])
