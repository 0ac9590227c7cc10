"""How long it will take until somebody is called: always a range, never one minute."""

from shopfloor.contract.kinds import Line
from shopfloor.core.shifts import is_off
from shopfloor.core.shop import Shop

VISIT_MIN_LOW = 30
VISIT_MIN_HIGH = 60
"""Minutes a visit holds a desk: a quick one, a long one (assumed)."""
ETA_STEP_MIN = 5
ETA_MAX_MIN = 600
SURGE_MIN = 60
"""E29: from so long a wait on, the manager is told and may close the line, before people take a number."""


def eta(shop: Shop, line: Line, ahead: int) -> tuple[int, int]:
    """Minutes (low, high) until somebody of this line is called who has so many ahead."""
    engineers = shop.layout.engineers
    able = [
        desk
        for desk in shop.books.desks.values()
        if desk.engineer and line in engineers[desk.engineer].lines and not is_off(shop, desk.engineer, shop.books.day)
    ]
    return minutes(ahead, able=len(able), free=sum(not desk.ticket for desk in able))


def minutes(ahead: int, *, able: int, free: int) -> tuple[int, int]:
    """(Low, high) with so many ahead at so many desks that may serve the line, of which so many have nobody."""
    if not able:
        return 0, ETA_MAX_MIN
    if ahead < free:
        return 0, ETA_STEP_MIN
    turns = (ahead - free + 1) / able
    low = int(turns * VISIT_MIN_LOW) // ETA_STEP_MIN * ETA_STEP_MIN
    high = int(turns * VISIT_MIN_HIGH) // ETA_STEP_MIN * ETA_STEP_MIN + ETA_STEP_MIN
    return min(low, ETA_MAX_MIN), min(high, ETA_MAX_MIN)


def watch_the_wait(shop: Shop, waiting: int) -> None:
    """E29: an hour and more for whoever comes next is the manager's business."""
    low, _high = eta(shop, "A", waiting)
    if low >= SURGE_MIN:
        shop.alarm("queue", "Whoever comes now waits over an hour: close line A or open a desk.", "MG")
    else:
        shop.all_clear("queue")
