"""What the records say about the desk that a person has taken."""

import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from shopfloor.core.lifecycles import WORKING
from shopfloor.service.store import reading_connection
from simulations.live.your_desk import YourDesk

HERE = "SELECT id, desk FROM presence WHERE id = :you AND desk = :desk AND state = 'ON'"
CALLED = (
    "SELECT id, number || ' is ' || state FROM ticket "
    "WHERE desk = :desk AND state IN ('CALLED', 'SERVING') ORDER BY rowid"
)
WAITING = "SELECT id, number FROM ticket WHERE state = 'WAITING' AND number <> '' ORDER BY rowid"
REPAIRS = "SELECT id, state FROM repair WHERE owner = :you ORDER BY rowid"
LOCKERS = "SELECT phone, id FROM repair WHERE owner = :you AND phone LIKE 'locker/%' ORDER BY rowid"
TO_PAY = (
    "SELECT payment.id, pos FROM payment JOIN repair ON repair.id = payment.repair "
    "WHERE owner = :you AND payment.state = 'PRESENTED' ORDER BY payment.rowid"
)


OPEN = (*WORKING, "ON_HOLD(handover)")
"""Work that is begun, also when your handheld has been left alone for so long that it is offered to others."""


class Seen(Struct, frozen=True, kw_only=True):
    """Your desk at one look."""

    here: bool = False
    """You are signed on at it."""
    called: dict[str, str] = {}
    """Tickets that are called to it or served there → how they stand, in words."""
    waiting: dict[str, str] = {}
    """Everybody who waits in the hall: ticket → number."""
    repairs: dict[str, str] = {}
    """All that you own → state."""
    lockers: dict[str, str] = {}
    """Locker → which of them lies in it."""
    to_pay: dict[str, str] = {}
    """Payments that are before a customer of yours → at which terminal."""

    @property
    def begun(self) -> dict[str, str]:
        """Repairs that you are at → state."""
        return {repair: state for repair, state in self.repairs.items() if state in OPEN}

    @property
    def free(self) -> bool:
        """You can call somebody."""
        return self.here and not self.called and not self.begun


class DeskRecords:
    """Looks at the database of a running shop; while it cannot be read, what was seen last stands."""

    def __init__(self, database: Path, yours: YourDesk) -> None:
        self._database = database
        self._names = {"desk": yours.desk, "you": yours.engineer}
        self._seen = Seen()

    def look(self) -> Seen:
        try:
            with closing(reading_connection(self._database)) as database:
                self._seen = self._read(database)
        except sqlite3.Error:  # it is being made, or written by a coordinator that has just come back
            pass
        return self._seen

    def _read(self, database: sqlite3.Connection) -> Seen:
        def pairs(question: str) -> dict[str, str]:
            return {str(name): str(value) for name, value in database.execute(question, self._names)}

        return Seen(
            here=bool(pairs(HERE)),
            called=pairs(CALLED),
            waiting=pairs(WAITING),
            repairs=pairs(REPAIRS),
            lockers=pairs(LOCKERS),
            to_pay=pairs(TO_PAY),
        )
