"""The notifier: messages to customers, and whether they arrived.

A message is never sent twice for one request: what was under way at a restart may have been sent, so it is reported as
failed; all of it stands on the customer's page anyway.
"""

from random import Random
from typing import Final, Protocol, TypeAlias

from msgspec import Struct, field

from devices.agenda import Agenda
from devices.client import Client, Words, cannot
from devices.dials import Chance, Factor, Lapse, Span, happenings
from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.contract.commands import SendNotice, Work
from shopfloor.contract.events import Event, NoticeDelivered, NoticeFailed

UNDER_WAY_MAX: Final = 500
PATIENCE: Final = 5 * MINUTE
"""Then a message counts as failed."""

ANSWERS_MAX: Final = 2_000
UNKNOWN: Final = "Nobody knows whether it arrived."


class NotifierDials(Struct, frozen=True):
    """What the way to the customers is like and what is wrong with it. Chances per message."""

    delivery: Span = Span(500, 2_000, 8_000)
    slow: Factor = 1.0
    fails: Chance = 0.0
    silent: Chance = 0.0  # nobody ever learns whether it arrived
    dead_after: Lapse | None = None  # after switching on: no word any more


class Arrived(Struct, frozen=True):
    """``fault`` is empty if the customer has it."""

    command: str
    fault: str = ""


class NotifierBody(Protocol):
    """What a client asks of a gateway to customers; what comes of it is reported."""

    def send(self, notice: SendNotice, now: Instant) -> None: ...

    def dead(self, now: Instant) -> bool: ...

    def advance(self, now: Instant) -> list[Arrived]: ...

    @property
    def deadline(self) -> Instant | None: ...


class SimulatedNotifier:
    """Delivers to nobody, after a while."""

    def __init__(self, dials: NotifierDials, chance: Random, now: Instant) -> None:
        self.dials = dials
        self._chance = chance
        self._born = now
        self._coming: Agenda[Arrived] = Agenda()

    def send(self, notice: SendNotice, now: Instant) -> None:
        strikes = happenings(self._chance, silent=self.dials.silent, fails=self.dials.fails)
        at = now + self.dials.delivery.draw(self._chance, self.dials.slow)
        if not strikes:
            self._coming.note(at, Arrived(notice.id))
        elif strikes[0] == "fails":
            self._coming.note(at, Arrived(notice.id, "The customer's phone cannot be reached."))

    def dead(self, now: Instant) -> bool:
        return self.dials.dead_after is not None and now >= self._born + self.dials.dead_after

    def advance(self, now: Instant) -> list[Arrived]:
        return self._coming.take(now)

    @property
    def deadline(self) -> Instant | None:
        return self._coming.deadline


Answer: TypeAlias = NoticeDelivered | NoticeFailed


class NotifierMemory(Struct, kw_only=True):
    """Kept over a restart."""

    under_way: dict[str, Instant] = field(default_factory=dict)
    """Command → when it was sent."""
    answers: dict[str, Answer] = field(default_factory=dict)


class Notifier(Client):
    """Sends each notice once."""

    hears = (SendNotice,)

    def __init__(self, device: Device, body: NotifierBody, memory: NotifierMemory, now: Instant) -> None:
        super().__init__(device, now)
        self._body = body
        self._memory = memory
        self._interrupted = list(memory.under_way)

    def is_dead(self, now: Instant) -> bool:
        return self._body.dead(now)

    def _look_into(self, work: Work, now: Instant) -> list[Event]:
        memory = self._memory
        if work.id in memory.answers or work.id in memory.under_way:
            return self._do(work, now)
        return [self._answered(NoticeFailed(command=work.id, reason=UNKNOWN))]

    def _do(self, work: Work, now: Instant) -> list[Event]:
        assert isinstance(work, SendNotice)
        memory = self._memory
        if work.id in memory.answers:
            return [memory.answers[work.id]]
        if work.id in memory.under_way:
            return []
        if len(memory.under_way) >= UNDER_WAY_MAX:
            cannot(f"{UNDER_WAY_MAX} messages are under way already.")
        memory.under_way[work.id] = now
        self._body.send(work, now)
        return []

    def _advance(self, now: Instant) -> list[Event]:
        answers = [_answer(arrived) for arrived in self._body.advance(now)]
        told = [answer.command for answer in answers]
        sent = self._memory.under_way.items()
        lost = [name for name, at in sent if name not in told and (name in self._interrupted or now >= at + PATIENCE)]
        self._interrupted = []
        failed = [NoticeFailed(command=name, reason=UNKNOWN) for name in lost]
        return [self._answered(answer) for answer in (*answers, *failed)]

    def _answered(self, answer: Answer) -> Answer:
        memory = self._memory
        memory.under_way.pop(answer.command, None)
        memory.answers[answer.command] = answer
        for oldest in list(memory.answers)[: max(0, len(memory.answers) - ANSWERS_MAX)]:
            del memory.answers[oldest]
        return answer

    def _due(self) -> Instant | None:
        patience = min(self._memory.under_way.values(), default=None)
        dues = (self._body.deadline, None if patience is None else patience + PATIENCE)
        return min((due for due in dues if due is not None), default=None)

    def _state(self) -> Words:
        return {"under_way": len(self._memory.under_way)}


def _answer(arrived: Arrived) -> Answer:
    if arrived.fault:
        return NoticeFailed(command=arrived.command, reason=arrived.fault)
    return NoticeDelivered(command=arrived.command)
