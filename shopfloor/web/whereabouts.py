"""Where robots say they are, between the stops that the records know: for a map that moves.

It is only drawn, never believed: what a robot may do and where it counts as being, the floor decides.
"""

import threading
from collections.abc import Iterator

from msgspec import Struct

from shopfloor.contract import vda5050_wire
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import Identity, Level, MalformedVda, State


class Spot(Struct, frozen=True):
    """A place on the floor, in the layout's metres, and which way the robot looks (radians)."""

    x: float
    y: float
    theta: float
    driving: bool


class Whereabouts:
    """Robot → its spot, by its own latest word. A word is read when somebody looks: robots talk more than is drawn."""

    def __init__(self, layout: Layout) -> None:
        self.rev = 0
        """Grows with every word of a robot."""
        self._robots = {Identity(row.manufacturer, row.serial_number): row.id for row in layout.robots.values()}
        self._lock = threading.Lock()
        self._unread: dict[str, tuple[str, bytes]] = {}
        self._spots: dict[str, Spot] = {}

    def filters(self) -> Iterator[tuple[str, int]]:
        """The state topics of the shop's robots, in every version, each with its QoS."""
        for identity in self._robots:
            for topic, _qos in vda5050_wire.from_robot(identity):
                if topic.endswith(f"/{Level.STATE}"):
                    yield topic, 0

    def hear(self, topic: str, payload: bytes) -> None:
        """Note a robot's word."""
        try:
            identity, _level = vda5050_wire.parse_topic(topic)
        except MalformedVda:
            return
        if identity in self._robots:
            with self._lock:
                self._unread[self._robots[identity]] = (topic, payload)
                self.rev += 1

    def spots(self) -> dict[str, Spot]:
        """Of all robots that have said where they are."""
        with self._lock:
            for robot, (topic, payload) in self._unread.items():
                spot = _spot_in(topic, payload)
                if spot is not None:
                    self._spots[robot] = spot
            self._unread.clear()
            return dict(self._spots)


def _spot_in(topic: str, payload: bytes) -> Spot | None:
    """None: a word without a place, or none that can be read."""
    try:
        state = vda5050_wire.decode(topic, payload)
    except MalformedVda:
        return None
    position = state.mobile_robot_position if isinstance(state, State) else None
    if position is None or not isinstance(state, State):
        return None
    return Spot(round(position.x, 2), round(position.y, 2), round(position.theta, 2), state.driving)
