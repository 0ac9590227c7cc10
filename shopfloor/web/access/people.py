"""Whose badge this is: people, and what they may be here, come from the layout alone."""

from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import Device
from shopfloor.contract.layout import Layout
from shopfloor.web.access.visitor import Role

ENROLLED_TYPES: Final = ("handheld", "pad", "pos", "queue", "calls", "board")
"""Devices of the layout that a browser can be. A ``board`` hangs on a wall and only shows."""


class Person(Struct, frozen=True):
    """Somebody who works here."""

    badge: str
    name: str
    role: Role
    handheld: Device = ""
    """The one place where an engineer or parts keeper signs in."""

    def signs_in_at(self, device: Device) -> bool:
        """Managers sign in anywhere, also at a browser that is no device."""
        return self.role is Role.MANAGER or self.handheld == device


def person_of(layout: Layout, badge: str) -> Person | None:
    """The person with this badge, if there is one."""
    if badge in layout.managers:
        return Person(badge, layout.managers[badge].name, Role.MANAGER)
    holder = layout.engineers.get(badge) or layout.parts_keepers.get(badge)
    return Person(badge, holder.name, Role.ENGINEER, f"handheld/{holder.handheld}") if holder is not None else None


def badges(layout: Layout) -> tuple[str, ...]:
    """Everybody's, managers first."""
    return (*layout.managers, *layout.engineers, *layout.parts_keepers)


def enrolled_devices(layout: Layout) -> tuple[Device, ...]:
    """Whatever in this shop a browser can be."""
    return tuple(device for device in layout.devices if device.split("/")[0] in ENROLLED_TYPES)
