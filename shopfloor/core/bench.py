"""At the desk: accept, refuse, fit, take out, send back; old parts (p16–p21, p26, m5–m7, m15, m16; E5, E6, E10)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import (
    DefectReported,
    OldPartBagged,
    OldPartCleared,
    PartInstalled,
    PartRemoved,
    ReturnRequested,
    UnitAccepted,
    UnitRefused,
)
from shopfloor.contract.facts import (
    OldPartMoved,
    PartAccepted,
    PartDefective,
    PartFitted,
    PartRefused,
    PartTakenOut,
    ReservationSwapped,
)
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder, Repair, Unit
from shopfloor.core.counts import list_bin
from shopfloor.core.lifecycles import WORKING
from shopfloor.core.parts_orders import (
    close_reservation,
    go,
    issue,
    order_of_unit,
    replace,
    reserve,
    room,
    send_back,
)
from shopfloor.core.shop import Shop

# ── arrives (p16, p17) ──────────────────────────────────────────────────────────────────────────


@room.records(UnitAccepted)
def unit_accepted(shop: Shop, by: Device, event: UnitAccepted) -> None:
    """p16: the owner scanned the very unit and the very desk; E22: the next owner signs for what lies there."""
    unit = shop.unit(event.unit)
    order = _issued(shop, unit)
    repair = shop.owned(by, order.repair)
    person = shop.presence(by).person
    if order.state == "ACCEPTED":
        _sign_again(shop, order, unit, repair, event.desk, person)
        return
    shop.in_state(order, "p16", f"{unit.id} has not arrived at a desk yet ({order.state}).")
    if event.desk != order.desk:
        shop.refuse("wrong-desk", f"{unit.id} is for desk {order.desk}, not {event.desk}. Refuse it as not yours.")
    stock.move(shop, unit, f"DESK:{order.desk}", "p16", person, order.repair)
    close_reservation(shop, order)
    order.accepted_at = shop.now
    go(shop, order, "p16")
    shop.note(
        PartAccepted(
            parts_order=order.id,
            repair=order.repair,
            unit=unit.id,
            sku=unit.sku,
            desk=order.desk,
            engineer=person,
        )
    )


@room.records(UnitRefused)
def unit_refused(shop: Shop, by: Device, event: UnitRefused) -> None:
    """p17: for another desk it travels on (E10); wrong or damaged it goes back, and a new one is first in line (E5)."""
    unit = shop.unit(event.unit)
    if event.reason == "not-mine":
        _pass_on(shop, by, unit, event.desk)
        return
    order = _refusable(shop, unit, event.desk)
    shop.owned(by, order.repair)
    shop.in_state(order, "p17", f"{order.id} is {order.state}; what is accepted already is reported as defective.")
    person = shop.presence(by).person
    if order.unit != unit.id:
        _mixed_up(shop, order, unit, person)
    stock.grade(shop, unit, "ATTENTION")
    if event.reason == "wrong" and not _taken_by_hand(shop, order):
        list_bin(shop, order.bin, f"{order.id}: wrong part")
    send_back(shop, order, "p17", "refused")
    shop.note(PartRefused(parts_order=order.id, repair=order.repair, unit=unit.id, reason=event.reason))
    replace(shop, order, person)


def _taken_by_hand(shop: Shop, order: PartsOrder) -> bool:
    """From shelves: whoever took the wrong one saw what lies there, so the bin is in no doubt."""
    return shop.books.cabinets[order.bin.rpartition(".")[0]].state == "SHELVES"


def _issued(shop: Shop, unit: Unit) -> PartsOrder:
    order = order_of_unit(shop.books, unit)
    if order is None or unit.parts_order != order.id:
        shop.refuse("wrong-unit", f"{unit.id} was issued to nobody. Refuse it as wrong and it will be replaced.")
    return order


def _sign_again(shop: Shop, order: PartsOrder, unit: Unit, repair: Repair, desk: str, person: str) -> None:
    """r30: the repair went to another desk, and the part went along."""
    if unit.place == f"DESK:{desk}":
        shop.refuse("already", f"{unit.id} is accepted at desk {desk} already.")
    if desk != repair.desk:
        shop.refuse("wrong-desk", f"{repair.id} is at desk {repair.desk}, not {desk}.")
    order.desk = desk
    stock.move(shop, unit, f"DESK:{desk}", "r30", person, order.repair)
    shop.touch(order)


def _pass_on(shop: Shop, by: Device, unit: Unit, desk: str) -> None:
    order = _issued(shop, unit)
    if shop.presence(by).desk != desk:
        shop.refuse("wrong-desk", f"You are not signed on at desk {desk}.")
    if desk == order.desk:
        shop.refuse(
            "yours", f"{unit.id} is for this desk: {order.repair}. Accept it, or refuse it as wrong or damaged."
        )
    shop.in_state(order, "p17")
    to = "IN_TRANSIT(robot)" if unit.place.startswith("TOTE:") else "IN_TRANSIT(manual)"
    go(shop, order, "p17", to)
    shop.note(PartRefused(parts_order=order.id, repair=order.repair, unit=unit.id, reason="not-mine"))


def _refusable(shop: Shop, unit: Unit, desk: str) -> PartsOrder:
    """The parts order the unit came for, or the one that waits at this desk and got this unit instead of its own."""
    order = order_of_unit(shop.books, unit)
    if order is not None:
        return order
    waiting = [other for other in shop.books.parts_orders.values() if other.state == "AT_DESK" and other.desk == desk]
    if not waiting or not stock.bin_of(unit):
        shop.refuse(
            "wrong-unit", f"{unit.id} is at {unit.place} by the ledger, and desk {desk} waits for no such unit."
        )
    return min(waiting, key=lambda other: (other.sku == unit.sku, other.arrived_at, len(other.id), other.id))


def _mixed_up(shop: Shop, order: PartsOrder, found: Unit, person: str) -> None:
    """E5, F43: another unit arrived than the cabinet said. Both moves are entered and both bins are counted."""
    meant = shop.books.units[order.unit]
    place, bins = meant.place, (order.bin, stock.bin_of(found))
    close_reservation(shop, order)
    meant.parts_order = ""
    stock.grade(shop, meant, "ATTENTION")
    stock.move(shop, meant, f"BIN:{order.bin}", "E5 never given out", person, order.repair)
    reserve(shop, order, found)
    order.bin = bins[0]
    shop.note(ReservationSwapped(parts_order=order.id, old=meant.id, new=found.id))
    stock.move(shop, found, place, "E5 found at the desk", person, order.repair)
    issue(shop, order, found)
    for name in bins:
        list_bin(shop, name, f"{order.id}: wrong part")


# ── fitted and taken out (p19, p26, p27) ────────────────────────────────────────────────────────


@room.records(PartInstalled)
def part_installed(shop: Shop, by: Device, event: PartInstalled) -> None:
    """p19, m6, B8: only into the phone of the repair it was issued to, after its owner accepted it."""
    repair = shop.owned(by, event.repair, event.revision)
    unit = shop.unit(event.unit)
    order = _issued(shop, unit)
    if order.repair != repair.id:
        shop.refuse("other-repair", f"{unit.id} was issued to {order.repair}. Do not fit it into {repair.id}.")
    shop.in_state(order, "p19", f"{unit.id} is not accepted yet ({order.state}). Scan it at the desk first.")
    if repair.state != "REPAIRING":
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}. Start the work first.")
    old_key = event.old_serial or unit.sku
    if order.old_part == "" and old_key in repair.old_parts:
        shop.refuse("old-part-known", f"Old part {old_key} of {repair.id} is booked already. Check the old serial.")
    person = shop.presence(by).person
    stock.move(shop, unit, f"DEVICE:{repair.id}", "m6", person, repair.id)
    go(shop, order, "p19")
    shop.note(PartFitted(parts_order=order.id, repair=repair.id, unit=unit.id, sku=unit.sku))
    if not order.old_part:
        order.old_part = old_key
        _place_old_part(shop, repair, old_key, unit.sku, f"DESK:{order.desk}")
    for sku in _consumables(shop, repair, order):
        stock.consume(shop, sku, person, repair.id)


@room.records(PartRemoved)
def part_removed(shop: Shop, by: Device, event: PartRemoved) -> None:
    """p26, m7: taken out again: after a failed check it may be fitted anew, before a return it goes back."""
    repair = shop.owned(by, event.repair, event.revision)
    unit = shop.unit(event.unit)
    order = _issued(shop, unit)
    if order.repair != repair.id:
        shop.refuse("other-repair", f"{unit.id} is in {order.repair}, not in {repair.id}.")
    shop.in_state(order, "p26", f"{unit.id} is not in the phone ({order.state}).")
    if repair.state not in ("REPAIRING", "RETURNING"):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; nothing is taken out of it now.")
    person = shop.presence(by).person
    desk = repair.desk or order.desk
    stock.move(shop, unit, f"DESK:{desk}", "m7", person, repair.id)
    stock.grade(shop, unit, "ATTENTION")
    shop.note(PartTakenOut(parts_order=order.id, repair=repair.id, unit=unit.id))
    order.desk = desk
    if repair.state == "REPAIRING":
        go(shop, order, "p26", "ACCEPTED")
        return
    if repair.old_parts.get(order.old_part, "").startswith("DESK:"):
        _place_old_part(shop, repair, order.old_part, order.sku, f"DEVICE:{repair.id}")
    send_back(shop, order, "p26", "defect")


def _consumables(shop: Shop, repair: Repair, order: PartsOrder) -> tuple[str, ...]:
    """m16: what this work uses up, by the catalogue's row of the line's part."""
    rows = shop.catalogue.rows.get(repair.model, {}).values()
    return next((stock.consumables_of(row) for row in rows if row.sku == order.sku), ())


# ── goes back (p20, p21) ────────────────────────────────────────────────────────────────────────


@room.records(ReturnRequested)
def return_requested(shop: Shop, by: Device, event: ReturnRequested) -> None:
    """p20: not needed after all; with the seal broken it is looked at first."""
    order, unit = _accepted(shop, by, event.unit, "p20")
    if not event.seal_intact:
        stock.grade(shop, unit, "ATTENTION")
    send_back(shop, order, "p20", "good" if unit.status == "OK" else "quarantine")


@room.records(DefectReported)
def defect_reported(shop: Shop, by: Device, event: DefectReported) -> None:
    """p21, E6: the supplier's fault or ours, never one code; ours only with the manager."""
    order, unit = _accepted(shop, by, event.unit, "p21")
    if event.blame == "ours":
        about = next((name for name in (unit.id, order.id, order.repair) if shop.overridden(name, "damaged-by-us")), "")
        if not about:
            shop.refuse("needs-manager", f"That {unit.id} was damaged by us needs the manager's word too.")
        shop.use_override(about, "damaged-by-us")
    stock.grade(shop, unit, "DAMAGED" if event.blame == "ours" else "REJECTED")
    shop.note(PartDefective(parts_order=order.id, repair=order.repair, unit=unit.id, blame=event.blame))
    send_back(shop, order, "p21", "defect")
    if shop.repair(order.repair).state in set(WORKING) - {"RETURNING"}:
        replace(shop, order, shop.presence(by).person)


