"""Any device on a broker: gives an actor that knows no wires, no clock and no disk all three."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from msgspec import Struct

from shopfloor.contract.actor import Actor, Instant
from shopfloor.mqtt.boot import BATCH_MAX, Boot, Stop, Touch
from shopfloor.mqtt.memory import Memory
from shopfloor.mqtt.port import Port, Stamp
from shopfloor.mqtt.session import Inbox, Session

LATENCIES_MAX: Final = 10_000
OUTBOX_MAX: Final = 10_000
"""Events that may wait for the floor; above it a person's touch is turned away. Nothing is ever dropped."""

In = TypeVar("In", bound=Struct)
Out = TypeVar("Out")

_log = logging.getLogger(__name__)


class FloorUnreachable(RuntimeError):
    """So much waits for the floor already that no more can be promised."""


class DeviceDriver(Generic[In, Out]):
    """Runs one device: `run` blocks until `stop`, `start` does the same in a thread of its own.

    The actor hears what its port reads, and touches. ``clock`` tells the shop's time, ``speed`` how many of its seconds
    pass in one on the wall, and ``state_directory`` holds one file per device.
    """

    def __init__(
        self,
        actor: Actor[In, Out],
        port: Port[In, Out],
        *,
        broker_url: str,
        state_directory: Path,
        clock: Callable[[], Instant],
        speed: float = 1.0,
    ) -> None:
        self.name = port.device
        self.backlog = 0
        """Events without a receipt."""
        self.ignored = 0
        """Arrivals without effect: retained, unreadable, for somebody else, or commands repeated."""
        self.connected = False
        self.latencies_ms: deque[float] = deque(maxlen=LATENCIES_MAX)
        """Wall time from an event's first sending to its receipt, the latest ones."""
        self._actor = actor
        self._port = port
        self._broker_url = broker_url
        self._state_directory = state_directory
        self._clock = clock
        self._speed = speed
        self._inbox = Inbox()
        self._thread: threading.Thread | None = None
        self._fault: BaseException | None = None

    def start(self) -> None:
        """Run in a thread of its own until `stop`."""
        assert self._thread is None, f"{self.name} runs already"
        self._thread = threading.Thread(target=self._run_and_remember, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say good-bye and close everything; raises what had ended the device before, if something did."""
        self._inbox.put(Stop())
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.check()

    def check(self) -> None:
        """Raise, once, what ended the device's thread: its process should end and be started again."""
        fault, self._fault = self._fault, None
        if fault is not None:
            raise fault

    def touch(self, message: In) -> None:
        """Somebody touches the device. From any thread; raises FloorUnreachable when too much waits already."""
        if self.backlog >= OUTBOX_MAX:
            raise FloorUnreachable(f"{self.name}: {self.backlog} events wait for the floor; please wait")
        self._inbox.put(Touch(message))

    def run(self) -> None:
        """Run until `stop`; raises when the device cannot go on."""
        memory = Memory.at(self._state_directory, self.name)
        try:
            self._live(memory)
        finally:
            memory.close()

    def _live(self, memory: Memory) -> None:
        number = memory.next_boot(at_least=time.time_ns() // 1_000_000)
        will = self._port.will(Stamp(number, 0, self._clock()))
        session = Session(self._broker_url, self._port.client_id, self._inbox, will=will)
        session.subscribe(self._port.filters())
        clocks = (self._clock, time.monotonic, self._speed)
        boot = Boot(number, self._actor, self._port, memory, session, *clocks, self.latencies_ms)
        session.open()
        try:
            while boot.round(self._inbox.take(BATCH_MAX, boot.wait_s())):
                self.backlog, self.ignored, self.connected = memory.backlog, boot.ignored, session.connected
        finally:
            session.close(self._port.goodbye(boot.stamp()))
            self.connected = False

    def _run_and_remember(self) -> None:
        try:
            self.run()
        except BaseException as fault:  # noqa: BLE001 - told to whoever calls check or stop
            _log.exception("%s has stopped", self.name)
            self._fault = fault
