"""Where pages are served: host, port and certificate, known before anything else of the pages is loaded."""

import socket
from pathlib import Path
from typing import Final

from msgspec import Struct

LOOPBACK: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8080
SET_UP_PORT: Final = "--set-up-port"


class PortTaken(OSError):
    """Somebody else listens there."""


class Listening(Struct, frozen=True, kw_only=True):
    """Where pages are served, and how."""

    host: str = LOOPBACK
    port: int = DEFAULT_PORT
    certificate: Path | None = None
    key: Path | None = None

    @property
    def scheme(self) -> str:
        return "https" if self.certificate is not None else "http"


class Ready(Struct):
    """Written for whoever started us, when pages can be opened."""

    port: int
    door_port: int | None = None
    """Of the plain door, where a device comes to trust pages that are served over TLS."""


def listen(listening: Listening, option: str = "--port") -> socket.socket:
    """The socket, before anything else is started: a port that is taken is told at once. Raises PortTaken."""
    try:
        return socket.create_server((listening.host, listening.port), backlog=256)
    except OSError as fault:
        words = f"port {listening.port} of {listening.host} cannot be used ({fault.strerror}); choose another {option}"
        raise PortTaken(words) from None
