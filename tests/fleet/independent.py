"""Deliveries by a robot that we did not write: ``python -m tests.fleet.independent --deliveries 200``.

A whole shop (``shopfloor demo --own-robots``) on a real mosquitto with the sample's two robots, both of them
``independent_robot``; a listener reads what robots say. Counted are deliveries that people took out of a robot's tote.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread

import msgspec
from msgspec import Struct, field

from shopfloor.contract.layout import Layout
from shopfloor.mqtt import Arrival, Inbox, Session
from tests.conftest import Mosquitto

ROOT = Path(__file__).parents[2]
LIF = ROOT / "shopfloor" / "data" / "layouts" / "sample.lif.json"
SIDE = LIF.with_name("sample.toml")
BOUND_S = 900.0
LOOK_S = 0.2
STOP_S = 20.0
CUSTOMERS = "6"
"""Times a normal day's: enough for every engineer to have one always."""
DELIVERIES_AN_HOUR = 5.5
"""In such a shop, measured; days are played until there were enough."""
HOURS_MAX = 10.0
SPEED = 300.0


class Found(Struct):
    """What one run showed."""

    delivered: int = 0
    """Jobs done by robots, from the cabinet to a desk."""
    returned: int = 0
    ended_otherwise: dict[str, int] = field(default_factory=dict)
    """Other ends of jobs that a robot had, by reason."""
    hung: int = 0
    """Jobs of robots that were not over at the end."""
    orders: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """Errors that robots told, by type: each refusal is one."""
    closed: bool = False
    wall_s: float = 0.0


class Listener:
    """Hears orders and states, and counts them as bare JSON."""

    def __init__(self, url: str) -> None:
        self.orders: Counter[tuple[str, int]] = Counter()
        self.errors: dict[str, Counter[str]] = {}
        self._inbox = Inbox()
        self._session = Session(url, "listener", self._inbox)
        self._session.subscribe([("uagv/v2/+/+/order", 0), ("uagv/v2/+/+/state", 0)])
        self._session.open()
        self._shut = False
        self._thread = Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._shut:
            for item in self._inbox.take(100, LOOK_S):
                if isinstance(item, Arrival):
                    self._hear(item.topic, json.loads(item.payload))

    def _hear(self, topic: str, message: dict[str, object]) -> None:
        if topic.endswith("/order"):
            self.orders[str(message["orderId"]), int(str(message["orderUpdateId"]))] += 1
            return
        errors = message["errors"]
        assert isinstance(errors, list)
        for error in errors:
            told = self.errors.setdefault(error["errorType"], Counter())
            told[json.dumps(error.get("errorReferences", []), sort_keys=True)] += 1

    def close(self) -> None:
        self._shut = True
        self._thread.join()
        self._session.close()


def driven(deliveries: int, folder: Path, *, speed: float = SPEED, seed: int = 1) -> list[Found]:
    """Days of the shop, one after the other, until so many parts were delivered; at most one more than expected."""
    days: list[Found] = []
    for number in range(2 + int(deliveries / DELIVERIES_AN_HOUR / HOURS_MAX)):
        missing = deliveries - sum(day.delivered for day in days)
        if missing <= 0:
            break
        hours = min(HOURS_MAX, missing / DELIVERIES_AN_HOUR + 0.5)
        place = folder / f"day-{number + 1}"
        place.mkdir()
        days.append(played(hours, place, speed=speed, seed=seed + number))
    return days


def played(hours: float, folder: Path, *, speed: float, seed: int) -> Found:
    """One demo, without emulated robots."""
    began = time.monotonic()
    database = folder / "shop.db"
    layout = Layout.from_texts(LIF.read_text(encoding="utf-8"), SIDE.read_text(encoding="utf-8"))
    with ExitStack() as open_:
        broker = Mosquitto(folder)
        broker.start()
        open_.callback(broker.stop)
        listener = Listener(broker.url)
        open_.callback(listener.close)
        wires = ["--broker", broker.url, "--speed", str(speed), "--layout", str(LIF), "--side", str(SIDE)]
        for robot in layout.robots:
            process = _started(["tests.fleet.independent_robot", robot, *wires], folder / f"{robot}.log")
            open_.callback(_ended, process)
        words = ["simulations.live.demo", "--headless", "--own-robots", *wires, "--customers", CUSTOMERS]
        words += ["--hours", f"{hours:.2f}", "--seed", str(seed), "--db", f"sqlite:///{database}"]
        demo = _started([*words, "--report", str(folder / "report.json")], folder / "demo.log")
        open_.callback(_ended, demo)
        demo.wait(BOUND_S)
    report = folder / "report.json"
    closed = report.exists() and json.loads(report.read_text())["closed"]
    refused = {kind: len(references) for kind, references in listener.errors.items()}
    return _found(database, Found(orders=len(listener.orders), refused=refused, closed=closed), began)


def _started(words: list[str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as out:
        return subprocess.Popen([sys.executable, "-m", *words], stdout=out, stderr=out, cwd=ROOT, env=os.environ.copy())


def _ended(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(STOP_S)


def _found(database: Path, found: Found, began: float) -> Found:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as records:
        rows = records.execute("SELECT kind, state, reason FROM job WHERE robot <> ''").fetchall()
    for kind, state, reason in rows:
        if state == "DONE" and kind == "DELIVER":
            found.delivered += 1
        elif state == "DONE":
            found.returned += 1
        elif state in ("CANCELLED", "FAILED", "UNDELIVERED"):
            words = f"{state}: {reason}"
            found.ended_otherwise[words] = found.ended_otherwise.get(words, 0) + 1
        else:
            found.hung += 1
    found.wall_s = round(time.monotonic() - began, 1)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet.independent", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=200)
    parser.add_argument("--speed", type=float, default=SPEED, help="shop seconds in one second (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave journals and logs there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shopfloor-independent-") as scratch:
        folder = asked.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        days = driven(asked.deliveries, folder, speed=asked.speed, seed=asked.seed)
    print(msgspec.json.format(msgspec.json.encode(days), indent=2).decode())
    delivered, bad = sum(day.delivered for day in days), [day for day in days if day.refused or day.hung]
    print(f"{delivered} deliveries in {len(days)} days; {len(bad)} days with a refusal or a robot that hung")
    return 0 if delivered >= asked.deliveries and not bad and all(day.closed for day in days) else 1


if __name__ == "__main__":
    sys.exit(main())
