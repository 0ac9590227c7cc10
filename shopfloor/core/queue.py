"""Tickets, and the calling of them (q1–q16)."""

from collections.abc import Iterator

from shopfloor.contract.actor import DAY, HOUR, MINUTE, Device, Instant
from shopfloor.contract.commands import Announce
from shopfloor.contract.events import (
    AppointmentBooked,
    AppointmentCancelled,
    CallShown,
    ConsultFinished,
    CustomerCheckedIn,
    CustomerLeft,
    CustomerSeated,
    NextRequested,
    NoShowReported,
    RecallRequested,
    ReinstatementRequested,
    TicketChosen,
    TicketTaken,
    TicketWithdrawn,
    TransferRequested,
)
from shopfloor.contract.facts import (
    CallWasShown,
    ConsultEnded,
    DeviceHandedOver,
    DeviceShipped,
    PickupAwaited,
    RepairCancelled,
    RepairClosed,
    RepairHeld,
    TicketCalled,
    TicketClosedByDay,
    TicketExpected,
    TicketIssued,
    TicketLeft,
    TicketMissed,
    TicketRecalled,
    TicketRecycled,
    TicketReinstated,
    TicketRemoved,
    TicketSeated,
    TicketServed,
    TicketTransferred,
)
from shopfloor.contract.kinds import Line
from shopfloor.core.books import Books, DeskState, Presence, Ticket
from shopfloor.core.lifecycles import (
    CHECK_IN_EARLY,
    CHECK_IN_LATE,
    RECALLS_MAX,
    RECYCLED_PLACES_BACK,
    REINSTATED_PLACE,
    WORKING,
)
from shopfloor.core.people import shift_is_over
from shopfloor.core.policies import CALLING_RULES, rank
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop
from shopfloor.core.waiting_time import eta, watch_the_wait

room = Room("queue")

BOOKING_AHEAD_MAX = 60 * DAY
BOOKING_HOUR = HOUR
BOOKED_SHARE = 0.5
"""Half of the certified engineers' minutes may be booked; the rest is for those who walk in (assumed)."""
DESK_STEPS_MIN = 25
"""Minutes of a visit beside the hands-on labour: reception, diagnosis, quote, check, hand-over (assumed)."""
CONSULT_MIN = 15
"""Minutes a booking holds when its fault is not in the catalogue (assumed)."""


# ── a number, a booking ─────────────────────────────────────────────────────────────────────────


@room.records(TicketTaken)
def ticket_taken(shop: Shop, by: Device, event: TicketTaken) -> None:
    """q1."""
    if by.startswith("handheld/"):
        shop.presence(by)
    _check_open(shop, event.line)
    if len(shop.books.hall) >= shop.policy.tickets_open_max:
        shop.refuse("too-many", "The hall is full. Please ask the staff.")
    ticket = Ticket(
        id=shop.number("T"),
        number="",
        state="WAITING",
        line=event.line,
        language=event.language,
        accessibility=event.accessibility,
        rework=event.rework,
        repair=event.repair if event.line == "D" and event.repair in shop.books.repairs else "",
    )
    _enter(shop, ticket)
    shop.begin(ticket, "q1")
    _issue(shop, ticket, anchor=shop.now)


@room.records(AppointmentBooked)
def appointment_booked(shop: Shop, _by: Device, event: AppointmentBooked) -> None:
    """q2: capacity is counted in minutes of certified engineers, not in heads."""
    opens, closes = shop.layout.open_from(event.at), shop.layout.open_until(event.at)
    if not shop.now < event.at <= shop.now + BOOKING_AHEAD_MAX:
        shop.refuse("bad-time", "Choose a time that is still to come, within the next 60 days.")
    if opens is None or closes is None or not opens <= event.at < closes:
        shop.refuse("closed", "The shop is closed then. Choose a time within the opening hours.")
    needed = _minutes_needed(shop, event.model, event.fault)
    if _booked_minutes(shop, event.at) + needed > _bookable_minutes(shop):
        shop.refuse("hour-full", "That hour is fully booked. Choose another one.")
    ticket = Ticket(
        id=shop.number("T"),
        number="",
        state="EXPECTED",
        line="B",
        language=event.language,
        booked_at=event.at,
        booked_min=needed,
        model=event.model,
        fault=event.fault,
    )
    ticket.booking = ticket.id
    _enter(shop, ticket)
    shop.begin(ticket, "q2", due=event.at + CHECK_IN_LATE)
    shop.note(TicketExpected(ticket=ticket.id, booking=ticket.id, at=event.at))


