"""What a journal tells of machines: picks, drives, loading, breakdowns; and of people who carry instead of them."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from scipy.stats import linregress, t

from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Instant
from simulations.journals.arrivals import OpenDay
from simulations.journals.counting import TAIL, Breakdowns, breakdowns_of
from simulations.journals.fitting import Estimate
from simulations.journals.seen import Seen

LEAST_DRIVES: Final = 10
LEAST_WAYS: Final = 3
"""Different lengths; with fewer, speed and fixed time cannot be told apart."""
DOWN: Final = ("FAULT", "OFFLINE")


class Plain(Struct, frozen=True, kw_only=True):
    """Times as they were, in minutes, without a family."""

    n: int
    mean: Estimate
    p10: float
    p50: float
    p90: float


def plain_of(minutes: Sequence[float]) -> Plain | None:
    """None for fewer than two. The interval is Student's, good enough for a mean that decides nothing."""
    if len(minutes) < 2:
        return None
    times = np.asarray(minutes, dtype=np.float64)
    half = float(t.ppf(1 - TAIL, times.size - 1) * times.std(ddof=1) / np.sqrt(times.size))
    mean = float(times.mean())
    low, middle, high = (float(q) for q in np.quantile(times, [0.1, 0.5, 0.9]))
    return Plain(n=len(minutes), mean=Estimate(value=mean, low=mean - half, high=mean + half), p10=low, p50=middle,
                 p90=high)  # fmt: skip


class Drives(Struct, frozen=True, kw_only=True):
    """Loaded drives: seconds = fixed + metres / speed, by least squares. Traffic and turning are in it."""

    n: int
    ways: int
    """Different lengths."""
    speed_mps: Estimate
    fixed_s: Estimate


def drives_of(all_: Iterable[Seen]) -> Drives | None:
    """None where lengths or drives are too few, or longer ways do not take longer."""
    metres, seconds = [], []
    for seen in all_:
        layout = seen.layout
        for job in seen.jobs.values():
            if job.loaded and job.arrived > job.loaded and not job.retried and job.robot in layout.robots:
                way = layout.distance_m(layout.station_node(job.source), layout.station_node(job.target), job.robot)
                metres.append(way)
                seconds.append((job.arrived - job.loaded) / SECOND)
    ways = len(dict.fromkeys(round(way, 3) for way in metres))
    if len(metres) < LEAST_DRIVES or ways < LEAST_WAYS:
        return None
    line = linregress(metres, seconds)
    wide = float(t.ppf(1 - TAIL, len(metres) - 2))
    slope, slope_half = float(line.slope), wide * float(line.stderr)
    if slope - slope_half <= 0:
        return None
    fixed, fixed_half = float(line.intercept), wide * float(line.intercept_stderr)
    return Drives(
        n=len(metres),
        ways=ways,
        speed_mps=Estimate(value=1 / slope, low=1 / (slope + slope_half), high=1 / (slope - slope_half)),
        fixed_s=Estimate(value=fixed, low=fixed - fixed_half, high=fixed + fixed_half),
    )


def picks_min(seen: Seen) -> list[float]:
    return [(pick.done - pick.begun) / MINUTE for pick in seen.picks.values() if pick.done]


def loads_min(seen: Seen) -> list[float]:
    """At the cabinet or a desk, until the robot has it."""
    return [(job.loaded - job.at_pickup) / MINUTE for job in seen.jobs.values()
            if job.at_pickup and job.loaded > job.at_pickup and not job.retried]  # fmt: skip


def by_hand_min(seen: Seen) -> list[float]:
    return [(brought - collected) / MINUTE for collected, brought in seen.hands]


# ── breakdowns ──────────────────────────────────────────────────────────────────────────────────


def broken_down(all_: Sequence[Seen], days: Sequence[Sequence[OpenDay]]) -> list[Breakdowns]:
    """Robots and cabinets, each kind pooled, in the hours in which the shop was open."""
    robots: list[_Spell] = []
    cabinets: list[_Spell] = []
    for seen, open_days in zip(all_, days, strict=True):
        for states in seen.robots.values():
            robots += _spells([(at, state not in DOWN) for at, state in states], open_days)
        for cabinet in seen.layout.cabinets:
            changes = seen.cabinets.get(cabinet, [])
            first = [] if changes and changes[0][1] else [(seen.began, True)]
            cabinets += _spells([*first, *changes], open_days)
    return [_broken("robot", robots), _broken("cabinet", cabinets)]


class _Spell(Struct, frozen=True):
    """So long up or down, in open hours; ``fell`` when it ended, or began, with a failure that was seen."""

    up: bool
    ms: int
    fell: bool


def _spells(changes: Sequence[tuple[Instant, bool]], days: Sequence[OpenDay]) -> list[_Spell]:
    """What a machine's changes of state mean within each open day. Its first word is no failure."""
    found = []
    for day in days:
        before = [state for at, state in changes if at < day.opens]
        known = before[-1] if before else None
        since = day.opens
        for at, up in [(at, up) for at, up in changes if day.opens <= at < day.closes]:
            if known is not None:
                found.append(_Spell(known, at - since, known != up))
            known, since = up, at
        if known is not None:
            found.append(_Spell(known, day.closes - since, fell=False))
    return found


def _broken(machine: str, spells: Sequence[_Spell]) -> Breakdowns:
    hours = sum(spell.ms for spell in spells if spell.up) / HOUR
    failures = sum(spell.up and spell.fell for spell in spells)
    return breakdowns_of(machine, failures, hours, [s.ms / MINUTE for s in spells if not s.up and s.fell])
