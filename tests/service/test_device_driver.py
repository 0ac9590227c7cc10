"""Devices on a real mosquitto: nothing a device says is lost or doubled, and nothing it is told is done twice."""

import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from functools import partial

import pytest
from msgspec import Struct

from shopfloor.contract.actor import TimePassed
from shopfloor.contract.codec import (
    AskedAgain,
    Connection,
    DeviceState,
    Receipt,
    decode_connection,
    decode_event,
    decode_state,
    encode,
    encode_plain,
    parse_topic,
    topic,
    topic_filter,
)
from shopfloor.contract.commands import Announce, PickUnit, ShowCalls
from shopfloor.contract.events import CallShown, CommandDone, CommandRefused, CustomerLeft
from shopfloor.mqtt import (
    Arrival,
    Connected,
    DeviceDriver,
    FloorUnreachable,
    Inbox,
    MemoryInUse,
    Publication,
    Session,
    ShopPort,
)
from shopfloor.mqtt import boot as boot_module
from shopfloor.mqtt import driver as driver_module
from shopfloor.mqtt import postman as postman_module

DISPLAY = "calls/d1"
NOON = 1_760_000_000_000


def wall_clock():
    return time.time_ns() // 1_000_000


class Waved(Struct, frozen=True):
    """A customer waves at the camera over the display and goes."""

    ticket: str


class Display:
    """A small device: shows pictures, says announcements, tells who went. Counts what it really did."""

    def __init__(self, deadline=None):
        self.announced = []
        self.pictures = 0
        self.woken_at = []
        self.refusals = []
        self.deadline = deadline

    def handle(self, message, now):
        match message:
            case Announce():
                self.announced.append(message.number)
                return [CommandDone(command=message.id)]
            case AskedAgain():
                return [CommandRefused(command=message.command.id, reason="restarted; it may have been said")]
            case ShowCalls():
                self.pictures += 1
                return [DeviceState(words={"pictures": self.pictures})]
            case Waved():
                return [CustomerLeft(ticket=message.ticket)]
            case Receipt():
                self.refusals.append(message.reason)
                return [DeviceState(words={"refused": message.reason})]
            case TimePassed():
                self.woken_at.append(now)
                self.deadline = None
                return [CallShown(ticket="A017", calls=len(self.woken_at))]
        raise AssertionError(message)


class SmallFloor:
    """Journals each event once, in memory, and answers as it is told to."""

    def __init__(self, url):
        self.journal = {}
        self.arrivals = []
        self.presence = []
        self.states = []
        self.answer = "committed"
        self._boxes = Inbox()
        self._session = Session(url, "floor", self._boxes, clean=False)
        self._session.subscribe([(topic_filter("s1", "calls", level), 1) for level in ("event", "connection", "state")])
        self._session.open()
        assert self._boxes.take(1, 15.0) == [Connected(self._session)]
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while not self._ends.is_set():
            for item in self._boxes.take(100, 0.05):
                if isinstance(item, Arrival):
                    self._hear(item)

    def _hear(self, arrival):
        address = parse_topic(arrival.topic)
        if address.level == "connection":
            self.presence.append(decode_connection(arrival.payload))
        elif address.level == "state":
            self.states.append(decode_state(arrival.payload).words)
        else:
            letter = decode_event(arrival.payload)
            key = (address.device, letter.boot, letter.seq)
            self.arrivals.append(key)
            if self.answer != "silence":
                self.journal.setdefault(key, letter.message)
                receipt = Receipt(boot=letter.boot, seq=letter.seq, status=self.answer, reason="for a test")
                self.send("receipt", encode_plain(receipt))
        self._session.ack(arrival)

    def send(self, level, payload, *, retain=False):
        return self._session.publish(Publication(topic("s1", DISPLAY, level), payload, retain=retain))

    def command(self, command, *, retain=False):
        assert self.send("command", encode(command, 1, 1, NOON), retain=retain)

    @property
    def events(self):
        return list(self.journal.values())

    def close(self):
        self._ends.set()
        self._thread.join()
        self._session.close()


