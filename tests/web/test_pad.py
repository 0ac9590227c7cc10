"""The PAD as a customer uses it: read to the end, agree, sign; and all the ways in which nothing is signed."""

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress

import msgspec
import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from devices.signing import Point, ink
from tests.web.at_the_desk import Visit
from tests.web.hall import looked_up
from tests.web.house import House

TABLET = {"width": 1024, "height": 768, "has_touch": True}
SMALL = {"width": 700, "height": 480}
"""No document fits it."""
NAME = ((0.1, 0.7), (0.2, 0.2), (0.3, 0.7), (0.45, 0.3), (0.55, 0.7), (0.7, 0.25), (0.85, 0.65))
KEPT = """async (device) => (await indexedDB.databases()).length
  && (await (await import(document.querySelector("link[href$='store.js']").href)).kept(device))
    .map(({ kind }) => kind)"""
WORDS_SEEN_MS = 450
"""A page takes no tap on words that it has shown for a shorter time."""
TAPPED_AS_THE_END_CAME = """async () => {
  const [sheets, button] = [document.querySelector(".sheets"), document.querySelector("button.go")];
  sheets.scrollTop = sheets.scrollHeight;
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  button.click();
  return button.textContent;
}"""
NO_NETWORK = """() => { globalThis.fetch = () => Promise.reject(new TypeError("no network")); }"""
"""For this life of the page. Chromium's own offline mode ends before the page does: one that is being closed can still
send."""
NOT_SENT = re.compile("Not sent")

Opens = Callable[..., Page]


@pytest.fixture
def pad(device_page: Opens) -> Opens:
    """Opens the PAD of a visit's desk."""

    def open_(visit: Visit, **settings: object) -> Page:
        return device_page(visit.pad, "/pad", **(settings or TABLET))

    return open_


def read_it(page: Page) -> None:
    """Until the end, as slowly as the page wants it."""
    expect(page.locator(".sitting")).to_be_visible()
    on = page.get_by_role("button", name="Read on")
    agree = page.get_by_role("button", name=re.compile("^(I agree|I have read it)$"))
    for _ in range(30):
        expect(on.or_(agree)).to_be_visible()
        if agree.count():
            break
        with suppress(PlaywrightTimeout):  # the page's end may come into sight just before the tap
            on.click(timeout=500)
        page.wait_for_timeout(150)
    page.wait_for_function("() => performance.now() > 1_200")
    expect(agree).not_to_have_attribute("aria-disabled", "true")
    page.wait_for_timeout(WORDS_SEEN_MS)


def agree(page: Page) -> None:
    read_it(page)
    until_there(page, lambda: page.get_by_role("button", name="I agree", exact=True).click(), ".signing")


def until_there(page: Page, click: Callable[[], None], shown: str) -> None:
    """A page that has been there for less than a second is not read yet: the customer is told, and taps again."""
    click()
    told = page.locator(".told", has_text="please read this page first")
    expect(page.locator(f"{shown}:visible").or_(told)).to_be_visible()
    if told.count():
        page.wait_for_timeout(1_000)
        click()
    expect(page.locator(shown)).to_be_visible()


def draw_name(page: Page) -> None:
    """With a pen, as a hand does: it takes its time."""
    box = page.locator("canvas.ink").bounding_box()
    assert box is not None
    for number, (x, y) in enumerate(NAME):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
        if number == 0:
            page.mouse.down()
        page.wait_for_timeout(40)
    page.mouse.up()


def is_empty(page: Page) -> None:
    """Nothing of a document is left, on the screen or behind it."""
    expect(page.locator(".sitting")).to_have_count(0)
    assert "IMEI" not in page.content()


def body_of(house: House, kind: str, request: str) -> dict[str, object]:
    rows = looked_up(house, "SELECT body FROM entry WHERE kind = ? AND outcome = 'accepted' ORDER BY n", kind)
    bodies = [json.loads(str(body, "utf-8") if isinstance(body, bytes) else str(body)) for (body,) in rows]
    found = [body for body in bodies if body["request"] == request]
    assert len(found) == 1, found
    return dict(found[0])


# ── signed ──────────────────────────────────────────────────────────────────────────────────────


