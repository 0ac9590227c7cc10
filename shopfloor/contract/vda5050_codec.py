"""Reads and writes one version of VDA 5050: what all versions have in common, around the tables of one ``Tongue``."""

from collections.abc import Callable, Container
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import msgspec
from msgspec import Struct, structs

from shopfloor.contract.actor import Instant
from shopfloor.contract.vda5050 import (
    DELIVERIES,
    LEVELS,
    Dialect,
    Factsheet,
    Identity,
    Level,
    LoadSpecification,
    MalformedVda,
    MobileRobotConfiguration,
    Post,
    State,
    VdaMessage,
)
from shopfloor.contract.vda5050_rules import deeper_than, finite
from shopfloor.contract.vda5050_tongue import Plain, Tongue

PAYLOAD_BYTES_MAX = 1_048_576
DEPTH_MAX = 32
"""What is read at the edge of the stack could not be compared, checked or written again any more."""

SILENT: dict[str, Struct] = {
    "load_specification": LoadSpecification(),
    "mobile_robot_configuration": MobileRobotConfiguration(),
}
"""Section of a factsheet → how it reads when nothing in it is known to us."""

KINDS: dict[Level, type[VdaMessage]] = {level: kind for kind, level in LEVELS.items()}

Prepare: TypeAlias = Callable[[VdaMessage], VdaMessage]
"""A message as its version would say it, still in our structs."""
Complete: TypeAlias = Callable[[Plain, VdaMessage], None]
"""Adds to the plain message what its version requires and our structs do not hold."""
SortOut: TypeAlias = Callable[[State, Container[str]], State]
"""A state as 3.0 would say it, given the ids of instant actions."""


class Codec(Struct, frozen=True):
    """One version, and one robot's dialect of it. Get one from ``vda5050_wire.codec_for``."""

    version: str
    """As a robot of ours would write it."""
    root: str
    """The first levels of its topics."""
    tongue: Tongue
    tongue_for: Callable[[Dialect], Tongue]
    prepare: Prepare
    complete: Complete
    sort_out: SortOut

    def speaks(self, version: str) -> bool:
        """Whether a header with this version, letter for letter a robot's own (M5), is of our major version."""
        return _levels(version)[0] == _levels(self.version)[0]

    def is_meant(self, version: str) -> bool:
        """Whether the minor version is ours, too."""
        return _levels(version)[:2] == _levels(self.version)[:2]

    def speaking(self, dialect: Dialect) -> "Codec":
        return structs.replace(self, tongue=self.tongue_for(dialect))

    def topic(self, identity: Identity, level: Level) -> str:
        for text in (identity.manufacturer, identity.serial_number):
            if not text or any(sign in text for sign in "/+#$"):
                raise MalformedVda(f"{text!r} cannot be a level of a topic")
        return f"{self.root}/{identity.manufacturer}/{identity.serial_number}/{level}"

    def parse_topic(self, text: str) -> tuple[Identity, Level]:
        match text.removeprefix(f"{self.root}/").split("/"):
            case [manufacturer, serial_number, level] if manufacturer and serial_number and text.startswith(self.root):
                try:
                    return Identity(manufacturer, serial_number), Level(level)
                except ValueError:
                    raise MalformedVda(f"{level!r} is no level of a VDA 5050 topic") from None
            case _:
                raise MalformedVda(f"{text!r} is no topic of VDA 5050 {self.tongue.label}")

    def to_robot(self, identity: Identity) -> tuple[str, ...]:
        """The topics that this robot subscribes to."""
        return self.topic(identity, Level.ORDER), self.topic(identity, Level.INSTANT_ACTIONS)

    def encode(self, message: VdaMessage) -> Post:
        """Raises MalformedVda for a number that is not finite or out of bounds, and for words that this version does
        not have."""
        level = LEVELS[type(message)]
        header = message.header
        if not self.speaks(header.version):
            raise MalformedVda(f"a message of version {header.version!r} is not for the codec of {self.tongue.label}")
        plain: Plain = msgspec.to_builtins(self.prepare(message))
        del plain["header"]
        wire = {
            "headerId": header.header_id,
            "timestamp": timestamp_text(header.timestamp),
            "version": header.version,
            "manufacturer": header.manufacturer,
            "serialNumber": header.serial_number,
            **self.tongue.written(plain, level),
        }
        self.complete(wire, message)
        if not finite(wire):
            raise MalformedVda(f"a number in this {level} is not finite")
        delivery = DELIVERIES[level]
        return Post(self.topic(header.identity, level), _json(wire), delivery.qos, delivery.retain)

    def decode(self, topic: str, payload: bytes, instant_actions: Container[str] = ()) -> VdaMessage:
        """Any message of this version, or MalformedVda.

        2.x mixes the states of instant actions with those of the order: ``instant_actions`` are the ids that
        fleet control remembers having sent as instant, by which a State is put in order again (M26).
        """
        identity, level = self.parse_topic(topic)
        if len(payload) > PAYLOAD_BYTES_MAX:
            raise MalformedVda(f"{len(payload)} bytes of {level}, more than {PAYLOAD_BYTES_MAX}")
        try:
            plain = self.tongue.understood(_read(payload), level)
            if level is Level.FACTSHEET:
                plain = {section: value for section, value in plain.items() if value != {}}  # it says nothing (R8)
            plain["header"] = _header(plain, level)
            message = msgspec.convert(plain, type=KINDS[level])
        except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
            raise MalformedVda(f"this {level} cannot be read: {error}") from None
        if message.header.identity != identity:
            raise MalformedVda(f"{message.header.identity} speaks on the topic of {identity}")
        if not self.speaks(message.header.version):
            raise MalformedVda(f"version {message.header.version!r} on a topic of {self.tongue.label}")
        match message:
            case State():
                return self.sort_out(message, instant_actions)
            case Factsheet():
                return _told(message)
            case _:
                return message


def timestamp_text(instant: Instant) -> str:
    """ISO 8601 in UTC with milliseconds and Z (M4)."""
    try:
        moment = _EPOCH + timedelta(milliseconds=instant)
    except OverflowError:
        raise MalformedVda(f"{instant} is no time of day") from None
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def timestamp_instant(text: str) -> Instant:
    """Any ISO 8601 time; without a zone it is taken for UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _levels(version: str) -> list[str]:
    return version.strip().lstrip("vV").split(".")


def _json(wire: Plain) -> bytes:
    try:
        return msgspec.json.encode(wire)
    except (ValueError, OverflowError, TypeError, RecursionError) as error:
        raise MalformedVda(f"this cannot be written as JSON: {error}") from None


def _read(payload: bytes) -> Plain:
    wire = msgspec.json.decode(payload, type=Plain)
    if deeper_than(wire, DEPTH_MAX):
        raise ValueError(f"nested more than {DEPTH_MAX} deep")
    return wire


def _header(plain: Plain, level: Level) -> Plain:
    """Takes the header's fields together; 2.1 lets a factsheet come without number and time (S4)."""
    missing: Plain = {"headerId": 0, "timestamp": timestamp_text(0)} if level is Level.FACTSHEET else {}
    names = ("headerId", "timestamp", "version", "manufacturer", "serialNumber")
    header = {**missing, **{name: plain[name] for name in names if name in plain}}
    header["timestamp"] = timestamp_instant(str(header.get("timestamp", "")))
    return header


def _told(factsheet: Factsheet) -> Factsheet:
    """A section of which we know nothing is none, so that it is written again as it was read."""
    silent = {name: None for name, nothing in SILENT.items() if getattr(factsheet, name) == nothing}
    return structs.replace(factsheet, **silent)
