"""Findings in sentences."""

from collections.abc import Sequence

from simulations.experiments.finding import Estimate, Measured
from simulations.reports.words import number

UNIT_WORDS = {"share": "", "1–5": "of 5"}
"""Units that are not said as they are written."""


def name_of(figure: str) -> str:
    """As a person says it."""
    return figure.replace("_", " ")


def amount(value: float, unit: str) -> str:
    """``9.2 min``."""
    return f"{number(value)} {UNIT_WORDS.get(unit, unit)}".rstrip()


def estimate(found: Estimate, unit: str) -> str:
    """``48.3 min (48.0 to 48.6)``; without an interval the words that say why."""
    if found.value is None:
        return found.note
    if found.low is None or found.high is None:
        return f"{amount(found.value, unit)} ({found.note})"
    return f"{amount(found.value, unit)} ({number(found.low)} to {number(found.high)})"


def results(rows: Sequence[tuple[str, Measured]]) -> str:
    """What shops achieve: never a mean alone where there is a tail. What is said of all of them is said once."""
    said = [found for _, row in rows for found in _parts(row)]
    note = said[0].note
    if note and all(found.note == note and found.value is not None for found in said):
        return f"{'; '.join(_bare(shop, row) for shop, row in rows)} ({note})"
    return "; ".join(_full(shop, row) for shop, row in rows)


def _parts(row: Measured) -> list[Estimate]:
    tail = row.quantiles.get("p90")
    return [row.mean] if tail is None or tail.value is None else [row.mean, tail]


def _full(shop: str, row: Measured) -> str:
    mean, *tail = (estimate(found, row.unit) for found in _parts(row))
    return _sentence(shop, row, mean, tail)


def _bare(shop: str, row: Measured) -> str:
    mean, *tail = (amount(found.value or 0.0, row.unit) for found in _parts(row))
    return _sentence(shop, row, mean, tail)


def _sentence(shop: str, row: Measured, mean: str, tail: Sequence[str]) -> str:
    nine = f", nine in ten within {tail[0]}" if tail else ""
    return f"{shop}: {name_of(row.figure)} {mean}{nine}"
