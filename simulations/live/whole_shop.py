"""All that a demo consists of: processes with a broker between them, people with devices in hand, and their day."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import simpy
from msgspec import Struct
from simpy.rt import RealtimeEnvironment

from devices.cabinet_memory import CabinetMemory
from devices.handheld import StillHere
from devices.vocabularies import vocabulary
from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Device, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.core.opening import opening_books
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.broker import EmbeddedBroker
from shopfloor.service.serve import Status
from shopfloor.service.store import database_path
from shopfloor.web.addresses import addresses, first_opened
from shopfloor.web.certificates import Files, names_in
from shopfloor.web.listening import Ready
from simulations.live import account, demo_day
from simulations.live.account import Account, Invariants, Mqtt
from simulations.live.beside_you import cast_beside
from simulations.live.children import RESTARTS_MAX, Child, stop_all
from simulations.live.desk_records import DeskRecords
from simulations.live.invitation import Invitation, invite
from simulations.live.shared_floor import SharedFloor
from simulations.live.wired import DriverHands, Eyes, Held
from simulations.live.your_desk import your_desk
from simulations.people.crew import Cast, bring_to_life, everybody
from simulations.people.hands import Touched
from simulations.people.person import Act
from simulations.people.world import World
from simulations.streams import Streams
from simulations.twin.fittings import HELD, clients, first_stock, labels, seen_in

WIRE_PATIENCE: Final = 5 * SECOND
"""At speed 1; a faster clock makes it longer by the same factor."""
WATCH_S: Final = 0.25
READY_S: Final = 10.0
LOOK_S: Final = 0.1
"""So often somebody looks whether all devices are there."""
LINGER_S: Final = 5.0
"""After the day is closed: the last receipts, the terminals' slips."""
QUIET_S: Final = 1.0
RECEIPT_S: Final = 0.02
TELL_S: Final = 5.0
FIRST_LIFE_S: Final = 5.0
"""A coordinator that gives up sooner than this was started wrongly."""


class Options(Struct, frozen=True, kw_only=True):
    """What can be chosen on the command line."""

    speed: float
    hours: float
    seed: int
    customers: float
    headless: bool
    report: Path | None
    db: str
    broker: str
    own_robots: bool
    """The layout's robots connect by themselves: none is emulated."""
    your_desk: str
    """A person sits there, with devices of their own; empty: nobody."""
    port: int | None
    """Of the pages; None: the usual one, or any that is free."""
    set_up_port: int | None
    host: str
    certificates: Path | None
    layout: Path
    side: Path
    catalogue: Path


class Broke(RuntimeError):
    """The demo cannot go on; the message says why."""


class Stopped(Exception):
    """Somebody does not want to see any more."""


