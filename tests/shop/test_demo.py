"""``shopfloor demo`` as somebody at a terminal has it: a day to its end, through a crash, and nothing is left."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from devices.cabinet_touches import CloseDoor
from devices.vocabularies import vocabulary
from shopfloor.web.certificates import fingerprint, make_certificates
from simulations.live import account
from simulations.live.children import Child, stop_all
from simulations.live.demo import main, parsed
from simulations.live.demo_day import opening
from tests.conftest import Mosquitto
from tests.shop.day_book import LAYOUT, MORNING

BOUND_S = 90.0


class RunningDemo:
    """A demo in a process of its own, and whoever it has started."""

    def __init__(self, directory: Path, *words: str) -> None:
        self.database = directory / "shop.db"
        self.report = directory / "report.json"
        self._log = (directory / "demo.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulations.live.demo", "--headless", "--db", f"sqlite:///{self.database}",
             "--report", str(self.report), *words],
            stdout=self._log, stderr=self._log, cwd=Path(__file__).parents[2],
        )  # fmt: skip

    def children(self) -> dict[int, str]:
        """Process id → command line."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in listed}

    def pid_of(self, words: str) -> int | None:
        return next((pid for pid, line in self.children().items() if words in line), None)

    def tickets(self) -> int:
        if not self.database.exists():
            return 0
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as records:
                return int(records.execute("SELECT count(*) FROM ticket WHERE number <> ''").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # its tables are being made

    def said(self) -> str:
        """In its terminal, so far."""
        return Path(self._log.name).read_text(encoding="utf-8")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(BOUND_S)
        self._log.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[..., RunningDemo]]:
    started: list[RunningDemo] = []

    def start(*words: str) -> RunningDemo:
        started.append(RunningDemo(tmp_path, *words))
        return started[-1]

    yield start
    for each in started:
        each.close()


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_e24_a_demo_survives_the_death_of_its_coordinator_and_replays_to_the_same_state(
    demo: Callable[..., RunningDemo], eventually: Callable[[Callable[[], object], str], None]
) -> None:
    running = demo("--speed", "400", "--hours", "0.2", "--customers", "2", "--seed", "12")
    eventually(lambda: running.tickets() >= 2, "customers with a number")
    coordinator = running.pid_of("shopfloor serve")
    assert coordinator is not None
    os.kill(coordinator, signal.SIGKILL)
    assert running.process.wait(BOUND_S) == 0
    report = json.loads(running.report.read_text())
    assert report["closed"]
    assert report["restarts"]["coordinator"] == 1
    assert report["tickets"]["taken"] >= 2
    assert report["tickets"]["lost"] == 0
    assert set(report["tickets"]["outcomes"]) <= {"SERVED", "NO_SHOW", "LEFT", "CLOSED_BY_DAY", "REMOVED"}
    assert report["journal"]["same"]
    assert report["journal"]["live_digest"] == report["journal"]["replay_digest"] != ""
    assert report["invariants"]["broken"] == 0
    assert report["invariants"]["checked"] > 1_000
    assert report["mqtt"]["unanswered"] == 0
    assert report["latency_ms"]["n"] == report["mqtt"]["receipts_seen"] > 0


@pytest.mark.parametrize(
    ("how", "when"),
    [(signal.SIGINT, "while it starts"), (signal.SIGINT, "in the middle"), (signal.SIGHUP, "in the middle")],
)
def test_ctrl_c_or_a_closed_terminal_stops_everything_and_leaves_nothing_behind(
    how: signal.Signals,
    when: str,
    demo: Callable[..., RunningDemo],
    eventually: Callable[[Callable[[], object], str], None],
) -> None:
    running = demo("--speed", "60")
    if when == "while it starts":
        eventually(lambda: running.pid_of("devices robot"), "the first processes")
    else:
        eventually(lambda: running.tickets() >= 1, "a customer with a number")
    before = running.children()
    running.process.send_signal(how)
    assert running.process.wait(BOUND_S) == 130
    assert len(before) > 3
    assert [line for pid, line in before.items() if not gone(pid)] == []
    assert not running.report.exists()


def test_the_first_customer_is_there_within_seconds(
    demo: Callable[..., RunningDemo], eventually: Callable[[Callable[[], object], str], None]
) -> None:
    began = time.monotonic()
    running = demo()
    eventually(lambda: running.tickets() >= 1, "a customer with a number")
    assert time.monotonic() - began < 10  # 4.0 s on a quiet machine


