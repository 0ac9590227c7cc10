"""After a loss: what the floor does that has forgotten the end of its day (F57, F61)."""

from string import ascii_uppercase
from typing import Final

from shopfloor.contract.actor import Device
from shopfloor.contract.events import JournalRecovered
from shopfloor.core.hall import skip_numbers
from shopfloor.core.pictures import LINES
from shopfloor.core.room import Room
from shopfloor.core.shop import MANAGER, Shop

room = Room("recovery")

JOURNAL: Final = "journal"
"""What the alarm is about."""
TICKETS_SKIPPED: Final = 100
"""Numbers of today, in each line, that somebody in the hall may hold and the floor does not know."""


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
