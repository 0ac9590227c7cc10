"""A person at a desk of a running demo: five devices in their hands, and one visit from the number to the goodbye."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.call_display import CallScreen
from devices.client import Touch
from devices.handheld import HandheldScreen, StillHere
from devices.pad import PadScreen
from devices.pos import PosScreen, PresentCard
from devices.pos_body import PosDials
from devices.queue_machine import QueueScreen
from devices.signing import PAGE_SEEN, Consent, DocumentScreen, FinishReading, Sign, Stage, TurnPage, scribble
from shopfloor.contract import events as e
from shopfloor.contract.actor import Device
from shopfloor.contract.commands import PartRow, ShowWork, WorkRow
from shopfloor.contract.kinds import LineWanted
from shopfloor.core.opening import opening_books
from shopfloor.mqtt.clock import ShopClock
from simulations.live.wired import Held
from simulations.live.your_desk import YourDesk
from simulations.people.hands import Touched, screen_of
from simulations.people.handy import TOUCH_EVERY
from simulations.streams import Streams
from simulations.twin.fittings import Dials, clients
from tests.shop.day_book import CATALOGUE, LAYOUT

MODEL: Final = "AST-M60"
FAULT: Final = "BAT"
IMEI: Final = "001010000000057"
REFUSED_MAX: Final = 40
"""So often something is said again that the floor would not have yet: the maker has not answered, a customer was
quicker called elsewhere."""

Eventually = Callable[[Callable[[], object], str], None]


class You:
    """You, with what your browser would hold; each step waits until the screens show what came of it."""

    def __init__(self, yours: YourDesk, broker_url: str, state: Path, clock: ShopClock, eventually: Eventually) -> None:
        self.yours = yours
        self.name = yours.engineer
        self._eventually = eventually
        self._clock = clock
        self._touched_at = clock()
        books = opening_books(LAYOUT, CATALOGUE)
        made = clients(LAYOUT, books, Streams(1), clock(), Dials(pos=PosDials()), yours.devices)
        self._held = Held(made.values(), LAYOUT.store.id, broker_url, state, clock)
        self.handheld, self.pad, self.pos, self.queue, self.calls = yours.devices
        self._held.start()

    def close(self) -> None:
        self._held.stop()

    # ── screens ─────────────────────────────────────────────────────────────────────────────────

    @property
    def work(self) -> ShowWork | None:
        return screen_of(self._held.clients[self.handheld], HandheldScreen).work

    @property
    def mine(self) -> tuple[WorkRow, ...]:
        return self.work.mine if self.work is not None else ()

    @property
    def waiting(self) -> list[str]:
        """Tickets."""
        return [row.ticket for row in self.work.waiting] if self.work is not None else []

    def row(self, repair: str) -> WorkRow | None:
        return next((row for row in self.mine if row.repair == repair), None)

    def state(self, repair: str) -> str:
        row = self.row(repair)
        return row.state if row is not None else ""

    def part(self, repair: str) -> PartRow | None:
        parts = self.work.parts if self.work is not None else ()
        return next((part for part in parts if part.repair == repair), None)

    @property
    def document(self) -> DocumentScreen | None:
        return screen_of(self._held.clients[self.pad], PadScreen).document

    # ── hands ───────────────────────────────────────────────────────────────────────────────────

    def touch(self, device: Device, message: Touched) -> None:
        self._held.touch(device, message)

    def tap(self, event: e.Event, seen: Callable[[], object]) -> None:
        """On the handheld, again and again if the floor would not have it yet, until it is to be seen."""
        for _ in range(REFUSED_MAX):
            before = self._newest(self.handheld)
            self.touch(self.handheld, event)
            self.wait(lambda: seen() or self._newest(self.handheld) != before, f"what comes of {event}")  # noqa: B023
            if seen():
                return
        raise AssertionError(f"{event}: {self._newest(self.handheld)}")

    def _newest(self, device: Device) -> object:
        return self._held.clients[device].messages[-1:]

    def wait(self, seen: Callable[[], object], what: str) -> None:
        """With a touch of the handheld now and then: one that lies untouched has lost its person (E22)."""

        def looked() -> object:
            if self._clock() >= self._touched_at + TOUCH_EVERY:
                self._touched_at = self._clock()
                self.touch(self.handheld, StillHere())
            return seen()

        self._eventually(looked, f"{what}: {self.mine}")

    # ── a visit, step by step ───────────────────────────────────────────────────────────────────

    def sign_on(self) -> None:
        you = self.yours
        self.tap(e.EngineerSignedOn(engineer=you.engineer, desk=you.desk), lambda: self.work is not None)

    def take_number(self) -> str:
        """As a customer, at your queue machine: the ticket."""
        self.touch(self.queue, e.TicketTaken(line="A", language="en"))

        def made() -> dict[str, str]:
            return screen_of(self._held.clients[self.queue], QueueScreen).made

        self.wait(made, "a number")
        self.wait(lambda: made()["ticket"] in self.waiting, "the number among those who wait")
        return made()["ticket"]

    def call(self, ticket: str) -> None:
        self.tap(e.TicketChosen(ticket=ticket), lambda: self._called() is not None)

    def call_another_than(self, own: str) -> WorkRow:
        """Whoever else comes; colleagues may be quicker."""

        def others() -> list[str]:
            return [ticket for ticket in self.waiting if ticket != own]

        for _ in range(REFUSED_MAX):
            self.wait(others, "somebody who waits")
            before = self._newest(self.handheld)
            for ticket in others()[:1]:
                self.touch(self.handheld, e.TicketChosen(ticket=ticket))
            self.wait(lambda: self._called() or self._newest(self.handheld) != before, "a call")  # noqa: B023
            called = self._called()
            if called is not None:
                return called
        raise AssertionError("colleagues were quicker each time")

    def _called(self) -> WorkRow | None:
        return next((row for row in self.mine if row.ticket_state == "CALLED"), None)

    def is_shown_as_called(self, ticket: str) -> bool:
        """On your own call display too."""
        number = next(row.number for row in self.mine if row.ticket == ticket)
        shown = screen_of(self._held.clients[self.calls], CallScreen).calls
        return any((row.number, row.desk) == (number, self.yours.desk) for row in shown)

    def seat(self, ticket: str) -> None:
        self.tap(
            e.CustomerSeated(ticket=ticket),
            lambda: any((row.ticket, row.ticket_state) == (ticket, "SERVING") for row in self.mine),
        )

    def repair_of(self, ticket: str) -> str:
        return next((row.repair for row in self.mine if row.ticket == ticket), "")

    def prepare(self, repair: str) -> None:
        """From the intake to the signed quote."""
        self.take_in(repair)
        self.diagnose_and_quote(repair)

    def take_in(self, repair: str) -> None:
        """r6."""
        described = e.IntakeRecorded(
            repair=repair,
            model=MODEL,
            imei=IMEI,
            imei_read=True,
            identity="id-card-seen",
            fault_words="battery worn",
            photos=2,
            accessories=("case",),
            lock_off=True,
            data_choice="backed-up",
            privacy_mode=True,
        )
        self._tap_and_leave(repair, described, "INTAKE")
        self.sign("INTAKE")
        self.wait(lambda: self.state(repair) == "DIAGNOSING", "the agreement sealed")

    def diagnose_and_quote(self, repair: str) -> None:
        """r7, r9."""
        row = self.row(repair)
        assert row is not None
        found = e.DiagnosisRecorded(repair=repair, fault=FAULT, cause="71 % of its capacity", photos=2)
        self.tap(found, lambda: (now := self.row(repair)) is not None and now.revision > row.revision)
        sku = f"{MODEL}-{FAULT}"
        offer = e.QuotePrepared(repair=repair, lines=(LineWanted(fault=FAULT, sku=sku),), promised_min=60)
        self.tap(offer, lambda: self.state(repair) == "QUOTED")
        self.sign("QUOTE")
        self.wait(lambda: self.state(repair) == "APPROVED", "the quote sealed")

    def mend(self, repair: str) -> None:
        """r13–r18: the floor has ordered the part, a robot brings it."""
        self.tap(e.WorkStarted(repair=repair), lambda: self.state(repair) == "REPAIRING")
        self.wait(lambda: self._part_is(repair, "AT_DESK"), "the part")
        part = self.part(repair)
        assert part is not None
        self.tap(
            e.UnitAccepted(unit=part.unit, desk=self.yours.desk),
            lambda: self._part_is(repair, "ACCEPTED"),
        )
        self.tap(
            e.PartInstalled(repair=repair, unit=part.unit, old_serial=f"OLD-{repair}"),
            lambda: self._part_is(repair, "INSTALLED"),
        )
        self.touch(self.handheld, e.OldPartBagged(repair=repair, sku=part.sku, old_serial=f"OLD-{repair}"))

    def _part_is(self, repair: str, state: str) -> bool:
        part = self.part(repair)
        return part is not None and part.state == state

    def finish(self, repair: str) -> None:
        """r18."""
        done = e.WorkFinished(repair=repair, labour_min=12, lines_done=(1,))
        self.tap(done, lambda: self.state(repair) not in ("REPAIRING", ""))

    def check(self, repair: str) -> None:
        """r20, by yourself; a colleague may be quicker."""
        passed = e.QualityPassed(repair=repair, checker=self.yours.engineer, checks=12)
        self.tap(passed, lambda: self.state(repair) not in ("QC", ""))

    def say_goodbye(self, repair: str) -> None:
        """r21–r24: read, pay, sign, scan out."""
        self.read("REPORT")
        self.wait(lambda: self._asked_to_pay() or self.state(repair) == "ACCEPTING", "what is to be paid")
        if self._asked_to_pay():
            self.touch(self.pos, PresentCard())
        self.wait(lambda: self.state(repair) == "ACCEPTING", "the payment")
        row = self.row(repair)
        assert row is not None
        back = e.AccessoriesReturned(repair=repair, accessories=("case",))
        self.tap(back, lambda: (now := self.row(repair)) is not None and now.revision > row.revision)
        self.sign("ACCEPT")
        out = e.DeviceScanned(repair=repair, place="customer", receiver="owner")
        self.tap(out, lambda: self.row(repair) is None)

    def _asked_to_pay(self) -> bool:
        return bool(screen_of(self._held.clients[self.pos], PosScreen).asking)

    # ── for the customer, on the PAD ────────────────────────────────────────────────────────────

    def sign(self, kind: str) -> None:
        request = self._look_through(kind)
        self._touch_pad(Consent(request=request), request, Stage.AGREED)
        self._touch_pad(Sign(scribble("Ada"), request), request, Stage.DONE)
        self._await_empty(request)

    def read(self, kind: str) -> None:
        request = self._look_through(kind)
        self._touch_pad(FinishReading(request=request), request, Stage.DONE)
        self._await_empty(request)

    def _look_through(self, kind: str) -> str:
        self.wait(lambda: (now := self.document) is not None and now.document == kind, f"{kind} on the PAD")
        shown = self.document
        assert shown is not None
        for page in range(1, shown.pages + 1):
            seen_at = self._clock() + PAGE_SEEN
            self.wait(lambda: self._clock() > seen_at, "a second of reading")  # noqa: B023
            if page < shown.pages:
                self.touch(self.pad, TurnPage(request=shown.request))
        return shown.request

    def _touch_pad(self, touch: Touch, request: str, stage: Stage) -> None:
        self.touch(self.pad, touch)
        self.wait(
            lambda: (now := self.document) is None or now.request != request or now.stage is stage, f"{touch} taken"
        )

    def _await_empty(self, request: str) -> None:
        self.wait(lambda: (now := self.document) is None or now.request != request, f"{request} sealed")

    def _tap_and_leave(self, repair: str, event: e.Event, state: str) -> None:
        row = self.row(repair)
        assert row is not None
        self.tap(event, lambda: (now := self.row(repair)) is None or (now.state, now.revision) != (state, row.revision))
