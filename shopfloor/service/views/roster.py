"""What the manager has changed of a date's roster."""

import sqlite3


def changed(database: sqlite3.Connection, person: str, date: str) -> bool | None:
    """On or off by the manager's word; None: the layout's shifts hold."""
    found = database.execute(
        "SELECT state FROM staff_change WHERE person = ? AND date = ? ORDER BY rowid DESC LIMIT 1", (person, date)
    ).fetchone()
    return None if found is None else found[0] == "ON"


def is_off(database: sqlite3.Connection, person: str, date: str) -> bool:
    """Whether they were taken off that date. Whom nobody planned, nobody stops."""
    return changed(database, person, date) is False
