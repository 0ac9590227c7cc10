"""PINs: how they are kept, and what happens to whoever guesses.

A PIN has six digits, so no way of keeping it survives a thief of the file who has time; what protects it is that here
nobody may guess for long. A try is counted before it is looked at and forgiven when it was right, so many at once do
not slip through. Tries are counted for a badge at one place: nobody can lock a manager out of the whole shop from the
street, and an engineer's badge can only be tried at that engineer's own handheld.
"""

import hashlib
import hmac
import secrets
import threading
import zlib
from itertools import pairwise
from typing import Final, NamedTuple

from sqlmodel import Session, col, delete

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.web.access.tables import PinRow, TriesRow
from shopfloor.web.access.tokens import PIN_LENGTH

PIN_MIN: Final = PIN_LENGTH
PIN_MAX: Final = 12
WRONG_MAX: Final = 5
LOCK: Final = 15 * MINUTE
SALT_BYTES: Final = 16
SCRYPT_MEMORY: Final = 64 * 1024 * 1024
SCRYPT_AT_ONCE: Final = 2
"""Each takes a core for a fifth of a second; pages go on meanwhile."""
STRANGERS: Final = 4096
"""Badges that nobody has share so many counters, so inventing badges fills no disk."""


class Cost(NamedTuple):
    """scrypt's numbers (RFC 7914, section 2)."""

    n: int
    r: int
    p: int


COST: Final = Cost(2**14, 8, 5)
"""OWASP Password Storage Cheat Sheet: one of its equivalent choices, with 16 MB a try."""

_kdf = threading.BoundedSemaphore(SCRYPT_AT_ONCE)


def pin_flaw(pin: str) -> str:
    """What is wrong with a new PIN, as a sentence, or nothing."""
    if not (PIN_MIN <= len(pin) <= PIN_MAX and pin.isascii() and pin.isdigit()):
        return f"A PIN has {PIN_MIN} to {PIN_MAX} digits and nothing else."
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return "This PIN is one of the first that anybody would try. Choose digits that are not in a row."
    return ""


def random_pin() -> str:
    """One without a flaw."""
    while True:
        pin = f"{secrets.randbelow(10**PIN_LENGTH):0{PIN_LENGTH}}"
        if not pin_flaw(pin):
            return pin


def kept(badge: str, pin: str, cost: Cost, now: Instant) -> PinRow:
    """The row of this PIN, with a salt of its own."""
    salt = secrets.token_bytes(SALT_BYTES)
    return PinRow(badge=badge, salt=salt, key=_scrypt(pin, salt, cost), n=cost.n, r=cost.r, p=cost.p, set_at=now)


def fits(stored: PinRow | None, pin: str, cost: Cost) -> bool:
    """Whether it is this PIN. Takes as long where there is none."""
    if stored is None:
        _scrypt(pin, b"nobody's PIN ...", cost)
        return False
    return hmac.compare_digest(_scrypt(pin, stored.salt, Cost(stored.n, stored.r, stored.p)), stored.key)


def _scrypt(pin: str, salt: bytes, cost: Cost) -> bytes:
    with _kdf:
        return hashlib.scrypt(pin.encode(), salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=SCRYPT_MEMORY)


# ── tries ───────────────────────────────────────────────────────────────────────────────────────


def counted_as(badge: str, *, is_known: bool) -> str:
    """The counter of this badge; strangers share theirs."""
    return badge if is_known else f"?{zlib.crc32(badge.encode()) % STRANGERS}"


class Tried(NamedTuple):
    """``wait`` (ms) is over 0 if this try does not count, because there were too many; ``left`` are free yet."""

    wait: Instant
    left: int


def count_try(rows: Session, counter: str, place: str, now: Instant) -> Tried:
    """Count one more, if there may be one more."""
    tries = rows.get(TriesRow, (counter, place))
    if tries is None or now >= tries.last_at + LOCK:
        tries = rows.merge(TriesRow(badge=counter, place=place, wrong=0, last_at=now))
    if tries.wrong >= WRONG_MAX:
        return Tried(min(LOCK, tries.last_at + LOCK - now), 0)
    tries.wrong += 1
    tries.last_at = now
    return Tried(0, WRONG_MAX - tries.wrong)


def forgive(rows: Session, badge: str, place: str) -> None:
    """It was right."""
    rows.exec(delete(TriesRow).where(col(TriesRow.badge) == badge, col(TriesRow.place) == place))


def forgive_everywhere(rows: Session, badge: str) -> None:
    """There is a new PIN: old guesses at another one mean nothing."""
    rows.exec(delete(TriesRow).where(col(TriesRow.badge) == badge))


def sweep_tries(rows: Session, now: Instant) -> None:
    rows.exec(delete(TriesRow).where(col(TriesRow.last_at) <= now - LOCK))