def test_s3_to_s8_a_customer_reads_agrees_and_signs_and_nothing_stays(house: House, pad: Opens) -> None:
    visit = Visit(house, "d1")
    page = pad(visit)
    request = visit.take_in()
    agree(page)
    draw_name(page)
    page.get_by_role("button", name="Sign", exact=True).dblclick()
    visit.document_is(request, "SEALED", "DELIVERED")
    expect(page.get_by_role("heading", name="We look for the cause")).to_be_visible()
    is_empty(page)
    text = visit.text_of(request)
    told = body_of(house, "InkCaptured", request)
    assert told["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert int(str(told["points"])) >= 8
    assert int(str(told["duration_ms"])) >= 200
    assert int(str(body_of(house, "PageViewed", request)["on_screen_ms"])) >= 1_000
    house.await_(lambda: page.evaluate(KEPT, visit.pad) == [], "an empty outbox: the last word is under way")


def test_s13_an_amended_quote_is_void_and_the_new_one_is_shown(house: House, pad: Opens) -> None:
    visit = Visit(house, "d2")
    visit.sign(visit.take_in())
    page = pad(visit)
    first = visit.quote()
    agree(page)
    draw_name(page)
    second = visit.revise()
    expect(page.locator("#note")).to_have_text(
        "This document was changed. The earlier one is void; please read the new one."
    )
    expect(page.locator(".signing")).to_be_hidden()
    visit.document_is(first, "SUPERSEDED")
    agree(page)
    draw_name(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    visit.state_is("APPROVED")
    assert body_of(house, "InkCaptured", second)["request"] == second
    assert visit.count("InkCaptured", "request", first) == 0
    expect(page.locator(".box")).to_contain_text("Total, signed by you")


def test_s9_a_report_is_only_read(house: House, pad: Opens) -> None:
    visit = Visit(house, "d3")
    visit.sign(visit.take_in())
    visit.sign(visit.quote())
    page = pad(visit)
    request = visit.mend()
    read_it(page)
    expect(page.locator(".signing")).to_be_hidden()
    read = page.get_by_role("button", name="I have read it")
    page.wait_for_timeout(1_000)
    read.click()
    visit.document_is(request, "SEALED", "DELIVERED")
    is_empty(page)


def test_a_customer_without_a_hand_to_draw_signs_by_the_keyboard_alone(house: House, pad: Opens) -> None:
    """And on plain http, where the browser lends no hash: ours is the same."""
    visit = Visit(house, "d4", "zh-Hant")
    page = pad(visit, **TABLET)
    page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
    page.reload()
    request = visit.take_in()
    expect(page.locator(".sitting")).to_be_visible()
    assert page.evaluate("() => document.documentElement.lang") == "zh-Hant"
    expect(page.locator("button.go:not([aria-disabled])")).to_be_visible()
    page.wait_for_timeout(1_100)
    for _ in range(5):  # a screenful at a time, then consent
        tab_to(page, "button.go")
        page.keyboard.press("Enter")
        page.wait_for_timeout(700)
        if page.locator(".signing").is_visible():
            break
    expect(page.locator("canvas.ink")).to_be_focused()
    page.keyboard.press("Space")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp") * 6:
        page.keyboard.press(key, delay=15)
    page.keyboard.press("Space")
    tab_to(page, "button.go")
    page.keyboard.press("Enter")
    visit.document_is(request, "SEALED", "DELIVERED")
    told = body_of(house, "InkCaptured", request)
    assert (told["points"], told["length_px"]) == (25, 144)


def tab_to(page: Page, selector: str) -> None:
    for _ in range(12):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} by the keyboard")


# ── not signed ──────────────────────────────────────────────────────────────────────────────────


def test_s5_who_has_not_scrolled_to_the_end_cannot_go_on(house: House, pad: Opens) -> None:
    visit = Visit(house, "d5")
    page = pad(visit, **SMALL)
    request = visit.take_in()
    on = page.get_by_role("button", name="Read on")
    expect(on).to_be_visible()
    page.wait_for_timeout(1_200)
    assert page.get_by_role("button", name="I agree", exact=True).count() == 0
    on.click()
    page.wait_for_timeout(300)
    assert visit.count("PageViewed", "request", request) == 0
    # the end comes into sight just before the next tap, which was meant for "Read on"
    assert page.evaluate(TAPPED_AS_THE_END_CAME) == "I agree"
    expect(page.get_by_role("button", name="I agree", exact=True)).to_be_visible()
    page.wait_for_timeout(300)
    assert visit.count("PageViewed", "request", request) == 0
    agree(page)
    # empty, then a dot: both are no signature, and the floor hears of neither
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".told")).to_have_text("Please write your name into the field.")
    page.locator("canvas.ink").click()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".told")).to_contain_text("too little for a signature")
    assert visit.count("InkCaptured", "request", request) == 0
    # closed in mid-signature: what was drawn is gone, the document goes on where it was
    draw_name(page)
    page.reload()
    expect(page.locator(".signing")).to_be_visible()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".told")).to_have_text("Please write your name into the field.")
    # refused, until the ink is dry
    no, yes = page.locator(".foot .no").bounding_box(), page.locator(".foot .go").bounding_box()
    assert no is not None
    assert yes is not None
    assert (no["width"], no["height"]) == pytest.approx((yes["width"], yes["height"]), abs=1)
    page.get_by_role("button", name="I do not sign this").click()
    page.get_by_label("Why?").fill("too dear")
    page.get_by_role("button", name="I do not sign", exact=True).click()
    visit.document_is(request, "REFUSED")
    assert body_of(house, "SignatureRefused", request)["reason"] == "too dear"
    is_empty(page)


