"""Signing in and out, setting up devices, PINs: the part of the JSON contract that is about access."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from msgspec import Meta, Struct
from starlette.requests import HTTPConnection

from shopfloor.contract.actor import SECOND, Device, Instant
from shopfloor.web.access.bodies import reads
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.guard import Guard, allowed
from shopfloor.web.access.pace import Pace, address_of
from shopfloor.web.access.tokens import csrf_of
from shopfloor.web.access.visitor import Me, Role, Visitor, me_of
from shopfloor.web.addresses import set_up_address
from shopfloor.web.answers import Refused, answer
from shopfloor.web.describing import answering, reading
from shopfloor.web.qr import QrDrawing, qr_drawing

STATUS: Final = {
    "wrong-pin": HTTPStatus.UNAUTHORIZED,
    "wrong-code": HTTPStatus.UNAUTHORIZED,
    "too-often": HTTPStatus.TOO_MANY_REQUESTS,
    "unknown-device": HTTPStatus.NOT_FOUND,
    "held-elsewhere": HTTPStatus.CONFLICT,
    "unknown-badge": HTTPStatus.NOT_FOUND,
    "bad-pin": HTTPStatus.UNPROCESSABLE_ENTITY,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Each code that the access book denies with."""

_STAFF_AND_STRANGERS: Final = allowed(*(role for role in Role if role is not Role.CUSTOMER))
_SPEAKERS: Final = allowed(Role.DEVICE, Role.ENGINEER, Role.MANAGER, Role.CUSTOMER)

Short = Annotated[str, Meta(min_length=1, max_length=64)]

log = logging.getLogger(__name__)


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Badge and PIN, as typed."""

    badge: Short
    pin: Short


class Enrolment(Struct, frozen=True, forbid_unknown_fields=True):
    """A one-time code, as typed."""

    code: Short


class CodeFor(Struct, frozen=True, forbid_unknown_fields=True):
    """Which device a browser is to become: ``type/id``."""

    device: Short


class NewPin(Struct, frozen=True, forbid_unknown_fields=True):
    """From now on."""

    pin: Short


class Boot(Struct, frozen=True):
    """The number that this browser's device counts its events under from now on."""

    device: Device
    boot: int


class Code(Struct, frozen=True):
    """To be typed, or scanned as an address, at the browser that becomes this device."""

    device: Device
    code: str
    expires_at: Instant
    url: str
    qr: QrDrawing
    """Of the address."""


def access_router(
    guard: Guard, language_of: Callable[[HTTPConnection], str], boot_of: Callable[[Device], int]
) -> APIRouter:
    """The routes of ``/api/v1/{store}`` that are about access. ``boot_of`` tells under which boot somebody is connected
    as a device just now, or 0."""
    router = APIRouter(tags=["access"])
    _add_me(router, guard, language_of)
    _add_devices(router, guard, language_of)
    _add_enrolled(router, guard, boot_of)
    _add_pins(router, guard)
    return router


def _add_me(router: APIRouter, guard: Guard, language_of: Callable[[HTTPConnection], str]) -> None:
    book, wall, cookies, pacer = guard.book, guard.wall, guard.cookies, guard.pacer

    @router.get("/me", summary="Who the reader of this page is", response_model=None, responses=answering(Me))
    def me(request: Request, visitor: Annotated[Visitor, Depends(allowed(*Role))]) -> Response:
        return answer(me_of(visitor, language_of(request)))

    @router.post("/session", summary="Sign in", response_model=None, openapi_extra=reading(SignIn("e8", "271828")),
                 responses=answering(Me, 400, 401, 413, 415, 503),
                 dependencies=[Depends(_STAFF_AND_STRANGERS)])  # fmt: skip
    def sign_in(
        request: Request,
        said: Annotated[SignIn, Depends(reads(SignIn))],
    ) -> Response:
        badge = _as_written(said.badge)
        tries = ((Pace.WRONG_PIN, address_of(request)), (Pace.WRONG_PIN_OF, badge))
        with _told(), pacer.counting_wrong(*tries, code="wrong-pin"):
            signed_in = book.sign_in(
                badge, said.pin, cookies.device_token(request), wall(), instead_of=cookies.session_token(request)
            )
        person = signed_in.person
        log.info("%s signed in as %s from %s", person.badge, signed_in.device, address_of(request))
        csrf = csrf_of(signed_in.token)
        now_is = Me(
            person.role, person.badge, person.name, signed_in.device, signed_in.boot, csrf, language_of(request)
        )
        response = answer(now_is)
        cookies.give_session(response, signed_in.token, person.role)
        return response

    @router.delete("/session", summary="Sign out", status_code=HTTPStatus.NO_CONTENT, response_model=None,
                   responses=answering(None, 503),
                   dependencies=[Depends(_STAFF_AND_STRANGERS)])  # fmt: skip
    def sign_out(request: Request) -> Response:
        with _told():
            book.sign_out(cookies.session_token(request), wall())
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        cookies.take_session(response)
        return response


