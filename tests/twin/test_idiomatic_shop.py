"""The hand-written reference shop: it stands alone, meets its anchors, and each of its parts does what it says."""

from statistics import fmean

import pytest
from msgspec.structs import replace

from benchmarks.idiomatic_anchors import ANCHORS, CELLS, SAVING, SHOPS, Figures, figures, saving
from benchmarks.idiomatic_shop import CABINET, COUNTER, Played, Shift, Shop, customers, play

DAYS = 40
SEED = 11
HANDS = 46.8
"""Minutes of the five steps together."""


def days_of(shop: Shop, count: int = DAYS) -> list[Played]:
    return [play(shop, SEED, day) for day in range(count)]


@pytest.fixture(scope="module")
def counter() -> list[Played]:
    return days_of(COUNTER)


@pytest.fixture(scope="module")
def cabinet() -> list[Played]:
    return days_of(CABINET)


def found(name: str, days: list[Played]) -> Figures:
    return figures(SHOPS[name], days)


def test_the_same_seed_gives_the_same_day():
    assert play(CABINET, SEED, 3) == play(CABINET, SEED, 3)


def test_another_day_or_seed_gives_another_day():
    day = play(CABINET, SEED, 3)
    assert day != play(CABINET, SEED, 4)
    assert day != play(CABINET, SEED + 1, 3)


def test_the_same_customers_come_to_both_shops():
    assert customers(COUNTER, SEED, 0) == customers(CABINET, SEED, 0)


def test_everybody_who_comes_is_served_to_the_end():
    shift = Shift(COUNTER, SEED, 0)
    played = shift.play()
    assert len(played.desk) == len(played.queue) == len(shift.comers)
    assert min(played.queue) >= 0


@pytest.mark.parametrize("name", ["counter", "cabinet"])
def test_the_anchors_are_met_as_well_as_forty_days_can(name: str, request: pytest.FixtureRequest):
    got, anchor = found(name, request.getfixturevalue(name)), ANCHORS[name]
    assert got.desk == pytest.approx(anchor.desk, abs=1.5)
    assert got.desk_p90 == pytest.approx(anchor.desk_p90, abs=2.5)
    assert got.parts == pytest.approx(anchor.parts, rel=0.12)
    assert got.lead == pytest.approx(anchor.lead, rel=0.12)
    assert got.clerk_busy == pytest.approx(anchor.clerk_busy, rel=0.12)
    assert got.engineers_busy == pytest.approx(anchor.engineers_busy, rel=0.12)
    assert got.robots_busy == pytest.approx(anchor.robots_busy, abs=0.01)
    assert got.lines_per_staff_hour == pytest.approx(anchor.lines_per_staff_hour, rel=0.12)
    assert 0.4 * anchor.queue < got.queue < 2 * anchor.queue
    assert got.turnaround == pytest.approx(got.desk + got.queue)


def test_the_cabinet_saves_as_much_as_the_anchors_say(counter: list[Played], cabinet: list[Played]):
    gain, half = saving(counter, cabinet)
    assert 0 < half < 1
    assert gain == pytest.approx(SAVING, abs=3 * half)


def test_a_shop_saves_nothing_against_itself(counter: list[Played]):
    assert saving(counter, counter) == (0, 0)


def test_without_parts_there_are_only_hands():
    days = days_of(replace(COUNTER, p_parts=0), count=20)
    assert fmean(minutes for day in days for minutes in day.desk) == pytest.approx(HANDS, abs=1)
    assert max(abs(minutes) for day in days for minutes in day.parts) < 1e-9
    assert not any(day.leads for day in days)


def test_the_clerks_other_work_keeps_engineers_waiting(counter: list[Played]):
    alone = figures(COUNTER, days_of(replace(COUNTER, background=0)))
    assert found("counter", counter).parts - alone.parts > 1.5


def test_the_clerk_does_all_the_work_of_a_service_day_after_closing_if_need_be():
    busy = SHOPS["counter, service day"]
    assert figures(busy, days_of(busy, count=20)).clerk_busy > 0.95


def test_each_switch_helps_and_together_they_help_less_than_their_sum():
    base = days_of(CELLS["none"], count=20)
    gain = {name: saving(base, days_of(shop, count=20))[0] for name, shop in CELLS.items()}
    assert min(gain["S"], gain["P"], gain["C"]) > 2
    assert max(gain["S"], gain["P"]) < gain["S+P"] < gain["S"] + gain["P"]
    assert gain["C"] < gain["C+P"] < gain["C"] + gain["P"]
    assert gain["C+P"] < gain["C+P+S+E"]
