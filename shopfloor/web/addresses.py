"""Where pages can be opened, told to people: addresses, and a QR code for a terminal."""

import io
import socket
from collections.abc import Iterator
from typing import Final

import segno

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = ("0.0.0.0", "::", "")  # noqa: S104 - only compared with


def addresses(scheme: str, host: str, port: int) -> list[str]:
    """Of a server that listens there: this machine first, and last the one for others, if others may come."""
    hosts = [host] if host not in EVERYWHERE else list(dict.fromkeys([LOOPBACK, *_own_addresses()]))
    return [f"{scheme}://{name}:{port}" for name in hosts]


def drawn(address: str) -> str:
    """As a QR code, two modules a character."""
    sheet = io.StringIO()
    segno.make(address, error="m").terminal(sheet, border=2, compact=True)
    return sheet.getvalue().rstrip("\n")


def _own_addresses() -> Iterator[str]:
    """The address that this machine has in its network; no packet is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address (RFC 5737)
        except OSError:
            return
        yield str(probe.getsockname()[0])
