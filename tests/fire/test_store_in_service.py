"""The store fails while the real process serves: nothing that has a receipt is lost, what has none comes again, the
process says what happened, and it is back as soon as the trouble is gone."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shopfloor.service.store import BUSY_WAIT_S
from tests.conftest import Mosquitto
from tests.fire.counter import Counter, Eventually, wait_until
from tests.fire.cramped_serve import PAGES


@pytest.fixture
def counter(mosquitto: Mosquitto, tmp_path: Path, eventually: Eventually) -> Iterator[Counter]:
    with closing(Counter(mosquitto, tmp_path, eventually)) as counter:
        counter.serve("--new", "-v")
        eventually(lambda: "queue connected" in counter.process.last_words(), "the coordinator on the broker")
        counter.take_tickets(3)
        counter.await_receipts()
        yield counter


def test_f55_a_full_disk_stops_the_shop_with_a_sentence_and_with_room_it_goes_on_where_it_was(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counter.stop() == 0
    monkeypatch.setenv(PAGES, "2")
    full = counter.serve(module="tests.fire.cramped_serve")
    counter.take_tickets(400)
    assert counter.ended() == 1
    assert "shopfloor serve: The disk is full: nothing of this batch is written. Make room" in full.last_words()
    assert len(counter.answered) < len(counter.witness.told)
    counter.serve()
    counter.await_receipts()
    assert counter.stop() == 0
    assert counter.violations() == []


def test_f56_a_stranger_who_holds_the_database_for_a_while_only_makes_receipts_late(counter: Counter) -> None:
    with closing(sqlite3.connect(counter.database, isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        counter.take_tickets(5)
        late = not wait_until(lambda: len(counter.answered) > 3, BUSY_WAIT_S / 5)
        stranger.execute("COMMIT")
    counter.await_receipts()
    assert late
    assert counter.stop() == 0
    assert counter.violations() == []


def test_f56_a_stranger_who_never_lets_go_is_named_and_after_him_the_shop_goes_on(counter: Counter) -> None:
    with closing(sqlite3.connect(counter.database, isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        counter.take_tickets(5)
        assert counter.ended() == 1
        assert "Another connection holds the database" in counter.process.last_words()
        assert len(counter.answered) == 3
        stranger.execute("COMMIT")
    counter.serve()
    counter.await_receipts()
    assert counter.stop() == 0
    assert counter.violations() == []


def test_f58_a_write_that_fails_half_way_ends_the_process_and_the_next_start_reads_what_is_there(
    counter: Counter,
) -> None:
    """The kernel refuses to lengthen the running process's files: the write of a page fails, as on a broken disk."""
    log = counter.database.with_name("shop.db-wal")
    _, hard = resource.prlimit(counter.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(counter.process.pid, resource.RLIMIT_FSIZE, (log.stat().st_size + 2_000, hard))
    counter.take_tickets(5)
    assert counter.ended() == 1
    assert "This process must end" in counter.process.last_words()
    counter.serve()
    counter.await_receipts()
    assert counter.stop() == 0
    assert counter.violations() == []


def test_f09_a_second_coordinator_is_refused_and_the_first_one_serves_on(counter: Counter) -> None:
    first = counter.process
    second = counter.serve()
    assert counter.ended() == 1
    assert f"is being written by process {first.pid}" in second.last_words()
    counter.process = first
    counter.take_tickets(5)
    counter.await_receipts()
    assert counter.stop() == 0
    assert counter.violations() == []
