"""``/sw.js``: the service worker that opens a page when the server cannot be reached (only over TLS, or on localhost).

What it keeps is listed from the very files that are served, so the list is never stale: a release with other files is
another worker.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from fastapi import APIRouter, Response
from msgspec import Struct

from shopfloor.web.access.guard import public
from shopfloor.web.assets import Assets

OFFLINE: Final = ("handheld",)
"""Pages that open without the server; each of the others is of no use then, and says so."""
COMMON: Final = ("base.css", "icon.svg")


class Shell(Struct, frozen=True):
    """What the worker keeps: addresses of files, paths of pages."""

    release: str
    files: Sequence[str]
    pages: Sequence[str]


def shell_of(assets: Assets) -> Shell:
    """Each page's script with all that it imports, its styles, and what all pages have."""
    names = [name for page in OFFLINE for name in (*assets.modules(f"{page}.js"), *assets.styles(page))]
    files = dict.fromkeys((*COMMON, *names))
    return Shell(assets.release, [assets.address(name) for name in files], [f"/{page}" for page in OFFLINE])


def offline_router(assets: Assets) -> APIRouter:
    """One script, at the root: a worker rules the pages below its own address."""
    router = APIRouter(include_in_schema=False)
    shell = msgspec.json.encode(shell_of(assets)).decode()
    script = f"self.SHELL = {shell};\n{assets.files['sw.js'].decode()}"

    @router.get("/sw.js")
    @public
    async def worker() -> Response:
        return Response(script, media_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})

    return router
