"""Sessions on a real mosquitto: what paho and brokers do behind one's back is noticed, named and survived."""

import subprocess
import sys
import time

import pytest

from shopfloor.mqtt import (
    Arrival,
    BadBrokerUrl,
    BrokerAddress,
    Connected,
    Denied,
    Disconnected,
    Inbox,
    NetworkThreadDead,
    Publication,
    SelfTestFailed,
    Session,
    parse_broker_url,
    round_trip_ms,
)
from shopfloor.mqtt import selftest as selftest_module
from shopfloor.mqtt import session as session_module
from shopfloor.service.broker import mosquitto_conf

BOUND_S = 15.0
PYTHON = (sys.executable, "-c")


@pytest.fixture
def open_session():
    """Sessions that the test need not close."""
    opened = []

    def connect(url, client_id, inbox, *, filters=(), **more):
        session = Session(url, client_id, inbox, **more)
        session.subscribe(filters)
        session.open()
        opened.append(session)
        return session

    yield connect
    for session in opened:
        session.close()


def await_item(inbox, kind, what=lambda _item: True):
    """Take until an item of this kind comes; the others are dropped."""
    until = time.monotonic() + BOUND_S
    while (left := until - time.monotonic()) > 0:
        for item in inbox.take(1, left):
            if isinstance(item, kind) and what(item):
                return item
    pytest.fail(f"no {kind.__name__} within {BOUND_S:.0f} s")
    return None


def await_bodies(inbox, count):
    """Take until so many payloads have come, acknowledging each."""
    bodies = []
    while len(bodies) < count:
        arrival = await_item(inbox, Arrival)
        arrival.session.ack(arrival)
        bodies.append(arrival.payload)
    return bodies


# ── coming, going and coming back ──


def test_a_message_goes_round_with_all_that_its_owner_must_know(mosquitto, open_session):
    inbox = Inbox()
    session = open_session(mosquitto.url, "desk", inbox, filters=[("t/+", 1)])
    await_item(inbox, Connected)
    assert session.publish(Publication("t/1", b"hello"))
    arrival = await_item(inbox, Arrival)
    assert (arrival.topic, arrival.payload, arrival.qos) == ("t/1", b"hello", 1)
    assert (arrival.retain, arrival.dup, arrival.session) == (False, False, session)


def test_without_a_broker_nothing_is_sent_and_the_caller_knows(open_session):
    inbox = Inbox()
    session = open_session("mqtt://127.0.0.1:1", "desk", inbox)
    assert "reached" in await_item(inbox, Disconnected).reason
    assert not session.publish(Publication("t/1", b"hello"))


def test_f17_after_a_kill_of_the_broker_the_session_comes_back_and_hears_again(mosquitto, open_session):
    inbox = Inbox()
    session = open_session(mosquitto.url, "desk", inbox, filters=[("t/+", 1)])
    await_item(inbox, Connected)
    mosquitto.kill()
    assert await_item(inbox, Disconnected).losses == 1
    mosquitto.start()
    await_item(inbox, Connected)
    session.publish(Publication("t/1", b"again"))
    assert await_item(inbox, Arrival).payload == b"again"


def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(mosquitto, open_session):
    inbox = Inbox()
    floor = Session(mosquitto.url, "floor", inbox, clean=False)
    floor.subscribe([("t/+", 1)])
    floor.open()
    await_item(inbox, Connected)
    for body in (b"1", b"2", b"3"):
        floor.publish(Publication("t/1", body))
    arrivals = [await_item(inbox, Arrival) for _ in range(3)]
    floor.ack(arrivals[0])
    floor.close()
    inbox = Inbox()
    open_session(mosquitto.url, "floor", inbox, clean=False)
    again = [await_item(inbox, Arrival) for _ in range(2)]
    assert [(each.payload, each.dup) for each in again] == [(b"2", True), (b"3", True)]


def test_f15_an_acknowledgement_from_before_a_reconnect_is_not_counted_for_another_message(mosquitto, open_session):
    inbox = Inbox()
    floor = open_session(mosquitto.url, "floor", inbox, filters=[("t/+", 1)], clean=False)
    await_item(inbox, Connected)
    floor.publish(Publication("t/1", b"1"))
    old = await_item(inbox, Arrival)
    mosquitto.stop()
    mosquitto.start()
    new = await_item(inbox, Arrival)
    assert (new.payload, new.dup, new.connection) == (b"1", True, old.connection + 1)
    floor.ack(old)
    mosquitto.stop()
    mosquitto.start()
    assert await_item(inbox, Arrival).payload == b"1"


