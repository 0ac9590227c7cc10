"""How long it will take until somebody is called: always a range, never one minute."""

from shopfloor.core.books import Ticket
from shopfloor.core.policies import CALLING_RULES
from shopfloor.core.shop import Shop

VISIT_MIN_LOW = 30
VISIT_MIN_HIGH = 60
"""Minutes a visit holds a desk: a quick one, a long one (assumed)."""
ETA_STEP_MIN = 5
ETA_MAX_MIN = 600
SURGE_ETA_MIN = 60
"""E29: from here on the manager is told, and people before they take a number."""


def eta(shop: Shop, ticket: Ticket | None = None, line: str = "") -> tuple[int, int]:
    """Minutes (low, high) until this ticket, or the next one of this line, is called."""
    books = shop.books
    wanted = ticket.line if ticket is not None else line
    able = [
        desk for desk in books.desks.values() if desk.engineer and wanted in shop.layout.engineers[desk.engineer].lines
    ]
    if not able:
        return 0, ETA_MAX_MIN
    free = sum(not desk.ticket for desk in able)
    ahead = _ahead(shop, ticket)
    if ahead < free:
        return 0, ETA_STEP_MIN
    turns = (ahead - free + 1) / len(able)
    low = int(turns * VISIT_MIN_LOW) // ETA_STEP_MIN * ETA_STEP_MIN
    high = int(turns * VISIT_MIN_HIGH) // ETA_STEP_MIN * ETA_STEP_MIN + ETA_STEP_MIN
    return min(low, ETA_MAX_MIN), min(high, ETA_MAX_MIN)


def _ahead(shop: Shop, ticket: Ticket | None) -> int:
    waiting = [t for t in (shop.books.tickets[name] for name in shop.books.hall) if t.state == "WAITING"]
    if ticket is None:
        return len(waiting)
    rule = CALLING_RULES[shop.policy.calling]
    mine = rule(ticket, shop.now)
    return sum(other is not ticket and rule(other, shop.now) < mine for other in waiting)
