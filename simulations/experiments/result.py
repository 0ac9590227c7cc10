"""What is kept of one shop day: sums and counts in integers, of a fixed size however busy the day was.

Figures of an experiment are ratios of sums over days (``FIGURES``); nothing here grows with the number of customers.
"""

from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

SLOT_MIN: Final = 15
"""Curves over the day are kept in quarter hours from the opening on."""
BIN_MIN: Final = 1
BINS: Final = 240
"""Histograms count durations in whole minutes; the last bin has all that is longer."""

Histogram: TypeAlias = list[int]
"""``BINS`` counts."""


class DayResult(Struct, frozen=True, kw_only=True):
    """One day of one scenario. Equal to the byte for equal (scenario, seed, day)."""

    scenario: str
    """The scenario's hash."""
    seed: int
    day: int
    digest: str
    """SHA-256 of the floor's books after the last word of the day."""
    sums: dict[str, int]
    """By the names that ``FIGURES`` uses: counts, and times in ms."""
    histograms: dict[str, Histogram] = field(default_factory=dict)
    """``desk``, ``tat``, ``queue``, ``parts_wait``: how many customers (lines) took so many minutes."""
    curves: dict[str, list[int]] = field(default_factory=dict)
    """Per slot, in ms: ``queue`` (people waited), ``engineers`` (desks were taken), ``clerk`` and ``robots`` (busy),
    ``staffed`` (engineers were there)."""
    lanes: dict[str, int] = field(default_factory=dict)
    """Edge of the layout → how often a robot drove it."""
    ways: dict[str, int] = field(default_factory=dict)
    """Desk → how often its engineer walked to the counter and back."""
    broken: list[str] = field(default_factory=list)
    """Invariants that did not hold, in words; empty on every day of a program without mistakes."""


class Figure(Struct, frozen=True, kw_only=True):
    """A figure of the shop: ``top`` over ``bottom``, summed over days; without a bottom, the mean of days."""

    name: str
    words: str
    unit: Literal["min", "share", "lines/h", "per day", "h", "1–5"]
    top: str
    bottom: str = ""
    scale: float = 1.0
    better: Literal["less", "more", ""] = "less"
    histogram: str = ""
    """Where its distribution is, if there is one."""


MS_A_MIN: Final = 60_000
MS_AN_HOUR: Final = 3_600_000

FIGURES: Final[dict[str, Figure]] = {
    figure.name: figure
    for figure in (
        Figure(name="repair_time", words="desk time R: seated → handed over, repairs of one visit", unit="min",
               top="desk_ms", bottom="repairs", scale=1 / MS_A_MIN, histogram="desk"),
        Figure(name="turnaround", words="TAT: ticket taken → handed over, repairs of one visit", unit="min",
               top="tat_ms", bottom="repairs", scale=1 / MS_A_MIN, histogram="tat"),
        Figure(name="waiting", words="ticket taken → seated, everybody who was seated", unit="min",
               top="queue_ms", bottom="seated", scale=1 / MS_A_MIN, histogram="queue"),
        Figure(name="parts_time", words="engineer's time for parts per repair: desk time without hands-on steps",
               unit="min", top="parts_ms", bottom="repairs", scale=1 / MS_A_MIN),
        Figure(name="parts_wait", words="parts order opened → unit at the desk", unit="min",
               top="order_ms", bottom="orders", scale=1 / MS_A_MIN, histogram="parts_wait"),
        Figure(name="fetch_time", words="an order's parts under way: ordered → the last at the desk, by robot; "
               "on foot: stood up → back", unit="min", top="fetch_ms", bottom="fetches", scale=1 / MS_A_MIN),
        Figure(name="ride_time", words="a robot's ride with one part: at the pick-up → home, or free for the next",
               unit="min", top="ride_ms", bottom="rides", scale=1 / MS_A_MIN),
        Figure(name="lines_per_staff_hour", words="issued lines per hour of parts staff, all their work (D1)",
               unit="lines/h", top="lines", bottom="clerk_ms", scale=MS_AN_HOUR, better="more"),
        Figure(name="lines_per_labour_hour", words="issued lines per hour of all labour (D2)",
               unit="lines/h", top="lines", bottom="labour_ms", scale=MS_AN_HOUR, better="more"),
        Figure(name="lines_per_parts_hour", words="issued lines per hour that engineers spend on parts (D3)",
               unit="lines/h", top="lines", bottom="parts_ms", scale=MS_AN_HOUR, better="more"),
        Figure(name="clerk_busy", words="clerks' work, of the opening hours", unit="share",
               top="clerk_ms", bottom="clerk_there_ms", better=""),
        Figure(name="engineers_busy", words="desks taken, of the engineers' hours", unit="share",
               top="taken_ms", bottom="engineers_there_ms", better=""),
        Figure(name="robots_busy", words="robots on an errand, of their hours", unit="share",
               top="robots_ms", bottom="robots_there_ms", better=""),
        Figure(name="brought_whole", words="orders of which robots brought every part", unit="per day", top="brought",
               better="more"),
        Figure(name="served", words="phones handed over", unit="per day", top="handed_over", better="more"),
        Figure(name="gave_up", words="tickets that left or never came, of all", unit="share",
               top="gave_up", bottom="tickets"),
        Figure(name="overtime", words="last customer gone after the doors closed", unit="min",
               top="overtime_ms", scale=1 / MS_A_MIN),
    )
}  # fmt: skip
"""What ``--kpi`` may name. All times are those of facts of the floor."""