@room.records(CustomerCheckedIn)
def customer_checked_in(shop: Shop, _by: Device, event: CustomerCheckedIn) -> None:
    """q3: from half an hour before the booked time to a quarter of an hour after it."""
    ticket = shop.ticket(event.booking)
    shop.in_state(ticket, "q3", "This booking is not open any more. Please take a number.")
    if shop.now < ticket.booked_at - CHECK_IN_EARLY:
        shop.refuse("too-early", "Check-in opens 30 minutes before the booked time.")
    shop.step(ticket, "q3")
    _issue(shop, ticket, anchor=max(shop.now, ticket.booked_at))


@room.records(AppointmentCancelled)
def appointment_cancelled(shop: Shop, _by: Device, event: AppointmentCancelled) -> None:
    """q5."""
    ticket = shop.ticket(event.booking)
    shop.in_state(ticket, "q5+")
    shop.step(ticket, "q5+")
    _end(shop, ticket)
    shop.note(TicketRemoved(ticket=ticket.id, number=ticket.number, reason="booking-cancelled"))


@room.falls_due(Ticket, "EXPECTED")
def booking_missed(shop: Shop, ticket: Ticket) -> None:
    """q4, E1: a later arrival takes a number like everybody else."""
    shop.step(ticket, "q4")
    _end(shop, ticket)
    shop.note(TicketMissed(ticket=ticket.id, number=ticket.number, booked=True))


# ── calling ─────────────────────────────────────────────────────────────────────────────────────


@room.records(NextRequested)
def next_requested(shop: Shop, by: Device, _event: NextRequested) -> None:
    """q6: the calling rule chooses among the tickets this engineer may serve."""
    presence = _free_to_call(shop, by)
    candidates = [t for t in waiting_tickets(shop) if t.line in _lines_of(shop, presence.person)]
    if not candidates:
        shop.refuse("nobody-waits", "Nobody is waiting for you.")
    _call(shop, candidates[0], presence)


@room.records(TicketChosen)
def ticket_chosen(shop: Shop, by: Device, event: TicketChosen) -> None:
    """q6: this one, out of turn, by an engineer who knows why."""
    presence = _free_to_call(shop, by)
    ticket = shop.ticket(event.ticket)
    shop.in_state(ticket, "q6", f"{ticket.number or ticket.id} is not waiting any more.")
    if ticket.line not in _lines_of(shop, presence.person):
        shop.refuse("not-certified", f"{presence.person} is not certified for line {ticket.line}.")
    _call(shop, ticket, presence)


def call_next(shop: Shop) -> None:
    """Phase: with ``auto_call``, the floor calls for every desk that is free (q6, FL)."""
    if not shop.policy.auto_call or shop.books.closed:
        return
    waiting = waiting_tickets(shop)
    for desk in shop.books.desks.values():
        presence = shop.books.present.get(desk.engineer)
        if not waiting or presence is None or _why_not_free(shop, presence, desk):
            continue
        chosen = next((t for t in waiting if t.line in _lines_of(shop, presence.person)), None)
        if chosen is not None:
            waiting.remove(chosen)
            _call(shop, chosen, presence)


@room.records(RecallRequested)
def recall_requested(shop: Shop, by: Device, event: RecallRequested) -> None:
    """q7."""
    ticket = _called_by(shop, by, event.ticket)
    if ticket.calls > RECALLS_MAX:
        shop.refuse("called-enough", f"{ticket.number} was recalled {RECALLS_MAX} times. Wait a minute more.")
    _recall(shop, ticket)


@room.falls_due(Ticket, "CALLED")
def nobody_came(shop: Shop, ticket: Ticket) -> None:
    """q7, q8, q9: recall three times; then three places back, once; then a no-show."""
    if ticket.calls <= RECALLS_MAX:
        _recall(shop, ticket)
    elif ticket.round == 1:
        _recycle(shop, ticket)
    else:
        _miss(shop, ticket)


@room.records(NoShowReported)
def no_show_reported(shop: Shop, by: Device, event: NoShowReported) -> None:
    """q9: in the second round the engineer need not wait for the last recall."""
    ticket = _called_by(shop, by, event.ticket)
    if ticket.round == 1:
        shop.refuse("first-round", f"{ticket.number} gets a second chance first. Call somebody else after the recalls.")
    _miss(shop, ticket)


@room.records(CallShown)
def call_shown(shop: Shop, _by: Device, event: CallShown) -> None:
    """The display has really shown it (touchpoint 16)."""
    ticket = shop.ticket(event.ticket)
    if ticket.calls == event.calls:
        shop.withdraw(ticket.announce)
    shop.note(CallWasShown(ticket=ticket.id, calls=event.calls))


