"""Results are there whole, or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulations.experiments.results import DAYS, RESULT, Place, ResultsError


def test_results_get_their_name_when_they_are_whole(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    place = Place(out, replaces=False)
    assert not out.exists()
    place.write({RESULT: "{}\n", DAYS: "day\n"})
    assert {path.name: path.read_text() for path in out.iterdir()} == {RESULT: "{}\n", DAYS: "day\n"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_what_is_there_already_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"is there already; give another, or --force"):
        Place(tmp_path, replaces=False)


def test_force_replaces_results_and_leaves_nothing_of_the_old(tmp_path: Path) -> None:
    out = tmp_path / "out"
    Place(out, replaces=False).write({RESULT: "old", DAYS: "old"})
    Place(out, replaces=True).write({RESULT: "new"})
    assert {path.name: path.read_text() for path in out.iterdir()} == {RESULT: "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_force_does_not_delete_what_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("three years")
    with pytest.raises(ResultsError, match="holds other things than results"):
        Place(tmp_path, replaces=True)
    assert (tmp_path / "thesis.tex").read_text() == "three years"


def test_a_place_that_cannot_be_written_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match=r"--out .*/file/out: cannot be written \(.*/file is no directory\)"):
        Place(tmp_path / "file" / "out", replaces=False)


def test_results_that_came_meanwhile_from_elsewhere_are_not_touched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ours, theirs = Place(out, replaces=False), Place(out, replaces=False)
    theirs.write({RESULT: "theirs"})
    with pytest.raises(ResultsError, match="is there already"):
        ours.write({RESULT: "ours"})
    assert (out / RESULT).read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_writer_left_looks_like_nothing_and_is_taken_away(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f".out.{dead.pid}.part"
    left.mkdir()
    (left / RESULT).write_text("{")
    living = tmp_path / f".out.{os.getppid()}.part"
    living.mkdir()
    Place(tmp_path / "out", replaces=False).write({RESULT: "{}"})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([living.name, "out"])


def test_a_write_that_fails_leaves_the_old_results_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    Place(out, replaces=False).write({RESULT: "old"})
    place = Place(out, replaces=True)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResultsError, match="No space left on device"):
        place.write({RESULT: "new"})
    assert (out / RESULT).read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
