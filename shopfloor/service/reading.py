"""What arrived, read: a device's event, a claim made of a bare message, or something unreadable."""

from collections.abc import Container
from typing import TypeAlias

import msgspec
from msgspec import Raw, Struct

from shopfloor.contract import vda5050_wire
from shopfloor.contract.actor import Device
from shopfloor.contract.codec import (
    NUMBER_MAX,
    Address,
    FaultCode,
    Letter,
    Reader,
    Unreadable,
    decode_connection,
    for_a_person,
    parse_topic,
)
from shopfloor.contract.events import (
    EVENTS,
    DeviceConnected,
    DeviceLost,
    Event,
    Heard,
    RobotConnectionReported,
    RobotFactsheetReported,
    RobotReported,
)
from shopfloor.contract.layout import Layout
from shopfloor.contract.roster import EVERY_DEVICE, ROSTER
from shopfloor.contract.vda5050 import Connection as RobotConnection
from shopfloor.contract.vda5050 import Factsheet, MalformedVda, State


class Arrived(Struct, frozen=True):
    """One message from the wire."""

    topic: str
    payload: bytes


class Said(Struct, frozen=True):
    """A device's event with its numbering."""

    device: Device
    letter: Letter[Event]


class Seen(Struct, frozen=True):
    """What a bare message means: presence, or a robot's words. It has no numbering of ours and gets no receipt."""

    heard: Heard


class Bad(Struct, frozen=True):
    """Bytes that are no message of this contract, with as much of their identity as could be read."""

    store: str
    device: Device
    code: FaultCode | str
    reason: str
    boot: int = 0
    seq: int = 0


Mail: TypeAlias = Said | Seen | Bad | None
"""None: not addressed to the floor."""


class InstantActionIds(Container[str]):
    """Which action ids of a 2.x state belong to instant actions: the fleet gives those a prefix of their own."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __contains__(self, action_id: object) -> bool:
        return isinstance(action_id, str) and action_id.startswith(self._prefix)


class Reading:
    """Reads for one store; believes nothing."""

    def __init__(self, layout: Layout, instant_prefix: str) -> None:
        self._store = layout.store.id
        self._readers = {row.name: Reader((*EVERY_DEVICE, *row.says)) for row in ROSTER}
        self._every_kind = Reader(EVENTS.values())
        self._robots = {(row.manufacturer, row.serial_number): f"robot/{row.id}" for row in layout.robots.values()}
        self._instant = InstantActionIds(instant_prefix)

    def read(self, arrived: Arrived) -> Mail:
        """One arrival. Never raises: what cannot be read is Bad."""
        address = parse_topic(arrived.topic)
        if address is None:
            return self._robot(arrived)
        if address.level == "event":
            return self._event(address, arrived.payload)
        if address.level == "connection" and address.store == self._store:
            return self._connection(address, arrived.payload)
        return None

    def _event(self, address: Address, payload: bytes) -> Said | Bad:
        if address.store != self._store:
            boot, seq = identity_in(payload)
            return Bad(address.store, address.device, "wrong-store", f"No store {address.store!r} here.", boot, seq)
        reader = self._readers.get(address.device.partition("/")[0])
        if reader is None:
            boot, seq = identity_in(payload)
            return Bad(address.store, address.device, "unknown-type", "No such type of device here.", boot, seq)
        try:
            return Said(address.device, reader.read(payload))
        except Unreadable as fault:
            return self._bad(address, payload, fault)

    def _bad(self, address: Address, payload: bytes, fault: Unreadable) -> Bad:
        boot, seq = fault.boot or 0, fault.seq or 0
        code: str = fault.code
        reason = fault.reason
        if fault.code == "unknown-kind" and self._is_a_word(payload):
            code, reason = "not-yours", f"{address.device} may not say this."
        return Bad(address.store, address.device, code, reason, boot, seq)

    def _is_a_word(self, payload: bytes) -> bool:
        """Whether some other type of device might have said it."""
        try:
            self._every_kind.read(payload)
        except Unreadable:
            return False
        return True

    def _connection(self, address: Address, payload: bytes) -> Seen | Bad:
        try:
            connection = decode_connection(payload)
        except Unreadable as fault:
            return Bad(address.store, address.device, fault.code, fault.reason)
        event: Event = DeviceConnected() if connection.online else DeviceLost()
        return Seen(Heard(device=address.device, event=event))

    def _robot(self, arrived: Arrived) -> Mail:
        try:
            identity, _level = vda5050_wire.parse_topic(arrived.topic)
        except MalformedVda:
            return None
        device = self._robots.get((identity.manufacturer, identity.serial_number))
        if device is None:
            return None
        try:
            message = vda5050_wire.decode(arrived.topic, arrived.payload, self._instant)
        except MalformedVda as fault:
            return Bad(self._store, device, "malformed", for_a_person(str(fault)))
        match message:
            case State():
                return Seen(Heard(device=device, event=RobotReported(state=message)))
            case RobotConnection():
                return Seen(Heard(device=device, event=RobotConnectionReported(connection=message)))
            case Factsheet():
                return Seen(Heard(device=device, event=RobotFactsheetReported(factsheet=message)))
            case _:
                return None


class _Identity(Struct):
    boot: int = 0
    seq: int = 0


def identity_in(payload: bytes) -> tuple[int, int]:
    """``(boot, seq)`` of an envelope that is refused unread, as far as they can be made out; else zeros."""
    try:
        identity = msgspec.json.decode(payload, type=_Identity)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0, 0
    numbers = (identity.boot, identity.seq)
    return numbers if all(0 < number < NUMBER_MAX for number in numbers) else (0, 0)


# ── how a claim without a numbering of its own stands in the journal ────────────────────────────


class _Noted(Struct, frozen=True):
    device: Device
    event: Raw


def write_heard(heard: Heard) -> bytes:
    """The body of the entry."""
    return msgspec.json.encode(_Noted(heard.device, Raw(msgspec.json.encode(heard.event))))


def read_heard(kind: str, body: bytes) -> Heard:
    """Back from the body; raises KeyError or msgspec.DecodeError on another release's words."""
    noted = msgspec.json.decode(body, type=_Noted)
    return Heard(noted.device, msgspec.json.decode(noted.event, type=EVENTS[kind]))
