"""A shop's door for tests: a real access book on the disk, a clock that tests turn, and a small application."""

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, FastAPI, Request, Response, WebSocket
from starlette.types import Message, Scope

from shopfloor.contract.actor import Device
from shopfloor.service.layouts import named_layout
from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.guard import Guard, Visitor, allowed, public
from shopfloor.web.access.pace import Pacer
from shopfloor.web.access.pins import Cost
from shopfloor.web.access.routes import access_router
from shopfloor.web.access.visitor import Role, me_of
from shopfloor.web.answers import Refused, answer, refusal

MORNING = 1_795_399_200_000
"""2026-11-23, ten in the morning in the sample shop."""
SAMPLE = named_layout("sample")
PIN = "271828"
WRONG = "314159"
QUICK = Cost(2, 1, 1)
"""For stories that are not about how long a try takes."""
ADDRESS = "http://shop.lan:8080"
API = "/api/v1/s1"


def new_book(directory: Path, cost: Cost = QUICK) -> AccessBook:
    return AccessBook(directory / "shop.db.access", SAMPLE, cost)


class Door:
    """The pages' side of it: the access routes, and one route for each thing that others want to guard."""

    def __init__(self, book: AccessBook, *, tls: bool = False, pacer: Pacer | None = None) -> None:
        self.book = book
        self.now = MORNING
        self.address = ADDRESS.replace("http", "https") if tls else ADDRESS
        self.guard = Guard(book, lambda: self.now, tls=tls, pacer=pacer)
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.guard.stand_at(self.app)
        self.app.add_exception_handler(Refused, _refused)
        self.connected: dict[Device, int] = {}
        """Device → the boot of whoever is connected as it, as the broker would tell."""
        router = access_router(self.guard, lambda _request: "en", lambda device: self.connected.get(device, 0))
        self.app.include_router(router, prefix=API)
        self.app.include_router(_others(), prefix=API)

    def browser(self) -> "Browser":
        return Browser(self)

    def manager(self, badge: str = "m1") -> "Browser":
        """A browser where this manager has signed in."""
        return self._signed_in(self.browser(), badge)

    def device(self, device: str) -> "Browser":
        """A browser that is this device."""
        browser = self.browser()
        assert browser.enrol(self.book.new_code(device, self.now)[0]).status_code == HTTPStatus.OK
        return browser

    def engineer(self, badge: str = "e8") -> "Browser":
        """This engineer at their own handheld."""
        return self._signed_in(self.device(f"handheld/{SAMPLE.engineers[badge].handheld}"), badge)

    def _signed_in(self, browser: "Browser", badge: str) -> "Browser":
        self.book.set_pin(badge, PIN, self.now)
        assert browser.sign_in(badge).status_code == HTTPStatus.OK
        return browser

    def later(self, time: int) -> None:
        self.now += time


class Browser:
    """Behaves as a page of ours in a browser: same origin, cookies, and the token of ``/me``."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.client = httpx.Client(transport=InThisProcess(door.app), base_url=door.address)

    @property
    def me(self) -> dict[str, str | int]:
        found = self.client.get(f"{API}/me")
        assert found.status_code == HTTPStatus.OK, found.text
        return found.json()

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self.client.cookies)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """One request as our scripts send it; ``headers`` replace what they would say (``x_csrf_token="…"``)."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        usual = {"origin": self.door.address, "sec-fetch-site": "same-origin"}
        if method != "GET" and "x-csrf-token" not in said and "authorization" not in said:
            usual["x-csrf-token"] = str(self.me["csrf"])
        return self.client.request(method, f"{API}{path}", json=body, headers={**usual, **said})

    def sign_in(self, badge: str, pin: str = PIN) -> httpx.Response:
        return self.ask("POST", "/session", {"badge": badge, "pin": pin})

    def enrol(self, code: str) -> httpx.Response:
        return self.ask("POST", "/enrolment", {"code": code})

    def say(self, device: str, **headers: str) -> httpx.Response:
        """An event of this device."""
        return self.ask("POST", f"/{device}/events", {"kind": "Something"}, **headers)

    def opens_a_socket(self, **headers: str) -> str:
        """The role that the live connection finds, or, if there is none, its close code."""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        said = {"host": self.door.address.partition("//")[2], "cookie": kept, **headers}
        return asyncio.run(_handshake(self.door.app, self.door.address.replace("http", "ws"), said))


def _others() -> APIRouter:
    """Routes as the other rooms of the pages have them."""
    router = APIRouter()

    @router.post("/{kind}/{name}/events")
    def say(
        kind: str,
        name: str,
        visitor: Annotated[Visitor, Depends(allowed(Role.DEVICE, Role.ENGINEER, Role.MANAGER, Role.CUSTOMER))],
    ) -> Response:
        if visitor.device != f"{kind}/{name}":
            raise Refused(403, "not-your-device", f"This is {visitor.device}.")
        return answer(me_of(visitor, "en"))

    @router.get("/board")
    def board(visitor: Annotated[Visitor, Depends(allowed(Role.MANAGER, Role.DISPLAY))]) -> Response:
        return answer(me_of(visitor, "en"))

    @router.get("/track/{token}")
    def track(visitor: Annotated[Visitor, Depends(allowed(Role.CUSTOMER))]) -> Response:
        return answer(me_of(visitor, "en"))

    @router.get("/static/{name}")
    @public
    def static(name: str) -> Response:
        return Response(name)

    @router.websocket("/live")
    async def live(socket: WebSocket, visitor: Annotated[Visitor, Depends(allowed(*Role))]) -> None:
        await socket.accept()
        await socket.send_text(visitor.role)
        await socket.close()

    return router


def _refused(_request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return refusal(refused, refused.reason)


class InThisProcess(httpx.BaseTransport):
    """The application without a network between."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._ask(request))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        answered = await httpx.ASGITransport(self._app, client=("192.168.1.20", 40_000)).handle_async_request(request)
        told = httpx.ByteStream(await answered.aread())
        return httpx.Response(answered.status_code, headers=answered.headers, stream=told)


async def _handshake(app: FastAPI, address: str, headers: dict[str, str]) -> str:
    scheme, _, host = address.partition("://")
    name, _, port = host.partition(":")
    scope: Scope = {
        "type": "websocket",
        "path": f"{API}/live",
        "raw_path": f"{API}/live".encode(),
        "root_path": "",
        "query_string": b"",
        "scheme": scheme,
        "server": (name, int(port)),
        "client": ("192.168.1.20", 40_000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "subprotocols": [],
    }
    answers: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        answers.append(message)

    await app(scope, receive, send)
    said = [message["text"] for message in answers if message["type"] == "websocket.send"]
    return said[0] if said else str(answers[-1]["code"])
