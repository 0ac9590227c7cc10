"""The access book's file: made for its owner only, written by the pages and the command line alike."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from shopfloor.contract.actor import SECOND
from shopfloor.service.store import BUSY_WAIT_S, Newer, is_busy, writing_engine
from shopfloor.web.access.denied import Denied
from shopfloor.web.access.tables import NAMES

FORMAT: Final = 1
"""``user_version`` of the file."""
OWNER_ONLY: Final = 0o600


class Storage:
    """Thread-safe. Readers never wait; writers wait for each other, at most ``BUSY_WAIT_S``."""

    def __init__(self, path: Path) -> None:
        """Raises Newer if a later release made the file, OSError if it cannot be made."""
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))  # SQLite gives -wal and -shm the same rights
        self._writer = writing_engine(path)
        self._reader = _reading_engine(path)
        with self._writer.begin() as connection:
            found = connection.scalar(text("PRAGMA user_version"))
            if found not in (0, FORMAT):
                raise Newer(f"{path} was made by a newer release (format {found}); start that release, or move it away")
            SQLModel.metadata.create_all(connection, tables=[SQLModel.metadata.tables[name] for name in NAMES])
            connection.execute(text(f"PRAGMA user_version = {FORMAT}"))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look; each question sees what was committed last."""
        with Session(self._reader) as rows:
            yield rows

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """As ``reading``, without an object for each row: for what is asked at every request, and of every open page
        every few seconds."""
        with self._reader.connect() as rows:
            yield rows

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, on the disk when it ends; whatever is raised in it undoes it."""
        try:
            with Session(self._writer, expire_on_commit=False) as rows, rows.begin():
                yield rows
        except (OperationalError, sqlite3.OperationalError) as fault:  # BEGIN is the driver's own
            if not is_busy(fault):
                raise
            raise Denied("busy", "The shop is busy just now. Try again in a moment.", SECOND) from None

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()


def _reading_engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_WAIT_S, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _only_read)
    return engine


def _only_read(driver: sqlite3.Connection, _record: object) -> None:
    driver.execute("PRAGMA query_only=ON")
