"""The queue machine: a customer takes a number, checks in with a booking, picks up, or gives up waiting."""

from typing import Final

from shopfloor.contract.commands import ShowLines
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page, own_device
from shopfloor.web.pages.tongues import all_tongues
from shopfloor.web.shop import Shop
from shopfloor.web.terms import Table
from shopfloor.web.words import Words

TABLES: Final[tuple[Table, ...]] = ("line", "line_meaning")


def _draw(shop: Shop, visitor: Visitor) -> Sections:
    """``lines``: which are open, how long the wait will be; None while the floor has not said."""
    shown = shop.gateway.screen(visitor.device).pictures.get(ShowLines.__name__)
    return {"lines": shown.lines if isinstance(shown, ShowLines) else None}


def _data(shop: Shop, _visitor: Visitor, _words: Words) -> dict[str, object]:
    """Every customer chooses their language, and nothing is asked for again: the floor may be away."""
    return {
        "shop": shop.layout.store.name,
        "tongues": all_tongues("kiosk.js", shop.layout.store.utc_offset_min, TABLES),
    }


PAGE = Page("kiosk", "/kiosk", (Role.DEVICE,), "queue", _draw, own_device, _data)
