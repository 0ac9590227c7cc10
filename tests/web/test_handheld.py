"""The handheld in a browser: what can go wrong with a tap or a scan, and what colleagues do for each other."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shopfloor.contract import events as e
from shopfloor.web.assets import Assets
from shopfloor.web.offline import shell_of
from tests.web.at_the_desk import Visit
from tests.web.engineer import await_said, open_handheld, said_by, scan, sit_down, tap, tap_more
from tests.web.house import House

JS: Final = Path(__file__).parent / "js"
TOUCH: Final = 56
Browse = Callable[..., BrowserContext]


@pytest.mark.parametrize("name", ["outbox", "scan"])
def test_the_scripts_own_tests(name: str) -> None:
    """``node --test``."""
    words = ["node", "--test", str(JS / f"{name}.test.js")]
    ran = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout


@pytest.fixture
def handheld(browsing: Browse, house: House) -> Callable[[str, str], Page]:
    """``handheld("e1", "d1")``: signed in and on."""

    def open_(badge: str, desk: str) -> Page:
        page = open_handheld(browsing(width=390, height=780), house, badge)
        if desk:
            sit_down(page, desk)
        return page

    return open_


def test_a_wrong_pin_is_told_and_a_taken_desk_cannot_be_chosen(browsing: Browse, house: House) -> None:
    page = open_handheld(browsing(width=390, height=780), house, "e1")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Badge").fill("e1")
    page.get_by_label("PIN").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    house.say("handheld/h2", e.EngineerSignedOn(engineer="e2", desk="d2"))
    page.get_by_label("PIN").fill(house.pin_for("e1"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#stage").get_by_role("button", name="d2")).to_be_disabled()
    expect(page.locator("#stage").get_by_role("button", name="d1")).to_be_enabled()


def test_whoever_is_not_signed_in_sees_nothing_of_the_work(browsing: Browse, house: House) -> None:
    house.say("queue/q1", e.TicketTaken(line="A", language="en"))
    page = open_handheld(browsing(width=390, height=780), house, "e3")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#stage")).to_contain_text("Who are you?")
    expect(page.locator("#tabs")).to_be_empty()


def test_codes_that_are_not_for_here_are_answered_with_what_to_do(handheld: Callable[..., Page], house: House) -> None:
    page = handheld("e3", "")
    scan(page, "AST-M60-BAT")
    expect(page.locator("#heard")).to_contain_text("scan the label of your desk")
    scan(page, "desk/d3")
    expect(page.locator("#tabs")).to_contain_text("Work")
    for code, words in {
        "6901234567892": "Unknown code 6901234567892",
        "AST-M60-BAT": "on no signed quote",
        "desk/d5": "That is desk d5; you are at desk d3",
        "<img src=x>": "Unknown code <img src=x>",
    }.items():
        scan(page, code)
        expect(page.locator("#heard")).to_contain_text(words)
    page.keyboard.type("d3", delay=60)
    page.keyboard.press("Enter")
    expect(page.locator("#heard")).not_to_contain_text("You are at desk")
    assert [entry.kind for entry in said_by(house, "handheld/h3")] == ["EngineerSignedOn"]


def test_f51_a_double_tap_is_one_event(handheld: Callable[..., Page], house: House) -> None:
    page = handheld("e4", "d4")
    house.say("queue/q1", e.TicketTaken(line="A", language="en"))
    house.say("queue/q1", e.TicketTaken(line="A", language="en"))
    page.locator("#next").get_by_role("button", name="Call the next customer").dblclick()
    expect(page.locator("#stage")).to_contain_text("called")
    assert len(await_said(house, "handheld/h4", "NextRequested", 1)) == 1


def test_a_refusal_is_told_in_the_readers_language_with_what_to_do_and_stays_until_it_is_read(
    handheld: Callable[..., Page], house: House
) -> None:
    page = handheld("e5", "d5")
    house.say("queue/q1", e.TicketTaken(line="A", language="en"))
    tap(page, "Call the next customer")
    tap(page, "Nobody came")
    expect(page.locator("#heard.bad")).to_be_visible()
    page.goto("/handheld?lang=zh-Hans")
    expect(page.locator("#tabs .bad")).to_have_text("1")
    page.locator("[data-tab=sent]").click()
    card = page.locator(".entry-refused")
    expect(card).to_have_attribute("data-code", "first-round")
    card.locator("button.read").click()
    expect(card).to_have_count(0)


def test_r20_r30_a_colleague_checks_and_takes_over(handheld: Callable[..., Page], house: House) -> None:
    visit = Visit(house, "d6")
    visit.sign(visit.take_in())
    visit.sign(visit.quote())
    visit.state_is("APPROVED")
    house.say(visit.handheld, e.WorkStarted(repair=visit.repair))
    house.say(visit.handheld, e.WorkFinished(repair=visit.repair, labour_min=9, lines_done=(1,)))
    page = handheld("e7", "d7")
    page.locator("[data-tab=team]").click()
    expect(page.locator("#stage")).to_contain_text(visit.repair)
    tap(page, "Passed the check")
    sheet = page.locator("#sheet")
    sheet.get_by_role("button", name="Passed the check").click()
    expect(sheet.get_by_role("alert")).to_contain_text("at least 5")
    sheet.get_by_role("button", name="All of them").click()
    sheet.get_by_role("button", name="Passed the check").click()
    visit.state_is("REPORTED")
    note = "Everything is done, only the report is missing."
    house.say(visit.handheld, e.HandoverRequested(repair=visit.repair, note=note))
    expect(page.locator("#stage")).to_contain_text(note)
    tap(page, "Take it over")
    expect(page.locator("[data-tab=work] .count")).to_have_text("1")


def test_the_parts_keeper_has_no_desk_and_no_queue(browsing: Browse, house: House) -> None:
    page = open_handheld(browsing(width=390, height=780), house, "pk1")
    page.get_by_role("button", name="Sign on").click()
    expect(page.locator("#tabs")).to_contain_text("Parts")
    expect(page.locator("#tabs")).not_to_contain_text("Queue")
    page.locator("[data-tab=parts]").click()
    tap_more(page, "Count a bin")
    sheet = page.locator("#sheet")
    sheet.locator("h2").click()
    scan(page, "c1.1")
    expect(sheet.get_by_label("Bin")).to_have_value("c1.1")
    scan(page, "AST-M60-BAT#0001")
    sheet.get_by_role("button", name="Count a bin").click()
    (counted,) = await_said(house, "handheld/h11", "CountMade", 1)
    assert b'"bin":"c1.1"' in counted.body
    assert b'"units":["AST-M60-BAT#0001"]' in counted.body


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_one_thumb_reaches_everything(language: str, handheld: Callable[..., Page]) -> None:
    page = handheld("e8", "d8")
    page.goto(f"/handheld?lang={language}")
    page.locator("#tabs button").first.wait_for()
    boxes = page.eval_on_selector_all(
        "#next button, #tabs button",
        "all => all.map(one => { const b = one.getBoundingClientRect(); return [b.top, b.height]; })",
    )
    assert all(top >= 390 and height >= TOUCH for top, height in boxes), boxes
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tap(page, page.locator("#next button.more").inner_text())
    page.locator("#sheet button", has_text="").last.click()
    expect(page.locator("#sheet")).to_be_hidden()


def test_the_worker_keeps_every_file_that_the_page_loads(handheld: Callable[..., Page], house: House) -> None:
    kept = set(shell_of(Assets()).files)
    page = handheld("e10", "")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)")
    assert {path for path in loaded if path.startswith("/static/")} <= kept
    for path in kept:
        answer = page.context.request.get(path)
        assert (answer.status, "immutable" in answer.headers["cache-control"]) == (200, True), path
