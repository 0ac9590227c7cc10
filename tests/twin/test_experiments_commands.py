"""The command line: what a planner types, and what it answers to what cannot be."""

import csv
import json
from pathlib import Path

import pytest

import simulations.commands
from simulations.commands.line import obey
from simulations.commands.table import COMMANDS
from simulations.experiments.replications import Play
from simulations.experiments.result import FIGURES
from simulations.scenarios.scenario import packaged
from simulations.scenarios.table import ROWS
from tests.twin.experiments_shop import day_of_a_small_shop, day_that_fails


class Said:
    """What one command came to."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


class Line:
    """A terminal in an empty directory, with a cache of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str], cache: Path) -> None:
        self._capsys, self._cache = capsys, cache

    def __call__(self, *words: str, play: Play = day_of_a_small_shop) -> Said:
        more = ("--cache", str(self._cache), "--jobs", "1") if words[0] in ("run", "compare") else ()
        try:
            code = obey([*words, *more], play)
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = self._capsys.readouterr()
        return Said(code, out, err)


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    return Line(capsys, tmp_path / "cache")


# ── what it answers ─────────────────────────────────────────────────────────────────────────────


def test_a_run_says_its_answer_first_and_how_to_get_it_again(line: Line) -> None:
    said = line("run", "cabinet", "--days", "8", "--seed", "3")
    assert said.code == 0
    assert said.out.startswith("Over 8 days, seed 3 — cabinet: repair time ")
    assert "† too few days for an interval: 8 of 100" in said.out
    assert "The same again: python -m simulations run cabinet --days 8 --seed 3 --kpi repair_time" in said.out


