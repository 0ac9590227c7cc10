"""What a piece of work costs on a day: as the lists are printed, until the manager sets another price from a date on.

Only amounts are here; which of them a customer pays is for the five rules of ``prices.py``.
"""

from collections.abc import Mapping

from msgspec import structs

from shopfloor.contract.actor import Device
from shopfloor.contract.catalogue import Row
from shopfloor.contract.events import OfPrice, PriceSet, PriceWithdrawn
from shopfloor.contract.facts import PriceChanged
from shopfloor.contract.kinds import Service
from shopfloor.core import premises
from shopfloor.core.books import Amounts
from shopfloor.core.prices import SHOP_PRICES_FEN
from shopfloor.core.room import Room
from shopfloor.core.shop import Shop

room = Room("price list")

DATES_MAX = 12
"""Of one row: the price that holds, and those that are to come."""


def row_today(shop: Shop, model: str, fault: str) -> Row | None:
    """The catalogue's row at today's prices, or None: there is no such row."""
    row = shop.catalogue.row(model, fault)
    changed = shop.books.price_list.get(_row("repair", model, fault))
    if row is None or changed is None:
        return row
    now = in_force(changed, _printed(row), shop.layout.date(shop.now))
    return structs.replace(
        row, part_price_fen=now.part_fen, labour_fee_fen=now.labour_fen, fixed_price_fen=now.fixed_fen
    )


def service_fen_today(shop: Shop, service: Service) -> int:
    """What a service of the shop's own list costs today; 0 for a repair, which is in the catalogue."""
    printed = Amounts(0, SHOP_PRICES_FEN.get(service, 0))
    changed = shop.books.price_list.get(_row(service))
    return in_force(changed, printed, shop.layout.date(shop.now)).labour_fen if changed else printed.labour_fen


def in_force(changed: Mapping[str, Amounts], printed: Amounts, date: str) -> Amounts:
    """What a row costs on a date: the latest price set for that date or an earlier one, else the printed one."""
    begun = max((since for since in changed if since <= date), default="")
    return changed[begun] if begun else printed


@room.records(PriceSet)
def price_set(shop: Shop, by: Device, event: PriceSet) -> None:
    """From a date on; a quote that is frozen keeps its price, one that is only drafted does not."""
    premises.coming_day(shop, event.effective)
    printed = _printed_of(shop, event)
    needs_part, name = _needs_part(shop, event), _name(event)
    if not needs_part and (event.part_fen or event.fixed_fen is not None):
        shop.refuse("no-part", f"{name} needs no part: say what the labour costs, and nothing else.")
    changed = shop.books.price_list.get(_row_of(event), {})
    if event.effective not in changed and len(changed) >= DATES_MAX:
        shop.refuse("too-many", f"{name} has {DATES_MAX} prices already. Withdraw one that is to come.")
    before = in_force(changed, printed, event.effective)
    after = Amounts(event.part_fen, event.labour_fen, event.fixed_fen)
    shop.books.price_list.setdefault(_row_of(event), {})[event.effective] = after
    _tell(shop, by, event, before, after)


@room.records(PriceWithdrawn)
def price_withdrawn(shop: Shop, by: Device, event: PriceWithdrawn) -> None:
    """Before its day a price may be taken back; what holds already is only replaced."""
    printed = _printed_of(shop, event)
    changed = shop.books.price_list.get(_row_of(event), {})
    if event.effective not in changed:
        shop.refuse("unknown", f"No price of {_name(event)} begins on {event.effective}. Look at the list again.")
    if event.effective <= shop.layout.date(shop.now):
        shop.refuse("in-force", f"This price holds since {event.effective}. Set another one from today on.")
    before = changed.pop(event.effective)
    if not changed:
        del shop.books.price_list[_row_of(event)]
    _tell(shop, by, event, before, in_force(changed, printed, event.effective))


def forget_the_past(shop: Shop) -> None:
    """Of the prices whose day has come, only the latest still says anything."""
    today = shop.layout.date(shop.now)
    for row, changed in shop.books.price_list.items():
        holds = max((since for since in changed if since <= today), default="")
        shop.books.price_list[row] = {since: amounts for since, amounts in changed.items() if since >= holds}


def _printed_of(shop: Shop, event: OfPrice) -> Amounts:
    """Refuses a row that is on no list."""
    if event.service != "repair":
        if event.model or event.fault:
            shop.refuse("wrong-row", f"{event.service} costs the same for all phones: leave model and fault empty.")
        return Amounts(0, SHOP_PRICES_FEN[event.service])
    row = shop.catalogue.row(event.model, event.fault)
    if row is None:
        shop.refuse("not-in-catalogue", f"The catalogue has no fault {event.fault!r} for {event.model!r}.")
    return _printed(row)


def _printed(row: Row) -> Amounts:
    return Amounts(row.part_price_fen, row.labour_fee_fen, row.fixed_price_fen)


def _needs_part(shop: Shop, event: OfPrice) -> bool:
    row = shop.catalogue.row(event.model, event.fault)
    return event.service == "repair" and row is not None and bool(row.sku)


def _row_of(event: OfPrice) -> str:
    return _row(event.service, event.model, event.fault)


def _row(service: Service, model: str = "", fault: str = "") -> str:
    """A row's name in the books; no id has a space in it."""
    return f"repair {model} {fault}" if service == "repair" else service


def _name(event: OfPrice) -> str:
    """The row as a person reads it."""
    return f"{event.fault} of {event.model}" if event.service == "repair" else event.service


def _tell(shop: Shop, by: Device, event: OfPrice, before: Amounts, after: Amounts) -> None:
    shop.note(
        PriceChanged(
            device=by,
            effective=event.effective,
            service=event.service,
            model=event.model,
            fault=event.fault,
            part_fen=after.part_fen,
            labour_fen=after.labour_fen,
            fixed_fen=after.fixed_fen,
            part_fen_before=before.part_fen,
            labour_fen_before=before.labour_fen,
            fixed_fen_before=before.fixed_fen,
            withdrawn=isinstance(event, PriceWithdrawn),
        )
    )
