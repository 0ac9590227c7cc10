"""A device that is to lose its power in the middle of a round comes back after it did, whenever that was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulations.faults import CALM
from simulations.storm.bad_day import Played
from simulations.storm.plan import bad_day

MINUTE = 60_000


@pytest.fixture
def calm(tmp_path: Path) -> Iterator[Played]:
    day = Played(bad_day(4, tickets=2, faults=CALM), tmp_path)
    yield day
    day.shop.office.give_up()


def test_it_is_off_from_then_on_not_from_when_somebody_wished_it(calm: Played) -> None:
    queue, stage = calm.shop.appliances["queue/q1"], calm.shop.stage
    went: list[tuple[int, str]] = []
    calm.shop.diary.listeners.append(
        lambda note: went.append((note.at, note.kind)) if note.about == "queue/q1" else None
    )
    stage.after(MINUTE, lambda: queue.switch_off_at("written", 5_000))
    calm.verdict()
    (off_at, off), (on_at, on) = went
    assert (off, on) == ("off", "on")
    assert off_at > calm.day.plan.opens + MINUTE
    assert on_at == off_at + 5_000
    assert queue.is_on


def test_whoever_is_spared_stays_on(calm: Played) -> None:
    queue, stage = calm.shop.appliances["queue/q1"], calm.shop.stage
    stage.after(MINUTE, lambda: queue.switch_off_at("written", 5_000))
    stage.after(MINUTE + 1, queue.spare)
    calm.verdict()
    assert queue.boots == 1


def test_healing_spares_all_of_them(calm: Played) -> None:
    calm.shop.open()
    queue = calm.shop.appliances["queue/q1"]
    queue.switch_off_at("handled", 5_000)
    calm.mischief.heal()
    calm.shop.env.run(until=calm.shop.env.now + MINUTE)
    assert queue.boots == 1