def test_results_on_disk_hold_everything_that_is_needed_to_judge_them(line: Line) -> None:
    assert line("run", "counter", "cabinet", "--days", "8", "--out", "out").code == 0
    found = json.loads(Path("out/result.json").read_text())
    assert (found["schema"], found["kind"], found["seed"], found["days"]) == (1, "run", 1, 8)
    assert found["answer"].startswith("Over 8 days")
    assert found["release"].startswith("shopfloor ")
    assert len(found["program"]) == len(found["digest"]) == 64
    shop = found["shops"][0]
    assert [setting["key"] for setting in shop["settings"]] == list(ROWS)
    assert all(setting["unit"] and setting["source"] for setting in shop["settings"])
    assert [row["figure"] for row in shop["figures"]] == list(FIGURES)
    assert len(shop["digests"]) == 8
    with Path("out/days.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["scenario"], row["day"]) for row in rows[7:9]] == [("counter", "7"), ("cabinet", "0")]
    assert rows[0]["digest"] == shop["digests"][0]
    assert Path("out/report.html").read_text().lower().startswith("<!doctype html>")
    assert Path("out/figures.csv").read_text().startswith("figure,")


def test_the_same_question_gives_the_same_files_to_the_byte(line: Line) -> None:
    for out in ("one", "two"):
        assert line("compare", "counter", "cabinet", "--days", "12", "--out", out).code == 0
    for path in Path("one").iterdir():
        assert path.read_bytes() == (Path("two") / path.name).read_bytes(), path.name


def test_another_value_may_be_set_for_all_shops_or_for_one(line: Line) -> None:
    said = line(
        "compare", "cabinet", "cabinet:work.scale=1.5", "--set", "robots.count=1", "--days", "8", "--out", "out"
    )
    assert said.code == 0
    shops = json.loads(Path("out/result.json").read_text())["shops"]
    values = [{row["key"]: row["value"] for row in shop["settings"]} for shop in shops]
    assert [value["robots.count"] for value in values] == ["1", "1"]
    assert [value["work.scale"] for value in values] == ["1", "1.5"]
    assert [shop["name"] for shop in shops] == ["cabinet", "cabinet:work.scale=1.5"]


def test_a_scenario_of_ones_own_is_a_file(line: Line) -> None:
    Path("quiet.toml").write_text('base = "cabinet"\n[demand]\nfactor = 0.8\n')
    assert "quiet: repair time" in line("run", "quiet.toml", "--days", "4").out


def test_three_shops_are_ranked_when_it_is_said_what_matters(line: Line) -> None:
    said = line(
        "compare", "cabinet", "cabinet:work.scale=1.3", "cabinet:work.scale=0.8", "--days", "200", "--delta", "0.5"
    )
    assert said.out.startswith("cabinet:work.scale=0.8 is the best of 3 in repair time")
    assert "The best in repair time" in said.out


def test_a_precision_is_asked_for_in_percent(line: Line) -> None:
    said = line("run", "cabinet", "--until-precision", "2%", "--days", "400")
    assert said.out.startswith("Over 100 days")
    assert "--until-precision 0.02" in said.out


def test_lists_of_scenarios_and_parameters_are_whole(line: Line) -> None:
    scenarios = line("scenarios").out
    assert all(name in scenarios for name in packaged())
    parameters = line("parameters").out
    assert all(key in parameters for key in ROWS)
    assert "robots.count" in line("parameters", "robots").out
    assert "counter.way_m" not in line("parameters", "robots").out


def test_every_command_has_a_module_and_every_module_that_is_a_command_a_row() -> None:
    home = Path(next(iter(simulations.commands.__path__)))
    plain = {"__init__", "asked", "line", "options", "screen", "table"}
    assert {path.stem for path in home.glob("*.py")} - plain == {command.name for command in COMMANDS}


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_explains_itself(line: Line, command: str) -> None:
    said = line(command, "--help")
    assert said.code == 0
    assert f"python -m simulations {command}" in said.out


# ── what cannot be ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("run", "cabinett"), "There is no scenario 'cabinett'"),
        (("run", "mine.toml"), "mine.toml: there is no such file"),
        (
            ("run", "cabinet", "--set", "robots.cuont=1"),
            "There is no parameter robots.cuont. Did you mean robots.count",
        ),
        (("run", "cabinet", "--set", "robots.count=90"), "robots.count = 90: allowed is from 0 to 20 robots"),
        (("run", "cabinet:robots.count"), "'robots.count': write KEY=VALUE"),
        (("compare", "cabinet"), "Name two shops or more"),
        (("compare", "cabinet", "cabinet"), "Two scenarios are called cabinet"),
        (("parameters", "robot"), "There is no section 'robot'"),
        (("replay", "nowhere.db"), "nowhere.db is missing"),
        (("calibrate", "nowhere.db"), "nowhere.db is missing"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_code_1(line: Line, words: tuple[str, ...], reason: str) -> None:
    said = line(*words)
    assert said.code == 1
    assert said.out == ""
    assert said.err.startswith(f"simulations {words[0]}: ")
    assert reason in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("run", "cabinet", "--days", "-3"), "argument --days: '-3': allowed is a whole number from 1 to 100000"),
        (("run", "cabinet", "--days", "0"), "argument --days: '0'"),
        (("run", "cabinet", "--seed", "-1"), "argument --seed: '-1'"),
        (("run", "cabinet", "--jobs", "many"), "argument --jobs: 'many'"),
        (("run", "cabinet", "--kpi", "repair_tme"), "'repair_tme' is no figure; did you mean repair_time"),
        (("run", "cabinet", "--until-precision", "fine"), "'fine': allowed is a share above 0 and below 100%"),
        (("compare", "counter", "cabinet", "--delta", "0"), "'0': allowed is a number above 0"),
        (("run", "cabinet", "--set", "robots.count"), "'robots.count': write KEY=VALUE, such as robots.count=1"),
        (("dance",), "invalid choice: 'dance'"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2(line: Line, words: tuple[str, ...], reason: str) -> None:
    said = line(*words)
    assert said.code == 2
    assert reason in said.err
    assert "Traceback" not in said.err


def test_results_that_are_there_are_refused_before_any_day_is_played(line: Line) -> None:
    Path("out").mkdir()
    said = line("run", "cabinet", "--days", "8", "--out", "out", play=day_that_fails)
    assert said.code == 1
    assert "out: is there already" in said.err
    assert list(Path("out").iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused_before_any_day_is_played(line: Line) -> None:
    Path("file").write_text("")
    said = line("run", "cabinet", "--days", "8", "--out", "file/out", play=day_that_fails)
    assert said.code == 1
    assert "file is no directory" in said.err


def test_a_mistake_of_the_program_names_the_day_and_writes_nothing(line: Line) -> None:
    said = line("run", "cabinet", "--days", "12", "--out", "out", play=day_that_fails)
    assert said.code == 1
    assert "Day 6 of cabinet with seed 1 could not be played: AssertionError" in said.err
    assert not Path("out").exists()


def test_force_replaces_results(line: Line) -> None:
    assert line("run", "cabinet", "--days", "4", "--out", "out").code == 0
    assert line("run", "cabinet", "--days", "8", "--out", "out").code == 1
    assert line("run", "cabinet", "--days", "8", "--out", "out", "--force").code == 0
    assert json.loads(Path("out/result.json").read_text())["days"] == 8
