"""What a client asks at its start: does the broker let me speak and hear, and does it answer at once?"""

import logging
import statistics
import time
from typing import Final

from shopfloor.mqtt.session import Arrival, Connected, Denied, Inbox, Publication, Session

ROUNDS: Final = 9
ANSWER_S: Final = 10.0
SLOW_MS: Final = 20.0
"""On loopback or a LAN only Nagle's algorithm is this slow: without TCP_NODELAY a round trip takes 44 ms or 88."""

_log = logging.getLogger(__name__)


class SelfTestFailed(RuntimeError):
    """The broker cannot be reached, or does not let us speak and hear on a topic of our own."""


def round_trip_ms(broker_url: str, client_id: str, topic: str) -> float:
    """Speak and hear on one's own ``topic`` a few times; the median in ms. Logs an error if that is slow.

    Raises SelfTestFailed: a broker denies a topic in silence, so not hearing oneself is the only sign.
    """
    inbox = Inbox()
    session = Session(broker_url, client_id, inbox)
    session.subscribe([(topic, 1)])
    session.open()
    try:
        _connect(inbox)
        took_ms = statistics.median(_round_trip(session, inbox, topic) for _ in range(ROUNDS))
    finally:
        session.close()
    if took_ms > SLOW_MS:
        _log.error(
            "%s: %.0f ms for one round trip. TCP_NODELAY is off: set_tcp_nodelay true in mosquitto.conf, "
            "or every answer of the shop comes that much later",
            broker_url,
            took_ms,
        )
    return took_ms


def _connect(inbox: Inbox) -> None:
    until = time.monotonic() + ANSWER_S
    while (left := until - time.monotonic()) > 0:
        for item in inbox.take(1, left):
            if isinstance(item, Denied):
                raise SelfTestFailed(item.reason)
            if isinstance(item, Connected):
                return
    raise SelfTestFailed(f"no broker within {ANSWER_S:.0f} s")


def _round_trip(session: Session, inbox: Inbox, topic: str) -> float:
    """Two messages at once, acknowledged late: Nagle's algorithm holds the second until the first is acknowledged."""
    began = time.perf_counter()
    for _ in range(2):
        session.publish(Publication(topic, b"{}"))
    heard: list[Arrival] = []
    while len(heard) < 2:
        items = inbox.take(1, ANSWER_S)
        if not items:
            raise SelfTestFailed(f"{topic}: what we say there does not come back; the broker's access list denies it")
        heard += [item for item in items if isinstance(item, Arrival)]
    took_ms = (time.perf_counter() - began) * 1000
    for arrival in heard:
        session.ack(arrival)
    return took_ms
