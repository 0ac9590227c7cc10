"""A fleet's figures, for a person at a terminal."""

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulations.commands.screen import Notes, table
from simulations.experiments.finding import Estimate
from simulations.fleet.findings import OURS, FleetFound, Report
from simulations.reports.words import NOTHING, number

STUCK_SHOWN: Final = 3
UNSTEADY: Final = " (queue grows)"


def print_report(report: Report, console: Console) -> None:
    """The answer first, then traffic, then dispatch, then what was demanded."""
    console.print(Text(answer(report), style="bold"))
    console.print()
    console.print(_traffic(report))
    console.print(_dispatch(report))
    console.print(_bars(report))
    for fleet in report.robots.values():
        for stuck in fleet.stuck[:STUCK_SHOWN]:
            console.print(Text(f"Seed {stuck.seed}, {stuck.loop}: {stuck.words}", style="red"), soft_wrap=True)
            console.print(f"  again: {stuck.again}", soft_wrap=True)
    for words in report.limits:
        console.print(Text(f"· {words}", style="dim"), soft_wrap=True)
    console.print(Text(f"\nThe same again: {report.command}\nDigest of all drives: {report.digest}", style="dim"))


def answer(report: Report) -> str:
    """One sentence."""
    trips = sum(fleet.trips for fleet in report.robots.values())
    stuck = sum(fleet.deadlocks for fleet in report.robots.values())
    missed = [bar for bar in report.bars if not bar.met]
    drives = f"{report.layout}: {report.seeds} seeds, {trips} trips in traffic as thick as can be"
    said = "no deadlock" if not stuck else f"{stuck} drives never ended"
    bars = "every bar is met" if not missed else f"{len(missed)} of {len(report.bars)} bars are missed"
    return f"{drives}: {said}; {bars}{_unsteady(report)}."


def _unsteady(report: Report) -> str:
    """Which policies fall behind, for a ratio to one of them is no measure of waiting."""
    behind = [
        f"{name} with {robots} robots"
        for robots, fleet in report.robots.items()
        for name, policy in fleet.policies.items()
        if not policy.keeps_up
    ]
    return f"; at {report.jobs_per_min:g} jobs a minute these do not keep up: {', '.join(behind)}" if behind else ""


def _traffic(report: Report) -> Table:
    grid = table(
        "Traffic: every robot always has a next trip (cabinet outlet, any desk)",
        *("robots", "seeds", "trips", "deadlocks", "by next-node claims", "least gap", "trips an hour"),
        *("× one robot (95 %)", "planning p50 / p99 / max", "longest drive"),
    )
    for column in grid.columns[:7]:
        column.justify = "right"
    notes = Notes()
    grid.add_row("1", *[""] * 5, number(report.one_robot_trips_per_hour), "1", "", "")
    for robots, fleet in report.robots.items():
        planning = fleet.planning
        grid.add_row(
            robots,
            f"{fleet.seeds}",
            f"{fleet.trips}",
            f"{fleet.deadlocks}",
            f"{fleet.naive_deadlocks} of {fleet.naive_seeds}",
            NOTHING if fleet.gap_min_m is None else f"{fleet.gap_min_m:.3f} m",
            number(fleet.trips_per_hour),
            _cell(notes, fleet.throughput_ratio, fleet.throughput_interval, fleet.throughput_note),
            f"{planning.p50_ms:.2f} / {planning.p99_ms:.2f} / {planning.max_ms:.1f} ms",
            f"{fleet.longest_drive_s:.0f} s",
        )
    grid.caption = notes.below()
    return grid


def _dispatch(report: Report) -> Table:
    grid = table(
        f"Dispatch: {report.jobs_per_min:g} jobs a minute, the same jobs and delays for every policy",
        *("robots", "policy", "jobs", "mean delivery, s", "insertion ÷ this (95 %, paired)", "mean return, s"),
        *("open early → late", "choosing p50 / p99 / max"),
    )
    grid.columns[2].justify = "right"
    notes = Notes()
    for robots, fleet in report.robots.items():
        for name, policy in fleet.policies.items():
            thinking = policy.dispatching
            grid.add_row(
                robots,
                name,
                f"{policy.jobs}",
                _cell(notes, policy.mean_delivery_s, policy.mean_delivery_interval_s, policy.mean_delivery_note),
                _ratio(fleet, name, notes),
                NOTHING if policy.mean_return_s is None else number(policy.mean_return_s),
                f"{number(policy.open_early)} → {number(policy.open_late)}" + ("" if policy.keeps_up else UNSTEADY),
                f"{thinking.p50_ms:.2f} / {thinking.p99_ms:.2f} / {thinking.max_ms:.1f} ms",
            )
    grid.caption = notes.below()
    return grid


def _bars(report: Report) -> Table:
    grid = table("What was demanded", "robots", "bar", "found", "")
    for bar in report.bars:
        grid.add_row(f"{bar.robots}", bar.words, bar.found, "met" if bar.met else Text("missed", style="bold red"))
    return grid


def _ratio(fleet: FleetFound, policy: str, notes: Notes) -> str:
    if policy == OURS:
        return ""
    found = fleet.mean_delivery_ratio[policy], fleet.mean_delivery_interval[policy], fleet.mean_delivery_note[policy]
    return _cell(notes, *found) + ("" if fleet.policies[policy].keeps_up else UNSTEADY)


def _cell(notes: Notes, value: float | None, interval: tuple[float, float] | None, note: str) -> str:
    low, high = interval if interval is not None else (None, None)
    return notes.cell(Estimate(value=value, low=low, high=high, note=note))
