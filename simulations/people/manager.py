"""The manager: decides what only a manager decides, settles disputes, closes the doors and the day."""

import re
from random import Random
from typing import Final

from devices.board import BoardScreen
from devices.pad import PadScreen
from devices.signing import DocumentScreen
from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Device, Instant
from shopfloor.contract.commands import Alarm
from shopfloor.contract.events import (
    AdjustmentApproved,
    ComplaintSettled,
    DayClosed,
    DeviceFoundAgain,
    DeviceScanned,
    DisputeDecided,
    Event,
    HandoverOrdered,
    ModeSet,
    PaymentDecided,
)
from shopfloor.contract.kinds import Line
from simulations.people.person import NO_ANSWER, Act, Person
from simulations.people.world import Dispute, World

LINES: Final[tuple[Line, ...]] = ("A", "B", "C", "D")
LOOKING_UP: Final = MINUTE
DECIDING_AGAIN: Final = 10 * MINUTE
TIDYING: Final = 4 * MINUTE
"""So long the engineers have to put the phones under lock."""
CLOSING_TRIES_MAX: Final = 40

CLOSED: Final = "closed already"
PHONE_OUT = re.compile(r"The phone of (R\d+) is at (\S+):")
LOCKER_TAKEN = re.compile(r"(locker/\d+) holds the phone of (R\d+)")
PAYMENT_OPEN = re.compile(r"Payment (Y\d+) of \S+ is MANUAL")
LIES_ABOUT = re.compile(r"(\S+) lies about:")
COUNT = re.compile(r"Count (K\d+) of bin")
COMPLAINT = re.compile(r"complaint/(R\d+)")


