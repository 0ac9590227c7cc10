"""The coordinator as a process, a real mosquitto, and messages written by hand: what a stranger at the wire sees."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import pytest

from shopfloor.service.broker import mosquitto_conf
from tests.conftest import Mosquitto
from tests.shop.day_book import LAYOUT, MORNING

Eventually = Callable[[Callable[[], object], str], None]

STORE = LAYOUT.store.id
BOUND_S = 20.0
TOPICS = [word for level in ("receipt", "command", "state") for word in ("-t", f"shopfloor/v1/+/+/+/{level}")]
KIOSK = f"shopfloor/v1/{STORE}/queue/by-hand"


class Watcher:
    """``mosquitto_sub`` on all that the floor says."""

    def __init__(self, port: int) -> None:
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._unread: dict[str, list[dict[str, object]]] = {}
        self._process = subprocess.Popen(
            [
                "mosquitto_sub",
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-i",
                "watcher",
                "-q",
                "1",
                "-v",
                *TOPICS,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def next(self, topic: str, so: Callable[[dict[str, object]], bool] = lambda _: True) -> dict[str, object]:
        """The first message on this topic, not asked for yet, of which that is so; topics come in any order."""
        for message in self._unread.pop(topic, []):
            if so(message):
                return message
        while True:
            try:
                name, _, payload = self._lines.get(timeout=BOUND_S).partition(" ")
            except Empty:
                pytest.fail(f"nothing came on {topic}")
            message = json.loads(payload)
            if name == topic and so(message):
                return message
            self._unread.setdefault(name, []).append(message)

    def hears(self, shop: "Shop") -> bool:
        """Whether it is subscribed: it hears what is said now."""
        shop.say("shopfloor/v1/nobody/board/knock/state", "{}")
        try:
            self._lines.get(timeout=0.2)
        except Empty:
            return False
        return True

    def close(self) -> None:
        self._process.kill()  # a mosquitto_sub 2.0.11 was seen to outlive SIGTERM; it has nothing to save
        self._process.wait(BOUND_S)
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


class Shop:
    """`shopfloor serve` on a broker; ten in the morning."""

    def __init__(self, broker: Mosquitto, folder: Path) -> None:
        self.broker = broker
        self.database = folder / "shop.db"
        self._log = folder / "serve.log"
        self.process: subprocess.Popen[bytes] | None = None

    def serve(self, *words: str) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "shopfloor", "serve", "--no-pages", "--db", f"sqlite:///{self.database}",
                 "--broker", self.broker.url, "--clock-origin", str(MORNING), *words],
                stderr=log, cwd=Path(__file__).parents[2],
            )  # fmt: skip

    def say(self, topic: str, payload: str | bytes) -> None:
        raw = payload if isinstance(payload, bytes) else payload.encode()
        subprocess.run(
            [
                "mosquitto_pub",
                "-h",
                "127.0.0.1",
                "-p",
                str(self.broker.port),
                "-i",
                "by-hand",
                "-q",
                "1",
                "-t",
                topic,
                "-s",
            ],
            input=raw,
            check=True,
            timeout=BOUND_S,
        )

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        process, self.process = self.process, None
        process.send_signal(how)
        return process.wait(BOUND_S)

    def said(self) -> str:
        return self._log.read_text()


@contextmanager
def opened(broker: Mosquitto, folder: Path, eventually: Eventually) -> Iterator[Shop]:
    shop = Shop(broker, folder)
    shop.serve("--new", "-v")
    try:
        eventually(lambda: f"shopfloor-{STORE}-queue connected" in shop.said(), "the coordinator on the broker")
        yield shop
    finally:
        if shop.process is not None:
            shop.end(signal.SIGKILL)


@pytest.fixture
def shop(mosquitto: Mosquitto, tmp_path: Path, eventually: Eventually) -> Iterator[Shop]:
    with opened(mosquitto, tmp_path, eventually) as shop:
        yield shop


@pytest.fixture
def watcher(mosquitto: Mosquitto, shop: Shop, eventually: Eventually) -> Iterator[Watcher]:
    with closing(Watcher(mosquitto.port)) as watching:
        eventually(lambda: watching.hears(shop), "the watcher on the broker")
        yield watching


def taken(seq: int, line: str = "A", boot: int = 1) -> str:
    return json.dumps({"kind": "TicketTaken", "boot": boot, "seq": seq, "sent_at": 0, "body": {"line": line}})


def test_a_hand_written_ticket_gets_a_receipt_and_a_number_on_the_call_display(shop: Shop, watcher: Watcher) -> None:
    shop.say(f"{KIOSK}/event", taken(1))
    watcher.next(f"{KIOSK}/receipt")
    shop.say(f"{KIOSK}/event", taken(2))
    receipt = watcher.next(f"{KIOSK}/receipt", lambda each: each["seq"] == 2)
    assert receipt["status"] == "committed"
    assert receipt["made"] == {"ticket": "T2", "number": "A002"}
    shown = watcher.next(f"shopfloor/v1/{STORE}/calls/cd1/command", lambda each: "A002" in each["body"]["waiting"])
    assert shown["kind"] == "ShowCalls"
    assert shop.rows("SELECT number FROM ticket ORDER BY id") == [("A001",), ("A002",)]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("?", "malformed"),
        (taken(3).replace("TicketTaken", "TicketEaten"), "unknown-kind"),
        (taken(3, line="Z"), "bad-body"),
        (taken(1, line="C"), "other-content"),
        (taken(9, boot=0), "malformed"),
    ],
    ids=["malformed", "unknown-kind", "bad-body", "other-content", "no-boot"],
)
def test_what_is_wrong_is_answered_with_a_reason_and_the_floor_goes_on(
    shop: Shop, watcher: Watcher, payload: str, code: str
) -> None:
    shop.say(f"{KIOSK}/event", taken(1))
    watcher.next(f"{KIOSK}/receipt")
    shop.say(f"{KIOSK}/event", payload)
    refused = watcher.next(f"{KIOSK}/receipt", lambda each: each["status"] == "refused")
    assert refused["code"] == code
    assert refused["reason"]
    shop.say(f"{KIOSK}/event", taken(7))
    assert watcher.next(f"{KIOSK}/receipt", lambda each: each["seq"] == 7)["status"] == "committed"


def test_an_oversized_message_is_refused_where_the_broker_lets_it_through(
    mosquitto: Mosquitto, tmp_path: Path, eventually: Eventually
) -> None:
    """The shop's own broker settings disconnect who sends more than 64 KiB; another broker may not."""
    limits = mosquitto_conf(mosquitto.port, tmp_path / "mosquitto")
    mosquitto.stop()
    mosquitto.start("\n".join(line for line in limits.splitlines() if not line.startswith("max_packet_size")))
    with opened(mosquitto, tmp_path, eventually) as shop, closing(Watcher(mosquitto.port)) as watcher:
        eventually(lambda: watcher.hears(shop), "the watcher on the broker")
        shop.say(f"{KIOSK}/event", '{"kind":"TicketTaken","boot":1,"seq":1,"x":"' + "y" * 66_000 + '"}')
        refused = watcher.next(f"{KIOSK}/receipt", lambda each: each["status"] == "refused")
        assert refused["code"] == "oversized"
        shop.say(f"{KIOSK}/event", taken(1))
        assert watcher.next(f"{KIOSK}/receipt")["status"] == "committed"


