"""What everybody with a handheld does: sign on, keep it awake, read its lists, load the robot that stands there."""

from collections.abc import Callable
from random import Random
from typing import Final

from devices.handheld import HandheldScreen, StillHere
from shopfloor.contract.actor import MINUTE, SECOND, Device, Instant
from shopfloor.contract.commands import PartRow, ShowWork, WorkRow
from shopfloor.contract.events import EngineerSignedOff, EngineerSignedOn, Event, ReturnLoaded
from simulations.people.attention import Bell
from simulations.people.person import Act, Person
from simulations.people.world import World

TOUCH_EVERY: Final = 4 * MINUTE
"""A handheld that is not moved for ten minutes takes its person for gone (E22)."""
SIGN_ON_TRIES_MAX: Final = 20
NOTHING: Final = ShowWork(
    id="", to="", engineer="", desk="", mine=(), parts=(), waiting=(), to_check=(), to_take_over=()
)


class Handy(Person):
    """A person of the shop with their own handheld."""

    def __init__(self, world: World, name: str, handheld: str, desk: str, chance: Random) -> None:
        super().__init__(world, name, chance)
        self.handheld: Device = f"handheld/{handheld}"
        self.desk = desk
        self._touched_at: Instant = 0

    # ── the screen ──────────────────────────────────────────────────────────────────────────────

    @property
    def screen(self) -> HandheldScreen:
        return self.hands.screen(self.handheld, HandheldScreen)

    @property
    def sheet(self) -> ShowWork | None:
        """The work that is shown, once signed on."""
        shown = self.shown
        return None if shown is NOTHING else shown

    @property
    def shown(self) -> ShowWork:
        """The same, and an empty sheet until then."""
        sheet = self.hands.screen(self.handheld, HandheldScreen).work
        return sheet if sheet is not None and sheet.engineer == self.name else NOTHING

    @property
    def mine(self) -> tuple[WorkRow, ...]:
        return self.shown.mine

    @property
    def parts(self) -> tuple[PartRow, ...]:
        return self.shown.parts

    def row_of(self, repair: str) -> WorkRow | None:
        """The repair among one's own; None when it is done, or somebody else's."""
        return next((row for row in self.mine if row.repair == repair), None)

    def parts_of(self, repair: str) -> tuple[PartRow, ...]:
        return tuple(part for part in self.parts if part.repair == repair)

    # ── signing on and off ──────────────────────────────────────────────────────────────────────

    def sign_on(self) -> Act[bool]:
        """Try until the floor has it: in the morning the coordinator may come up later than its people."""
        for _ in range(SIGN_ON_TRIES_MAX):
            event = EngineerSignedOn(engineer=self.name, desk=self.desk)
            why = yield from self.tap(self.handheld, event, lambda: self.sheet is not None)
            if not why:
                return True
            yield from self.wait(5 * SECOND)
        self.world.remark(f"{self.name} could not sign on at {self.handheld}: {why}")
        return False

    def sign_off(self) -> Act[bool]:
        """Only with nothing left to do: else the floor says what."""
        why = yield from self.say(self.handheld, EngineerSignedOff(engineer=self.name))
        return not why

    # ── doing things ────────────────────────────────────────────────────────────────────────────

    def watch(self, seen: Callable[[], bool], patience: int, *bells: Bell) -> Act[bool]:
        """Look at the handheld until it is to be seen; see to the robot that comes meanwhile, keep the screen awake."""

        def stirred() -> bool:
            return seen() or self.interrupted()

        self.keep_awake()
        until = self.now + patience
        found = seen()
        while not found and (left := until - self.now) > 0:
            left = min(left, TOUCH_EVERY)
            if not self.interrupted() and not (yield from self.go_on_looking(stirred, left, self.handheld, *bells)):
                self.keep_awake()
            elif self.interrupted():
                yield from self.interruption()
                found = seen()
            else:
                found = True
        return found

    def busy_elsewhere(self, ms: int) -> Act[None]:
        """Time passes with the handheld in the pocket: now and then a touch."""
        until = self.now + ms
        while (left := until - self.now) > 0:
            self.keep_awake()
            yield from self.wait(min(left, TOUCH_EVERY))

    def keep_awake(self) -> None:
        """Every now and then a touch that says nothing."""
        now = self.now
        if now >= self._touched_at + TOUCH_EVERY:
            self._touched_at = now
            self.hands.touch(self.handheld, StillHere())

    def work(self, ms: int) -> Act[None]:
        """Busy hands, for so long; a robot at the desk is seen to in between, and that takes its own time."""
        self.keep_awake()
        until = self.now + ms
        while (left := until - self.now) > 0:
            if self.interrupted() or (
                yield from self.go_on_looking(self.interrupted, min(left, TOUCH_EVERY), self.handheld)
            ):
                stopped = self.now
                yield from self.interruption()
                until += self.now - stopped
            else:
                self.keep_awake()

    def interrupted(self) -> bool:
        """A robot stands at this desk and waits for these hands."""
        return self._waits_for_return() is not None

    def interruption(self) -> Act[None]:
        """See to it, so that it can drive on."""
        part = self._waits_for_return()
        if part is not None:
            yield from self._load(part)

    def do(self, event: Event, seen: Callable[[], bool]) -> Act[str]:
        """Tap on one's own handheld: "" when it is to be seen, else what the screen says instead."""
        why = yield from self.tap(self.handheld, event, seen)
        if why:
            self.world.remark(f"{self.name}: {type(event).__name__}: {why}")
        return why

    def mention(self, event: Event) -> Act[str]:
        """Tap what changes nothing on the own screen."""
        why = yield from self.say(self.handheld, event)
        if why:
            self.world.remark(f"{self.name}: {type(event).__name__}: {why}")
        return why

    def _waits_for_return(self) -> PartRow | None:
        """A robot stands at this desk for something that goes back."""
        return next((part for part in self.parts if part.tote and part.place == f"DESK:{self.desk}"), None)

    def _load(self, part: PartRow) -> Act[None]:
        """m8: into the tote."""
        yield from self.wait(round(self.habits.load_return_s * SECOND))

        def gone() -> bool:
            return all(row.unit != part.unit or not row.tote for row in self.parts)

        why = yield from self.do(ReturnLoaded(unit=part.unit, tote=part.tote), gone)
        if why:
            yield from self.look(gone, MINUTE, self.handheld)
