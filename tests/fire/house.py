"""One day of a whole shop under fire: people with devices in hand, a real broker, and a coordinator that keeps dying.

People, devices and witness live in this process; broker, coordinator and robots in processes of their own, which are
stopped by their own numbers whatever happens.
"""

import contextlib
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import simpy
from msgspec import Struct
from simpy.rt import RealtimeEnvironment

import shopfloor
from shopfloor.contract.actor import HOUR, SECOND
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.core.opening import opening_books
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.serve import Status
from simulations.live import account, demo_day
from simulations.live.children import Child, stop_all
from simulations.live.wired import DriverHands, Eyes
from simulations.people.crew import bring_to_life
from simulations.people.person import Act
from simulations.people.world import World
from simulations.streams import Streams
from simulations.twin.fittings import Fittings, labels, seen_in
from tests.conftest import Mosquitto
from tests.fire.doomed import Doomed
from tests.fire.equipment import DIALS, Equipment
from tests.fire.executioner import Executioner, Life
from tests.fire.plans import Fate
from tests.fire.witness import Witness

DATA: Final = Path(shopfloor.__file__).parent / "data"
LIF, SIDE, CATALOGUE = DATA / "layouts" / "sample.lif.json", DATA / "layouts" / "sample.toml", DATA / "catalogue.json"
DOOMED: Final = "tests.fire.doomed_serve"
WIRE_PATIENCE_S: Final = 5.0
"""On the wall, as the demo has it."""
LOOK_S: Final = 0.25
READY_S: Final = 15.0
QUIET_S: Final = 1.5
LINGER_S: Final = 20.0


class DayPlan(Struct, frozen=True, kw_only=True):
    """Which day, and how fast. ``module`` is the start script of the coordinator."""

    fates: Sequence[Fate]
    seed: int
    speed: float = 150.0
    hours: float = 0.5
    customers: float = 2.0
    limit_s: float = 400.0
    """Of the wall; then somebody was stuck."""
    module: str = DOOMED
    whole: bool = True
    """To its close; else it is broken off after the last fate, as it stands."""


class Evidence(Struct, frozen=True, kw_only=True):
    """All that is left of a day, for a judge who was not there."""

    url: str
    witness: Witness
    fittings: Fittings
    """What really lies in the cabinets, and what the acquirer has really taken."""
    lives: list[Life]
    status: Status | None
    """The last coordinator's word of itself; None if it did not stop in good order."""
    ended_at: float
    """When the devices began to be switched off."""
    fell: list[str]
    """Other processes that died."""
    seconds: float