def test_a_message_from_before_the_last_start_of_the_device_is_stale(shop: Shop, watcher: Watcher) -> None:
    shop.say(f"{KIOSK}/event", taken(1))
    watcher.next(f"{KIOSK}/receipt")
    shop.say(f"{KIOSK}/event", taken(1, boot=5))
    watcher.next(f"{KIOSK}/receipt", lambda each: each["boot"] == 5)
    shop.say(f"{KIOSK}/event", taken(2, boot=4))
    assert watcher.next(f"{KIOSK}/receipt", lambda each: each["boot"] == 4)["code"] == "old-boot"


def test_a_message_for_another_store_is_told_so_on_its_own_topic(shop: Shop, watcher: Watcher) -> None:
    shop.say(f"{KIOSK}/event", taken(1))
    watcher.next(f"{KIOSK}/receipt")
    shop.say("shopfloor/v1/elsewhere/queue/by-hand/event", taken(1))
    refused = watcher.next("shopfloor/v1/elsewhere/queue/by-hand/receipt")
    assert (refused["code"], refused["seq"]) == ("wrong-store", 1)


def test_a_repeated_message_has_one_effect_also_after_kill_9(shop: Shop, watcher: Watcher) -> None:
    shop.say(f"{KIOSK}/event", taken(1))
    watcher.next(f"{KIOSK}/receipt")
    shop.end(signal.SIGKILL)
    shop.serve()
    shop.say(f"{KIOSK}/event", taken(1))
    shop.say(f"{KIOSK}/event", taken(2))
    watcher.next(f"{KIOSK}/receipt", lambda each: each["seq"] == 2)
    assert shop.rows("SELECT count(*) FROM ticket") == [(2,)]
    assert shop.end() == 0


def test_a_journal_that_is_no_journal_is_refused_with_a_sentence(shop: Shop, watcher: Watcher) -> None:
    shop.say(f"{KIOSK}/event", taken(1))
    watcher.next(f"{KIOSK}/receipt")
    assert shop.end() == 0
    shop.database.write_bytes(b"not a database" * 500)
    shop.serve()
    assert shop.process is not None
    assert shop.process.wait(BOUND_S) == 1
    assert "Traceback" not in shop.said()
    assert shop.database.read_bytes().startswith(b"not a database")
    shop.process = None


def test_a_missing_journal_is_never_replaced_by_an_empty_one(shop: Shop, watcher: Watcher) -> None:
    shop.say(f"{KIOSK}/event", taken(1))
    watcher.next(f"{KIOSK}/receipt")
    assert shop.end() == 0
    shop.database.unlink()
    for words in ((), ("--new",)):
        shop.serve(*words)
        assert shop.process is not None
        assert shop.process.wait(BOUND_S) == 1
    assert not shop.database.exists()
    shop.process = None
