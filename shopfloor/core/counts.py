"""Counts: which bins are counted, what a count finds, and how the ledger is corrected (m13, m14, E4, E5, F40).

A bin that is listed, or whose count found something strange, gives out nothing until that is cleared.
"""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import CountBin
from shopfloor.contract.events import AdjustmentApproved, CountMade, UnitDispensedAtMachine
from shopfloor.contract.facts import (
    BinAgreed,
    CabinetChanged,
    CommandWasDone,
    CommandWasRefused,
    CountAdjusted,
    CountDiffered,
    CountListed,
    UnitMoved,
)
from shopfloor.core import stock
from shopfloor.core.books import Bin, CabinetState, StockCount
from shopfloor.core.cabinet import cabinet_at, heard_from, room, serves
from shopfloor.core.shop import MANAGER, Shop

IN_HANDS = ("HAND:", "DESK:", "DEVICE:")
"""Places to which a unit comes through somebody's hands."""


def list_bin(shop: Shop, bin_: str, why: str) -> None:
    """This bin is to be counted; the cabinet is asked as soon as it serves. Listing it twice changes nothing."""
    cabinet = shop.books.cabinets[bin_.rpartition(".")[0]]
    if bin_ in cabinet.bins_to_count:
        return
    cabinet.bins_to_count[bin_] = why
    shop.note(CountListed(bin=bin_, why=why))
    if serves(shop, cabinet.id):
        _ask_count(shop, cabinet, bin_)
    elif cabinet.state == "SHELVES":
        stock.tell_keeper(shop, bin_, f"Count bin {bin_}: {why}")


def in_doubt(shop: Shop, bin_: str) -> bool:
    """Whether nothing may be given out of this bin: listed for a count, or strange units were found in it."""
    if bin_ in shop.books.cabinets[bin_.rpartition(".")[0]].bins_to_count:
        return True
    count = shop.books.counts.get(shop.books.bins[bin_].count)
    return count is not None and bool(count.surplus)


@room.records(CountMade)
def count_made(shop: Shop, by: Device, event: CountMade) -> None:
    """m13: equal closes the matter; different waits for the manager, and the ledger stays as it is."""
    bin_ = _counted_bin(shop, by, event)
    found = event.counted.units
    missing = tuple(sorted(unit for unit in bin_.units if unit not in found))
    surplus = tuple(sorted(unit for unit in found if unit not in bin_.units))
    if by.startswith("cabinet/"):
        heard_from(shop, cabinet_at(shop, by))
    _unlist(shop, bin_)
    _drop_count(shop, bin_)
    count = StockCount(id=shop.number("K"), bin=bin_.id, missing=missing, surplus=surplus, at=shop.now)
    if not missing and not surplus:
        _agree(shop, bin_, count.id)
        return
    bin_.count = count.id
    shop.books.counts[count.id] = count
    for unit in missing:
        stock.grade(shop, shop.books.units[unit], "ATTENTION")
    shop.note(CountDiffered(count=count.id, bin=bin_.id, missing=missing, surplus=surplus))
    shop.alarm(bin_.id, f"Count {count.id} of bin {bin_.id}: missing {missing}, not in the ledger {surplus}", MANAGER)


@room.records(AdjustmentApproved)
def adjustment_approved(shop: Shop, by: Device, event: AdjustmentApproved) -> None:
    """m13: the manager believes the count; the ledger is corrected by moves with a reason."""
    count = shop.books.counts.get(event.count)
    if count is None:
        shop.refuse("unknown", f"There is no count {event.count} that waits for you.")
    for unit in count.surplus:
        _check_surplus(shop, unit)
    cause = f"m13 {event.reason}"
    for unit in count.missing:
        stock.grade(shop, shop.books.units[unit], "LOST")
        stock.move(shop, shop.books.units[unit], "LOST", cause, by)
    bin_ = shop.books.bins[count.bin]
    for name in count.surplus:
        found = shop.books.units[name]
        stock.grade(shop, found, "OK" if found.sku == bin_.sku else "QUARANTINED")
        stock.move(shop, found, f"BIN:{bin_.id}", cause, by)
    _drop_count(shop, bin_)
    shop.all_clear(bin_.id)
    shop.books.to_reserve[bin_.sku] = None
    shop.note(CountAdjusted(count=count.id, bin=bin_.id, missing=count.missing, surplus=count.surplus))


@room.records(UnitDispensedAtMachine)
def dispensed_at_machine(shop: Shop, by: Device, event: UnitDispensedAtMachine) -> None:
    """m14: somebody took it at the machine's own screen: an alarm, and that bin is counted."""
    cabinet = cabinet_at(shop, by)
    unit = shop.unit(event.unit)
    if unit.place != f"BIN:{event.bin}" or stock.cabinet_at(unit.place) != cabinet.id:
        shop.refuse("not-in-bin", f"{unit.id} is at {unit.place}, not in bin {event.bin}. Count that bin.")
    heard_from(shop, cabinet)
    person = event.person or "unknown"
    stock.move(shop, unit, f"HAND:{person}", "m14", by)
    shop.alarm(unit.id, f"{unit.id} was taken at cabinet {cabinet.id} by {person}", "PK")
    list_bin(shop, event.bin, "taken at the machine")


# ── what follows ────────────────────────────────────────────────────────────────────────────────


