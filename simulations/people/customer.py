"""A customer: comes, takes a number, waits or gives up, reads and signs, pays, goes home, comes back for the phone."""

from typing import Final

from devices.call_display import CallScreen
from devices.pad import PadScreen
from devices.pos import PosScreen, PresentCard
from devices.queue_machine import QueueScreen
from devices.signing import DocumentScreen, Refuse, Stage
from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Device
from shopfloor.contract.events import CustomerCheckedIn, CustomerLeft, TicketTaken
from shopfloor.contract.kinds import Line
from simulations.demand import Visit
from simulations.people.at_home import AtHome
from simulations.people.person import Act
from simulations.people.world import World

FOR_THE_MANAGER: Final = "WITNESS"
KIOSK_TRIES_MAX: Final = 2
VISITS_MAX: Final = 3
DESKS_MAX: Final = 4
"""So often they let themselves be sent to another desk."""
SILENT_LEAVERS: Final = 0.3
"""Of those who give up; the others say so at the queue machine (assumed)."""
PICKUP_PATIENCE: Final = HOUR
PAYMENTS_MAX: Final = 6


class Customer(AtHome):
    """One visit, and what follows from it."""

    def __init__(self, world: World, visit: Visit) -> None:
        super().__init__(world, visit)
        self.number = ""
        """On the slip."""
        self._asked_before: dict[str, None] = {}
        """Documents that were answered."""
        self._paid: dict[str, None] = {}

    def live(self) -> Act[None]:
        """From the first thought of the shop to the last."""
        visit = self.visit
        if visit.booked:
            yield from self.book()
        yield from self.wait(visit.at - (visit.early_ms if self.booking else 0) - self.now)
        if visit.stays_away and self.booking:
            return
        yield from self._visit_the_shop("B" if self.booking else "A" if visit.line == "B" else visit.line)
        for _ in range(VISITS_MAX):
            if not (yield from self.wants_the_phone()):
                break
            yield from self._visit_the_shop("D")
        yield from self.answer_survey()

    # ── in the hall ─────────────────────────────────────────────────────────────────────────────

    def _visit_the_shop(self, line: Line) -> Act[None]:
        world = self.world
        if not world.doors_open:
            return
        world.in_the_hall += 1
        try:
            if not (yield from self._take_number(line)):
                return
            patience = self.visit.patience_ms if line != "D" else PICKUP_PATIENCE
            for _ in range(DESKS_MAX):
                desk = yield from self._wait_for_call(patience)
                if not desk:
                    break
                yield from self._sit_at(desk)
                if self.guest.goodbye != "wait":
                    break
        finally:
            world.in_the_hall -= 1
            world.shout.ring()

    def _take_number(self, line: Line) -> Act[bool]:
        """q1, q3: at the queue machine, one after another."""
        kiosk = self.world.device("queue")
        with self.world.kiosk.request() as turn:
            yield turn
            for _ in range(KIOSK_TRIES_MAX):
                yield from self.wait(self.between(*self.habits.kiosk_s))
                before = self._made()
                wish = (
                    CustomerCheckedIn(booking=self.booking)
                    if line == "B"
                    else TicketTaken(
                        line=line,
                        language=self.visit.language,
                        accessibility=self.visit.accessibility,
                        repair=self.guest.repair if line == "D" else "",
                    )
                )
                why = yield from self.tap(kiosk, wish, lambda: self._made() not in (before, {}))  # noqa: B023
                if not why:
                    made = self._made()
                    self.guest.ticket, self.number = made.get("ticket", self.booking), made.get("number", "")
                    return True
                if line == "B":
                    line = "A"  # too late, or the booking is gone: like everybody else
        return False

    def _made(self) -> dict[str, str]:
        return self.hands.screen(self.world.device("queue"), QueueScreen).made

    def _wait_for_call(self, patience: int) -> Act[str]:
        """The desk that calls, or "" when they have given up or never meant to come."""
        display = self.world.device("calls")
        until = self.now + patience
        ignored = self.visit.comes == "late"
        while not self.world.last_call:
            seen = yield from self.look(
                lambda: bool(self._called_to()) or self.world.last_call,
                until - self.now,
                display,
                self.world.shout,
            )
            desk = self._called_to()
            if not seen:
                yield from self._give_up()
                return ""
            if self.visit.comes == "never" and desk:
                return ""
            if ignored and desk:
                ignored = False
                yield from self.look(lambda: not self._called_to(), 10 * MINUTE, display)
                continue
            if desk:
                yield from self.wait(self.between(*self.habits.to_desk_s))
                if self._called_to() == desk:
                    return desk
        return ""

    def _called_to(self) -> str:
        """Which desk calls this number on the display."""
        calls = self.hands.screen(self.world.device("calls"), CallScreen).calls
        return next((row.desk for row in calls if row.number == self.number and row.state == "CALLED"), "")

    def _give_up(self) -> Act[None]:
        """q12, or without a word."""
        if self.chance.random() < SILENT_LEAVERS:
            return
        with self.world.kiosk.request() as turn:
            yield turn
            yield from self.say(self.world.device("queue"), CustomerLeft(ticket=self.guest.ticket, reason="too long"))

    # ── at the desk ─────────────────────────────────────────────────────────────────────────────

    def _sit_at(self, desk: str) -> Act[None]:
        """Until the engineer says goodbye: read what the PAD shows, pay what the terminal asks."""
        guest, world = self.guest, self.world
        guest.goodbye = guest.wants = guest.pay = ""
        world.seat(guest, desk)
        while not guest.goodbye and not world.closed:
            desk, pad, pos = guest.desk, self._pad, self._pos
            yield from self._react(pad, pos)
            yield from self.look(
                lambda: guest.desk != desk or self._called_upon(),  # noqa: B023 - looked at within this round
                10 * MINUTE,
                pad,
                pos,
                guest.bell,
            )
        world.stand_up(guest)

    @property
    def _pad(self) -> Device:
        return f"pad/{self.world.layout.desks[self.guest.desk].pad}"

    @property
    def _pos(self) -> Device:
        return f"pos/{self.world.layout.desks[self.guest.desk].pos}"

    def _called_upon(self) -> bool:
        done = bool(self.guest.goodbye) or self.world.closed
        return done or self._unread(self._pad) is not None or self._asked_to_pay(self._pos)

    def _unread(self, pad: Device) -> DocumentScreen | None:
        """A document on the PAD that has no answer yet."""
        document = self._document(pad)
        if document is None or document.stage is Stage.DONE or document.request in self._asked_before:
            return None
        if document.document == FOR_THE_MANAGER:
            return None
        return document

    def _react(self, pad: Device, pos: Device) -> Act[None]:
        document = self._unread(pad)
        if document is not None:
            yield from self._answer(pad, document)
        if self._asked_to_pay(pos):
            yield from self._pay(pos)

    def _document(self, pad: Device) -> DocumentScreen | None:
        return self.hands.screen(pad, PadScreen).document

    def _answer(self, pad: Device, document: DocumentScreen) -> Act[None]:
        """s3–s7, s11."""
        verdict = self.verdict(document.document)
        self._asked_before[document.request] = None
        if verdict == "sign":
            if (yield from self.sign(pad, lambda: self._document(pad), "in-person")):
                self.guest.signed.append(document.document)
        else:
            yield from self.wait(self.between(20, 60))
            if verdict == "refuse":
                yield from self.say(pad, Refuse(reason="not for this price", request=document.request))
            self.guest.wants = verdict
        self.world.seats[self.guest.desk].bell.ring()

    def _asked_to_pay(self, pos: Device) -> bool:
        pay = self.guest.pay
        return bool(pay) and pay not in self._paid and pay in self.hands.screen(pos, PosScreen).asking

    def _pay(self, pos: Device) -> Act[None]:
        """y2: the card to the reader, at the amount that is theirs."""
        pay = self.guest.pay
        self._paid[pay] = None
        yield from self.wait(self.between(*self.habits.pay_s))
        if len(self._paid) <= PAYMENTS_MAX:
            yield from self.say(pos, PresentCard(payment=pay))
        yield from self.wait(2 * SECOND)
