"""Who is connected as which device, by the broker's retained word.

A browser must not become a device that another program already is: both would speak under one name, and the floor would
take the older one's words for stale. Boot numbers tell them apart: a browser's are given by the access book.
"""

import secrets
import time
from collections.abc import Iterator
from typing import Final

from shopfloor.contract.actor import Device
from shopfloor.contract.codec import Address, decode_connection, parse_topic, topic, topic_filter
from shopfloor.contract.layout import Layout
from shopfloor.mqtt import Arrival, Connected, Disconnected, Inbox, Session
from shopfloor.web.access.people import ENROLLED_TYPES, enrolled_devices

BROKER_S: Final = 2.0
"""A broker in the same shop answers sooner, or is not there."""
RETAINED_S: Final = 0.3
"""What is retained comes at once behind the subscription."""


class Attendance:
    """Device → the boot under which it is connected. Heard in one thread, asked in any."""

    def __init__(self, layout: Layout) -> None:
        self._store = layout.store.id
        self._devices = frozenset(enrolled_devices(layout))
        self._boots: dict[Device, int] = {}

    def filters(self) -> Iterator[tuple[str, int]]:
        """Presence of every device that a browser can be."""
        for kind in ENROLLED_TYPES:
            yield topic_filter(self._store, kind, "connection"), 1

    def hear(self, address: Address, payload: bytes) -> None:
        """Note that a device has come or gone. Raises Unreadable."""
        connection = decode_connection(payload)
        if connection.online and address.device in self._devices:
            self._boots[address.device] = connection.boot
        else:
            self._boots.pop(address.device, None)

    def boot_of(self, device: Device) -> int:
        """0: it is not connected."""
        return self._boots.get(device, 0)


def boot_at(broker_url: str, layout: Layout, device: Device) -> int | None:
    """Asks the broker who is connected as this device (0: nobody); None if no broker answers there."""
    if device not in enrolled_devices(layout):
        return 0
    store, inbox, attendance = layout.store.id, Inbox(), Attendance(layout)
    session = Session(broker_url, f"shopfloor-{store}-asks-{secrets.token_hex(4)}", inbox)
    session.subscribe([(topic(store, device, "connection"), 1)])
    session.open()
    answered, until = False, time.monotonic() + BROKER_S
    try:
        while time.monotonic() < until:
            for item in inbox.take(10, until - time.monotonic()):
                match item:
                    case Connected():
                        answered, until = True, time.monotonic() + RETAINED_S
                    case Disconnected():
                        return None
                    case Arrival():
                        address = parse_topic(item.topic)
                        assert address is not None, "subscribed to one topic of ours"
                        attendance.hear(address, item.payload)
                        return attendance.boot_of(device)
    finally:
        session.close()
    return 0 if answered else None
