"""Which of several scenarios is best, playing no more days than it takes: Kim & Nelson's sequential procedure.

S.-H. Kim and B. L. Nelson, "A fully sequential procedure for indifference-zone selection in simulation", ACM TOMACS 11
(2001) 251-273. All that are left play the same next day (common random numbers make it quicker), and whoever has fallen
too far behind another leaves. With chance ``level`` the answer is the best, or within ``zone`` of it.
"""

from collections.abc import Sequence

import numpy as np

from simulations.statistics.samples import LEVEL, Floats, checked_level
from simulations.statistics.told import Answer, Need, Told

DAYS_FIRST = 20
DAYS_FIRST_MIN = 10


class Selection:
    """A choice in progress: ask what is ``needed``, play it anywhere and in any order, ``tell`` it, until ``answer``.

    The least mean wins (minutes); for a figure that should be large, tell its negative. ``zone`` is the difference that
    is worth having, in the unit of the figures. ``block`` days are asked for at a time, for workers side by side.
    """

    def __init__(
        self,
        scenarios: Sequence[str],
        zone: float,
        *,
        level: float = LEVEL,
        days_first: int = DAYS_FIRST,
        block: int = 1,
        first_day: int = 0,
    ) -> None:
        if not zone > 0:
            raise ValueError(f"zone: give the least difference that matters, above 0; this is {zone}")
        if days_first < DAYS_FIRST_MIN or block < 1:
            raise ValueError(f"days_first must be at least {DAYS_FIRST_MIN} and block at least 1")
        self.zone = zone
        self.level = checked_level(level)
        self.answer: Answer | None = None
        self._told = Told(scenarios, first_day)
        self._first = days_first
        self._block = block
        self._left = list(range(len(self._told.scenarios)))
        self._sums = np.zeros(len(self._left))
        self._summed = 0
        self._asked = dict.fromkeys(self._told.scenarios, days_first)
        self._patience: Floats = np.zeros((0, 0))
        self._missing = len(self._left) * days_first

    @property
    def left(self) -> tuple[str, ...]:
        """Who may still be the best."""
        return tuple(self._told.scenarios[i] for i in self._left)

    def needed(self) -> list[Need]:
        """The days to play now; none once there is an answer."""
        if self.answer is not None:
            return []
        return [need for name in self.left for need in self._told.missing(name, self._asked[name])]

    def tell(self, scenario: str, day: int, value: float) -> None:
        """One played day. When the last one asked for has come in, the laggards leave and more is asked for."""
        before = self._told.total()
        self._told.tell(scenario, day, value, self._asked.get(scenario, 0))
        self._missing -= self._told.total() - before
        if self._missing == 0 and self.answer is None:
            self._screen()

    def _screen(self) -> None:
        days = self._asked[self.left[0]]
        for i in self._left:
            self._sums[i] += self._told.figures(self._told.scenarios[i], self._summed, days).sum()
        self._summed = days
        if not self._patience.size:
            self._patience = self._first_patience()
        room = np.maximum(0.0, self.zone / 2 * (self._patience - days))
        within = np.ix_(self._left, self._left)
        sums = self._sums[self._left]
        behind = sums[:, None] > sums[None, :] + room[within]
        longest = self._patience[within].max()
        self._left = [i for i, lost in zip(self._left, behind, strict=True) if not lost.any()]
        if len(self._left) == 1 or days > longest:
            best = min(self._left, key=lambda i: (self._sums[i], i))
            self.answer = self._told.answer(self._told.scenarios[best], self.zone, self.level)
            return
        for name in self.left:
            self._asked[name] = days + self._block
        self._missing = len(self._left) * self._block

    def _first_patience(self) -> Floats:
        """After how many days each pair has no room left: h² times the variance of its differences over zone²."""
        k, n = len(self._told.scenarios), self._first
        eta = 0.5 * ((2 * (1 - self.level) / (k - 1)) ** (-2 / (n - 1)) - 1)
        figures = np.stack([self._told.figures(name, 0, n) for name in self._told.scenarios])
        variances = (figures[:, None, :] - figures[None, :, :]).var(axis=2, ddof=1)
        patience: Floats = 2 * eta * (n - 1) * variances / self.zone**2
        return patience
