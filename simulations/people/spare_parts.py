"""An engineer and spare parts: take what the robot brings, fit it, send back what is wrong, wait for the rest."""

from typing import Final

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import PartRow, WorkRow
from shopfloor.contract.events import (
    AdditionalFaultFound,
    DefectReported,
    DeviceReassembled,
    HandoverRequested,
    OldPartBagged,
    PartInstalled,
    PartRemoved,
    PartsOrdered,
    ReturnRequested,
    WorkBlocked,
    WorkFinished,
)
from simulations.people.at_bench import AtBench
from simulations.people.person import Act
from simulations.people.trip import Trip

TESTING: Final = 90 * SECOND
REWORKING: Final = 5 * MINUTE
TOGETHER: Final = 3 * MINUTE
LOOKING: Final = 3 * MINUTE
TAKEN_OVER: Final = 8 * MINUTE
NOT_HERE: Final = (
    "REQUESTED", "RESERVED", "BACKORDERED", "PICK_SENT", "PICKING", "PICKED", "PICK_FAILED",
    "IN_TRANSIT(robot)", "IN_TRANSIT(manual)", "AT_DESK",
)  # fmt: skip
"""Still to come, as the handheld shows it."""
ROBOT_BRINGS: Final = ("PICK_SENT", "PICKING", "PICKED", "IN_TRANSIT(robot)", "AT_DESK")


