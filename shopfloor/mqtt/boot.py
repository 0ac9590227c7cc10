"""One life of a device, from its start to its stop: the loop between its actor, its memory and its wires."""

import hashlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from msgspec import Struct

from shopfloor.contract.actor import Actor, Instant, TimePassed
from shopfloor.contract.codec import Unreadable
from shopfloor.mqtt.memory import Done, Event, Memory
from shopfloor.mqtt.port import Delivery, Port, Settled, Stamp, WorkOrdered
from shopfloor.mqtt.postman import Postman
from shopfloor.mqtt.session import Arrival, Connected, Denied, Disconnected, Wire

BATCH_MAX: Final = 100
IDLE_S: Final = 60.0

HEARTBEAT_MS: Final = 15_000
"""Shop time between two tellings of the latest pictures: presence is the age of the last one."""

HEARTBEAT_MIN_S: Final = 1.0
"""Wall time between two tellings, however fast the shop's clock runs."""

LOSSES_MAX: Final = 3
"""More connections lost within a minute than this, and somebody else is using our name."""

In = TypeVar("In", bound=Struct)
Out = TypeVar("Out")

_log = logging.getLogger(__name__)


SeamName: TypeAlias = Literal["handled", "written", "told"]
"""Where a device can die in a round: it has done something, has written it down, has said it."""
Seam: TypeAlias = Callable[[SeamName], None]


def no_seam(_name: SeamName) -> None:
    """Nobody listens."""


class Touch(Struct, Generic[In], frozen=True):
    """Somebody touched the device."""

    message: In


class Stop(Struct, frozen=True):
    """The device is to end in good order."""


