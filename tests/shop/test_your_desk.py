"""``shopfloor demo --your-desk``: a person takes a desk of a played shop, and is its engineer and its customer."""

import json
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from shopfloor.contract.actor import DAY
from shopfloor.contract.layout import WEEKDAYS
from shopfloor.mqtt.clock import ShopClock
from simulations.live.demo import main, parsed
from simulations.live.demo_day import opening
from simulations.live.your_desk import NoSuchDesk, who_you_are, your_desk, your_devices
from tests.conftest import Mosquitto
from tests.shop.at_your_desk import You
from tests.shop.day_book import LAYOUT, MORNING
from tests.shop.test_demo import BOUND_S, RunningDemo, gone

SPEED = 80.0
SEED = "80"
"""Two customers with something to repair: one before the door when it opens, one thirteen minutes later."""


@pytest.fixture
def demo(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningDemo]:
    running = RunningDemo(
        tmp_path, "--your-desk", "d8", "--broker", mosquitto.url, "--speed", f"{SPEED:.0f}",
        "--hours", "0.25", "--customers", "2", "--seed", SEED,
    )  # fmt: skip
    yield running
    running.close()


@pytest.fixture
def you(
    demo: RunningDemo, tmp_path: Path, mosquitto: Mosquitto, eventually: Callable[[Callable[[], object], str], None]
) -> Iterator[You]:
    opens = opening(LAYOUT, round(time.time() * 1000))
    someone = You(
        your_desk(LAYOUT, "d8", opens), mosquitto.url, tmp_path / "yours", ShopClock(opens, speed=SPEED), eventually
    )
    yield someone
    someone.close()


def test_you_are_the_customer_and_the_engineer_and_the_shop_waits_for_you(
    demo: RunningDemo, you: You, tmp_path: Path
) -> None:
    def told(words: str) -> bool:
        return words in (tmp_path / "demo.log").read_text()

    you.sign_on()
    own = you.take_number()
    guest = you.call_another_than(own)
    you.seat(guest.ticket)
    you.wait(lambda: told(f"{guest.number} sits down at desk d8: "), "a customer who is played, at your desk")
    first = you.repair_of(guest.ticket)
    you.prepare(first)
    you.mend(first)
    you.finish(first)
    you.wait(lambda: you.state(first) == "REPORTED", "a colleague who comes over to check it")
    assert not told(f"{guest.number} leaves desk d8")
    you.say_goodbye(first)
    you.wait(lambda: told(f"{guest.number} leaves desk d8"), "the customer to go")

    assert own in you.waiting, "idle colleagues have left your own customer to you"
    you.call(own)
    you.wait(lambda: you.is_shown_as_called(own), "the number on your own call display")
    you.seat(own)
    second = you.repair_of(own)
    you.prepare(second)
    you.mend(second)
    you.wait(lambda: told(f"waits for desk d8: {second} is REPAIRING"), "the manager to wait for you")
    you.finish(second)
    you.check(second)
    assert demo.process.poll() is None
    you.say_goodbye(second)

    assert demo.process.wait(BOUND_S) == 0
    report = json.loads(demo.report.read_text())
    assert report["closed"]
    assert report["journal"]["same"]
    assert report["invariants"]["broken"] == 0
    assert report["tickets"]["lost"] == 0
    with closing(sqlite3.connect(demo.database)) as records:
        yours = records.execute("SELECT id, ticket FROM repair WHERE owner = ? ORDER BY handed_over_at", [you.name])
        assert yours.fetchall() == [(first, guest.ticket), (second, own)]
        served = records.execute("SELECT engineer, state FROM ticket WHERE id IN (?, ?)", [own, guest.ticket])
        assert served.fetchall() == [(you.name, "SERVED")] * 2


def test_ctrl_c_ends_a_demo_also_while_you_have_a_customer(demo: RunningDemo, you: You) -> None:
    you.sign_on()
    own = you.take_number()
    you.call(own)
    you.seat(own)
    before = demo.children()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(BOUND_S) == 130
    assert [line for pid, line in before.items() if not gone(pid)] == []


# ── which desk, and as whom ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("weekday", "engineer"), list(enumerate(("e9", "e9", "e9", "e9", "e4", "e9", "e9"))), ids=WEEKDAYS
)
def test_you_are_the_engineer_of_the_shift_who_may_do_most(weekday: int, engineer: str) -> None:
    assert who_you_are(LAYOUT, MORNING + weekday * DAY) == engineer


def test_yours_is_what_stands_at_the_desk_and_the_last_of_what_stands_in_the_hall() -> None:
    devices = ("handheld/h9", "pad/pad-8", "pos/pos-3", "queue/q2", "calls/cd2")
    assert your_devices(LAYOUT, "d8", "e9") == devices
    assert str(your_desk(LAYOUT, "d8", MORNING)) == f"You are Feng Li (e9) at desk d8. Yours: {', '.join(devices)}"


def test_a_terminal_of_several_desks_stays_emulated() -> None:
    assert your_devices(LAYOUT, "d1", "e4") == ("handheld/h4", "pad/pad-1", "queue/q2", "calls/cd2")


def test_a_hall_with_one_queue_machine_and_one_display_keeps_them_for_those_who_are_played() -> None:
    devices = tuple(device for device in LAYOUT.devices if device not in ("queue/q2", "calls/cd2"))
    small = structs.replace(LAYOUT, devices=devices)
    assert your_devices(small, "d8", "e9") == ("handheld/h9", "pad/pad-8", "pos/pos-3")


def test_a_desk_that_is_not_there_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoSuchDesk, match="take one of d1, d2"):
        your_desk(LAYOUT, "d9", MORNING)
    assert main(["--your-desk", "d9", "--headless"]) == 1
    assert "There is no desk 'd9'" in capsys.readouterr().err


def test_with_a_desk_of_your_own_the_clock_is_slow_enough_to_read_by() -> None:
    assert parsed([]).speed == 60
    assert parsed(["--your-desk", "d8"]).speed == 4
    assert parsed(["--your-desk", "d8", "--speed", "10"]).speed == 10
