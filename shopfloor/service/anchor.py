"""The anchor: how far the journal had come, kept in a file of its own beside the database.

SQLite cannot know that its write-ahead log once was longer, and a hash chain that ends too early is still a good chain.
The anchor notices both, and it is the mark that *this shop was opened once*: where there is an anchor but no journal,
nobody starts empty.

Where it stops: it is rewritten every ``ANCHOR_EVERY`` entries, at each checkpoint and at a clean stop, so entries
behind it can be cut off without its noticing (``wal.py`` narrows that to the last transaction, if the log is still
there). It lies on the same disk, in the same hands: whoever can rewrite the journal can rewrite the anchor. Against
that, and against the loss of the disk, send number and chain to another machine.
"""

import os
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from shopfloor.service.store import sync_file

FORMAT = 1
"""Of the journal as a whole: tables, chain and anchor."""

ANCHOR_EVERY = 1_000
"""Entries at most between two anchors."""


class Anchor(Struct, frozen=True):
    """The head of a journal as it was at some time."""

    format: int
    store: str
    n: Annotated[int, Meta(ge=1)]
    chain: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class AnchorUnreadable(Exception):
    """There is an anchor, but it says nothing. It proves that the shop was opened, and no more."""


def read_anchor(path: Path) -> Anchor | None:
    """The anchor, or None where there has never been one."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Anchor)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise AnchorUnreadable(f"the anchor {path} cannot be read ({error})") from error


def write_anchor(path: Path, anchor: Anchor) -> None:
    """Replace the anchor so that at any moment the old one or the new one is there, whole. OSError if it cannot."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(msgspec.json.encode(anchor) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_file(path.parent)
