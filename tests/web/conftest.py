"""Real pages in a real browser: one Chromium for the tests of a module, one context for each test."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import Mosquitto
from tests.web.house import House

CHROMIUM: Final = "/usr/bin/chromium-headless-shell"
"""The same browser without windows of its own: half the work of ``chromium --headless`` for the same pages."""
FLAGS: Final = (
    "--no-sandbox",  # tests run as root in CI; a shop's browsers keep their sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
PATIENCE_MS: Final = 15_000
"""What is to be seen is awaited so long: it costs nothing where it comes, and a busy machine is no page's mistake."""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright keeps an event loop running in its thread: it goes before another module wants one of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS), headless=True)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """One for a module."""
    mosquitto = Mosquitto(tmp_path_factory.mktemp("broker"))
    try:
        mosquitto.start()
        yield mosquitto
    finally:
        mosquitto.stop()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[House]:
    """Coordinator, pages and an archive that renders documents, at the pace of the wall's clock. One for a module:
    tests of it each take their own ticket and leave the desks as they found them."""
    whole = House(tmp_path_factory.mktemp("house"), broker.url)
    try:
        yield whole.start(["archive/a1", "entitlement/en1", "notifier/n1"])
    finally:
        whole.stop_all()


@pytest.fixture
def browsing(chromium: Browser, house: House) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser of its own, with no cookies: ``browsing(width=390, height=780, has_touch=True)``."""
    opened: list[BrowserContext] = []

    def browse(width: int = 1280, height: int = 800, **settings: object) -> BrowserContext:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=house.address, locale="en-GB", **settings
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        return context

    yield browse
    for context in opened:
        context.close()


def enrol(context: BrowserContext, house: House, device: str) -> None:
    """This browser is the device from now on."""
    origin = {"Origin": house.address}
    answer = context.request.post(
        f"/api/v1/{house.layout.store.id}/enrolment", data={"code": house.code_for(device)}, headers=origin
    )
    assert answer.ok, answer.text()


def sign_in(context: BrowserContext, house: House, badge: str) -> None:
    """This person has signed in here: an engineer at their enrolled handheld, a manager anywhere."""
    path = f"/api/v1/{house.layout.store.id}"
    me = context.request.get(f"{path}/me").json()
    answer = context.request.post(
        f"{path}/session",
        data={"badge": badge, "pin": house.pin_for(badge)},
        headers={"Origin": house.address, "X-CSRF-Token": me["csrf"]},
    )
    assert answer.ok, answer.text()


@pytest.fixture
def device_page(browsing: Callable[..., BrowserContext], house: House) -> Callable[..., Page]:
    """Opens a page in a browser that is enrolled as this device: ``device_page("queue/q2", "/kiosk")``; with
    ``badge="e8"`` that engineer has signed in there."""

    def open_(device: str, path: str, badge: str = "", **settings: object) -> Page:
        context = browsing(**settings)
        enrol(context, house, device)
        if badge:
            sign_in(context, house, badge)
        page = context.new_page()
        page.goto(path)
        return page

    return open_


@pytest.fixture
def manager_page(browsing: Callable[..., BrowserContext], house: House) -> Callable[..., Page]:
    """Opens a page in a browser where a manager has signed in: ``manager_page("/board")``."""

    def open_(path: str, badge: str = "m1", **settings: object) -> Page:
        context = browsing(**settings)
        sign_in(context, house, badge)
        page = context.new_page()
        page.goto(path)
        return page

    return open_
