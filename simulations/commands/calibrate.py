"""``calibrate``: the twin's numbers as journals of a real shop show them."""

import argparse
from pathlib import Path

from shopfloor.service.store import JournalError
from simulations.commands.screen import screen
from simulations.experiments.question import QuestionError
from simulations.journals.programs import calibrate_journals


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Fits who comes, how long hands take, how often what happens and how often machines fail, each with its "
        "interval, and says what these journals cannot tell. Waits and queues are never fitted: they are what the twin "
        "must then predict."
    )
    parser.add_argument("journals", nargs="+", metavar="JOURNAL", help="of one shop (SQLite files, or addresses)")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write calibration.json and calibration.toml (a scenario) there"
    )


def run(options: argparse.Namespace) -> int:
    try:
        code, told = calibrate_journals(options.journals, options.out)
    except JournalError as fault:
        raise QuestionError(str(fault)) from fault
    screen().print(told)
    return code
