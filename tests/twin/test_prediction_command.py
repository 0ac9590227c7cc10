"""``predict`` as a planner types it: equal bytes for any number of workers, a log that forgets nothing, clean ends."""

import csv
import io
import json
import threading
from pathlib import Path

import msgspec
import pytest
from msgspec import structs
from rich.console import Console

from simulations.commands.line import obey
from simulations.experiments.pages import days_sheet
from simulations.experiments.progress import DaysBar
from simulations.experiments.replications import Play, Replications
from simulations.experiments.result import MS_A_MIN, DayResult
from simulations.experiments.results import FILES, ResultsError
from simulations.prediction.blind import predict
from simulations.prediction.log import HEAD, Log
from simulations.prediction.protocol import Counts, frozen
from simulations.scenarios.scenario import Scenario
from tests.twin.prediction_shop import predictable_day

FEW = ("--days", "8", "--calibration-days", "4", "--draws", "4", "--draw-days", "2")


class Said:
    """What one command came to."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


class Line:
    """A terminal in an empty directory."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str, play: Play = predictable_day, jobs: int = 1) -> Said:
        try:
            code = obey(["predict", *FEW, *words, "--no-cache", "--jobs", str(jobs)], play)
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = self._capsys.readouterr()
        return Said(code, out, err)


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.chdir(tmp_path)
    return Line(capsys)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ── what it writes ──────────────────────────────────────────────────────────────────────────────


def test_one_and_two_workers_write_the_same_bytes(line: Line) -> None:
    said = line("--out", "out", jobs=2)
    assert said.code == 0, said.err
    assert {path.name for path in Path("out").iterdir()} == FILES
    counts = Counts(days=8, calibration_days=4, draws=4, draw_days=2)
    alone = Replications(1, DaysBar(Console(file=io.StringIO())), play=predictable_day)
    words = ["predict", "--set-of", "catalogue", *FEW, "--seed", "1"]
    predicted, diaries = predict(frozen("catalogue", counts, 1), words, alone)
    assert json.loads(Path("out/result.json").read_bytes()) == json.loads(msgspec.json.encode(predicted))
    assert Path("out/days.csv").read_text(encoding="utf-8") == days_sheet(diaries)
    _carry_the_same_protocol_and_answer(said, Path("out"))


def _carry_the_same_protocol_and_answer(said: Said, out: Path) -> None:
    """Screen, page and files."""
    told = json.loads((out / "result.json").read_text(encoding="utf-8"))
    page = (out / "report.html").read_text(encoding="utf-8")
    key = told["protocol_hash"]
    assert key in said.out
    assert key[:16] in said.err.split("days to play")[0], "the hash is told before anything is played"
    assert key in page
    assert told["finding"]["program"] in page
    assert told["finding"]["kind"] == "predict"
    assert told["finding"]["answer"].split("(")[0] in " ".join(said.out.split())
    assert "without n, dates or definition" in page
    draws = rows(out / "draws.csv")
    assert len(draws) == 2 * 4
    assert float(draws[0]["counter.search_min"]) == told["draws"][0]["values"]["counter.search_min"]
    assert len(told["attributed"]["cells"]) == 16
    assert told["finding"]["command"].endswith("--draws 4 --draw-days 2 --seed 1")


def test_the_reference_set_has_its_own_shops(line: Line) -> None:
    played: list[str] = []

    def named(scenario: Scenario, seed: int, day: int) -> DayResult:
        played.append(scenario.name)
        return predictable_day(scenario, seed, day)

    said = line("--set-of", "reference", play=named)
    assert said.code == 0, said.err
    assert rows(Path("predictions.csv"))[0]["set"] == "reference"
    assert {"reference-counter", "reference-cabinet"} <= set(played)
    assert not {"counter", "cabinet"} & set(played)


# ── the log ─────────────────────────────────────────────────────────────────────────────────────


def test_every_try_is_a_new_row_and_the_old_ones_stay_as_they_are(line: Line) -> None:
    line("--seed", "1")
    first = Path("predictions.csv").read_bytes()
    line("--seed", "2")
    both = Path("predictions.csv").read_bytes()
    assert both.startswith(first)
    assert [row["seed"] for row in rows(Path("predictions.csv"))] == ["1", "2"]
    told = rows(Path("predictions.csv"))[0]
    assert tuple(told) == HEAD
    assert float(told["A_after"]) < float(told["A_before"])
    assert told["published_after"] == "45.0"
    assert told["A_after_low"] == "", "8 days carry no interval"


