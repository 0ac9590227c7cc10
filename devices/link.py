"""The customer's own page as a device: documents as on the PAD, bookings, choices, surveys.

One page serves all customers who hold a link. Each sees only what belongs to their own request or repair; which that
is, the unguessable link decides before anything here is asked.
"""

from typing import Final

from msgspec import Struct

from devices.client import Client, Message, Touch, Words, cannot, not_now
from devices.signing import Consent, DocumentScreen, Signing, SigningTouch, check
from shopfloor.contract.actor import DAY, Device, Instant
from shopfloor.contract.codec import Receipt
from shopfloor.contract.commands import AskSignature, ClearScreen, Picture, ShowWhiteBox, Work
from shopfloor.contract.events import CommandDone, Event, SignatureRefused

DOCUMENTS_MAX: Final = 500
WHITE_BOXES_MAX: Final = 500

LEFT_ALONE: Final = 11 * DAY
"""At home a document may wait for days; the floor gives it up after ten."""


class LinkScreen(Struct, frozen=True):
    """What one customer sees: their own document, their own repair, what their last touch made (a booking)."""

    document: DocumentScreen | None
    white_box: ShowWhiteBox | None
    made: dict[str, str]
    messages: tuple[Message, ...]


class Link(Client):
    """Bookings, choices and surveys are touches that are events; documents are kept apart by request."""

    hears = (AskSignature, ClearScreen, ShowWhiteBox)

    def __init__(self, device: Device, now: Instant) -> None:
        super().__init__(device, now)
        self._signings: dict[str, Signing] = {}
        self._last_touched = ""
        self._white_boxes: dict[str, ShowWhiteBox] = {}

    @property
    def screen(self) -> LinkScreen:
        """The page that was touched last."""
        return self.screen_of(self._last_touched or next(iter(self._signings), ""))

    def screen_of(self, request: str = "", repair: str = "") -> LinkScreen:
        """The page behind the link of this signature request or repair."""
        signing = self._signings.get(request)
        return LinkScreen(signing.screen if signing else None, self._white_boxes.get(repair), self.made, self.messages)

    @property
    def open_requests(self) -> tuple[str, ...]:
        return tuple(self._signings)

    def _show(self, picture: Picture, _now: Instant) -> None:
        assert isinstance(picture, ShowWhiteBox)
        self._white_boxes.pop(picture.repair, None)
        self._white_boxes[picture.repair] = picture
        while len(self._white_boxes) > WHITE_BOXES_MAX:
            del self._white_boxes[next(iter(self._white_boxes))]

    def _do(self, work: Work, now: Instant) -> list[Event]:
        if isinstance(work, ClearScreen):
            self._signings.pop(work.request, None)
            return [CommandDone(command=work.id)]
        assert isinstance(work, AskSignature)
        check(work)
        if len(self._signings) >= DOCUMENTS_MAX and work.request not in self._signings:
            cannot(f"{DOCUMENTS_MAX} documents wait for customers already.")
        self._signings[work.request] = Signing(work, now)
        return [self._signings[work.request].presented()]

    def _touched(self, touch: Touch, now: Instant) -> list[Event]:
        if not isinstance(touch, SigningTouch):
            return super()._touched(touch, now)
        if isinstance(touch, Consent) and touch.identified == "in-person":
            not_now("Nobody sees you here: please enter the code that was sent to you.")
        signing = self._the_one(touch.request)
        self._last_touched = signing.asked.request
        said = signing.touch(touch, now)
        if any(isinstance(event, SignatureRefused) for event in said):
            del self._signings[signing.asked.request]
        return said

    def _the_one(self, request: str) -> Signing:
        found = self._signings.get(request)
        if found is None and not request and len(self._signings) == 1:
            found = next(iter(self._signings.values()))
        if found is None:
            not_now("There is no document here to read or sign.")
        return found

    def _received(self, receipt: Receipt, now: Instant) -> None:
        super()._received(receipt, now)
        signing = self._signings.get(self._last_touched)
        if receipt.status == "refused" and signing is not None:
            signing.step_back()

    def _advance(self, now: Instant) -> list[Event]:
        left = [name for name, signing in self._signings.items() if now >= signing.touched_at + LEFT_ALONE]
        for name in left:
            del self._signings[name]
        return []

    def _due(self) -> Instant | None:
        return min((signing.touched_at + LEFT_ALONE for signing in self._signings.values()), default=None)

    def _state(self) -> Words:
        return {"documents": len(self._signings)}
