"""The small shops that theory can solve, as Actors: a door, a station with a queue, an engineer who comes again, two
pieces of work that are waited for together. They know nothing of each other, of the stage or of chance.
"""

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import Instant, TimePassed


class Came(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody stands before a station. ``id`` counts by time of coming."""

    id: int
    work_ms: int
    patience_ms: int | None = None
    """Gives up when they have waited so long; None waits for ever."""
    line: int = 0
    """1 is served before 2."""


class Served(Struct, frozen=True, kw_only=True, gc=False):
    """The work for this one is done."""

    id: int
    line: int
    came: Instant
    began: Instant
    left: Instant


class GaveUp(Struct, frozen=True, kw_only=True, gc=False):
    """This one has waited too long and left."""

    id: int
    came: Instant
    left: Instant


class BothDone(Struct, frozen=True, kw_only=True, gc=False):
    """Both pieces of work of this one are done."""

    id: int
    at: Instant


Rank: TypeAlias = Callable[[Came], tuple[int, int]]
"""Who waits with the lowest rank is served next. Ends in the id."""


def first_come(came: Came) -> tuple[int, int]:
    return 0, came.id


def by_line(came: Came) -> tuple[int, int]:
    return came.line, came.id


class Door:
    """Lets everybody in at their time; ``comers`` by time, each no earlier than the one before."""

    def __init__(self, comers: Sequence[tuple[Instant, Came]]) -> None:
        self._comers = comers
        self._next = 0

    @property
    def deadline(self) -> Instant | None:
        return self._comers[self._next][0] if self._next < len(self._comers) else None

    def handle(self, message: TimePassed, now: Instant) -> list[Came]:  # noqa: ARG002 - nobody speaks to a door
        begin = self._next
        while self._next < len(self._comers) and self._comers[self._next][0] <= now:
            self._next += 1
        return [came for _, came in self._comers[begin : self._next]]


class Station:
    """So many servers and one queue before them. Work that has begun is not interrupted, and who is being served does
    not give up."""

    def __init__(self, servers: int, rank: Rank = first_come) -> None:
        assert servers > 0
        self._free = servers
        self._rank = rank
        self._waiting: dict[int, tuple[Came, Instant]] = {}
        self._queue: list[tuple[tuple[int, int], int]] = []  # rank and id; who has given up is passed over
        self._patience: list[tuple[Instant, int]] = []
        self._at_work: list[tuple[Instant, int, Came, Instant, Instant]] = []  # until, id, who, came, began

    @property
    def deadline(self) -> Instant | None:
        ends = self._at_work[0][0] if self._at_work else None
        if not self._patience:
            return ends
        due = self._patience[0][0]
        return due if ends is None else min(ends, due)

    def handle(self, message: Came | TimePassed, now: Instant) -> list[Served | GaveUp]:
        outs: list[Served | GaveUp] = []
        self._end(now, outs)
        if self._patience:
            self._give_up(now, outs)
        if isinstance(message, Came):
            self._admit(message, now)
        return outs

    def _end(self, now: Instant, outs: list[Served | GaveUp]) -> None:
        while self._at_work and self._at_work[0][0] <= now:
            _, _, who, came, began = heappop(self._at_work)
            outs.append(Served(id=who.id, line=who.line, came=came, began=began, left=now))
            self._free += 1
            self._call_next(now)

    def _give_up(self, now: Instant, outs: list[Served | GaveUp]) -> None:
        while self._patience and self._patience[0][0] <= now:
            _, number = heappop(self._patience)
            if number in self._waiting:
                _, came = self._waiting.pop(number)
                outs.append(GaveUp(id=number, came=came, left=now))

    def _admit(self, who: Came, now: Instant) -> None:
        if self._free:
            self._begin(who, now, now)
            return
        self._waiting[who.id] = who, now
        heappush(self._queue, (self._rank(who), who.id))
        if who.patience_ms is not None:
            heappush(self._patience, (now + who.patience_ms, who.id))

    def _call_next(self, now: Instant) -> None:
        while self._queue:
            _, number = heappop(self._queue)
            if number in self._waiting:
                who, came = self._waiting.pop(number)
                self._begin(who, came, now)
                return

    def _begin(self, who: Came, came: Instant, now: Instant) -> None:
        self._free -= 1
        heappush(self._at_work, (now + who.work_ms, who.id, who, came, now))


class Engineer:
    """Works alone for a while, then comes to the clerk and stands there until served; over and over ``until`` then.

    ``turns`` are how long they work alone and how long the clerk will need after it, in ms, without end.
    """

    def __init__(self, number: int, turns: Iterator[tuple[int, int]], until: Instant) -> None:
        self._number = number
        self._turns = turns
        self._until = until
        self._comes, self._clerk_ms = next(turns)
        self._alone = True

    @property
    def deadline(self) -> Instant | None:
        return self._comes if self._alone and self._comes < self._until else None

    def handle(self, message: Served | GaveUp | TimePassed, now: Instant) -> list[Came]:
        if not isinstance(message, TimePassed):
            alone_ms, self._clerk_ms = next(self._turns)
            self._comes, self._alone = now + alone_ms, True
        if not self._alone or now < self._comes or now >= self._until:
            return []
        self._alone = False
        return [Came(id=self._number, work_ms=self._clerk_ms)]


class Bench:
    """Where the phone is opened while its part is on the way: says when both are done."""

    def __init__(self) -> None:
        self._half_done: dict[int, Instant] = {}

    @property
    def deadline(self) -> Instant | None:
        return None

    def handle(self, message: Served | GaveUp | TimePassed, now: Instant) -> list[BothDone]:
        if isinstance(message, TimePassed):
            return []
        if self._half_done.pop(message.id, None) is None:
            self._half_done[message.id] = now
            return []
        return [BothDone(id=message.id, at=now)]
