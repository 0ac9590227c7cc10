"""Every kind of device that can be run from here: one row each, from type to machine."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Final, Protocol, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from devices.archive import Archive, ArchiveMemory
from devices.archive_body import ArchiveDials, FolderShelf, MemoryShelf, SimulatedArchive
from devices.board import Board
from devices.cabinet import Cabinet
from devices.cabinet_body import Bin
from devices.cabinet_memory import CabinetMemory
from devices.cabinet_simulation import CabinetDials, SimulatedCabinet
from devices.call_display import CallDisplay
from devices.client import Client, Heard, Said, Touch
from devices.dials import BadDial, set_up, turned
from devices.entitlement import Entitlement, EntitlementDials, SimulatedEntitlement
from devices.handheld import Handheld
from devices.holding import Machine
from devices.keeping import Kept, MemoryFile
from devices.link import Link
from devices.notifier import Notifier, NotifierDials, NotifierMemory, SimulatedNotifier
from devices.pad import Pad
from devices.pos import Pos, PosMemory
from devices.pos_body import PosDials, SimulatedPos
from devices.queue_machine import QueueMachine
from devices.robot import Heard as RobotHeard
from devices.robot import RobotClient
from devices.robot import Said as RobotSaid
from devices.robot_body import KeyTurned, Pose, RobotDials, SimulatedBody, StopPressed
from devices.robot_port import RobotActor, RobotPort
from devices.robot_profile import RobotProfile
from devices.robot_voice import Voice
from devices.vocabularies import vocabulary
from shopfloor.contract.actor import Actor, Device, Instant
from shopfloor.contract.commands import Command
from shopfloor.contract.events import Event
from shopfloor.contract.layout import Layout
from shopfloor.contract.roster import TYPES
from shopfloor.contract.vda5050 import Identity
from shopfloor.contract.vda5050_wire import CODECS
from shopfloor.mqtt import ShopPort

ShopMachine: TypeAlias = Machine[Heard, Said]
RobotMachine: TypeAlias = Machine[RobotHeard, RobotSaid]
Turn: TypeAlias = Callable[[str, str], None]
D = TypeVar("D", bound=Struct)
M = TypeVar("M", bound=Struct)


class BadOption(ValueError):
    """What was asked for cannot be run; the message says what can."""


class Wanted(Struct, frozen=True):
    """One device as asked for on the command line."""

    device: Device
    store: str
    shop: str
    """The shop's name as people know it."""
    seed: str
    dials: dict[str, str]
    state: Path
    now: Instant
    layout: Layout | None = None
    contents: Path | None = None
    """A cabinet's first stock: JSON, bin → units."""
    version: str = ""
    """Of VDA 5050, for a robot; empty: as its row in the layout has it."""
    documents: Path | None = None
    """Where an archive keeps its files."""

    @property
    def chance(self) -> Random:
        """The chance of this device's body. A twin of the shop names it alike: the same seed, the same luck."""
        return Random(f"{self.seed}:{self.device}")  # noqa: S311 - a simulated body, not a secret

    def stream(self, name: str) -> Random:
        """A source of chance for one concern of this device."""
        return Random(f"{self.seed}:{self.device}:{name}")  # noqa: S311 - a simulated body, not a secret

    def memory(self, kind: type[M]) -> MemoryFile[M]:
        return MemoryFile(self.state / f"{self.device.replace('/', '-')}.json", kind)


class Kind(Struct, frozen=True):
    """One row: what can be turned on it, and how it is made."""

    dials: type[Struct] | None
    make: Callable[[Wanted], ShopMachine | RobotMachine]


class Dialled(Protocol[D]):
    """A body whose dials can be turned while it runs."""

    dials: D


def make(wanted: Wanted) -> ShopMachine | RobotMachine:
    """The machine of this device. Raises BadOption or BadDial."""
    name = wanted.device.partition("/")[0]
    kind = KINDS.get(name)
    if kind is None:
        raise BadOption(f"There is no type of device {name!r}. There are: {', '.join(KINDS)}.")
    if kind.dials is None and wanted.dials:
        raise BadDial(f"A {name} has no dials.")
    return kind.make(wanted)


# ── how each is made ─────────────────────────────────────────────────────────────────────────────


def _shop_machine(wanted: Wanted, client: Client, actor: Actor[Heard, Said], turn: Turn) -> ShopMachine:
    name = wanted.device.partition("/")[0]
    port: ShopPort[Command] = ShopPort(wanted.store, wanted.device, TYPES[name].hears)
    return Machine(actor, port, vocabulary(name), _shop_touch, lambda: client.screen, turn)


def _shop_touch(typed: Struct) -> Heard:
    assert isinstance(typed, Event | Touch), typed
    return typed


def _turner(body: Dialled[D]) -> Turn:
    def turn(name: str, text: str) -> None:
        body.dials = turned(body.dials, name, text)

    return turn


def _no_dials(name: str, _text: str) -> None:
    raise BadDial(f"There is no dial {name!r} on this device; it has none.")


def _plain(kind: Callable[[Device, Instant], Client]) -> Callable[[Wanted], ShopMachine]:
    """A device without a body, and with nothing to remember: the floor shows it everything again."""

    def make_plain(wanted: Wanted) -> ShopMachine:
        client = kind(wanted.device, wanted.now)
        return _shop_machine(wanted, client, client, _no_dials)

    return make_plain


