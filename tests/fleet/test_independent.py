"""Robots of another maker, written by others after the standard, carry the parts of a whole shop."""

from pathlib import Path

import pytest

from tests.fleet.independent import driven

pytestmark = pytest.mark.processes


def test_g2_robots_that_we_did_not_write_deliver_and_refuse_nothing(tmp_path: Path) -> None:
    """More of it: ``python -m tests.fleet.independent --deliveries 200``."""
    days = driven(4, tmp_path)
    assert sum(day.delivered for day in days) >= 4, days
    for day in days:
        assert day.refused == {}
        assert day.hung == 0
        assert day.closed
        assert day.orders >= 10
