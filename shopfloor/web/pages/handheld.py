"""The handheld: an engineer's work, or the parts keeper's, on one thumb; it works without a connection, too."""

from typing import Final, get_args

from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.kinds import Service
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.handheld.hints import hints_in
from shopfloor.web.handheld.picture import nobody, somebody
from shopfloor.web.handheld.table import deeds_in
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page
from shopfloor.web.shop import Shop
from shopfloor.web.terms import Table
from shopfloor.web.words import Words

LABELS: Final[tuple[Table, ...]] = (
    "repair", "parts_order", "ticket", "signature", "document", "fault", "service", "stock_place", "place", "line",
)  # fmt: skip


def _draw(shop: Shop, visitor: Visitor) -> Sections:
    screen = shop.gateway.screen(visitor.device)
    if visitor.role is not Role.ENGINEER:
        return nobody(shop.layout, shop.look(), screen)
    person, device = visitor.person, visitor.device
    return somebody(shop.layout, shop.catalogue, shop.look(), shop.clock(), screen, person, device)


def _key(visitor: Visitor) -> tuple[str, ...]:
    return visitor.device, visitor.person


def _data(shop: Shop, visitor: Visitor, words: Words) -> dict[str, object]:
    """``rows``: model → fault → SKU, which is empty where no part is needed."""
    catalogue = shop.catalogue
    return {
        "deeds": deeds_in(words),
        "hints": hints_in(words),
        "models": {model.id: model.name for model in catalogue.models.values()},
        "rows": {model: {fault: row.sku for fault, row in rows.items()} for model, rows in catalogue.rows.items()},
        "services": [service for service in get_args(Service) if service != "repair"],
        "loaners": [
            (loaner.id, f"{loaner.id} {_model(catalogue, loaner.model)}") for loaner in shop.layout.loaners.values()
        ],
        "lockers": shop.layout.lockers,
        "keeps_parts": visitor.person in shop.layout.parts_keepers,
    }


def _model(catalogue: Catalogue, model: str) -> str:
    """A loaner may be of a model that the shop does not repair."""
    return catalogue.models[model].name if model in catalogue.models else model


PAGE = Page("handheld", "/handheld", (Role.DEVICE, Role.ENGINEER), "handheld", _draw, _key, _data, LABELS)
