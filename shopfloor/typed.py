"""Numbers that are typed on a command line, within bounds: types for argparse."""

import argparse
import math
from collections.abc import Callable


def whole(least: int, most: int) -> Callable[[str], int]:
    """An integer in these bounds."""

    def read(text: str) -> int:
        if not text.removeprefix("-").isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r}: allowed is a whole number from {least} to {most}")
        return int(text)

    return read


def number(least: float, most: float = math.inf, *, above: bool = False) -> Callable[[str], float]:
    """A finite number from ``least``, or ``above`` it, to ``most``."""
    bounds = f"{'above' if above else 'from'} {least:g}"
    if most < math.inf:
        bounds += f"{' and at most' if above else ' to'} {most:g}"

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or not least <= value <= most or (above and value == least):
            raise argparse.ArgumentTypeError(f"{text!r}: allowed is a number {bounds}")
        return value

    return read


above_zero = number(0, above=True)
