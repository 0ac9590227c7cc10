"""What was entered at a handheld reaches the journal exactly once, whatever happens to the network or the page."""

import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from shopfloor.contract.events import TicketTaken
from tests.web.conftest import CHROMIUM, FLAGS, sign_in
from tests.web.engineer import (
    await_nothing_kept,
    await_picture_kept,
    await_said,
    kept_in,
    open_handheld,
    open_handheld_by_name,
    said_by,
    sit_down,
    take_number,
)
from tests.web.house import House
from tests.web.rough_link import RoughLink

DISASTERS: Final = 100
SEED: Final = 20_261_122
SAVED_MS: Final = 100
PHONE: Final = {"width": 390, "height": 780}
TAKEN: Final = "TicketTaken"


@pytest.fixture
def link(house: House) -> Iterator[RoughLink]:
    with RoughLink(house.port) as rough:
        yield rough


def test_a_hundred_drop_outs_lost_answers_reloads_and_killed_tabs_lose_and_double_nothing(
    house: House, link: RoughLink, browsing: Callable[..., BrowserContext]
) -> None:
    chance = random.Random(SEED)
    context = browsing(**PHONE)
    page = open_handheld(context, house, "e1", link.address)
    sit_down(page, "d1")
    await_picture_kept(page, house, "d1")
    taps = 0
    for _ in range(DISASTERS):
        disaster = chance.choice(("drop-out", "lost answer", "lost answers", "reload", "killed tab"))
        if disaster == "drop-out":
            link.cut()
        elif disaster.startswith("lost"):
            link.swallow_answers(1 if disaster == "lost answer" else 2)
        for _ in range(chance.randint(1, 2)):
            take_number(page)
            taps += 1
        if disaster == "killed tab":
            page.close()
            page = context.new_page()
            page.goto(f"{link.address}/handheld")
        elif disaster == "reload":
            page.reload()
        elif disaster == "drop-out":
            if chance.random() < 0.3:
                page.reload()
            link.mend()
    await_nothing_kept(page, house)
    stored = said_by(house, "handheld/h1", TAKEN)
    assert len(stored) == taps
    assert len({(entry.boot, entry.seq) for entry in stored}) == taps
    assert [(entry.boot, entry.seq) for entry in stored] == sorted((entry.boot, entry.seq) for entry in stored)
    assert link.swallowed > DISASTERS // 5


def test_the_page_opens_with_the_server_off_and_keeps_what_is_entered(
    house: House, link: RoughLink, browsing: Callable[..., BrowserContext]
) -> None:
    page = open_handheld(browsing(**PHONE), house, "e2", link.address)
    sit_down(page, "d2")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    known = "caches.match('/handheld').then((known) => known !== undefined)"
    house.await_(lambda: page.evaluate(known), "the page in the worker's keeping")
    await_picture_kept(page, house, "d2")
    take_number(page)
    await_nothing_kept(page, house)
    link.cut()
    page.reload()
    expect(page.locator("#who")).to_contain_text("d2")
    expect(page.locator(".link-lost")).to_be_visible()
    for _ in range(3):
        take_number(page)
    expect(page.locator("#tabs")).to_contain_text("3")
    assert len(said_by(house, "handheld/h2", TAKEN)) == 1
    page.reload()
    assert kept_in(page) == ["saved", "saved", "saved"]
    link.mend()
    assert len(await_said(house, "handheld/h2", TAKEN, 4)) == 4
    expect(page.locator(".link-lost")).to_be_hidden()


def test_two_tabs_send_each_entry_once(house: House, link: RoughLink, browsing: Callable[..., BrowserContext]) -> None:
    context = browsing(**PHONE)
    one = open_handheld(context, house, "e3", link.address)
    sit_down(one, "d3")
    other = context.new_page()
    other.goto(f"{link.address}/handheld")
    expect(other.locator("#tabs")).to_contain_text("Entries")
    link.cut()
    for page in (one, other, one, other):
        take_number(page)
    link.mend()
    stored = await_said(house, "handheld/h3", TAKEN, 4)
    await_nothing_kept(one, house)
    assert len({(entry.boot, entry.seq) for entry in stored}) == len(said_by(house, "handheld/h3", TAKEN)) == 4


WIPE: Final = """() => new Promise((done, fail) => {
  const request = indexedDB.deleteDatabase("shopfloor");
  request.onsuccess = () => done(true);
  request.onerror = () => fail(request.error);
})"""


def test_a_wiped_storage_counts_under_a_new_boot(house: House, browsing: Callable[..., BrowserContext]) -> None:
    page = open_handheld(browsing(**PHONE), house, "e4")
    sit_down(page, "d4")
    take_number(page)
    await_said(house, "handheld/h4", TAKEN, 1)
    page.evaluate(WIPE)
    take_number(page)
    first, second = await_said(house, "handheld/h4", TAKEN, 2)
    assert (second.boot > first.boot, second.seq) == (True, 1)


