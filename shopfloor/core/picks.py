"""Which unit a parts order gets, when it is sent for, and when a pick is given up (p2–p6, p9–p11, p24; E4, E9)."""

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.commands import PickUnit
from shopfloor.contract.facts import PartBackordered, PickAsked, PickMissed, UnitReserved
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder, Unit
from shopfloor.core.cabinet import by_hand, serves
from shopfloor.core.counts import in_doubt, list_bin
from shopfloor.core.lifecycles import WORKING
from shopfloor.core.parts_orders import go, release, remember_pick, repair_of, reserve, room, stop_pick
from shopfloor.core.shop import Shop

HELD_REPAIR_LOOK = 10 * MINUTE
PICKS_FAILED_MAX = 1
"""After so many failures the floor tries another bin by itself; then a person collects it (p10, p11)."""


# ── phases ──────────────────────────────────────────────────────────────────────────────────────


def reserve_units(shop: Shop) -> None:
    """p2, p3, p4, p10: for every SKU of which something has changed, oldest promise first."""
    books = shop.books
    while books.to_reserve:
        skus, books.to_reserve = books.to_reserve, {}
        for sku in skus:
            wanting = [books.parts_orders[name] for name in books.wanted.get(sku, ())]
            for order in sorted(wanting, key=_turn):
                _choose(shop, order)


def send_picks(shop: Shop) -> None:
    """p6: while the cabinet serves and its outlet has room; by hand, people collect at once (p9, E9)."""
    if not shop.books.to_pick:
        return
    for order in sorted((shop.books.parts_orders[name] for name in shop.books.to_pick), key=_turn):
        cabinet = stock.cabinet_at(f"BIN:{order.bin}")
        if not _is_wanted_now(shop, order):
            continue
        if by_hand(shop, cabinet):
            miss(shop, order, "by-hand")
            stock.tell_keeper(shop, order.id, f"Collect {order.unit} from bin {order.bin} for desk {order.desk}")
        elif serves(shop, cabinet) and _outlet_has_room(shop, cabinet):
            _send_pick(shop, order, cabinet)


def _turn(order: PartsOrder) -> tuple[bool, int, int, int, str]:
    """Replacements first, then the oldest promise."""
    return (not order.urgent, order.promised_at or order.opened_at, order.opened_at, len(order.id), order.id)


def _choose(shop: Shop, order: PartsOrder) -> None:
    if order.state == "PICK_FAILED":
        _try_elsewhere(shop, order)
        return
    unit = _unit_for(shop, order)
    if unit is not None:
        _reserve(shop, order, unit, "p2" if order.state == "REQUESTED" else "p4")
    elif order.state == "REQUESTED":
        go(shop, order, "p3")
        _say_backordered(shop, order)


def _unit_for(shop: Shop, order: PartsOrder) -> Unit | None:
    """Earliest received first. A backorder waits for a unit that can be reached (E9); nobody takes one in doubt."""
    waits = order.state == "BACKORDERED"
    found: list[tuple[bool, bool, int, str]] = []
    for name in shop.books.free.get(order.sku, ()):
        unit = shop.books.units[name]
        cabinet = stock.cabinet_at(unit.place)
        reached = serves(shop, cabinet) or by_hand(shop, cabinet)
        if (reached or not waits) and not in_doubt(shop, stock.bin_of(unit)):
            found.append((not reached, not serves(shop, cabinet), unit.received_at, unit.id))
    return shop.books.units[min(found)[-1]] if found else None


def _try_elsewhere(shop: Shop, order: PartsOrder) -> None:
    """p10: once, from another bin, or from the same one after a count has found the unit there: never blindly."""
    if order.picks_failed > PICKS_FAILED_MAX:
        return
    names = dict.fromkeys((*shop.books.free.get(order.sku, ()), *((order.unit,) if order.reserved else ())))
    units = [shop.books.units[name] for name in names]
    sound = [
        unit
        for unit in units
        if unit.status == "OK" and serves(shop, stock.cabinet_at(unit.place)) and not in_doubt(shop, stock.bin_of(unit))
    ]
    if not sound:
        return
    best = min(sound, key=lambda unit: (stock.bin_of(unit) == order.bin, unit.received_at, unit.id))
    if best.id != order.unit:
        release(shop, order)
    _reserve(shop, order, best, "p10")


