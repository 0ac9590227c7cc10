"""What a person wants to know of some shops."""

import shlex
from collections.abc import Sequence

from msgspec import Struct

from simulations.scenarios.scenario import Scenario


class QuestionError(ValueError):
    """Why a question has no answer, in a sentence."""


class Question(Struct, frozen=True, kw_only=True):
    """Which shops, which days, which figures."""

    scenarios: tuple[Scenario, ...]
    seed: int
    days: int
    kpis: tuple[str, ...]
    words: tuple[str, ...]
    """Of the command line, without what changes no figure (workers, files, cache)."""

    @property
    def command(self) -> str:
        """Asks the same again."""
        return shlex.join(("python", "-m", "simulations", *self.words))


def refuse_twins(scenarios: Sequence[Scenario]) -> None:
    """Shops are told apart by their names, and have something to tell apart. Raises QuestionError."""
    by_name: dict[str, Scenario] = {}
    by_hash: dict[str, Scenario] = {}
    for scenario in scenarios:
        if scenario.name in by_name:
            raise QuestionError(f"Two scenarios are called {scenario.name}; rename one of the files.")
        twin = by_hash.get(scenario.hash())
        if twin is not None:
            raise QuestionError(f"{twin.name} and {scenario.name} are equal in every value: nothing to compare.")
        by_name[scenario.name] = by_hash[scenario.hash()] = scenario
