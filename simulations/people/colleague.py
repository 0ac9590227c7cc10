"""An engineer as the other engineers know them: somebody who may be asked to check, or to take over."""

from collections.abc import Callable
from random import Random
from typing import Final

from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.contract.commands import PartRow
from shopfloor.contract.events import (
    Event,
    HandoverAccepted,
    QualityFailed,
    QualityPassed,
    UnitAccepted,
    UnitRefused,
)
from shopfloor.contract.layout import Engineer as EngineerRow
from simulations.people.handy import Handy
from simulations.people.person import Act
from simulations.people.world import Bench, World

CHECKS: Final = 12
"""Ticks on the quality checklist."""
TRIED_AGAIN: Final = MINUTE
BOARD: Final = "MBD"


class Colleague(Handy):
    """At a desk of their own, within call of all the others."""

    def __init__(self, world: World, row: EngineerRow, desk: str, chance: Random) -> None:
        super().__init__(world, row.id, row.handheld, desk, chance)
        self.row = row
        self.seat = world.seats[desk]
        self._refused: dict[str, Instant] = {}
        """Units that the floor would not let be taken → when to try again."""

    def able(self, bench: Bench) -> bool:
        """Certified for this phone and fault, as every engineer knows of themselves."""
        return all(name in self.row.certificates for name in certificates(self.world, bench))

    def certificates_for(self, bench: Bench) -> tuple[str, ...]:
        return certificates(self.world, bench)

    # ── what the robot brings (p16, p17) ────────────────────────────────────────────────────────

    def interrupted(self) -> bool:
        return bool(self.parts) and (super().interrupted() or self._brought() is not None)

    def interruption(self) -> Act[None]:
        part = self._brought()
        if part is None:
            yield from super().interruption()
        else:
            yield from self._take(part)

    def _brought(self) -> PartRow | None:
        """Something lies in a tote at this desk (or in a colleague's hand), and has not just been refused."""
        rows = (part for part in self.parts if part.state == "AT_DESK" and part.desk == self.desk)
        return next((part for part in rows if self._refused.get(part.unit, 0) <= self.now), None)

    def _take(self, part: PartRow) -> Act[None]:
        """Scan the unit and the desk; back with it when the label is another one than the order's."""
        if not part.place.startswith(f"HAND:{self.name}"):
            yield from self.wait(round(self.world.scenario.robots.hand_min * MINUTE))
        accepted: Event = UnitAccepted(unit=part.unit, desk=self.desk)
        if self.turns_out_wrong(part):
            accepted = UnitRefused(unit=part.unit, desk=self.desk, reason="wrong")
        if (yield from self.do(accepted, self.moved(part))):
            self._refused[part.unit] = self.now + TRIED_AGAIN

    def turns_out_wrong(self, part: PartRow) -> bool:
        """The label is another one than the order's: once in some repairs."""
        bench = self.world.benches.get(part.repair)
        if bench is None or bench.guest.visit.part != "wrong" or bench.luck_used:
            return False
        bench.luck_used = True
        return True

    def moved(self, part: PartRow) -> Callable[[], bool]:
        """Whether this parts order is in another state than in this row."""
        return lambda: all(now.parts_order != part.parts_order or now.state != part.state for now in self.parts)

    # ── taking over (r30) ───────────────────────────────────────────────────────────────────────

    def is_offered(self, repair: str) -> bool:
        """Its owner has to leave it, and nobody has taken it yet."""
        return any(row.repair == repair for row in self.shown.to_take_over)

    def take_over(self, repair: str) -> Act[str]:
        accepted = HandoverAccepted(repair=repair, engineer=self.name)
        return (yield from self.do(accepted, lambda: self.row_of(repair) is not None))

    # ── the quality check (r19, r20) ────────────────────────────────────────────────────────────

    def check_wanted(self) -> str:
        """A repair that a colleague has asked to be checked, and that the own screen shows as waiting for it."""
        asked = self.world.calls_across
        return next((row.repair for row in self.shown.to_check if asked.get(row.repair, self.name) != self.name), "")

    def check_for_colleague(self) -> Act[None]:
        """Go over to their desk, whatever lies on the own one."""
        repair = self.check_wanted()
        if repair:
            del self.world.calls_across[repair]
            yield from self.check(repair)

    def check(self, repair: str) -> Act[None]:
        """The whole list, on the phone itself."""
        bench = self.world.benches[repair]
        yield from self.work(bench.guest.minutes.quality)
        good = bench.guest.visit.first_pass or bench.failed_once
        bench.failed_once = bench.failed_once or not good
        passed = QualityPassed(repair=repair, checker=self.name, checks=CHECKS)
        failed = QualityFailed(repair=repair, checker=self.name, reason="a seam is open")
        verdict: Event = passed if good else failed
        yield from self.do(verdict, lambda: not self._is_shown(repair))
        self.world.shout.ring()

    def _is_shown(self, repair: str) -> bool:
        return any(row.repair == repair for row in self.shown.to_check)


def certificates(world: World, bench: Bench) -> tuple[str, ...]:
    """What this phone and its fault ask of an engineer."""
    visit = bench.guest.visit
    foldable = world.catalogue.models[visit.model].foldable
    board = BOARD in (visit.fault, visit.more_found)
    return (*(("foldable",) if foldable else ()), *(("board",) if board else ()))
