"""How fast the journal makes batches durable, and how fast it is checked at a start.

Each batch is one ``append``: chained entries of 250 bytes, one outgoing message each, and the removal of the messages
of the batch before, committed with a full sync. Beside it stand the disk's own sync, which is the floor of any commit,
and the same entries, without messages or chain, by the ORM. Judge the ratios inside one run; the milliseconds belong to
the machine, and where a sync costs next to nothing a large batch gains little.
"""

import itertools
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shopfloor.service.entries import NO_OUTPUTS, NewEntry, Outgoing, outbox_id
from shopfloor.service.journal import EntryRow, Journal
from shopfloor.service.store import writing_engine

STORE = "bench"
BATCHES = (1, 10, 100, 1_000)
SECONDS_EACH = 1.0
CHECKED = 100_000
"""Entries in the journal whose start is timed."""

BODY = b"x" * 250
RECEIPT = Outgoing(f"shopfloor/v1/{STORE}/cabinet/c1/receipt", b'{"boot":1,"seq":1,"outcome":"accepted"}')


def run() -> dict[str, float]:
    """Measure; milliseconds are medians, rates are entries per second of the median batch."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # /tmp is memory on many machines
        numbers = _disk(Path(folder) / "plain")
        numbers |= _orm(Path(folder) / "orm.db")
        numbers |= _journal(Path(folder) / "journal.db")
    numbers["batch_100_against_1"] = numbers["append_100_rows_s"] / numbers["append_1_rows_s"]
    numbers["batch_100_against_orm"] = numbers["append_100_rows_s"] / numbers["orm_100_rows_s"]
    return {name: round(value, 3) for name, value in numbers.items()}


def _p50_ms(once: Callable[[], object]) -> float:
    """Call for ``SECONDS_EACH``, and at least ten times."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS_EACH
    while len(times) < 10 or time.perf_counter() < end:
        begun = time.perf_counter()
        once()
        times.append(time.perf_counter() - begun)
    return median(times) * 1_000


def _disk(path: Path) -> dict[str, float]:
    with path.open("wb", buffering=0) as plain:

        def once() -> None:
            plain.write(b"x" * 4_096)
            os.fdatasync(plain.fileno())

        return {"disk_sync_p50_ms": _p50_ms(once)}


def _entry(seq: int) -> NewEntry:
    return NewEntry(
        at=seq,
        kind="UnitPicked",
        body=BODY,
        outcome="accepted",
        digest=NO_OUTPUTS,
        device=f"cabinet/c{seq % 20}",
        boot=1,
        seq=seq,
        outgoing=(RECEIPT,),
    )


def _journal(database: Path) -> dict[str, float]:
    url = f"sqlite:///{database}"
    journal = Journal.create(url, STORE, b"{}", "bench", 0)
    seqs = itertools.count(1)

    def batch(size: int) -> None:
        last = journal.head.n
        left = [outbox_id(n, 0) for n in range(max(2, last - size + 1), last + 1)]
        journal.append([_entry(next(seqs)) for _ in range(size)], sent=left)

    numbers: dict[str, float] = {}
    for size in BATCHES:
        p50 = _p50_ms(partial(batch, size))
        numbers[f"append_{size}_p50_ms"] = p50
        numbers[f"append_{size}_rows_s"] = size / p50 * 1_000
    journal.close()
    return numbers | _start(database.with_name("start.db"))


def _start(database: Path) -> dict[str, float]:
    url = f"sqlite:///{database}"
    journal = Journal.create(url, STORE, b"{}", "bench", 0)
    for first in range(1, CHECKED, 1_000):
        journal.append([_entry(seq) for seq in range(first, first + 1_000)])
    numbers = {"known_p50_ms": _p50_ms(lambda: journal.known("cabinet/c1", 1, 50_001))}
    journal.close()
    begun = time.perf_counter()
    journal = Journal.open(url, STORE, "bench")
    numbers["open_100000_s"] = time.perf_counter() - begun
    journal.close()
    return numbers


def _orm(database: Path) -> dict[str, float]:
    engine = writing_engine(database)
    with engine.begin() as connection:
        EntryRow.metadata.tables["entry"].create(connection)
    seqs = itertools.count(1)
    p50 = _p50_ms(lambda: _orm_batch(engine, seqs, 100))
    engine.dispose()
    return {"orm_100_p50_ms": p50, "orm_100_rows_s": 100 / p50 * 1_000}


def _orm_batch(engine: Engine, seqs: Iterator[int], size: int) -> None:
    with Session(engine) as session:
        for seq in itertools.islice(seqs, size):
            row = EntryRow(
                n=seq,
                store=STORE,
                at=seq,
                device=f"cabinet/c{seq % 20}",
                boot=1,
                seq=seq,
                kind="UnitPicked",
                body=BODY,
                outcome="accepted",
                code="",
                reason="",
                digest=NO_OUTPUTS,
                chain=NO_OUTPUTS,
            )
            session.add(row)
        session.commit()


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
