"""A journal as those read it who only look: its entries, or one sentence why they cannot be read."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from shopfloor.contract.catalogue import CatalogueError
from shopfloor.contract.layout import LayoutError
from shopfloor.service.entries import Entry
from shopfloor.service.inspection import good_prefix, store_of
from shopfloor.service.opening import Opening, read_opening
from shopfloor.service.store import JournalRefused, database_path

STRANGE: Final = (msgspec.DecodeError, KeyError, LayoutError, CatalogueError)
"""What a journal of somebody else's words raises where ours would be read."""


def address_of(journal: str) -> str:
    """The address of a journal that a person named by file or by address."""
    return journal if "://" in journal else f"sqlite:///{Path(journal).absolute()}"


@contextmanager
def read_or_refused(journal: str) -> Iterator[str]:
    """The journal's address; whatever keeps it from being read becomes a JournalRefused that begins with the file."""
    address = address_of(journal)
    file = str(database_path(address))
    try:
        yield address
    except JournalRefused as refused:
        raise type(refused)(str(refused) if file in str(refused) else f"{file}: {refused}") from refused
    except STRANGE as fault:
        raise JournalRefused(
            f"{file}: these are not this release's words ({type(fault).__name__}: {fault})."
        ) from fault
    except (sqlite3.Error, OSError) as fault:
        raise JournalRefused(f"{file}: it cannot be read ({fault}).") from fault


def entries_of(address: str) -> tuple[Opening, Entry, Iterator[Entry]]:
    """What the floor was made of, the entry that says so, and those behind it as long as their chain holds."""
    entries = good_prefix(address, store_of(address))
    genesis = next(entries)
    return read_opening(genesis.body), genesis, entries
