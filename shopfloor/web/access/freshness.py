"""Whether it is still the manager who sits there: what sets a rule aside is said soon after their PIN."""

import threading
from collections.abc import Callable
from typing import Final

from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.visitor import Visitor

FRESH: Final = 10 * MINUTE
"""So long after a PIN nobody asks for it again (assumed: a manager at a board, in a hall with others)."""
REMEMBERED_MAX: Final = 100
"""Sessions whose PIN was given again; the one that gave it longest ago is asked once more."""


class Freshness:
    """When each session was last given its PIN. Kept in memory: after a restart the PIN is asked for again."""

    def __init__(self, book: AccessBook, wall: Callable[[], Instant]) -> None:
        self._book = book
        self._wall = wall
        self._lock = threading.Lock()
        self._given: dict[Device, Instant] = {}

    def lasts_ms(self, visitor: Visitor) -> int:
        """How long yet until the PIN is asked for again; 0: now."""
        with self._lock:
            given = self._given.get(visitor.device, 0)
        return max(0, max(given, self._book.signed_in_at(visitor.device)) + FRESH - self._wall())

    def give(self, visitor: Visitor, pin: str) -> int:
        """The PIN again; how long it lasts. Raises Denied as signing in does.

        Wrong tries count for this session alone: nobody takes a manager's decisions away by guessing at a door, and
        whoever guesses at a board that was left open has five tries and locks nobody out of the shop.
        """
        self._book.check(visitor.person, pin, visitor.device, self._wall())
        with self._lock:
            self._given.pop(visitor.device, None)
            self._given[visitor.device] = self._wall()
            if len(self._given) > REMEMBERED_MAX:
                del self._given[next(iter(self._given))]
        return FRESH
