"""What a journal shows of the world outside the floor: who came, what they did, how long hands and machines took.

A fold over entries and what followed from them; nothing here asks the floor. The same picture serves the fitting of
parameters and the playing of a recorded day under another policy.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct, field

from shopfloor.contract import events as e
from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant
from shopfloor.contract.commands import Command
from shopfloor.contract.layout import Layout
from shopfloor.core.kpis import Kpis
from shopfloor.service.entries import NO_OUTPUTS, Entry
from shopfloor.service.replay import TIME_PASSED, Replayed, message_of, replay
from simulations.journals.told import entries_of, read_or_refused

Said: TypeAlias = e.Event | f.Fact
Watch: TypeAlias = Callable[[Entry, list[Command | f.Fact]], None]

TRIED: Final = (
    e.IntakeRecorded, e.DiagnosisRecorded, e.QuotePrepared, e.PartInstalled, e.WorkBlocked, e.WorkFinished,
    e.QualityPassed, e.QualityFailed, e.DeviceScanned, e.DeviceFoundUnrepairable,
)  # fmt: skip
"""Taps that end a step of the hands, also where the floor refused them: the work was done by then."""

SO: Final = (
    f.RepairOpened, f.PhoneDescribed, f.IntakeSigned, f.CauseFound, f.QuoteFrozen, f.QuoteApproved, f.QuoteTurnedDown,
    f.ReturnDecided, f.RepairStarted, f.RepairBlocked, f.RepairUnblocked, f.RepairHeld, f.RepairResumed,
    f.SupplementNeeded, f.SupplementDeclined, f.RepairFinished, f.QualityCheckPassed, f.QualityCheckFailed,
    f.RepairReported, f.PickupAwaited, f.DeviceHandedOver, f.HandoverOpened, f.OwnerChanged, f.SurveyReceived,
    f.WipeRecorded, f.LoanerMoved, f.PartsOrderOpened, f.PartBackordered, f.PartArrived, f.PartAccepted, f.PartRefused,
    f.PartFitted, f.PartDefective, f.DocumentDrafted, f.SignatureShown, f.InkTaken, f.SignatureDeclined,
    f.PaymentRequested, f.PaymentRejected, f.PaymentLost, f.FollowUpStarted,
)  # fmt: skip
"""Facts about one repair that are kept."""


class SeenTicket(Struct, kw_only=True):
    """One number, from the queue machine to its end. Times are 0 where it never happened."""

    id: str
    line: str = ""
    booking: str = ""
    booked_for: Instant = 0
    booked_model: str = ""
    booked_fault: str = ""
    language: str = "zh-Hans"
    accessibility: bool = False
    issued_at: Instant = 0
    called_at: Instant = 0
    """The first time."""
    recycled: bool = False
    seated_at: Instant = 0
    engineer: str = ""
    repair: str = ""
    end: str = ""
    """served, left, missed, closed, removed; "" while it is open."""
    ended_at: Instant = 0


class SeenRepair(Struct, kw_only=True):
    """One repair and all that was said about it, in order."""

    id: str
    ticket: str
    owner: str
    told: list[tuple[Instant, Said]] = field(default_factory=list)


class SeenJob(Struct, kw_only=True):
    """One carrying by a robot."""

    source: str
    target: str
    robot: str = ""
    at_pickup: Instant = 0
    loaded: Instant = 0
    arrived: Instant = 0
    retried: bool = False


class SeenPick(Struct, kw_only=True):
    """One pick of the cabinet."""

    begun: Instant
    done: Instant = 0
    missed: str = ""


class Seen(Struct, kw_only=True):
    """Everything that one journal shows."""

    journal: str
    layout: Layout
    began: Instant
    ended: Instant = 0
    tickets: dict[str, SeenTicket] = field(default_factory=dict)
    repairs: dict[str, SeenRepair] = field(default_factory=dict)
    serving: dict[str, list[list[Instant]]] = field(default_factory=dict)
    """Engineer → from, to (0: still) for each time that somebody sat at their desk."""
    on_duty: dict[str, list[list[Instant]]] = field(default_factory=dict)
    """Engineer → from, to for each time that they were signed on."""
    checks: dict[str, list[tuple[Instant, str]]] = field(default_factory=dict)
    """Engineer → when they ended a check, and of which repair."""
    taken: dict[str, list[tuple[Instant, str]]] = field(default_factory=dict)
    """Engineer → when they took a part that was brought, and for which repair."""
    jobs: dict[str, SeenJob] = field(default_factory=dict)
    picks: dict[str, SeenPick] = field(default_factory=dict)
    """Parts order → its pick, the last one where it was tried again."""
    walks: dict[str, list[Instant]] = field(default_factory=dict)
    """Engineer → when they took a unit from the shelves, or over the counter."""
    hands: list[tuple[Instant, Instant]] = field(default_factory=list)
    """From collected to brought, of each unit that a person carried."""
    robots: dict[str, list[tuple[Instant, str]]] = field(default_factory=dict)
    """Robot → its availability from then on."""
    cabinets: dict[str, list[tuple[Instant, bool]]] = field(default_factory=dict)
    """Cabinet → ready or not, from then on."""
    allowed: dict[str, list[str]] = field(default_factory=dict)
    """Repair or unit → what a manager allowed about it."""
    doors_closed: dict[str, Instant] = field(default_factory=dict)
    """Date → when line A was closed."""
    days_ended: list[str] = field(default_factory=list)
    orders_ahead: bool = True
    """Parts are ordered as the quote is signed."""
    service_days: list[str] = field(default_factory=list)
    """Dates on which labour was free."""
    kpis: dict[str, Kpis] = field(default_factory=dict)
    """Date → its own numbers."""


def seen_in(journal: str, also: Watch = lambda _entry, _outs: None) -> tuple[Seen, Replayed]:
    """Everything that this journal shows, and the floor at its end; ``also`` is shown every entry.

    Raises JournalRefused with file and reason.
    """
    with read_or_refused(journal) as address:
        opening, genesis, entries = entries_of(address)
        seen = Seen(journal=journal, layout=Layout.from_source(opening.layout), began=genesis.at, ended=genesis.at)
        seen.service_days += opening.policy.service_days
        seen.orders_ahead = opening.policy.prefetch
        watching = _Watching(seen)

        def see(entry: Entry, outs: list[Command | f.Fact]) -> None:
            watching.see(entry, outs)
            also(entry, outs)

        replayed = replay(genesis, None, entries, see)
    return seen, replayed


class _Watching:
    """Looks at one entry after another."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._in_hand: dict[str, Instant] = {}
        self._engineers = {f"handheld/{row.handheld}": name for name, row in seen.layout.engineers.items()}

    def see(self, entry: Entry, outs: list[Command | f.Fact]) -> None:
        self._seen.ended = entry.at
        facts = [out for out in outs if isinstance(out, f.Fact)]
        if entry.kind != TIME_PASSED and entry.digest != NO_OUTPUTS:
            message = message_of(entry)
            assert isinstance(message, e.Heard)
            self._hear(message, facts, entry.at)
        kpis = self._seen.kpis.setdefault(self._seen.layout.date(entry.at), Kpis()) if facts else Kpis()
        for fact in facts:
            kpis.note(fact, entry.at)
            self._ticket(fact, entry.at)
            self._person(fact, entry.at)
            self._machine(fact, entry.at)
            self._of_repair(fact, entry.at)

    # ── words ───────────────────────────────────────────────────────────────────────────────────

    def _hear(self, message: e.Heard, facts: list[f.Fact], at: Instant) -> None:
        event = message.event
        if isinstance(event, TRIED) and isinstance(event, e.OfRepair) and event.repair in self._seen.repairs:
            self._seen.repairs[event.repair].told.append((at, event))
        if any(isinstance(fact, f.EventRefused) for fact in facts):
            return
        match event:
            case e.TicketTaken() | e.AppointmentBooked():
                self._comes(event, facts)
            case e.UnitCollected():
                self._in_hand[event.unit] = at
                if (walker := self._engineers.get(message.device)) is not None:
                    self._seen.walks.setdefault(walker, []).append(at)
            case e.UnitBrought() if event.unit in self._in_hand:
                self._seen.hands.append((self._in_hand.pop(event.unit), at))
            case e.ServiceDaySet(on=True):
                self._seen.service_days.append(event.date)

    def _comes(self, event: e.TicketTaken | e.AppointmentBooked, facts: list[f.Fact]) -> None:
        """Who said that, and which number or booking it became."""
        made = next((fact for fact in facts if isinstance(fact, f.TicketIssued | f.TicketExpected)), None)
        if made is None:
            return
        ticket = self._known(made.ticket)
        ticket.language = event.language
        if isinstance(event, e.TicketTaken):
            ticket.accessibility = event.accessibility
        else:
            ticket.booked_model, ticket.booked_fault = event.model, event.fault

    def _of_repair(self, fact: f.Fact, at: Instant) -> None:
        if isinstance(fact, f.RepairOpened):
            repair = SeenRepair(id=fact.repair, ticket=fact.ticket, owner=fact.owner)
            self._seen.repairs[fact.repair] = repair
            if fact.ticket:
                self._known(fact.ticket).repair = fact.repair
        if isinstance(fact, f.PickupStarted):
            self._known(fact.ticket).repair = fact.repair
        if isinstance(fact, SO):
            told = self._seen.repairs.get(str(getattr(fact, "repair", "")))
            if told is not None:
                told.told.append((at, fact))

    # ── the hall ────────────────────────────────────────────────────────────────────────────────

    def _known(self, ticket: str) -> SeenTicket:
        return self._seen.tickets.setdefault(ticket, SeenTicket(id=ticket))

    def _ticket(self, fact: f.Fact, at: Instant) -> None:
        match fact:
            case f.TicketExpected():
                ticket = self._known(fact.ticket)
                ticket.booking, ticket.booked_for, ticket.line = fact.booking, fact.at, "B"
            case f.TicketIssued():
                ticket = self._known(fact.ticket)
                ticket.line, ticket.issued_at = ticket.line or fact.line, at
            case f.TicketCalled():
                ticket = self._known(fact.ticket)
                ticket.called_at = ticket.called_at or at
            case f.TicketRecycled():
                self._known(fact.ticket).recycled = True
            case f.TicketSeated():
                ticket = self._known(fact.ticket)
                ticket.seated_at, ticket.engineer = at, fact.engineer
                self._seen.serving.setdefault(fact.engineer, []).append([at, 0])
            case f.TicketMoved():
                self._leaves_desk(fact.ticket, at)
                self._known(fact.ticket).engineer = fact.engineer
                self._seen.serving.setdefault(fact.engineer, []).append([at, 0])
            case f.TicketTransferred():
                self._leaves_desk(fact.ticket, at)
            case f.TicketServed() | f.TicketLeft() | f.TicketMissed() | f.TicketRemoved() | f.TicketClosedByDay():
                self._leaves_desk(fact.ticket, at)
                ticket = self._known(fact.ticket)
                ticket.end, ticket.ended_at = ENDS[type(fact)], at
            case f.TicketReinstated():
                self._known(fact.ticket).end = ""

    def _leaves_desk(self, ticket: str, at: Instant) -> None:
        for times in self._seen.serving.get(self._known(ticket).engineer, ()):
            times[1] = times[1] or at

    def _person(self, fact: f.Fact, at: Instant) -> None:
        seen = self._seen
        match fact:
            case f.EngineerCameOn():
                seen.on_duty.setdefault(fact.engineer, []).append([at, 0])
            case f.EngineerWentOff():
                for times in seen.on_duty.get(fact.engineer, ()):
                    times[1] = times[1] or at
            case f.QualityCheckPassed() | f.QualityCheckFailed():
                seen.checks.setdefault(fact.checker, []).append((at, fact.repair))
            case f.PartAccepted():
                seen.taken.setdefault(fact.engineer, []).append((at, fact.repair))
            case f.OverrideRecorded():
                seen.allowed.setdefault(fact.about, []).append(fact.rule)
            case f.ModeChanged(what="line-closed", on=True, about="A"):
                seen.doors_closed.setdefault(seen.layout.date(at), at)
            case f.DayEnded():
                seen.days_ended.append(fact.date)

    # ── machines ────────────────────────────────────────────────────────────────────────────────

    def _machine(self, fact: f.Fact, at: Instant) -> None:
        seen = self._seen
        match fact:
            case f.PickBegun():
                seen.picks[fact.parts_order] = SeenPick(begun=at)
            case f.PickDone() if fact.parts_order in seen.picks:
                seen.picks[fact.parts_order].done = at
            case f.PickMissed() if fact.parts_order in seen.picks:
                seen.picks[fact.parts_order].missed = fact.why
            case f.RobotBecame():
                seen.robots.setdefault(fact.robot, []).append((at, fact.availability))
            case f.CabinetChanged():
                seen.cabinets.setdefault(fact.cabinet, []).append((at, fact.ready))
            case _:
                self._job(fact, at)

    def _job(self, fact: f.Fact, at: Instant) -> None:
        jobs = self._seen.jobs
        match fact:
            case f.JobOpened():
                jobs[fact.job] = SeenJob(source=fact.source, target=fact.target)
            case f.JobAssigned() if fact.job in jobs:
                jobs[fact.job].robot = fact.robot
            case f.JobAtPickup() if fact.job in jobs:
                jobs[fact.job].at_pickup = at
            case f.JobLoaded() if fact.job in jobs:
                jobs[fact.job].loaded = at
            case f.JobArrived() if fact.job in jobs:
                jobs[fact.job].arrived = at
            case f.JobRetried() | f.JobFailed() if fact.job in jobs:
                jobs[fact.job].retried = True


ENDS: Final[dict[type[f.Fact], str]] = {
    f.TicketServed: "served",
    f.TicketLeft: "left",
    f.TicketMissed: "missed",
    f.TicketRemoved: "removed",
    f.TicketClosedByDay: "closed",
}
"""How a ticket ended."""
