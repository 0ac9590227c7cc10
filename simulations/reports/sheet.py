"""Figures and differences as rows for a spreadsheet."""

import csv
import io
from typing import Final

from simulations.experiments.result import FIGURES
from simulations.reports.experiment import Difference, Experiment, Measured

HEAD: Final = ("figure", "part", "unit", "scenario", "less", "estimate", "low", "high", "days", "note")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def sheet(experiment: Experiment) -> str:
    """CSV with a head; ``less`` names what was subtracted, and is empty for a figure itself."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(HEAD)
    rows.writerows(_row(one, "") for one in experiment.measured)
    rows.writerows(_row(one, one.against) for one in experiment.differences)
    return written.getvalue()


def _row(one: Measured | Difference, less: str) -> tuple[str | int | float | None, ...]:
    unit = FIGURES[one.figure].unit
    names = (_harmless(one.scenario), _harmless(less))
    return (one.figure, one.part, unit, *names, one.estimate, one.low, one.high, one.days, _harmless(one.words))


def _harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula is marked as text."""
    return f"'{text}" if text.startswith(FORMULA) else text
