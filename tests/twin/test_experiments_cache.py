"""Days that were played before are not played again, unless anything is different that could change them."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from simulations.experiments import cache as caches
from simulations.experiments.cache import Cache, key, usual_place
from simulations.experiments.progress import DaysBar
from simulations.experiments.replications import Replications
from simulations.scenarios.scenario import Scenario, load
from tests.twin.experiments_shop import day_of_a_small_shop, day_that_fails

CABINET = load("cabinet")


def silent_bar() -> DaysBar:
    return DaysBar(Console(file=io.StringIO()))


def played(cache: Cache, days: int = 8, scenario: Scenario = CABINET) -> tuple[str, int]:
    """The digest, and how many days were really played."""
    bar = silent_bar()
    diaries = Replications(1, bar, cache, day_of_a_small_shop).play([scenario], 7, range(days))
    return diaries[0].digest(), bar.played


def files_of(directory: Path) -> list[Path]:
    return sorted(directory.rglob("*.days"))


def test_a_second_run_plays_nothing_and_finds_the_same(tmp_path: Path) -> None:
    first, many = played(Cache(tmp_path, pytest.fail))
    again, none = played(Cache(tmp_path, pytest.fail))
    assert (many, none) == (8, 0)
    assert first == again


def test_a_run_that_failed_on_day_six_goes_on_from_its_first_block(tmp_path: Path) -> None:
    kept = Cache(tmp_path, pytest.fail)
    with pytest.raises(Exception, match="Day 6"):
        Replications(1, silent_bar(), kept, day_that_fails).play([CABINET], 7, range(12))
    bar = silent_bar()
    with pytest.raises(Exception, match="Day 6"):
        Replications(1, bar, kept, day_that_fails).play([CABINET], 7, range(12))
    assert (bar.kept, bar.played) == (4, 0)


@pytest.mark.parametrize("spoil", [b"", b"nonsense", None], ids=["empty", "nonsense", "cut short"])
def test_a_broken_file_is_ignored_with_a_sentence(tmp_path: Path, spoil: bytes | None) -> None:
    whole, _ = played(Cache(tmp_path, pytest.fail))
    broken = files_of(tmp_path)[0]
    broken.write_bytes(broken.read_bytes()[:-7] if spoil is None else spoil)
    said: list[str] = []
    again, days = played(Cache(tmp_path, said.append))
    assert days == 4
    assert again == whole
    assert said == [f"{broken} is broken; its days are played again."]
    assert played(Cache(tmp_path, pytest.fail)) == (whole, 0)


def test_a_flipped_bit_is_seen(tmp_path: Path) -> None:
    whole, _ = played(Cache(tmp_path, pytest.fail))
    for path in files_of(tmp_path):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
    said: list[str] = []
    assert played(Cache(tmp_path, said.append)) == (whole, 8)
    assert len(said) == 2


def test_another_program_never_gets_these_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played(Cache(tmp_path, pytest.fail))
    monkeypatch.setattr(caches, "program_hash", lambda: "f" * 64)
    assert played(Cache(tmp_path, pytest.fail))[1] == 8


def test_a_scenario_that_is_only_called_otherwise_gets_them_and_a_changed_one_does_not(tmp_path: Path) -> None:
    usual = CABINET.replaced({"robots.count": 2})
    played(Cache(tmp_path, pytest.fail), scenario=usual)
    renamed = usual.replaced({}, name="renamed")
    slower = usual.replaced({"robots.speed_mps": 0.9})
    assert played(Cache(tmp_path, pytest.fail), scenario=renamed)[1] == 0
    assert played(Cache(tmp_path, pytest.fail), scenario=slower)[1] == 8


def test_everything_that_decides_a_block_is_in_its_name() -> None:
    one_robot = CABINET.replaced({"robots.count": 1})
    names = [
        key("play", CABINET, 7, range(4)),
        key("other", CABINET, 7, range(4)),
        key("play", one_robot, 7, range(4)),
        key("play", CABINET, 8, range(4)),
        key("play", CABINET, 7, range(4, 8)),
        key("play", CABINET, 7, range(3)),
    ]
    assert len(dict.fromkeys(names)) == len(names)


def test_a_layout_of_ones_own_that_was_redrawn_is_another_shop(tmp_path: Path) -> None:
    side = tmp_path / "mine.toml"
    side.write_text("desks = 8\n")
    (tmp_path / "mine.lif.json").write_text("{}")
    mine = CABINET.replaced({"opening.layout": str(side)})
    before = key("play", mine, 7, range(4))
    assert key("play", mine, 7, range(4)) == before
    (tmp_path / "mine.lif.json").write_text('{"layouts": []}')
    assert key("play", mine, 7, range(4)) != before


def test_a_cache_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    said: list[str] = []
    kept = Cache(in_the_way / "days", said.append)
    assert played(kept)[1] == 8
    assert len(said) == 1
    assert "cannot be used" in said[0]
    assert "played but not kept" in said[0]


def test_only_the_last_few_programs_keep_their_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = tmp_path / "family-photos"
    foreign.mkdir()
    for number in range(caches.PROGRAMS_MAX + 3):
        name = f"{number:016x}"
        monkeypatch.setattr(caches, "program_hash", lambda name=name: name)
        played(Cache(tmp_path, pytest.fail), days=1)
    programs = [path.name for path in tmp_path.iterdir() if caches.PROGRAM.fullmatch(path.name)]
    assert len(programs) == caches.PROGRAMS_MAX
    assert foreign.exists()


def test_a_full_cache_says_so_once_and_keeps_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "BLOCKS_MAX", 1)
    said: list[str] = []
    assert played(Cache(tmp_path, said.append), days=16)[1] == 16
    assert len(files_of(tmp_path)) == 1
    assert len(said) == 1
    assert "is full" in said[0]


def test_the_usual_place_is_where_this_system_keeps_such_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.setattr(caches.sys, "platform", "linux")
    assert usual_place() == Path("/somewhere/shopfloor/days")
    monkeypatch.setattr(caches.sys, "platform", "darwin")
    assert usual_place() == Path.home() / "Library" / "Caches" / "shopfloor" / "days"
