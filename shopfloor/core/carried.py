"""From the outlet to the desk: by a robot, or in a hand when no robot comes (p11–p15, m4, E7, E8, E9)."""

from shopfloor.contract.actor import SECOND, Device
from shopfloor.contract.commands import OpenOutlet
from shopfloor.contract.events import UnitBrought, UnitCollected
from shopfloor.contract.facts import (
    CustodyMoved,
    JobArrived,
    JobByHand,
    JobFailed,
    JobLoaded,
    JobOpened,
    OwnerChanged,
    PartArrived,
    PartUnderway,
    PartUntaken,
    PartyReminded,
    RepairResumed,
    ReservationSwapped,
)
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder, Unit
from shopfloor.core.cabinet import by_hand, opened_by_hand
from shopfloor.core.counts import in_doubt
from shopfloor.core.parts_orders import (
    BEFORE_ACCEPTED,
    close_reservation,
    go,
    issue,
    order_of_unit,
    orders_of,
    repair_of,
    reserve,
    room,
    send_back,
)
from shopfloor.core.shop import Shop

ARRIVED_REMINDER = 180 * SECOND
UNTAKEN_LIMIT = 300 * SECOND


# ── by robot ────────────────────────────────────────────────────────────────────────────────────


@room.hears(JobOpened)
def job_opened(shop: Shop, fact: JobOpened) -> None:
    """j1: which job carries it now; those who look want to know."""
    order = shop.books.parts_orders.get(fact.parts_order)
    if order is not None and order.unit == fact.unit:
        order.job = fact.job
        shop.touch(order)


@room.hears(JobLoaded)
def job_loaded(shop: Shop, fact: JobLoaded) -> None:
    """p12: robot and cabinet agree; the job has booked OUTLET → TOTE."""
    order = shop.books.parts_orders.get(fact.parts_order)
    if order is not None and order.state == "PICKED":
        go(shop, order, "p12")
        shop.note(PartUnderway(parts_order=order.id, unit=order.unit, by="robot"))


@room.hears(JobArrived)
def job_arrived(shop: Shop, fact: JobArrived) -> None:
    """p14: the robot stands at a desk with the unit in its tote."""
    order = shop.books.parts_orders.get(fact.parts_order)
    desk = next((desk.id for desk in shop.layout.desks.values() if desk.station == fact.station), "")
    if order is not None and desk and order.state == "IN_TRANSIT(robot)":
        _arrive(shop, order, desk)


@room.hears(JobByHand)
def job_by_hand(shop: Shop, fact: JobByHand) -> None:
    """p13, E8: no robot comes for it; the outlet opens for a person."""
    unit = shop.books.units.get(fact.unit)
    order = shop.books.parts_orders.get(fact.parts_order)
    if order is not None:
        order.by_hand = True
        shop.touch(order)
    if unit is None or unit.place.startswith("HAND:"):
        return
    target = f"desk {order.desk}" if order is not None and order.state != "RETURNING" else "the cabinet"
    stock.tell_keeper(shop, fact.parts_order or fact.unit, f"Carry {unit.id} from {unit.place} to {target}")
    cabinet = stock.cabinet_at(unit.place)
    if unit.place.startswith("OUTLET:") and _opening_for(shop, unit) is None:
        shop.ask(
            OpenOutlet(
                id=shop.number("C"),
                to=f"cabinet/{cabinet}",
                units=(unit.id,),
                tote=f"hand/{_carrier(shop, order)}",
            )
        )


@room.hears(JobFailed)
def job_failed(shop: Shop, fact: JobFailed) -> None:
    """p15, E7: the unit is where it was last scanned, in the robot; no other robot unloads it."""
    if not fact.loaded:
        return
    order = shop.books.parts_orders.get(fact.parts_order)
    if order is not None:
        order.by_hand = True
        shop.touch(order)
    stock.tell_keeper(shop, fact.parts_order or fact.unit, f"Take {fact.unit} out of robot {fact.robot}: {fact.why}")


# ── in a hand ───────────────────────────────────────────────────────────────────────────────────


