"""What all seeds together say: figures with their intervals, against the bars that were set before. ``--report`` is
this, field by field."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct, structs

from shopfloor.contract.actor import HOUR, SECOND
from simulations.experiments.figures import told
from simulations.experiments.finding import Estimate
from simulations.fleet.assumed import Assumed
from simulations.fleet.campaign import ALONE, Found
from simulations.fleet.played import fleet_layout
from simulations.fleet.results import Asked, Carried, Seen
from simulations.fleet.stopwatch import Thought, together
from simulations.reports.words import NOTHING
from simulations.statistics.intervals import DAYS_MIN, Interval, TooFew
from simulations.statistics.paired import ratio_quotient
from simulations.statistics.ratios import DaySums, ratio_interval
from simulations.statistics.samples import LEVEL

SEEDS_MIN: Final = 12
"""For a throughput: each seed is a mean of thousands of trips, which is not lopsided as a shop's days are."""
OURS: Final = "insertion"
PLANNING_BAR_MS: Final = 15.0
THROUGHPUT_BARS: Final = {("aisle", 2): 1.7, ("aisle", 3): 2.1}
"""Least, by layout and robots."""
DELIVERY_BARS: Final = {("aisle", 2, 3.3, "fifo_nearest"): 0.60, ("aisle", 2, 3.3, "nearest_job"): 0.85}
"""Most, by layout, robots, jobs a minute and policy."""
GROWS: Final = 1.2
"""Times as many open jobs in the last quarter of the time as in the second: a queue without end."""
STUCK_TOLD: Final = 20
NOTHING_MEASURED: Final = "nothing to measure"


class Thinking(Struct, frozen=True, kw_only=True):
    """True milliseconds of the machine that is named beside."""

    times: int
    p50_ms: float
    p99_ms: float
    max_ms: float


class Stuck(Struct, frozen=True, kw_only=True):
    """One drive that did not end."""

    seed: int
    loop: str
    """``trips``, or the policy of the jobs."""
    words: str
    again: str


class PolicyFound(Struct, frozen=True, kw_only=True):
    """A dispatcher in the open loop."""

    mean_delivery_s: float | None
    mean_delivery_interval_s: tuple[float, float] | None
    mean_delivery_note: str
    mean_return_s: float | None
    jobs: int
    deliveries: int
    open_early: float
    open_late: float
    """Jobs at once, in the second and in the last quarter of the time."""
    keeps_up: bool
    """False: the queue only grows, and every mean depends on how long one looks on."""
    dispatching: Thinking
    planning: Thinking


class FleetFound(Struct, frozen=True, kw_only=True):
    """So many robots."""

    seeds: int
    trips: int
    deadlocks: int
    stuck: list[Stuck]
    """The first of them."""
    gap_min_m: float | None
    gap_words: str
    gap_bar_m: float
    """Twice the radius of the widest robot, and the margin."""
    longest_drive_s: float
    """To one stop, with all waiting for others."""
    trips_per_hour: float
    throughput_ratio: float | None
    throughput_interval: tuple[float, float] | None
    throughput_note: str
    planning: Thinking
    planning_refused: int
    """Times that there was no plan in the closed loop, and a robot kept its old one for a while."""
    naive_deadlocks: int
    naive_seeds: int
    mean_delivery_ratio: dict[str, float | None]
    mean_delivery_interval: dict[str, tuple[float, float] | None]
    mean_delivery_note: dict[str, str]
    policies: dict[str, PolicyFound]

    @property
    def is_too_close(self) -> bool:
        """Two robots have touched, or nearly."""
        return self.gap_min_m is not None and self.gap_min_m < self.gap_bar_m


class Bar(Struct, frozen=True, kw_only=True):
    """Something that was demanded before anything was measured."""

    robots: int
    words: str
    found: str
    met: bool


class Report(Struct, frozen=True, kw_only=True):
    """``--report``."""

    command: str
    date: str
    release: str
    program: str
    machine: str
    jobs: int
    wall_s: float
    layout: str
    first_seed: int
    seeds: int
    """Of which every fleet was played."""
    whole: bool
    """False: somebody stopped it."""
    trips: int
    jobs_per_min: float
    assumptions: Assumed
    one_robot_trips_per_hour: float
    robots: dict[str, FleetFound]
    bars: list[Bar]
    limits: list[str]
    digest: str
    """Of all drives; the same on every machine."""


