"""Which of several scenarios is best, for a number of days that is fixed beforehand: OCBA.

C.-H. Chen, J. Lin, E. Yuecesan and S. E. Chick, "Simulation budget allocation for further enhancing the efficiency of
ordinal optimization", Discrete Event Dynamic Systems 10 (2000) 251-270. Days go to those near the best and those that
scatter. It gains most where many are plainly worse, as on a ladder, and little where all are equally near the best.
"""

from collections.abc import Sequence

import numpy as np

from simulations.statistics.samples import LEVEL, Floats, Integers, checked_level
from simulations.statistics.told import Answer, Need, Told

DAYS_FIRST = 10
STEP = 10


class Allocation:
    """A choice in progress within ``days_total``: ask what is ``needed``, play it, ``tell`` it, until ``answer``.

    The least mean wins. ``zone`` is the difference that matters; nearer than that to the best, a scenario gets no more
    days than at that distance: without this floor the days run after ties. The rule takes scenarios as independent;
    common days do no harm, but are not counted on.
    """

    def __init__(
        self,
        scenarios: Sequence[str],
        zone: float,
        days_total: int,
        *,
        level: float = LEVEL,
        days_first: int = DAYS_FIRST,
        step: int = STEP,
        first_day: int = 0,
    ) -> None:
        if not zone > 0:
            raise ValueError(f"zone: give the least difference that matters, above 0; this is {zone}")
        if days_first < 5 or step < 1:
            raise ValueError("days_first must be at least 5 and step at least 1")
        self._told = Told(scenarios, first_day)
        if days_total < days_first * len(self._told.scenarios):
            raise ValueError(
                f"days_total: {len(self._told.scenarios)} scenarios need {days_first} days each to begin with"
            )
        self.zone = zone
        self.level = checked_level(level)
        self.answer: Answer | None = None
        self._days_total = days_total
        self._step = step
        self._asked = dict.fromkeys(self._told.scenarios, days_first)
        self._missing = days_first * len(self._told.scenarios)

    def needed(self) -> list[Need]:
        """The days to play now; none once the budget is used up."""
        return [need for name in self._told.scenarios for need in self._told.missing(name, self._asked[name])]

    def tell(self, scenario: str, day: int, value: float) -> None:
        """One played day. When the last one asked for has come in, the next step is shared out."""
        before = self._told.total()
        self._told.tell(scenario, day, value, self._asked.get(scenario, 0))
        self._missing -= self._told.total() - before
        if self._missing == 0 and self.answer is None:
            self._share_out()

    def _share_out(self) -> None:
        names = self._told.scenarios
        figures = [self._told.figures(name, 0, self._asked[name]) for name in names]
        means = np.array([values.mean() for values in figures])
        spent = sum(self._asked.values())
        step = min(self._step, self._days_total - spent)
        if step == 0:
            self.answer = self._told.answer(names[int(means.argmin())], self.zone, self.level)
            return
        sds = np.array([values.std(ddof=1) for values in figures])
        for name, more in zip(names, shared_out(means, sds, self.zone, list(self._asked.values()), step), strict=True):
            self._asked[name] += int(more)
        self._missing = step


def shares(means: Floats, sds: Floats, zone: float) -> Floats:
    """OCBA's shares of the days, adding up to 1; all of shape (scenarios,). The least mean is the best."""
    best = int(means.argmin())
    far = np.maximum(means - means[best], zone)
    spread = np.maximum(sds, 1e-9 * zone)  # a scenario without any spread gets next to nothing, but can be divided by
    weights = (spread / far) ** 2
    others = np.arange(means.size) != best
    weights[best] = spread[best] * np.sqrt(((weights[others] / spread[others]) ** 2).sum())
    found: Floats = weights / weights.sum()
    return found


def shared_out(means: Floats, sds: Floats, zone: float, have: Sequence[int], step: int) -> Integers:
    """Who gets the next ``step`` days: each goes to the one that lacks most of its share; ties to the first."""
    wanted = shares(means, sds, zone) * (sum(have) + step)
    lacking = wanted - np.array(have)
    more = np.zeros(means.size, dtype=np.int64)
    for _ in range(step):
        neediest = int(lacking.argmax())
        more[neediest] += 1
        lacking[neediest] -= 1
    return more
