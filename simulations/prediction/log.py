"""Every prediction that was ever made, a row each, in the order they were made. No row is changed or taken away.

A row is added in one step, before anybody has seen the result: what was tried cannot be forgotten.
"""

import csv
import fcntl
import io
import os
from pathlib import Path
from typing import Final, TypeAlias

from simulations.experiments.finding import Estimate
from simulations.experiments.results import ResultsError
from simulations.prediction.found import Predicted, Read, row_of
from simulations.statistics.intervals import Interval

OF_A_READING: Final = (
    "scale", "before", "before_p90", "after", "after_low", "after_high", "after_p90", "saving", "saving_low",
    "saving_high", "efficiency", "efficiency_low", "efficiency_high", "drawn", "feasible", "range_low", "range_median",
    "range_high", "hit_time", "hit_time_low", "hit_time_high", "hit_ratio", "hit_ratio_low", "hit_ratio_high",
    "hit_both", "hit_both_low", "hit_both_high",
)  # fmt: skip
HEAD: Final = (
    "at", "set", "protocol", "program", "seed", "calibration_days", "days", "draws", "draw_days",
    "published_before", "published_after", "published_ratio", "digest",
    *(f"{letter}_{name}" for letter in "AB" for name in OF_A_READING),
)  # fmt: skip
FIRST_LINE: Final = ",".join(HEAD)

Cell: TypeAlias = str | int | float | None


class Log:
    """A CSV file. Raises ResultsError, before anything is played, when rows cannot be added to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if path.exists():
                with path.open("r+b") as file:
                    self._refuse_another(file.read(len(FIRST_LINE) + 2))
            elif not os.access(path.absolute().parent, os.W_OK | os.X_OK):
                raise ResultsError(f"--log {path}: there is no such directory, or nothing may be written in it.")
        except OSError as fault:
            raise self._cannot(fault) from fault

    def add(self, predicted: Predicted, at: str) -> None:
        """One row."""
        self.add_line(_line(row(predicted, at)))

    def add_line(self, line: str) -> None:
        """Whole or not at all, also when several programs add theirs."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                self._append(handle, line)
            finally:
                os.close(handle)
        except OSError as fault:
            raise self._cannot(fault) from fault

    def _append(self, handle: int, line: str) -> None:
        size = os.fstat(handle).st_size
        self._refuse_another(os.pread(handle, len(FIRST_LINE) + 2, 0))
        last = os.pread(handle, 1, size - 1) if size else b""
        before = {b"": f"{FIRST_LINE}\n", b"\n": ""}.get(last, "\n")
        written = (before + line).encode()
        if os.write(handle, written) != len(written):
            os.ftruncate(handle, size)
            raise ResultsError(f"--log {self.path}: there is no room for another row.")
        os.fsync(handle)

    def _refuse_another(self, there: bytes) -> None:
        first = there.split(b"\n", 1)[0].rstrip(b"\r")
        if there and first != FIRST_LINE.encode():
            raise ResultsError(
                f"--log {self.path}: is no log of predictions, or one of another release; nothing is added to it. "
                "Give another file."
            )

    def _cannot(self, fault: OSError) -> ResultsError:
        return ResultsError(f"--log {self.path}: cannot be written ({fault.strerror}).")


def row(predicted: Predicted, at: str) -> list[Cell]:
    """In the order of ``HEAD``; a number that is not there is an empty cell."""
    protocol = predicted.protocol
    counts, published = protocol.counts, protocol.published
    cells: list[Cell] = [
        at,
        protocol.set_of,
        predicted.protocol_hash,
        predicted.finding.program,
        protocol.seed,
        counts.calibration_days,
        counts.days,
        counts.draws,
        counts.draw_days,
        published.before_min,
        published.after_min,
        published.ratio,
        predicted.finding.digest,
    ]
    for read in predicted.readings:
        cells += [read.fit.scale, *_predicted(read, protocol.chosen), *_drawn(read)]
    assert len(cells) == len(HEAD)
    return cells


def _predicted(read: Read, chosen: str) -> list[Cell]:
    if read.pair is None:
        return [None] * 12
    before, after = (row_of(rows, read.reading.figure) for rows in (read.pair.before, read.pair.after))
    saved = read.pair.saving
    efficiency = next(one.ratio for one in read.pair.efficiency if one.definition.letter == chosen)
    tails = before.quantiles["p90"].value, after.quantiles["p90"].value
    return [before.mean.value, tails[0], *_estimate(after.mean), tails[1], *_estimate(saved), *_estimate(efficiency)]


def _drawn(read: Read) -> list[Cell]:
    found = read.chances
    if found is None:
        return [0] * 2 + [None] * 12
    return [
        found.drawn,
        found.feasible,
        found.after.q025,
        found.after.q50,
        found.after.q975,
        *_share(found.hits_time),
        *_share(found.hits_ratio),
        *_share(found.hits_both),
    ]


def _estimate(found: Estimate) -> list[Cell]:
    return [found.value, found.low, found.high]


def _share(found: Interval | None) -> list[Cell]:
    return [None] * 3 if found is None else [found.point, found.low, found.high]


def _line(cells: list[Cell]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()
