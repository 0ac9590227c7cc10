"""What the devices of a shop really said, were told and did: written down beside them, where no coordinator can reach.

The coordinator's own opinion of itself is no evidence. All times are the wall's, ``time.monotonic()``.
"""

import hashlib
import threading
import time

import msgspec
from msgspec import Struct

from devices.client import Client, Heard, Said
from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.codec import DeviceState, decode_command, decode_receipt
from shopfloor.contract.commands import Command, Work
from shopfloor.contract.events import Event
from shopfloor.mqtt import Arrival, Publication, Settled, ShopPort, Stamp, WorkOrdered
from shopfloor.mqtt.port import ShopMail
from shopfloor.service.entries import OUTGOING_MAX


class Told(Struct, frozen=True):
    """An event, as its device wrote it into its outbox. ``payload`` is the envelope on the wire."""

    device: Device
    boot: int
    seq: int
    payload: bytes
    at: float


class Promised(Struct, frozen=True):
    """A receipt as it reached the device: the event is in the journal, as ``entry``."""

    device: Device
    boot: int
    seq: int
    entry: int
    code: str
    at: float


class Ordered(Struct, frozen=True):
    """A command as it reached its device, each time. It is caused by the entry ``cause``; ``content`` is a hash."""

    device: Device
    id: str
    content: bytes
    cause: int
    at: float


class Executed(Struct, frozen=True):
    """A command that the device began to carry out."""

    device: Device
    id: str
    at: float


def content_of(work: Work) -> bytes:
    """A hash of a command: the same whenever it is sent."""
    return hashlib.sha256(msgspec.json.encode(work)).digest()


class Witness:
    """Everything seen, in order. Many threads write; nothing is ever taken away."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.promised: list[Promised] = []
        self.ordered: list[Ordered] = []
        self.executed: list[Executed] = []
        self._came = threading.Condition()

    def note_told(self, device: Device, stamp: Stamp, payload: bytes) -> None:
        self.told.append(Told(device, stamp.boot, stamp.seq, payload, time.monotonic()))

    def note_promised(self, device: Device, payload: bytes) -> None:
        said = decode_receipt(payload)
        with self._came:
            self.promised.append(Promised(device, said.boot, said.seq, said.entry, said.code, time.monotonic()))
            self._came.notify_all()

    def note_ordered(self, device: Device, payload: bytes) -> None:
        letter = decode_command(payload)
        cause = (letter.seq - 1) // OUTGOING_MAX
        assert isinstance(letter.message, Work), letter
        content = content_of(letter.message)
        self.ordered.append(Ordered(device, letter.message.id, content, cause, time.monotonic()))

    def note_executed(self, device: Device, work: Work) -> None:
        self.executed.append(Executed(device, work.id, time.monotonic()))

    def first_receipt(self, after: float, until: float) -> float | None:
        """When the first receipt came after this moment, waiting for it; None if there is none by then."""
        with self._came:
            self._came.wait_for(lambda: self._last_receipt > after, max(0.0, until - time.monotonic()))
            return next((each.at for each in self.promised if each.at > after), None)

    def waiting_since(self, moment: float, until: float) -> float:
        """Since when somebody waited for what came ``until`` then: from ``moment`` on, if an event was under way; else
        from the first event after it; from ``until`` if there was none."""
        answered = {(each.device, each.boot, each.seq) for each in self.promised if each.at < until}
        unanswered = (told.at for told in self.told if (told.device, told.boot, told.seq) not in answered)
        return min(max(moment, next(unanswered, until)), until)

    @property
    def _last_receipt(self) -> float:
        return self.promised[-1].at if self.promised else 0.0


class WatchedPort(ShopPort[Command]):
    """The shop's own wires of one device, with a witness beside them."""

    def __init__(self, store: str, client: Client, witness: Witness) -> None:
        super().__init__(store, client.device, client.hears)
        self._witness = witness

    def read(self, arrival: Arrival) -> ShopMail[Command] | None:
        mail = super().read(arrival)
        match mail:
            case Settled():
                self._witness.note_promised(self.device, arrival.payload)
            case WorkOrdered():
                self._witness.note_ordered(self.device, arrival.payload)
            case _:
                pass
        return mail

    def write(self, out: Event | DeviceState, stamp: Stamp) -> Publication:
        publication = super().write(out, stamp)
        if isinstance(out, Event):
            self._witness.note_told(self.device, stamp, publication.payload)
        return publication


class WatchedActor:
    """A device's client with a witness beside it, who sees what it begins to carry out."""

    def __init__(self, client: Client, witness: Witness) -> None:
        self._client = client
        self._witness = witness

    def handle(self, message: Heard, now: Instant) -> list[Said]:
        if isinstance(message, Work):
            self._witness.note_executed(self._client.device, message)
        return self._client.handle(message, now)

    @property
    def deadline(self) -> Instant | None:
        return self._client.deadline
