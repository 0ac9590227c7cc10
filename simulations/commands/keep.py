"""``keep``: one day of the twin as the journal of a shop."""

import argparse
from pathlib import Path

from shopfloor.service.store import JournalError
from shopfloor.typed import whole
from simulations.commands.options import DAYS_MAX, add_seed, scenarios
from simulations.commands.screen import screen
from simulations.experiments.question import QuestionError
from simulations.journals.programs import keep_whole


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "The journal is like a real shop's: shopfloor replay --db sqlite:///FILE comes to the same digest, and so do "
        "the commands replay and calibrate here."
    )
    parser.set_defaults(changes=[])
    parser.add_argument(
        "scenarios", nargs=1, metavar="SCENARIO", help="as for run: a name, a TOML file, or cabinet:robots.count=1"
    )
    add_seed(parser)
    parser.add_argument(
        "--day", type=whole(1, DAYS_MAX), default=1, metavar="D", help="which of the days that run plays (default: 1)"
    )
    parser.add_argument("--db", type=Path, required=True, metavar="FILE", help="the journal; it must not be there yet")


def run(options: argparse.Namespace) -> int:
    (scenario,) = scenarios(options)
    try:
        told = keep_whole(scenario, options.seed, options.day, options.db)
    except JournalError as fault:
        raise QuestionError(str(fault)) from fault
    screen().print(told)
    return 0