class Manager(Person):
    """Stands at the board; hears what is asked across the shop."""

    def __init__(self, world: World, name: str, chance: Random, doors_close_at: Instant) -> None:
        super().__init__(world, name, chance)
        self.board: Device = world.device("board")
        self._doors_close_at = doors_close_at
        self._decided: dict[str, Instant] = {}

    def live(self) -> Act[None]:
        """The day, and its end."""
        while self.now < self._doors_close_at:
            yield from self._be_there(self._doors_close_at)
        yield from self._close_doors()
        until = self.now + round(self.world.scenario.opening.overtime_h * HOUR)
        while self.now < until and not self.world.all_quiet():
            yield from self._be_there(until)
        self.world.last_call = True
        self.world.shout.ring()
        yield from self.wait(TIDYING)
        yield from self._close_day()

    # ── during the day ──────────────────────────────────────────────────────────────────────────

    def _be_there(self, until: Instant) -> Act[None]:
        """One thing after another, or wait for the next."""
        world = self.world
        if world.wishes:
            wish = world.wishes.popleft()
            yield from self.wait(self.between(10, 60))
            yield from self._decide(wish)
        elif (dispute := self._dispute()) is not None:
            yield from self._settle(*dispute)
        elif (alarm := self._alarm()) is not None:
            yield from self._see_to(alarm)
        else:
            patience = min(LOOKING_UP, until - self.now)
            yield from self.look(
                lambda: bool(world.wishes) or self._dispute() is not None or self._alarm() is not None,
                patience,
                self.board,
                world.shout,
            )

    def _decide(self, event: Event) -> Act[str]:
        why = yield from self.say(self.board, event)
        if why:
            self.world.remark(f"{self.name}: {type(event).__name__}: {why}")
        return why

    @property
    def _alarms(self) -> tuple[Alarm, ...]:
        return self.hands.screen(self.board, BoardScreen).alarms

    def _alarm(self) -> Alarm | None:
        """One that the manager can do something about, and has not just tried to."""
        for alarm in self._alarms:
            if self._answer(alarm) is not None and self.now >= self._decided.get(alarm.about, 0):
                return alarm
        return None

    def _see_to(self, alarm: Alarm) -> Act[None]:
        self._decided[alarm.about] = self.now + DECIDING_AGAIN
        yield from self.wait(self.between(20, 90))
        event = self._answer(alarm)
        if event is not None:
            yield from self._decide(event)

    def _answer(self, alarm: Alarm) -> Event | None:
        """What is to be decided, read from the words; None when it is for somebody else."""
        if found := COUNT.match(alarm.words):
            return AdjustmentApproved(count=found[1], reason="counted twice")
        if found := COMPLAINT.match(alarm.about):
            return ComplaintSettled(repair=found[1], how="called the customer and listened")
        if alarm.words.startswith("Read the log of"):
            return PaymentDecided(payment=alarm.about, taken=False, evidence="the terminal's log has no such line")
        if alarm.about.startswith("robot/") and "confirm" in alarm.words:
            return ModeSet(what="robot-held", on=False, about=alarm.about.partition("/")[2])
        if "decide who goes on" in alarm.words:
            return self._name_somebody(alarm.about)
        return None

    def _name_somebody(self, repair: str) -> Event | None:
        """r29: whoever stands about."""
        bench = self.world.benches.get(repair)
        if bench is None or bench.set_aside:
            return None
        able = next((name for name in self.world.idle if self.world.is_able(name, bench)), "")
        return HandoverOrdered(repair=repair, engineer=able) if able else None

    # ── disputes (r41) ──────────────────────────────────────────────────────────────────────────

    def _dispute(self) -> tuple[str, Dispute] | None:
        return next(((repair, d) for repair, d in self.world.disputes.items() if not d.witnessed), None)

    def _settle(self, repair: str, dispute: Dispute) -> Act[None]:
        """Listen, look, and sign as a witness that the customer did not."""
        yield from self.wait(self.between(60, 180))
        pad = f"pad/{self.world.layout.desks[dispute.desk].pad}"
        if not dispute.decided:
            why = yield from self._decide(DisputeDecided(repair=repair, fault_confirmed=False))
            dispute.decided = not why

        def note() -> DocumentScreen | None:
            shown = self.hands.screen(pad, PadScreen).document
            return shown if shown is not None and shown.document == "WITNESS" else None

        yield from self.look(lambda: note() is not None, MINUTE, pad)
        if note() is not None:
            yield from self.sign(pad, note, "in-person")
            yield from self.wait(10 * SECOND)
        dispute.witnessed = True
        self.world.shout.ring()

    # ── the end of the day (E30) ────────────────────────────────────────────────────────────────

    def _close_doors(self) -> Act[None]:
        """Nobody new: people are told before they take a number."""
        self.world.doors_open = False
        for line in LINES:
            yield from self._decide(ModeSet(what="line-closed", on=True, about=line))
        self.world.shout.ring()

    def _close_day(self) -> Act[None]:
        """Again and again, doing what the floor says is still to be done."""
        for _ in range(CLOSING_TRIES_MAX):
            why = yield from self.tap(self.board, DayClosed(), lambda: False)
            if CLOSED in why:
                self.world.closed = True
                break
            if why != NO_ANSWER:  # silence means that it was believed; asked again, the board says so
                self.world.remark(f"{self.name}: DayClosed: {why}")
                yield from self._clear_away(why)
                yield from self.wait(LOOKING_UP)
        self.world.shout.ring()

    def _lock_up(self, repair: str, *, was_lost: bool) -> Act[None]:
        """Into a locker; where the floor knows another phone in it, into the next one."""
        for _ in range(self.world.layout.lockers):
            locker = self.world.free_locker(repair)
            found = DeviceFoundAgain(repair=repair, place=locker)
            why = yield from self._decide(found if was_lost else DeviceScanned(repair=repair, place=locker))
            taken = LOCKER_TAKEN.match(why)
            if taken is None:
                break
            self.world.lockers[taken[1]] = taken[2]

    def _clear_away(self, why: str) -> Act[None]:
        for repair, place in PHONE_OUT.findall(why):
            yield from self._lock_up(repair, was_lost=place == "misplaced")
        self.world.strays.update(dict.fromkeys(LIES_ABOUT.findall(why)))
        self.world.shout.ring()
        for payment in PAYMENT_OPEN.findall(why):
            yield from self._decide(PaymentDecided(payment=payment, taken=False, evidence="not in the terminal's log"))
