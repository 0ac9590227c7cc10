"""How words travel: topics and envelopes, and a reader that believes nothing.

A topic says who speaks: ``shopfloor/v1/{store}/{type}/{id}/{level}``. An envelope says which of the sender's
messages this is: ``{"kind", "boot", "seq", "sent_at", "body"}``; ``(boot, seq)`` is given once and never
again, so a message that comes twice is known by it. Whatever bytes arrive, the answer is a letter or one
exception, `Unreadable`.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Final, Generic, Literal, NoReturn, TypeAlias, TypeVar, get_args

import msgspec
from msgspec import Meta, Raw, Struct

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.commands import COMMANDS
from shopfloor.contract.events import EVENTS

PAYLOAD_MAX: Final = 65_536
"""Bytes; the broker's ``max_packet_size`` disconnects who sends more."""

NUMBER_MAX: Final = 2**53
"""No whole number reaches this: beyond it JSON readers disagree (RFC 8259 §6)."""

REASON_MAX: Final = 200

Number: TypeAlias = Annotated[int, Meta(ge=1, lt=NUMBER_MAX)]
Level = Literal["event", "receipt", "command", "state", "connection"]
FaultCode = Literal["oversized", "malformed", "unknown-kind", "bad-body"]

M = TypeVar("M", bound=Struct)
T = TypeVar("T", bound=Struct)


# ── topics ─────────────────────────────────────────────────────────────────────────────────────────────────

ROOT: Final = "shopfloor/v1"
_ID: Final = r"[a-z0-9-]{1,32}"
_LEVELS: Final = "|".join(get_args(Level))
_TOPIC: Final = re.compile(rf"{ROOT}/(?P<store>{_ID})/(?P<device>{_ID}/{_ID})/(?P<level>{_LEVELS})")


class Address(Struct, frozen=True):
    """Where a message was sent: the shop, the device that it is from or for, and the sort of message."""

    store: str
    device: Device
    level: Level


def topic(store: str, device: Device, level: Level) -> str:
    """The one topic of this device and level; ids are ours, so a bad one is our mistake."""
    name = f"{ROOT}/{store}/{device}/{level}"
    assert _TOPIC.fullmatch(name), f"not a topic of ours: {name!r}"
    return name


def topic_filter(store: str | None, device_type: str, level: Level) -> str:
    """What the floor subscribes to: this level of all devices of one type, of one store or (None) of any."""
    return topic(store or "any", f"{device_type}/any", level).replace("/any/", "/+/")


def parse_topic(name: str) -> Address | None:
    """The address in a topic, or None if it is not one of ours."""
    found = _TOPIC.fullmatch(name)
    if found is None:
        return None
    return msgspec.convert(found.groupdict(), Address)


# ── letters ────────────────────────────────────────────────────────────────────────────────────────────────


class Letter(Struct, Generic[M], frozen=True):
    """A message with its sender's numbering. ``sent_at`` is hearsay: what the sender's own clock said."""

    kind: str
    boot: int
    seq: int
    sent_at: Instant
    message: M


class Unreadable(Exception):
    """These bytes are not a message. Where ``boot`` and ``seq`` could be read, the sender can be told so."""

    def __init__(self, code: FaultCode, reason: str, boot: int | None = None, seq: int | None = None) -> None:
        super().__init__(f"{code}: {reason}")
        self.code: FaultCode = code
        self.reason = for_a_person(reason)
        self.boot = boot
        self.seq = seq


def for_a_person(reason: str) -> str:
    """A reason that quotes a stranger, made fit for a terminal, a database and the sender's own reader: one short line
    without control characters, of which U+0000 would make the receipt itself unreadable."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in reason[:REASON_MAX])


class _Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    kind: Annotated[str, Meta(min_length=1, max_length=64)]
    boot: Number
    seq: Number
    sent_at: Annotated[int, Meta(ge=0, lt=NUMBER_MAX)]
    body: Raw


class _Outgoing(Struct, frozen=True):
    kind: str
    boot: int
    seq: int
    sent_at: int
    body: Struct


def kind_of(message: Struct | type[Struct]) -> str:
    """The word under which this message travels."""
    tag = message.__struct_config__.tag
    assert isinstance(tag, str), f"{message!r} has no kind, so it cannot travel in an envelope"
    return tag


def encode(message: Struct, boot: int, seq: int, sent_at: Instant) -> bytes:
    """Put an event or command into its envelope. The same arguments give the same bytes."""
    assert 0 < boot < NUMBER_MAX, boot
    assert 0 < seq < NUMBER_MAX, seq
    kind = kind_of(message)
    payload = _ENCODER.encode(_Outgoing(kind, boot, seq, sent_at, message))
    assert len(payload) <= PAYLOAD_MAX, f"{kind} is too large to travel: {len(payload)} bytes"
    return payload


class Reader(Generic[M]):
    """Reads envelopes of the kinds that it was given, and no others."""

    def __init__(self, kinds: Iterable[type[M]]) -> None:
        self._bodies: dict[str, msgspec.json.Decoder[M]] = {kind_of(kind): msgspec.json.Decoder(kind) for kind in kinds}

    def read(self, payload: bytes) -> Letter[M]:
        """Open one envelope; raise Unreadable, and nothing else, on anything that is not a clean one."""
        envelope = _decode(_ENVELOPES, payload, "malformed")
        boot, seq = envelope.boot, envelope.seq
        decoder = self._bodies.get(envelope.kind)
        if decoder is None:
            raise Unreadable("unknown-kind", f"{envelope.kind!r} is no word of this contract", boot, seq)
        try:
            _refuse_nul(payload)
            message = _decode(decoder, bytes(envelope.body), "bad-body")
            _compare(payload, _Outgoing(envelope.kind, boot, seq, envelope.sent_at, message))
        except Unreadable as fault:
            raise Unreadable(fault.code, fault.reason, boot, seq) from fault
        return Letter(envelope.kind, boot, seq, envelope.sent_at, message)


# ── what is not an event or command ────────────────────────────────────────────────────────────────────────


class Receipt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The floor's word that a device's event is in the journal as ``entry``, or why it was refused."""

    boot: Annotated[int, Meta(ge=0, lt=NUMBER_MAX)]
    """0 with seq 0: the event could not even be read so far."""
    seq: Annotated[int, Meta(ge=0, lt=NUMBER_MAX)]
    status: Literal["committed", "refused"]
    code: str = ""
    reason: str = ""
    entry: Annotated[int, Meta(ge=0, lt=NUMBER_MAX)] = 0
    made: dict[str, str] = {}
    """Names of what the event has begun: ``{"ticket": "T1", "number": "A001"}``. Told once, with the first receipt."""


