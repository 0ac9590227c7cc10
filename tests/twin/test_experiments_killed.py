"""A real program with real workers, stopped by Ctrl-C or killed: nothing half-written, nobody left, nothing lost."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulations.scenarios.scenario import load
from tests.twin.experiments_shop import day_of_a_small_shop

DAYS = 240
PATIENCE_S = 30.0
STOPS_WITHIN_S = 2.0
TRIES = 3
WORKERS = 2


@contextmanager
def program(tmp_path: Path, *more: str, day: str = "slow_day") -> Iterator[subprocess.Popen[str]]:
    """Twelve seconds of days for two workers; in a session of its own, as a terminal would start it."""
    words = ("run", "counter", "--days", str(DAYS), "--cache", str(tmp_path / "cache"), "--out", str(tmp_path / "out"))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.twin.experiments_program", day, *words, "--jobs", str(WORKERS), *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def kept(tmp_path: Path) -> int:
    return len(list((tmp_path / "cache").rglob("*.days")))


def alive(group: int) -> list[str]:
    """Programs of this session that still run; who only waits to be buried is gone."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, _, its_group = (path / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append((path / "cmdline").read_text().replace("\0", " "))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@pytest.mark.parametrize("to_all", [True, False], ids=["in a terminal", "to the program alone"])
def test_ctrl_c_stops_within_two_seconds_and_says_what_was_kept(tmp_path: Path, *, to_all: bool) -> None:
    """On a machine that others keep busy, one stop may be late; not three in a row."""
    took_s: list[float] = []
    while len(took_s) < TRIES and (not took_s or took_s[-1] >= STOPS_WITHIN_S):
        took_s.append(stopped(tmp_path / f"try-{len(took_s)}", to_all=to_all))
    assert took_s[-1] < STOPS_WITHIN_S, took_s


def stopped(tmp_path: Path, *, to_all: bool) -> float:
    """Start the program, press Ctrl-C in the middle, and see that it ended well: so long it took, in seconds."""
    with program(tmp_path) as process:
        until(lambda: kept(tmp_path) >= 2)
        pressed = time.monotonic()
        (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
        took_s = time.monotonic() - pressed
    assert process.returncode == 130
    assert out == ""
    assert without_trackers_remarks(err) == (
        f"Stopped: {4 * kept(tmp_path)} of {DAYS} days are kept in {tmp_path / 'cache'}; "
        "the same command goes on from there. Nothing else was written.\n"
    )
    until(lambda: alive(process.pid) == [])
    assert not (tmp_path / "out").exists()
    return took_s


def test_ctrl_c_while_the_workers_come_to_life_leaves_no_traceback(tmp_path: Path) -> None:
    with program(tmp_path) as process:
        until(lambda: len(alive(process.pid)) > 1)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_S)
    err = without_trackers_remarks(err)
    assert process.returncode == 130
    assert err.startswith("Stopped")
    assert err.count("\n") == 1
    until(lambda: alive(process.pid) == [])


def test_a_killed_program_leaves_no_workers_and_nothing_that_looks_whole_and_is_gone_on_with(tmp_path: Path) -> None:
    with program(tmp_path) as process:
        until(lambda: kept(tmp_path) >= 2)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
    until(lambda: alive(process.pid) == [])
    before = kept(tmp_path)
    assert before < DAYS // 4
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    with program(tmp_path, "--days", str(4 * before)) as process:
        _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, f"\nWritten: {tmp_path / 'out' / 'report.html'}\n")
    assert kept(tmp_path) < before + WORKERS, "a worker had at most one of these blocks still in hand"
    found = json.loads((tmp_path / "out" / "result.json").read_text())["shops"][0]["digests"]
    assert found == [day_of_a_small_shop(load("counter"), 1, day).digest for day in range(4 * before)]


def without_trackers_remarks(err: str) -> str:
    """joblib's tracker, a process of its own, may find a semaphore that the workers left, or that is gone already, and
    says so on the same stream; that is none of our words."""
    return re.sub(r"^.*resource_tracker.*\n(?:  warnings\.warn\(.*\n)?", "", err, flags=re.MULTILINE)
