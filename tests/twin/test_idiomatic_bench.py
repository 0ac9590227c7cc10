"""The bench of the twin: its watch adds up, and each piece of it works on a short day."""

from functools import partial

import pytest
import simpy

from benchmarks.bench_twin import REST, lap, memory, play_idiomatic, play_twin, race, rooms_of, where_the_time_goes
from benchmarks.stopwatch import Act, Stopwatch, hooked
from shopfloor.core.floor import Floor
from simulations.twin.day import Day
from tests.shop.day_book import plan

half_an_hour = partial(play_twin, "cabinet", hours=0.5)


class Clock:
    """It goes only when it is pushed."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_room_stands_still_while_it_calls_into_another():
    clock = Clock()
    watch = Stopwatch("rest", clock)

    def takes(seconds: float) -> None:
        clock.at += seconds

    inner = watch.around("inner", takes)

    def outer_work() -> None:
        takes(1)
        inner(10)
        takes(2)

    takes(100)
    watch.around("outer", outer_work)()
    watch.stop()
    assert watch.seconds == {"rest": 100, "outer": 3, "inner": 10}
    assert watch.calls == {"outer": 1, "inner": 1}


def test_what_passes_while_the_watch_is_stopped_is_in_no_room():
    clock = Clock()
    watch = Stopwatch("rest", clock)
    clock.at = 1
    watch.stop()
    clock.at = 50
    watch.go_on()
    clock.at = 52
    watch.stop()
    assert watch.seconds == {"rest": 3}


def test_a_room_is_left_also_when_the_work_in_it_breaks():
    clock = Clock()
    watch = Stopwatch("rest", clock)

    def breaks() -> None:
        clock.at += 1
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        watch.around("room", breaks)()
    clock.at += 5
    watch.stop()
    assert watch.seconds == {"rest": 5, "room": 1}


def test_a_watched_process_waits_answers_and_is_interrupted_as_before():
    env, watch, story = simpy.Environment(), Stopwatch("rest"), []

    def sleeper() -> Act[str]:
        story.append((yield env.timeout(1, "woken")))
        try:
            yield env.timeout(100)
        except simpy.Interrupt as interrupt:
            story.append(interrupt.cause)
        return "done"

    def alarm(process: simpy.Process) -> Act[None]:
        yield env.timeout(5)
        process.interrupt("enough")

    process = env.process(watch.through("people", sleeper()))
    env.process(alarm(process))
    assert env.run(process) == "done"
    assert story == ["woken", "enough"]
    assert env.now == 5
    assert watch.calls["people"] == 3


def test_a_hook_is_taken_off_also_after_an_error():
    before = Floor.handle
    with pytest.raises(KeyError), hooked(Floor, "handle", None):
        raise KeyError
    assert Floor.handle is before


def test_a_lap_has_at_least_one_day():
    one = lap(partial(play_idiomatic, "counter"), 0, 0)
    assert one.days == 1
    assert one.customers > 30
    assert one.seconds > 0


def test_both_shops_take_their_turns_and_are_set_in_relation():
    figures = race("counter", 1, 0, 0, 0.5)
    assert figures["twin"] > 0
    assert figures["idiomatic"] > 0
    assert figures["twin_over_idiomatic"] > 0


def test_the_shares_of_all_rooms_add_up_to_the_day():
    told = where_the_time_goes(half_an_hour, 0)
    shares = told["shares"]
    assert set(shares) == {"Floor.handle", "devices", "people", "draws", "opening", REST}
    assert sum(shares.values()) == pytest.approx(1, abs=0.001)
    assert min(shares.values()) > 0


def test_watching_does_not_change_the_day():
    plain, watched = Day(plan(3, 0.5)), Day(plan(3, 0.5))
    plain.play()
    with rooms_of(Stopwatch(REST)):
        watched.play()
    assert watched.floor.digest() == plain.floor.digest()
    assert watched.visits == plain.visits


def test_memory_is_read_at_its_marks_and_at_the_end():
    assert list(memory(half_an_hour, 60, (1, 2))) == ["day_1_mb", "day_2_mb"]
    assert list(memory(half_an_hour, 0, (5,))) == ["day_1_mb"]
