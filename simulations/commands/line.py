"""The command line of the twin."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final

import shopfloor
from shopfloor.contract.layout import LayoutError
from simulations.commands.table import COMMANDS, Command
from simulations.experiments.question import QuestionError
from simulations.experiments.replications import DayFailed, Play, Stopped
from simulations.experiments.results import ResultsError
from simulations.scenarios.scenario import ScenarioError

SHORT: Final = """\
The twin of a phone service centre: whole days of the shop, played with the very program that runs it.

  python -m simulations scenarios                     which shops there are
  python -m simulations run cabinet --days 100        what such a shop achieves
  python -m simulations compare counter cabinet       what a change is worth
"""
INTERRUPTED: Final = 130


def obey(words: Sequence[str], play: Play | None = None) -> int:
    """Run one command; what goes wrong is told in a sentence, exit code 1 (2: the command line is wrong).

    ``play`` plays days instead of the twin.
    """
    options = _parser(words).parse_args(words, argparse.Namespace(play=play))
    command: Command = options.command
    try:
        return command.module().run(options)
    except Stopped as what_is_left:
        print(what_is_left, file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has read enough
        return 1
    except (ScenarioError, QuestionError, ResultsError, LayoutError, DayFailed, OSError) as fault:
        print(f"simulations {command.name}: {fault}", file=sys.stderr)
        return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """All commands by name; the one that is asked for with all its arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m simulations", description=SHORT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"shopfloor {shopfloor.release()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for command in COMMANDS:
        its = commands.add_parser(command.name, help=command.words, description=_sentence(command.words))
        its.set_defaults(command=command)
        if command.name in words[:1]:
            command.module().arguments(its)
    return parser


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
