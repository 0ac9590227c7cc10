"""The parts keeper: carries what no robot carries, puts away what came back, counts when asked."""

import re
from abc import ABC, abstractmethod
from random import Random
from typing import Final

from devices.cabinet_touches import CloseDoor
from devices.handheld import Alert
from shopfloor.contract.actor import MINUTE, SECOND, Instant
from shopfloor.contract.commands import PartRow
from shopfloor.contract.events import (
    BinCounted,
    CountMade,
    ReturnLoaded,
    UnitBrought,
    UnitCollected,
    UnitStoredByHand,
)
from shopfloor.contract.layout import PartsKeeper
from simulations.people.handy import Handy
from simulations.people.person import Act
from simulations.people.world import World

LOOKING_UP: Final = MINUTE
AGAIN_AFTER: Final = 5 * MINUTE
"""What the floor refused is tried again after so long: a robot may have come for it."""
SHELF: Final = "QUARANTINE"
SHELVES_MAX: Final = 3
BELONGS: Final = re.compile(r"it belongs into (a bin|\w+)")
COUNT: Final = "Count bin "
STRAY: Final = re.compile(r"Carry \S+ from \S+ to the cabinet|Take \S+ out of robot")
DOOR: Final = re.compile(r"Cabinet (\S+?):? .*door (\S+) was left open")
SCANS_MAX: Final = 20
SCAN_AGAIN: Final = 20 * SECOND
DONE_FOR: Final = 24 * 60 * MINUTE


