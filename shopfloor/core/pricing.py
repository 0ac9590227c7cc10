"""A quote's lines at the shop's prices: catalogue, warranties, the maker's answer, the date, what lies in the bins."""

from shopfloor.contract.kinds import LineWanted, QuoteLine
from shopfloor.core import premises, prices, stock
from shopfloor.core.books import Quote, Repair
from shopfloor.core.entitlement import answer_is_fresh
from shopfloor.core.shop import Shop

LINES_MAX = 16


def priced(
    shop: Shop, repair: Repair, wanted_lines: tuple[LineWanted, ...], *, by_manager: bool
) -> tuple[QuoteLine, ...]:
    """Each line with the rule that set its price (prices.py); refuses what cannot be priced."""
    numbers = {(line.fault, line.service): line.line for line in repair.signed}
    lines: dict[int, QuoteLine] = {}
    for wanted in wanted_lines:
        number = numbers.setdefault((wanted.fault, wanted.service), len(numbers) + 1)
        if number in lines:
            shop.refuse("line-twice", f"{wanted.fault} ({wanted.service}) is on this quote twice. Keep one line.")
        row = shop.catalogue.row(repair.model, wanted.fault) if wanted.service == "repair" else None
        if wanted.service == "repair" and row is None:
            shop.refuse("not-in-catalogue", f"The catalogue has no fault {wanted.fault} for {repair.model}.")
        if wanted.sku and (row is None or wanted.sku != row.sku):
            shop.refuse("wrong-part", f"{wanted.sku} is not the part for {wanted.fault} of {repair.model}.")
        terms = prices.Terms(
            parent_line=prices.covering_row(repair, wanted, shop.books.warranties.values()),
            makers_warranty=by_manager or _makers_warranty(shop, repair, wanted),
            service_day=premises.is_service_day(shop),
            available=not wanted.sku or stock.free(shop, wanted.sku) > 0,  # E3: a promise, not a reservation
        )
        lines[number] = prices.price(number, wanted, row, terms)
    if len(numbers) > LINES_MAX:
        shop.refuse("too-many-lines", f"A quote has at most {LINES_MAX} lines.")
    return prices.merged(repair.signed, tuple(lines.values()))


def _makers_warranty(shop: Shop, repair: Repair, wanted: LineWanted) -> bool:
    """B21: an answer not older than a day says covered, and no accident caused it."""
    accident = wanted.accidental or wanted.fault in repair.accidental
    return repair.entitlement == "covered" and answer_is_fresh(shop, repair) and not accident


def priced_for_today(shop: Shop, repair: Repair, quote: Quote) -> Quote:
    """The same wishes at today's prices: a service day has begun or ended since they were priced."""
    wanted = tuple(
        LineWanted(
            fault=line.fault,
            service=line.service,
            sku=line.sku,
            accidental=line.accidental,
            customer_keeps_old_part=line.customer_keeps_old_part,
        )
        for line in quote.lines
        if line not in repair.signed
    )
    lines = priced(shop, repair, wanted, by_manager=quote.warranty_by_manager)
    return Quote(
        version=0,
        lines=lines,
        total=prices.total(lines),
        promised_min=quote.promised_min,
        supplement=quote.supplement,
        subject_to_check=quote.subject_to_check,
        service_day=premises.is_service_day(shop),
        warranty_by_manager=quote.warranty_by_manager,
    )
