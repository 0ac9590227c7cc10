"""The anchors: what an independent model of the reference shop says, beside what the twin says of it.

The model is ``benchmarks/idiomatic_shop.py``: the same shop written by hand in SimPy, with nothing of this program in
it. The anchors are its figures over 200 days. A tolerance is what two models of one shop may differ by: desk times by
0.6 min, shares and rates by 5 %, and what a queue decides by 15 %.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from simulations.experiments.diary import Diary
from simulations.experiments.figures import day_values, mean, quantile, value_of
from simulations.experiments.finding import Estimate
from simulations.experiments.result import FIGURES
from simulations.scenarios.scenario import Scenario, load
from simulations.statistics.intervals import Interval
from simulations.statistics.paired import Outcomes, difference_interval

COUNTER: Final = "counter"
CABINET: Final = "cabinet"
BUSY_COUNTER: Final = "counter, service day"
BUSY_CABINET: Final = "cabinet, service day"
BOTH: Final = "counter less cabinet"
MODEL_DAYS: Final = 200
"""That the anchors are of. Of fewer days the twin's queue would say nothing."""
SERVICE_DAY: Final = 1.35
"""Times as many customers."""
DESK_MIN: Final = 0.6
RATIO: Final = 0.05
QUEUE: Final = 0.15

Diaries: TypeAlias = Mapping[str, Diary]
"""By the names above."""
Read: TypeAlias = Callable[[Diaries], Estimate]


class Anchor(Struct, frozen=True, kw_only=True):
    """One figure of the model."""

    figure: str
    unit: str
    shop: str
    value: float
    within: float
    """How far the twin's may be from it, in the figure's unit."""
    read: Read
    by_interval: bool = False
    """The twin's interval must overlap value ± within; otherwise its value must lie inside."""

    def is_met(self, measured: Estimate) -> bool:
        low, high = measured.value, measured.value
        if self.by_interval:
            low, high = measured.low, measured.high
        if low is None or high is None:
            return False
        return low <= self.value + self.within and high >= self.value - self.within


class Verdict(Struct, frozen=True, kw_only=True):
    """An anchor, what the twin says, and what it says of the catalogue's shop, for which there is no anchor."""

    anchor: Anchor
    measured: Estimate
    beside: Estimate | None
    is_met: bool


def shops() -> dict[str, Scenario]:
    """The scenarios that have anchors."""
    counter, cabinet = load("reference-counter"), load("reference-cabinet")
    return {
        COUNTER: counter,
        CABINET: cabinet,
        BUSY_COUNTER: counter.replaced({"demand.factor": SERVICE_DAY}, name=f"{counter.name}, service day"),
        BUSY_CABINET: cabinet.replaced({"demand.factor": SERVICE_DAY}, name=f"{cabinet.name}, service day"),
    }


def shops_beside() -> dict[str, Scenario]:
    """The catalogue's."""
    return {COUNTER: load("counter"), CABINET: load("cabinet")}


def judged(diaries: Diaries, beside: Diaries) -> list[Verdict]:
    """Every anchor."""
    return [_judged(anchor, diaries, beside) for anchor in ANCHORS]


def _judged(anchor: Anchor, diaries: Diaries, beside: Diaries) -> Verdict:
    measured = anchor.read(diaries)
    return Verdict(
        anchor=anchor,
        measured=measured,
        beside=anchor.read(beside) if anchor.shop in (COUNTER, CABINET, BOTH) else None,
        is_met=anchor.is_met(measured),
    )


# ── how each is read ────────────────────────────────────────────────────────────────────────────


def _mean(figure: str, shop: str) -> Read:
    return lambda diaries: mean(diaries[shop], FIGURES[figure])


def _p90(figure: str, shop: str) -> Read:
    return lambda diaries: quantile(diaries[shop], FIGURES[figure], 0.9)


def _saving(diaries: Diaries) -> Estimate:
    """Of desk time, day by day with the same customers."""
    old, new = (
        Outcomes.of(list(diaries[shop].days), day_values(diaries[shop], FIGURES["repair_time"]))
        for shop in (COUNTER, CABINET)
    )
    found = difference_interval(old, new)
    if isinstance(found, Interval):
        return Estimate(value=found.point, low=found.low, high=found.high, level=found.level)
    return Estimate(value=float((old.values - new.values).mean()), note=found.why)


