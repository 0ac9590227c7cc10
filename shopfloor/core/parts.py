"""Parts orders: opened, cancelled, fitted for good or lost (p1, p5, p23, p25, p27, p28).

One room in several files: ``parts_orders.py`` has what all of them need, ``picks.py`` the choices, ``picked.py`` the
cabinet's answers, ``carried.py`` the way to the desk, ``bench.py`` the desk. Other rooms look in here.
"""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import PartsOrderCancelled, PartsOrdered, UnitDeclaredLost
from shopfloor.contract.facts import (
    DeviceHandedOver,
    QuoteApproved,
    RepairCancelled,
    RepairFinished,
    RepairHeld,
    ReturnDecided,
)
from shopfloor.contract.kinds import QuoteLine
from shopfloor.core import bench, carried, picked, stock
from shopfloor.core.books import PartsOrder, Repair
from shopfloor.core.parts_orders import (
    BEFORE_ACCEPTED,
    FINAL_STATES,
    IN_TRANSIT,
    PARTS_ORDERS_OF_REPAIR_MAX,
    all_back,
    cancel,
    go,
    open_order,
    order_of_unit,
    orders_of,
    release,
    room,
    still_needed,
    undecided_units,
)
from shopfloor.core.picks import reserve_units, send_picks
from shopfloor.core.shop import Shop

__all__ = [
    "all_back",
    "bench",
    "carried",
    "orders_of",
    "picked",
    "reserve_units",
    "room",
    "send_picks",
    "still_needed",
    "undecided_units",
]

ORDERABLE = ("APPROVED", "REPAIRING", "PARTS_WAIT")
GONE_STATES = ("CANCELLED", "RETURNED", "LOST")
BY_FLOOR = "FL"
MAY_GET_LOST_AT = ("OUTLET:", "INLET:", "TOTE:", "HAND:", "DESK:", "RECEIVING", "QUARANTINE", "DEFECTS")


# ── opened (p1) ─────────────────────────────────────────────────────────────────────────────────


@room.records(PartsOrdered)
def parts_ordered(shop: Shop, by: Device, event: PartsOrdered) -> None:
    """p1, F51: one tap, one parts order, however often it is sent."""
    repair = shop.owned(by, event.repair, event.revision)
    if repair.state not in ORDERABLE:
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}. Parts are ordered on a signed quote only.")
    known = orders_of(shop, repair.id)
    if event.tap and any(order.tap == event.tap for order in known):
        shop.refuse("already", "This tap has ordered its part already.")
    part = shop.catalogue.parts.get(event.sku)
    if part is None or (repair.model and repair.model not in part.models):
        shop.refuse("does-not-fit", f"{event.sku} is no part for a {repair.model}. Choose from the list.")
    if len(known) >= PARTS_ORDERS_OF_REPAIR_MAX:
        shop.refuse("too-many", f"{repair.id} has {len(known)} parts orders. Call the manager.")
    line = _line_for(shop, repair, event, known)
    _open(shop, repair, event.sku, line, shop.presence(by).person, event.reason, event.tap)


@room.hears(QuoteApproved)
def quote_approved(shop: Shop, fact: QuoteApproved) -> None:
    """p1 by FL: each signed line that needs a part has one parts order; what is signed no more is cancelled.

    A shop without prefetch leaves the ordering to the engineer.
    """
    repair = shop.books.repairs[fact.repair]
    wanted = {(line.line, line.sku): line for line in fact.lines if line.sku}
    for order in orders_of(shop, repair.id):
        if (order.line, order.sku) not in wanted and not order.free_reason:
            cancel(shop, order)
    for (number, sku), line in wanted.items() if shop.policy.prefetch else ():
        if not _has_part(shop, repair.id, line):
            _open(shop, repair, sku, number, BY_FLOOR)


def _line_for(shop: Shop, repair: Repair, event: PartsOrdered, known: tuple[PartsOrder, ...]) -> int:
    """The signed line it is for; without a reason one that has no part coming yet, with one it is free of charge."""
    lines = [line for line in repair.signed if line.sku == event.sku]
    if event.reason:
        return lines[0].line if lines else 0
    if not lines:
        shop.refuse("not-signed", f"{event.sku} is on no signed line. Say why it is free of charge, or quote it.")
    open_lines = [line for line in lines if not _has_part(shop, repair.id, line)]
    if not open_lines:
        coming = next(order for order in known if order.sku == event.sku and order.state not in GONE_STATES)
        shop.refuse("already-ordered", f"{event.sku} is ordered already: {coming.id} is {coming.state}.")
    return open_lines[0].line


