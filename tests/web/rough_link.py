"""A network between a browser and the pages that a test can spoil: cut, or swallow the answers of the server."""

import contextlib
import select
import socket
import threading
from collections.abc import Callable
from typing import Final, Self

CHUNK: Final = 65_536
LOOK_S: Final = 0.05


class RoughLink:
    """A TCP proxy on a port of its own. Whoever is told that something arrived may have to ask again: answers that are
    swallowed are of requests that the server has got."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener: socket.socket | None = None
        self._closing = threading.Event()
        self._swallow = 0
        self._lock = threading.Lock()
        self._open: dict[socket.socket, None] = {}
        self._threads: list[threading.Thread] = []
        self.port = 0
        self.swallowed = 0
        """Answers so far."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Everything that is open breaks, and nothing new is let in."""
        with self._lock:
            listener, self._listener = self._listener, None
            broken = list(self._open)
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for each in broken:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let them in again, under the same address."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        with self._lock:
            self._listener = listener
        self._begin(self._accept, listener)

    def swallow_answers(self, number: int) -> None:
        """Of the next so many events: the request goes through, the connection breaks before its answer."""
        with self._lock:
            self._swallow = number

    def _begin(self, work: Callable[[socket.socket], None], of: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(of,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not self._closing.is_set():
                near, _ = listener.accept()
                self._begin(self._carry, near)

    def _carry(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, socket.create_connection(self._target) as far:
            with self._lock:
                self._open |= {near: None, far: None}
                is_cut = self._listener is None
            try:
                if not is_cut:
                    self._pass_on(near, far)
            finally:
                with self._lock:
                    self._open.pop(near, None)
                    self._open.pop(far, None)

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        is_event = False
        while not self._closing.is_set():
            ready, _, _ = select.select((near, far), (), (), LOOK_S)
            for source in ready:
                data = source.recv(CHUNK)
                if not data:
                    return
                if source is near:
                    is_event = is_event or (data.startswith(b"POST ") and b"/events " in data[:200])
                    far.sendall(data)
                elif is_event and self._is_to_swallow():
                    return
                else:
                    is_event = False
                    near.sendall(data)

    def _is_to_swallow(self) -> bool:
        with self._lock:
            if not self._swallow:
                return False
            self._swallow -= 1
            self.swallowed += 1
            return True
