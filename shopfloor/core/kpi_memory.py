"""What the KPIs remember between two facts: plain data for checkpoints, and none of it without a limit.

Counts are exact. Values are kept one by one, because percentiles of a sample would need chance: the last ``VALUES_MAX``
of each series, oldest dropped; a day of a busy shop has a few hundred of each.
"""

from msgspec import Struct, field

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import Fact

VALUES_MAX = 5_000
"""Of each series."""
OPEN_MAX = 5_000
"""Visits, repairs, open intervals of each kind of memory: then the oldest is forgotten."""


class Visit(Struct, kw_only=True):
    """A ticket of today."""

    anchor: Instant
    """Issued; booked: the later of check-in and booked time."""
    waits: bool = True
    called_at: Instant = 0
    """The last call."""
    seated_at: Instant = 0
    desk: str = ""
    evidence: list[int] = field(default_factory=list)
    """Touchpoints shown to be done before there was a repair."""


class Work(Struct, kw_only=True):
    """A repair from its opening to its close."""

    ticket: str
    started_by_ticket: bool
    """Walk-in or booked: there was a customer in the hall."""
    issued_at: Instant = 0
    seated_at: Instant = 0
    approved_at: Instant = 0
    checked_at: Instant = 0
    out_at: Instant = 0
    promised: Instant = 0
    hardware: bool = False
    one_visit: bool = True
    chosen_since: Instant = 0
    """The customer chose to hold it; 0: no such hold is running."""
    chosen_ms: int = 0
    quoted: bool = False
    flawed: bool = False
    """A quality check failed, or it came back as rework."""
    owners: int = 1
    prices: dict[int, int] = field(default_factory=dict)
    """Signed line → fen."""
    payable: int = 0
    evidence: list[int] = field(default_factory=list)
    low_score_at: Instant = 0


class DeskClock(Struct, kw_only=True):
    """How long a desk was open, and with what it was occupied."""

    open_since: Instant = 0
    """0: nobody is signed on."""
    open_ms: int = 0
    doing: str = ""
    since: Instant = 0
    ms: dict[str, int] = field(default_factory=dict)


class RobotClock(Struct, kw_only=True):
    """How long a robot was what."""

    state: str
    since: Instant
    ms: dict[str, int] = field(default_factory=dict)


class Memory(Struct, kw_only=True):
    """All that is remembered."""

    since: Instant = 0
    """The first fact."""
    at: Instant = 0
    """The latest."""
    days: int = 0
    day_is_over: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    """How many facts of each kind, and what the folds count besides."""
    values: dict[str, list[int]] = field(default_factory=dict)
    """Series → what was measured, in ms or as it is."""
    marks: dict[str, dict[str, Instant]] = field(default_factory=dict)
    """Interval → what it is of → when it began."""
    visits: dict[str, Visit] = field(default_factory=dict)
    repairs: dict[str, Work] = field(default_factory=dict)
    desks: dict[str, DeskClock] = field(default_factory=dict)
    robots: dict[str, RobotClock] = field(default_factory=dict)
    desk_of: dict[str, str] = field(default_factory=dict)
    """Person on duty → desk; a parts keeper has none."""
    quotes_shown: dict[str, str] = field(default_factory=dict)
    """Signature request of a quote that was not shown yet → repair."""

    def work_of(self, fact: Fact) -> Work | None:
        """The repair that a fact names, if it names one that is remembered."""
        return self.repairs.get(str(getattr(fact, "repair", "")))

    def count(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by

    def measure(self, series: str, value: int) -> None:
        """One more value; the oldest goes when there are too many."""
        kept = self.values.setdefault(series, [])
        kept.append(value)
        if len(kept) > VALUES_MAX:
            del kept[0]

    def mark(self, interval: str, about: str, at: Instant) -> None:
        """An interval begins (again)."""
        keep(self.marks.setdefault(interval, {}), about, at)

    def unmark(self, interval: str, about: str) -> Instant | None:
        """It ends; when it began, or None if nobody knows."""
        return self.marks.get(interval, {}).pop(about, None)


def keep(shelf: dict[str, Instant], about: str, at: Instant) -> None:
    """Remember under a limit: the oldest goes."""
    shelf.pop(about, None)
    shelf[about] = at
    if len(shelf) > OPEN_MAX:
        del shelf[next(iter(shelf))]
