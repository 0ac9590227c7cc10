"""Carries a device's events to the floor: one after another, each again and again, until its receipt is here."""

import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from shopfloor.mqtt.memory import Key, Memory
from shopfloor.mqtt.session import Publication, Wire

RESEND_S: Final = 5.0
"""Wall-clock seconds without a receipt after which an event is sent again."""

SILENCE_S: Final = 30.0
"""Connected and no receipt for this long: the topic is denied or the floor is down. Somebody must look."""

_log = logging.getLogger(__name__)


class Postman:
    """Sends the oldest event of a memory over a wire. ``tick`` tells seconds that only ever go forward.

    Only one event is under way at a time. So the floor hears a device's events in the order in which they happened,
    whatever the broker drops; the price is one round trip per event, and no device of a shop has that much to say.
    """

    def __init__(
        self, name: str, memory: Memory, wire: Wire, tick: Callable[[], float], latencies_ms: deque[float]
    ) -> None:
        self._tick = tick
        self._latencies_ms = latencies_ms
        self._name = name
        self._memory = memory
        self._wire = wire
        self._under_way: Key | None = None
        self._since = 0.0
        self._resend_at = 0.0
        self._told = False

    def connected(self) -> None:
        """A new connection: what was under way on the old one is sent again."""
        self._under_way = None
        self.work()

    def settle(self, key: Key) -> bool:
        """Take a receipt; True if it is for the event under way, False if it came twice."""
        if key != self._under_way:
            return False
        self._memory.settle(key)
        self._latencies_ms.append((self._tick() - self._since) * 1000)
        self._under_way = None
        return True

    def work(self) -> None:
        """Send what is to be sent now."""
        now = self._tick()
        if not self._wire.connected or (self._under_way and now < self._resend_at):
            return
        event = self._memory.head()
        if event is None:
            return
        if event.key != self._under_way:
            self._under_way, self._since, self._told = event.key, now, False
        elif now - self._since > SILENCE_S and not self._told:
            self._told = True
            _log.error(
                "%s: no receipt for %.0f s although the broker is there; topic denied, or floor down?",
                self._name,
                now - self._since,
            )
        self._wire.publish(Publication(event.topic, event.payload))
        self._resend_at = now + RESEND_S

    def wait_s(self) -> float | None:
        """How long until the next sending, or None if nothing is under way."""
        if self._under_way is None or not self._wire.connected:
            return None
        return max(0.0, self._resend_at - self._tick())
