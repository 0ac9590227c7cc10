"""Doors, stations, engineers and benches: each by hand, without a stage."""

from random import Random
from statistics import fmean

import pytest

from shopfloor.contract.actor import MINUTE, TimePassed
from simulations.oracles.found import Backlog, Crowd, Nobody
from simulations.oracles.laws import Constant, Exponential, Gamma, LogNormal
from simulations.oracles.stations import Bench, BothDone, Came, Door, Engineer, GaveUp, Served, Station, by_line

WAKE = TimePassed()


def came(number: int, work_ms: int = 10, **more) -> Came:
    return Came(id=number, work_ms=work_ms, **more)


def played_out(station: Station) -> list[Served | GaveUp]:
    """Woken at each deadline until nobody is left."""
    gone = []
    while station.deadline is not None:
        gone += station.handle(WAKE, station.deadline)
    return gone


def test_a_door_lets_in_everybody_of_the_same_moment_at_once():
    first, second, third = came(1), came(2), came(3)
    door = Door([(5, first), (5, second), (9, third)])
    assert door.deadline == 5
    assert door.handle(WAKE, 5) == [first, second]
    assert door.deadline == 9
    assert door.handle(WAKE, 9) == [third]
    assert door.deadline is None


def test_the_first_to_come_is_served_first():
    station = Station(1)
    for number in (1, 2, 3):
        assert station.handle(came(number), 0) == []
    assert [(one.id, one.began, one.left) for one in played_out(station)] == [(1, 0, 10), (2, 10, 20), (3, 20, 30)]


def test_two_servers_serve_two_at_a_time():
    station = Station(2)
    for number in (1, 2, 3):
        station.handle(came(number), 0)
    assert [(one.id, one.began) for one in played_out(station)] == [(1, 0), (2, 0), (3, 10)]


def test_who_comes_in_the_moment_in_which_another_leaves_does_not_wait():
    station = Station(1)
    station.handle(came(1), 0)
    assert [one.id for one in station.handle(came(2), 10)] == [1]
    assert played_out(station) == [Served(id=2, line=0, came=10, began=10, left=20)]


def test_line_1_goes_before_line_2_but_interrupts_nobody():
    station = Station(1, by_line)
    for number, line in ((1, 2), (2, 2), (3, 1)):
        station.handle(came(number, line=line), 0)
    assert [(one.id, one.left) for one in played_out(station)] == [(1, 10), (3, 20), (2, 30)]


def test_who_has_waited_long_enough_gives_up_and_is_not_served():
    station = Station(1)
    station.handle(came(1), 0)
    station.handle(came(2, patience_ms=4), 0)
    station.handle(came(3), 0)
    assert played_out(station) == [
        GaveUp(id=2, came=0, left=4),
        Served(id=1, line=0, came=0, began=0, left=10),
        Served(id=3, line=0, came=0, began=10, left=20),
    ]


def test_who_is_called_in_time_does_not_give_up():
    station = Station(1)
    station.handle(came(1), 0)
    station.handle(came(2, patience_ms=10), 0)
    assert [type(one) for one in played_out(station)] == [Served, Served]


def test_an_engineer_comes_to_the_clerk_stands_there_and_works_on():
    engineer = Engineer(3, iter([(5, 2), (7, 1), (50, 1)]), until=20)
    assert engineer.deadline == 5
    assert engineer.handle(WAKE, 5) == [came(3, 2)]
    assert engineer.deadline is None
    assert engineer.handle(Served(id=3, line=0, came=5, began=5, left=8), 8) == []
    assert engineer.deadline == 15
    assert engineer.handle(WAKE, 15) == [came(3, 1)]
    assert engineer.handle(Served(id=3, line=0, came=15, began=15, left=16), 16) == []
    assert engineer.deadline is None, "50 later is after the end"


def test_the_repair_begins_when_both_the_phone_and_the_part_are_there():
    bench, done = Bench(), Served(id=1, line=0, came=0, began=0, left=4)
    assert bench.handle(done, 4) == []
    assert bench.handle(done, 9) == [BothDone(id=1, at=9)]


# ── laws, and what the opening finds ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("law", [Exponential(10), LogNormal(10, 0.5), LogNormal(10, 1.5), Gamma(10, 2), Constant(10)])
def test_a_law_draws_what_it_says(law):
    chance = Random(1)
    drawn = [law.draw(chance) / MINUTE for _ in range(100_000)]
    assert fmean(drawn) == pytest.approx(law.mean, rel=0.02)
    assert fmean(minutes**2 for minutes in drawn) == pytest.approx(law.mean_square, rel=0.1)


def test_what_is_left_of_work_in_progress_is_longer_where_work_varies_more():
    """The inspection paradox: E[S²]/2E[S], not half the mean."""
    for law in (LogNormal(10, 0.5), LogNormal(10, 1.5)):
        chance = Random(2)
        left = fmean(law.left_over(chance) for _ in range(200_000)) / MINUTE
        assert left == pytest.approx(law.mean_square / law.mean / 2, rel=0.04)


def test_the_opening_finds_nobody_a_crowd_or_a_backlog():
    chance = Random(3)
    assert Nobody().works(chance) == []
    assert len(Crowd((0.0, 0.0, 1.0), Constant(4)).works(chance)) == 2
    backlog = Backlog(0.8, LogNormal(10, 0.5))
    found = [sum(backlog.works(chance)) for _ in range(20_000)]
    assert found.count(0) / len(found) == pytest.approx(0.2, abs=0.01)
    assert fmean(found) / MINUTE == pytest.approx(0.8 / 0.2 * 12.5 / 2, rel=0.03)
