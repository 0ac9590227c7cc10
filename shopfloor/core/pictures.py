"""What each screen shows: whole pictures, drawn again when what they show has changed, and for whoever connects."""

from typing import Literal

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import (
    Alarm,
    LineOpen,
    PartRow,
    ShowCalls,
    ShowFloor,
    ShowLines,
    ShowWhiteBox,
    ShowWork,
    WorkRow,
)
from shopfloor.contract.facts import AlarmCleared, AlarmRaised
from shopfloor.contract.kinds import CallRow, Line
from shopfloor.core.attempts import open_or_unknown
from shopfloor.core.books import Books, Job, PartsOrder, PaymentRequest, Phone, Presence, Repair, Thing, Ticket, Unit
from shopfloor.core.custody import place_of
from shopfloor.core.hall import shop_is_open, waiting_tickets
from shopfloor.core.lifecycles import FINAL, WORKING
from shopfloor.core.prices import outstanding
from shopfloor.core.shop import Shop
from shopfloor.core.waiting_time import eta

LINES: tuple[Line, ...] = ("A", "B", "C", "D")
WAITING_SHOWN_MAX = 20
ON_A_HANDHELD = (
    *WORKING,
    "ON_HOLD(part)",
    "ON_HOLD(overnight)",
    "ON_HOLD(undecided)",
    "ON_HOLD(acceptance)",
    "AWAITING_PICKUP",
    "SENT_OUT",
)

NEEDS_HANDS = ("PICKED", "PICK_FAILED", "IN_TRANSIT(manual)", "IN_TRANSIT(robot)", "RETURNING")


def show_all(shop: Shop) -> None:
    """Redraw what this beat has changed."""
    changed = shop.touched.values()
    tickets = any(isinstance(thing, Ticket) for thing in changed)
    repairs = [thing for thing in changed if isinstance(thing, Repair)]
    parts = [thing for thing in changed if isinstance(thing, PartsOrder)]
    rows = dict.fromkeys(repair for thing in changed if (repair := _shown_with(shop.books, thing)))
    if tickets:
        _redraw(shop, "queue")
        _redraw(shop, "calls")
    if tickets or repairs:
        shop.redraw.update((presence.device, None) for presence in shop.books.present.values())
    for repair_id in rows:
        _redraw_owner(shop, repair_id)
    for repair_id in dict.fromkeys([*(r.id for r in repairs), *(o.repair for o in parts)]):
        _redraw_pad(shop, repair_id)
    if any(isinstance(out, AlarmRaised | AlarmCleared) for out in shop.outs):
        _redraw(shop, "board")
    if any(isinstance(thing, Job | PartsOrder | Unit) for thing in changed):
        _redraw_keepers(shop)
    if shop.redraw:
        waiting = waiting_tickets(shop)
        for device in shop.redraw:
            _draw(shop, device, waiting)


def _draw(shop: Shop, device: Device, waiting: list[Ticket]) -> None:
    kind = device.partition("/")[0]
    match kind:
        case "queue":
            shop.show(_lines(shop, device, waiting))
        case "calls":
            shop.show(_calls(shop, device, waiting))
        case "board":
            shop.show(_alarms(shop, device))
        case "handheld":
            presence = next((p for p in shop.books.present.values() if p.device == device), None)
            if presence is not None:
                shop.show(_work(shop, presence, waiting))
        case "pad" | "link":
            repair = _repair_at_pad(shop, device)
            if repair is not None:
                shop.show(_white_box(shop, repair, device))
            elif kind == "pad":
                shop.show(_nothing(device))
        case _:
            pass


# ── which screens ───────────────────────────────────────────────────────────────────────────────


def _redraw(shop: Shop, device_type: str) -> None:
    shop.redraw.update(shop.devices.get(device_type, {}))


def _shown_with(books: Books, thing: Thing | Unit) -> str:
    """The repair whose row, or whose parts, on its owner's handheld this changes."""
    if isinstance(thing, PartsOrder | Phone | PaymentRequest):
        return thing.repair
    order = books.parts_orders.get(thing.parts_order) if isinstance(thing, Job | Unit) else None
    return order.repair if order is not None else ""


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


def _lines(shop: Shop, device: Device, waiting: list[Ticket]) -> ShowLines:
    rows = []
    open_now = shop_is_open(shop)
    for line in LINES:
        low, high = eta(shop, line, len(waiting))
        is_open = open_now and line not in shop.books.lines_closed
        count = sum(ticket.line == line for ticket in waiting)
        rows.append(LineOpen(line=line, open=is_open, eta_min_low=low, eta_min_high=high, waiting=count))
    return ShowLines(id="", to=device, lines=tuple(rows))


