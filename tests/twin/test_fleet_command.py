"""``fleet`` on the command line: figures, files, bars, and what is kept when somebody stops it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulations.commands.line import obey
from simulations.fleet.campaign import Found, campaign
from simulations.fleet.findings import bars_of, fleet_found
from simulations.fleet.report import report_of
from simulations.fleet.results import Asked, Seen
from simulations.fleet.stopwatch import Stopwatch, Thought, together

SHORT = ("--trips", "20")
ASKED = Asked(layout="aisle", trips=20)
PATIENCE_S = 60.0


def found_of(seeds: int, fleets: tuple[int, ...] = (2,), jobs: int = 1) -> Found:
    found = Found(asked=ASKED, fleets=fleets)
    campaign(found, range(seeds), jobs)
    return found


def test_the_report_has_every_figure_by_number_of_robots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "aisle.json"
    words = ["fleet", "aisle", "--seeds", "12", "--robots", "2", *SHORT, "--jobs", "1", "--report", str(file)]
    assert obey(words) == 0
    report = json.loads(file.read_text())
    assert {"machine", "date", "command", "assumptions", "bars", "limits", "digest"} <= report.keys()
    assert report["whole"]
    two = report["robots"]["2"]
    assert (two["deadlocks"], two["seeds"], two["naive_deadlocks"]) == (0, 12, 12)
    assert two["gap_min_m"] >= 0.8
    assert two["throughput_interval"][0] < two["throughput_ratio"] < two["throughput_interval"][1]
    assert two["mean_delivery_ratio"].keys() == {"fifo_nearest", "nearest_job"}
    assert two["mean_delivery_interval"] == {"fifo_nearest": None, "nearest_job": None}, "12 seeds are too few"
    assert two["policies"]["insertion"]["mean_delivery_s"] > 0
    assert 0 < two["planning"]["p50_ms"] <= two["planning"]["p99_ms"] <= two["planning"]["max_ms"]
    assert "no deadlock" in capsys.readouterr().out
    page = file.with_suffix(".html").read_text()
    assert page.count("<svg") == 3, "throughput, a ratio, a floor plan"
    assert "r2 claims" in page
    assert "repair_time" not in page


def test_two_processes_find_what_one_finds() -> None:
    reports = [report_of(found_of(2, jobs=jobs), "", 0, jobs, whole=True) for jobs in (1, 2)]
    assert reports[0].digest == reports[1].digest
    assert reports[0].robots["2"].throughput_ratio == reports[1].robots["2"].throughput_ratio


def test_whoever_interrupts_keeps_what_was_played() -> None:
    found = Found(asked=ASKED, fleets=(2,))

    def tell(seen: Seen) -> None:
        if seen.seed == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        campaign(found, range(50), 1, tell)
    assert sorted(found.seen) == [(0, 1), (0, 2), (1, 1)]
    report = report_of(found, "", 0, 1, whole=False)
    assert (report.seeds, report.whole) == (1, False), "seed 1 was played with one robot only"


def test_ctrl_c_writes_what_is_finished(tmp_path: Path) -> None:
    file = tmp_path / "half.json"
    words = ("fleet", "aisle", "--seeds", "100000", "--robots", "2", *SHORT, "--jobs", "1", "--report", str(file))
    process = subprocess.Popen(
        [sys.executable, "-m", "simulations", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        end = time.monotonic() + PATIENCE_S
        while processor_s(process.pid) < 5.0:
            assert time.monotonic() < end, "it does not get on"
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, err
    report = json.loads(file.read_text())
    assert 0 < report["seeds"] < 100_000
    assert not report["whole"]
    assert f"Stopped with {report['seeds']} of 100000 seeds played in full." in err
    assert "no deadlock" in out


def processor_s(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_drive_that_never_ends_fails_the_bars_and_says_how_to_see_it_again() -> None:
    found = found_of(1)
    seen = found.seen[(0, 2)]
    assert seen.naive is not None
    found.seen[(0, 2)] = Seen(seed=0, robots=2, loop=seen.naive, naive=seen.naive, carried=seen.carried)
    fleet = fleet_found(found, 2)
    assert fleet.deadlocks == 1
    assert fleet.stuck[0].again == "python -m simulations fleet aisle --first 0 --seeds 1 --robots 2 --trips 20"
    assert next(bar.words for bar in bars_of(ASKED, {2: fleet}) if not bar.met) == "no deadlock"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere",), "nowhere"),
        (("aisle", "--robots", "7"), "it has rows for 4 robots, not for 7"),
    ],
)
def test_what_cannot_be_played_is_said_at_once(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert obey(["fleet", *words]) == 1
    assert sentence in capsys.readouterr().err


def test_one_robot_is_no_fleet(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        obey(["fleet", "aisle", "--robots", "1"])
    assert "allowed is a whole number from 2 to 8" in capsys.readouterr().err


def test_thoughts_are_counted_in_cells_and_the_longest_is_kept() -> None:
    cells = [0] * 1_000
    cells[0], cells[40], cells[-1] = 98, 1, 1
    thought = Thought(times=100, most_ms=80.0, cells=cells)
    assert thought.quantile_ms(0.5) == pytest.approx(0.05)
    assert thought.quantile_ms(0.99) == pytest.approx(2.05)
    assert thought.quantile_ms(1.0) == 80.0
    twice = together([thought, thought])
    assert (twice.times, twice.quantile_ms(0.99)) == (200, thought.quantile_ms(0.99))
    assert Stopwatch().thought.quantile_ms(0.5) == 0.0
