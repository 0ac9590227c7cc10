"""The journal: what the floor was told, and a digest of what it answered. The border of durability of one shop.

A receipt is true because the entry is here; nothing leaves the coordinator before its cause is. Entries are chained by
hash, numbered without gaps and never changed. Everything else that is written is a function of them: the outbox,
the checkpoints, and the records that the caller writes in the same transaction.

The tables are declared with SQLModel, and looked at and grown by it. The hot path is the driver's ``executemany``.
One thread at a time.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import BigInteger, Connection, Index, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field, SQLModel

from shopfloor.contract.actor import Device, Instant
from shopfloor.service import inspection
from shopfloor.service.anchor import ANCHOR_EVERY, FORMAT, Anchor, write_anchor
from shopfloor.service.entries import (
    GENESIS,
    GENESIS_KIND,
    NO_OUTPUTS,
    Checkpoint,
    Entry,
    Head,
    KnownEntry,
    NewEntry,
    Unsent,
    checkpoint_sha256,
    first_link,
    link,
    outbox_id,
    outgoing_check,
    row_of,
)
from shopfloor.service.identities import Identities
from shopfloor.service.seams import Seam, no_seam
from shopfloor.service.statements import (
    ADD_ENTRY,
    ADD_OUTGOING,
    DROP_CHECKPOINTS,
    DROP_SENT,
    KEEP_CHECKPOINT,
    SET_META,
)
from shopfloor.service.store import (
    AlreadyThere,
    Corrupt,
    DurabilityUnknown,
    Repeated,
    WriterLock,
    beside,
    database_path,
    driver_of,
    empty_log,
    failed_write,
    sync_file,
    writing_engine,
)

CHECKPOINTS_KEPT = 8
"""A week of day closes and the one before."""


class EntryRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """One input of the floor with what became of it."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("entry_identity", "store", "device", "boot", "seq", unique=True, sqlite_where=text("device != ''")),
    )

    n: int = Field(primary_key=True)
    store: str
    at: int = Field(sa_type=BigInteger)
    device: str
    boot: int = Field(sa_type=BigInteger)
    seq: int = Field(sa_type=BigInteger)
    kind: str
    body: bytes
    outcome: str
    code: str
    reason: str
    digest: bytes
    chain: bytes


class OutboxRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """A message that may leave, because its entry is durable, and is not known to have left. Gone once it has."""

    __tablename__ = "outbox"

    id: int = Field(primary_key=True)
    entry: int
    topic: str
    payload: bytes
    crc32: int = Field(sa_type=BigInteger)


class CheckpointRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """The floor's whole state after entry ``n``."""

    __tablename__ = "checkpoint"

    n: int = Field(primary_key=True)
    release: str
    state: bytes
    sha256: bytes


