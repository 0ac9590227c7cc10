"""A device in somebody's hands: it runs on a broker while lines that a person types are its touches."""

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from devices.dials import BadDial
from devices.words import BadLine, Vocabulary
from shopfloor.contract.actor import Actor, Instant
from shopfloor.mqtt import DeviceDriver, FloorUnreachable, Port

LOOK_EVERY_S: Final = 0.2
"""How soon a signal or a fault of the device's thread is seen."""

LINE_MAX: Final = 65_536

HELP: Final = """\
help                 this text
screen               what a person sees on the device now
dial NAME=VALUE      turn a dial
quit                 stop the device
"""

In = TypeVar("In", bound=Struct)
Out = TypeVar("Out", bound=Struct)


class Wires(Struct, frozen=True):
    """Where the device finds broker, disk and time."""

    broker_url: str
    state: Path
    clock: Callable[[], Instant]
    speed: float


class Machine(Struct, Generic[In, Out], frozen=True):
    """One device, ready to run: its actor and port, and what a person can do with it."""

    actor: Actor[In, Out]
    port: Port[In, Out]
    vocabulary: Vocabulary
    touch: Callable[[Struct], In]
    """Makes what was typed a touch of this device. Raises BadLine."""
    look: Callable[[], Struct | None]
    turn: Callable[[str, str], None]
    """Raises BadDial."""

    def run(self, wires: Wires) -> None:
        """Until ``quit``, SIGTERM or Ctrl-C; raises what ends the device before."""
        driver = DeviceDriver(
            self.actor,
            self.port,
            broker_url=wires.broker_url,
            state_directory=wires.state,
            clock=wires.clock,
            speed=wires.speed,
        )
        stopping = threading.Event()
        before = {
            number: signal.signal(number, lambda *_: stopping.set()) for number in (signal.SIGTERM, signal.SIGINT)
        }
        driver.start()
        try:
            print(f"{self.port.device} runs; help tells what can be typed.", flush=True)
            for line in _lines(sys.stdin.fileno(), stopping, driver.check):
                if line == "quit":
                    break
                print(self._obey(line, driver), flush=True)
        finally:
            driver.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _obey(self, line: str, driver: DeviceDriver[In, Out]) -> str:
        word, _, rest = line.partition(" ")
        try:
            match word:
                case "help":
                    return HELP + self.vocabulary.help()
                case "screen":
                    return _readable(self.look())
                case "dial":
                    self.turn(*setting(rest))
                    return f"{rest}."
                case _:
                    driver.touch(self.touch(self.vocabulary.read(line)))
                    return f"{driver.backlog} events wait for the floor." if driver.backlog else "Done."
        except (BadLine, BadDial, FloorUnreachable) as fault:
            return str(fault)


def setting(text: str) -> tuple[str, str]:
    """``name=value``. Raises BadDial."""
    name, is_set, value = text.partition("=")
    if not is_set:
        raise BadDial(f"{text!r}: a dial is turned by name=value, for example jam=0.1")
    return name.strip(), value.strip()


def _readable(screen: Struct | None) -> str:
    if screen is None:
        return "This device has no screen."
    return msgspec.json.format(msgspec.json.encode(screen), indent=2).decode()


def _lines(source: int, stopping: threading.Event, check: Callable[[], None]) -> Iterator[str]:
    """Lines as they are typed; after the last one, waits for a signal: a device needs nobody to hold it."""
    rest, open_ = b"", True
    while not stopping.is_set():
        check()
        if not open_:
            stopping.wait(LOOK_EVERY_S)
            continue
        ready, _, _ = select.select([source], [], [], LOOK_EVERY_S)
        if not ready:
            continue
        typed = os.read(source, LINE_MAX)
        open_ = bool(typed)
        *whole, rest = (rest + typed).split(b"\n")
        for line in whole:
            if line.strip():
                yield line.decode(errors="replace").strip()
