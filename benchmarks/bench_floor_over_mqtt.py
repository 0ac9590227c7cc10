"""Durable events through a real mosquitto: from the scheduled send of an event to the arrival of the command it causes,
beside the bare broker round trip plus one commit on the same machine in the same run.

Twenty connections offer events at a fixed rate (open loop: a late reply does not slow the offer down). Every event
changes what the queue machine shows; the command's number tells the journal entry, and the entry's receipt the event.
"""

import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.bench_core import layout
from shopfloor.contract.codec import decode_receipt, encode, topic
from shopfloor.contract.events import CustomerLeft, Event, TicketTaken
from shopfloor.mqtt import Arrival, Connected, Inbox, Publication, Session
from shopfloor.service.broker import free_port, mosquitto_conf
from shopfloor.service.entries import OUTGOING_MAX

OFFERED = (100, 1_000, 3_000)
SECONDS = 6.0
DEVICES = 20
STARTED_WITHIN_S = 20.0
DRAINED_WITHIN_S = 20.0
COMMIT_SAMPLES = 200
SWITCH_S = 0.0005

T = TypeVar("T")


def run() -> dict[str, object]:
    """Latencies and achieved rates by offered rate, and their ratio to the floor of this run."""
    mosquitto = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if mosquitto is None:
        return {"error": "no mosquitto on this machine: apt-get install mosquitto"}
    sys.setswitchinterval(SWITCH_S)  # the load must not wait for itself
    with tempfile.TemporaryDirectory(prefix="shopfloor-bench-") as folder:
        return _with_broker(mosquitto, Path(folder))


