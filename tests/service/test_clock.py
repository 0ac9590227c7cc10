"""The shop's clock: the wall's at the start, and nobody can set it afterwards."""

import pytest

from shopfloor.mqtt.clock import ShopClock


class Walls:
    """A wall clock that people set, and a count of seconds that nobody can."""

    def __init__(self) -> None:
        self.shows = 1_000_000.0
        self.passed = 50.0

    def pass_(self, seconds: float) -> None:
        self.shows += seconds
        self.passed += seconds

    def clock(self, **how: float) -> ShopClock:
        return ShopClock(wall=lambda: self.shows, tick=lambda: self.passed, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("step_s", [3_600.0, -3_600.0, 86_400.0])
def test_f35_f36_a_wall_clock_that_is_set_makes_nothing_due_and_stops_no_wait(step_s: float) -> None:
    walls = Walls()
    clock = walls.clock()
    began = clock()
    walls.shows += step_s
    walls.pass_(10)
    assert clock() == began + 10_000
    assert clock.wall_s(began + 12_000) == pytest.approx(2.0)


def test_after_a_restart_with_the_clock_set_back_time_goes_on_from_the_last_entry() -> None:
    walls = Walls()
    last_entry = walls.clock()()
    walls.shows -= 3_600
    clock = walls.clock()
    clock.not_before(last_entry)
    assert clock() == last_entry
    walls.pass_(5)
    assert clock() == last_entry + 5_000


def test_a_clock_that_is_right_is_left_alone() -> None:
    walls = Walls()
    clock = walls.clock()
    walls.pass_(60)
    clock.not_before(1_000_000_000)
    assert clock() == 1_000_060_000


def test_the_processes_of_a_fast_demo_agree() -> None:
    walls = Walls()
    first = walls.clock(origin=0, zero=walls.shows, speed=60.0)
    walls.pass_(3)
    second = walls.clock(origin=0, zero=1_000_000.0, speed=60.0)
    assert first() == second() == 180_000
    with pytest.raises(ValueError, match="speed"):
        walls.clock(speed=0.0)
