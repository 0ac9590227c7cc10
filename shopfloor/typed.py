"""What is typed on a command line: numbers within bounds, as types for argparse, and files that are not there."""

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
clock_speed = number(0, 10_000, above=True)
"""Shop seconds in one second."""


def told(fault: Exception) -> str:
    """In a sentence that says what to do, where the system's own words do not."""
    if isinstance(fault, FileNotFoundError) and fault.filename:
        return f"There is no file {fault.filename}. Check its name and folder."
    if isinstance(fault, PermissionError) and fault.filename:
        return f"{fault.filename} is not open to you ({fault.strerror}). Use another folder, or ask its owner."
    return str(fault)
