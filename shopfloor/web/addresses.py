"""Where pages can be opened, told to people: addresses, and a QR code for a terminal."""

import io
import socket
from collections.abc import Iterator, Sequence
from typing import Final

import segno

from shopfloor.web.certificates import Files, fingerprint
from shopfloor.web.listening import LOOPBACK

SET_UP_PAGE: Final = "/set-up"
"""The code rides behind a ``#``, where no server's log and no referrer sees it."""
EVERYWHERE: Final = ("0.0.0.0", "::", "")  # noqa: S104 - only compared with


def addresses(scheme: str, host: str, port: int, vouched: Sequence[str] = ()) -> list[str]:
    """Of a server that listens there: this machine first, and last the one for others, if others may come. Over TLS
    others come by what its certificate vouches for."""
    if host == LOOPBACK or not vouched:
        return [f"{scheme}://{name}:{port}" for name in reached(host)]
    own = [LOOPBACK] if host in EVERYWHERE else []
    for_others = [name for name in vouched if name not in ("localhost", LOOPBACK)]
    return [f"{scheme}://{bracketed(name)}:{port}" for name in own + for_others]


def reached(host: str) -> list[str]:
    """Addresses of this machine that a server there has."""
    return [host] if host not in EVERYWHERE else list(dict.fromkeys([LOOPBACK, *_own_addresses()]))


def bracketed(host: str) -> str:
    """As it stands before a port (RFC 3986, section 3.2.2)."""
    return f"[{host}]" if ":" in host else host


def set_up_address(base: str, code: str) -> str:
    """Where a browser becomes a device with this code."""
    return f"{base.rstrip('/')}{SET_UP_PAGE}#{code}"


def first_opened(host: str, door_port: int, files: Files) -> str:
    """How a device comes to trust the shop's certificate: at the plain door, which listens there."""
    first = f"{addresses('http', host, door_port)[-1]}{SET_UP_PAGE}"
    return (
        f"A device that does not trust the shop's certificate yet opens {first} first:\n{drawn(first)}\n"
        f"and compares the SHA-256 fingerprint: {fingerprint(files.authority)}"
    )


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
