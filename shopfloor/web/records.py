"""The shop's records, to be looked at only: a connection for each thread, and a stamp that tells of changes."""

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from shopfloor.service.store import reading_connection


class LookIn:
    """Reads one shop's records. Nothing here can write."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._of_thread = threading.local()

    def __call__(self) -> sqlite3.Connection:
        """This thread's own connection. Raises sqlite3.OperationalError while there is no journal yet."""
        known: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if known is None:
            known = self._of_thread.connection = reading_connection(self._database)
        return known

    def stamp(self) -> int:
        """Another number whenever somebody has written. To be asked by one thread: each connection counts its own."""
        with suppress(sqlite3.OperationalError):
            (version,) = self().execute("PRAGMA data_version").fetchone()
            return int(version)
        return 0

    def repair_of(self, ticket: str) -> str:
        """The repair of this visit; empty if there is none."""
        row = self().execute("SELECT coalesce(repair, '') FROM ticket WHERE id = ?", (ticket,)).fetchone()
        return str(row[0]) if row is not None else ""

    def going_on(self) -> list[str]:
        """Tickets of visits that are not over: somebody waits or is served, or their phone is still here."""
        rows = self().execute(
            "SELECT ticket.id FROM ticket LEFT JOIN repair ON repair.id = ticket.repair "
            "WHERE ticket.ended_at IS NULL OR (repair.id IS NOT NULL AND repair.closed_at IS NULL)"
        )
        return [ticket for (ticket,) in rows]
