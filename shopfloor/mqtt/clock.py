"""The shop's clock: the wall's at the start, a faster one for a demo; afterwards nobody can set it."""

import time
from collections.abc import Callable

from shopfloor.contract.actor import Instant


class ShopClock:
    """Tells the shop's time. All processes of one demo are given the same numbers, so that they agree.

    ``origin`` is the shop's time (ms) at the wall's time ``zero`` (seconds since 1970); ``speed`` of the shop's seconds
    pass in one of the wall's. The wall is asked once. From then on ``tick`` counts, so that a wall clock that is set
    forward or back makes nothing due early and stops no wait (F35–F37).
    """

    def __init__(
        self,
        origin: Instant | None = None,
        zero: float | None = None,
        speed: float = 1.0,
        *,
        wall: Callable[[], float] = time.time,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        if speed <= 0:
            raise ValueError(f"the speed of the clock must be above 0, not {speed}")
        now_s = wall()
        self.zero = now_s if zero is None else zero
        self.origin = round(self.zero * 1000) if origin is None else origin
        self.speed = speed
        self._tick = tick
        self._began_s = tick()
        self._began = self.origin + round((now_s - self.zero) * 1000 * speed)

    def __call__(self) -> Instant:
        return self._began + round((self._tick() - self._began_s) * 1000 * self.speed)

    def not_before(self, known: Instant) -> None:
        """Time has been seen to be so late already: if the wall was set back since, go on from there."""
        self._began += max(0, known - self())

    def wall_s(self, until: Instant) -> float:
        """Seconds on the wall until the shop's clock shows this; 0 if it has passed."""
        return max(0.0, (until - self()) / 1000 / self.speed)
