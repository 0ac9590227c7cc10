"""The PAD at a desk: one document at a time for the customer to read and sign, and otherwise the white box."""

from typing import Final

from msgspec import Struct

from devices.client import Client, Message, Touch, Words, cannot, not_now
from devices.signing import DocumentScreen, Signing, SigningTouch, check
from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.contract.codec import Receipt
from shopfloor.contract.commands import AskSignature, ClearScreen, Picture, ShowWhiteBox, Work
from shopfloor.contract.events import CommandDone, Event, SignatureRefused

LEFT_ALONE: Final = 10 * MINUTE
"""A document nobody touches is wiped, whether the floor can be heard or not: nothing stays readable for the next."""


class PadScreen(Struct, frozen=True):
    """What the customer sees: the document before them, or else the white box (how, what with, what for)."""

    document: DocumentScreen | None
    white_box: ShowWhiteBox | None
    messages: tuple[Message, ...]


class Pad(Client):
    """Shows, tells what was seen, agreed to and drawn. Locked to its one open document (B16)."""

    hears = (AskSignature, ClearScreen, ShowWhiteBox)

    def __init__(self, device: Device, now: Instant) -> None:
        super().__init__(device, now)
        self._signing: Signing | None = None
        self._white_box: ShowWhiteBox | None = None

    @property
    def screen(self) -> PadScreen:
        if self._signing is None:
            return PadScreen(None, self._white_box, self.messages)
        return PadScreen(self._signing.screen, None, self.messages)

    def _show(self, picture: Picture, _now: Instant) -> None:
        assert isinstance(picture, ShowWhiteBox)
        self._white_box = picture

    def _do(self, work: Work, now: Instant) -> list[Event]:
        if isinstance(work, AskSignature):
            return self._present(work, now)
        assert isinstance(work, ClearScreen)
        if self._signing is not None and self._signing.asked.request == work.request:
            self._wipe()
        return [CommandDone(command=work.id)]

    def _present(self, asked: AskSignature, now: Instant) -> list[Event]:
        check(asked)
        shown = self._signing
        if shown is not None and shown.asked.request != asked.request:
            cannot(f"{shown.asked.request} is before the customer; one document at a time.")
        self._wipe()
        self._signing = Signing(asked, now)
        return [self._signing.presented()]

    def _touched(self, touch: Touch, now: Instant) -> list[Event]:
        if not isinstance(touch, SigningTouch):
            return super()._touched(touch, now)
        signing = self._signing
        if signing is None or touch.request not in ("", signing.asked.request):
            not_now("There is no document here to read or sign.")
        said = signing.touch(touch, now)
        if any(isinstance(event, SignatureRefused) for event in said):
            self._wipe()
        return said

    def _received(self, receipt: Receipt, now: Instant) -> None:
        super()._received(receipt, now)
        if receipt.status == "refused" and self._signing is not None:
            self._signing.step_back()

    def _advance(self, now: Instant) -> list[Event]:
        if self._signing is not None and now >= self._signing.touched_at + LEFT_ALONE:
            self._wipe()
        return []

    def _due(self) -> Instant | None:
        return None if self._signing is None else self._signing.touched_at + LEFT_ALONE

    def _wipe(self) -> None:
        self._signing = None
        self.messages = ()

    def _state(self) -> Words:
        signing = self._signing
        return {"request": signing.asked.request if signing else "", "stage": signing.stage.value if signing else ""}
