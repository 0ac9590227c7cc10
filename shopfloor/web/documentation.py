"""The JSON contract told by the server itself: ``openapi.json``, and a page of it that needs nothing from elsewhere."""

from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from msgspec import Struct

from shopfloor import release
from shopfloor.web.access.guard import public
from shopfloor.web.answers import answer
from shopfloor.web.describing import Description, openapi
from shopfloor.web.reader import words_for
from shopfloor.web.rendering import Renderer

METHODS: Final = ("get", "post", "put", "delete")


class Operation(Struct, frozen=True):
    """One route, as the page lists it."""

    method: str
    path: str
    summary: str
    roles: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    """Status, and what it means."""


def documentation_router(app: FastAPI, render: Renderer, prefix: str) -> APIRouter:
    """Made last: it tells all routes that the application has by then."""
    router = APIRouter(include_in_schema=False)

    @router.get(f"{prefix}/openapi.json")
    @public
    async def document() -> Response:
        return answer(openapi(app, release()))

    @router.get("/api")
    @public
    async def page(request: Request) -> Response:
        told = openapi(app, release())
        words = words_for(request)
        html = render.template("api.html", words, operations=list(operations(told)), address=f"{prefix}/openapi.json")
        return HTMLResponse(html)

    return router


def operations(document: Description) -> Iterator[Operation]:
    """Every route of the document, in its order."""
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, methods in paths.items():
        for method in METHODS:
            if method in methods:
                told = methods[method]
                yield Operation(
                    method=method.upper(),
                    path=path,
                    summary=told.get("summary", ""),
                    roles=tuple(told.get("x-roles", ())),
                    answers=tuple((status, each["description"]) for status, each in told["responses"].items()),
                )
