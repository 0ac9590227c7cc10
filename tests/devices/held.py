"""A device in a test's hands: told things at a time that the test chooses, and woken when it asks to be.

Whatever it says is held against the roster and the codec: the floor must be able to read it.
"""

from typing import TypeVar

from shopfloor.contract.actor import Instant, TimePassed
from shopfloor.contract.codec import DeviceState, Receipt, decode_event, encode
from shopfloor.contract.events import Event
from shopfloor.contract.roster import may_say

E = TypeVar("E", bound=Event)

MORNING: Instant = 1_795_399_200_000
PATIENCE_STEPS = 10_000


class Held:
    """One client, the clock that drives it, and all that it has said."""

    def __init__(self, client, now: Instant = MORNING) -> None:
        self.client = client
        self.now = now
        self.said: list[Event] = []
        self.states: list[DeviceState] = []
        self.tell(TimePassed())

    def tell(self, message) -> list[Event]:
        events = []
        for each in self.client.handle(message, self.now):
            if isinstance(each, DeviceState):
                self.states.append(each)
                continue
            assert may_say(self.client.device, type(each)), each
            assert decode_event(encode(each, 1, 1, self.now)).message == each
            events.append(each)
        self.said += events
        return events

    def wait(self, ms: int) -> list[Event]:
        """Let shop time pass, waking the device whenever it asks to be."""
        until, heard = self.now + ms, []
        for _ in range(PATIENCE_STEPS):
            deadline = self.client.deadline
            if deadline is None or deadline > until:
                self.now = until
                return heard
            self.now = max(self.now, deadline)
            heard += self.tell(TimePassed())
        raise AssertionError(f"{self.client.device} does not come to rest")

    def refused(self, reason: str) -> list[Event]:
        """The floor does not take what was said last."""
        return self.tell(Receipt(boot=1, seq=1, status="refused", code="no", reason=reason))

    def made(self, **things: str) -> list[Event]:
        """The floor takes it, and tells what came of it."""
        return self.tell(Receipt(boot=1, seq=1, status="committed", entry=1, made=things))

    def all(self, kind: type[E]) -> list[E]:
        return [each for each in self.said if isinstance(each, kind)]

    @property
    def words(self) -> dict[str, object]:
        """What it tells of itself."""
        return self.states[-1].words

    @property
    def last_message(self) -> str:
        return self.client.messages[-1].words if self.client.messages else ""
