"""Random lives of orders in every version of VDA 5050, read along by the checker.

``python -m tests.fleet.order_lives --lives 10000 --seed 1`` plays days until so many orders have been given, each
version in fleets of its own and all three mixed in one, and says what the checker has looked at and found.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

from tests.core.fleet_layouts import aisle_layout
from tests.core.story import LAYOUT
from tests.fleet.rough_day import RoughDay, Tale

FLEETS: tuple[tuple[str, ...], ...] = (("2.0.0",), ("2.1.0",), ("3.0.0",), ("2.0.0", "2.1.0", "3.0.0"))
"""Which versions a day's robots speak; the last is the mixed fleet, on one lane where nobody can pass."""
SHOWN_MAX = 10
PROGRESS_EVERY_S = 5.0


def play(seed: int, hours: float = 1.0) -> Tale:
    """One day; the seed decides everything, also the fleet."""
    versions = FLEETS[seed % len(FLEETS)]
    layout = aisle_layout(3) if len(versions) > 1 else LAYOUT
    return RoughDay.drawn(seed, versions, layout).play(hours)


class Sum:
    """Days added up."""

    def __init__(self) -> None:
        self.days = self.messages = 0
        self.lives: Counter[str] = Counter()
        self.looked_at: Counter[str] = Counter()
        self.jobs: Counter[str] = Counter()
        self.bad: list[tuple[int, Tale]] = []
        self.closest_m = float("inf")

    def add(self, seed: int, tale: Tale) -> None:
        self.days += 1
        self.messages += tale.messages
        self.lives += tale.orders
        self.looked_at += tale.looked_at
        self.jobs += tale.jobs
        self.closest_m = min(self.closest_m, tale.closest_m)
        if tale.faults:
            self.bad.append((seed, tale))

    @property
    def faults(self) -> int:
        return sum(len(tale.faults) for _, tale in self.bad)

    def lines(self, seconds: float) -> Iterator[str]:
        by_version = ", ".join(f"{version}: {self.lives[version]}" for version in sorted(self.lives))
        yield f"{self.lives.total()} order lives ({by_version}) on {self.days} days in {seconds:.0f} s"
        yield f"{self.messages} messages, {self.looked_at.total()} looks, never nearer than {self.closest_m:.2f} m"
        yield "jobs: " + ", ".join(f"{state} {count}" for state, count in sorted(self.jobs.items()))
        points = sorted(self.looked_at, key=lambda point: (point[:1], len(point), point))
        yield "points: " + ", ".join(f"{point} {self.looked_at[point]}" for point in points)
        for seed, tale in self.bad[:SHOWN_MAX]:
            yield f"seed {seed}: {len(tale.faults)} faults, first {tale.faults[0]}"
        yield f"{self.faults} faults"


def live(lives: int, seed: int, processes: int, tell: Callable[[str], None]) -> Sum:
    """Play days from this seed on, until so many orders were given."""
    total = Sum()
    told_at = time.monotonic()
    with ProcessPoolExecutor(processes) as pool:
        running: dict[Future[Tale], int] = {}
        while total.lives.total() < lives or running:
            while len(running) < processes and total.lives.total() < lives:
                running[pool.submit(play, seed)] = seed
                seed += 1
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for each in sorted(done, key=running.__getitem__):
                total.add(running.pop(each), each.result())
            if time.monotonic() - told_at > PROGRESS_EVERY_S:
                told_at = time.monotonic()
                tell(f"{total.lives.total():6d} lives, {total.messages} messages, {total.faults} faults")
    return total


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet.order_lives", description=__doc__)
    parser.add_argument("--lives", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    began = time.monotonic()
    total = live(asked.lives, asked.seed, asked.processes, lambda line: print(line, flush=True))
    print("\n".join(total.lines(time.monotonic() - began)))
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
