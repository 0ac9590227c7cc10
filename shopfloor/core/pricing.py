"""A quote's lines at the shop's prices: catalogue, warranties, the maker's answer, the date, what lies in the bins."""

from shopfloor.contract.kinds import LineWanted, QuoteLine
from shopfloor.core import premises, price_list, prices, stock
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
        row = price_list.row_today(shop, repair.model, wanted.fault) if wanted.service == "repair" else None
        if wanted.service == "repair" and row is None:
            shop.refuse("not-in-catalogue", f"The catalogue has no fault {wanted.fault} for {repair.model}.")
        if wanted.sku and (row is None or wanted.sku != row.sku):
            shop.refuse("wrong-part", f"{wanted.sku} is not the part for {wanted.fault} of {repair.model}.")
        terms = prices.Terms(
            parent_line=prices.covering_row(repair, wanted, shop.books.warranties.values()),
            makers_warranty=by_manager or _makers_warranty(shop, repair, wanted),
            service_day=premises.is_service_day(shop),
            service_fen=price_list.service_fen_today(shop, wanted.service),
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


def is_out_of_date(shop: Shop, repair: Repair, quote: Quote) -> bool:
    """Whether a service day has begun or ended since it was priced or, of a draft, the list has another price today."""
    if quote.service_day != premises.is_service_day(shop):
        return True
    frozen = bool(quote.sha256)
    return not frozen and any(_at_todays_price(shop, repair, line) != line for line in _new_lines(repair, quote))


def priced_for_today(shop: Shop, repair: Repair, quote: Quote) -> Quote:
    """The same wishes at today's prices."""
    wanted = tuple(_wanted(line) for line in _new_lines(repair, quote))
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


def _new_lines(repair: Repair, quote: Quote) -> tuple[QuoteLine, ...]:
    """Without those that are signed: their price stays."""
    return tuple(line for line in quote.lines if line not in repair.signed)


def _wanted(line: QuoteLine) -> LineWanted:
    return LineWanted(
        fault=line.fault,
        service=line.service,
        sku=line.sku,
        accidental=line.accidental,
        customer_keeps_old_part=line.customer_keeps_old_part,
    )


def _at_todays_price(shop: Shop, repair: Repair, line: QuoteLine) -> QuoteLine:
    """The same line under the same terms; only the price list and the day may differ."""
    terms = prices.Terms(
        parent_line=line.parent_line,
        makers_warranty=line.rule == 2,
        service_day=premises.is_service_day(shop),
        service_fen=price_list.service_fen_today(shop, line.service),
        available=line.available,
    )
    row = price_list.row_today(shop, repair.model, line.fault) if line.service == "repair" else None
    return prices.price(line.line, _wanted(line), row, terms)
