"""Many bad days side by side, and what they have shown together: the same for any number of jobs."""

import hashlib
import logging
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from msgspec import Struct, field

from shopfloor.contract.actor import MINUTE
from simulations.experiments.workers import WorkerLost, cores, each
from simulations.faults import only
from simulations.storm.bad_day import Verdict, played
from simulations.storm.goals import DEMANDED_FROM, GOALS, ROWS
from simulations.storm.plan import HEALED_MS, TICKETS, BadDay, bad_day, faults_of

BLOCK_SEEDS: Final = 2
LOST_WORKERS_MAX: Final = 3
"""One after the other without a single day played; then those that are left are given up."""
WALL_S: Final = 120.0
"""A day that takes longer than this is stuck in our own program."""
RINGS_AGAIN_S: Final = 10.0
"""Whoever is rung in a callback of C cannot raise; by then the callback is over."""
TICKETS_MIN: Final = 10
"""Fewer would say too little about a shop."""
NO_DIGEST: Final = "none"


class Asked(Struct, frozen=True, kw_only=True):
    """Which bad day is to be played for each seed."""

    tickets: int = TICKETS
    only: tuple[str, ...] | None = None
    """Kinds and groups of faults; None: those that the seed has drawn. Empty: none, a calm day."""
    healed_min: int = HEALED_MS // MINUTE

    def day(self, seed: int) -> BadDay:
        faults = None if self.only is None else only(faults_of(seed), self.only)
        return bad_day(seed, self.tickets, faults, self.healed_min * MINUTE)

    def line(self, seed: int) -> str:
        """What to type to see this seed's day again."""
        words = [f"python -m simulations storm --seed {seed}"]
        if self.tickets != TICKETS:
            words.append(f"--tickets {self.tickets}")
        if self.only is not None:
            words.append(f"--only {','.join(self.only)}" if self.only else "--calm")
        if self.healed_min != HEALED_MS // MINUTE:
            words.append(f"--heal-after {self.healed_min}")
        return " ".join(words)

    @property
    def is_whole(self) -> bool:
        """Nothing was left out: what such days never reach, no day reaches."""
        return self.only is None and self.tickets >= TICKETS and self.healed_min >= HEALED_MS // MINUTE


class Overrun(BaseException):
    """The day takes forever. Not an Exception: what is stuck may catch those."""


class Found(Struct, kw_only=True):
    """All that the days played so far have shown."""

    asked: Asked
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    """By seed; in the order of coming."""
    wall_s: float = 0.0
    jobs: int = 1
    cores: int = field(default_factory=cores)

    def enter(self, verdict: Verdict) -> None:
        self.verdicts[verdict.seed] = verdict

    @property
    def in_order(self) -> list[Verdict]:
        return [self.verdicts[seed] for seed in sorted(self.verdicts)]

    @property
    def failures(self) -> list[Verdict]:
        return [verdict for verdict in self.in_order if verdict.broken]

    @property
    def digest(self) -> str:
        """Of all days together."""
        lines = "".join(f"{verdict.seed} {verdict.digest}\n" for verdict in self.in_order)
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def tickets(self) -> int:
        return sum(verdict.tickets for verdict in self.verdicts.values())

    @property
    def too_few_tickets(self) -> list[int]:
        """Seeds with fewer than were promised, unless fewer were asked for."""
        least = min(TICKETS_MIN, self.asked.tickets)
        return [each.seed for each in self.in_order if each.tickets < least and not each.broken]

    @property
    def deaths(self) -> Counter[str]:
        return sum((Counter(verdict.deaths) for verdict in self.in_order), Counter())

    @property
    def promises(self) -> dict[str, list[int]]:
        """Promise → the seeds that broke it."""
        broken: dict[str, list[int]] = {}
        for verdict in self.failures:
            for promise in dict.fromkeys(promise_of(words) for words in verdict.broken):
                broken.setdefault(promise, []).append(verdict.seed)
        return dict(sorted(broken.items()))

    @property
    def goals(self) -> dict[str, int]:
        """In how many seeds each goal was reached; 0 for those that never were."""
        seeds = Counter(name for verdict in self.verdicts.values() for name in verdict.goals)
        return {goal.name: seeds[goal.name] for goal in GOALS}

    @property
    def never(self) -> list[str]:
        """Goals that were not reached."""
        return [name for name, seeds in self.goals.items() if not seeds]

    @property
    def goals_demanded(self) -> bool:
        return self.asked.is_whole and len(self.verdicts) >= DEMANDED_FROM

    @property
    def rows_never(self) -> list[str]:
        """Rows of the lifecycles that no day has walked."""
        walked = {row for verdict in self.verdicts.values() for row in verdict.rows}
        return [row for row in ROWS if row not in walked]

    @property
    def is_clean(self) -> bool:
        return not (self.failures or self.too_few_tickets or (self.goals_demanded and self.never))


