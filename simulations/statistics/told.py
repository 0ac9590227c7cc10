"""The days that a choice among scenarios has asked for and been told; the same for every way of choosing."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from scipy import special

from simulations.statistics.samples import Floats, distinct_names


class Need(Struct, frozen=True, order=True):
    """One day of one scenario, to be played; the same day number means the same customers."""

    scenario: str
    day: int


class Answer(Struct, frozen=True, kw_only=True):
    """The best scenario, all that cannot be told from it (itself among them), and how many days it took in all."""

    best: str
    group: tuple[str, ...]
    days: int


class Told:
    """What each scenario gave on each day; days come in any order, and twice only with the same figure."""

    def __init__(self, scenarios: Sequence[str], first_day: int) -> None:
        self.scenarios = distinct_names(scenarios, 2, "scenarios")
        self.first_day = first_day
        self._figures: dict[str, dict[int, float]] = {name: {} for name in self.scenarios}

    def missing(self, scenario: str, days: int) -> list[Need]:
        """Which of the first so many days this scenario still owes."""
        have = self._figures[scenario]
        return [Need(scenario, day) for day in range(self.first_day, self.first_day + days) if day not in have]

    def tell(self, scenario: str, day: int, value: float, days: int) -> None:
        """Notes a day, if it is among the first ``days`` that this scenario was asked for."""
        if scenario not in self._figures:
            raise ValueError(f"{scenario}: is not among the scenarios {', '.join(self.scenarios)}")
        if not math.isfinite(value):
            raise ValueError(f"{scenario}, day {day}: the figure must be a finite number; it is {value}")
        have = self._figures[scenario]
        if have.get(day, value) != value:
            raise ValueError(f"{scenario}, day {day}: was told as {have[day]} and now as {value}; one of them is wrong")
        if not self.first_day <= day < self.first_day + days:
            raise ValueError(f"{scenario}, day {day}: was not asked for; play the days that are needed")
        have[day] = value

    def figures(self, scenario: str, start: int, end: int) -> Floats:
        """The figures from the start-th up to before the end-th day, all of which must have been told."""
        have = self._figures[scenario]
        return np.array([have[self.first_day + n] for n in range(start, end)], dtype=np.float64)

    def count(self, scenario: str) -> int:
        """Days told of this scenario."""
        return len(self._figures[scenario])

    def total(self) -> int:
        """Days told of all."""
        return sum(len(have) for have in self._figures.values())

    def answer(self, best: str, zone: float, level: float) -> Answer:
        """This best, with all that are not clearly worse than it by as much as matters."""
        group = tuple(name for name in self.scenarios if name == best or self._alike(name, best, zone, level))
        return Answer(best=best, group=group, days=self.total())

    def _alike(self, name: str, best: str, zone: float, level: float) -> bool:
        """Unless worse by ``zone`` or more, and by more than chance on the days that both have (t, Bonferroni)."""
        n = min(self.count(name), self.count(best))
        worse = self.figures(name, 0, n) - self.figures(best, 0, n)
        quantile = float(special.stdtrit(n - 1, 1 - (1 - level) / (len(self.scenarios) - 1)))
        chance = quantile * float(worse.std(ddof=1)) / math.sqrt(n)
        mean = float(worse.mean())
        return mean < zone or mean <= chance
