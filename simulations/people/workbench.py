"""One phone on one desk: what the engineer does next, by the state that the handheld shows.

Each step looks at the row, does what that state asks for, taps, and returns; the next look decides what follows. So a
repair goes on rightly after a hand-over, a restart or a night, and a step that is refused is simply tried again. After
several rounds without any change the phone is set aside and somebody else is told.
"""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import WorkRow
from shopfloor.contract.events import (
    CustomerWentAway,
    DecisionDeferred,
    DeviceScanned,
    DiagnosisRecorded,
    HandoverRequested,
    IntakeRecorded,
    PaymentAbortAsked,
    PaymentAsked,
    QuotePrepared,
    SupplementGivenUp,
    WorkResumed,
    WorkStarted,
)
from shopfloor.contract.kinds import DocumentKind, LineWanted
from simulations.people.at_bench import AtBench
from simulations.people.colleague import Colleague
from simulations.people.extras import Extras
from simulations.people.person import Act
from simulations.people.spare_parts import SpareParts
from simulations.people.world import Bench

ROUNDS_MAX: Final = 8
"""So often a step is tried without any change before the phone is set aside."""
SIGNING: Final = 6 * MINUTE
PATIENCE: Final = 2 * MINUTE
PROMISE_MARGIN_MIN: Final = 35
ACCESSORIES: Final = ("case", "sim-pin")


