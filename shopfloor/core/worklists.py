"""What handhelds show: each person's own work and what all of them share, from one look at the books."""

from collections.abc import Sequence

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import PartRow, ShowWork, WorkRow
from shopfloor.core.attempts import OPEN
from shopfloor.core.books import Books, PartsOrder, Presence, Repair, Ticket
from shopfloor.core.custody import place_of
from shopfloor.core.lifecycles import FINAL, WORKING
from shopfloor.core.prices import outstanding
from shopfloor.core.shop import Shop

WAITING_SHOWN_MAX = 20
ON_A_HANDHELD = frozenset(
    (
        *WORKING,
        "ON_HOLD(part)",
        "ON_HOLD(overnight)",
        "ON_HOLD(undecided)",
        "ON_HOLD(acceptance)",
        "AWAITING_PICKUP",
        "SENT_OUT",
    )
)

PARTS_ORDER_ENDED = frozenset(FINAL["parts_order"])
JOB_ENDED = frozenset(FINAL["job"])
NEEDS_HANDS = ("PICKED", "PICK_FAILED", "IN_TRANSIT(manual)", "IN_TRANSIT(robot)", "RETURNING")


class Worklists:
    """The rows of all handhelds for one beat. A repair's row is the same on whichever handheld it is."""

    def __init__(self, shop: Shop, waiting: list[Ticket]) -> None:
        self._shop = shop
        self._rows: dict[str, WorkRow] = {}
        self._holders = {presence.device: presence for presence in shop.books.present.values()}
        self._waiting = tuple(_waiting_row(ticket) for ticket in waiting[:WAITING_SHOWN_MAX])
        self._own: dict[str, list[Repair]] = {}
        self._parts: dict[str, list[PartsOrder]] = {}
        self._paying: dict[str, str] = {}
        to_check: list[Repair] = []
        to_take_over: list[Repair] = []
        books = shop.books
        for payment in books.payments.values():
            if payment.state in OPEN:
                self._paying.setdefault(payment.repair, payment.id)
        for repair in books.repairs.values():
            if repair.state in ON_A_HANDHELD:
                self._own.setdefault(repair.owner, []).append(repair)
            if repair.state == "QC":
                to_check.append(repair)
            elif repair.state == "ON_HOLD(handover)":
                to_take_over.append(repair)
        for order in books.parts_orders.values():
            if order.state not in PARTS_ORDER_ENDED and order.repair in books.repairs:
                self._parts.setdefault(books.repairs[order.repair].owner, []).append(order)
        self._to_check = self._rows_of(to_check)
        self._to_take_over = self._rows_of(to_take_over)

    def at(self, handheld: Device) -> ShowWork | None:
        """For the person who holds it; None when nobody does."""
        presence = self._holders.get(handheld)
        if presence is None:
            return None
        books, person = self._shop.books, presence.person
        keeps_parts = person in self._shop.layout.parts_keepers
        parts = _for_hands(books) if keeps_parts else self._parts.get(person, ())
        return ShowWork(
            id="",
            to=handheld,
            engineer=person,
            desk=presence.desk,
            mine=_ticket_rows(books, presence) + self._rows_of(self._own.get(person, ())),
            parts=tuple([_part_row(books, order) for order in parts]) if parts else (),
            waiting=self._waiting,
            to_check=self._to_check,
            to_take_over=self._to_take_over,
            chores=_chores(books) if keeps_parts else (),
        )

    def _rows_of(self, repairs: Sequence[Repair]) -> tuple[WorkRow, ...]:
        return tuple([self._rows.get(repair.id) or self._row(repair) for repair in repairs]) if repairs else ()

    def _row(self, repair: Repair) -> WorkRow:
        shop, books = self._shop, self._shop.books
        ticket = books.tickets.get(repair.ticket)
        wait = books.waits.get(repair.id)
        row = self._rows[repair.id] = WorkRow(
            ticket=repair.ticket,
            number=ticket.number if ticket else "",
            ticket_state=ticket.state if ticket else "",
            repair=repair.id,
            revision=repair.revision,
            state=repair.state,
            due=wait.due if wait else 0,
            model=repair.model,
            desk=repair.desk,
            phone=place_of(shop, repair.id),
            owed=outstanding(repair),
            payment=self._paying.get(repair.id, ""),
        )
        return row


def _ticket_rows(books: Books, presence: Presence) -> tuple[WorkRow, ...]:
    """The called or seated ticket at the desk, unless a repair of this engineer's own shows it (already)."""
    desk = books.desks.get(presence.desk)
    ticket = books.tickets.get(desk.ticket) if desk is not None else None
    if ticket is None:
        return ()
    if ticket.state == "SERVING":
        repair = books.repairs.get(ticket.repair)
        if repair is not None and repair.ticket == ticket.id and repair.owner == presence.person:
            return ()
    return (_waiting_row(ticket),)


def _waiting_row(ticket: Ticket) -> WorkRow:
    return WorkRow(ticket=ticket.id, number=ticket.number, ticket_state=ticket.state, desk=ticket.desk)


def _for_hands(books: Books) -> list[PartsOrder]:
    """What only hands can move now: no robot has a job for it."""
    waiting = [order for order in books.parts_orders.values() if order.state in NEEDS_HANDS]
    if not waiting:
        return []
    carried = {job.unit: None for job in books.jobs.values() if job.state not in JOB_ENDED}
    return [order for order in waiting if order.unit not in carried and not _is_put_away(books, order)]


def _is_put_away(books: Books, order: PartsOrder) -> bool:
    """It lies in the inlet of a cabinet that works: that needs no hands."""
    unit = books.units.get(order.unit)
    kind, _, name = unit.place.partition(":") if unit is not None else ("", "", "")
    return kind == "INLET" and books.cabinets[name].state in ("READY", "DOOR_OPEN")


def _part_row(books: Books, order: PartsOrder) -> PartRow:
    unit = books.units.get(order.unit)
    return PartRow(
        parts_order=order.id,
        repair=order.repair,
        sku=order.sku,
        state=order.state,
        unit=order.unit,
        place=unit.place if unit else "",
        desk=order.desk,
        tote=_tote_waiting(books, order),
    )


def _tote_waiting(books: Books, order: PartsOrder) -> str:
    """The tote of the robot that stands at the desk for what goes back."""
    if order.state != "RETURNING":
        return ""
    waiting = (job for job in books.jobs.values() if job.unit == order.unit and job.state == "AT_PICKUP")
    return next((job.tote for job in waiting), "")


def _chores(books: Books) -> tuple[str, ...]:
    """What the parts keeper must do by hand."""
    return tuple(words for words, party, _since in books.alarms.values() if party == "PK")
