"""``storm``: seeded bad days of a whole shop, to prove that nothing is lost, doubled or stuck."""

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from shopfloor.typed import whole
from simulations.commands.options import SEED_MAX, add_jobs
from simulations.commands.screen import screen
from simulations.experiments.progress import DaysBar
from simulations.experiments.workers import cores
from simulations.faults import KINDS, unknown
from simulations.storm.bad_day import Played, Verdict, played
from simulations.storm.campaign import Asked, Found, campaign, judged, promise_of
from simulations.storm.plan import HEALED_MS, TICKETS, BadDay
from simulations.storm.printed import print_failure, print_found, print_shrunk, print_story, some
from simulations.storm.shrink import shrunk
from simulations.storm.story import LAST, story

SEEDS: Final = 100
SEEDS_MAX: Final = 10_000_000
TICKETS_MAX: Final = 60
SHRUNK_MAX: Final = 3
"""Failures, each of another promise, that are made small and told."""
TOLD_ALL: Final = 10_000
INTERRUPTED: Final = 130
NOT_SHRUNK: Final = ("overrun", "worker lost")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "A seed draws which faults its day has and how strong; after 40 minutes all is mended, and then everything "
        "must come to a good end. Exit code 1: a promise was broken, something was stuck, or (from 1,000 seeds on) a "
        f"rare situation never came about. Faults: {', '.join(kind.name for kind in KINDS)}; or a whole group: "
        f"{', '.join(_groups())}."
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--seeds", type=whole(1, SEEDS_MAX), default=SEEDS, metavar="N", help="how many bad days (default: %(default)s)"
    )
    which.add_argument(
        "--seed", type=whole(0, SEED_MAX), metavar="S", help="this one day; if it fails, its last events are told"
    )
    parser.add_argument("--trace", action="store_true", help="with --seed: tell the whole day, failed or not")
    parser.add_argument(
        "--first", type=whole(0, SEED_MAX - SEEDS_MAX), default=0, metavar="S", help="the first seed (default: 0)"
    )
    parser.add_argument(
        "--tickets", type=whole(1, TICKETS_MAX), default=TICKETS, metavar="N",
        help="customers a day (default: %(default)s)",
    )  # fmt: skip
    faults = parser.add_mutually_exclusive_group()
    faults.add_argument(
        "--only", type=_kinds, metavar="FAULT,…", help="of the faults that a seed draws only these kinds or groups"
    )
    faults.add_argument("--calm", action="store_true", help="no faults at all")
    parser.add_argument(
        "--heal-after", type=whole(1, HEALED_MS // 60_000), default=HEALED_MS // 60_000, metavar="MIN",
        help="minutes from the opening until all is mended (default: %(default)s)",
    )  # fmt: skip
    add_jobs(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all verdicts there, too")


def run(options: argparse.Namespace) -> int:
    only = () if options.calm else options.only
    asked = Asked(tickets=options.tickets, only=only, healed_min=options.heal_after)
    if options.seed is not None:
        return _one(asked, options.seed, trace=options.trace)
    return _many(asked, range(options.first, options.first + options.seeds), options.jobs, options.json)


class _SeedsBar(DaysBar):
    """Also how many tickets, and how many broken."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets = 0
        self.broken = 0

    def enter(self, asked: Asked, verdict: Verdict) -> None:
        self.tickets += verdict.tickets
        if verdict.broken:
            self.broken += 1
            self.say(f"Seed {verdict.seed}: {verdict.broken[0]}")
            self.say(f"  again: {asked.line(verdict.seed)}")
        self.done(1)

    def _pace(self, left: int) -> str:
        return f"{self.tickets} tickets · {self.broken} broken · {super()._pace(left)}"


def _many(asked: Asked, seeds: range, jobs: int, file: Path | None) -> int:
    found = Found(asked=asked, jobs=jobs)
    interrupted = False
    with _SeedsBar() as bar:
        bar.expect(len(seeds))
        try:
            campaign(found, seeds, partial(bar.enter, asked))
        except KeyboardInterrupt:
            interrupted = True
    if file is not None:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(_report(found))) + b"\n")
    console = screen()
    print_found(found, console)
    if interrupted:
        print(f"Stopped after {len(found.verdicts)} of {len(seeds)} seeds.", file=sys.stderr)
        return INTERRUPTED
    for failure in _to_be_told(found):
        _tell(asked, failure)
    return 0 if found.is_clean else 1


def _one(asked: Asked, seed: int, *, trace: bool) -> int:
    told: list[str] = []
    verdict = judged(asked, seed, _telling(told, TOLD_ALL if trace else LAST))
    console = screen()
    if verdict.broken or trace:
        print_story(told, console)
    if verdict.broken:
        print_failure(verdict, asked.line(seed), console)
        return 1
    goals = ", ".join(verdict.goals) or "none"
    console.print(
        f"Seed {seed}: {some(verdict.tickets, 'ticket', 'tickets')}, no promise broken. Digest {verdict.digest}"
    )
    console.print(f"Rare situations: {goals}", soft_wrap=True)
    return 0


def _to_be_told(found: Found) -> Iterator[Verdict]:
    """The first failure of each promise, as many as there is patience for."""
    firsts: dict[str, Verdict] = {}
    for failure in found.failures:
        firsts.setdefault(promise_of(failure.broken[0]), failure)
    yield from list(firsts.values())[:SHRUNK_MAX]


def _tell(asked: Asked, failure: Verdict) -> None:
    """What is broken, the smallest day that breaks it, and how that day went."""
    console = screen()
    print_failure(failure, asked.line(failure.seed), console)
    if promise_of(failure.broken[0]) in NOT_SHRUNK:
        return
    small = shrunk(asked, failure)
    print_shrunk(small, console)
    told: list[str] = []
    judged(small.asked, small.seed, _telling(told, LAST))
    print_story(told, console)


class _telling(Struct):  # noqa: N801 - a verb, as what it is used for
    """Plays a day, and tells its story into ``told``."""

    told: list[str]
    last: int

    def __call__(self, day: BadDay) -> Verdict:
        return played(day, self._look)

    def _look(self, day: Played) -> None:
        self.told += story(day, day.broken[0] if day.broken else "", self.last)


class _Report(Struct):
    """``--json``."""

    asked: Asked
    seeds: int
    tickets: int
    clean: bool
    digest: str
    promises: dict[str, list[int]]
    deaths: dict[str, int]
    goals: dict[str, int]
    never: list[str]
    rows_never: list[str]
    wall_s: float
    jobs: int
    cores: int
    verdicts: list[Verdict]


def _report(found: Found) -> _Report:
    return _Report(
        asked=found.asked,
        seeds=len(found.verdicts),
        tickets=found.tickets,
        clean=found.is_clean,
        digest=found.digest,
        promises=found.promises,
        deaths=dict(found.deaths),
        goals=found.goals,
        never=found.never,
        rows_never=found.rows_never,
        wall_s=round(found.wall_s, 3),
        jobs=found.jobs,
        cores=cores(),
        verdicts=found.in_order,
    )


def _kinds(text: str) -> tuple[str, ...]:
    """A type for argparse: names of kinds and groups, with commas between."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    strange = unknown(names)
    if strange or not names:
        kinds = ", ".join(kind.name for kind in KINDS)
        there = f"there are the groups {', '.join(_groups())} and the kinds {kinds}"
        raise argparse.ArgumentTypeError(f"no such fault: {', '.join(strange) or repr(text)}; {there}")
    return names


def _groups() -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind.group for kind in KINDS))
