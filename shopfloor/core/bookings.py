"""Visits that are expected: booked, checked in, cancelled, missed (q2–q5)."""

from shopfloor.contract.actor import DAY, HOUR, MINUTE, Device, Instant
from shopfloor.contract.events import (
    AppointmentBooked,
    AppointmentCancelled,
    CustomerCheckedIn,
)
from shopfloor.contract.facts import (
    TicketExpected,
    TicketMissed,
    TicketRemoved,
)
from shopfloor.core import hall
from shopfloor.core.books import Ticket
from shopfloor.core.lifecycles import (
    CHECK_IN_EARLY,
    CHECK_IN_LATE,
)
from shopfloor.core.room import Room
from shopfloor.core.shifts import is_off
from shopfloor.core.shop import Shop

room = Room("bookings")

BOOKING_AHEAD_MAX = 60 * DAY
BOOKING_HOUR = HOUR
BOOKED_SHARE = 0.5
"""Half of the certified engineers' minutes may be booked; the rest is for those who walk in (assumed)."""
DESK_STEPS_MIN = 25
"""Minutes of a visit beside the hands-on labour: reception, diagnosis, quote, check, hand-over (assumed)."""
CONSULT_MIN = 15
"""Minutes a booking holds when its fault is not in the catalogue (assumed)."""


@room.records(AppointmentBooked)
def appointment_booked(shop: Shop, _by: Device, event: AppointmentBooked) -> None:
    """q2: capacity is counted in minutes of certified engineers, not in heads."""
    opens, closes = shop.layout.open_from(event.at), shop.layout.open_until(event.at)
    if not shop.now < event.at <= shop.now + BOOKING_AHEAD_MAX:
        shop.refuse("bad-time", "Choose a time that is still to come, within the next 60 days.")
    if opens is None or closes is None or not opens <= event.at < closes:
        shop.refuse("closed", "The shop is closed then. Choose a time within the opening hours.")
    needed = _minutes_needed(shop, event.model, event.fault)
    if _booked_minutes(shop, event.at) + needed > _bookable_minutes(shop, event.at):
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
    hall.enter(shop, ticket)
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
    hall.issue(shop, ticket, anchor=max(shop.now, ticket.booked_at))


@room.records(AppointmentCancelled)
def appointment_cancelled(shop: Shop, _by: Device, event: AppointmentCancelled) -> None:
    """q5."""
    ticket = shop.ticket(event.booking)
    shop.in_state(ticket, "q5+")
    shop.step(ticket, "q5+")
    hall.end(shop, ticket)
    shop.note(TicketRemoved(ticket=ticket.id, number=ticket.number, reason="booking-cancelled"))


@room.falls_due(Ticket, "EXPECTED")
def booking_missed(shop: Shop, ticket: Ticket) -> None:
    """q4, E1: a later arrival takes a number like everybody else."""
    shop.step(ticket, "q4")
    hall.end(shop, ticket)
    shop.note(TicketMissed(ticket=ticket.id, number=ticket.number, booked=True))


def _minutes_needed(shop: Shop, model: str, fault: str) -> int:
    row = shop.catalogue.row(model, fault)
    return DESK_STEPS_MIN + row.labour_mode_min if row is not None else CONSULT_MIN


def _booked_minutes(shop: Shop, at: Instant) -> int:
    hour = at // BOOKING_HOUR
    return sum(
        t.booked_min
        for t in hall.open_tickets(shop.books)
        if t.state != "SERVING" and t.booking and t.booked_at // BOOKING_HOUR == hour
    )


def _bookable_minutes(shop: Shop, at: Instant) -> int:
    """Who is set off on that day serves nobody who books."""
    date, engineers = shop.layout.date(at), shop.layout.engineers.values()
    certified = sum("B" in engineer.lines and not is_off(shop, engineer.id, date) for engineer in engineers)
    seats = min(certified, len(shop.layout.desks))
    return int(seats * (BOOKING_HOUR // MINUTE) * BOOKED_SHARE)