def test_what_is_entered_after_a_wipe_and_without_a_server_is_numbered_later_in_its_order(
    house: House, link: RoughLink, browsing: Callable[..., BrowserContext]
) -> None:
    page = open_handheld(browsing(**PHONE), house, "e5", link.address)
    sit_down(page, "d5")
    take_number(page)
    (before,) = await_said(house, "handheld/h5", TAKEN, 1)
    link.cut()
    page.evaluate(WIPE)
    for _ in range(2):
        take_number(page)
    link.mend()
    _, second, third = await_said(house, "handheld/h5", TAKEN, 3)
    assert second.boot == third.boot > before.boot
    assert (second.seq, third.seq) == (1, 2)


def test_what_waits_while_another_start_of_the_device_speaks_goes_out_once_and_in_its_order(
    house: House, link: RoughLink, browsing: Callable[..., BrowserContext]
) -> None:
    """A profile that was brought back from yesterday's copy: its numbers are from before the last start."""
    page = open_handheld(browsing(**PHONE), house, "e4", link.address)
    sit_down(page, "d4")
    before = len(said_by(house, "handheld/h4", TAKEN))
    link.cut()
    for _ in range(3):
        take_number(page)
    overtaking = house.speak_anew("handheld/h4", TicketTaken(line="C", language="en"))
    link.mend()
    await_nothing_kept(page, house)
    _, *later = said_by(house, "handheld/h4", TAKEN)[before:]
    refused, accepted = ([entry for entry in later if entry.outcome == outcome] for outcome in ("refused", "accepted"))
    assert len(refused) == len(accepted) == 3
    assert all(entry.boot < overtaking.boot for entry in refused)
    assert [entry.body for entry in refused] == [entry.body for entry in accepted]
    boots, numbers = zip(*((entry.boot, entry.seq) for entry in accepted), strict=True)
    assert boots[0] == boots[2] > overtaking.boot
    assert numbers == (1, 2, 3)


# ── what may come instead of the floor's receipt ────────────────────────────────────────────────

ASK_AGAIN: Final = {
    "a captive portal's page": (200, "text/html", "<h1>Free Wi-Fi</h1>", {}),
    "somebody's JSON": (200, "application/json", '{"status":"ok"}', {}),
    "a receipt of another entry": (200, "application/json", '{"id":"other","receipt":{}}', {}),
    "a portal's redirect": (302, "text/html", "", {"Location": "http://127.0.0.1:9/login"}),
    "a portal's 403": (403, "text/html", "<h1>No</h1>", {}),
    "a request that took too long": (408, "application/json", '{"code":"slow"}', {}),
    "too often": (429, "application/json", '{"code":"too-often","words":"Too often."}', {"Retry-After": "1"}),
    "a mistake of ours": (500, "application/json", '{"code":"broken"}', {}),
    "the floor is away": (503, "application/json", '{"code":"floor-away"}', {"Retry-After": "1"}),
    "who are you": (401, "application/json", '{"code":"sign-in","words":"Sign in first."}', {}),
}


