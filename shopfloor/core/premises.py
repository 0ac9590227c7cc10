"""What stands around a repair: its PAD, its terminal, the services of the house, and which day it is for the shop."""

from shopfloor.contract.actor import DAY, Device, Instant
from shopfloor.core.books import Repair
from shopfloor.core.shop import Shop

DAYS_AHEAD_MAX = 366
"""A manager plans no further than this."""


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


def coming_day(shop: Shop, date: str) -> Instant:
    """Midnight of a date that something is planned for; refuses what is no day, is over, or is too far away."""
    try:
        midnight = shop.layout.midnight_of(date)
    except ValueError:
        shop.refuse("no-such-day", f"No calendar has a day {date}. Write it as year, month and day: 2026-11-30.")
    today = shop.layout.day_start(shop.now)
    if midnight < today:
        shop.refuse("day-is-over", f"{date} is over. Choose today, {shop.layout.date(shop.now)}, or a later day.")
    if midnight > today + DAYS_AHEAD_MAX * DAY:
        shop.refuse("too-far-ahead", f"{date} is more than {DAYS_AHEAD_MAX} days away. Choose an earlier day.")
    return midnight


def is_service_day(shop: Shop) -> bool:
    """Today's date in the shop's calendar; what the manager set counts more than the plan."""
    date = shop.layout.date(shop.now)
    return shop.books.service_days.get(date, date in shop.policy.service_days)


def _gone_home(shop: Shop, repair: Repair) -> bool:
    ticket = shop.books.tickets.get(repair.ticket)
    return repair.state == "ON_HOLD(undecided)" and (ticket is None or ticket.state != "SERVING")
