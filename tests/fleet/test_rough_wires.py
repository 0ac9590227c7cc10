"""Lost, repeated and late messages, and a coordinator that dies: every job is done, and nothing is ordered twice."""

import pytest

from tests.fleet.rough_wires import live, table_of

SEEDS = 6


@pytest.mark.parametrize("seed", range(SEEDS))
def test_g10_over_wires_that_lose_repeat_and_delay_every_job_is_done(seed: int) -> None:
    day = live(seed)
    assert not day.faults, table_of([day])


@pytest.mark.parametrize("seed", range(SEEDS))
def test_g8_a_coordinator_that_dies_orders_nothing_twice_and_knows_every_robot_soon(seed: int) -> None:
    day = live(seed, deadly=True)
    assert not day.faults, table_of([day])
    assert day.deaths
