"""Where a journal lies: its address, its lock, its connections, and what SQLite's errors mean for the shop.

Everything that is peculiar to SQLite is in this room and in ``wal.py``. The settings are the ones that make a receipt
true: write-ahead log, ``synchronous=FULL``, ``BEGIN IMMEDIATE`` on each write (a transaction that begins by reading
fails at once on its first write when somebody else wrote in between, whatever the busy wait), and one writing process.
"""

import fcntl
import os
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from shopfloor import Unusable

BUSY_WAIT_S = 5.0
"""How long a write waits for a stranger's lock before it is given up."""
BUSY_LOOK_S = 0.01


class JournalError(Unusable):
    """Something is wrong with the journal; the message is for a person."""


class JournalRefused(JournalError):
    """The journal must not be used as it was found. The message says what was found and what can be done.

    Nothing was changed: the files are as they were, as evidence.
    """


class Missing(JournalRefused):
    """There is no journal, or there was one and it is gone. It is never replaced by an empty one."""


class AlreadyThere(JournalRefused):
    """A new shop was to be made where there is, or was, one."""


class Corrupt(JournalRefused):
    """Broken chain, malformed file, or fewer entries than the anchor knows of."""


class Newer(JournalRefused):
    """Written in a format that this release does not know."""


class OtherRelease(JournalRefused):
    """Another release handled the entries behind the last checkpoint: a replay must not cross a change of code."""


class OtherStore(JournalRefused):
    """The journal, or its anchor, belongs to another store."""


class Locked(JournalRefused):
    """Another process is this journal's writer."""


class Unsupported(JournalRefused):
    """An address of a kind that no journal can be kept at."""


class Repeated(JournalError):
    """A batch brought a ``(device, boot, seq)`` that is journaled already: ``known`` was not asked. Rolled back."""


class NotDurable(JournalError):
    """The batch was rolled back: nothing of it is written, and no receipt may be sent for it."""


class DurabilityUnknown(JournalError):
    """A write, sync or commit failed half-way, so nobody knows what the disk holds. It is never tried again:
    the process has to end, and the next start reads what is there."""


def database_path(url: str) -> Path:
    """The file behind a ``sqlite:///…`` address; any other address is refused."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise Unsupported(f"{url!r} is not a database address; write sqlite:///path/to/journal.db") from None
    if address.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise Unsupported(
            f"The journal is kept in SQLite only, not in {address.drivername!r}; write sqlite:///path/to/journal.db"
        )
    if address.database in (None, "", ":memory:") or address.query:
        raise Unsupported(
            f"{url!r} is not a plain file, so it cannot outlive a crash; write sqlite:///path/to/journal.db"
        )
    return Path(str(address.database)).absolute()


def beside(database: Path, suffix: str) -> Path:
    """A companion of the database: ``-wal``, ``-shm``, ``.anchor``, ``.lock``, ``.new``."""
    return database.with_name(database.name + suffix)


class WriterLock:
    """The right to write one journal; the kernel takes it back when the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        path = beside(database, ".lock")
        self._file = path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise Locked(
                f"{database} is being written by process {holder}. One journal has one writer: stop that process first."
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let the next writer in. The file stays, for it means nothing without its lock."""
        self._file.close()


def writing_engine(database: Path) -> Engine:
    """The engine of the one writer: connections that sync each commit, transactions that begin IMMEDIATE."""
    engine = create_engine(
        URL.create("sqlite", database=str(database)),
        poolclass=NullPool,
        connect_args={"timeout": BUSY_WAIT_S, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _make_durable)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _make_durable(driver: sqlite3.Connection, _record: object) -> None:
    _write_ahead(driver)
    for pragma in ("synchronous=FULL", "cell_size_check=ON", "trusted_schema=OFF"):
        driver.execute(f"PRAGMA {pragma}")
    mode, synchronous = (driver.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous"))
    assert (mode, synchronous) == ("wal", 2), f"SQLite did not take the durable settings: {mode}, {synchronous}"


def _write_ahead(driver: sqlite3.Connection) -> None:
    """Of several that open a new file at the same moment, SQLite turns all but one away at once, whatever their
    timeout: each would wait for the others."""
    until = time.monotonic() + BUSY_WAIT_S
    while True:
        try:
            driver.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as fault:
            if not is_busy(fault) or time.monotonic() > until:
                raise
            time.sleep(BUSY_LOOK_S)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    driver_of(connection).execute("BEGIN IMMEDIATE")


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, for the hot path and for reads outside a transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def reading_connection(database: Path) -> sqlite3.Connection:
    """Look without touching: neither the file nor its write-ahead log changes, also when it is closed last."""
    driver = sqlite3.connect(
        f"file:{quote(str(database))}?mode=ro", uri=True, timeout=BUSY_WAIT_S, isolation_level=None
    )
    driver.execute("PRAGMA cell_size_check=ON")
    return driver


def empty_log(driver: sqlite3.Connection) -> None:
    """Bring the write-ahead log home and cut it to nothing; while somebody still reads, some is left for later."""
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def sync_file(path: Path) -> None:
    """Have a file's, or a directory's, content on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _code(error: Exception) -> int:
    """SQLite's primary result code, the low byte of the extended one; OK if the error is not SQLite's own."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    extended: int = getattr(origin, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return extended & 0xFF


def is_busy(error: Exception) -> bool:
    """Whether somebody else's lock is the trouble, and not the file."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def failed_write(error: sqlite3.Error | DBAPIError) -> NotDurable | DurabilityUnknown | None:
    """What a database error in a write means for the batch; None if it is not about storage at all."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    match _code(error):
        case sqlite3.SQLITE_FULL:
            return NotDurable("The disk is full: nothing of this batch is written. Make room, then go on.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return NotDurable(
                "Another connection holds the database (a backup, or a shell with an open transaction?) and did not "
                "let go in time: nothing of this batch is written. Close it."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return NotDurable(f"The journal cannot be written ({origin}): nothing of this batch is written.")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DurabilityUnknown(
                f"Writing failed half-way ({origin}), and what the disk holds is unknown. This process must end; "
                "check the disk before the next start."
            )
    return None
