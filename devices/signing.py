"""One document on one screen: shown, read to its end, agreed to, signed, or refused (s3, s5–s7, s9, s11).

The surface hashes the very bytes that it shows, tells how long each page really was on the screen, and lets nobody
sign what they have not seen.
"""

import hashlib
import math
from enum import Enum
from itertools import pairwise
from typing import Annotated, Final, Literal, NoReturn, TypeAlias

import msgspec
from msgspec import Meta, Struct

from devices.client import Touch, cannot, not_now
from shopfloor.contract.actor import SECOND, Instant
from shopfloor.contract.commands import AskSignature
from shopfloor.contract.events import (
    ConsentGiven,
    DocumentPresented,
    Event,
    InkCaptured,
    PageViewed,
    ReportViewed,
    SignatureRefused,
)
from shopfloor.contract.kinds import Id, Text

PAGE_BREAK: Final = "\f"
PAGE_SEEN: Final = 1 * SECOND
"""Shorter on the screen, and nobody can have read it (s5)."""

ON_SCREEN_TOLD_MAX: Final = 3_600_000
POINTS_TOLD_MAX: Final = 10_000
LENGTH_TOLD_MAX: Final = 1_000_000
DURATION_TOLD_MAX: Final = 600_000

Identified: TypeAlias = Literal["in-person", "phone-code", "proxy-code"]
RequestTouched: TypeAlias = Annotated[str, Meta(max_length=64)]
"""Which document is touched; empty where there is only one."""


class Point(Struct, frozen=True, array_like=True):
    """Where the pen was, in pixels, and when, in milliseconds since it first came down."""

    x: float
    y: float
    t_ms: int


Strokes: TypeAlias = Annotated[tuple[tuple[Point, ...], ...], Meta(max_length=500)]
"""From pen down to pen up, as often as the pen came down."""


class TurnPage(Touch, frozen=True):
    """On to the next page."""

    request: RequestTouched = ""


class ReadPage(Touch, frozen=True):
    """To this page."""

    page: int
    request: RequestTouched = ""


class Consent(Touch, frozen=True):
    """I have read this and agree to sign it on this screen."""

    consent_text: Id = "consent-1"
    identified: Identified = "in-person"
    request: RequestTouched = ""


class Sign(Touch, frozen=True):
    """A name, drawn."""

    strokes: Strokes
    request: RequestTouched = ""


class Refuse(Touch, frozen=True):
    """I do not sign this: a button as large as the other one."""

    reason: Text = ""
    request: RequestTouched = ""


class FinishReading(Touch, frozen=True):
    """Read to its end: a report needs no ink."""

    request: RequestTouched = ""


SigningTouch: TypeAlias = TurnPage | ReadPage | Consent | Sign | Refuse | FinishReading


class Stage(Enum):
    """How far the customer has come with this document."""

    READING = "reading"
    AGREED = "agreed"
    DONE = "done"


class DocumentScreen(Struct, frozen=True):
    """What the customer sees of a document: ``lines`` of one page, and what can be done next."""

    request: str
    document: str
    page: int
    pages: int
    lines: str
    stage: Stage


