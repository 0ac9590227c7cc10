"""The coordinator's disk: what is synced survives, and what was being written when the power went may survive in part.

The journal is the real one, in files. A crash is a copy of its files as they are at that moment; what SQLite has not
synced yet may then be whole, cut at any byte, or have one byte changed.
"""

import shutil
from pathlib import Path
from random import Random
from typing import Final, Literal, TypeAlias

Tail: TypeAlias = Literal["whole", "cut", "garbled", "gone"]

NAME: Final = "shop.db"
LOG: Final = f"{NAME}-wal"
ANCHOR: Final = f"{NAME}.anchor"
LOG_HEADER_BYTES: Final = 32
"""When SQLite begins its log anew it syncs the header before any frame."""
FRAME_HEADER_BYTES: Final = 24
"""It says whether a transaction ends here. With that rotten a journal is refused, and rightly so: see tests/service."""
FRAME_BYTES: Final = FRAME_HEADER_BYTES + 4096
KEPT: Final = (NAME, LOG, ANCHOR)


class Disk:
    """One folder after another; the newest is the disk as it is."""

    def __init__(self, folder: Path, chance: Random) -> None:
        self._root = folder
        self._chance = chance
        self._number = 0
        self._before: dict[str, bytes] = {}
        self.folder = self._next()

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / NAME}"

    def about_to_sync(self) -> None:
        """Remember what is surely on the disk."""
        self._before = {name: _content(self.folder / name) for name in (LOG, ANCHOR)}

    def crash(self) -> None:
        """All that is in the files survives."""
        self._move_on()

    def crash_unsynced(self) -> Tail:
        """What was written since ``about_to_sync`` survives in part; and nobody has been told of it."""
        after = _content(self.folder / LOG)
        self._move_on()
        (self.folder / ANCHOR).write_bytes(self._before[ANCHOR])
        begin = max(LOG_HEADER_BYTES, _first_difference(self._before[LOG], after))
        tails: tuple[Tail, ...] = ("whole", "cut", "garbled", "gone")
        tail = tails[int(self._chance.random() * len(tails))] if begin < len(after) else "whole"
        (self.folder / LOG).write_bytes(self._torn(tail, after, begin))
        return tail

    def _torn(self, tail: Tail, log: bytes, begin: int) -> bytes:
        at = begin + int(self._chance.random() * (len(log) - begin))
        in_head = (at - LOG_HEADER_BYTES) % FRAME_BYTES < FRAME_HEADER_BYTES
        if tail == "garbled" and in_head:
            at = min(at + FRAME_HEADER_BYTES, len(log) - 1)
        match tail:
            case "cut":
                return log[:at]
            case "garbled":
                return log[:at] + bytes([log[at] ^ 1 << int(self._chance.random() * 8)]) + log[at + 1 :]
            case "gone":
                return self._before[LOG]
            case _:
                return log

    def _move_on(self) -> None:
        old, self.folder = self.folder, self._next()
        for name in KEPT:
            if (old / name).exists():
                shutil.copyfile(old / name, self.folder / name)

    def _next(self) -> Path:
        self._number += 1
        made = self._root / str(self._number)
        made.mkdir()
        return made


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _first_difference(before: bytes, after: bytes) -> int:
    """Where ``after`` begins to be another."""
    common = min(len(before), len(after))
    if before[:common] == after[:common]:
        return common
    low, high = 0, common
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if before[:middle] == after[:middle] else (low, middle)
    return low
