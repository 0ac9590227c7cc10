"""A customer's whole visit in a running demo: every page in one browser, robots and customers played, over real MQTT.

Set ``SHOPFLOOR_SCREENSHOTS`` to a directory to have a picture of each step, for a person to look at.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import Mosquitto
from tests.shop.test_demo import RunningDemo
from tests.web.conftest import PATIENCE_MS
from tests.web.engineer import scan, sit_down, tap, tap_more
from tests.web.test_pad import agree, draw_name, read_it

SPEED: Final = 8
UNIT: Final = re.compile(r"[A-Z0-9-]+#\d+")
STEP_MS: Final = 60_000
A_PAGE_MS: Final = 1_200
"""Nobody has read a page in less (s5)."""
PHONE: Final = {"width": 390, "height": 780}
SIZES: Final = {
    "queue": {"width": 1080, "height": 1920}, "calls": {"width": 1920, "height": 1080}, "handheld": PHONE,
    "pad": {"width": 1024, "height": 768}, "pos": {"width": 1024, "height": 768},
}  # fmt: skip
PATHS: Final = {"queue": "kiosk", "calls": "calls", "handheld": "handheld", "pad": "pad", "pos": "pos"}

Eventually = Callable[[Callable[[], object], str], None]


@pytest.fixture
def demo(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[RunningDemo]:
    running = RunningDemo(
        tmp_path, "--your-desk", "d8", "--broker", mosquitto.url, "--speed", str(SPEED), "--hours", "0.2",
        "--customers", "1", "--seed", "80", "--port", "0", "--db", f"sqlite:///{tmp_path / 'shop.db'}",
    )  # fmt: skip
    yield running
    running.close()


class Desk:
    """All the devices of the desk that is yours, as pages of one browser: each has a host name of its own."""

    def __init__(self, context: BrowserContext, told: str) -> None:
        self._context = context
        self._pictures = os.environ.get("SHOPFLOOR_SCREENSHOTS", "")
        self.pins = dict(re.findall(r"sign in as (\w+), PIN (\d+)", told))
        self.pages = {
            device.partition("/")[0]: self._set_up(device, address)
            for device, address in re.findall(r"^  (\S+/\S+): (\S+)$", told, re.MULTILINE)
        }

    def _set_up(self, device: str, address: str) -> Page:
        """As whoever scans the code does."""
        kind = device.partition("/")[0]
        page = self._context.new_page()
        page.set_viewport_size(SIZES[kind])
        page.goto(address)
        page.get_by_role("button", name="Set it up").click()
        page.wait_for_url(lambda url: "set-up" not in url)
        page.goto(f"{address.partition('/set-up')[0]}/{PATHS[kind]}")
        return page

    def __getitem__(self, kind: str) -> Page:
        page = self.pages[kind]
        page.bring_to_front()
        return page

    def picture(self, page: Page, name: str) -> None:
        if self._pictures:
            page.screenshot(path=Path(self._pictures) / f"{name}.png")


@pytest.fixture
def desk(demo: RunningDemo, chromium: Browser, tmp_path: Path, eventually: Eventually) -> Iterator[Desk]:
    log = tmp_path / "demo.log"
    eventually(lambda: "calls/cd2: " in log.read_text(), "the demo's invitation")
    context = chromium.new_context(locale="en-GB")
    context.set_default_timeout(STEP_MS)
    expect.set_options(timeout=STEP_MS)
    yield Desk(context, log.read_text())
    expect.set_options(timeout=PATIENCE_MS)
    context.close()


@pytest.mark.timeout(300)
def test_a_whole_visit_from_the_kiosk_to_the_hand_over(desk: Desk, tmp_path: Path, eventually: Eventually) -> None:
    number, phone = _take_number(desk)
    handheld = _sign_on(desk)
    _call(desk, handheld, number)
    _take_in(desk, handheld)
    _sign(desk, "intake")
    _diagnose_and_quote(desk, handheld)
    _sign(desk, "quote")
    expect(phone.get_by_text("71 % of its capacity")).to_be_visible()
    _repair(desk, handheld)
    _read_report_and_pay(desk)
    _hand_over(desk, handheld)
    expect(phone.locator(".hero")).to_contain_text(re.compile("handed over|have your phone|Handed", re.IGNORECASE))
    desk.picture(phone, "13-white-box")
    with closing(sqlite3.connect(f"file:{tmp_path / 'shop.db'}?mode=ro", uri=True)) as database:
        query = "SELECT repair.state FROM ticket JOIN repair ON repair.id = ticket.repair WHERE number = ?"
        eventually(lambda: database.execute(query, (number,)).fetchone() in GIVEN_BACK, f"{number} handed over")
        kinds = [row[0] for row in database.execute("SELECT kind FROM fact ORDER BY id")]
        assert "JobLoaded" in kinds, "a robot brought the part"


GIVEN_BACK: Final = [("HANDED_OVER",), ("FOLLOW_UP",)]


def _take_number(desk: Desk) -> tuple[str, Page]:
    """And open one's own page by the code on the slip."""
    kiosk = desk["queue"]
    kiosk.get_by_role("button", name="English", exact=True).click()
    desk.picture(kiosk, "01-kiosk")
    kiosk.locator('[data-key="A"][data-open]').click()
    number = kiosk.locator(".ticket .drawn").inner_text()
    desk.picture(kiosk, "02-ticket")
    code = kiosk.locator(".ticket code").inner_text()
    phone = kiosk.context.new_page()
    phone.set_viewport_size(PHONE)
    phone.goto(f"{kiosk.url.partition('/kiosk')[0]}/track/{code}")
    expect(phone.locator(".hero .drawn")).to_have_text(number)
    desk.picture(phone, "03-waiting")
    return number, phone


