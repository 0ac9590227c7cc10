"""What an experiment found: all that a table, a page or a file may show of it. ``result.json`` is this, field by field.

Nothing here depends on when, how fast, or by how many workers it was found: equal questions have equal bytes.
"""

from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

SCHEMA: Final = 1
LEVEL: Final = 0.95
Kind: TypeAlias = Literal["run", "compare", "predict"]
Part: TypeAlias = Literal["mean", "p50", "p90"]


class Estimate(Struct, frozen=True, kw_only=True):
    """A number and its interval. An interval that could not keep its promise is not there, and ``note`` says why."""

    value: float | None
    """None: there was nothing to measure (no robot, no repair …)."""
    low: float | None = None
    high: float | None = None
    level: float = LEVEL
    note: str = ""


class Measured(Struct, frozen=True, kw_only=True):
    """One row of ``FIGURES`` in one shop."""

    figure: str
    words: str
    unit: str
    better: Literal["less", "more", ""]
    mean: Estimate
    quantiles: dict[Part, Estimate] = field(default_factory=dict)
    """``p50`` and ``p90`` over customers (lines), of the figures that have a histogram."""


class Setting(Struct, frozen=True, kw_only=True):
    """One parameter as it was played."""

    key: str
    value: str
    unit: str
    source: str
    words: str
    default: str


class Shop(Struct, frozen=True, kw_only=True):
    """One scenario, and its days."""

    name: str
    title: str
    scenario: str
    """The scenario's hash."""
    settings: list[Setting]
    first_day: int
    """The figures are of the days from here on (a pilot that only decides how many to play lies before)."""
    days: int
    digests: list[str]
    """Of each of these days: the floor's books after its last word."""
    figures: list[Measured]
    histograms: dict[str, list[int]]
    """``BINS`` counts by whole minutes, all days together."""
    curves: dict[str, list[float]]
    """How many at the same time (people waiting, desks taken, robots busy), by slot of ``SLOT_MIN``: mean of days."""
    queue_p90: list[float]
    """People waiting, by slot: nine days in ten have no more."""
    lanes: dict[str, int]
    """Edge of the layout → drives on it, all days together."""
    ways: dict[str, int]
    """Desk → walks to the counter and back, all days together."""
    broken: list[str]
    """The first invariants that did not hold, in words with their day."""
    broken_days: int


class Difference(Struct, frozen=True, kw_only=True):
    """``shop`` less ``base`` on the same days. All intervals of an experiment hold together with ``LEVEL``."""

    kpi: str
    part: Part
    unit: str
    base: str
    shop: str
    difference: Estimate
    verdict: str
    """In words: less, better; more, worse; not distinguishable; no claim."""
    days: int
    variance_ratio: float | None
    """How many times as many days without the same customers would be needed; None: no spread at all."""
    by_day: list[float | None]
    """The difference of each day's own values; None: one of the two has none. Given with the mean."""


class Selection(Struct, frozen=True, kw_only=True):
    """Which of several is best, by the procedure of Kim and Nelson: shops that fall behind are played no longer."""

    kpi: str
    unit: str
    delta: float
    """A smaller difference does not matter to whoever asks."""
    level: float
    """The chance that ``best`` is the best, or within ``delta`` of it."""
    best: str
    """Empty: the days were used up before one was left."""
    alike: list[str]
    """The best, and all that cannot be told from it."""
    worse: list[str]
    """The others, those that were played longest first."""
    days: dict[str, int]
    """Shop → days it was played before it fell out, or the end came."""


class Finding(Struct, frozen=True, kw_only=True):
    """One question, its days and the answer."""

    schema: int = SCHEMA
    kind: Kind
    answer: str
    """In one sentence."""
    command: str
    """Gives the same bytes again."""
    seed: int
    days: int
    kpis: list[str]
    release: str
    program: str
    """SHA-256 of the program's own source, its data, and the libraries that decide a day."""
    machine: str
    digest: str
    """SHA-256 over every number of every day: equal for any number of workers."""
    shops: list[Shop]
    differences: list[Difference] = field(default_factory=list)
    selection: Selection | None = None
    remarks: list[str] = field(default_factory=list)
    """What must be said beside the answer."""
