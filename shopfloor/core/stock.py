"""Units, places and the double-entry ledger (m1, m10–m12, m16).

The books keep only where each unit is now; every change of place is one ``UnitMoved``, and the journal keeps those for
good. ``move`` is the only writer of a place, ``grade`` the only writer of a status.
"""

from shopfloor.contract.actor import Device
from shopfloor.contract.catalogue import Row
from shopfloor.contract.events import GoodsReceived, UnitInspected, UnitSentBack, UnitTransferred
from shopfloor.contract.facts import StockRanLow, UnitGraded, UnitMoved
from shopfloor.contract.kinds import UnitStatus
from shopfloor.core.books import Books, Tally, Unit
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("stock")

UNITS_MAX = 20_000
"""Serials in the books of one shop: far more than any cabinet holds, and an end to a flood of scans."""
SHELF = "BIN"
"""Where consumables stand in the open: by quantity, in no bin of a machine."""
TOOLS = ("fold jig",)
"""Named beside consumables in the catalogue, and not used up."""


def move(shop: Shop, unit: Unit, target: str, cause: str, actor: str, repair: str = "") -> None:
    """One entry of the ledger. ``target`` is spelt as in ``Unit.place``, ``cause`` begins with a row number."""
    source = unit.place
    assert source != target, f"{unit.id} is at {target} already"
    _take_out(shop.books, unit)
    unit.place = target
    unit.moves += 1
    _put_in(shop.books, unit)
    shop.touch(unit)
    _note_move(shop, unit.id, unit.sku, source, target, cause, actor, repair)
    refile(shop, unit)


def grade(shop: Shop, unit: Unit, status: UnitStatus) -> None:
    """Only OK may be reserved; saying again what is known changes nothing."""
    if unit.status == status:
        return
    unit.status = status
    shop.touch(unit)
    shop.note(UnitGraded(unit=unit.id, status=status))
    refile(shop, unit)


def refile(shop: Shop, unit: Unit) -> None:
    """Keep the index of free units true after a move, a grade, or the begin or end of a reservation."""
    books = shop.books
    shelf = books.free.setdefault(unit.sku, {})
    if is_free(books, unit):
        if unit.id not in shelf:
            shelf[unit.id] = None
            books.to_reserve[unit.sku] = None
    else:
        shelf.pop(unit.id, None)
    _watch_level(shop, unit.sku, len(shelf))


def is_free(books: Books, unit: Unit) -> bool:
    """B6: OK, in a bin, and nobody has an open reservation on it."""
    return unit.status == "OK" and unit.place.startswith("BIN:") and unit.id not in books.reservations


def free(shop: Shop, sku: str) -> int:
    """How many units of this SKU could be reserved now."""
    return len(shop.books.free.get(sku, ()))


def recount_free(books: Books) -> dict[str, tuple[str, ...]]:
    """The index of free units worked out anew from units and reservations: SKU → ids in order (B6)."""
    found: dict[str, list[str]] = {}
    for unit in sorted(books.units.values(), key=lambda unit: unit.id):
        if is_free(books, unit):
            found.setdefault(unit.sku, []).append(unit.id)
    return {sku: tuple(ids) for sku, ids in sorted(found.items())}


def recount_bins(books: Books) -> dict[str, tuple[str, ...]]:
    """What lies in each bin, worked out anew from the units' places: bin → ids in order (B5)."""
    found: dict[str, list[str]] = {}
    for unit in sorted(books.units.values(), key=lambda unit: unit.id):
        if unit.place.startswith("BIN:"):
            found.setdefault(bin_of(unit), []).append(unit.id)
    return dict(sorted((name, tuple(ids)) for name, ids in found.items()))


def on_hand(books: Books, sku: str) -> int:
    """Units (or the quantity) of a SKU over all places; equal to ``books.received`` (B5)."""
    pieces = sum(1 for unit in books.units.values() if unit.sku == sku)
    return pieces + sum(tally.quantity for tally in books.tallies.values() if tally.sku == sku)


def bin_of(unit: Unit) -> str:
    """The bin that a unit lies in, ``c1.17``; empty when it is elsewhere."""
    kind, _, name = unit.place.partition(":")
    return name if kind == "BIN" else ""


def cabinet_at(place: str) -> str:
    """The cabinet of a place in or at one: of ``BIN:c1.17``, ``OUTLET:c1``, ``INLET:c1``; empty for others."""
    kind, _, name = place.partition(":")
    if kind == "BIN":
        return name.rpartition(".")[0]
    return name if kind in ("OUTLET", "INLET") else ""


