"""A small share of the random order lives; ``python -m tests.fleet.order_lives`` plays as many as one likes."""

import pytest

from tests.fleet.order_lives import FLEETS, Sum, play

LOOKED_AT = {"M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11", "M12", "M14", "M16", "M18", "M19", "M22"}
LOOKED_AT |= {"M24", "M25", "V2", "V3", "V4", "V5", "V10", "V13", "V14", "V15", "V16", "V17", "V18", "V20", "V22"}
SEEDS = (0, 1, 2, 3)
"""One for each fleet: 2.0, 2.1, 3.0, and all three mixed on one lane."""


@pytest.mark.parametrize("seed", SEEDS)
def test_g1_g11_whatever_a_day_brings_no_point_is_broken_and_every_job_ends(seed):
    tale = play(seed, hours=0.25)
    assert not tale.faults, "\n".join(map(str, tale.faults[:3]))
    assert set(tale.orders) <= set(FLEETS[seed % len(FLEETS)])
    assert tale.orders.total() > 5
    assert set(tale.looked_at) >= LOOKED_AT


def test_g11_in_the_mixed_fleet_every_version_has_orders():
    tale = play(SEEDS[-1], hours=0.25)
    assert len(tale.orders) > 1


def test_the_same_seed_is_the_same_day():
    one, again = play(5, hours=0.1), play(5, hours=0.1)
    assert (one.messages, one.looked_at, one.jobs) == (again.messages, again.looked_at, again.jobs)


def test_days_are_added_up_and_told():
    total = Sum()
    total.add(1, play(1, hours=0.05))
    lines = list(total.lines(1.0))
    assert lines[-1] == "0 faults"
    assert any("points: " in line for line in lines)
