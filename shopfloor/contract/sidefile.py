"""The side file of a layout: what a shop is beside its lanes. TOML text in, structs out.

LIF knows where robots may drive; it knows no desk, no opening hours, no people and no traffic. The side file holds
those. Ids are what the floor, the devices and the journal call things; stations are named as in the LIF file. A
misspelt key is refused, not ignored.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from shopfloor.contract.kinds import Line
from shopfloor.contract.lif import Flaw, LayoutError, Positive, located, refuse, repeated
from shopfloor.contract.roster import TYPES

Id: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{1,40}$(?!\n)")]
"""What may stand in a topic and in a VDA 5050 id."""
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=80)]
HourMinute: TypeAlias = Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$(?!\n)")]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=100_000)]
Hours: TypeAlias = tuple[HourMinute, HourMinute] | Literal["closed"]
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Certificate: TypeAlias = Literal["board", "foldable"]

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_AN_HOUR = 60


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """Local opening hours by weekday: ``["10:00", "20:00"]`` or ``"closed"``."""

    mon: Hours
    tue: Hours
    wed: Hours
    thu: Hours
    fri: Hours
    sat: Hours
    sun: Hours

    def on(self, weekday: int) -> tuple[int, int] | None:
        """Minutes after local midnight (open, close) on weekday 0 = Monday … 6, or None: closed."""
        hours = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)[weekday]
        return None if hours == "closed" else (minutes_of(hours[0]), minutes_of(hours[1]))


class Store(Struct, frozen=True, forbid_unknown_fields=True):
    """Which shop this is, its clock and its hours."""

    id: Id
    name: Text
    utc_offset_min: Annotated[int, Meta(ge=-720, le=840)]
    opening: Opening


class Desk(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an engineer serves, and what stands on it."""

    id: Id
    station: Id
    pad: Id
    pos: Id


class CabinetRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A cabinet, where robots load and unload at it, and how many totes its outlet holds at once."""

    id: Id
    bins: Annotated[int, Meta(ge=1, le=10_000)]
    outlet_station: Id
    inlet_station: Id
    outlet_totes: Annotated[int, Meta(ge=1, le=100)]
    shelves: bool = False
    """Bins without machinery, behind a parts counter: people take out and put in, and scan. No device speaks for it."""


class Engineer(Struct, frozen=True, forbid_unknown_fields=True):
    """Lines an engineer may call, and certificates for work that needs one."""

    id: Id
    name: Text
    handheld: Id
    lines: tuple[Line, ...]
    certificates: tuple[Certificate, ...] = ()


class PartsKeeper(Struct, frozen=True, forbid_unknown_fields=True):
    """Receives, counts, puts away, and is every human fallback."""

    id: Id
    name: Text
    handheld: Id


class Manager(Struct, frozen=True, forbid_unknown_fields=True):
    """Decides what the tables mark MG, from the shop board."""

    id: Id
    name: Text


class Shift(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is in the shop from when to when on the given weekdays."""

    id: Id
    days: tuple[Weekday, ...]
    start: HourMinute
    end: HourMinute
    people: tuple[Id, ...]


class RobotRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A robot as the shop owns it; how it speaks is learnt from itself."""

    id: Id
    manufacturer: Id
    serial_number: Id
    version: Annotated[str, Meta(pattern=r"^[23]\.[0-9]+\.[0-9]+$(?!\n)")]
    """Of VDA 5050, letter for letter as the robot writes it."""
    vehicle_type: Text
    """The vehicleTypeId of the LIF file."""
    totes: Annotated[int, Meta(ge=1, le=20)]
    park: Id
    """Its private station: no other robot may ever stand there."""
    docks: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=20)]
    """Stations where it fits, best first."""
    radius_m: Annotated[float, Meta(gt=0, le=2)]
    """Of the circle around its contour, with load, about the point it turns on."""
    speed_mps: Annotated[float, Meta(gt=0, le=3)]


class Loaner(Struct, frozen=True, forbid_unknown_fields=True):
    """A phone lent to a customer while theirs is away."""

    id: Id
    model: Text
    imei: Annotated[str, Meta(pattern=r"^[0-9]{15}$(?!\n)")]


class Equipment(Struct, frozen=True, forbid_unknown_fields=True):
    """A machine that engineers share, one repair at a time."""

    id: Id
    kind: Literal["glue_dispenser", "folding_jig"]
    name: Text


class Traffic(Struct, frozen=True, forbid_unknown_fields=True):
    """How close robots may come, and what LIF cannot say about lanes."""

    margin_m: Annotated[float, Meta(ge=0, le=2)]
    """Free air between two contours."""
    lane_width_m: Positive
    """Free width along every lane, walls and furniture considered."""
    narrow_m: dict[str, Positive] = {}
    """Edge id → its free width, where it is another."""
    exclusive: tuple[tuple[str, ...], ...] = ()
    """Sets of nodes and edges of which one robot at a time may hold any: a doorway, a customers' crossing."""


