"""One whole visit by hand: the engineer's half of it at a handheld in a browser, with a cabinet and a robot."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from devices.handheld import AWAY_AFTER
from shopfloor.contract import events as e
from shopfloor.contract.actor import MINUTE
from shopfloor.service.layouts import lif_path, side_path
from tests.conftest import Mosquitto
from tests.web.at_the_desk import Visit
from tests.web.engineer import open_handheld, said_by, scan, sit_down, tap, tap_more
from tests.web.hall import looked_up
from tests.web.house import House

SPEED = 8.0
"""The robot drives through the shop in seconds."""
UNIT = "AST-M60-BAT#0001"
H9 = "handheld/h9"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[House]:
    """With everything that brings a part to a desk."""
    whole = House(tmp_path_factory.mktemp("house"), broker.url, speed=SPEED)
    try:
        whole.start(["archive/a1", "entitlement/en1", "notifier/n1", "cabinet/c1"])
        lif = lif_path("sample")
        drawn = ["--layout", str(lif), "--side", str(side_path(lif))]
        whole.start_device(f"robot/{next(iter(whole.layout.robots))}", drawn)
        yield whole
    finally:
        whole.stop_all()


class Customer(Visit):
    """Who sits at the desk: reads, signs and pays at devices that are no browsers."""

    def __init__(self, house: House, desk: str, repair: str) -> None:
        self.house = house
        self.repair = repair
        row = house.layout.desks[desk]
        self.pad, self.pos = f"pad/{row.pad}", f"pos/{row.pos}"

    def pay(self, amount: int) -> None:
        payment = self.payment()
        self.house.say(self.pos, e.PaymentPresented(payment=payment))
        approved = e.PaymentApproved(payment=payment, amount=amount, reference="REF1")
        assert self.house.say(self.pos, approved).status == "committed"


def test_a_whole_visit_by_hand(house: House, browsing: Callable[..., BrowserContext]) -> None:
    page = open_handheld(browsing(width=390, height=780, has_touch=True), house, "e9")
    expect(page.locator("#stage")).to_contain_text("Where do you sit?")
    scan(page, "desk/d8")
    expect(page.locator("#who")).to_contain_text("d8")
    house.say("queue/q1", e.TicketTaken(line="A", language="en"))
    tap(page, "Call the next customer")
    expect(page.locator("#stage")).to_contain_text("called")
    tap(page, "Call again")
    tap(page, "They sit here")
    _take_in(page)
    customer = Customer(house, "d8", _repair(page))
    customer.sign(customer.document("INTAKE"))
    _diagnose(page)
    _quote(page)
    customer.sign(customer.document("QUOTE"))
    tap(page, "Start the work")
    expect(page.locator("#next")).to_contain_text("A part is on its way")
    expect(page.locator(".parts")).to_contain_text("AST-M60-BAT")
    expect(page.locator("#alerts")).to_contain_text(UNIT, timeout=60_000)
    page.locator("#alerts").get_by_role("button", name="Read").click()
    expect(page.locator("#alerts")).to_be_empty()
    scan(page, UNIT)
    expect(page.locator(".parts")).to_contain_text("accepted")
    scan(page, UNIT)
    expect(page.locator("#heard")).to_contain_text("scanned twice")
    _install(page)
    tap(page, "Bag the old part")
    tap(page, "The work is done")
    _confirm(page, "The work is done")
    tap(page, "Passed the check")
    page.locator("#sheet").get_by_role("button", name="All of them").click()
    _confirm(page, "Passed the check")
    customer.read(customer.document("REPORT"))
    expect(page.locator("#stage")).to_contain_text("waiting for payment")
    customer.pay(9900)
    expect(page.locator("#next")).not_to_contain_text("Hand the phone over")
    tap(page, "Give back what came with it")
    page.locator("#sheet").get_by_text("Case").click()
    _confirm(page, "Give back")
    expect(page.locator("#next")).not_to_contain_text("Give back")
    customer.sign(customer.document("ACCEPT"))
    tap(page, "Hand the phone over")
    page.locator("#sheet").get_by_text("The owner").click()
    _confirm(page, "Hand the phone over")
    expect(page.locator("#stage")).to_contain_text("Nothing on your desk")
    assert looked_up(house, "SELECT handed_over_at > 0 FROM repair WHERE id = ?", customer.repair) == [(1,)]
    tap_more(page, "Sign off")
    expect(page.locator("#stage")).to_contain_text("Who are you?")
    assert {entry.outcome for entry in said_by(house, H9)} == {"accepted"}


def test_e22_a_handheld_untouched_for_ten_minutes_is_away_until_it_is_touched(
    house: House, browsing: Callable[..., BrowserContext]
) -> None:
    page = open_handheld(browsing(width=390, height=780), house, "e1")
    sit_down(page, "d1")
    seen = "SELECT state FROM presence WHERE id = 'e1'"
    house.await_(lambda: looked_up(house, seen) == [("ON",)], "signed on")
    page.locator("#stage").click()
    page.evaluate(PUT_BACK, AWAY_AFTER - MINUTE)
    page.wait_for_timeout(1_500)
    assert looked_up(house, seen) == [("ON",)]
    page.evaluate(PUT_BACK, AWAY_AFTER)
    house.await_(lambda: looked_up(house, seen) == [("AWAY",)], "away")
    page.locator("#stage").click()
    house.await_(lambda: looked_up(house, seen) == [("ON",)], "back")


PUT_BACK = """ms => localStorage.setItem("handheld touched", Number(localStorage.getItem("handheld touched")) - ms)"""
"""As if it had lain untouched for so much longer."""


def _repair(page: Page) -> str:
    words = page.locator("#stage .thing header").inner_text().split()
    return words[-1]


def _confirm(page: Page, name: str) -> None:
    page.locator("#sheet").get_by_role("button", name=name).click()


def _take_in(page: Page) -> None:
    tap(page, "Take the phone in")
    sheet = page.locator("#sheet")
    _confirm(page, "Take the phone in")
    expect(sheet.get_by_role("alert")).to_contain_text("Missing: Model")
    sheet.get_by_label("Model").select_option("AST-M60")
    sheet.locator("h2").click()
    scan(page, "001010000000057")
    expect(sheet.get_by_label("IMEI")).to_have_value("001010000000057")
    sheet.get_by_text("Identity card seen").click()
    sheet.get_by_label("What the customer says").fill("<b>battery</b> worn")
    for _ in range(2):
        sheet.get_by_label("One more").click()
    sheet.get_by_text("Case").click()
    sheet.get_by_text("Data are backed up").click()
    _confirm(page, "Take the phone in")


def _diagnose(page: Page) -> None:
    tap(page, "Record what is broken")
    sheet = page.locator("#sheet")
    sheet.get_by_text("battery worn or swollen").click()
    sheet.get_by_label("Cause").fill("71 % of its capacity")
    _confirm(page, "Record what is broken")


def _quote(page: Page) -> None:
    tap(page, "Prepare the quote")
    expect(page.locator("#sheet").get_by_label("battery worn")).to_be_checked()
    _confirm(page, "Prepare the quote")


def _install(page: Page) -> None:
    tap(page, "The part is in")
    page.locator("#sheet").get_by_label("Serial of the old part").fill("OLD-1")
    _confirm(page, "The part is in")
