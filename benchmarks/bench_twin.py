"""The twin's shop-days a second on one core and on all, beside the hand-written SimPy shop in the same run.

Both take turns, round by round, so that a busy machine is busy for both: believe the ratio, not the rates. The twin
plays the shipped floor with its invariants, all device clients and all people; the hand-written idiomatic_shop.py
is the same to its customers and knows none of these. Then where the twin's time goes, by timers around the rooms, and
whether its memory grows with the days.
"""

import gc
import json
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import fmean, median
from typing import Final, TypeAlias

import simpy
from joblib import Parallel, cpu_count, delayed
from joblib.externals.loky import get_reusable_executor
from msgspec import Struct

import simulations.twin.day as twin_day
from benchmarks.idiomatic_shop import CABINET, COUNTER
from benchmarks.idiomatic_shop import Shop as ByHand
from benchmarks.idiomatic_shop import play as play_by_hand
from benchmarks.stopwatch import Act, Stopwatch, hooked
from devices.client import Client
from devices.robot import RobotClient
from shopfloor.core.floor import Floor
from simulations.demand import visits
from simulations.experiments.days import play
from simulations.scenarios.scenario import load
from simulations.twin.day import Day

PlayDay: TypeAlias = Callable[[int], int]
"""Plays the day of this number; how many customers came."""

SEED: Final = 1
ROUNDS: Final = 2
TWIN_S: Final = 3.0
BY_HAND_S: Final = 0.5
WATCHED_S: Final = 3.0
MEMORY_S: Final = 15.0
MEMORY_AT: Final = (2, 20, 100, 300)
"""Days after which the memory is read, as far as they are reached in time."""
STATM: Final = Path("/proc/self/statm")
"""Where Linux says how much memory this process has; elsewhere it is not measured."""
DAYS_APART: Final = 10_000
"""Between the first days of two workers: nobody plays what another has played."""

REST: Final = "stage and clock"


SHOPS: Final[dict[str, tuple[str, ByHand]]] = {
    "counter": ("reference-counter", COUNTER),
    "cabinet": ("reference-cabinet", CABINET),
}
"""The same shop twice: the twin's scenario, and the hand-written one."""


def play_twin(shop: str, day: int, hours: float = 10) -> int:
    """The one place that knows how a twin's day is played."""
    scenario = load(SHOPS[shop][0]).replaced({"opening.hours": hours})
    return play(scenario, SEED, day).sums["tickets"]


def play_idiomatic(shop: str, day: int) -> int:
    """The same shop as a good SimPy programmer would write it."""
    return len(play_by_hand(SHOPS[shop][1], SEED, day).desk)


def run() -> dict[str, object]:
    """All figures; about a minute."""
    cores = cpu_count()
    try:
        return {
            "days_per_s": {
                shop: {
                    "one_core": race(shop, 1, TWIN_S, BY_HAND_S),
                    f"all_{cores}_cores": race(shop, cores, TWIN_S, BY_HAND_S),
                }
                for shop in SHOPS
            },
            "where_the_time_goes": {shop: where_the_time_goes(partial(play_twin, shop), WATCHED_S) for shop in SHOPS},
            "memory": _in_a_process_of_its_own(MEMORY_S),
        }
    finally:
        get_reusable_executor().shutdown(wait=True)


# ── days a second ───────────────────────────────────────────────────────────────────────────────


class Lap(Struct, frozen=True):
    """What one worker played in its turn."""

    days: int
    customers: int
    seconds: float


def lap(play: PlayDay, first: int, seconds: float) -> Lap:
    """Days, one after the other, until the time is up; at least one."""
    began, customers, days = time.perf_counter(), 0, 0
    while not days or time.perf_counter() - began < seconds:
        customers += play(first + days)
        days += 1
    return Lap(days, customers, time.perf_counter() - began)