@pytest.fixture
def floor(mosquitto):
    small = SmallFloor(mosquitto.url)
    yield small
    small.close()


@pytest.fixture
def switch_on(mosquitto, tmp_path, eventually):
    """Start a display; whatever is still on at the end is stopped."""
    on = []

    def start(actor=None, *, home="display", connect=True, clock=wall_clock, speed=1.0):
        actor = actor or Display()
        port = ShopPort("s1", DISPLAY, (ShowCalls, Announce))
        url, files = mosquitto.url, tmp_path / home
        driver = DeviceDriver(actor, port, broker_url=url, state_directory=files, clock=clock, speed=speed)
        driver.start()
        on.append(driver)
        if connect:
            eventually(lambda: driver.connected, "the display is connected")
        return driver, actor

    yield start
    for driver in on:
        driver.stop()


@pytest.fixture
def impatient(monkeypatch):
    """Devices that send again soon."""
    monkeypatch.setattr(postman_module, "RESEND_S", 0.1)


def ignored_one(driver):
    return driver.ignored == 1


def announce(number, command="X1"):
    return Announce(id=command, to=DISPLAY, ticket="T1", number=number, desk="D2", calls=1, language="en")


def left(*tickets):
    return [CustomerLeft(ticket=ticket) for ticket in tickets]


# ── events ──


def test_an_event_is_sent_until_its_receipt_and_then_no_more(floor, switch_on, impatient, eventually):
    floor.answer = "silence"
    driver, _ = switch_on()
    driver.touch(Waved("A017"))
    eventually(lambda: len(floor.arrivals) >= 3, "sent three times")
    assert len(set(floor.arrivals)) == 1
    assert driver.backlog == 1
    floor.answer = "committed"
    eventually(lambda: driver.backlog == 0, "the receipt")
    sent = len(floor.arrivals)
    driver.touch(Waved("A018"))
    eventually(lambda: driver.backlog == 0 and len(floor.events) == 2, "the second event")
    assert floor.events == left("A017", "A018")
    assert floor.arrivals[sent:] == [floor.arrivals[-1]]


def test_a_devices_events_arrive_in_the_order_in_which_they_happened(floor, switch_on, impatient, eventually):
    driver, _ = switch_on()
    tickets = [f"A{number:03}" for number in range(200)]
    for ticket in tickets:
        driver.touch(Waved(ticket))
    eventually(lambda: len(floor.journal) == 200, "all of them")
    assert floor.events == left(*tickets)


def test_a_refusal_is_shown_and_not_sent_again(floor, switch_on, impatient, eventually):
    floor.answer = "refused"
    driver, display = switch_on()
    driver.touch(Waved("A017"))
    eventually(lambda: {"refused": "for a test"} in floor.states, "it is shown")
    eventually(lambda: driver.backlog == 0, "it is settled")
    assert display.refusals == ["for a test"]


def test_the_same_refusal_twice_is_told_once(floor, switch_on, eventually):
    floor.answer = "refused"
    driver, display = switch_on()
    driver.touch(Waved("A017"))
    eventually(lambda: display.refusals, "the refusal")
    ((_, boot, seq),) = floor.journal
    floor.answer = "committed"
    floor.send("receipt", encode_plain(Receipt(boot=boot, seq=seq, status="refused", reason="again")))
    floor.command(announce("A018"))
    eventually(lambda: display.announced, "what was sent after it")
    assert display.refusals == ["for a test"]


def test_what_was_not_sent_before_a_reboot_is_sent_after_it_first(floor, switch_on, impatient, eventually):
    floor.answer = "silence"
    driver, _ = switch_on()
    driver.touch(Waved("A017"))
    driver.touch(Waved("A018"))
    eventually(lambda: driver.backlog == 2, "both are written down")
    driver.stop()
    driver, _ = switch_on()
    driver.touch(Waved("A019"))
    eventually(lambda: driver.backlog == 3, "the third is written down")
    floor.answer = "committed"
    eventually(lambda: driver.backlog == 0, "all receipts")
    assert floor.events == left("A017", "A018", "A019")
    boots = [boot for _, boot, _ in floor.journal]
    assert boots[0] == boots[1] < boots[2]


