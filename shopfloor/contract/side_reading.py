"""Reads the side file of a layout: TOML text in, structs out, and every faulty row told at once."""

import tomllib
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from shopfloor.contract.flaws import Flaw, LayoutError, bounded, called, located, refuse, repeated
from shopfloor.contract.roster import TYPES
from shopfloor.contract.sidefile import (
    WEEKDAYS,
    CabinetRow,
    Desk,
    Engineer,
    Equipment,
    Loaner,
    Manager,
    PartsKeeper,
    RobotRow,
    Shift,
    SideFile,
    Walk,
    minutes_of,
)

__all__ = ["LayoutError", "SideSurvey", "read_side", "survey_side"]

CORRECT: Final = "correct this key in the side file"
TABLES: Final[dict[str, type[Struct]]] = {
    "desks": Desk,
    "cabinets": CabinetRow,
    "engineers": Engineer,
    "parts_keepers": PartsKeeper,
    "managers": Manager,
    "shifts": Shift,
    "robots": RobotRow,
    "spare_robots": RobotRow,
    "loaners": Loaner,
    "equipment": Equipment,
    "walks": Walk,
}
"""The keys that hold rows, each of which is looked at by itself."""


class SideSurvey(Struct, frozen=True):
    """The side file, or None where a row of it cannot be read, and its faults."""

    side: SideFile | None
    faults: tuple[Flaw, ...]


def read_side(text: str) -> SideFile:
    """Side-file TOML as a SideFile whose ids are unique and whose rows fit each other. Raises LayoutError."""
    found = survey_side(text)
    refuse(found.faults)
    assert found.side is not None
    return found.side


def survey_side(text: str) -> SideSurvey:
    """All faults of a side file. Never raises."""
    try:
        raw: dict[str, object] = tomllib.loads(text)
    except ValueError as error:  # tomllib's own fault, or a number of more digits than Python reads
        return SideSurvey(None, (Flaw("side file", f"it is not TOML ({error})", "mend that line"),))
    except RecursionError:
        return SideSurvey(None, (Flaw("side file", "it is nested too deeply", "write its tables flat"),))
    try:
        side = msgspec.convert(raw, SideFile)
    except msgspec.ValidationError as error:
        complaint = Flaw(*located(raw, str(error)), CORRECT)
        return SideSurvey(None, bounded(_key_flaws(raw)) or (complaint,))
    return SideSurvey(side, bounded(_flaws(side)))


def _key_flaws(raw: dict[str, object]) -> Iterator[Flaw]:
    """Each key and row by itself, after the whole was refused."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(SideFile)}
    for key in raw:
        if key not in fields:
            yield Flaw("the file", f"object contains unknown field `{key}`", CORRECT)
    for key, field in fields.items():
        rows = raw.get(key)
        if key not in raw:
            if field.required:
                yield Flaw("the file", f"object missing required field `{key}`", CORRECT)
            continue
        found = list(_row_flaws(key, rows)) if key in TABLES and isinstance(rows, list) else []
        yield from found or _value_flaws(rows, field.type, key)


def _row_flaws(key: str, rows: list[object]) -> Iterator[Flaw]:
    for at, row in enumerate(rows):
        yield from _value_flaws(row, TABLES[key], f"{key}[{at}]{called(row)}")


def _value_flaws(raw: object, kind: object, where: str) -> Iterator[Flaw]:
    try:
        msgspec.convert(raw, type=kind)
    except msgspec.ValidationError as error:
        yield Flaw(*located(raw, str(error), where), CORRECT)


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
        "robot": [row.id for row in (*side.robots, *side.spare_robots)],
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
    robots = (*side.robots, *side.spare_robots)
    for park in repeated(robot.park for robot in robots):
        fault = "two robots park here, and there must be at least one park for each robot"
        yield Flaw(f"station '{park}'", fault, "give each robot a park of its own")
    for name in repeated(f"{robot.manufacturer}/{robot.serial_number}" for robot in robots):
        yield Flaw(f"robot {name}", "two robots have this manufacturer and serial number", "read the plates again")
