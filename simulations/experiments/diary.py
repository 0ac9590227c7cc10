"""The days of one scenario, kept as whole numbers in arrays: less than three kilobytes a day, however busy it was."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulations.experiments.result import BINS, FIGURES, SLOT_MIN, DayResult, Figure
from simulations.scenarios.scenario import Scenario

Whole: TypeAlias = NDArray[np.int64]
Real: TypeAlias = NDArray[np.float64]

MINUTES_A_DAY: Final = 24 * 60
SLOTS: Final = MINUTES_A_DAY // SLOT_MIN
MS_A_SLOT: Final = SLOT_MIN * 60_000
BROKEN_MAX: Final = 20
"""Words of broken invariants that are kept; the days are all counted."""

SUMS: Final = tuple(sorted({name for figure in FIGURES.values() for name in (figure.top, figure.bottom) if name}))
HISTOGRAMS: Final = ("desk", "tat", "queue", "parts_wait")
QUEUE: Final = "queue"
CURVES: Final = (QUEUE, "engineers", "clerk", "robots", "staffed")


class Diary:
    """The days of ``days`` under one seed. Days may be entered in any order; what is read does not depend on it."""

    def __init__(self, scenario: Scenario, seed: int, days: range) -> None:
        assert days.step == 1
        self.scenario = scenario
        self.seed = seed
        self.days = days
        self.digests = [""] * len(days)
        self.broken: list[tuple[int, str]] = []
        self.broken_days = 0
        self._hash = scenario.hash()
        self.table = np.zeros((len(days), len(SUMS)), np.int64)
        self.counts = np.zeros((len(HISTOGRAMS), len(days), BINS), np.uint16)
        self.curves = np.zeros((len(CURVES), SLOTS), np.int64)
        self.queues = np.zeros((len(days), SLOTS), np.int32)
        self.driven: Counter[str] = Counter()
        self.walked: Counter[str] = Counter()

    @classmethod
    def joined(cls, parts: Sequence["Diary"]) -> "Diary":
        """Days that follow each other, as one."""
        first, last = parts[0], parts[-1]
        whole = cls(first.scenario, first.seed, range(first.days.start, last.days.stop))
        assert sum(len(part.days) for part in parts) == len(whole.days), "days that do not follow each other"
        whole.digests = [digest for part in parts for digest in part.digests]
        whole.broken = sorted(words for part in parts for words in part.broken)[:BROKEN_MAX]
        whole.broken_days = sum(part.broken_days for part in parts)
        whole.table = np.concatenate([part.table for part in parts])
        whole.counts = np.concatenate([part.counts for part in parts], axis=1)
        whole.curves = np.sum([part.curves for part in parts], axis=0)
        whole.queues = np.concatenate([part.queues for part in parts])
        for part in parts:
            whole.driven.update(part.driven)
            whole.walked.update(part.walked)
        return whole

    def enter(self, result: DayResult) -> None:
        """One more day, once."""
        assert (result.scenario, result.seed) == (self._hash, self.seed), "a day of another shop"
        row = self.days.index(result.day)
        assert not self.digests[row], f"day {result.day} was entered before"
        self.digests[row] = result.digest
        self.table[row] = [result.sums[name] for name in SUMS]
        for place, name in enumerate(HISTOGRAMS):
            if name in result.histograms:
                self.counts[place, row] = result.histograms[name]
        for place, name in enumerate(CURVES):
            slots = result.curves.get(name, [])
            self.curves[place, : len(slots)] += np.asarray(slots, np.int64)
        queue = result.curves.get(QUEUE, [])
        self.queues[row, : len(queue)] = queue
        self.driven.update(result.lanes)
        self.walked.update(result.ways)
        self._note(result)

    def _note(self, result: DayResult) -> None:
        if result.broken:
            self.broken_days += 1
            self.broken = sorted([*self.broken, *((result.day, words) for words in result.broken)])[:BROKEN_MAX]

    @property
    def is_whole(self) -> bool:
        """Every day has been entered."""
        return all(self.digests)

    def sums(self, name: str) -> Whole:
        """One per day."""
        column: Whole = self.table[:, SUMS.index(name)]
        return column

    def top(self, figure: Figure) -> Real:
        """One per day, in the figure's unit."""
        values: Real = self.sums(figure.top) * np.float64(figure.scale)
        return values

    def bottom(self, figure: Figure) -> Real:
        """One per day; ones for a figure that is a mean of days."""
        return self.sums(figure.bottom).astype(np.float64) if figure.bottom else np.ones(len(self.days))

    def histogram(self, name: str) -> Whole:
        """Days × ``BINS``."""
        counts: Whole = self.counts[HISTOGRAMS.index(name)].astype(np.int64)
        return counts

    def curve(self, name: str) -> Whole:
        """Per slot, in ms, all days together; to the last slot in which anything was."""
        whole = self.curves[CURVES.index(name)]
        used = np.flatnonzero(whole)
        slots: Whole = whole[: int(used[-1]) + 1 if used.size else 0]
        return slots

    def queue_not_exceeded(self, share: float) -> Whole:
        """Per slot, in ms: what people waited on a day that this share of days do not exceed."""
        slots = self.queues[:, : self.curve(QUEUE).size]
        reached: Whole = np.quantile(slots, share, axis=0, method="higher").astype(np.int64)
        return reached

    @property
    def lanes(self) -> dict[str, int]:
        return dict(sorted(self.driven.items()))

    @property
    def ways(self) -> dict[str, int]:
        return dict(sorted(self.walked.items()))

    def digest(self) -> str:
        """SHA-256 over all that was kept."""
        found = hashlib.sha256(f"{self._hash} {self.seed} {self.days}".encode())
        for array in (self.table, self.counts, self.curves, self.queues):
            found.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
        found.update(repr((self.digests, self.lanes, self.ways, self.broken, self.broken_days)).encode())
        return found.hexdigest()
