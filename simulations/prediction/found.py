"""What a prediction found: ``result.json`` is this, field by field, whenever and by how many workers it was found."""

from collections.abc import Sequence

from msgspec import Struct, field

from simulations.experiments.finding import Difference, Estimate, Finding, Measured
from simulations.prediction.calibration import Try
from simulations.prediction.protocol import Definition, Protocol, Reading
from simulations.statistics.hypercube import Driver
from simulations.statistics.intervals import Interval


def row_of(rows: Sequence[Measured], figure: str) -> Measured:
    """One figure of all."""
    return next(row for row in rows if row.figure == figure)


class Fit(Struct, frozen=True, kw_only=True):
    """The one calibrated number, and how it was found."""

    scale: float
    shown_min: float
    """By the reading's clock, on the calibration days."""
    repair_min: float
    clerk_busy: float
    tries: tuple[Try, ...]
    flaws: tuple[str, ...]


class Efficiency(Struct, frozen=True, kw_only=True):
    """One definition: how many times better with cabinet and robots."""

    definition: Definition
    before: Measured
    after: Measured
    ratio: Estimate


class Cost(Struct, frozen=True, kw_only=True):
    """One row of what is beside a gain."""

    words: str
    unit: str
    before: Estimate
    after: Estimate


class Pair(Struct, frozen=True, kw_only=True):
    """The old shop and the new one on the same fresh days."""

    before: list[Measured]
    """Every row of ``FIGURES``, in their order."""
    after: list[Measured]
    differences: list[Difference]
    """Mean and p90 of both clocks, after less before; their intervals hold together."""
    saving: Estimate
    """Of the reading's clock: the same difference the other way round."""
    saving_p90: Estimate
    efficiency: list[Efficiency]
    costs: list[Cost]
    chance_of_draws_min: Estimate
    """Of the draws' few days: the saving on them less that on all fresh days; low and high say what chance can do."""


class Quantiles(Struct, frozen=True, kw_only=True):
    """Over the feasible draws: what the ranges allow. None: too few draws to say a range."""

    draws: int
    q025: float | None = None
    q25: float | None = None
    q50: float | None = None
    q75: float | None = None
    q975: float | None = None


class Drivers(Struct, frozen=True, kw_only=True):
    """Which ranges decide an outcome."""

    of: str
    method: str
    """In words; empty: nothing can be said, and ``note`` says why."""
    strongest: tuple[Driver, ...] = ()
    r_squared: float | None = None
    beyond_chance: float = 0.0
    """A weaker one may be chance (of all of them together, 95 %)."""
    note: str = ""

    def sure(self) -> tuple[Driver, ...]:
        """Those that are more than chance."""
        return tuple(one for one in self.strongest if abs(one.coefficient) > self.beyond_chance)


class Draw(Struct, frozen=True, kw_only=True):
    """One draw from the ranges, by one reading."""

    number: int
    reading: str
    values: dict[str, float]
    scale: float
    before_min: float
    repair_min: float
    clerk_busy: float
    flaws: tuple[str, ...]
    after_min: float | None = None
    """None: infeasible, so its new shop was not played."""
    ratio: float | None = None

    @property
    def saving_min(self) -> float | None:
        return None if self.after_min is None else self.before_min - self.after_min


class Chances(Struct, frozen=True, kw_only=True):
    """What all draws say, by one reading. Shares are of feasible draws: they speak about the ranges, not a store."""

    drawn: int
    feasible: int
    flaws: dict[str, int]
    """Why → how many draws; a draw may have several."""
    after: Quantiles
    saving: Quantiles
    ratio: Quantiles
    hits_time: Interval | None
    hits_ratio: Interval | None
    hits_both: Interval | None
    drivers: list[Drivers]


class Read(Struct, frozen=True, kw_only=True):
    """One reading of "repair time", from its calibration to its chances."""

    reading: Reading
    fit: Fit
    pair: Pair | None
    """None: the old shop cannot be calibrated by this clock."""
    chances: Chances | None
    """None: no draws were asked for."""


class Cell(Struct, frozen=True, kw_only=True):
    """One combination of the switches."""

    letters: str
    """``""`` is the counter, ``CPSE`` has everything."""
    name: str
    time: Measured
    less_counter: Estimate | None
    """Paired; the intervals of all cells hold together. None: it is the counter."""
    parts: Measured
    """By the chosen definition of efficiency."""


class Credit(Struct, frozen=True, kw_only=True):
    """What one switch does, over all orders of turning them on; alone; and last."""

    letter: str
    switch: str
    share: Estimate
    alone: Estimate
    last: Estimate


class Attributed(Struct, frozen=True, kw_only=True):
    """All four switches on, less none on, and whose doing it is. Negative is time saved."""

    figure: str
    total: Estimate
    credits: list[Credit]
    cells: list[Cell]


class Predicted(Struct, frozen=True, kw_only=True):
    """The whole answer."""

    protocol: Protocol
    protocol_hash: str
    finding: Finding
    """Its shops are the counter and the cabinet by the first reading."""
    readings: list[Read]
    attributed: Attributed
    draws: list[Draw]
    broken_days: int
    """Of all days that were played, also of draws and calibrations."""
    broken: list[str]
    sentences: list[str] = field(default_factory=list)
    """What must be said beside the answer, in its order."""
