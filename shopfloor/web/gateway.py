"""The floor as the pages reach it: one connection to the broker that speaks for every device held in a browser.

The browser is the device: it numbers its events and keeps them until their receipt. The gateway passes bytes on, waits
for the floor's receipt, and remembers what the floor wants shown and done at each device, so that a page that opens
has it at once. What it forgets in a restart the floor tells again, to whoever says hello.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Final, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import Device
from shopfloor.contract.codec import (
    Address,
    Connection,
    Letter,
    Receipt,
    Unreadable,
    decode_command,
    decode_receipt,
    decode_state,
    encode_plain,
    parse_topic,
    topic,
    topic_filter,
)
from shopfloor.contract.commands import Command
from shopfloor.contract.events import Event
from shopfloor.contract.layout import Layout
from shopfloor.contract.roster import COORDINATOR
from shopfloor.mqtt import Arrival, Connected, Inbox, Publication, Session
from shopfloor.web.attendance import Attendance
from shopfloor.web.screens import Screen
from shopfloor.web.whereabouts import Whereabouts

PAGE_TYPES: Final = ("queue", "calls", "handheld", "board", "pad", "link", "pos")
"""Types of devices that a browser can be."""
ANSWER_S: Final = 3.0
"""So long the floor has for its receipt; a page waits four seconds and sends again with the same number."""
GRACE_S: Final = 20.0
"""A page that loads anew, or drops out of the Wi-Fi for a moment, is not lost yet."""
TAKE_MAX: Final = 200
TAKE_S: Final = 0.25

Key: TypeAlias = tuple[Device, int, int]


class FloorAway(Exception):
    """No receipt in time: the floor, or the way there, is down. Nothing is known of the event; send it again."""


class _Held(Struct):
    """A device whose page is open somewhere, or was a moment ago. ``boot`` is the newest of its pages'."""

    boot: int
    pages: int
    empty_since: float = 0.0


