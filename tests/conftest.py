"""Real brokers on loopback, each started by the test that asks for it and stopped by its process id."""

import contextlib
import getpass
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from shopfloor.service.broker import LOOPBACK, EmbeddedBroker, free_port, mosquitto_conf

MOSQUITTO = Path("/usr/sbin/mosquitto")
BOUND_S = 60.0
PROCESSES = frozenset(
    {"House", "Mosquitto", "Tree", "multiprocessing", "os", "signal", "socket", "subprocess", "threading", "time"}
)
"""A module that knows one of these starts processes or threads, or waits by the wall's clock."""

SHOPS = frozenset({"house", "chromium", "mosquitto"})
"""A test that asks for one of these has a broker, a shop or a browser as processes."""

# A machine that does other things for half a second breaks no rule of the shop; what is timed is timed on purpose.
settings.register_profile("shop", deadline=None)
settings.load_profile("shop")

LONGEST = (
    "test_every_page_at_work", "test_what_goes_back", "test_settings", "test_pad_anew", "test_pad", "test_offline",
    "test_every_page", "test_your_desk", "test_pos", "test_demo", "test_calls", "test_whole_visit", "test_independent",
)  # fmt: skip
"""Modules that take longest begin first, so that none is still under way when everything else is done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``make test`` runs first what is pure, on all cores; then, a few side by side, what starts ``processes``; and
    last, one after the other, what says of itself that it measures time and wants the machine ``alone``."""
    for item in items:
        module = item.getparent(pytest.Module)
        names = vars(module.obj) if module is not None else {}
        if item.get_closest_marker("alone") is not None:
            continue
        if not SHOPS.isdisjoint(getattr(item, "fixturenames", ())) or not PROCESSES.isdisjoint(names):
            item.add_marker("processes")
    items.sort(key=_begins)


def _begins(item: pytest.Item) -> int:
    """Its place; all others keep theirs behind these."""
    return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)


class Mosquitto:
    """A mosquitto with the shop's limits: it may be stopped, killed and started again on the same port."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"mqtt://{LOOPBACK}:{self.port}"
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, conf: str | None = None) -> None:
        if not MOSQUITTO.exists():
            pytest.fail(f"{MOSQUITTO} is missing: these tests need a real broker (apt-get install mosquitto)")
        store = self._directory / "mosquitto"
        store.mkdir(exist_ok=True)
        path = self._directory / "mosquitto.conf"
        stay_who_we_are = f"user {getpass.getuser()}\n"  # a root's mosquitto would not see pytest's directories
        path.write_text(stay_who_we_are + (conf or mosquitto_conf(self.port, store)))
        with (self._directory / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen([MOSQUITTO, "-c", path], stdout=log, stderr=log)
        self._await_answer(self._process)

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + BOUND_S
        while time.monotonic() < until and process.poll() is None:
            try:
                socket.create_connection((LOOPBACK, self.port), timeout=0.2).close()
            except OSError:
                time.sleep(0.005)
            else:
                return
        pytest.fail(f"mosquitto does not answer: {(self._directory / 'mosquitto.log').read_text()}")

    def stop(self) -> None:
        """In good order: sessions and retained messages are saved."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        until = time.monotonic() + BOUND_S
        while process.poll() is None and time.monotonic() < until:
            process.send_signal(number)  # again, since mosquitto 2.0.11 may sleep through one that comes at its start
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
        if process.poll() is None:
            process.kill()
            process.wait()
            pytest.fail("mosquitto did not stop")


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def embedded_broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        yield broker


@pytest.fixture
def eventually() -> Callable[[Callable[[], object], str], None]:
    """Wait, with a bound, until something is so; say what it was that did not come."""

    def wait(is_so: Callable[[], object], what: str) -> None:
        until = time.monotonic() + BOUND_S
        while not is_so():
            if time.monotonic() > until:
                pytest.fail(f"not within {BOUND_S:.0f} s: {what}")
            time.sleep(0.005)

    return wait
