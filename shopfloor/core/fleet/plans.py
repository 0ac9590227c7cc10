"""A robot's plan: the moves to its stop and from there home to its private park, each with the time it is expected at.

What two plans say of one place on the floor tells only who goes there first; nobody ever waits for a clock.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final, TypeAlias

from msgspec import Struct, structs

from shopfloor.contract.actor import Instant

SINCE_EVER: Final = -1
"""Before every instant: what a robot stands on it has had for longer than anybody has planned for."""
FOR_EVER: Final = 1 << 62

Hold: TypeAlias = tuple[str, Instant, Instant]
"""Node or lane, since when it is a robot's, and when it is given back."""


class Move(Struct, frozen=True):
    """Down a lane to the node at its end. Both are the robot's from the departure on; when it has arrived, it gives
    back the lane and the node that it came from (M20)."""

    lane: str
    node: str
    departs: Instant
    arrives: Instant


class Plan(Struct, frozen=True):
    """All that a robot holds and will hold until it rests for ever where the last move ends.

    ``start`` is what it stands on: a node; or start, lane and end where it stands in between. Its last node is where
    the moves begin. Without moves it stays there.
    """

    start: tuple[str, ...]
    moves: tuple[Move, ...] = ()
    stop: int = 0
    """So many moves lead to the stop; the rest is the way home. 0: it stands at its stop."""
    leaves_stop: Instant = 0
    """The expected end of its stay at the stop; what is before now is overdue."""
    released: int = 0
    """So many moves are in the robot's base, and cannot be taken back."""
    yielded: int = 0
    """So often it has let somebody else go first on its way to this stop."""

    @property
    def route(self) -> tuple[str, ...]:
        """Node, lane, node … node: to the stop."""
        return self.start[-1], *(element for move in self.moves[: self.stop] for element in (move.lane, move.node))

    def arrives(self, now: Instant) -> Instant:
        """When it is expected at its stop; now if it is there."""
        return self.moves[self.stop - 1].arrives if self.stop else now

    @property
    def rest(self) -> str:
        """Where the released moves end: what comes after may still be planned anew."""
        return self.moves[self.released - 1].node if self.released else self.start[-1]

    def holds(self) -> Iterator[Hold]:
        """Everything that it has and will have, and when."""
        ends = [move.arrives for move in self.moves]
        ends.append(FOR_EVER)
        for element in self.start:
            yield element, SINCE_EVER, ends[0]
        for at, move in enumerate(self.moves):
            yield move.lane, move.departs, move.arrives
            yield move.node, move.departs, ends[at + 1]

    def base_holds(self) -> Iterator[Hold]:
        """What cannot be taken back: it has that as long as planned, and may still go another way from there."""
        return islice(self.holds(), len(self.start) + 2 * self.released)

    def left_behind(self, count: int) -> "Plan":
        """So many of its moves are over, and what they came from is left, contour and all."""
        if not count:
            return self
        return structs.replace(
            self,
            start=(self.moves[count - 1].node,),
            moves=self.moves[count:],
            stop=max(0, self.stop - count),
            released=max(0, self.released - count),
        )

    def release(self, now: Instant) -> "Plan":
        """Its next move goes into the base: claimed from now on. It never gets a later place in the order by it."""
        at, move = self.released, self.moves[self.released]
        begins = max(now, self.moves[at - 1].arrives) if at else now
        sooner = Move(move.lane, move.node, min(now, move.departs), begins + move.arrives - move.departs)
        return structs.replace(self, moves=(*self.moves[:at], sooner, *self.moves[at + 1 :]), released=at + 1)
