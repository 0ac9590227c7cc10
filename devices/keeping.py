"""A device's memory on disk: one JSON file, written whole, before anybody hears what the device has to say."""

import os
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from devices.client import Heard, Said
from shopfloor.contract.actor import Actor, Instant, TimePassed

M = TypeVar("M", bound=Struct)


class UnreadableMemory(RuntimeError):
    """The file is there and cannot be read. Never begin anew over it: it may hold what really lies in a cabinet."""


class MemoryFile(Generic[M]):
    """One memory and its file."""

    def __init__(self, path: Path, kind: type[M]) -> None:
        self._path = path
        self._kind = kind
        self._written = b""

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def read(self) -> M:
        """As it was left; empty at the first start. Raises UnreadableMemory."""
        if not self._path.exists():
            return self._kind()
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=self._kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as fault:
            raise UnreadableMemory(f"{self._path}: {fault}. Mend it, or move it away to begin anew.") from fault

    def write(self, memory: M) -> None:
        """Only when something has changed; the old file stays whole until the new one is."""
        content = msgspec.json.encode(memory)
        if content == self._written:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        half = self._path.with_suffix(".half")
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self._path)
        self._written = content


class Kept(Generic[M]):
    """An actor whose memory is on disk before its words leave it."""

    def __init__(self, actor: Actor[Heard, Said], memory: M, file: MemoryFile[M]) -> None:
        self._actor = actor
        self._memory = memory
        self._file = file
        file.write(memory)

    def handle(self, message: Heard | TimePassed, now: Instant) -> list[Said]:
        said = self._actor.handle(message, now)
        self._file.write(self._memory)
        return said

    @property
    def deadline(self) -> Instant | None:
        return self._actor.deadline