def _reserve(shop: Shop, order: PartsOrder, unit: Unit, row: str) -> None:
    if not order.reserved:
        reserve(shop, order, unit)
    go(shop, order, row)
    shop.note(
        UnitReserved(parts_order=order.id, repair=order.repair, unit=unit.id, sku=unit.sku, bin=stock.bin_of(unit))
    )


def _say_backordered(shop: Shop, order: PartsOrder) -> None:
    shop.note(PartBackordered(parts_order=order.id, repair=order.repair, sku=order.sku))
    stock.tell_keeper(shop, order.id, f"No {order.sku} can be had for {order.repair} ({order.id})")


def _is_wanted_now(shop: Shop, order: PartsOrder) -> bool:
    """Somebody sits at a desk and works on this repair; a part for a repair on hold stays in its bin, and after the
    day's close every part does, also when a quote is signed at home (B29)."""
    if shop.books.closed:
        return False
    repair = repair_of(shop, order)
    return repair is not None and repair.state in WORKING and bool(order.desk)


def _outlet_has_room(shop: Shop, cabinet: str) -> bool:
    state = shop.books.cabinets[cabinet]
    return len(state.outlet) + len(state.picking) < shop.layout.cabinets[cabinet].outlet_totes


def _send_pick(shop: Shop, order: PartsOrder, cabinet: str) -> None:
    number = shop.number("C")
    order.pick = shop.ask(PickUnit(id=number, to=f"cabinet/{cabinet}", unit=order.unit, sku=order.sku, bin=order.bin))
    remember_pick(shop.books, number, order)
    go(shop, order, "p6")
    shop.note(PickAsked(parts_order=order.id, unit=order.unit, bin=order.bin, command=number))


def miss(shop: Shop, order: PartsOrder, why: str) -> None:
    """p9. Only a pick that was really tried counts as a failure."""
    if order.state != "RESERVED":
        order.picks_failed += 1
    shelves = shop.books.cabinets[stock.cabinet_at(f"BIN:{order.bin}")].state == "SHELVES"
    go(shop, order, "p9", due=shop.now + shop.policy.shelf_patience if shelves else None)
    shop.note(PickMissed(parts_order=order.id, unit=order.unit, bin=order.bin, why=why))


# ── time ────────────────────────────────────────────────────────────────────────────────────────


@room.falls_due(PartsOrder, "RESERVED")
def reserved_due(shop: Shop, order: PartsOrder) -> None:
    """p9: the cabinet has not been ready for a minute. While it serves, the outlet is full or the repair on hold."""
    cabinet = stock.cabinet_at(f"BIN:{order.bin}")
    if not _is_wanted_now(shop, order):
        shop.wait(order, shop.now + HELD_REPAIR_LOOK)
        return
    if serves(shop, cabinet):
        shop.wait(order, shop.now + MINUTE)
        return
    held_until = shop.books.waits[cabinet].since + MINUTE
    if held_until > shop.now:
        shop.wait(order, held_until)
        return
    miss(shop, order, "not-ready")


@room.falls_due(PartsOrder, "PICK_SENT", "PICKING")
def pick_due(shop: Shop, order: PartsOrder) -> None:
    """p9, F40: no answer in time. Whether it was given out is not known, so the bin is counted."""
    bin_ = order.bin
    stop_pick(shop, order)
    miss(shop, order, "unknown")
    list_bin(shop, bin_, "unknown")


@room.falls_due(PartsOrder, "PICK_FAILED")
def pick_failed_due(shop: Shop, order: PartsOrder) -> None:
    """p11: nobody collected it by hand."""
    release(shop, order)
    order.picks_failed = 0
    go(shop, order, "p11", "BACKORDERED")
    _say_backordered(shop, order)


@room.falls_due(PartsOrder, "BACKORDERED")
def backorder_due(shop: Shop, order: PartsOrder) -> None:
    """p5."""
    go(shop, order, "p5")


@room.falls_due(PartsOrder, "CANCELLING")
def cancelling_due(shop: Shop, order: PartsOrder) -> None:
    """p24: no word from the cabinet; the bin is counted."""
    bin_ = order.bin
    release(shop, order)
    go(shop, order, "p24")
    list_bin(shop, bin_, "unknown")