def test_f17_a_broker_killed_in_the_middle_costs_nothing(mosquitto, floor, switch_on, impatient, eventually):
    driver, _ = switch_on()
    tickets = [f"A{number:03}" for number in range(60)]
    for at, ticket in enumerate(tickets):
        driver.touch(Waved(ticket))
        if at in (20, 40):
            eventually(lambda: floor.journal, "some are through")
            mosquitto.kill()
            mosquitto.start()
    eventually(lambda: driver.backlog == 0 and len(floor.journal) == 60, "all receipts")
    assert floor.events == left(*tickets)


def test_after_a_lost_connection_an_event_is_sent_again_at_once(mosquitto, floor, switch_on, monkeypatch, eventually):
    monkeypatch.setattr(postman_module, "RESEND_S", 600.0)
    floor.answer = "silence"
    driver, _ = switch_on()
    driver.touch(Waved("A017"))
    eventually(lambda: floor.arrivals, "it is sent")
    floor.answer = "committed"
    mosquitto.stop()
    mosquitto.start()
    eventually(lambda: driver.backlog == 0, "it is sent again")


def test_a_device_without_a_broker_works_on_and_tells_later(mosquitto, switch_on, eventually):
    mosquitto.stop()
    driver, _ = switch_on(connect=False)
    driver.touch(Waved("A017"))
    eventually(lambda: driver.backlog == 1, "written down")
    mosquitto.start()
    floor = SmallFloor(mosquitto.url)
    try:
        eventually(lambda: driver.backlog == 0, "told")
        assert floor.events == left("A017")
    finally:
        floor.close()


def test_a_person_is_turned_away_before_the_outbox_overflows(mosquitto, switch_on, monkeypatch, eventually):
    monkeypatch.setattr(driver_module, "OUTBOX_MAX", 2)
    mosquitto.stop()
    driver, _ = switch_on(connect=False)
    driver.touch(Waved("A017"))
    driver.touch(Waved("A018"))
    eventually(lambda: driver.backlog == 2, "both are written down")
    with pytest.raises(FloorUnreachable, match="please wait"):
        driver.touch(Waved("A019"))


RECEIVER = """
import sqlite3, sys
from shopfloor.contract.codec import *
from shopfloor.mqtt import *
url, path = sys.argv[1:]
journal = sqlite3.connect(path, isolation_level=None)
journal.execute("CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB)")
inbox = Inbox()
session = Session(url, "floor", inbox, clean=False)
session.subscribe([(topic_filter("s1", "calls", "event"), 1)])
session.open()
while True:
    arrivals = [item for item in inbox.take(100, 60.0) if isinstance(item, Arrival)]
    journal.execute("BEGIN IMMEDIATE")
    for arrival in arrivals:
        letter = decode_event(arrival.payload)
        row = (f"{letter.boot}/{letter.seq}", letter.message.ticket)
        journal.execute("INSERT OR IGNORE INTO entries (id, body) VALUES (?, ?)", row)
    journal.execute("COMMIT")
    for arrival in arrivals:
        letter = decode_event(arrival.payload)
        receipt = Receipt(boot=letter.boot, seq=letter.seq, status="committed")
        session.publish(Publication(topic("s1", "calls/d1", "receipt"), encode_plain(receipt)))
        session.ack(arrival)
"""