@pytest.mark.parametrize("foreign", ["name,age\nAnna,3\n", ",".join(HEAD[1:]) + "\n", "x", "\n"])
def test_a_file_that_is_no_log_is_refused_before_anything_is_played_and_left_alone(line: Line, foreign: str) -> None:
    def nothing(_scenario: Scenario, _seed: int, _day: int) -> DayResult:
        raise AssertionError("played")

    Path("mine.csv").write_text(foreign, encoding="utf-8")
    said = line("--log", "mine.csv", play=nothing)
    assert said.code == 1
    assert "--log mine.csv: is no log of predictions" in said.err
    assert Path("mine.csv").read_text(encoding="utf-8") == foreign


@pytest.mark.parametrize("where", ["nowhere/log.csv", "."])
def test_a_log_that_cannot_be_written_is_told_before_anything_is_played(line: Line, where: str) -> None:
    said = line("--log", where)
    assert said.code == 1
    assert said.err.startswith(f"simulations predict: --log {where}: ")


def test_a_row_that_was_cut_off_is_not_glued_to_the_next(line: Line) -> None:
    line()
    path = Path("predictions.csv")
    path.write_bytes(path.read_bytes()[:-9])
    line("--seed", "2")
    assert [row["seed"] for row in rows(path)] == ["1", "2"]


def test_rows_of_programs_that_end_at_the_same_time_stand_side_by_side(tmp_path: Path, line: Line) -> None:
    line("--log", "first.csv")
    sheet = Path("first.csv").read_text(encoding="utf-8")
    log, text = Log(tmp_path / "many.csv"), sheet.splitlines(keepends=True)[1]
    writers = [threading.Thread(target=log.add_line, args=(text,)) for _ in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=10)
    assert (tmp_path / "many.csv").read_text(encoding="utf-8") == sheet + text * 15


def test_a_log_refuses_to_be_a_directory(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="cannot be written"):
        Log(tmp_path)


# ── how it ends ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stopped_at", [3, 40, 180])
def test_ctrl_c_at_any_time_leaves_nothing_half_written(line: Line, stopped_at: int) -> None:
    """During the calibration, on the fresh days, among the draws."""
    played = 0

    def interrupted(scenario: Scenario, seed: int, day: int) -> DayResult:
        nonlocal played
        played += 1
        if played == stopped_at:
            raise KeyboardInterrupt
        return predictable_day(scenario, seed, day)

    said = line("--out", "out", play=interrupted)
    assert said.code == 130
    assert said.err.splitlines()[-1].startswith("Stopped after ")
    assert list(Path().iterdir()) == []


def test_a_day_that_fails_leaves_no_row_and_no_result(line: Line) -> None:
    def failing(scenario: Scenario, seed: int, day: int) -> DayResult:
        assert day != 6, "two units in one hand"
        return predictable_day(scenario, seed, day)

    said = line("--out", "out", play=failing)
    assert said.code == 1
    assert "Day 6 of " in said.err
    assert list(Path().iterdir()) == []


def test_a_shop_that_cannot_be_calibrated_is_told_in_a_sentence(line: Line) -> None:
    def slow(scenario: Scenario, seed: int, day: int) -> DayResult:
        found = predictable_day(scenario, seed, day)
        longer = found.sums["desk_ms"] + 60 * MS_A_MIN * found.sums["repairs"]
        return structs.replace(found, sums=found.sums | {"desk_ms": longer})

    said = line("--out", "out", play=slow)
    assert said.code == 1
    assert "counter cannot be calibrated to 58 min" in said.err
    assert "nothing to predict" in said.err
    assert list(Path().iterdir()) == []


def test_a_reading_that_no_old_shop_can_have_is_told_and_the_other_is_predicted(line: Line) -> None:
    def long_queues(scenario: Scenario, seed: int, day: int) -> DayResult:
        found = predictable_day(scenario, seed, day)
        longer = found.sums["tat_ms"] + 60 * MS_A_MIN * found.sums["repairs"]
        return structs.replace(found, sums=found.sums | {"tat_ms": longer})

    said = line("--out", "out", play=long_queues)
    assert said.code == 0, said.err
    assert said.out.startswith("A shop calibrated to 58 min desk time is predicted at ")
    assert "Reading B: there is no such shop, because the published time is out of reach" in said.out
    told = rows(Path("predictions.csv"))[0]
    assert (told["A_after"] != "", told["B_after"], told["B_feasible"]) == (True, "", "0")
    assert "there is no such shop" in Path("out/report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--draws", "1"), "one draw is no range"),
        (("--draw-days", "9"), "not more than --days"),
        (("--days", "1"), "allowed is a whole number from 2"),
        (("--set-of", "mine"), "invalid choice"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(line: Line, words: tuple[str, ...], why: str) -> None:
    said = line(*words)
    assert said.code in (1, 2)
    assert why in said.err
    assert not Path("predictions.csv").exists()
