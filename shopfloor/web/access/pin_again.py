"""Giving the PIN again: before a manager sets a rule aside."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from msgspec import Meta, Struct

from shopfloor.contract.actor import SECOND
from shopfloor.web.access.bodies import reads
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.freshness import Freshness
from shopfloor.web.access.guard import allowed
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.answers import Refused, answer
from shopfloor.web.describing import answering, reading


class PinAgain(Struct, frozen=True, forbid_unknown_fields=True):
    """The PIN of whoever is signed in."""

    pin: Annotated[str, Meta(min_length=1, max_length=64)]


class PinLasts(Struct, frozen=True):
    """How long yet until it is asked for; 0: give it now."""

    lasts_ms: int


def pin_router(freshness: Freshness) -> APIRouter:
    """Asking whether it is needed, and giving it."""
    router = APIRouter(tags=["access"])

    @router.get("/session/pin", summary="Whether the PIN is needed again", responses=answering(PinLasts, 401, 403))
    def pin_lasts(visitor: Annotated[Visitor, Depends(allowed(Role.MANAGER))]) -> Response:
        return answer(PinLasts(freshness.lasts_ms(visitor)))

    @router.post("/session/pin", summary="Give the PIN again", openapi_extra=reading(PinAgain("271828")),
                 responses=answering(PinLasts, 400, 401, 403, 413, 415, 429))  # fmt: skip
    def give_pin(
        visitor: Annotated[Visitor, Depends(allowed(Role.MANAGER))],
        said: Annotated[PinAgain, Depends(reads(PinAgain))],
    ) -> Response:
        try:
            return answer(PinLasts(freshness.give(visitor, said.pin)))
        except Denied as denied:
            wait = {"Retry-After": str(max(1, -(-denied.wait // SECOND)))} if denied.wait else {}
            status = HTTPStatus.TOO_MANY_REQUESTS if denied.wait else HTTPStatus.FORBIDDEN
            raise Refused(status, denied.code, denied.reason, headers=wait) from None

    return router
