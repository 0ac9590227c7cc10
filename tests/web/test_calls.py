"""The call display in a real browser: each call is said once, a recall again, and an old picture says that it is."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from shopfloor.contract.commands import Announce
from shopfloor.contract.events import CallShown, CustomerLeft, RecallRequested, TicketTaken
from shopfloor.web import speech
from shopfloor.web.screens import Screen
from tests.web.conftest import CHROMIUM, FLAGS, enrol
from tests.web.hall import call_next, looked_up, number_of, sign_on, state_of, tickets
from tests.web.house import House
from tests.web.openings import Browsing

Opens = Callable[..., Page]
WIDE = {"width": 1920, "height": 1080}
SOUND_MS = 1_000
SHOWN_MS = 1_000
STALE_S = 3.7
"""Three seconds of silence, and the half second at which a page looks at its clock."""


class Heard:
    """What the display asks the server to say."""

    def __init__(self, page: Page) -> None:
        self.paths: list[str] = []
        page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        if "/speech/" in request.url:
            self.paths.append(request.url.rpartition("/speech/")[2])


@pytest.fixture
def display(device_page: Opens) -> Page:
    page = device_page("calls/cd1", "/calls", **WIDE)
    expect(page.locator("#calls")).not_to_have_attribute("data-quiet", "")
    return page


@pytest.fixture
def engineer(house: House) -> Iterator[str]:
    """Somebody who calls. Afterwards the hall is empty."""
    yield sign_on(house)
    for ticket in tickets(house):
        if state_of(house, ticket) in ("WAITING", "CALLED"):
            house.say("queue/q1", CustomerLeft(ticket=ticket))


def shown_calls(house: House, ticket: str) -> list[object]:
    return [
        row[0]
        for row in looked_up(
            house,
            "SELECT json_extract(body, '$.calls') FROM fact WHERE kind = 'CallWasShown' AND ticket = ? ORDER BY id",
            ticket,
        )
    ]


def test_touchpoint_14_a_call_is_shown_large_said_once_and_only_then_reported(
    display: Page, house: House, engineer: str
) -> None:
    heard = Heard(display)
    ticket = house.new_ticket()
    called = call_next(house, engineer)
    assert called == ticket
    expect(display.locator("#number")).to_have_text(number_of(house, ticket))
    expect(display.locator("#desk")).to_have_text("8")
    expect(display.locator("#now")).to_have_attribute("data-calling", "")
    assert shown_calls(house, ticket) == []
    house.await_(lambda: display.wait_for_timeout(50) or shown_calls(house, ticket), "word that it was said")
    expect(display.locator("#now")).not_to_have_attribute("data-calling", "")
    display.reload()
    expect(display.locator("#number")).to_have_text(number_of(house, ticket))
    display.wait_for_timeout(500)
    assert shown_calls(house, ticket) == [1]
    number = number_of(house, ticket)
    assert heard.paths == [f"en/{number}/d8", f"zh-Hans/{number}/d8"]


def test_q7_a_recall_is_said_again(display: Page, house: House, engineer: str) -> None:
    heard = Heard(display)
    ticket = house.say("queue/q1", TicketTaken(line="A", language="zh-Hans")).made["ticket"]
    call_next(house, engineer)
    house.await_(lambda: display.wait_for_timeout(50) or shown_calls(house, ticket) == [1], "the first call")
    assert house.say(engineer, RecallRequested(ticket=ticket)).status == "committed"
    house.await_(lambda: display.wait_for_timeout(50) or shown_calls(house, ticket) == [1, 2], "the second call")
    number = number_of(house, ticket)
    assert heard.paths == [f"zh-Hans/{number}/d8"] * 2


def test_who_has_gone_is_not_called_any_more(display: Page, house: House, engineer: str) -> None:
    heard = Heard(display)
    gone, next_one = house.new_ticket(), house.new_ticket()
    assert call_next(house, engineer) == gone
    expect(display.locator("#now")).to_have_attribute("data-calling", "")
    house.say("queue/q1", CustomerLeft(ticket=gone))
    assert call_next(house, engineer) == next_one
    expect(display.locator("#number")).to_have_text(number_of(house, next_one))
    display.wait_for_timeout(1_000)
    assert f"en/{number_of(house, next_one)}/d8" in heard.paths
    assert shown_calls(house, gone) == []


def test_q7_word_of_a_call_does_not_silence_its_recall() -> None:
    """The recall was asked for while the call before was still being said."""
    recall = Announce(id="C2", to="calls/cd1", ticket="T1", number="A001", desk="d8", calls=2, language="en")
    screen = Screen().told(recall)
    assert screen.said(CallShown(ticket="T1", calls=1)).work == (recall,)
    assert screen.said(CallShown(ticket="T1", calls=2)).work == ()


def test_a_call_is_heard_within_a_second(display: Page, house: House, engineer: str) -> None:
    display.evaluate(
        "() => { globalThis.rang = 0; const start = OscillatorNode.prototype.start;"
        " OscillatorNode.prototype.start = function (at) { globalThis.rang ||= Date.now(); start.call(this, at); }; }"
    )
    house.new_ticket()
    began = time.time() * 1000
    call_next(house, engineer)
    display.wait_for_function("() => globalThis.rang > 0")
    rang = display.evaluate("() => globalThis.rang")
    assert rang - began <= SOUND_MS, rang - began


CALLED = """numbers => {
  const shown = [document.getElementById("number"), ...document.querySelectorAll("#rows [data-state=CALLED] .number")];
  return numbers.every(number => shown.some(each => each.textContent === number)) && Date.now();
}"""


def test_calls_of_one_moment_are_shown_together_within_a_second_and_said_one_after_another(
    display: Page, house: House, engineer: str
) -> None:
    heard = Heard(display)
    handhelds = [engineer, sign_on(house, "e7", "d7"), sign_on(house, "e6", "d6")]
    numbers = [number_of(house, house.new_ticket()) for _ in handhelds]
    began = time.time() * 1000
    for handheld in handhelds:
        call_next(house, handheld)
    shown = display.wait_for_function(CALLED, arg=numbers, polling=50).json_value()
    assert shown - began <= SHOWN_MS, shown - began
    assert len({path.split("/")[1] for path in heard.paths}) <= 1


def test_digits_are_a_quarter_of_the_screen_high(display: Page, house: House, engineer: str) -> None:
    house.new_ticket()
    call_next(house, engineer)
    expect(display.locator("#number")).not_to_be_empty()
    share = display.evaluate(
        "() => { const style = getComputedStyle(document.querySelector('#number'));"
        " const pen = document.createElement('canvas').getContext('2d');"
        " pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;"
        " return pen.measureText('0').actualBoundingBoxAscent / innerHeight; }"
    )
    assert share >= 0.25
    box = display.locator("#number").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= WIDE["height"]


def test_an_old_picture_is_dim_and_says_so_within_three_seconds(display: Page, house: House) -> None:
    expect(display.locator("#calls")).not_to_have_attribute("data-old", "")
    house.stop("pages")
    began = time.monotonic()
    try:
        expect(display.locator("#calls")).to_have_attribute("data-old", "")
        assert time.monotonic() - began <= STALE_S
        expect(display.locator("#old")).to_contain_text("These calls may be old")
    finally:
        house.start_pages()
    expect(display.locator("#calls")).not_to_have_attribute("data-old", "")
    expect(display.locator("#old")).to_be_empty()


def test_a_display_that_may_not_sound_says_so_and_reports_nothing_until_it_may(
    chromium: Browser, house: House, engineer: str
) -> None:
    flags = [flag for flag in FLAGS if "autoplay" not in flag]
    strict = chromium.browser_type.launch(executable_path=CHROMIUM, args=flags, headless=True)
    try:
        context = strict.new_context(viewport=WIDE, base_url=house.address, locale="en-GB")
        enrol(context, house, "calls/cd1")
        page = context.new_page()
        page.goto("/calls")
        expect(page.locator("#quiet-word")).to_be_visible()
        ticket = house.new_ticket()
        call_next(house, engineer)
        expect(page.locator("#number")).to_have_text(number_of(house, ticket))
        page.wait_for_timeout(500)
        assert shown_calls(house, ticket) == []
        page.mouse.click(10, 10)
        expect(page.locator("#quiet-word")).to_be_hidden()
        house.await_(lambda: page.wait_for_timeout(50) or shown_calls(house, ticket) == [1], "the call, said")
    finally:
        strict.close()


def test_b27_nobody_is_named(device_page: Opens, browsing: Browsing, house: House, engineer: str) -> None:
    context = browsing(**WIDE)
    enrol(context, house, "calls/cd2")
    page = context.new_page()
    told: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(str(frame))))
    page.goto("/calls")
    house.new_ticket()
    call_next(house, engineer)
    expect(page.locator("#number")).not_to_be_empty()
    everything = "".join(told) + page.content()
    assert "A0" in "".join(told)
    for person in house.layout.engineers.values():
        assert person.name not in everything


# ── the voice ───────────────────────────────────────────────────────────────────────────────────


def test_a_call_is_spelled_digit_by_digit_in_each_language() -> None:
    assert speech.sentence("en", "A012", "d4") == "A 0 1 2, please come to desk 4."
    assert speech.sentence("zh-Hans", "A012", "d4") == "请A零一二号，到四号工作台。"
    assert speech.sentence("zh-Hant", "B110", "d12") == "請B一一零號，到12號工作台。"


def test_a_desk_with_another_kind_of_name_keeps_it() -> None:
    assert speech.desk_sign("d4") == "4"
    assert speech.desk_sign("desk-12") == "12"
    assert speech.desk_sign("window") == "window"


def test_only_calls_are_said_and_only_to_the_shops_own_screens(browsing: Browsing, house: House) -> None:
    stranger = browsing()
    assert stranger.request.get("/api/v1/s1/speech/en/A001/d4").status == 401
    context = browsing()
    enrol(context, house, "calls/cd2")
    assert context.request.get("/api/v1/s1/speech/en/A001/d99").status == 404
    assert context.request.get("/api/v1/s1/speech/xx/A001/d4").status == 404
    assert context.request.get("/api/v1/s1/speech/en/-f%20x/d4").status == 404
    sound = context.request.get("/api/v1/s1/speech/zh-Hant/A001/d4")
    assert sound.status == 200
    assert re.match(rb"RIFF....WAVE", sound.body(), re.DOTALL)


def test_chinese_is_spoken_as_chinese() -> None:
    """One of espeak-ng's two Mandarin voices reads characters as English words."""
    for language in ("zh-Hans", "zh-Hant"):
        words = [
            speech.PROGRAM,
            "-q",
            "-x",
            "-v",
            speech.VOICES[language].name,
            speech.sentence(language, "A012", "d4"),
        ]
        sounds = subprocess.run(words, capture_output=True, check=True, text=True).stdout
        assert "(en)k" not in sounds, sounds


def test_without_a_voice_the_display_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech.shutil, "which", lambda _program: None)
    speech.spoken.cache_clear()
    with pytest.raises(speech.NoVoice):
        speech.spoken("en", "A001", "d4")
    speech.spoken.cache_clear()
