"""The cabinet's machinery: whether it serves, is held, or is worked by hand with the manual key (E9)."""

from shopfloor.contract.actor import SECOND, Device
from shopfloor.contract.commands import OpenByHand
from shopfloor.contract.events import DoorClosed, DoorOpened, ModuleFailed, ModuleRecovered
from shopfloor.contract.facts import (
    CabinetChanged,
    CommandUnanswered,
    DeviceCameOnline,
    DeviceWentOffline,
    ModeChanged,
)
from shopfloor.core.books import CabinetState
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop
from shopfloor.core.stock import tell_keeper

room = Room("cabinet")

DOOR_OPEN_LIMIT = 30 * SECOND
DOORS_MAX = 64
MODULES_MAX = 64


def serves(shop: Shop, cabinet: str) -> bool:
    """Whether this cabinet's machinery takes work now."""
    return shop.books.cabinets[cabinet].state in ("READY", "DOOR_OPEN")


def by_hand(shop: Shop, cabinet: str) -> bool:
    """Whether people open this cabinet: with the manual key, or because it is shelves."""
    return shop.books.cabinets[cabinet].state in ("BY_HAND", "SHELVES")


def cabinet_at(shop: Shop, by: Device) -> CabinetState:
    """The cabinet that speaks."""
    found = shop.books.cabinets.get(by.partition("/")[2])
    if found is None or found.state == "SHELVES":
        shop.refuse("unknown", f"{by} is not one of this shop's cabinets.")
    return found


def heard_from(shop: Shop, cabinet: CabinetState) -> None:
    """It speaks, so it is not silent. Call after the claim is believed."""
    if cabinet.silent:
        cabinet.silent = False
        settle(shop, cabinet)


def opened_by_hand(shop: Shop, bin_: str) -> None:
    """E9: a person reached into this bin; it is counted when the machinery works again."""
    cabinet = shop.books.cabinets[bin_.rpartition(".")[0]]
    if cabinet.state == "BY_HAND":
        cabinet.hand_bins[bin_] = None


# ── doors and modules ───────────────────────────────────────────────────────────────────────────


@room.records(DoorOpened)
def door_opened(shop: Shop, by: Device, event: DoorOpened) -> None:
    """F42: an open door is seen at once; only one that stays open holds the picks."""
    cabinet = cabinet_at(shop, by)
    if event.door in cabinet.open_doors:
        shop.refuse("already", f"Door {event.door} is known to be open.")
    if len(cabinet.open_doors) >= DOORS_MAX:
        shop.refuse("too-many", f"A cabinet has at most {DOORS_MAX} doors.")
    cabinet.open_doors[event.door] = shop.now
    heard_from(shop, cabinet)
    if cabinet.state == "READY":
        shop.step(cabinet, "h1+")


@room.records(DoorClosed)
def door_closed(shop: Shop, by: Device, event: DoorClosed) -> None:
    cabinet = cabinet_at(shop, by)
    if event.door not in cabinet.open_doors:
        shop.refuse("already", f"Door {event.door} is known to be closed.")
    del cabinet.open_doors[event.door]
    heard_from(shop, cabinet)
    if cabinet.state == "DOOR_OPEN":
        _watch_doors(shop, cabinet)
    else:
        settle(shop, cabinet)


@room.records(ModuleFailed)
def module_failed(shop: Shop, by: Device, event: ModuleFailed) -> None:
    """E9: jammed; picks are held."""
    cabinet = cabinet_at(shop, by)
    if len(cabinet.failed_modules) >= MODULES_MAX and event.module not in cabinet.failed_modules:
        shop.refuse("too-many", f"A cabinet has at most {MODULES_MAX} modules.")
    cabinet.failed_modules[event.module] = event.reason
    cabinet.silent = False
    settle(shop, cabinet)


@room.records(ModuleRecovered)
def module_recovered(shop: Shop, by: Device, event: ModuleRecovered) -> None:
    cabinet = cabinet_at(shop, by)
    if event.module not in cabinet.failed_modules:
        shop.refuse("already", f"Module {event.module} is not known to have failed.")
    del cabinet.failed_modules[event.module]
    cabinet.silent = False
    settle(shop, cabinet)
    if trouble := trouble_of(shop, cabinet):  # E9: whoever freed the picker may have left the door open
        tell_keeper(shop, cabinet.id, f"Cabinet {cabinet.id}: {trouble}. Picks are held.")


# ── there or not ────────────────────────────────────────────────────────────────────────────────


@room.hears(DeviceWentOffline, DeviceCameOnline)
def came_or_went(shop: Shop, fact: DeviceWentOffline | DeviceCameOnline) -> None:
    cabinet = _cabinet_of(shop, fact.device)
    if cabinet is None:
        return
    cabinet.online = isinstance(fact, DeviceCameOnline)
    cabinet.silent = False
    settle(shop, cabinet)