def _accepted(shop: Shop, by: Device, name: str, row: str) -> tuple[PartsOrder, Unit]:
    unit = shop.unit(name)
    order = _issued(shop, unit)
    shop.owned(by, order.repair)
    shop.in_state(order, row, f"{unit.id} is not accepted ({order.state}); refuse it or take it out of the phone.")
    return order, unit


# ── the old part (m15) ──────────────────────────────────────────────────────────────────────────


@room.records(OldPartBagged)
def old_part_bagged(shop: Shop, by: Device, event: OldPartBagged) -> None:
    """m15: labelled and off the desk."""
    repair = shop.owned(by, event.repair, event.revision)
    key = event.old_serial or event.sku
    if not repair.old_parts.get(key, "").startswith("DESK:"):
        shop.refuse("no-old-part", f"No old part {key} of {repair.id} lies on a desk. Check the label.")
    _place_old_part(shop, repair, key, event.sku, "OLD_PARTS")


@room.records(OldPartCleared)
def old_part_cleared(shop: Shop, by: Device, event: OldPartCleared) -> None:
    """m15: out of the house. Who keeps it is a line of the signed quote; the customer signs for it."""
    repair = shop.repair(event.repair)
    keeps = any(line.sku == event.sku and line.customer_keeps_old_part for line in repair.signed)
    if event.to == "CUSTOMER":
        if shop.presence(by).person != repair.owner:
            stock.keeper(shop, by)
        if not keeps:
            shop.refuse("not-theirs", f"By the signed quote of {repair.id} the shop keeps the old {event.sku}.")
        if not repair.accepted:
            shop.refuse("not-signed", f"{repair.id} is not signed for yet. The old part goes out with the signature.")
    else:
        stock.keeper(shop, by)
        if keeps:
            shop.refuse("customers", f"By the signed quote the customer of {repair.id} keeps the old {event.sku}.")
    bagged = [
        key
        for key, place in repair.old_parts.items()
        if place == "OLD_PARTS" and _sku_of(shop, repair, key) == event.sku
    ]
    if not bagged:
        shop.refuse("no-old-part", f"No bagged old {event.sku} of {repair.id} is here.")
    _place_old_part(shop, repair, bagged[0], event.sku, event.to)


def old_parts_on_desk(repair: Repair) -> tuple[str, ...]:
    """Old parts that nobody has bagged yet: WorkFinished waits for these (r18)."""
    return tuple(key for key, place in repair.old_parts.items() if place.startswith("DESK:"))


def _sku_of(shop: Shop, repair: Repair, key: str) -> str:
    """The SKU an old part was replaced by."""
    orders = (shop.books.parts_orders[name] for name in shop.books.parts_of.get(repair.id, ()))
    return next((order.sku for order in orders if order.old_part == key), key)


def _place_old_part(shop: Shop, repair: Repair, key: str, sku: str, place: str) -> None:
    repair.old_parts[key] = place
    shop.touch(repair)
    serial = "" if key == sku else key
    shop.note(OldPartMoved(repair=repair.id, sku=sku, old_serial=serial, place=place))
