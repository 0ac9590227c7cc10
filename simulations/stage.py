"""Any actors on one SimPy clock.

What happens in the same millisecond happens in an order that is written down here and not left to the engine:

1. what the stage has for that moment, by the place at which its owner entered (what belongs to nobody comes first),
   and of one owner in the order in which it was noted;
2. then the SimPy processes, in the order in which they were woken.

SimPy cannot cancel. So each entrant has one alarm, and an alarm that is no longer wanted rings in vain. A run until
some moment may or may not include what the stage has for just that millisecond: stop between two.
"""

from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Final, Generic, TypeAlias, TypeVar, cast

import simpy
from simpy.events import URGENT

from shopfloor.contract.actor import Actor, Instant, TimePassed

In = TypeVar("In", contravariant=True)
Out = TypeVar("Out")

Deed: TypeAlias = Callable[[Instant], object]
"""Something to be done, told the moment at which it is."""

NOBODY: Final = 0
"""The place of what belongs to no entrant."""
NEVER: Final[Instant] = 1 << 62
TIME_PASSED: Final = TimePassed()


class Stage:
    """A clock in whole ms, and an agenda."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self._roles: dict[str, Role[object]] = {}
        self._places = 0
        self._agenda: list[tuple[Instant, int, int, Deed]] = []
        self._numbers = count()
        self._acting = False
        self._acts_at: Instant = round(env.now)
        self._strikes_at = NEVER
        self._act_then: list[Callable[[simpy.Event], None]] = [self._act]
        self._gong = simpy.Event(env)
        """One event of SimPy's for all that is noted here: it is scheduled again and again."""
        self._gong.succeed()

    @property
    def now(self) -> Instant:
        return self._acts_at if self._acting else round(self.env.now)

    # ── actors ──────────────────────────────────────────────────────────────────────────────────

    def enter(self, name: str, actor: Actor[In, Out], said: Callable[[list[Out]], None]) -> "Role[In]":
        """From now on it is told what is for it, and woken at its deadline.

        ``said`` gets what follows from each message, also when that is nothing.
        """
        assert name not in self._roles, f"{name} is on the stage already"

        def hear(message: In | TimePassed, now: Instant) -> None:
            said(actor.handle(message, now))
            alarm.set(actor.deadline)

        alarm = Alarm(self, partial(hear, TIME_PASSED))
        alarm.set(actor.deadline)
        role: Role[In] = Role(self, hear, alarm.place)
        self._roles[name] = cast("Role[object]", role)
        return role

    def tell(self, name: str, message: object) -> None:
        """Now. Whoever tells must know what this actor hears."""
        self._roles[name].tell(message)

    def next_place(self) -> int:
        """For one who enters now; the first one's is 1."""
        self._places += 1
        return self._places

    # ── time ────────────────────────────────────────────────────────────────────────────────────

    def after(self, ms: int, act: Callable[[], object], place: int = NOBODY) -> None:
        """Do this so much later, as something of the one who entered at this place."""
        assert ms >= 0, "what is past cannot be done"
        self.note(self.now + ms, place, lambda _now: act())

    def note(self, at: Instant, place: int, deed: Deed) -> None:
        """To be done then, or, if that is past, now."""
        heappush(self._agenda, (at, place, next(self._numbers), deed))
        if at < self._strikes_at and not self._acting:
            self._strikes_at = at
            self._gong.callbacks = self._act_then
            self.env.schedule(self._gong, URGENT, max(0, at - self.env.now))

    def _act(self, gong: simpy.Event) -> None:
        """All that is due by now. A gong that has been overtaken by an earlier one finds nothing to do."""
        now = self._acts_at = round(self.env.now)
        agenda = self._agenda
        self._acting = True
        while agenda and agenda[0][0] <= now:
            heappop(agenda)[3](now)
        self._acting = False
        gong.callbacks = self._act_then
        if self._strikes_at <= now:
            self._strikes_at = agenda[0][0] if agenda else NEVER
            if agenda:
                self.env.schedule(gong, URGENT, self._strikes_at - now)


class Alarm:
    """Wakes one entrant. Set anew, what it was set for before is void."""

    def __init__(self, stage: Stage, ring: Deed) -> None:
        self.place: Final = stage.next_place()
        self._stage = stage
        self._ring = ring
        self._due: Instant | None = None
        self._noted = [NEVER]
        """When it will wake, the next time last: nothing is noted that would come after what is noted already."""

    def set(self, due: Instant | None) -> None:
        """For then, or for never."""
        self._due = due
        if due is not None and due < self._noted[-1]:
            self._noted.append(due)
            self._stage.note(due, self.place, self._wake)

    def _wake(self, now: Instant) -> None:
        self._noted.pop()
        due = self._due
        if due is not None and due <= now:
            self._due = None
            self._ring(now)
        else:
            self.set(due)


class Role(Generic[In]):
    """An actor on the stage, at its place."""

    def __init__(self, stage: Stage, hear: Callable[[In, Instant], None], place: int) -> None:
        self._stage = stage
        self.hear: Final = hear
        """``tell``, for those who know what time it is."""
        self.place: Final = place

    def tell(self, message: In) -> None:
        """Now."""
        self.hear(message, self._stage.now)
