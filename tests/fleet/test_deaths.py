"""Robots die at random moments: noticed at once, their jobs moved or told within 5 s, no unit lost or doubled."""

import pytest

from tests.fleet.deaths import live, table_of

SEEDS = 30


@pytest.mark.parametrize("seeds", [range(at, at + 10) for at in range(0, SEEDS, 10)], ids=str)
def test_g7_a_death_is_noticed_its_jobs_go_on_and_the_ledger_is_exact(seeds: range) -> None:
    deaths = [live(seed) for seed in seeds]
    assert not any(death.faults for death in deaths), table_of(deaths)
    assert any(death.jobs for death in deaths), "a robot that has nothing to lose proves nothing"
