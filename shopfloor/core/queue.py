"""A ticket from its number to its end (q1, q11–q16)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import (
    ConsultFinished,
    CustomerLeft,
    CustomerSeated,
    TicketTaken,
    TicketWithdrawn,
    TransferRequested,
)
from shopfloor.contract.facts import (
    ConsultEnded,
    DeviceHandedOver,
    DeviceShipped,
    OwnerChanged,
    PickupAwaited,
    RepairCancelled,
    RepairClosed,
    RepairHeld,
    TicketClosedByDay,
    TicketLeft,
    TicketMoved,
    TicketRemoved,
    TicketSeated,
    TicketServed,
    TicketTransferred,
)
from shopfloor.contract.kinds import Line
from shopfloor.core import hall
from shopfloor.core.books import Ticket
from shopfloor.core.lifecycles import (
    WORKING,
)
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("queue")


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
    hall.enter(shop, ticket)
    shop.begin(ticket, "q1")
    hall.issue(shop, ticket, anchor=shop.now)


@room.records(CustomerSeated)
def customer_seated(shop: Shop, by: Device, event: CustomerSeated) -> None:
    """q11: at the desk that called; the repair room hears of it."""
    ticket = hall.called_by(shop, by, event.ticket)
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
    hall.free_desk(shop, ticket)
    shop.step(ticket, "q12")
    hall.end(shop, ticket)
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


@room.hears(OwnerChanged)
def customer_moves_along(shop: Shop, fact: OwnerChanged) -> None:
    """r30: the customer goes to the new owner's desk, and the old one may call again; unless somebody sits there."""
    repair = shop.books.repairs.get(fact.repair)
    ticket = shop.books.tickets.get(repair.ticket) if repair else None
    desk = shop.books.desks.get(repair.desk) if repair else None
    if ticket is None or desk is None or ticket.state != "SERVING" or desk.ticket:
        return
    hall.free_desk(shop, ticket)
    ticket.desk, ticket.engineer = desk.desk, fact.new
    desk.ticket = ticket.id
    shop.touch(ticket)
    shop.note(TicketMoved(ticket=ticket.id, number=ticket.number, desk=ticket.desk, engineer=ticket.engineer))


@room.records(TransferRequested)
def transfer_requested(shop: Shop, _by: Device, event: TransferRequested) -> None:
    """q14: same number, same issue time, another line."""
    ticket = shop.ticket(event.ticket)
    shop.in_state(ticket, "q14")
    repair = shop.books.repairs.get(ticket.repair)
    if repair is not None and repair.state in WORKING:
        shop.refuse("repair-open", f"{repair.id} is {repair.state}. Hand it over to another engineer first.")
    hall.free_desk(shop, ticket)
    ticket.line, ticket.calls, ticket.round = event.line, 0, 1
    ticket.called_at = ticket.seated_at = 0
    shop.step(ticket, "q14")
    shop.note(TicketTransferred(ticket=ticket.id, number=ticket.number, line=event.line))


@room.records(TicketWithdrawn)
def ticket_withdrawn(shop: Shop, _by: Device, event: TicketWithdrawn) -> None:
    """q15."""
    ticket = shop.ticket(event.ticket)
    shop.in_state(ticket, "q15+")
    hall.free_desk(shop, ticket)
    shop.step(ticket, "q15+")
    hall.end(shop, ticket)
    shop.note(TicketRemoved(ticket=ticket.id, number=ticket.number, reason=event.reason))


def close_by_day(shop: Shop, ticket: Ticket) -> None:
    """q16: for the room that closes the day."""
    hall.free_desk(shop, ticket)
    shop.step(ticket, "q16")
    hall.end(shop, ticket)
    shop.note(TicketClosedByDay(ticket=ticket.id, number=ticket.number))


def _check_open(shop: Shop, line: Line) -> None:
    reason = hall.line_is_open(shop, line)
    if reason:
        shop.refuse("closed", reason)


def _serve(shop: Shop, ticket_id: str) -> None:
    ticket = shop.books.tickets.get(ticket_id)
    if ticket is None or ticket.state != "SERVING":
        return
    desk = ticket.desk
    hall.free_desk(shop, ticket)
    shop.step(ticket, "q13")
    hall.end(shop, ticket)
    shop.note(TicketServed(ticket=ticket.id, number=ticket.number, desk=desk))
