"""Days are played, good ones and bad ones: whatever the floor says in them, every reader understands."""

import re

import pytest

from shopfloor.contract import facts as f
from shopfloor.contract.commands import AlertHandheld, Command, OpenByHand, RefuseInput
from shopfloor.contract.facts import Fact
from shopfloor.service.replay import replay_all
from shopfloor.web.catalogues import TRANSLATED
from shopfloor.web.sentences import Sentences
from simulations.scenarios.plans import plan_of
from simulations.scenarios.scenario import load
from simulations.storm.bad_day import Played, played
from simulations.storm.plan import bad_day
from simulations.twin.day import Day

SPOKEN: dict[type, str] = {
    AlertHandheld: "words",
    OpenByHand: "reason",
    RefuseInput: "reason",
    f.EventRefused: "reason",
    f.CommandWasRefused: "reason",
    f.AlarmRaised: "words",
    f.ModeChanged: "why",
    f.CabinetChanged: "why",
    f.CountListed: "why",
    f.PickMissed: "why",
    f.ReturnOpened: "reason",
    f.PartRefused: "reason",
    f.RobotBecame: "why",
    f.RobotFailed: "why",
    f.JobFailed: "why",
    f.JobRetried: "why",
    f.JobCancelled: "why",
    f.JobUndelivered: "why",
    f.RepairHeld: "reason",
    f.RepairClosed: "reason",
    f.PromiseChanged: "why",
    f.NoticeMissed: "reason",
}
"""What screens show of commands and facts that the floor, or a device of ours, has put into words."""

ENGLISH = re.compile(r"\b[a-z]{3,} [a-z]{2,}\b")
"""Two small words in a row: no name and no number."""


def spoken(outs: list[Command | Fact]) -> list[str]:
    return [getattr(out, SPOKEN[type(out)]) for out in outs if type(out) in SPOKEN]


def not_said(sentences: list[str]) -> dict[str, str]:
    """What stays English in Chinese, or has English in it: sentence → how it was said."""
    left: dict[str, str] = {}
    for language in TRANSLATED:
        reader = Sentences(language)
        said = {english: reader.say(english) for english in dict.fromkeys(sentences)}
        left |= {english: words for english, words in said.items() if ENGLISH.search(words)}
        assert reader.missed == sum(" " in english and words == english for english, words in said.items())
    return left


@pytest.mark.parametrize("scenario", ["cabinet", "counter"])
def test_all_that_is_said_on_a_played_day_is_understood(scenario):
    heard: list[str] = []
    day = Day(plan_of(load(scenario), 1, 0), lambda _now, _message, outs: heard.extend(spoken(outs)))
    day.play()
    assert len(dict.fromkeys(heard)) > 40
    assert not_said(heard) == {}


@pytest.mark.parametrize("seed", [4, 104])
def test_all_that_is_said_on_a_bad_day_is_understood(seed):
    heard: list[str] = []

    def look(day: Played) -> None:
        replay_all(
            day.shop.office.disk.url,
            lambda entry, outs: heard.extend([*spoken(outs), entry.reason if entry.outcome != "accepted" else ""]),
        )

    assert played(bad_day(seed, 10), look).broken == ()
    assert len(dict.fromkeys(heard)) > 40
    assert not_said(heard) == {}


def test_a_day_in_which_something_unknown_is_said_is_found_out():
    assert not_said(["R1 is QC; nobody works on it.", "R1 is QC, and the moon is full."]) == {
        "R1 is QC, and the moon is full.": "R1 is QC, and the moon is full."
    }