class WholeShop:
    """Everything that runs, and how it is started, watched and stopped."""

    def __init__(self, options: Options, directory: Path, asked_to_stop: threading.Event) -> None:
        self.options = options
        self.directory = directory
        self.layout = Layout.from_texts(
            options.layout.read_text(encoding="utf-8"), options.side.read_text(encoding="utf-8")
        )
        self.catalogue = Catalogue.from_text(options.catalogue.read_text(encoding="utf-8"))
        self.opening_books = opening_books(self.layout, self.catalogue)
        self.url = options.db or f"sqlite:///{directory / 'shop.db'}"
        self.database = database_path(self.url)
        self.status_file = directory / "status.json"
        self.streams = Streams(options.seed)
        self.scenario = demo_day.scenario_of(options.customers)
        self.opens = demo_day.opening(self.layout, round(time.time() * 1000))
        self.clock = ShopClock(self.opens, speed=options.speed)
        self.yours = your_desk(self.layout, options.your_desk, self.opens) if options.your_desk else None
        self.children: list[Child] = []
        self._asked_to_stop = asked_to_stop
        self.remarks: list[str] = []
        """What happened to the processes, for the end."""
        self._broker: EmbeddedBroker | None = None
        self._coordinator: Child | None = None
        self._board: Child | None = None
        self._pages: Child | None = None
        self._invitation: Invitation | None = None
        self._held: Held | None = None
        self._eyes: Eyes | None = None
        self._began = time.monotonic()

    # ── start ───────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """The broker first, then all the others at once."""
        url = self.options.broker or self._start_broker()
        if self.yours is not None:
            print(self.yours, flush=True)
        self.clock = ShopClock(self.opens, speed=self.options.speed)
        self._coordinator = self._spawn("coordinator", self._serve(url, new=True))
        robots = [] if self.options.own_robots else [f"robot/{name}" for name in self.layout.robots]
        emulated = self._emulated()
        for device in (*emulated, *robots):
            if not device.startswith(tuple(f"{kind}/" for kind in HELD)):
                self._spawn(device, self._device(device, url))
        held = [device for device in emulated if device.startswith(tuple(f"{kind}/" for kind in HELD))]
        made = clients(self.layout, self.opening_books, self.streams, self.clock(), demo_day.MACHINES, held)
        store = self.layout.store.id
        self._held = Held(made.values(), store, url, self.directory / "held", self.clock)
        self._eyes = Eyes(store, self._display(), url, self.clock)
        self._eyes.open()
        self._held.start()

    def _start_broker(self) -> str:
        self._broker = EmbeddedBroker()
        self._broker.start()
        return self._broker.url

    def _spawn(self, name: str, arguments: Sequence[str]) -> Child:
        self._go_on()
        child = Child(name, arguments, self.directory)
        self.children.append(child)
        child.start()
        return child

    def _go_on(self) -> None:
        """At every point where nothing is half done."""
        if self._asked_to_stop.is_set():
            raise Stopped

    def _serve(self, url: str, *, new: bool) -> list[str]:
        options = self.options
        files = ["--layout", str(options.layout), "--side", str(options.side), "--catalogue", str(options.catalogue)]
        patience = ["--wire-patience", str(round(WIRE_PATIENCE * max(1.0, options.speed)))]
        return [
            "shopfloor", "serve", "--no-pages", "--db", self.url, "--broker", url, "--status", str(self.status_file),
            *self._clock_words(),
            *(["--new", *files, *patience] if new else []),
        ]  # fmt: skip

    def _device(self, device: Device, url: str) -> list[str]:
        kind, _, name = device.partition("/")
        options = self.options
        words = [
            "devices", kind, name, "--broker", url, "--store", self.layout.store.id, "--seed", str(options.seed),
            "--state", str(self.directory / "devices"), *self._clock_words(),
        ]  # fmt: skip
        if kind in ("robot", "archive"):  # one drives there, the other writes the shop's name on documents
            words += ["--layout", str(options.layout), "--side", str(options.side)]
        if kind == "cabinet":
            contents = self.directory / f"{name}.contents.json"
            contents.write_bytes(msgspec.json.encode(first_stock(self.opening_books, name)))
            words += ["--contents", str(contents)]
        return words

    def _clock_words(self) -> list[str]:
        """All processes of a demo agree on the time."""
        clock = self.clock
        origin, zero = str(clock.origin), str(clock.zero)
        return ["--speed", str(self.options.speed), "--clock-origin", origin, "--clock-zero", zero]

    def _emulated(self) -> list[Device]:
        """All but those in your hands."""
        yours = self.yours.devices if self.yours is not None else ()
        return [device for device in self.layout.devices if device not in yours]

    def _display(self) -> Device:
        return next(device for device in self.layout.devices if device.startswith("calls/"))

    # ── the day ─────────────────────────────────────────────────────────────────────────────────

    def play(self) -> World:
        """People live until the manager has closed the day."""
        speed = self.options.speed
        self._await_devices()
        begins = demo_day.begins_after(self.opens, self.clock(), speed)
        self._asked_to_stop.wait(self.clock.wall_s(begins))
        self._go_on()
        doors_close_at = begins + round(self.options.hours * HOUR)
        env = RealtimeEnvironment(initial_time=begins, factor=1 / (SECOND * speed), strict=False)
        world = self._world(env, doors_close_at)
        come = demo_day.comers(self.catalogue, self.scenario, self.streams, begins, doors_close_at)
        closed = bring_to_life(world, come, doors_close_at, self._cast(world))
        env.process(self._watch(env, world))
        env.run(until=closed)
        self._linger()
        return world

    def _world(self, env: RealtimeEnvironment, doors_close_at: Instant) -> World:
        assert self._held is not None
        assert self._eyes is not None
        speed = self.options.speed
        inside = (
            env,
            DriverHands(env, self._held, self._eyes, speed, self._at_machine),
            self.layout,
            self.catalogue,
            self.streams,
            self.scenario,
            demo_day.answer_ms(speed),
            demo_day.glance_ms(speed),
            labels(self.opening_books),
            self._look_into,
        )
        if self.yours is None:
            return World(*inside)
        return SharedFloor(self.yours, DeskRecords(self.database, self.yours), self._tell, doors_close_at, *inside)

    def _cast(self, world: World) -> Cast:
        """Who plays; around your desk, if you have one, it is also watched."""
        if not isinstance(world, SharedFloor):
            return everybody(world)
        world.env.process(world.look_around())
        return cast_beside(world)

    def _await_devices(self) -> None:
        """Until the floor knows all of them: what is said to a floor that does not listen yet is said again only after
        seconds on the wall, and those are minutes of a fast shop. At most so long, then people come in all the same."""
        until = time.monotonic() + READY_S
        while account.connected(self.url) < len(self._emulated()) and time.monotonic() < until:
            self._asked_to_stop.wait(LOOK_S)
            self._go_on()
            self._open_pages()
            self._look_after_children()

    def _watch(self, env: simpy.Environment, world: World) -> Act[None]:
        """Every now and then: is everybody still there? And say how far the day is."""
        told = time.monotonic()
        while True:
            yield env.timeout(WATCH_S * SECOND * self.options.speed)
            self._go_on()
            self._look_after_children()
            assert self._held is not None
            self._held.check()
            self._open_pages()
            self._show_board()
            if time.monotonic() - told >= TELL_S:
                told = time.monotonic()
                minutes = (world.now - self.layout.day_start(world.now)) // MINUTE
                customers = "1 customer" if world.in_the_hall == 1 else f"{world.in_the_hall} customers"
                self._tell(f"{minutes // 60:02d}:{minutes % 60:02d}  {customers} in the hall")
                if isinstance(world, SharedFloor):
                    self._tell(world.waits_for_you())

    def _look_after_children(self) -> None:
        for child in self.children:
            if not child.has_died():
                continue
            words = child.last_words()
            self._say(words)
            young = child is self._coordinator and time.monotonic() - self._began < FIRST_LIFE_S
            if (young and child.gave_up()) or child.restarts >= RESTARTS_MAX:
                raise Broke(words)
            child.restarts += 1
            child.start(self._serve(self._broker_url(), new=False) if child is self._coordinator else None)

    def _broker_url(self) -> str:
        return self._broker.url if self._broker is not None else self.options.broker

    def _show_board(self) -> None:
        """In this terminal, as soon as there is something to show and what stands there has been read."""
        if self.options.headless or self._board is not None or self._invitation is None:
            return
        if not self._invitation.is_read():
            return
        words = ["shopfloor", "board", "--db", self.url, "--pages", self._invitation.in_a_line()]
        self._board = Child("board", words, self.directory)
        self._board.start_here()

    # ── its pages ───────────────────────────────────────────────────────────────────────────────

    def _open_pages(self) -> None:
        """As soon as there is a journal to look into; and who may come in is told when they are open."""
        if self._pages is None and self.database.exists():
            self._pages = self._spawn("pages", self._pages_words())
        if self._invitation is None and self._ready_file.exists():
            ready = msgspec.json.decode(self._ready_file.read_bytes(), type=Ready)
            certificates = self.options.certificates
            scheme = "https" if certificates else "http"
            vouched = names_in(Files(certificates).server) if certificates else ()
            address = addresses(scheme, self.options.host, ready.port, vouched)[-1]
            self._invitation = invite(self.database, self.layout, self.yours, address)
            print(self._invitation, flush=True)
            if certificates and ready.door_port is not None:
                print(first_opened(self.options.host, ready.door_port, Files(certificates)), flush=True)
            if not self.options.headless:
                print(*filter(None, (self._invitation.code(), self._invitation.next_step())), sep="\n", flush=True)

    @property
    def _ready_file(self) -> Path:
        return self.directory / "pages.json"

    def _pages_words(self) -> list[str]:
        options = self.options
        port = ["--port", str(options.port)] if options.port is not None else ["--or-another"]
        words = [
            "shopfloor", "pages", "--quiet", "--db", self.url, "--broker", self._broker_url(),
            "--host", options.host, *port, "--ready", str(self._ready_file), *self._clock_words(),
        ]  # fmt: skip
        if options.set_up_port is not None:
            words += ["--set-up-port", str(options.set_up_port)]
        return [*words, "--certificates", str(options.certificates)] if options.certificates else words

    def _tell(self, words: str) -> None:
        """To who reads along; where the board is, there is no place for it."""
        if self.options.headless and words:
            print(words, flush=True)

    def _say(self, words: str) -> None:
        self.remarks.append(words)
        if self.options.headless:
            print(words, file=sys.stderr, flush=True)

    def _at_machine(self, device: Device, message: Touched) -> None:
        """At what runs in a process of its own a person types."""
        machine = next(child for child in self.children if child.name == device)
        machine.type(vocabulary(device.partition("/")[0]).line(message))

    def _look_into(self, bin_: str) -> tuple[str, ...] | None:
        """A person opens a bin: what the cabinet's own memory says lies there."""
        file = self.directory / "devices" / f"cabinet-{bin_.rpartition('.')[0]}.json"
        try:
            memory = msgspec.json.decode(file.read_bytes(), type=CabinetMemory)
        except (OSError, msgspec.DecodeError):
            return None
        return seen_in(memory.truth, bin_)

    def _linger(self) -> None:
        """Until the floor has taken what was said last. Nobody's handheld falls asleep meanwhile, and has a say."""
        assert self._held is not None
        for device in self._held.clients:
            if device.startswith("handheld/"):
                self._held.touch(device, StillHere())
        self._await_receipts()
        time.sleep(QUIET_S)
        self._await_receipts()

    def _await_receipts(self) -> None:
        assert self._held is not None
        until = time.monotonic() + LINGER_S
        while self._held.backlog and time.monotonic() < until:
            time.sleep(RECEIPT_S)

    # ── stop ────────────────────────────────────────────────────────────────────────────────────

    def stop(self) -> None:
        """In order: people, devices, coordinator, broker. Safe to call at any moment, also half-way through."""
        if self._board is not None:
            self._board.ask_to_stop(signal.SIGINT)  # as Ctrl-C does: it gives the terminal back as it was
            self._board.wait()
        if self._held is not None:
            with contextlib.suppress(Exception):  # what ended a driver was told before; now all of them end
                self._held.stop()
        if self._eyes is not None:
            self._eyes.shut()
        stop_all([child for child in self.children if child is not self._coordinator])
        if self._coordinator is not None:
            stop_all([self._coordinator])
        if self._broker is not None:
            self._broker.stop()

    def account(self, world: World) -> Account:
        """After ``stop``."""
        assert self._held is not None
        status = msgspec.json.decode(self.status_file.read_bytes(), type=Status)
        counts = status.counts
        return Account(
            closed=world.closed,
            shop_minutes=(world.now - self.opens) // MINUTE,
            wall_seconds=round(time.monotonic() - self._began, 1),
            tickets=account.tickets(self.url),
            mqtt=Mqtt(
                events=counts.events,
                repeats=counts.repeats,
                refused=counts.refused,
                unreadable=counts.unreadable,
                commands=counts.commands,
                receipts_sent=counts.receipts,
                receipts_seen=len(self._held.took_ms),
                unanswered=self._held.backlog,
            ),
            journal=account.journal_figures(self.url, status),
            invariants=Invariants(checked=status.checks, broken=account.quarantined(self.url)),
            latency_ms=account.latency(self._held.took_ms),
            kpis=status.kpis,
            restarts={child.name: child.restarts for child in self.children if child.restarts},
            remarks=len(world.remarks),
        )
