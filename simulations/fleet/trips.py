"""A closed loop: no robot is ever without a trip, so traffic is as thick as this fleet can make it."""

from collections.abc import Iterable
from typing import Final

from shopfloor.contract.actor import SECOND, Instant
from shopfloor.contract.layout import Layout
from simulations.fleet.assumed import Assumed
from simulations.fleet.chance import stay_ms
from simulations.fleet.work import Stop, Whereabouts
from simulations.streams import Streams


class Trips:
    """Each robot by itself, again and again: to the cabinet's outlet, a stay, to any desk, a stay. That is a trip."""

    def __init__(self, layout: Layout, robots: Iterable[str], trips: int, streams: Streams, assumed: Assumed) -> None:
        cabinet = next(iter(layout.cabinets.values()))
        self._outlet: Final = layout.station_node(cabinet.outlet_station)
        self._desks: Final = [layout.station_node(desk.station) for desk in layout.desks.values()]
        self._draws: Final = {robot: streams.apart("trips", robot) for robot in robots}
        self._loaded: Final = dict.fromkeys(self._draws, False)
        self._assumed = assumed
        self._wanted = trips
        self.done = 0

    @property
    def over(self) -> bool:
        return self.done >= self._wanted

    @property
    def wakes_at(self) -> Instant | None:
        """There is nothing to wait for: a robot that is free has a next trip."""
        return None

    def wake(self, now: Instant) -> None:
        """Never asked for."""

    def next(self, robot: str, now: Instant, where: Whereabouts) -> Stop | None:  # noqa: ARG002 - there is always one
        draw, assumed = self._draws[robot], self._assumed
        usual_s = assumed.hand_s if self._loaded[robot] else assumed.load_s
        goal = draw.choice(self._desks) if self._loaded[robot] else self._outlet
        return Stop(goal, round(usual_s * SECOND), stay_ms(usual_s, draw.random(), assumed))

    def did(self, robot: str, now: Instant) -> None:  # noqa: ARG002 - a trip is a trip
        self.done += self._loaded[robot]
        self._loaded[robot] = not self._loaded[robot]
