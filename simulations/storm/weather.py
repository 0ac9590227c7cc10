"""What the wires do to messages on one day."""

from collections.abc import Sequence
from random import Random
from typing import Final

from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Instant
from shopfloor.mqtt import Publication
from simulations.faults import Faults
from simulations.stage import Stage
from simulations.storm.broker import Line
from simulations.streams import Streams

GOOD_MS: Final = 10
SLOW_MS: Final = (200, 30 * SECOND)
REPEAT_MS: Final = (1, 3 * SECOND)
LATE_MS: Final = (5 * MINUTE, 2 * HOUR)


class Closed:
    """Lines of a class of devices on which nothing passes for a while."""

    def __init__(self, kind: str, until: Instant, *, up: bool, down: bool) -> None:
        self.kind = kind
        self.until = until
        self.up = up
        self.down = down


class StormWeather:
    """Each concern has its own chance. ``heal`` makes it good for the rest of the day."""

    def __init__(self, stage: Stage, faults: Faults, streams: Streams) -> None:
        self._stage = stage
        self._loss = faults.strength("net.loss")
        self._repeat = faults.strength("net.repeat")
        self._slow = faults.strength("net.slow")
        self._late = faults.strength("net.late")
        self._chances = {name: streams.named(f"storm {name}") for name in ("loss", "repeat", "slow", "late")}
        self._jitter = streams.named("storm jitter")
        self._closed: list[Closed] = []
        self._is_good = not (self._loss or self._repeat or self._slow or self._late)

    def heal(self) -> None:
        self._loss = self._repeat = self._slow = self._late = 0.0
        self._closed.clear()
        self._is_good = True

    def close(self, kind: str, ms: int, *, up: bool, down: bool) -> None:
        """Nothing passes to or from this class of devices for so long."""
        self._closed.append(Closed(kind, self._stage.now + ms, up=up, down=down))

    def copies(self, line: Line, _publication: Publication, *, up: bool) -> Sequence[int]:
        if self._closed and self._is_closed(line, up=up):
            return ()
        if self._is_good:
            return (GOOD_MS,)
        if self._strikes("loss", self._loss):
            return ()
        first = self._between("slow", SLOW_MS) if self._strikes("slow", self._slow) else GOOD_MS
        more = [first + self._between("repeat", REPEAT_MS)] if self._strikes("repeat", self._repeat) else []
        late = [self._between("late", LATE_MS)] if self._strikes("late", self._late) else []
        return (first, *more, *late)

    def between_ms(self, least: int, most: int) -> int:
        return _between(self._jitter, least, most)

    def _is_closed(self, line: Line, *, up: bool) -> bool:
        now = self._stage.now
        self._closed = [closed for closed in self._closed if closed.until > now]
        return any(closed.kind in line.client_id and (closed.up if up else closed.down) for closed in self._closed)

    def _strikes(self, name: str, strength: float) -> bool:
        return strength > 0 and self._chances[name].random() < strength

    def _between(self, name: str, span: tuple[int, int]) -> int:
        return _between(self._chances[name], *span)


def _between(chance: Random, least: int, most: int) -> int:
    return least + int(chance.random() * (most - least))
