"""Who comes when: rates by the hour, pooled over days of one kind.

A booking counts at its booked time, whether or not anybody came; a number taken without one counts when it was taken.
Pick-ups (line D) are second visits, and no arrivals.
"""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import HOUR, Instant
from simulations.journals.counting import OVERDISPERSED_BELOW, Spread, growth_p, poisson_rate, spread_of
from simulations.journals.fitting import Estimate
from simulations.journals.seen import Seen, SeenTicket

LEAST_OPEN: Final = 0.05
"""Of an hour; what is open for less is no hour of the day."""


class Hour(Struct, frozen=True, kw_only=True):
    """One hour after the opening."""

    hour: int
    count: int
    open_h: float
    """Over all days."""
    rate: Estimate
    """Per hour."""


class Arrivals(Struct, frozen=True, kw_only=True):
    """One kind of visit on one kind of day."""

    kind: str
    """repair or other."""
    day_type: str
    """normal or service."""
    days: int
    hours: tuple[Hour, ...]
    a_day: Estimate
    """Visits in a day, as long as these days were open."""
    covered: float
    """Of the opening hours of these days, so much was seen."""
    spread: Spread | None
    """None: too few days."""
    growth_p: float | None
    """None: too few days."""

    @property
    def overdispersed(self) -> bool:
        return self.spread is not None and self.spread.ratio > 1 and self.spread.p < OVERDISPERSED_BELOW


class OpenDay(Struct, frozen=True, kw_only=True):
    """One day of one journal, between its doors."""

    date: str
    opens: Instant
    closes: Instant
    whole_h: float
    """From opening to closing by the shop's hours."""
    service: bool
    repairs: tuple[Instant, ...]
    others: tuple[Instant, ...]


def days_of(seen: Seen) -> list[OpenDay]:
    """The days that this journal covers, cut to what it saw of them."""
    dates: dict[str, Instant] = {}
    for ticket in seen.tickets.values():
        at = _comes_at(ticket)
        if at:
            dates.setdefault(seen.layout.date(at), at)
    return [day for date in sorted(dates) if (day := _day(seen, date, dates[date])) is not None]


def _day(seen: Seen, date: str, some: Instant) -> OpenDay | None:
    opens, closes = seen.layout.open_from(some), seen.layout.open_until(some)
    if opens is None or closes is None:
        return None
    whole_h = (closes - opens) / HOUR
    opens = max(opens, seen.began)
    closes = min(closes, seen.doors_closed.get(date, closes), seen.ended)
    if closes <= opens:
        return None

    def come(line: Callable[[str], bool]) -> tuple[Instant, ...]:
        times = (_comes_at(ticket) for ticket in seen.tickets.values() if line(ticket.line))
        return tuple(sorted(at for at in times if opens <= at < closes))

    return OpenDay(
        date=date,
        opens=opens,
        closes=closes,
        whole_h=whole_h,
        service=date in seen.service_days,
        repairs=come(lambda line: line in ("A", "B")),
        others=come(lambda line: line == "C"),
    )


def _comes_at(ticket: SeenTicket) -> Instant:
    return ticket.booked_for or ticket.issued_at


def arrivals_of(days: Sequence[OpenDay]) -> list[Arrivals]:
    """Repairs and others, on normal days and on service days, as far as there were any."""
    found = []
    for day_type, service in (("normal", False), ("service", True)):
        own = [day for day in days if day.service is service]
        if own:
            found.append(_pooled("repair", day_type, own, [day.repairs for day in own]))
            found.append(_pooled("other", day_type, own, [day.others for day in own]))
    return found


def _pooled(kind: str, day_type: str, days: Sequence[OpenDay], times: Sequence[Sequence[Instant]]) -> Arrivals:
    hours = max(-(-(day.closes - day.opens) // HOUR) for day in days)
    counts = [[sum(hour == (at - day.opens) // HOUR for at in own) for hour in range(hours)]
              for day, own in zip(days, times, strict=True)]  # fmt: skip
    exposures = [[_open_h(day, hour) for hour in range(hours)] for day in days]
    spread = spread_of(counts, exposures)
    wide = spread.ratio if spread is not None and spread.p < OVERDISPERSED_BELOW else 1.0
    rows = []
    for hour in range(hours):
        count, open_h = sum(row[hour] for row in counts), sum(row[hour] for row in exposures)
        if open_h >= LEAST_OPEN:
            rows.append(Hour(hour=hour, count=count, open_h=open_h, rate=poisson_rate(count, open_h, wide)))
    return Arrivals(
        kind=kind,
        day_type=day_type,
        days=len(days),
        hours=tuple(rows),
        a_day=poisson_rate(sum(row.count for row in rows), len(days), wide),
        covered=sum(map(sum, exposures)) / sum(day.whole_h for day in days),
        spread=spread,
        growth_p=growth_p([sum(row) for row in counts]),
    )


def _open_h(day: OpenDay, hour: int) -> float:
    begins = day.opens + hour * HOUR
    return max(0, min(day.closes, begins + HOUR) - begins) / HOUR
