"""Looking at a journal before, and while, it is trusted: the start-up table, the full check, the good prefix.

| found | then |
|---|---|
| chain good, head at or beyond the anchor | start |
| the last write unfinished, head at or beyond the anchor | start, with a remark |
| anchor missing or unreadable | start, with a remark; it is written anew |
| chain broken, fewer entries than the anchor knows, malformed or rotten file | Corrupt |
| no file, or an empty one | Missing |
| newer format; entries of another release behind the last checkpoint | Newer, OtherRelease |

All of it reads; nothing writes. A journal that is refused stays as it was found.
"""

import hashlib
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from shopfloor.service.anchor import FORMAT, Anchor, AnchorUnreadable, read_anchor
from shopfloor.service.entries import (
    GENESIS,
    NUMBER_MAX,
    ChainedRow,
    Checkpoint,
    Entry,
    Head,
    Unsent,
    checkpoint_sha256,
    first_link,
    link,
    outgoing_check,
)
from shopfloor.service.statements import (
    ALL_META,
    BODY_AT,
    CHAIN_AT,
    CHECK_PAGES,
    LAST_CHECKPOINT,
    LAST_ENTRY,
    PAGE_OF_ENTRIES,
    PAGE_OF_OUTBOX,
    TABLE_NAMES,
)
from shopfloor.service.store import (
    Corrupt,
    JournalRefused,
    Locked,
    Missing,
    Newer,
    OtherRelease,
    OtherStore,
    beside,
    database_path,
    is_busy,
    reading_connection,
)
from shopfloor.service.wal import read_log_tail

CHECKED_AT_START = 200_000
"""Entries at the end of a journal whose chain is always verified at start (well under a second per 100 000); those
before them only back to the last checkpoint. The nightly ``verify`` takes them all."""

PAGE = 1_000
"""Entries read at a time."""

UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What SQLite's driver raises on a damaged file; the second where the damage is in the text of the error itself."""

WHAT_NOW = (
    "Nothing was changed: keep the files as evidence. 'shopfloor recover' with the same --db tells what is good, what "
    "is lost, and how to go on with that or with a backup."
)


class Found(Struct, frozen=True):
    """A journal fit to be opened."""

    head: Head
    release: str
    """The release that wrote last."""
    remarks: tuple[str, ...]
    """What a person should read in the log, although it does not keep the shop closed."""


def inspect(database: Path, store: str, release: str) -> Found:
    """Go through the start-up table; raises the refusal, or tells what was found."""
    anchor, remarks = _anchor_of(database)
    remarks += _judge_log(database)
    try:
        with closing(reading_connection(database)) as driver:
            meta = _meta(driver, database, store)
            head = _verified_head(driver, store, meta, whole=False)
            check_anchor(driver, head, anchor, store)
            kept = latest_checkpoint(driver, head)
            deque(read_outbox(driver), maxlen=0)
    except UNREADABLE as error:
        raise _unreadable(database, error) from error
    if meta["release"] != release and (kept is None or kept.n != head.n):
        raise OtherRelease(
            f"{database} was last written by release {meta['release']!r}, without a checkpoint at its end (entry "
            f"{head.n}), and this is {release!r}. Start {meta['release']!r} once and stop it: it writes the checkpoint."
        )
    return Found(head, meta["release"], tuple(remarks))


def verify(driver: sqlite3.Connection, database: Path, store: str) -> Head:
    """Check every entry from the first, and the pages, checkpoint, outbox and anchor.

    Corrupt names the first bad entry.
    """
    try:
        head = _verified_head(driver, store, _meta(driver, database, store), whole=True)
        anchor, _remarks = _anchor_of(database)
        check_anchor(driver, head, anchor, store)
        latest_checkpoint(driver, head)
        deque(read_outbox(driver), maxlen=0)
    except UNREADABLE as error:
        raise _unreadable(database, error) from error
    return head


def good_prefix(url: str, store: str) -> Iterator[Entry]:
    """The entries of a journal, without opening it, as long as their chain holds; then Corrupt. For looking only:
    at a journal that was refused, or beside a running coordinator."""
    database = database_path(url)
    must_be_there(database)
    with closing(reading_connection(database)) as driver:
        yield from walk(driver, first_link(store))


