"""What a journal holds, as plain values: entries and their chain, what is to be sent, checkpoints."""

import hashlib
import zlib
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import Device, Instant

DIGEST_BYTES = 32
NO_OUTPUTS = hashlib.sha256(b"").digest()
"""The digest of an entry that nothing followed from."""

NUMBER_MAX = 2**63 - 1
"""The largest boot, seq or entry number that a database column can hold."""

OUTGOING_MAX = 10_000
"""Messages that one entry may cause. It makes an outbox id a function of the journal; see ``outbox_id``."""

GENESIS = 1
GENESIS_KIND = "ShopOpened"

Outcome: TypeAlias = Literal["accepted", "refused", "quarantined", "unreadable"]
"""accepted: the floor believed it · refused: with a reason, for the sender · quarantined: the floor failed on it and
was rebuilt without it · unreadable: the body is what arrived, and nobody could decode it."""


class Outgoing(Struct, frozen=True):
    """A message that may leave only when the entry it follows from is durable."""

    topic: str
    payload: bytes


class Unsent(Struct, frozen=True):
    """A message in the outbox, not yet known to have left."""

    id: int
    topic: str
    payload: bytes


class NewEntry(Struct, frozen=True):
    """One input of the floor with what became of it, not yet numbered and chained."""

    at: Instant
    kind: str
    body: bytes
    outcome: Outcome
    digest: bytes
    """sha256 of the outputs, ``DIGEST_BYTES`` long. How outputs become bytes is the coordinator's."""
    device: Device = ""
    """Who sent it; empty for what the coordinator made itself, such as a wake-up: then boot and seq mean nothing."""
    boot: int = 0
    seq: int = 0
    code: str = ""
    reason: str = ""
    outgoing: tuple[Outgoing, ...] = ()


class Entry(Struct, frozen=True):
    """One durable entry. The fields are the columns of the table, in their order."""

    n: int
    store: str
    at: Instant
    device: Device
    boot: int
    seq: int
    kind: str
    body: bytes
    outcome: Outcome
    code: str
    reason: str
    digest: bytes
    chain: bytes


Row: TypeAlias = tuple[int, str, int, str, int, int, str, bytes, Outcome, str, str, bytes]
"""An entry's columns without the chain."""


ChainedRow: TypeAlias = tuple[int, str, int, str, int, int, str, bytes, Outcome, str, str, bytes, bytes]


class KnownEntry(Struct, frozen=True):
    """What became of an event that came before: enough to send the same receipt again."""

    n: int
    outcome: Outcome
    code: str
    reason: str
    body_sha256: bytes
    """Tells a repeat from an impostor: the same identity with another content is refused."""


class Checkpoint(Struct, frozen=True):
    """The floor's whole state after entry ``n``, as the release that wrote it lays it out."""

    n: int
    release: str
    state: bytes


class Head(Struct, frozen=True):
    """Where a journal ends: the last entry's number, chain and time."""

    n: int
    chain: bytes
    at: Instant


def first_link(store: str) -> bytes:
    """What the genesis is chained to."""
    return hashlib.sha256(b"shopfloor journal 1\n" + store.encode()).digest()


def link(chain: bytes, row: Row) -> bytes:
    """The chain after this row: sha256(chain before + the row as a MessagePack array in the shortest form)."""
    return hashlib.sha256(chain + msgspec.msgpack.encode(row)).digest()


def row_of(n: int, store: str, entry: NewEntry) -> Row:
    """An entry's columns, its chain still missing."""
    assert len(entry.digest) == DIGEST_BYTES, f"{entry.kind}: a digest has {DIGEST_BYTES} bytes"
    assert min(entry.boot, entry.seq) >= 0, f"{entry.device}: boot or seq is negative"
    assert max(entry.boot, entry.seq) <= NUMBER_MAX, f"{entry.device}: boot or seq is too large"
    assert len(entry.outgoing) <= OUTGOING_MAX, f"{entry.kind}: more than {OUTGOING_MAX} messages"
    return (
        n,
        store,
        entry.at,
        entry.device,
        entry.boot,
        entry.seq,
        entry.kind,
        entry.body,
        entry.outcome,
        entry.code,
        entry.reason,
        entry.digest,
    )


def outbox_id(n: int, place: int) -> int:
    """The id of the message at ``place`` among those of entry ``n``, the same on a replay: 42 and 3 make 420003."""
    return n * OUTGOING_MAX + place


def outgoing_check(number: int, entry: int, topic: str, payload: bytes) -> int:
    """Notices a message that rotted in the outbox, which is outside the chain."""
    return zlib.crc32(msgspec.msgpack.encode((number, entry, topic, payload)))


def checkpoint_sha256(checkpoint: Checkpoint, chain: bytes) -> bytes:
    """Binds a state to the one journal, entry and release that it belongs to."""
    return hashlib.sha256(msgspec.msgpack.encode((checkpoint.n, chain, checkpoint.release, checkpoint.state))).digest()
