"""Seeds that once broke a promise, each with its story."""

import pytest

from simulations.storm.bad_day import played
from simulations.storm.plan import bad_day


@pytest.mark.parametrize("seed", [445, 1868])
def test_a_manager_who_is_told_that_a_locker_holds_another_phone_takes_the_next_one(seed: int) -> None:
    """They scanned the phone into the same one for ever, and the day was never closed (I21)."""
    assert played(bad_day(seed)).broken == ()
