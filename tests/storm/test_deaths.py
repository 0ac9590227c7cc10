"""Deaths of the coordinator in the storm: what is left on the disk, and that it comes up again."""

from pathlib import Path
from random import Random

import pytest

from shopfloor.service.entries import NO_OUTPUTS, NewEntry
from shopfloor.service.journal import Journal
from shopfloor.service.seams import SEAMS, SeamName
from simulations.faults import CALM
from simulations.storm.appliance import Appliance
from simulations.storm.bad_day import Played
from simulations.storm.disk import Disk, Tail
from simulations.storm.plan import bad_day

STORE, RELEASE = "sz1", "1.0"
TAILS: tuple[Tail, ...] = ("whole", "cut", "garbled", "gone")


class Loaded(Random):
    """Chance that falls on one tail, and then in the middle."""

    def __init__(self, tail: Tail) -> None:
        super().__init__()
        self._falls = [(TAILS.index(tail) + 0.5) / len(TAILS)]

    def random(self) -> float:
        return self._falls.pop() if self._falls else 0.5


def entry(at: int) -> NewEntry:
    return NewEntry(at=at, kind="TimePassed", body=b"x" * 500, outcome="accepted", digest=NO_OUTPUTS)


@pytest.mark.parametrize("tail", TAILS)
def test_f02_of_what_was_not_synced_all_or_nothing_survives_and_what_was_synced_always(
    tail: Tail, tmp_path: Path
) -> None:
    disk = Disk(tmp_path, Loaded(tail))
    Journal.create(disk.url, STORE, b"{}", RELEASE, 0).close()
    journal = Journal.open(disk.url, STORE, RELEASE)
    journal.append([entry(1), entry(2)])
    disk.about_to_sync()
    journal.append([entry(3), entry(4)])
    assert disk.crash_unsynced() == tail
    journal.close()
    again = Journal.open(disk.url, STORE, RELEASE)
    assert again.head.n == (5 if tail == "whole" else 3)
    again.append([entry(5)])
    again.close()


def test_a_crash_leaves_the_files_as_they_are_and_the_dead_hand_writes_elsewhere(tmp_path: Path) -> None:
    disk = Disk(tmp_path, Random(1))
    Journal.create(disk.url, STORE, b"{}", RELEASE, 0).close()
    journal = Journal.open(disk.url, STORE, RELEASE)
    journal.append([entry(1)])
    disk.crash()
    journal.append([entry(2)])
    journal.close()
    again = Journal.open(disk.url, STORE, RELEASE)
    assert again.head.n == 2
    again.close()


@pytest.fixture
def calm(tmp_path: Path) -> Played:
    """Three customers and nothing that goes wrong; the test adds what does."""
    return Played(bad_day(2, tickets=3, faults=CALM), tmp_path)


@pytest.mark.parametrize("seam", SEAMS)
def test_f01_to_f07_killed_at_any_seam_it_comes_up_again_and_the_day_ends_well(seam: SeamName, calm: Played) -> None:
    office = calm.shop.office

    def kill() -> None:
        if seam == "replaying":
            office.kill()
        office.kill_at(seam, tears=False)
        if seam == "checkpointing":
            office.stop()

    calm.shop.stage.after(10 * 60_000, kill)
    verdict = calm.verdict()
    assert verdict.broken == ()
    assert office.deaths == ({"idle": 1, seam: 1} if seam == "replaying" else {seam: 1})
    assert verdict.tickets >= 3


def test_f02_torn_while_it_writes_the_day_ends_well(calm: Played) -> None:
    office = calm.shop.office
    for minute in (5, 10, 15, 20):
        calm.shop.stage.after(minute * 60_000, lambda: office.kill_at("written", tears=True))
    assert calm.verdict().broken == ()
    assert office.deaths["torn"] == 4


def test_whoever_is_spared_lives(calm: Played) -> None:
    office = calm.shop.office
    calm.shop.stage.after(60_000, lambda: office.kill_at("checkpointing", tears=False))
    calm.shop.stage.after(120_000, office.spare)
    assert calm.verdict().broken == ()
    assert not office.deaths


@pytest.mark.parametrize("where", ["handled", "written", "told"])
def test_f40_a_device_killed_in_the_middle_of_a_round_knows_what_it_must_not_do_again(where: str, calm: Played) -> None:
    cabinet = calm.shop.appliances["cabinet/c1"]
    assert isinstance(cabinet, Appliance)
    for minute in (8, 12, 16):
        calm.shop.stage.after(minute * 60_000, lambda: cabinet.switch_off_at(where))  # type: ignore[arg-type]
        calm.shop.stage.after(minute * 60_000 + 90_000, cabinet.switch_on)
    assert calm.verdict().broken == ()
    assert cabinet.boots > 1
