"""``fleet``: a layout's robots in traffic as thick as can be, and under a stream of jobs with several dispatchers."""

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from shopfloor.typed import above_zero, whole
from simulations.commands.options import SEED_MAX, add_jobs
from simulations.commands.screen import screen
from simulations.experiments.progress import DaysBar
from simulations.experiments.question import QuestionError
from simulations.experiments.workers import WorkerLost
from simulations.fleet.campaign import ALONE, Found, campaign
from simulations.fleet.played import fleet_layout
from simulations.fleet.printed import print_report
from simulations.fleet.report import page_of, report_of
from simulations.fleet.results import JOBS_PER_MIN, TRIPS, Asked, Seen

SEEDS: Final = 100
SEEDS_MAX: Final = 1_000_000
TRIPS_LEAST: Final = 20
TRIPS_MAX: Final = 100_000
ROBOTS_MAX: Final = 8
INTERRUPTED: Final = 130


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Two loops for each seed and number of robots. Closed: every robot always has a next trip, with random delays "
        "on every lane; nobody may stop for good or come too close, and the trips of an hour are compared with those "
        "of one robot. Open: jobs come by a Poisson stream, the same for each dispatcher, and the mean time from a "
        "job's making to its hand-over is compared. Both drive by the live floor's own planner; a judge that knows no "
        "rule of it watches every moment. Exit code 1: a drive never ended, or two robots came too close."
    )
    parser.add_argument("layout", metavar="LAYOUT", help="aisle, sample, or a LIF file with its side file beside it")
    parser.add_argument(
        "--seeds", type=whole(1, SEEDS_MAX), default=SEEDS, metavar="N", help="how many (default: %(default)s)"
    )
    parser.add_argument(
        "--first", type=whole(0, SEED_MAX - SEEDS_MAX), default=0, metavar="SEED", help="the first one (default: 0)"
    )
    parser.add_argument(
        "--robots", type=_fleets, default=(2, 3, 4), metavar="N,…", help="fleets to play (default: 2,3,4)"
    )
    parser.add_argument(
        "--trips", type=whole(TRIPS_LEAST, TRIPS_MAX), default=TRIPS, metavar="N",
        help="trips of the closed loop, and jobs of the open one, of each seed and fleet (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--jobs-per-min", type=above_zero, default=JOBS_PER_MIN, metavar="R",
        help="of the open loop (default: %(default)s)",
    )  # fmt: skip
    add_jobs(parser)
    parser.add_argument(
        "--report", type=Path, metavar="FILE.json", help="write all figures there, and a page for people beside it"
    )


def run(options: argparse.Namespace) -> int:
    asked = Asked(layout=options.layout, trips=options.trips, jobs_per_min=options.jobs_per_min)
    for robots in (ALONE, *options.robots):
        fleet_layout(options.layout, robots)  # what is wrong with it is said before anything is played
    found = Found(asked=asked, fleets=options.robots)
    seeds = range(options.first, options.first + options.seeds)
    stopped = _played(found, seeds, options.jobs)
    report = report_of(found, _command(options), options.first, options.jobs, whole=not stopped)
    if options.report is not None:
        options.report.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
        options.report.with_suffix(".html").write_text(page_of(report), encoding="utf-8")
    print_report(report, screen())
    if stopped:
        print(f"Stopped with {report.seeds} of {len(seeds)} seeds played in full.", file=sys.stderr)
        return INTERRUPTED
    return 1 if any(fleet.deadlocks or fleet.is_too_close for fleet in report.robots.values()) else 0


class _RunsBar(DaysBar):
    """A run is one seed with so many robots."""

    things: ClassVar = "runs"

    def __init__(self) -> None:
        super().__init__()
        self.stuck = 0

    def enter(self, asked: Asked, seen: Seen) -> None:
        for driven in (seen.loop.driven, *(one.driven for one in seen.carried.values())):
            if driven.stuck:
                self.stuck += 1
                self.say(f"Seed {seen.seed}, {seen.robots} robots: {driven.stuck}")
                self.say(f"  again: {asked.line(seen.seed, seen.robots)}")
        self.done(1)

    def _pace(self, left: int) -> str:
        return f"{self.stuck} stuck · {super()._pace(left)}"


def _played(found: Found, seeds: range, jobs: int) -> bool:
    """Whether somebody stopped it before its end."""
    with _RunsBar() as bar:
        bar.expect(len(seeds) * (1 + len(found.fleets)))
        try:
            campaign(found, seeds, jobs, partial(bar.enter, found.asked))
        except KeyboardInterrupt:
            return True
        except WorkerLost as fault:
            raise QuestionError("Workers were killed again and again; ask for fewer --jobs.") from fault
    return False


def _command(options: argparse.Namespace) -> str:
    robots = ",".join(str(number) for number in options.robots)
    words = f"python -m simulations fleet {options.layout} --seeds {options.seeds} --robots {robots}"
    if options.first:
        words += f" --first {options.first}"
    if options.trips != TRIPS:
        words += f" --trips {options.trips}"
    if options.jobs_per_min != JOBS_PER_MIN:
        words += f" --jobs-per-min {options.jobs_per_min:g}"
    return words


def _fleets(text: str) -> tuple[int, ...]:
    """A type for argparse: numbers of robots with commas between."""
    one = whole(ALONE + 1, ROBOTS_MAX)
    return tuple(dict.fromkeys(one(word.strip()) for word in text.split(",")))
