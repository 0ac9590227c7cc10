"""One parts order in the hand: what every rule about it needs, and the questions other rooms ask.

A reservation (unit ↔ parts order) is a row, never a place: OPEN while ``reserved``, then CONSUMED (p16), RELEASED or
SWAPPED (p8).
"""

from typing import Literal

from shopfloor.contract.actor import Instant
from shopfloor.contract.commands import CancelPick
from shopfloor.contract.facts import PartsOrderEnded, PartsOrderOpened, ReturnOpened, UnitReleased
from shopfloor.core import stock
from shopfloor.core.books import Books, PartsOrder, Pick, Repair, Unit
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("parts")

PARTS_ORDERS_OF_REPAIR_MAX = 64
PICKS_KEPT_MAX = 2_000
"""So many picks are remembered, because a late answer to one that was given up is still true."""
WANTING = ("REQUESTED", "BACKORDERED", "PICK_FAILED")
PICK_IS_OUT = ("PICK_SENT", "PICKING", "CANCELLING")
IN_TRANSIT = ("IN_TRANSIT(robot)", "IN_TRANSIT(manual)")
GIVEN_OUT = ("PICKED", *IN_TRANSIT, "AT_DESK", "ACCEPTED")
"""Issued, and neither in the phone nor on its way back (B9)."""
BEFORE_ACCEPTED = (*WANTING, "RESERVED", "PICK_SENT", "PICKING", "PICKED", *IN_TRANSIT, "AT_DESK")
OUT = (*GIVEN_OUT, "INSTALLED", "RETURNING")
ENDS: dict[str, Literal["FITTED", "RETURNED", "CANCELLED", "LOST"]] = {
    "FITTED": "FITTED",
    "RETURNED": "RETURNED",
    "CANCELLED": "CANCELLED",
    "LOST": "LOST",
}
FINAL_STATES = tuple(ENDS)


# ── questions of other rooms ────────────────────────────────────────────────────────────────────


def orders_of(shop: Shop, repair: str) -> tuple[PartsOrder, ...]:
    """The parts orders of a repair, oldest first."""
    return tuple(shop.books.parts_orders[name] for name in shop.books.parts_of.get(repair, ()))


def undecided_units(shop: Shop, repair: str) -> tuple[str, ...]:
    """Units issued to the repair that are neither INSTALLED nor RETURNING nor final (B9)."""
    return tuple(order.unit for order in orders_of(shop, repair) if order.state in GIVEN_OUT)


def still_needed(shop: Shop, repair: str) -> tuple[str, ...]:
    """Parts orders of the repair that are open and not yet accepted (r15, r16)."""
    return tuple(order.id for order in orders_of(shop, repair) if order.state in BEFORE_ACCEPTED)


def all_back(shop: Shop, repair: str) -> bool:
    """Whether every unit issued to the repair has come back, and no more can come out of the cabinet (r32, r36)."""
    return not any(order.state in (*OUT, *PICK_IS_OUT) for order in orders_of(shop, repair))


def order_of_unit(books: Books, unit: Unit) -> PartsOrder | None:
    """The parts order the unit was issued to, or that has it reserved; None for a unit that nobody waits for."""
    name = unit.parts_order or books.reservations.get(unit.id, "")
    return books.parts_orders.get(name)


# ── moving one along ────────────────────────────────────────────────────────────────────────────


def go(shop: Shop, order: PartsOrder, row: str, to: str = "", *, due: Instant | None = None) -> None:
    """Step along a row of the table, and keep the lists that the phases work through."""
    shop.step(order, row, to, due=due)
    _file(shop, order)
    if shop.is_final(order):
        _end(shop, order)


def open_order(shop: Shop, order: PartsOrder) -> None:
    """p1."""
    shop.books.parts_orders[order.id] = order
    shop.books.parts_of.setdefault(order.repair, {})[order.id] = None
    shop.begin(order, "p1")
    _file(shop, order)
    shop.note(
        PartsOrderOpened(
            parts_order=order.id,
            repair=order.repair,
            sku=order.sku,
            desk=order.desk,
            line=order.line,
            by=order.by,
            free_reason=order.free_reason,
            replaces=order.replaces,
        )
    )


def replace(shop: Shop, order: PartsOrder, by: str) -> None:
    """p17, p21: the same line again, first in line."""
    open_order(
        shop,
        PartsOrder(
            id=shop.number("P"),
            state="REQUESTED",
            repair=order.repair,
            line=order.line,
            sku=order.sku,
            desk=order.desk,
            by=by,
            opened_at=shop.now,
            promised_at=order.promised_at,
            replaces=order.id,
            free_reason=order.free_reason,
            urgent=True,
        ),
    )


