"""What a report tells of, as the one who ran the experiment fills it in.

    from simulations.reports.experiment import Difference, Experiment, Measured, Played
    from simulations.reports.page import page
    from simulations.reports.pieces import Curves, Intervals, Note, Section, Table …   # for sections of one's own
    from simulations.reports.sheet import sheet

    Played(scenario=…, days=…, layout=…, opens_min=…, histograms=…, curves=…, …)     # experiments add it up
    Experiment(title=…, answer=…, command=…, seed=…, release=…, played=(…), measured=(…), differences=(…), sections=(…))
    page(experiment) -> str      # HTML, one file; equal experiments give equal bytes
    sheet(experiment) -> str     # CSV: each figure and difference with its interval

Scenarios are told apart by ``Scenario.name``, which must be different.
"""

from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from shopfloor.contract.layout import Layout
from simulations.experiments.result import Histogram
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
