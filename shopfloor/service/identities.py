"""Who said what before: repeats are known for ever, in bounded memory."""

import hashlib
import sqlite3

from shopfloor.contract.actor import Device
from shopfloor.service.entries import NUMBER_MAX, KnownEntry
from shopfloor.service.statements import FIND_IDENTITY, HIGHEST_SEQ, NEWEST_BOOTS

MARKS_MAX = 4_096
"""Device boots whose highest seq is kept in memory. Beyond it, and after a restart, the table is asked."""


class Identities:
    """The index by ``(device, boot, seq)`` of one journal's committed entries.

    The table is the truth. In front of it stands the highest seq of each device boot that spoke lately, so that what is
    surely new, which is nearly everything, costs no query.
    """

    def __init__(self, driver: sqlite3.Connection, store: str, marks_max: int = MARKS_MAX) -> None:
        self._driver, self._store, self._marks_max = driver, store, marks_max
        self._marks: dict[tuple[Device, int], int] = {}

    def find(self, device: Device, boot: int, seq: int) -> KnownEntry | None:
        """The entry with this identity, or None if there is none."""
        assert device, "only what a device sent has an identity"
        if not (0 <= boot <= NUMBER_MAX and 0 <= seq <= NUMBER_MAX) or seq > self._highest(device, boot):
            return None
        row = self._driver.execute(FIND_IDENTITY, (self._store, device, boot, seq)).fetchone()
        if row is None:
            return None
        n, outcome, code, reason, body = row
        return KnownEntry(n, outcome, code, reason, hashlib.sha256(body).digest())

    def newest_boots(self) -> dict[Device, int]:
        """The highest boot that each device has spoken in."""
        return dict(self._driver.execute(NEWEST_BOOTS, {"store": self._store}).fetchall())

    def committed(self, device: Device, boot: int, seq: int) -> None:
        """An entry was committed. A mark that is not kept is not begun here: the table may hold a higher one."""
        mark = self._marks.get((device, boot))
        if mark is not None:
            self._marks[device, boot] = max(mark, seq)

    def _highest(self, device: Device, boot: int) -> int:
        """The highest seq of this boot, or -1. Asking keeps the mark; the one not asked for longest makes room."""
        mark = self._marks.pop((device, boot), None)
        if mark is None:
            (found,) = self._driver.execute(HIGHEST_SEQ, (self._store, device, boot)).fetchone()
            mark = -1 if found is None else found
        self._marks[device, boot] = mark
        if len(self._marks) > self._marks_max:
            del self._marks[next(iter(self._marks))]
        return mark
