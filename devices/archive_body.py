"""The body of the archive: it writes documents, seals them and keeps the bytes.

The seal is an HMAC-SHA256 over text, ink and request under the archive's own key. It stands in for the PAdES seal of a
later release: it shows that nothing was changed to whoever has the key, and to nobody else.
"""

import hashlib
import hmac
import re
from pathlib import Path
from random import Random
from typing import Final, Protocol, TypeAlias

import msgspec
from msgspec import Struct

from devices.agenda import Agenda
from devices.dials import Chance, Factor, Lapse, Span, happenings
from devices.document_text import PAGE_BREAK, compose
from shopfloor.contract.actor import Instant
from shopfloor.contract.commands import RenderDocument, SealDocument
from shopfloor.contract.kinds import DOCUMENT_MAX

TRAVELS_BYTES_MAX: Final = 60_000
"""As JSON; the broker throws out who sends more than 64 KiB."""

KEPT_MAX: Final = 1_000
SEAL_BREAK: Final = b"\f-----SEAL-----\n"


class ArchiveDials(Struct, frozen=True):
    """What the archive is like and what is wrong with it. Chances per document; the first that strikes wins."""

    rendering: Span = Span(200, 400, 900)
    sealing: Span = Span(200, 600, 1_500)
    slow: Factor = 1.0
    render_fails: Chance = 0.0
    seal_fails: Chance = 0.0
    blank: Chance = 0.0  # nothing but white paper (s2)
    leaves_placeholder: Chance = 0.0  # a gap in the template that nobody filled (s2)
    wrong_hash: Chance = 0.0  # tells the hash of other bytes (s4)
    broken_seal: Chance = 0.0  # its own output does not verify
    silent: Chance = 0.0
    dead_after: Lapse | None = None  # after switching on: no word any more


class Rendered(Struct, frozen=True):
    """A document as it will be shown and frozen."""

    asked: RenderDocument
    text: str
    sha256: str
    pages: int


class Sealed(Struct, frozen=True):
    """Bound, sealed, kept, and read again."""

    asked: SealDocument
    sealed_sha256: str
    verified: bool


class NotMade(Struct, frozen=True):
    """No document, or no seal."""

    asked: RenderDocument | SealDocument
    reason: str


ArchiveReport: TypeAlias = Rendered | Sealed | NotMade


class Shelf(Protocol):
    """Where the bytes are kept."""

    def put(self, name: str, content: bytes) -> bool:
        """False if other bytes are kept under this name already: sealed bytes never change (B15)."""


class MemoryShelf:
    """Keeps the last thousand, as long as the process lives."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, name: str, content: bytes) -> bool:
        if self.kept.setdefault(name, content) != content:
            return False
        for oldest in list(self.kept)[:-KEPT_MAX]:
            del self.kept[oldest]
        return True


class FolderShelf:
    """Keeps files in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def put(self, name: str, content: bytes) -> bool:
        path = self._folder / re.sub(r"[^A-Za-z0-9.-]", "_", name)
        if path.exists():
            return path.read_bytes() == content
        half = path.with_suffix(".half")
        half.write_bytes(content)
        half.replace(path)
        return True


class ArchiveBody(Protocol):
    """What a client asks of an archive; what comes of it is reported."""

    def render(self, asked: RenderDocument, now: Instant) -> None: ...

    def seal(self, asked: SealDocument, now: Instant) -> None: ...

    def dead(self, now: Instant) -> bool: ...

    def advance(self, now: Instant) -> list[ArchiveReport]: ...

    @property
    def deadline(self) -> Instant | None: ...


