"""The pages with up to fifty readers: how old a frame is when it arrives, and what the pages' process spends on it.

A whole demo runs beside it, so that the picture changes as in a busy shop: robots drive all the time. The readers are
protocol clients in one process; a frame's age is from the moment its picture was drawn until a reader has it, on one
machine and one clock. In turn with it, as often: a bare WebSocket server that sends messages of the same length to as
many readers five times a second. What is spent is CPU time, of all threads, as the kernel counts it; what the host of a
virtual machine took away meanwhile is told beside it, for a round in which it took much tells little of the pages.
"""

import asyncio
import json
import math
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import websockets
from msgspec import Struct, field

from benchmarks.host import Theft
from shopfloor.service.broker import free_port
from shopfloor.service.layouts import named_layout
from shopfloor.service.store import beside
from shopfloor.web.access.book import AccessBook
from shopfloor.web.serving import wall

CROWDS = (1, 5, 50)
"""Readers of one board."""
CUSTOMERS_LOOKING = 25
"""In the mixed crowd of fifty: each looks at a page of their own, the others at the board."""
ROUNDS = 3
FILL_S = 30.0
"""So long the shop fills before anybody looks."""
WARM_UP_S = 2.0
WATCH_S = 4.0
READY_S = 60.0
SPEED = 60.0
"""Of the shop's clock: so fast that robots have moved between any two frames."""
CUSTOMERS = 10
PIN = "314159"
NS = 1_000_000_000


class Seen(Struct):
    """What all readers of one crowd got."""

    ages_ms: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    is_watching: bool = False


class Crowd(Struct):
    """Readers at one server: rounds together."""

    ages_ms: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    a_second: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    stolen: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        return {
            "frames_a_second_and_reader": [round(each, 2) for each in self.a_second],
            "frame_bytes_mean": round(statistics.mean(self.sizes)) if self.sizes else None,
            "age_ms": _percentiles(self.ages_ms) if self.ages_ms else None,
            "share_of_a_core": [round(each, 4) for each in self.shares],
            "stolen_by_the_host": [round(each, 4) for each in self.stolen],
        }


