"""An engineer's day: call the next customer, serve them, check a colleague's work, take over, have lunch."""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Final, TypeAlias

from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Instant
from shopfloor.contract.commands import WorkRow
from shopfloor.contract.events import (
    ConsultFinished,
    CustomerIdentified,
    CustomerSeated,
    NextRequested,
    NoShowReported,
    TouchpointTapped,
    TransferRequested,
)
from shopfloor.contract.layout import Engineer as EngineerRow
from simulations.people.colleague import Colleague
from simulations.people.handy import TOUCH_EVERY
from simulations.people.person import Act
from simulations.people.workbench import STEPS, Workbench
from simulations.people.world import Bench, World

Hours: TypeAlias = tuple[Instant, Instant]
"""From, until."""

NO_SHOW_AFTER: Final = 150 * SECOND
CALLED_FOR: Final = 12 * MINUTE
"""Longer than two rounds of calls last: then the screen has moved on."""
IDLE: Final = MINUTE
LUNCH: Final = 30 * MINUTE
PAUSES: Final = {"Nobody is waiting": SECOND, "shift is nearly over": 12 * HOUR}
"""What the floor says to who may not call → how long they leave it at that; otherwise some minutes."""
GREETED: Final = (9, 20, 28)
"""Touchpoints that a person taps: greeting, introduction, explaining the test."""


