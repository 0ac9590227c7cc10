"""The words of a layout's side file: what a shop is beside its lanes. Reading one is in side_reading.py.

LIF knows where robots may drive; it knows no desk, no opening hours, no people and no traffic. The side file holds
those. Ids are what the floor, the devices and the journal call things; stations are named as in the LIF file. A
misspelt key is refused, not ignored.
"""

from functools import cache
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from shopfloor.contract.kinds import Line
from shopfloor.contract.lif import Positive
from shopfloor.contract.vda5050_words import AS_PUBLISHED, Dialect

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
ROBOTS_MAX = 8


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
    """Of VDA 5050, letter for letter as the robot writes it: what it is spoken to in until it has spoken itself."""
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
    dialect: Dialect = AS_PUBLISHED
    """Spellings in which it departs from its version, proven when it is put to work (R1, R4)."""


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
    robots: Annotated[tuple[RobotRow, ...], Meta(max_length=ROBOTS_MAX)]
    lockers: Count
    loaners: Annotated[tuple[Loaner, ...], Meta(max_length=1000)]
    equipment: Annotated[tuple[Equipment, ...], Meta(max_length=100)]
    traffic: Traffic
    places: Places
    walks: Annotated[tuple[Walk, ...], Meta(max_length=500)]
    spare_robots: Annotated[tuple[RobotRow, ...], Meta(max_length=ROBOTS_MAX)] = ()
    """Robots that would fit, with parks of their own. A floor has one only once it is moved to ``robots``."""

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
