"""A broker and its wires as bad as MQTT allows: what was acknowledged may be lost, come twice, late or out of turn.

Sessions, retained messages, last wills and the two qualities of service are those of MQTT 3.1.1. What a message meets
on its way is decided by the ``Weather``.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Final, Protocol, TypeAlias

from shopfloor.contract.actor import SECOND, Instant
from shopfloor.mqtt import Arrival, Connected, Disconnected, Publication
from simulations.stage import Stage

QUEUE_MAX: Final = 20_000
"""Messages that wait for one absent session; more are dropped."""
PAST_MAX: Final = 200
MATCHES_MAX: Final = 50_000
RECONNECT_MS: Final = (200, 4 * SECOND)
WILL_AFTER: Final = 15 * SECOND
"""After a cut cable: one and a half times the keep-alive."""

Deliver: TypeAlias = Callable[[object], None]


class Weather(Protocol):
    """What happens to a message on its way."""

    def copies(self, line: "Line", publication: Publication, *, up: bool) -> Sequence[int]:
        """After how many ms each copy comes out at the other end; empty: lost."""

    def between_ms(self, least: int, most: int) -> int:
        """Some while between these."""


class Line:
    """One client's connection: a ``Wire``, seen from the client; a session, seen from the broker."""

    def __init__(
        self,
        broker: "Broker",
        client_id: str,
        filters: Sequence[tuple[str, int]],
        deliver: Deliver,
        *,
        will: Publication | None = None,
        clean: bool = True,
    ) -> None:
        self.client_id = client_id
        self.taken = 0
        self.connections = 0
        self.will = will
        self.clean = clean
        self.filters: Final = tuple(filters)
        self.place: Final = broker.stage.next_place()
        self.unacknowledged: dict[int, Publication] = {}
        self.waiting: deque[Publication] = deque(maxlen=QUEUE_MAX)
        self._broker = broker
        self._deliver = deliver
        self._connected = False
        self._wanted = False

    # ── as its owner sees it ──

    @property
    def connected(self) -> bool:
        return self._connected

    def open(self) -> None:
        """Connect, and again whenever it is lost."""
        self._wanted = True
        self._try_later()

    def publish(self, publication: Publication) -> bool:
        if not self._connected:
            return False
        self._broker.carry_up(self, publication)
        return True

    def ack(self, arrival: Arrival) -> None:
        if arrival.qos and arrival.connection == self.connections and self._connected:
            self.unacknowledged.pop(arrival.mid, None)

    def drop(self) -> None:
        """Its owner is dead: the socket closes, and the broker speaks the last will."""
        self._wanted = False
        self._lose(will_after_ms=5)

    def break_(self, *, cable: bool = False) -> None:
        """The connection goes; its owner notices, and comes again."""
        was = self._connected
        self._lose(will_after_ms=WILL_AFTER if cable else 5)
        if was:
            self._deliver(Disconnected(self, "the connection is gone", 1))
        if self._wanted:
            self._try_later()

    # ── as the broker sees it ──

    def connect(self) -> None:
        if self._connected or not self._wanted:
            return
        if not self._broker.is_up:
            self._try_later()
            return
        self._connected = True
        self.connections += 1
        if self.clean:
            self.unacknowledged.clear()
            self.waiting.clear()
        self._deliver(Connected(self))
        again = list(self.unacknowledged.values())
        self.unacknowledged.clear()
        for publication in (*self._broker.retained_for(self), *again, *self.waiting):
            self._broker.carry_down(self, publication)
        self.waiting.clear()

    def arrive(self, publication: Publication, connection: int, mid: int, _now: Instant) -> None:
        """At this end of the wire; what comes over a connection that is gone does not come."""
        if self._connected and connection == self.connections:
            topic, qos = publication.topic, publication.qos
            content = (topic, publication.payload, qos, publication.retain)
            self._deliver(Arrival(*content, dup=False, mid=mid, connection=connection, session=self))

    def forget(self) -> None:
        """The broker has lost its memory."""
        self.unacknowledged.clear()
        self.waiting.clear()

    def _lose(self, will_after_ms: int) -> None:
        if not self._connected:
            return
        self._connected = False
        if self.will is not None and self._broker.is_up:
            spoken, connections = self.will, self.connections
            self._broker.stage.after(will_after_ms, partial(self._speak_will, spoken, connections), self.place)

    def _speak_will(self, will: Publication, connections: int) -> None:
        if not self._connected or connections == self.connections:
            self._broker.receive(will, 0)

    def _try_later(self) -> None:
        self._broker.stage.after(self._broker.weather.between_ms(*RECONNECT_MS), self.connect, self.place)


