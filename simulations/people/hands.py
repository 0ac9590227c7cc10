"""How people hold devices: they touch them and look at them, and know nothing of what is behind the glass.

The same people live in the twin, where the devices stand on the same clock, and in the demo, where each device has its
own connection to a broker. Which of the two it is, only the hands know.
"""

import re
from typing import Protocol, TypeAlias, TypeVar

from msgspec import Struct

from devices.client import Client, Message, Touch
from devices.link import Link, LinkScreen
from shopfloor.contract.actor import Device
from shopfloor.contract.events import Event
from simulations.people.attention import Bell
from simulations.stage import Stage

S = TypeVar("S", bound=Struct)

Touched: TypeAlias = Event | Touch


class Hands(Protocol):
    """What people can do with the devices of a shop."""

    @property
    def stage(self) -> Stage:
        """The clock that these people live by."""

    def touch(self, device: Device, message: Touched) -> None:
        """Tap, write, hold a card to it. What comes of it is to be seen on the screen a little later."""

    def screen(self, device: Device, kind: type[S]) -> S:
        """What it shows now; ``kind`` is the screen that this type of device has."""

    def page(self, device: Device, repair: str) -> LinkScreen:
        """The customer's own page of one repair."""

    def messages(self, device: Device) -> tuple[Message, ...]:
        """The sentences for the person in front of it, oldest first."""

    def news(self, device: Device) -> Bell:
        """Rings when it is worth looking at the device again."""


def screen_of(client: Client, kind: type[S]) -> S:
    """What a client shows, as the screen that this kind of device has."""
    screen = client.screen
    assert isinstance(screen, kind), f"{client.device} shows {type(screen).__name__}, not {kind.__name__}"
    return screen


def page_of(client: Client, repair: str) -> LinkScreen:
    """The page behind one repair's link: its number stands on each of its documents."""
    assert isinstance(client, Link), client.device
    number = re.compile(rf"\b{re.escape(repair)}\b")
    own = [request for request in client.open_requests if number.search(_text(client, request))] if repair else []
    return client.screen_of(own[-1] if own else "", repair)


def _text(link: Link, request: str) -> str:
    document = link.screen_of(request).document
    return document.lines if document is not None else ""