def test_f1_to_f4_a_floor_killed_again_and_again_journals_each_event_once(
    mosquitto, switch_on, impatient, eventually, tmp_path
):
    path = tmp_path / "journal.sqlite3"

    def entries():
        with closing(sqlite3.connect(path)) as journal, suppress(sqlite3.OperationalError):
            return [body for (body,) in journal.execute("SELECT body FROM entries ORDER BY seq")]
        return []  # the receiver has not made its table yet

    def journaled(count):
        return len(entries()) >= count

    def receiver():
        return subprocess.Popen([sys.executable, "-c", RECEIVER, mosquitto.url, path])

    driver, _ = switch_on()
    tickets = [f"A{number:03}" for number in range(500)]
    program = receiver()
    try:
        for at, ticket in enumerate(tickets):
            driver.touch(Waved(ticket))
            if at % 100 == 99:
                eventually(partial(journaled, at - 50), "half of this hundred are through")
                program.kill()
                program.wait()
                program = receiver()
        eventually(lambda: journaled(len(tickets)) and driver.backlog == 0, "all receipts")
    finally:
        program.kill()
        program.wait()
    assert entries() == tickets


# ── commands ──


def test_b25_the_same_command_twice_is_done_once(floor, switch_on, eventually):
    driver, display = switch_on()
    floor.command(announce("A017"))
    floor.command(announce("A017"))
    floor.command(announce("A018", "X2"))
    eventually(lambda: len(floor.journal) == 2, "both are done")
    eventually(lambda: driver.ignored == 1, "the repeat was ignored")
    assert display.announced == ["A017", "A018"]


def test_a_known_command_with_other_content_is_not_done(floor, switch_on, eventually):
    driver, display = switch_on()
    floor.command(announce("A017"))
    floor.command(announce("A666"))
    eventually(lambda: driver.ignored == 1, "the second is ignored")
    driver.stop()
    driver, rebooted = switch_on()
    floor.command(announce("A666"))
    eventually(lambda: driver.ignored == 1, "also after a reboot")
    assert (display.announced, rebooted.announced, len(floor.journal)) == (["A017"], [], 1)


def test_f40_a_command_from_before_a_reboot_is_a_question_and_not_done_again(floor, switch_on, eventually):
    driver, display = switch_on()
    floor.command(announce("A017"))
    eventually(lambda: floor.journal, "it is done")
    driver.stop()
    driver, rebooted = switch_on()
    floor.command(announce("A017"))
    floor.command(announce("A017"))
    floor.command(announce("A018", "X2"))
    eventually(lambda: len(floor.journal) == 3, "asked again, and the new one")
    assert (display.announced, rebooted.announced) == (["A017"], ["A018"])
    assert floor.events[1] == CommandRefused(command="X1", reason="restarted; it may have been said")


def test_f22_a_retained_command_is_ignored_at_every_reboot(floor, switch_on, eventually):
    floor.command(announce("A017"), retain=True)
    for _ in range(3):
        driver, display = switch_on()
        eventually(partial(ignored_one, driver), "it came and was ignored")
        driver.stop()
        assert display.announced == []
    assert floor.journal == {}


def test_a_picture_is_shown_each_time_also_with_an_old_id(floor, switch_on, eventually):
    _, display = switch_on()
    for _ in range(3):
        floor.command(ShowCalls(id="P1", to=DISPLAY, calls=(), waiting=("A017",)))
    eventually(lambda: display.pictures == 3, "three pictures")


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff",
        b"{" * 1_000,
        encode(PickUnit(id="X9", to="calls/d1", unit="U1", sku="S", bin="B1"), 1, 1, NOON),
        encode(announce("A017"), 1, 1, NOON).replace(b"calls/d1", b"calls/d2"),
    ],
    ids=["no text", "no json", "not for a display", "for another display"],
)
def test_f31_what_a_device_cannot_read_or_is_not_for_it_is_ignored(floor, switch_on, eventually, payload):
    driver, display = switch_on()
    assert floor.send("command", payload)
    floor.command(announce("A018", "X2"))
    eventually(lambda: driver.ignored == 1, "it is counted")
    eventually(lambda: display.announced == ["A018"], "what came after it is said")


# ── presence and time ──


