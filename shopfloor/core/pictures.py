"""What each screen shows: whole pictures, drawn again when what they show has changed, and for whoever connects."""

from collections.abc import Callable, Collection
from typing import Literal

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import (
    Alarm,
    AnyPicture,
    LineOpen,
    ShowCalls,
    ShowFloor,
    ShowLines,
    ShowWhiteBox,
    ShowWork,
)
from shopfloor.contract.facts import AlarmCleared, AlarmRaised
from shopfloor.contract.kinds import CallRow, Line
from shopfloor.core.books import Books, Job, PartsOrder, PaymentRequest, Phone, Repair, Thing, Ticket, Unit
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.hall import shop_is_open, waiting_tickets
from shopfloor.core.shop import Shop
from shopfloor.core.waiting_time import eta
from shopfloor.core.worklists import WAITING_SHOWN_MAX, Worklists

LINES: tuple[Line, ...] = ("A", "B", "C", "D")
ALARMS = (AlarmRaised, AlarmCleared)
CARRIED = (Job, PartsOrder, Unit)


def show_all(shop: Shop) -> None:
    """Redraw what this beat has changed."""
    changed = [thing for thing in shop.touched.values() if type(thing) is not RobotMemory]
    kinds = {type(thing) for thing in changed}
    if changed:
        _redraw_queue(shop, kinds)
        _redraw_desks(shop, changed)
    for out in shop.outs:
        if type(out) in ALARMS:
            _redraw(shop, "board")
    if not kinds.isdisjoint(CARRIED):
        _redraw_keepers(shop)
    if shop.redraw:
        _draw(shop)


class Glance:
    """What several screens show of the same books, looked up once, and only if one of them is drawn."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._waiting: list[Ticket] | None = None
        self._worklists: Worklists | None = None
        self._lines: tuple[LineOpen, ...] | None = None
        self._calls: tuple[CallRow, ...] | None = None

    @property
    def waiting(self) -> list[Ticket]:
        if self._waiting is None:
            self._waiting = waiting_tickets(self._shop)
        return self._waiting

    @property
    def worklists(self) -> Worklists:
        if self._worklists is None:
            self._worklists = Worklists(self._shop, self.waiting)
        return self._worklists

    @property
    def lines(self) -> tuple[LineOpen, ...]:
        """On every queue machine."""
        if self._lines is None:
            self._lines = _line_rows(self._shop, self.waiting)
        return self._lines

    @property
    def calls(self) -> tuple[CallRow, ...]:
        """On every call display."""
        if self._calls is None:
            self._calls = _call_rows(self._shop.books)
        return self._calls


def _draw(shop: Shop) -> None:
    glance = Glance(shop)
    for device in shop.redraw:
        kind = device.partition("/")[0]
        picture = PICTURES[kind](shop, device, glance) if kind in PICTURES else None
        if picture is not None:
            shop.show(picture)


# ── which screens ───────────────────────────────────────────────────────────────────────────────


def _redraw_queue(shop: Shop, kinds: Collection[type[Thing | Unit]]) -> None:
    """Who waits and who is called is on many screens, and a repair may be on any handheld."""
    if Ticket in kinds:
        _redraw(shop, "queue")
        _redraw(shop, "calls")
    if Ticket in kinds or Repair in kinds:
        shop.redraw.update((presence.device, None) for presence in shop.books.present.values())


def _redraw_desks(shop: Shop, changed: list[Thing | Unit]) -> None:
    """The owner's handheld, and the PAD at which the customer sits."""
    for thing in changed:
        if repair := _shown_with(shop.books, thing):
            _redraw_owner(shop, repair)
    for thing in changed:
        if isinstance(thing, Repair):
            _redraw_pad(shop, thing.id)
    for thing in changed:
        if isinstance(thing, PartsOrder):
            _redraw_pad(shop, thing.repair)


def _redraw(shop: Shop, device_type: str) -> None:
    shop.redraw.update(shop.devices.get(device_type, {}))


def _shown_with(books: Books, thing: Thing | Unit) -> str:
    """The repair whose row, or whose parts, on its owner's handheld this changes."""
    match thing:
        case PartsOrder() | Phone() | PaymentRequest():
            return thing.repair
        case Job() | Unit():
            order = books.parts_orders.get(thing.parts_order)
            return order.repair if order is not None else ""
        case _:
            return ""


def _redraw_owner(shop: Shop, repair_id: str) -> None:
    repair = shop.books.repairs.get(repair_id)
    presence = shop.books.present.get(repair.owner) if repair else None
    if presence is not None:
        shop.redraw[presence.device] = None


