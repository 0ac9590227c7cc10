"""The live picture: many tabs, a server that goes and comes back, a floor that goes and comes back."""

import time
from collections.abc import Iterator

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
