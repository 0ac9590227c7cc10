"""What a journal tells of each customer: every fact about them, in threads, so that two days can be laid side by side.

Numbers of tickets, repairs and orders differ from day to day; a thread is named by what it is about ("INTAKE 1",
"part AST-M60-BAT 1"), and a customer by the visit that was drawn.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant
from shopfloor.contract.commands import Command
from shopfloor.service.entries import Entry
from shopfloor.service.replay import Replayed
from simulations.demand import Visit
from simulations.journals.seen import Seen, SeenTicket, seen_in

HALL: Final = "hall"
APART: Final[dict[str, str]] = {
    "TouchpointEvidenced": "touchpoints",
    "CustodyMoved": "phone",
    "LoanerMoved": "loaner",
    "UnitMoved": "units",
    "OldPartMoved": "old part",
    "EntitlementAsked": "entitlement",
    "EntitlementKnown": "entitlement",
    "EntitlementMissing": "entitlement",
    "FollowUpStarted": "afterwards",
    "SurveyReceived": "afterwards",
}
"""Facts about a ticket or a repair that have a thread of their own: other people or machines bring them about."""

NOBODYS: Final = (f.RobotWayChanged,)
"""How many lanes a robot had reserved at a moment is up to its wires, whoever it drives for."""


class Step(Struct, frozen=True):
    """One fact of a customer's day."""

    at: Instant
    thread: str
    kind: str


class Stories(Struct, kw_only=True):
    """One day, by what its facts are about."""

    seen: Seen
    of_ticket: dict[str, list[Step]] = field(default_factory=dict)
    of_repair: dict[str, list[Step]] = field(default_factory=dict)
    sign_on: Instant = 0
    """The first engineer's."""

    def by_visit(self, visits: Sequence[Visit]) -> dict[int, tuple[Step, ...]]:
        """Each customer of whom there is anything, by the id of their visit, in order of time."""
        tickets = whose(self.seen, visits)
        told: dict[int, list[Step]] = {}
        for ticket, visit in tickets.items():
            own = told.setdefault(visit, [])
            own += self.of_ticket.get(ticket, ())
            own += self.of_repair.get(self.seen.tickets[ticket].repair, ())
        for name, pickup in self.seen.tickets.items():
            if pickup.line == "D" and (visit := self._brought(pickup, tickets)):
                own = told.setdefault(visit, [])
                own += (Step(step.at, f"pick-up {step.thread}", step.kind) for step in self.of_ticket.get(name, ()))
        return {visit: tuple(sorted(steps, key=lambda step: step.at)) for visit, steps in sorted(told.items())}

    def _brought(self, pickup: SeenTicket, tickets: dict[str, int]) -> int:
        """Whose visit it was on which this phone was brought; 0: nobody's of this day."""
        repair = self.seen.repairs.get(pickup.repair)
        return tickets.get(repair.ticket, 0) if repair else 0


def stories_in(journal: str) -> tuple[Stories, Replayed]:
    """What this journal tells, and the floor at its end. Raises JournalRefused with file and reason."""
    teller = _Teller()
    seen, replayed = seen_in(journal, teller.see)
    stories = Stories(seen=seen, of_ticket=teller.of_ticket, of_repair=teller.of_repair, sign_on=teller.sign_on)
    return stories, replayed


class _Teller:
    """Looks at one fact after another."""

    def __init__(self) -> None:
        self.of_ticket: dict[str, list[Step]] = {}
        self.of_repair: dict[str, list[Step]] = {}
        self.sign_on: Instant = 0
        self._names: dict[str, tuple[str, str]] = {}
        """Order, request, payment or job → the repair, and the thread's name."""
        self._counts: dict[tuple[str, str], int] = {}
        self._wanted_by: dict[str, str] = {}
        """Unit → the parts order that has it."""

    def see(self, entry: Entry, outs: list[Command | f.Fact]) -> None:
        for fact in outs:
            if isinstance(fact, f.EngineerCameOn):
                self.sign_on = self.sign_on or entry.at
            if isinstance(fact, f.Fact) and not isinstance(fact, NOBODYS):
                self._tell(fact, entry.at)

    def _tell(self, fact: f.Fact, at: Instant) -> None:
        kind = type(fact).__name__
        repair, thread = self._thread(fact)
        ticket = str(getattr(fact, "ticket", ""))
        if repair:
            self.of_repair.setdefault(repair, []).append(Step(at, thread or APART.get(kind, "repair"), kind))
        elif ticket:
            self.of_ticket.setdefault(ticket, []).append(Step(at, thread or APART.get(kind, HALL), kind))

    def _thread(self, fact: f.Fact) -> tuple[str, str]:
        """Of which repair, and under which name; "" where it has none of its own."""
        match fact:
            case f.PartsOrderOpened():
                self._open(fact.parts_order, fact.repair, f"part {fact.sku}")
            case f.UnitReserved():
                self._wanted_by[fact.unit] = fact.parts_order
            case f.ReservationSwapped():
                self._wanted_by[fact.new] = fact.parts_order
            case f.DocumentDrafted():
                self._open(fact.request, fact.repair, fact.document)
            case f.PaymentRequested():
                self._open(fact.payment, fact.repair, "payment")
            case f.JobOpened():
                repair, part = self._names.get(self._wanted_by.get(fact.unit, ""), ("", ""))
                self._open(fact.job, repair, f"{fact.job_kind} of {part}")
            case f.NoticeAsked() | f.NoticeSent() | f.NoticeMissed():
                return fact.repair, f"message {fact.topic}"
            case _:
                pass
        for name in ("request", "payment", "parts_order", "job"):
            known = self._names.get(str(getattr(fact, name, "")))
            if known is not None:
                return known
        return str(getattr(fact, "repair", "")), ""

    def _open(self, thing: str, repair: str, name: str) -> None:
        number = self._counts[repair, name] = self._counts.get((repair, name), 0) + 1
        self._names[thing] = repair, f"{name} {number}"


# ── who is who ──────────────────────────────────────────────────────────────────────────────────


def whose(seen: Seen, visits: Sequence[Visit]) -> dict[str, int]:
    """Ticket → visit: by the phone, by the booked time, and the others by their turn at the queue machine."""
    by_imei = {visit.imei: visit.id for visit in visits}
    by_time = {visit.at: visit.id for visit in visits if visit.booked}
    found: dict[str, int] = {}
    for repair in seen.repairs.values():
        imei = next((said.imei for _, said in repair.told if isinstance(said, f.PhoneDescribed)), "")
        if repair.ticket and imei in by_imei:
            found[repair.ticket] = by_imei[imei]
    for name, ticket in seen.tickets.items():
        if ticket.booking and ticket.booked_for in by_time:
            found.setdefault(name, by_time[ticket.booked_for])
    taken = dict.fromkeys(found.values())
    left = [visit for visit in sorted(visits, key=lambda one: (one.at, one.id)) if visit.id not in taken]
    for name, ticket in sorted(seen.tickets.items(), key=lambda row: (row[1].issued_at, len(row[0]), row[0])):
        if name in found or ticket.line == "D" or not ticket.issued_at:
            continue
        visit = next((one for one in left if _might_be(ticket, one)), None)
        if visit is not None:
            left.remove(visit)
            found[name] = visit.id
    return found


def _might_be(ticket: SeenTicket, visit: Visit) -> bool:
    alike = (ticket.language, ticket.accessibility, ticket.line == "C") == (
        visit.language, visit.accessibility, visit.purpose != "repair")  # fmt: skip
    return alike and visit.at <= ticket.issued_at
