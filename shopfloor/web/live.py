"""``/api/v1/{store}/live``: one WebSocket a page. First the whole picture, then whatever is new of it, at most 5/s.

A picture has sections, and a section is always whole: a frame that never arrives does no harm, and a slow reader gets
the latest of each section when it is ready, not what it has missed. A picture that many look at is made once.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import msgspec
from msgspec import Raw, Struct

from shopfloor.contract.actor import Instant

TICK_S: Final = 0.2
"""Five frames a second: for the eye that is at once."""
BEAT_S: Final = 1.0
"""A page that hears nothing for three of these says that it has no connection."""
FRESH_S: Final = 5.0
"""Minutes grow although nothing happens: a picture is looked at again after so long."""

Sections = Mapping[str, object]

_log = logging.getLogger(__name__)


class Frame(Struct, frozen=True, tag_field="t", tag="frame"):
    """What is new. ``rev`` grows within one ``epoch``, the life of this process."""

    rev: int
    at: Instant
    drawn: Instant
    """When the picture was drawn; ``at`` is when it was sent. Both by the shop's clock."""
    view: dict[str, Raw]


class Snap(Struct, frozen=True, tag_field="t", tag="snap"):
    """Everything."""

    epoch: str
    rev: int
    at: Instant
    drawn: Instant
    view: dict[str, Raw]


class Beat(Struct, frozen=True, tag_field="t", tag="beat"):
    """Still there; nothing new."""

    at: Instant


class Picture:
    """One picture with as many readers as there are: its sections as bytes, each with the revision it is of."""

    def __init__(self, draw: Callable[[], Sections], clock: Callable[[], Instant]) -> None:
        self.rev = 0
        self.drawn: Instant = 0
        self.readers = 0
        self._clock = clock
        self._draw = draw
        self._sections: dict[str, tuple[int, Raw]] = {}
        self._news = asyncio.Event()

    def redraw(self) -> None:
        """Look again, in any thread. Only what differs gets a new revision."""
        rev, self.drawn = self.rev + 1, self._clock()
        sections = dict(self._sections)
        for name, value in self._draw().items():
            raw = Raw(msgspec.json.encode(value))
            known = sections.get(name)
            if known is None or bytes(known[1]) != bytes(raw):
                sections[name] = (rev, raw)
        if sections != self._sections:
            self._sections, self.rev = sections, rev

    def tell(self) -> None:
        """Wake the readers, if there is something new."""
        self._news.set()
        self._news = asyncio.Event()

    def since(self, rev: int) -> dict[str, Raw]:
        """The sections that have changed since then, whole."""
        return {name: raw for name, (of, raw) in self._sections.items() if of > rev}

    async def newer_than(self, rev: int) -> None:
        """Until there is something newer, or for a beat."""
        if self.rev > rev:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), BEAT_S)


class Gallery:
    """Every picture that somebody looks at just now, redrawn when what it shows may have changed."""

    def __init__(self, stamp: Callable[[], object], clock: Callable[[], Instant]) -> None:
        """``stamp`` differs when anything that a picture is drawn from has changed. It is asked often."""
        self.epoch = secrets.token_hex(8)
        self._clock = clock
        self._stamp = stamp
        self._seen: object = None
        self._pictures: dict[tuple[str, ...], Picture] = {}
        self._closing = False

    def enter(self, key: tuple[str, ...], draw: Callable[[], Sections]) -> Picture:
        """Begin to look at the picture of this key; ``leave`` ends it."""
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = Picture(draw, self._clock)
        picture.readers += 1
        return picture

    def leave(self, key: tuple[str, ...]) -> None:
        """The last one to leave takes the picture away."""
        picture = self._pictures[key]
        picture.readers -= 1
        if not picture.readers:
            del self._pictures[key]

    async def keep(self) -> None:
        """Redraw whatever is looked at, for ever. Drawing reads a database, so it happens in a thread."""
        looked = 0.0
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            stamp = self._stamp()
            if self._pictures and (stamp != self._seen or began - looked >= FRESH_S):
                self._seen, looked = stamp, began
                for key, picture in list(self._pictures.items()):
                    await self._redraw(key, picture)
            await asyncio.sleep(max(0.0, TICK_S - (clock() - began)))

    async def _redraw(self, key: tuple[str, ...], picture: Picture) -> None:
        """One picture that cannot be drawn must not stop the others."""
        before = picture.rev
        try:
            await asyncio.to_thread(picture.redraw)
        except Exception:  # noqa: BLE001 - whatever it is, it is told, and tried again with the next change
            _log.exception("the picture of %s cannot be drawn", key)
            return
        if picture.rev != before:
            picture.tell()