class Broker:
    """Takes from whoever is connected, and gives to whoever wants to hear."""

    def __init__(self, stage: Stage, weather: Weather) -> None:
        self.stage: Final = stage
        self.weather: Final = weather
        self.is_up = True
        self.lines: dict[str, Line] = {}
        self.past: deque[Publication] = deque(maxlen=PAST_MAX)
        """Devices' events that came by lately, for whoever wants to send them again."""
        self.overheard: list[Callable[[Line, Publication], None]] = []
        """Told of everything that a client says, before it meets the weather."""
        self._retained: dict[str, Publication] = {}
        self._hearers: dict[str, tuple[Line, ...]] = {}
        self._mid = 0

    def line(
        self,
        client_id: str,
        filters: Sequence[tuple[str, int]],
        deliver: Deliver,
        *,
        will: Publication | None = None,
        clean: bool = True,
    ) -> Line:
        """A client's connection, not yet open. One of the same name throws the other out for good."""
        before = self.lines.get(client_id)
        if before is not None:
            before.drop()
        made = self.lines[client_id] = Line(self, client_id, filters, deliver, will=will, clean=clean)
        if before is not None and not clean:
            made.unacknowledged, made.waiting = before.unacknowledged, before.waiting
        self._heard_by(made, instead_of=before)
        return made

    def carry_up(self, line: Line, publication: Publication) -> None:
        """Whatever becomes of it on the way: it has been said."""
        for overhear in self.overheard:
            overhear(line, publication)
        for delay in self.weather.copies(line, publication, up=True):
            self.stage.note(self.stage.now + delay, line.place, partial(self.receive, publication))

    def carry_down(self, line: Line, publication: Publication) -> None:
        self._mid += 1
        mid, connection = self._mid, line.connections
        if publication.qos:
            line.unacknowledged[mid] = publication
        for delay in self.weather.copies(line, publication, up=False):
            self.stage.note(self.stage.now + delay, line.place, partial(line.arrive, publication, connection, mid))

    def receive(self, publication: Publication, _now: Instant) -> None:
        """Here: keep it if it is to be kept, pass it on to whoever is there, keep it for whoever is away."""
        if not self.is_up:
            return
        if publication.retain:
            self._retained[publication.topic] = publication
        elif publication.topic.endswith("/event"):
            self.past.append(publication)
        passed_on = _plain(publication)
        for line in self._hearers_of(publication.topic):
            if line.connected:
                self.carry_down(line, passed_on)
            elif publication.qos and not line.clean:
                line.waiting.append(passed_on)

    def retained_for(self, line: Line) -> list[Publication]:
        return [each for topic, each in self._retained.items() if any(matches(f, topic) for f, _ in line.filters)]

    def restart(self, down_ms: int, *, forgets: bool) -> None:
        """It stops; all connections go; after a while it is there again."""
        self.is_up = False
        for line in list(self.lines.values()):
            line.break_()
        if forgets:
            self._retained.clear()
            for line in self.lines.values():
                line.forget()
        self.stage.after(down_ms, self._come_up)

    def _come_up(self) -> None:
        self.is_up = True

    def _heard_by(self, line: Line, instead_of: Line | None) -> None:
        """Who comes again and wants to hear the same, takes the place of its former life."""
        if instead_of is None or instead_of.filters != line.filters:
            self._hearers.clear()
            return
        for topic, lines in self._hearers.items():
            if instead_of in lines:
                self._hearers[topic] = tuple(line if each is instead_of else each for each in lines)

    def _hearers_of(self, topic: str) -> tuple[Line, ...]:
        found = self._hearers.get(topic)
        if found is None:
            hearing = [line for line in self.lines.values() if any(matches(f, topic) for f, _ in line.filters)]
            found = self._hearers[topic] = tuple(hearing)
        return found


@lru_cache(maxsize=MATCHES_MAX)
def matches(topic_filter: str, topic: str) -> bool:
    """MQTT's rule, for filters with ``+`` and ``#``."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place >= len(levels) or level not in ("+", levels[place]):
            return False
    return len(wanted) == len(levels)


def _plain(publication: Publication) -> Publication:
    """To whoever is there when it comes, a retained message is like any other."""
    if not publication.retain:
        return publication
    return Publication(publication.topic, publication.payload, publication.qos)
