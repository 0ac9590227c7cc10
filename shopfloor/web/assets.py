"""Static files: each address carries the hash of them all, so a browser may keep a file for ever."""

import gzip
import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from shopfloor.web.access.guard import public
from shopfloor.web.answers import Refused

STATIC: Final = Path(__file__).parent / "static"
FOR_EVER: Final = "public, max-age=31536000, immutable"
HASH_SIGNS: Final = 12
IMPORT: Final = re.compile(rb"""^(?:import|export)\b[^"';]*["']\./([\w-]+\.js)["']""", re.MULTILINE)


class Assets:
    """The static files of this release, in memory. Modules import each other by plain names, so the hash is one for
    all of them and stands in the path: ``/static/3f2a…/board.js``."""

    def __init__(self, directory: Path = STATIC) -> None:
        self.files = {path.name: path.read_bytes() for path in sorted(directory.iterdir()) if path.is_file()}
        self._small = {name: gzip.compress(content, mtime=0) for name, content in self.files.items()}
        every = hashlib.sha256()
        for name, content in self.files.items():
            every.update(f"{name} {len(content)} ".encode() + content)
        self.release: Final = every.hexdigest()[:HASH_SIGNS]

    def address(self, name: str) -> str:
        """Where a browser finds this file."""
        assert name in self.files, f"there is no static file {name!r}"
        return f"/static/{self.release}/{name}"

    def modules(self, name: str) -> tuple[str, ...]:
        """A script with all that it imports, directly or not: the browser is told of them at once, and a page's words
        are those that they say."""
        found: dict[str, None] = {}
        to_read = [name]
        while to_read:
            module = to_read.pop()
            if module not in found:
                found[module] = None
                to_read += [each.decode() for each in IMPORT.findall(self.files[module])]
        return tuple(found)

    def styles(self, page: str) -> tuple[str, ...]:
        """A page's own: ``handheld.css``, ``handheld_sheet.css``."""
        return tuple(name for name in self.files if name.endswith(".css") and re.split("[_.]", name)[0] == page)

    def router(self) -> APIRouter:
        """Serves them. An address of another release is answered with what is there now, and not kept."""
        router = APIRouter(include_in_schema=False)

        @router.get("/static/{release}/{name}")
        @public
        async def static(release: str, name: str, request: Request) -> Response:
            content = self.files.get(name)
            if content is None:
                raise Refused(404, "not-found", "There is no such file.")
            headers = {"Cache-Control": FOR_EVER if release == self.release else "no-store", "Vary": "Accept-Encoding"}
            if "gzip" in request.headers.get("accept-encoding", ""):
                content, headers["Content-Encoding"] = self._small[name], "gzip"
            return Response(content, media_type=_kind_of(name), headers=headers)

        return router


@cache
def _kind_of(name: str) -> str:
    if name.endswith(".js"):
        return "text/javascript; charset=utf-8"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
