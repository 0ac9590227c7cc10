"""The live picture: many tabs, a server that goes and comes back, a floor that goes and comes back."""

import time
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page

from shopfloor.contract.events import TicketTaken
from tests.conftest import Mosquitto
from tests.web.conftest import sign_in
from tests.web.house import House
from tests.web.openings import Browsing

pytestmark = pytest.mark.alone
TABS = 12
LOSS_SHOWN_S = 3.0
BACK_S = 5.0
SHOWN_S = 0.5
"""Two looks of the gallery."""
SLACK_S = 1.0
"""For the looking itself, on a machine that does other things."""
LIVE = "() => document.documentElement.dataset.link === 'live'"
LOST = "() => document.documentElement.dataset.link === 'lost'"
FLOOR = "() => document.documentElement.dataset.floor === '{}'"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[House]:
    """One of our own: it is stopped and started here."""
    whole = House(tmp_path_factory.mktemp("live"), broker.url)
    try:
        yield whole.start()
    finally:
        whole.stop_all()


@pytest.fixture
def manager(browsing: Browsing, house: House) -> BrowserContext:
    context = browsing()
    sign_in(context, house, "m1")
    return context


def board(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/board")
    page.wait_for_function(LIVE)
    return page


def took_s(page: Page, so: str) -> float:
    began = time.monotonic()
    page.wait_for_function(so, polling=50)
    return time.monotonic() - began


def test_twelve_boards_in_one_browser_are_all_live_and_see_the_same_customer(
    manager: BrowserContext, house: House
) -> None:
    tabs = [board(manager) for _ in range(TABS)]
    number = house.say("queue/q1", TicketTaken(line="C", language="en")).made["number"]
    for tab in tabs:
        tab.bring_to_front()
        tab.get_by_text(number).first.wait_for()


def test_a_server_that_goes_is_told_within_three_seconds_and_one_that_comes_back_is_live_within_five(
    manager: BrowserContext, house: House
) -> None:
    page = board(manager)
    house.stop("pages")
    assert took_s(page, LOST) <= LOSS_SHOWN_S + SLACK_S
    assert page.locator(".link-lost").is_visible()
    house.start_pages()
    assert took_s(page, LIVE) <= BACK_S
    assert not page.locator(".link-lost").is_visible()


def test_a_floor_that_goes_is_told_though_the_pages_are_there(manager: BrowserContext, house: House) -> None:
    page = board(manager)
    page.wait_for_function(FLOOR.format("there"))
    house.stop("coordinator")
    assert took_s(page, FLOOR.format("away")) <= LOSS_SHOWN_S + SLACK_S
    assert page.locator(".floor-away").is_visible()
    house.start_coordinator()
    page.wait_for_function(FLOOR.format("there"))


def test_who_signs_out_sees_nothing_more_in_any_tab(manager: BrowserContext, house: House) -> None:
    first, second = board(manager), board(manager)
    me = manager.request.get("/api/v1/s1/me").json()
    headers = {"Origin": house.address, "X-CSRF-Token": me["csrf"]}
    assert manager.request.delete("/api/v1/s1/session", headers=headers).status == 204
    for page in (first, second):
        page.wait_for_url("**/?to=board")


TELLS: Final = """([store, page, link, waiting]) => new Promise((told) => {
  const outbox = { boot: 1, seq: waiting, waiting };
  const wire = new WebSocket(`ws://${location.host}/api/v1/${store}/live`);
  wire.onopen = () => wire.send(JSON.stringify({ t: "hello", page, link, outbox }));
  wire.onmessage = told;
})"""
"""A page says how many entries wait in its browser, on a wire of its own, until it is heard."""
SHOWS: Final = "waiting => document.getElementById('links').textContent.includes(`${waiting} entries not sent yet`)"


def test_what_a_browser_has_not_sent_yet_is_on_the_board_at_once(
    manager: BrowserContext, house: House, device_page: Callable[..., Page]
) -> None:
    """Not with the next change of the records: a browser without a way to the floor changes none."""
    looking, kiosk = board(manager), device_page("queue/q2", "/set-up")
    for waiting in range(2, 7):
        kiosk.evaluate(TELLS, [house.layout.store.id, "kiosk", "", waiting])
        began = time.monotonic()
        looking.wait_for_function(SHOWS, arg=waiting, polling=50)
        assert time.monotonic() - began < SHOWN_S + SLACK_S


def test_what_waits_on_a_customers_phone_is_no_devices(
    manager: BrowserContext, house: House, browsing: Browsing, device_page: Callable[..., Page]
) -> None:
    looking, kiosk, phone = board(manager), device_page("queue/q2", "/set-up"), browsing().new_page()
    phone.goto("/")
    phone.evaluate(TELLS, [house.layout.store.id, "track", house.link_of_new_ticket(), 8])
    kiosk.evaluate(TELLS, [house.layout.store.id, "kiosk", "", 9])
    looking.wait_for_function(SHOWS, arg=9, polling=50)
    assert not looking.evaluate(SHOWS, 8)
