"""The manager's settings really change the shop: what is set is what the floor goes by."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.house import House

Opens = Callable[..., Page]
TODAY = "2026-11-23"
LATER = "2026-12-01"


LINES_OF_PRICES = """() => [...document.querySelectorAll("#prices .number")].map((cell) => {
  const words = document.createRange();
  words.selectNodeContents(cell);
  return new Set([...words.getClientRects()].map(({ top }) => top)).size;
})"""


@pytest.fixture
def settings(manager_page: Opens) -> Page:
    page = manager_page("/settings", width=1440, height=900)
    page.wait_for_function("() => performance.getEntriesByName('usable').length > 0")
    return page


def get(page: Page, house: House, path: str) -> object:
    answer = page.request.get(f"/api/v1/{house.layout.store.id}{path}")
    assert answer.ok, answer.text()
    return answer.json()


# ── service days ────────────────────────────────────────────────────────────────────────────────


def test_a_date_becomes_a_service_day_and_stops_being_one(settings: Page, house: House) -> None:
    settings.locator("#day-form input").fill(LATER)
    settings.get_by_role("button", name="Make it a service day").click()
    row = settings.locator("#days li").filter(has_text=LATER)
    expect(row).to_be_visible()
    assert LATER in get(settings, house, "/settings")["service_days"]
    row.get_by_role("button", name="No service day").click()
    expect(settings.locator("#days")).to_have_text("None is planned.")


# ── prices ──────────────────────────────────────────────────────────────────────────────────────


def price_of_cleaning(page: Page, house: House, date: str) -> int:
    rows = get(page, house, f"/prices?date={date}")
    return next(row["labour_fen"] for row in rows if row["service"] == "cleaning")


def set_cleaning(page: Page, yuan: str, effective: str) -> None:
    page.get_by_label("Model").select_option("")
    page.get_by_role("button", name="Change cleaning").click()
    form = page.locator(".price-form")
    form.get_by_label("From").fill(effective)
    form.get_by_label("Labour, yuan").fill(yuan)
    form.get_by_role("button", name="Set the price").click()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_on_a_phone_no_price_is_broken_in_two(manager_page: Opens, language: str) -> None:
    page = manager_page(f"/settings?lang={language}", width=390, height=780)
    page.get_by_label(re.compile("Model|机型|機型")).select_option("AST-M60")
    expect(page.locator("#prices")).to_contain_text("¥1,249.00")
    assert set(page.evaluate(LINES_OF_PRICES)) == {1}
    width, needed = page.evaluate("() => [innerWidth, document.documentElement.scrollWidth]")
    assert needed <= width


def test_a_price_holds_from_its_date_on_and_not_before(settings: Page, house: House) -> None:
    before = price_of_cleaning(settings, house, TODAY)
    set_cleaning(settings, "25.50", LATER)
    expect(settings.locator("#told")).to_have_text("✓ Done.")
    assert price_of_cleaning(settings, house, TODAY) == before
    assert price_of_cleaning(settings, house, LATER) == 2_550
    row = settings.locator("#prices tr").filter(has_text="cleaning")
    expect(row).to_contain_text(LATER)
    row.get_by_role("button", name="Withdraw").click()
    expect(row).not_to_contain_text(LATER)
    assert price_of_cleaning(settings, house, LATER) == before


def test_a_price_in_the_past_is_refused_with_what_to_do(settings: Page, house: House) -> None:
    before = price_of_cleaning(settings, house, TODAY)
    set_cleaning(settings, "1.00", "2026-11-01")
    expect(settings.locator("#told")).to_contain_text("2026-11-01 is over. Choose today")
    assert price_of_cleaning(settings, house, TODAY) == before
    expect(settings.locator(".price-form")).to_be_visible()


def test_a_part_has_its_price_from_today_on(settings: Page, house: House) -> None:
    settings.get_by_label("Model").select_option(index=1)
    settings.locator("#prices button").first.click()
    form = settings.locator(".price-form")
    form.get_by_label("Part, yuan").fill("123.45")
    form.get_by_role("button", name="Set the price").click()
    row = settings.locator("#prices tr").first
    expect(row).to_contain_text("¥123.45")
    expect(row).to_contain_text(TODAY)


# ── staff, modes ────────────────────────────────────────────────────────────────────────────────


def test_somebody_takes_a_day_off_and_comes_in_again(settings: Page, house: House) -> None:
    settings.locator("#staff-date").fill(LATER)
    row = settings.locator("#staff li").filter(has_text="· e3")
    expect(row).to_contain_text("off")
    row.get_by_role("button", name="Comes in").click()
    expect(row).to_contain_text("changed by the manager")
    duties = {duty["person"]: duty for duty in get(settings, house, f"/settings?date={LATER}")["duties"]}
    assert duties["e3"]["working"]
    row.get_by_role("button", name="Takes the day off").click()
    expect(row).not_to_contain_text("changed by the manager")


def test_a_line_is_closed_and_opened_again(settings: Page, house: House) -> None:
    row = settings.locator("#modes li").filter(has_text="C ·")
    row.get_by_role("button", name="Close the line").click()
    expect(row).to_contain_text("the line is closed")
    assert get(settings, house, "/settings")["lines_closed"] == ["C"]
    row.get_by_role("button", name="Back to usual").click()
    expect(row).to_contain_text("open")
    assert get(settings, house, "/settings")["lines_closed"] == []


# ── PINs and devices ────────────────────────────────────────────────────────────────────────────


def test_an_engineer_gets_a_pin_that_works_at_their_handheld(
    settings: Page, house: House, device_page: Callable[..., Page]
) -> None:
    row = settings.locator("#people li").filter(has_text="· e6")
    row.get_by_role("button", name="New PIN").click()
    row.get_by_label("New PIN of").fill("604913")
    row.get_by_role("button", name="Set the PIN").click()
    expect(settings.locator("#told")).to_contain_text("has a new PIN")
    base = f"/api/v1/{house.layout.store.id}"
    handheld = device_page("handheld/h6", "/")
    csrf = handheld.request.get(f"{base}/me").json()["csrf"]
    answers = [
        handheld.request.post(
            f"{base}/session",
            data={"badge": "e6", "pin": pin},
            headers={"Origin": house.address, "X-CSRF-Token": csrf},
        ).status
        for pin in ("111111", "604913")
    ]
    assert answers == [401, 200]


def test_another_managers_pin_is_not_given_here(settings: Page) -> None:
    row = settings.locator("#people li").filter(has_text="· m2")
    expect(row.get_by_role("button")).to_have_count(0)


def test_a_code_makes_another_browser_a_device(
    settings: Page, house: House, browsing: Callable[..., BrowserContext]
) -> None:
    settings.locator("#code-form select").select_option("handheld/h11")
    settings.get_by_role("button", name="Make a code").click()
    expect(settings.get_by_role("img", name="QR code of the address")).to_be_visible()
    code = settings.locator(".code-words").inner_text()
    other = browsing()
    base = f"/api/v1/{house.layout.store.id}"
    answers = [
        other.request.post(f"{base}/enrolment", data={"code": code}, headers={"Origin": house.address})
        for _ in range(2)
    ]
    assert answers[0].json()["device"] == "handheld/h11"
    assert not answers[1].ok, "a code works once"
    expect(settings.locator("#browsers")).to_contain_text("handheld/h11", timeout=15_000)


def sign_out(settings: Page, device: str) -> None:
    """As a manager does: asked once more, because somebody may be working there."""
    row = settings.locator("#browsers li").filter(has_text=device)
    expect(row).to_contain_text("since 20", timeout=15_000)
    row.get_by_role("button", name=f"Sign {device} out").click()
    row.get_by_role("button", name="Yes, sign it out").click()
    expect(settings.locator("#told")).to_have_text(f"✓ {device} is signed out.")


def test_a_device_that_is_signed_out_shows_where_a_new_code_makes_it_one_again(
    settings: Page, house: House, device_page: Callable[..., Page]
) -> None:
    pad, other = device_page("pad/pad-5", "/pad"), device_page("pad/pad-6", "/pad")
    sign_out(settings, "pad/pad-5")
    expect(pad.get_by_label("Code of the device")).to_be_visible(timeout=15_000)
    assert other.url.endswith("/pad"), "nobody else is touched"
    pad.get_by_label("Code of the device").fill(house.code_for("pad/pad-5"))
    pad.get_by_role("button", name="Set it up").click()
    pad.wait_for_url("**/pad")
    assert "pad/pad-5" in enrolled(house)


def enrolled(house: House) -> list[str]:
    """Devices that a browser is."""
    return [line.device for line in house.access.devices() if line.enrolled_at]


def test_a_device_stays_one_until_the_manager_says_yes(
    settings: Page, house: House, device_page: Callable[..., Page]
) -> None:
    device_page("pad/pad-4", "/pad")
    row = settings.locator("#browsers li").filter(has_text="pad/pad-4")
    row.get_by_role("button", name="Sign pad/pad-4 out").click(timeout=15_000)
    row.get_by_role("button", name="Leave it").click()
    expect(row.get_by_role("button")).to_have_count(1)
    assert "pad/pad-4" in enrolled(house)


def test_a_handheld_that_is_signed_out_keeps_what_was_entered_and_sends_it_when_it_is_set_up_again(
    settings: Page, house: House, device_page: Callable[..., Page]
) -> None:
    handheld = device_page("handheld/h9", "/handheld", badge="e9")
    handheld.locator("#stage .desk").first.wait_for()
    handheld.route("**/events", lambda route: route.abort())
    handheld.locator("#stage .desk:enabled").first.click()
    expect(handheld.locator("#heard")).to_contain_text("Saved, will be sent")
    sign_out(settings, "handheld/h9")
    expect(handheld.get_by_text("This browser is not a device of the shop any more.")).to_be_visible(timeout=15_000)
    handheld.unroute("**/events")
    handheld.get_by_role("link", name="Set it up again").click()
    handheld.get_by_label("Code of the device").fill(house.code_for("handheld/h9"))
    handheld.get_by_role("button", name="Set it up").click()
    handheld.wait_for_url("**/handheld")
    handheld.get_by_label("Badge").fill("e9")
    handheld.get_by_label("PIN").fill(house.pin_for("e9"))
    handheld.get_by_role("button", name="Sign in").click()
    expect(handheld.locator("#tabs button").first).to_be_visible(timeout=20_000)


def test_settings_are_the_managers_alone(device_page: Callable[..., Page], house: House) -> None:
    page = device_page("handheld/h5", "/", badge="e5")
    base = f"/api/v1/{house.layout.store.id}"
    assert page.request.get(f"{base}/settings").status == 403
    assert page.request.get(f"{base}/prices").status == 403
