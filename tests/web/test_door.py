"""The door: who somebody is, and how a browser becomes a device of the shop."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from shopfloor.web.authority import authority_router, told_authority
from shopfloor.web.certificates import make_certificates
from shopfloor.web.serving import wall
from tests.web.bare import bare_app
from tests.web.conftest import enrol
from tests.web.hall import number_of
from tests.web.house import House
from tests.web.openings import Browsing

PHONE = {"width": 390, "height": 780}
Opens = Callable[..., Page]


def sign_in_by_hand(page: Page, badge: str, pin: str) -> None:
    page.get_by_label("Badge").fill(badge)
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Sign in").click()


def test_a_manager_signs_in_at_the_door_and_out_again(browsing: Browsing, house: House) -> None:
    pin = house.pin_for("m1")
    page = browsing().new_page()
    page.goto("/board")
    expect(page).to_have_url(f"{house.address}/?to=board")
    expect(page.get_by_text("That page is not open here")).to_be_visible()
    sign_in_by_hand(page, "m1", pin)
    page.wait_for_url("**/board")
    page.goto("/")
    expect(page.locator(".here")).to_contain_text("m1")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator(".here")).to_have_count(0)
    page.goto("/board")
    expect(page).to_have_url(f"{house.address}/?to=board")


def test_a_wrong_pin_is_told_in_a_sentence_and_another_try_works(browsing: Browsing, house: House) -> None:
    pin = house.pin_for("m2")
    page = browsing().new_page()
    page.goto("/")
    sign_in_by_hand(page, "m2", "999999")
    expect(page.locator("#sign-in").get_by_role("alert")).to_contain_text("Badge and PIN do not fit here")
    sign_in_by_hand(page, "m2", pin)
    page.wait_for_url("**/board")


def test_an_engineer_signs_in_at_their_own_handheld_only(browsing: Browsing, house: House) -> None:
    pin = house.pin_for("e8")
    elsewhere = browsing().new_page()
    elsewhere.goto("/")
    sign_in_by_hand(elsewhere, "e8", pin)
    expect(elsewhere.locator("#sign-in").get_by_role("alert")).to_contain_text("own handheld")
    context = browsing(**PHONE)
    enrol(context, house, f"handheld/{house.layout.engineers['e8'].handheld}")
    page = context.new_page()
    page.goto("/")
    expect(page.locator(".here")).to_contain_text("handheld/")
    sign_in_by_hand(page, "e8", pin)
    page.wait_for_url("**/handheld")


def test_a_scanned_address_makes_a_browser_a_kiosk(browsing: Browsing, house: House) -> None:
    page = browsing().new_page()
    page.goto(f"/set-up#{house.code_for('queue/q2')}")
    expect(page).to_have_url(f"{house.address}/set-up")
    expect(page.get_by_role("button", name="Set it up")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kiosk")
    expect(page.locator(".tongues")).to_be_visible()


def test_a_used_code_is_told_in_a_sentence(browsing: Browsing, house: House) -> None:
    code = house.code_for("calls/cd2")
    first, second = browsing().new_page(), browsing().new_page()
    for page in (first, second):
        page.goto("/")
        page.get_by_label("Code of the device").fill(code.lower().replace("-", " "))
        page.get_by_role("button", name="Set it up").click()
    first.wait_for_url("**/calls")
    expect(second.locator("#enrol").get_by_role("alert")).to_contain_text("ask a manager for a new one")


def test_a_page_of_a_device_sends_a_stranger_to_the_door(browsing: Browsing, house: House) -> None:
    page = browsing().new_page()
    for name in ("kiosk", "calls"):
        page.goto(f"/{name}")
        expect(page).to_have_url(f"{house.address}/?to={name}")


def test_a_customer_types_the_code_of_the_ticket(browsing: Browsing, house: House) -> None:
    ticket = house.new_ticket()
    code = house.access.new_link(ticket, wall())
    page = browsing(**PHONE, java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_label("Code on the ticket").fill(f" {code[:8]} {code[8:]} ")
    page.get_by_role("button", name="See my visit").click()
    expect(page.locator(".drawn")).to_have_text(number_of(house, ticket))


def test_a_code_that_is_none_leads_nowhere(browsing: Browsing, house: House) -> None:
    page = browsing(**PHONE).new_page()
    page.goto("/")
    page.get_by_label("Code on the ticket").fill("//evil.example/%0d%0aX: y")
    page.get_by_role("button", name="See my visit").click()
    expect(page.get_by_role("heading", name="This link is wrong")).to_be_visible()
    assert page.url.startswith(f"{house.address}/track/")


# ── the shop's own certificate authority ────────────────────────────────────────────────────────


def test_without_an_authority_there_is_nothing_to_install(house: House) -> None:
    assert httpx.get(f"{house.address}/ca.crt").status_code == 404
    assert "fingerprint" not in httpx.get(f"{house.address}/set-up").text
    assert told_authority(None) is None
    assert told_authority(Path("/nowhere/ca.pem")) is None


def test_a_device_loads_the_certificate_and_compares_its_fingerprint(tmp_path: Path) -> None:
    files = make_certificates(tmp_path / "tls", ["shop.lan"], [], datetime.now(UTC))
    told = told_authority(files.authority)
    assert told is not None
    assert len(told.fingerprint.split(":")) == 32
    app = bare_app(tmp_path)
    app.state.shop.authority = files.authority
    route = authority_router(app.state.shop).routes[0]
    answer = route.endpoint()  # type: ignore[attr-defined]  # the one route it has
    assert answer.body.startswith(b"-----BEGIN CERTIFICATE-----")
    assert b"PRIVATE KEY" not in answer.body
    assert answer.media_type == "application/x-x509-ca-cert"


def test_who_has_mistyped_an_address_gets_a_page_in_their_language_and_a_program_gets_json(house: House) -> None:
    wants_page = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-TW"}
    lost = httpx.get(f"{house.address}/bord", headers=wants_page)
    assert (lost.status_code, lost.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "連結有誤或已失效。" in lost.text
    for path, headers in (("/bord", {}), (f"/api/v1/{house.layout.store.id}/bord", wants_page)):
        answer = httpx.get(f"{house.address}{path}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
