"""Rules of traffic that no floor should have, to see that the judge finds out."""

from shopfloor.contract.actor import Instant
from simulations.fleet.planned import Planned
from simulations.fleet.rules import NextNodeOnly


class AsIfAlone(NextNodeOnly):
    """Robots are sent on their quickest ways as if nobody else were there."""

    def lane(self, robot: str) -> str:
        return next(iter(self.way(robot)), "")


class OutOfTurn(Planned):
    """Plans are made well, and then driven by whoever comes first: whose turn it is is not asked."""

    def _may_go_on(self, robot: str, now: Instant) -> bool:
        its = self._timetable.plans[robot]
        if not its.released and (its.stop if self._has_stop[robot] else its.moves):
            self._timetable.release(robot, now)
        return True


class OneIsForgotten(Planned):
    """The last robot never gets a plan, and stands in its park for ever while the others drive."""

    def aim(self, robot: str, goal: str, stay_ms: int, now: Instant) -> None:
        if robot != list(self._has_stop)[-1]:
            super().aim(robot, goal, stay_ms, now)
