"""F16: a demo's day in whose middle the broker is killed and loses all that it remembered: sessions, waiting messages,
retained states. The day ends complete all the same."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from shopfloor.core.lifecycles import FINAL
from tests.conftest import Mosquitto
from tests.fire.doomed import ROOT

BOUND_S: Final = 90.0
USEFUL_S: Final = 10.0
"""The floor's own part of the 60 s that a lost broker may cost; here the broker is back at once."""


def seen(database: Path, sql: str) -> int:
    """A number from the records of a running shop; 0 while there are none."""
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as records:
            return int(records.execute(sql).fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # its tables are being made


def test_f16_a_demo_whose_broker_is_killed_and_wiped_in_the_middle_ends_complete(
    mosquitto: Mosquitto, tmp_path: Path, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    database, report = tmp_path / "shop.db", tmp_path / "report.json"
    with (tmp_path / "demo.log").open("wb") as log:
        demo = subprocess.Popen(
            [sys.executable, "-m", "simulations.live.demo", "--headless", "--broker", mosquitto.url, "--speed", "300",
             "--hours", "0.5", "--customers", "3", "--seed", "5", "--db", f"sqlite:///{database}",
             "--report", str(report)],
            stdout=log, stderr=log, cwd=ROOT, env=os.environ.copy(),
        )  # fmt: skip
    try:
        eventually(lambda: seen(database, "SELECT count(*) FROM repair") >= 2, "phones on benches")
        heard = seen(database, "SELECT count(*) FROM entry WHERE device <> ''")
        mosquitto.kill()
        shutil.rmtree(tmp_path / "mosquitto")
        mosquitto.start()
        back_at = time.monotonic()
        eventually(lambda: seen(database, "SELECT count(*) FROM entry WHERE device <> ''") > heard, "an event again")
        assert time.monotonic() - back_at < USEFUL_S
        assert demo.wait(BOUND_S) == 0, (tmp_path / "demo.log").read_text()[-2_000:]
    finally:
        demo.terminate()
        demo.wait(BOUND_S)
    told = json.loads(report.read_text())
    assert told["closed"]
    assert told["journal"]["same"]
    assert told["invariants"]["broken"] == 0
    assert told["mqtt"]["unanswered"] == 0
    assert told["restarts"] == {}
    assert told["tickets"]["lost"] == 0
    assert told["tickets"]["taken"] >= 3
    assert set(told["tickets"]["outcomes"]) <= set(FINAL["ticket"])
    assert sum(told["tickets"]["outcomes"].values()) == told["tickets"]["taken"]
