"""What a scenario makes of a drawn shop: its layout, the floor's policy and the dials of its machines.

A layout stays two texts (LIF and side file), so a day of any scenario can be journaled and replayed like a live one.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import structs

import shopfloor
from devices.archive_body import ArchiveDials
from devices.cabinet_simulation import CabinetDials
from devices.dials import Span
from devices.entitlement import EntitlementDials
from devices.notifier import NotifierDials
from devices.pos_body import PosDials
from devices.robot_body import RobotDials
from shopfloor.contract.actor import DAY, MINUTE, SECOND, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import CabinetRow, Engineer, Layout, PartsKeeper, Shift
from shopfloor.contract.side_reading import read_side
from shopfloor.contract.sidefile import WEEKDAYS, Opening, SideFile
from shopfloor.core.opening import stock_levels
from shopfloor.core.policies import Policy
from simulations.demand import lines_wanted
from simulations.scenarios.scenario import Scenario, ScenarioError
from simulations.twin.fittings import Dials

DATA: Final = Path(shopfloor.__file__).parent / "data"
SHELVES: Final = "shelves"
DATE: Final = "2026-11-23"
"""A Monday: every day of the twin is this one."""
MIDNIGHT_UTC: Final[Instant] = 1_795_392_000_000
MINUTES_A_DAY: Final = 24 * 60
LAYOUTS_MAX: Final = 64
POS_UNKNOWN_TAKEN: Final = 2 / 3
"""Of payments that the terminal does not know (assumed)."""
MACHINE_STEP: Final = 0.001
"""A machine's time cannot be quite 0: its answer comes in a later moment than the question."""

Texts: TypeAlias = tuple[str, str]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The demo catalogue that comes with the program."""
    return Catalogue.from_text((DATA / "catalogue.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=LAYOUTS_MAX)
def layout_of(scenario: Scenario) -> Layout:
    """The shop of this scenario. Raises ScenarioError when the drawn shop has no room for it."""
    lif, side = _texts(scenario.opening.layout)
    changed = _changed(read_side(side), scenario)
    return _layout(lif, msgspec.toml.encode(changed).decode())


@lru_cache(maxsize=LAYOUTS_MAX)
def _layout(lif: str, side: str) -> Layout:
    return Layout.from_texts(lif, side)


@lru_cache(maxsize=LAYOUTS_MAX)
def _texts(name: str) -> Texts:
    """A packaged layout by name, or the path of a side file with its LIF file beside it."""
    side = Path(name) if name.endswith(".toml") else DATA / "layouts" / f"{name}.toml"
    lif = side.with_suffix(".lif.json")
    try:
        return lif.read_text(encoding="utf-8"), side.read_text(encoding="utf-8")
    except OSError as fault:
        words = f"opening.layout = {name!r}: {fault.filename} cannot be read ({fault.strerror})."
        raise ScenarioError(
            f"{words} Give 'sample', or the .toml file of a layout with its .lif.json beside it."
        ) from fault


def _changed(side: SideFile, scenario: Scenario) -> SideFile:
    engineers = _engineers(side, scenario)
    clerks = _clerks(side, scenario)
    cabinets = _cabinets(side, scenario)
    managers = side.managers[:1]
    everybody = (*(e.id for e in engineers), *(clerk.id for clerk in clerks), *(boss.id for boss in managers))
    devices = {
        **side.devices,
        "handheld": (*(e.handheld for e in engineers), *(clerk.handheld for clerk in clerks)),
        "cabinet": tuple(row.id for row in cabinets if not row.shelves),
    }
    robots = side.robots[: scenario.robots.count if scenario.switches.cabinet else 0]
    if scenario.switches.cabinet and len(robots) < scenario.robots.count:
        raise ScenarioError(
            f"{scenario.name}: robots.count = {scenario.robots.count}: the layout {scenario.opening.layout!r} has "
            f"parks for {len(robots)}. Draw more parks, or set fewer robots."
        )
    return structs.replace(
        side,
        store=structs.replace(side.store, opening=_opening(side, scenario)),
        devices={kind: ids for kind, ids in devices.items() if ids},
        engineers=engineers,
        parts_keepers=clerks,
        managers=managers,
        shifts=(Shift("every-day", WEEKDAYS, "00:00", "24:00", everybody),),
        cabinets=cabinets,
        robots=tuple(structs.replace(robot, speed_mps=scenario.robots.speed_mps) for robot in robots),
    )


def opens_of(scenario: Scenario) -> Instant:
    """When the doors of this shop open, on the day that the twin plays."""
    layout = layout_of(scenario)
    opens = layout.open_from(MIDNIGHT_UTC - layout.store.utc_offset_min * MINUTE + DAY // 2)
    assert opens is not None
    return opens


def _opening(side: SideFile, scenario: Scenario) -> Opening:
    """From the layout's own hour on a Monday, for as long as the scenario says."""
    hours = side.store.opening.on(0)
    if hours is None:
        raise ScenarioError(
            f"{scenario.name}: opening.layout = {scenario.opening.layout!r}: this shop is closed on Mondays, and the "
            "twin plays a Monday. Give it hours there."
        )
    closes = hours[0] + round(scenario.opening.hours * 60)
    if closes > MINUTES_A_DAY:
        raise ScenarioError(
            f"{scenario.name}: opening.hours = {scenario.opening.hours:g}: from {_clock(hours[0])} on that is past "
            f"midnight. Allowed are {(MINUTES_A_DAY - hours[0]) / 60:g} hours."
        )
    every_day = (_clock(hours[0]), _clock(closes))
    return Opening(*(every_day for _ in WEEKDAYS))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _engineers(side: SideFile, scenario: Scenario) -> tuple[Engineer, ...]:
    """Those of the first shift first; as many as are ever at work at once."""
    wanted = max(scenario.staff.engineers)
    if wanted > len(side.desks):
        raise ScenarioError(
            f"{scenario.name}: staff.engineers = {wanted}: there are {len(side.desks)} desks in the layout "
            f"{scenario.opening.layout!r}, and each engineer needs one."
        )
    first = side.shifts[0].people if side.shifts else ()
    ranked = sorted(side.engineers, key=lambda row: row.id not in first)
    if wanted > len(ranked):
        raise ScenarioError(
            f"{scenario.name}: staff.engineers = {wanted}: the layout {scenario.opening.layout!r} names {len(ranked)} "
            "engineers. Add rows [[engineers]], or set fewer."
        )
    chosen = ranked[:wanted]
    if scenario.staff.one_skill:
        return tuple(
            structs.replace(row, lines=("A", "B", "C", "D"), certificates=("board", "foldable")) for row in chosen
        )
    return tuple(chosen)