def _has_part(shop: Shop, repair: str, line: QuoteLine) -> bool:
    """Whether a part for this line is coming, here or fitted; one on its way back does not count."""
    return any(
        (order.line, order.sku) == (line.line, line.sku)
        and order.state not in (*GONE_STATES, "RETURNING", "CANCELLING")
        and not order.free_reason
        for order in orders_of(shop, repair)
    )


def _open(shop: Shop, repair: Repair, sku: str, line: int, by: str, free_reason: str = "", tap: str = "") -> None:
    order = PartsOrder(
        id=shop.number("P"),
        state="REQUESTED",
        repair=repair.id,
        line=line,
        sku=sku,
        desk=repair.desk,
        by=by,
        opened_at=shop.now,
        promised_at=repair.promised_at,
        tap=tap,
        free_reason=free_reason,
    )
    open_order(shop, order)


# ── cancelled (p5, p23, p25) ────────────────────────────────────────────────────────────────────


@room.records(PartsOrderCancelled)
def parts_order_cancelled(shop: Shop, by: Device, event: PartsOrderCancelled) -> None:
    """By the owner or the manager. Cancelling twice answers "already"."""
    order = shop.parts_order(event.parts_order)
    if not by.startswith("board/"):
        shop.owned(by, order.repair)
    if order.state in (*FINAL_STATES, "CANCELLING", "RETURNING"):
        shop.refuse("already", f"{order.id} is {order.state} already.")
    if order.state not in BEFORE_ACCEPTED:
        shop.refuse("wrong-state", f"{order.id} is {order.state}: send the unit back, or report its defect.")
    cancel(shop, order)


@room.hears(ReturnDecided, RepairCancelled, RepairFinished)
def not_needed_any_more(shop: Shop, fact: ReturnDecided | RepairCancelled | RepairFinished) -> None:
    """r8, r11, r18, r36: nothing more is brought; what is accepted goes back by the engineer's own word."""
    for order in orders_of(shop, fact.repair):
        cancel(shop, order)


@room.hears(RepairHeld)
def held_overnight(shop: Shop, fact: RepairHeld) -> None:
    """p25, r43, B29: at day close what is on its way to a desk goes back."""
    if fact.reason != "overnight":
        return
    for order in orders_of(shop, fact.repair):
        if order.state in ("PICK_SENT", "PICKING", "PICKED", *IN_TRANSIT, "AT_DESK"):
            cancel(shop, order)


# ── ended (p27, p28) ────────────────────────────────────────────────────────────────────────────


@room.hears(DeviceHandedOver)
def handed_over(shop: Shop, fact: DeviceHandedOver) -> None:
    """p27: what is in the phone leaves with it."""
    for order in orders_of(shop, fact.repair):
        if order.state == "INSTALLED":
            go(shop, order, "p27+")
        else:
            cancel(shop, order)


@room.records(UnitDeclaredLost)
def unit_declared_lost(shop: Shop, by: Device, event: UnitDeclaredLost) -> None:
    """p28: after a count and a search, with the manager; the cost is the shop's."""
    person = stock.keeper(shop, by)
    unit = shop.unit(event.unit)
    if not shop.overridden(unit.id, "lost-unit"):
        shop.refuse("needs-manager", f"To write off {unit.id} needs the manager's word too.")
    if stock.bin_of(unit):
        shop.refuse("count-first", f"By the ledger {unit.id} is in a bin. Count that bin; the manager decides on that.")
    if not unit.place.startswith(MAY_GET_LOST_AT):
        shop.refuse("not-here", f"{unit.id} is at {unit.place}; there is nothing to search for.")
    order = order_of_unit(shop.books, unit)
    if order is not None:
        shop.in_state(order, "p28")
    shop.use_override(unit.id, "lost-unit")
    stock.grade(shop, unit, "LOST")
    stock.move(shop, unit, "LOST", "p28", person, order.repair if order else "")
    if order is not None:
        release(shop, order)
        go(shop, order, "p28")
    shop.all_clear(unit.id)


def units_left_out(shop: Shop) -> tuple[str, ...]:
    """B29: units in totes, outlets, inlets and on desks that no open repair needs there; none at day close."""
    left = []
    for unit in shop.books.units.values():
        if unit.place.startswith(("TOTE:", "OUTLET:", "INLET:", "DESK:")):
            order = order_of_unit(shop.books, unit)
            repair = shop.books.repairs.get(order.repair) if order else None
            if repair is None or repair.state in ("HANDED_OVER", "FOLLOW_UP", "CLOSED", "CANCELLED"):
                left.append(unit.id)
    return tuple(sorted(left))
