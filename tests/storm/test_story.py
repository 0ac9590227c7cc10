"""A shop that was spoilt on purpose is found out: the line that shows it again, the smallest day, and its story."""

import re

import pytest

from shopfloor.service.coordinator import Coordinator
from simulations.commands.line import obey
from simulations.faults import Faults
from simulations.storm.bad_day import Played, played
from simulations.storm.plan import bad_day
from simulations.storm.story import BROKEN, FAULT, LAST, story

CLOCK = re.compile(r"^\d\d:\d\d:\d\d  \S")


def told(strengths: dict[str, float], broken: str = "", last: int = LAST) -> list[str]:
    lines: list[str] = []

    def look(day: Played) -> None:
        lines.extend(story(day, broken, last))

    played(bad_day(3, 2, Faults(strengths)), look)
    return lines


# ── the story ───────────────────────────────────────────────────────────────────────────────────


def test_it_tells_who_said_what_and_what_followed_with_the_time() -> None:
    lines = told({}, last=1_000)
    assert all(CLOCK.match(line) for line in lines)
    taken = next(line for line in lines if "says: ticket taken" in line)
    assert re.search(r"queue/\S+ says: ticket taken \(.*\) → ticket issued \(ticket T1, number \S+", taken)
    assert not any(FAULT in line for line in lines[:-1] if "everything is mended" not in line)


def test_it_ends_with_what_is_broken_and_is_no_longer_than_asked() -> None:
    lines = told({}, "I21: nobody is named", last=5)
    assert len(lines) == 6
    assert lines[-1].endswith(f"{BROKEN} I21: nobody is named")


def test_what_was_done_to_the_shop_stands_where_it_was_done() -> None:
    lines = told({"core.killed": 3.0, "broker.wiped": 1.0, "device.reboot": 3.0}, last=1_000)
    done = [line for line in lines if FAULT in line]
    assert any("the coordinator dies: " in line for line in done)
    assert any("the coordinator is up, " in line for line in done)
    assert any("the broker is killed and forgets" in line for line in done)
    assert any("loses its power: " in line for line in done)
    assert lines.index(done[0]) > 0, "the day had begun"


def test_when_something_is_named_only_what_is_about_it_is_told() -> None:
    about = [line for line in told({}, "I21: R1 is stuck", last=1_000) if BROKEN not in line and FAULT not in line]
    assert len(about) > 10
    assert all("R1" in line for line in about)
    of_another = told({}, "I21: R is stuck", last=1_000)
    assert len(of_another) > len(about), "R1 is another one"


# ── from the campaign to the story ──────────────────────────────────────────────────────────────


def test_a_shop_that_forgets_what_it_has_heard_is_found_shrunk_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Coordinator, "_answer_again", lambda *_: False)
    assert obey(["storm", "--first", "1", "--seeds", "2", "--tickets", "4", "--jobs", "1"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("2 of 2 seeds break a promise: Repeated.")
    assert "Seed 1: Repeated: " in said.err, "told at once, above the bar"
    assert "  again: python -m simulations storm --seed 1 --tickets 4\n" in said.out
    shrunk = re.search(r"shrunk: python -m simulations (storm --seed 1 --tickets 1 --only \S+.*)\n", said.out)
    assert shrunk, said.out
    assert len(shrunk[1].split("--only ")[1].split()[0].split(",")) <= 2
    assert f"{BROKEN} Repeated: " in said.out
    assert FAULT in said.out

    assert obey(shrunk[1].split()) == 1, "that very line shows it again"
    again = capsys.readouterr().out
    assert "Seed 1:\n  Repeated: " in again
    monkeypatch.undo()
    assert obey(shrunk[1].split()) == 0, "and a sound shop does not"
