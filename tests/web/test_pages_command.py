"""``shopfloor pages`` at a port that somebody else has already."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from shopfloor.web.listening import Ready
from tests.web.house import House

BOUND_S = 30.0


def words(house: House, *more: str) -> list[str]:
    """At the port where the house has its pages."""
    command = [sys.executable, "-m", "shopfloor", "pages", "--quiet", "--db", house.db, "--broker", house.broker_url]
    return [*command, "--port", str(house.port), *more]


@contextmanager
def opened(house: House, ready: Path, eventually: Callable[[Callable[[], object], str], None]) -> Iterator[int]:
    """Pages that may have another port; answers with theirs."""
    before = ready.stat().st_ino if ready.exists() else 0
    process = subprocess.Popen(words(house, "--or-another", "--ready", str(ready)))
    try:
        eventually(lambda: ready.exists() and ready.stat().st_ino != before, "the pages")
        yield msgspec.json.decode(ready.read_bytes(), type=Ready).port
    finally:
        process.terminate()
        process.wait(BOUND_S)


def test_pages_that_may_have_another_port_take_one_and_come_back_to_it(
    house: House, tmp_path: Path, eventually: Callable[[Callable[[], object], str], None]
) -> None:
    """Two demos that began together both found the usual port free, and the pages of one ended."""
    ready = tmp_path / "ready.json"
    with opened(house, ready, eventually) as port:
        assert port != house.port
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
    with opened(house, ready, eventually) as again:
        assert again == port


def test_a_port_that_was_asked_for_and_is_taken_is_told(house: House) -> None:
    done = subprocess.run(words(house), capture_output=True, check=False, timeout=BOUND_S)
    assert done.returncode == 1
    assert f"port {house.port} of 127.0.0.1 cannot be used".encode() in done.stderr
    assert b"choose another --port" in done.stderr
