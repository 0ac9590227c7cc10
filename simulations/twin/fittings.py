"""The devices of a whole shop as clients in one process, and the first stock that lies in its cabinets."""

from collections.abc import Callable, Iterable
from random import Random
from typing import Final, TypeAlias

from msgspec import Struct

from devices.archive import Archive
from devices.archive_body import ArchiveDials, MemoryShelf, SimulatedArchive
from devices.board import Board
from devices.cabinet import Cabinet
from devices.cabinet_body import Bin, CabinetTruth
from devices.cabinet_memory import CabinetMemory
from devices.cabinet_simulation import CabinetDials, SimulatedCabinet
from devices.call_display import CallDisplay
from devices.client import Client
from devices.entitlement import Entitlement, EntitlementDials, SimulatedEntitlement
from devices.handheld import Handheld
from devices.link import Link
from devices.notifier import Notifier, NotifierDials, NotifierMemory, SimulatedNotifier
from devices.pad import Pad
from devices.pos import Pos, PosMemory
from devices.pos_body import PosDials, PosTruth, SimulatedPos
from devices.queue_machine import QueueMachine
from devices.robot import RobotClient
from devices.robot_body import Pose, RobotDials, SimulatedBody
from devices.robot_profile import RobotProfile
from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.layout import Layout
from shopfloor.contract.vda5050 import Identity
from shopfloor.core.books import Books
from simulations.streams import Streams

KEY: Final = bytes(32)
"""Of the seals of a shop that is played."""


class Dials(Struct, frozen=True, kw_only=True):
    """What is wrong with the machines of this shop."""

    pos: PosDials = PosDials(declined=0.03, unknown_taken=0.002, unknown_not_taken=0.001)
    cabinet: CabinetDials = CabinetDials(jam=0.003)
    archive: ArchiveDials = ArchiveDials()
    notifier: NotifierDials = NotifierDials(fails=0.01)
    entitlement: EntitlementDials = EntitlementDials()
    robot: RobotDials = RobotDials()


Turnable: TypeAlias = SimulatedCabinet | SimulatedPos | SimulatedArchive | SimulatedNotifier | SimulatedEntitlement
CabinetMaker: TypeAlias = Callable[[CabinetDials, Random, CabinetTruth, Instant], SimulatedCabinet]
PosMaker: TypeAlias = Callable[[PosDials, Random, PosTruth, Instant], SimulatedPos]

HELD: Final = ("queue", "handheld", "board", "pad", "link", "pos")
"""Types of devices that people hold or stand before; all others act by themselves."""


def first_stock(books: Books, cabinet: str) -> dict[str, list[str]]:
    """What lies in the bins of a cabinet before the first day: bin → units, as the floor's opening books have it."""
    return {name: list(bin_.units) for name, bin_ in books.bins.items() if name.startswith(f"{cabinet}.")}


def labels(books: Books) -> dict[str, str]:
    """SKU → the first bin that has it written on its door."""
    written: dict[str, str] = {}
    for name, bin_ in books.bins.items():
        written.setdefault(bin_.sku, name)
    return written


def clients(
    layout: Layout, books: Books, streams: Streams, now: Instant, dials: Dials, devices: Iterable[Device]
) -> dict[Device, Client]:
    """These devices, switched on at ``now`` beside a floor with these books."""
    fittings = Fittings(layout, books, streams, dials)
    return {device: fittings.client(device, now) for device in devices}


def seen_in(truth: CabinetTruth, bin_: str) -> tuple[str, ...]:
    """What a person sees who opens the bin."""
    inside = truth.bins.get(bin_)
    return tuple(inside.units) if inside else ()


def profile(layout: Layout, robot: str) -> RobotProfile:
    """The robot as its row in the layout has it."""
    row = layout.robots[robot]
    node = layout.nodes[layout.station_node(row.park)]
    return RobotProfile(
        identity=Identity(row.manufacturer, row.serial_number),
        map_id=node.map_id,
        start_node=node.id,
        start=Pose(node.position.x, node.position.y),
        places=tuple(f"tote-{number}" for number in range(1, row.totes + 1)),
        version=row.version,
    )


