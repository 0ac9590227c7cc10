"""Devices that come and go, and what they say about our commands."""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import CommandDone, CommandRefused, DeviceConnected, DeviceLost
from shopfloor.contract.facts import CommandWasDone, CommandWasRefused, DeviceCameOnline, DeviceWentOffline
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("devices")


@room.records(DeviceConnected)
def device_connected(shop: Shop, by: Device, _event: DeviceConnected) -> None:
    """E24: whoever comes (back) gets its whole picture and its open commands, with the same ids."""
    shop.books.online[by] = True
    shop.books.shown.pop(by, None)  # its screen is empty now
    shop.redraw[by] = None
    shop.note(DeviceCameOnline(device=by))
    for pending in shop.books.pending.values():
        if pending.command.to == by:
            shop.say(pending.command)


@room.records(DeviceLost)
def device_lost(shop: Shop, by: Device, _event: DeviceLost) -> None:
    if not shop.books.online.get(by):
        shop.refuse("already", f"{by} is already known to be away.")
    shop.books.online[by] = False
    shop.note(DeviceWentOffline(device=by))


@room.records(CommandDone)
def command_done(shop: Shop, by: Device, event: CommandDone) -> None:
    work = _asked_of(shop, by, event.command)
    shop.answered(event.command)
    shop.note(CommandWasDone(command=event.command, device=by, work=work))


@room.records(CommandRefused)
def command_refused(shop: Shop, by: Device, event: CommandRefused) -> None:
    work = _asked_of(shop, by, event.command)
    shop.answered(event.command)
    shop.note(CommandWasRefused(command=event.command, device=by, work=work, reason=event.reason))


def _asked_of(shop: Shop, by: Device, command: str) -> str:
    """The kind of an open command to this device; B25: an answer to one that is not open has no effect."""
    pending = shop.books.pending.get(command)
    if pending is None or pending.command.to != by:
        shop.refuse("not-asked", f"{by} is not asked for {command} (any more).")
    return type(pending.command).__name__
