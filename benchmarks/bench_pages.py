"""The manager's board with fifty readers: how old a frame is when it arrives, and what the pages' process spends on it.

A whole demo runs beside it, so that the picture changes as in a busy shop. The readers are protocol clients in one
process; a frame's age is from the moment its picture was drawn until a reader has it, on one machine and one clock.
Beside it the floor of this machine: messages of the same length, echoed by a bare WebSocket server.
"""

import asyncio
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import websockets

from shopfloor.service.broker import free_port
from shopfloor.service.layouts import named_layout
from shopfloor.service.store import beside
from shopfloor.web.access.book import AccessBook
from shopfloor.web.serving import wall

READERS = 50
WARM_UP_S = 8.0
WATCH_S = 20.0
READY_S = 60.0
SPEED = 60.0
"""Of the shop's clock: so fast that something changes between any two frames."""
CUSTOMERS = 6
PIN = "314159"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def run() -> dict[str, object]:
    """Ages in milliseconds, frames a second and reader, CPU of the pages' process as a share of one core."""
    with tempfile.TemporaryDirectory(prefix="shopfloor-bench-") as scratch:
        folder, port = Path(scratch), free_port()
        demo = subprocess.Popen(
            [sys.executable, "-m", "shopfloor", "demo", "--headless", "--speed", str(SPEED), "--customers",
             str(CUSTOMERS), "--db", f"sqlite:///{folder / 'shop.db'}", "--port", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            cookie = _signed_in(folder / "shop.db", port)
            pages = _pages_process(port)
            return asyncio.run(_watched(port, cookie, pages))
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


async def _watched(port: int, cookie: str, pages: int) -> dict[str, object]:
    ages_ms: list[float] = []
    sizes: list[int] = []
    watching = asyncio.Event()
    readers = [asyncio.create_task(_read(port, cookie, ages_ms, sizes, watching)) for _ in range(READERS)]
    await asyncio.sleep(WARM_UP_S)
    watching.set()
    before, began = _cpu_s(pages), time.monotonic()
    await asyncio.sleep(WATCH_S)
    spent, took = _cpu_s(pages) - before, time.monotonic() - began
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    floor = await _bare(round(statistics.mean(sizes)), len(ages_ms) / READERS / took)
    return {
        "readers": READERS,
        "frames_a_second_and_reader": round(len(ages_ms) / READERS / took, 2),
        "frame_bytes_mean": round(statistics.mean(sizes)),
        "age_ms": _percentiles(ages_ms),
        "bare_websocket_age_ms": _percentiles(floor),
        "pages_process_share_of_a_core": round(spent / took, 4),
    }


async def _read(port: int, cookie: str, ages_ms: list[float], sizes: list[int], watching: asyncio.Event) -> None:
    address = f"ws://127.0.0.1:{port}/api/v1/s1/live"
    headers = {"Cookie": cookie}
    async with websockets.connect(address, additional_headers=headers, origin=f"http://127.0.0.1:{port}") as socket:
        await socket.send(json.dumps({"t": "hello", "page": "board"}))
        ahead_ms = -math.inf
        async for text in socket:
            shop_ms = time.time() * 1000 * SPEED
            message = json.loads(text)
            ahead_ms = max(ahead_ms, message["at"] - shop_ms)  # by the message that was quickest
            if watching.is_set() and message["t"] == "frame":
                ages_ms.append((shop_ms + ahead_ms - message["drawn"]) / SPEED)
                sizes.append(len(text))


async def _bare(size: int, a_second: float) -> list[float]:
    """The same traffic without us: what this machine needs for fifty messages of that length at once."""
    ages_ms: list[float] = []
    body = "x" * size

    async def send(socket: websockets.ServerConnection) -> None:
        for _ in range(20):
            await socket.send(f"{time.time() * 1000}|{body}")
            await asyncio.sleep(1 / max(a_second, 1))

    async def read(port: int) -> None:
        async with websockets.connect(f"ws://127.0.0.1:{port}") as socket:
            ages_ms.extend([time.time() * 1000 - float(str(text).partition("|")[0]) async for text in socket])

    port = free_port()
    async with websockets.serve(send, "127.0.0.1", port):
        await asyncio.gather(*(read(port) for _ in range(READERS)))
    return ages_ms


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def _percentiles(ms: list[float]) -> dict[str, float]:
    ordered = sorted(ms)
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "max": round(ordered[-1], 1),
    }
