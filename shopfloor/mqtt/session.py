"""One connection to a broker. The only file that knows paho.

paho runs a thread for each connection, and an exception in one of its callbacks ends that thread in silence while
`is_connected()` still says True. So the callbacks here only put items into an `Inbox`, and the inbox looks at the
threads whenever its owner waits: a connection that has gone deaf raises `NetworkThreadDead` in the owner's own loop.
"""

import contextlib
import queue
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from shopfloor.mqtt.address import parse_broker_url

INFLIGHT_MAX: Final = 20
"""Unacknowledged publishes; measured best: 3 500 messages/s with 1, 7 600 with 20, 2 400 with 2 000."""

WAITING_MAX: Final = 2_000
"""Arrivals of one session that may wait in an inbox; above it QoS 0 is dropped and counted, as MQTT allows.
QoS 1 is bounded by the broker, which sends no more while its in-flight window is unacknowledged."""

QUEUED_MAX: Final = 20_000
"""Publishes that may wait inside paho."""

KEEPALIVE_S: Final = 10
"""After a cut cable the broker speaks our last will after 1.5 times this."""

WATCH_S: Final = 2.0
"""A dead network thread is noticed at the latest after this."""

FAREWELL_S: Final = 1.0
"""How long a leaving client waits for the broker to have heard its last word."""

LOSSES_WINDOW_S: Final = 60.0
LOSSES_REMEMBERED: Final = 100

_chance = random.SystemRandom()


class NetworkThreadDead(Exception):
    """The connection looks alive and hears nothing; only a restart of the process helps."""


class Wire(Protocol):
    """A connection to a broker, as those see it who speak and hear over it."""

    client_id: str
    taken: int
    """Arrivals that the inbox's owner has taken out; written by the inbox only."""

    @property
    def connected(self) -> bool: ...

    def publish(self, publication: "Publication") -> bool:
        """Hand over to the broker if there is one; False means that it was not even tried."""

    def ack(self, arrival: "Arrival") -> None:
        """Tell the broker that this arrival is safe. After a reconnect it comes again, under a new number."""


class Publication(Struct, frozen=True):
    """Bytes on their way out."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class Arrival(Struct, frozen=True):
    """Bytes that came in. ``connection`` counts the session's connections: an acknowledgement is valid in one."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    dup: bool
    mid: int
    connection: int
    session: Wire


class Connected(Struct, frozen=True):
    """The session is there (again) and the broker has its subscriptions: time to tell everything anew."""

    session: Wire


class Disconnected(Struct, frozen=True):
    """The session is gone, or could not come; paho tries again by itself.

    ``losses`` is how many connections were lost in the last minute: more than a few mean that somebody else uses
    our name, and that we and they throw each other out in turn.
    """

    session: Wire
    reason: str
    losses: int


class Denied(Struct, frozen=True):
    """The broker will not have us (wrong password, forbidden topic), and says so."""

    session: Wire
    reason: str


class Inbox:
    """Where sessions, and anybody else, put what one owner takes out, in order of arrival."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._sessions: list[Session] = []

    def put(self, item: object) -> None:
        """From any thread; never blocks."""
        self._items.put(item)

    def watch(self, session: "Session") -> None:
        """Look at this session's network thread from now on."""
        self._sessions.append(session)

    def unwatch(self, session: "Session") -> None:
        """Stop looking, since the session is being closed."""
        if session in self._sessions:
            self._sessions.remove(session)

    def take(self, limit: int, wait_s: float) -> list[object]:
        """Wait at most ``wait_s`` for the first item, then take what is there, at most ``limit``."""
        first = self._first(wait_s)
        if first is None:
            return []
        items = [first]
        with contextlib.suppress(queue.Empty):
            while len(items) < limit:
                items.append(self._items.get_nowait())
        for item in items:
            if isinstance(item, Arrival):
                item.session.taken += 1
        return items

    def _first(self, wait_s: float) -> object | None:
        until = time.monotonic() + wait_s
        while True:
            for session in self._sessions:
                session.check()
            left = until - time.monotonic()
            try:
                return self._items.get(timeout=max(0.0, min(left, WATCH_S)))
            except queue.Empty:
                if left <= WATCH_S:
                    return None