def store_of(url: str) -> str:
    """Whose journal this is, by its own word; for looking only."""
    database = database_path(url)
    must_be_there(database)
    with closing(reading_connection(database)) as driver:
        try:
            found = dict(driver.execute(ALL_META).fetchall()).get("store")
        except UNREADABLE as error:
            raise Corrupt(f"{database} is no journal that can be read ({error}). {WHAT_NOW}") from error
    if found is None:
        raise Corrupt(f"{database} does not say whose journal it is. {WHAT_NOW}")
    return str(found)


def walk(driver: sqlite3.Connection, chain: bytes, after: int = 0) -> Iterator[Entry]:
    """Entries behind ``after``, each checked; raises Corrupt at the first that does not continue the chain."""
    try:
        for row in _rows(driver, after, None):
            n = row[0]
            if n != after + 1:
                raise Corrupt(f"Entry {after + 1} is missing; the next one is {n}. {WHAT_NOW}")
            chain = link(chain, row[:-1])
            if chain != row[-1]:
                raise Corrupt(f"Entry {n} is not what was written: its chain is broken. {WHAT_NOW}")
            after = n
            yield Entry(*row)
    except UNREADABLE as error:
        raise Corrupt(f"Entry {after + 1} or one soon after it cannot be read ({error}). {WHAT_NOW}") from error


def read_entries(driver: sqlite3.Connection, after: int, upto: int | None = None) -> Iterator[Entry]:
    """Entries as they stand, unchecked."""
    return (Entry(*row) for row in _rows(driver, after, upto))


def _rows(driver: sqlite3.Connection, after: int, upto: int | None) -> Iterator[ChainedRow]:
    """Page by page, so that no cursor stays open while somebody writes."""
    last = upto if upto is not None else NUMBER_MAX
    while rows := driver.execute(PAGE_OF_ENTRIES, (after, last, PAGE)).fetchall():
        yield from rows
        after = rows[-1][0]


def read_outbox(driver: sqlite3.Connection) -> Iterator[Unsent]:
    """Messages not known to have left, in order; Corrupt at one that is not what was written."""
    after = -1
    while rows := driver.execute(PAGE_OF_OUTBOX, (after, PAGE)).fetchall():
        for number, entry, topic, payload, crc32 in rows:
            if outgoing_check(number, entry, topic, payload) != crc32:
                raise Corrupt(f"Message {number} in the outbox is not what was written. {WHAT_NOW}")
            yield Unsent(number, topic, payload)
        after = rows[-1][0]


def latest_checkpoint(driver: sqlite3.Connection, head: Head) -> Checkpoint | None:
    """The last state that was kept; Corrupt if it is not what was written."""
    row = driver.execute(LAST_CHECKPOINT).fetchone()
    if row is None:
        return None
    checkpoint = Checkpoint(*row[:3])
    chain = _chain_at(driver, checkpoint.n)
    if not chain or checkpoint.n > head.n:
        raise Corrupt(f"There is a checkpoint after entry {checkpoint.n}, but no such entry. {WHAT_NOW}")
    if checkpoint_sha256(checkpoint, chain) != row[3]:
        raise Corrupt(f"The checkpoint after entry {checkpoint.n} is not what was written. {WHAT_NOW}")
    return checkpoint


def check_anchor(driver: sqlite3.Connection, head: Head, anchor: Anchor | None, store: str) -> None:
    """Compare the journal with what its anchor remembers."""
    if anchor is None:
        return
    if anchor.format > FORMAT:
        raise Newer(f"The anchor has format {anchor.format}, this release knows {FORMAT}. Start the newer release.")
    if anchor.store != store:
        raise OtherStore(f"The anchor beside this journal is that of store {anchor.store!r}, not of {store!r}.")
    if anchor.n > head.n:
        raise Corrupt(f"The journal ends at entry {head.n}, but it had {anchor.n} entries: some were lost. {WHAT_NOW}")
    if _chain_at(driver, anchor.n).hex() != anchor.chain:
        raise Corrupt(f"Entry {anchor.n} is not the one the anchor remembers: the journal was rewritten. {WHAT_NOW}")


def must_be_there(database: Path) -> None:
    """Raises Missing where there is no journal to look at."""
    if database.exists() and database.stat().st_size > 0:
        return
    found = "is empty" if database.exists() else "is missing"
    if beside(database, ".anchor").exists():
        raise Missing(
            f"{database} {found}, but its anchor shows that this shop was opened before; it is not replaced by an "
            "empty one. Put a backup in its place and leave the anchor: 'shopfloor recover' with the same --db then "
            "tells what the backup lacks, and how to go on."
        )
    raise Missing(f"{database} {found}. A new shop is opened by 'shopfloor serve --new', never by starting it.")


