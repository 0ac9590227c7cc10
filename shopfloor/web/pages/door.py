"""The door: who are you? And the page that makes a browser a device of the shop."""

from typing import Final

from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.authority import told_authority
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page
from shopfloor.web.shop import Shop
from shopfloor.web.words import Words

PLACES: Final = {
    "handheld": "/handheld",
    "board": "/board",
    "queue": "/kiosk",
    "calls": "/calls",
    "pad": "/pad",
    "pos": "/pos",
}
"""Type of device → the page that it is."""


def _nothing_live(_shop: Shop, _visitor: Visitor) -> Sections:
    return {}


def _data(_shop: Shop, _visitor: Visitor, _words: Words) -> dict[str, object]:
    return {"places": PLACES}


def _shown(_shop: Shop, visitor: Visitor, _words: Words) -> dict[str, object]:
    """``here``: whose page this browser opens; ``device``: which device it is, beside whoever is signed in."""
    kind = visitor.device.partition("/")[0]
    return {"here": PLACES.get(kind, ""), "device": "" if visitor.role is Role.MANAGER else visitor.device}


def _set_up_shown(shop: Shop, _visitor: Visitor, _words: Words) -> dict[str, object]:
    return {"authority": told_authority(shop.authority)}


PAGE = Page("door", "/", tuple(Role), "", _nothing_live, data=_data, shown=_shown)
SET_UP = Page("setup", "/set-up", tuple(Role), "", _nothing_live, data=_data, labels=("device",), shown=_set_up_shown)
