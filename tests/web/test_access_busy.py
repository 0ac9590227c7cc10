"""The access book is one file, and somebody else may be writing it: nothing is lost, and nobody else waits."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import httpx
import pytest

from shopfloor.service.store import beside, database_path
from tests.web.house import House
from tests.web.schema_callers import API, EVERYBODY, Caller

AT_ONCE_S = 3.0
"""Less than the pages wait for the file."""


@pytest.fixture
def kiosk(house: House) -> Iterator[Caller]:
    caller = Caller(next(who for who in EVERYBODY if who.name == "queue machine"), house, ticket="")
    caller.come_in()
    yield caller
    caller.client.close()


@contextmanager
def written_by_somebody_else(house: House) -> Iterator[None]:
    path = beside(database_path(house.db), ".access")
    with closing(sqlite3.connect(path, isolation_level=None)) as theirs:
        theirs.execute("BEGIN IMMEDIATE")
        yield
        theirs.execute("ROLLBACK")


def take_number(kiosk: Caller, numbering: tuple[int, int]) -> httpx.Response:
    boot, seq = numbering
    body = {"kind": "TicketTaken", "line": "A"}
    envelope = {"kind": "TicketTaken", "boot": boot, "seq": seq, "sent_at": 0, "body": body}
    return kiosk.client.post(f"{API}/{kiosk.device}/events", json=envelope, headers=kiosk.headers)


def test_a_number_that_was_taken_meanwhile_is_told_with_its_link_when_it_is_sent_again(
    kiosk: Caller, house: House
) -> None:
    numbering = kiosk.numbering()
    with written_by_somebody_else(house):
        away = take_number(kiosk, numbering)
    assert (away.status_code, away.json()["code"]) == (503, "busy")
    assert int(away.headers["Retry-After"]) > 0
    told = take_number(kiosk, numbering)
    assert told.status_code == 200, told.text
    assert told.json()["receipt"]["made"]["number"].startswith("A")
    assert told.json()["link"].startswith("/track/")


def test_meanwhile_nobody_else_waits(kiosk: Caller, house: House) -> None:
    with ThreadPoolExecutor(1) as hall, written_by_somebody_else(house):
        waits = hall.submit(take_number, kiosk, kiosk.numbering())
        while not waits.done():
            assert httpx.get(f"{house.address}{API}/me", timeout=AT_ONCE_S).status_code == 200
    assert waits.result().status_code == 503