def add_unit(books: Books, unit: Unit) -> None:
    """A serial comes into the books for the first time."""
    assert unit.id not in books.units, unit.id
    books.units[unit.id] = unit
    books.received[unit.sku] = books.received.get(unit.sku, 0) + 1
    _put_in(books, unit)
    shelf = books.free.setdefault(unit.sku, {})
    if is_free(books, unit):
        shelf[unit.id] = None


def forget(shop: Shop, unit: Unit) -> None:
    """A unit that has left the house for good leaves the books; the journal keeps it."""
    books = shop.books
    assert unit.id not in books.reservations, unit.id
    assert not unit.parts_order, unit.id
    _take_out(books, unit)
    books.free.get(unit.sku, {}).pop(unit.id, None)
    del books.units[unit.id]
    books.received[unit.sku] -= 1


# ── by quantity (m16) ───────────────────────────────────────────────────────────────────────────


def consumables_of(row: Row) -> tuple[str, ...]:
    """SKUs of what is used up by this work: one portion each. Tools are not used up."""
    return tuple(consumable_sku(name) for name in row.consumables if name not in TOOLS)


def consumable_sku(name: str) -> str:
    """An id for a consumable that the catalogue only names: ``thermal-gel``."""
    return name.replace(" ", "-")


def consume(shop: Shop, sku: str, actor: str, repair: str) -> None:
    """m16: one portion goes into the phone. The ledger never goes below nothing: an empty shelf is an alarm."""
    shelf = tally(shop.books, sku, SHELF)
    if shelf.quantity == 0:
        shop.alarm(f"shelf/{sku}", f"{sku} has run out on the shelf; count it and receive more", "PK")
        return
    _shift(shop, sku, SHELF, "DEVICE", 1, "m16", actor, repair)
    _watch_level(shop, sku, shelf.quantity)


def tally(books: Books, sku: str, place: str) -> Tally:
    """The quantity of a consumable at a place, begun with nothing."""
    return books.tallies.setdefault(f"{sku}@{place}", Tally(sku, place, 0))


def _shift(shop: Shop, sku: str, source: str, target: str, quantity: int, cause: str, actor: str, repair: str) -> None:
    if source != "SUPPLIER":
        tally(shop.books, sku, source).quantity -= quantity
    tally(shop.books, sku, target).quantity += quantity
    _note_move(shop, "", sku, source, target, cause, actor, repair, quantity)


# ── the parts keeper (m1, m10–m12) ──────────────────────────────────────────────────────────────


def keeper(shop: Shop, by: Device) -> str:
    """The parts keeper at this handheld."""
    person = shop.presence(by).person
    if person not in shop.layout.parts_keepers:
        shop.refuse("not-the-parts-keeper", "Only the parts keeper books this. Call them.")
    return person


def tell_keeper(shop: Shop, about: str, words: str) -> None:
    """Buzz the parts keepers on duty; without one it stands on the board."""
    on_duty = [person for person in shop.layout.parts_keepers if person in shop.books.present]
    for person in on_duty:
        shop.alert(person, about, words)
    if not on_duty:
        shop.alarm(about, words, "PK")


@room.records(GoodsReceived)
def goods_received(shop: Shop, by: Device, event: GoodsReceived) -> None:
    """m1: a delivery line: serials one by one, consumables by quantity."""
    person = keeper(shop, by)
    if event.sku in shop.catalogue.parts:
        _check_delivery(shop, event)
        for serial in event.units:
            _receive(shop, serial, event.sku, "SUPPLIER", "m1", person)
        return
    if event.sku not in shop.books.stock_min:
        shop.refuse("unknown", f"There is no part or consumable {event.sku}. Check the delivery note.")
    if not event.quantity or event.units:
        shop.refuse("wants-quantity", f"{event.sku} has no serials: give the quantity.")
    shop.books.received[event.sku] = shop.books.received.get(event.sku, 0) + event.quantity
    _shift(shop, event.sku, "SUPPLIER", "RECEIVING", event.quantity, "m1", person, "")
    _shift(shop, event.sku, "RECEIVING", SHELF, event.quantity, "m2", person, "")
    shop.all_clear(f"shelf/{event.sku}")
    _watch_level(shop, event.sku, tally(shop.books, event.sku, SHELF).quantity)


@room.records(UnitInspected)
def unit_inspected(shop: Shop, by: Device, event: UnitInspected) -> None:
    """m10. What is found good waits in receiving, to be put away like new goods (m2)."""
    person = keeper(shop, by)
    unit = shop.unit(event.unit)
    if unit.place != "QUARANTINE":
        shop.refuse("not-in-quarantine", f"{unit.id} is at {unit.place}. Only quarantined units are inspected.")
    grade(shop, unit, event.verdict)
    target = {"OK": "RECEIVING", "REJECTED": "DEFECTS", "DESTROYED": "SCRAP"}[event.verdict]
    move(shop, unit, target, "m10", person)


