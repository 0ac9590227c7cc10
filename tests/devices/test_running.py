"""``python -m devices`` as a shop starts it: on a real broker, with a person typing, killed and started again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devices.__main__ import main
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.codec import (
    Receipt,
    decode_connection,
    decode_event,
    encode,
    encode_plain,
    parse_topic,
    topic,
)
from shopfloor.mqtt import Arrival, Connected, Inbox, Publication, Session
from shopfloor.service.broker import free_port
from tests.core.story import DATA

BOUND_S = 20.0
ROOT = Path(__file__).parents[2]
LAYOUT_FILES = ["--layout", str(DATA / "layouts" / "sample.lif.json"), "--side", str(DATA / "layouts" / "sample.toml")]


class SmallFloor:
    """Hears a shop's devices, and gives each event its receipt."""

    def __init__(self, url: str) -> None:
        self.inbox = Inbox()
        self.session = Session(url, "floor", self.inbox)
        self.session.subscribe([("shopfloor/v1/s1/#", 1), ("uagv/#", 1)])
        self.session.open()
        self._next(lambda item: isinstance(item, Connected), "a broker")
        self._entry = 0

    def ask(self, command: c.Command) -> None:
        body = encode(command, 1, 1, 0)
        assert self.session.publish(Publication(topic("s1", command.to, "command"), body))

    def until(self, kind: type[e.Event], **made: str) -> e.Event:
        """Receive until such an event comes; every event gets its receipt."""
        while True:
            arrival = self._next(lambda item: isinstance(item, Arrival), kind.__name__)
            address = parse_topic(arrival.topic)
            if address is None or address.level != "event":
                continue
            letter = decode_event(arrival.payload)
            self._entry += 1
            receipt = Receipt(boot=letter.boot, seq=letter.seq, status="committed", entry=self._entry, made=made)
            self.session.publish(Publication(topic("s1", address.device, "receipt"), encode_plain(receipt)))
            if isinstance(letter.message, kind):
                return letter.message

    def until_online(self, *, online: bool) -> None:
        while True:
            arrival = self._next(lambda item: isinstance(item, Arrival), f"online={online}")
            address = parse_topic(arrival.topic)
            if address and address.level == "connection" and decode_connection(arrival.payload).online is online:
                return

    def until_topic(self, end: str) -> bytes:
        while True:
            arrival = self._next(lambda item: isinstance(item, Arrival), end)
            if arrival.topic.endswith(end):
                return arrival.payload

    def _next(self, wanted, what: str):
        until = time.monotonic() + BOUND_S
        while (left := until - time.monotonic()) > 0:
            for item in self.inbox.take(1, left):
                if wanted(item):
                    return item
        pytest.fail(f"not within {BOUND_S:.0f} s: {what}")


@pytest.fixture
def floor(mosquitto):
    small = SmallFloor(mosquitto.url)
    yield small
    small.session.close()


@pytest.fixture
def run(mosquitto, tmp_path):
    """Starts devices; all of them are stopped by the end."""
    running = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", "-m", "devices", *arguments, "--broker", mosquitto.url]
        process = subprocess.Popen(
            [*command, "--state", str(tmp_path / "state")],
            cwd=ROOT,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


PICK = c.PickUnit(id="C1", to="cabinet/c1", unit="BAT#1", sku="BAT", bin="c1.1")


def test_a_cabinet_picks_is_killed_and_knows_what_it_had_done(run, floor):
    cabinet = run("cabinet", "c1", "--speed", "200")
    floor.until_online(online=True)
    floor.ask(PICK)
    assert floor.until(e.PickQueued) == e.PickQueued(command="C1")
    assert floor.until(e.UnitPicked) == e.UnitPicked(command="C1", units=("BAT#1",))
    cabinet.kill()
    floor.until_online(online=False)
    again = run("cabinet", "c1", "--speed", "200")
    floor.until_online(online=True)
    floor.ask(PICK)
    assert floor.until(e.UnitPicked) == e.UnitPicked(command="C1", units=("BAT#1",))
    again.send_signal(signal.SIGTERM)
    floor.until_online(online=False)
    out, err = again.communicate(timeout=BOUND_S)
    assert again.returncode == 0, err
    assert "cabinet/c1 runs" in out


def test_a_person_types_at_the_queue_machine_and_sees_the_number(run, floor):
    queue = run("queue", "q1", "--store", "s1")
    floor.until_online(online=True)
    queue.stdin.write("take Z\ntake A\n")
    queue.stdin.flush()
    assert floor.until(e.TicketTaken, number="A001") == e.TicketTaken(line="A")
    out, err = queue.communicate("help\nscreen\nquit\n", timeout=BOUND_S)
    assert queue.returncode == 0, err
    assert "Invalid enum value 'Z'" in out
    assert "take LINE LANGUAGE" in out


def test_a_robot_runs_on_its_own_wires(run, floor):
    robot = run("robot", "r1", *LAYOUT_FILES, "--dial", "speed_mps=0.8")
    assert b"ONLINE" in floor.until_topic("carrier-1/connection")
    assert b"lastNodeId" in floor.until_topic("carrier-1/state")
    robot.send_signal(signal.SIGINT)
    assert b"OFFLINE" in floor.until_topic("carrier-1/connection")
    _, err = robot.communicate(timeout=BOUND_S)
    assert robot.returncode == 0, err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["toaster", "t1"], "There is no type of device 'toaster'"),
        (["cabinet", "c1", "--dial", "jamm=1"], "There is no dial 'jamm'"),
        (["cabinet", "c1", "--dial", "jam"], "name=value"),
        (["pad", "pad-1"], "No broker answers"),
        (["pad", "pad-1", "--broker", "http://127.0.0.1"], "begins with mqtt://"),
        (["robot", "r1"], "--layout and --side"),
        (["robot", "r1", "--layout", "x.json"], "belong together"),
        (["robot", "r1", "--layout", "nowhere.json", "--side", "nowhere.toml"], "nowhere.json"),
    ],
)
def test_what_cannot_be_run_says_why(tmp_path, capsys, arguments, what):
    broker = [] if "--broker" in arguments else ["--broker", f"mqtt://127.0.0.1:{free_port()}"]
    assert main([*arguments, *broker, "--state", str(tmp_path)]) == 2
    assert what in capsys.readouterr().err


def test_a_speed_that_is_none_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["pad", "pad-1", "--state", str(tmp_path), "--speed", "0"])
    assert "above 0" in capsys.readouterr().err
