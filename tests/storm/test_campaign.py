"""Many bad days: nothing that goes wrong in one of them is lost, and whoever stops it keeps what was found."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec import Struct

import simulations.storm.campaign as campaign_room
from simulations.commands.line import obey
from simulations.storm.bad_day import Verdict
from simulations.storm.campaign import Asked, Found, campaign, judged, promise_of
from simulations.storm.plan import TICKETS, BadDay

DEADLINE_S = 60.0


def fine(day: BadDay) -> Verdict:
    return Verdict(seed=day.seed, tickets=len(day.comers), broken=(), digest=f"digest of {day.seed}")


def told(seeds: range, play: object = fine) -> Found:
    assert callable(play)
    found = Found(asked=Asked(tickets=10))
    campaign(found, seeds, play=play)
    return found


# ── verdicts together ───────────────────────────────────────────────────────────────────────────


def test_all_seeds_are_played_once_and_told_as_they_come() -> None:
    heard: list[int] = []
    found = Found(asked=Asked(tickets=10))
    campaign(found, range(5, 14), lambda verdict: heard.append(verdict.seed), fine)
    assert heard == list(range(5, 14))
    assert (found.tickets, found.is_clean) == (90, True)


def test_the_digest_of_all_does_not_depend_on_who_was_first() -> None:
    forth, back = told(range(6)), Found(asked=Asked(tickets=10))
    for seed in (3, 5, 0, 4, 1, 2):
        back.enter(forth.verdicts[seed])
    assert back.digest == forth.digest
    assert told(range(1, 7)).digest != forth.digest


def test_a_day_of_too_few_tickets_says_too_little() -> None:
    def quiet(day: BadDay) -> Verdict:
        return Verdict(seed=day.seed, tickets=9 if day.seed == 2 else 10, broken=(), digest="d")

    assert told(range(4), quiet).too_few_tickets == [2]
    assert not told(range(4), quiet).is_clean
    assert told(range(2), quiet).is_clean


def test_a_promise_is_what_stands_before_the_colon() -> None:
    def stuck(day: BadDay) -> Verdict:
        broken = ("I21: R3 is stuck", "I21: R4 is stuck", "I07: money") if day.seed % 2 else ()
        return Verdict(seed=day.seed, tickets=10, broken=broken, digest="d")

    assert told(range(4), stuck).promises == {"I07": [1, 3], "I21": [1, 3]}
    assert promise_of("I22/P9: asked 97 times: in vain") == "I22/P9"


# ── what goes wrong in our own program ──────────────────────────────────────────────────────────


def test_a_mistake_of_our_own_is_a_failure_of_its_seed_with_its_place() -> None:
    def clumsy(day: BadDay) -> Verdict:
        if day.seed == 2:
            raise TypeError("a customer is no phone")
        return fine(day)

    (failure,) = told(range(4), clumsy).failures
    assert failure.seed == 2
    assert failure.broken == ("TypeError in test_campaign.py, clumsy: a customer is no phone",)


def test_also_what_is_no_exception_of_the_usual_kind() -> None:
    class Killed(BaseException):
        pass

    def dead(_day: BadDay) -> Verdict:
        raise Killed("nobody caught it")

    assert judged(Asked(), 1, dead).broken[0].startswith("Killed in test_campaign.py")


def test_a_day_that_never_ends_is_told_and_the_next_one_is_played() -> None:
    def forever(day: BadDay) -> Verdict:
        while day.seed == 1:
            try:
                time.monotonic()
            except Exception:  # noqa: BLE001 - as stubborn as a coordinator in quarantine
                continue
        return fine(day)

    assert judged(Asked(), 1, forever, wall_s=0.2).broken == ("overrun: the day was not over after 0 s",)
    assert judged(Asked(), 2, forever, wall_s=0.2).broken == ()


def test_somebody_elses_alarm_clock_still_rings() -> None:
    rung: list[int] = []
    handler = signal.signal(signal.SIGALRM, lambda number, _frame: rung.append(number))
    before_s, _ = signal.setitimer(signal.ITIMER_REAL, 30.0)
    try:
        judged(Asked(), 1, fine)
        left_s, _ = signal.getitimer(signal.ITIMER_REAL)
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.setitimer(signal.ITIMER_REAL, before_s)
        signal.signal(signal.SIGALRM, handler)
    assert 20 < left_s <= 30
    assert rung == [signal.SIGALRM]


def test_ctrl_c_keeps_what_was_found() -> None:
    def interrupted(day: BadDay) -> Verdict:
        if day.seed == 9:
            raise KeyboardInterrupt
        return fine(day)

    found = Found(asked=Asked(tickets=10))
    with pytest.raises(KeyboardInterrupt):
        campaign(found, range(20), play=interrupted)
    assert sorted(found.verdicts) == list(range(8)), "whole blocks"
    assert found.wall_s > 0


class Murderous(Struct, frozen=True):
    """Kills the worker that plays seed 3, as often as there are lives in this folder."""

    lives: Path

    def __call__(self, day: BadDay) -> Verdict:
        left = sorted(self.lives.iterdir())
        if day.seed == 3 and left:
            left[0].unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return fine(day)


def killed(times: int, folder: Path) -> Found:
    for life in range(times):
        (folder / f"{life}").touch()
    found = Found(asked=Asked(tickets=10), jobs=2)
    campaign(found, range(8), play=Murderous(folder))
    return found


def test_the_days_of_a_worker_that_was_killed_are_played_again(tmp_path: Path) -> None:
    found = killed(1, tmp_path)
    assert sorted(found.verdicts) == list(range(8))
    assert found.is_clean


def test_a_day_that_kills_every_worker_is_told_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_room, "LOST_WORKERS_MAX", 1)
    found = killed(9, tmp_path)
    assert sorted(found.verdicts) == list(range(8))
    assert [words for failure in found.failures if failure.seed == 3 for words in failure.broken] == [
        "worker lost: killed, or out of memory, again and again"
    ]


# ── the line that plays a day again ─────────────────────────────────────────────────────────────


def test_the_line_says_only_what_is_not_usual() -> None:
    assert Asked().line(4711) == "python -m simulations storm --seed 4711"
    asked = Asked(tickets=2, only=("core.killed", "net.repeat"), healed_min=20)
    line = "python -m simulations storm --seed 4711 --tickets 2 --only core.killed,net.repeat --heal-after 20"
    assert asked.line(4711) == line
    assert Asked(only=()).line(1) == "python -m simulations storm --seed 1 --calm"


def test_what_is_asked_is_what_is_played() -> None:
    seed = next(seed for seed in range(50) if "net.loss" in Asked().day(seed).faults.names)
    day = Asked(tickets=2, only=("network",), healed_min=20).day(seed)
    assert len(day.comers) == 2
    assert "net.loss" in day.faults.names
    assert all(name.startswith("net.") for name in day.faults.names)
    assert day.healed_at - day.plan.opens == 20 * 60_000
    assert Asked(only=()).day(seed).faults.names == ()
    assert len(Asked().day(seed).comers) == TICKETS >= 10


# ── the command line ────────────────────────────────────────────────────────────────────────────


def words(text: str) -> int:
    try:
        return obey(text.split())
    except SystemExit as ended:
        return int(ended.code or 0)


def test_clean_days_end_with_0_and_a_summary(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "storm.json"
    assert words(f"storm --seeds 2 --tickets 1 --calm --jobs 1 --json {file}") == 0
    out = capsys.readouterr().out
    assert out.startswith("2 seeds, 2 tickets: no promise broken, nothing stuck.")
    assert "Not reached in 2 seeds (demanded from 1000 seeds with all faults on):" in out
    kept = json.loads(file.read_text())
    assert (kept["seeds"], kept["clean"], kept["tickets"]) == (2, True, 2)
    assert f"Digest of all days: {kept['digest']}" in out


def test_one_seed_with_its_whole_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert words("storm --seed 3 --tickets 1 --calm --trace") == 0
    out = capsys.readouterr().out
    assert "→ ticket issued (ticket T1" in out
    assert "day ended" in out
    assert "Seed 3: 1 ticket, no promise broken. Digest " in out


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "storm --only rain,net.loss",
            "no such fault: rain; there are the groups network, broker, coordinator, devices",
        ),
        ("storm --only ,", "no such fault: ','"),
        ("storm --only network --calm", "not allowed with argument"),
        ("storm --seed 3 --seeds 4", "not allowed with argument"),
        ("storm --seeds 0", "allowed is a whole number from 1"),
        ("storm --heal-after 41", "allowed is a whole number from 1 to 40"),
    ],
)
def test_bad_words_end_with_2_and_say_what_there_is(text: str, answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words(text) == 2
    assert answer in capsys.readouterr().err


def test_ctrl_c_ends_with_130_and_says_how_far_it_came() -> None:
    command = [sys.executable, "-m", "simulations", "storm", "--seeds", "5000", "--tickets", "1", "--jobs", "2"]
    storm = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + DEADLINE_S
        while len(children_of(storm.pid)) < 3 and storm.poll() is None:  # two workers, and who keeps their resources
            assert time.monotonic() < until
            os.sched_yield()
        children = children_of(storm.pid)
        storm.send_signal(signal.SIGINT)
        out, err = storm.communicate(timeout=DEADLINE_S)
    finally:
        storm.kill()
    assert storm.returncode == 130
    assert "of 5000 seeds" in err
    assert "Digest of all days" in out
    assert not [child for child in children if Path(f"/proc/{child}/cmdline").exists() and is_ours(child)]


def children_of(process: int) -> list[int]:
    file = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in file.read_text().split()] if file.exists() else []


def is_ours(process: int) -> bool:
    return "loky" in Path(f"/proc/{process}/cmdline").read_text()
