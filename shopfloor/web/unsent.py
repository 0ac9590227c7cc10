"""What the browsers that are devices still have to send, as they told last: for the manager's board."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from shopfloor.contract.actor import Device, Instant

DEVICES_MAX: Final = 500


class Unsent(Struct, frozen=True):
    """How many entries wait in a browser, and which was the last it numbered."""

    boot: Annotated[int, Meta(ge=0, lt=2**53)]
    seq: Annotated[int, Meta(ge=0, lt=2**53)]
    waiting: Annotated[int, Meta(ge=0, le=100_000)]


class UnsentBook:
    """Device → what it told last, and when (the wall's time)."""

    def __init__(self) -> None:
        self.rev = 0
        """Grows when a picture of it would be another one."""
        self._told: dict[Device, tuple[Unsent, Instant]] = {}

    def note(self, device: Device, unsent: Unsent, at: Instant) -> None:
        """A page tells; the device that was silent for longest goes when there are too many."""
        before = self._told.pop(device, None)
        self._told[device] = (unsent, at)
        self.rev += unsent.waiting != (before[0].waiting if before is not None else 0)
        if len(self._told) > DEVICES_MAX:
            del self._told[next(iter(self._told))]

    def all(self) -> dict[Device, tuple[Unsent, Instant]]:
        return dict(self._told)