@room.records(ReinstatementRequested)
def reinstatement_requested(shop: Shop, by: Device, event: ReinstatementRequested) -> None:
    """q10: same day, one tap, third place."""
    if by.startswith("handheld/"):
        shop.presence(by)
    ticket = shop.ticket(event.ticket)
    shop.in_state(ticket, "q10", f"{ticket.number or ticket.id} was not missed.")
    if not ticket.number:
        shop.refuse("never-came", "This booking never checked in. Please take a number.")
    if shop.layout.day_start(ticket.ended_at) != shop.layout.day_start(shop.now):
        shop.refuse("another-day", "That was another day. Please take a number.")
    _give_place(shop, ticket, REINSTATED_PLACE - 1)
    ticket.calls, ticket.round, ticket.ended_at = 0, 1, 0
    _enter(shop, ticket)
    shop.step(ticket, "q10")
    shop.note(TicketReinstated(ticket=ticket.id, number=ticket.number))


# ── at the desk, and out of it ──────────────────────────────────────────────────────────────────


@room.records(CustomerSeated)
def customer_seated(shop: Shop, by: Device, event: CustomerSeated) -> None:
    """q11: at the desk that called; the repair room hears of it."""
    ticket = _called_by(shop, by, event.ticket)
    if event.opens_repair and ticket.line != "C":
        shop.refuse("wrong-line", "Only advice (line C) is asked whether a repair is opened.")
    shop.withdraw(ticket.announce)
    ticket.seated_at = shop.now
    shop.step(ticket, "q11")
    opens = ticket.line in ("A", "B") or event.opens_repair
    shop.note(
        TicketSeated(
            ticket=ticket.id, number=ticket.number, desk=ticket.desk, engineer=ticket.engineer, opens_repair=opens
        )
    )


@room.records(CustomerLeft)
def customer_left(shop: Shop, _by: Device, event: CustomerLeft) -> None:
    """q12, E2."""
    ticket = shop.ticket(event.ticket)
    shop.in_state(ticket, "q12")
    _free_desk(shop, ticket)
    shop.step(ticket, "q12")
    _end(shop, ticket)
    shop.note(TicketLeft(ticket=ticket.id, number=ticket.number, reason=event.reason))


@room.records(ConsultFinished)
def consult_finished(shop: Shop, by: Device, event: ConsultFinished) -> None:
    """q13, r5: advice given; a repair that was opened must still be in intake."""
    ticket = shop.ticket(event.ticket)
    if ticket.state != "SERVING" or shop.presence(by).person != ticket.engineer:
        shop.refuse("wrong-state", f"{ticket.number} is not being served by you.")
    repair = shop.books.repairs.get(ticket.repair)
    if repair is not None and repair.state in WORKING and repair.state != "INTAKE":
        shop.refuse("repair-open", f"{repair.id} is {repair.state}: a phone is kept, this is no longer advice only.")
    shop.note(ConsultEnded(ticket=ticket.id))


@room.hears(ConsultEnded)
def consult_ended(shop: Shop, fact: ConsultEnded) -> None:
    _serve(shop, fact.ticket)


@room.hears(DeviceHandedOver, PickupAwaited, DeviceShipped, RepairCancelled, RepairClosed)
def repair_left_the_desk(
    shop: Shop, fact: DeviceHandedOver | PickupAwaited | DeviceShipped | RepairCancelled | RepairClosed
) -> None:
    """q13: handed over, or the phone stays with the shop."""
    repair = shop.books.repairs.get(fact.repair)
    if repair is not None:
        _serve(shop, repair.ticket)


@room.hears(RepairHeld)
def repair_held(shop: Shop, fact: RepairHeld) -> None:
    """q13: the customer goes home while the phone waits; on a hand-over between engineers they stay."""
    if fact.reason in ("undecided", "part", "acceptance", "overnight"):
        _serve(shop, shop.repair(fact.repair).ticket)


@room.records(TransferRequested)
def transfer_requested(shop: Shop, _by: Device, event: TransferRequested) -> None:
    """q14: same number, same issue time, another line."""
    ticket = shop.ticket(event.ticket)
    shop.in_state(ticket, "q14")
    repair = shop.books.repairs.get(ticket.repair)
    if repair is not None and repair.state in WORKING:
        shop.refuse("repair-open", f"{repair.id} is {repair.state}. Hand it over to another engineer first.")
    _free_desk(shop, ticket)
    ticket.line, ticket.calls, ticket.round = event.line, 0, 1
    ticket.called_at = ticket.seated_at = 0
    shop.step(ticket, "q14")
    shop.note(TicketTransferred(ticket=ticket.id, number=ticket.number, line=event.line))


