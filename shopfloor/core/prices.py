"""What it costs, and why: five rules, first match wins. Money is integer fen, tax included.

A line keeps the number of the rule that set its price; the customer sees it. A signed price stays. What the lists ask
today is looked up in ``price_list.py``.
"""

from collections.abc import Iterable

from msgspec import Struct

from shopfloor.contract.catalogue import Row
from shopfloor.contract.kinds import LineWanted, PriceRule, QuoteLine, Service
from shopfloor.core.books import Repair, Warranty

FEN_A_YUAN = 100
PERCENT = 100

SHOP_PRICES_FEN: dict[Service, int] = {
    "cleaning": 20 * FEN_A_YUAN,
    "care": 30 * FEN_A_YUAN,
    "film": 60 * FEN_A_YUAN,
    "diagnosis": 0,
    "send-out": 0,
}
"""The shop's own price list, as printed, for what is not in the catalogue (assumed)."""

DEPOSIT_PERCENT = 30
"""Of the part's price, asked before a part is ordered in specially (assumed; never more than that price)."""


class Terms(Struct, frozen=True, kw_only=True):
    """What decides a line's rule, beside catalogue and wish."""

    parent_line: str = ""
    """Rule 1: the parent's warranty row that covers the line."""
    makers_warranty: bool = False
    service_day: bool = False
    service_fen: int = 0
    """What a service of the shop's own list costs today."""
    available: bool = True


def price(number: int, wanted: LineWanted, row: Row | None, terms: Terms) -> QuoteLine:
    """The line as it is quoted. ``row`` is the catalogue's, or None for a service of the shop's own list."""
    rule, part_fen, labour_fen = _amounts(wanted, row, terms)
    return QuoteLine(
        line=number,
        fault=wanted.fault,
        service=wanted.service,
        sku=wanted.sku,
        part_fen=part_fen,
        labour_fen=labour_fen,
        rule=rule,
        available=terms.available,
        parent_line=terms.parent_line if rule == 1 else "",
        deposit_fen=0 if terms.available else part_fen * DEPOSIT_PERCENT // PERCENT,
        customer_keeps_old_part=wanted.customer_keeps_old_part,
        accidental=wanted.accidental,
    )


def _amounts(wanted: LineWanted, row: Row | None, terms: Terms) -> tuple[PriceRule, int, int]:
    """Rule, part, labour."""
    if terms.parent_line:
        return 1, 0, 0
    if row is None:
        return (4, 0, 0) if terms.service_day else (5, 0, terms.service_fen)
    if terms.makers_warranty:
        return 2, 0, 0
    with_part = wanted.sku == row.sku
    if row.fixed_price_fen is not None and with_part:
        return 3, row.fixed_price_fen, 0
    part_fen = row.part_price_fen if with_part else 0
    return (4, part_fen, 0) if terms.service_day else (5, part_fen, row.labour_fee_fen)


def covering_row(repair: Repair, wanted: LineWanted, warranties: Iterable[Warranty]) -> str:
    """Rule 1: the warranty row of the rework's parent that covers this line; "" if none, or if there is new damage.

    The day on which the customer came back counts, not the day of the quote.
    """
    if not repair.parent or wanted.service != "repair" or wanted.accidental:
        return ""
    for row in warranties:
        same = row.repair == repair.parent and row.fault == wanted.fault and row.imei == repair.imei
        if same and repair.opened_at <= row.until:
            return row.id
    return ""


def total(lines: Iterable[QuoteLine]) -> int:
    return sum(line.price_fen for line in lines)


def payable(repair: Repair) -> int:
    """The signed lines that were done; unrepaired: the signed fee."""
    if repair.unrepaired:
        return repair.fee
    amount = total(line for line in repair.signed if line.line in repair.lines_done)
    assert amount <= repair.cap, f"{repair.id}: {amount} is more than the signed {repair.cap}"
    return amount


def outstanding(repair: Repair) -> int:
    """What the customer still owes of what is payable; deposits count as settled."""
    return max(0, repair.payable - repair.settled)


def overpaid(repair: Repair) -> int:
    """What the customer has paid too much: a deposit for a phone that goes back unrepaired."""
    return max(0, repair.settled - repair.payable)


def deposits_wanted(repair: Repair) -> int:
    """What may be asked before the work, for signed parts that are ordered in specially."""
    return min(sum(line.deposit_fen for line in repair.signed), repair.cap)


def merged(signed: tuple[QuoteLine, ...], added: tuple[QuoteLine, ...]) -> tuple[QuoteLine, ...]:
    """The lines of a supplement: what was signed stays as it was signed, unless the new quote prices that line anew."""
    again = {line.line: line for line in added}
    kept = tuple(again.pop(line.line, line) for line in signed)
    return kept + tuple(again.values())


def yuan(fen: int) -> str:
    """For a person to read: ``1448.00``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN_A_YUAN}.{abs(fen) % FEN_A_YUAN:02d}"
