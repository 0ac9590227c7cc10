"""The devices that people hold, each with a connection of its own, and what they see that hangs in the hall."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import simpy
from msgspec import Struct

from devices.call_display import CallDisplay
from devices.client import Client, Heard, Message, Said
from devices.link import LinkScreen
from shopfloor.contract.actor import Device
from shopfloor.contract.codec import Unreadable, decode_command, topic
from shopfloor.contract.commands import ShowCalls
from shopfloor.mqtt import (
    Arrival,
    DeviceDriver,
    FloorUnreachable,
    Inbox,
    Session,
    ShopPort,
)
from shopfloor.mqtt.clock import ShopClock
from simulations.people.attention import Bell
from simulations.people.hands import Touched, page_of, screen_of
from simulations.stage import Stage

S = TypeVar("S", bound=Struct)
T = TypeVar("T")

LOOK_WALL_MS: Final = 20.0
"""Nobody looks at a screen more often than this, however fast the shop's clock runs."""
LOOK_MS: Final = 500
"""In shop time."""
TRIES_MAX: Final = 10
EYES_WAIT_S: Final = 0.2


class Eyes:
    """What anybody in the hall sees of the call display, which runs in a process of its own."""

    def __init__(self, store: str, device: Device, broker_url: str, clock: ShopClock) -> None:
        self.client = CallDisplay(device, clock())
        self._clock = clock
        self._inbox = Inbox()
        self._session = Session(broker_url, f"{store}-eyes", self._inbox)
        self._session.subscribe([(topic(store, device, "command"), 1)])
        self._shut = threading.Event()
        self._thread = threading.Thread(target=self._look, name="eyes", daemon=True)

    def open(self) -> None:
        self._session.open()
        self._thread.start()

    def shut(self) -> None:
        self._shut.set()
        if self._thread.is_alive():
            self._thread.join()
        self._session.close()

    def _look(self) -> None:
        while not self._shut.is_set():
            for item in self._inbox.take(100, EYES_WAIT_S):
                if isinstance(item, Arrival):
                    self._see(item)

    def _see(self, arrival: Arrival) -> None:
        with suppress(Unreadable):
            shown = decode_command(arrival.payload).message
            if isinstance(shown, ShowCalls):
                self.client.handle(shown, self._clock())
        arrival.session.ack(arrival)


class Held:
    """All devices in people's hands: their clients, and a driver for each."""

    def __init__(self, clients: Iterable[Client], store: str, broker_url: str, state: Path, clock: ShopClock) -> None:
        self.clients = {client.device: client for client in clients}
        self._drivers: dict[Device, DeviceDriver[Heard, Said]] = {
            device: DeviceDriver(
                client,
                ShopPort(store, device, client.hears),
                broker_url=broker_url,
                state_directory=state,
                clock=clock,
                speed=clock.speed,
            )
            for device, client in self.clients.items()
        }

    @property
    def took_ms(self) -> list[float]:
        """From the sending of an event to its receipt, on the wall."""
        return [ms for driver in self._drivers.values() for ms in driver.latencies_ms]

    @property
    def backlog(self) -> int:
        """Events that the floor has not taken yet."""
        return sum(driver.backlog for driver in self._drivers.values())

    def start(self) -> None:
        for driver in self._drivers.values():
            driver.start()

    def check(self) -> None:
        """Raise what has ended one of the drivers."""
        for driver in self._drivers.values():
            driver.check()

    def touch(self, device: Device, message: Touched) -> None:
        with suppress(FloorUnreachable):  # the person sees that nothing happens
            self._drivers[device].touch(message)

    def stop(self) -> None:
        """All say goodbye, at the same time."""
        with ThreadPoolExecutor(len(self._drivers)) as pool:
            for ended in [pool.submit(driver.stop) for driver in self._drivers.values()]:
                ended.result()


class DriverHands:
    """Hands for people of the demo: they look every now and then. ``at_machine`` is a touch of what nobody holds."""

    def __init__(
        self,
        env: simpy.Environment,
        held: Held,
        eyes: Eyes,
        speed: float,
        at_machine: Callable[[Device, Touched], None],
    ) -> None:
        self.stage: Final = Stage(env)
        self._held = held
        self._eyes = eyes
        self._at_machine = at_machine
        self._look_ms = max(LOOK_MS, round(LOOK_WALL_MS * speed))
        self._glance = Bell()
        self._look_up()

    def touch(self, device: Device, message: Touched) -> None:
        touch = self._held.touch if device in self._held.clients else self._at_machine
        touch(device, message)

    def screen(self, device: Device, kind: type[S]) -> S:
        return steady(lambda: screen_of(self._client(device), kind))

    def page(self, device: Device, repair: str) -> LinkScreen:
        return steady(lambda: page_of(self._client(device), repair))

    def messages(self, device: Device) -> tuple[Message, ...]:
        return self._client(device).messages

    def news(self, _device: Device) -> Bell:
        return self._glance

    def _look_up(self) -> None:
        self._glance.ring()
        self.stage.after(self._look_ms, self._look_up)

    def _client(self, device: Device) -> Client:
        return self._eyes.client if device == self._eyes.client.device else self._held.clients[device]


def steady(read: Callable[[], T]) -> T:
    """Read what another thread is changing: while it does, look again."""
    for _ in range(TRIES_MAX):
        with suppress(RuntimeError):  # a dictionary that grew under our eyes
            return read()
    return read()