def fleet_found(found: Found, robots: int) -> FleetFound:
    """All seeds that were played with so many robots, and with one."""
    alone = {seen.seed: seen for seen in found.of(ALONE)}
    seen = [one for one in found.of(robots) if one.seed in alone]
    gaps = [(gap, one.seed) for one in seen for gap in _gaps(one)]
    closest = min(gaps, default=None)
    stuck = [stuck for one in seen for stuck in _stuck(found, one)]
    throughput = _throughput(seen, [alone[one.seed] for one in seen])
    policies = list(seen[0].carried) if seen else []
    ratios = {name: _delivery_ratio(seen, name) for name in policies if name != OURS}
    naive = [one.naive for one in seen if one.naive is not None]
    return FleetFound(
        seeds=len(seen),
        trips=sum(one.loop.trips for one in seen),
        deadlocks=len(stuck),
        stuck=stuck[:STUCK_TOLD],
        gap_min_m=closest[0] if closest is not None else None,
        gap_words="" if closest is None else f"seed {closest[1]}",
        gap_bar_m=fleet_layout(found.asked.layout, robots).separation_m,
        longest_drive_s=max((one.loop.driven.longest_ms for one in seen), default=0) / SECOND,
        trips_per_hour=per_hour(seen),
        throughput_ratio=throughput.value,
        throughput_interval=_ends(throughput),
        throughput_note=throughput.note,
        planning=thinking(
            [one.loop.planning for one in seen] + [carried.planning for one in seen for carried in one.carried.values()]
        ),
        planning_refused=sum(one.loop.refused for one in seen),
        naive_deadlocks=sum(bool(one.driven.stuck) for one in naive),
        naive_seeds=len(naive),
        mean_delivery_ratio={name: ratio.value for name, ratio in ratios.items()},
        mean_delivery_interval={name: _ends(ratio) for name, ratio in ratios.items()},
        mean_delivery_note={name: ratio.note for name, ratio in ratios.items()},
        policies={name: _policy([one.carried[name] for one in seen]) for name in policies},
    )


def per_hour(seen: Sequence[Seen]) -> float:
    """Trips of the closed loop."""
    ms = sum(one.loop.driven.ms for one in seen)
    return sum(one.loop.trips for one in seen) * HOUR / ms if ms else 0.0


def bars_of(asked: Asked, fleets: dict[int, FleetFound]) -> list[Bar]:
    """All that apply to what was played."""
    return [bar for robots, fleet in fleets.items() for bar in _bars(asked, robots, fleet)]


def _bars(asked: Asked, robots: int, fleet: FleetFound) -> list[Bar]:
    gap = fleet.gap_min_m
    rows = [
        ("no deadlock", f"{fleet.deadlocks}", fleet.deadlocks == 0),
        (f"gap at least {fleet.gap_bar_m:g} m", NOTHING if gap is None else f"{gap:.3f} m", not fleet.is_too_close),
        (
            f"planning p99 below {PLANNING_BAR_MS:.0f} ms",
            f"{fleet.planning.p99_ms:.2f} ms",
            fleet.planning.p99_ms < PLANNING_BAR_MS,
        ),
        (
            "claims on the next node only come to a deadlock (so the check can fail)",
            f"{fleet.naive_deadlocks} of {fleet.naive_seeds}",
            fleet.naive_deadlocks == fleet.naive_seeds,
        ),
    ]
    least = THROUGHPUT_BARS.get((asked.layout, robots))
    if least is not None and fleet.throughput_ratio is not None:
        ratio = fleet.throughput_ratio
        rows.append((f"throughput at least {least} × one robot", f"{ratio:.3f}", ratio >= least))
    for policy, times in fleet.mean_delivery_ratio.items():
        most = DELIVERY_BARS.get((asked.layout, robots, asked.jobs_per_min, policy))
        if most is not None and times is not None:
            note = "" if fleet.policies[policy].keeps_up else f" (says only that {policy} does not keep up)"
            met = times <= most and fleet.policies[OURS].keeps_up
            rows.append((f"mean delivery at most {most} × {policy}", f"{times:.3f}{note}", met))
    return [Bar(robots=robots, words=words, found=value, met=met) for words, value, met in rows]


