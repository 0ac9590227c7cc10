"""The queue machine at the entrance: customers take a ticket, check in with a booking, or say that they leave."""

from msgspec import Struct

from devices.client import Client, Message, Words, not_now
from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.commands import LineOpen, Picture, ShowLines
from shopfloor.contract.events import Event, TicketTaken


class QueueScreen(Struct, frozen=True):
    """What the customer sees: the lines, the ticket just given (``made``), and why a touch was in vain."""

    lines: tuple[LineOpen, ...]
    made: dict[str, str]
    messages: tuple[Message, ...]


class QueueMachine(Client):
    """Touches are its events. A line that its picture shows closed gives no ticket: people are told before (E29)."""

    hears = (ShowLines,)

    def __init__(self, device: Device, now: Instant) -> None:
        super().__init__(device, now)
        self._lines: tuple[LineOpen, ...] = ()

    @property
    def screen(self) -> QueueScreen:
        return QueueScreen(self._lines, self.made, self.messages)

    def _show(self, picture: Picture, _now: Instant) -> None:
        assert isinstance(picture, ShowLines)
        self._lines = picture.lines

    def _tapped(self, event: Event, _now: Instant) -> list[Event]:
        if isinstance(event, TicketTaken):
            row = next((row for row in self._lines if row.line == event.line), None)
            if row is not None and not row.open:
                not_now(f"Line {event.line} takes nobody more today. Please ask at the desk or book a time.")
        return [event]

    def _state(self) -> Words:
        return {"lines_open": "".join(row.line for row in self._lines if row.open)}
