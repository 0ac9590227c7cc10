"""Every place where bytes from outside are read, each as one function that takes anything.

Each swallows the exceptions that its decoder documents and nothing else, and holds what was read against what follows
from it: it can be written again and read back equal. A test or a fuzzer only has to call them.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import msgspec
from msgspec import Struct

from devices.archive import ArchiveMemory
from devices.cabinet_memory import CabinetMemory
from devices.keeping import MemoryFile, UnreadableMemory
from devices.notifier import NotifierMemory
from devices.pos import PosMemory
from devices.robot_port import RobotPort
from shopfloor.contract import codec, vda5050_wire
from shopfloor.contract.catalogue import Catalogue, CatalogueError
from shopfloor.contract.codec import Receipt, Unreadable
from shopfloor.contract.layout import Layout
from shopfloor.contract.lif_reading import LayoutError, read_lif
from shopfloor.contract.linter import Inspection, inspect
from shopfloor.contract.roster import TYPES
from shopfloor.contract.side_reading import read_side
from shopfloor.contract.vda5050 import Identity, Level, MalformedVda, Order
from shopfloor.contract.vda5050_rules import order_faults
from shopfloor.core.fleet.master import INSTANT_PREFIX
from shopfloor.mqtt import Arrival, Delivery, ShopPort
from shopfloor.mqtt.port import WorkOrdered
from shopfloor.service.reading import Arrived, Bad, Reading, Said, Seen, identity_in, read_heard, write_heard
from tests.hostile.small_shop import SMALL_LIF, SMALL_SIDE

Decode: TypeAlias = Callable[[bytes], None]

DATA = Path(codec.__file__).parents[1] / "data"
LAYOUT = Layout.from_texts(
    (DATA / "layouts" / "sample.lif.json").read_text(encoding="utf-8"),
    (DATA / "layouts" / "sample.toml").read_text(encoding="utf-8"),
)
STORE = LAYOUT.store.id
ROBOT = next(iter(LAYOUT.robots.values()))
IDENTITY = Identity(ROBOT.manufacturer, ROBOT.serial_number)
SPOKEN = {"vda": "2.1.0", "vda3": "3.0.0"}
"""Name of a decoder → the version of VDA 5050 that it reads."""
HEARERS = ("cabinet", "pos", "pad", "handheld", "archive", "calls")
"""Types of device whose commands are read here: all of them read with the same port."""

READING = Reading(LAYOUT, INSTANT_PREFIX)
_SHOP_PORTS = [ShopPort(STORE, f"{name}/x1", TYPES[name].hears) for name in HEARERS]
_ROBOT_PORT = RobotPort(f"robot/{ROBOT.id}", IDENTITY, SPOKEN["vda"])


def split(data: bytes) -> tuple[str, bytes]:
    """A topic in the first line, a payload below it; what is no UTF-8 never gets as far as a topic."""
    name, _, payload = data.partition(b"\n")
    return name.decode("utf-8", "replace"), payload


def readable(reason: str) -> None:
    """A reason is for a person, and goes into a database and a terminal: words, on one line."""
    assert reason, "no reason"
    assert reason.isprintable(), f"not for a person: {reason!r}"
    assert len(reason) <= codec.REASON_MAX


def floor(data: bytes) -> None:
    """What the coordinator does with one arrival: it never raises, and whatever it read can be kept and answered."""
    topic, payload = split(data)
    match READING.read(Arrived(topic, payload)):
        case Said(letter=letter):
            again = codec.encode(letter.message, letter.boot, letter.seq, letter.sent_at)
            assert codec.decode_event(again) == letter
        case Seen(heard=heard):
            assert read_heard(type(heard.event).__name__, write_heard(heard)) == heard
        case Bad() as bad:
            readable(bad.reason)
            answer = Receipt(boot=bad.boot, seq=bad.seq, status="refused", code=bad.code, reason=bad.reason, entry=1)
            assert codec.decode_receipt(codec.encode_plain(answer)) == answer
        case None:
            pass


def identity(data: bytes) -> None:
    """What can be made out of an envelope that is refused unread."""
    boot, seq = identity_in(data)
    assert 0 <= boot < codec.NUMBER_MAX
    assert 0 <= seq < codec.NUMBER_MAX


def letters(read: Callable[[bytes], codec.Letter[Struct]]) -> Decode:
    """One vocabulary in envelopes."""

    def decode(data: bytes) -> None:
        try:
            letter = read(data)
        except Unreadable as fault:
            readable(fault.reason)
            return
        if len(data) < codec.PAYLOAD_MAX // 2:  # what is written again names its kind twice
            assert read(codec.encode(letter.message, letter.boot, letter.seq, letter.sent_at)) == letter

    return decode


def plain(read: Callable[[bytes], Struct]) -> Decode:
    """One message that has no envelope."""

    def decode(data: bytes) -> None:
        try:
            message = read(data)
        except Unreadable as fault:
            readable(fault.reason)
            return
        assert read(codec.encode_plain(message)) == message

    return decode


def topic(data: bytes) -> None:
    name = data.decode("utf-8", "replace")
    address = codec.parse_topic(name)
    assert address is None or codec.topic(address.store, address.device, address.level) == name
    with contextlib.suppress(MalformedVda):
        who, level = vda5050_wire.parse_topic(name)
        assert name == vda5050_wire.codec_of(name).topic(who, level)


def vda(version: str, level: Level) -> Decode:
    """One level of VDA 5050; what was read and can be said at all comes back equal."""
    name = vda5050_wire.codec_for(version).topic(IDENTITY, level)

    def decode(data: bytes) -> None:
        try:
            message = vda5050_wire.decode(name, data)
        except MalformedVda as fault:
            readable(codec.for_a_person(str(fault)))
            return
        if isinstance(message, Order):
            assert all(order_faults(message))
        with contextlib.suppress(MalformedVda):
            sent = vda5050_wire.encode(message)
            assert vda5050_wire.encode(vda5050_wire.decode(sent.topic, sent.payload)) == sent

    return decode


def shop_device(port: ShopPort) -> Decode:
    """A device's ear on the shop's own wires."""

    def decode(data: bytes) -> None:
        for level in ("command", "receipt"):
            try:
                mail = port.read(arrival(codec.topic(STORE, port.device, level), data))
            except Unreadable as fault:
                readable(fault.reason)
                continue
            if isinstance(mail, WorkOrdered):
                assert mail.id == mail.message.id

    return decode


def robot_device(data: bytes) -> None:
    """A robot's ear: what it cannot read is told to it."""
    name, payload = split(data)
    assert isinstance(_ROBOT_PORT.read(arrival(name, payload)), Delivery)


