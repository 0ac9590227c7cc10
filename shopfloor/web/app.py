"""The HTTP side of a shop as one application: every route with its roles, every answer in the reader's language."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from shopfloor.contract.actor import SECOND
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.freshness import Freshness
from shopfloor.web.access.guard import Guard, undeclared
from shopfloor.web.access.pin_again import pin_router
from shopfloor.web.access.routes import access_router
from shopfloor.web.answers import Refused, refusal
from shopfloor.web.assets import Assets
from shopfloor.web.authority import authority_router
from shopfloor.web.documentation import documentation_router
from shopfloor.web.events import events_router
from shopfloor.web.feed import feed_router
from shopfloor.web.html import html_router, nothing_here
from shopfloor.web.looking import looking_router
from shopfloor.web.offline import offline_router
from shopfloor.web.reader import language_for, words_for
from shopfloor.web.rendering import Renderer
from shopfloor.web.shop import Shop
from shopfloor.web.slips import slips_router
from shopfloor.web.speech import speech_router
from shopfloor.web.tracking import tracking_router

API: Final = "/api/v1"
NO_SUCH: Final = {404: ("not-found", "There is nothing here."), 405: ("not-allowed", "This cannot be done here.")}

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def make_app(shop: Shop, lifespan: Lifespan | None = None) -> FastAPI:
    """The application. Raises AssertionError if a route does not say whom it is for: nobody forgets a door."""
    app = FastAPI(
        title="shopfloor",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=_name_of,
    )
    app.state.shop = shop
    guard = Guard(shop.access, shop.wall, tls=shop.tls, pacer=shop.pacer)
    guard.stand_at(app)
    freshness = Freshness(shop.access, shop.wall)
    assets = Assets()
    render = Renderer(shop, assets)
    prefix = f"{API}/{shop.store}"
    store = APIRouter(prefix=prefix)
    store.include_router(access_router(guard, language_for, shop.gateway.attendance.boot_of))
    store.include_router(pin_router(freshness))
    store.include_router(events_router(shop, guard, freshness))
    store.include_router(looking_router(shop))
    store.include_router(feed_router(shop, guard))
    store.include_router(slips_router(shop, guard))
    store.include_router(speech_router(shop))
    own_pages = (html_router(render), tracking_router(shop, guard, render), authority_router(shop))
    for router in (store, assets.router(), offline_router(assets), *own_pages):
        app.include_router(router)
    app.include_router(documentation_router(app, render, prefix))
    answer_refusals(app)
    app.add_exception_handler(404, _lost(render))
    open_doors = undeclared(app)
    assert not open_doors, f"routes that do not say whom they are for: {open_doors}"
    return app


def _name_of(route: APIRoute) -> str:
    """A route's name in the document, the same in every shop."""
    return route.name


def answer_refusals(app: FastAPI) -> None:
    """Whatever this application refuses, it says why, in the reader's language."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Denied, _busy)


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return refusal(refused, words_for(request).refusal(refused.code, refused.reason))


async def _busy(request: Request, denied: Exception) -> Response:
    """The access book is being written by somebody else. What was said is sent again, and then answered."""
    assert isinstance(denied, Denied)
    assert denied.wait, f"a route answers {denied.code} itself"
    headers = {"Retry-After": str(-(-denied.wait // SECOND))}
    return await _refused(request, Refused(503, denied.code, denied.reason, headers=headers))


async def _failed(request: Request, failed: Exception) -> Response:
    """What the framework refuses by itself: no such route, wrong method."""
    assert isinstance(failed, HTTPException)
    code, reason = NO_SUCH.get(failed.status_code, ("bad-request", "This request cannot be read."))
    return refusal(Refused(failed.status_code, code, reason), words_for(request).say(reason))


def _lost(render: Renderer) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Who has mistyped the address of a page gets a page; a program gets JSON."""

    async def lost(request: Request, failed: Exception) -> Response:
        if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(API):
            return nothing_here(render, request)
        return await _failed(request, failed)

    return lost


async def _unreadable(request: Request, _error: Exception) -> Response:
    """A parameter that is none."""
    reason = "This request cannot be read."
    return refusal(Refused(400, "bad-request", reason), words_for(request).say(reason))