def test_a_device_says_that_it_is_there_and_that_it_goes(floor, switch_on, eventually):
    driver, _ = switch_on()
    eventually(lambda: [each.online for each in floor.presence] == [True], "here")
    driver.stop()
    eventually(lambda: [each.online for each in floor.presence] == [True, False], "gone")
    switch_on()
    eventually(lambda: len(floor.presence) == 3, "here again")
    assert floor.presence[2] == Connection(online=True, boot=floor.presence[2].boot)
    assert floor.presence[2].boot > floor.presence[0].boot == floor.presence[1].boot


def test_a_broker_that_lost_its_memory_is_told_everything_again(mosquitto, floor, switch_on, eventually):
    switch_on()
    floor.command(ShowCalls(id="P1", to=DISPLAY, calls=(), waiting=()))
    eventually(lambda: floor.states == [{"pictures": 1}], "the picture")
    mosquitto.kill()
    mosquitto.start()
    eventually(lambda: len(floor.presence) >= 2 and len(floor.states) >= 2, "presence and picture, again")
    assert floor.presence[-1].online
    assert floor.states[-1] == {"pictures": 1}


def test_f23_presence_has_an_age_since_the_picture_is_told_again(floor, switch_on, monkeypatch, eventually):
    monkeypatch.setattr(boot_module, "HEARTBEAT_MIN_S", 0.05)
    switch_on(speed=1_000.0)
    floor.command(ShowCalls(id="P1", to=DISPLAY, calls=(), waiting=()))
    eventually(lambda: floor.states.count({"pictures": 1}) >= 4, "told again without a change")


@pytest.mark.parametrize(("speed", "ahead_ms"), [(1.0, 150), (100.0, 15_000)])
def test_an_actor_is_woken_at_its_deadline_and_not_before(switch_on, eventually, speed, ahead_ms):
    began = time.monotonic()

    def shop_clock():
        return NOON + int((time.monotonic() - began) * 1000 * speed)

    _, display = switch_on(Display(deadline=NOON + ahead_ms), clock=shop_clock, speed=speed)
    eventually(lambda: display.woken_at, "woken")
    (woken_at,) = display.woken_at
    assert NOON + ahead_ms <= woken_at < NOON + ahead_ms + 2_000 * speed


def test_f36_a_clock_that_goes_back_does_not_take_the_actor_with_it(switch_on, eventually):
    readings = iter([NOON + 5_000, NOON + 5_000])
    _, display = switch_on(Display(deadline=NOON + 5_000), clock=lambda: next(readings, NOON))  # then back
    eventually(lambda: display.woken_at == [NOON + 5_000], "woken at the later time")


def test_f24_a_second_device_of_the_same_name_is_noticed(switch_on, eventually, caplog):
    switch_on(home="one")
    switch_on(home="two", connect=False)
    eventually(lambda: "second device of this name" in caplog.text, "the rate of take-overs is named")


# ── the device itself ──


def test_a_device_runs_once_on_one_machine(mosquitto, switch_on, tmp_path):
    switch_on(home="display")
    port = ShopPort("s1", DISPLAY, (Announce,))
    twin = DeviceDriver(
        Display(), port, broker_url=mosquitto.url, state_directory=tmp_path / "display", clock=wall_clock
    )
    with pytest.raises(MemoryInUse, match=DISPLAY):
        twin.run()


def test_a_device_whose_disk_is_lost_does_not_use_an_old_number_again(floor, switch_on, eventually):
    old, _ = switch_on(home="old disk")
    old.touch(Waved("A017"))
    eventually(lambda: len(floor.journal) == 1, "the event is journaled")
    old.stop()
    new, _ = switch_on(home="new disk")
    new.touch(Waved("A018"))
    eventually(lambda: len(floor.journal) == 2, "it is taken for another event")


class Broken(Display):
    """A client with a mistake of ours in it."""

    def handle(self, _message, _now):
        raise AssertionError("a mistake")


def test_a_mistake_in_a_client_ends_its_device_and_whoever_looks_is_told(switch_on, eventually):
    driver, _ = switch_on(Broken())
    driver.touch(Waved("A017"))
    with pytest.raises(AssertionError, match="a mistake"):
        eventually(driver.check, "the device has ended")
