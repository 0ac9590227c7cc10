"""What the KPIs take from the hall: tickets, and how desks are occupied (K1–K4, K10, K12)."""

from shopfloor.contract import facts as f
from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.core.kpi_folds import Folds
from shopfloor.core.kpi_memory import OPEN_MAX, DeskClock, Memory, Visit

folds = Folds()

SERVICE_LEVEL = 10 * MINUTE
"""X of K2 (assumed)."""


# ── tickets ────────────────────────────────────────────────────────────────────────────────────


@folds.of(f.TicketIssued)
def ticket_issued(memory: Memory, fact: f.TicketIssued, at: Instant) -> None:
    memory.visits[fact.ticket] = Visit(anchor=fact.anchor or at)
    if len(memory.visits) > OPEN_MAX:
        del memory.visits[next(iter(memory.visits))]


@folds.of(f.TicketCalled, f.TicketRecalled)
def ticket_called(memory: Memory, fact: f.TicketCalled | f.TicketRecalled, at: Instant) -> None:
    visit = memory.visits.get(fact.ticket)
    if visit is not None:
        visit.called_at, visit.waits, visit.desk = at, False, fact.desk


@folds.of(f.TicketRecycled, f.TicketReinstated, f.TicketTransferred)
def ticket_waits_again(
    memory: Memory, fact: f.TicketRecycled | f.TicketReinstated | f.TicketTransferred, at: Instant
) -> None:
    visit = memory.visits.get(fact.ticket)
    if visit is not None:
        _occupy(memory, visit.desk, "", at)
        visit.waits, visit.desk = True, ""


@folds.of(f.TicketSeated)
def ticket_seated(memory: Memory, fact: f.TicketSeated, at: Instant) -> None:
    visit = memory.visits.get(fact.ticket)
    if visit is None:
        return
    visit.seated_at, visit.desk = at, fact.desk
    _was_called(memory, visit)
    memory.measure("waiting", max(0, visit.called_at - visit.anchor))
    _occupy(memory, fact.desk, "working", at)


@folds.of(f.TicketMissed)
def ticket_missed(memory: Memory, fact: f.TicketMissed, _at: Instant) -> None:
    memory.count("missed booking" if fact.booked else "missed call")
    visit = memory.visits.get(fact.ticket)
    if visit is not None:
        visit.waits, visit.desk = False, ""
        if visit.called_at:
            _was_called(memory, visit)


def _was_called(memory: Memory, visit: Visit) -> None:
    memory.count("called")
    if visit.called_at - visit.anchor <= SERVICE_LEVEL:
        memory.count("called in time")


@folds.of(f.TicketLeft)
def ticket_left(memory: Memory, fact: f.TicketLeft, at: Instant) -> None:
    visit = memory.visits.get(fact.ticket)
    if visit is not None:
        visit.waits, visit.desk = False, ""
        if at - visit.anchor > SERVICE_LEVEL:
            memory.count("left late")


@folds.of(f.TicketServed, f.TicketRemoved, f.TicketClosedByDay)
def ticket_ended(memory: Memory, fact: f.TicketServed | f.TicketRemoved | f.TicketClosedByDay, at: Instant) -> None:
    visit = memory.visits.get(fact.ticket)
    if visit is not None:
        _occupy(memory, visit.desk, "", at)
        visit.waits, visit.desk = False, ""


@folds.of(f.DayEnded)
def day_ended(memory: Memory, _fact: f.DayEnded, _at: Instant) -> None:
    memory.day_is_over = True
    memory.visits = {name: visit for name, visit in memory.visits.items() if visit.waits or visit.desk}


# ── people and desks ───────────────────────────────────────────────────────────────────────────


@folds.of(f.EngineerCameOn)
def came_on(memory: Memory, fact: f.EngineerCameOn, at: Instant) -> None:
    """Signing on again may move to another desk. A parts keeper has none: the hours count as parts work (K12)."""
    _leave(memory, fact.engineer, at)
    memory.desk_of[fact.engineer] = fact.desk
    if fact.desk:
        memory.desks.setdefault(fact.desk, DeskClock()).open_since = at
    else:
        memory.mark("keeper on duty", fact.engineer, at)


@folds.of(f.EngineerWentOff)
def went_off(memory: Memory, fact: f.EngineerWentOff, at: Instant) -> None:
    _leave(memory, fact.engineer, at)


def _leave(memory: Memory, person: str, at: Instant) -> None:
    clock = memory.desks.get(memory.desk_of.pop(person, ""))
    if clock is not None and clock.open_since:
        clock.open_ms += at - clock.open_since
        clock.open_since = 0
    since = memory.unmark("keeper on duty", person)
    if since is not None:
        memory.count("keeper ms", at - since)


def _occupy(memory: Memory, desk: str, doing: str, at: Instant) -> None:
    """From now on the desk is busy with this, or free."""
    clock = memory.desks.get(desk)
    if clock is None:
        return
    if clock.doing:
        clock.ms[clock.doing] = clock.ms.get(clock.doing, 0) + at - clock.since
    clock.doing, clock.since = doing, at


DOING: dict[type[f.Fact], str] = {
    f.QuoteFrozen: "customer",
    f.QuoteApproved: "working",
    f.SupplementDeclined: "working",
    f.ReturnDecided: "working",
    f.RepairStarted: "working",
    f.RepairBlocked: "part",
    f.RepairUnblocked: "working",
    f.RepairReported: "customer",
    f.PaymentRequested: "payment",
    f.RepairPaid: "customer",
}
"""The fact → with what the desk of its repair is occupied from then on (K10)."""


def occupies_its_desk(memory: Memory, fact: f.Fact, at: Instant) -> None:
    """K10, for the facts of that table."""
    work = memory.work_of(fact)
    visit = memory.visits.get(work.ticket) if work else None
    if visit is not None and visit.seated_at:
        _occupy(memory, visit.desk, DOING[type(fact)], at)


folds.each(DOING, occupies_its_desk)