@pytest.fixture(scope="module")
def at_d6(house: House, chromium: Browser) -> Iterator[Page]:
    """One signed-on handheld for all these answers; without a service worker, so that a test can answer instead."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 780}, base_url=house.address, locale="en-GB", service_workers="block"
    )
    page = open_handheld(context, house, "e6")
    sit_down(page, "d6")
    yield page
    context.close()


def _answers(page: Page, *instead: tuple[int, str, str, dict[str, str]]) -> list[str]:
    """The next events are answered like this, those after them by the floor; the keys under which each was sent."""
    left, keys = list(instead), list[str]()

    def answer(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if left:
            status, kind, body, headers = left.pop(0)
            route.fulfill(status=status, content_type=kind, body=body, headers=headers)
        else:
            route.continue_()

    page.route("**/events", answer)
    return keys


@pytest.mark.parametrize("name", ASK_AGAIN)
def test_only_the_floors_own_receipt_ends_an_entry(name: str, at_d6: Page, house: House) -> None:
    page, before = at_d6, len(said_by(house, "handheld/h6", TAKEN))
    keys = _answers(page, ASK_AGAIN[name])
    take_number(page)
    await_nothing_kept(page, house)  # asks the page, which lets the answers above be given
    page.unroute_all()
    stored = said_by(house, "handheld/h6", TAKEN)
    assert len(stored) == before + 1
    assert len(keys) >= 2
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    ("status", "code"), [(400, "bad-field"), (403, "not-yours"), (409, "other-content"), (422, "closed")]
)
def test_what_is_refused_stays_until_somebody_has_read_it_and_later_entries_go_on(
    status: int, code: str, at_d6: Page, house: House
) -> None:
    page, before = at_d6, len(said_by(house, "handheld/h6", TAKEN))
    refusal = msgspec.json.encode({"code": code, "reason": "No.", "words": "This is why."}).decode()
    keys = _answers(page, (status, "application/json", refusal, {}))
    take_number(page)
    expect(page.locator("#tabs .bad")).to_have_text("1")
    take_number(page)
    await_nothing_kept(page, house, but="refused")
    page.reload()
    page.unroute_all()
    expect(page.locator("#tabs .bad")).to_have_text("1")
    page.locator("#tabs").get_by_role("button", name="Entries").click()
    expect(page.locator(".entry-refused")).to_contain_text("This is why.")
    page.locator(".entry-refused").get_by_role("button", name="Read").click()
    expect(page.locator(".entry-refused")).to_have_count(0)
    page.locator("#tabs").get_by_role("button", name="Work").click()
    assert kept_in(page) == []
    assert len(set(keys)) == 2
    assert len(said_by(house, "handheld/h6", TAKEN)) == before + 1


def test_a_page_from_before_the_last_sign_in_fetches_a_new_token(at_d6: Page, house: House) -> None:
    page, before = at_d6, len(said_by(house, "handheld/h6", TAKEN))
    page.context.clear_cookies(name="session")
    sign_in(page.context, house, "e6")
    take_number(page)
    await_said(house, "handheld/h6", TAKEN, before + 1)
    await_nothing_kept(page, house)


def test_whoever_is_signed_out_elsewhere_signs_in_again_and_nothing_is_lost(at_d6: Page, house: House) -> None:
    page, before = at_d6, len(said_by(house, "handheld/h6", TAKEN))
    page.context.clear_cookies(name="session")
    take_number(page)
    expect(page.locator("#stage")).to_contain_text("Who are you?")
    assert kept_in(page) == ["saved"]
    page.get_by_label("Badge").fill("e6")
    page.get_by_label("PIN").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#stage [role=alert]")).to_be_visible()
    page.get_by_label("PIN").fill(house.pin_for("e6"))
    page.get_by_role("button", name="Sign in").click()
    await_said(house, "handheld/h6", TAKEN, before + 1)
    expect(page.locator("#tabs")).to_contain_text("Entries")


# ── worse ───────────────────────────────────────────────────────────────────────────────────────


def test_plain_http_has_no_worker_and_loses_nothing_while_the_page_is_open(house: House, chromium: Browser) -> None:
    with_name = [*FLAGS, "--host-resolver-rules=MAP shop.lan 127.0.0.1"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=with_name, headless=True)
    try:
        context = browser.new_context(locale="en-GB")
        page = open_handheld_by_name(context, house, "e7", f"http://shop.lan:{house.port}")
        assert page.evaluate("[isSecureContext, 'serviceWorker' in navigator, 'locks' in navigator]") == [False] * 3
        sit_down(page, "d7")
        context.set_offline(True)
        for _ in range(3):
            take_number(page)
        context.set_offline(False)
        assert len(await_said(house, "handheld/h7", TAKEN, 3)) == 3
        await_nothing_kept(page, house)
    finally:
        browser.close()


def test_a_browser_that_is_killed_has_kept_what_was_saved(
    house: House, link: RoughLink, chromium: Browser, tmp_path: Path
) -> None:
    """SIGKILL of a browser of our own, with a profile on the disk; what it saved is sent by the next one."""
    profile = tmp_path / "profile"
    with own_browser(chromium, profile) as (context, kill):
        page = open_handheld_by_name(context, house, "e9", link.address)
        sit_down(page, "d8")
        await_nothing_kept(page, house)
        cookies = context.cookies()
        link.cut()
        for _ in range(3):
            take_number(page)
        kill()
    link.mend()
    assert said_by(house, "handheld/h9", TAKEN) == []
    with own_browser(chromium, profile) as (context, _kill):
        context.add_cookies(cookies)  # a browser writes its cookies to the disk when it has the time
        page = context.new_page()
        page.goto(f"{link.address}/handheld")
        stored = await_said(house, "handheld/h9", TAKEN, 3)
        await_nothing_kept(page, house)
        assert [entry.seq for entry in stored] == sorted({entry.seq for entry in stored})
        assert len(stored) == 3


@contextmanager
def own_browser(chromium: Browser, profile: Path) -> Iterator[tuple[BrowserContext, Callable[[], None]]]:
    """One that the test itself has started, and may kill: its process group, by its id."""
    words = [
        CHROMIUM,
        *FLAGS,
        "--remote-debugging-port=0",
        "--accept-lang=en-GB",
        f"--user-data-dir={profile}",
    ]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True, text=True)
    try:
        assert process.stderr is not None
        address = next(line.split()[-1] for line in process.stderr if line.startswith("DevTools listening"))
        browser = chromium.browser_type.connect_over_cdp(address)
        yield browser.contexts[0], lambda: os.killpg(process.pid, signal.SIGKILL)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def test_saved_is_said_within_a_tenth_of_a_second(at_d6: Page, house: House) -> None:
    took = sorted(take_number(at_d6) for _ in range(11))
    await_nothing_kept(at_d6, house)
    assert took[len(took) // 2] <= SAVED_MS, took
