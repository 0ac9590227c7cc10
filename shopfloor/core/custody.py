"""Where the customer's phone is: exactly one place, and each move is two scans (c1–c10, B19)."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from shopfloor.contract.actor import Device
from shopfloor.contract.events import DeviceFoundAgain, DeviceScanned
from shopfloor.contract.facts import (
    CustodyMoved,
    DeviceFound,
    DeviceHandedOver,
    DeviceMisplaced,
    DeviceReturned,
    DeviceShipped,
    IntakeSigned,
    PickupAwaited,
    RepairOpened,
)
from shopfloor.core import loaners
from shopfloor.core.books import Phone, Repair
from shopfloor.core.lifecycles import FINAL
from shopfloor.core.loaners import loaner_out
from shopfloor.core.paperwork import sealed
from shopfloor.core.prices import outstanding, overpaid, yuan
from shopfloor.core.shop import MANAGER, Shop
from shopfloor.core.standing import payment_uncertain

room = loaners.room
"""One room in several files."""

KINDS = {
    "desk": "DESK",
    "locker": "LOCKER",
    "qc": "QC",
    "centre": "CENTRE",
    "safety-box": "SAFETY_BOX",
    "customer": "CUSTOMER",
    "courier": "COURIER",
}
"""The first word of a place → the kind of place it is. Desks and lockers have a number behind a slash."""

WITH_THE_CUSTOMER = "customer"
WITH_THE_COURIER = "courier"
UNLOCKED = ("DESK", "QC", "MISPLACED")
"""In the shop and under nobody's lock."""


# ── for other rooms to ask ────────────────────────────────────────────────────────────────────────


def place_of(shop: Shop, repair_id: str) -> str:
    """Where the phone is: ``desk/d1``, ``locker/3``, ``customer`` …; one never taken in is with the customer."""
    phone = shop.books.phones.get(f"phone/{repair_id}")
    return phone.place if phone else WITH_THE_CUSTOMER


def at_a_desk(shop: Shop, repair_id: str) -> bool:
    return place_of(shop, repair_id).startswith("desk/")


def obstacles(shop: Shop, repair: Repair, receiver: str) -> list[tuple[str, str]]:
    """Why the phone may not go to its receiver (B18), as code and reason; whether they have signed is not asked."""
    found: list[tuple[str, str]] = []
    owed, too_much = outstanding(repair), overpaid(repair)
    if owed:
        found.append(("not-paid", f"{yuan(owed)} of {repair.id} is not paid yet."))
    if too_much:
        found.append(("refund-first", f"{yuan(too_much)} too much was paid. Ask the manager to give it back first."))
    if payment_uncertain(shop, repair.id):
        found.append(("payment-unknown", "The end of a payment is not known yet. Wait, or ask the manager."))
    loaner = loaner_out(shop, repair.id)
    if loaner:
        found.append(("loaner-out", f"The customer still has loaner {loaner}. Take it back first."))
    if repair.accessories and not repair.accessories_back:
        found.append(("accessories", f"Tick off first: {', '.join(repair.accessories)}."))
    if not _authorised(shop, repair, receiver):
        found.append(("receiver", "Say who takes the phone: the owner, or a proxy with the code or a signed PROXY."))
    return found


def check_locker(shop: Shop, place: str, repair_id: str) -> None:
    """Refuse unless this is a locker of the shop and no other phone lies in it."""
    if kind_of(shop, place) != "LOCKER":
        shop.refuse("no-locker", f"{place} is not a locker. Say locker/1, locker/2 …")
    for phone in shop.books.phones.values():
        if phone.place == place and phone.repair != repair_id:
            shop.refuse("locker-taken", f"{place} holds the phone of {phone.repair}. Take another locker.")


def kind_of(shop: Shop, place: str) -> str:
    """The kind of a place; refuses a place that this shop does not have."""
    word, _, number = place.partition("/")
    known = (
        (word == "desk" and number in shop.layout.desks)
        or (word == "locker" and number in {str(n + 1): None for n in range(shop.layout.lockers)})
        or (word not in ("desk", "locker") and place in KINDS)
    )
    if not known:
        shop.refuse("no-such-place", f"There is no place {place} in this shop. Scan its label again.")
    return KINDS[word]


# ── the customer's phone ──────────────────────────────────────────────────────────────────────────


