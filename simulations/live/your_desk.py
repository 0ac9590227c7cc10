"""The desk that a person takes in a browser while the rest of a demo is played: as whom, and with which devices."""

from msgspec import Struct

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.layout import Layout
from simulations.people.crew import on_shift

ONE_OF_SEVERAL = ("queue", "calls")
"""Types of device in the hall: the people who are played use the first; the last is yours, if there is another."""


class NoSuchDesk(ValueError):
    """Nobody can sit there; the message says where one can."""


class YourDesk(Struct, frozen=True, kw_only=True):
    """You: nobody is played at this desk, and these devices are not emulated."""

    desk: str
    engineer: str
    name: str
    devices: tuple[Device, ...]

    def __str__(self) -> str:
        return f"You are {self.name} ({self.engineer}) at desk {self.desk}. Yours: {', '.join(self.devices)}"


def your_desk(layout: Layout, desk: str, day: Instant) -> YourDesk:
    """Raises NoSuchDesk."""
    if desk not in layout.desks:
        raise NoSuchDesk(f"There is no desk {desk!r} in this shop: take one of {', '.join(layout.desks)}.")
    engineer = who_you_are(layout, day)
    if not engineer:
        raise NoSuchDesk("No engineer works on this day by the shift list, so you cannot be one of them.")
    return YourDesk(
        desk=desk,
        engineer=engineer,
        name=layout.engineers[engineer].name,
        devices=your_devices(layout, desk, engineer),
    )


def who_you_are(layout: Layout, day: Instant) -> str:
    """Of the engineers on this day's shift the one who may do most; of several, the last. "" if nobody works."""
    staff = on_shift(layout, day)
    rows = [row for name, row in layout.engineers.items() if name in staff]
    ranked = [(len(row.lines), len(row.certificates), place, row.id) for place, row in enumerate(rows)]
    return max(ranked)[-1] if ranked else ""


def your_devices(layout: Layout, desk: str, engineer: str) -> tuple[Device, ...]:
    """What a browser holds in the place of an emulator. A terminal that other desks use too stays emulated."""
    row = layout.desks[desk]
    shared = any(other.pos == row.pos for other in layout.desks.values() if other.id != desk)
    hall = [[device for device in layout.devices if device.startswith(f"{kind}/")] for kind in ONE_OF_SEVERAL]
    return (
        f"handheld/{layout.engineers[engineer].handheld}",
        f"pad/{row.pad}",
        *(() if shared else (f"pos/{row.pos}",)),
        *(machines[-1] for machines in hall if len(machines) > 1),
    )
