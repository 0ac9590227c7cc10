"""How one device's wires map to messages: which topics it hears, what bytes mean, how its outs are written.

`ShopPort` speaks the shop's own contract. A robot has another port, with the topics and words of VDA 5050.
"""

from collections.abc import Iterable
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.codec import (
    AskedAgain,
    Connection,
    DeviceState,
    Reader,
    Receipt,
    Unreadable,
    decode_receipt,
    encode,
    encode_plain,
    parse_topic,
    topic,
)
from shopfloor.contract.commands import Command, Work
from shopfloor.contract.events import Event
from shopfloor.mqtt.session import Arrival, Publication

Hears = TypeVar("Hears", covariant=True)
Says = TypeVar("Says", contravariant=True)
C = TypeVar("C", bound=Command)


class Stamp(Struct, frozen=True):
    """The sender's numbering. ``seq`` counts the events of one boot; it is 0 on what needs no receipt."""

    boot: int
    seq: int
    now: Instant


class Delivery(Struct, Generic[Hears], frozen=True):
    """A message for the actor, each time that it comes."""

    message: Hears


class WorkOrdered(Struct, Generic[Hears], frozen=True):
    """A message for the actor, once for ever: its ``id`` is remembered, and ``content`` tells a changed one.

    ``again`` is handed over in its place if the floor repeats it after a restart of the device.
    """

    message: Hears
    again: Hears
    id: str
    content: bytes


class Settled(Struct, Generic[Hears], frozen=True):
    """An event has its receipt; ``word`` is what the actor hears of it: a refusal, or what it has begun."""

    boot: int
    seq: int
    word: Hears | None


class Port(Protocol[Hears, Says]):
    """The wires of one device."""

    @property
    def device(self) -> Device:
        """Its name in the shop."""

    @property
    def client_id(self) -> str:
        """Its name at the broker."""

    def filters(self) -> list[tuple[str, int]]:
        """Topic filters to hear, each with its QoS. Retained messages on them are ignored (F22)."""

    def hello(self, stamp: Stamp) -> Publication:
        """Said first at every connection."""

    def goodbye(self, stamp: Stamp) -> Publication:
        """Said last at an orderly end."""

    def will(self, stamp: Stamp) -> Publication:
        """Said by the broker when the device falls silent."""

    def read(self, arrival: Arrival) -> Delivery[Hears] | WorkOrdered[Hears] | Settled[Hears] | None:
        """What the bytes say, or None if it is for nobody here; raises Unreadable."""

    def needs_receipt(self, out: Says) -> bool:
        """True for an event, which waits in the outbox for its receipt; False for a picture, of which only the
        latest counts. The latest picture of each class is told again at every connection."""

    @property
    def heartbeat(self) -> bool:
        """Whether the driver tells the latest pictures again from time to time, as a sign of life."""

    def write(self, out: Says, stamp: Stamp) -> Publication:
        """The bytes of an event or picture."""


ShopHears: TypeAlias = C | Receipt | AskedAgain[C]
"""What an actor on the shop's own wires hears: commands, refusals of its events, questions from before a restart."""

ShopMail: TypeAlias = Delivery[ShopHears[C]] | WorkOrdered[ShopHears[C]] | Settled[ShopHears[C]]


class ShopPort(Generic[C]):
    """The shop's own wires: envelopes, receipts, retained state and connection.

    ``hears`` are the commands for this type of device, as in its row of the roster; any other is unreadable to it.
    Without ``heartbeat`` its state is told when it changes, and not again: for a world in which nobody waits for it.
    """

    def __init__(self, store: str, device: Device, hears: Iterable[type[C]], *, heartbeat: bool = True) -> None:
        self.device: Final = device
        self.client_id: Final = f"{store}-{device.replace('/', '-')}"
        self.heartbeat: Final = heartbeat
        self._store = store
        self._commands = Reader(hears)

    def filters(self) -> list[tuple[str, int]]:
        return [(topic(self._store, self.device, "command"), 1), (topic(self._store, self.device, "receipt"), 1)]

    def hello(self, stamp: Stamp) -> Publication:
        return self._presence(Connection(online=True, boot=stamp.boot))

    def goodbye(self, stamp: Stamp) -> Publication:
        return self._presence(Connection(online=False, boot=stamp.boot))

    def will(self, stamp: Stamp) -> Publication:
        return self.goodbye(stamp)

    def read(self, arrival: Arrival) -> ShopMail[C] | None:
        address = parse_topic(arrival.topic)
        if address is None or address.device != self.device:
            return None
        if address.level == "receipt":
            receipt = decode_receipt(arrival.payload)
            worth_hearing = receipt.status == "refused" or receipt.made
            return Settled(receipt.boot, receipt.seq, receipt if worth_hearing else None)
        command = self._commands.read(arrival.payload).message
        if command.to != self.device:
            raise Unreadable("bad-body", f"a command for {command.to} on the wire of {self.device}")
        if isinstance(command, Work):
            return WorkOrdered(command, AskedAgain(command), command.id, msgspec.json.encode(command))
        return Delivery(command)

    def needs_receipt(self, out: Event | DeviceState) -> bool:
        return isinstance(out, Event)

    def write(self, out: Event | DeviceState, stamp: Stamp) -> Publication:
        if isinstance(out, DeviceState):
            picture = DeviceState(words=out.words, boot=stamp.boot, at=stamp.now)
            return Publication(topic(self._store, self.device, "state"), encode_plain(picture), retain=True)
        letter = encode(out, stamp.boot, stamp.seq, stamp.now)
        return Publication(topic(self._store, self.device, "event"), letter)

    def _presence(self, presence: Connection) -> Publication:
        return Publication(topic(self._store, self.device, "connection"), encode_plain(presence), retain=True)