class Point(Struct, frozen=True, array_like=True):
    """Metres, in the frame of the LIF file."""

    x: Annotated[float, Meta(ge=-10_000, le=10_000)]
    y: Annotated[float, Meta(ge=-10_000, le=10_000)]


class Places(Struct, frozen=True, forbid_unknown_fields=True):
    """Where people find things; for pictures and for the ways they walk."""

    entrance: Point
    queue_machine: Point
    call_display: Point
    parts_room: Point
    seats: Annotated[tuple[Point, ...], Meta(max_length=1000)]
    hall: Annotated[tuple[Point, ...], Meta(min_length=3, max_length=1000)]
    """The walls, as a closed outline."""


class Walk(Struct, frozen=True, forbid_unknown_fields=True):
    """A path that people walk, as a chain of points; paths that share a point are joined there."""

    id: Id
    points: Annotated[tuple[Point, ...], Meta(min_length=2, max_length=1000)]


class SideFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The file, table by table."""

    store: Store
    devices: dict[Id, tuple[Id, ...]]
    """Device type → ids. Robots are not in it: they speak VDA 5050 on topics of their own."""
    desks: Annotated[tuple[Desk, ...], Meta(min_length=1, max_length=100)]
    cabinets: Annotated[tuple[CabinetRow, ...], Meta(min_length=1, max_length=10)]
    receiving_station: Id
    """Where new stock is given to a robot on its way to the inlet."""
    engineers: Annotated[tuple[Engineer, ...], Meta(min_length=1, max_length=500)]
    parts_keepers: Annotated[tuple[PartsKeeper, ...], Meta(min_length=1, max_length=50)]
    managers: Annotated[tuple[Manager, ...], Meta(min_length=1, max_length=50)]
    shifts: Annotated[tuple[Shift, ...], Meta(max_length=500)]
    robots: Annotated[tuple[RobotRow, ...], Meta(max_length=8)]
    lockers: Count
    loaners: Annotated[tuple[Loaner, ...], Meta(max_length=1000)]
    equipment: Annotated[tuple[Equipment, ...], Meta(max_length=100)]
    traffic: Traffic
    places: Places
    walks: Annotated[tuple[Walk, ...], Meta(max_length=500)]

    def people(self) -> list[str]:
        """The ids of everybody who works here."""
        engineers = [who.id for who in self.engineers]
        return engineers + [who.id for who in self.parts_keepers] + [who.id for who in self.managers]

    def handhelds(self) -> list[tuple[str, str]]:
        """(the person as an element, their handheld)."""
        engineers = [(f"engineer '{who.id}'", who.handheld) for who in self.engineers]
        return engineers + [(f"parts keeper '{who.id}'", who.handheld) for who in self.parts_keepers]

    def stations(self) -> dict[str, str]:
        """Every station that some robot must come to → the row that asks for it, told as an element."""
        asked: dict[str, str] = {}
        for desk in self.desks:
            asked.setdefault(desk.station, f"desk '{desk.id}'")
        for cabinet in self.cabinets:
            asked.setdefault(cabinet.outlet_station, f"cabinet '{cabinet.id}'")
            asked.setdefault(cabinet.inlet_station, f"cabinet '{cabinet.id}'")
        asked.setdefault(self.receiving_station, "receiving_station")
        for robot in self.robots:
            for station in (robot.park, *robot.docks):
                asked.setdefault(station, f"robot '{robot.id}'")
        return asked

    def work_stations(self) -> list[str]:
        """The stations that every robot must come to; parks and docks belong to some only."""
        cabinets = [name for row in self.cabinets for name in (row.outlet_station, row.inlet_station)]
        return list(dict.fromkeys([*(desk.station for desk in self.desks), *cabinets, self.receiving_station]))


@cache
def minutes_of(time: str) -> int:
    """Minutes after midnight of "HH:MM"."""
    hour, minute = time.split(":")
    return int(hour) * MINUTES_AN_HOUR + int(minute)


def read_side(text: str) -> SideFile:
    """Side-file TOML as a SideFile whose ids are unique and whose rows fit each other. Raises LayoutError."""
    try:
        raw = tomllib.loads(text)
    except ValueError as error:  # tomllib's own fault, or a number of more digits than Python reads
        flaw = Flaw("side file", f"it is not TOML ({error})", "mend that line")
        raise LayoutError((flaw,)) from error
    except RecursionError as error:
        raise LayoutError((Flaw("side file", "it is nested too deeply", "write its tables flat"),)) from error
    try:
        side = msgspec.convert(raw, SideFile)
    except msgspec.ValidationError as error:
        element, fault = located(raw, str(error))
        raise LayoutError((Flaw(element, fault, "correct this key in the side file"),)) from error
    refuse(_flaws(side))
    return side


def _flaws(side: SideFile) -> Iterator[Flaw]:
    yield from _id_flaws(side)
    yield from _sharing_flaws(side)
    yield from _device_flaws(side)
    yield from _time_flaws(side)
    yield from _robot_flaws(side)


def _id_flaws(side: SideFile) -> Iterator[Flaw]:
    groups = {
        "desk": [row.id for row in side.desks],
        "cabinet": [row.id for row in side.cabinets],
        "person": side.people(),
        "shift": [row.id for row in side.shifts],
        "robot": [row.id for row in side.robots],
        "loaner": [row.id for row in side.loaners],
        "equipment": [row.id for row in side.equipment],
        "walk": [row.id for row in side.walks],
    }
    groups |= {f"device {kind}": list(ids) for kind, ids in side.devices.items()}
    for kind, ids in groups.items():
        for name in repeated(ids):
            yield Flaw(f"{kind} '{name}'", "two have this id", "give each its own")


def _sharing_flaws(side: SideFile) -> Iterator[Flaw]:
    """What belongs to one only. A POS may serve several desks."""
    for pad in repeated(desk.pad for desk in side.desks):
        yield Flaw(f"pad '{pad}'", "two desks have this PAD", "give each desk its own: a signature is bound to a desk")
    for station in repeated(desk.station for desk in side.desks):
        yield Flaw(f"station '{station}'", "two desks have this station", "give each desk its own")
    for handheld in repeated(handheld for _, handheld in side.handhelds()):
        yield Flaw(f"handheld '{handheld}'", "two people have this handheld", "give each person their own")
    for imei in repeated(loaner.imei for loaner in side.loaners):
        yield Flaw(f"IMEI {imei}", "two loaners have this IMEI", "scan them again")


def _device_flaws(side: SideFile) -> Iterator[Flaw]:
    for kind in side.devices:
        if kind == "robot" or kind not in TYPES:
            known = ", ".join(sorted(TYPES.keys() - {"robot"}))
            yield Flaw(
                f"devices.{kind}", "there is no such type of device here", f"use {known}; robots have [[robots]]"
            )
    named = [(f"desk '{desk.id}'", "pad", desk.pad) for desk in side.desks]
    named += [(f"desk '{desk.id}'", "pos", desk.pos) for desk in side.desks]
    named += [(person, "handheld", handheld) for person, handheld in side.handhelds()]
    named += [(f"cabinet '{row.id}'", "cabinet", row.id) for row in side.cabinets if not row.shelves]
    for element, kind, device in named:
        if device not in side.devices.get(kind, ()):
            yield Flaw(element, f"{kind} '{device}' is not in [devices]", "add it there or correct the id")


def _time_flaws(side: SideFile) -> Iterator[Flaw]:
    for weekday, name in enumerate(WEEKDAYS):
        hours = side.store.opening.on(weekday)
        if hours is not None and hours[0] >= hours[1]:
            yield Flaw(f"store.opening.{name}", "it closes before it opens", 'write ["10:00", "20:00"] or "closed"')
    people = side.people()
    for shift in side.shifts:
        if minutes_of(shift.start) >= minutes_of(shift.end):
            yield Flaw(f"shift '{shift.id}'", "it ends before it starts", "split a shift at midnight")
        for person in shift.people:
            if person not in people:
                yield Flaw(f"shift '{shift.id}'", f"nobody has the id '{person}'", "correct it or add the person")


def _robot_flaws(side: SideFile) -> Iterator[Flaw]:
    for park in repeated(robot.park for robot in side.robots):
        fault = "two robots park here, and there must be at least one park for each robot"
        yield Flaw(f"station '{park}'", fault, "give each robot a park of its own")
    for name in repeated(f"{robot.manufacturer}/{robot.serial_number}" for robot in side.robots):
        yield Flaw(f"robot {name}", "two robots have this manufacturer and serial number", "read the plates again")