class Fittings:
    """All the machines of a shop, as often as they are switched on: what they must not forget, they find again."""

    def __init__(self, layout: Layout, books: Books, streams: Streams, dials: Dials) -> None:
        """Beside a floor with these books: what they have in a cabinet lies in it."""
        self.layout: Final = layout
        self.streams: Final = streams
        self.dials = dials
        self.cabinets: dict[Device, CabinetMemory] = {}
        self.terminals: dict[Device, PosMemory] = {}
        self.bodies: dict[Device, SimulatedBody] = {}
        """Of the robots."""
        self.make_cabinet: CabinetMaker = SimulatedCabinet
        self.make_pos: PosMaker = SimulatedPos
        """Bodies of those that move parts and money: whoever wants to see what they really do hands in others."""
        self._robots: dict[Device, RobotClient] = {}
        self._machines: dict[Device, Turnable] = {}
        """As they were switched on last."""
        self._books = books
        self._notifiers: dict[Device, NotifierMemory] = {}
        self.shelves: dict[Device, MemoryShelf] = {}

    def client(self, device: Device, now: Instant) -> Client:
        """A device of the layout, switched on now."""
        return _MAKERS[device.partition("/")[0]](self, device, now)

    def robot(self, name: str, now: Instant) -> RobotClient:
        """At the first time it stands at its park, later where it was left, with what it carries."""
        device, dials = f"robot/{name}", self.dials.robot
        mine, chance = profile(self.layout, name), self.streams.named(f"robot/{name}")
        if device not in self.bodies:
            self.bodies[device] = SimulatedBody(mine.start, mine.places, dials, chance, now)
        robot = self._robots[device] = RobotClient(mine, self.bodies[device], dials, chance, now)
        return robot

    def turn(self, dials: Dials) -> None:
        """All machines have these from now on, those that run and those that will be switched on."""
        self.dials = dials
        for machine in self._machines.values():
            match machine:
                case SimulatedCabinet():
                    machine.dials = dials.cabinet
                case SimulatedPos():
                    machine.dials = dials.pos
                case SimulatedArchive():
                    machine.dials = dials.archive
                case SimulatedNotifier():
                    machine.dials = dials.notifier
                case SimulatedEntitlement():
                    machine.dials = dials.entitlement
        for body in self.bodies.values():
            body.dials = dials.robot
        for robot in self._robots.values():
            robot.dials = dials.robot

    def cabinet(self, device: Device, now: Instant) -> Client:
        if device not in self.cabinets:
            stock = first_stock(self._books, device.partition("/")[2])
            memory = self.cabinets[device] = CabinetMemory()
            memory.truth.bins = {name: Bin(units) for name, units in stock.items()}
        memory = self.cabinets[device]
        body = self.make_cabinet(self.dials.cabinet, self.streams.named(device), memory.truth, now)
        self._machines[device] = body
        return Cabinet(device, body, memory, now)

    def pos(self, device: Device, now: Instant) -> Client:
        memory = self.terminals.setdefault(device, PosMemory())
        body = self.make_pos(self.dials.pos, self.streams.named(device), memory.truth, now)
        self._machines[device] = body
        return Pos(device, body, memory, now)

    def archive(self, device: Device, now: Instant) -> Client:
        name = self.layout.store.name
        shelf = self.shelves.setdefault(device, MemoryShelf())
        body = self._machines[device] = SimulatedArchive(
            self.dials.archive, self.streams.named(device), KEY, name, shelf, now
        )
        return Archive(device, body, now)

    def notifier(self, device: Device, now: Instant) -> Client:
        memory = self._notifiers.setdefault(device, NotifierMemory())
        body = self._machines[device] = SimulatedNotifier(self.dials.notifier, self.streams.named(device), now)
        return Notifier(device, body, memory, now)

    def entitlement(self, device: Device, now: Instant) -> Client:
        streams = self.streams
        body = self._machines[device] = SimulatedEntitlement(
            self.dials.entitlement, lambda name: streams.named(f"{device}:{name}"), now
        )
        return Entitlement(device, body, now)


_MAKERS: Final[dict[str, Callable[[Fittings, Device, Instant], Client]]] = {
    "queue": lambda _fittings, device, now: QueueMachine(device, now),
    "calls": lambda _fittings, device, now: CallDisplay(device, now),
    "handheld": lambda _fittings, device, now: Handheld(device, now),
    "board": lambda _fittings, device, now: Board(device, now),
    "pad": lambda _fittings, device, now: Pad(device, now),
    "link": lambda _fittings, device, now: Link(device, now),
    "cabinet": Fittings.cabinet,
    "pos": Fittings.pos,
    "archive": Fittings.archive,
    "notifier": Fittings.notifier,
    "entitlement": Fittings.entitlement,
}
