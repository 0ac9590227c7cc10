"""The folds of the KPIs: which fact changes what, and the times between two facts about the same thing.

Folds over facts only: nothing here reads the floor. ``kpi_hall``, ``kpi_repairs`` and ``kpi_parts`` have theirs.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias, TypeVar, cast, overload

from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant
from shopfloor.core.kpi_memory import Memory

F = TypeVar("F", bound=f.Fact)
G = TypeVar("G", bound=f.Fact)
H = TypeVar("H", bound=f.Fact)
Fold: TypeAlias = Callable[[Memory, F, Instant], None]


class Interval(NamedTuple):
    """A time to be measured: from one fact to another about the same thing, unless a third one comes between."""

    name: str
    about: str
    """The field that says what it is of."""
    begins: type[f.Fact]
    ends: tuple[type[f.Fact], ...]
    drops: tuple[type[f.Fact], ...] = ()


SEAMS: tuple[Interval, ...] = (
    Interval("called-seated", "ticket", f.TicketCalled, (f.TicketSeated,), (f.TicketRecycled, f.TicketMissed)),
    Interval("frozen-shown", "request", f.DocumentFrozen, (f.SignatureShown,), (f.SignatureFailed,)),
    Interval("approved-started", "repair", f.QuoteApproved, (f.RepairStarted,), (f.RepairHeld, f.ReturnDecided)),
    Interval("picked-loaded", "parts_order", f.PickDone, (f.JobLoaded,), (f.ReturnOpened, f.PartsOrderEnded)),
    Interval("arrived-accepted", "parts_order", f.PartArrived, (f.PartAccepted,), (f.ReturnOpened, f.PartsOrderEnded)),
    Interval("finished-checked", "repair", f.RepairFinished, (f.QualityCheckPassed, f.QualityCheckFailed)),
    Interval("checked-reported", "repair", f.QualityCheckPassed, (f.ReportShown,), (f.RepairHeld,)),
    Interval("asked-presented", "payment", f.PaymentRequested, (f.PaymentShown,), (f.PaymentLost, f.PaymentStopped)),
    Interval("paid-handed-over", "repair", f.RepairPaid, (f.DeviceHandedOver,), (f.RepairHeld, f.PickupAwaited)),
)
"""K25: where one system ends and the next begins."""

INTERVALS: tuple[Interval, ...] = (
    Interval("parts wait", "parts_order", f.PartsOrderOpened, (f.PartAccepted,), (f.PartsOrderEnded,)),
    Interval("blocking", "repair", f.RepairBlocked, (f.RepairUnblocked, f.RepairHeld, f.HandoverOpened)),
    Interval(
        "signing",
        "request",
        f.SignatureShown,
        (f.DocumentSigned,),
        (f.SignatureDeclined, f.SignatureExpired, f.SignatureFailed, f.SignatureSuperseded),
    ),
    Interval("unknown", "payment", f.PaymentLost, (f.PaymentFound, f.PaymentConcluded, f.PaymentNotTaken)),
    Interval("job", "job", f.JobAssigned, (f.JobDone, f.JobUndelivered, f.JobFailed, f.JobCancelled)),
    *SEAMS,
)


class Folds:
    """One room's folds, in a table, and the type of each is checked where it stands."""

    def __init__(self) -> None:
        self.rules: dict[type[f.Fact], list[Fold[f.Fact]]] = {}

    @overload
    def of(self, _kind: type[F], /) -> Callable[[Fold[F]], Fold[F]]: ...
    @overload
    def of(self, _kind: type[F], _or: type[G], /) -> Callable[[Fold[F | G]], Fold[F | G]]: ...
    @overload
    def of(self, _kind: type[F], _or: type[G], _or_: type[H], /) -> Callable[[Fold[F | G | H]], Fold[F | G | H]]: ...

    def of(self, *kinds: type[f.Fact]) -> Callable[[Fold[F]], Fold[F]]:
        """This follows from each fact of these kinds."""

        def enter(rule: Fold[F]) -> Fold[F]:
            self.each(kinds, cast("Fold[f.Fact]", rule))
            return rule

        return enter

    def each(self, kinds: Iterable[type[f.Fact]], rule: Fold[f.Fact]) -> None:
        """The same for all of these."""
        for kind in kinds:
            self.rules.setdefault(kind, []).append(rule)


def interval_folds() -> Folds:
    """Begin, measure and drop every interval of the table."""
    folds = Folds()
    for interval in INTERVALS:
        folds.each(interval.ends, _ends(interval))
        folds.each(interval.drops, _drops(interval))
        folds.each((interval.begins,), _begins(interval))
    return folds


def _begins(interval: Interval) -> Fold[f.Fact]:
    def begin(memory: Memory, fact: f.Fact, at: Instant) -> None:
        memory.mark(interval.name, str(getattr(fact, interval.about)), at)

    return begin


def _ends(interval: Interval) -> Fold[f.Fact]:
    def end(memory: Memory, fact: f.Fact, at: Instant) -> None:
        since = memory.unmark(interval.name, str(getattr(fact, interval.about)))
        if since is not None:
            memory.measure(interval.name, at - since)

    return end


def _drops(interval: Interval) -> Fold[f.Fact]:
    def drop(memory: Memory, fact: f.Fact, _at: Instant) -> None:
        memory.unmark(interval.name, str(getattr(fact, interval.about)))

    return drop