def thinking(thoughts: Sequence[Thought]) -> Thinking:
    """All of them, as one distribution."""
    if not thoughts:
        return Thinking(times=0, p50_ms=0.0, p99_ms=0.0, max_ms=0.0)
    whole = together(thoughts)
    p50_ms, p99_ms = (round(whole.quantile_ms(share), 3) for share in (0.5, 0.99))
    return Thinking(times=whole.times, p50_ms=p50_ms, p99_ms=p99_ms, max_ms=round(whole.most_ms, 3))


def _throughput(many: Sequence[Seen], one: Sequence[Seen]) -> Estimate:
    return _quotient(_trips_and_hours(many), _trips_and_hours(one), SEEDS_MIN)


def _trips_and_hours(seen: Sequence[Seen]) -> tuple[list[float], list[float]]:
    return [float(one.loop.trips) for one in seen], [one.loop.driven.ms / HOUR for one in seen]


def _delivery_ratio(seen: Sequence[Seen], policy: str) -> Estimate:
    """Of our mean to theirs, seed by seed on the same jobs."""
    return _quotient(_waited(seen, OURS), _waited(seen, policy), DAYS_MIN)


def _waited(seen: Sequence[Seen], policy: str) -> tuple[list[float], list[float]]:
    carried = [one.carried[policy] for one in seen]
    return [one.delivered_ms / SECOND for one in carried], [float(one.delivered) for one in carried]


def _quotient(
    of: tuple[list[float], list[float]], against: tuple[list[float], list[float]], seeds_min: int
) -> Estimate:
    below = sum(of[1]) * sum(against[0])
    if not below:
        return Estimate(value=None, note=NOTHING_MEASURED)
    value = sum(of[0]) * sum(against[1]) / below
    return _told(
        value, len(of[0]), lambda: ratio_quotient(DaySums.of(*of), DaySums.of(*against), days_min=seeds_min), seeds_min
    )


def _told(value: float, seeds: int, find: Callable[[], Interval | TooFew], seeds_min: int) -> Estimate:
    """What days are to a shop, seeds are to a fleet."""
    found = told(value, seeds, LEVEL, find, seeds_min)
    return structs.replace(found, note=found.note.replace("days", "seeds"))


def _policy(carried: Sequence[Carried]) -> PolicyFound:
    mean = _mean(carried, lambda one: one.delivered_ms, lambda one: one.delivered)
    back = _mean(carried, lambda one: one.returned_ms, lambda one: one.returned)
    early = float(np.mean([one.open_early for one in carried]))
    late = float(np.mean([one.open_late for one in carried]))
    return PolicyFound(
        mean_delivery_s=mean.value,
        mean_delivery_interval_s=_ends(mean),
        mean_delivery_note=mean.note,
        mean_return_s=back.value,
        jobs=sum(one.jobs for one in carried),
        deliveries=sum(one.delivered for one in carried),
        open_early=early,
        open_late=late,
        keeps_up=late <= GROWS * early and not any(one.gave_up for one in carried),
        dispatching=thinking([one.dispatching for one in carried]),
        planning=thinking([one.planning for one in carried]),
    )


def _mean(carried: Sequence[Carried], ms: Callable[[Carried], int], count: Callable[[Carried], int]) -> Estimate:
    totals, counts = [ms(one) / SECOND for one in carried], [float(count(one)) for one in carried]
    if not sum(counts):
        return Estimate(value=None, note=NOTHING_MEASURED)
    value = sum(totals) / sum(counts)
    return _told(value, len(totals), lambda: ratio_interval(DaySums.of(totals, counts)), DAYS_MIN)


def _gaps(seen: Seen) -> list[float]:
    drives = [seen.loop.driven, *(one.driven for one in seen.carried.values())]
    return [drive.closest.metres for drive in drives if drive.closest is not None]


def _stuck(found: Found, seen: Seen) -> list[Stuck]:
    drives = {"trips": seen.loop.driven} | {name: one.driven for name, one in seen.carried.items()}
    again = found.asked.line(seen.seed, seen.robots)
    return [
        Stuck(seed=seen.seed, loop=loop, words=driven.stuck, again=again)
        for loop, driven in drives.items()
        if driven.stuck
    ]


def _ends(found: Estimate) -> tuple[float, float] | None:
    return None if found.low is None or found.high is None else (found.low, found.high)