@room.records(TicketWithdrawn)
def ticket_withdrawn(shop: Shop, _by: Device, event: TicketWithdrawn) -> None:
    """q15."""
    ticket = shop.ticket(event.ticket)
    shop.in_state(ticket, "q15+")
    _free_desk(shop, ticket)
    shop.step(ticket, "q15+")
    _end(shop, ticket)
    shop.note(TicketRemoved(ticket=ticket.id, number=ticket.number, reason=event.reason))


def close_by_day(shop: Shop, ticket: Ticket) -> None:
    """q16: for the room that closes the day."""
    _free_desk(shop, ticket)
    shop.step(ticket, "q16")
    _end(shop, ticket)
    shop.note(TicketClosedByDay(ticket=ticket.id, number=ticket.number))


# ── who waits, and in which order ───────────────────────────────────────────────────────────────


def open_tickets(books: Books) -> Iterator[Ticket]:
    """Everybody who is expected, waits, is called or is served."""
    return (books.tickets[ticket] for ticket in books.hall)


def waiting_tickets(shop: Shop) -> list[Ticket]:
    """Everybody who waits, by the calling rule."""
    rule = CALLING_RULES[shop.policy.calling]
    waiting = [t for t in open_tickets(shop.books) if t.state == "WAITING"]
    return sorted(waiting, key=lambda ticket: rule(ticket, shop.now))


def shop_is_open(shop: Shop) -> bool:
    """Within today's hours, and the manager has not closed the day."""
    opens, closes = shop.layout.open_from(shop.now), shop.layout.open_until(shop.now)
    return not shop.books.closed and opens is not None and closes is not None and opens <= shop.now < closes


def line_is_open(shop: Shop, line: Line) -> str:
    """Empty when numbers of this line are given out; else why not."""
    if not shop_is_open(shop):
        return "The shop is closed now."
    if line in shop.books.lines_closed:
        return f"Line {line} takes nobody more today. Please ask the staff, or book a time."
    return ""


def _check_open(shop: Shop, line: Line) -> None:
    reason = line_is_open(shop, line)
    if reason:
        shop.refuse("closed", reason)


def _issue(shop: Shop, ticket: Ticket, anchor: Instant) -> None:
    ticket.number = _number_of_the_day(shop, ticket.line)
    ticket.issued_at, ticket.anchor = shop.now, anchor
    waiting = waiting_tickets(shop)
    low, high = eta(shop, ticket.line, waiting.index(ticket))
    watch_the_wait(shop, len(waiting))
    shop.note(
        TicketIssued(
            ticket=ticket.id,
            number=ticket.number,
            line=ticket.line,
            eta_min_low=low,
            eta_min_high=high,
            booking=ticket.booking,
            anchor=anchor,
        )
    )


def _number_of_the_day(shop: Shop, line: Line) -> str:
    """A001, A002 …: unique per day and line; yesterday's counters leave with the day's close."""
    counter = f"{line}@{shop.layout.day_start(shop.now)}"
    count = shop.books.counters.get(counter, 0) + 1
    shop.books.counters[counter] = count
    return f"{line}{count:03d}"


def _free_to_call(shop: Shop, by: Device) -> Presence:
    presence = shop.presence(by)
    desk = shop.books.desks.get(presence.desk)
    if desk is None:
        shop.refuse("no-desk", "Sign on at a desk first.")
    if why := _why_not_free(shop, presence, desk):
        shop.refuse("desk-busy", why)
    return presence


def _why_not_free(shop: Shop, presence: Presence, desk: DeskState) -> str:
    if desk.ticket:
        return f"Desk {desk.desk} has {shop.books.tickets[desk.ticket].number} already."
    if presence.away or shift_is_over(shop, presence.person):
        return "Your shift is nearly over: nobody new is called to your desk."
    for repair in shop.books.repairs.values():
        if repair.desk == desk.desk and repair.state in WORKING:
            return f"{repair.id} on your desk is {repair.state}. Finish it or put it on hold first."
    return ""


def _lines_of(shop: Shop, engineer: str) -> tuple[Line, ...]:
    return shop.layout.engineers[engineer].lines