def promise_of(words: str) -> str:
    """Which promise these words say is broken."""
    return words.partition(":")[0]


class Errand(Struct, frozen=True):
    """Some seeds for one worker. Calling it plays them."""

    asked: Asked
    seeds: tuple[int, ...]
    play: Callable[[BadDay], Verdict]

    def __call__(self) -> tuple["Errand", list[Verdict]]:
        return self, [judged(self.asked, seed, self.play) for seed in self.seeds]


def campaign(
    found: Found,
    seeds: Sequence[int],
    tell: Callable[[Verdict], None] = lambda _: None,
    play: Callable[[BadDay], Verdict] = played,
) -> None:
    """Play all of them into ``found``; whoever interrupts it finds there what was played so far."""
    blocks = (tuple(seeds[begin : begin + BLOCK_SEEDS]) for begin in range(0, len(seeds), BLOCK_SEEDS))
    todo = {block[0]: block for block in blocks}
    began = time.perf_counter()
    try:
        lost = 0
        while lost < LOST_WORKERS_MAX:
            errands = [Errand(found.asked, block, play) for block in todo.values()]
            try:
                for errand, verdicts in _answers(errands, found.jobs if lost or len(errands) > 1 else 1):
                    del todo[errand.seeds[0]]
                    lost = 0
                    for verdict in verdicts:
                        found.enter(verdict)
                        tell(verdict)
            except WorkerLost:
                lost += 1
            else:
                return
        for block in todo.values():
            for seed in block:
                found.enter(_unplayed(seed, "worker lost: killed, or out of memory, again and again"))
    finally:
        found.wall_s = time.perf_counter() - began


def judged(asked: Asked, seed: int, play: Callable[[BadDay], Verdict] = played, wall_s: float = WALL_S) -> Verdict:
    """One seed's verdict, whatever happens: nothing that goes wrong while it is played is lost."""
    try:
        with _hushed(), at_most(wall_s):
            return play(asked.day(seed))
    except Overrun:
        return _unplayed(seed, f"overrun: the day was not over after {wall_s:.0f} s")
    except KeyboardInterrupt:
        raise
    except BaseException as fault:  # noqa: BLE001 - also what the storm itself throws to kill a process
        where = traceback.extract_tb(fault.__traceback__)[-1]
        return _unplayed(seed, f"{type(fault).__name__} in {Path(where.filename).name}, {where.name}: {fault}")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises Overrun in the middle of whatever is done, when it takes longer. In the main thread."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Overrun

    handler = signal.signal(signal.SIGALRM, ring)
    began = time.monotonic()
    others_s, every_s = signal.setitimer(signal.ITIMER_REAL, seconds, RINGS_AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, handler)
        if others_s:  # somebody else had set it, too
            signal.setitimer(signal.ITIMER_REAL, max(0.001, others_s - (time.monotonic() - began)), every_s)


@contextmanager
def _hushed() -> Iterator[None]:
    """A shop that is treated so badly has much to log, and nobody reads it here."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _answers(errands: list[Errand], jobs: int) -> Iterator[tuple[Errand, list[Verdict]]]:
    with closing(each(errands, jobs)) as answers:
        yield from answers


def _unplayed(seed: int, words: str) -> Verdict:
    return Verdict(seed=seed, tickets=0, broken=(words,), digest=NO_DIGEST)