@room.hears(CommandUnanswered)
def kept_silent(shop: Shop, fact: CommandUnanswered) -> None:
    """p6, E9: asked several times, and no word."""
    cabinet = _cabinet_of(shop, fact.device)
    if cabinet is not None:
        cabinet.silent = True
        settle(shop, cabinet)


@room.hears(ModeChanged)
def mode_changed(shop: Shop, fact: ModeChanged) -> None:
    """E9: the manager decides for the manual key, and when it is over."""
    if fact.what != "cabinet-by-hand":
        return
    cabinet = shop.books.cabinets[fact.about]
    cabinet.by_order = fact.on
    if fact.on and cabinet.state != "BY_HAND":
        _go_by_hand(shop, cabinet, "h5+")
    elif not fact.on and cabinet.state == "BY_HAND" and trouble_of(shop, cabinet):
        shop.step(cabinet, "h7+")
        cabinet.by_hand = False
        _say_changed(shop, cabinet)
    else:
        settle(shop, cabinet)


@room.falls_due(CabinetState, "DOOR_OPEN", "HELD")
def door_or_hold_due(shop: Shop, cabinet: CabinetState) -> None:
    """h3+: the door was left open. h4+: nobody mended it, so people open bins with the manual key."""
    if cabinet.state == "HELD":
        _go_by_hand(shop, cabinet, "h4+")
        return
    settle(shop, cabinet)


# ── inside ──────────────────────────────────────────────────────────────────────────────────────


def trouble_of(shop: Shop, cabinet: CabinetState) -> str:
    """Why it does not serve, in words; empty when nothing is wrong."""
    if not cabinet.online:
        return "offline"
    if cabinet.silent:
        return "does not answer"
    if cabinet.failed_modules:
        module, reason = next(iter(cabinet.failed_modules.items()))
        return f"{module} has failed {reason}".rstrip()
    left = [door for door, since in cabinet.open_doors.items() if shop.now - since >= DOOR_OPEN_LIMIT]
    return f"door {left[0]} was left open" if left else ""


def settle(shop: Shop, cabinet: CabinetState) -> None:
    """What is wrong (or no longer) decides the state; by the manager's order it stays by hand."""
    if trouble_of(shop, cabinet):
        if cabinet.state in ("READY", "DOOR_OPEN"):
            shop.step(cabinet, "h3+")
            _say_changed(shop, cabinet)
            tell_keeper(shop, cabinet.id, f"Cabinet {cabinet.id}: {trouble_of(shop, cabinet)}. Picks are held.")
        return
    if cabinet.state in ("HELD", "BY_HAND") and not cabinet.by_order:
        shop.step(cabinet, "h6+")
        cabinet.by_hand = False
        _say_changed(shop, cabinet)
        _stop_asking_for_the_key(shop, cabinet)
    _watch_doors(shop, cabinet)


def _watch_doors(shop: Shop, cabinet: CabinetState) -> None:
    """The door that has been open longest sets the due."""
    if cabinet.state not in ("READY", "DOOR_OPEN"):
        return
    if not cabinet.open_doors:
        if cabinet.state == "DOOR_OPEN":
            shop.step(cabinet, "h2+")
        return
    due = min(cabinet.open_doors.values()) + DOOR_OPEN_LIMIT
    if cabinet.state == "READY":
        shop.step(cabinet, "h1+", due=due)
    else:
        shop.wait(cabinet, due)


def _go_by_hand(shop: Shop, cabinet: CabinetState, row: str) -> None:
    shop.step(cabinet, row)
    cabinet.by_hand = True
    _say_changed(shop, cabinet)
    why = trouble_of(shop, cabinet) or "the manager's order"
    shop.ask(OpenByHand(id=shop.number("C"), to=f"cabinet/{cabinet.id}", reason=why))
    tell_keeper(shop, cabinet.id, f"Cabinet {cabinet.id} is worked by hand, two people counting: {why}.")


def _stop_asking_for_the_key(shop: Shop, cabinet: CabinetState) -> None:
    for pending in tuple(shop.books.pending.values()):
        if isinstance(pending.command, OpenByHand) and pending.command.to == f"cabinet/{cabinet.id}":
            shop.withdraw(pending.command.id)


def _say_changed(shop: Shop, cabinet: CabinetState) -> None:
    """Picks go on, stop, or go to people: whatever waits for a unit is thought over again."""
    why = trouble_of(shop, cabinet) or ("by hand" if cabinet.state == "BY_HAND" else "")
    shop.books.to_reserve.update((sku, None) for sku in shop.books.wanted)
    shop.note(CabinetChanged(cabinet=cabinet.id, ready=cabinet.state == "READY", why=why))


def _cabinet_of(shop: Shop, device: Device) -> CabinetState | None:
    kind, _, name = device.partition("/")
    found = shop.books.cabinets.get(name) if kind == "cabinet" else None
    return None if found is None or found.state == "SHELVES" else found
