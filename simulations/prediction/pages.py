"""A prediction as files: JSON for programs, CSV for spreadsheets, a page for people."""

import csv
import io
from collections.abc import Sequence

import msgspec
from msgspec import structs

from simulations.experiments.diary import Diary
from simulations.experiments.pages import days_sheet, experiment
from simulations.experiments.results import DAYS, DRAWS, FIGURES, REPORT, RESULT
from simulations.prediction.found import Draw, Predicted
from simulations.prediction.sections import sections
from simulations.reports.page import page
from simulations.reports.sheet import sheet

HEAD_OF_DRAWS = (
    "draw", "reading", "scale", "before_min", "repair_min", "clerk_busy", "flaws", "after_min", "saving_min",
    "efficiency",
)  # fmt: skip


def files(predicted: Predicted, diaries: Sequence[Diary]) -> dict[str, str]:
    """File name → its whole text; equal predictions have equal texts."""
    finding = predicted.finding
    told = experiment(finding, diaries[: len(finding.shops)])
    return {
        RESULT: msgspec.json.format(msgspec.json.encode(predicted)).decode() + "\n",
        DAYS: days_sheet(diaries),
        FIGURES: sheet(told),
        DRAWS: draws_sheet(predicted.draws, [span.key for span in predicted.protocol.ranges]),
        REPORT: page(structs.replace(told, sections=sections(predicted), limits=())),
    }


def draws_sheet(draws: Sequence[Draw], keys: Sequence[str]) -> str:
    """One row for each draw by each reading, with the values that were drawn."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow((*HEAD_OF_DRAWS, *keys))
    for one in draws:
        told = (one.number, one.reading, one.scale, one.before_min, one.repair_min, one.clerk_busy)
        after = (one.after_min, one.saving_min, one.ratio)
        rows.writerow((*told, "; ".join(one.flaws), *after, *(one.values[key] for key in keys)))
    return written.getvalue()