class Gateway:
    """Thread-safe: the broker's items are taken by a thread of its own, pages ask from their event loop."""

    def __init__(self, layout: Layout, broker_url: str) -> None:
        store = layout.store.id
        self.rev = 0
        """Grows with whatever a page may show."""
        self._store = store
        self._inbox = Inbox()
        self._session = Session(broker_url, f"shopfloor-{store}-pages", self._inbox)
        for kind in PAGE_TYPES:
            self._session.subscribe(
                [
                    (topic_filter(store, kind, "command"), 1),
                    (topic_filter(store, kind, "receipt"), 0),
                ]
            )
        self._coordinator = topic(store, COORDINATOR, "state")
        self._session.subscribe([(self._coordinator, 1)])
        self._is_floor_there = False
        self.whereabouts = Whereabouts(layout)
        self._session.subscribe(list(self.whereabouts.filters()))
        self.attendance = Attendance(layout)
        self._session.subscribe(list(self.attendance.filters()))
        self._lock = threading.Lock()
        self._screens: dict[Device, Screen] = {}
        self._asked: dict[Key, Future[Receipt]] = {}
        self._held: dict[Device, _Held] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="gateway", daemon=True)

    # ── life ────────────────────────────────────────────────────────────────────────────────────

    def open(self) -> None:
        """Begin to connect; pages that come earlier are told that the floor is away."""
        self._session.open()
        self._thread.start()

    def close(self) -> None:
        """Every page's device says goodbye, then the gateway does."""
        self._closing.set()
        self._thread.join()
        with self._lock:
            for device, held in self._held.items():
                self._tell_presence(device, held.boot, online=False)
        self._session.close()

    @property
    def floor_is_there(self) -> bool:
        """The broker answers, and a coordinator has said, or had said for it, that it runs."""
        return self._session.connected and self._is_floor_there

    # ── what a device says ──────────────────────────────────────────────────────────────────────

    async def say(self, device: Device, letter: Letter[Event], envelope: bytes) -> Receipt:
        """The floor's receipt for this event, committed or refused. Raises FloorAway."""
        key = (device, letter.boot, letter.seq)
        if not self.floor_is_there:
            raise FloorAway
        with self._lock:
            waiting = self._asked.setdefault(key, Future())
        self._session.publish(Publication(topic(self._store, device, "event"), envelope))
        try:
            receipt = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(waiting)), ANSWER_S)
        except TimeoutError:
            raise FloorAway from None
        finally:
            with self._lock:
                self._asked.pop(key, None)
        if receipt.status == "committed":
            self._change(device, lambda screen: screen.said(letter.message))
        return receipt

    # ── what a device shows ─────────────────────────────────────────────────────────────────────

    def screen(self, device: Device) -> Screen:
        """What the floor wants shown and done there; an empty one if nothing was heard yet."""
        with self._lock:
            return self._screens.get(device, Screen())

    # ── who is there ────────────────────────────────────────────────────────────────────────────

    def hold(self, device: Device, boot: int) -> None:
        """A page of this device has opened: it is there, and the floor tells it everything."""
        with self._lock:
            held = self._held.get(device)
            if held is None or held.boot < boot:
                pages = held.pages if held is not None else 0
                held = self._held[device] = _Held(boot, pages)
                self._tell_presence(device, boot, online=True)
            held.pages += 1

    def release(self, device: Device) -> None:
        """A page has gone; the device itself is away if none is left and none comes back soon."""
        with self._lock:
            held = self._held[device]
            held.pages -= 1
            held.empty_since = time.monotonic()

    def _tell_presence(self, device: Device, boot: int, *, online: bool) -> None:
        presence = encode_plain(Connection(online=online, boot=boot))
        self._session.publish(Publication(topic(self._store, device, "connection"), presence, retain=True))

    def _let_go(self) -> None:
        """Devices whose pages have all been gone for a while."""
        now = time.monotonic()
        with self._lock:
            gone = [
                device for device, held in self._held.items() if not held.pages and now - held.empty_since >= GRACE_S
            ]
            for device in gone:
                self._tell_presence(device, self._held.pop(device).boot, online=False)

    # ── what arrives ────────────────────────────────────────────────────────────────────────────

    def _listen(self) -> None:
        while not self._closing.is_set():
            for item in self._inbox.take(TAKE_MAX, TAKE_S):
                if isinstance(item, Connected):
                    self._say_hello_again()
                elif isinstance(item, Arrival):
                    with suppress(Unreadable):
                        self._hear(item)
                    item.session.ack(item)
            self._let_go()

    def _say_hello_again(self) -> None:
        """After the broker was away: every device of ours is there, and wants whole pictures."""
        with self._lock:
            self.rev += 1
            for device, held in self._held.items():
                self._tell_presence(device, held.boot, online=True)

    def _hear(self, arrival: Arrival) -> None:
        address = parse_topic(arrival.topic)
        if address is None:
            self.whereabouts.hear(arrival.topic, arrival.payload)
            return
        match address.level:
            case "state" if arrival.topic == self._coordinator:
                self._is_floor_there = bool(decode_state(arrival.payload).words.get("there"))
                self.rev += 1
            case "receipt":
                self._settle(address.device, decode_receipt(arrival.payload))
            case "connection":
                self.attendance.hear(address, arrival.payload)
            case "command":
                self._show(address, decode_command(arrival.payload).message)
            case _:
                pass

    def _settle(self, device: Device, receipt: Receipt) -> None:
        with self._lock:
            waiting = self._asked.get((device, receipt.boot, receipt.seq))
        if waiting is not None and not waiting.done():
            waiting.set_result(receipt)

    def _show(self, address: Address, command: Command) -> None:
        if command.to == address.device:
            self._change(address.device, lambda screen: screen.told(command))

    def _change(self, device: Device, change: Callable[[Screen], Screen]) -> None:
        with self._lock:
            before = self._screens.get(device, Screen())
            after = change(before)
            if after is not before:
                self._screens[device] = after
                self.rev += 1
