"""The coordinator among liars: any bytes on any topic beside a valid day, and it goes on (F31–F33)."""

import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest

from shopfloor.contract import codec, vda5050_wire
from shopfloor.contract.actor import SECOND, Instant, TimePassed
from shopfloor.contract.codec import Connection, Receipt, decode_receipt, encode, encode_plain, topic
from shopfloor.contract.events import (
    DeviceConnected,
    DeviceLost,
    Heard,
    RobotConnectionReported,
    RobotFactsheetReported,
    RobotReported,
)
from shopfloor.contract.vda5050 import MalformedVda
from shopfloor.service.coordinator import Arrived, Post
from shopfloor.service.replay import replay_all
from tests.conftest import Mosquitto
from tests.hostile.decoders import IDENTITY, STORE
from tests.hostile.sisters import every_kind, vocabulary
from tests.hostile.test_core import day
from tests.hostile.test_decoders import HOSTILE, TOPICS, changed_somewhere, kept
from tests.service.test_coordinator import Shop, receipts
from tests.shop.test_from_outside import KIOSK, Watcher, opened, taken
from tests.shop.test_from_outside import Shop as ServedShop

BATCH_MAX = 40
ROBOT_STATES = [name for name, _ in vda5050_wire.from_robot(IDENTITY) if name.endswith("/state")]
Eventually = Callable[[Callable[[], object], str], None]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.journal.close()


class Wires:
    """Puts what devices say on the wire, each with a numbering of its own."""

    def __init__(self) -> None:
        self._seq: dict[str, int] = {}

    def arrived(self, heard: Heard) -> Arrived | None:
        """None for what no robot could say in the words of its version."""
        match heard.event:
            case (
                RobotReported(state=words)
                | RobotConnectionReported(connection=words)
                | RobotFactsheetReported(factsheet=words)
            ):
                try:
                    sent = vda5050_wire.encode(words)
                except MalformedVda:
                    return None
                return Arrived(sent.topic, sent.payload)
            case DeviceConnected() | DeviceLost() as event:
                presence = Connection(online=isinstance(event, DeviceConnected), boot=1)
                return Arrived(topic(STORE, heard.device, "connection"), encode_plain(presence))
            case event:
                seq = self._seq[heard.device] = self._seq.get(heard.device, 0) + 1
                return Arrived(topic(STORE, heard.device, "event"), encode(event, 1, seq, 0))


def of_kiosk(posts: list[Post]) -> list[Receipt]:
    return [decode_receipt(post.payload) for post in posts if post.topic == f"{KIOSK}/receipt"]


# ── without wires ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_f31_whatever_arrives_on_whatever_topic_the_next_ticket_has_its_receipt(shop: Shop, payload: bytes) -> None:
    posts = shop.take(
        *(Arrived(name, payload) for name in TOPICS),
        Arrived(f"{KIOSK}/event", taken(1).encode()),
    )
    assert [(receipt.status, receipt.seq) for receipt in of_kiosk(posts)] == [("committed", 1)]
    journaled = shop.rows("SELECT code, reason FROM entry WHERE outcome = 'unreadable'")
    assert len(journaled) == shop.coordinator.counts.unreadable >= 4
    assert all(code and reason for code, reason in journaled)
    assert shop.coordinator.counts.quarantined == 0
    assert replay_all(shop.url).floor.digest() == shop.coordinator.floor.digest()


def test_f31_a_day_in_batches_with_garbage_between_its_messages(shop: Shop) -> None:
    """Valid events in order, and beside each one its bytes with a few of them changed, or what the fuzzer found."""
    chance, wires, now = Random(31), Wires(), 0
    valid: list[tuple[Instant, Arrived | None]] = [
        (at, wires.arrived(said) if isinstance(said, Heard) else None) for at, said in day(11)
    ]
    heard = [arrived for _, arrived in valid if arrived is not None]
    found = [payload for name, payload in kept() if name == "event"]
    said = 0
    for start in range(0, len(valid), BATCH_MAX):
        batch: list[Arrived] = []
        for at, arrived in valid[start : start + BATCH_MAX]:
            now = at
            if arrived is None:
                continue
            said += arrived.topic.endswith("/event")
            other = chance.choice(heard).payload
            spoilt = changed_somewhere(arrived.payload, other, chance, as_tree=chance.random() < 0.5)
            batch += [arrived, Arrived(arrived.topic, spoilt), Arrived(chance.choice(TOPICS), chance.choice(found))]
        shop.now = max(shop.now, now)
        shop.take()
        posts = shop.take(*batch)
        for post in posts:
            if post.topic.endswith("/receipt"):
                decode_receipt(post.payload)
    counts = shop.coordinator.counts
    assert counts.quarantined == 0
    assert counts.unreadable > len(heard) // 4
    assert shop.rows("SELECT count(*) FROM entry WHERE outcome = 'unreadable' AND reason = ''") == [(0,)]
    assert shop.rows("SELECT count(*) FROM entry WHERE outcome = 'unreadable'") == [(counts.unreadable,)]
    assert counts.events >= said
    shop.coordinator.check_all()
    assert replay_all(shop.url).floor.digest() == shop.coordinator.floor.digest()


