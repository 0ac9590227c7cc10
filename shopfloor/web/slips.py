"""``POST /api/v1/{store}/slips``: what a queue machine prints for a visit, and which visit a slip in a hand belongs to.

Numbers hang on a display for everybody to read, so a number alone moves nobody: it counts together with the visit
that is printed beside it, or with the link in the slip's QR code. Looking changes nothing on the floor.
"""

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from msgspec import Meta, Struct, json, structs

from shopfloor.web.access.bodies import reads
from shopfloor.web.access.guard import Guard, allowed
from shopfloor.web.access.pace import Pace, address_of
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.answers import Refused, answer
from shopfloor.web.describing import answering, reading
from shopfloor.web.qr import QrDrawing, qr_drawing
from shopfloor.web.shop import Shop

OPEN: Final = ("EXPECTED", "WAITING", "CALLED", "SERVING")
NO_SLIP: Final = "There is no such visit today. Look at your ticket again, or ask our staff."

Short = Annotated[str, Meta(max_length=200)]


class InHand(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody holds: a scanned ``link``, or a typed ``number`` and ``visit``."""

    link: Short = ""
    number: Short = ""
    visit: Short = ""


class Slip(Struct, frozen=True):
    """What is printed for a visit. Times of waiting are as they were told with the number."""

    ticket: str
    number: str
    line: str
    state: str
    repair: str
    wait_min_low: int
    wait_min_high: int
    issued_at: int
    code: str = ""
    """Of the customer's own page, to be typed; only for whoever came with its link."""
    qr: QrDrawing | None = None
    """Its address, to be scanned."""


class _Issued(Struct):
    """As much of a ``TicketIssued`` as a slip tells."""

    eta_min_low: int = 0
    eta_min_high: int = 0


def slips_router(shop: Shop, guard: Guard) -> APIRouter:
    """For queue machines alone."""
    router = APIRouter()

    @router.post(
        "/slips",
        summary="The slip of a visit, by its link or by number and visit",
        responses=answering(Slip, 400, 401, 403, 404, 413, 415, 429),
        openapi_extra=reading(InHand(number="A001", visit="T1")),
        tags=["views"],
    )
    def slip(
        request: Request,
        held: Annotated[InHand, Depends(reads(InHand))],
        visitor: Annotated[Visitor, Depends(allowed(Role.DEVICE))],
    ) -> Response:
        if not visitor.device.startswith("queue/"):
            raise Refused(403, "not-your-device", "Only a queue machine prints slips.")
        tries = (Pace.WRONG_CODE, address_of(request))
        guard.pacer.check(*tries)
        token = urlsplit(held.link).path.rpartition("/")[2]
        found = slip_of(shop, shop.access.ticket_of(token, shop.wall()) or "") if token else _by_number(shop, held)
        if found is None:
            guard.pacer.count(*tries)
            raise Refused(404, "no-such-visit", NO_SLIP)
        if token:
            drawn = qr_drawing(f"{str(request.base_url).rstrip('/')}/track/{token}")
            found = structs.replace(found, code=token, qr=drawn)
        return answer(found)

    return router


def slip_of(shop: Shop, ticket: str) -> Slip | None:
    """None: there is no such visit."""
    database = shop.look()
    row = database.execute(
        "SELECT coalesce(number, ''), coalesce(line, ''), coalesce(state, ''), coalesce(repair, ''), "
        "coalesce(issued_at, 0) FROM ticket WHERE id = ?",
        (ticket,),
    ).fetchone()
    if row is None:
        return None
    told = database.execute(
        "SELECT body FROM fact WHERE ticket = ? AND kind = 'TicketIssued' ORDER BY id DESC LIMIT 1", (ticket,)
    ).fetchone()
    issued = json.decode(told[0], type=_Issued) if told is not None else _Issued()
    number, line, state, repair, issued_at = row
    return Slip(ticket, number, line, state, repair, issued.eta_min_low, issued.eta_min_high, issued_at)


def _by_number(shop: Shop, held: InHand) -> Slip | None:
    """Of an open visit: both must fit."""
    found = slip_of(shop, held.visit.strip().upper())
    is_it = found is not None and found.number == held.number.strip().upper() and found.state in OPEN
    return found if is_it and held.number.strip() else None
