"""What the cabinet answers to a pick, and whose the unit in the outlet is (p7–p9, p24, B11; E4, E5, F40–F44)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import CancelPick
from shopfloor.contract.events import PickAborted, PickFailed, PickQueued, PickStarted, UnitPicked
from shopfloor.contract.facts import (
    CommandWasRefused,
    CountDiffered,
    PickBegun,
    PickDone,
    ReservationSwapped,
    ReturnOpened,
    UnitMoved,
)
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder, Unit
from shopfloor.core.cabinet import cabinet_at, heard_from
from shopfloor.core.counts import list_bin
from shopfloor.core.parts_orders import (
    PICK_IS_OUT,
    close_reservation,
    go,
    issue,
    release,
    reserve,
    room,
    send_back,
    stop_pick,
)
from shopfloor.core.picks import miss
from shopfloor.core.shop import Shop

# ── what the cabinet answers ────────────────────────────────────────────────────────────────────


@room.records(PickQueued)
def pick_queued(shop: Shop, by: Device, event: PickQueued) -> None:
    """p7: the cabinet has it, so it is not asked again."""
    _begin(shop, by, event.command)


@room.records(PickStarted)
def pick_started(shop: Shop, by: Device, event: PickStarted) -> None:
    """p7: it moves."""
    _begin(shop, by, event.command)


def _begin(shop: Shop, by: Device, command: str) -> None:
    order = _order_asked(shop, by, command)
    if order.pick != command or not shop.can_step(order, "p7"):
        shop.refuse("not-asked", f"{command} is not wanted any more.")
    heard_from(shop, cabinet_at(shop, by))
    shop.answered(command)
    begins = order.state == "PICK_SENT"
    go(shop, order, "p7")
    if begins:
        shop.note(PickBegun(parts_order=order.id))


@room.records(UnitPicked)
def unit_picked(shop: Shop, by: Device, event: UnitPicked) -> None:
    """p8: what lies in the outlet is a truth of the world; whether it is what was asked for is ours to say (B11)."""
    order = _order_asked(shop, by, event.command)
    cabinet = cabinet_at(shop, by)
    units = [_given(shop, cabinet.id, name) for name in dict.fromkeys(event.units)]
    heard_from(shop, cabinet)
    shop.answered(event.command)
    shop.withdraw(order.cancel)
    fits = _is_current(order, event.command)
    right = min(
        (unit for unit in units if fits and unit.sku == order.sku),
        key=lambda unit: (unit.id != order.unit, unit.id),
        default=None,
    )
    if right is not None and right.id != order.unit:
        _swap(shop, order, right)
    for unit in units:
        bin_ = stock.bin_of(unit)
        stock.move(shop, unit, f"OUTLET:{cabinet.id}", "p8", by, order.repair)
        if unit is not right:
            _stray(shop, unit, order, bin_)
    if right is not None:
        _picked(shop, order, right, cabinet.id)
    elif fits and order.state != "PICK_FAILED":
        _not_given(shop, order, "wrong-part")


@room.records(PickFailed)
def pick_failed(shop: Shop, by: Device, event: PickFailed) -> None:
    """p9; F40: whatever the reason, that bin is counted before anybody relies on it again."""
    order = _order_asked(shop, by, event.command)
    if order.pick != event.command or order.state not in ("PICK_SENT", "PICKING", "CANCELLING"):
        shop.refuse("already", f"The pick {event.command} was given up before; bin and outlet are to be looked at.")
    heard_from(shop, cabinet_at(shop, by))
    shop.answered(event.command)
    _not_given(shop, order, event.why)


@room.records(PickAborted)
def pick_aborted(shop: Shop, by: Device, event: PickAborted) -> None:
    """p24: nothing was picked. Without a cancel of ours it is a failure like any other."""
    order = _order_asked(shop, by, event.command)
    answers_cancel = _answers_cancel(shop, order, event.command)
    if not answers_cancel and (
        order.pick != event.command or order.state not in ("PICK_SENT", "PICKING", "CANCELLING")
    ):
        shop.refuse("already", f"The pick {event.command} has ended before.")
    heard_from(shop, cabinet_at(shop, by))
    shop.answered(event.command)
    shop.withdraw(order.cancel)
    if order.state == "CANCELLING":
        release(shop, order)
        go(shop, order, "p24")
    elif order.pick == event.command and order.state in ("PICK_SENT", "PICKING"):
        _not_given(shop, order, "aborted")


def _answers_cancel(shop: Shop, order: PartsOrder, command: str) -> bool:
    """Whether our open CancelPick is answered by this: a cabinet may name the cancel, or the pick that it stopped."""
    pending = shop.books.pending.get(order.cancel)
    cancel = pending.command if pending is not None else None
    return isinstance(cancel, CancelPick) and command in (cancel.id, cancel.pick)


@room.hears(CommandWasRefused)
def pick_refused(shop: Shop, fact: CommandWasRefused) -> None:
    """The cabinet may not or cannot: as if the pick had failed."""
    pick = shop.books.picks.get(fact.command)
    order = shop.books.parts_orders.get(pick.parts_order) if pick else None
    if order is not None and order.pick == fact.command and order.state in ("PICK_SENT", "PICKING"):
        _not_given(shop, order, "rejected")


def _order_asked(shop: Shop, by: Device, command: str) -> PartsOrder:
    pick = shop.books.picks.get(command)
    order = shop.books.parts_orders.get(pick.parts_order) if pick else None
    if pick is None or order is None or f"cabinet/{pick.cabinet}" != by:
        shop.refuse("not-asked", f"{by} was not asked for {command} (any more).")
    return order


def _is_current(order: PartsOrder, command: str) -> bool:
    """Whether this pick may still serve the order; also when it had been believed to have failed (F40, F44)."""
    return order.pick == command and order.state in ("PICK_SENT", "PICKING", "CANCELLING", "PICK_FAILED")


def _given(shop: Shop, cabinet: str, name: str) -> Unit:
    """A unit the cabinet says it gave out: it must have been in one of its bins, or lost."""
    unit = shop.books.units.get(name)
    if unit is None:
        shop.refuse("unknown-serial", f"{name} never came in. Have somebody look into the outlet and count the bin.")
    if unit.place != "LOST" and (not stock.bin_of(unit) or stock.cabinet_at(unit.place) != cabinet):
        shop.refuse("not-in-bin", f"{name} is at {unit.place} by the ledger. Have the outlet looked into.")
    return unit


def _picked(shop: Shop, order: PartsOrder, unit: Unit, cabinet: str) -> None:
    """p8, or p25 when the cancel came too late."""
    stock.grade(shop, unit, "OK")
    issue(shop, order, unit)
    if order.state == "CANCELLING":
        send_back(shop, order, "p25", "cancelled")
        return
    go(shop, order, "p8")
    shop.note(PickDone(parts_order=order.id, repair=order.repair, unit=unit.id, cabinet=cabinet, desk=order.desk))


def _not_given(shop: Shop, order: PartsOrder, why: str) -> None:
    """The pick has ended without the unit: p9, or p24 if it had been cancelled; the bin is listed."""
    bin_ = order.bin
    if order.state == "CANCELLING":
        shop.withdraw(order.cancel)
        release(shop, order)
        go(shop, order, "p24")
    else:
        miss(shop, order, why)
    list_bin(shop, bin_, why)


def _stray(shop: Shop, unit: Unit, order: PartsOrder, bin_: str) -> None:
    """E5: nobody asked for it (any more): it goes back, a wrong one into quarantine."""
    if unit.status == "LOST" or unit.sku != order.sku:
        stock.grade(shop, unit, "QUARANTINED")
    if bin_ and unit.sku != order.sku:
        list_bin(shop, bin_, "wrong-part")
    shop.note(ReturnOpened(parts_order="", unit=unit.id, reason="stray", place=unit.place))


# ── swaps and losses ────────────────────────────────────────────────────────────────────────────


def _swap(shop: Shop, order: PartsOrder, unit: Unit) -> None:
    """B11: the cabinet gave another unit of the same SKU; if that was somebody's, they get ours."""
    old = order.unit
    rival = shop.books.parts_orders.get(shop.books.reservations.get(unit.id, ""))
    if rival is not None:
        close_reservation(shop, rival)
    if order.reserved:
        close_reservation(shop, order)
    bin_ = order.bin
    reserve(shop, order, unit)
    order.bin = bin_
    shop.note(ReservationSwapped(parts_order=order.id, old=old, new=unit.id))
    spare = shop.books.units.get(old)
    if rival is None:
        return
    if spare is not None and stock.is_free(shop.books, spare) and rival.state != "CANCELLING":
        reserve(shop, rival, spare)
        shop.note(ReservationSwapped(parts_order=rival.id, old=unit.id, new=spare.id))
    else:
        _lose(shop, rival, "swapped")


