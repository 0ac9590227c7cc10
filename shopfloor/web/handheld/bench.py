"""What the engineer in front of a phone needs to know beside the picture of the floor: read from the records."""

import sqlite3
from typing import Final

from msgspec import Struct, field

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import (
    AccessoriesGivenBack,
    CauseFound,
    Fact,
    HandoverOpened,
    OldPartMoved,
    PhoneDescribed,
    QuoteApproved,
    QuoteDrafted,
    QuoteFrozen,
    QuoteTurnedDown,
    RepairStarted,
    SupplementDeclined,
)
from shopfloor.contract.kinds import QuoteLine
from shopfloor.service.fact_rows import fact_of
from shopfloor.service.views.parts import parts_of

READ: Final[tuple[type[Fact], ...]] = (
    AccessoriesGivenBack,
    CauseFound,
    HandoverOpened,
    OldPartMoved,
    PhoneDescribed,
    QuoteApproved,
    QuoteDrafted,
    QuoteFrozen,
    QuoteTurnedDown,
    RepairStarted,
    SupplementDeclined,
)
_SELECT: Final = f"SELECT kind, body FROM fact WHERE repair = ? AND kind IN ({', '.join('?' * len(READ))}) ORDER BY id"  # noqa: S608 - our own names


class Cause(Struct, frozen=True):
    """One diagnosis."""

    fault: str
    cause: str


class Way(Struct, frozen=True):
    """Who brings a part, and in how many seconds it may be here (least, most); None: the records do not tell."""

    robot: str
    expected_s: tuple[int, int] | None


class Bench(Struct):
    """One repair. ``quote`` is the latest one's standing: empty, DRAFTED, FROZEN, SIGNED or DECLINED."""

    described: bool = False
    accessories: tuple[str, ...] = ()
    """What came with the phone and has not been given back."""
    causes: list[Cause] = []
    quote: str = ""
    supplement: bool = False
    lines: tuple[QuoteLine, ...] = ()
    """Of the latest quote."""
    signed: tuple[QuoteLine, ...] = ()
    cap: int = 0
    promised: Instant = 0
    started: bool = False
    note: str = ""
    """Of the colleague who handed it on."""
    old_parts: dict[str, str] = field(default_factory=dict[str, str])
    """Key → SKU of what lies on the desk unbagged; the key is the old serial, or the SKU again."""
    papers: dict[str, str] = field(default_factory=dict[str, str])
    """Kind of document → state of the latest one."""
    ways: dict[str, Way] = field(default_factory=dict[str, Way])
    """Parts order → the robot that has it."""

    def take(self, fact: Fact) -> None:
        """Fold one more fact of this repair."""
        match fact:
            case PhoneDescribed():
                self.described, self.accessories = True, fact.accessories
            case AccessoriesGivenBack():
                self.accessories = ()
            case CauseFound():
                self.causes.append(Cause(fact.fault, fact.cause))
            case QuoteDrafted() | QuoteFrozen() | QuoteApproved() | QuoteTurnedDown() | SupplementDeclined():
                self._quote_moved(fact)
            case RepairStarted():
                self.started = True
            case HandoverOpened():
                self.note = fact.note
            case OldPartMoved():
                self._old_part_moved(fact)
            case _:
                raise AssertionError(f"{type(fact).__name__} is not read")

    def _quote_moved(
        self, fact: QuoteDrafted | QuoteFrozen | QuoteApproved | QuoteTurnedDown | SupplementDeclined
    ) -> None:
        match fact:
            case QuoteDrafted():
                self.quote, self.lines, self.supplement = "DRAFTED", fact.lines, fact.supplement
            case QuoteFrozen():
                self.quote = "FROZEN"
            case QuoteApproved():
                self.quote, self.signed, self.cap, self.promised = "SIGNED", fact.lines, fact.cap, fact.promised
            case QuoteTurnedDown():
                self.quote = "DECLINED"
            case SupplementDeclined():
                self.quote = "SIGNED"  # what was signed before holds

    def _old_part_moved(self, fact: OldPartMoved) -> None:
        key = fact.old_serial or fact.sku
        self.old_parts.pop(key, None)
        if fact.place.startswith("DESK:"):
            self.old_parts[key] = fact.sku


def bench_of(database: sqlite3.Connection, repair: str, now: Instant) -> Bench:
    """As it stands in the records; an empty one for a repair that they do not know."""
    bench = Bench()
    kinds = [cls.__name__ for cls in READ]
    for kind, body in database.execute(_SELECT, (repair, *kinds)):
        bench.take(fact_of(kind, body))
    papers = database.execute("SELECT kind, state FROM document WHERE repair = ? ORDER BY drafted_at, id", (repair,))
    bench.papers = dict(papers.fetchall())
    parts = parts_of(database, repair, now)
    bench.ways = {part.parts_order: Way(part.robot, part.expected_s) for part in parts if part.robot}
    return bench
