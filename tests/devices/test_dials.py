"""Dials, agendas, the shop's clock and a device's memory on disk."""

import time
from random import Random

import pytest

from devices.agenda import Agenda
from devices.cabinet import Cabinet
from devices.cabinet_memory import CabinetMemory
from devices.cabinet_simulation import CabinetDials, SimulatedCabinet
from devices.dials import BadDial, Span, happenings, set_up, turned
from devices.keeping import Kept, MemoryFile, UnreadableMemory
from shopfloor.contract import commands as c
from shopfloor.contract.actor import TimePassed
from shopfloor.mqtt.clock import ShopClock
from tests.devices.held import MORNING


def test_dials_are_turned_as_a_person_types_them():
    dials = set_up(CabinetDials, {"jam": "0.1", "dead_after": "60000", "pick": "500/900/1600", "slow": "2"})
    assert (dials.jam, dials.dead_after, dials.pick, dials.slow) == (0.1, 60_000, Span(500, 900, 1600), 2.0)
    assert turned(dials, "dead_after", "none").dead_after is None


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("jamm", "0.1", "There are: pick, slow, jam"),
        ("jam", "2", "jam=2"),
        ("jam", "often", "jam=often"),
        ("slow", "0", "slow=0"),
        ("pick", "900", "least/likely/longest"),
        ("pick", "a/b/c", "pick=a/b/c"),
    ],
)
def test_a_dial_that_cannot_be_turned_so_says_what_can(name, text, what):
    with pytest.raises(BadDial, match=what):
        turned(CabinetDials(), name, text)


def test_a_chance_of_one_always_strikes_and_of_nought_never():
    assert happenings(Random(1), always=1.0, never=0.0) == ["always"]


def test_turning_one_dial_draws_no_other_numbers():
    one, other = Random(1), Random(1)
    happenings(one, jam=0.0, rejects=1.0)
    happenings(other, jam=1.0, rejects=0.0)
    assert one.random() == other.random()


def test_a_span_stays_within_its_ends_and_is_stretched_by_its_factor():
    drawn = [Span(500, 900, 1600).draw(Random(seed), 2.0) for seed in range(200)]
    assert 1000 <= min(drawn) < 1200
    assert 2800 < max(drawn) <= 3200


def test_an_agenda_gives_what_is_due_in_order_and_keeps_the_rest():
    agenda = Agenda()
    for at, thing in ((30, "late"), (10, "first"), (10, "second"), (99, "later")):
        agenda.note(at, thing)
    agenda.cross_out(lambda thing: thing == "later")
    assert agenda.deadline == 10
    assert agenda.take(30) == ["first", "second", "late"]
    assert agenda.deadline is None


def test_the_shops_clock_runs_as_fast_as_the_demo_wants():
    clock = ShopClock(MORNING, time.time() - 1.5, 60.0)
    assert MORNING + 90_000 <= clock() < MORNING + 150_000
    assert 0.9 < clock.wall_s(clock() + 60_000) <= 1.0
    assert clock.wall_s(MORNING) == 0


def test_a_clock_that_stands_still_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        ShopClock(speed=0)


# ── memory on disk ──


def test_what_a_device_remembers_is_on_disk_before_it_speaks(tmp_path):
    file = MemoryFile(tmp_path / "deep" / "cabinet-c1.json", CabinetMemory)
    memory = file.read()
    assert not file.exists
    body = SimulatedCabinet(CabinetDials(), Random(1), memory.truth, MORNING)
    kept = Kept(Cabinet("cabinet/c1", body, memory, MORNING), memory, file)
    kept.handle(c.PickUnit(id="C1", to="cabinet/c1", unit="BAT#1", sku="BAT", bin="c1.1"), MORNING)
    found = MemoryFile(tmp_path / "deep" / "cabinet-c1.json", CabinetMemory).read()
    assert found == memory
    assert found.at_work.id == "C1"
    assert found.truth.bins["c1.1"].units == ["BAT#1"]


def test_what_has_not_changed_is_not_written_again(tmp_path):
    path = tmp_path / "memory.json"
    file = MemoryFile(path, CabinetMemory)
    memory = CabinetMemory()
    file.write(memory)
    path.unlink()
    file.write(memory)
    assert not path.exists()
    memory.truth.outlet.append("BAT#1")
    file.write(memory)
    assert path.exists()


def test_a_memory_that_cannot_be_read_is_never_begun_anew(tmp_path):
    path = tmp_path / "memory.json"
    path.write_text('{"truth": ')
    with pytest.raises(UnreadableMemory, match="move it away"):
        MemoryFile(path, CabinetMemory).read()
    assert path.read_text() == '{"truth": '


def test_a_kept_device_asks_to_be_woken_like_the_device_itself(tmp_path):
    memory = CabinetMemory()
    client = Cabinet("cabinet/c1", SimulatedCabinet(CabinetDials(), Random(1), memory.truth, MORNING), memory, MORNING)
    kept = Kept(client, memory, MemoryFile(tmp_path / "memory.json", CabinetMemory))
    assert kept.deadline == MORNING
    assert kept.handle(TimePassed(), MORNING)
    assert kept.deadline is None
