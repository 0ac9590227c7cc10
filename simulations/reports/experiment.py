"""What a report tells of, as the one who ran the experiment fills it in.

    from simulations.reports.experiment import Difference, Experiment, Measured, Played
    from simulations.reports.page import page
    from simulations.reports.pieces import Curves, Intervals, Note, Section, Table …   # for sections of one's own
    from simulations.reports.sheet import sheet

    Played.of(scenario: Scenario, results: Iterable[DayResult], layout: Layout | None = None, opens_min: int = 600)
    Experiment(title=…, answer=…, command=…, seed=…, release=…, played=(…), measured=(…), differences=(…), sections=(…))
    page(experiment) -> str      # HTML, one file; equal experiments give equal bytes
    sheet(experiment) -> str     # CSV: each figure and difference with its interval

Scenarios are told apart by ``Scenario.name``, which must be different.
"""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from shopfloor.contract.layout import Layout
from simulations.experiments.result import DayResult, Histogram
from simulations.reports.pieces import Section
from simulations.scenarios.scenario import Scenario

Part: TypeAlias = Literal["mean", "p50", "p90"]
TEN_OCLOCK_MIN: Final = 600


class Played(Struct, frozen=True, kw_only=True):
    """One scenario and its days, added up."""

    scenario: Scenario
    days: int
    layout: Layout | None = None
    """The shop these days were played in; without it no floor plan is drawn."""
    opens_min: int = TEN_OCLOCK_MIN
    """Minutes after midnight at which the first slot of ``curves`` begins."""
    histograms: dict[str, Histogram] = field(default_factory=dict)
    curves: dict[str, list[int]] = field(default_factory=dict)
    queue_p90: list[int] = field(default_factory=list)
    """Per slot: the ms that people waited on a day that nine in ten days do not exceed."""
    lanes: dict[str, int] = field(default_factory=dict)
    ways: dict[str, int] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    """Invariants that did not hold, with their days."""

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        results: Iterable[DayResult],
        layout: Layout | None = None,
        opens_min: int = TEN_OCLOCK_MIN,
    ) -> "Played":
        """Add up the days of one scenario; a day that lasted longer than others counts as zero there."""
        days = list(results)
        queues = [day.curves.get("queue", []) for day in days]
        return cls(
            scenario=scenario,
            days=len(days),
            layout=layout,
            opens_min=opens_min,
            histograms=_lists([day.histograms for day in days]),
            curves=_lists([day.curves for day in days]),
            queue_p90=[_ninetieth(sorted(slot)) for slot in zip_longest(*queues, fillvalue=0)],
            lanes=_counts(day.lanes for day in days),
            ways=_counts(day.ways for day in days),
            broken=tuple(f"day {day.day}: {words}" for day in days for words in day.broken),
        )


class Measured(Struct, frozen=True, kw_only=True):
    """A figure of one scenario, in the unit of FIGURES. No estimate: there was nothing to divide by."""

    figure: str
    scenario: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    days: int
    part: Part = "mean"
    words: str = ""
    """Why there is no interval: "too few days (20; an interval needs 100)"."""


class Difference(Struct, frozen=True, kw_only=True):
    """``scenario`` less ``against``, day by day on the same customers; without an interval no claim is made."""

    figure: str
    scenario: str
    against: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    days: int
    part: Part = "mean"
    words: str = ""


class Experiment(Struct, frozen=True, kw_only=True):
    """Everything that its page shows."""

    title: str
    answer: str
    """One sentence, with its interval or the words why there is none."""
    command: str
    """What to type to get this page again."""
    seed: int
    release: str
    """Of the program: version, and commit if it is known."""
    played: tuple[Played, ...] = ()
    measured: tuple[Measured, ...] = ()
    differences: tuple[Difference, ...] = ()
    sections: tuple[Section, ...] = ()
    """The experiment's own, shown after figures and differences."""
    kpi: str = "repair_time"
    """The figure that was asked for: it is drawn."""
    confidence: float = 0.95
    limits: tuple[str, ...] = ()
    """What this experiment cannot know, besides what no experiment of the twin does."""


def _lists(days: list[dict[str, list[int]]]) -> dict[str, list[int]]:
    names = dict.fromkeys(name for day in days for name in day)
    return {
        name: [sum(slot) for slot in zip_longest(*(day.get(name, []) for day in days), fillvalue=0)] for name in names
    }


def _counts(days: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for day in days:
        for name, times in day.items():
            total[name] = total.get(name, 0) + times
    return total


def _ninetieth(ordered: list[int]) -> int:
    """The smallest value that at least nine in ten do not exceed."""
    return ordered[-(-9 * len(ordered) // 10) - 1]
