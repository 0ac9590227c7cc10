"""How late robots are and how long they stay, drawn by name: the same seed is the same bad luck for every policy."""

from random import Random
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import SECOND
from simulations.fleet.assumed import Assumed
from simulations.streams import Streams


class Stretch(Struct, frozen=True):
    """So many ms over which a robot gets from one part of its lane (0 its start, 1 its end) to another, evenly."""

    ms: int
    start: float
    end: float


class Lateness:
    """What becomes of one robot's drives, one after the other."""

    def __init__(self, streams: Streams, robot: str, assumed: Assumed) -> None:
        self._draw: Final[Random] = streams.apart("drives", robot)
        self._assumed = assumed

    def drive(self, usual_ms: int) -> tuple[Stretch, ...]:
        """A lane that usually takes so long; with a stop somewhere on it, three stretches instead of one."""
        assumed, draw = self._assumed, self._draw.random
        slower, stops, where, length = draw(), draw(), draw(), draw()
        ms = round(usual_ms * (1 + assumed.late_most * slower))
        before = round(ms * where)
        if stops >= assumed.stop_chance or not 0 < before < ms:
            return (Stretch(ms, 0.0, 1.0),)
        stop_s = assumed.stop_least_s + (assumed.stop_most_s - assumed.stop_least_s) * length
        part = before / ms
        return Stretch(before, 0.0, part), Stretch(round(stop_s * SECOND), part, part), Stretch(ms - before, part, 1.0)


def stay_ms(usual_s: float, drawn: float, assumed: Assumed) -> int:
    """How long a stay is in truth; ``drawn`` is from 0 to 1."""
    return round(usual_s * SECOND * (assumed.stay_least + (assumed.stay_most - assumed.stay_least) * drawn))