def _add_devices(router: APIRouter, guard: Guard, language_of: Callable[[HTTPConnection], str]) -> None:
    book, wall, cookies, pacer = guard.book, guard.wall, guard.cookies, guard.pacer

    @router.post("/enrolment", summary="Become a device", response_model=None,
                 openapi_extra=reading(Enrolment("ABCD-2345")),
                 responses=answering(Me, 400, 401, 413, 415, 503),
                 dependencies=[Depends(_STAFF_AND_STRANGERS)])  # fmt: skip
    def enrol(
        request: Request,
        said: Annotated[Enrolment, Depends(reads(Enrolment))],
    ) -> Response:
        with _told(), pacer.counting_wrong((Pace.WRONG_CODE, address_of(request)), code="wrong-code"):
            enrolled = book.enrol(said.code, wall(), instead_of=cookies.device_token(request))
            book.sign_out(cookies.session_token(request), wall())
        log.info("%s is now the browser at %s", enrolled.device, address_of(request))
        role = Role.DISPLAY if enrolled.device.startswith("board/") else Role.DEVICE
        csrf = csrf_of(enrolled.token)
        response = answer(Me(role, "", "", enrolled.device, enrolled.boot, csrf, language_of(request)))
        cookies.give_device(response, enrolled.token)
        cookies.take_session(response)
        return response

    @router.post("/boots", summary="A new number to count under", response_model=None, responses=answering(Boot, 503))
    def new_boot(visitor: Annotated[Visitor, Depends(_SPEAKERS)]) -> Response:
        with _told():
            return answer(Boot(visitor.device, book.new_boot(visitor.device, wall())))


def _add_enrolled(router: APIRouter, guard: Guard, boot_of: Callable[[Device], int]) -> None:
    """Which browser is which device: a manager's to decide."""
    book, wall = guard.book, guard.wall

    @router.post("/codes", summary="A code that makes a browser a device", response_model=None,
                 openapi_extra=reading(CodeFor("pad/pad-8")),
                 responses=answering(Code, 400, 404, 409, 413, 415, 503))  # fmt: skip
    def new_code(
        request: Request,
        visitor: Annotated[Visitor, Depends(allowed(Role.MANAGER))],
        said: Annotated[CodeFor, Depends(reads(CodeFor))],
    ) -> Response:
        with _told():
            code, expires_at = book.new_code(said.device, wall(), connected_under=boot_of(said.device))
        log.info("%s made a code for %s", visitor.person, said.device)
        url = set_up_address(str(request.base_url), code)
        return answer(Code(said.device, code, expires_at, url, qr_drawing(url)))

    @router.delete("/{device_type}/{device_id}/enrolment", summary="A browser is this device no more",
                   status_code=HTTPStatus.NO_CONTENT, response_model=None,
                   responses=answering(None, 404, 503))  # fmt: skip
    def sign_device_out(
        device_type: str, device_id: str, visitor: Annotated[Visitor, Depends(allowed(Role.MANAGER))]
    ) -> Response:
        device = f"{device_type}/{device_id}"
        with _told():
            was_one = book.revoke_device(device, wall())
        if not was_one:
            raise Refused(HTTPStatus.NOT_FOUND, "no-browser", f"No browser is {device} just now.")
        log.info("%s signed %s out", visitor.person, device)
        return Response(status_code=HTTPStatus.NO_CONTENT)


def _add_pins(router: APIRouter, guard: Guard) -> None:
    book, wall = guard.book, guard.wall

    @router.put("/people/{badge}/pin", summary="Give somebody a PIN", status_code=HTTPStatus.NO_CONTENT,
                response_model=None, openapi_extra=reading(NewPin("271828")),
                responses=answering(None, 400, 404, 413, 415, 422, 503))  # fmt: skip
    def set_pin(
        badge: str,
        visitor: Annotated[Visitor, Depends(allowed(Role.MANAGER))],
        said: Annotated[NewPin, Depends(reads(NewPin))],
    ) -> Response:
        if badge != visitor.person and book.is_manager(badge):
            reason = f"Another manager's PIN is given at the shop's own computer: shopfloor access pin {badge}."
            raise Refused(HTTPStatus.FORBIDDEN, "not-yours", reason)
        with _told():
            book.set_pin(badge, said.pin, wall())
        log.info("%s gave %s a new PIN", visitor.person, badge)
        return Response(status_code=HTTPStatus.NO_CONTENT)


def _as_written(badge: str) -> str:
    """A badge as in the layout, however it was typed or scanned."""
    return badge.strip().lower()


@contextmanager
def _told() -> Iterator[None]:
    """What the access book denies becomes the answer."""
    try:
        yield
    except Denied as denied:
        seconds = max(1, -(-denied.wait // SECOND))
        headers = {"Retry-After": str(seconds)} if denied.wait else {}
        raise Refused(STATUS[denied.code], denied.code, denied.reason, headers=headers) from None