def test_a_last_will_is_spoken_for_who_falls_silent_and_not_for_who_says_goodbye(mosquitto, open_session):
    inbox = Inbox()
    open_session(mosquitto.url, "floor", inbox, filters=[("t/presence", 1)])
    await_item(inbox, Connected)
    will = Publication("t/presence", b"broken", retain=True)
    polite = Session(mosquitto.url, "polite", Inbox(), will=will)
    polite.open()
    while not polite.connected:
        time.sleep(0.005)
    polite.close(Publication("t/presence", b"goodbye", retain=True))
    assert await_bodies(inbox, 1) == [b"goodbye"]
    program = (
        "import sys; from shopfloor.mqtt import *; i = Inbox();"
        "s = Session(sys.argv[1], 'gone', i, will=Publication('t/presence', b'broken', retain=True));"
        "s.open(); i.take(1, 15.0); s.publish(Publication('t/presence', b'here', retain=True)); i.take(1, 60.0)"
    )
    gone = subprocess.Popen([*PYTHON, program, mosquitto.url])
    try:
        assert await_bodies(inbox, 1) == [b"here"]
    finally:
        gone.kill()
        gone.wait()
    assert await_bodies(inbox, 1) == [b"broken"]


# ── what would go unnoticed ──


class BrokenInbox(Inbox):
    """An inbox that cannot take a message, as a full disk behind a careless callback could not."""

    def put(self, item):
        if isinstance(item, Arrival):
            raise OSError("no space left on device")
        super().put(item)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_f11_a_network_thread_that_died_in_a_callback_ends_its_owner_within_seconds(mosquitto, open_session):
    inbox = BrokenInbox()
    session = open_session(mosquitto.url, "floor", inbox, filters=[("t/+", 1)])
    await_item(inbox, Connected)
    session.publish(Publication("t/1", b"poison"))
    began = time.monotonic()
    with pytest.raises(NetworkThreadDead, match="floor"):
        inbox.take(1, 60.0)
    assert time.monotonic() - began < 3 * session_module.WATCH_S


def test_f30_a_message_over_the_limit_costs_its_sender_the_connection_and_nobody_else(mosquitto, open_session):
    careless, careful = Inbox(), Inbox()
    sender = open_session(mosquitto.url, "careless", careless)
    other = open_session(mosquitto.url, "careful", careful, filters=[("t/+", 1)])
    await_item(careless, Connected)
    await_item(careful, Connected)
    sender.publish(Publication("t/1", b"x" * 70_000, qos=0))
    await_item(careless, Disconnected)
    assert other.publish(Publication("t/1", b"small"))
    assert await_bodies(careful, 1) == [b"small"]


def test_f28_a_flood_of_one_class_at_qos_0_costs_another_class_no_event(mosquitto, open_session):
    inbox = Inbox()
    open_session(mosquitto.url, "floor-pad", inbox, filters=[("pad/+", 1)])
    spared = open_session(mosquitto.url, "floor-pos", inbox, filters=[("pos/+", 1)])
    devices = Inbox()
    device = open_session(mosquitto.url, "devices", devices)
    for heard in (inbox, inbox, devices):
        await_item(heard, Connected)
    for number in range(4 * session_module.WAITING_MAX):
        device.publish(Publication("pad/1", b"flood", qos=0))
        if number % 100 == 0:
            device.publish(Publication("pos/1", str(number).encode()))
    paid = []
    while len(paid) < 4 * session_module.WAITING_MAX // 100:
        arrival = await_item(inbox, Arrival, lambda item: item.topic == "pos/1")
        spared.ack(arrival)
        paid.append(int(arrival.payload))
    assert paid == list(range(0, 4 * session_module.WAITING_MAX, 100))


def test_qos_0_that_nobody_takes_out_is_dropped_and_counted_but_qos_1_is_not(
    mosquitto, open_session, eventually, monkeypatch
):
    monkeypatch.setattr(session_module, "WAITING_MAX", 10)
    inbox, devices = Inbox(), Inbox()
    floor = open_session(mosquitto.url, "floor", inbox, filters=[("t/+", 1)])
    device = open_session(mosquitto.url, "device", devices)
    await_item(inbox, Connected)
    await_item(devices, Connected)
    for _ in range(50):
        device.publish(Publication("t/1", b"noise", qos=0))
    device.publish(Publication("t/1", b"payment"))
    eventually(lambda: floor.dropped == 40, "40 of 50 dropped")
    assert await_bodies(inbox, 11)[-1] == b"payment"


