"""What a demo has to show for itself when it is over: counts, digests, latencies, as one JSON document."""

import json
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from shopfloor.contract.events import DeviceConnected, DueSetAside
from shopfloor.core.lifecycles import FINAL
from shopfloor.service.serve import Status
from shopfloor.service.store import database_path, reading_connection

REPLAY_S: Final = 120.0
PERCENT: Final = 100


class Tickets(Struct, frozen=True):
    """How the visits ended, from the records."""

    taken: int
    outcomes: dict[str, int]
    """Tickets with a number, by their last state."""
    handed_over: int
    """Phones that went back into their owner's hands against a signature."""
    lost: int
    """Tickets without an outcome after the day was closed."""


class Mqtt(Struct, frozen=True):
    """What went over the broker: the coordinator's count, and what the held devices saw of it."""

    events: int
    repeats: int
    refused: int
    unreadable: int
    commands: int
    receipts_sent: int
    receipts_seen: int
    """By the devices in people's hands only; the others count for themselves."""
    unanswered: int
    """Events of held devices without a receipt when the shop closed."""


class JournalFigures(Struct, frozen=True):
    """Live state and replayed state must be the same."""

    entries: int
    live_digest: str
    replay_digest: str
    same: bool


class Invariants(Struct, frozen=True):
    """``broken`` counts events that were set aside because something did not hold afterwards."""

    checked: int
    broken: int


class Latency(Struct, frozen=True):
    """From the tap to the receipt, on the wall; None without a measurement."""

    n: int
    p50: float | None
    p99: float | None


class Account(Struct, frozen=True):
    """The report."""

    closed: bool
    """The manager has closed the day."""
    shop_minutes: int
    wall_seconds: float
    tickets: Tickets
    mqtt: Mqtt
    journal: JournalFigures
    invariants: Invariants
    latency_ms: Latency
    kpis: dict[str, dict[str, float | int | None]]
    restarts: dict[str, int]
    """Processes that died and were started again."""
    remarks: int
    """Taps that were refused or without an answer; people did something else then."""


class _Replayed(Struct):
    entries: int
    replay_digest: str


def tickets(url: str) -> Tickets:
    """From the records."""
    with closing(reading_connection(database_path(url))) as database:
        rows = database.execute(
            "SELECT state, count(*) FROM ticket WHERE number <> '' GROUP BY state ORDER BY state"
        ).fetchall()
        (handed_over,) = database.execute("SELECT count(*) FROM repair WHERE handed_over_at IS NOT NULL").fetchone()
    outcomes = {str(state): int(count) for state, count in rows}
    lost = sum(count for state, count in outcomes.items() if state not in FINAL["ticket"])
    return Tickets(sum(outcomes.values()), outcomes, int(handed_over), lost)


def connected(url: str) -> int:
    """How many devices the floor has heard of; 0 while there is no journal yet."""
    try:
        with closing(reading_connection(database_path(url))) as database:
            (count,) = database.execute(
                "SELECT count(DISTINCT body) FROM entry WHERE kind = ?", (DeviceConnected.__name__,)
            ).fetchone()
    except sqlite3.Error:
        return 0
    return int(count)


def quarantined(url: str) -> int:
    """Events and dues that the journal has set aside."""
    with closing(reading_connection(database_path(url))) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM entry WHERE outcome = 'quarantined' OR kind = ?", (DueSetAside.__name__,)
        ).fetchone()
    return int(count)


def replay_digest(url: str) -> str:
    """What another process makes of the journal; "" if it cannot, with its reason on standard error."""
    command = [sys.executable, "-m", "shopfloor", "replay", "--db", url]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=REPLAY_S, check=False)  # noqa: S603 - ours
    if done.returncode:
        return ""
    return msgspec.json.decode(done.stdout, type=_Replayed).replay_digest


def journal_figures(url: str, status: Status) -> JournalFigures:
    replayed = replay_digest(url)
    return JournalFigures(status.entries, status.live_digest, replayed, same=status.live_digest == replayed)


def latency(took_ms: Sequence[float]) -> Latency:
    if len(took_ms) < PERCENT:
        return Latency(len(took_ms), round(statistics.median(took_ms), 1) if took_ms else None, None)
    cuts = statistics.quantiles(took_ms, n=PERCENT)
    return Latency(len(took_ms), round(cuts[49], 1), round(cuts[98], 1))


def write(account: Account, path: Path) -> None:
    path.write_text(as_text(account) + "\n", encoding="utf-8")


def as_text(account: Account) -> str:
    return json.dumps(msgspec.to_builtins(account), indent=2, ensure_ascii=False)