class Signing:
    """The document that one customer has before them. Raises NotNow for a touch out of order."""

    def __init__(self, asked: AskSignature, now: Instant) -> None:
        self.asked = asked
        self.stage = Stage.READING
        self.touched_at = now
        self._sheets = asked.text.split(PAGE_BREAK)
        self._sha256 = hashlib.sha256(asked.text.encode()).hexdigest()
        self._page = 1
        self._since = now
        self._on_screen = [0] * len(self._sheets)
        self._told: list[int] = []

    @property
    def screen(self) -> DocumentScreen:
        asked, page = self.asked, self._page
        return DocumentScreen(
            asked.request, asked.document, page, len(self._sheets), self._sheets[page - 1], self.stage
        )

    def presented(self) -> DocumentPresented:
        """s3: the hash of what is on the screen, whatever hash it was announced with."""
        return DocumentPresented(request=self.asked.request, sha256=self._sha256)

    def touch(self, touch: SigningTouch, now: Instant) -> list[Event]:
        """What the floor hears of it; a refusal to sign ends the document, and the caller wipes the screen."""
        self.touched_at = now
        if self.stage is Stage.DONE:
            not_now("Thank you. The shop is sealing this document.")
        match touch:
            case TurnPage():
                return self._read(self._page + 1, now)
            case ReadPage():
                return self._read(touch.page, now)
            case Refuse():
                self.stage = Stage.DONE
                return [SignatureRefused(request=self.asked.request, reason=touch.reason)]
            case Consent():
                return self._agree(touch, now)
            case Sign():
                return self._sign(touch.strokes)
            case FinishReading():
                return self._finish(now)

    def step_back(self) -> None:
        """The floor did not take the last touch: it must be made again."""
        before = {Stage.DONE: Stage.AGREED if self.asked.needs_ink else Stage.READING, Stage.AGREED: Stage.READING}
        self.stage = before.get(self.stage, self.stage)

    def _read(self, page: int, now: Instant) -> list[Event]:
        if not 1 <= page <= len(self._sheets):
            not_now(f"This document has {len(self._sheets)} pages.")
        said = self._look_up(now)
        self._page = page
        return said

    def _look_up(self, now: Instant) -> list[Event]:
        """Adds up how long the page has been on the screen; a page that was seen is told once."""
        page, shown_ms = self._page, now - self._since
        self._since = now
        self._on_screen[page - 1] += shown_ms
        total = self._on_screen[page - 1]
        if total < PAGE_SEEN or page in self._told:
            return []
        self._told.append(page)
        return [PageViewed(request=self.asked.request, page=page, on_screen_ms=min(total, ON_SCREEN_TOLD_MAX))]

    def _unseen(self) -> list[int]:
        return [page for page in range(1, len(self._sheets) + 1) if page not in self._told]

    def _agree(self, consent: Consent, now: Instant) -> list[Event]:
        if not self.asked.needs_ink:
            not_now("This document is only to be read. Touch 'I have read it' at its end.")
        said = self._look_up(now)
        if self._unseen():
            self._not_all_read(said)
        self.stage = Stage.AGREED
        agreed = ConsentGiven(
            request=self.asked.request, consent_text=consent.consent_text, identified=consent.identified
        )
        return [*said, agreed]

    def _finish(self, now: Instant) -> list[Event]:
        if self.asked.needs_ink:
            not_now("This document is to be signed, not only to be read.")
        said = self._look_up(now)
        if self._unseen():
            self._not_all_read(said)
        self.stage = Stage.DONE
        return [*said, ReportViewed(request=self.asked.request)]

    def _not_all_read(self, said: list[Event]) -> NoReturn:
        not_now(f"Please read page {self._unseen()[0]} of {len(self._sheets)} first.", said)

    def _sign(self, strokes: Strokes) -> list[Event]:
        if self.stage is not Stage.AGREED:
            not_now("Please agree first; then you can sign.")
        if not any(strokes):
            not_now("Please write your name into the field.")
        self.stage = Stage.DONE
        return [ink(self.asked.request, self._sha256, strokes)]


def check(asked: AskSignature) -> None:
    """A surface shows nothing that cannot be read. Raises CannotDo."""
    if not asked.text.strip():
        cannot("There is nothing in this document to show.")


def ink(request: str, sha256: str, strokes: Strokes) -> InkCaptured:
    """The drawing measured; its hash binds it, and the drawing itself never travels."""
    times = [point.t_ms for stroke in strokes for point in stroke]
    return InkCaptured(
        request=request,
        sha256=sha256,
        ink_sha256=hashlib.sha256(msgspec.json.encode(strokes)).hexdigest(),
        points=min(len(times), POINTS_TOLD_MAX),
        length_px=min(round(sum(_length_px(stroke) for stroke in strokes)), LENGTH_TOLD_MAX),
        duration_ms=max(0, min(max(times) - min(times), DURATION_TOLD_MAX)),
    )


def scribble(name: str) -> Strokes:
    """A name as if drawn by hand: one zigzag for each letter. For people who are simulated, or type at a terminal."""
    strokes = []
    for place, letter in enumerate(name):
        height = 12 + ord(letter) % 17
        left, began = place * 18, place * 240
        corners = ((0, 0), (4, height), (8, 2), (12, height), (15, 0))
        strokes.append(tuple(Point(left + x, y, began + step * 40) for step, (x, y) in enumerate(corners)))
    return tuple(strokes)


def _length_px(stroke: tuple[Point, ...]) -> float:
    return sum(math.hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(stroke))