class Session:
    """A connection that comes back by itself, with jitter, and loses nothing that was not acknowledged.

    ``clean=False`` has the broker keep what arrives for us while we are away; then ``client_id`` must stay the same.
    Messages are acknowledged by hand, after whatever makes them safe.
    """

    def __init__(
        self, broker_url: str, client_id: str, inbox: Inbox, *, will: Publication | None = None, clean: bool = True
    ) -> None:
        broker = parse_broker_url(broker_url)
        self.client_id = client_id
        self.connections = 0
        self.dropped = 0
        """QoS 0 messages that found the inbox full."""
        self.taken = 0
        self._arrived = 0
        self._inbox = inbox
        self._filters: list[tuple[str, int]] = []
        self._losses: deque[float] = deque(maxlen=LOSSES_REMEMBERED)
        self._subscribing: int | None = None
        self._closing = False
        self._network: threading.Thread | None = None
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=clean,
            protocol=MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
        )
        if broker.username is not None:
            self._client.username_pw_set(broker.username, broker.password)
        if will is not None:
            self._client.will_set(will.topic, will.payload, will.qos, will.retain)
        self._tune()
        self._client.connect_async(broker.host, broker.port, keepalive=KEEPALIVE_S)

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def subscribe(self, filters: Sequence[tuple[str, int]]) -> None:
        """Hear these topic filters, each with its QoS, on this connection and every later one."""
        self._filters += filters
        if self.connected:
            self._client.subscribe(list(filters))

    def open(self) -> None:
        """Start to connect, and keep trying; `Connected` in the inbox tells of success."""
        self._inbox.watch(self)
        self._client.loop_start()

    def publish(self, publication: Publication) -> bool:
        if not self.connected:
            return False
        done = self._client.publish(publication.topic, publication.payload, publication.qos, retain=publication.retain)
        return done.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def ack(self, arrival: Arrival) -> None:
        if arrival.qos and arrival.connection == self.connections and self.connected:
            self._client.ack(arrival.mid, arrival.qos)

    def check(self) -> None:
        """Raise NetworkThreadDead if nobody reads the socket any more."""
        if self._network is not None and not self._network.is_alive() and not self._closing:
            raise NetworkThreadDead(f"{self.client_id}: the network thread has died; this process hears nothing")

    def close(self, last: Publication | None = None) -> None:
        """Leave in good order: the last will is not spoken, ``last`` is said instead."""
        self._closing = True
        self._inbox.unwatch(self)
        if last is not None and self.connected:
            said = self._client.publish(last.topic, last.payload, last.qos, retain=last.retain)
            with contextlib.suppress(RuntimeError, ValueError):  # the connection went in this very moment
                said.wait_for_publish(FAREWELL_S)
        self._client.disconnect()
        self._client.loop_stop()

    def _tune(self) -> None:
        self._client.max_inflight_messages_set(INFLIGHT_MAX)
        self._client.max_queued_messages_set(QUEUED_MAX)
        shortest = _chance.uniform(0.2, 0.6)
        self._client.reconnect_delay_set(shortest, shortest * 16)  # type: ignore[arg-type]  # any number of seconds
        self._client.on_pre_connect = self._on_pre_connect
        self._client.on_socket_open = self._on_socket_open
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    # The callbacks run in paho's thread: they may enqueue and nothing else.

    def _on_pre_connect(self, _client: Client, _userdata: object) -> None:
        self._network = threading.current_thread()

    def _on_socket_open(self, _client: Client, _userdata: object, sock: object) -> None:
        if isinstance(sock, socket.socket):
            with contextlib.suppress(OSError):  # closed again already: the loop will see it
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, code: ReasonCode, _more: Properties | None
    ) -> None:
        if code.is_failure:
            self._inbox.put(Denied(self, f"connection refused: {code}"))
            return
        self.connections += 1
        if self._filters:
            _, self._subscribing = client.subscribe(list(self._filters))
        else:
            self._inbox.put(Connected(self))

    def _on_connect_fail(self, _client: Client, _data: object) -> None:
        self._inbox.put(Disconnected(self, "the broker cannot be reached", len(self._losses)))

    def _on_disconnect(
        self, _client: Client, _data: object, _flags: DisconnectFlags, code: ReasonCode, _more: Properties | None
    ) -> None:
        if self._closing:
            return
        now = time.monotonic()
        self._losses.append(now)
        recent = sum(1 for lost in self._losses if now - lost <= LOSSES_WINDOW_S)
        self._inbox.put(Disconnected(self, str(code), recent))

    def _on_subscribe(
        self, _client: Client, _data: object, mid: int, codes: list[ReasonCode], _more: Properties | None
    ) -> None:
        if any(code.is_failure for code in codes):
            self._inbox.put(Denied(self, f"subscription refused: {', '.join(str(code) for code in codes)}"))
        if mid == self._subscribing:
            self._inbox.put(Connected(self))

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if message.qos == 0 and self._arrived - self.taken >= WAITING_MAX:
            self.dropped += 1
            return
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""  # no topic of anybody; the owner acknowledges and ignores it
        self._arrived += 1
        self._inbox.put(
            Arrival(
                topic,
                bytes(message.payload),
                message.qos,
                message.retain,
                message.dup,
                message.mid,
                self.connections,
                self,
            )
        )
