"""The devices of a whole shop as clients in one process, and the first stock that lies in its cabinets."""

from collections.abc import Callable, Iterable
from random import Random
from typing import Final

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
from devices.pos_body import PosDials, SimulatedPos
from devices.queue_machine import QueueMachine
from devices.robot import RobotClient, simulated
from devices.robot_body import Pose, RobotDials
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
    layout: Layout,
    books: Books,
    streams: Streams,
    now: Instant,
    dials: Dials,
    devices: Iterable[Device],
    truths: dict[Device, CabinetTruth] | None = None,
) -> dict[Device, Client]:
    """These devices, switched on at ``now`` beside a floor with these books. ``truths`` is told what really lies in
    each cabinet."""
    maker = _Maker(layout, books, streams, now, dials, {} if truths is None else truths)
    return {device: _MAKERS[device.partition("/")[0]](maker, device) for device in devices}


def seen_in(truth: CabinetTruth, bin_: str) -> tuple[str, ...]:
    """What a person sees who opens the bin."""
    inside = truth.bins.get(bin_)
    return tuple(truth.strange.get(unit, unit) for unit in inside.units) if inside else ()


def robots(layout: Layout, streams: Streams, now: Instant, dials: RobotDials) -> dict[Device, RobotClient]:
    """All robots of the layout, each at its park."""
    return {
        f"robot/{name}": simulated(profile(layout, name), dials, streams.named(f"robot/{name}"), now)
        for name in layout.robots
    }


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


class _Maker(Struct, frozen=True):
    """What is needed to make any of them."""

    layout: Layout
    books: Books
    streams: Streams
    now: Instant
    dials: Dials
    truths: dict[Device, CabinetTruth]

    def chance(self, device: Device) -> Random:
        return self.streams.named(device)

    def plain(self, kind: Callable[[Device, Instant], Client], device: Device) -> Client:
        return kind(device, self.now)

    def cabinet(self, device: Device) -> Client:
        stock = first_stock(self.books, device.partition("/")[2])
        memory = CabinetMemory()
        memory.truth.bins = {name: Bin(units) for name, units in stock.items()}
        self.truths[device] = memory.truth
        body = SimulatedCabinet(self.dials.cabinet, self.chance(device), memory.truth, self.now)
        return Cabinet(device, body, memory, self.now)

    def pos(self, device: Device) -> Client:
        memory = PosMemory()
        body = SimulatedPos(self.dials.pos, self.chance(device), memory.truth, self.now)
        return Pos(device, body, memory, self.now)

    def archive(self, device: Device) -> Client:
        name = self.layout.store.name
        body = SimulatedArchive(self.dials.archive, self.chance(device), KEY, name, MemoryShelf(), self.now)
        return Archive(device, body, self.now)

    def notifier(self, device: Device) -> Client:
        body = SimulatedNotifier(self.dials.notifier, self.chance(device), self.now)
        return Notifier(device, body, NotifierMemory(), self.now)

    def entitlement(self, device: Device) -> Client:
        streams = self.streams
        body = SimulatedEntitlement(self.dials.entitlement, lambda name: streams.named(f"{device}:{name}"), self.now)
        return Entitlement(device, body, self.now)


_MAKERS: Final[dict[str, Callable[[_Maker, Device], Client]]] = {
    "queue": lambda maker, device: maker.plain(QueueMachine, device),
    "calls": lambda maker, device: maker.plain(CallDisplay, device),
    "handheld": lambda maker, device: maker.plain(Handheld, device),
    "board": lambda maker, device: maker.plain(Board, device),
    "pad": lambda maker, device: maker.plain(Pad, device),
    "link": lambda maker, device: maker.plain(Link, device),
    "cabinet": _Maker.cabinet,
    "pos": _Maker.pos,
    "archive": _Maker.archive,
    "notifier": _Maker.notifier,
    "entitlement": _Maker.entitlement,
}
