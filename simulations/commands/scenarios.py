"""``scenarios``: what there is to play."""

import argparse

from simulations.commands.screen import screen, table
from simulations.scenarios.scenario import load, packaged
from simulations.scenarios.table import ROWS

FEW = 6
"""Settings that are shown of each."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "A scenario of your own is a TOML file that says what differs from its base. See also: parameters. "
        'Example, quiet.toml: base = "cabinet", then [demand] and factor = 0.8'
    )


def run(options: argparse.Namespace) -> int:  # noqa: ARG001 - it has none
    grid = table("Packaged scenarios", "scenario", "what it is", "differs from the sample shop in")
    for name in packaged():
        scenario = load(name)
        changed = [key for key, row in ROWS.items() if scenario.value(key) != row.default]
        more = f" and {len(changed) - FEW} more" if len(changed) > FEW else ""
        grid.add_row(name, scenario.title, ", ".join(changed[:FEW]) + more)
    screen().print(grid)
    return 0