def _calls(shop: Shop, device: Device, waiting: list[Ticket]) -> ShowCalls:
    """B27: numbers and desks, nothing else."""
    rows = []
    for desk in shop.books.desks.values():
        ticket = shop.books.tickets.get(desk.ticket)
        if ticket is not None:
            seated: Literal["CALLED", "SERVING"] = "CALLED" if ticket.state == "CALLED" else "SERVING"
            rows.append(CallRow(number=ticket.number, desk=desk.desk, state=seated, calls=ticket.calls))
    next_ones = tuple(ticket.number for ticket in waiting[:WAITING_SHOWN_MAX])
    return ShowCalls(id="", to=device, calls=tuple(rows), waiting=next_ones)


def _alarms(shop: Shop, device: Device) -> ShowFloor:
    rows = tuple(
        Alarm(about=about, words=words, party=party, since=since)
        for about, (words, party, since) in shop.books.alarms.items()
    )
    return ShowFloor(id="", to=device, alarms=rows)


def _work(shop: Shop, presence: Presence, waiting: list[Ticket]) -> ShowWork:
    books = shop.books
    person = presence.person
    mine = [r for r in books.repairs.values() if r.owner == person and r.state in ON_A_HANDHELD]
    held = [r for r in books.repairs.values() if r.state == "ON_HOLD(handover)"]
    to_check = [r for r in books.repairs.values() if r.state == "QC"]
    return ShowWork(
        id="",
        to=presence.device,
        engineer=person,
        desk=presence.desk,
        mine=(*_ticket_rows(shop, presence), *(_row(shop, repair) for repair in mine)),
        parts=tuple(_keeper_rows(books) if person in shop.layout.parts_keepers else _part_rows(books, person)),
        waiting=tuple(_waiting_row(ticket) for ticket in waiting[:WAITING_SHOWN_MAX]),
        to_check=tuple(_row(shop, repair) for repair in to_check),
        to_take_over=tuple(_row(shop, repair) for repair in held),
        chores=_chores(shop, presence),
    )


def _ticket_rows(shop: Shop, presence: Presence) -> list[WorkRow]:
    """The called or seated ticket at the desk, unless a repair of this engineer's own shows it (already)."""
    desk = shop.books.desks.get(presence.desk)
    ticket = shop.books.tickets.get(desk.ticket) if desk else None
    repair = shop.books.repairs.get(ticket.repair) if ticket is not None else None
    shown = repair is not None and (repair.ticket, repair.owner) == (desk.ticket if desk else "", presence.person)
    if ticket is None or (shown and ticket.state == "SERVING"):
        return []
    return [_waiting_row(ticket)]


def _waiting_row(ticket: Ticket) -> WorkRow:
    return WorkRow(ticket=ticket.id, number=ticket.number, ticket_state=ticket.state, desk=ticket.desk)


def _row(shop: Shop, repair: Repair) -> WorkRow:
    books = shop.books
    ticket = books.tickets.get(repair.ticket)
    wait = books.waits.get(repair.id)
    return WorkRow(
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
        payment=open_or_unknown(shop, repair.id),
    )


def _part_rows(books: Books, person: str) -> list[PartRow]:
    """The open parts orders of an engineer's repairs."""
    rows = []
    for order in books.parts_orders.values():
        repair = books.repairs.get(order.repair)
        if order.state not in FINAL["parts_order"] and repair is not None and repair.owner == person:
            rows.append(_part_row(books, order))
    return rows


def _keeper_rows(books: Books) -> list[PartRow]:
    """What only hands can move now: no robot has a job for it."""
    carried = {job.unit: None for job in books.jobs.values() if job.state not in FINAL["job"]}
    return [
        _part_row(books, order)
        for order in books.parts_orders.values()
        if order.state in NEEDS_HANDS and order.unit not in carried and not _is_put_away(books, order)
    ]


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


def _chores(shop: Shop, presence: Presence) -> tuple[str, ...]:
    """What the parts keeper must do by hand."""
    if presence.person not in shop.layout.parts_keepers:
        return ()
    return tuple(words for words, party, _since in shop.books.alarms.values() if party == "PK")


def _nothing(device: Device) -> ShowWhiteBox:
    """B27: when the customer has gone, the next one must not read of them."""
    return ShowWhiteBox(
        id="", to=device, repair="", state="", diagnosis=(), progress=(), lines=(), cap=0, payable=0, paid=0, promised=0
    )


def _white_box(shop: Shop, repair: Repair, device: Device) -> ShowWhiteBox:
    """How it broke, how it is repaired, what it costs: from facts, not from typed notes."""
    orders = [o for o in shop.books.parts_orders.values() if o.repair == repair.id]
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
