"""Numbers as a reader meets them."""

from collections.abc import Iterable
from typing import Final

MINUS: Final = "−"
THIN_SPACE: Final = "\u202f"
"""Between thousands; no line is broken there."""
NOTHING: Final = "–"
"""For a value that is not there."""


def number(value: float) -> str:
    """Three figures that matter, a real minus, no exponent."""
    return _written(value, _decimals(value))


def interval_words(estimate: float | None, low: float | None, high: float | None, words: str) -> str:
    """``47.2 (46.9 to 47.5)``, all alike in decimals; without an interval the words that say why."""
    if estimate is None:
        return words or "nothing to measure"
    if low is None or high is None:
        return f"{number(estimate)} ({words or 'no interval'})"
    decimals = min(_decimals(value) for value in (estimate, low, high))
    middle, least, most = (_written(value, decimals) for value in (estimate, low, high))
    return f"{middle} ({least} to {most})"


def _decimals(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 10 else 2


def _written(value: float, decimals: int) -> str:
    written = f"{value:,.{decimals}f}".replace(",", THIN_SPACE)
    is_nothing = not any(digit in written for digit in "123456789")
    return written.lstrip("-") if is_nothing else written.replace("-", MINUS)


def value_words(value: object, unit: str = "yes/no") -> str:
    """A parameter's value: yes and no (or on and off, as the unit has it), lists with commas, nothing as a dash."""
    match value:
        case None | ():
            return NOTHING
        case bool():
            return unit.split("/")[0 if value else 1]
        case tuple():
            return _listed(value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _listed(values: Iterable[object]) -> str:
    return ", ".join(value_words(value) for value in values)
