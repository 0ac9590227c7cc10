"""``replay``: a recorded day again, as it was or under another policy."""

import argparse
from pathlib import Path

from shopfloor.service.store import JournalError
from shopfloor.typed import whole
from simulations.commands.screen import screen
from simulations.experiments.question import QuestionError
from simulations.journals.programs import replay_strictly, replay_under
from simulations.journals.redispatch import TIMES, TIMES_MAX, PolicyError
from simulations.journals.visits_again import ASSUMED
from simulations.scenarios.scenario import load


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Without --policy the journal is told to a new floor word by word: every answer must be the recorded one. With "
        "--policy the customers of one recorded day are sent through the shop under the recorded policy and under the "
        "other, as in --policy calling=first-come."
    )
    parser.add_argument(
        "journal", metavar="JOURNAL", help="of a shop or of a twin's day (an SQLite file, or an address)"
    )
    parser.add_argument(
        "--policy", action="append", default=[], metavar="NAME=VALUE", help="what is different; may be repeated"
    )
    parser.add_argument("--date", default="", metavar="YYYY-MM-DD", help="which day, if the journal has several")
    parser.add_argument(
        "--times", type=whole(1, TIMES_MAX), default=TIMES, metavar="N",
        help="play both so often, with other chance where the journal is silent (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--scenario", default="", metavar="SCENARIO",
        help="with --policy: whose habits people and machines have where the journal is silent (default: catalogue)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="with --policy: write replay.json there")


def run(options: argparse.Namespace) -> int:
    try:
        if options.policy:
            assumed = load(options.scenario) if options.scenario else ASSUMED
            code, told = replay_under(
                options.journal, options.policy, options.date, options.times, options.out, assumed
            )
        else:
            code, told = replay_strictly(options.journal)
    except (JournalError, PolicyError) as fault:
        raise QuestionError(str(fault)) from fault
    screen().print(told)
    return code
