"""``parameters``: the whole table of what a scenario may set."""

import argparse

from simulations.commands.screen import screen, table
from simulations.reports.words import value_words
from simulations.scenarios.scenario import ScenarioError
from simulations.scenarios.table import ROWS, SECTIONS, Row


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("section", nargs="?", default="", metavar="SECTION", help=f"only one of: {', '.join(SECTIONS)}")


def run(options: argparse.Namespace) -> int:
    rows = [row for row in ROWS.values() if row.key.startswith(f"{options.section}." if options.section else "")]
    if not rows:
        raise ScenarioError(f"There is no section {options.section!r}; there are {', '.join(SECTIONS)}.")
    grid = table(
        "Parameters", "parameter", "default", "unit", "allowed", "varied by predict", "source", "what it means"
    )
    grid.columns[0].no_wrap = True
    for row in rows:
        grid.add_row(row.key, value_words(row.default), row.unit, _allowed(row), _spread(row), row.source, row.words)
    screen().print(grid)
    return 0


def _allowed(row: Row) -> str:
    return row.allowed().removesuffix(f" {row.unit}")


def _spread(row: Row) -> str:
    return "held" if row.spread is None else f"{row.spread[0]:g} to {row.spread[1]:g}"
