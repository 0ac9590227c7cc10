"""What a shop was opened with, read off its journal's first entry, and where the journal stands now."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import Instant
from shopfloor.core.policies import Policy

KNOWN_MAX: Final = 16
"""Shops whose policy is remembered: it never changes, and a first entry is half a megabyte."""
_known: Final[dict[str, Policy]] = {}


class _Opening(Struct):
    """The first entry without its drawing and its catalogue."""

    policy: Policy


@contextmanager
def one_moment(database: sqlite3.Connection) -> Iterator[None]:
    """Everything that is read inside is of one and the same moment, whatever is written meanwhile."""
    if database.in_transaction:
        yield
        return
    database.execute("BEGIN")
    try:
        yield
    finally:
        database.execute("COMMIT")


def last_entry(database: sqlite3.Connection) -> tuple[int, Instant]:
    """Its number and its time: the shop's own now."""
    n, at = database.execute("SELECT n, at FROM entry ORDER BY n DESC LIMIT 1").fetchone()
    return int(n), int(at)


def policy_of(database: sqlite3.Connection) -> Policy:
    """How this shop decides."""
    (genesis,) = database.execute("SELECT value FROM meta WHERE key = 'genesis'").fetchone()
    policy = _known.get(genesis)
    if policy is None:
        (body,) = database.execute("SELECT body FROM entry WHERE n = 1").fetchone()
        policy = msgspec.json.decode(body, type=_Opening).policy
        if len(_known) >= KNOWN_MAX:
            _known.clear()
        _known[genesis] = policy
    return policy