def run() -> dict[str, object]:
    """Ages in milliseconds, frames a second and reader, CPU as a share of one core: a figure for each round."""
    with tempfile.TemporaryDirectory(prefix="shopfloor-bench-") as scratch:
        database, port = Path(scratch) / "shop.db", free_port()
        demo = subprocess.Popen(
            [sys.executable, "-m", "shopfloor", "demo", "--headless", "--speed", str(SPEED), "--customers",
             str(CUSTOMERS), "--db", f"sqlite:///{database}", "--port", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            cookie = _signed_in(database, port)
            time.sleep(FILL_S)
            return asyncio.run(_rounds(port, cookie, _links(database), _pages_process(port)))
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait()


def _signed_in(database: Path, port: int) -> str:
    """A manager's cookie."""
    until = time.monotonic() + READY_S
    while True:
        try:
            access = AccessBook(beside(database, ".access"), named_layout("sample"))
            access.set_pin("m1", PIN, wall())
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/api/v1/s1/session",
                json.dumps({"badge": "m1", "pin": PIN}).encode(),
                {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request) as answer:
                return str(answer.headers["Set-Cookie"]).partition(";")[0]
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _links(database: Path) -> list[str]:
    """Of the customers who came last."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as records:
        tickets = [ticket for (ticket,) in records.execute("SELECT id FROM ticket ORDER BY id DESC LIMIT ?",
                                                           (CUSTOMERS_LOOKING,))]  # fmt: skip
    access = AccessBook(beside(database, ".access"), named_layout("sample"))
    return [access.new_link(ticket, wall()) for ticket in tickets]


def _pages_process(port: int) -> int:
    """Its pid, by its command line."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if "pages" in words and str(port) in words:
                return int(entry.name)
    raise RuntimeError("the pages' process is not to be found")


async def _rounds(port: int, cookie: str, links: list[str], pages: int) -> dict[str, object]:
    boards = {count: Crowd() for count in CROWDS}
    bare = {count: Crowd() for count in CROWDS}
    mixed, idle = Crowd(), []
    for _ in range(ROUNDS):
        idle.append(await _idle(pages))
        for count in CROWDS:
            await _watch(boards[count], pages, [_board(port, cookie)] * count)
            await _watch_bare(bare[count], round(statistics.mean(boards[count].sizes or [1])), count)
        lookers = [_board(port, cookie)] * (max(CROWDS) - len(links)) + [_customer(port, link) for link in links]
        await _watch(mixed, pages, lookers)
    return {
        "nobody_looks_share_of_a_core": [round(each, 4) for each in idle],
        "boards": {count: crowd.figures() for count, crowd in boards.items()},
        "bare_websocket": {count: crowd.figures() for count, crowd in bare.items()},
        "ratio_of_shares": {
            count: round(statistics.median(boards[count].shares) / statistics.median(bare[count].shares), 2)
            for count in CROWDS
        },
        "boards_and_customers": {"customers": len(links), **mixed.figures()},
    }


class Reader(Struct, frozen=True):
    """Whoever connects: where to, as whom, and with which first word."""

    port: int
    path: str
    headers: dict[str, str]
    hello: dict[str, str] | None


def _board(port: int, cookie: str) -> Reader:
    return Reader(port, "/api/v1/s1/live", {"Cookie": cookie}, {"t": "hello", "page": "board"})


def _customer(port: int, link: str) -> Reader:
    return Reader(port, "/api/v1/s1/live", {}, {"t": "hello", "page": "track", "link": link})


async def _idle(pages: int) -> float:
    before, began = _cpu_s(pages), time.monotonic()
    await asyncio.sleep(WATCH_S)
    return (_cpu_s(pages) - before) / (time.monotonic() - began)


async def _watch_bare(crowd: Crowd, size: int, count: int) -> None:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.bare_websocket", str(port), str(size)])
    try:
        await asyncio.sleep(WARM_UP_S)
        await _watch(crowd, server.pid, [Reader(port, "/", {}, None)] * count)
    finally:
        server.terminate()
        server.wait()


async def _watch(crowd: Crowd, server: int, readers: list[Reader]) -> None:
    """One round, added to what is known of this crowd."""
    seen = Seen()
    reading = [asyncio.create_task(_read(reader, seen)) for reader in readers]
    await asyncio.sleep(WARM_UP_S)
    seen.is_watching = True
    before, began, theft = _cpu_s(server), time.monotonic(), Theft()
    await asyncio.sleep(WATCH_S)
    spent, took = _cpu_s(server) - before, time.monotonic() - began
    for task in reading:
        task.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    crowd.ages_ms += seen.ages_ms
    crowd.sizes += seen.sizes
    crowd.a_second.append(len(seen.ages_ms) / len(readers) / took)
    crowd.shares.append(spent / took)
    crowd.stolen.append(theft.share)


async def _read(reader: Reader, seen: Seen) -> None:
    origin = websockets.Origin(f"http://127.0.0.1:{reader.port}")
    address = f"ws://127.0.0.1:{reader.port}{reader.path}"
    async with websockets.connect(
        address, additional_headers=reader.headers, origin=origin, compression=None
    ) as socket:
        if reader.hello is not None:
            await socket.send(json.dumps(reader.hello))
        age_of = _age_by_the_walls_clock if reader.hello is None else _Ages()
        async for text in socket:
            age_ms = age_of(str(text))
            if seen.is_watching and age_ms is not None:
                seen.ages_ms.append(age_ms)
                seen.sizes.append(len(text))


def _age_by_the_walls_clock(text: str) -> float:
    return time.time() * 1000 - float(text.partition("|")[0])


class _Ages:
    """Of frames, by the shop's clock, which runs ahead of this one by what the quickest message says."""

    def __init__(self) -> None:
        self._ahead_ms = -math.inf

    def __call__(self, text: str) -> float | None:
        """None: it is no frame."""
        shop_ms = time.time() * 1000 * SPEED
        message = json.loads(text)
        self._ahead_ms = max(self._ahead_ms, message["at"] - shop_ms)
        return (shop_ms + self._ahead_ms - message["drawn"]) / SPEED if message["t"] == "frame" else None


def _cpu_s(pid: int) -> float:
    """Of all its threads that live, to the nanosecond: the pages' never end while somebody looks."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / NS


def _percentiles(ms: list[float]) -> dict[str, float]:
    ordered = sorted(ms)
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "max": round(ordered[-1], 1),
    }
