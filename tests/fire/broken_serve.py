"""Coordinators that break their promises, to see whether the judge notices: ``python -m tests.fire.broken_serve``.

``BREAK=lazy`` answers first and writes later. ``BREAK=forgetful`` does not know what it has heard before. Both die at
seams as the honest one does.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from shopfloor.contract.actor import Device
from shopfloor.service import serve
from shopfloor.service.entries import Head, KnownEntry, NewEntry
from shopfloor.service.journal import Journal
from tests.fire.doomed_serve import main

BREAK: Final = "BREAK"
PUT_OFF: Final = 8
"""Batches that the lazy one writes at a time."""
ANOTHER: Final = 1_000_000_000
Also = Callable[[Connection], None]


class Lazy(Journal):
    """Says of a batch that it is written, and writes it with later ones."""

    _waiting: Sequence[tuple[Sequence[NewEntry], Sequence[int], Also | None]] = ()

    @property
    def head(self) -> Head:
        entries = [entry for batch, _, _ in self._waiting for entry in batch]
        return self._chained(entries)[2]

    def append(self, entries: Sequence[NewEntry], *, sent: Sequence[int] = (), also: Also | None = None) -> list[int]:
        self._waiting = (*self._waiting, (entries, sent, also))
        if len(self._waiting) >= PUT_OFF:
            self._write()
        return []

    def write_checkpoint(self, n: int, state: bytes) -> None:
        self._write()
        super().write_checkpoint(n, state)

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, ()
        for entries, sent, also in waiting:
            super().append(entries, sent=sent, also=also)


class Forgetful(Journal):
    """Takes every event for a new one, and writes a repeat under another number."""

    def known(self, device: Device, boot: int, seq: int) -> KnownEntry | None:
        del device, boot, seq
        return None

    def append(self, entries: Sequence[NewEntry], *, sent: Sequence[int] = (), also: Also | None = None) -> list[int]:
        return super().append([self._renumbered(entry) for entry in entries], sent=sent, also=also)

    def _renumbered(self, entry: NewEntry) -> NewEntry:
        if not entry.device or super().known(entry.device, entry.boot, entry.seq) is None:
            return entry
        return msgspec.structs.replace(entry, seq=entry.seq + ANOTHER)


BROKEN: Final = {"lazy": Lazy, "forgetful": Forgetful}

if __name__ == "__main__":
    vars(serve)["Journal"] = BROKEN[os.environ[BREAK]]
    sys.exit(main())