@room.records(UnitSentBack)
def unit_sent_back(shop: Shop, by: Device, event: UnitSentBack) -> None:
    """m11: to the supplier, with the code of the defect."""
    person = keeper(shop, by)
    unit = shop.unit(event.unit)
    if unit.place != "DEFECTS":
        shop.refuse("not-a-defect", f"{unit.id} is at {unit.place}. Only units from the defects shelf go back.")
    move(shop, unit, "SUPPLIER", f"m11 {event.code}", person)


@room.records(UnitTransferred)
def unit_transferred(shop: Shop, by: Device, event: UnitTransferred) -> None:
    """m12: to or from another shop, as the manager allowed."""
    person = keeper(shop, by)
    if not shop.overridden(event.unit, "transfer-unit"):
        shop.refuse("needs-manager", f"A transfer of {event.unit} needs the manager's yes first.")
    if event.direction == "in":
        if event.sku not in shop.catalogue.parts:
            shop.refuse("unknown", f"There is no part {event.sku}. Check the label.")
        _check_serial(shop, event.unit, event.sku, "OTHER_SHOP")
        shop.use_override(event.unit, "transfer-unit")
        _receive(shop, event.unit, event.sku, "OTHER_SHOP", "m12", person)
        return
    unit = shop.unit(event.unit)
    away = (unit.status != "OK", unit.id in shop.books.reservations, bool(unit.parts_order))
    if any(away) or not unit.place.startswith(("BIN:", "HAND:", "RECEIVING")):
        shop.refuse("not-free", f"{unit.id} is {unit.status} at {unit.place} and not free to leave.")
    shop.use_override(event.unit, "transfer-unit")
    move(shop, unit, "OTHER_SHOP", "m12", person)


def _check_delivery(shop: Shop, event: GoodsReceived) -> None:
    if not event.units or event.quantity not in (0, len(event.units)):
        shop.refuse("wants-serials", f"Scan the serial of each {event.sku}; the quantity follows from that.")
    if len(set(event.units)) != len(event.units):
        shop.refuse("twice", "A serial was scanned twice. Scan this line again.")
    for serial in event.units:
        _check_serial(shop, serial, event.sku, "SUPPLIER")
    if len(shop.books.units) + len(event.units) > UNITS_MAX:
        shop.refuse("too-many", f"The books hold at most {UNITS_MAX} units. Close the day first.")


def _check_serial(shop: Shop, serial: str, sku: str, source: str) -> None:
    """New here, or one that comes back from where the ledger says it is."""
    known = shop.books.units.get(serial)
    if known is not None and (known.place != source or known.sku != sku):
        shop.refuse("known", f"{serial} is in the books as {known.sku} at {known.place}. Check the label.")


def _receive(shop: Shop, serial: str, sku: str, source: str, cause: str, person: str) -> None:
    unit = shop.books.units.get(serial)
    if unit is None:
        unit = Unit(id=serial, sku=sku, place=source)
        add_unit(shop.books, unit)
    unit.received_at = shop.now
    grade(shop, unit, "OK")
    move(shop, unit, "RECEIVING", cause, person)


# ── inside ──────────────────────────────────────────────────────────────────────────────────────


def _note_move(
    shop: Shop, unit: str, sku: str, source: str, target: str, cause: str, actor: str, repair: str, quantity: int = 1
) -> None:
    number = int(shop.number("M")[1:])
    shop.note(
        UnitMoved(
            move=number,
            unit=unit,
            sku=sku,
            source=source,
            target=target,
            cause=cause,
            actor=actor,
            repair=repair,
            quantity=quantity,
        )
    )


def _take_out(books: Books, unit: Unit) -> None:
    kind, _, name = unit.place.partition(":")
    if kind == "BIN":
        del books.bins[name].units[unit.id]
    elif kind == "OUTLET":
        books.cabinets[name].outlet.remove(unit.id)


def _put_in(books: Books, unit: Unit) -> None:
    kind, _, name = unit.place.partition(":")
    if kind == "BIN":
        books.bins[name].units[unit.id] = None
    elif kind == "OUTLET":
        books.cabinets[name].outlet.append(unit.id)


def _watch_level(shop: Shop, sku: str, left: int) -> None:
    """StockRanLow once per crossing of the minimum."""
    books = shop.books
    minimum = books.stock_min.get(sku, 0)
    if left >= minimum:
        books.ran_low.pop(sku, None)
    elif sku not in books.ran_low:
        books.ran_low[sku] = None
        shop.note(StockRanLow(sku=sku, free=left, minimum=minimum))
