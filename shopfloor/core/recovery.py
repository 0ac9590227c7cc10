"""After a loss or a mistake of ours: a floor that forgot the end of its day (F57, F61); a due that fails (F08)."""

from string import ascii_uppercase
from typing import Final

from shopfloor.contract.actor import HOUR, Device
from shopfloor.contract.events import DueSetAside, JournalRecovered
from shopfloor.core.hall import skip_numbers
from shopfloor.core.pictures import LINES
from shopfloor.core.room import Room
from shopfloor.core.shop import MANAGER, Shop

room = Room("recovery")

JOURNAL: Final = "journal"
"""What the alarm is about."""
TICKETS_SKIPPED: Final = 100
"""Numbers of today, in each line, that somebody in the hall may hold and the floor does not know."""
SET_ASIDE_MS: Final = HOUR
"""A due that failed is tried again so much later: by then the thing may have moved, or the program been mended."""
DUE: Final = "due/"
"""Alarms of such dues begin like this."""


@room.records(JournalRecovered)
def journal_recovered(shop: Shop, _by: Device, event: JournalRecovered) -> None:
    """I19: no id is given out twice, also not one that only the lost entries knew: a device that has carried out C7
    would not do another C7. What else differs, people have to find; the devices tell it when they are started anew."""
    for prefix in ascii_uppercase:
        shop.books.counters[prefix] = shop.books.counters.get(prefix, 0) + event.skip
    for line in LINES:
        skip_numbers(shop, line, TICKETS_SKIPPED)
    words = f"The journal was recovered, and at least {event.lost} entries are lost: start all devices anew, count the "
    shop.alarm(JOURNAL, words + "bins, close the terminals' day, and ask in the hall who has which number", MANAGER)


@room.records(DueSetAside)
def due_set_aside(shop: Shop, _by: Device, event: DueSetAside) -> None:
    """F08: one thing over which time cannot pass must not stop time for all the others."""
    if not shop.is_due(event.about, shop.now):
        shop.refuse("not-due", f"Nothing is due about {event.about}.")
    shop.set_aside(event.about, shop.now + SET_ASIDE_MS)
    words = f"{event.about} was due, and this program has a mistake that stops it: it is tried again every hour. Look "
    shop.alarm(DUE + event.about, words + "after it by hand until then, and report it", MANAGER)


def clear_dues(shop: Shop) -> None:
    """Yesterday's alarms of this kind; whatever still fails raises its own again."""
    for about in [about for about in shop.books.alarms if about.startswith(DUE)]:
        shop.all_clear(about)
