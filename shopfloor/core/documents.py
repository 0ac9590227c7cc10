"""What stands on each document: a snapshot of values for the archive's template, and the lines it lists.

Models and the shop's own people by their names, as a customer knows them. Nothing of the customer: the archive adds
name and phone number from its own table, so that they never pass the journal.
"""

from shopfloor.contract.kinds import DocumentKind, QuoteLine
from shopfloor.core import prices
from shopfloor.core.books import Quote, Repair, SignatureRequest
from shopfloor.core.shop import Shop

QUOTES: tuple[DocumentKind, ...] = ("QUOTE", "SUPPLEMENT")
AT_THE_END: tuple[DocumentKind, ...] = ("REPORT", "ACCEPT", "RETURN_UNREPAIRED", "WITNESS")
READ_ONLY: tuple[DocumentKind, ...] = ("REPORT",)
"""Read to the end, then sealed by the shop without ink (s9)."""

TEMPLATE_VERSION = "2"


def values_of(shop: Shop, repair: Repair, request: SignatureRequest) -> dict[str, str]:
    """s1: the snapshot."""
    values = {
        "template": TEMPLATE_VERSION,
        "document": request.document,
        "repair": repair.id,
        "date": shop.layout.date(shop.now),
        "model": _model(shop, repair.model),
        "imei": repair.imei,
        "engineer": _person(shop, repair.owner),
    }
    match request.document:
        case "INTAKE":
            values |= _intake(repair)
        case "QUOTE" | "SUPPLEMENT":
            assert repair.quote is not None, repair.id
            values |= _quote(repair, repair.quote)
        case "REPORT" | "ACCEPT" | "RETURN_UNREPAIRED" | "WITNESS":
            values |= _end(shop, repair)
        case "LOANER":
            values |= _loaner(shop, request.loaner)
        case "WIPE" | "PROXY":
            pass
    return values


def lines_of(repair: Repair, document: DocumentKind) -> tuple[QuoteLine, ...]:
    """A quote lists what is offered, the documents of the end what was done."""
    if document in QUOTES:
        assert repair.quote is not None, repair.id
        return repair.quote.lines
    if document in AT_THE_END and not repair.unrepaired:
        return tuple(line for line in repair.signed if line.line in repair.lines_done)
    return ()


def _intake(repair: Repair) -> dict[str, str]:
    return {
        "fault": repair.fault,
        "identity": repair.identity,
        "data_choice": repair.data_choice or "",
        "privacy_mode": "on" if repair.privacy_mode else "off",
        "accessories": ", ".join(repair.accessories),
    }


def _quote(repair: Repair, quote: Quote) -> dict[str, str]:
    values = {
        "version": str(quote.version),
        "total_cny": prices.yuan(quote.total),
        "promised_min": str(quote.promised_min),
        "subject_to_check": "yes" if quote.subject_to_check else "no",
        "service_day": "yes" if quote.service_day else "no",
    }
    if quote.supplement:
        values["old_total_cny"] = prices.yuan(repair.cap)
        values["change_cny"] = prices.yuan(quote.total - repair.cap)
    return values


def _end(shop: Shop, repair: Repair) -> dict[str, str]:
    return {
        "repaired": "no" if repair.unrepaired else "yes",
        "causes": "; ".join(repair.causes),
        "cap_cny": prices.yuan(repair.cap),
        "payable_cny": prices.yuan(repair.payable),
        "settled_cny": prices.yuan(repair.settled),
        "checker": _person(shop, repair.checker),
    }


def _loaner(shop: Shop, loaner: str) -> dict[str, str]:
    row = shop.layout.loaners[loaner]
    return {"loaner": row.id, "loaner_model": _model(shop, row.model), "loaner_imei": row.imei}


def _model(shop: Shop, model: str) -> str:
    row = shop.catalogue.models.get(model)
    return row.name if row is not None else model


def _person(shop: Shop, badge: str) -> str:
    row = shop.layout.engineers.get(badge)
    return row.name if row is not None else badge
