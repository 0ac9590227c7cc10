"""``POST /api/v1/{store}/{type}/{id}/events``: what a device in a browser says, in the same envelope as over MQTT.

The answer is 2xx only with the floor's receipt, so after the journal is on the disk. The same envelope again gets the
same receipt; the numbering ``(boot, seq)`` is the device's own, so a lost answer costs nothing but a second request.
"""

from asyncio import to_thread
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from msgspec import Struct

from shopfloor.contract.actor import Device
from shopfloor.contract.codec import PAYLOAD_MAX, Letter, Reader, Receipt, Unreadable
from shopfloor.contract.events import (
    EVENTS,
    AppointmentCancelled,
    ChoiceMade,
    ComplaintMade,
    CustomerLeft,
    Event,
    PageRead,
    QuoteDeclined,
    SurveyAnswered,
    TicketTaken,
)
from shopfloor.contract.roster import EVERY_DEVICE, TYPES
from shopfloor.web.access.bodies import body_of
from shopfloor.web.access.freshness import Freshness
from shopfloor.web.access.guard import Guard, allowed
from shopfloor.web.access.pace import Pace
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.answers import Refused, answer
from shopfloor.web.decisions import AFTER_PIN
from shopfloor.web.describing import answering, reading_events
from shopfloor.web.gateway import PAGE_TYPES, FloorAway
from shopfloor.web.shop import Shop

RETRY_S: Final = 1
"""A page whose floor is away asks again after so long."""

BY_LINK: Final = (
    CustomerLeft,
    AppointmentCancelled,
    QuoteDeclined,
    ChoiceMade,
    SurveyAnswered,
    ComplaintMade,
    PageRead,
)
"""What a customer says on their own page. Signing and booking need more than a link."""

EXAMPLE: Final[Letter[Event]] = Letter("TicketTaken", 1795399200000, 1, 1795399200000, TicketTaken(line="A"))
"""A queue machine's: somebody wants a number."""

_READERS: Final = {kind: Reader((*EVERY_DEVICE, *TYPES[kind].says)) for kind in PAGE_TYPES}
_EVERY_WORD: Final = Reader(EVENTS.values())


class Taken(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The floor has it."""

    receipt: Receipt
    id: str
    """The ``Idempotency-Key`` of the request: a proxy's or a captive portal's 200 does not know it."""
    link: str = ""
    """Of a new ticket: the customer's own page."""


def events_router(shop: Shop, guard: Guard, freshness: Freshness) -> APIRouter:
    """The one route that changes anything on the floor."""
    router = APIRouter()

    @router.post(
        "/{device_type}/{device_id}/events",
        summary="Say what has happened: a device's event",
        responses=answering(Taken, 400, 401, 403, 404, 409, 413, 422, 429, 503),
        openapi_extra=reading_events(EXAMPLE),
        tags=["events"],
    )
    async def say(
        device_type: str,
        device_id: str,
        request: Request,
        visitor: Visitor = Depends(allowed(Role.DEVICE, Role.ENGINEER, Role.MANAGER, Role.CUSTOMER)),  # noqa: B008
    ) -> Response:
        device = f"{device_type}/{device_id}"
        guard.pacer.count(Pace.EVENTS, device)
        if visitor.device != device:
            raise Refused(403, "not-your-device", f"This page is not {device}.")
        envelope = await body_of(request, PAYLOAD_MAX)
        letter = _read(device_type, device, envelope)
        _check_person(visitor, letter.message)
        if isinstance(letter.message, AFTER_PIN) and not freshness.lasts_ms(visitor):
            raise Refused(403, "pin-again", "Give your PIN again, then decide: you signed in a while ago.")
        if visitor.role is Role.CUSTOMER:
            check_customer(shop, visitor, letter.message)
        try:
            receipt = await shop.gateway.say(device, letter, envelope)
        except FloorAway:
            reason = "The floor does not answer just now. What you entered is kept and sent again."
            raise Refused(503, "floor-away", reason, headers={"Retry-After": str(RETRY_S)}) from None
        if receipt.status == "refused":
            status = 409 if receipt.code == "other-content" else 422
            raise Refused(status, receipt.code, receipt.reason, receipt=receipt)
        ticket = receipt.made.get("ticket", "")
        link = await to_thread(shop.tracking_page, ticket) if ticket else ""
        return answer(Taken(receipt=receipt, id=request.headers.get("idempotency-key", ""), link=link))

    return router


def _read(device_type: str, device: Device, envelope: bytes) -> Letter[Event]:
    reader = _READERS.get(device_type)
    if reader is None:
        raise Refused(404, "unknown-type", f"{device} is not a device that lives in a browser.")
    try:
        return reader.read(envelope)
    except Unreadable as fault:
        if fault.code == "unknown-kind" and _is_a_word(envelope):
            raise Refused(403, "not-yours", f"{device} may not say this.") from None
        raise Refused(400, fault.code, fault.reason) from None


def _is_a_word(envelope: bytes) -> bool:
    """Whether some other type of device might have said it."""
    try:
        _EVERY_WORD.read(envelope)
    except Unreadable:
        return False
    return True


def _check_person(visitor: Visitor, event: Event) -> None:
    """Nobody signs on or off, or checks a repair, under another's name; a handheld alone says nothing."""
    if visitor.role is Role.DEVICE and visitor.device.startswith("handheld/"):
        raise Refused(403, "sign-in", "Sign in with your badge and PIN first.")
    named = getattr(event, "engineer", "") or getattr(event, "checker", "")
    if visitor.role is Role.ENGINEER and named not in ("", visitor.person):
        raise Refused(403, "not-you", f"You are signed in as {visitor.person}, not as {named}.")


def check_customer(shop: Shop, visitor: Visitor, event: Event) -> None:
    """A link opens one visit, and there only what its page offers."""
    if not isinstance(event, BY_LINK):
        raise Refused(403, "not-yours", "This cannot be said by a link. Please ask at the desk.")
    theirs = {"", visitor.ticket, shop.look.repair_of(visitor.ticket)}
    if any(getattr(event, name, "") not in theirs for name in ("ticket", "booking", "repair")):
        raise Refused(403, "not-yours", "This link is for another visit.")
