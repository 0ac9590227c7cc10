"""Where the broker is."""

from typing import Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from shopfloor import Unusable

PORT: Final = 1883


class BrokerAddress(Struct, frozen=True):
    """Host and port of a broker, and who we are there; nobody in particular on an open loopback listener."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None


class BadBrokerUrl(Unusable, ValueError):
    """The text is not the address of a broker; the message says what is wrong with it."""


def parse_broker_url(text: str) -> BrokerAddress:
    """Read ``mqtt://[user:password@]host[:port]``; raise BadBrokerUrl with a sentence for the person who typed it."""
    try:
        parts = urlsplit(text)
    except ValueError as fault:
        raise BadBrokerUrl(f"{text!r} is not an address: {fault}") from None
    if parts.scheme != "mqtt":
        raise BadBrokerUrl(f"{text!r}: a broker's address begins with mqtt://, for example mqtt://127.0.0.1:{PORT}")
    if not parts.hostname:
        raise BadBrokerUrl(f"{text!r}: the host is missing, for example mqtt://127.0.0.1:{PORT}")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadBrokerUrl(f"{text!r}: nothing may follow the port; topics are not part of a broker's address")
    try:
        port = parts.port
    except ValueError:
        raise BadBrokerUrl(f"{text!r}: the port must be a number from 1 to 65535") from None
    if port == 0:
        raise BadBrokerUrl(f"{text!r}: the port must be a number from 1 to 65535")
    username = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return BrokerAddress(parts.hostname, port or PORT, username, password)
