"""What comes (back) into the cabinet: inlet, permission for each unit, storing (p22, m2, m8, m9)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import AllowInput, OpenInlet, RefuseInput
from shopfloor.contract.events import InputAsked, UnitStored, UnitStoredByHand
from shopfloor.contract.facts import CommandWasRefused, JobArrived, UnitMoved
from shopfloor.core import stock
from shopfloor.core.books import Bin, CabinetState, Unit
from shopfloor.core.cabinet import by_hand, cabinet_at, heard_from, opened_by_hand
from shopfloor.core.counts import list_bin
from shopfloor.core.parts_orders import go, order_of_unit
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("returns")

SHELVES = ("QUARANTINE", "DEFECTS")
"""Drawers beside the bins; in commands and scans they are named like a bin."""
COMES_IN_FROM = ("TOTE:", "HAND:", "DESK:", "OUTLET:", "RECEIVING")
"""By a robot, in a hand, or laid into the inlet straight from there."""
INLET_ANSWERS_MAX = 64
"""Refused units whose answer a cabinet has not confirmed; more than lie in any inlet."""


@room.hears(JobArrived)
def job_arrived(shop: Shop, fact: JobArrived) -> None:
    """A robot stands at the inlet: open it for what is in that tote."""
    cabinet = next((row.id for row in shop.layout.cabinets.values() if row.inlet_station == fact.station), "")
    unit = shop.books.units.get(fact.unit)
    if not cabinet or unit is None or not unit.place.startswith("TOTE:"):
        return
    tote = unit.place.removeprefix("TOTE:")
    shop.ask(OpenInlet(id=shop.number("C"), to=f"cabinet/{cabinet}", units=(unit.id,), tote=tote))


@room.records(InputAsked)
def input_asked(shop: Shop, by: Device, event: InputAsked) -> None:
    """p22, m2: may this unit come in, and where? Each unit is asked for; a stranger stays outside."""
    cabinet = cabinet_at(shop, by)
    unit = shop.books.units.get(event.unit)
    if unit is not None and unit.place == f"INLET:{cabinet.id}":
        shop.refuse("already", f"{unit.id} has its answer already.")
    _refuse_unanswered(shop, by, event.unit)
    heard_from(shop, cabinet)
    why_not, place = _judge(shop, cabinet, unit)
    if unit is None or why_not:
        shop.ask(RefuseInput(id=shop.number("C"), to=by, unit=event.unit, reason=why_not))
        stock.tell_keeper(shop, event.unit, f"The cabinet does not take {event.unit}: {why_not}")
        return
    order = order_of_unit(shop.books, unit)
    stock.move(shop, unit, f"INLET:{cabinet.id}", "m8" if order else "m2", by, order.repair if order else "")
    if place not in SHELVES:
        shop.books.bins[place].sku = unit.sku
    shop.ask(AllowInput(id=shop.number("C"), to=by, unit=unit.id, bin=place))


def _refuse_unanswered(shop: Shop, by: Device, unit: str) -> None:
    """The inlet has a few places: a cabinet that asks on and on, and hears no answer, is not asking any more."""
    told = [
        pending.command.unit
        for pending in shop.books.pending.values()
        if isinstance(pending.command, RefuseInput) and pending.command.to == by
    ]
    if unit in told:
        shop.refuse("already", f"{unit} has its answer already.")
    if len(told) >= INLET_ANSWERS_MAX:
        shop.refuse("too-many", f"{by} has taken none of {len(told)} answers about its inlet. Look at the cabinet.")


@room.records(UnitStored)
def unit_stored(shop: Shop, by: Device, event: UnitStored) -> None:
    """p22, m2, m9: where it lies is the cabinet's word; if that is not where it was allowed, the bin is counted."""
    cabinet = cabinet_at(shop, by)
    unit = shop.unit(event.unit)
    if unit.place != f"INLET:{cabinet.id}":
        shop.refuse("not-in-inlet", f"{unit.id} is at {unit.place} by the ledger, not in the inlet of {by}.")
    if event.bin not in SHELVES and event.bin.rpartition(".")[0] != cabinet.id:
        shop.refuse("unknown", f"{event.bin} is not a bin of {by}.")
    _check_bin(shop, event.bin)
    heard_from(shop, cabinet)
    allowed = _allowed_for(shop, unit)
    if allowed is not None:
        shop.answered(allowed.id)
    _store(shop, unit, event.bin, by)
    if allowed is not None and allowed.bin != event.bin and event.bin not in SHELVES:
        list_bin(shop, event.bin, f"{unit.id} was allowed into {allowed.bin}")


@room.records(UnitStoredByHand)
def unit_stored_by_hand(shop: Shop, by: Device, event: UnitStoredByHand) -> None:
    """E9: with the manual key into a bin, or at any time onto the shelves for quarantine and defects."""
    person = stock.keeper(shop, by)
    unit = shop.unit(event.unit)
    order = order_of_unit(shop.books, unit)
    if order is not None and order.state != "RETURNING":
        shop.refuse("wrong-state", f"{unit.id} belongs to {order.id}, which is {order.state}. It is not to be stored.")
    if not unit.place.startswith((*COMES_IN_FROM, "INLET:")):
        shop.refuse("not-here", f"{unit.id} is at {unit.place} by the ledger. Scan it as collected first.")
    _check_bin(shop, event.bin)
    wanted = _shelf_of(unit)
    if wanted != (event.bin if event.bin in SHELVES else ""):
        shop.refuse("wrong-place", f"{unit.id} is {unit.status}: it belongs into {wanted or 'a bin'}.")
    if event.bin not in SHELVES:
        _check_by_hand(shop, unit, event.bin)
    _store(shop, unit, event.bin, person)
    if event.bin not in SHELVES:
        opened_by_hand(shop, event.bin)


