"""What the journal of a shop says, read and played again beside the coordinator: the other half of the evidence."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import Device
from shopfloor.contract.commands import Command, Work
from shopfloor.contract.events import UnitCollected, UnitStoredByHand
from shopfloor.contract.facts import Fact
from shopfloor.core.books import Books
from shopfloor.service.entries import Entry
from shopfloor.service.replay import replay_all
from shopfloor.service.store import JournalError
from tests.fire.witness import content_of

HAND_WORK: Final = (UnitCollected.__name__, UnitStoredByHand.__name__)


class _OfUnit(Struct):
    unit: str


class Row(Struct, frozen=True):
    """One entry; ``device`` is empty where the coordinator made it itself."""

    n: int
    device: Device
    boot: int
    seq: int
    kind: str
    body: bytes
    code: str
    chain: str


class Issued(Struct, frozen=True):
    """A command that follows from the journal: from the entry ``cause``, with this content (a hash)."""

    cause: int
    content: bytes


class Journal(Struct, frozen=True, kw_only=True):
    """All entries in order, every command that follows from them, and the floor's last state."""

    rows: Sequence[Row]
    issued: dict[str, Issued]
    by_hand: set[str]
    """Units that a person said to have taken or put away."""
    digest: str
    books: Books | None
    trouble: str = ""
    """Why it could not be read to its end."""


def read_journal(url: str) -> Journal:
    """Every entry from the first, its chain checked, its outputs compared."""
    rows: list[Row] = []
    issued: dict[str, Issued] = {}
    by_hand: set[str] = set()

    def note(entry: Entry, outs: list[Command | Fact]) -> None:
        rows.append(
            Row(entry.n, entry.device, entry.boot, entry.seq, entry.kind, entry.body, entry.code, entry.chain.hex())
        )
        if entry.kind in HAND_WORK:
            by_hand.add(msgspec.json.decode(entry.body, type=_OfUnit).unit)
        for out in outs:
            if isinstance(out, Work):
                issued.setdefault(out.id, Issued(entry.n, content_of(out)))

    try:
        replayed = replay_all(url, note)
    except JournalError as refused:
        return Journal(rows=rows, issued=issued, by_hand=by_hand, digest="", books=None, trouble=str(refused))
    floor = replayed.floor
    return Journal(rows=rows, issued=issued, by_hand=by_hand, digest=floor.digest(), books=floor.books)
