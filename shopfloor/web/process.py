"""The pages beside a coordinator: a process of their own, so that no page slows the floor; started again if it dies."""

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

STOP_S: Final = 5.0
AGAIN_S: Final = 2.0
"""A process that has died is started again after so long."""

_log = logging.getLogger(__name__)


class PagesProcess:
    """``shopfloor pages`` as a child: it reads a pipe that only we hold, and ends when we end, however that is."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", "shopfloor", "pages", "--child", *arguments]
        self._stopping = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._look_after, name="pages", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        self._process.terminate()
        self._thread.join(STOP_S)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._let_go()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - our own program

    def _look_after(self) -> None:
        while True:
            ended = self._process.wait()
            if self._stopping.is_set():
                return
            _log.error("the pages ended with %d and are started again", ended)
            if self._stopping.wait(AGAIN_S):
                return
            self._let_go()
            self._process = self._start()

    def _let_go(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
