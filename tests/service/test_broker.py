"""The demo's broker and the shop's: they start, answer, carry a device's events, and leave nothing behind."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from msgspec import Struct

from shopfloor.contract.codec import Receipt, decode_event, encode_plain, topic, topic_filter
from shopfloor.contract.events import CustomerLeft
from shopfloor.mqtt import Arrival, Connected, DeviceDriver, Inbox, Publication, Session, ShopPort, round_trip_ms
from shopfloor.mqtt import postman as postman_module
from shopfloor.mqtt.selftest import SLOW_MS
from shopfloor.service.broker import (
    MOSQUITTO_LIMITS,
    BrokerDidNotStart,
    EmbeddedBroker,
    free_port,
    mosquitto_conf,
)

TICKETS = [f"A{number:03}" for number in range(100)]


class Waved(Struct, frozen=True):
    """A customer waves at the camera and goes."""

    ticket: str


class Camera:
    """A device with one thing to say."""

    deadline = None

    def handle(self, message, _now):
        return [CustomerLeft(ticket=message.ticket)] if isinstance(message, Waved) else []


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# ── embedded ──


def test_the_demos_broker_answers_at_once(embedded_broker, caplog):
    assert round_trip_ms(embedded_broker.url, "probe", "t/probe") < SLOW_MS
    assert not caplog.records


def test_the_demos_broker_keeps_presence_for_who_comes_later(embedded_broker):
    inbox = Inbox()
    early = Session(embedded_broker.url, "early", inbox)
    late = Session(embedded_broker.url, "late", inbox)
    late.subscribe([("t/presence", 1)])
    try:
        early.open()
        assert inbox.take(1, 10.0) == [Connected(early)]
        assert early.publish(Publication("t/presence", b"here", retain=True))
        assert round_trip_ms(embedded_broker.url, "probe", "t/probe") > 0
        late.open()
        items = [item for _ in range(2) for item in inbox.take(1, 10.0)]
        (arrival,) = [item for item in items if isinstance(item, Arrival)]
        assert (arrival.payload, arrival.retain) == (b"here", True)
    finally:
        early.close()
        late.close()


def test_a_devices_events_survive_the_restart_of_the_demos_broker(tmp_path, monkeypatch, eventually):
    monkeypatch.setattr(postman_module, "RESEND_S", 0.2)
    broker = EmbeddedBroker(free_port())
    broker.start()
    inbox = Inbox()
    floor = Session(broker.url, "floor", inbox)
    floor.subscribe([(topic_filter("s1", "camera", "event"), 1)])
    floor.open()
    port = ShopPort("s1", "camera/k1", ())
    driver = DeviceDriver(Camera(), port, broker_url=broker.url, state_directory=tmp_path, clock=lambda: 1)
    driver.start()
    journal = {}

    def hear():
        for item in inbox.take(100, 0.05):
            if isinstance(item, Arrival):
                letter = decode_event(item.payload)
                journal.setdefault((letter.boot, letter.seq), letter.message.ticket)
                receipt = Receipt(boot=letter.boot, seq=letter.seq, status="committed")
                floor.publish(Publication(topic("s1", "camera/k1", "receipt"), encode_plain(receipt)))
                floor.ack(item)
        return len(journal)

    try:
        for ticket in TICKETS[:50]:
            driver.touch(Waved(ticket))
        eventually(lambda: hear() >= 20, "some are through")
        broker.stop()
        for ticket in TICKETS[50:]:
            driver.touch(Waved(ticket))
        broker.start()
        eventually(lambda: hear() == len(TICKETS) and driver.backlog == 0, "all are through")
        assert list(journal.values()) == TICKETS
    finally:
        driver.stop()
        floor.close()
        broker.stop()


def test_the_demos_broker_ends_when_it_is_stopped():
    with EmbeddedBroker() as broker:
        pid, port = broker.pid, broker.port
        assert answers(port)
    assert not is_alive(pid)
    assert not answers(port)


def test_the_demos_broker_ends_when_its_parent_is_killed(eventually):
    program = (
        "import sys; from shopfloor.service.broker import EmbeddedBroker; b = EmbeddedBroker(); b.start();"
        "print(b.port, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        port = int(parent.stdout.readline())
        assert answers(port)
        parent.kill()
    eventually(lambda: not answers(port), "nobody listens any more")


def test_a_broker_on_a_port_that_is_taken_says_so():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BrokerDidNotStart):
        EmbeddedBroker(taken.getsockname()[1]).start()


def test_by_hand_the_broker_runs_until_interrupted(eventually):
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "shopfloor.service.broker", "--port", str(port)]) as process:
        try:
            eventually(lambda: answers(port), "it answers")
            process.send_signal(signal.SIGINT)
            assert process.wait(10.0) == 0
        finally:
            process.kill()


# ── mosquitto ──


def test_every_limit_of_the_shop_is_in_the_configuration_and_mosquitto_takes_it(mosquitto, tmp_path):
    conf = mosquitto_conf(mosquitto.port, tmp_path)
    for option, value in MOSQUITTO_LIMITS.items():
        assert f"\n{option} {value}\n" in conf
    assert answers(mosquitto.port)
    assert "rror" not in (tmp_path / "mosquitto.log").read_text()


def test_an_open_listener_is_bound_to_loopback_and_one_with_passwords_is_not(tmp_path):
    alone = mosquitto_conf(1883, tmp_path)
    assert "listener 1883 127.0.0.1\n" in alone
    assert "allow_anonymous true" in alone
    shop = mosquitto_conf(1883, tmp_path, password_file=tmp_path / "passwords", acl_file=tmp_path / "acl")
    assert "listener 1883\n" in shop
    assert "allow_anonymous false" in shop
    assert "use_username_as_clientid true" in shop
    assert f"acl_file {tmp_path / 'acl'}" in shop


def test_no_option_shares_its_line_with_a_comment_which_mosquitto_would_read_as_its_value(tmp_path):
    assert "#" not in mosquitto_conf(1883, tmp_path)
