"""Pages from templates: in the reader's language, with everything escaped, and the data that the script begins with."""

from pathlib import Path
from typing import Final

import msgspec
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shopfloor.web.access.visitor import Visitor, me_of
from shopfloor.web.assets import Assets
from shopfloor.web.pages.page import Page
from shopfloor.web.reader import words_for
from shopfloor.web.shop import Shop
from shopfloor.web.words import Words

TEMPLATES: Final = Path(__file__).parent / "templates"


class Renderer:
    """Every template of one shop."""

    def __init__(self, shop: Shop, assets: Assets) -> None:
        self._shop = shop
        self._assets = assets
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, page: Page, visitor: Visitor, request: Request) -> str:
        """A page of the register."""
        words = words_for(request)
        modules = self._assets.modules(f"{page.name}.js")
        data = {
            "page": page.name,
            "store": self._shop.store,
            "me": me_of(visitor, words.language),
            "link": visitor.link,
            "words": words.for_scripts(modules),
            "labels": words.labels_for(page.labels),
            "offset_min": words.offset_min,
            "data": page.data(self._shop, visitor, words),
        }
        return self.template(
            f"{page.name}.html",
            words,
            visitor=visitor,
            styles=self._assets.styles(page.name),
            modules=modules,
            page_data=as_page_data(data),
            **page.shown(self._shop, visitor, words),
        )

    def template(self, name: str, words: Words, **values: object) -> str:
        """Any template, with the reader's words, static addresses and the shop's name."""
        return self._templates.get_template(name).render(
            **words.for_templates(),
            static=self._assets.address,
            shop_name=self._shop.layout.store.name,
            **{"page_data": "", "styles": (), "modules": (), **values},
        )


def as_page_data(data: dict[str, object]) -> Markup:
    """JSON for a ``<script type="application/json">``: nothing in it can end the element."""
    text = msgspec.json.encode(data).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
