"""What must always be true in the hall: tickets, desks, screens, touchpoints (B1, B2, B26, B27, B30, I25)."""

import re

from shopfloor.contract.actor import DAY
from shopfloor.contract.commands import Announce, ShowCalls, ShowWhiteBox
from shopfloor.contract.facts import DayEnded, TicketIssued, TouchpointEvidenced
from shopfloor.core.books import PartsOrder, Repair, Ticket
from shopfloor.core.invariants_shape import Flaw
from shopfloor.core.lifecycles import FINAL
from shopfloor.core.shop import Shop
from shopfloor.core.touchpoints import TAPPED

AT_A_DESK = ("CALLED", "SERVING")
ON_THE_DISPLAY = re.compile(r"[A-D][0-9]{3,4}")
"""A number of the day. Nothing else may stand there: no name, no phone number, no IMEI."""


def at_one_desk(shop: Shop, ticket: Ticket) -> Flaw:
    """B1."""
    desks = [desk.desk for desk in shop.books.desks.values() if desk.ticket == ticket.id]
    wanted = [ticket.desk] if ticket.state in AT_A_DESK else []
    return "" if desks == wanted else f"{ticket.id} is {ticket.state} at {ticket.desk!r}, and at desks {desks}"


def desks_have_open_tickets(shop: Shop) -> Flaw:
    """B1, from the desks' side."""
    for desk in shop.books.desks.values():
        ticket = shop.books.tickets.get(desk.ticket)
        if desk.ticket and (ticket is None or ticket.state not in AT_A_DESK):
            return f"desk {desk.desk} has {desk.ticket}, which is {ticket.state if ticket else 'not in the books'}"
    return ""


def one_outcome(_shop: Shop, ticket: Ticket) -> Flaw:
    """B2: a ticket that has ended has a time of its end, one that is open has none."""
    ended = ticket.state in FINAL["ticket"]
    return "" if ended == bool(ticket.ended_at) else f"{ticket.id} is {ticket.state}, ended at {ticket.ended_at}"


def the_hall_holds_who_is_open(shop: Shop, ticket: Ticket) -> Flaw:
    """B2: whoever has an outcome is in nobody's way; whoever has none is not forgotten."""
    inside, ended = ticket.id in shop.books.hall, ticket.state in FINAL["ticket"]
    return f"{ticket.id} is {ticket.state}, and in the hall: {inside}" if inside == ended else ""


def day_leaves_no_ticket_open(shop: Shop, _fact: DayEnded) -> Flaw:
    """B2: bookings for later days stay."""
    tomorrow = shop.layout.day_start(shop.now) + DAY
    for ticket in shop.books.tickets.values():
        later = ticket.state == "EXPECTED" and ticket.booked_at >= tomorrow
        if ticket.state not in FINAL["ticket"] and not later:
            return f"the day is closed, and {ticket.id} is {ticket.state}"
    return ""


def ticket_in_order(shop: Shop, ticket: Ticket) -> Flaw:
    """B26: issued, called, seated, ended, and nothing of it to come."""
    if ticket.state == "EXPECTED" or not ticket.number:
        return ""
    times = [ticket.issued_at, ticket.called_at, ticket.seated_at, ticket.ended_at]
    return _in_order(shop, ticket.id, [time for time in times if time])


def repair_in_order(shop: Shop, repair: Repair) -> Flaw:
    """B26."""
    times = [repair.opened_at, repair.started_at, repair.finished_at, repair.handed_over_at]
    return _in_order(shop, repair.id, [time for time in times if time])


def parts_order_in_order(shop: Shop, order: PartsOrder) -> Flaw:
    """B26."""
    times = [order.opened_at, order.arrived_at, order.accepted_at]
    return _in_order(shop, order.id, [time for time in times if time])


def eta_is_a_range(_shop: Shop, fact: TicketIssued) -> Flaw:
    """B26."""
    return "" if 0 <= fact.eta_min_low <= fact.eta_min_high else f"{fact.ticket} waits {fact}"


def _in_order(shop: Shop, about: str, times: list[int]) -> Flaw:
    return "" if times == sorted(times) and (not times or times[-1] <= shop.now) else f"{about} has the times {times}"


def display_shows_numbers_only(_shop: Shop, picture: ShowCalls) -> Flaw:
    """B27."""
    shown = (*(row.number for row in picture.calls), *picture.waiting)
    return next((f"the call display shows {text!r}" for text in shown if not ON_THE_DISPLAY.fullmatch(text)), "")


def speaker_says_numbers_only(_shop: Shop, work: Announce) -> Flaw:
    """B27."""
    return "" if ON_THE_DISPLAY.fullmatch(work.number) else f"the speaker says {work.number!r}"


def white_box_is_the_customers_own(shop: Shop, picture: ShowWhiteBox) -> Flaw:
    """B27: of the repair of the ticket at that desk. Causes are the engineer's words; the floor adds no IMEI."""
    kind, _, name = picture.to.partition("/")
    if not picture.repair:  # nobody sits here, so nothing may be left to read
        left = picture.diagnosis or picture.progress or picture.lines
        return f"{picture.to} still shows {left}" if left else ""
    repair = shop.books.repairs.get(picture.repair)
    if repair is None:
        return f"{picture.to} shows {picture.repair}, which is not in the books"
    if repair.imei and any(repair.imei in line for line in picture.progress):
        return f"{picture.to} shows the IMEI of {repair.id}"
    if kind != "pad":
        return ""
    desks = (shop.books.desks.get(desk.id) for desk in shop.layout.desks.values() if desk.pad == name)
    tickets = (shop.books.tickets.get(desk.ticket) for desk in desks if desk)
    served = next((ticket.repair for ticket in tickets if ticket), "")
    return "" if served == picture.repair else f"{picture.to} shows {picture.repair}, and serves {served!r}"


def display_shows_who_is_called(shop: Shop, picture: ShowCalls) -> Flaw:
    """I25."""
    books = shop.books
    at_desks = [books.tickets[desk.ticket] for desk in books.desks.values() if desk.ticket in books.tickets]
    really = [(t.number, t.desk, t.state) for t in at_desks]
    shown = [(row.number, row.desk, row.state) for row in picture.calls]
    wrong = next((row for row in shown if row not in really), None)
    return f"the call display shows {wrong}" if wrong else ""


def tapped_by_people_only(_shop: Shop, fact: TouchpointEvidenced) -> Flaw:
    """B30."""
    return "" if fact.touchpoint in TAPPED else f"touchpoint {fact.touchpoint} is automatic, and was tapped"
