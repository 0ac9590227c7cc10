"""``agree``: a recorded demo beside the twin on the same draws."""

import argparse

from shopfloor.service.store import JournalError
from shopfloor.typed import above_zero, whole
from simulations.commands.screen import screen
from simulations.experiments.question import QuestionError
from simulations.journals.agreement import Demo, agreement
from simulations.journals.agreement_printed import agreement_tables


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Record a day with: shopfloor demo --headless --speed 120 --seed S --hours H --customers F --db "
        "sqlite:///day.db. The twin then plays the same customers with the same chance; what may differ is what wires "
        "and people's eyes take at that speed, and what follows from it. The exit code is 1 when more differs."
    )
    parser.add_argument("journal", metavar="JOURNAL", help="of one demo (an SQLite file, or an address)")
    parser.add_argument("--seed", type=whole(0, 2**63 - 1), required=True, metavar="S", help="of the demo")
    parser.add_argument("--hours", type=above_zero, required=True, metavar="H", help="that its doors were open")
    parser.add_argument("--customers", type=above_zero, required=True, metavar="F", help="its factor on the customers")
    parser.add_argument(
        "--speed", type=above_zero, default=120.0, metavar="X", help="of its clock (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    demo = Demo(seed=options.seed, hours=options.hours, customers=options.customers, speed=options.speed)
    try:
        result = agreement(options.journal, demo)
    except JournalError as fault:
        raise QuestionError(str(fault)) from fault
    screen().print(agreement_tables(result))
    return 0 if result.agrees else 1