def _clerks(side: SideFile, scenario: Scenario) -> tuple[PartsKeeper, ...]:
    known = list(side.parts_keepers[: scenario.counter.clerks])
    more = range(len(known) + 1, scenario.counter.clerks + 1)
    known += [PartsKeeper(f"clerk-{number}", f"Clerk {number}", f"clerk-handheld-{number}") for number in more]
    return tuple(known)


def _cabinets(side: SideFile, scenario: Scenario) -> tuple[CabinetRow, ...]:
    """Cabinets and, for what they do not have, shelves; in a shop without them, all of it on shelves."""
    bins = sum(row.bins for row in side.cabinets)
    station = side.receiving_station
    outside = _uncovered(scenario) if scenario.switches.cabinet else bins
    shelves = CabinetRow(SHELVES, max(1, outside), station, station, 1, shelves=True)
    if not scenario.switches.cabinet:
        return (shelves,)
    return (*side.cabinets, shelves) if outside else side.cabinets


def _uncovered(scenario: Scenario) -> int:
    """How many of the least wanted SKUs are outside, so that a share ``cover`` of this shop's lines is inside."""
    levels = stock_levels(catalogue(), round(scenario.opening.stock_for))
    wanted = lines_wanted(catalogue(), scenario)
    left, outside = 1 - scenario.cabinet.cover, 0
    for sku in sorted(levels, key=lambda sku: (levels[sku].maximum, sku)):
        share = wanted.get(sku, 0.0)
        if left < share / 2:
            break
        left -= share
        outside += 1
    return outside


@lru_cache(maxsize=LAYOUTS_MAX)
def policy_of(scenario: Scenario) -> Policy:
    """How the floor decides in this shop."""
    return Policy(
        calling=scenario.opening.calling,
        robots=scenario.opening.robots_rule,
        prefetch=scenario.switches.prefetch,
        stock_for_repairs_a_day=round(scenario.opening.stock_for),
        service_days=(DATE,) if scenario.opening.service_day else (),
    )


@lru_cache(maxsize=LAYOUTS_MAX)
def dials_of(scenario: Scenario) -> Dials:
    """How quick and how faulty its machines are."""
    shares, cabinet, robots = scenario.shares, scenario.cabinet, scenario.robots
    slow = max(MACHINE_STEP, scenario.habits.machines)
    pick = round((cabinet.line_min + cabinet.fix_min / (1 + scenario.demand.lines_extra)) * MINUTE)
    usual = CabinetDials()
    return Dials(
        pos=PosDials(
            declined=shares.payment_declined,
            unknown_taken=shares.payment_unknown * POS_UNKNOWN_TAKEN,
            unknown_not_taken=shares.payment_unknown * (1 - POS_UNKNOWN_TAKEN),
            slow=slow,
        ),
        cabinet=CabinetDials(
            pick=Span(pick, pick, pick),
            jam=cabinet.jam,
            jam_cleared_ms=round(cabinet.jam_min * MINUTE),
            release_ms=round(usual.release_ms * slow),
            present_ms=round(usual.present_ms * slow),
        ),
        archive=ArchiveDials(slow=slow),
        notifier=NotifierDials(fails=0.01, slow=slow),
        entitlement=EntitlementDials(slow=slow),
        robot=RobotDials(speed_mps=robots.speed_mps, pick_ms=round(robots.load_min * MINUTE), drop_ms=2 * SECOND),
    )