class Engineer(Colleague):
    """A generalist: receives, advises, repairs, hands over. ``hours`` are theirs (from, until), ``lunch_at`` is when
    they would like a break."""

    def __init__(
        self,
        world: World,
        row: EngineerRow,
        desk: str,
        chance: Random,
        hours: Sequence[Hours],
        lunch_at: Instant | None,
    ) -> None:
        super().__init__(world, row, desk, chance)
        self._hours = hours
        self._leaves_at: Instant = 0
        self._lunch_at = lunch_at
        self._tidied_at: Instant = 0
        self._calls_again_at: Instant = 0

    def live(self) -> Act[None]:
        """Their hours, one after another, until the day is closed."""
        for begins, ends in self._hours:
            yield from self.wait(begins - self.now)
            if self.world.closed or not (yield from self.sign_on()):
                return
            self._leaves_at = ends
            self.world.engineers[self.name] = self.able
            while not self.world.closed and self.name in self.world.engineers:
                yield from self._next_thing()

    # ── what next ───────────────────────────────────────────────────────────────────────────────

    def _next_thing(self) -> Act[None]:
        """The most pressing thing that is to be seen; else stand about."""
        act = self._choose()
        if act is None:
            yield from self._stand_about()
        else:
            self.world.idle.pop(self.name, None)
            if act != self._call:
                self.world.callers.pop(self.name, None)
            yield from act()

    def _stand_about(self) -> Act[None]:
        """Keep one's place among those who do, and look up every full minute, save those that can bring nothing."""
        bells = self.seat.bell, self.world.shout
        began = self.now
        self.world.idle[self.name] = None
        if self._at_desk() is None and began >= self._calls_again_at:
            self.world.callers.setdefault(self.name, self.row.lines)
        minutes = self._quiet_minutes()
        yield from self.watch(
            lambda: self._choose() is not None or (minutes > 1 and bool(self.shown.waiting)), minutes * IDLE, *bells
        )
        rest = (began - self.now) % IDLE
        if rest and self._choose() is None:  # somebody waits now: it is a colleague's turn to call, for the moment
            yield from self.watch(lambda: self._choose() is not None, rest, *bells)

    def _quiet_minutes(self) -> int:
        """After so many the clock alone, or a colleague who steps out of the line of callers, may bring something."""
        if self.shown.waiting or self.world.last_call:
            return 1
        clock = (self._lunch_at, self._calls_again_at, self._leaves_at)
        dues = [due for due in clock if due is not None and due > self.now]
        quiet = min(dues, default=self.now + TOUCH_EVERY) - self.now
        return min(-(-quiet // IDLE), TOUCH_EVERY // IDLE)

    def _choose(self) -> Callable[[], Act[None]] | None:
        """What to do now, in the order of what cannot wait."""
        shown = self.shown
        if shown.mine and (ticket := self._ticket()) is not None:
            return partial(self._serve, ticket)
        if shown.mine and (repair := self._begun()) is not None:
            return partial(self._repair, repair)
        if shown.to_check and self.check_wanted():
            return self.check_for_colleague
        if self.world.last_call:
            return self._tidy_up if self._phone_out() is not None else None
        if shown.to_take_over and (other := self._left_by_colleague()) is not None:
            return partial(self._take_over, other)
        if self._has_a_break():
            return self._go_home if self.now >= self._leaves_at else self._have_lunch
        return self._call if shown.waiting and self._somebody_waits() else None

    def _has_a_break(self) -> bool:
        """Nobody is begun with any more when the own hours are over, or it is time for lunch."""
        now = self.now
        if now < self._calls_again_at or not self.world.doors_open:
            return False
        return now >= self._leaves_at or (self._lunch_at is not None and now >= self._lunch_at)

    def _ticket(self) -> WorkRow | None:
        """A ticket that is called to this desk, or whose holder sits here and has no repair on this handheld (yet)."""
        row = self._at_desk()
        here = self.seat.guest is not None and row is not None and self.seat.guest.ticket == row.ticket
        return row if row is not None and not row.repair and (row.ticket_state == "CALLED" or here) else None

    def _at_desk(self) -> WorkRow | None:
        """Whoever the floor believes to be called to, or served at, this desk."""
        return next(
            (row for row in self.mine if row.ticket_state in ("CALLED", "SERVING") and row.desk == self.desk), None
        )

    def _begun(self) -> WorkRow | None:
        """A repair of one's own that can go on now."""
        return next((row for row in self.mine if row.state in STEPS and not self._set_aside(row.repair)), None)

    def _set_aside(self, repair: str) -> bool:
        bench = self.world.benches.get(repair)
        return bench is None or bench.set_aside

    def _somebody_waits(self) -> bool:
        """Somebody this engineer may call, and no colleague who has stood about for longer will."""
        if self._at_desk() is not None or self.now < self._calls_again_at:
            return False
        waiting = [row.number[:1] for row in self.shown.waiting]
        for name, lines in self.world.callers.items():
            if name == self.name:
                break
            served = next((line for line in waiting if line in lines), None)
            if served is not None:
                waiting.remove(served)
        return any(line in self.row.lines for line in waiting)

    def _left_by_colleague(self) -> WorkRow | None:
        rows = self.shown.to_take_over
        return next(
            (row for row in rows if not self._set_aside(row.repair) and self.able(self.world.benches[row.repair])), None
        )

    # ── customers ───────────────────────────────────────────────────────────────────────────────

    def _call(self) -> Act[None]:
        """q6. Nobody else calls the same one meanwhile; who may not call just now leaves it to the others."""
        self.world.callers[self.name] = self.row.lines
        why = yield from self.do(NextRequested(), lambda: self._ticket() is not None)
        if why:
            pause = next((ms for words, ms in PAUSES.items() if words in why), 2 * IDLE)
            self._calls_again_at = self.now + pause
        self.world.callers.pop(self.name, None)

    def _serve(self, row: WorkRow) -> Act[None]:
        """q11: when they sit down; q9 when they never do."""
        if row.ticket_state == "CALLED" and not (yield from self._await_customer(row)):
            return
        yield from self._reception(row.ticket)

    def _await_customer(self, row: WorkRow) -> Act[bool]:
        def here() -> bool:
            return self.seat.guest is not None and self.seat.guest.ticket == row.ticket

        def gone() -> bool:
            now = self._ticket()
            return now is None or now.ticket != row.ticket

        yield from self.watch(lambda: here() or gone(), NO_SHOW_AFTER, self.seat.bell)
        if not here() and not gone():
            yield from self.mention(NoShowReported(ticket=row.ticket))
            yield from self.watch(lambda: here() or gone(), CALLED_FOR, self.seat.bell)
        if not here():
            return False
        why = yield from self.do(CustomerSeated(ticket=row.ticket), lambda: not self._is_called(row.ticket))
        if why and self.seat.guest is not None and self.seat.guest.ticket == row.ticket and gone():
            self.seat.guest.dismiss("advised")  # their number was over when they sat down
        return not why

    def _is_called(self, ticket: str) -> bool:
        return any(row.ticket == ticket and row.ticket_state == "CALLED" for row in self.mine)

    def _reception(self, ticket: str) -> Act[None]:
        """Whoever sits there: a repair to begin, advice, or a phone to fetch."""
        guest = self.seat.guest
        if guest is None or guest.ticket != ticket:
            yield from self.mention(ConsultFinished(ticket=ticket))  # gone before a word was said
            return
        for touchpoint in GREETED:
            self.hands.touch(self.handheld, TouchpointTapped(touchpoint=touchpoint, ticket=ticket))
        yield from self.look(lambda: self._repair_at(ticket) is not None, self.world.answer_ms, self.handheld)
        row = self._repair_at(ticket)
        if row is None and guest.repair:
            row = yield from self._take_over_for_pickup(guest.repair)
            if row is None:
                yield from self._send_on(ticket)
                return
        if row is None:
            yield from self.work(guest.minutes.advice)
            yield from self.do(ConsultFinished(ticket=ticket), lambda: self._ticket() is None)
            guest.dismiss("advised")
            return
        guest.repair = row.repair
        self.world.bench_of(row.repair, guest)
        if row.state == "AWAITING_PICKUP":
            yield from self._identify(row, ticket)
        yield from self._repair(row)

    def _repair_at(self, ticket: str) -> WorkRow | None:
        return next((row for row in self.mine if row.ticket == ticket and row.repair), None)

    def _take_over_for_pickup(self, repair: str) -> Act[WorkRow | None]:
        """r27, r30: the one who repaired it is busy or gone."""
        yield from self.take_over(repair)
        return self.row_of(repair)

    def _send_on(self, ticket: str) -> Act[None]:
        """q14: this phone is for somebody else to hand over; back into the line, at the same place."""
        self.world.wishes.append(TransferRequested(ticket=ticket, line="D"))
        self.world.shout.ring()
        yield from self.watch(lambda: self._at_desk() is None, 3 * IDLE, self.world.shout)
        if self.seat.guest is not None:
            self.seat.guest.dismiss("wait")
        self._calls_again_at = self.now + 2 * IDLE

    def _identify(self, row: WorkRow, ticket: str) -> Act[None]:
        """r27: the phone out of its locker, and whose it is."""
        bench = self.world.benches[row.repair]
        yield from Workbench(self, row.repair, bench).fetch()
        proxy = bench.guest.visit.proxy
        event = CustomerIdentified(repair=row.repair, ticket=ticket, how="proxy-code" if proxy else "owner")
        yield from self.do(event, lambda: (now := self.row_of(row.repair)) is None or now.state != "AWAITING_PICKUP")

    # ── repairs ─────────────────────────────────────────────────────────────────────────────────

    def _repair(self, row: WorkRow) -> Act[None]:
        yield from Workbench(self, row.repair, self.world.benches[row.repair]).run()

    def _take_over(self, row: WorkRow) -> Act[None]:
        """r30: the customer comes over to this desk."""
        why = yield from self.take_over(row.repair)
        bench = self.world.benches[row.repair]
        if why:
            yield from self.watch(lambda: self._left_by_colleague() is None, MINUTE)
        elif bench.guest.desk:
            self.world.seat(bench.guest, self.desk)

    # ── breaks and the end of the day ───────────────────────────────────────────────────────────

    def _have_lunch(self) -> Act[None]:
        self._lunch_at = None
        if not (yield from self.sign_off()):
            return
        yield from self.wait(LUNCH)
        yield from self.sign_on()

    def _go_home(self) -> Act[None]:
        """Unless something is left that only they can do: then in a while."""
        if not (yield from self.sign_off()):
            self._calls_again_at = self.now + 2 * IDLE
            return
        for those_here in (self.world.engineers, self.world.idle, self.world.callers):
            those_here.pop(self.name, None)

    def _phone_out(self) -> tuple[WorkRow, Bench] | None:
        """A phone on the desk that nobody works on any more (or has failed to be put away a moment ago)."""
        rows = ((row, self.world.benches.get(row.repair)) for row in self.mine if row.phone == f"desk/{self.desk}")
        return next(((row, bench) for row, bench in rows if bench and self.now >= self._tidied_at + IDLE), None)

    def _tidy_up(self) -> Act[None]:
        """E30: every phone of one's own under lock; then the manager closes the day."""
        found = self._phone_out()
        self._tidied_at = self.now
        if found is not None:
            row, bench = found
            yield from Workbench(self, row.repair, bench).lock_away()


def lunch_of(place: int, opens: Instant) -> Instant:
    """Two by two, from noon on."""
    return opens + 2 * HOUR + (place // 2) * LUNCH
