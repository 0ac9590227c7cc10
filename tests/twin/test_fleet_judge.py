"""The judge of a fleet sees what is to be seen: gaps, robots that stand for ever, and nothing that is not there."""

from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.fleet.assumed import ASSUMED
from simulations.fleet.drive import STARVED_AFTER_MS, Drive, Driven
from simulations.fleet.judge import Judge, Path, least_m
from simulations.fleet.planned import Planned
from simulations.fleet.played import fleet_layout
from simulations.fleet.rules import NextNodeOnly, Rule
from simulations.fleet.trips import Trips
from simulations.streams import Streams
from tests.twin.fleet_rules import AsIfAlone, OneIsForgotten, OutOfTurn

METRES = st.floats(-20, 20)
SPEED = st.floats(-0.002, 0.002)
TRIPS = 30


def driven(
    rule: type[NextNodeOnly | Planned], robots: int, seed: int, trips: int = TRIPS, name: str = "aisle"
) -> Driven:
    layout, streams = fleet_layout(name, robots), Streams(seed)
    drives: Rule = rule(layout, layout.robots)
    return Drive(layout, drives, Trips(layout, layout.robots, trips, streams, ASSUMED), streams, ASSUMED).driven()


# ── distances ───────────────────────────────────────────────────────────────────────────────────


@given(st.tuples(METRES, METRES), st.tuples(METRES, METRES), st.tuples(SPEED, SPEED), st.tuples(SPEED, SPEED))
def test_g4_the_least_distance_is_never_more_than_any_that_is_looked_at(one, other, fast, slow):
    first, second = Path(0, one, fast), Path(0, other, slow)
    least = least_m(first, second, 1_000, 9_000)
    spots = [(first.at(now), second.at(now)) for now in range(1_000, 9_001, 50)]
    seen = [hypot(x1 - x2, y1 - y2) for (x1, y1), (x2, y2) in spots]
    steps = [abs(before - after) for before, after in pairwise(seen)]
    assert min(seen) - max(steps) - 1e-9 <= least <= min(seen) + 1e-9


def test_g4_two_that_pass_head_on_between_two_looks_were_at_one_spot():
    judge = Judge([("r1", (0.0, 0.0)), ("r2", (10.0, 0.0))], 0)
    judge.sees("r1", (0.0, 0.0), (10.0, 0.0), 10_000, 0)
    judge.sees("r2", (10.0, 0.0), (0.0, 0.0), 10_000, 0)
    judge.ends(10_000)
    assert judge.closest is not None
    assert judge.closest.metres == 0.0


def test_g4_who_drives_by_one_that_stands_is_seen_where_it_is_closest():
    judge = Judge([("r1", (0.0, 0.0)), ("r2", (4.0, 0.9))], 0)
    judge.sees("r1", (0.0, 0.0), (10.0, 0.0), 10_000, 0)
    judge.ends(10_000)
    assert judge.closest is not None
    assert (judge.closest.metres, judge.closest.robots) == (0.9, ("r1", "r2"))


# ── bad rules ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("robots", [2, 3, 4])
@pytest.mark.parametrize("seed", range(5))
def test_g4_claims_on_the_next_node_only_stop_for_ever_in_a_single_lane(robots: int, seed: int):
    found = driven(NextNodeOnly, robots, seed)
    assert "nothing moves any more" in found.stuck
    assert found.closest is not None
    assert found.closest.metres >= 0.8, "they stand, but they did not touch"


def test_g4_robots_that_drive_as_if_alone_never_stop_and_are_seen_to_touch():
    found = driven(AsIfAlone, 2, 0)
    assert not found.stuck
    assert found.closest is not None
    assert found.closest.metres < 0.1


def test_g4_plans_that_are_driven_out_of_turn_are_seen_to_come_too_close():
    found = driven(OutOfTurn, 2, 0)
    assert found.closest is not None
    assert found.closest.metres < 0.8


def test_g4_a_robot_that_is_forgotten_counts_as_stuck_however_well_the_others_do():
    found = driven(OneIsForgotten, 2, 0, trips=1_000)
    assert f"one stop not reached for {STARVED_AFTER_MS // 60_000} min" in found.stuck
    assert "r2 at bay-park-2, wants bay-cabinet-outlet" in found.stuck
    assert found.moves > 100


# ── the floor's own rule ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("layout", ["aisle", "sample"])
@pytest.mark.parametrize("robots", [2, 3, 4])
def test_g4_the_floors_planner_neither_stops_nor_comes_too_close(layout: str, robots: int):
    for seed in range(2):
        found = driven(Planned, robots, seed, name=layout)
        assert not found.stuck
        assert found.closest is not None
        assert found.closest.metres >= 0.8


def test_g4_one_robot_is_nobodys_neighbour():
    found = driven(Planned, 1, 0)
    assert (found.closest, found.stuck) == (None, "")
