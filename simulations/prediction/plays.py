"""Where a prediction has its days played: each distinct shop once, and no broken rule unseen."""

from collections.abc import Sequence
from typing import Final

from simulations.experiments.diary import Diary
from simulations.experiments.replications import Replications
from simulations.scenarios.scenario import Scenario

BROKEN_MAX: Final = 20
"""Words that are kept; the days are all counted."""


class Plays:
    """One for a whole prediction."""

    def __init__(self, replications: Replications, seed: int) -> None:
        self._replications = replications
        self._seed = seed
        self.broken_days = 0
        self.broken: list[str] = []

    def days(self, shops: Sequence[Scenario], days: range) -> list[Diary]:
        """These days of every shop, in the order of the shops; equal shops share a diary. Raises DayFailed, Stopped."""
        hashes = [shop.hash() for shop in shops]
        distinct: dict[str, Scenario] = {}
        for key, shop in zip(hashes, shops, strict=True):
            distinct.setdefault(key, shop)
        diaries = self._replications.play(list(distinct.values()), self._seed, days)
        for diary in diaries:
            self._look_at(diary)
        by_hash = dict(zip(distinct, diaries, strict=True))
        return [by_hash[key] for key in hashes]

    def _look_at(self, diary: Diary) -> None:
        self.broken_days += diary.broken_days
        words = [f"{diary.scenario.name}, day {day}: {what}" for day, what in diary.broken]
        self.broken = [*self.broken, *words][:BROKEN_MAX]
