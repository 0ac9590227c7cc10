"""The command line: finds the command that is asked for, and loads that one only."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import shopfloor
from shopfloor.typed import told

SHORT: Final = """\
Runs the floor of a phone service centre: queue, desks, spare-parts cabinet, robots, signatures and payment.

  shopfloor demo                 a whole shop on this machine, with customers: watch it
  shopfloor serve --new          open a new shop: the coordinator of a real one
  shopfloor pages                its pages alone; serve and demo bring them by themselves
  shopfloor access               who may come in: PINs, and codes that make a browser a device
  shopfloor certificates         a shop's own certificates, so that handhelds get a secure connection
  shopfloor board                the floor in this terminal, live
  shopfloor replay               prove that the journal gives the same day again
  shopfloor recover              a journal was refused: what is good, what is lost, how to go on
  shopfloor records rebuild      make the SQL records again from the journal
  shopfloor layout check FILE    what is wrong with a layout; layout draw: a picture of it
  shopfloor contract             what devices and floor say to each other, as AsyncAPI 3.0; --http: as OpenAPI 3.1
"""
COMMANDS: Final = {
    "demo": "a whole shop on this machine, with customers",
    "serve": "run a shop's coordinator",
    "pages": "the shop's pages alone",
    "access": "who may come in: PINs, and codes that make a browser a device",
    "certificates": "a shop's own certificates, so that handhelds get a secure connection",
    "board": "the floor in this terminal, live",
    "replay": "prove that the journal gives the same day again",
    "recover": "a journal was refused: what is good, what is lost, how to go on",
    "records": "the SQL records: make them again from the journal",
    "layout": "a layout: what is wrong with it, and a picture of it",
    "contract": "what devices and floor say to each other, as AsyncAPI 3.0; pages and programs, as OpenAPI 3.1",
}
"""To add one, add a row here and a module of that name in ``shopfloor/commands``: its ``arguments(parser)`` sets what
may stand behind the command, and with ``run`` what it does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what goes wrong is told in a sentence, exit code 1 (2: the command line is wrong)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] == "demo":
        return _demo(words[1:])
    options = _parser(words).parse_args(words)
    logging.basicConfig(level=logging.INFO if getattr(options, "verbose", False) else logging.WARNING)
    try:
        return int(options.run(options))
    except (shopfloor.Unusable, OSError) as fault:
        print(f"shopfloor {options.command}: {told(fault)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _demo(words: list[str]) -> int:
    """The demo stands above the shop (it brings people and emulated devices), so it is a program of its own."""
    os.execv(sys.executable, [sys.executable, "-m", "simulations.live.demo", *words])  # noqa: S606 - our own program


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """All commands by name; the one that is asked for with all its arguments, since nobody should wait for the world of
    another (pages and journal take more than a second to load)."""
    parser = argparse.ArgumentParser(
        prog="shopfloor", description=SHORT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"shopfloor {shopfloor.release()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    asked = next((word for word in words if not word.startswith("-")), None)
    for name, help_words in COMMANDS.items():
        its = commands.add_parser(name, help=help_words, add_help=name != "demo")
        if name == asked != "demo":
            import_module(f"shopfloor.commands.{name}").arguments(its)
    return parser


if __name__ == "__main__":
    sys.exit(main())
