"""The program with days that cost nothing: ``python -m tests.twin.experiments_program NAME_OF_THE_DAY run …``."""

import sys
from importlib import import_module

from simulations.__main__ import ended


def obeyed() -> int:
    day = getattr(import_module("tests.twin.experiments_shop"), sys.argv[1])
    return import_module("simulations.commands.line").obey(sys.argv[2:], day)


if __name__ == "__main__":
    sys.exit(ended(obeyed))
