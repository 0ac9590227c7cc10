"""Days side by side: how many hands play them leaves no trace."""

import io
import tracemalloc
from pathlib import Path

import pytest
from msgspec import structs
from rich.console import Console

from simulations.experiments.cache import Cache
from simulations.experiments.diary import Diary
from simulations.experiments.progress import DaysBar
from simulations.experiments.replications import BLOCK_DAYS, DayFailed, Replications, blocks
from simulations.scenarios.scenario import load
from tests.twin.experiments_shop import (
    day_of_a_small_shop,
    day_that_comes_late,
    day_that_fails,
    day_with_a_lost_worker,
)

COUNTER, CABINET = load("counter"), load("cabinet")


def silent_bar() -> DaysBar:
    return DaysBar(Console(file=io.StringIO()))


def told_by(bar: DaysBar) -> str:
    assert isinstance(bar.console.file, io.StringIO)
    return bar.console.file.getvalue()


@pytest.mark.parametrize("jobs", [2, 4])
def test_the_same_bytes_for_any_number_of_workers(jobs: int) -> None:
    alone = Replications(1, silent_bar(), play=day_of_a_small_shop).play([COUNTER, CABINET], 7, range(30))
    together = Replications(jobs, silent_bar(), play=day_of_a_small_shop).play([COUNTER, CABINET], 7, range(30))
    assert [diary.digest() for diary in together] == [diary.digest() for diary in alone]


def test_blocks_that_come_in_another_order_give_the_same_bytes() -> None:
    in_order = Replications(1, silent_bar(), play=day_of_a_small_shop).play([CABINET], 7, range(24))
    shuffled = Replications(4, silent_bar(), play=day_that_comes_late).play([CABINET], 7, range(24))
    assert shuffled[0].digest() == in_order[0].digest()


def test_other_days_and_other_seeds_give_other_bytes() -> None:
    replications = Replications(1, silent_bar(), play=day_of_a_small_shop)
    digests = [
        replications.play([CABINET], seed, days)[0].digest()
        for seed, days in ((7, range(8)), (8, range(8)), (7, range(8, 16)))
    ]
    assert len(dict.fromkeys(digests)) == 3


def test_a_worker_that_is_killed_half_way_costs_nothing_but_time(tmp_path: Path) -> None:
    scenario = structs.replace(CABINET, title=str(tmp_path / "was-killed"))
    bar = silent_bar()
    found = Replications(2, bar, play=day_with_a_lost_worker).play([scenario], 7, range(16))
    whole = Replications(1, silent_bar(), play=day_of_a_small_shop).play([CABINET], 7, range(16))
    assert (tmp_path / "was-killed").exists()
    assert "A worker was lost" in told_by(bar)
    assert found[0].digest() == whole[0].digest()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_day_that_fails_is_told_with_what_is_needed_to_see_it_again(jobs: int) -> None:
    with pytest.raises(DayFailed, match=r"Day 6 of cabinet with seed 7 .* AssertionError .* two units in one hand"):
        Replications(jobs, silent_bar(), play=day_that_fails).play([CABINET], 7, range(12))


def test_blocks_are_cut_by_the_experiment_and_keep_the_shops_side_by_side() -> None:
    cut = list(blocks(2, range(2, 2 + BLOCK_DAYS + 1)))
    assert [(block.shop, list(block.days)) for block in cut] == [
        (0, [2, 3, 4, 5]),
        (1, [2, 3, 4, 5]),
        (0, [6]),
        (1, [6]),
    ]


def test_days_entered_in_any_order_read_the_same_and_no_day_is_entered_twice() -> None:
    days = [day_of_a_small_shop(CABINET, 7, day) for day in range(5)]
    forth, back = Diary(CABINET, 7, range(5)), Diary(CABINET, 7, range(5))
    for one, other in zip(days, reversed(days), strict=True):
        forth.enter(one)
        back.enter(other)
    assert forth.is_whole
    assert forth.digest() == back.digest()
    with pytest.raises(AssertionError, match="entered before"):
        forth.enter(days[0])


def test_a_day_of_another_shop_is_not_entered() -> None:
    with pytest.raises(AssertionError, match="another shop"):
        Diary(CABINET, 7, range(5)).enter(day_of_a_small_shop(COUNTER, 7, 0))


def test_days_that_follow_each_other_join_to_what_they_are_together() -> None:
    replications = Replications(1, silent_bar(), play=day_of_a_small_shop)
    parts = [replications.play([CABINET], 7, days)[0] for days in (range(8), range(8, 20))]
    whole = replications.play([CABINET], 7, range(20))[0]
    assert Diary.joined(parts).digest() == whole.digest()


def test_a_day_costs_less_than_three_kilobytes_of_memory() -> None:
    """Goal 3: a program of 150 MB grows by less than 5 % from day 100 to day 2000."""

    def peak_of(days: int) -> int:
        tracemalloc.start()
        Replications(1, silent_bar(), play=day_of_a_small_shop).play([CABINET], 7, range(days))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    first = peak_of(100)
    assert (peak_of(1000) - first) / 900 < 3_000


def test_the_bar_counts_days_from_the_cache_apart_from_those_that_were_played(tmp_path: Path) -> None:
    kept = Cache(tmp_path, pytest.fail)
    Replications(1, silent_bar(), kept, day_of_a_small_shop).play([CABINET], 7, range(8))
    bar = silent_bar()
    Replications(1, bar, kept, day_of_a_small_shop).play([CABINET], 7, range(20))
    assert (bar.kept, bar.played) == (8, 12)


def test_the_bar_says_how_many_days_are_done_on_a_terminal_and_nothing_elsewhere() -> None:
    terminal = DaysBar(Console(file=io.StringIO(), force_terminal=True, width=100))
    for bar in (terminal, silent := silent_bar()):
        with bar:
            Replications(1, bar, play=day_of_a_small_shop).play([CABINET], 7, range(20))
    assert "20 of 20 days" in told_by(terminal)
    assert "days/s" in told_by(terminal)
    assert told_by(silent) == ""
