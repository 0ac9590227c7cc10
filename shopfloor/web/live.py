"""``/api/v1/{store}/live``: one WebSocket a page. First the whole picture, then whatever is new of it, at most 5/s.

A picture has sections, and a section is always whole: a frame that never arrives does no harm, and a slow reader gets
the latest of each section when it is ready, not what it has missed. A picture that many look at is made once.
"""

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
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
"""Name → value. A value that was drawn is never edited: the same object again is the same picture again."""

_log = logging.getLogger(__name__)


class Frame(Struct, frozen=True, tag_field="t", tag="frame"):
    """What is new. ``rev`` grows within one ``epoch``, the life of this process."""

    rev: int
    at: Instant
    drawn: Instant
    """When the picture was drawn; ``at`` is when this message of it was made. Both by the shop's clock."""
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


class Drawing:
    """A picture as it was drawn once: each section as bytes, with the revision that it is of. Never edited."""

    def __init__(self, rev: int, at: Instant, sections: Mapping[str, tuple[int, object, Raw]]) -> None:
        self.rev = rev
        self.at = at
        self._sections = sections
        self._frames: dict[int, str] = {}

    def after(self, values: Sections, at: Instant) -> "Drawing":
        """The next one. Only what differs gets a new revision; nothing at all: this is it, looked at again."""
        rev, sections = self.rev + 1, dict(self._sections)
        for name, value in values.items():
            of, known, raw = sections.get(name, (rev, None, None))
            if raw is not None and known is value:
                continue
            fresh = Raw(msgspec.json.encode(value))
            sections[name] = (of, value, raw) if raw is not None and bytes(raw) == bytes(fresh) else (rev, value, fresh)
        is_new = any(of == rev for of, _value, _raw in sections.values())
        return Drawing(rev if is_new else self.rev, at if is_new else self.at, sections)

    def snap(self, epoch: str, now: Instant) -> str:
        """For a reader who has seen nothing yet."""
        return msgspec.json.encode(Snap(epoch, self.rev, now, self.at, self._since(0))).decode()

    def frame(self, seen: int, now: Instant) -> str:
        """For every reader who has seen that revision last: made once."""
        known = self._frames.get(seen)
        if known is None:
            frame = Frame(self.rev, now, self.at, self._since(seen))
            known = self._frames[seen] = msgspec.json.encode(frame).decode()
        return known

    def _since(self, rev: int) -> dict[str, Raw]:
        return {name: raw for name, (of, _value, raw) in self._sections.items() if of > rev}


class Picture:
    """One picture with as many readers as there are."""

    def __init__(
        self,
        draw: Callable[[], Sections],
        moves: Callable[[], object],
        clock: Callable[[], Instant],
        pace_s: float = 0.0,
    ) -> None:
        self.drawing = Drawing(0, 0, {})
        self.readers = 0
        self.told_s = asyncio.get_running_loop().time()
        """When its readers were woken last, by the event loop's clock."""
        self._draw = draw
        self._moves = moves
        self._clock = clock
        self._pace_s = pace_s
        self._redrawing = threading.Lock()
        self._beginning = asyncio.Lock()
        self._news = asyncio.Event()
        self._seen: object = None
        self._looked_s = -FRESH_S

    async def begin(self) -> None:
        """Drawn for the first time: once, however many come to look at the same moment."""
        async with self._beginning:
            if not self.drawing.rev:
                await asyncio.to_thread(self.redraw)

    def is_due(self, stamp: object, now_s: float) -> bool:
        """Whether it may look different by now; from then on that is known. What comes sooner than its pace allows is
        not forgotten: it is due as soon as the pace allows."""
        seen, since_s = (stamp, self._moves()), now_s - self._looked_s
        if since_s < self._pace_s or (seen == self._seen and since_s < FRESH_S):
            return False
        self._seen, self._looked_s = seen, now_s
        return True

    def redraw(self) -> bool:
        """Look again, in any thread; whether it looks different."""
        with self._redrawing:
            before, at = self.drawing, self._clock()
            self.drawing = before.after(self._draw(), at)
            return self.drawing.rev > before.rev

    def tell(self) -> None:
        """Wake the readers: there is something new, or it is time for a beat."""
        self.told_s = asyncio.get_running_loop().time()
        self._news.set()
        self._news = asyncio.Event()

    async def newer_than(self, rev: int) -> Drawing:
        """As soon as there is something newer; the same once more, for a beat."""
        if self.drawing.rev <= rev:
            await self._news.wait()
        return self.drawing


class Gallery:
    """Every picture that somebody looks at just now, redrawn when what it shows may have changed."""

    def __init__(self, stamp: Callable[[], object], clock: Callable[[], Instant]) -> None:
        """``stamp`` differs when anything has changed that any picture may be drawn from. It is asked often."""
        self.epoch = secrets.token_hex(8)
        self._clock = clock
        self._stamp = stamp
        self._pictures: dict[tuple[str, ...], Picture] = {}

    def enter(
        self, key: tuple[str, ...], draw: Callable[[], Sections], moves: Callable[[], object], pace_s: float = 0.0
    ) -> Picture:
        """Begin to look at the picture of this key; ``leave`` ends it. ``moves`` differs when something has changed
        that only this picture, and few others, are drawn from; it is drawn at most once in ``pace_s``."""
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = Picture(draw, moves, self._clock, pace_s)
        picture.readers += 1
        return picture

    def leave(self, key: tuple[str, ...]) -> None:
        """The last one to leave takes the picture away."""
        picture = self._pictures[key]
        picture.readers -= 1
        if not picture.readers:
            del self._pictures[key]

    async def keep(self) -> None:
        """Redraw whatever is looked at, and let its readers hear that we are there, for ever."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._redraw())
            both.create_task(self._beat())

    async def _redraw(self) -> None:
        """Drawing reads a database, so it happens in a thread: one for all that is due."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            stamp = self._stamp() if self._pictures else None
            due = [(key, picture) for key, picture in self._pictures.items() if picture.is_due(stamp, began)]
            if due:
                await asyncio.to_thread(_redraw_all, due, loop)
            await asyncio.sleep(max(0.0, TICK_S - (loop.time() - began)))

    async def _beat(self) -> None:
        """Of its own: a picture that takes long to draw is no lost connection."""
        clock = asyncio.get_running_loop().time
        while True:
            for picture in list(self._pictures.values()):
                if clock() - picture.told_s >= BEAT_S:
                    picture.tell()
            await asyncio.sleep(TICK_S)


def _redraw_all(due: list[tuple[tuple[str, ...], Picture]], loop: asyncio.AbstractEventLoop) -> None:
    """Each is told as soon as it is drawn. One that cannot be drawn must not stop the others."""
    for key, picture in due:
        try:
            is_new = picture.redraw()
        except Exception:  # noqa: BLE001 - whatever it is, it is told, and tried again with the next change
            _log.exception("the picture of %s cannot be drawn", key)
            continue
        if is_new:
            loop.call_soon_threadsafe(picture.tell)