def test_s4_another_text_on_the_screen_is_told_and_cannot_be_signed(house: House, device_page: Opens) -> None:
    visit = Visit(house, "d6")
    page = device_page(visit.pad, "/set-up", **TABLET)
    page.route_web_socket(re.compile("/live$"), forge)
    page.goto("/pad")
    request = visit.take_in()
    expect(page.get_by_role("alert").filter(has_text="not the one that was prepared")).to_be_visible()
    visit.document_is(request, "FAILED")
    is_empty(page)
    assert request in visit.alarms()


def forge(socket: WebSocketRoute) -> None:
    """Between server and browser: the model is another one."""
    server = socket.connect_to_server()
    socket.on_message(server.send)
    server.on_message(lambda said: socket.send(str(said).replace("Aster M60", "Aster M61")))


def test_b27_a_signature_that_cannot_be_sent_at_once_is_not_sent_later(house: House, pad: Opens) -> None:
    visit = Visit(house, "d7")
    page = pad(visit)
    request = visit.take_in()
    agree(page)
    cut = re.compile("/events$")
    page.route(cut, not_for_a_minute)
    draw_name(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".told")).to_have_text(NOT_SENT, timeout=10_000)
    page.unroute(cut)
    page.wait_for_timeout(1_000)
    assert visit.count("InkCaptured", "request", request) == 0
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".told")).to_have_text("Please write your name into the field.")
    house.stop("coordinator")
    expect(page.locator("#away")).to_contain_text("nothing can be signed just now")
    draw_name(page)
    expect(page.get_by_role("button", name="Sign", exact=True)).to_have_attribute("aria-disabled", "true")
    house.start_coordinator()
    expect(page.locator("#away")).to_be_empty(timeout=30_000)
    page.get_by_role("button", name="Sign", exact=True).click()
    visit.document_is(request, "SEALED", "DELIVERED")


def not_for_a_minute(route: Route) -> None:
    """What a page says of its own accord waits so long then; a customer who taps again does not."""
    route.fulfill(status=503, content_type="application/json", headers={"Retry-After": "60"}, body="{}")


def test_a_tablet_that_is_closed_before_its_answer_says_nothing_later(house: House, pad: Opens) -> None:
    """What an earlier life of the page could not send is not said by the next one."""
    visit = Visit(house, "d8")
    page = pad(visit)
    request = visit.take_in()
    agree(page)
    context = page.context
    draw_name(page)
    page.evaluate(NO_NETWORK)
    page.get_by_role("button", name="Sign", exact=True).click()
    house.await_(lambda: page.evaluate(KEPT, visit.pad) == ["InkCaptured"], "a signature in the outbox")
    page.close()
    page = context.new_page()
    page.goto("/pad")
    expect(page.locator(".signing")).to_be_visible()
    page.wait_for_timeout(1_500)
    assert page.evaluate(KEPT, visit.pad) == []
    assert visit.count("InkCaptured", "request", request) == 0
    # left alone for ten minutes, floor or no floor
    page.clock.install()
    page.clock.fast_forward(11 * 60_000)
    is_empty(page)


# ── the ink ─────────────────────────────────────────────────────────────────────────────────────


def test_ink_is_measured_and_hashed_as_on_every_surface(house: House, device_page: Opens) -> None:
    page = device_page("pad/pad-8", "/pad", **TABLET)
    strokes = [[[12, 30.5, 0], [20.25, 31, 40], [90, 3, 300]], [[4, 4.1, 350], [5, 6, 400]]]
    sign = page.evaluate(
        """async (strokes) => {
            const place = document.querySelector('link[href$="/sign.js"]').href;
            const { inkHash, measures } = await import(place);
            return { ink: await inkHash(strokes), ...measures(strokes) };
        }""",
        strokes,
    )
    there = ink("S1", "0" * 64, msgspec.convert(strokes, tuple[tuple[Point, ...], ...]))
    assert (sign["ink"], sign["points"], sign["length_px"], sign["duration_ms"]) == (
        there.ink_sha256,
        there.points,
        there.length_px,
        there.duration_ms,
    )