def _with_broker(mosquitto: str, folder: Path) -> dict[str, object]:
    port = free_port()
    url = f"mqtt://127.0.0.1:{port}"
    conf = folder / "mosquitto.conf"
    conf.write_text(mosquitto_conf(port, folder))
    broker = subprocess.Popen([mosquitto, "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        floor_ms = {"round_trip_p50_ms": round_trip_ms(url), "commit_p50_ms": _commit_ms(folder)}
        least = sum(floor_ms.values())
        figures: dict[str, object] = {"floor": {**floor_ms, "sum_ms": round(least, 3)}}
        for offered in OFFERED:
            figures[f"offered_{offered}_per_s"] = _at_rate(url, folder / str(offered), offered, least)
        return figures
    finally:
        _stop(broker)


def round_trip_ms(url: str) -> float:
    """QoS 1 to the broker and back to the same client, one at a time; median."""
    inbox = Inbox()
    session = Session(url, "bench-echo", inbox)
    session.subscribe([("bench/echo", 1)])
    session.open()
    took = []
    try:
        _first(inbox, Connected)
        for _ in range(COMMIT_SAMPLES):
            started = time.perf_counter()
            session.publish(Publication("bench/echo", b"x" * 250))
            session.ack(_first(inbox, Arrival))
            took.append((time.perf_counter() - started) * 1000)
    finally:
        session.close()
    return round(statistics.median(took), 3)


def _first(inbox: Inbox, kind: type[T]) -> T:
    until = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < until:
        for item in inbox.take(1, 0.2):
            if isinstance(item, kind):
                return item
    raise TimeoutError(f"no {kind.__name__} within {STARTED_WITHIN_S:.0f} s")


def _commit_ms(folder: Path) -> float:
    """One durable row, alone: the least that a receipt can cost."""
    database = sqlite3.connect(folder / "commit.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE row (n INTEGER PRIMARY KEY, body BLOB)")
    took = []
    for n in range(COMMIT_SAMPLES):
        started = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO row VALUES (?, ?)", (n, b"x" * 250))
        database.execute("COMMIT")
        took.append((time.perf_counter() - started) * 1000)
    database.close()
    return round(statistics.median(took), 3)


def _at_rate(url: str, folder: Path, offered: int, least_ms: float) -> dict[str, float]:
    folder.mkdir()
    coordinator = subprocess.Popen(
        [sys.executable, "-m", "shopfloor", "serve", "--no-pages", "--new", "--db", f"sqlite:///{folder}/shop.db",
         "--broker", url, "--clock-origin", "1795399200000", "--clock-zero", str(time.time())],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        load = _Load(url, offered)
        return load.run(least_ms)
    finally:
        _stop(coordinator)


class _Load:
    """Twenty queue machines; each takes a number and gives it up again, in turn."""

    def __init__(self, url: str, offered: int) -> None:
        self._offered = offered
        self._inbox = Inbox()
        self._sessions = [Session(url, f"bench-{n}", self._inbox) for n in range(DEVICES)]
        self._sent: dict[tuple[str, int], float] = {}
        self._entries: dict[int, float] = {}
        """Journal entry → when its event was due to be sent."""
        self._shown: dict[int, float] = {}
        """Journal entry → when its command arrived."""
        self._tickets: list[list[str]] = [[] for _ in range(DEVICES)]
        self._seqs = [0] * DEVICES
        self._under_way = [0] * DEVICES
        self._receipts = 0
        self._before = 0
        """Events of the warm-up."""
        self._stop = threading.Event()

    def run(self, least_ms: float) -> dict[str, float]:
        store = layout().store.id
        for n, session in enumerate(self._sessions):
            session.subscribe([(topic(store, f"queue/x{n}", "receipt"), 1)])
        self._sessions[0].subscribe([(topic(store, "queue/q1", "command"), 1)])
        for session in self._sessions:
            session.open()
        self._wait_connected()
        self._until_served(store)
        reader = threading.Thread(target=self._read)
        reader.start()
        began = time.perf_counter()
        self._offer(store, began)
        deadline = time.perf_counter() + DRAINED_WITHIN_S
        while self._receipts < sum(self._seqs) and time.perf_counter() < deadline:
            time.sleep(0.01)
        took = time.perf_counter() - began
        self._stop.set()
        reader.join()
        for session in self._sessions:
            session.close()
        return self._figures(took, least_ms)

    def _figures(self, took: float, least_ms: float) -> dict[str, float]:
        waits = sorted(self._waits())
        p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        return {
            "sent": sum(self._seqs) - self._before,
            "receipts": self._receipts - self._before,
            "pictures": len(self._shown),
            "achieved_per_s": round((self._receipts - self._before) / took),
            "event_to_command_p50_ms": round(p50, 2),
            "event_to_command_p99_ms": round(p99, 2),
            "p50_over_floor": round(p50 / least_ms, 2),
        }

    def _waits(self) -> Iterator[float]:
        """For each event, until the first picture that has it in: the coordinator sends the latest of a batch."""
        pictures = sorted(self._shown)
        for entry, due in self._entries.items():
            first = bisect_left(pictures, entry)
            if first < len(pictures):
                yield (self._shown[pictures[first]] - due) * 1000

    def _offer(self, store: str, began: float) -> None:
        for n in range(int(self._offered * SECONDS)):
            due = began + n / self._offered
            pause = due - time.perf_counter()
            if pause > 0.0005:
                time.sleep(pause)
            self._say(store, n % DEVICES, due)

    def _say(self, store: str, device: int, due: float) -> None:
        tickets = self._tickets[device]
        event = self._event(device, tickets)
        self._seqs[device] += 1
        seq = self._seqs[device]
        self._sent[f"x{device}", seq] = due
        payload = encode(event, 1, seq, 0)
        self._sessions[device].publish(Publication(topic(store, f"queue/x{device}", "event"), payload))

    def _event(self, device: int, tickets: list[str]) -> Event:
        """A hall of the size of a hall: at most two tickets a device are under way, whatever the lag."""
        if tickets:
            self._under_way[device] -= 1
            return CustomerLeft(ticket=tickets.pop(0))
        if self._under_way[device] < 2:
            self._under_way[device] += 1
            return TicketTaken(line="C")
        return CustomerLeft(ticket="T0")  # refused, and journaled like the others

    def _read(self) -> None:
        while not self._stop.is_set():
            for item in self._inbox.take(500, 0.1):
                if isinstance(item, Arrival):
                    self._arrived(item, time.perf_counter())
                    item.session.ack(item)

    def _arrived(self, arrival: Arrival, at: float) -> None:
        *_, device, level = arrival.topic.split("/")
        if level == "command":
            seq = msgspec.json.decode(arrival.payload)["seq"]
            self._shown.setdefault((seq - 1) // OUTGOING_MAX, at)
            return
        receipt = decode_receipt(arrival.payload)
        due = self._sent.pop((device, receipt.seq), None)
        if due is None:
            return
        self._receipts += 1
        self._entries[receipt.entry] = due
        if "ticket" in receipt.made:
            self._tickets[int(device[1:])].append(receipt.made["ticket"])

    def _wait_connected(self) -> None:
        missing = len(self._sessions)
        until = time.monotonic() + STARTED_WITHIN_S
        while missing and time.monotonic() < until:
            missing -= sum(isinstance(item, Connected) for item in self._inbox.take(100, 0.2))
        assert not missing, "the broker does not let us all in"

    def _until_served(self, store: str) -> None:
        """The first receipt: the coordinator is there."""
        until = time.monotonic() + STARTED_WITHIN_S
        while time.monotonic() < until:
            self._say(store, 0, time.perf_counter())
            for item in self._inbox.take(10, 0.5):
                if isinstance(item, Arrival):
                    self._arrived(item, time.perf_counter())
                    item.session.ack(item)
            if self._receipts:
                break
        assert self._receipts, "the coordinator does not answer"
        self._receipts = self._before = sum(self._seqs)
        self._entries.clear()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
