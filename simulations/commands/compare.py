"""``compare``: what a change is worth, and which of several is best."""

import argparse

from shopfloor.typed import above_zero
from simulations.commands.asked import answered
from simulations.commands.options import add_days, add_scenarios, add_work, question
from simulations.experiments.choose import choose
from simulations.experiments.compare import compare
from simulations.experiments.question import QuestionError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "All shops get the same customers on the same days, so that much of chance falls out; a difference gets an "
        "interval from 100 days on. With --delta, shops that fall behind are played no longer, and the answer is the "
        "best one, or one as good: a smaller difference than that does not matter to you."
    )
    add_scenarios(parser, "two shops or more; the others are compared with the first")
    add_days(parser, 200, "days to play of each; with --delta at most so many (default: %(default)s)")
    parser.add_argument(
        "--delta", type=above_zero, metavar="D",
        help="choose the best in the first --kpi: the smallest difference that matters, in its unit",
    )  # fmt: skip
    add_work(parser)


def run(options: argparse.Namespace) -> int:
    if len(options.scenarios) < 2:
        raise QuestionError("Name two shops or more to compare.")
    if options.delta is None:
        asked = question(options)
        return answered(options, lambda replications: compare(asked, replications))
    asked = question(options, "--delta", f"{options.delta:g}")
    return answered(options, lambda replications: choose(asked, options.delta, replications))
