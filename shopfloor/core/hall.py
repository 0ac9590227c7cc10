"""Who is in the hall, in which order, and what all rooms of the queue do to a ticket."""

from collections.abc import Iterator

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.facts import (
    TicketIssued,
)
from shopfloor.contract.kinds import Line
from shopfloor.core.books import Books, Ticket
from shopfloor.core.policies import CALLING_RULES, rank
from shopfloor.core.shop import Shop
from shopfloor.core.waiting_time import eta, watch_the_wait


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


def enter(shop: Shop, ticket: Ticket) -> None:
    shop.books.tickets[ticket.id] = ticket
    shop.books.hall[ticket.id] = None


def issue(shop: Shop, ticket: Ticket, anchor: Instant) -> None:
    ticket.number = _number_of_the_day(shop, ticket.line)
    ticket.issued_at, ticket.anchor = shop.now, anchor
    rule = CALLING_RULES[shop.policy.calling]
    place = rule(ticket, shop.now)
    places = [rule(other, shop.now) for other in open_tickets(shop.books) if other.state == "WAITING"]
    low, high = eta(shop, ticket.line, sum(other < place for other in places))
    watch_the_wait(shop, len(places))
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
    return f"{line}{skip_numbers(shop, line, 1):03d}"


def skip_numbers(shop: Shop, line: Line, count: int) -> int:
    """So many numbers of today are given out now; answers with the last."""
    counter = f"{line}@{shop.layout.day_start(shop.now)}"
    shop.books.counters[counter] = shop.books.counters.get(counter, 0) + count
    return shop.books.counters[counter]


def end(shop: Shop, ticket: Ticket) -> None:
    ticket.ended_at = shop.now
    del shop.books.hall[ticket.id]


def give_place(shop: Shop, ticket: Ticket, ahead: int) -> None:
    """Behind so many of those who wait now (or last of fewer), and it keeps that place."""
    behind = [other for other in waiting_tickets(shop) if other is not ticket][:ahead]
    ticket.anchor = rank(behind[-1], shop.now) + 1 if behind else shop.now
    ticket.bonus_off = True


def free_desk(shop: Shop, ticket: Ticket) -> None:
    shop.withdraw(ticket.announce)
    desk = shop.books.desks.get(ticket.desk)
    if desk is not None and desk.ticket == ticket.id:
        desk.ticket = ""
    ticket.desk = ticket.engineer = ""


def called_by(shop: Shop, by: Device, ticket_id: str) -> Ticket:
    ticket = shop.ticket(ticket_id)
    if ticket.state != "CALLED":
        shop.refuse("wrong-state", f"{ticket.number or ticket.id} is {ticket.state}, not called.")
    if shop.presence(by).person != ticket.engineer:
        shop.refuse("another-desk", f"{ticket.number} was called to desk {ticket.desk}.")
    return ticket
