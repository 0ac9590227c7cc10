"""The JSON contract of any shop as one OpenAPI document; ``openapi.json`` beside this file is its copy."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from shopfloor.contract.catalogue import Catalogue
from shopfloor.service.layouts import LAYOUTS, named_layout
from shopfloor.service.store import beside
from shopfloor.web.access.book import AccessBook
from shopfloor.web.app import API, make_app
from shopfloor.web.describing import Description, openapi
from shopfloor.web.gateway import Gateway
from shopfloor.web.live import Gallery
from shopfloor.web.records import LookIn
from shopfloor.web.serving import wall
from shopfloor.web.shop import Shop
from shopfloor.web.unsent import UnsentBook

COMMITTED: Final = "web/openapi.json"
"""The copy, below the package; a test keeps it fresh."""
VERSION: Final = "1.0.0"
STORE: Final = {
    "name": "store",
    "in": "path",
    "required": True,
    "description": "which shop: its id in the layout",
    "schema": {"type": "string"},
    "example": "s1",
}


def bare_shop(directory: Path) -> Shop:
    """The sample shop with nothing behind it: no broker is asked, no floor runs. Its access book is made there."""
    layout = named_layout("sample")
    database = directory / "shop.db"
    return Shop(
        layout=layout,
        catalogue=Catalogue.from_text((LAYOUTS.parent / "catalogue.json").read_text(encoding="utf-8")),
        database=database,
        look=LookIn(database),
        gateway=Gateway(layout, "mqtt://127.0.0.1:1"),
        gallery=Gallery(lambda: 0, wall),
        access=AccessBook(beside(database, ".access"), layout),
        unsent=UnsentBook(),
        clock=wall,
        wall=wall,
    )


def document() -> Description:
    """As ``/api/v1/{store}/openapi.json`` tells it of one shop, with the shop's id left open."""
    with TemporaryDirectory(prefix="shopfloor-contract-") as directory:
        shop = bare_shop(Path(directory))
        told = openapi(make_app(shop), VERSION)
        own = f"{API}/{shop.store}"
        shop.access.close()
    paths = told["paths"]
    assert isinstance(paths, dict)
    return told | {"paths": {_of_any(path, own): {"parameters": [STORE], **ways} for path, ways in paths.items()}}


def document_text() -> str:
    """As committed: two spaces, a line end at the end."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _of_any(path: str, own: str) -> str:
    assert path.startswith(own), path
    return f"{API}/{{store}}{path.removeprefix(own)}"
