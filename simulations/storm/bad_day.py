"""One bad day, played: faults until it is healed, then everything must come to a good end; and what was found."""

import hashlib
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import HOUR
from shopfloor.core.invariants import Broken
from shopfloor.service.store import JournalError
from simulations.collecting import no_collecting
from simulations.people.crew import bring_to_life
from simulations.storm.goals import reached, rows_walked
from simulations.storm.judge import Judge
from simulations.storm.lookout import Lookout
from simulations.storm.mischief import Mischief
from simulations.storm.office import Office
from simulations.storm.plan import BadDay
from simulations.storm.shop import StormShop

STUCK_AFTER: Final = 8 * HOUR
"""After the healing: by then the day is closed."""


class Verdict(Struct, frozen=True, kw_only=True):
    """What one bad day has shown."""

    seed: int
    tickets: int
    broken: tuple[str, ...]
    """Promises that were not kept, each as ``which: what``; none is as it should be."""
    digest: str
    """Of the whole day: the same for a seed on every run."""
    goals: dict[str, int] = {}
    """Rare situations, and how often they came."""
    rows: tuple[str, ...] = ()
    """Of the lifecycles, those that were walked."""
    deaths: dict[str, int] = {}
    """Where the coordinator died, and how often."""
    entries: int = 0
    """Of the journal."""


def played(day: BadDay, look: Callable[["Played"], None] = lambda _: None) -> Verdict:
    """Play it to its end, or until a promise is broken. ``look`` may look around before everything is put away."""
    with no_collecting(), tempfile.TemporaryDirectory(prefix="storm-", dir=_fast_disk()) as folder:
        day_played = Played(day, Path(folder))
        verdict = day_played.verdict()
        look(day_played)
        return verdict


class Played:
    """The day while it is played, for those who want to look closer."""

    def __init__(self, day: BadDay, folder: Path) -> None:
        self.day = day
        self.broken: list[str] = []
        self.shop = StormShop(day.plan, day.faults, folder, self._started)
        self.judge = Judge(self.shop, day)
        self.lookout = Lookout(self.shop)
        self.mischief = Mischief(self.shop, day.healed_at)

    def verdict(self) -> Verdict:
        try:
            self._play()
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is a day that did not come to a good end
            self.broken.append(_told(fault))
        self.lookout.close()
        office = self.shop.office
        office.give_up()
        head = office.journal.head
        return Verdict(
            seed=self.day.seed,
            tickets=len(office.floor.books.tickets),
            broken=tuple(self.broken),
            digest=hashlib.sha256(head.chain + office.floor.checkpoint()).hexdigest(),
            goals=reached(self.lookout.sights),
            rows=rows_walked(self.lookout.sights),
            deaths=dict(office.deaths),
            entries=head.n,
        )

    def _play(self) -> None:
        shop, day = self.shop, self.day
        shop.open()
        self.mischief.plot()
        shop.stage.after(day.healed_at - day.plan.opens, self.mischief.heal)
        closed = bring_to_life(shop.world, day.comers, day.doors_close_at)
        shop.env.run(until=shop.env.any_of([closed, shop.env.timeout(day.healed_at + STUCK_AFTER - day.plan.opens)]))
        if not closed.processed:
            self.broken.append("I21: the day cannot be closed")
        self.broken += self.judge.at_the_end()
        self._end()

    def _end(self) -> None:
        office = self.shop.office
        office.stop()
        with self.lookout.replaying() as watch:
            self.broken += self.judge.over(watch)

    def _started(self, office: Office) -> None:
        """The coordinator has come up again."""
        self.lookout.started(office)
        self.judge.started(office)


def _told(fault: Exception) -> str:
    """Which promise, or where in the program, and what is wrong."""
    if isinstance(fault, Broken):
        return str(fault)
    if isinstance(fault, JournalError):
        return f"{type(fault).__name__}: {fault}"
    where = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {Path(where.filename).name}, {where.name}: {fault}"


def _fast_disk() -> str | None:
    """Where files need no disk, if there is such a place: a storm writes much and keeps nothing."""
    memory = Path("/dev/shm")  # noqa: S108 - a temporary directory of our own is made in it
    return str(memory) if memory.is_dir() else None