def _redraw_pad(shop: Shop, repair_id: str) -> None:
    repair = shop.books.repairs.get(repair_id)
    desk = shop.layout.desks.get(repair.desk) if repair else None
    if desk is not None:
        shop.redraw[f"pad/{desk.pad}"] = None


def _redraw_keepers(shop: Shop) -> None:
    for keeper in shop.layout.parts_keepers:
        presence = shop.books.present.get(keeper)
        if presence is not None:
            shop.redraw[presence.device] = None


def _repair_at_pad(shop: Shop, device: Device) -> Repair | None:
    desk = next((d for d in shop.layout.desks.values() if f"pad/{d.pad}" == device), None)
    if desk is None:
        return None
    state = shop.books.desks.get(desk.id)
    ticket = shop.books.tickets.get(state.ticket) if state else None
    return shop.books.repairs.get(ticket.repair) if ticket else None


# ── the pictures ────────────────────────────────────────────────────────────────────────────────


def _lines(_shop: Shop, device: Device, glance: Glance) -> ShowLines:
    return ShowLines(id="", to=device, lines=glance.lines)


def _line_rows(shop: Shop, waiting: list[Ticket]) -> tuple[LineOpen, ...]:
    rows = []
    open_now = shop_is_open(shop)
    for line in LINES:
        low, high = eta(shop, line, len(waiting))
        is_open = open_now and line not in shop.books.lines_closed
        count = sum(ticket.line == line for ticket in waiting)
        rows.append(LineOpen(line=line, open=is_open, eta_min_low=low, eta_min_high=high, waiting=count))
    return tuple(rows)


def _calls(_shop: Shop, device: Device, glance: Glance) -> ShowCalls:
    """B27: numbers and desks, nothing else."""
    next_ones = tuple(ticket.number for ticket in glance.waiting[:WAITING_SHOWN_MAX])
    return ShowCalls(id="", to=device, calls=glance.calls, waiting=next_ones)


def _call_rows(books: Books) -> tuple[CallRow, ...]:
    rows = []
    for desk in books.desks.values():
        ticket = books.tickets.get(desk.ticket)
        if ticket is not None:
            seated: Literal["CALLED", "SERVING"] = "CALLED" if ticket.state == "CALLED" else "SERVING"
            rows.append(CallRow(number=ticket.number, desk=desk.desk, state=seated, calls=ticket.calls))
    return tuple(rows)


def _alarms(shop: Shop, device: Device, _glance: Glance) -> ShowFloor:
    rows = tuple(
        Alarm(about=about, words=words, party=party, since=since)
        for about, (words, party, since) in shop.books.alarms.items()
    )
    return ShowFloor(id="", to=device, alarms=rows)


def _work(_shop: Shop, device: Device, glance: Glance) -> ShowWork | None:
    return glance.worklists.at(device)


def _link(shop: Shop, device: Device, _glance: Glance) -> ShowWhiteBox | None:
    repair = _repair_at_pad(shop, device)
    return _white_box(shop, repair, device) if repair is not None else None


def _pad(shop: Shop, device: Device, glance: Glance) -> ShowWhiteBox:
    return _link(shop, device, glance) or _nothing(device)


def _nothing(device: Device) -> ShowWhiteBox:
    """B27: when the customer has gone, the next one must not read of them."""
    return ShowWhiteBox(
        id="", to=device, repair="", state="", diagnosis=(), progress=(), lines=(), cap=0, payable=0, paid=0, promised=0
    )


def _white_box(shop: Shop, repair: Repair, device: Device) -> ShowWhiteBox:
    """How it broke, how it is repaired, what it costs: from facts, not from typed notes."""
    orders = [shop.books.parts_orders[name] for name in shop.books.parts_of.get(repair.id, ())]
    lines = repair.signed or (repair.quote.lines if repair.quote else ())
    return ShowWhiteBox(
        id="",
        to=device,
        repair=repair.id,
        state=repair.state,
        diagnosis=tuple(repair.causes),
        progress=tuple(f"{order.sku} {order.unit}: {order.state}" for order in orders),
        lines=lines,
        cap=repair.cap,
        payable=repair.payable,
        paid=repair.settled,
        promised=repair.promised_at,
    )


PICTURES: dict[str, Callable[[Shop, Device, Glance], AnyPicture | None]] = {
    "queue": _lines,
    "calls": _calls,
    "board": _alarms,
    "handheld": _work,
    "pad": _pad,
    "link": _link,
}
"""What each type of screen shows; None for nothing new."""
