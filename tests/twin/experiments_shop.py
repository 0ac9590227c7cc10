"""A shop so small that its days cost nothing: its numbers come from (scenario, seed, day) and look like real ones.

Its customers are the same in every scenario; ``work.scale`` and the cabinet decide how long they take.
"""

import hashlib
import os
import signal
import time
from pathlib import Path
from random import Random

from simulations.experiments.diary import SUMS
from simulations.experiments.result import BINS, MS_A_MIN, DayResult
from simulations.scenarios.scenario import Scenario

SLOTS = 42


def day_of_a_small_shop(scenario: Scenario, seed: int, day: int) -> DayResult:
    """Forty customers or so, some minutes each."""
    chance = Random(f"{seed}:{day}")
    people = [chance.lognormvariate(3.6, 0.4) for _ in range(chance.randint(30, 50))]
    longer = scenario.work.scale * (1.0 if scenario.switches.cabinet else 1.2)
    took = [round(minutes * longer * MS_A_MIN) for minutes in people]
    desk = [0] * BINS
    for ms in took:
        desk[min(ms // MS_A_MIN, BINS - 1)] += 1
    sums = dict.fromkeys(SUMS, 0) | {
        "desk_ms": sum(took),
        "tat_ms": sum(took) + chance.randint(0, 5 * MS_A_MIN),
        "repairs": len(took),
        "handed_over": len(took),
        "tickets": len(took) + 2,
        "gave_up": chance.randint(0, 2),
        "overtime_ms": chance.randint(0, 30 * MS_A_MIN),
    }
    return DayResult(
        scenario=scenario.hash(),
        seed=seed,
        day=day,
        digest=hashlib.sha256(repr((took, scenario.hash())).encode()).hexdigest(),
        sums=sums,
        histograms={"desk": desk},
        curves={"queue": [ms % 900_000 for ms in took[:SLOTS]]},
        lanes={"W1-W2": len(took), "W2-W3": day},
        ways={"D1": day},
    )


def slow_day(scenario: Scenario, seed: int, day: int) -> DayResult:
    """The same, as slowly as a real one."""
    time.sleep(0.05)
    return day_of_a_small_shop(scenario, seed, day)


def day_that_comes_late(scenario: Scenario, seed: int, day: int) -> DayResult:
    """The first days take longest: blocks come in another order than they were asked for."""
    time.sleep(0.05 if day < 8 else 0)
    return day_of_a_small_shop(scenario, seed, day)


def day_with_a_lost_worker(scenario: Scenario, seed: int, day: int) -> DayResult:
    """On day 9 the worker is killed, once: ``scenario.title`` names a file that remembers it."""
    mark = Path(scenario.title)
    if day == 9 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return day_of_a_small_shop(scenario, seed, day)


def day_that_fails(scenario: Scenario, seed: int, day: int) -> DayResult:
    """A mistake of the program, on day 6."""
    assert day != 6, "two units in one hand"
    return day_of_a_small_shop(scenario, seed, day)