@room.hears(CabinetChanged)
def serves_again(shop: Shop, fact: CabinetChanged) -> None:
    """E9: bins opened with the key are counted, and those still listed are asked for."""
    cabinet = shop.books.cabinets[fact.cabinet]
    if not fact.ready:
        return
    touched, cabinet.hand_bins = cabinet.hand_bins, {}
    for bin_ in cabinet.bins_to_count:
        if bin_ not in cabinet.counting:
            _ask_count(shop, cabinet, bin_)
    for bin_ in touched:
        list_bin(shop, bin_, "opened by hand")


@room.hears(CommandWasRefused, CommandWasDone)
def did_not_count(shop: Shop, fact: CommandWasRefused | CommandWasDone) -> None:
    """The machine answers without a count: the parts keeper counts with the scanner."""
    if fact.work != "CountBin":
        return
    cabinet = shop.books.cabinets[fact.device.partition("/")[2]]
    for bin_, command in tuple(cabinet.counting.items()):
        if command == fact.command:
            del cabinet.counting[bin_]
            stock.tell_keeper(shop, bin_, f"Count bin {bin_} by hand: {cabinet.bins_to_count.get(bin_, '')}")


@room.hears(UnitMoved)
def moved_meanwhile(shop: Shop, fact: UnitMoved) -> None:
    """A count that waits is overtaken where a unit it missed turns up, and where one it found has been in somebody's
    hands since: by now it may be in a phone."""
    if not shop.books.counts:
        return
    left = fact.source.removeprefix("BIN:")
    for count in list(shop.books.counts.values()):
        missed = fact.unit in count.missing and count.bin == left
        found = fact.unit in count.surplus and (fact.target == f"BIN:{count.bin}" or fact.target.startswith(IN_HANDS))
        if not missed and not found:
            continue
        count.missing = tuple(unit for unit in count.missing if not (missed and unit == fact.unit))
        count.surplus = tuple(unit for unit in count.surplus if unit != fact.unit)
        if missed and shop.books.units[fact.unit].status == "ATTENTION":
            stock.grade(shop, shop.books.units[fact.unit], "OK")
        if not count.missing and not count.surplus:
            _overtaken(shop, count, fact)


def _overtaken(shop: Shop, count: StockCount, fact: UnitMoved) -> None:
    """Nothing is left of it. Unless it went where the count found it, that bin is looked into again."""
    _drop_count(shop, shop.books.bins[count.bin])
    if f"BIN:{count.bin}" in (fact.source, fact.target):
        _agree(shop, shop.books.bins[count.bin], count.id)
        return
    shop.all_clear(count.bin)
    list_bin(shop, count.bin, f"{fact.unit} was found there and has moved since")


# ── inside ──────────────────────────────────────────────────────────────────────────────────────


def _counted_bin(shop: Shop, by: Device, event: CountMade) -> Bin:
    """The bin, if this device may count it; a command answered must be the one for this bin."""
    bin_ = shop.books.bins.get(event.counted.bin)
    if bin_ is None:
        shop.refuse("unknown", f"There is no bin {event.counted.bin}. Scan its label.")
    if by.startswith("cabinet/"):
        if cabinet_at(shop, by).id != bin_.id.rpartition(".")[0]:
            shop.refuse("not-yours", f"{bin_.id} is not a bin of {by}.")
        asked = shop.books.cabinets[bin_.id.rpartition(".")[0]].counting.get(bin_.id)
        if event.command and event.command != asked:
            shop.refuse("not-asked", f"{event.command} does not ask for a count of {bin_.id} (any more).")
    else:
        stock.keeper(shop, by)
    if len(set(event.counted.units)) != len(event.counted.units):
        shop.refuse("twice", "A serial was counted twice. Count this bin again.")
    return bin_


def _check_surplus(shop: Shop, name: str) -> None:
    unit = shop.books.units.get(name)
    if unit is None:
        shop.refuse("unknown-serial", f"{name} never came in. Have it taken out and received, then count again.")
    if unit.parts_order:
        shop.refuse("issued", f"{name} was issued to {unit.parts_order}. Settle that first, then count again.")


def _ask_count(shop: Shop, cabinet: CabinetState, bin_: str) -> None:
    cabinet.counting[bin_] = shop.ask(CountBin(id=shop.number("C"), to=f"cabinet/{cabinet.id}", bin=bin_))


def _unlist(shop: Shop, bin_: Bin) -> None:
    """It was counted, whoever did it."""
    cabinet = shop.books.cabinets[bin_.id.rpartition(".")[0]]
    cabinet.bins_to_count.pop(bin_.id, None)
    command = cabinet.counting.pop(bin_.id, "")
    if command:
        shop.withdraw(command)
    shop.all_clear(bin_.id)
    shop.books.to_reserve[bin_.sku] = None


def _drop_count(shop: Shop, bin_: Bin) -> None:
    """A count that waited is decided or overtaken by a newer one: what it missed is no longer in doubt by it."""
    count = shop.books.counts.pop(bin_.count, None)
    bin_.count = ""
    for unit in count.missing if count else ():
        missed = shop.books.units[unit]
        if missed.status == "ATTENTION":
            stock.grade(shop, missed, "OK")


def _agree(shop: Shop, bin_: Bin, count: str) -> None:
    shop.all_clear(bin_.id)
    shop.books.to_reserve[bin_.sku] = None
    shop.note(BinAgreed(count=count, bin=bin_.id))