def test_f24_two_clients_of_one_name_throw_each_other_out_and_the_rate_tells(mosquitto, open_session):
    inbox = Inbox()
    open_session(mosquitto.url, "twin", inbox)
    open_session(mosquitto.url, "twin", Inbox())
    assert await_item(inbox, Disconnected, lambda item: item.losses > 3)


def test_a_wrong_password_is_told_and_the_right_one_is_let_in(mosquitto, open_session, tmp_path):
    passwords = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "desk", "open-sesame"], check=True)
    mosquitto.stop()
    mosquitto.start(mosquitto_conf(mosquitto.port, tmp_path / "mosquitto", password_file=passwords))
    inbox = Inbox()
    address = f"127.0.0.1:{mosquitto.port}"
    open_session(f"mqtt://desk:wrong@{address}", "desk", inbox)
    assert "uthori" in await_item(inbox, Denied).reason
    inbox = Inbox()
    open_session(f"mqtt://desk:open-sesame@{address}", "desk", inbox)
    await_item(inbox, Connected)


# ── the test at the start ──


def test_a_round_trip_through_a_tuned_broker_is_quick_and_says_nothing(mosquitto, caplog):
    assert round_trip_ms(mosquitto.url, "probe", "t/probe") < selftest_module.SLOW_MS
    assert not caplog.records


def test_a_broker_with_nagle_on_is_named_loudly(mosquitto, caplog):
    mosquitto.stop()
    mosquitto.start(f"listener {mosquitto.port} 127.0.0.1\nallow_anonymous true\n")
    assert round_trip_ms(mosquitto.url, "probe", "t/probe") > selftest_module.SLOW_MS
    assert "set_tcp_nodelay" in caplog.text


def test_a_topic_that_the_broker_denies_in_silence_is_noticed(mosquitto, tmp_path, monkeypatch):
    monkeypatch.setattr(selftest_module, "ANSWER_S", 0.5)
    acl = tmp_path / "acl"
    acl.write_text("topic readwrite t/mine\n")
    mosquitto.stop()
    mosquitto.start(mosquitto_conf(mosquitto.port, tmp_path / "mosquitto", acl_file=acl))
    assert round_trip_ms(mosquitto.url, "probe", "t/mine") > 0
    with pytest.raises(SelfTestFailed, match="t/yours"):
        round_trip_ms(mosquitto.url, "probe", "t/yours")


def test_without_a_broker_the_test_at_the_start_fails(monkeypatch):
    monkeypatch.setattr(selftest_module, "ANSWER_S", 0.3)
    with pytest.raises(SelfTestFailed, match="no broker"):
        round_trip_ms("mqtt://127.0.0.1:1", "probe", "t/probe")


# ── addresses ──


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mqtt://127.0.0.1:1884", BrokerAddress("127.0.0.1", 1884)),
        ("mqtt://broker.shop", BrokerAddress("broker.shop", 1883)),
        ("mqtt://desk:p%40ss@broker.shop/", BrokerAddress("broker.shop", 1883, "desk", "p@ss")),
        ("mqtt://[::1]:1884", BrokerAddress("::1", 1884)),
    ],
)
def test_an_address_is_read(text, address):
    assert parse_broker_url(text) == address


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begins with mqtt://"),
        ("127.0.0.1:1883", "begins with mqtt://"),
        ("http://127.0.0.1", "begins with mqtt://"),
        ("mqtt://", "host is missing"),
        ("mqtt://:1883", "host is missing"),
        ("mqtt://127.0.0.1:port", "from 1 to 65535"),
        ("mqtt://127.0.0.1:70000", "from 1 to 65535"),
        ("mqtt://127.0.0.1:0", "from 1 to 65535"),
        ("mqtt://127.0.0.1/shopfloor", "nothing may follow"),
        ("mqtt://[::1", "not an address"),
    ],
)
def test_a_wrong_address_is_refused_with_a_sentence(text, why):
    with pytest.raises(BadBrokerUrl, match=why):
        parse_broker_url(text)
