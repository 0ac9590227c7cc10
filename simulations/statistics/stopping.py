"""How many days are enough for the widths that were asked for, without spoiling the interval by looking.

Looking after each day and stopping when the interval happens to be narrow makes it cover less than it says. Two honest
ways: **two-stage**, the default (a pilot says how many days, and the interval is made of fresh ones only: Stein 1945),
and **sequential**, with no look before ``DAYS_MIN`` days (Chow & Robbins 1965). Several metrics share the level.
"""

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct
from numpy.typing import ArrayLike
from scipy import special

from simulations.statistics.intervals import DAYS_MIN, Estimate, Interval, TooFew, mean_interval, moments
from simulations.statistics.samples import LEVEL, Floats, day_values, distinct_names, shared_level

PILOT_DAYS_MIN = 20
DAYS_MAX = 100_000
"""A plan for more days than this is a mistake in the widths."""


class Goal(Struct, frozen=True, kw_only=True):
    """How narrow one metric's interval must become: half of it, in its own unit or as a share of its mean."""

    metric: str
    half_width: float | None = None
    relative: float | None = None

    def __post_init__(self) -> None:
        """One of the two, and positive."""
        asked = [width for width in (self.half_width, self.relative) if width is not None]
        if len(asked) != 1 or not asked[0] > 0:
            raise ValueError(f"{self.metric}: give either half_width or relative, above 0")

    def width_for(self, mean: float) -> float:
        """The half-width that this mean may have."""
        return self.half_width if self.half_width is not None else (self.relative or 0.0) * abs(mean)


class Look(Struct, frozen=True, kw_only=True):
    """What a look at the days showed; ``more`` days are the guess of what is still missing, 0 when done."""

    done: bool
    more: int
    estimates: dict[str, Estimate]


def fresh_days(
    pilot: Mapping[str, ArrayLike], goals: Sequence[Goal], *, level: float = LEVEL, days_min: int = DAYS_MIN
) -> int:
    """Two-stage: how many days, none of the pilot's among them, the interval needs; pilot[metric] of shape (days,)."""
    each = _shared(goals, level)
    needed = days_min
    for goal in goals:
        values = _of_metric(pilot, goal)
        if values.size < PILOT_DAYS_MIN:
            raise ValueError(f"{goal.metric}: a pilot needs at least {PILOT_DAYS_MIN} days; this has {values.size}")
        needed = max(needed, days_for(values, goal, each))
    if needed > DAYS_MAX:
        raise ValueError(f"goals: {needed} days would be needed, {DAYS_MAX} are the most; ask for wider intervals")
    return needed


def look(
    days: Mapping[str, ArrayLike], goals: Sequence[Goal], *, level: float = LEVEL, days_min: int = DAYS_MIN
) -> Look:
    """Whether every named metric is as narrow as asked; for fresh days, or again and again from ``days_min``."""
    each = _shared(goals, level)
    estimates: dict[str, Estimate] = {}
    more = 0
    for goal in goals:
        values = _of_metric(days, goal)
        found = mean_interval(values, level=each, days_min=days_min)
        estimates[goal.metric] = found
        more = max(more, _missing(found, values, goal, each))
    return Look(done=more == 0, more=more, estimates=estimates)


def days_for(values: Floats, goal: Goal, level: float) -> int:
    """Days until the half-width is expected to be as asked, going by the spread of these days."""
    mean, sd, _ = moments(values)
    width = goal.width_for(float(mean))
    if width <= 0:
        raise ValueError(f"{goal.metric}: a width relative to a mean of 0 cannot be reached; ask for half_width")
    quantile = float(special.stdtrit(values.size - 1, (1 + level) / 2))
    return math.ceil((quantile * float(sd) / width) ** 2)


def _missing(found: Estimate, values: Floats, goal: Goal, level: float) -> int:
    match found:
        case TooFew(n=n, needed=needed):
            return min(needed - n, DAYS_MAX)
        case Interval() if found.half_width <= goal.width_for(found.point):
            return 0
        case Interval(n=n):
            return min(max(days_for(values, goal, level) - n, 1), DAYS_MAX)


def _shared(goals: Sequence[Goal], level: float) -> float:
    distinct_names([goal.metric for goal in goals], 1, "goals")
    return shared_level(level, len(goals))


def _of_metric(days: Mapping[str, ArrayLike], goal: Goal) -> Floats:
    if goal.metric not in days:
        raise ValueError(f"{goal.metric}: there are no days of this metric; there are {', '.join(sorted(days))}")
    return day_values(days[goal.metric], goal.metric)