def race(shop: str, cores: int, twin_s: float, by_hand_s: float, hours: float = 10) -> dict[str, float]:
    """Rounds of both, in turns, on so many cores; medians of the rounds, and of their ratios."""
    twin, by_hand = [], []
    with Parallel(cores) as workers:
        for number in range(ROUNDS):
            by_hand.append(_turn(workers, cores, partial(play_idiomatic, shop), number, by_hand_s))
            twin.append(_turn(workers, cores, partial(play_twin, shop, hours=hours), number, twin_s))
    return {
        "twin": round(median(rate for rate, _ in twin), 3),
        "idiomatic": round(median(rate for rate, _ in by_hand), 1),
        "twin_over_idiomatic": round(median(t[0] / h[0] for t, h in zip(twin, by_hand, strict=True)), 5),
        "twin_customers_a_day": round(fmean(customers for _, customers in twin), 1),
        "idiomatic_customers_a_day": round(fmean(customers for _, customers in by_hand), 1),
    }


def _turn(workers: Parallel, cores: int, play: PlayDay, number: int, seconds: float) -> tuple[float, float]:
    """Days a second of all workers together, and customers a day."""
    starts = [(number * cores + worker) * DAYS_APART for worker in range(cores)]
    laps: list[Lap] = workers(delayed(lap)(play, first, seconds) for first in starts)
    days = sum(each.days for each in laps)
    return sum(each.days / each.seconds for each in laps), sum(each.customers for each in laps) / days


# ── where the time goes ─────────────────────────────────────────────────────────────────────────


def where_the_time_goes(play: PlayDay, seconds: float) -> dict[str, object]:
    """Shares of a twin's day by room; each day is also played unwatched, to tell what the watch costs."""
    watch, plain, watched = Stopwatch(REST), 0.0, 0.0
    days, until = 0, time.perf_counter() + seconds
    while not days or time.perf_counter() < until:
        plain += lap(play, days, 0).seconds
        watch.go_on()
        with rooms_of(watch):
            watched += lap(play, days, 0).seconds
        watch.stop()
        days += 1
    total = sum(watch.seconds.values())
    return {
        "days": days,
        "shares": {room: round(spent / total, 4) for room, spent in sorted(watch.seconds.items())},
        "calls_a_day": {room: round(calls / days) for room, calls in sorted(watch.calls.items())},
        "us_a_call": {room: round(watch.seconds[room] / calls * 1e6, 1) for room, calls in sorted(watch.calls.items())},
        "watched_over_plain": round(watched / plain, 2),
    }


@contextmanager
def rooms_of(watch: Stopwatch) -> Iterator[None]:
    """Floor, devices, people and draws, each in a room of its own. People look at screens in their own time."""

    def process(env: simpy.Environment, act: Act[object]) -> simpy.Process:
        return simpy.Process(env, watch.through("people", act))

    with ExitStack() as hooks:
        hooks.enter_context(hooked(Floor, "handle", watch.around("Floor.handle", Floor.handle)))
        hooks.enter_context(hooked(Client, "handle", watch.around("devices", Client.handle)))
        hooks.enter_context(hooked(RobotClient, "handle", watch.around("devices", RobotClient.handle)))
        hooks.enter_context(hooked(simpy.Environment, "process", process))
        hooks.enter_context(hooked(twin_day, "visits", watch.around("draws", visits)))
        hooks.enter_context(hooked(Day, "__init__", watch.around("opening", Day.__init__)))
        yield


# ── memory ──────────────────────────────────────────────────────────────────────────────────────


def memory(play: PlayDay, seconds: float, marks: Sequence[int] = MEMORY_AT) -> dict[str, float]:
    """Resident MB of this process after so many days, garbage collected; the last entry is how far it came."""
    until, days, read = time.perf_counter() + seconds, 0, {}
    while days < marks[-1] and (not days or time.perf_counter() < until):
        play(days)
        days += 1
        if days in marks:
            read[f"day_{days}_mb"] = _resident_mb()
    read[f"day_{days}_mb"] = _resident_mb()
    return read


def _in_a_process_of_its_own(seconds: float) -> dict[str, float]:
    """Where no earlier measurement has left anything."""
    if not STATM.exists():
        return {}
    get_reusable_executor().shutdown(wait=True)
    read: list[dict[str, float]] = Parallel(2)([delayed(memory)(partial(play_twin, "cabinet"), seconds)])
    return read[0]


def _resident_mb() -> float:
    gc.collect()
    pages = int(STATM.read_text().split()[1])
    return round(pages * resource.getpagesize() / 1e6, 1)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