def test_f31_claims_of_every_kind_are_journaled_recorded_and_replayed(shop: Shop) -> None:
    """What passes the codec goes through the floor into the journal and the records, however extreme its values."""
    vocabulary()
    chance, wires = Random(8), Wires()
    for at, said in day(12)[:700]:
        shop.now = at
        if isinstance(said, TimePassed):
            shop.take()
        elif (arrived := wires.arrived(said)) is not None:
            shop.take(arrived)
    asked = 0
    for _ in range(2):
        shop.now += SECOND
        lies = every_kind(shop.coordinator.floor.books, chance)
        batch = [arrived for lie in lies if (arrived := wires.arrived(lie)) is not None]
        asked += sum(arrived.topic.endswith("/event") for arrived in batch)
        told = receipts(shop.take(*batch))
        assert len(told) >= len({arrived.payload for arrived in batch if arrived.topic.endswith("/event")}) - 8
        assert all(receipt.reason.isprintable() for receipt in told)
    assert asked > 200
    assert shop.coordinator.counts.quarantined == 0
    shop.coordinator.write_kpis()
    shop.take()
    shop.coordinator.check_all()
    assert replay_all(shop.url).floor.digest() == shop.coordinator.floor.digest()


def test_a_robot_that_counts_beyond_every_limit_is_heard_and_journaled(shop: Shop) -> None:
    """JSON has no largest number; the journal's columns have."""
    said = next(said.event for _, said in day(11) if isinstance(said, Heard) and isinstance(said.event, RobotReported))
    sent = vda5050_wire.encode(said.state)
    for field in ("headerId", "orderUpdateId", "lastNodeSequenceId"):
        plain = msgspec.json.decode(sent.payload)
        for number in (2**63, 2**64, 10**40, -(10**40)):
            shop.take(Arrived(sent.topic, msgspec.json.encode({**plain, field: number})))
    assert shop.coordinator.counts.quarantined == 0
    assert replay_all(shop.url).floor.digest() == shop.coordinator.floor.digest()


# ── on a real broker ────────────────────────────────────────────────────────────────────────────


def test_f31_f33_hostile_payloads_on_a_real_broker_stop_neither_the_process_nor_its_network_threads(
    mosquitto: Mosquitto, tmp_path: Path, eventually: Eventually
) -> None:
    """Each class of device has a session of its own: what is said to one is asked of each afterwards."""
    fits = [payload for payload in HOSTILE.values() if 0 < len(payload) < codec.PAYLOAD_MAX - 200]
    with opened(mosquitto, tmp_path, eventually) as shop, closing(Watcher(mosquitto.port)) as watcher:
        eventually(lambda: watcher.hears(shop), "the watcher on the broker")
        for payload in (*fits, b"x" * 60_000, b'{"a":"' + b"\\u0000" * 9_000 + b'"}'):
            for name in (f"{KIOSK}/event", f"{KIOSK}/connection", *ROBOT_STATES):
                shop.say(name, payload)
        _says_raw(mosquitto.port, b"shopfloor/v1/" + STORE.encode() + b"/queue/\xff\xfe/event")
        lives_on(shop, watcher, eventually)
        assert shop.end() == 0
        assert "Traceback" not in shop.said()


def lives_on(shop: ServedShop, watcher: Watcher, eventually: Eventually) -> None:
    """Events of two classes and a robot's state all arrive: no session has gone deaf."""
    shop.say(f"{KIOSK}/event", taken(1))
    assert watcher.next(f"{KIOSK}/receipt", lambda each: each["seq"] == 1)["status"] == "committed"
    board = f"shopfloor/v1/{STORE}/board/by-hand"
    closed = {"kind": "DayClosed", "boot": 1, "seq": 1, "sent_at": 0, "body": {}}
    shop.say(f"{board}/event", json.dumps(closed))
    assert watcher.next(f"{board}/receipt", lambda each: each["seq"] == 1)["status"] == "committed"
    told = "SELECT count(*) FROM entry WHERE kind = 'RobotReported'"
    said = next(said.event for _, said in day(11) if isinstance(said, Heard) and isinstance(said.event, RobotReported))
    sent = vda5050_wire.encode(said.state)
    shop.say(sent.topic, sent.payload)
    eventually(lambda: shop.rows(told) != [(0,)], "a robot's state in the journal")


def _says_raw(port: int, name: bytes) -> None:
    """A publish by hand, since no client library sends a topic that is no UTF-8; the broker may hang up on it."""

    def packet(kind: int, body: bytes) -> bytes:
        assert len(body) < 128
        return bytes([kind, len(body)]) + body

    with socket.create_connection(("127.0.0.1", port), timeout=5.0) as wire:
        wire.sendall(packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x0a\x00\x03raw"))
        assert wire.recv(4)[:1] == b"\x20"
        wire.sendall(packet(0x30, len(name).to_bytes(2, "big") + name + b"{}"))
        wire.settimeout(0.3)
        with contextlib.suppress(TimeoutError, ConnectionError):
            wire.recv(1)
