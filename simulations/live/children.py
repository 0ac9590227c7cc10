"""Processes of a demo: started together, watched, told to stop by their own numbers, and none left behind."""

import signal
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

STOP_S: Final = 10.0
RESTARTS_MAX: Final = 5
LAST_WORDS_MAX: Final = 12


class Child:
    """One program of ours. What it says on standard error is kept in a file, for its last words."""

    def __init__(self, name: str, arguments: Sequence[str], directory: Path) -> None:
        self.name = name
        self.restarts = 0
        self._arguments = [sys.executable, "-m", *arguments]
        self._log = directory / f"{name.replace('/', '-')}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} does not run"
        return self._process.pid

    def start(self, arguments: Sequence[str] | None = None) -> None:
        """In a session of its own: Ctrl-C is for us, and we stop it when its turn comes."""
        if arguments is not None:
            self._arguments = [sys.executable, "-m", *arguments]
        self._leave_keyboard()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                self._arguments, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )

    def start_here(self) -> None:
        """In our own terminal; Ctrl-C reaches it as it reaches us."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._arguments, stdin=subprocess.DEVNULL, stderr=log)  # noqa: S603 - ours

    def type(self, line: str) -> None:
        """As a person types it there. Whoever types at a machine that is off sees that nothing happens."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()

    def has_died(self) -> bool:
        """It was started, nobody stopped it, and it runs no more."""
        return self._process is not None and self._process.poll() is not None

    def gave_up(self) -> bool:
        """It ended by itself and said why, and was not killed."""
        return self._process is not None and (self._process.poll() or 0) > 0

    def last_words(self) -> str:
        """The end of what it said, with how it ended."""
        assert self._process is not None
        with self._log.open(encoding="utf-8", errors="replace") as log:
            lines = deque(log, LAST_WORDS_MAX)
        return f"{self.name} ended with {self._process.returncode}:\n{''.join(lines)}"

    def ask_to_stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Kindly: it finishes what it does."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)

    def wait(self, patience_s: float = STOP_S) -> int | None:
        """Until it has ended; then firmly. Its exit code, or None if it never ran."""
        self._leave_keyboard()
        process, self._process = self._process, None
        if process is None:
            return None
        try:
            return process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _leave_keyboard(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()


def stop_all(children: Sequence[Child]) -> None:
    """All of these, at the same time."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait()
