"""A device as it is shipped, on the stage: its client, its outbox and its connection, and a switch.

The rounds are those of ``shopfloor.mqtt``: what a device must not forget is in its memory before anybody hears of it.
A reboot may come between any two of them.
"""

import math
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Actor, Instant
from shopfloor.mqtt import Port, Stamp
from shopfloor.mqtt.boot import BATCH_MAX, IDLE_S, Boot, SeamName, Touch
from shopfloor.mqtt.memory import Done, Memory
from simulations.people.attention import Bell
from simulations.stage import Alarm, Stage
from simulations.storm.broker import Broker, Line

In = TypeVar("In", bound=Struct)
Out = TypeVar("Out")

LATENCIES_MAX: Final = 1
IDLE_MS: Final = 5 * MINUTE
"""A device that waits for nothing looks up so often. A real one does so each minute; here that would be a third of all
rounds, and nothing is done in them."""


class PowerCut(BaseException):
    """The device is off. No code of it runs any more."""


class Switch(Protocol):
    """Any device, for those who only turn it off and on, or ask what it still has to say."""

    @property
    def backlog(self) -> int: ...

    def switch_on(self) -> None: ...

    def switch_off(self) -> None: ...

    def switch_off_at(self, seam: SeamName, back_after_ms: int | None = None) -> None: ...

    def spare(self) -> None: ...


class Appliance(Generic[In, Out]):
    """``make`` gives the actor of each life, and the port to speak through; ``tell`` hears when it goes off and on."""

    def __init__(
        self,
        stage: Stage,
        broker: Broker,
        make: Callable[[Instant], tuple[Actor[In, Out], Port[In, Out]]],
        tell: Callable[[str], None],
        *,
        clock_ahead_ms: int = 0,
    ) -> None:
        self.bell: Final = Bell()
        self.boots = 0
        self._stage = stage
        self._broker = broker
        self._make = make
        self._tell = tell
        self._ahead_ms = clock_ahead_ms
        self._sql = sqlite3.connect(":memory:", isolation_level=None)
        self._memory = Memory(self._sql)
        self._inbox: deque[object] = deque()
        self._now: Instant = stage.now
        """Of the round that is running, or was the last."""
        self._life: Boot[In, Out] | None = None
        self._dies_at: SeamName | None = None
        self._back_after_ms: int | None = None
        self._line: Line | None = None
        self._alarm = Alarm(stage, self._round)

    @property
    def is_on(self) -> bool:
        return self._life is not None

    @property
    def backlog(self) -> int:
        """Events without a receipt."""
        return self._memory.backlog

    def done(self, command: str) -> Done | None:
        """In which of its lives it was given this command last, if ever."""
        return Memory(self._sql).done(command)

    def switch_on(self) -> None:
        """A new life, with what was kept from the one before."""
        if self._life is not None:
            return
        self.boots += 1
        if self.boots > 1:
            self._tell("on")
        self._now = self._stage.now
        now = self._clock()
        actor, port = self._make(now)
        self._memory = memory = Memory(self._sql)
        number = memory.next_boot(at_least=now)
        will = port.will(Stamp(number, 0, now))
        self._inbox.clear()
        self._line = line = self._broker.line(port.client_id, port.filters(), self._hear, will=will)
        wires, clocks = (port, memory, line), (self._clock, self._seconds, 1.0)
        self._life = Boot(number, actor, *wires, *clocks, deque(maxlen=LATENCIES_MAX), self._seam)
        line.open()
        self._alarm.set(self._stage.now)

    def switch_off(self) -> None:
        """As a power cut does it: nothing is said, nothing more is written."""
        if self._life is None:
            return
        self._tell("off")
        self._life, self._dies_at = None, None
        self._inbox.clear()
        assert self._line is not None
        self._line.drop()
        self._alarm.set(None)

    def switch_off_at(self, seam: SeamName, back_after_ms: int | None = None) -> None:
        """In the middle of its next round, whenever that is; then it is on again after so long, if anybody says so."""
        self._dies_at, self._back_after_ms = seam, back_after_ms

    def spare(self) -> None:
        """Nobody wants to switch it off any more."""
        self._dies_at = None

    def lose_connection(self, *, cable: bool = False) -> None:
        if self._line is not None and self._life is not None:
            self._line.break_(cable=cable)

    def touch(self, message: In) -> None:
        """A person touches it; when it is off, nothing happens."""
        self._hear(Touch(message))

    def _hear(self, item: object) -> None:
        if self._life is not None:
            self._inbox.append(item)
            self._alarm.set(self._stage.now)

    def _round(self, now: Instant) -> None:
        life = self._life
        if life is None:
            return
        self._now = now
        items = [self._inbox.popleft() for _ in range(min(len(self._inbox), BATCH_MAX))]
        try:
            life.round(items)
        except PowerCut:
            self.switch_off()
            if self._back_after_ms is not None:
                self._stage.after(self._back_after_ms, self.switch_on)
        self.bell.ring()
        if self._life is life:
            self._alarm.set(now if self._inbox else now + self._patience_ms(life))

    def _patience_ms(self, life: Boot[In, Out]) -> int:
        wait_s = life.wait_s()
        return IDLE_MS if wait_s >= IDLE_S else max(1, math.ceil(wait_s * 1000))

    def _seam(self, name: SeamName) -> None:
        if name == self._dies_at:
            raise PowerCut

    def _clock(self) -> Instant:
        return self._now + self._ahead_ms

    def _seconds(self) -> float:
        return self._now / 1000
