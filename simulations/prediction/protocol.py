"""What is frozen before anything is played: targets, definitions, ranges, shops, days. Its hash stands on every result.

A prediction is blind when nothing of this is chosen after a look at a result. Who changes any of it gets another hash,
and another row in the log.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, get_args

import msgspec
from msgspec import Struct

from simulations.scenarios.parameters import PUBLISHED
from simulations.scenarios.scenario import Scenario, load
from simulations.scenarios.table import ROWS, Row, Value

SCALE: Final = "work.scale"
"""The one number that is calibrated."""
SWITCHES: Final = ("cabinet", "prefetch", "tidy_stock", "e_sign")
LETTERS: Final = dict(zip(SWITCHES, "CPSE", strict=True))


class Baseline(Struct, frozen=True):
    """A shop in which none of the four switches is on. Only this kind may be calibrated."""

    shop: Scenario

    def __post_init__(self) -> None:
        on = [name for name in SWITCHES if self.shop.value(f"switches.{name}")]
        assert not on, f"{self.shop.name}: {on} is on, and only the old shop is calibrated"

    def replaced(self, values: Mapping[str, Value]) -> "Baseline":
        """The same with other values. Raises ScenarioError."""
        return Baseline(self.shop.replaced(values))


class Published(Struct, frozen=True, kw_only=True):
    """The result that is asked about. Only ``before_min`` is ever used to play anything."""

    before_min: float = 58.0
    after_min: float = 45.0
    ratio: float = 1.58
    """Parts efficiency, after over before."""
    within_min: float = 1.5
    """So near is a hit, of both times."""
    within_share: float = 0.10
    """So near is a hit, of the ratio."""
    source: str = PUBLISHED

    def is_time_hit(self, after_min: float) -> bool:
        return abs(after_min - self.after_min) <= self.within_min

    def is_ratio_hit(self, ratio: float) -> bool:
        return abs(ratio / self.ratio - 1) <= self.within_share


class Reading(Struct, frozen=True, kw_only=True):
    """One meaning of "repair time": a clock. The baseline is calibrated so that this clock shows the published time."""

    letter: str
    figure: str
    clock: str
    words: str


READINGS: Final = (
    Reading(letter="A", figure="repair_time", clock="desk time", words="from the seat at the desk to the handing over"),
    Reading(letter="B", figure="turnaround", clock="time with the queue", words="from the ticket to the handing over"),
)


class Definition(Struct, frozen=True, kw_only=True):
    """One meaning of "parts efficiency", always so that more than 1 is better with cabinet and robots."""

    letter: str
    figure: str
    words: str
    is_inverted: bool = False
    """Before over after: the figure is a time."""


CHOSEN: Final = "D1"
"""Before anything was played: of the four the only one that could plausibly be meant."""
DEFINITIONS: Final = (
    Definition(
        letter="D1", figure="lines_per_staff_hour", words="issued lines per hour of parts staff, all their work"
    ),
    Definition(letter="D2", figure="lines_per_labour_hour", words="issued lines per hour of all labour"),
    Definition(letter="D3", figure="lines_per_parts_hour", words="issued lines per hour that engineers spend on parts"),
    Definition(letter="D4", figure="parts_wait", words="time from order to hand, old over new", is_inverted=True),
)


class Span(Struct, frozen=True, kw_only=True):
    """What is not known of one parameter."""

    key: str
    low: float
    high: float


class Counts(Struct, frozen=True, kw_only=True):
    """How much is played."""

    calibration_days: int = 40
    days: int = 100
    """Fresh, of the prediction and of each cell of the attribution."""
    draws: int = 28
    draw_days: int = 4

    @property
    def to_calibrate(self) -> range:
        return range(self.calibration_days)

    @property
    def fresh(self) -> range:
        return range(self.calibration_days, self.calibration_days + self.days)

    @property
    def of_draws(self) -> range:
        """The first of the fresh days, so that what chance does on them can be told beside the others."""
        return range(self.calibration_days, self.calibration_days + self.draw_days)


class Protocol(Struct, frozen=True, kw_only=True):
    """All of it."""

    set_of: str
    seed: int
    counts: Counts
    baseline: Baseline
    smart: Scenario
    ranges: tuple[Span, ...]
    published: Published = Published()
    readings: tuple[Reading, ...] = READINGS
    definitions: tuple[Definition, ...] = DEFINITIONS
    chosen: str = CHOSEN
    calibrated: str = SCALE

    def hash(self) -> str:
        """SHA-256 of every field."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @property
    def days_to_play(self) -> int:
        """About: two readings, three tries each; two thirds of the draws are feasible."""
        counts, readings = self.counts, len(self.readings)
        shops = (1 << len(SWITCHES)) + 2 * (readings - 1)
        draws = counts.draws * (3 * readings - 1 + 2 * readings / 3)
        return round(3 * readings * counts.calibration_days + shops * counts.days + draws * counts.draw_days)

    def outside(self) -> list[str]:
        """Ranged parameters that this set of numbers puts outside their range."""
        return [
            span.key
            for span in self.ranges
            if isinstance(value := self.smart.value(span.key), int | float) and not span.low <= value <= span.high
        ]


SETS: Final = {"catalogue": ("counter", "cabinet"), "reference": ("reference-counter", "reference-cabinet")}
"""Set of numbers → the scenario before, the scenario after."""


def frozen(set_of: str, counts: Counts, seed: int, published: Published | None = None) -> Protocol:
    """The protocol over one of ``SETS``."""
    before, after = (load(name) for name in SETS[set_of])
    return Protocol(
        set_of=set_of,
        seed=seed,
        counts=counts,
        baseline=Baseline(before),
        smart=after,
        ranges=ranges_of(before),
        published=published or Published(),
    )


def ranges_of(scenario: Scenario) -> tuple[Span, ...]:
    """Every row that has a spread, but what moves nothing in this set of numbers."""
    return tuple(
        Span(key=row.key, low=row.spread[0], high=row.spread[1])
        for row in ROWS.values()
        if row.spread is not None and _moves(row, scenario)
    )


def definition_of(protocol: Protocol, letter: str) -> Definition:
    """One of the protocol's meanings of parts efficiency."""
    return next(one for one in protocol.definitions if one.letter == letter)


def _moves(row: Row, scenario: Scenario) -> bool:
    """The common spread of steps given by a mean, when none is, spreads nothing."""
    if row.key != "work.cv":
        return True
    steps = [scenario.value(key) for key, one in ROWS.items() if one.is_step]
    return any(isinstance(step, tuple) and len(step) == 1 for step in steps)


def drawn_value(key: str, value: float) -> Value:
    """As a scenario takes it: what is counted in whole ones stays whole."""
    return round(value) if get_args(ROWS[key].type)[0] is int else value
