"""A whole shop for tests of its pages: a real broker, a real coordinator, the pages' own server, each a process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Final, Self

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.codec import Connection, Receipt, decode_receipt, encode, encode_plain, topic
from shopfloor.contract.events import Event, TicketTaken
from shopfloor.contract.kinds import Line
from shopfloor.contract.layout import Layout
from shopfloor.mqtt import Arrival, Connected, Inbox, Publication, Session
from shopfloor.service.layouts import named_layout
from shopfloor.service.store import beside, database_path, reading_connection
from shopfloor.web.access.book import AccessBook
from shopfloor.web.serving import wall

TEN_O_CLOCK: Final = 1_795_399_200_000
"""Monday, 2026-11-23, ten in the morning in the sample shop: it is open."""
READY_S: Final = 30.0
STOP_S: Final = 10.0
ENTRIES_TOLD: Final = 30
PIN: Final = "271828"


class Ready(Struct):
    """What the pages' process writes when it listens."""

    port: int


class House:
    """Starts what is asked for, and stops it again by its process id."""

    def __init__(self, directory: Path, broker_url: str, speed: float = 1.0, layout: str = "sample") -> None:
        self.directory = directory
        self.broker_url = broker_url
        self.speed = speed
        self.layout: Layout = named_layout(layout)
        self.db = f"sqlite:///{directory / 'shop.db'}"
        self.zero = time.time()
        self.port = 0
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def access(self) -> AccessBook:
        """PINs, codes and links, as another process sees them."""
        return AccessBook(beside(database_path(self.db), ".access"), self.layout)

    def now(self) -> Instant:
        """The shop's time."""
        return TEN_O_CLOCK + round((time.time() - self.zero) * 1000 * self.speed)

    # ── processes ───────────────────────────────────────────────────────────────────────────────

    def start(self, devices: Sequence[Device] = ()) -> Self:
        """Coordinator, pages, and these devices; PADs and the engineers' handhelds are switched on."""
        self.start_coordinator(new=True)
        self.start_pages()
        for device in devices:
            self.start_device(device)
        pads = [f"pad/{desk.pad}" for desk in self.layout.desks.values()]
        handhelds = [f"handheld/{engineer.handheld}" for engineer in self.layout.engineers.values()]
        for device in (*pads, *handhelds):
            self._voice.switch_on(device)
        return self

    def start_coordinator(self, *, new: bool = False) -> None:
        words = ["shopfloor", "serve", "--no-pages", "--db", self.db, "--broker", self.broker_url, *self._clock()]
        self._spawn("coordinator", [*words, "--new"] if new else words)
        self.await_(lambda: database_path(self.db).exists(), "the journal")

    def start_pages(self, port: int = 0, more: Sequence[str] = ()) -> None:
        ready = self.directory / "pages.json"
        ready.unlink(missing_ok=True)
        words = ["shopfloor", "pages", "--db", self.db, "--broker", self.broker_url, "--port", str(port or self.port)]
        self._spawn("pages", [*words, "--ready", str(ready), *self._clock(), *more])
        self.await_(ready.exists, "the pages")
        self.port = msgspec.json.decode(ready.read_bytes(), type=Ready).port

    def start_device(self, device: Device, more: Sequence[str] = ()) -> None:
        kind, _, name = device.partition("/")
        words = ["devices", kind, name, "--broker", self.broker_url, "--store", self.layout.store.id]
        self._spawn(device, [*words, "--state", str(self.directory / "devices"), *self._clock(), *more])

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """This one process: ``coordinator``, ``pages`` or a device."""
        process = self._processes.pop(name)
        if process.stdin is not None:
            process.stdin.close()
        process.send_signal(how)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop_all(self) -> None:
        if "_voice" in self.__dict__:
            self._voice.close()
        for name in list(self._processes):
            self.stop(name)

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def _clock(self) -> list[str]:
        return ["--speed", str(self.speed), "--clock-origin", str(TEN_O_CLOCK), "--clock-zero", str(self.zero)]

    def _spawn(self, name: str, arguments: Sequence[str]) -> None:
        with (self.directory / f"{name.replace('/', '-')}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def await_(self, is_so: Callable[[], object], what: str) -> None:
        """Bounded; a process that has died meanwhile says its last words."""
        until = time.monotonic() + READY_S
        while not is_so():
            for name, process in self._processes.items():
                if process.poll() is not None:
                    log = self.directory / f"{name.replace('/', '-')}.log"
                    raise AssertionError(f"{name} has ended with {process.returncode}: {log.read_text()[-2000:]}")
            if time.monotonic() > until:
                raise AssertionError(f"not within {READY_S:.0f} s: {what}\n{self._last_entries()}")
            time.sleep(0.01)

    def _last_entries(self) -> str:
        """What the floor has heard last, for whoever has to find out why something did not come."""
        path = database_path(self.db)
        if not path.exists():
            return "There is no journal."
        query = "SELECT n, device, kind, outcome, coalesce(reason, '') FROM entry ORDER BY n DESC LIMIT ?"
        with closing(reading_connection(path)) as database:
            rows = database.execute(query, (ENTRIES_TOLD,)).fetchall()
        return "\n".join(" ".join(map(str, row)) for row in reversed(rows))

    # ── people and browsers ─────────────────────────────────────────────────────────────────────

    def code_for(self, device: Device) -> str:
        """A one-time code, as the manager makes it."""
        code, _until = self.access.new_code(device, wall())
        return code

    def pin_for(self, badge: str) -> str:
        """This person may sign in with it."""
        self.access.set_pin(badge, PIN, wall())
        return PIN

    def link_of_new_ticket(self, line: Line = "A") -> str:
        """A customer takes a number at the queue machine ``q1``; answers with the token of their own page."""
        return self.access.new_link(self.new_ticket(line), wall())

    def new_ticket(self, line: Line = "A") -> str:
        """A customer takes a number at the queue machine ``q1``; answers with the ticket's id."""
        made = self.say("queue/q1", TicketTaken(line=line, language="en")).made
        return made["ticket"]

    def say(self, device: Device, event: Event) -> Receipt:
        """A device that is no browser says this over MQTT; answers with the floor's receipt."""
        return self._voice.say(device, event, self.now())

    def speak_anew(self, device: Device, event: Event) -> Receipt:
        """As ``say``, after a start of this device that is later than all before."""
        voice = Voice(self.broker_url, self.layout.store.id)
        try:
            return voice.say(device, event, self.now())
        finally:
            voice.close()

    @cached_property
    def _voice(self) -> "Voice":
        return Voice(self.broker_url, self.layout.store.id)


class Voice:
    """Speaks as any device, one event after another, and waits for each receipt."""

    def __init__(self, broker_url: str, store: str) -> None:
        self._store = store
        self._inbox = Inbox()
        self._boot, self._seq = wall(), 0
        self._session = Session(broker_url, f"{store}-voice-{self._boot}", self._inbox)
        self._session.subscribe([(topic(store, "any/any", "receipt").replace("any", "+"), 1)])
        self._session.open()
        self._next(lambda item: isinstance(item, Connected))

    def say(self, device: Device, event: Event, at: Instant) -> Receipt:
        self._seq += 1
        letter = encode(event, self._boot, self._seq, at)
        self._session.publish(Publication(topic(self._store, device, "event"), letter))
        item = self._next(lambda item: isinstance(item, Arrival) and self._is_answer(item))
        assert isinstance(item, Arrival)
        return decode_receipt(item.payload)

    def switch_on(self, device: Device) -> None:
        """It is online and stays so: half a shop that is lost within a minute is a lost network (E28), and tests close
        their browsers one after the other."""
        presence = encode_plain(Connection(online=True, boot=self._boot))
        self._session.publish(Publication(topic(self._store, device, "connection"), presence, retain=True))

    def _is_answer(self, arrival: Arrival) -> bool:
        arrival.session.ack(arrival)
        receipt = decode_receipt(arrival.payload)
        return (receipt.boot, receipt.seq) == (self._boot, self._seq)

    def _next(self, fits: Callable[[object], bool]) -> object:
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            for item in self._inbox.take(1, 0.5):
                if fits(item):
                    return item
        raise AssertionError("the floor does not answer")

    def close(self) -> None:
        self._session.close()
