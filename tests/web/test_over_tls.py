"""A shop over TLS: the real commands, its own authority, and a browser that trusts it the way a handheld does."""

import os
import ssl
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from socket import create_connection
from typing import Final

import httpx
import pytest
from msgspec import structs
from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Page, Request, expect

from shopfloor.commands.options import check_ports
from shopfloor.commands.pages import told
from shopfloor.service.broker import free_port
from shopfloor.web.certificates import Files, fingerprint, make_certificates
from shopfloor.web.listening import Listening, PortTaken
from tests.conftest import Mosquitto
from tests.web.conftest import CHROMIUM, FLAGS, PATIENCE_MS
from tests.web.engineer import (
    await_nothing_kept,
    await_picture_kept,
    await_said,
    open_handheld_by_name,
    said_by,
    sit_down,
    take_number,
    tap,
)
from tests.web.house import House

NAME: Final = "shop.lan"
"""Not ``localhost``, which browsers take for secure however it is served."""
LEADS_HERE: Final = "--host-resolver-rules=MAP *.lan 127.0.0.1"
H1: Final = "handheld/h1"
PHONE: Final = {"width": 390, "height": 780}
BOUND_S: Final = 20.0


class SecureHouse(House):
    """``shopfloor serve --certificates``: coordinator and pages as a shop starts them."""

    def __init__(self, directory: Path, broker_url: str) -> None:
        super().__init__(directory, broker_url)
        self.files = Files(directory / "certs")
        self.port, self.door_port = free_port(), free_port()

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.port}"

    @property
    def door(self) -> str:
        """Where devices come to trust it, without TLS."""
        return f"http://{NAME}:{self.door_port}"

    def make_certificates(self) -> None:
        words = ["certificates", "--into", str(self.files.directory), "--name", NAME]
        subprocess.run([sys.executable, "-m", "shopfloor", *words], check=True, capture_output=True, timeout=BOUND_S)

    def serve(self, *more: str) -> None:
        words = ["serve", "--db", self.db, "--broker", self.broker_url, *self._clock(), *more]
        over_tls = ["--certificates", str(self.files.directory), "--port", str(self.port)]
        self._spawn("serve", ["shopfloor", *words, *over_tls, "--set-up-port", str(self.door_port)])
        self.await_(self._shakes_hands, "the pages, over TLS")

    def _shakes_hands(self) -> bool:
        trusting = ssl.create_default_context(cafile=str(self.files.authority))
        with suppress(ConnectionError), create_connection(("127.0.0.1", self.port), BOUND_S) as plain:
            trusting.wrap_socket(plain, server_hostname=NAME).close()
            return True
        return False


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[SecureHouse]:
    shop = SecureHouse(tmp_path_factory.mktemp("house"), broker.url)
    try:
        shop.make_certificates()
        shop.serve("--new")
        yield shop
    finally:
        shop.stop_all()


@contextmanager
def browser_of(chromium: Browser, home: Path) -> Iterator[Browser]:
    """A browser of its own, for which every name of the shop's network is this machine."""
    launch: BrowserType = chromium.browser_type
    browser = launch.launch(
        executable_path=CHROMIUM, args=[*FLAGS, LEADS_HERE], headless=True, env={**os.environ, "HOME": str(home)}
    )
    try:
        yield browser
    finally:
        browser.close()


