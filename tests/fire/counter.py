"""The smallest shop under fire: a queue machine with its outbox, a real broker, and ``shopfloor serve`` as it is
shipped, or another start script around it. For stories about the store."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.queue_machine import QueueMachine
from shopfloor.contract.events import TicketTaken
from shopfloor.mqtt.clock import ShopClock
from tests.conftest import Mosquitto
from tests.fire.doomed import Doomed
from tests.fire.equipment import Equipment
from tests.fire.evidence import read_journal
from tests.fire.judge import Violation, events, receipts
from tests.fire.witness import Witness
from tests.shop.day_book import LAYOUT, MORNING

Eventually = Callable[[Callable[[], object], str], None]

KIOSK: Final = "queue/q1"
STOP_S: Final = 15.0


class Counter:
    """Ten in the morning; nobody serves yet. Taps of the machine are written down by a witness."""

    def __init__(self, broker: Mosquitto, folder: Path, eventually: Eventually) -> None:
        self.database = folder / "shop.db"
        self.url = f"sqlite:///{self.database}"
        self.witness = Witness()
        self._broker = broker
        self._folder = folder
        self._eventually = eventually
        self._clock = ShopClock(MORNING)
        self._machines = Equipment(
            [QueueMachine(KIOSK, MORNING)], LAYOUT.store.id, broker.url, folder / "devices", self._clock, self.witness
        )
        self._machines.start()
        self.process: Doomed

    def serve(self, *words: str, module: str = "shopfloor") -> Doomed:
        """A coordinator's process."""
        origin = str(self._clock.origin)
        serve = ["serve", "--no-pages", "--db", self.url, "--broker", self._broker.url, "--clock-origin", origin]
        self.process = Doomed(module, serve, self._folder / "serve.log")
        self.process.start(*words, "--clock-zero", str(self._clock.zero))
        return self.process

    def take_tickets(self, count: int) -> None:
        """So many customers press the button; the machine keeps what nobody answers."""
        for _ in range(count):
            self._machines.touch(KIOSK, TicketTaken(line="A"))
        self._eventually(lambda: len(self.witness.told) >= count, "the taps in the outbox")

    def await_receipts(self) -> None:
        """For every tap."""
        self._eventually(lambda: len(self.answered) == len(self.witness.told), "a receipt for every tap")

    @property
    def answered(self) -> set[tuple[int, int]]:
        """Boot and seq of the taps that have one."""
        return {(each.boot, each.seq) for each in self.witness.promised}

    def ended(self) -> int:
        """The exit code of a coordinator that gives up by itself."""
        assert self.process.ends_within(STOP_S), "it goes on"
        assert self.process.code is not None
        return self.process.code

    def stop(self) -> int:
        """The exit code of one that is asked to stop."""
        self.process.ask(signal.SIGTERM)
        return self.ended()

    def violations(self) -> list[Violation]:
        """Nobody was killed here, so there is nothing to say about disks at a death."""
        journal = read_journal(self.url)
        return [*events(self.witness.told, journal), *receipts(self.witness, journal, [])]

    def close(self) -> None:
        self._machines.stop()
        if hasattr(self, "process"):
            self.process.kill()


def wait_until(is_so: Callable[[], object], bound_s: float) -> bool:
    """Whether it becomes so in time."""
    until = time.monotonic() + bound_s
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return bool(is_so())
