"""Where a demo's pages are, and how to come in: for whoever started it."""

import select
import sys
import time
from pathlib import Path

from msgspec import Struct

from shopfloor.contract.actor import Device
from shopfloor.contract.layout import Layout
from shopfloor.service.store import beside
from shopfloor.web.access.book import AccessBook, first_pins
from shopfloor.web.addresses import drawn, set_up_address
from shopfloor.web.listening import LOOPBACK
from simulations.live.your_desk import YourDesk


class Invitation(Struct, frozen=True, kw_only=True):
    """PINs and set-up addresses: a demo gives them away, a shop does not."""

    address: str
    manager: str
    pins: dict[str, str]
    """Badge → PIN."""
    set_up: dict[Device, str]
    """Your devices, if a desk is yours → the address that makes a browser one of them."""

    def __str__(self) -> str:
        lines = [f"Pages: {self.address}"]
        lines += [f"  sign in as {badge}, PIN {pin}{self._sees(badge)}" for badge, pin in self.pins.items()]
        if self.set_up:
            lines.append("Open each of these in a tab, and it becomes that device (each works once):")
        lines += [f"  {device}: {address}" for device, address in self.set_up.items()]
        return "\n".join(lines)

    def _sees(self, badge: str) -> str:
        return ": /board and /settings" if badge == self.manager else ": /handheld"

    def in_a_line(self) -> str:
        """What is needed again and again."""
        return "  ".join([self.address, *(f"{badge} PIN {pin}" for badge, pin in self.pins.items())])

    def code(self) -> str:
        """A QR code of the first address that a handheld needs; empty where no other machine may come."""
        first = next(iter(self.set_up.values()), self.address)
        return drawn(first) if LOOPBACK not in self.address else ""

    @property
    def is_to_be_read(self) -> bool:
        """Somebody sits at this terminal and has addresses to open."""
        return bool(self.set_up) and sys.stdin.isatty()

    def next_step(self) -> str:
        return "Enter shows the floor here; the shop runs on meanwhile." if self.is_to_be_read else ""

    def is_read(self) -> bool:
        """Enter was pressed: the floor may cover the addresses. Nobody else is waited for."""
        if not self.is_to_be_read:
            return True
        pressed, _, _ = select.select([sys.stdin], [], [], 0)
        return bool(pressed and sys.stdin.readline())


def invite(database: Path, layout: Layout, yours: YourDesk | None, address: str) -> Invitation:
    """A manager may sign in, and you at your desk if one is yours."""
    now = round(time.time() * 1000)
    book = AccessBook(beside(database, ".access"), layout)
    try:
        manager = next(iter(layout.managers))
        who = [manager, *([yours.engineer] if yours is not None else [])]
        devices = yours.devices if yours is not None else ()
        codes = {device: book.new_code(device, now)[0] for device in devices}
        return Invitation(
            address=address,
            manager=manager,
            pins=first_pins(book, who, now),
            set_up={device: set_up_address(_of_its_own(address, device), code) for device, code in codes.items()},
        )
    finally:
        book.close()


def _of_its_own(address: str, device: Device) -> str:
    """On this machine each device gets a name of its own, ``pad-8.localhost``: browsers know that as this machine, and
    keep cookies by name, so one browser can be all of them in tabs side by side."""
    return address.replace(LOOPBACK, f"{device.rpartition('/')[2]}.localhost")