class SpareParts(AtBench):
    """The hands-on half of a repair."""

    # ── REPAIRING (r13–r18) ─────────────────────────────────────────────────────────────────────

    def repairing(self, row: WorkRow) -> Act[bool]:
        """One thing at a time; whether the phone is still this engineer's."""
        if self.bench.opened and self.bench.owner_called_away:
            return (yield from self._hand_over(row))
        if self._fetches_now():
            yield from self._trip.fetch_parts()
        elif not self.bench.opened:
            yield from self._before_opening()
        else:
            yield from self._opened(row)
        return True

    def _before_opening(self) -> Act[None]:
        """In a shop with a counter the part is asked for first; what a cabinet has comes while hands are busy."""
        asks_first = not self.world.scenario.switches.cabinet and self._missing()
        yield from self._order() if asks_first else self._take_apart()

    def _opened(self, row: WorkRow) -> Act[None]:
        bench = self.bench
        if (part := self._in_hand()) is not None:
            yield from self._fit(part)
        elif self._missing():
            yield from self._order()
        elif any(part.state in NOT_HERE for part in self.parts):
            yield from self.hand.do(WorkBlocked(repair=self.repair), self.left(row))
        elif self.visit.more_found and not bench.more_told:
            yield from self._tell_more(row)
        elif not bench.mended:
            yield from self.hand.work(self.guest.minutes.repair)
            bench.mended = True
        elif bench.fitted and not bench.old_part_back:
            yield from self._see_to_old_part()
        else:
            yield from self._finish(row)

    @property
    def _trip(self) -> Trip:
        return Trip(self.hand, self.repair, self.bench)

    def _fetches_now(self) -> bool:
        """On foot at once, or after the teardown what a clerk has picked meanwhile; never while a robot is coming."""
        if any(part.state in ROBOT_BRINGS for part in self.parts):
            return False
        there = self._trip.waiting_there()
        return bool(there) and (self.bench.opened or not self.world.picks_ahead)

    def _order(self) -> Act[None]:
        """p1: all that is missing, on the handheld; at a counter it is said to the clerk, and fetched in one walk."""
        if self.world.scenario.switches.cabinet:
            yield from self.hand.work(round(self.world.scenario.work.order_min * MINUTE))
        while missing := self._missing():
            ordered = PartsOrdered(repair=self.repair, sku=missing)
            if (yield from self.hand.do(ordered, lambda: self._missing() != missing)):
                return

    def _see_to_old_part(self) -> Act[None]:
        """Back to the counter one for one, into the robot's hands, or left for the evening's batch."""
        scenario, visit = self.world.scenario, self.visit
        self.bench.old_part_back = True
        at_once = visit.old_back < scenario.counter.old_back
        if at_once and not scenario.switches.cabinet:
            yield from self._trip.bring_old_part()
            return
        self.world.counter.old_parts += 1
        if at_once:
            yield from self.hand.work(round(scenario.robots.hand_min * MINUTE))

    def waiting(self, row: WorkRow) -> Act[None]:
        """r15: until the part is there; a colleague's phone is checked meanwhile. What no robot brings is fetched."""
        if self._fetches_now():
            yield from self._trip.fetch_parts()
            return

        def stirred() -> bool:
            return self.left(row)() or bool(self.hand.check_wanted()) or self._fetches_now()

        yield from self.hand.watch(stirred, LOOKING, self.world.shout)

    def _take_apart(self) -> Act[None]:
        """What can be done before the part is there; the robot drives meanwhile."""
        yield from self.hand.work(self.guest.minutes.teardown)
        self.bench.opened = True
        self.bench.owner_called_away = self.visit.second_engineer

    def _missing(self) -> str:
        """A part that was signed for, is not in the phone, and of which none is on its way (any more)."""
        visit = self.visit
        found = [visit.fault, *visit.also, *([visit.more_found] if "SUPPLEMENT" in self.guest.signed else [])]
        rows = (self.world.catalogue.row(visit.model, fault) for fault in found)
        there = {part.sku: None for part in self.parts if part.state != "RETURNING"}
        wanted = (row.sku for row in rows if row is not None and row.sku)
        return next((sku for sku in wanted if sku not in self.bench.fitted and sku not in there), "")

    def _in_hand(self) -> PartRow | None:
        return next((part for part in self.parts if part.state == "ACCEPTED"), None)

    def _fit(self, part: PartRow) -> Act[None]:
        """p19, m15; p21 when it is dead, or breaks in our hands."""
        luck = self.visit.part
        if luck in ("dead", "broken") and not self.bench.luck_used:
            yield from self.hand.work(TESTING)
            yield from self._report_defect(part, ours=luck == "broken")
            return
        if not self.bench.mended:
            yield from self.hand.work(self.guest.minutes.repair)
        old = f"OLD-{self.repair}-{part.parts_order}"
        installed = PartInstalled(repair=self.repair, unit=part.unit, old_serial=old)
        if not (yield from self.hand.do(installed, self.hand.moved(part))):
            self.bench.mended = True
            self.bench.fitted.append(part.sku)
            yield from self.hand.mention(OldPartBagged(repair=self.repair, sku=part.sku, old_serial=old))

    def _report_defect(self, part: PartRow, *, ours: bool) -> Act[None]:
        """E6: the supplier's, or ours with the manager's word."""
        if ours:
            self.ask_manager(part.unit, "damaged-by-us", "slipped while fitting")
            yield from self.hand.work(TESTING)
        report = DefectReported(unit=part.unit, blame="ours" if ours else "supplier", reason="does not work")
        self.bench.luck_used = not (yield from self.hand.do(report, self.hand.moved(part)))

    def _tell_more(self, row: WorkRow) -> Act[None]:
        """r17: never "just add"."""
        more = self.visit.more_found
        cause = f"{self.world.catalogue.faults[more].en}: seen when the phone was open"
        found = AdditionalFaultFound(repair=self.repair, fault=more, cause=cause)
        self.bench.more_told = not (yield from self.hand.do(found, self.left(row)))
        self.bench.owes_supplement = self.bench.more_told

    def _finish(self, row: WorkRow) -> Act[None]:
        """r18."""
        if self.bench.failed_once:
            yield from self.hand.work(REWORKING)
        count = 1 + len(self.visit.also) + ("SUPPLEMENT" in self.guest.signed)
        lines = tuple(range(1, count + 1))
        labour = max(1, (self.guest.minutes.teardown + self.guest.minutes.repair) // MINUTE)
        finished = WorkFinished(repair=self.repair, labour_min=labour, lines_done=lines)
        if (yield from self.hand.do(finished, self.left(row))):
            yield from self.hand.watch(self.left(row), 20 * SECOND)

    def _hand_over(self, row: WorkRow) -> Act[bool]:
        """r29: called away; a colleague goes on, or if nobody can, oneself after all."""
        self.bench.owner_called_away = False
        note = "Taken apart; the part is ordered, the screws are in the tray."
        if (yield from self.hand.do(HandoverRequested(repair=self.repair, note=note), self.left(row))):
            return True
        self.world.shout.ring()
        yield from self.hand.watch(lambda: not self.hand.is_offered(self.repair), TAKEN_OVER)
        if self.hand.is_offered(self.repair):
            yield from self.hand.take_over(self.repair)
            return True
        if self.row is None:
            yield from self.hand.watch(lambda: not self.present, LOOKING, self.hand.seat.bell)
            return False
        return True

    # ── RETURNING (r32) ─────────────────────────────────────────────────────────────────────────

    def take_out(self, row: WorkRow) -> Act[None]:
        """Every part of ours out of the phone and back; then the phone is put together as it was."""
        part = next((part for part in self.parts if part.state in ("INSTALLED", "ACCEPTED")), None)
        if part is not None and part.state == "INSTALLED":
            yield from self.hand.work(TESTING)
            yield from self.hand.do(PartRemoved(repair=self.repair, unit=part.unit), self.hand.moved(part))
        elif part is not None:
            yield from self.hand.do(ReturnRequested(unit=part.unit, seal_intact=True), self.hand.moved(part))
        elif self.parts:
            before = self.parts
            yield from self.hand.watch(lambda: self.parts != before or self.left(row)(), LOOKING)
        else:
            yield from self.hand.work(TOGETHER)
            yield from self.hand.do(DeviceReassembled(repair=self.repair, photos=2), self.left(row))