class SimulatedArchive:
    """Makes real text and real seals; only its time and its failures are simulated."""

    def __init__(self, dials: ArchiveDials, chance: Random, key: bytes, shop: str, shelf: Shelf, now: Instant) -> None:
        self.dials = dials
        self._chance = chance
        self._key = key
        self._shop = shop
        self._shelf = shelf
        self._born = now
        self._coming: Agenda[ArchiveReport] = Agenda()

    def render(self, asked: RenderDocument, now: Instant) -> None:
        dials = self.dials
        strikes = happenings(
            self._chance,
            silent=dials.silent,
            render_fails=dials.render_fails,
            blank=dials.blank,
            leaves_placeholder=dials.leaves_placeholder,
            wrong_hash=dials.wrong_hash,
        )
        at = now + dials.rendering.draw(self._chance, dials.slow)
        strike = strikes[0] if strikes else ""
        if strike != "silent":
            self._coming.note(at, self._rendered(asked, strike))

    def _rendered(self, asked: RenderDocument, strike: str) -> ArchiveReport:
        pages = [" "] if strike == "blank" else compose(asked, self._shop)
        text = PAGE_BREAK.join(pages)
        if strike == "leaves_placeholder":
            text += "{{customer}}\n"
        if strike == "render_fails":
            return NotMade(asked, "The template could not be filled.")
        if len(text) > DOCUMENT_MAX or len(msgspec.json.encode(text)) > TRAVELS_BYTES_MAX:
            return NotMade(asked, "The document is too long to be shown and sealed.")
        told = text + " " if strike == "wrong_hash" else text
        return Rendered(asked, text, hashlib.sha256(told.encode()).hexdigest(), len(pages))

    def seal(self, asked: SealDocument, now: Instant) -> None:
        dials = self.dials
        strikes = happenings(
            self._chance, silent=dials.silent, seal_fails=dials.seal_fails, broken_seal=dials.broken_seal
        )
        at = now + dials.sealing.draw(self._chance, dials.slow)
        strike = strikes[0] if strikes else ""
        if strike != "silent":
            self._coming.note(at, self._sealed(asked, strike))

    def _sealed(self, asked: SealDocument, strike: str) -> ArchiveReport:
        if strike == "seal_fails":
            return NotMade(asked, "The seal could not be set.")
        if hashlib.sha256(asked.text.encode()).hexdigest() != asked.sha256:
            return NotMade(asked, "The text is not the one that was frozen under this hash.")
        content = sealed_file(asked, self._key)
        if strike == "broken_seal":
            content = content[:-2] + b"0\n"
        verified = verifies(content, self._key)
        if verified and not self._shelf.put(f"{asked.request}.{asked.sha256[:16]}.sealed.txt", content):
            return NotMade(asked, "This document is sealed already, with another signature.")
        return Sealed(asked, hashlib.sha256(content).hexdigest(), verified)

    def dead(self, now: Instant) -> bool:
        return self.dials.dead_after is not None and now >= self._born + self.dials.dead_after

    def advance(self, now: Instant) -> list[ArchiveReport]:
        return self._coming.take(now)

    @property
    def deadline(self) -> Instant | None:
        return self._coming.deadline


class _Seal(Struct, frozen=True, forbid_unknown_fields=True):
    """The block behind the text."""

    request: str
    document: str
    sha256: str
    ink_sha256: str
    seal: str


def sealed_file(asked: SealDocument, key: bytes) -> bytes:
    """The frozen bytes, and behind them one block that binds them to request and ink. Same request, same bytes."""
    block = _Seal(asked.request, asked.document, asked.sha256, asked.ink_sha256, "")
    block = msgspec.structs.replace(block, seal=_mac(asked.text.encode(), block, key))
    return asked.text.encode() + SEAL_BREAK + msgspec.json.encode(block) + b"\n"


def verifies(content: bytes, key: bytes) -> bool:
    """Whether every byte is as sealed: text, request and ink, and nothing behind the block."""
    text, found, tail = content.rpartition(SEAL_BREAK)
    try:
        block = msgspec.json.decode(tail, type=_Seal)
    except msgspec.DecodeError:
        return False
    whole = tail == msgspec.json.encode(block) + b"\n"
    same_text = hashlib.sha256(text).hexdigest() == block.sha256
    return bool(found) and whole and same_text and hmac.compare_digest(_mac(text, block, key), block.seal)


def _mac(text: bytes, block: _Seal, key: bytes) -> str:
    bound = msgspec.json.encode(msgspec.structs.replace(block, seal=""))
    return hmac.new(key, bound + b"\n" + text, hashlib.sha256).hexdigest()