@room.records(DeviceScanned)
def device_scanned(shop: Shop, by: Device, event: DeviceScanned) -> None:
    """c1–c10: two scans, the phone's label and the place. Scanned again where it lies, nothing moves."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    person = _person(shop, by)
    phone = shop.phone(repair.id)
    if event.label and event.label not in (repair.id, phone.id):
        _misplace(shop, phone, event)
        return
    kind = kind_of(shop, event.place)
    if event.place == phone.place:
        return
    way = WAYS.get((phone.state, kind))
    if way is None:
        shop.refuse("no-such-move", f"The phone of {repair.id} is at {phone.place}; it cannot go to {event.place}.")
    way.check(shop, by, event, repair)
    row = "c9" if event.undecided and kind == "CUSTOMER" else way.row
    _move(shop, phone, row, event.place, by=person, waybill=event.waybill, receiver=event.receiver)


@room.records(DeviceFoundAgain)
def device_found_again(shop: Shop, by: Device, event: DeviceFoundAgain) -> None:
    """c10, E26: it is here; work may go on."""
    repair = shop.repair(event.repair)
    person = _person(shop, by)
    phone = shop.phone(repair.id)
    if phone.state != "MISPLACED":
        shop.refuse("wrong-state", f"The phone of {repair.id} is at {phone.place}; nobody searches for it.")
    kind = kind_of(shop, event.place)
    if kind == "LOCKER":
        check_locker(shop, event.place, repair.id)
    elif kind != "DESK":
        shop.refuse("no-such-move", "Bring the phone to a desk or into a locker, and scan that.")
    shop.note(DeviceFound(repair=repair.id, place=event.place))
    _move(shop, phone, "c10", event.place, by=person)


@room.hears(RepairOpened)
def first_place(shop: Shop, fact: RepairOpened) -> None:
    """A phone on the customer's side of the desk; a parcel comes from the courier into the locker scanned (c2)."""
    repair = shop.repair(fact.repair)
    place = WITH_THE_COURIER if fact.repair_kind == "MAIL_IN" else WITH_THE_CUSTOMER
    phone = Phone(id=f"phone/{repair.id}", state=KINDS[place], repair=repair.id, place=place)
    shop.books.phones[phone.id] = phone
    shop.touch(phone)
    if phone.state == "COURIER":
        _move(shop, phone, "c2", repair.locker, by="PK", waybill=repair.waybill)


@room.hears(IntakeSigned)
def taken_in(shop: Shop, fact: IntakeSigned) -> None:
    """c1: with the agreement sealed, the phone is the shop's to look after. A parcel's phone is here already (c2)."""
    phone = shop.phone(fact.repair)
    if phone.state == "CUSTOMER":
        _move(shop, phone, "c1", f"desk/{shop.repair(fact.repair).desk}", by=fact.engineer)


@room.hears(PickupAwaited)
def locked_away(shop: Shop, fact: PickupAwaited) -> None:
    """c4: the engineer sealed it in this locker (r26)."""
    phone = shop.phone(fact.repair)
    if fact.locker and phone.place != fact.locker:
        _move(shop, phone, "c4", fact.locker, by=shop.repair(fact.repair).owner)


@room.hears(DeviceShipped)
def gone_to_the_centre(shop: Shop, fact: DeviceShipped) -> None:
    """c6; c7 when it lay in the safety box."""
    phone = shop.phone(fact.repair)
    row = "c7" if phone.state == "SAFETY_BOX" else "c6"
    _move(shop, phone, row, "centre", by=shop.repair(fact.repair).owner, waybill=fact.waybill)


@room.hears(DeviceReturned)
def back_from_the_centre(shop: Shop, fact: DeviceReturned) -> None:
    """c6."""
    phone, repair = shop.phone(fact.repair), shop.repair(fact.repair)
    if phone.state == "CENTRE":
        _move(shop, phone, "c6", f"desk/{repair.desk}", by=repair.owner)


@room.hears(DeviceHandedOver)
def arrived_by_courier(shop: Shop, fact: DeviceHandedOver) -> None:
    """c8: a mail-in's acceptance is signed where the parcel arrives."""
    phone = shop.phone(fact.repair)
    if phone.state == "COURIER":
        _move(shop, phone, "c8", WITH_THE_CUSTOMER, by=WITH_THE_COURIER, receiver="owner")


def _move(shop: Shop, phone: Phone, row: str, place: str, *, by: str, waybill: str = "", receiver: str = "") -> None:
    source, phone.place = phone.place, place
    shop.step(phone, row, KINDS[place.partition("/")[0]])
    shop.note(CustodyMoved(repair=phone.repair, source=source, target=place, by=by, waybill=waybill, receiver=receiver))


def _misplace(shop: Shop, phone: Phone, event: DeviceScanned) -> None:
    """c10, E26: the phone in hand is another one, so this one is not where the books say."""
    if phone.state == "MISPLACED" or not shop.can_step(phone, "c10"):
        shop.refuse("wrong-label", f"The label says {event.label}, not {phone.repair}. Scan the right phone.")
    last, phone.place = phone.place, "misplaced"
    shop.step(phone, "c10", "MISPLACED")
    words = f"{event.label} was scanned for {phone.repair}. Stop both; {phone.repair} was last at {last}."
    shop.alarm(phone.id, words, MANAGER)
    shop.note(DeviceMisplaced(repair=phone.repair, last_place=last))


def _person(shop: Shop, by: Device) -> str:
    return MANAGER if by.startswith("board/") else shop.presence(by).person