def test_a_file_that_is_not_there_is_told_by_its_name(demo: Callable[..., RunningDemo]) -> None:
    running = demo("--catalogue", "/nowhere/catalogue.json")
    assert running.process.wait(BOUND_S) == 1
    assert "shopfloor demo: There is no file /nowhere/catalogue.json." in running.said()


def test_a_demo_over_tls_tells_how_a_handheld_comes_to_trust_it(
    demo: Callable[..., RunningDemo], tmp_path: Path, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    files = make_certificates(tmp_path / "certificates", ["shop.lan"], [], datetime.now(UTC))
    running = demo("--port", "0", "--certificates", str(files.directory))
    told = re.compile(rf"opens (http://\S+/set-up) first.*fingerprint: {fingerprint(files.authority)}", re.DOTALL)
    eventually(lambda: told.search(running.said()), "the address of the door without TLS")
    found = told.search(running.said())
    assert found is not None
    assert fingerprint(files.authority) in httpx.get(found[1]).text


def test_a_journal_that_is_there_is_not_overwritten(
    demo: Callable[..., RunningDemo], capfd: pytest.CaptureFixture[str]
) -> None:
    running = demo("--speed", "600")
    running.database.write_bytes(b"somebody else's")
    assert running.process.wait(BOUND_S) == 1
    assert running.database.read_bytes() == b"somebody else's"


# ── its parts ───────────────────────────────────────────────────────────────────────────────────


def test_a_child_that_dies_leaves_its_last_words(
    tmp_path: Path, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    child = Child("archive/a1", ["devices", "archive", "a1", "--state", str(tmp_path), "--broker", "nowhere"], tmp_path)
    child.start()
    eventually(child.has_died, "the end of a device without a broker")
    assert "archive/a1 ended with 2" in child.last_words()
    assert "mqtt://" in child.last_words()
    child.wait()


def test_e9_what_a_person_does_at_a_machine_of_the_demo_reaches_its_process(
    mosquitto: Mosquitto, tmp_path: Path, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    words = ["devices", "cabinet", "c1", "--state", str(tmp_path), "--broker", mosquitto.url]
    cabinet = Child("cabinet/c1", words, tmp_path)
    cabinet.type("close outlet")  # nobody there yet: nothing happens
    cabinet.start()
    cabinet.type(vocabulary("cabinet").line(CloseDoor(door="outlet")))
    cabinet.type("open sesame")
    cabinet.type("quit")
    eventually(cabinet.has_died, "the end of a cabinet that was told to quit")
    cabinet.type("close outlet")
    log = (tmp_path / "cabinet-c1.log").read_text()
    assert "Done." in log or "wait for the floor" in log
    assert "no word 'open'" in log
    assert cabinet.wait() == 0


def test_children_are_stopped_by_their_own_numbers(tmp_path: Path) -> None:
    children = [Child(f"sleeper-{n}", ["http.server", "0", "--bind", "127.0.0.1"], tmp_path) for n in range(2)]
    for child in children:
        child.start()
    pids = [child.pid for child in children]
    assert not any(child.has_died() for child in children)
    stop_all(children)
    assert all(gone(pid) for pid in pids)
    assert children[0].wait() is None


@pytest.mark.parametrize(
    "words", [["--speed", "0"], ["--speed", "601"], ["--hours", "11"], ["--speed", "fast"], ["--customers", "nan"]]
)
def test_what_cannot_be_is_refused_on_the_command_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(words)
    assert refused.value.code == 2
    assert "shopfloor demo" in capsys.readouterr().err


def test_options_have_sensible_defaults() -> None:
    options = parsed([])
    assert (options.speed, options.hours, options.headless, options.db) == (60, 2, False, "")


def test_a_shop_opens_today_at_ten() -> None:
    assert opening(LAYOUT, MORNING + 5 * 3_600_000) == MORNING


def test_latencies_without_a_measurement_are_none_not_zero() -> None:
    assert account.latency([]) == account.Latency(0, None, None)
    many = account.latency([float(n) for n in range(1, 1_001)])
    assert many.n == 1_000
    assert many.p50 == pytest.approx(500, abs=2)
    assert many.p99 == pytest.approx(990, abs=2)