def _cabinet(wanted: Wanted) -> ShopMachine:
    file = wanted.memory(CabinetMemory)
    memory = file.read()
    if not file.exists and wanted.contents is not None:
        memory.truth.bins = {name: Bin(units) for name, units in _first_stock(wanted.contents).items()}
    dials = set_up(CabinetDials, wanted.dials)
    body = SimulatedCabinet(dials, wanted.chance, memory.truth, wanted.now)
    client = Cabinet(wanted.device, body, memory, wanted.now)
    return _shop_machine(wanted, client, Kept(client, memory, file), _turner(body))


def _first_stock(path: Path) -> dict[str, list[str]]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])
    except (OSError, msgspec.DecodeError) as fault:
        raise BadOption(f"{path}: {fault}. The contents of a cabinet are JSON: bin, then its units.") from None


def _pos(wanted: Wanted) -> ShopMachine:
    file = wanted.memory(PosMemory)
    memory = file.read()
    body = SimulatedPos(set_up(PosDials, wanted.dials), wanted.chance, memory.truth, wanted.now)
    client = Pos(wanted.device, body, memory, wanted.now)
    return _shop_machine(wanted, client, Kept(client, memory, file), _turner(body))


def _archive(wanted: Wanted) -> ShopMachine:
    file = wanted.memory(ArchiveMemory)
    memory = file.read()
    memory.key_hex = memory.key_hex or secrets.token_hex(32)
    shelf = FolderShelf(wanted.documents) if wanted.documents is not None else MemoryShelf()
    key = bytes.fromhex(memory.key_hex)
    dials = set_up(ArchiveDials, wanted.dials)
    body = SimulatedArchive(dials, wanted.chance, key, wanted.shop, shelf, wanted.now)
    client = Archive(wanted.device, body, wanted.now)
    return _shop_machine(wanted, client, Kept(client, memory, file), _turner(body))


def _notifier(wanted: Wanted) -> ShopMachine:
    file = wanted.memory(NotifierMemory)
    memory = file.read()
    body = SimulatedNotifier(set_up(NotifierDials, wanted.dials), wanted.chance, wanted.now)
    client = Notifier(wanted.device, body, memory, wanted.now)
    return _shop_machine(wanted, client, Kept(client, memory, file), _turner(body))


def _entitlement(wanted: Wanted) -> ShopMachine:
    body = SimulatedEntitlement(set_up(EntitlementDials, wanted.dials), wanted.stream, wanted.now)
    client = Entitlement(wanted.device, body, wanted.now)
    return _shop_machine(wanted, client, client, _turner(body))


def _robot(wanted: Wanted) -> RobotMachine:
    profile = _profile(wanted)
    dials = set_up(RobotDials, wanted.dials)
    chance = wanted.chance
    body = SimulatedBody(profile.start, profile.places, dials, chance, wanted.now)
    client = RobotClient(profile, body, dials, chance, wanted.now)
    voice = Voice.of(profile, dials)
    port = RobotPort(wanted.device, profile.identity, profile.version, voice)
    actor = RobotActor(client, wanted.now)
    return Machine(actor, port, vocabulary("robot"), _robot_touch, lambda: actor.screen, _no_dials)


def _robot_touch(typed: Struct) -> RobotHeard:
    assert isinstance(typed, KeyTurned | StopPressed), typed
    return typed


def _profile(wanted: Wanted) -> RobotProfile:
    """The robot as its row in the layout has it, standing at its park."""
    if wanted.layout is None:
        raise BadOption("A robot needs to know where it stands: give --layout and --side.")
    name = wanted.device.partition("/")[2]
    row = wanted.layout.robots.get(name)
    if row is None:
        raise BadOption(f"There is no robot {name!r} in the layout. There are: {', '.join(wanted.layout.robots)}.")
    version = wanted.version or row.version
    if not any(codec.speaks(version) for codec in CODECS):
        raise BadOption(f"{name} cannot speak VDA 5050 {version!r}. It can: 2.0.0, 2.1.0, 3.0.0.")
    node = wanted.layout.nodes[wanted.layout.station_node(row.park)]
    return RobotProfile(
        identity=Identity(row.manufacturer, row.serial_number),
        map_id=node.map_id,
        start_node=node.id,
        start=Pose(node.position.x, node.position.y),
        places=tuple(f"tote-{number}" for number in range(1, row.totes + 1)),
        version=version,
    )


KINDS: Final[Mapping[str, Kind]] = {
    "queue": Kind(None, _plain(QueueMachine)),
    "calls": Kind(None, _plain(CallDisplay)),
    "handheld": Kind(None, _plain(Handheld)),
    "board": Kind(None, _plain(Board)),
    "pad": Kind(None, _plain(Pad)),
    "link": Kind(None, _plain(Link)),
    "pos": Kind(PosDials, _pos),
    "cabinet": Kind(CabinetDials, _cabinet),
    "robot": Kind(RobotDials, _robot),
    "archive": Kind(ArchiveDials, _archive),
    "notifier": Kind(NotifierDials, _notifier),
    "entitlement": Kind(EntitlementDials, _entitlement),
}
"""Type of device → its row, in the order of the roster."""
