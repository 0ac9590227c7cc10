"""What draws a person's attention: bells, screens that have changed, and their own patience."""

import simpy

from shopfloor.contract.actor import Instant
from simulations.stage import Alarm, Stage


class Attention:
    """One person's: they sleep until something that they heed draws it, or until it is time; then they look."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._env = stage.env
        self._alarm = Alarm(stage, self._wake)
        self._asleep: simpy.Event | None = None
        self.drawn_at: Instant = 0
        """When they woke up last: still now, for those who have only looked since."""

    def draw(self) -> None:
        """At once, in the person's turn; who is awake is not disturbed."""
        if self._asleep is not None:
            self._alarm.set(self._stage.now)

    def until(self, due: Instant) -> simpy.Event:
        """To be waited for: it happens when their attention is drawn, and at ``due`` at the latest."""
        self._alarm.set(due)
        self._asleep = asleep = simpy.Event(self._env)
        return asleep

    def _wake(self, now: Instant) -> None:
        asleep, self._asleep = self._asleep, None
        if asleep is not None:
            self.drawn_at = now
            asleep.succeed()


class Bell:
    """Something that people in the shop hear or see at once: a word said aloud, a screen that changes."""

    def __init__(self) -> None:
        self._heeded_by: dict[Attention, None] = {}

    def ring(self) -> None:
        for attention in self._heeded_by:
            attention.draw()

    def heed(self, attention: Attention) -> None:
        self._heeded_by[attention] = None

    def forget(self, attention: Attention) -> None:
        self._heeded_by.pop(attention, None)
