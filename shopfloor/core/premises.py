"""What stands around a repair: its PAD, its terminal, the services of the house, and whether today is a service day."""

from shopfloor.contract.actor import Device
from shopfloor.core.books import Repair
from shopfloor.core.shop import Shop


def service(shop: Shop, kind: str) -> Device:
    """The one device of a kind without a desk: ``archive``, ``notifier``, ``entitlement``, ``link``."""
    return next(iter(shop.devices[kind]))


def surface_of(shop: Shop, repair: Repair) -> Device:
    """Where the customer reads and signs: the PAD of the repair's desk, or the page behind their own link.

    By link: whoever sent the phone in, and whoever has gone home to think about the quote.
    """
    desk = shop.layout.desks.get(repair.desk)
    if desk is None or repair.repair_kind == "MAIL_IN" or _gone_home(shop, repair):
        return service(shop, "link")
    return f"pad/{desk.pad}"


def pos_of(shop: Shop, repair: Repair) -> Device:
    """The terminal of the repair's desk; without a desk, the first of the shop sends a pay-by-link form."""
    desk = shop.layout.desks.get(repair.desk)
    return f"pos/{desk.pos}" if desk else service(shop, "pos")


def is_service_day(shop: Shop) -> bool:
    """Today's date in the shop's calendar; what the manager set counts more than the plan."""
    date = shop.layout.date(shop.now)
    return shop.books.service_days.get(date, date in shop.policy.service_days)


def _gone_home(shop: Shop, repair: Repair) -> bool:
    ticket = shop.books.tickets.get(repair.ticket)
    return repair.state == "ON_HOLD(undecided)" and (ticket is None or ticket.state != "SERVING")
