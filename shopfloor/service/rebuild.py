"""The records again, from the journal."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from shopfloor.contract.commands import Command
from shopfloor.contract.facts import Fact
from shopfloor.service.entries import Entry
from shopfloor.service.inspection import must_be_there
from shopfloor.service.record_tables import TABLES
from shopfloor.service.records import Records
from shopfloor.service.replay import facts_of, replay_all
from shopfloor.service.store import WriterLock, database_path, writing_engine

FLUSH_EVERY = 2_000
"""Entries between two statements' worth of rows."""


def rebuild_records(url: str) -> dict[str, int]:
    """Drop every record table and fold it again, in one transaction. Returns rows by table.

    Refused while a coordinator writes this journal, and when the journal does not replay.
    """
    database = database_path(url)
    must_be_there(database)
    lock = WriterLock(database)
    try:
        engine = writing_engine(database)
        with engine.begin() as connection:
            Records.drop_tables(connection)
            Records.create_tables(connection)
            _fold(url, connection)
            rows = {str(table.__tablename__): _count(connection, str(table.__tablename__)) for table in TABLES}
        engine.dispose()
        return rows
    finally:
        lock.release()


def _fold(url: str, connection: Connection) -> None:
    records = Records()

    def keep(entry: Entry, outs: list[Command | Fact]) -> None:
        for fact in facts_of(outs):
            records.note(fact, entry.at, entry.n)
        if entry.n % FLUSH_EVERY == 0:
            records.flush(connection)

    replayed = replay_all(url, keep)
    records.note_kpis(replayed.kpis.summary(), replayed.floor.books.now)
    records.flush(connection)


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - our own names
