"""One phone on one desk, as the engineer in front of it sees it: where it is, and how the handheld says it stands."""

from collections.abc import Callable

from shopfloor.contract.commands import PartRow, WorkRow
from shopfloor.contract.events import DeviceScanned, DocumentAsked, OverrideGiven
from shopfloor.contract.kinds import DocumentKind, OverrideRule
from simulations.people.colleague import Colleague
from simulations.people.person import Act
from simulations.people.world import Bench


class AtBench:
    """What every kind of work on a phone needs. ``hand`` does it, ``repair`` is its number."""

    def __init__(self, hand: Colleague, repair: str, bench: Bench) -> None:
        self.hand = hand
        self.repair = repair
        self.bench = bench
        self.guest = bench.guest
        self.visit = bench.guest.visit
        self.world = hand.world

    @property
    def row(self) -> WorkRow | None:
        return self.hand.row_of(self.repair)

    @property
    def parts(self) -> tuple[PartRow, ...]:
        return self.hand.parts_of(self.repair)

    @property
    def present(self) -> bool:
        """The customer sits on the other side."""
        return self.guest.desk == self.hand.desk

    def changed(self, row: WorkRow) -> Callable[[], bool]:
        """Whether the picture of the repair is another one than this."""

        def differs() -> bool:
            now = self.row
            return now is None or (now.state, now.revision) != (row.state, row.revision)

        return differs

    def left(self, row: WorkRow) -> Callable[[], bool]:
        """Whether the repair is in another state than in this row."""

        def gone() -> bool:
            now = self.row
            return now is None or now.state != row.state

        return gone

    def ask_for(self, document: DocumentKind, loaner: str = "") -> Act[str]:
        """Have this document shown: for the first time, or again because the one before ended unsigned."""
        return (yield from self.hand.mention(DocumentAsked(repair=self.repair, document=document, loaner=loaner)))

    def ask_manager(self, about: str, rule: OverrideRule, reason: str) -> None:
        """Say aloud what is needed; the manager comes to it in time."""
        self.world.wishes.append(OverrideGiven(about=about, rule=rule, reason=reason))
        self.world.shout.ring()

    # ── where the phone is ──────────────────────────────────────────────────────────────────────

    def fetch(self) -> Act[None]:
        """c5: out of its locker, or from a colleague's desk, to this one."""
        here = f"desk/{self.hand.desk}"
        row = self.row
        if row is None or row.phone in (here, "customer", "qc"):
            return
        if not (yield from self.scan(here)):
            self.world.clear_locker(self.repair)

    def lock_away(self) -> Act[None]:
        """c4."""
        row = self.row
        if row is not None and row.phone in (f"desk/{self.hand.desk}", "qc"):
            yield from self.scan(self.world.free_locker(self.repair))

    def scan(self, place: str) -> Act[str]:
        """Two scans: the label of the phone and the place."""

        def there() -> bool:
            now = self.row
            return now is None or now.phone == place

        return (yield from self.hand.do(DeviceScanned(repair=self.repair, place=place), there))
