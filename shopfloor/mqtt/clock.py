"""The shop's clock: the wall's, or a faster one for a demo."""

import time

from shopfloor.contract.actor import Instant


class ShopClock:
    """Tells the shop's time. All processes of one demo are given the same numbers, so that they agree.

    ``origin`` is the shop's time (ms) at the wall's time ``zero`` (seconds since 1970); ``speed`` of the shop's seconds
    pass in one of the wall's.
    """

    def __init__(self, origin: Instant | None = None, zero: float | None = None, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"the speed of the clock must be above 0, not {speed}")
        self.zero = time.time() if zero is None else zero
        self.origin = round(self.zero * 1000) if origin is None else origin
        self.speed = speed

    def __call__(self) -> Instant:
        return self.origin + round((time.time() - self.zero) * 1000 * self.speed)

    def wall_s(self, until: Instant) -> float:
        """Seconds on the wall until the shop's clock shows this; 0 if it has passed."""
        return max(0.0, (until - self()) / 1000 / self.speed)
