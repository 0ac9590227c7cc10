"""Chance, by name: one stream for each concern, so that a change in one leaves all the others as they were."""

from random import Random


class Streams:
    """All the chance of one day. The same seed and name give the same numbers, in every process."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed
        self._named: dict[str, Random] = {}

    def named(self, name: str) -> Random:
        """The stream of this concern; it goes on where it was left."""
        if name not in self._named:
            self._named[name] = self._begun(name)
        return self._named[name]

    def apart(self, name: str, thing: str | int) -> Random:
        """A stream of its own for one thing of a concern: what one visit draws is nothing to the next."""
        return self._begun(f"{name}:{thing}")

    def _begun(self, name: str) -> Random:
        return Random(f"{self.seed}:{name}")  # noqa: S311 - chance to play with, not to hide behind
