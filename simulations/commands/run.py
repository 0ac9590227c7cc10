"""``run``: what a shop achieves."""

import argparse
from typing import Final

from simulations.commands.asked import answered
from simulations.commands.options import add_days, add_scenarios, add_work, question, share
from simulations.experiments.run import run as run_days
from simulations.experiments.run import run_until

DAYS: Final = 100
DAYS_UNTIL: Final = 2000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Each day is a whole day of the shop with its own customers. Means get an interval from 100 days on. "
        "The same scenario, seed and days give the same figures on any machine with any number of processes."
    )
    add_scenarios(parser, "one shop, or several side by side")
    add_days(
        parser, None,
        f"days to play of each (default: {DAYS}); with --until-precision at most so many (default: {DAYS_UNTIL})",
    )  # fmt: skip
    parser.add_argument(
        "--until-precision", dest="precision", type=share, metavar="SHARE",
        help="play as many days as it takes until half of each named figure's interval is this share of it, as in 2%%",
    )  # fmt: skip
    add_work(parser)


def run(options: argparse.Namespace) -> int:
    if options.precision is None:
        options.days = options.days or DAYS
        asked = question(options)
        return answered(options, lambda replications: run_days(asked, replications))
    options.days = options.days or DAYS_UNTIL
    asked = question(options, "--until-precision", f"{options.precision:g}")
    return answered(options, lambda replications: run_until(asked, options.precision, replications))