class Workbench(AtBench):
    """The engineer's way with one repair, from wherever it stands to wherever it stops."""

    def __init__(self, hand: Colleague, repair: str, bench: Bench) -> None:
        super().__init__(hand, repair, bench)
        self._parts = SpareParts(hand, repair, bench)
        self._extras = Extras(hand, repair, bench)
        self._given_away = False

    def run(self) -> Act[None]:
        """Step by step, until the phone is handed over, waits for something, or belongs to somebody else."""
        rounds, before = 0, ""
        while (row := self.row) is not None and row.state in STEPS and not self._given_away:
            if self.world.last_call:
                yield from self._close_up()
                return
            if self.hand.check_wanted():
                yield from self.hand.check_for_colleague()
            now = f"{row.state} {row.revision} {[(part.parts_order, part.state) for part in self.parts]}"
            rounds, before = (rounds + 1 if now == before else 0), now
            if rounds >= ROUNDS_MAX:
                yield from self._set_aside(row)
                return
            yield from STEPS[row.state](self, row)
        if not self._given_away:
            yield from self._part_ways(row)

    # ── intake, diagnosis, quote ────────────────────────────────────────────────────────────────

    def intake(self, row: WorkRow) -> Act[None]:
        """r6: who and what, then the customer signs on the PAD."""
        bench, visit = self.bench, self.visit
        if not bench.described:
            yield from self.hand.work(self.guest.minutes.intake)
            described = IntakeRecorded(
                repair=self.repair,
                model=visit.model,
                imei=visit.imei,
                imei_read=True,
                identity="proxy-code" if visit.proxy else "id-card-seen",
                fault_words=self.world.catalogue.faults[visit.fault].en,
                photos=3,
                accessories=ACCESSORIES[: visit.id % 3],
                lock_off=True,
                data_choice="accepts-loss" if visit.wipe else ("backed-up", "no-wipe")[visit.id % 2],
                privacy_mode=visit.id % 2 == 0,
            )
            bench.described = not (yield from self.hand.do(described, self.changed(row)))
        elif not (yield from self.hand.watch(self.left(row), SIGNING, self.hand.seat.bell)):
            yield from self.ask_for("INTAKE")

    def diagnose(self, row: WorkRow) -> Act[None]:
        """r7: the cause in words, then lines with what they need."""
        bench, visit = self.bench, self.visit
        if not bench.diagnosed:
            yield from self.hand.work(self.guest.minutes.diagnosis)
            found = DiagnosisRecorded(
                repair=self.repair,
                fault=visit.fault,
                cause=f"{self.world.catalogue.faults[visit.fault].en}: seen and measured",
                accidental=visit.accident,
                photos=2,
            )
            bench.diagnosed = not (yield from self.hand.do(found, self.changed(row)))
            return
        if visit.unrepairable:
            yield from self._extras.give_up(row)
            return
        yield from self.hand.work(self.guest.minutes.quote)
        yield from self._quote(row, visit.fault, *visit.also)

    def _quote(self, row: WorkRow, *faults: str) -> Act[bool]:
        """The floor prices it; frozen, it is before the customer. The maker may still be asked: then in a moment."""
        rows = ((fault, self.world.catalogue.row(self.visit.model, fault)) for fault in faults)
        lines = tuple(
            LineWanted(fault=fault, sku=row.sku if row else "", accidental=self.visit.accident) for fault, row in rows
        )
        if any(line.sku for line in lines) and self.world.orders_ahead:
            yield from self.hand.work(round(self.world.scenario.work.order_min * MINUTE))
        self.guest.wants = ""
        minutes = (self.guest.minutes.teardown + self.guest.minutes.repair) // MINUTE + PROMISE_MARGIN_MIN
        offer = QuotePrepared(repair=self.repair, lines=lines, promised_min=minutes)
        why = yield from self.hand.do(offer, self.changed(row))
        if why:
            yield from self.hand.watch(self.left(row), 6 * SECOND)
            return False
        yield from self.hand.watch(self.left(row), PATIENCE)
        return True

    def quoted(self, row: WorkRow) -> Act[None]:
        """r9–r12, r38: the customer reads; what they say instead of signing is heard across the desk."""
        if self.bench.owes_supplement:
            self.bench.owes_supplement = not (yield from self._quote(row, self.visit.more_found))
            return
        if not self.present:
            yield from self._defer(row)
            return
        heard = yield from self.hand.watch(
            lambda: self.left(row)() or bool(self.guest.wants), 2 * SIGNING, self.hand.seat.bell
        )
        wants, self.guest.wants = self.guest.wants, ""
        if wants == "think":
            yield from self._defer(row)
        elif wants == "refuse":
            if self.bench.more_told and not (yield from self.hand.watch(self.left(row), 10 * SECOND)):
                yield from self.hand.do(SupplementGivenUp(repair=self.repair), self.left(row))
        elif not heard:
            yield from self.ask_for("SUPPLEMENT" if self.bench.more_told else "QUOTE")

    def _defer(self, row: WorkRow) -> Act[None]:
        """r12: the phone stays, the customer goes home to think."""
        locker = self.world.free_locker(self.repair)
        yield from self.hand.do(DecisionDeferred(repair=self.repair, place=locker), self.left(row))

    # ── the work ────────────────────────────────────────────────────────────────────────────────

    def approved(self, row: WorkRow) -> Act[None]:
        """r13: everything on the desk, then hands on."""
        yield from self.fetch()
        yield from self._extras.before_work()
        yield from self.hand.do(WorkStarted(repair=self.repair), self.left(row))

    def repairing(self, row: WorkRow) -> Act[None]:
        """r13–r18."""
        yield from self.fetch()
        self._given_away = not (yield from self._parts.repairing(row))

    def parts_wait(self, row: WorkRow) -> Act[None]:
        """r15."""
        yield from self._parts.waiting(row)

    def checking(self, row: WorkRow) -> Act[None]:
        """r19, r20, B28: a colleague checks boards and foldables; anything else whoever is free."""
        yield from self._extras.have_it_checked(row)

    # ── report, payment, hand-over ──────────────────────────────────────────────────────────────

    def reported(self, row: WorkRow) -> Act[None]:
        """r21, r22; r26 when nobody sits there."""
        if not self.present:
            yield from self._send_for_customer(row)
        elif not (yield from self.hand.watch(self.left(row), SIGNING, self.hand.seat.bell)):
            yield from self.ask_for("REPORT")

    def paying(self, row: WorkRow) -> Act[None]:
        """y1–y8: tell the customer which amount on the terminal is theirs; after a declined card, once more."""
        if not self.present:
            if row.payment:
                yield from self.hand.mention(PaymentAbortAsked(repair=self.repair, payment=row.payment))
                yield from self.hand.watch(self.changed(row), MINUTE)
            else:
                yield from self._send_for_customer(row)
            return

        def moved() -> bool:
            now = self.row
            return now is None or (now.state, now.payment) != (row.state, row.payment)

        if row.payment:
            self.guest.pay = row.payment
            self.guest.bell.ring()
            yield from self.hand.watch(moved, 3 * MINUTE, self.hand.seat.bell)
        elif row.owed:
            yield from self.hand.do(PaymentAsked(repair=self.repair, amount=row.owed), moved)
        else:
            yield from self.hand.watch(moved, MINUTE)

    def accepting(self, row: WorkRow) -> Act[None]:
        """r24: everything back that came with it, signed, scanned out."""
        if not self.present:
            yield from self._send_for_customer(row)
            return
        yield from self._extras.before_goodbye(row, ACCESSORIES[: self.visit.id % 3])
        paper: DocumentKind = "ACCEPT" if self.bench.mended else "RETURN_UNREPAIRED"
        yield from self.hand.watch(
            lambda: self.left(row)() or paper in self.guest.signed,
            SIGNING,
            self.hand.seat.bell,
        )
        if paper in self.guest.signed:
            yield from self.hand.work(self.guest.minutes.goodbye)
            yield from self.hand_out(self.left(row))
        elif not self.left(row)():
            yield from self.ask_for(paper)

    def hand_out(self, seen: Callable[[], bool]) -> Act[None]:
        """c8."""
        receiver: Literal["owner", "proxy-code"] = "proxy-code" if self.visit.proxy else "owner"
        scanned = DeviceScanned(repair=self.repair, place="customer", receiver=receiver)
        yield from self.hand.do(scanned, seen)

    def _send_for_customer(self, row: WorkRow) -> Act[None]:
        """r26: sealed in a locker, and a message."""
        away = CustomerWentAway(
            repair=self.repair, locker=self.world.free_locker(self.repair), seal=f"S-{row.revision}"
        )
        yield from self.hand.do(away, self.left(row))

    def disputed(self, row: WorkRow) -> Act[None]:
        """r25, r41: the manager comes, looks, and decides."""
        yield from self._extras.settle_dispute(row)

    def returning(self, row: WorkRow) -> Act[None]:
        """r32: our parts out of it, the phone together again."""
        yield from self.fetch()
        yield from self._parts.take_out(row)

    def resume(self, row: WorkRow) -> Act[None]:
        """r44: in the morning."""
        yield from self.fetch()
        yield from self.hand.do(WorkResumed(repair=self.repair), self.left(row))

    # ── stopping ────────────────────────────────────────────────────────────────────────────────

    def _part_ways(self, row: WorkRow | None) -> Act[None]:
        """Goodbye, and what the customer may expect."""
        why = "done"
        if row is None:
            self.world.clear_locker(self.repair)
        else:
            yield from self.lock_away()
            why = {"ON_HOLD(undecided)": "thinks", "ON_HOLD(part)": "part"}.get(row.state, "leaves")
            if row.state == "AWAITING_PICKUP":
                self.world.tell_ready(self.repair)
        if self.present:
            self.guest.dismiss(why)
            yield from self.hand.watch(lambda: not self.present, MINUTE, self.hand.seat.bell)

    def _close_up(self) -> Act[None]:
        """E30: the rest is for tomorrow."""
        self.bench.set_aside = True
        yield from self.lock_away()
        if self.present:
            self.guest.dismiss("overnight")

    def _set_aside(self, row: WorkRow) -> Act[None]:
        """Nothing moves: offer it to others, under lock, and tell what was seen."""
        self.bench.set_aside = True
        self.world.remark(f"{self.hand.name}: {self.repair} does not get on from {row.state}: {self.parts}")
        yield from self.lock_away()
        note = f"Stuck in {row.state}; looked at it {ROUNDS_MAX} times."
        yield from self.hand.do(HandoverRequested(repair=self.repair, note=note), self.left(row))
        if self.present:
            self.guest.dismiss("overnight")


Step: TypeAlias = Callable[[Workbench, WorkRow], Act[None]]

STEPS: dict[str, Step] = {
    "INTAKE": Workbench.intake,
    "DIAGNOSING": Workbench.diagnose,
    "QUOTED": Workbench.quoted,
    "APPROVED": Workbench.approved,
    "REPAIRING": Workbench.repairing,
    "PARTS_WAIT": Workbench.parts_wait,
    "QC": Workbench.checking,
    "REPORTED": Workbench.reported,
    "PAYING": Workbench.paying,
    "ACCEPTING": Workbench.accepting,
    "RETURNING": Workbench.returning,
    "ON_HOLD(acceptance)": Workbench.disputed,
    "ON_HOLD(overnight)": Workbench.resume,
}
"""What to do, by what the handheld shows. Any other state waits for somebody else."""