class Keeper(Handy, ABC):
    """The list on their handheld, and how it is worked through: it shows what needs hands."""

    def __init__(self, world: World, row: PartsKeeper, chance: Random) -> None:
        super().__init__(world, row.id, row.handheld, "", chance)
        self._tried: dict[str, Instant] = {}

    def wanted(self) -> bool:
        """Whether the list has something for these hands."""
        on_the_list = self._next_part() is not None or bool(self._next_count())
        return on_the_list or self._next_buzz() is not None or bool(self._next_stray())

    def do_chore(self) -> Act[None]:
        """The next thing on the list."""
        part = self._next_part()
        begun = self.now
        if part is not None:
            yield from self._see_to(part)
        elif bin_ := self._next_count():
            yield from self._count(bin_)
        elif buzz := self._next_buzz():
            self._tried[_count_of(buzz)] = self.now + DONE_FOR
            yield from (self._shut(buzz) if DOOR.match(buzz.words) else self._bring_back(buzz.about))
        elif stray := self._next_stray():
            self._tried[stray] = self.now + AGAIN_AFTER
            yield from self._bring_back(stray)
        self.world.counter.worked("other", begun, self.now)

    @abstractmethod
    def is_mine(self, part: PartRow) -> bool:
        """Whether this is for the keeper to carry."""

    def _next_part(self) -> PartRow | None:
        return next((part for part in self.parts if self.is_mine(part) and self._is_due(_errand_of(part))), None)

    def _is_due(self, thing: str) -> bool:
        return self.now >= self._tried.get(thing, 0)

    def _see_to(self, part: PartRow) -> Act[None]:
        """p11, p13, p15 to the desk; p22 back to where it belongs."""
        self._tried[_errand_of(part)] = self.now + AGAIN_AFTER
        yield from self.wait(self.between(*self.world.scenario.habits.keeper_comes_s))
        if self._now(part) != part:
            return  # somebody, or a robot, was quicker
        if part.state == "RETURNING":
            yield from self._put_away(part)
            return
        if part.place != f"HAND:{self.name}":
            collected = UnitCollected(unit=part.unit)
            if (yield from self.do(collected, lambda: self._place(part.unit) == f"HAND:{self.name}")):
                return
            yield from self.wait(self.between(*self.world.scenario.habits.keeper_carries_s))
        brought = UnitBrought(unit=part.unit, desk=part.desk)
        yield from self.do(brought, lambda: self._place(part.unit) != f"HAND:{self.name}")

    def _put_away(self, part: PartRow) -> Act[None]:
        """m8, m9: into the hand, then onto a shelf or with the manual key into its bin."""
        mine = f"HAND:{self.name}"
        if part.place.startswith("DESK:"):
            yield from self.do(ReturnLoaded(unit=part.unit), lambda: self._place(part.unit) == mine)
        elif part.place != mine:
            yield from self.do(UnitCollected(unit=part.unit), lambda: self._place(part.unit) == mine)
        if self._place(part.unit) != mine:
            return
        yield from self.wait(self.between(*self.world.scenario.habits.keeper_carries_s))
        place = SHELF
        for _ in range(SHELVES_MAX):
            why = yield from self.do(UnitStoredByHand(unit=part.unit, bin=place), lambda: not self._place(part.unit))
            found = BELONGS.search(why)
            if found is None:
                return
            place = found[1] if found[1] != "a bin" else self.world.labels.get(part.sku, SHELF)

    def _now(self, part: PartRow) -> PartRow | None:
        return next((row for row in self.parts if row.parts_order == part.parts_order), None)

    def _place(self, unit: str) -> str:
        """Where it is, by the list; empty when it has left the list."""
        return next((row.place for row in self.parts if row.unit == unit), "")

    # ── doors, and what no robot took back (E9, m8) ─────────────────────────────────────────────

    def _next_buzz(self) -> Alert | None:
        """A door, or a unit of no order: the list has only those of orders."""
        alerts = (alert for alert in self.screen.alerts if DOOR.match(alert.words) or self._is_stray(alert))
        return next((alert for alert in alerts if self._is_due(_count_of(alert))), None)

    def _is_stray(self, alert: Alert) -> bool:
        return STRAY.match(alert.words) is not None and not self._place(alert.about)

    def _shut(self, buzz: Alert) -> Act[None]:
        """E9: whoever left it open has gone."""
        found = DOOR.match(buzz.words)
        yield from self.wait(self.between(*self.world.scenario.habits.keeper_comes_s))
        if found is not None:
            self.hands.touch(f"cabinet/{found[1]}", CloseDoor(door=found[2]))

    def _next_stray(self) -> str:
        """What the manager has called out, and is on nobody's list."""
        strays = (unit for unit in self.world.strays if not self._place(unit))
        return next((unit for unit in strays if self._is_due(unit)), "")

    def _bring_back(self, unit: str) -> Act[None]:
        yield from self.wait(self.between(*self.world.scenario.habits.keeper_comes_s))
        if not (yield from self._have_in_hand(unit)):
            return
        yield from self.wait(self.between(*self.world.scenario.habits.keeper_carries_s))
        place = SHELF
        for _ in range(SHELVES_MAX):
            found = BELONGS.search((yield from self.say(self.handheld, UnitStoredByHand(unit=unit, bin=place))))
            if found is None:
                return
            place = found[1] if found[1] != "a bin" else self.world.labels.get(unit.partition("#")[0], SHELF)

    def _have_in_hand(self, unit: str) -> Act[bool]:
        """Scan it until the screen says that it is in one's hand: of a unit of no order nothing else is to be seen."""
        for _ in range(SCANS_MAX):
            why = yield from self.say(self.handheld, UnitCollected(unit=unit))
            if why:
                return "in your hand" in why  # else a robot was quicker
            yield from self.wait(SCAN_AGAIN)
        return False

    # ── counting (m13) ──────────────────────────────────────────────────────────────────────────

    def _next_count(self) -> str:
        alerts = (alert for alert in self.screen.alerts if alert.words.startswith(COUNT))
        return next((alert.about for alert in alerts if self._is_due(_count_of(alert))), "")

    def _count(self, bin_: str) -> Act[None]:
        for alert in self.screen.alerts:
            if alert.about == bin_:
                self._tried[_count_of(alert)] = self.now + DONE_FOR
        yield from self.wait(self.between(60, 120))
        found = self.world.look_into(bin_)
        if found is not None:
            yield from self.mention(CountMade(counted=BinCounted(bin=bin_, units=found)))
        yield from self.wait(5 * SECOND)


def _count_of(alert: Alert) -> str:
    return f"{alert.about} {alert.at}"


def _errand_of(part: PartRow) -> str:
    return f"{part.parts_order} {part.state} {part.place}"
