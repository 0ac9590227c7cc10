"""The customer's own page beside its live picture: what it says in a form without any script, and its documents.

A link that is wrong and one that has ended are answered with the same bytes: whoever tries learns nothing.
"""

import re
from asyncio import to_thread
from typing import Annotated, Final
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shopfloor.contract.codec import Letter, Receipt, encode
from shopfloor.contract.events import Event
from shopfloor.service.views.documents import DocumentText, document_text
from shopfloor.web.access.bodies import body_of
from shopfloor.web.access.guard import Guard, allowed
from shopfloor.web.access.pace import Pace
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.answers import Refused
from shopfloor.web.events import BY_LINK, check_customer
from shopfloor.web.gateway import FloorAway
from shopfloor.web.html import NEVER_KEPT, nothing_here
from shopfloor.web.reader import words_for
from shopfloor.web.rendering import Renderer
from shopfloor.web.shop import Shop

FORM_MAX: Final = 8_192
FIELDS_MAX: Final = 12
PAGE_BREAK: Final = "\f"
DONE: Final = "done"
"""Query of the page after a form was taken."""

_KINDS: Final = {kind.__name__: kind for kind in BY_LINK}
_SERIAL: Final = re.compile(r"(?<!\d)\d{11}(?=\d{4}(?!\d))")
"""All of an IMEI but its last four digits."""


def tracking_router(shop: Shop, guard: Guard, render: Renderer) -> APIRouter:
    """Routes below ``/track``; the page itself is in the register."""
    router = APIRouter(include_in_schema=False)
    _add_way_in(router)
    _add_documents(router, shop, render)
    _add_forms(router, shop, guard, render)
    return router


def _add_way_in(router: APIRouter) -> None:
    @router.get("/track", dependencies=[Depends(allowed(*Role))])
    def way_in(code: str = "") -> Response:
        """The code of a ticket, as somebody typed it at the door."""
        token = re.sub(r"[^A-Za-z0-9_-]", "", code.rpartition("/")[2])
        return RedirectResponse(f"/track/{token}" if token else "/", 303, NEVER_KEPT)


def _add_documents(router: APIRouter, shop: Shop, render: Renderer) -> None:
    @router.get("/track/{token}/documents/{document}", response_class=HTMLResponse)
    def read_document(
        document: str, request: Request, visitor: Annotated[Visitor, Depends(allowed(*Role))]
    ) -> Response:
        """The frozen text of one of their own documents."""
        found = _own_document(shop, visitor, document)
        if found is None:
            return nothing_here(render, request)
        pages = [hidden(page) for page in found.text.split(PAGE_BREAK)]
        said = render.template("track_document.html", words_for(request), visitor=visitor, document=found, sheets=pages)
        return HTMLResponse(said, headers=NEVER_KEPT)


def _own_document(shop: Shop, visitor: Visitor, request: str) -> DocumentText | None:
    if visitor.role is not Role.CUSTOMER:
        return None
    database = shop.look()
    found = document_text(database, request)
    repair = shop.look.repair_of(visitor.ticket)
    return found if found is not None and repair and found.repair == repair else None


def hidden(text: str) -> str:
    """With no more of a phone's serial number than its last four digits: links are forwarded."""
    return _SERIAL.sub("•" * 11, text)


def _add_forms(router: APIRouter, shop: Shop, guard: Guard, render: Renderer) -> None:
    @router.post("/track/{token}", response_class=HTMLResponse)
    async def say(request: Request, visitor: Annotated[Visitor, Depends(allowed(*Role))]) -> Response:
        """A form without a script. Its numbering is made here, so a form that is sent twice is said twice; the floor
        takes each of these words once."""
        if visitor.role is not Role.CUSTOMER:
            return nothing_here(render, request)
        guard.pacer.count(Pace.EVENTS, visitor.device)
        try:
            event = event_in(await body_of(request, FORM_MAX))
            check_customer(shop, visitor, event)
            receipt = await _said(shop, visitor, event)
        except FloorAway:
            return _not_taken(render, request, "The floor does not answer just now. Please try again in a minute.", 503)
        except Refused as refused:
            return _not_taken(render, request, refused.reason, refused.status)
        if receipt.status == "refused":
            return _not_taken(render, request, receipt.reason, 422)
        return RedirectResponse(f"{request.url.path}?{DONE}=1", 303, NEVER_KEPT)


async def _said(shop: Shop, visitor: Visitor, event: Event) -> Receipt:
    now = shop.wall()
    boot = await to_thread(shop.access.new_boot, visitor.device, now)
    letter = Letter(type(event).__name__, boot, 1, now, event)
    return await shop.gateway.say(visitor.device, letter, encode(event, boot, 1, now))


def event_in(body: bytes) -> Event:
    """The event that a form of the page says. Raises Refused (400)."""
    try:
        fields = dict(parse_qsl(body.decode(), max_num_fields=FIELDS_MAX))
        kind = _KINDS[fields.get("kind", "")]
        return msgspec.convert(fields, kind, strict=False)
    except (ValueError, KeyError) as fault:
        raise Refused(400, "unreadable", f"This form cannot be read: {fault}.") from None


def _not_taken(render: Renderer, request: Request, reason: str, status: int) -> Response:
    words = words_for(request)
    said = render.template("track_said.html", words, back=request.url.path, reason=words.say(reason))
    return HTMLResponse(said, status, NEVER_KEPT)
