"""Calling a ticket to a desk, again, and what follows when nobody comes (q6–q10)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import Announce
from shopfloor.contract.events import (
    CallShown,
    NextRequested,
    NoShowReported,
    RecallRequested,
    ReinstatementRequested,
    TicketChosen,
)
from shopfloor.contract.facts import (
    CallWasShown,
    TicketCalled,
    TicketMissed,
    TicketRecalled,
    TicketRecycled,
    TicketReinstated,
)
from shopfloor.contract.kinds import Line
from shopfloor.core import hall
from shopfloor.core.books import DeskState, Presence, Ticket
from shopfloor.core.lifecycles import (
    RECALLS_MAX,
    RECYCLED_PLACES_BACK,
    REINSTATED_PLACE,
    WORKING,
)
from shopfloor.core.room import Room
from shopfloor.core.shifts import is_off, shift_is_over
from shopfloor.core.shop import Shop
from shopfloor.core.waiting_time import watch_the_wait

room = Room("calling")


@room.records(NextRequested)
def next_requested(shop: Shop, by: Device, _event: NextRequested) -> None:
    """q6: the calling rule chooses among the tickets this engineer may serve."""
    presence = _free_to_call(shop, by)
    candidates = [t for t in hall.waiting_tickets(shop) if t.line in _lines_of(shop, presence.person)]
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
    waiting = hall.waiting_tickets(shop)
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
    ticket = hall.called_by(shop, by, event.ticket)
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
    ticket = hall.called_by(shop, by, event.ticket)
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
    hall.give_place(shop, ticket, REINSTATED_PLACE - 1)
    ticket.calls, ticket.round, ticket.ended_at = 0, 1, 0
    hall.enter(shop, ticket)
    shop.step(ticket, "q10")
    shop.note(TicketReinstated(ticket=ticket.id, number=ticket.number))


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
    if is_off(shop, presence.person, shop.books.day):
        return "You are off the roster today: nobody new is called to your desk."
    if presence.away or shift_is_over(shop, presence.person):
        return "Your shift is nearly over: nobody new is called to your desk."
    for repair in shop.books.repairs.values():
        if repair.desk == desk.desk and repair.state in WORKING:
            return f"{repair.id} on your desk is {repair.state}. Finish it or put it on hold first."
    return ""


def _lines_of(shop: Shop, engineer: str) -> tuple[Line, ...]:
    return shop.layout.engineers[engineer].lines


def _call(shop: Shop, ticket: Ticket, presence: Presence) -> None:
    ticket.desk, ticket.engineer = presence.desk, presence.person
    ticket.called_at, ticket.calls = shop.now, 1
    shop.books.desks[presence.desk].ticket = ticket.id
    shop.step(ticket, "q6")
    watch_the_wait(shop, sum(other.state == "WAITING" for other in hall.open_tickets(shop.books)))
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
    hall.give_place(shop, ticket, RECYCLED_PLACES_BACK)
    hall.free_desk(shop, ticket)
    ticket.round, ticket.calls = 2, 0
    shop.step(ticket, "q8")
    shop.note(TicketRecycled(ticket=ticket.id, number=ticket.number, desk=desk))


def _miss(shop: Shop, ticket: Ticket) -> None:
    """q9."""
    desk = ticket.desk
    hall.free_desk(shop, ticket)
    shop.step(ticket, "q9")
    hall.end(shop, ticket)
    shop.note(TicketMissed(ticket=ticket.id, number=ticket.number, desk=desk))
