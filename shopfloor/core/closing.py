"""Day close, and what leaves the books (q16, r43, E30)."""

from shopfloor.contract.actor import DAY, Device
from shopfloor.contract.events import DayClosed
from shopfloor.contract.facts import DayEnded
from shopfloor.core import holds, parts, parts_orders, payments, queue, stock
from shopfloor.core.books import Books, Ticket
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
    """Phase: the first beat of a new local day. A day that nobody closed has lost its waiting tickets by then (q16)."""
    books = shop.books
    if shop.now < books.day_ends:
        return
    if books.day:
        midnight = shop.layout.day_start(shop.now)
        for ticket in _open_tickets(shop):
            if ticket.state != "SERVING" and not (ticket.state == "EXPECTED" and ticket.booked_at >= midnight):
                queue.close_by_day(shop, ticket)
        _clear_the_books(shop)
    books.day = shop.layout.date(shop.now)
    books.day_ends = shop.layout.day_start(shop.now) + DAY
    books.closed = False


def _open_tickets(shop: Shop) -> list[Ticket]:
    return list(queue.open_tickets(shop.books))


def _clear_the_books(shop: Shop) -> None:
    """Yesterday's final things go; journal and records keep them."""
    books = shop.books
    today = f"@{shop.layout.day_start(shop.now)}"
    books.counters = {k: v for k, v in books.counters.items() if "@" not in k or k.endswith(today)}
    books.tickets = {k: t for k, t in books.tickets.items() if not shop.is_final(t)}
    books.warranties = {k: w for k, w in books.warranties.items() if w.until > shop.now}
    books.overrides = []
    _clear_repairs(shop)
    books.jobs = {k: j for k, j in books.jobs.items() if not shop.is_final(j)}
    for unit in list(books.units.values()):
        if unit.place.partition(":")[0] in GONE_FOR_GOOD and not unit.parts_order:
            stock.forget(shop, unit)


def _clear_repairs(shop: Shop) -> None:
    """A repair goes with its papers and payments once it is final and nothing of it is still under way."""
    books = shop.books
    kept = _under_way(books)
    kept.update((repair.id, None) for repair in books.repairs.values() if not shop.is_final(repair))
    books.repairs = {k: repair for k, repair in books.repairs.items() if k in kept}
    for order in [order for order in books.parts_orders.values() if order.repair not in kept]:
        parts_orders.forget(shop, order)
    for request in [request for request in books.requests.values() if request.repair not in kept]:
        books.waits.pop(request.id, None)  # a sealed one still waited for its copy to be delivered
        del books.requests[request.id]
    books.payments = {k: payment for k, payment in books.payments.items() if payment.repair in kept}
    books.phones = {k: phone for k, phone in books.phones.items() if phone.repair in kept}


def _under_way(books: Books) -> dict[str, None]:
    """Repairs of which a part, the phone, a loaner, a signature or a payment has not come to its end."""
    open_things = (
        *((order.repair, order.state in FINAL["parts_order"]) for order in books.parts_orders.values()),
        *((phone.repair, phone.state in FINAL["phone"]) for phone in books.phones.values()),
        *((loaner.repair, loaner.state != "LENT") for loaner in books.loaners.values()),
        *((r.repair, r.state in (*FINAL["signature"], "SEALED")) for r in books.requests.values()),
        *((payment.repair, payment.state in FINAL["payment"]) for payment in books.payments.values()),
    )
    return {repair: None for repair, ended in open_things if not ended}