class Connection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Retained presence. Who leaves says ``online=False``; who cannot, has the broker say it (last will)."""

    online: bool
    boot: Number


class DeviceState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device's retained picture of itself. The device gives the words, its driver ``boot`` and ``at``."""

    words: dict[str, str | int | float | bool]
    boot: Annotated[int, Meta(ge=0, lt=NUMBER_MAX)] = 0
    at: Annotated[int, Meta(ge=0, lt=NUMBER_MAX)] = 0


class AskedAgain(Struct, Generic[T], frozen=True):
    """Never on the wire: what a device's driver tells it when the floor repeats a command from before a restart.

    The floor has had no answer, and whether it was done the device may not know (F40): it must look, and answer;
    not do it blindly a second time.
    """

    command: T


def encode_plain(message: Receipt | Connection | DeviceState) -> bytes:
    """The bytes of a message that needs no envelope, since its topic says what it is."""
    return _ENCODER.encode(message)


def _plain_reader(kind: type[T]) -> Callable[[bytes], T]:
    decoder = msgspec.json.Decoder(kind)

    def read(payload: bytes) -> T:
        """Read one message without an envelope; raise Unreadable on anything else."""
        message = _decode(decoder, payload, "malformed")
        _refuse_nul(payload)
        _compare(payload, message)
        return message

    return read


# ── belief ─────────────────────────────────────────────────────────────────────────────────────────────────

_ENCODER: Final = msgspec.json.Encoder()
_ENVELOPES: Final = msgspec.json.Decoder(_Envelope)

_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""An escaped U+0000: an odd number of backslashes before ``u0000``. PostgreSQL cannot store it."""

_DIGITS_AS_ZERO: Final = bytes(ord("0") if chr(byte).isdecimal() else ord(" ") for byte in range(256))
_LONG_NUMBER: Final = b"0" * 16
"""Sixteen digits in a row may be a number of 2**53 or more; most often they are part of a hash."""


def _decode(decoder: msgspec.json.Decoder[T], payload: bytes, code: FaultCode) -> T:
    if len(payload) > PAYLOAD_MAX:
        raise Unreadable("oversized", f"{len(payload)} bytes; at most {PAYLOAD_MAX} are read")
    try:
        return decoder.decode(payload)
    except RecursionError:
        raise Unreadable(code, "nested too deeply") from None
    except UnicodeDecodeError:
        raise Unreadable(code, "not UTF-8") from None
    except msgspec.DecodeError as fault:
        raise Unreadable(code, str(fault)) from None


def _refuse_nul(payload: bytes) -> None:
    if b"u0000" in payload and _NUL.search(payload):
        raise Unreadable("malformed", "U+0000 in a text")


def _compare(payload: bytes, reading: Struct) -> None:
    """Bytes that are exactly what we would have written ourselves hold no surprise; others are read again."""
    if _LONG_NUMBER in payload.translate(_DIGITS_AS_ZERO) or payload != _ENCODER.encode(reading):
        _read_strictly(payload)


def _read_strictly(payload: bytes) -> None:
    """Refuse what msgspec forgives: a key told twice, a whole number of 2**53 or more.

    Rarely needed, since devices of ours write with our encoder; it takes 5 times as long.
    """
    try:
        json.loads(
            payload,
            object_pairs_hook=_told_once,
            parse_int=_small,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError) as fault:
        raise Unreadable("malformed", str(fault)) from None


def _told_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key is told twice")
    return members


def _small(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) >= NUMBER_MAX:
        raise ValueError("a whole number of 2**53 or more")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number that is not finite")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


decode_event: Final = Reader(EVENTS.values()).read
decode_command: Final = Reader(COMMANDS.values()).read
decode_receipt: Final = _plain_reader(Receipt)
decode_connection: Final = _plain_reader(Connection)
decode_state: Final = _plain_reader(DeviceState)
