"""What a fire has to show for itself: a table for a person, and the same as JSON."""

import statistics
from collections.abc import Iterable, Sequence

from msgspec import Struct

from simulations.live import account
from tests.fire.evidence import Journal
from tests.fire.executioner import Life
from tests.fire.house import Evidence
from tests.fire.judge import Violation
from tests.fire.plans import AtSeam, Death, name_of


class Times(Struct, frozen=True):
    """Seconds; None without a measurement."""

    n: int
    p50: float | None
    p95: float | None
    max: float | None


class Fate(Struct, frozen=True):
    """One way to end, or to be disturbed."""

    name: str
    lives: int
    missed: int
    """Of these, so many did not come to their seam in time and were killed where they were."""
    counts: tuple[int, int] | None
    """The smallest and the largest count of a seam."""
    next_served: Times
    """From that end to the first receipt of the next life, or from when somebody first waited for one."""
    served_again: Times
    """After a pause or a broken broker: until the next receipt of the same life."""


class Day(Struct, frozen=True, kw_only=True):
    """One day under fire."""

    seed: int
    seconds: float
    deaths: int
    entries: int
    events: int
    receipts: int
    repeats: int
    """Receipts that came again for the same event."""
    commands_ordered: int
    commands_executed: int
    tickets: dict[str, int]
    payments: int
    picks: int
    closed: bool
    """The manager could close it; after so many deaths things may lie about that nobody sees to."""
    digest: str
    violations: list[Violation]


class Account(Struct, frozen=True, kw_only=True):
    """The whole fire."""

    deaths: int
    seconds: float
    back_in_service: Times
    fates: list[Fate]
    days: list[Day]
    violations: int


def day_of(seed: int, evidence: Evidence, journal: Journal, violations: list[Violation]) -> Day:
    witness, books = evidence.witness, journal.books
    return Day(
        seed=seed,
        seconds=round(evidence.seconds, 1),
        deaths=_deaths(evidence.lives),
        entries=len(journal.rows) + 1,
        events=len(witness.told),
        receipts=len(witness.promised),
        repeats=len(witness.promised) - len({(each.device, each.boot, each.seq) for each in witness.promised}),
        commands_ordered=len(witness.ordered),
        commands_executed=len(witness.executed),
        tickets=account.tickets(evidence.url).outcomes,
        payments=len(books.payments) if books is not None else 0,
        picks=len(books.picks) if books is not None else 0,
        closed=books is not None and books.closed,
        digest=journal.digest,
        violations=violations,
    )


def account_of(days: list[Day], lives: Sequence[list[Life]], seconds: float) -> Account:
    """``lives`` are those of each day, in order."""
    every = [life for day in lives for life in day]
    return Account(
        deaths=_deaths(every),
        seconds=round(seconds, 1),
        back_in_service=times(life.back_s for life in every),
        fates=[_fate(name, lives) for name in sorted({name_of(life.fate) for life in every})],
        days=days,
        violations=sum(len(day.violations) for day in days),
    )


def _fate(name: str, days: Sequence[list[Life]]) -> Fate:
    ended = [life for day in days for life in day if name_of(life.fate) == name]
    after = [day[place + 1] for day in days for place, life in enumerate(day[:-1]) if name_of(life.fate) == name]
    counts = [life.fate.n for life in ended if isinstance(life.fate, AtSeam)]
    return Fate(
        name=name,
        lives=len(ended),
        missed=sum(not life.reached for life in ended),
        counts=(min(counts), max(counts)) if counts else None,
        next_served=times(life.back_s for life in after),
        served_again=times(life.waited_s for life in ended),
    )


def times(found: Iterable[float | None]) -> Times:
    known = sorted(each for each in found if each is not None)
    if not known:
        return Times(0, None, None, None)
    p95 = statistics.quantiles(known, n=20, method="inclusive")[-1] if len(known) > 1 else known[0]
    return Times(len(known), round(statistics.median(known), 2), round(p95, 2), round(known[-1], 2))


def table_of(account: Account) -> str:
    """For a terminal."""
    lines = [
        f"{'ended':24}{'lives':>6}{'missed':>8}{'counts':>10}{'next served p50, p95, max s':>32}{'again served':>18}"
    ]
    for fate in account.fates:
        counts = f"{fate.counts[0]}-{fate.counts[1]}" if fate.counts else ""
        again = f"max {fate.served_again.max}" if fate.served_again.n else ""
        lines.append(f"{fate.name:24}{fate.lives:6}{fate.missed:8}{counts:>10}{_said(fate.next_served):>32}{again:>18}")
    lines.append(f"\nback in service after {account.back_in_service.n} deaths: {_said(account.back_in_service)} s")
    for day in account.days:
        lines.append(
            f"day {day.seed}: {day.deaths} deaths, {day.entries} entries, {day.events} events, {day.repeats} receipts "
            f"twice, {day.commands_ordered} commands came, {day.commands_executed} were carried out, "
            f"{day.payments} payments, {day.picks} picks, tickets {day.tickets}, "
            f"{'closed' if day.closed else 'not closed'}, {day.seconds:.0f} s"
        )
        lines += [f"  {violation.promise}: {violation.words}" for violation in day.violations]
    lines.append(f"\n{account.deaths} deaths in {account.seconds:.0f} s, {account.violations} violations")
    return "\n".join(lines)


def _said(times: Times) -> str:
    return f"{times.p50:.2f}  {times.p95:.2f}  {times.max:.2f}" if times.n else ""


def _deaths(lives: Iterable[Life]) -> int:
    return sum(isinstance(life.fate, Death) for life in lives)
