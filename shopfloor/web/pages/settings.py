"""The manager's settings: service days, who works when, prices, modes, PINs, and which browser is which device."""

from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import Device, Instant
from shopfloor.service.views.settings import settings_seen
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.labels import fault_words
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page
from shopfloor.web.shop import Shop
from shopfloor.web.terms import Table
from shopfloor.web.words import Words

TABLES: Final[tuple[Table, ...]] = ("line", "service", "device", "mode", "party")


class Badge(Struct, frozen=True):
    """Somebody who may sign in, once they have a PIN."""

    badge: str
    name: str
    role: str
    has_pin: bool
    signed_in: int
    """In so many browsers."""


class Browser(Struct, frozen=True):
    """A device that a browser can be; 0 and 0: none is."""

    device: Device
    enrolled_at: Instant
    seen_at: Instant


def _draw(shop: Shop, _visitor: Visitor) -> Sections:
    """``changes`` grow when prices or rosters of other days do: then they are looked up again."""
    database = shop.look()
    (prices,) = database.execute("SELECT count(*) FROM price_change").fetchone()
    (staff,) = database.execute("SELECT count(*) FROM staff_change").fetchone()
    return {
        "settings": settings_seen(database, shop.layout),
        "badges": tuple(
            Badge(line.person.badge, line.person.name, str(line.person.role), line.has_pin, line.sessions)
            for line in shop.access.people()
        ),
        "browsers": tuple(Browser(line.device, line.enrolled_at, line.seen_at) for line in shop.access.devices()),
        "changes": {"prices": prices, "staff": staff},
    }


def _data(shop: Shop, _visitor: Visitor, words: Words) -> dict[str, object]:
    """What can be chosen from: models and faults by name, cabinets and robots that may be switched by hand."""
    return {
        "models": {model.id: model.name for model in shop.catalogue.models.values()},
        "faults": {fault.code: fault_words(words.language, fault) for fault in shop.catalogue.faults.values()},
        "cabinets": [cabinet.id for cabinet in shop.layout.cabinets.values() if not cabinet.shelves],
        "robots": list(shop.layout.robots),
        "managers": list(shop.layout.managers),
    }


PAGE = Page("settings", "/settings", (Role.MANAGER,), "", _draw, data=_data, labels=TABLES)
