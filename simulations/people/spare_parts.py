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


class SpareParts(AtBench):
    """The hands-on half of a repair."""

    # ── REPAIRING (r13–r18) ─────────────────────────────────────────────────────────────────────

    def repairing(self, row: WorkRow) -> Act[bool]:
        """One thing at a time; whether the phone is still this engineer's."""
        bench = self.bench
        if not bench.opened:
            yield from self._take_apart()
        elif bench.owner_called_away:
            return (yield from self._hand_over(row))
        elif (part := self._in_hand()) is not None:
            yield from self._fit(part)
        elif any(part.state in NOT_HERE for part in self.parts):
            yield from self.hand.do(WorkBlocked(repair=self.repair), self.left(row))
        elif missing := self._missing():
            yield from self.hand.do(PartsOrdered(repair=self.repair, sku=missing), lambda: bool(self.parts))
        elif self.visit.more_found and not bench.more_told:
            yield from self._tell_more(row)
        elif not bench.mended:
            yield from self.hand.work(self._rest())
            bench.mended = True
        else:
            yield from self._finish(row)
        return True

    def waiting(self, row: WorkRow) -> Act[None]:
        """r15: until the part is there; a colleague's phone is checked meanwhile."""
        yield from self.hand.watch(
            lambda: self.left(row)() or bool(self.hand.check_wanted()), LOOKING, self.world.shout
        )

    def _take_apart(self) -> Act[None]:
        """What can be done before the part is there; the robot drives meanwhile."""
        share = self.bench.row.teardown_share if self.bench.row else 0.0
        yield from self.hand.work(round(self.guest.minutes.labour * share))
        self.bench.opened = True
        self.bench.owner_called_away = self.visit.second_engineer

    def _rest(self) -> int:
        share = self.bench.row.teardown_share if self.bench.row else 0.0
        return round(self.guest.minutes.labour * (1 - share))

    def _missing(self) -> str:
        """A part that was signed for, is not in the phone, and of which none is on its way (any more)."""
        found = [self.visit.fault, *([self.visit.more_found] if "SUPPLEMENT" in self.guest.signed else [])]
        rows = (self.world.catalogue.row(self.visit.model, fault) for fault in found)
        return next((row.sku for row in rows if row and row.sku and row.sku not in self.bench.fitted), "")

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
            yield from self.hand.work(self._rest())
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
        lines = (1, 2) if "SUPPLEMENT" in self.guest.signed else (1,)
        labour = max(1, self.guest.minutes.labour // MINUTE)
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