class MetaRow(SQLModel, table=True):  # type: ignore[explicit-any]  # of SQLModel's own making
    """What the file says of itself: format, store, release, genesis (sha256 of the first body)."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str


TABLES = ("entry", "outbox", "checkpoint", "meta")


class Journal:
    """One shop's journal, open for its one writer."""

    def __init__(self, database: Path, store: str, release: str, lock: WriterLock, seam: Seam = no_seam) -> None:
        """For ``create`` and ``open``: takes over the lock, and refuses what the start-up table refuses."""
        found = inspection.inspect(database, store, release)
        self.remarks = found.remarks
        """What was found at the start that a person should read; it did not keep the shop closed."""
        self.anchor_trouble: str | None = None
        """Why the anchor could not be rewritten last time. Not a reason to stop: it is tried again."""
        self._database, self._store, self._release, self._lock, self._seam = database, store, release, lock, seam
        self._head, self._anchored = found.head, 0
        self._stopped = ""
        self._engine = writing_engine(database)
        self._connection = self._engine.connect()
        self._driver = driver_of(self._connection)
        self._identities = Identities(self._driver, store)
        empty_log(self._driver)  # leftovers of a torn write must not look like lost commits at a later start
        if found.release != release:
            with self._writing():
                self._driver.execute(SET_META, ("release", release))
        self.anchor()

    @classmethod
    def create(cls, url: str, store: str, genesis: bytes, release: str, at: Instant) -> Self:
        """Open a new shop: entry 1 holds its configuration. Refused where there is, or ever was, a journal.

        Whatever interrupts it, there is a whole journal afterwards or none.
        """
        database = database_path(url)
        there = [path.name for path in (database, beside(database, "-wal")) if path.exists() and path.stat().st_size]
        there += [path.name for path in (beside(database, ".anchor"),) if path.exists()]
        if there:
            raise AlreadyThere(
                f"A shop was opened here before ({', '.join(there)} in {database.parent}). Start it without --new, or "
                "move all its files away first."
            )
        lock = WriterLock(database)
        try:
            chain = _build(database, store, genesis, release, at)
            write_anchor(beside(database, ".anchor"), Anchor(FORMAT, store, GENESIS, chain.hex()))
            return cls(database, store, release, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, url: str, store: str, release: str, seam: Seam = no_seam) -> Self:
        """Open a shop's journal after checking it. A ``JournalRefused`` has changed nothing."""
        database = database_path(url)
        inspection.must_be_there(database)
        lock = WriterLock(database)
        try:
            return cls(database, store, release, lock, seam)
        except BaseException:
            lock.release()
            raise

    @property
    def head(self) -> Head:
        """Where the journal ends. The next entry has the next number, and a time that is no earlier."""
        return self._head

    def append(
        self,
        entries: Sequence[NewEntry],
        *,
        sent: Sequence[int] = (),
        also: Callable[[Connection], None] | None = None,
    ) -> list[int]:
        """Make a batch durable in one transaction and return its entries' numbers, ``head.n + 1`` and on.

        ``sent`` are ids of messages that have left, taken from the outbox on this occasion. ``also`` writes the
        records. A batch may be empty when only these matter. Raises NotDurable or Repeated (rolled back), or
        DurabilityUnknown (the process must end); what ``also`` raises comes through, rolled back.
        """
        chained, outgoing, head = self._chained(entries)
        with self._writing() as connection:
            try:
                self._driver.executemany(ADD_ENTRY, chained)
            except sqlite3.IntegrityError as error:
                raise Repeated(f"The batch brings an event that is journaled already: {error}") from error
            self._driver.executemany(ADD_OUTGOING, outgoing)
            self._driver.executemany(DROP_SENT, [(number,) for number in sent])
            if also is not None:
                also(connection)
            self._seam("written")
        first, self._head = self._head.n + 1, head
        for entry in entries:
            if entry.device:
                self._identities.committed(entry.device, entry.boot, entry.seq)
        if head.n - self._anchored >= ANCHOR_EVERY:
            self.anchor()
        return list(range(first, head.n + 1))

    def known(self, device: Device, boot: int, seq: int) -> KnownEntry | None:
        """What became of this event if it came before, however long ago; None if it is new.

        It sees committed entries only: repeats within a batch that is being gathered are the caller's to drop.
        """
        return self._identities.find(device, boot, seq)

    def newest_boots(self) -> dict[Device, int]:
        """The highest boot that each device has spoken in, so that a straggler of an earlier one can be told."""
        return self._identities.newest_boots()

    def entries(self, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Entries in order, ``after < n <= upto``, read a page at a time; entries may be appended meanwhile."""
        return inspection.read_entries(self._driver, after, upto)

    def verify(self) -> None:
        """Check every entry from the first, and all that goes with them; Corrupt names the first bad entry."""
        found = inspection.verify(self._driver, self._database, self._store)
        if found != self._head:
            raise Corrupt(
                f"The file ends at entry {found.n}, and what was committed here ends at {self._head.n}: another hand "
                "wrote in it."
            )

    def write_checkpoint(self, n: int, state: bytes) -> None:
        """Keep the floor's state after entry ``n``, and forget the oldest beyond ``CHECKPOINTS_KEPT``."""
        assert GENESIS <= n <= self._head.n, f"there is no entry {n} to keep the state of"
        chain = next(self.entries(n - 1, n)).chain
        checkpoint = Checkpoint(n, self._release, state)
        with self._writing():
            row = (n, self._release, state, checkpoint_sha256(checkpoint, chain))
            self._driver.execute(KEEP_CHECKPOINT, row)
            self._driver.execute(DROP_CHECKPOINTS, (CHECKPOINTS_KEPT,))
            self._seam("checkpointing")
        self.anchor()

    def latest_checkpoint(self) -> Checkpoint | None:
        """The last state kept, checked; a replay begins at the entry after it."""
        return inspection.latest_checkpoint(self._driver, self._head)

    def mark_sent(self, ids: Sequence[int]) -> None:
        """Take messages that have left from the outbox, in a commit of its own; ``append(sent=…)`` does it for less."""
        self.append((), sent=ids)

    def unsent(self) -> Iterator[Unsent]:
        """Messages not known to have left, in the order in which they were caused."""
        return inspection.read_outbox(self._driver)

    def anchor(self) -> None:
        """Note the head outside the database. Trouble with that does not stop the shop; see ``anchor_trouble``."""
        if self._anchored == self._head.n:
            return
        mark = Anchor(FORMAT, self._store, self._head.n, self._head.chain.hex())
        try:
            write_anchor(beside(self._database, ".anchor"), mark)
        except OSError as error:
            self.anchor_trouble = f"The anchor cannot be written: {error}"
        else:
            self._anchored, self.anchor_trouble = self._head.n, None

    def close(self) -> None:
        """Stop cleanly: anchor the head, bring the write-ahead log home, let the next writer in."""
        if self._connection.closed:
            return
        try:
            if not self._stopped:
                self.anchor()
                empty_log(self._driver)
        finally:
            self._connection.close()
            self._engine.dispose()
            self._lock.release()

    def _chained(self, entries: Sequence[NewEntry]) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], Head]:
        """The rows of a batch, chained; the rows of its outbox; and the head that it will make."""
        chained: list[tuple[object, ...]] = []
        outgoing: list[tuple[object, ...]] = []
        n, chain, at = self._head.n, self._head.chain, self._head.at
        for entry in entries:
            assert entry.at >= at, f"{entry.kind}: time runs backwards, from {at} to {entry.at}"
            n, at = n + 1, entry.at
            row = row_of(n, self._store, entry)
            chain = link(chain, row)
            chained.append((*row, chain))
            for place, message in enumerate(entry.outgoing):
                number = outbox_id(n, place)
                check = outgoing_check(number, n, message.topic, message.payload)
                outgoing.append((number, n, message.topic, message.payload, check))
        return chained, outgoing, Head(n, chain, at)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction, committed and synced at the end, or rolled back; never tried again."""
        if self._stopped:
            raise DurabilityUnknown(self._stopped)
        try:
            with self._connection.begin():
                yield self._connection
        except (sqlite3.Error, DBAPIError) as error:
            meaning = failed_write(error)
            if isinstance(meaning, DurabilityUnknown):
                self._stopped = str(meaning)
            if meaning is None:
                raise
            raise meaning from error


def _build(database: Path, store: str, genesis: bytes, release: str, at: Instant) -> bytes:
    """Make a journal under another name, and give it its own only when it is whole and synced; returns the chain."""
    fresh = beside(database, ".new")
    for suffix in ("", "-wal", "-shm"):
        beside(fresh, suffix).unlink(missing_ok=True)
    entry = NewEntry(at=at, kind=GENESIS_KIND, body=genesis, outcome="accepted", digest=NO_OUTPUTS)
    row = row_of(GENESIS, store, entry)
    chain = link(first_link(store), row)
    meta = {"format": str(FORMAT), "store": store, "release": release, "genesis": hashlib.sha256(genesis).hexdigest()}
    engine = writing_engine(fresh)
    with engine.connect() as connection:
        driver = driver_of(connection)
        with connection.begin():
            SQLModel.metadata.create_all(connection, tables=[SQLModel.metadata.tables[name] for name in TABLES])
            driver.executemany(SET_META, list(meta.items()))
            driver.execute(ADD_ENTRY, (*row, chain))
        empty_log(driver)
    engine.dispose()
    sync_file(fresh)
    fresh.replace(database)
    sync_file(database.parent)
    return chain
