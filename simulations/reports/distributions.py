"""Histograms of many days as pictures and percentiles."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from simulations.experiments.result import BIN_MIN, BINS, FIGURES, Histogram
from simulations.reports.experiment import Experiment, Played
from simulations.reports.pieces import Bars, Curves, Note, Piece, Section, Series, Table
from simulations.reports.words import NOTHING, number

PERCENTILES: Final = (10, 50, 75, 90, 95)
CLASSES_MAX: Final = 32
CLASS_WIDTHS_MIN: Final = (1, 2, 5, 10)
SHOWN_PART: Final = 0.995
"""The axes end where so much of the widest distribution is shown."""

NAMES: Final = {
    "desk": "Time at the desk",
    "tat": "Turnaround",
    "queue": "Waiting",
    "parts_wait": "Waiting for parts",
}
"""Histogram of DayResult → what its picture is called, in the order of the page."""


def distributions(experiment: Experiment) -> Section:
    """Bars, the part done by then, and percentiles, for each of NAMES."""
    pieces: list[Piece] = [
        Note("All days together; a customer (or a parts line) counts once. The mean alone hides what nine in ten meet.")
    ]
    for name, title in NAMES.items():
        pieces += _pieces(experiment.played, name, title)
    return Section(anchor="distributions", title="How long it took", pieces=tuple(pieces))


def _pieces(played: Sequence[Played], name: str, title: str) -> list[Piece]:
    counted = [(one.scenario.name, one.histograms.get(name, [])) for one in played]
    words = next(figure.words for figure in FIGURES.values() if figure.histogram == name)
    what = "parts lines" if name == "parts_wait" else "customers"
    until = max((_cut(histogram) for _, histogram in counted), default=0)
    width = next((width for width in CLASS_WIDTHS_MIN if until <= width * CLASSES_MAX), CLASS_WIDTHS_MIN[-1])
    until = -(-until // width) * width
    edges = tuple(float(at) for at in range(0, until + 1, width))
    return [
        Bars(
            title=title,
            words=f"Shares of {what} by {words}, in classes of {width} min, one row a scenario.",
            x_label="minutes",
            y_label=f"share of {what}",
            edges=edges,
            rows=tuple((label, _shares(histogram, until, width)) for label, histogram in counted),
        ),
        Curves(
            title=f"{title}: how many are done by then",
            words=f"Part of the {what} whose time was at most so many minutes ({words}), a line a scenario.",
            x_label="minutes",
            y_label=f"share of {what}",
            y_as="share",
            series=tuple(_done_by(label, histogram, until) for label, histogram in counted),
        ),
        Table(
            caption=f"{title}: within how many minutes so many {what} were done",
            head=("scenario", what, *(f"{percent} % within" for percent in PERCENTILES)),
            rows=tuple(_row(one.scenario.name, one.histograms.get(name, [])) for one in played),
            numeric=tuple(range(1, len(PERCENTILES) + 2)),
        ),
    ]


def percentile_min(histogram: Histogram, percent: float) -> float | None:
    """The minutes within which so many percent were done, to a part of a class; None: nobody, or in the open last."""
    target = sum(histogram) * percent / 100
    before = 0
    for at, count in enumerate(histogram):
        if count and before + count >= target:
            return None if at == BINS - 1 else (at + (target - before) / count) * BIN_MIN
        before += count
    return None


def _row(label: str, histogram: Histogram) -> tuple[str, ...]:
    total = sum(histogram)
    if not total:
        return (label, "0", *[NOTHING] * len(PERCENTILES))
    found = (percentile_min(histogram, percent) for percent in PERCENTILES)
    longer = f"over {(BINS - 1) * BIN_MIN}"
    return (label, number(total), *(longer if minutes is None else f"{minutes:.1f}" for minutes in found))


def _shares(histogram: Histogram, until: int, width: int) -> tuple[float, ...]:
    total = sum(histogram) or 1
    return tuple(sum(histogram[at : at + width]) / total for at in range(0, until, width))


def _done_by(label: str, histogram: Histogram, until: int) -> Series:
    total = sum(histogram)
    shares: tuple[float, ...] = (0.0, *(done / total for done in accumulate(histogram))) if total else ()
    return Series(
        label=label, xs=tuple(float(at * BIN_MIN) for at in range(len(shares[: until + 1]))), ys=shares[: until + 1]
    )


def _cut(histogram: Histogram) -> int:
    """Where SHOWN_PART of the histogram is passed, in minutes."""
    if not sum(histogram):
        return 0
    target = sum(histogram) * SHOWN_PART
    done = accumulate(histogram)
    return next(at for at, count in enumerate(done, start=1) if count >= target) * BIN_MIN