def _sign_on(desk: Desk) -> Page:
    handheld = desk["handheld"]
    badge = next(badge for badge in desk.pins if badge.startswith("e"))
    handheld.get_by_label("Badge").fill(badge)
    handheld.get_by_label("PIN").fill(desk.pins[badge])
    handheld.get_by_role("button", name="Sign in").click()
    sit_down(handheld, "d8")
    return handheld


def _call(desk: Desk, handheld: Page, number: str) -> None:
    handheld.locator("#tabs").get_by_role("button", name="Queue").click()
    handheld.locator("#stage").get_by_text(number).click()
    desk.picture(handheld, "04-queue")
    handheld.get_by_role("button", name="Call this one").first.click()
    handheld.locator("#tabs").get_by_role("button", name="Work").click()
    calls = desk["calls"]
    expect(calls.locator("#number")).to_have_text(number)
    desk.picture(calls, "04-calls")
    handheld.bring_to_front()
    desk.picture(handheld, "05-called")
    tap(handheld, "They sit here")


def _take_in(desk: Desk, handheld: Page) -> None:
    tap(handheld, "Take the phone in")
    sheet = handheld.locator("#sheet")
    sheet.get_by_label("Model").select_option("AST-M60")
    sheet.locator("h2").click()
    scan(handheld, "001010000000057")
    sheet.get_by_text("Identity card seen").click()
    sheet.get_by_label("What the customer says").fill("battery worn")
    for _ in range(2):
        sheet.get_by_label("One more").click()
    sheet.get_by_text("Data are backed up").click()
    desk.picture(handheld, "06-intake")
    sheet.get_by_role("button", name="Take the phone in").click()


def _sign(desk: Desk, name: str) -> None:
    pad = desk["pad"]
    agree(pad)
    draw_name(pad)
    desk.picture(pad, f"07-{name}")
    pad.get_by_role("button", name="Sign", exact=True).click()
    expect(pad.locator(".sitting")).to_have_count(0)


def _diagnose_and_quote(desk: Desk, handheld: Page) -> None:
    handheld.bring_to_front()
    sheet = handheld.locator("#sheet")
    tap(handheld, "Record what is broken")
    sheet.get_by_text("battery worn or swollen").click()
    sheet.get_by_label("Cause").fill("71 % of its capacity")
    sheet.get_by_role("button", name="Record what is broken").click()
    tap(handheld, "Prepare the quote")
    sheet.get_by_role("button", name="Prepare the quote").click()


def _repair(desk: Desk, handheld: Page) -> None:
    """The part comes by robot; a colleague may be quicker with the check."""
    handheld.bring_to_front()
    sheet = handheld.locator("#sheet")
    tap(handheld, "Start the work")
    expect(handheld.locator(".parts")).to_contain_text(UNIT)
    desk.picture(handheld, "08-part-under-way")
    accept = handheld.locator("#next").get_by_role("button", name=re.compile("Accept|It is here|Take it")).first
    expect(accept).to_be_visible()
    expect(handheld.locator("#alerts")).to_contain_text(UNIT)
    accept.click()
    expect(handheld.locator("#alerts")).to_be_empty()  # whoever has the part in hand knows that it came
    tap(handheld, "The part is in")
    sheet.get_by_label("Serial of the old part").fill("OLD-1")
    sheet.get_by_role("button", name="The part is in").click()
    tap(handheld, "Bag the old part")
    tap(handheld, "The work is done")
    sheet.get_by_role("button", name="The work is done").click()
    tap(handheld, "Passed the check")
    sheet.get_by_role("button", name="All of them").click()
    sheet.get_by_role("button", name="Passed the check").click()


def _read_report_and_pay(desk: Desk) -> None:
    pad = desk["pad"]
    expect(pad.locator(".sitting")).to_be_visible()
    desk.picture(pad, "09-report")
    read_it(pad)
    pad.wait_for_timeout(A_PAGE_MS)
    pad.get_by_role("button", name="I have read it").click()
    expect(pad.locator(".sitting")).to_have_count(0)
    pos = desk["pos"]
    pos.get_by_role("button", name="Begin on the terminal").click()
    desk.picture(pos, "10-pos")
    pos.get_by_role("button", name="Approved: the slip is here").click()
    pos.get_by_label("Reference number of the slip").fill("REF1")
    pos.get_by_role("button", name="Approved", exact=True).click()
    expect(pos.locator("#ended")).to_contain_text("REF1")
    desk.picture(pos, "11-paid")


def _hand_over(desk: Desk, handheld: Page) -> None:
    _sign(desk, "acceptance")
    handheld.bring_to_front()
    tap(handheld, "Hand the phone over")
    sheet = handheld.locator("#sheet")
    sheet.get_by_text("The owner").click()
    sheet.get_by_role("button", name="Hand the phone over").click()
    expect(handheld.locator("#stage")).to_contain_text("Nothing on your desk")
    desk.picture(handheld, "12-done")
    tap_more(handheld, "Sign off")
