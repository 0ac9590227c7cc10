"""Devices that come and go, alone or all at once (E28), and what they say about our commands."""

from shopfloor.contract.actor import SECOND, Device
from shopfloor.contract.events import CommandDone, CommandRefused, DeviceConnected, DeviceLost
from shopfloor.contract.facts import (
    CommandWasDone,
    CommandWasRefused,
    DeviceCameOnline,
    DeviceWentOffline,
    ModeChanged,
)
from shopfloor.core.room import Room
from shopfloor.core.shop import MANAGER, Shop

room = Room("devices")

NETWORK = "network"
"""What the alarm is about."""
NETWORK_LOST = "network-lost"
"""The mode of the shop while it lasts."""
LOST_TOGETHER = 60 * SECOND
"""Last wills so close to each other have one cause."""
LOST_TOGETHER_MIN = 5
"""Fewer may be a drawer of empty handhelds (assumed)."""
DEVICES_MAX = 5_000
"""The shop's own and the pages of its customers; names of nobody, made up by a liar, must not fill the books."""


# ── the network (E28) ───────────────────────────────────────────────────────────────────────────


def network_lost(shop: Shop) -> bool:
    """Whether no seal and no payment may be begun now; a ModeChanged says when it is over."""
    return bool(shop.books.outage)


def check_network(shop: Shop) -> None:
    """Refuse a person who begins a seal or a payment while the network is lost."""
    if network_lost(shop):
        shop.refuse(NETWORK_LOST, "The network is lost: nothing can be signed or paid now. Try again when it is back.")


def end_outage(shop: Shop, why: str) -> None:
    """What waited for the network goes on; those still away count as lost one by one."""
    if network_lost(shop):
        shop.books.outage = {}
        shop.all_clear(NETWORK)
        shop.note(ModeChanged(what=NETWORK_LOST, on=False, why=why))


def _lost_with_others(shop: Shop, by: Device) -> None:
    """Half of those that were online, within a minute, are no accident; at night people switch them off.

    Only the shop's own count: customers' pages come and go, and who makes up names must not stop the payments.
    """
    books = shop.books
    if not _is_ours(shop, by):
        return
    if network_lost(shop):
        books.outage[by] = False
        return
    books.lost = {device: at for device, at in books.lost.items() if shop.now - at <= LOST_TOGETHER}
    books.lost[by] = shop.now
    gone, left = len(books.lost), sum(online and _is_ours(shop, device) for device, online in books.online.items())
    if books.closed or gone < LOST_TOGETHER_MIN or gone < left:
        return
    books.outage, books.lost = dict.fromkeys(books.lost, False), {}
    why = f"{gone} of {gone + left} devices were lost within a minute"
    shop.alarm(NETWORK, f"Look at power and network: {why}. Nothing is signed or paid until half are back.", MANAGER)
    shop.note(ModeChanged(what=NETWORK_LOST, on=True, why=why))


def _back_with_others(shop: Shop, by: Device) -> None:
    books = shop.books
    books.lost.pop(by, None)
    if by in books.outage:
        books.outage[by] = True
        back = sum(books.outage.values())
        if 2 * back >= len(books.outage):
            end_outage(shop, f"{back} of {len(books.outage)} devices are back")


def _is_ours(shop: Shop, device: Device) -> bool:
    return device in shop.devices.get(device.partition("/")[0], {})


# ── one device ──────────────────────────────────────────────────────────────────────────────────


def forget_strangers(shop: Shop) -> None:
    """A new day: who is away and no device of the shop's is not known any more."""
    books = shop.books
    books.online = {device: on for device, on in books.online.items() if on or _is_ours(shop, device)}


@room.records(DeviceConnected)
def device_connected(shop: Shop, by: Device, _event: DeviceConnected) -> None:
    """E24: whoever comes (back) gets its whole picture and its open commands, with the same ids."""
    if by not in shop.books.online and len(shop.books.online) >= DEVICES_MAX:
        shop.refuse("too-many", f"{DEVICES_MAX} devices are known today; {by} is one too many.")
    shop.books.online[by] = True
    shop.books.shown.pop(by, None)  # its screen is empty now
    shop.redraw[by] = None
    shop.note(DeviceCameOnline(device=by))
    _back_with_others(shop, by)
    for pending in shop.books.pending.values():
        if pending.command.to == by:
            shop.say(pending.command)


@room.records(DeviceLost)
def device_lost(shop: Shop, by: Device, _event: DeviceLost) -> None:
    if not shop.books.online.get(by):
        shop.refuse("already", f"{by} is already known to be away.")
    shop.books.online[by] = False
    shop.note(DeviceWentOffline(device=by))
    _lost_with_others(shop, by)


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
