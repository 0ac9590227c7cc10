"""The manager's board as a device: alarms to see, and the decisions that only a manager takes."""

from msgspec import Struct

from devices.client import Client, Message, Words
from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.commands import Alarm, Picture, ShowFloor


class BoardScreen(Struct, frozen=True):
    """What the manager sees beside the records: what is wrong, who must act, and why a decision was refused."""

    alarms: tuple[Alarm, ...]
    messages: tuple[Message, ...]


class Board(Client):
    """Touches are its events, said as they are: the floor judges."""

    hears = (ShowFloor,)

    def __init__(self, device: Device, now: Instant) -> None:
        super().__init__(device, now)
        self._alarms: tuple[Alarm, ...] = ()

    @property
    def screen(self) -> BoardScreen:
        return BoardScreen(self._alarms, self.messages)

    def _show(self, picture: Picture, _now: Instant) -> None:
        assert isinstance(picture, ShowFloor)
        self._alarms = picture.alarms

    def _state(self) -> Words:
        return {"alarms": len(self._alarms)}
