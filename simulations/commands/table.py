"""The commands of ``python -m simulations``. To add one, add a row here and a module of that name beside this file."""

import argparse
from importlib import import_module
from typing import Final, Protocol, cast

from msgspec import Struct


class Module(Protocol):
    """What each of those modules has."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """What may stand behind the command."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it. The exit code: 0, or 1 if the answer is a failure. Says what is wrong with the request by raising."""


class Command(Struct, frozen=True):
    """One row."""

    name: str
    words: str

    def module(self) -> Module:
        """Loaded when it is asked for: nobody waits for statistics to read a help text."""
        return cast("Module", import_module(f"simulations.commands.{self.name}"))


COMMANDS: Final = (
    Command("run", "play days of a scenario, or of several: every figure of the shop with its interval"),
    Command("compare", "the same customers in two shops or more: which is better, by how much, how sure"),
    Command("predict", "58 to 45 minutes, blind: only the old shop is calibrated, then the new one is predicted"),
    Command("oracle", "play small shops for which mathematics knows the answer, and see whether the twin does"),
    Command("anchors", "the twin's reference shop beside the figures of an independent model of it"),
    Command("replay", "a recorded day again: as it was, or under another policy"),
    Command("calibrate", "the numbers of a scenario as journals of a real shop show them"),
    Command("keep", "one day of a scenario as the journal of a shop, for replay and calibrate"),
    Command("agree", "a recorded demo beside the twin on the same draws: do facts and figures agree"),
    Command("storm", "seeded bad days of a whole shop: nothing may be lost, doubled or stuck"),
    Command("fleet", "a layout's robots in thick traffic, and under a stream of jobs with several dispatchers"),
    Command("scenarios", "the shops that come with the program"),
    Command("parameters", "every number that a scenario may set: what it means, its unit, where it comes from"),
)
