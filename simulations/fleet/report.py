"""What is written of a campaign: JSON for programs, a page for people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import msgspec

from shopfloor.contract.actor import MINUTE
from simulations.experiments.program import machine, program_hash, release
from simulations.fleet.assumed import Assumed
from simulations.fleet.campaign import ALONE, Found
from simulations.fleet.findings import OURS, FleetFound, Report, bars_of, fleet_found, per_hour
from simulations.fleet.played import closed_loop, fleet_layout
from simulations.fleet.printed import answer
from simulations.fleet.results import Asked
from simulations.fleet.snapshot import Busiest, Snapshot
from simulations.reports.experiment import Experiment
from simulations.reports.page import page_of_its_own
from simulations.reports.pieces import FleetPlan, Intervals, Mark, Note, Picture, RobotThere, Section, Table
from simulations.reports.words import NOTHING, number

LIMITS: Final = """\
All times of hands and machines are assumed; nothing was measured on a real floor, and no real robot was seen.
Robots are points that turn at once and keep to their lanes. None breaks down, and no battery gets empty.
The two policies to compare with are ideas (the oldest job to the nearest robot; the nearest job), not programs of \
others, and they drive by the same planner.
Stays in the closed loop are those that the whole shop's twin assumes. In the open loop they are as short as a tote \
that rolls on and off by itself: with the longer ones no policy could carry 3.3 jobs a minute by two robots.
Planning and choosing are told in processor time of this machine, which had other work to do as well.""".splitlines()
JOBS_TO_TELL: Final = 500
SHORT_DAY: Final = (
    f"Fewer than {JOBS_TO_TELL} jobs a seed cannot tell a queue that grows from one that only fills up first."
)
PICTURE_TRIPS: Final = 60
"""So many trips are watched for the busiest moment."""


def report_of(found: Found, command: str, first_seed: int, jobs: int, *, whole: bool) -> Report:
    """All that was played, in words and numbers."""
    fleets = {robots: fleet_found(found, robots) for robots in found.fleets}
    return Report(
        command=command,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        release=release(),
        program=program_hash(),
        machine=machine(),
        jobs=jobs,
        wall_s=round(found.wall_s, 1),
        layout=found.asked.layout,
        first_seed=first_seed,
        seeds=min((fleet.seeds for fleet in fleets.values()), default=0),
        whole=whole,
        trips=found.asked.trips,
        jobs_per_min=found.asked.jobs_per_min,
        assumptions=found.asked.assumed,
        one_robot_trips_per_hour=per_hour(found.of(ALONE)),
        robots={str(robots): fleet for robots, fleet in fleets.items()},
        bars=bars_of(found.asked, fleets),
        limits=[*LIMITS, *([SHORT_DAY] if found.asked.trips < JOBS_TO_TELL else [])],
        digest=_digest(found),
    )


def page_of(report: Report) -> str:
    """One HTML file: tables, ratios with their intervals, and each fleet at its busiest."""
    return page_of_its_own(
        Experiment(
            title=f"Fleet on {report.layout}",
            answer=answer(report),
            command=report.command,
            seed=report.first_seed,
            release=report.release,
            sections=tuple(_sections(report)),
            limits=tuple(report.limits),
        )
    )


def _digest(found: Found) -> str:
    """Of every drive, by seed, robots and loop."""
    lines = [
        f"{seed} {robots} {loop} {driven.digest}\n"
        for (seed, robots), seen in sorted(found.seen.items())
        for loop, driven in (("trips", seen.loop.driven), *((name, one.driven) for name, one in seen.carried.items()))
    ]
    return sha256("".join(lines).encode()).hexdigest()


def _sections(report: Report) -> Iterator[Section]:
    yield Section(anchor="bars", title="What was demanded", pieces=(_bars(report),))
    yield Section(anchor="throughput", title="How much a fleet carries", pieces=(_throughput(report), _traffic(report)))
    yield Section(anchor="dispatch", title="How soon it delivers", pieces=(*_ratios(report), _dispatch(report)))
    yield Section(anchor="busiest", title="The busiest moment", pieces=tuple(_busiest(report)))
    yield Section(anchor="assumed", title="Assumed", pieces=(_assumptions(report.assumptions),))


def _bars(report: Report) -> Table:
    return Table(
        caption="Set before anything was measured",
        head=("robots", "bar", "found", ""),
        rows=tuple((f"{bar.robots}", bar.words, bar.found, "met" if bar.met else "missed") for bar in report.bars),
    )


def _throughput(report: Report) -> Intervals:
    marks = [
        Mark(label=f"{robots} robots", estimate=fleet.throughput_ratio, low=_low(fleet), high=_high(fleet))
        for robots, fleet in report.robots.items()
    ]
    return Intervals(
        title="Trips an hour, times one robot",
        words="Closed loop: every robot always has a next trip from the cabinet's outlet to any desk.",
        x_label="times one robot",
        marks=tuple(marks),
        line=1.0,
        line_words="one robot",
    )


def _low(fleet: FleetFound) -> float | None:
    return fleet.throughput_interval[0] if fleet.throughput_interval is not None else None


def _high(fleet: FleetFound) -> float | None:
    return fleet.throughput_interval[1] if fleet.throughput_interval is not None else None


def _traffic(report: Report) -> Table:
    return Table(
        caption="Traffic as thick as it can be",
        head=(
            *("robots", "seeds", "trips", "deadlocks", "next-node claims: deadlocks", "least gap, m"),
            *("trips an hour", "planning p50, ms", "p99, ms", "max, ms"),
        ),
        rows=tuple(
            (
                robots,
                f"{fleet.seeds}",
                f"{fleet.trips}",
                f"{fleet.deadlocks}",
                f"{fleet.naive_deadlocks} of {fleet.naive_seeds}",
                NOTHING if fleet.gap_min_m is None else f"{fleet.gap_min_m:.3f}",
                number(fleet.trips_per_hour),
                f"{fleet.planning.p50_ms:.2f}",
                f"{fleet.planning.p99_ms:.2f}",
                f"{fleet.planning.max_ms:.2f}",
            )
            for robots, fleet in report.robots.items()
        ),
        numeric=tuple(range(1, 10)),
    )


def _ratios(report: Report) -> Iterator[Intervals]:
    for robots, fleet in report.robots.items():
        marks = []
        for policy, ratio in fleet.mean_delivery_ratio.items():
            ends = fleet.mean_delivery_interval[policy]
            low, high = ends if ends is not None else (None, None)
            grows = "" if fleet.policies[policy].keeps_up else " (its queue grows)"
            marks.append(Mark(label=f"÷ {policy}{grows}", estimate=ratio, low=low, high=high))
        yield Intervals(
            title=f"Mean delivery of {OURS}, {robots} robots",
            words=f"{report.jobs_per_min:g} jobs a minute, the same jobs and delays for each policy; less is better.",
            x_label="times the mean delivery of the other policy",
            marks=tuple(marks),
            line=1.0,
            line_words="no difference",
        )


def _dispatch(report: Report) -> Table:
    rows = []
    for robots, fleet in report.robots.items():
        for name, policy in fleet.policies.items():
            means = (policy.mean_delivery_s, policy.mean_return_s)
            delivery, back = (NOTHING if mean is None else number(mean) for mean in means)
            open_jobs = f"{number(policy.open_early)} → {number(policy.open_late)}"
            keeps_up = "yes" if policy.keeps_up else "no: its means depend on how long one looks on"
            rows.append((robots, name, f"{policy.jobs}", delivery, back, open_jobs, keeps_up))
    return Table(
        caption="From a job's making to its hand-over",
        head=("robots", "policy", "jobs", "mean delivery, s", "mean return, s", "open early → late", "keeps up"),
        rows=tuple(rows),
        numeric=(2, 3, 4),
    )


def _busiest(report: Report) -> Iterator[Picture | Note]:
    asked = Asked(layout=report.layout, trips=PICTURE_TRIPS, assumed=report.assumptions)
    for robots in report.robots:
        busiest = Busiest()
        closed_loop(asked, fleet_layout(report.layout, int(robots)), report.first_seed, busiest)
        snapshot = busiest.snapshot
        yield Note(f"{robots} robots: nothing moved.") if snapshot is None else plan_of(report, int(robots), snapshot)


def plan_of(report: Report, robots: int, snapshot: Snapshot) -> FleetPlan:
    """The floor at that moment."""
    layout = fleet_layout(report.layout, robots)
    return FleetPlan(
        title=f"{robots} robots, {snapshot.at / MINUTE:.1f} minutes after the first trip",
        words="Each robot in its colour: broad, what it has claimed; dashed, the way it has planned to its stop and on "
        f"to its rest. Of the first {PICTURE_TRIPS} trips with seed {report.first_seed}, the moment at which most "
        "robots drive and most is claimed and planned.",
        layout=layout,
        robots=tuple(
            RobotThere(
                name=name, spot=there.spot, radius_m=layout.robots[name].radius_m, claims=there.claims, way=there.way
            )
            for name, there in snapshot.robots.items()
        ),
    )


def _assumptions(assumed: Assumed) -> Table:
    values: dict[str, float] = msgspec.to_builtins(assumed)
    return Table(
        caption="Assumed, with no source but plausibility",
        head=("name", "value"),
        rows=tuple((name, f"{value:g}") for name, value in values.items()),
        numeric=(1,),
    )
