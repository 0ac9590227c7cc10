"""From a part in the outlet to a robot that has taken the order: a whole demo shop on a real mosquitto, overheard.

One listener notes when messages pass the broker: the cabinet's word that a part is in its outlet (which makes the job),
the first message of the order that follows, and the robot's first state that echoes it. Only jobs that were made while
a robot stood idle count: others wait for a robot, not for the software. Beside them the bare round trip over the same
broker. A tuned broker sends at once (``set_tcp_nodelay``).
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from msgspec import Struct
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.bench_floor_over_mqtt import round_trip_ms
from shopfloor.service.broker import free_port, mosquitto_conf

SPEED = 300
HOURS = 8
CUSTOMERS = 6
SEED = 3
FOLLOWS_WITHIN_S = 1.0
"""An order later than this waited for something else."""
TOPICS = ("shopfloor/v1/+/cabinet/+/event", "+/+/+/+/order", "+/+/+/+/state")
ENDED = ("FINISHED", "FAILED")


def run() -> dict[str, object]:
    """Percentiles in milliseconds: job made → order on the wire → echoed."""
    mosquitto = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if mosquitto is None:
        return {"error": "no mosquitto on this machine: apt-get install mosquitto"}
    with tempfile.TemporaryDirectory(prefix="shopfloor-bench-") as scratch:
        folder, port = Path(scratch), free_port()
        conf = folder / "mosquitto.conf"
        conf.write_text(mosquitto_conf(port, folder))
        broker = subprocess.Popen([mosquitto, "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            least = round_trip_ms(f"mqtt://127.0.0.1:{port}")
            heard = _overheard(port, folder)
        finally:
            broker.terminate()
            broker.wait()
    return {
        "round_trip_p50_ms": least,
        "job_made_to_order_on_the_wire": _percentiles(heard.ordered_ms),
        "order_on_the_wire_to_echoed": _percentiles(heard.echoed_ms),
    }


def _overheard(port: int, folder: Path) -> "Listener":
    listener = Listener()
    client = Client(CallbackAPIVersion.VERSION2, "bench-listener")
    client.on_message = lambda _client, _userdata, message: listener.hear(message)
    ready = threading.Event()
    client.on_subscribe = lambda *_: ready.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe([(topic, 0) for topic in TOPICS])
    ready.wait(5)
    words = ["--headless", "--broker", f"mqtt://127.0.0.1:{port}", "--speed", str(SPEED), "--hours", str(HOURS)]
    words += ["--customers", str(CUSTOMERS), "--seed", str(SEED), "--db", f"sqlite:///{folder}/shop.db"]
    with (folder / "demo.log").open("wb") as log:
        subprocess.run([sys.executable, "-m", "simulations.live.demo", *words], stdout=log, stderr=log, check=False)
    client.disconnect()
    client.loop_stop()
    return listener


class _Order(Struct):
    order_id: str
    sent: float


class Listener:
    """Pairs what it hears: cabinet, order, echo."""

    def __init__(self) -> None:
        self.ordered_ms: list[float] = []
        self.echoed_ms: list[float] = []
        self._idle: dict[str, bool] = {}
        self._made = 0.0
        """When a job was made for which a robot stood idle; 0 when none waits for its order."""
        self._orders: dict[str, _Order] = {}

    def hear(self, message: MQTTMessage) -> None:
        now = time.perf_counter()
        if message.topic.endswith("/event"):
            if b'"UnitPicked"' in message.payload and any(self._idle.values()):
                self._made = now
            return
        robot, _, level = message.topic.rpartition("/")
        told = json.loads(message.payload)
        if level == "order":
            self._hear_order(robot, told, now)
        else:
            self._hear_state(robot, told, now)

    def _hear_order(self, robot: str, order: dict[str, object], now: float) -> None:
        self._idle[robot] = False
        if order["orderUpdateId"] != 0:
            return
        self._orders[robot] = _Order(str(order["orderId"]), now)
        if self._made and now - self._made < FOLLOWS_WITHIN_S:
            self.ordered_ms.append((now - self._made) * 1000)
        self._made = 0.0

    def _hear_state(self, robot: str, state: dict[str, object], now: float) -> None:
        actions = state["actionStates"]
        assert isinstance(actions, list)
        self._idle[robot] = not state["nodeStates"] and all(each["actionStatus"] in ENDED for each in actions)
        order = self._orders.get(robot)
        if order is not None and order.order_id == state["orderId"]:
            self.echoed_ms.append((now - order.sent) * 1000)
            del self._orders[robot]


def _percentiles(took_ms: list[float]) -> dict[str, float]:
    if len(took_ms) < 20:
        return {"n": len(took_ms)}
    cuts = statistics.quantiles(took_ms, n=100, method="inclusive")
    return {
        "n": len(took_ms),
        "p50_ms": round(cuts[49], 2),
        "p95_ms": round(cuts[94], 2),
        "max_ms": round(max(took_ms), 2),
    }
