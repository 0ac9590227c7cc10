"""The maker's answer: is this phone under warranty? The same phone gets the same answer all year."""

from collections.abc import Callable
from random import Random
from typing import Final, Protocol

from msgspec import Struct

from devices.agenda import Agenda
from devices.client import Client, Words, cannot
from devices.dials import Chance, Factor, Lapse, Span, happenings
from shopfloor.contract.actor import DAY, MINUTE, Device, Instant
from shopfloor.contract.commands import LookUpEntitlement, Work
from shopfloor.contract.events import CommandRefused, EntitlementAnswered, Event

QUESTIONS_MAX: Final = 500
AGAIN_AFTER: Final = 1 * MINUTE
TRIES_MAX: Final = 30
"""So often the maker is asked the same; then the floor hears that there is no answer."""
YEAR: Final = 365 * DAY


class EntitlementDials(Struct, frozen=True):
    """What the maker's service is like and what is wrong with it."""

    answer: Span = Span(200, 600, 2_500)
    slow: Factor = 1.0
    covered_share: Chance = 0.3  # of all phones
    repaired_share: Chance = 0.1  # of all phones, once before
    down: Chance = 0.0  # per question: no answer ever (E23); 1 is a service that is down
    dead_after: Lapse | None = None  # after switching on: no word any more


class EntitlementBody(Protocol):
    """What a client asks of a maker's service; what it answers is reported."""

    def look_up(self, asked: LookUpEntitlement, now: Instant) -> None: ...

    def dead(self, now: Instant) -> bool: ...

    def advance(self, now: Instant) -> list[EntitlementAnswered]: ...

    @property
    def deadline(self) -> Instant | None: ...


class SimulatedEntitlement:
    """``stream`` gives a source of chance by name: each phone has its own, so its answer does not depend on when it is
    asked for, or after whom."""

    def __init__(self, dials: EntitlementDials, stream: Callable[[str], Random], now: Instant) -> None:
        self.dials = dials
        self._stream = stream
        self._chance = stream("service")
        self._born = now
        self._coming: Agenda[EntitlementAnswered] = Agenda()

    def look_up(self, asked: LookUpEntitlement, now: Instant) -> None:
        strikes = happenings(self._chance, down=self.dials.down)
        at = now + self.dials.answer.draw(self._chance, self.dials.slow)
        if not strikes:
            self._coming.note(at, self._answer(asked, now))

    def _answer(self, asked: LookUpEntitlement, now: Instant) -> EntitlementAnswered:
        phone = self._stream(asked.imei)
        new_year = now // YEAR * YEAR
        covered = phone.random() < self.dials.covered_share
        days = phone.randrange(365)
        return EntitlementAnswered(
            command=asked.id,
            imei=asked.imei,
            covered=covered,
            until=new_year + YEAR + days * DAY if covered else new_year - days * DAY,
            earlier_repairs=int(phone.random() < self.dials.repaired_share),
        )

    def dead(self, now: Instant) -> bool:
        return self.dials.dead_after is not None and now >= self._born + self.dials.dead_after

    def advance(self, now: Instant) -> list[EntitlementAnswered]:
        return self._coming.take(now)

    @property
    def deadline(self) -> Instant | None:
        return self._coming.deadline


class _Open(Struct):
    """A question that the maker has not answered."""

    asked: LookUpEntitlement
    again_at: Instant
    tries: int = 1


class Entitlement(Client):
    """Passes the question on and the answer back. A question costs nothing, so one that the maker leaves unanswered is
    asked again, and so is one from before a restart."""

    hears = (LookUpEntitlement,)

    def __init__(self, device: Device, body: EntitlementBody, now: Instant) -> None:
        super().__init__(device, now)
        self._body = body
        self._asked: dict[str, None] = {}
        self._open: dict[str, _Open] = {}

    def is_dead(self, now: Instant) -> bool:
        return self._body.dead(now)

    def _do(self, work: Work, now: Instant) -> list[Event]:
        assert isinstance(work, LookUpEntitlement)
        if work.id in self._asked:
            return []
        if not (len(work.imei) == 15 and work.imei.isascii() and work.imei.isdecimal()):
            cannot(f"{work.imei!r} is no IMEI: it has 15 digits.")
        self._asked[work.id] = None
        self._open[work.id] = _Open(work, now + AGAIN_AFTER)
        for oldest in list(self._asked)[: max(0, len(self._asked) - QUESTIONS_MAX)]:
            del self._asked[oldest]
            self._open.pop(oldest, None)
        self._body.look_up(work, now)
        return []

    def _advance(self, now: Instant) -> list[Event]:
        answers = [answer for answer in self._body.advance(now) if self._open.pop(answer.command, None)]
        overdue = [question for question in self._open.values() if now >= question.again_at]
        return [*answers, *(event for question in overdue for event in self._ask_again(question, now))]

    def _ask_again(self, question: _Open, now: Instant) -> list[Event]:
        """E23: or give it up."""
        asked = question.asked
        if question.tries == TRIES_MAX:
            del self._open[asked.id]
            return [CommandRefused(command=asked.id, reason=f"The maker does not answer about {asked.repair}.")]
        question.tries += 1
        question.again_at = now + AGAIN_AFTER
        self._body.look_up(asked, now)
        return []

    def _due(self) -> Instant | None:
        dues = (self._body.deadline, *(question.again_at for question in self._open.values()))
        return min((due for due in dues if due is not None), default=None)

    def _state(self) -> Words:
        return {"asked": len(self._asked)}
