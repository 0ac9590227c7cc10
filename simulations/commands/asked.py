"""From a question to its answer on the screen and on disk: the same for all commands that play days."""

import argparse
import sys
from collections.abc import Callable
from typing import TypeAlias

from simulations.commands.screen import show
from simulations.experiments import days
from simulations.experiments.cache import Cache
from simulations.experiments.diary import Diary
from simulations.experiments.finding import Finding
from simulations.experiments.pages import files
from simulations.experiments.progress import DaysBar
from simulations.experiments.replications import Replications, Stopped
from simulations.experiments.results import REPORT, Place

Ask: TypeAlias = Callable[[Replications], tuple[Finding, list[Diary]]]


def answered(options: argparse.Namespace, ask: Ask) -> int:
    """Play, write, show. 1 when the program broke a rule of its own on any day."""
    place = Place(options.out, replaces=options.force) if options.out else None
    with DaysBar() as bar:
        kept = None if options.no_cache else Cache(options.cache, bar.say)
        replications = Replications(options.jobs, bar, kept, options.play or days.play)
        finding, diaries = ask(replications)
    try:
        if place is not None:
            place.write(files(finding, diaries))
    except KeyboardInterrupt:
        raise Stopped(replications.farewell(diaries)) from None
    show(finding)
    if place is not None:
        print(f"\nWritten: {place.directory / REPORT}", file=sys.stderr)
    return 1 if any(shop.broken_days for shop in finding.shops) else 0