def _times(figure: str) -> Read:
    """Cabinet over counter."""

    def read(diaries: Diaries) -> Estimate:
        old, new = (value_of(diaries[shop], FIGURES[figure]) for shop in (COUNTER, CABINET))
        return Estimate(value=new / old if old and new else None)

    return read


def _robots_as_modelled(diaries: Diaries) -> Estimate:
    """The model's robots wait at the cabinet and bring whole orders; the floor's park elsewhere and take a part each.
    So a ride counts from the pick-up on, and once for each order that robots brought whole."""
    diary = diaries[CABINET]
    ride = value_of(diary, FIGURES["ride_time"])
    there = int(diary.sums("robots_there_ms").sum())
    orders = int(diary.sums("brought").sum())
    return Estimate(value=orders * ride / FIGURES["ride_time"].scale / there if ride and there else None)


# ── the table ───────────────────────────────────────────────────────────────────────────────────


def _two(figure: str, unit: str, counter: float, cabinet: float, within: Callable[[float], float],
         read: Callable[[str], Read]) -> Sequence[Anchor]:  # fmt: skip
    """The same figure of both shops."""
    return [
        Anchor(figure=figure, unit=unit, shop=shop, value=value, within=within(value), read=read(shop))
        for shop, value in ((COUNTER, counter), (CABINET, cabinet))
    ]


def _desk(_value: float) -> float:
    return DESK_MIN


def _ratio(value: float) -> float:
    return RATIO * value


def _queue(value: float) -> float:
    return QUEUE * value


def _visit(shop: str, value: float, queue: float) -> Anchor:
    """Queue and desk time together; ``queue`` is the model's."""
    return Anchor(figure="ticket → hand-over", unit="min", shop=shop, value=value, within=DESK_MIN + QUEUE * queue,
                  read=_mean("turnaround", shop))  # fmt: skip


ANCHORS: Final = (
    *_two("desk time", "min", 57.6, 48.3, _desk, lambda shop: _mean("repair_time", shop)),
    Anchor(figure="saving of desk time, paired", unit="min", shop=BOTH, value=9.2, within=0.26, read=_saving,
           by_interval=True),
    *_two("desk time, nine in ten within", "min", 75.8, 63.3, _desk, lambda shop: _p90("repair_time", shop)),
    *_two("queue before the desk", "min", 8.6, 2.7, _queue, lambda shop: _mean("waiting", shop)),
    _visit(COUNTER, 66.1, 8.6),
    _visit(CABINET, 51.0, 2.7),
    *_two("parts time per customer", "min", 10.8, 1.5, _desk, lambda shop: _mean("parts_time", shop)),
    *_two("order → in hand", "min", 8.5, 2.1, _queue, lambda shop: _mean("fetch_time", shop)),
    *_two("clerk busy", "share", 0.78, 0.44, _ratio, lambda shop: _mean("clerk_busy", shop)),
    *_two("engineers busy", "share", 0.74, 0.62, _ratio, lambda shop: _mean("engineers_busy", shop)),
    Anchor(figure="robots busy, as the model counts", unit="share", shop=CABINET, value=0.06, within=_ratio(0.06),
           read=_robots_as_modelled),
    *_two("lines per staff-hour", "lines/h", 10.1, 17.9, _ratio, lambda shop: _mean("lines_per_staff_hour", shop)),
    Anchor(figure="lines per staff-hour, cabinet ÷ counter", unit="×", shop=BOTH, value=1.78, within=_ratio(1.78),
           read=_times("lines_per_staff_hour")),
    _visit(BUSY_COUNTER, 107, 47.5),
    _visit(BUSY_CABINET, 63, 14.9),
    Anchor(figure="clerk busy, of the opening hours", unit="share", shop=BUSY_COUNTER, value=1.06, within=_ratio(1.06),
           read=_mean("clerk_busy", BUSY_COUNTER)),
)  # fmt: skip

SHOPS_DIFFER: Final = (
    (
        "Robots: the floor sends one with each part, from its park; the model sends one with a whole order, from the "
        "cabinet. So robots here are busier, and engineers take each part by itself (0.35 min). As the model counts, a "
        "ride begins at the cabinet, and an order that robots brought whole has one."
    ),
    "Parts that the cabinet does not have: only they are fetched on foot here; in the model the whole order is.",
    "Ways: robots drive 8 to 22 m of the sample layout's lanes and turn on them; the model has 22 m to any desk.",
    "Pages of documents, the card terminal and wires take about 0.08 min a repair; the model has none of them.",
)
"""Where the twin's shop is honestly another than the model's."""