def reserve(shop: Shop, order: PartsOrder, unit: Unit) -> None:
    """OPEN: from now on the unit is not free."""
    assert unit.id not in shop.books.reservations, unit.id
    assert not order.reserved, order.id
    order.unit, order.reserved, order.bin = unit.id, True, stock.bin_of(unit)
    shop.books.reservations[unit.id] = order.id
    stock.refile(shop, unit)
    shop.touch(order)


def release(shop: Shop, order: PartsOrder) -> None:
    """RELEASED, if it was open. The order remembers the unit only if it was given out."""
    if not order.reserved:
        return
    unit = shop.books.units[order.unit]
    close_reservation(shop, order)
    shop.note(UnitReleased(parts_order=order.id, unit=unit.id))
    if unit.parts_order != order.id:
        order.unit = ""


def close_reservation(shop: Shop, order: PartsOrder) -> None:
    """CONSUMED or SWAPPED: the row ends without the unit becoming anybody's choice by that."""
    del shop.books.reservations[order.unit]
    order.reserved = False
    stock.refile(shop, shop.books.units[order.unit])
    shop.touch(order)


def issue(shop: Shop, order: PartsOrder, unit: Unit) -> None:
    """The unit is given out to this parts order, and stays its own until that is final."""
    unit.parts_order = order.id
    shop.touch(unit)


def send_back(shop: Shop, order: PartsOrder, row: str, reason: str) -> None:
    """p17, p18, p20, p21, p25, p26: the unit goes back; jobs or people fetch it from where it is."""
    release(shop, order)
    order.reason = reason
    go(shop, order, row, "RETURNING")
    place = shop.books.units[order.unit].place
    shop.note(ReturnOpened(parts_order=order.id, unit=order.unit, reason=reason, place=place))
    if place.startswith("HAND:"):
        stock.tell_keeper(shop, order.id, f"Bring {order.unit} back to the cabinet ({reason}); {place} has it")


def cancel(shop: Shop, order: PartsOrder) -> None:
    """p5, p23, p25: as far as it still can be; accepted parts go back by the engineer's own word (p20)."""
    if order.state == "BACKORDERED":
        go(shop, order, "p5")
    elif order.state in ("REQUESTED", "RESERVED", "PICK_FAILED"):
        release(shop, order)
        go(shop, order, "p23")
    elif order.state in ("PICK_SENT", "PICKING"):
        stop_pick(shop, order)
        go(shop, order, "p23")
    elif order.state in ("PICKED", *IN_TRANSIT, "AT_DESK"):
        send_back(shop, order, "p25", "cancelled")


def stop_pick(shop: Shop, order: PartsOrder) -> None:
    """Ask the cabinet not to give it out any more; what it says to that is believed whenever it comes."""
    shop.withdraw(order.pick)
    cabinet = stock.cabinet_at(f"BIN:{order.bin}")
    order.cancel = shop.ask(CancelPick(id=shop.number("C"), to=f"cabinet/{cabinet}", pick=order.pick))
    remember_pick(shop.books, order.cancel, order)


def remember_pick(books: Books, command: str, order: PartsOrder) -> None:
    """Which parts order a command to the cabinet was about; the oldest are forgotten."""
    books.picks[command] = Pick(order.id, stock.cabinet_at(f"BIN:{order.bin}"))
    if len(books.picks) > PICKS_KEPT_MAX:
        del books.picks[next(iter(books.picks))]


def forget(shop: Shop, order: PartsOrder) -> None:
    """A final parts order leaves the books; late answers to its picks find nobody then."""
    books = shop.books
    assert order.state in ENDS, order.id
    del books.parts_orders[order.id]
    own = books.parts_of[order.repair]
    del own[order.id]
    if not own:
        del books.parts_of[order.repair]


def repair_of(shop: Shop, order: PartsOrder) -> Repair | None:
    """The repair, for its owner and desk; None when it has left the books."""
    return shop.books.repairs.get(order.repair)


def _file(shop: Shop, order: PartsOrder) -> None:
    books = shop.books
    shelf = books.wanted.setdefault(order.sku, {})
    if order.state in WANTING:
        shelf[order.id] = None
        books.to_reserve[order.sku] = None
    else:
        shelf.pop(order.id, None)
        if not shelf:
            del books.wanted[order.sku]
    if order.state == "RESERVED":
        books.to_pick[order.id] = None
    else:
        books.to_pick.pop(order.id, None)
    for name, cabinet in books.cabinets.items():
        if order.state in PICK_IS_OUT and name == books.picks[order.pick].cabinet:
            cabinet.picking[order.id] = None
        else:
            cabinet.picking.pop(order.id, None)


def _end(shop: Shop, order: PartsOrder) -> None:
    unit = shop.books.units.get(order.unit)
    if unit is not None and unit.parts_order == order.id:
        unit.parts_order = ""
        shop.touch(unit)
    shop.note(PartsOrderEnded(parts_order=order.id, repair=order.repair, state=ENDS[order.state]))
