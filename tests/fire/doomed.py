"""The coordinator's process as a test holds it: started, signalled, waited for, killed, by its own number."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from shopfloor.service.store import reading_connection
from tests.fire.doomed_serve import CRASH_AT

ROOT: Final = Path(__file__).parents[2]
LAST_WORDS: Final = 1_500


class Doomed:
    """One coordinator after another, all with the same command line. ``log`` keeps what they say."""

    def __init__(self, module: str, words: Sequence[str], log: Path) -> None:
        self._command = [sys.executable, "-m", module, *words]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "no coordinator runs"
        return self._process.pid

    @property
    def code(self) -> int | None:
        """How it ended, or None while it runs."""
        assert self._process is not None, "no coordinator was started"
        return self._process.poll()

    def start(self, *more: str, crash_at: str = "") -> None:
        assert self._process is None or self._process.poll() is not None, "one runs already"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, *more], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=ROOT, env={**os.environ, CRASH_AT: crash_at}, start_new_session=True,
            )  # fmt: skip

    def ends_within(self, wait_s: float) -> bool:
        """Whether it has ended, or does so in time."""
        assert self._process is not None, "no coordinator was started"
        try:
            self._process.wait(max(0.0, wait_s))
        except subprocess.TimeoutExpired:
            return False
        return True

    def ask(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)

    def kill(self) -> None:
        """As a power cut does; nothing if it has ended already."""
        if self._process is not None:
            self.ask(signal.SIGKILL)
            self._process.wait()

    def last_words(self) -> str:
        return self._log.read_text(errors="replace")[-LAST_WORDS:]

    def has_said(self, words: str) -> bool:
        """At any time."""
        return words in self._log.read_text(errors="replace")


def head_of(database: Path) -> tuple[int, str]:
    """Number and chain of the last entry that is on the disk; looking only."""
    with closing(reading_connection(database)) as driver:
        n, chain = driver.execute("SELECT n, hex(chain) FROM entry ORDER BY n DESC LIMIT 1").fetchone()
    return int(n), str(chain)
