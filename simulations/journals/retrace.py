"""A recorded day told again to the twin's floor, word for word, on the twin's clock: every answer must be the same.

It is the strict half of ``replay``: nothing is chosen anew and nobody lives. A floor under another policy, or of
another release, gives other answers, and how many is counted.
"""

from collections.abc import Generator, Iterator
from typing import Final

import simpy
from msgspec import Struct

from shopfloor.contract.actor import Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.core.floor import Floor, digest_of
from shopfloor.core.kpi_reckoning import Numbers
from shopfloor.core.kpis import Kpis
from shopfloor.core.policies import Policy
from shopfloor.service.entries import NO_OUTPUTS, Entry
from shopfloor.service.opening import Opening
from shopfloor.service.replay import message_of, tell_kpis
from simulations.journals.told import entries_of, read_or_refused

SHOWN_MAX: Final = 20
"""Differences that are told of one by one."""


class Retraced(Struct, frozen=True, kw_only=True):
    """What came of it. ``differences`` counts entries with other answers than were journaled."""

    journal: str
    entries: int
    """All of them, the opening included."""
    told: int
    """Those that the floor was told; the others were set aside before it."""
    differences: int
    first: tuple[str, ...]
    """The first of them, each in a sentence."""
    digest: str
    """Of the floor's whole state at the end."""
    began: Instant
    ended: Instant
    kpis: dict[str, Numbers]

    @property
    def same(self) -> bool:
        return not self.differences


class _Trace:
    """A floor on a SimPy clock that hears a journal."""

    def __init__(self, opening: Opening, policy: Policy, entries: Iterator[Entry], at: Instant) -> None:
        self.env = simpy.Environment(initial_time=at)
        self.floor = Floor(Layout.from_source(opening.layout), Catalogue.from_text(opening.catalogue), policy)
        self.kpis = Kpis()
        self.entries, self.told, self.differences = 1, 0, 0
        self.first: list[str] = []
        self._left = entries

    def play(self) -> None:
        self.env.run(until=self.env.process(self._tell()))

    def _tell(self) -> Generator[simpy.Event, object, None]:
        for entry in self._left:
            if entry.at > self.env.now:
                yield self.env.timeout(entry.at - self.env.now)
            self.entries += 1
            if entry.digest != NO_OUTPUTS:
                self._hear(entry)

    def _hear(self, entry: Entry) -> None:
        self.told += 1
        outs = self.floor.handle(message_of(entry), entry.at)
        tell_kpis(self.kpis, outs, entry.at)
        if digest_of(outs) == entry.digest:
            return
        self.differences += 1
        if len(self.first) < SHOWN_MAX:
            kinds = ", ".join(dict.fromkeys(type(out).__name__ for out in outs)) or "nothing"
            self.first.append(f"Entry {entry.n} ({entry.kind}) was answered otherwise; here by {kinds}.")


def retrace(journal: str, policy: Policy | None = None) -> Retraced:
    """Tell the journal to a floor with its own policy, or with this one. Raises JournalRefused with file and reason.

    Only what comes first says much about another policy: recorded words answer what the recorded floor had asked.
    """
    with read_or_refused(journal) as address:
        opening, genesis, entries = entries_of(address)
        trace = _Trace(opening, policy or opening.policy, entries, genesis.at)
        trace.play()
    return Retraced(
        journal=journal,
        entries=trace.entries,
        told=trace.told,
        differences=trace.differences,
        first=tuple(trace.first),
        digest=trace.floor.digest(),
        began=genesis.at,
        ended=round(trace.env.now),
        kpis=trace.kpis.summary(),
    )