def trust(home: Path, authority: Path) -> None:
    """As ``shopfloor certificates`` tells a person to do it, in a home where nothing is trusted yet."""
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    for words in (["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "shop", "-i", str(authority)]):
        subprocess.run(["certutil", "-d", f"sql:{database}", *words], check=True, capture_output=True, timeout=BOUND_S)


@pytest.fixture(scope="module")
def trusting(chromium: Browser, house: SecureHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    home = tmp_path_factory.mktemp("home")
    trust(home, house.files.authority)
    with browser_of(chromium, home) as browser:
        yield browser


@pytest.fixture
def context(trusting: Browser) -> Iterator[BrowserContext]:
    opened = trusting.new_context(viewport=PHONE, locale="en-GB")
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    opened.close()


# ── with the authority installed ────────────────────────────────────────────────────────────────


def test_the_page_opens_with_the_server_off_and_what_is_entered_then_is_sent_once(
    house: SecureHouse, context: BrowserContext
) -> None:
    page = open_handheld_by_name(context, house, "e1", house.address)
    sit_down(page, "d1")
    take_number(page)
    tap(page, "Call the next customer")
    expect(page.locator("#stage")).to_contain_text("A001")
    await_nothing_kept(page, house)
    _await_ready_for_the_worst(page, house)
    page.close()

    with switched_off(house):
        page = context.new_page()
        page.goto(f"{house.address}/handheld")
        expect(page.locator("#stage")).to_contain_text("A001")
        expect(page.locator("#who")).to_contain_text("d1")
        expect(page.locator(".link-lost")).to_be_visible()
        tap(page, "They sit here")
        expect(page.locator("#heard")).to_contain_text("Saved, will be sent")
        take_number(page)
        assert [len(said_by(house, H1, kind)) for kind in ("CustomerSeated", "TicketTaken")] == [0, 1]
        page.close()

    page = context.new_page()
    page.goto(f"{house.address}/handheld")
    await_said(house, H1, "TicketTaken", 2)
    await_nothing_kept(page, house)
    expect(page.locator(".link-lost")).to_be_hidden()
    stored = said_by(house, H1)
    assert [entry.kind for entry in stored].count("CustomerSeated") == 1
    assert [entry.kind for entry in stored].count("TicketTaken") == 2
    assert {entry.outcome for entry in stored} == {"accepted"}
    assert len({(entry.boot, entry.seq) for entry in stored}) == len(stored)


@contextmanager
def switched_off(house: SecureHouse) -> Iterator[None]:
    """Whatever comes of it, the next test has a server again."""
    house.stop("serve")
    try:
        yield
    finally:
        house.serve()


def _await_ready_for_the_worst(page: Page, house: House) -> None:
    """The worker has the page, and the browser remembers the picture."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    known = "caches.match('/handheld').then((known) => known !== undefined)"
    house.await_(lambda: page.evaluate(known), "the page in the worker's keeping")
    await_picture_kept(page, house, "d1", "A001")


def test_a_page_over_tls_is_a_secure_context_with_a_worker_and_a_wire_of_its_own(
    house: SecureHouse, context: BrowserContext
) -> None:
    wires: list[str] = []
    context.on("page", lambda page: page.on("websocket", lambda socket: wires.append(socket.url)))
    page = open_handheld_by_name(context, house, "e2", house.address)
    sit_down(page, "d2")
    assert page.evaluate("[isSecureContext, 'mediaDevices' in navigator, 'locks' in navigator]") == [True] * 3
    worker = page.evaluate("navigator.serviceWorker.ready.then((ready) => ready.active.scriptURL)")
    assert worker == f"{house.address}/sw.js"
    assert set(wires) == {f"wss://{NAME}:{house.port}/api/v1/{house.layout.store.id}/live"}


def test_cookies_over_tls_are_secure_and_no_script_and_no_plain_page_gets_them(
    house: SecureHouse, context: BrowserContext
) -> None:
    page = open_handheld_by_name(context, house, "e3", house.address)
    kept = {cookie["name"]: cookie for cookie in context.cookies()}
    assert set(kept) == {"__Host-device", "__Host-session"}
    for cookie in kept.values():
        assert (cookie["secure"], cookie["httpOnly"], cookie["domain"], cookie["path"]) == (True, True, NAME, "/")
    assert page.evaluate("document.cookie") == ""
    asked: list[Request] = []  # the page before may still ask for something, over TLS
    page.on("request", lambda request: asked.append(request) if request.url.startswith("http:") else None)
    page.goto(f"{house.door}/set-up")
    assert {request.all_headers().get("cookie", "") for request in asked} == {""}


def test_nothing_makes_a_browser_refuse_the_door_without_tls_later(house: SecureHouse, context: BrowserContext) -> None:
    """No HSTS: under the same name a handheld without the certificate has to find out how to install it."""
    answer = context.new_page().goto(house.address)
    assert answer is not None
    assert "strict-transport-security" not in answer.all_headers()


# ── without it ──────────────────────────────────────────────────────────────────────────────────


def test_without_the_authority_a_browser_refuses_the_page_and_the_door_tells_how_to_install_it(
    house: SecureHouse, chromium: Browser, tmp_path: Path
) -> None:
    with browser_of(chromium, tmp_path) as browser:
        context = browser.new_context(viewport=PHONE, locale="en-GB")
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            context.new_page().goto(house.address)
        page = context.new_page()
        page.goto(f"{house.door}/set-up")
        expect(page.locator(".fingerprint")).to_have_text(fingerprint(house.files.authority))
        with page.expect_download() as download:
            page.get_by_role("link", name="Load the certificate").click()
        brought = tmp_path / download.value.suggested_filename
        download.value.save_as(brought)
        assert brought.read_bytes() == house.files.authority.read_bytes()
        onward = page.locator("main").get_by_role("link", name="https://")
        assert onward.get_attribute("href") == f"{house.address}/set-up"
    home = tmp_path / "later"
    trust(home, brought)
    with browser_of(chromium, home) as browser:
        page = browser.new_page(locale="en-GB")
        page.goto(f"{house.address}/set-up")
        expect(page.get_by_label("Code of the device")).to_be_visible()


def test_a_name_that_the_certificate_is_not_for_is_refused(house: SecureHouse, context: BrowserContext) -> None:
    with pytest.raises(Error, match="ERR_CERT_COMMON_NAME_INVALID"):
        context.new_page().goto(house.address.replace(NAME, "evil.lan"))


# ── the door without TLS ────────────────────────────────────────────────────────────────────────


def test_whoever_comes_without_tls_is_sent_to_the_pages_with_it(house: SecureHouse, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{house.door}/board?lang=zh-Hans")
    assert page.url.startswith(f"{house.address}/")


@pytest.mark.parametrize(
    ("asked", "sent_to"),
    [
        (NAME, NAME), ("localhost:80", "localhost"), ("evil.example", NAME), (f"{NAME}.evil.example", NAME),
        (f"{NAME}@evil.example", "127.0.0.1"), ("[::1", "127.0.0.1"), ("", "127.0.0.1"),
    ],
)  # fmt: skip
def test_the_door_sends_nobody_to_another_site(house: SecureHouse, asked: str, sent_to: str) -> None:
    answer = httpx.get(f"http://127.0.0.1:{house.door_port}/track/T?x=1", headers={"Host": asked})
    assert (answer.status_code, answer.headers["location"]) == (307, f"https://{sent_to}:{house.port}/track/T?x=1")
    assert answer.headers["cache-control"] == "no-store"


def test_the_door_takes_no_pin_and_gives_no_cookie(house: SecureHouse) -> None:
    door = f"http://127.0.0.1:{house.door_port}"
    said = {"badge": "m1", "pin": house.pin_for("m1")}
    answer = httpx.post(f"{door}/api/v1/{house.layout.store.id}/session", json=said)
    assert answer.status_code == 405
    for path in ("/set-up?lang=zh-Hant", "/ca.crt", "/", "/static/x/base.css"):
        assert "set-cookie" not in httpx.get(f"{door}{path}").headers


def test_serve_says_where_a_device_begins_and_what_it_compares(house: SecureHouse) -> None:
    said = (house.directory / "serve.log").read_text()
    assert f"Pages: https://127.0.0.1:{house.port}\n" in said
    assert f"opens http://127.0.0.1:{house.door_port}/set-up first" in said
    assert fingerprint(house.files.authority) in said


def test_devices_are_told_names_that_the_certificate_is_for(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    files = make_certificates(tmp_path / "certs", [NAME], [ip_address("192.168.1.10")], now)
    listening = Listening(host="192.168.1.10", certificate=files.server, key=files.server_key)
    said = told(listening, 8443, 8444)
    assert f"Pages: https://{NAME}:8443  https://192.168.1.10:8443\n" in said
    assert "http://192.168.1.10:8444/set-up first" in said
    assert "not for" not in said
    moved = told(structs.replace(listening, host="192.168.1.11"), 8443, 8444)
    assert "The certificate is not for 192.168.1.11" in moved
    assert "https://192.168.1.11" not in moved


def test_a_port_of_the_door_that_is_taken_is_told_before_anything_starts(house: SecureHouse) -> None:
    options = Namespace(host="127.0.0.1", port=0, set_up_port=house.door_port, certificates=house.files.directory)
    with pytest.raises(PortTaken, match=rf"port {house.door_port} .* choose another --set-up-port"):
        check_ports(options)