@room.records(UnitCollected)
def unit_collected(shop: Shop, by: Device, event: UnitCollected) -> None:
    """p11, p13, p15, m8: a person has scanned the unit and has it in the hand."""
    person = shop.presence(by).person
    unit = shop.unit(event.unit)
    if unit.place == f"HAND:{person}":
        shop.refuse("already", f"You have {unit.id} in your hand by the ledger.")
    order = order_of_unit(shop.books, unit)
    if stock.bin_of(unit):
        _collect_from_bin(shop, by, unit, order)
        return
    if order is None:
        stock.keeper(shop, by)
        if not unit.place.startswith(("OUTLET:", "INLET:", "TOTE:", "RECEIVING", "QUARANTINE")):
            shop.refuse("not-here", f"{unit.id} is at {unit.place} by the ledger. Nothing there is to be collected.")
        _into_hand(shop, unit, person, "m8")
        shop.note(PartUnderway(parts_order="", unit=unit.id, by="hand"))
        return
    if order.state == "IN_TRANSIT(manual)" and unit.place.startswith("HAND:"):
        _pass_over_counter(shop, by, unit, order)
        return
    row = _carry_row(shop, unit, order)
    _into_hand(shop, unit, person, row or "m8", order.repair)
    if row:
        go(shop, order, row)
    shop.note(PartUnderway(parts_order=order.id, unit=unit.id, by="hand"))


@room.records(UnitBrought)
def unit_brought(shop: Shop, by: Device, event: UnitBrought) -> None:
    """p14: carried to the desk that waits for it."""
    person = shop.presence(by).person
    unit = shop.unit(event.unit)
    order = order_of_unit(shop.books, unit)
    if order is None or order.state != "IN_TRANSIT(manual)":
        shop.refuse("wrong-state", f"{unit.id} is not on its way to a desk. Bring it back to the cabinet.")
    if unit.place != f"HAND:{person}":
        shop.refuse("not-in-your-hand", f"{unit.id} is at {unit.place} by the ledger. Scan it as collected first.")
    if event.desk != order.desk:
        shop.refuse("wrong-desk", f"{unit.id} is for desk {order.desk}, not {event.desk}. Bring it there.")
    _arrive(shop, order, event.desk)


# ── waiting at the desk (p14, p18) ──────────────────────────────────────────────────────────────


@room.falls_due(PartsOrder, "AT_DESK")
def at_desk_due(shop: Shop, order: PartsOrder) -> None:
    """A reminder after three minutes; after five it goes back and the robot is free (p18)."""
    untaken_at = order.arrived_at + UNTAKEN_LIMIT
    if shop.now < untaken_at:
        wait = shop.books.waits[order.id]
        shop.note(PartyReminded(about=order.id, state=order.state, party=wait.party))
        shop.alert(wait.party, order.id, f"{order.unit} still waits at desk {order.desk}")
        shop.wait(order, untaken_at)
        return
    unit = order.unit
    send_back(shop, order, "p18", "untaken")
    shop.note(PartUntaken(parts_order=order.id, repair=order.repair, unit=unit))


@room.hears(OwnerChanged, RepairResumed, CustodyMoved)
def follow_repair(shop: Shop, fact: OwnerChanged | RepairResumed | CustodyMoved) -> None:
    """E22: what is still on its way goes to the desk where the repair is now."""
    repair = shop.books.repairs.get(fact.repair)
    for order in orders_of(shop, fact.repair) if repair and repair.desk else ():
        if repair and order.desk != repair.desk and order.state in BEFORE_ACCEPTED and order.state != "AT_DESK":
            order.desk = repair.desk
            shop.touch(order)


# ── inside ──────────────────────────────────────────────────────────────────────────────────────


def _arrive(shop: Shop, order: PartsOrder, desk: str) -> None:
    order.arrived_at = shop.now
    go(shop, order, "p14", due=shop.now + ARRIVED_REMINDER)
    shop.note(PartArrived(parts_order=order.id, repair=order.repair, unit=order.unit, desk=desk))
    repair = repair_of(shop, order)
    if repair is not None:
        shop.alert(repair.owner, order.id, f"{order.unit} for {order.repair} is at desk {desk}")