def _authorised(shop: Shop, repair: Repair, receiver: str) -> bool:
    """E20: the owner, a proxy with the one-time code, or one whose PROXY document is sealed; mail-in: the courier."""
    if receiver == "proxy-signed":
        return bool(sealed(shop, repair.id, "PROXY"))
    if receiver == "courier":
        return repair.repair_kind == "MAIL_IN"
    return receiver in ("owner", "proxy-code")


# ── which way a phone may go ──────────────────────────────────────────────────────────────────────


Check: TypeAlias = Callable[[Shop, Device, DeviceScanned, Repair], None]


class Way(NamedTuple):
    """A row of the phone's table, and what must hold before it is taken."""

    row: str
    check: Check


def _by_owner(shop: Shop, by: Device, event: DeviceScanned, _repair: Repair) -> None:
    shop.owned(by, event.repair)


def _by_staff(shop: Shop, by: Device, _event: DeviceScanned, _repair: Repair) -> None:
    _person(shop, by)


def _taken_in_again(shop: Shop, by: Device, event: DeviceScanned, repair: Repair) -> None:
    """c1: also after it went home undecided (c9)."""
    shop.owned(by, event.repair)
    never = "INTAKE" in (repair.state, repair.back_to)
    if never or repair.state in FINAL["repair"] or repair.handed_over_at:
        shop.refuse("not-signed", f"The agreement of {repair.id} is not sealed. No phone is kept without it.")


def _into_free_locker(shop: Shop, by: Device, event: DeviceScanned, _repair: Repair) -> None:
    _person(shop, by)
    check_locker(shop, event.place, event.repair)


def _with_manager(shop: Shop, by: Device, event: DeviceScanned, _repair: Repair) -> None:
    """c7, E27: a hot or swollen battery is never one person's decision."""
    if by.startswith("board/"):
        return
    shop.presence(by)
    if not shop.overridden(event.repair, "safety-box"):
        shop.refuse("needs-manager", "The safety box is opened by two: ask the manager.")
    shop.use_override(event.repair, "safety-box")


def _out(shop: Shop, by: Device, event: DeviceScanned, repair: Repair) -> None:
    """c8 with everything settled (B18), or c9. Against a signed RETURN_UNREPAIRED also for one to be voided (r36)."""
    if event.undecided:
        _home(shop, by, event, repair)
        return
    shop.owned(by, event.repair)
    returned = bool(sealed(shop, repair.id, "RETURN_UNREPAIRED"))
    if not (repair.state == "ACCEPTING" or repair.witness or returned):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; its phone does not leave the shop now.")
    found = obstacles(shop, repair, event.receiver)
    if found:
        shop.refuse(*found[0])


def _home(shop: Shop, by: Device, event: DeviceScanned, repair: Repair) -> None:
    """c9: home with it while they think about it, or until the part comes."""
    shop.owned(by, event.repair)
    if not event.undecided:
        shop.refuse("no-such-move", f"Take the phone of {repair.id} to your desk first.")
    if repair.state not in ("ON_HOLD(undecided)", "ON_HOLD(part)"):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; nobody is thinking about it.")
    if not _authorised(shop, repair, event.receiver):
        shop.refuse("receiver", "Say who takes the phone home: the owner, or a proxy with the code.")


def _to_courier(shop: Shop, by: Device, event: DeviceScanned, repair: Repair) -> None:
    if repair.repair_kind != "MAIL_IN":
        shop.refuse("not-mail-in", f"{repair.id} did not come by courier. Hand the phone to its owner.")
    if not event.waybill:
        shop.refuse("no-waybill", "Scan the waybill of the parcel too.")
    _out(shop, by, event, repair)


WAYS: dict[tuple[str, str], Way] = {
    ("CUSTOMER", "DESK"): Way("c1", _taken_in_again),
    ("DESK", "QC"): Way("c3", _by_staff),
    ("QC", "DESK"): Way("c3", _by_staff),
    ("DESK", "LOCKER"): Way("c4", _into_free_locker),
    ("QC", "LOCKER"): Way("c4", _into_free_locker),
    ("LOCKER", "DESK"): Way("c5", _by_owner),
    # odd: over to the desk of the next engineer, who owns it since r30
    ("DESK", "DESK"): Way("c5", _by_owner),
    # odd: the other half, DESK → CENTRE, is DeviceSentOut itself: it carries the waybill
    ("CENTRE", "DESK"): Way("c6", _by_staff),
    ("DESK", "SAFETY_BOX"): Way("c7", _with_manager),
    ("SAFETY_BOX", "DESK"): Way("c7", _with_manager),
    ("DESK", "CUSTOMER"): Way("c8", _out),
    ("DESK", "COURIER"): Way("c8", _to_courier),
    ("LOCKER", "CUSTOMER"): Way("c9", _home),
}
"""(kind of place, kind of place) → the row. c2 is MailInReceived; c6 there is DeviceSentOut; c10 is in the label."""