def _lose(shop: Shop, order: PartsOrder, why: str) -> None:
    """The unit is not where the reservation counts on it; a pick that is out for it is called back."""
    if order.state in ("PICK_SENT", "PICKING"):
        stop_pick(shop, order)
    if order.state not in ("PICK_FAILED", "CANCELLING"):
        miss(shop, order, why)
    release(shop, order)
    order.unit = ""


@room.hears(UnitMoved)
def reserved_unit_moved(shop: Shop, fact: UnitMoved) -> None:
    """m13, m14: a reserved unit was taken at the machine, or adjusted away; or a count found it in another bin."""
    order = shop.books.parts_orders.get(shop.books.reservations.get(fact.unit, ""))
    if order is None or order.state not in ("RESERVED", "PICK_FAILED", *PICK_IS_OUT):
        return
    unit = shop.books.units[fact.unit]
    if not stock.bin_of(unit):
        _lose(shop, order, "gone")
    elif order.state in ("RESERVED", "PICK_FAILED"):
        order.bin = stock.bin_of(unit)


@room.hears(CountDiffered)
def count_missed_units(shop: Shop, fact: CountDiffered) -> None:
    """E4: a unit that a count did not find is not sent for; another bin may have one."""
    for name in fact.missing:
        order = shop.books.parts_orders.get(shop.books.reservations.get(name, ""))
        if order is not None and order.state == "RESERVED":
            miss(shop, order, "count")
