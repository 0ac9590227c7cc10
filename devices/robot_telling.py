"""When a robot speaks, and the header of what it says."""

from msgspec import structs

from devices.robot_body import RobotDials
from devices.robot_profile import RobotProfile
from shopfloor.contract.actor import Instant
from shopfloor.contract.vda5050 import Connection, ConnectionState, Factsheet, Header, State


class Teller:
    """Tells a state when something in it is news, not too often, and at least as a sign of life (V4)."""

    def __init__(self, profile: RobotProfile, dials: RobotDials, now: Instant) -> None:
        self._profile = profile
        self._dials = dials
        self._numbers: dict[type[Connection | State | Factsheet], int] = {}
        self._told: State | None = None
        self._told_at = now - dials.state_gap_ms
        self._hurry = True

    @property
    def due(self) -> Instant:
        if self._dials.floods_every_ms is not None:
            return self._told_at + self._dials.floods_every_ms
        return self._told_at + (self._dials.state_gap_ms if self._hurry else self._dials.state_every_ms)

    def hurry(self) -> None:
        """Tell as soon as the gap allows, news or not: somebody waits for an answer."""
        self._hurry = True

    def holds_back(self, now: Instant) -> bool:
        """Whatever there is to tell waits until the gap allows: nobody need look yet."""
        return self._hurry and now < self.due

    def is_due(self, picture: State, now: Instant) -> bool:
        """Whether this picture is to be told now. News hurries; when it is time anyhow, nobody looks for any."""
        if not self._hurry and now < self.due:
            self._hurry = self._told is None or _is_news(picture, self._told)
        return now >= self.due

    def state(self, picture: State, now: Instant) -> State:
        self._told, self._told_at, self._hurry = picture, now, False
        return structs.replace(picture, header=self.header(State, now))

    def connection(self, state: ConnectionState, now: Instant) -> Connection:
        return Connection(self.header(Connection, now), state)

    def header(self, kind: type[Connection | State | Factsheet], now: Instant) -> Header:
        self._numbers[kind] = number = self._numbers.get(kind, 0) + 1
        who = self._profile.identity
        return Header(number, now, self._profile.version, who.manufacturer, who.serial_number)


def _is_news(picture: State, told: State) -> bool:
    """All that changes is, but where it is just now and what is left in the battery."""
    supply = structs.replace(picture.power_supply, state_of_charge=told.power_supply.state_of_charge)
    position = told.mobile_robot_position
    return structs.replace(picture, header=told.header, power_supply=supply, mobile_robot_position=position) != told
