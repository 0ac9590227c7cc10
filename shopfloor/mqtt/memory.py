"""What a device must not forget when its power fails: how often it has started, what it still has to say, what it did.

One SQLite file per device. An event is written here before it is sent, in the same transaction as the ids of the
commands that caused it, and stays until the floor's receipt; so a device that is killed at any moment neither loses an
event nor does a command twice.
"""

import sqlite3
from pathlib import Path
from typing import Final, Self, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import Device

Key: TypeAlias = tuple[int, int]
"""``(boot, seq)``: one message of one device, for ever."""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS boots (boot INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS outbox (
    boot INTEGER NOT NULL, seq INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (boot, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS done (
    command TEXT PRIMARY KEY, boot INTEGER NOT NULL, content BLOB NOT NULL
) WITHOUT ROWID;
"""


class MemoryInUse(RuntimeError):
    """Another process on this machine runs the same device."""


class Event(Struct, frozen=True):
    """An event in the outbox, as it is sent and sent again."""

    key: Key
    topic: str
    payload: bytes


class Done(Struct, frozen=True):
    """A command that was handed to the device in ``boot``; ``content`` is a hash, to know a changed one by."""

    command: str
    boot: int
    content: bytes


class Memory:
    """What one device keeps. Belongs to the thread that opened it."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        """Over a database that nobody else writes, in autocommit mode."""
        self._sql = sql
        self._sql.executescript(_TABLES)
        self._settled: Key = (0, 0)
        self.backlog = self._count()

    @classmethod
    def at(cls, directory: Path, device: Device) -> Self:
        """The device's own file in this directory, made if need be. Raises MemoryInUse."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{device.replace('/', '-')}.sqlite3"
        sql = sqlite3.connect(path, isolation_level=None, timeout=0.0)
        try:
            sql.execute("PRAGMA locking_mode = EXCLUSIVE")
            sql.execute("PRAGMA journal_mode = WAL")
            sql.execute("PRAGMA synchronous = FULL")
            return cls(sql)
        except sqlite3.OperationalError as fault:
            sql.close()
            raise MemoryInUse(f"{device}: {path}: {fault}") from fault

    def next_boot(self, at_least: int) -> int:
        """The number of this start: above all before it, and never below ``at_least``.

        With the milliseconds since 1970 as ``at_least`` a device whose disk was lost does not use an old number again,
        for which the floor would take its new events for repeats.
        """
        with self._sql:
            self._sql.execute("BEGIN IMMEDIATE")
            (last,) = self._sql.execute("SELECT coalesce(max(boot), 0) FROM boots").fetchone()
            boot = max(int(last) + 1, at_least)
            self._sql.execute("DELETE FROM boots")
            self._sql.execute("INSERT INTO boots VALUES (?)", (boot,))
        return boot

    def record(self, events: list[Event], done: list[Done]) -> None:
        """Write down, in one transaction, what was done and what is to be said about it."""
        with self._sql:
            self._sql.execute("BEGIN IMMEDIATE")
            self._sql.execute("DELETE FROM outbox WHERE (boot, seq) <= (?, ?)", self._settled)
            self._sql.executemany(
                "INSERT INTO outbox VALUES (?, ?, ?, ?)",
                [(*event.key, event.topic, event.payload) for event in events],
            )
            self._sql.executemany(
                "INSERT OR REPLACE INTO done VALUES (?, ?, ?)",
                [(each.command, each.boot, each.content) for each in done],
            )
        self.backlog += len(events)

    def head(self) -> Event | None:
        """The oldest event without a receipt."""
        if not self.backlog:
            return None
        row = self._sql.execute(
            "SELECT boot, seq, topic, payload FROM outbox WHERE (boot, seq) > (?, ?) ORDER BY boot, seq LIMIT 1",
            self._settled,
        ).fetchone()
        if row is None:
            return None
        boot, seq, topic, payload = row
        return Event((boot, seq), topic, payload)

    def settle(self, key: Key) -> None:
        """The oldest event has its receipt. Erased with the next record: until then a crash costs one repeat."""
        assert key > self._settled, key
        self._settled = key
        self.backlog -= 1

    def done(self, command: str) -> Done | None:
        """When this command was handed over, if ever."""
        row = self._sql.execute("SELECT boot, content FROM done WHERE command = ?", (command,)).fetchone()
        return None if row is None else Done(command, *row)

    def close(self) -> None:
        """Erase what is settled and let go of the file."""
        if self._settled != (0, 0):
            self.record([], [])
        self._sql.close()

    def _count(self) -> int:
        (count,) = self._sql.execute("SELECT count(*) FROM outbox").fetchone()
        return int(count)