def _carry_row(shop: Shop, unit: Unit, order: PartsOrder) -> str:
    """The row by which a person takes over; empty when the unit only goes back. Refuses while a robot comes."""
    if order.state == "RETURNING":
        return ""
    rows = {"PICKED": "p13", "IN_TRANSIT(robot)": "p15+"}
    row = rows.get(order.state)
    if row is None:
        shop.refuse("wrong-state", f"{order.id} is {order.state}; {unit.id} is not to be collected now.")
    if not order.by_hand and not shop.books.robots_by_hand_since:
        shop.refuse("robot-comes", f"A robot brings {unit.id}. Wait, or have the manager switch to carrying by hand.")
    return row


def _collect_from_bin(shop: Shop, by: Device, unit: Unit, order: PartsOrder | None) -> None:
    """p11: with the manual key, or where a count or a failed pick sent the keeper to look (E4, E9, F40)."""
    person = stock.keeper(shop, by)
    bin_ = stock.bin_of(unit)
    if not by_hand(shop, stock.cabinet_at(unit.place)) and not in_doubt(shop, bin_) and unit.status == "OK":
        shop.refuse("cabinet-works", f"The cabinet itself gives out {unit.id}. Only by hand are bins opened.")
    if order is None or order.state != "PICK_FAILED":
        order = _waiting_for(shop, unit, order)
    if order is None:
        _into_hand(shop, unit, person, "m8")
        opened_by_hand(shop, bin_)
        return
    stock.grade(shop, unit, "OK")
    _take_for(shop, order, unit)
    _into_hand(shop, unit, person, "p11", order.repair)
    opened_by_hand(shop, bin_)
    issue(shop, order, unit)
    go(shop, order, "p11", "IN_TRANSIT(manual)")
    shop.note(PartUnderway(parts_order=order.id, unit=unit.id, by="hand"))


def _pass_over_counter(shop: Shop, by: Device, unit: Unit, order: PartsOrder) -> None:
    """m8: the engineer whose repair it is for takes it out of the keeper's hand, and carries it on."""
    repair = shop.owned(by, order.repair)
    _into_hand(shop, unit, shop.presence(by).person, "m8", repair.id)
    shop.note(PartUnderway(parts_order=order.id, unit=unit.id, by="hand"))


def _waiting_for(shop: Shop, unit: Unit, order: PartsOrder | None) -> PartsOrder | None:
    """Another unit of the same SKU than the reserved one was taken: whoever waits for one gets it (B11).

    A unit that only a count missed may be taken without anybody waiting: it goes back by the inlet.
    """
    if order is not None:
        shop.refuse("reserved", f"{unit.id} is reserved for {order.id}, which is {order.state}. Put it back.")
    waiting = [shop.books.parts_orders[name] for name in shop.books.wanted.get(unit.sku, ())]
    failed = [other for other in waiting if other.state == "PICK_FAILED"]
    if not failed and unit.status == "OK" and not in_doubt(shop, stock.bin_of(unit)):
        shop.refuse("nobody-waits", f"Nobody waits for a {unit.sku}. Put {unit.id} back.")
    return min(failed, key=lambda other: (not other.urgent, other.opened_at, len(other.id), other.id), default=None)


def _take_for(shop: Shop, order: PartsOrder, unit: Unit) -> None:
    if order.reserved and order.unit == unit.id:
        return
    old = order.unit
    if order.reserved:
        close_reservation(shop, order)
    bin_ = order.bin
    reserve(shop, order, unit)
    order.bin = bin_
    shop.note(ReservationSwapped(parts_order=order.id, old=old, new=unit.id))


def _into_hand(shop: Shop, unit: Unit, person: str, cause: str, repair: str = "") -> None:
    opening = _opening_for(shop, unit)
    if opening is not None:
        shop.answered(opening)
    stock.move(shop, unit, f"HAND:{person}", cause, person, repair)
    shop.all_clear(unit.id)


def _carrier(shop: Shop, order: PartsOrder | None) -> str:
    """The parts keeper on duty, else the owner of the repair."""
    on_duty = next((person for person in shop.layout.parts_keepers if person in shop.books.present), "")
    repair = repair_of(shop, order) if order is not None else None
    return on_duty or (repair.owner if repair is not None else "") or "pk"


def _opening_for(shop: Shop, unit: Unit) -> str | None:
    """The open command that opens the outlet for a person who takes this unit."""
    for pending in shop.books.pending.values():
        work = pending.command
        if isinstance(work, OpenOutlet) and work.tote.startswith("hand/") and unit.id in work.units:
            return work.id
    return None
