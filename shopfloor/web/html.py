"""The HTML routes: every page of the register, the door (``/``), and the customer's own link."""

from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from shopfloor.web.access.guard import Guard, allowed
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.addresses import SET_UP_PAGE
from shopfloor.web.pages import PAGES
from shopfloor.web.pages.page import Page
from shopfloor.web.reader import remember_choice, words_for
from shopfloor.web.rendering import Renderer

NEVER_KEPT: Final = {"Cache-Control": "no-store"}


def html_router(render: Renderer) -> APIRouter:
    """One GET route for each page."""
    router = APIRouter(include_in_schema=False)
    for page in PAGES.values():
        _add(router, render, page)
    return router


def _add(router: APIRouter, render: Renderer, page: Page) -> None:
    @router.get(page.path, name=page.name, response_class=HTMLResponse)
    def open_page(request: Request, visitor: Visitor = Depends(allowed(*Role))) -> Response:  # noqa: B008
        if not page.admits(visitor):
            if page.is_hidden:
                return nothing_here(render, request)
            return RedirectResponse(_way_in(page, request), 303, NEVER_KEPT)
        response = HTMLResponse(render.page(page, visitor, request), headers=NEVER_KEPT)
        remember_choice(request, response)
        return response


def _way_in(page: Page, request: Request) -> str:
    """The door; and for a browser that was the device once, where a new code makes it the device again."""
    guard = request.app.state.guard
    assert isinstance(guard, Guard)
    was_device = page.device_type and guard.cookies.device_token(request) and not guard.visitor(request).device
    return SET_UP_PAGE if was_device else f"/?to={page.name}"


def nothing_here(render: Renderer, request: Request) -> Response:
    """The same for whatever is not there (any more), or is not the reader's."""
    return HTMLResponse(render.template("gone.html", words_for(request)), 404, NEVER_KEPT)
