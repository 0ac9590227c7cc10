"""Day close, and what leaves the books (q16, r43, E30)."""

from shopfloor.contract.actor import DAY, Device
from shopfloor.contract.commands import AskTotals
from shopfloor.contract.events import DayClosed
from shopfloor.contract.facts import DayEnded
from shopfloor.core import (
    devices,
    hall,
    holds,
    parts,
    parts_orders,
    payments,
    price_list,
    queue,
    recovery,
    shifts,
    stock,
)
from shopfloor.core.books import Books, PaymentRequest, Ticket
from shopfloor.core.lifecycles import FINAL, WORKING
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("closing")

GONE_FOR_GOOD = ("SUPPLIER", "SCRAP", "CUSTOMER", "OTHER_SHOP", "DEVICE")
"""Places from which a unit does not come back; it may leave the books with the day."""


@room.records(DayClosed)
def day_closed(shop: Shop, _by: Device, _event: DayClosed) -> None:
    """E30: refused while a phone is unscanned or the end of a payment is unknown."""
    if shop.books.closed:
        shop.refuse("already", "This day is closed already.")
    opens = shop.layout.open_from(shop.now)
    if opens is not None and shop.now < opens:
        shop.refuse("too-early", "Today has not begun. Yesterday ended by itself at midnight; its phones wait here.")
    obstacles = [
        *holds.overnight_obstacles(shop),
        *payments.payments_open(shop),
        *(f"{unit} lies about: bring it back to the cabinet." for unit in parts.units_left_out(shop)),
    ]
    if obstacles:
        shop.refuse("not-yet", " ".join(obstacles)[:400])
    for repair in shop.books.repairs.values():
        if repair.state in WORKING or repair.state == "ON_HOLD(handover)":
            holds.hold_overnight(shop, repair)
    shop.books.closed = True
    shop.redraw.update(shop.devices.get("queue", {}))
    payments.ask_totals(shop)
    shop.note(DayEnded(date=shop.books.day))


@room.hears(DayEnded)
def tickets_end_with_the_day(shop: Shop, _fact: DayEnded) -> None:
    """q16: what is still open ends; bookings for later days stay."""
    tomorrow = shop.layout.day_start(shop.now) + DAY
    for ticket in _open_tickets(shop):
        if ticket.state != "EXPECTED" or ticket.booked_at < tomorrow:
            queue.close_by_day(shop, ticket)


def turn_the_page(shop: Shop) -> None:
    """The first beat of a new local day, before anything of that day is recorded.

    A day that nobody closed loses its waiting tickets by that (q16); who sits at a desk stays there.
    """
    books = shop.books
    if shop.now < books.day_ends:
        return
    if books.day:
        midnight = shop.layout.day_start(shop.now)
        for ticket in _open_tickets(shop):
            if ticket.state != "SERVING" and not (ticket.state == "EXPECTED" and ticket.booked_at >= midnight):
                queue.close_by_day(shop, ticket)
        devices.end_outage(shop, "a new day")
        _clear_the_books(shop)
        shop.redraw.update(shop.devices.get("queue", {}))
    books.day = shop.layout.date(shop.now)
    books.day_ends = shop.layout.day_start(shop.now) + DAY
    books.closed = False


def keep_hours(shop: Shop) -> None:
    """When the shop opens or closes by the clock, the queue machine says so, whether or not anything else happens."""
    books = shop.books
    if shop.now < books.hours_due:
        return
    layout = shop.layout
    moments = (layout.open_from(shop.now), layout.open_until(shop.now), books.day_ends)
    books.hours_due = min(moment for moment in moments if moment is not None and moment > shop.now)
    shop.redraw.update(shop.devices.get("queue", {}))


def _open_tickets(shop: Shop) -> list[Ticket]:
    return list(hall.open_tickets(shop.books))


def _clear_the_books(shop: Shop) -> None:
    """Yesterday's final things go; journal and records keep them."""
    books = shop.books
    today = f"@{shop.layout.day_start(shop.now)}"
    books.counters = {k: v for k, v in books.counters.items() if "@" not in k or k.endswith(today)}
    books.tickets = {k: t for k, t in books.tickets.items() if not shop.is_final(t)}
    books.warranties = {k: w for k, w in books.warranties.items() if w.until > shop.now or _is_claimed(books, k)}
    books.overrides = []
    books.lines_closed = {}
    books.service_days = {date: on for date, on in books.service_days.items() if date >= shop.layout.date(shop.now)}
    price_list.forget_the_past(shop)
    shifts.forget_the_past(shop)
    devices.forget_strangers(shop)
    recovery.clear_dues(shop)
    _clear_repairs(shop)
    books.jobs = {k: j for k, j in books.jobs.items() if not shop.is_final(j)}
    for unit in list(books.units.values()):
        if unit.place.partition(":")[0] in GONE_FOR_GOOD and not unit.parts_order:
            stock.forget(shop, unit)


def _is_claimed(books: Books, warranty: str) -> bool:
    """r35: a phone that came back in time is covered until it is handed over, however long that takes."""
    return any(repair.covered_by == warranty for repair in books.repairs.values())


def _clear_repairs(shop: Shop) -> None:
    """A repair goes with its papers and payments once it is final and nothing of it is still under way."""
    books = shop.books
    kept = _under_way(books)
    kept.update((repair.id, None) for repair in books.repairs.values() if not shop.is_final(repair))
    books.repairs = {k: repair for k, repair in books.repairs.items() if k in kept}
    for order in [order for order in books.parts_orders.values() if order.repair not in kept]:
        parts_orders.forget(shop, order)
    books.picks = {k: pick for k, pick in books.picks.items() if pick.parts_order in books.parts_orders}
    for request in [request for request in books.requests.values() if request.repair not in kept]:
        books.waits.pop(request.id, None)  # a sealed one still waited for its copy to be delivered
        shop.all_clear(request.id)
        del books.requests[request.id]
    for payment in [payment for payment in books.payments.values() if payment.repair not in kept]:
        shop.all_clear(payment.id)
        del books.payments[payment.id]
    books.phones = {k: phone for k, phone in books.phones.items() if phone.repair in kept}


def _under_way(books: Books) -> dict[str, None]:
    """Repairs of which a part, the phone, a loaner, a signature or a payment has not come to its end."""
    slips = {pending.command.to: None for pending in books.pending.values() if isinstance(pending.command, AskTotals)}
    open_things = (
        *((order.repair, order.state in FINAL["parts_order"]) for order in books.parts_orders.values()),
        *((phone.repair, phone.state in FINAL["phone"]) for phone in books.phones.values()),
        *((loaner.repair, loaner.state != "LENT") for loaner in books.loaners.values()),
        *((r.repair, r.state in (*FINAL["signature"], "SEALED")) for r in books.requests.values()),
        *((payment.repair, _has_ended(payment, slips)) for payment in books.payments.values()),
    )
    return {repair: None for repair, ended in open_things if not ended}


def _has_ended(payment: PaymentRequest, slips: dict[Device, None]) -> bool:
    """Its end is known, no money is on its way back, and no closing slip that will name it is still awaited."""
    if payment.state not in FINAL["payment"] or payment.undoing:
        return False
    return payment.reconciled or payment.pos not in slips
