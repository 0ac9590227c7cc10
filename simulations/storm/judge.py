"""The judge of a bad day: what really happened decides, and never the floor's opinion of itself.

It hears the wires, sees the bodies of machines and the hands of people, and reads the journal when all is over. Each
sentence names the promise (P) or invariant (I) that was not kept.

| what is true | where it is seen | judged |
|---|---|---|
| what each device said and was told | wires, before the weather | I12–I14, I16, I19, I26 (``truth_wires``) |
| what each command did | bodies, over all their lives | I11 (``truth_bodies``) |
| money | the acquirer's own record | I07–I09 (``truth_money``) |
| papers | pages before eyes, the archive's shelf | I10 (``truth_papers``) |
| parts | bins, outlets, totes | I01, I03, I23 (``truth_stock``, ``inventory``) |
| the end of a healed day | books, screens, outboxes | I04, I21, I22, I25 (``ends``) |
| the journal | replayed from its first entry, and from its checkpoint | I15–I17, F08 |
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from shopfloor import release
from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import Command
from shopfloor.contract.events import DueSetAside
from shopfloor.contract.facts import Fact
from shopfloor.service.entries import OUTGOING_MAX, Entry
from shopfloor.service.journal import Journal
from shopfloor.service.replay import Replayed, Watcher, rebuild, replay_all
from simulations.storm.diary import Happening
from simulations.storm.ends import ends_broken, unsaid
from simulations.storm.hands import SeenHands
from simulations.storm.inventory import take_inventory
from simulations.storm.office import Office
from simulations.storm.plan import BadDay
from simulations.storm.shop import StormShop
from simulations.storm.tale import Tale
from simulations.storm.truth_bodies import Effects
from simulations.storm.truth_money import money_broken
from simulations.storm.truth_papers import papers_broken
from simulations.storm.truth_stock import Doubt, settled, stock_broken
from simulations.storm.truth_wires import Wires

LAST_WORDS: Final = 5 * MINUTE
"""After the day is closed: slips, reversals, receipts, robots on their way home."""
QUIET: Final = 30 * SECOND
LOOKS_MAX: Final = 6
OF_A_KIND_MAX: Final = 5
"""Sentences of one sort; a day on which all is wrong need not say it a thousand times."""


class Judge:
    """Sits in a shop that is not yet open."""

    def __init__(self, shop: StormShop, day: BadDay) -> None:
        self._shop = shop
        self._wires = Wires(shop.office, tuple(visit.imei for visit in day.comers))
        self._effects = Effects()
        self._moved: dict[str, None] = {}
        """Units that somebody has moved with a key."""
        self._doubts: list[str | Doubt] = []
        self._looked_at = 0
        self._hands = SeenHands(shop)
        shop.world.hands = self._hands
        shop.broker.overheard.append(self._wires.hear)
        shop.diary.listeners.append(self._read)
        shop.fittings.make_cabinet = self._effects.cabinet
        shop.fittings.make_pos = self._effects.terminal

    def started(self, office: Office) -> None:
        """The coordinator has come up, and its floor is as the journal has it."""
        self._wires.started(office)

    def at_the_end(self) -> list[str]:
        """The day is closed; lets the last words be said, has the bins counted, and looks around. Healed days only."""
        shop = self._shop
        shop.env.run(until=shop.env.now + LAST_WORDS)
        for _ in range(LOOKS_MAX):  # somebody at home may just be signing
            if next(unsaid(shop, shop.office.floor.books), None) is None:
                break
            shop.env.run(until=shop.env.now + QUIET)
        self._doubts = list(stock_broken(shop))
        self._looked_at = shop.office.journal.head.n
        return _some((*ends_broken(shop), *take_inventory(shop)))

    def over(self, watch: Watcher) -> list[str]:
        """The coordinator is stopped: the journal against all that was heard and seen. ``watch`` sees the replay."""
        shop = self._shop
        tale = Tale()

        def hear(entry: Entry, outs: list[Command | Fact]) -> None:
            tale.hear(entry, outs)
            watch(entry, outs)

        again = replay_all(shop.office.disk.url, hear)
        books = shop.office.floor.books
        return _some(
            (
                *self._journal(again, tale),
                *self._wires.broken(tale),
                *self._effects.broken(),
                *money_broken(tale.facts, self._effects.charges, books),
                *settled(self._doubts, tale.facts_until(self._looked_at), self._nobody_knows()),
                *papers_broken(tale, self._hands.signed, shop.fittings.shelves),
            )
        )

    def _nobody_knows(self) -> dict[str, None]:
        """Units that were moved with a key, or given out in another's place."""
        swapped = self._effects.swapped
        return {**self._moved, **dict.fromkeys(swapped), **dict.fromkeys(swapped.values())}

    def _read(self, happening: Happening) -> None:
        if happening.kind == "people.reach_in":
            self._moved.update((word, None) for word in happening.words.split() if "#" in word)

    def _journal(self, again: Replayed, tale: Tale) -> Iterator[str]:
        """I15–I17: replayed from the first entry, and from the checkpoint on, it is the floor that was live. I22: what
        left before the last batch is marked as sent. F08: in no life of the coordinator did its floor fail."""
        office = self._shop.office
        live = office.floor.digest()
        if again.floor.digest() != live:
            yield "I15/P4: the replay from the first entry comes to another state"
        lines = tale.lines.values()
        failed = sum(1 for line in lines if line.outcome == "quarantined" or line.kind == DueSetAside.__name__)
        if failed:
            yield f"F08: {failed} events in quarantine or dues set aside"
        journal = Journal.open(office.disk.url, self._shop.plan.layout.store.id, release())
        try:
            journal.verify()
            if rebuild(journal).floor.digest() != live:
                yield "I17/P4: the checkpoint and what follows it come to another state"
            causes = [unsent.id // OUTGOING_MAX for unsent in journal.unsent()]
            old = sum(1 for cause in causes if tale.lines[cause].at < journal.head.at)
            if old:
                yield f"I22: {old} commands from before the last batch are still in the outbox"
        finally:
            journal.close()


def _some(sentences: Iterable[str]) -> list[str]:
    """In their order, and of each sort not more than a few."""
    by_promise: dict[str, list[str]] = {}
    for sentence in dict.fromkeys(sentences):
        by_promise.setdefault(sentence.partition(":")[0], []).append(sentence)
    return [sentence for alike in by_promise.values() for sentence in islice(alike, OF_A_KIND_MAX)]