class House:
    """The day of ``plan`` in a ``folder`` of its own."""

    def __init__(self, plan: DayPlan, folder: Path, tell: Callable[[str], None] = lambda _words: None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.plan = plan
        self.witness = Witness()
        self._tell = tell
        self._began = time.monotonic()
        self._folder = folder
        self._database = folder / "shop.db"
        self._url = f"sqlite:///{self._database}"
        self._status = folder / "status.json"
        self._layout = Layout.from_texts(LIF.read_text(encoding="utf-8"), SIDE.read_text(encoding="utf-8"))
        self._catalogue = Catalogue.from_text(CATALOGUE.read_text(encoding="utf-8"))
        self._books = opening_books(self._layout, self._catalogue)
        self._streams = Streams(plan.seed)
        self._opens = demo_day.opening(self._layout, round(time.time() * 1000))
        self._clock = ShopClock(self._opens, speed=plan.speed)
        self._broker = Mosquitto(folder)
        self._broker_lock = threading.Lock()
        self._fittings = Fittings(self._layout, self._books, self._streams, DIALS)
        devices = [self._fittings.client(device, self._opens) for device in self._layout.devices]
        store = self._layout.store.id
        self._equipment = Equipment(devices, store, self._broker.url, folder / "devices", self._clock, self.witness)
        shown = next(device for device in self._layout.devices if device.startswith("calls/"))
        self._eyes = Eyes(store, shown, self._broker.url, self._clock)
        self._robots = [Child(f"robot/{name}", self._robot(name), folder) for name in self._layout.robots]
        self._doomed = Doomed(plan.module, self._serve(), folder / "serve.log")
        self.executioner = Executioner(self._doomed, self._database, self.witness, self._break_broker)

    def play(self) -> Evidence:
        """The whole day. Raises what ends it before; nothing that it has started is left running."""
        with contextlib.ExitStack() as stack:
            stack.callback(self._put_out)
            self._open()
            with self._executions() as executed:
                self._live(executed)
                self.executioner.over.set()
            if self.plan.whole:
                self._linger()
            ended_at = time.monotonic()
            fell = [robot.last_words() for robot in self._robots if robot.has_died()]
            stop_all(self._robots)
            self._equipment.stop()
            self.executioner.close()
            return self._evidence(ended_at, fell)

    # ── how it begins ───────────────────────────────────────────────────────────────────────────

    def _open(self) -> None:
        self._broker.start()
        self.executioner.open(
            "--new", "--layout", str(LIF), "--side", str(SIDE), "--catalogue", str(CATALOGUE),
            "--wire-patience", str(round(WIRE_PATIENCE_S * SECOND * self.plan.speed)),
        )  # fmt: skip
        for robot in self._robots:
            robot.start()
        self._eyes.open()
        self._equipment.start()
        until = time.monotonic() + READY_S
        while account.connected(self._url) < len(self._layout.devices):
            assert time.monotonic() < until, f"the devices did not all connect: {self._doomed.last_words()}"
            time.sleep(LOOK_S)

    def _serve(self) -> list[str]:
        return [
            "serve", "--no-pages", "--db", self._url, "--broker", self._broker.url, "--status", str(self._status),
            "--speed", str(self.plan.speed), "--clock-origin", str(self._clock.origin),
            "--clock-zero", str(self._clock.zero),
        ]  # fmt: skip

    def _robot(self, name: str) -> list[str]:
        return [
            "devices", "robot", name, "--broker", self._broker.url, "--store", self._layout.store.id,
            "--seed", str(self.plan.seed), "--state", str(self._folder / "robots"), "--speed", str(self.plan.speed),
            "--clock-origin", str(self._clock.origin), "--clock-zero", str(self._clock.zero),
            "--layout", str(LIF), "--side", str(SIDE),
        ]  # fmt: skip

    # ── while it goes on ────────────────────────────────────────────────────────────────────────

    def _live(self, executed: threading.Event) -> None:
        """People come, are served and go, until the manager goes home."""
        speed = self.plan.speed
        begins = self._clock() + round(SECOND * speed)
        env = RealtimeEnvironment(initial_time=begins, factor=1 / (SECOND * speed), strict=False)
        world = World(
            env,
            DriverHands(env, self._equipment, self._eyes, speed, self._equipment.touch),
            self._layout,
            self._catalogue,
            self._streams,
            demo_day.scenario_of(self.plan.customers),
            answer_ms=demo_day.answer_ms(speed),
            glance_ms=demo_day.glance_ms(speed),
            labels=labels(self._books),
            look_into=self._look_into,
        )
        doors_close_at = begins + round(self.plan.hours * HOUR)
        come = demo_day.comers(self._catalogue, world.scenario, self._streams, begins, doors_close_at)
        closed = bring_to_life(world, come, doors_close_at)
        watched = env.process(self._watch(env, world, executed))
        env.run(until=closed if self.plan.whole else closed | watched)

    def _watch(self, env: simpy.Environment, world: World, executed: threading.Event) -> Act[None]:
        """Is everybody still there? Ends with the last fate."""
        while self.plan.whole or not executed.is_set():
            yield env.timeout(LOOK_S * SECOND * self.plan.speed)
            self._equipment.check()
            seconds = time.monotonic() - self._began
            assert seconds < self.plan.limit_s, f"the day is not over after {seconds:.0f} s"
            self._tell(
                f"{self.executioner.kills:4} deaths, {world.in_the_hall:3} customers in the hall, "
                f"{len(self.witness.promised):6} receipts, {len(self.witness.executed):6} commands carried out"
            )

    def _look_into(self, bin_: str) -> tuple[str, ...]:
        return seen_in(self._fittings.cabinets[f"cabinet/{bin_.rpartition('.')[0]}"].truth, bin_)

    @contextlib.contextmanager
    def _executions(self) -> Iterator[threading.Event]:
        """The executioner at work, beside the day; set when the last life stands. Raises what ended him before."""
        executed, fault = threading.Event(), list[BaseException]()

        def work() -> None:
            try:
                self.executioner.execute(self.plan.fates)
            except BaseException as ended:  # noqa: BLE001 - raised below, in the thread that asked
                fault.append(ended)
            executed.set()

        thread = threading.Thread(target=work, name="executioner", daemon=True)
        thread.start()
        try:
            yield executed
        finally:
            self.executioner.over.set()
            thread.join()
        for each in fault:
            raise each

    def _break_broker(self, wiped: bool) -> None:
        with self._broker_lock:
            self._broker.kill()
            if wiped:
                shutil.rmtree(self._folder / "mosquitto")
            self._broker.start()

    # ── how it ends ─────────────────────────────────────────────────────────────────────────────

    def _linger(self) -> None:
        """Until everything that was said has been answered."""
        until = time.monotonic() + LINGER_S
        while self._equipment.backlog and time.monotonic() < until:
            time.sleep(LOOK_S)
        time.sleep(QUIET_S)

    def _evidence(self, ended_at: float, fell: list[str]) -> Evidence:
        status = msgspec.json.decode(self._status.read_bytes(), type=Status) if self._status.exists() else None
        return Evidence(
            url=self._url,
            witness=self.witness,
            fittings=self._fittings,
            lives=self.executioner.lives,
            status=status,
            ended_at=ended_at,
            fell=fell,
            seconds=time.monotonic() - self._began,
        )

    def _put_out(self) -> None:
        """Everything that still runs, on the way out; what has ended already is left alone."""
        self.executioner.over.set()
        stop_all(self._robots)
        with contextlib.suppress(Exception):  # what ended a driver was told before; now all of them end
            self._equipment.stop()
        self._eyes.shut()
        self._doomed.ask(signal.SIGCONT)
        self._doomed.kill()
        with self._broker_lock:
            self._broker.stop()
