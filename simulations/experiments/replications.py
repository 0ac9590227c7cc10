"""Days of one or several scenarios, played side by side: the same bytes for any number of workers.

Days are cut into blocks here, never by who plays them; a block depends on (program, scenario, seed, days) alone, and is
kept as soon as it is played. What comes back is integers, put in their places: the order of coming leaves no trace.
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from simulations.experiments import cache, days
from simulations.experiments.cache import Cache
from simulations.experiments.diary import Diary
from simulations.experiments.progress import DaysBar
from simulations.experiments.result import DayResult
from simulations.experiments.workers import WorkerLost, each
from simulations.scenarios.scenario import Scenario

Play: TypeAlias = Callable[[Scenario, int, int], DayResult]
"""Scenario, seed, day."""

BLOCK_DAYS: Final = 4
"""Some ten ms of the fastest shop and more: a hundred times what handing over a block costs."""
LOST_WORKERS_MAX: Final = 3


class DayFailed(Exception):
    """A day could not be played to its end: a mistake of the program, told with what is needed to see it again."""


class Stopped(Exception):
    """Somebody pressed Ctrl-C; the words say what was kept."""


class Block(Struct, frozen=True):
    """Some days of the ``shop``-th scenario."""

    shop: int
    first: int
    stop: int

    @property
    def days(self) -> range:
        return range(self.first, self.stop)


class Played(Struct, frozen=True):
    """A block's days, packed."""

    block: Block
    body: bytes


class Errand(Struct, frozen=True):
    """What a worker is asked for. Calling it plays."""

    play: Play
    scenario: Scenario
    seed: int
    block: Block

    def __call__(self) -> Played:
        return Played(self.block, msgspec.msgpack.encode([self._day(day) for day in self.block.days]))

    def _day(self, day: int) -> DayResult:
        try:
            return self.play(self.scenario, self.seed, day)
        except Exception as fault:
            where = traceback.extract_tb(fault.__traceback__)[-1]
            raise DayFailed(
                f"Day {day} of {self.scenario.name} with seed {self.seed} could not be played: "
                f"{type(fault).__name__} in {where.name}, {Path(where.filename).name}:{where.lineno}: {fault}"
            ) from fault


class Replications:
    """Where days are played. One for a whole experiment: it keeps workers, cache and bar between questions."""

    def __init__(self, jobs: int, bar: DaysBar, kept: Cache | None = None, play: Play = days.play) -> None:
        assert jobs >= 1
        self.jobs = jobs
        self.bar = bar
        self._cache = kept
        self._play = play

    def play(self, scenarios: Sequence[Scenario], seed: int, wanted: range) -> list[Diary]:
        """These days of every scenario, in the order of the scenarios. Raises DayFailed, Stopped."""
        diaries = [Diary(scenario, seed, wanted) for scenario in scenarios]
        self.bar.expect(len(wanted) * len(scenarios))
        errands = [
            Errand(self._play, scenarios[block.shop], seed, block)
            for block in blocks(len(scenarios), wanted)
            if not self._enter_kept(diaries[block.shop], block)
        ]
        try:
            self._run(errands, diaries)
        except KeyboardInterrupt:
            raise Stopped(self.farewell(diaries)) from None
        assert all(diary.is_whole for diary in diaries)
        return diaries

    def _run(self, errands: list[Errand], diaries: list[Diary]) -> None:
        """Until every errand is done; those of a lost worker are given to others."""
        todo = {errand.block: errand for errand in errands}
        for _ in range(LOST_WORKERS_MAX):
            try:
                for played in self._answers(list(todo.values())):
                    self._enter(diaries[played.block.shop], todo.pop(played.block), played)
            except WorkerLost:
                self.bar.say("A worker was lost (killed, or out of memory); its days are played again.")
            else:
                return
        raise DayFailed(f"Workers were lost {LOST_WORKERS_MAX} times; is there memory for {self.jobs} of them?")

    def _answers(self, errands: list[Errand]) -> Iterator[Played]:
        with closing(each(errands, self.jobs if len(errands) > 1 else 1)) as answers:
            yield from answers

    def _enter(self, diary: Diary, errand: Errand, played: Played) -> None:
        if self._cache is not None:
            self._cache.put(self._key(errand.scenario, diary.seed, errand.block), played.body)
        _write(diary, played.body)
        self.bar.done(len(errand.block.days))

    def _enter_kept(self, diary: Diary, block: Block) -> bool:
        """From the cache, if they are there."""
        body = self._cache.get(self._key(diary.scenario, diary.seed, block)) if self._cache is not None else None
        if body is None:
            return False
        _write(diary, body)
        self.bar.had(len(block.days))
        return True

    def _key(self, scenario: Scenario, seed: int, block: Block) -> str:
        return cache.key(f"{self._play.__module__}.{self._play.__qualname__}", scenario, seed, block.days)

    def farewell(self, diaries: Sequence[Diary]) -> str:
        """For who stopped it: what is left of the work."""
        wanted = sum(len(diary.days) for diary in diaries)
        if self._cache is None or not self._cache.is_open:
            done = sum(1 for diary in diaries for digest in diary.digests if digest)
            return f"Stopped after {done} of {wanted} days; none are kept, and nothing was written."
        kept = sum(self._days_kept(self._cache, diary) for diary in diaries)
        return (
            f"Stopped: {kept} of {wanted} days are kept in {self._cache.directory}; the same command goes on from "
            "there. Nothing else was written."
        )

    def _days_kept(self, known: Cache, diary: Diary) -> int:
        """As the cache has them: Ctrl-C may come between a block's file and its diary."""
        return sum(
            len(block.days)
            for block in blocks(1, diary.days)
            if known.has(self._key(diary.scenario, diary.seed, block))
        )


def blocks(shops: int, wanted: range) -> Iterator[Block]:
    """The same few days of every shop, then the next: whoever stops early has days that can be compared."""
    for first in range(wanted.start, wanted.stop, BLOCK_DAYS):
        for shop in range(shops):
            yield Block(shop, first, min(first + BLOCK_DAYS, wanted.stop))


def _write(diary: Diary, body: bytes) -> None:
    for result in msgspec.msgpack.decode(body, type=list[DayResult]):
        diary.enter(result)
