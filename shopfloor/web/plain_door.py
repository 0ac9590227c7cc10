"""Beside pages over TLS, a door without it, for devices that do not trust the shop's certificate yet.

It hands out the authority's certificate, says how to install it, and sends whoever wants anything else to the pages.
No cookie, no code and no PIN is taken here. A stranger in the network could hand out another certificate: that is why
the shop's computer says the fingerprint, too.
"""

import socket
import threading
from typing import Final, Self

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from msgspec import Struct

from shopfloor.web.access.guard import public, undeclared
from shopfloor.web.access.headers import SafeHeaders
from shopfloor.web.addresses import bracketed
from shopfloor.web.app import answer_refusals
from shopfloor.web.assets import Assets
from shopfloor.web.authority import authority_router, told_authority
from shopfloor.web.html import NEVER_KEPT
from shopfloor.web.listening import SET_UP_PORT, Listening, PortTaken, listen
from shopfloor.web.pages.door import SET_UP
from shopfloor.web.reader import words_for
from shopfloor.web.rendering import Renderer
from shopfloor.web.serving import LEAVE_S
from shopfloor.web.shop import Shop

HEAD_OR_GET: Final = ["GET", "HEAD"]
PLAIN_OF: Final = {443: 80}
"""Where the one with TLS is the usual one, so is the one without."""
PORTS: Final = 65_536


class PagesOverTls(Struct, frozen=True):
    """Where they are, over TLS."""

    names: tuple[str, ...]
    """That their certificate vouches for, the usual one first."""
    port: int

    def host_for(self, asked: str | None) -> str:
        """With a port, for an address: the name that was asked for, if a browser would take it over TLS."""
        name = asked if asked in self.names else self.names[0]
        return f"{bracketed(name)}:{self.port}"


def make_door(shop: Shop, pages: PagesOverTls) -> FastAPI:
    """The application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.shop = shop
    app.add_middleware(SafeHeaders)
    assets = Assets()
    for router in (assets.router(), authority_router(shop), _trust_router(shop, Renderer(shop, assets), pages)):
        app.include_router(router)
    answer_refusals(app)
    open_doors = undeclared(app)
    assert not open_doors, f"routes that do not say whom they are for: {open_doors}"
    return app


def _trust_router(shop: Shop, render: Renderer, pages: PagesOverTls) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.api_route(SET_UP.path, methods=HEAD_OR_GET, response_class=HTMLResponse)
    @public
    def trust(request: Request) -> Response:
        said = render.template(
            "trust.html", words_for(request), authority=told_authority(shop.authority), onward=_onward(request, pages)
        )
        return HTMLResponse(said, headers=NEVER_KEPT)

    @router.api_route("/{path:path}", methods=HEAD_OR_GET)
    @public
    def anything_else(request: Request) -> Response:
        return RedirectResponse(_onward(request, pages), 307, NEVER_KEPT)

    return router


def _onward(request: Request, pages: PagesOverTls) -> str:
    return str(request.url.replace(scheme="https", netloc=pages.host_for(request.url.hostname)))


def _socket_at(host: str, port: int) -> socket.socket:
    return listen(Listening(host=host, port=port), SET_UP_PORT)


def _socket_near(host: str, pages_port: int) -> socket.socket:
    try:
        return _socket_at(host, PLAIN_OF.get(pages_port, (pages_port + 1) % PORTS))
    except PortTaken:
        return _socket_at(host, 0)


class PlainDoor:
    """Stands open beside the pages while they run: a server in a thread of its own."""

    def __init__(self, shop: Shop, pages: PagesOverTls, host: str, port: int | None) -> None:
        """Without a port: the one after that of the pages, or any other. Raises PortTaken."""
        self._socket = _socket_near(host, pages.port) if port is None else _socket_at(host, port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            make_door(shop, pages),
            http="httptools",
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=LEAVE_S,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="plain door")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
