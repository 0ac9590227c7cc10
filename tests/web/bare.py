"""The application without a floor behind it: for what it says of itself, its routes and its document."""

from pathlib import Path

from fastapi import FastAPI

from shopfloor.contract.catalogue import Catalogue
from shopfloor.service.layouts import LAYOUTS, named_layout
from shopfloor.service.store import beside
from shopfloor.web.access.book import AccessBook
from shopfloor.web.app import make_app
from shopfloor.web.gateway import Gateway
from shopfloor.web.live import Gallery
from shopfloor.web.records import LookIn
from shopfloor.web.serving import wall
from shopfloor.web.shop import Shop
from shopfloor.web.unsent import UnsentBook


def bare_app(directory: Path) -> FastAPI:
    """Of the sample shop; nothing is started."""
    layout = named_layout("sample")
    database = directory / "shop.db"
    return make_app(
        Shop(
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
    )
