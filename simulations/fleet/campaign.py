"""Many seeds side by side. What was played when somebody interrupts is kept."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from time import perf_counter
from typing import Final

from msgspec import Struct, field

from simulations.experiments.workers import WorkerLost, each
from simulations.fleet.played import played
from simulations.fleet.results import Asked, Key, Seen

ALONE: Final = 1
"""One robot: what the others are measured by."""
LOST_WORKERS_MAX: Final = 3
"""One after the other without an answer; then it is given up."""


class Errand(Struct, frozen=True):
    """One seed with so many robots, for one worker. Calling it plays it."""

    asked: Asked
    seed: int
    robots: int

    def __call__(self) -> Seen:
        return played(self.asked, self.seed, self.robots)


class Found(Struct, kw_only=True):
    """All that was played so far."""

    asked: Asked
    fleets: tuple[int, ...]
    """How many robots, two at least, in the order asked for."""
    seen: dict[Key, Seen] = field(default_factory=dict)
    """In the order of coming."""
    wall_s: float = 0.0

    def of(self, robots: int) -> list[Seen]:
        """In the order of seeds."""
        return [self.seen[key] for key in sorted(self.seen) if key[1] == robots]

    @property
    def seeds(self) -> list[int]:
        return sorted({seed for seed, _ in self.seen})


def campaign(found: Found, seeds: Sequence[int], jobs: int, tell: Callable[[Seen], None] = lambda _: None) -> None:
    """Play all of them into ``found``, seed after seed. Raises WorkerLost when workers die again and again."""
    todo = {(seed, robots): None for seed in seeds for robots in (ALONE, *found.fleets)}
    began = perf_counter()
    lost = 0
    try:
        while todo:
            try:
                for seen in _answers([Errand(found.asked, seed, robots) for seed, robots in todo], jobs):
                    key = (seen.seed, seen.robots)
                    found.seen[key] = seen
                    del todo[key]
                    lost = 0
                    tell(seen)
            except WorkerLost:
                lost += 1
                if lost == LOST_WORKERS_MAX:
                    raise
    finally:
        found.wall_s = perf_counter() - began


def _answers(errands: list[Errand], jobs: int) -> Iterator[Seen]:
    with closing(each(errands, jobs if len(errands) > 1 else 1)) as answers:
        yield from answers