def _unreadable(database: Path, error: Exception) -> JournalRefused:
    if is_busy(error):
        return Locked(f"Another connection keeps {database} to itself ({error}). Close it.")
    return Corrupt(f"{database} is malformed ({error}). {WHAT_NOW}")


def _anchor_of(database: Path) -> tuple[Anchor | None, list[str]]:
    try:
        anchor = read_anchor(beside(database, ".anchor"))
    except AnchorUnreadable as error:
        return None, [f"{error}: lost entries would go unnoticed; it is written anew."]
    if anchor is None:
        return None, ["The journal had no anchor: lost entries would go unnoticed; it is written anew."]
    return anchor, []


def _judge_log(database: Path) -> list[str]:
    tail = read_log_tail(beside(database, "-wal"))
    if not tail.header_good:
        raise Corrupt(f"The head of the write-ahead log beside {database} is damaged. {WHAT_NOW}")
    if tail.lost_commits > 1:
        raise Corrupt(
            f"The write-ahead log beside {database} is damaged, and {tail.lost_commits} committed transactions "
            f"lie behind the damage; SQLite would drop them in silence. {WHAT_NOW}"
        )
    return ["The last write was not finished, and was dropped."] if tail.unfinished else []


def _meta(driver: sqlite3.Connection, database: Path, store: str) -> dict[str, str]:
    tables = {name for (name,) in driver.execute(TABLE_NAMES)}
    if "meta" not in tables:
        raise Corrupt(f"{database} is a database, but not a journal. {WHAT_NOW}")
    meta: dict[str, str] = dict(driver.execute(ALL_META).fetchall())
    lacking = [key for key in ("format", "store", "release", "genesis") if not isinstance(meta.get(key), str)]
    if lacking or not meta["format"].isdecimal():
        raise Corrupt(f"{database} does not say its {', '.join(lacking or ['format'])}. {WHAT_NOW}")
    if int(meta["format"]) > FORMAT:
        raise Newer(
            f"{database} has format {meta['format']}, and this release knows {FORMAT}. "
            f"Start release {meta['release']!r}, which wrote it, or a later one."
        )
    if meta["store"] != store:
        raise OtherStore(f"{database} is the journal of store {meta['store']!r}, not of {store!r}.")
    return meta


def _verified_head(driver: sqlite3.Connection, store: str, meta: dict[str, str], *, whole: bool) -> Head:
    after = 0 if whole else _checked_before(driver)
    if after == 0:
        _check_pages(driver)
    head, chain = None, first_link(store) if after == 0 else _chain_at(driver, after)
    for entry in walk(driver, chain, after):
        head = Head(entry.n, entry.chain, entry.at)
    genesis = driver.execute(BODY_AT, (GENESIS,)).fetchone()
    if head is None or genesis is None:
        raise Corrupt(f"Entry {GENESIS}, the opening of the shop, is missing. {WHAT_NOW}")
    if not isinstance(genesis[0], bytes) or hashlib.sha256(genesis[0]).hexdigest() != meta["genesis"]:
        raise Corrupt(f"Entry {GENESIS}, the opening of the shop, is not what was written. {WHAT_NOW}")
    return head


def _checked_before(driver: sqlite3.Connection) -> int:
    """The last entry that a start need not verify again; 0 means: verify all."""
    (last,) = driver.execute(LAST_ENTRY).fetchone()
    kept = driver.execute(LAST_CHECKPOINT).fetchone()
    return max(0, min(last - CHECKED_AT_START, kept[0])) if last and kept else 0


def _check_pages(driver: sqlite3.Connection) -> None:
    """SQLite's own check. The chain covers the rows; this covers the index by which repeats are known."""
    ((verdict, *_),) = driver.execute(CHECK_PAGES).fetchall()
    if verdict != "ok":
        raise Corrupt(f"SQLite finds the file damaged: {verdict}. {WHAT_NOW}")


def _chain_at(driver: sqlite3.Connection, n: int) -> bytes:
    """The chain of an entry; no bytes, which no chain can be, where there is none."""
    row = driver.execute(CHAIN_AT, (n,)).fetchone()
    return row[0] if row is not None and isinstance(row[0], bytes) else b""
