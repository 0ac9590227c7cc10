"""The same customers through the stage and through a recursion that has no events: every single wait must be equal."""

from msgspec import Struct

from simulations.oracles.closed_forms import waits_by_recursion
from simulations.oracles.hall import Hall, Played, passed_through
from simulations.oracles.stations import Served
from simulations.streams import Streams


class SameDraws(Struct, frozen=True, kw_only=True):
    """Measures the sum of the recursion's waits, that of the stage's, the largest difference of two waits (all in ms),
    and how many they are. A wait that the stage does not know counts as a whole one too many."""

    hall: Hall
    servers: int
    """Of the recursion; the hall's own station should have as many."""

    def play(self, streams: Streams) -> Played:
        comers = self.hall.comers(streams)
        gone, present_ms = passed_through(self.hall.station(), comers)
        ours = {one.id: one.began - one.came for one in gone if isinstance(one, Served)}
        theirs = waits_by_recursion(self.servers, [at for at, _ in comers], [who.work_ms for _, who in comers])
        largest = max(abs(ours.get(who.id, -1) - wait) for (_, who), wait in zip(comers, theirs, strict=True))
        stays_ms = sum(one.left - one.came for one in gone)
        return Played((sum(theirs), sum(ours.values()), largest, len(comers)), present_ms, stays_ms)