def _called_by(shop: Shop, by: Device, ticket_id: str) -> Ticket:
    ticket = shop.ticket(ticket_id)
    if ticket.state != "CALLED":
        shop.refuse("wrong-state", f"{ticket.number or ticket.id} is {ticket.state}, not called.")
    if shop.presence(by).person != ticket.engineer:
        shop.refuse("another-desk", f"{ticket.number} was called to desk {ticket.desk}.")
    return ticket


def _call(shop: Shop, ticket: Ticket, presence: Presence) -> None:
    ticket.desk, ticket.engineer = presence.desk, presence.person
    ticket.called_at, ticket.calls = shop.now, 1
    shop.books.desks[presence.desk].ticket = ticket.id
    shop.step(ticket, "q6")
    watch_the_wait(shop, len(waiting_tickets(shop)))
    shop.note(TicketCalled(ticket=ticket.id, number=ticket.number, desk=presence.desk, engineer=presence.person))
    _announce(shop, ticket)


def _recall(shop: Shop, ticket: Ticket) -> None:
    ticket.calls += 1
    ticket.called_at = shop.now
    shop.step(ticket, "q7")
    shop.note(TicketRecalled(ticket=ticket.id, number=ticket.number, desk=ticket.desk, calls=ticket.calls))
    _announce(shop, ticket)


def _announce(shop: Shop, ticket: Ticket) -> None:
    shop.withdraw(ticket.announce)
    display = next((device for device in shop.layout.devices if device.startswith("calls/")), "")
    if not display:
        return
    ticket.announce = shop.ask(
        Announce(
            id=shop.number("C"),
            to=display,
            ticket=ticket.id,
            number=ticket.number,
            desk=ticket.desk,
            calls=ticket.calls,
            language=ticket.language,
        )
    )


def _recycle(shop: Shop, ticket: Ticket) -> None:
    """q8."""
    desk = ticket.desk
    _give_place(shop, ticket, RECYCLED_PLACES_BACK)
    _free_desk(shop, ticket)
    ticket.round, ticket.calls = 2, 0
    shop.step(ticket, "q8")
    shop.note(TicketRecycled(ticket=ticket.id, number=ticket.number, desk=desk))


def _miss(shop: Shop, ticket: Ticket) -> None:
    """q9."""
    desk = ticket.desk
    _free_desk(shop, ticket)
    shop.step(ticket, "q9")
    _end(shop, ticket)
    shop.note(TicketMissed(ticket=ticket.id, number=ticket.number, desk=desk))


def _give_place(shop: Shop, ticket: Ticket, ahead: int) -> None:
    """Behind so many of those who wait now (or last of fewer), and it keeps that place."""
    behind = [other for other in waiting_tickets(shop) if other is not ticket][:ahead]
    ticket.anchor = rank(behind[-1], shop.now) + 1 if behind else shop.now
    ticket.bonus_off = True


def _serve(shop: Shop, ticket_id: str) -> None:
    ticket = shop.books.tickets.get(ticket_id)
    if ticket is None or ticket.state != "SERVING":
        return
    desk = ticket.desk
    _free_desk(shop, ticket)
    shop.step(ticket, "q13")
    _end(shop, ticket)
    shop.note(TicketServed(ticket=ticket.id, number=ticket.number, desk=desk))


def _free_desk(shop: Shop, ticket: Ticket) -> None:
    shop.withdraw(ticket.announce)
    desk = shop.books.desks.get(ticket.desk)
    if desk is not None and desk.ticket == ticket.id:
        desk.ticket = ""
    ticket.desk = ticket.engineer = ""


def _enter(shop: Shop, ticket: Ticket) -> None:
    shop.books.tickets[ticket.id] = ticket
    shop.books.hall[ticket.id] = None


def _end(shop: Shop, ticket: Ticket) -> None:
    ticket.ended_at = shop.now
    del shop.books.hall[ticket.id]


def _minutes_needed(shop: Shop, model: str, fault: str) -> int:
    row = shop.catalogue.row(model, fault)
    return DESK_STEPS_MIN + row.labour_mode_min if row is not None else CONSULT_MIN


def _booked_minutes(shop: Shop, at: Instant) -> int:
    hour = at // BOOKING_HOUR
    return sum(
        t.booked_min
        for t in open_tickets(shop.books)
        if t.state != "SERVING" and t.booking and t.booked_at // BOOKING_HOUR == hour
    )


def _bookable_minutes(shop: Shop) -> int:
    certified = sum("B" in engineer.lines for engineer in shop.layout.engineers.values())
    seats = min(certified, len(shop.layout.desks))
    return int(seats * (BOOKING_HOUR // MINUTE) * BOOKED_SHARE)