@room.hears(CommandWasRefused)
def did_not_take(shop: Shop, fact: CommandWasRefused) -> None:
    """The cabinet will not store what it was allowed to: a person takes it out of the inlet."""
    if fact.work == "OpenInlet":
        stock.tell_keeper(shop, fact.command, f"{fact.device} does not take a unit in: {fact.reason}")
    if fact.work == "AllowInput":
        inlet = f"INLET:{fact.device.partition('/')[2]}"
        for unit in shop.books.units.values():
            if unit.place == inlet and _allowed_for(shop, unit) is None:
                stock.tell_keeper(shop, unit.id, f"Carry {unit.id} from {inlet} to the cabinet: {fact.reason}")


@room.hears(UnitMoved)
def not_there_any_more(shop: Shop, fact: UnitMoved) -> None:
    """p22: a unit that a person took out of the tote or the inlet, or that got lost there, is not let in any more."""
    left = fact.source.partition(":")[0]
    if left not in ("TOTE", "INLET"):
        return
    for pending in tuple(shop.books.pending.values()):
        work = pending.command
        opened_for_it = left == "TOTE" and isinstance(work, OpenInlet) and fact.unit in work.units
        allowed_in = left == "INLET" and isinstance(work, AllowInput) and fact.unit == work.unit
        if opened_for_it or allowed_in:
            shop.withdraw(work.id)


# ── inside ──────────────────────────────────────────────────────────────────────────────────────


def _judge(shop: Shop, cabinet: CabinetState, unit: Unit | None) -> tuple[str, str]:
    """Why it may not come in (empty when it may), and where it goes."""
    if unit is None:
        return "nobody here knows this serial; receive it first", ""
    order = order_of_unit(shop.books, unit)
    if order is not None and order.state != "RETURNING":
        return f"it belongs to {order.id}, which is {order.state}", ""
    if not unit.place.startswith(COMES_IN_FROM):
        return f"it is at {unit.place} by the ledger", ""
    place = _shelf_of(unit) or _bin_for(shop, cabinet, unit)
    return ("", place) if place else (f"no bin of {cabinet.id} has room for {unit.sku}", "")


def _shelf_of(unit: Unit) -> str:
    """m9: doubtful into quarantine, defects onto theirs; empty for a good unit, which goes into a bin."""
    if unit.status in ("REJECTED", "DAMAGED"):
        return "DEFECTS"
    return "" if unit.status == "OK" else "QUARANTINE"


def _bin_for(shop: Shop, cabinet: CabinetState, unit: Unit) -> str:
    """The emptiest bin for this SKU, else one that is given to none yet."""
    most = shop.policy.unit_count_of_bin_max
    bins = [bin_ for bin_ in shop.books.bins.values() if bin_.id.rpartition(".")[0] == cabinet.id]
    fits = [bin_ for bin_ in bins if _fits(bin_, unit) and len(bin_.units) < most]
    best = min(fits, key=lambda bin_: (bin_.sku == "", len(bin_.units), len(bin_.id), bin_.id), default=None)
    return best.id if best else ""


def _fits(bin_: Bin, unit: Unit) -> bool:
    return bin_.sku == unit.sku or (bin_.sku == "" and not bin_.units)


def _check_bin(shop: Shop, bin_: str) -> None:
    if bin_ not in SHELVES and bin_ not in shop.books.bins:
        shop.refuse("unknown", f"There is no bin {bin_}. Scan its label.")


def _check_by_hand(shop: Shop, unit: Unit, name: str) -> None:
    if not by_hand(shop, name.rpartition(".")[0]):
        shop.refuse("cabinet-works", "The cabinet itself stores it: put it into the inlet.")
    if not _fits(shop.books.bins[name], unit):
        shop.refuse("wrong-bin", f"Bin {name} is for {shop.books.bins[name].sku}, not for {unit.sku}.")


def _store(shop: Shop, unit: Unit, name: str, actor: str) -> None:
    """m9, and p22 where a parts order waited for it."""
    order = order_of_unit(shop.books, unit)
    repair = order.repair if order else ""
    bin_ = shop.books.bins.get(name)
    if bin_ is not None and not _fits(bin_, unit):
        stock.grade(shop, unit, "ATTENTION")
        stock.tell_keeper(shop, unit.id, f"{unit.id} lies in bin {name}, which is for {bin_.sku}")
        list_bin(shop, name, "wrong-bin")
    if name == "QUARANTINE":
        stock.grade(shop, unit, "QUARANTINED")
    place = name if bin_ is None else f"BIN:{name}"
    stock.move(shop, unit, place, "m9" if order else "m2", actor, repair)
    if bin_ is not None and not bin_.sku:
        bin_.sku = unit.sku
    if order is not None:
        go(shop, order, "p22")
    shop.all_clear(unit.id)


def _allowed_for(shop: Shop, unit: Unit) -> AllowInput | None:
    for pending in shop.books.pending.values():
        if isinstance(pending.command, AllowInput) and pending.command.unit == unit.id:
            return pending.command
    return None
