"""Whether a request comes from a page of ours: a browser says so itself, and other sites cannot make it lie."""

from typing import Final

from starlette.requests import HTTPConnection

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""RFC 9110, section 9.2.1. None of our routes changes anything on them."""
_HTTP_OF: Final = {"ws": "http", "wss": "https"}


def changes_something(connection: HTTPConnection) -> bool:
    """Requests with an unsafe method; and each WebSocket, since a browser opens one to any site, with its cookies."""
    return connection.scope["type"] == "websocket" or connection.scope["method"] not in SAFE_METHODS


def is_from_here(connection: HTTPConnection) -> bool:
    """Whether ``Origin`` is this very address, and ``Sec-Fetch-Site``, if the browser sends it, agrees.

    Without an Origin the answer is no: every browser sends it with whatever changes something (Fetch, section 3.2).
    """
    site = connection.headers.get("sec-fetch-site", "same-origin")
    is_socket = connection.scope["type"] == "websocket"  # there the schemes differ, and browsers disagree what that is
    return _origin(connection) == _here(connection) and (is_socket or site == "same-origin")


def is_from_elsewhere(connection: HTTPConnection) -> bool:
    """Whether a browser says that another site sends this. Programs, which have no origin, do not say so."""
    return bool(_origin(connection)) and not is_from_here(connection)


def _origin(connection: HTTPConnection) -> str:
    return connection.headers.get("origin", "").lower()


def _here(connection: HTTPConnection) -> str:
    scheme = connection.url.scheme
    return f"{_HTTP_OF.get(scheme, scheme)}://{connection.headers.get('host', '')}".lower()
