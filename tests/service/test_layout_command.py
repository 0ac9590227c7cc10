"""``shopfloor layout check`` and ``draw``, as a planner runs them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shopfloor.__main__ import main
from shopfloor.contract.linter import inspect
from shopfloor.service.layout_picture import picture
from shopfloor.service.layout_places import marked
from shopfloor.service.layouts import layout_source

SAMPLE = layout_source("sample")
PNG = b"\x89PNG\r\n"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The sample shop with one lane missing, one bay too shallow, and a lane over a node."""
    lif = json.loads(SAMPLE.lif)
    sheet = lif["layouts"][0]
    sheet["edges"] = [edge for edge in sheet["edges"] if edge["edgeId"] != "s6:bay-desk-2"]
    sheet["edges"].append({**sheet["edges"][0], "edgeId": "over", "endNodeId": "s3"})
    next(row for row in sheet["nodes"] if row["nodeId"] == "bay-desk-3")["nodePosition"]["y"] = 4.4
    (tmp_path / "mine.lif.json").write_text(json.dumps(lif), encoding="utf-8")
    (tmp_path / "mine.toml").write_text(SAMPLE.side, encoding="utf-8")
    return tmp_path / "mine.lif.json"


def test_a_sound_layout_is_told_with_what_it_has_and_the_exit_code_is_0(capsys):
    assert main(["layout", "check", "sample"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("sample.lif.json with sample.toml: no findings\n")
    assert re.search(r"nodes +37 on the map hall", told)
    assert re.search(r"lanes +39, 17 of them both ways \(56 edges\): 55.6 m", told)
    assert re.search(r"stations +17: 8 desks, 2 cabinet ports, receiving, 4 parks, 2 docks", told)
    assert re.search(r"fits +4 robots: each has a park of its own", told)


def test_every_finding_is_told_with_a_number_and_what_to_do_and_the_exit_code_is_1(broken, capsys):
    assert main(["layout", "check", str(broken)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("mine.lif.json with mine.toml: 3 faults, 2 warnings\n")
    assert (
        "  1  fault   station 'desk-2'\n"
        "             robot 'r1' cannot drive there from 'park-1'\n"
        "             mend: add the missing edges\n"
    ) in told
    assert "  4  warning edge 'over'\n             it passes over node 's2'" in told
    assert "\x1b" not in told, "plain in a pipe"


def test_a_lif_file_alone_is_looked_over_as_far_as_it_goes(broken, capsys):
    broken.with_name("mine.toml").unlink()
    assert main(["layout", "check", str(broken)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("mine.lif.json alone: 1 fault, 1 warning\n")
    assert "node 'bay-desk-2'\n             no edge leads to it for vehicle type 'demo.carrier'" in told
    assert "unknown without a side file" in told


def test_another_side_file_may_be_given(broken, tmp_path, capsys):
    other = tmp_path / "other.toml"
    other.write_text(SAMPLE.side.replace("lane_width_m = 1.2", "lane_width_m = 0.6"), encoding="utf-8")
    assert main(["layout", "check", "sample", "--side", str(other)]) == 1
    assert "it is 0.6 m wide" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "There is no file"), (b"\xff\xfe\x00", "mine.lif.json: it is not text in UTF-8; save it as UTF-8")],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(content, told, tmp_path, capsys):
    file = tmp_path / "mine.lif.json"
    if content is not None:
        file.write_bytes(content)
    assert main(["layout", "check", str(file)]) == 1
    assert told in capsys.readouterr().err


def test_the_mark_that_some_editors_put_in_front_is_no_fault(tmp_path, capsys):
    file = tmp_path / "mine.lif.json"
    file.write_bytes(b"\xef\xbb\xbf" + SAMPLE.lif.encode())
    assert main(["layout", "check", str(file)]) == 0
    assert "no findings" in capsys.readouterr().out


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────


def words_of(svg: Path) -> list[str]:
    return [re.sub(r"&apos;|&#39;", "'", word) for word in re.findall(r"<text[^>]*>([^<]+)</text>", svg.read_text())]


@pytest.mark.parametrize("name", ["sample", "aisle"])
def test_a_picture_shows_every_station_by_its_business_name(name, tmp_path, capsys):
    into = tmp_path / "plan.svg"
    assert main(["layout", "draw", name, "-o", str(into)]) == 0
    assert capsys.readouterr().out == f"{into}: no findings\n"
    words = words_of(into)
    assert {f"desk-{number}" for number in range(1, 9)} <= set(words)
    assert {"park-1", "park-4", "dock-1", "dock-2", "receiving", "inlet", "outlet", "parts room"} <= set(words)


def test_findings_are_numbered_in_the_picture_as_check_numbers_them(broken, tmp_path):
    into = tmp_path / "plan.svg"
    assert main(["layout", "draw", str(broken), "--into", str(into)]) == 0
    words = words_of(into)
    assert "3 faults, 2 warnings" in words
    for number in range(1, 6):
        assert words.count(str(number)) == 2, "beside its element, and in the list"
    assert "station 'desk-2': robot 'r1' cannot drive there from 'park-1'; add the missing edges" in words


def test_the_same_layout_gives_the_same_picture(tmp_path):
    for name in ("one.svg", "two.svg"):
        assert main(["layout", "draw", "aisle", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_picture_may_be_a_png(tmp_path):
    into = tmp_path / "plan.png"
    assert main(["layout", "draw", "sample", "-o", str(into)]) == 0
    assert into.read_bytes().startswith(PNG)


def test_without_a_name_the_picture_is_called_like_the_layout(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["layout", "draw", "aisle"]) == 0
    assert (tmp_path / "aisle.svg").is_file()


def test_another_kind_of_picture_is_refused(tmp_path, capsys):
    assert main(["layout", "draw", "aisle", "-o", str(tmp_path / "plan.pdf")]) == 1
    assert "pictures are written as SVG or PNG; name a file .svg or .png" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lif", "side"),
    [
        ("<lif/>", None),
        ("{}", SAMPLE.side),
        (SAMPLE.lif.replace('"x": 13.0', '"x": "13"', 2), SAMPLE.side),
        (SAMPLE.lif, "[store"),
        (SAMPLE.lif.replace('"edgeId": "s1:s2"', '"edgeId": "s2:s3"'), None),
    ],
)
def test_a_broken_layout_is_drawn_as_far_as_it_can_be_read(lif, side):
    found = inspect(lif, side)
    assert found.faults
    figure = picture(found, "broken $ name")
    figure.draw_without_rendering()
    assert [mark.number for mark in marked(found)] == list(range(1, len(found.flaws) + 1))


def test_what_is_nowhere_on_the_floor_is_only_in_the_list():
    found = inspect(SAMPLE.lif, SAMPLE.side.replace('station = "desk-5"', 'station = "desk-55"'))
    places = {mark.flaw.element: mark.at for mark in marked(found)}
    assert places["desk 'd5'"] is None
    narrow = inspect(SAMPLE.lif, SAMPLE.side.replace("lane_width_m = 1.2", "lane_width_m = 0.6"))
    assert all(mark.line is not None for mark in marked(narrow))


def test_only_a_picture_needs_matplotlib():
    """The coordinator starts without it."""
    assert "matplotlib" not in _imported_by("shopfloor.__main__")
    assert "matplotlib" in _imported_by("shopfloor.service.layout_picture")


def _imported_by(module: str) -> str:

    program = f"import sys, {module}; print(*sorted(sys.modules))"
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    ).stdout
