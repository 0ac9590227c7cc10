"""Strangers with a socket: what they send costs little, breaks nothing, and fills neither memory nor log."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import shopfloor.web
from shopfloor.web import connections
from shopfloor.web.access import bodies
from shopfloor.web.connections import HEAD_MAX, ShortHeads
from shopfloor.web.serving import wall
from tests.web.bare import bare_app
from tests.web.house import House

API = "/api/v1/s1"
ANSWER_S = 5.0
SOON_S = 0.3
WEB = Path(shopfloor.web.__file__).parent
HTML_MADE_OF_TEXT = re.compile(
    r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"on|\|\s*safe\b"
)


class Listening:
    """The application at a port of its own, with connections as the pages have them."""

    def __init__(self, app: FastAPI) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(app, http=ShortHeads, log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    def stranger(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), ANSWER_S)

    def head(self, more: str, path: str = f"{API}/me", method: str = "GET") -> bytes:
        own = f"127.0.0.1:{self.port}"
        return f"{method} {path} HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\n{more}".encode()


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    """Pages whose patience is short, so that nobody waits for it to end."""
    monkeypatch.setattr(connections, "HEAD_S", SOON_S)
    monkeypatch.setattr(bodies, "BODY_S", SOON_S)
    listening = Listening(bare_app(tmp_path))
    yield listening
    listening.stop()


def all_that_comes(stranger: socket.socket) -> bytes:
    """Until the other side closes; TimeoutError if it does not."""
    heard = b""
    try:
        while piece := stranger.recv(65_536):
            heard += piece
    except ConnectionResetError:
        pass
    return heard


def is_cut(stranger: socket.socket, piece: bytes) -> bool:
    """Whether the other side closes while this is sent again and again."""
    with suppress(ConnectionResetError, BrokenPipeError):
        for _ in range(1_000):
            stranger.sendall(piece)
        return False
    return True


# ── heads and bodies ────────────────────────────────────────────────────────────────────────────


def test_a_head_without_an_end_is_cut(pages: Listening) -> None:
    with pages.stranger() as stranger:
        stranger.sendall(pages.head("X-More: "))
        assert is_cut(stranger, b"a" * HEAD_MAX)


def test_many_small_headers_are_cut_too(pages: Listening) -> None:
    with pages.stranger() as stranger:
        stranger.sendall(pages.head(""))
        assert is_cut(stranger, b"X: y\r\n" * 10_000)


def test_a_long_head_that_ends_is_answered(pages: Listening) -> None:
    with pages.stranger() as stranger:
        stranger.sendall(pages.head(f"X-More: {'a' * (HEAD_MAX // 2)}\r\nConnection: close\r\n\r\n"))
        assert all_that_comes(stranger).startswith(b"HTTP/1.1 200")


def test_requests_one_after_the_other_are_counted_each_for_itself(pages: Listening) -> None:
    with pages.stranger() as stranger:
        for _ in range(3):
            stranger.sendall(pages.head(f"X-More: {'a' * (HEAD_MAX // 2)}\r\n\r\n"))
            assert stranger.recv(65_536).startswith(b"HTTP/1.1 200")


def test_whoever_connects_and_says_nothing_is_let_go(pages: Listening) -> None:
    with pages.stranger() as stranger:
        assert all_that_comes(stranger) == b""


def test_whoever_says_the_rest_of_the_head_too_late_is_let_go(pages: Listening) -> None:
    with pages.stranger() as stranger:
        stranger.sendall(pages.head("X-More: "))
        assert all_that_comes(stranger) == b""


def test_a_body_that_does_not_come_to_its_end_is_answered_and_its_place_is_free(pages: Listening) -> None:
    with pages.stranger() as stranger:
        head = "Content-Type: application/json\r\nContent-Length: 400\r\n\r\n{"
        stranger.sendall(pages.head(head, f"{API}/session", "POST"))
        told = all_that_comes(stranger)
    assert told.startswith(b"HTTP/1.1 408")
    assert b'"code":"too-slow"' in told


def test_no_address_leads_to_another_host(pages: Listening) -> None:
    for path in ("/handheld/", "//evil.example/", "/track?code=//evil.example", "/%5Cevil.example/", "/board"):
        with pages.stranger() as stranger:
            stranger.sendall(f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
            told = all_that_comes(stranger)
        places = re.findall(rb"^location: (.*)\r$", told, re.MULTILINE)
        assert all(re.match(rb"/[^/\\]", place) for place in places), (path, places)


# ── the live connection ─────────────────────────────────────────────────────────────────────────


def is_shut(live: ClientConnection) -> bool:
    """Whether the server ends it, after the picture that it may have sent."""
    with suppress(ConnectionClosed):
        for _ in range(100):
            live.recv(timeout=ANSWER_S)
        return False
    return True


@pytest.mark.parametrize(
    "said", [[b"\xff\xfe"], ['{"t":"hello","page":"door"}', b"\x00"]], ids=["at once", "after hello"]
)
def test_bytes_that_are_no_text_end_a_live_connection_and_fill_no_log(house: House, said: list[str | bytes]) -> None:
    log = house.directory / "pages.log"
    with connect(f"ws://127.0.0.1:{house.port}{API}/live", origin=house.address) as live:
        for each in said:
            live.send(each)
        assert is_shut(live)
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1"])
def test_no_page_of_another_site_opens_one(house: House, origin: str | None) -> None:
    with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{house.port}{API}/live", origin=origin):
        pass


# ── links ───────────────────────────────────────────────────────────────────────────────────────


def test_a_link_says_nothing_for_another_visit(house: House) -> None:
    def say(device: str, ticket: str, seq: int) -> tuple[int, str]:
        envelope = {"kind": "CustomerLeft", "boot": wall(), "seq": seq, "sent_at": 1, "body": {"ticket": ticket}}
        answer = customer.post(f"{API}/{device}/events", json=envelope)
        return answer.status_code, answer.json().get("code", "")

    other = house.access.ticket_of(house.link_of_new_ticket(), wall())
    link = house.link_of_new_ticket()
    own = house.access.ticket_of(link, wall())
    assert None not in (own, other)
    assert own != other
    with httpx.Client(base_url=house.address, headers={"Authorization": f"Link {link}"}) as customer:
        assert say(f"link/{other.lower()}", other, 1) == (403, "not-your-device")
        assert say(f"link/{own.lower()}", other, 2) == (403, "not-yours")
        assert say(f"link/{own.lower()}", own, 3) == (200, "")


# ── what somebody has typed ─────────────────────────────────────────────────────────────────────


def test_nothing_makes_html_of_text() -> None:
    """Names, reasons and complaints come from outside; they reach a page as text nodes, or escaped by a template."""
    sources = [*(WEB / "static").glob("*.js"), *(WEB / "templates").glob("*.html")]
    found = {source.name: HTML_MADE_OF_TEXT.findall(source.read_text(encoding="utf-8")) for source in sources}
    assert {name: uses for name, uses in found.items() if uses} == {}


def test_what_would_make_html_of_text_is_found() -> None:
    assert HTML_MADE_OF_TEXT.search("row.innerHTML = name")
    assert HTML_MADE_OF_TEXT.search("{{ reason | safe }}")
    assert not HTML_MADE_OF_TEXT.search("row.textContent = name")
