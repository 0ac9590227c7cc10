"""How many at the same time, over a day: queue, desks taken, clerks and robots at work."""

from typing import Final

from shopfloor.contract.actor import Instant
from simulations.experiments.result import MS_A_MIN, SLOT_MIN

SLOT: Final = SLOT_MIN * MS_A_MIN
SLOTS: Final = 4 * 24


class Curve:
    """How many at a time, as ms in each slot of the day."""

    def __init__(self, begins: Instant) -> None:
        self._begins = begins
        self.slots = [0] * SLOTS

    def add(self, since: Instant, until: Instant) -> None:
        """One was there from since until until."""
        at = max(since, self._begins)
        while at < until:
            slot = min((at - self._begins) // SLOT, SLOTS - 1)
            ends = until if slot == SLOTS - 1 else min(until, self._begins + (slot + 1) * SLOT)
            self.slots[slot] += ends - at
            at = ends

    def trimmed(self) -> list[int]:
        """Without the empty end."""
        last = max((slot for slot, ms in enumerate(self.slots) if ms), default=-1)
        return self.slots[: last + 1]
