"""Reading the end of SQLite's write-ahead log, because SQLite does not tell a torn log from a rotten one.

On recovery SQLite stops at the first frame whose checksum fails and forgets all that follows, without a word. After a
power cut that is right: at most one transaction, the one being synced, can be unfinished. After a flipped bit it is a
silent loss of every later commit. The two differ in what lies behind the bad frame: since each commit is synced before
the next begins, **two or more commit marks behind it mean that committed transactions were lost**.

Where this stops: rot in the very last transaction looks like a torn write; a log that is gone as a whole looks like a
clean stop. Both are left to the anchor. Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

import struct
from pathlib import Path

from msgspec import Struct

HEADER_BYTES = 32
FRAME_HEADER_BYTES = 24
MAGIC = 0x377F0682
"""The lowest bit tells the byte order of the checksums: 0 little, 1 big."""

WORD = 0xFFFF_FFFF
BLOCK_BYTES = 32


class LogTail(Struct, frozen=True):
    """What lies behind the last transaction that SQLite will accept."""

    unfinished: bool
    """Frames that belong to this log but will be dropped."""
    lost_commits: int
    """Commit marks among them behind the first bad frame; two or more cannot come from a power cut."""
    header_good: bool = True
    """A bad header hides the whole log."""


NOTHING_BEHIND = LogTail(unfinished=False, lost_commits=0)


def read_log_tail(log: Path) -> LogTail:
    """Judge a write-ahead log as it lies on disk; a missing or empty one has nothing behind its end."""
    if not log.exists() or log.stat().st_size <= HEADER_BYTES:
        return NOTHING_BEHIND
    with log.open("rb") as frames:
        header = frames.read(HEADER_BYTES)
        if not any(header):  # lengthened by the file system, never written
            return NOTHING_BEHIND
        magic, _version, page_bytes, _round, *salts, first, second = struct.unpack(">8I", header)
        order = ">" if magic & 1 else "<"
        running = _add(header[:24], (0, 0), order)
        if magic & ~1 != MAGIC or running != (first, second):
            return LogTail(unfinished=True, lost_commits=0, header_good=False)
        good, pending, lost = True, False, 0
        while frame := frames.read(FRAME_HEADER_BYTES + page_bytes):
            if len(frame) < FRAME_HEADER_BYTES + page_bytes:
                pending = True
                break
            _page, commit, *frame_salts, first, second = struct.unpack(">6I", frame[:FRAME_HEADER_BYTES])
            if good:
                running = _add(frame[:8] + frame[FRAME_HEADER_BYTES:], running, order)
                good = frame_salts == salts and running == (first, second)
                if good:
                    pending = not commit
            # Both salts change with every round of the log: a frame that shares neither is left over from an earlier
            # round and long since home; one that shares a single one is of this round, and rotten in the other.
            if not good and (frame_salts[0] == salts[0] or frame_salts[1] == salts[1]):
                pending = True
                lost += bool(commit)
    return LogTail(unfinished=pending, lost_commits=lost)


def _add(octets: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    """Both sums, four pairs of words at a time: what they grow beyond 32 bits meanwhile does not come back down."""
    first, second = sums
    whole = len(octets) - len(octets) % BLOCK_BYTES
    for a, b, c, d, e, f, g, h in struct.iter_unpack(f"{order}8I", memoryview(octets)[:whole]):
        first += a + second
        second += b + first
        first += c + second
        second += d + first
        first += e + second
        second += f + first
        first = (first + g + second) & WORD
        second = (second + h + first) & WORD
    for left, right in struct.iter_unpack(f"{order}2I", memoryview(octets)[whole:]):
        first = (first + left + second) & WORD
        second = (second + right + first) & WORD
    return first, second
