"""One seed with so many robots: traffic as thick as can be, and a day of jobs under every dispatcher."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from shopfloor.contract.actor import Instant
from shopfloor.contract.layout import Layout
from shopfloor.core.fleet.insertion import DISPATCHERS, Dispatcher
from shopfloor.service.layouts import named_layout
from simulations.collecting import no_collecting
from simulations.fleet.drive import Drive, Driven, Watch
from simulations.fleet.jobs import Job, Jobs, day_of_jobs
from simulations.fleet.planned import Planned
from simulations.fleet.results import Asked, Carried, Loop, Seen
from simulations.fleet.rules import NextNodeOnly, Rule
from simulations.fleet.stopwatch import Stopwatch
from simulations.fleet.trips import Trips
from simulations.streams import Streams

QUARTERS: Final = 4


@cache
def fleet_layout(name: str, robots: int) -> Layout:
    """A named layout with so many robots. Raises OSError and LayoutError."""
    return named_layout(name).with_robots(robots)


def played(asked: Asked, seed: int, robots: int) -> Seen:
    """All that is asked of one seed."""
    layout = fleet_layout(asked.layout, robots)
    with no_collecting():
        loop = closed_loop(asked, layout, seed)
        if robots == 1:
            return Seen(seed=seed, robots=robots, loop=loop)
        return Seen(
            seed=seed,
            robots=robots,
            loop=loop,
            naive=naive_loop(asked, layout, seed),
            carried={name: open_loop(asked, layout, seed, dispatcher) for name, dispatcher in DISPATCHERS.items()},
        )


def closed_loop(asked: Asked, layout: Layout, seed: int, watch: Watch | None = None) -> Loop:
    """Trips without end, by the floor's own planner."""
    rule = Planned(layout, layout.robots)
    driven, trips = _trips_driven(asked, layout, seed, rule, watch)
    return Loop(driven=driven, trips=trips, planning=rule.planning.thought, refused=rule.refused)


def naive_loop(asked: Asked, layout: Layout, seed: int) -> Loop:
    """The same trips by claims on the next node."""
    driven, trips = _trips_driven(asked, layout, seed, NextNodeOnly(layout, layout.robots))
    return Loop(driven=driven, trips=trips, planning=Stopwatch().thought)


def _trips_driven(
    asked: Asked, layout: Layout, seed: int, rule: Rule, watch: Watch | None = None
) -> tuple[Driven, int]:
    streams = Streams(f"trips:{seed}")
    trips = Trips(layout, layout.robots, asked.trips, streams, asked.assumed)
    return Drive(layout, rule, trips, streams, asked.assumed, watch).driven(), trips.done


def open_loop(asked: Asked, layout: Layout, seed: int, dispatcher: Dispatcher, watch: Watch | None = None) -> Carried:
    """A day of jobs."""
    streams = Streams(f"jobs:{seed}")
    jobs = day_of_jobs(layout, asked.trips, asked.jobs_per_min, streams, asked.assumed)
    rule = Planned(layout, layout.robots)
    work = Jobs(layout, layout.robots, jobs, dispatcher, asked.assumed)
    driven = Drive(layout, rule, work, streams, asked.assumed, watch).driven()
    delivered, delivered_ms = _waits(jobs, lambda job: job.delivers)
    returned, returned_ms = _waits(jobs, lambda job: not job.delivers)
    quarter = jobs[-1].made_at // QUARTERS
    return Carried(
        driven=driven,
        jobs=len(jobs),
        delivered=delivered,
        delivered_ms=delivered_ms,
        returned=returned,
        returned_ms=returned_ms,
        open_early=_open_between(jobs, quarter, 2 * quarter, driven.ms),
        open_late=_open_between(jobs, 3 * quarter, 4 * quarter, driven.ms),
        gave_up=work.given_up,
        planning=rule.planning.thought,
        dispatching=work.dispatching.thought,
    )


def _waits(jobs: Sequence[Job], counts: Callable[[Job], bool]) -> tuple[int, int]:
    """How many of them are done, and what they waited in all."""
    waits = [job.done_at - job.made_at for job in jobs if counts(job) and job.done_at is not None]
    return len(waits), sum(waits)


def _open_between(jobs: Sequence[Job], start: Instant, end: Instant, ended: Instant) -> float:
    """How many were open at once, in the mean."""
    ends = [ended if job.done_at is None else job.done_at for job in jobs]
    both = ((max(start, job.made_at), min(end, done)) for job, done in zip(jobs, ends, strict=True))
    return sum(max(0, until - since) for since, until in both) / max(1, end - start)
