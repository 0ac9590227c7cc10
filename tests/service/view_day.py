"""A morning in the shop, told to a real coordinator word by word, and what the board showed meanwhile."""

import sqlite3
from functools import cache
from pathlib import Path

from msgspec import structs

import shopfloor
from shopfloor.contract.actor import SECOND, Device, Instant
from shopfloor.contract.events import Event
from shopfloor.contract.facts import Fact
from shopfloor.service.coordinator import Coordinator
from shopfloor.service.journal import Journal
from shopfloor.service.records import Records, make_tables
from shopfloor.service.replay import rebuild
from shopfloor.service.serve import open_shop
from shopfloor.service.store import reading_connection
from shopfloor.service.views.floor import FloorSeen, floor_seen
from simulations.journals.keep import opening_of
from tests.service.test_coordinator import receipts, says
from tests.shop.day_book import LAYOUT, MORNING, Watched, plan, played
from tests.twin.test_journals_keep import in_v2, on_the_wire

STORE = LAYOUT.store.id
TODAY = LAYOUT.date(MORNING)
LOOK_EVERY = 97
"""Batches between two looks at the board."""
BOOT = 2
"""Of whoever speaks after the morning that the twin has played."""


@cache
def morning() -> Watched:
    """Three hours with a few customers."""
    return played(plan(seed=11, hours=3))


class Live:
    """A shop of a real coordinator, its records, and what the board showed while it ran."""

    def __init__(self, folder: Path, day: Watched, told: int | None = None) -> None:
        """``told``: only so many of the morning's words."""
        self.path = folder / "shop.db"
        self.url = f"sqlite:///{self.path}"
        open_shop(self.url, opening_of(day.plan), day.plan.opens).close()
        self.journal = Journal.open(self.url, STORE, shopfloor.release())
        self._records = Records()
        self.coordinator = Coordinator(self.journal, rebuild(self.journal), self._records)
        self.database = reading_connection(self.path)
        self.seen: list[FloorSeen] = []
        self._seq: dict[Device, int] = {}
        for number, (at, arrivals) in enumerate(
            on_the_wire([(at, in_v2(message)) for at, message in day.heard[:told]])
        ):
            self.coordinator.take(arrivals, at)
            if number % LOOK_EVERY == 0:
                self.seen.append(floor_seen(self.database, LAYOUT))

    @property
    def now(self) -> Instant:
        return self.journal.head.at

    def say(self, device: Device, event: Event, at: Instant) -> None:
        """After the morning: a device says this, and is believed."""
        seq = self._seq[device] = self._seq.get(device, 0) + 1
        posts = self.coordinator.take([says(device, event, seq, boot=BOOT)], at)
        (receipt,) = receipts(posts)
        assert receipt.status == "committed", receipt

    def wait(self, until: Instant) -> None:
        """Whatever falls due until then happens."""
        while (deadline := self.coordinator.deadline) is not None and deadline <= until:
            self.coordinator.take([], max(deadline, self.now))

    def floor(self) -> FloorSeen:
        """What the board shows now, with the figures of now."""
        self.coordinator.write_kpis()
        self.journal.append((), also=self._records.flush)
        return floor_seen(self.database, LAYOUT)

    def close(self) -> None:
        self.database.close()
        self.journal.close()


class Noted:
    """Facts straight into records: what a shop would have to be led into for long."""

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:", isolation_level=None)
        make_tables(self.database)
        self.database.execute("CREATE TABLE entry (n INTEGER PRIMARY KEY, at INTEGER)")
        self.now: Instant = 0
        self._records = Records()
        self._entry = 0

    def note(self, *facts: Fact) -> None:
        """One after the other, a second apart."""
        for fact in facts:
            self._entry += 1
            self.now += SECOND
            self._records.note(fact, self.now, self._entry)
            self.database.execute("INSERT INTO entry VALUES (?, ?)", (self._entry, self.now))
        self._records.write(self.database)


def without_figures(seen: FloorSeen) -> FloorSeen:
    """Figures are written once a second; and an entry that says nothing new is in no fact."""
    return structs.replace(seen, figures={}, shop=structs.replace(seen.shop, entries=0))
