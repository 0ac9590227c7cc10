"""What the manager has switched on or off, as it holds on a date."""

import sqlite3

from shopfloor.contract.actor import Instant
from shopfloor.service.views.opening import policy_of


def is_service_day(database: sqlite3.Connection, date: str) -> bool:
    """The shop's calendar; what the manager set counts more than the plan."""
    found = database.execute("SELECT state FROM mode WHERE id = ?", (f"service-day/{date}",)).fetchone()
    return date in policy_of(database).service_days if found is None else found[0] == "ON"


def lines_closed(database: sqlite3.Connection, midnight: Instant) -> tuple[str, ...]:
    """Lines of which no number is given out; with the day they open again."""
    found = database.execute(
        "SELECT about FROM mode WHERE what = 'line-closed' AND state = 'ON' AND at >= ? ORDER BY about", (midnight,)
    )
    return tuple(about for (about,) in found)
