"""One number of the old shop is set so that its clock shows the published time. Nothing else of the shop is touched.

What is asked here is a baseline and the time that its own clock has to show. Neither a shop with cabinet or robots nor
what was published about one can be handed in.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from simulations.experiments.diary import Diary
from simulations.experiments.figures import value_of
from simulations.experiments.question import QuestionError
from simulations.experiments.result import FIGURES
from simulations.prediction.plays import Plays
from simulations.prediction.protocol import SCALE, Baseline
from simulations.scenarios.scenario import Scenario

ROUNDS_MAX: Final = 4
SCALE_LEAST: Final = 0.05
SCALE_MOST: Final = 4.0
REPAIR_MIN: Final = 5.0
"""Nobody repairs a phone in less, on average."""
CLERK_BUSY_MOST: Final = 0.95
SCALES_APART: Final = 0.03
"""Closer than this, two tries say more about chance than about the slope."""
SLOPE_LEAST: Final = 1.0

OUT_OF_REACH: Final = "the published time is out of reach"
TOO_SHORT: Final = f"repairs would take less than {REPAIR_MIN:g} min"
CLERK_TOO_BUSY: Final = f"the clerk would be over {CLERK_BUSY_MOST:.0%} busy"
FLAWS: Final = (OUT_OF_REACH, TOO_SHORT, CLERK_TOO_BUSY)


class Goal(Struct, frozen=True, kw_only=True):
    """What a clock of the old shop has to show."""

    figure: str
    minutes: float
    within_min: float


class Start(Struct, frozen=True, kw_only=True):
    """Where to begin: a scale, and the minutes that one more of it is worth (about the mean minutes of a repair)."""

    scale: float = 1.0
    slope_min: float = 20.0


class Task(Struct, frozen=True, kw_only=True):
    """One shop to calibrate."""

    baseline: Baseline
    goal: Goal
    start: Start = Start()


class Try(Struct, frozen=True, kw_only=True):
    """One scale, and what the clock showed."""

    scale: float
    shown_min: float


class Calibrated(Struct, frozen=True, kw_only=True):
    """The old shop with its one number, or why there is none for it."""

    baseline: Baseline
    goal: Goal
    scale: float
    shown_min: float
    """By the goal's clock, on the days it was calibrated on."""
    repair_min: float
    """Mean minutes of a repair: the scale times what desk time gains by one more of it."""
    clerk_busy: float
    tries: tuple[Try, ...]
    diary: Diary
    flaws: tuple[str, ...] = field(default_factory=tuple)
    """Of ``FLAWS``: why no such shop could be."""

    @property
    def is_feasible(self) -> bool:
        return not self.flaws


def calibrate(tasks: Sequence[Task], days: range, plays: Plays, *, near_min: float) -> list[Calibrated]:
    """All of them side by side, ``near_min`` to their goals if possible. Raises DayFailed, Stopped, QuestionError."""
    searches = [Search(task, near_min) for task in tasks]
    for _ in range(ROUNDS_MAX):
        unfinished = [search for search in searches if not search.is_over]
        if not unfinished:
            break
        diaries = plays.days([search.shop for search in unfinished], days)
        for search, diary in zip(unfinished, diaries, strict=True):
            search.tell(diary)
    return [search.found() for search in searches]


class Search:
    """For the scale of one shop, by the secant through the last two tries."""

    def __init__(self, task: Task, near_min: float) -> None:
        self._task = task
        self._near_min = near_min
        self._tries: list[tuple[Try, float, Diary]] = []
        """With the desk time, whatever the goal's clock is."""
        self._scale = task.start.scale
        self.is_over = False

    @property
    def shop(self) -> Scenario:
        """To be played next."""
        return self._task.baseline.replaced({SCALE: self._scale}).shop

    def tell(self, diary: Diary) -> None:
        """What ``shop`` did."""
        shown, desk = (minutes(diary, figure) for figure in (self._task.goal.figure, "repair_time"))
        self._tries.append((Try(scale=self._scale, shown_min=shown), desk, diary))
        missing = self._task.goal.minutes - shown
        wanted = self._scale + missing / self._slope([one.shown_min for one, _, _ in self._tries])
        scale = min(max(wanted, SCALE_LEAST), SCALE_MOST)
        self.is_over = abs(missing) <= self._near_min or scale == self._scale
        self._scale = scale

    def found(self) -> Calibrated:
        """The nearest of all tries."""
        goal = self._task.goal
        best, _, diary = min(self._tries, key=lambda row: (abs(row[0].shown_min - goal.minutes), row[0].scale))
        repair_min = best.scale * self._slope([desk for _, desk, _ in self._tries])
        busy = value_of(diary, FIGURES["clerk_busy"]) or 0.0
        is_so = (
            abs(best.shown_min - goal.minutes) > goal.within_min,
            repair_min <= REPAIR_MIN,
            busy >= CLERK_BUSY_MOST,
        )
        return Calibrated(
            baseline=self._task.baseline.replaced({SCALE: best.scale}),
            goal=goal,
            scale=best.scale,
            shown_min=best.shown_min,
            repair_min=repair_min,
            clerk_busy=busy,
            tries=tuple(one for one, _, _ in self._tries),
            diary=diary,
            flaws=tuple(flaw for flaw, is_there in zip(FLAWS, is_so, strict=True) if is_there),
        )

    def _slope(self, clock: Sequence[float]) -> float:
        """Minutes of this clock by one more of the scale, from the two latest tries that lie apart."""
        *before, (last, _, _) = self._tries
        for place in reversed(range(len(before))):
            apart = last.scale - before[place][0].scale
            if abs(apart) >= SCALES_APART:
                return max((clock[-1] - clock[place]) / apart, SLOPE_LEAST)
        return self._task.start.slope_min


def minutes(diary: Diary, figure: str) -> float:
    """A clock of these days. Raises QuestionError when nobody was served."""
    value = value_of(diary, FIGURES[figure])
    if value is None:
        raise QuestionError(f"On the days {diary.days} of {diary.scenario.name} no phone was handed over.")
    return value