def arrival(name: str, payload: bytes) -> Arrival:
    """As it comes from the session; no port asks which."""
    return Arrival(name, payload, qos=1, retain=False, dup=False, mid=1, connection=1, session=None)


def memory(kind: type[Struct]) -> Decode:
    """A device's memory file, whatever the disk has made of it."""
    folder = TemporaryDirectory(prefix="hostile-memory-")

    def decode(data: bytes) -> None:
        path = Path(folder.name) / "memory.json"
        path.write_bytes(data)
        with contextlib.suppress(UnreadableMemory):
            left = MemoryFile(path, kind).read()
            assert msgspec.json.decode(msgspec.json.encode(left), type=kind) == left

    return decode


def lif(data: bytes) -> None:
    """A drawing by itself, and with the side file of a shop that would fit it."""
    text = as_text(data)
    told(inspect(text, SMALL_SIDE), lambda: Layout.from_texts(text, SMALL_SIDE))
    with contextlib.suppress(LayoutError):
        read_lif(text)


def side_file(data: bytes) -> None:
    """A side file by itself, and with the drawing of a shop that would fit it."""
    text = as_text(data)
    told(inspect(SMALL_LIF, text), lambda: Layout.from_texts(SMALL_LIF, text))
    with contextlib.suppress(LayoutError):
        read_side(text)


def told(found: Inspection, use: Callable[[], Layout]) -> None:
    """The linter never raises; what it says can be read, and a layout without a fault can be used."""
    for flaw in found.flaws:
        assert str(flaw).isprintable(), f"not for a person: {flaw!r}"
    if not found.faults:
        use()


def catalogue(data: bytes) -> None:
    with contextlib.suppress(CatalogueError):
        Catalogue.from_text(as_text(data))


def as_text(data: bytes) -> str:
    """A file of the shop's own: what its caller could decode as UTF-8."""
    return data.decode("utf-8", "replace")


DECODERS: dict[str, Decode] = {
    "floor": floor,
    "identity": identity,
    "event": letters(codec.decode_event),
    "command": letters(codec.decode_command),
    "receipt": plain(codec.decode_receipt),
    "connection": plain(codec.decode_connection),
    "state": plain(codec.decode_state),
    "topic": topic,
    **{f"vda-{level}": vda(SPOKEN["vda"], level) for level in Level},
    **{f"to-{port.device.partition('/')[0]}": shop_device(port) for port in _SHOP_PORTS},
    "to-robot": robot_device,
    **{f"memory-{kind.__name__}": memory(kind) for kind in (CabinetMemory, PosMemory, ArchiveMemory, NotifierMemory)},
    "lif": lif,
    "side-file": side_file,
    "catalogue": catalogue,
    **{f"vda3-{level}": vda(SPOKEN["vda3"], level) for level in Level},
}
"""By name; the order is kept, since a fuzzer's inputs choose by place."""