class Boot(Generic[In, Out]):
    """One life, round after round. Belongs to one thread.

    A round takes what has arrived, lets the actor handle it, writes its events and the ids of its commands to disk in
    one transaction, and only then acknowledges and tells. Killed between any two of these, the device says and does
    the same again. ``clock`` tells the shop's time, of which ``speed`` seconds pass in one of ``tick``.
    """

    def __init__(
        self,
        number: int,
        actor: Actor[In, Out],
        port: Port[In, Out],
        memory: Memory,
        wire: Wire,
        clock: Callable[[], Instant],
        tick: Callable[[], float],
        speed: float,
        latencies_ms: deque[float],
        seam: Seam = no_seam,
    ) -> None:
        self.ignored = 0
        """Arrivals without effect: retained, unreadable, for somebody else, or commands repeated."""
        self._number = number
        self._actor = actor
        self._port = port
        self._memory = memory
        self._wire = wire
        self._clock = clock
        self._seconds = tick
        self._speed = speed
        self._seam = seam
        self._postman = Postman(port.device, memory, wire, tick, latencies_ms)
        self._now: Instant = 0
        self._seq = 0
        self._stopping = False
        self._heartbeat_s = max(HEARTBEAT_MS / 1000 / speed, HEARTBEAT_MIN_S)
        self._beat_at = 0.0
        self._pictures: dict[type[Out], Out] = {}
        # What this round has gathered, until it is written down:
        self._events: list[Event] = []
        self._done: dict[str, Done] = {}
        self._arrivals: list[Arrival] = []
        self._changed: dict[type[Out], Out] = {}
        self._announce = False

    def round(self, items: Sequence[object]) -> bool:
        """Take one batch out of the inbox, and answer; False when the device is to stop."""
        for item in items:
            self._take(item)
        deadline = self._actor.deadline
        if deadline is not None and deadline <= self._tick():
            self._handle(TimePassed())
        self._seam("handled")
        self._write_down()
        self._seam("written")
        self._tell()
        self._seam("told")
        return not self._stopping

    def stamp(self) -> Stamp:
        """The numbering of what needs no receipt."""
        return Stamp(self._number, 0, self._tick())

    # ── what has arrived ──

    def _take(self, item: object) -> None:
        match item:
            case Arrival():
                self._arrivals.append(item)
                self._read(item)
            case Touch():
                self._handle(item.message)
            case Connected():
                self._announce = True
            case Disconnected():
                self._lost(item)
            case Denied():
                _log.error("%s: %s", self._port.device, item.reason)
            case Stop():
                self._stopping = True
            case _:
                raise AssertionError(f"{item!r} does not belong in a device's inbox")

    def _lost(self, loss: Disconnected) -> None:
        _log.warning("%s: %s", self._port.device, loss.reason)
        if loss.losses == LOSSES_MAX + 1:
            _log.error(
                "%s: %d connections lost within a minute: is there a second device of this name?",
                self._port.device,
                loss.losses,
            )

    def _read(self, arrival: Arrival) -> None:
        if arrival.retain:  # a stale command, or a ghost: F22
            self._ignore(arrival, "retained")
            return
        try:
            heard = self._port.read(arrival)
        except Unreadable as fault:
            self._ignore(arrival, str(fault))
            return
        match heard:
            case Delivery():
                self._handle(heard.message)
            case WorkOrdered():
                self._order(arrival, heard)
            case Settled():
                if self._postman.settle((heard.boot, heard.seq)) and heard.word is not None:
                    self._handle(heard.word)
            case None:
                self._ignore(arrival, "for somebody else")

    def _order(self, arrival: Arrival, work: WorkOrdered[In]) -> None:
        content = hashlib.blake2b(work.content, digest_size=16).digest()
        known = self._done.get(work.id) or self._memory.done(work.id)
        if known is not None and known.content != content:
            self._ignore(arrival, f"{work.id} came before with other content")
            return
        if known is not None and known.boot == self._number:
            self._ignore(arrival, f"{work.id} is known")
            return
        self._done[work.id] = Done(work.id, self._number, content)
        self._handle(work.message if known is None else work.again)

    def _ignore(self, arrival: Arrival, why: str) -> None:
        self.ignored += 1
        _log.info("%s: ignored on %s: %s", self._port.device, arrival.topic, why)

    # ── what follows ──

    def _handle(self, message: In | TimePassed) -> None:
        now = self._tick()
        for out in self._actor.handle(message, now):
            if not self._port.needs_receipt(out):
                self._changed[type(out)] = out
                continue
            self._seq += 1
            written = self._port.write(out, Stamp(self._number, self._seq, now))
            self._events.append(Event((self._number, self._seq), written.topic, written.payload))

    def _write_down(self) -> None:
        if self._events or self._done:
            self._memory.record(self._events, list(self._done.values()))
        self._events.clear()
        self._done.clear()

    def _tell(self) -> None:
        for arrival in self._arrivals:
            self._wire.ack(arrival)
        self._arrivals.clear()
        self._pictures.update(self._changed)
        now = self._seconds()
        if self._announce:
            self._wire.publish(self._port.hello(self.stamp()))
        if self._announce or (self._port.heartbeat and self._pictures and now >= self._beat_at):
            self._changed.update(self._pictures)
            self._beat_at = now + self._heartbeat_s
        for picture in self._changed.values():
            self._wire.publish(self._port.write(picture, self.stamp()))
        self._changed.clear()
        if self._announce:
            self._postman.connected()
        else:
            self._postman.work()
        self._announce = False

    # ── time ──

    def _tick(self) -> Instant:
        self._now = max(self._now, self._clock())
        return self._now

    def wait_s(self) -> float:
        """How long nothing is to be done if nothing arrives."""
        waits = [IDLE_S]
        deadline = self._actor.deadline
        if deadline is not None:
            waits.append(max(0.0, (deadline - self._tick()) / 1000 / self._speed))
        if self._pictures and self._port.heartbeat:
            waits.append(max(0.0, self._beat_at - self._seconds()))
        resend = self._postman.wait_s()
        if resend is not None:
            waits.append(resend)
        return min(waits)
