"""Every page in the middle of its work: everybody can use it, in each language, by day and by night.

``test_every_page`` opens them empty. Here one shop works, with a cabinet and a robot, and each page is looked at when
it shows the most: a sheet that is open, a document half signed, a card that waits, an alarm with its decision.

Pages that are closed are devices that are lost, and with half of them lost at once nothing is signed (E28): whatever
signs comes first.
"""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shopfloor.contract import events as e
from shopfloor.contract.actor import MINUTE
from shopfloor.service.layouts import lif_path, side_path
from shopfloor.web.serving import wall
from shopfloor.web.words import NAMES
from tests.conftest import Mosquitto
from tests.web.at_the_desk import Visit
from tests.web.closely import LANGUAGES, Say, in_every_language, look_closely
from tests.web.engineer import open_handheld
from tests.web.hall import call_next, looked_up, number_of, run_low, sign_on
from tests.web.house import House
from tests.web.test_pad import draw_name

SPEED: Final = 3.0
"""The robot drives in seconds, and a payment is not lost while its page is looked at."""
PHONE: Final = {"width": 390, "height": 780}
TABLET: Final = {"width": 1024, "height": 768}
SKU: Final = "AST-M60-BAT"
PAGES_MAX: Final = 30
MORE: Final = "#next button.more"
PART: Final = ".parts .row:enabled"

Browsing = Callable[..., BrowserContext]
Opens = Callable[..., Page]


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


@pytest.fixture
def phone(browsing: Browsing, house: House) -> Callable[[str], Page]:
    """A customer's own page of this ticket."""

    def open_(ticket: str) -> Page:
        page = browsing(**PHONE).new_page()
        page.goto(f"/track/{house.access.new_link(ticket, wall())}")
        return page

    return open_


@pytest.fixture
def handheld(browsing: Browsing, house: House) -> Callable[[str], Page]:
    """This engineer's, signed in."""
    return lambda badge: open_handheld(browsing(**PHONE), house, badge)


def seen(selector: str) -> Callable[[Page, Say], None]:
    """A state that needs no hand: it is there when this is."""
    return lambda page, _say: expect(page.locator(selector).first).to_be_visible()


def sheet(deed: str, *before: str) -> Callable[[Page, Say], None]:
    """Of the handheld: the form of this deed, behind its button; that is on the screen, or behind what is tapped
    before."""

    def open_(page: Page, say: Say) -> None:
        for selector in before:
            page.locator(selector).click()
        page.locator("#sheet" if before else "#next").get_by_role("button", name=say(deed), exact=True).click()
        expect(page.locator("#sheet form")).to_be_visible()

    return open_


# ── a repair ────────────────────────────────────────────────────────────────────────────────────


def test_a_repair_that_is_paid_and_handed_over(
    house: House, handheld: Callable[[str], Page], manager_page: Opens, phone: Callable[[str], Page], device_page: Opens
) -> None:
    visit = Visit(house, "d5")
    pos, at_desk, own = device_page(visit.pos, "/pos", **TABLET), handheld(visit.engineer), phone(visit.ticket)
    visit.until_paying()
    _pay(house, visit, pos)
    in_every_language(own, "ready", seen("[data-part=papers]"))
    in_every_language(at_desk, "to be handed over", sheet("The customer picks it up later", MORE))
    visit.sign(visit.document("ACCEPT"))
    in_every_language(at_desk, "the hand-over", sheet("Hand the phone over"))
    assert visit.hand_over().status == "committed"
    in_every_language(own, "handed over", seen("[data-part=cost]"))
    board = manager_page(f"/board#{visit.ticket}", width=1440, height=900)
    in_every_language(board, "its whole story", seen("#story h2"))


def test_a_repair_at_the_bench(
    house: House, handheld: Callable[[str], Page], manager_page: Opens, phone: Callable[[str], Page]
) -> None:
    visit = Visit(house, "d8")
    at_desk, own = handheld(visit.engineer), phone(visit.ticket)
    board = manager_page("/board", width=1440, height=900)
    in_every_language(at_desk, "the intake sheet", sheet("Take the phone in"))
    visit.sign(visit.take_in())
    visit.state_is("DIAGNOSING")
    in_every_language(at_desk, "what is broken", sheet("Record what is broken"))
    request = visit.quote(SKU)
    in_every_language(own, "a quote", seen("form[data-say=QuoteDeclined]"))
    in_every_language(at_desk, "an open quote", sheet("Change the quote", MORE))
    visit.sign(request)
    visit.state_is("APPROVED")
    visit.say(e.WorkStarted(repair=visit.repair))
    house.await_(lambda: looked_up(house, "SELECT 1 FROM job WHERE state = 'LOADED'"), "a robot with the part")
    in_every_language(board, "a robot under way", seen(".plan .robot"))
    in_every_language(at_desk, "a part under way", seen(".parts .row"))
    unit = _arrived(house, visit)
    in_every_language(at_desk, "a part to accept", seen("#alerts button"))
    visit.say(e.UnitAccepted(unit=unit, desk="d8"))
    in_every_language(at_desk, "a part that goes back", sheet("It is not needed", PART))
    in_every_language(at_desk, "a defective part", sheet("It is defective", PART))
    visit.say(e.PartInstalled(repair=visit.repair, unit=unit, old_serial="OLD-1"))
    visit.say(e.OldPartBagged(repair=visit.repair, sku=SKU, old_serial="OLD-1"))
    visit.say(e.WorkFinished(repair=visit.repair, labour_min=12, lines_done=(1,)))
    in_every_language(at_desk, "the check", sheet("Passed the check"))


def _arrived(house: House, visit: Visit) -> str:
    """When the part of this repair lies at the desk."""
    query = "SELECT unit FROM parts_order WHERE repair = ? AND state = 'AT_DESK'"
    house.await_(lambda: looked_up(house, query, visit.repair), "the part at the desk")
    return str(looked_up(house, query, visit.repair)[0][0])


def _pay(house: House, visit: Visit, page: Page) -> None:
    """Every standing of an attempt, and the one that was not begun below the next one."""
    first = visit.payment()
    in_every_language(page, "to be paid", seen("#open [data-how=presented]"))
    page.get_by_role("button", name="The customer does not pay").click()
    visit.payment_is(first, "ABORTED")
    owed = int(str(looked_up(house, "SELECT payable_fen FROM repair WHERE id = ?", visit.repair)[0][0]))
    visit.say(e.PaymentAsked(repair=visit.repair, amount=owed))
    page.get_by_role("button", name="Begin on the terminal").click()
    in_every_language(page, "the slip", _slip)
    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_role("button", name="I do not know").click()
    in_every_language(page, "nobody knows", seen("#open [data-how=unknown]"))
    page.get_by_role("button", name="The log says: approved").click()
    page.get_by_label("Reference number of the slip").fill("REF1")
    page.get_by_role("button", name="Approved", exact=True).click()
    visit.state_is("ACCEPTING")
    in_every_language(page, "payments of today", seen("#ended .row"))


def _slip(page: Page, say: Say) -> None:
    page.get_by_role("button", name=say("Approved: the slip is here")).click()
    page.locator(".slip-form input").fill("no slip!")
    page.locator(".slip-form button.go").click()
    expect(page.locator(".slip-form").get_by_role("alert")).not_to_be_empty()


# ── the PAD ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("desk", "language"), list(zip(("d1", "d2", "d3"), LANGUAGES, strict=True)))
def test_a_document_that_is_read_signed_or_refused(house: House, device_page: Opens, desk: str, language: str) -> None:
    visit = Visit(house, desk, language)  # type: ignore[arg-type]  # one of ours
    page = device_page(visit.pad, "/pad", **TABLET)
    request = visit.take_in()
    expect(page.locator(".sitting")).to_be_visible()
    look_closely(page, f"a document in {language}")
    _read_and_agree(page)
    draw_name(page)
    look_closely(page, f"a signature in {language}")
    page.locator(".sitting button.no").click()
    expect(page.locator("#reason")).to_be_visible()
    look_closely(page, f"a refusal in {language}")
    page.locator(".sitting .back-again").click()
    page.locator(".sitting .foot button.go").click()
    visit.document_is(request, "SEALED", "DELIVERED")
    expect(page.locator(".box")).to_be_visible()
    look_closely(page, f"the white box in {language}")


def _read_and_agree(page: Page) -> None:
    """Page after page, each for as long as it wants to be read."""
    signing = page.locator(".sitting[data-stage=signing]")
    for _ in range(PAGES_MAX):
        if signing.count():
            return
        page.locator(".sitting .foot button.go:not([aria-disabled])").click()
        page.wait_for_timeout(300)
    raise AssertionError("never at its end")


# ── the hall ────────────────────────────────────────────────────────────────────────────────────


def test_the_queue_machine_with_a_customer_before_it(device_page: Opens) -> None:
    page = device_page("queue/q2", "/kiosk", width=1080, height=1920)
    for language in LANGUAGES:
        page.get_by_role("button", name=NAMES[language], exact=True).click()
        expect(page.locator("[data-key=A][data-open]")).to_be_visible()
        look_closely(page, f"the lines in {language}")
        page.locator("[data-key=B][data-open]").click()
        page.locator("#typed-booking").fill("nothing")
        page.locator("form button.go").click()
        expect(page.get_by_role("alert").locator("visible=true")).to_be_visible()
        look_closely(page, f"a wrong booking in {language}")
        page.locator(".bar button").last.click()
        page.locator("[data-key=A][data-open]").click()
        expect(page.locator(".ticket .drawn")).to_be_visible()
        look_closely(page, f"the ticket in {language}")
        page.locator(".bar .go").click()


def test_whoever_waits_and_whoever_is_called(
    house: House, device_page: Opens, phone: Callable[[str], Page], handheld: Callable[[str], Page]
) -> None:
    booked = e.AppointmentBooked(at=house.now() + 90 * MINUTE, fault="BAT", model="AST-M60", language="en")
    in_every_language(phone(house.say("link/l1", booked).made["ticket"]), "a booking", seen("[data-state=EXPECTED]"))
    sign_on(house, "e7", "d7")
    ticket = house.new_ticket()
    own, at_desk, display = phone(ticket), handheld("e7"), device_page("calls/cd1", "/calls", width=1920, height=1080)
    in_every_language(own, "waiting", seen("[data-state=WAITING] .place"))
    in_every_language(at_desk, "the queue", _tab("queue", ".list .row"))
    handheld_of = f"handheld/{house.layout.engineers['e7'].handheld}"
    while call_next(house, handheld_of) != ticket:  # whoever drew a number at the machine has gone by now
        house.say("queue/q1", e.CustomerLeft(ticket=_called(house)))
    expect(display.locator("#number")).to_have_text(number_of(house, ticket))
    look_closely(display, "a call")
    in_every_language(own, "called", seen("[data-state=CALLED]"))
    in_every_language(at_desk, "called", _tab("work", ".thing .big"))
    house.say(handheld_of, e.CustomerLeft(ticket=ticket))
    house.say("queue/q1", e.CustomerLeft(ticket=ticket))


def _called(house: House) -> str:
    return str(looked_up(house, "SELECT id FROM ticket WHERE state = 'CALLED' AND desk = 'd7'")[0][0])


def _tab(name: str, selector: str) -> Callable[[Page, Say], None]:
    def open_(page: Page, _say: Say) -> None:
        page.locator(f"[data-tab={name}]").click()
        expect(page.locator(f"#stage {selector}").first).to_be_visible()

    return open_


# ── the manager ─────────────────────────────────────────────────────────────────────────────────


def _decide(house: House, *events: e.Event) -> None:
    for event in events:
        receipt = house.say("board/b1", event)
        assert receipt.status == "committed", receipt


def test_the_board_with_an_alarm_a_decision_and_a_day_replayed(house: House, manager_page: Opens) -> None:
    sunday = "2026-11-29"
    for engineer in house.layout.engineers:
        _decide(house, e.StaffSet(person=engineer, date=sunday, on=False))
    ticket = house.new_ticket()
    _decide(house, e.OverrideGiven(about=ticket, rule="same-checker", reason="nobody else is here"))
    run_low(house, "VEG-11-AUD")
    page = manager_page("/board", width=1440, height=900)
    in_every_language(page, "an alarm, and a part that runs low", _alarm)
    page.goto(f"/board#{ticket}")
    in_every_language(page, "a decision", _decision)
    page.goto("/board")
    in_every_language(page, "a day again", _replay)
    in_every_language(page, "all figures", _figures)
    house.say("queue/q1", e.CustomerLeft(ticket=ticket))


def _alarm(page: Page, _say: Say) -> None:
    for rows in ("#alarms li", "#low li"):
        expect(page.locator(rows).first).to_be_visible()


def _decision(page: Page, _say: Say) -> None:
    page.locator("#story details summary").last.click()
    page.locator("#story .decision button").first.click()
    expect(page.locator("#story form").first).to_be_visible()


def _replay(page: Page, say: Say) -> None:
    page.locator("#replay button").click()
    slider = page.get_by_label(say("Time of that day"))
    expect(page.locator("#past-mark")).to_be_visible()
    slider.fill(slider.get_attribute("max") or "")


def _figures(page: Page, _say: Say) -> None:
    page.locator(".figures > details > summary").click()
    page.locator("#day-close button").first.click()
    expect(page.locator("#day-close form")).to_be_visible()


def test_settings_that_are_filled(house: House, manager_page: Opens) -> None:
    _decide(house, e.ServiceDaySet(date="2026-12-01", on=True))
    _decide(house, e.PriceSet(effective="2026-12-01", service="cleaning", part_fen=0, labour_fen=2_550))
    _decide(house, e.StaffSet(person="e3", date="2026-11-23", on=False))
    _decide(house, e.ModeSet(what="line-closed", on=True, about="C"))
    in_every_language(manager_page("/settings"), "settings", _settings)


def _settings(page: Page, _say: Say) -> None:
    expect(page.locator("#days li")).to_be_visible()
    page.locator("#prices-model").select_option("")
    expect(page.locator("#prices .coming")).to_be_visible()
    page.locator("#prices td:last-child > button").first.click()
    expect(page.locator(".price-form")).to_be_visible()
    page.locator("#code-form select").select_option("handheld/h11")
    page.locator("#code-form button").click()
    expect(page.locator(".code-words")).to_be_visible()
    page.locator("#people button").first.click()
    expect(page.locator("#people form")).to_be_visible()


# ── the door ────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_pin_and_a_wrong_link(house: House, browsing: Browsing) -> None:
    page = browsing(**PHONE).new_page()
    page.goto("/")
    in_every_language(page, "a wrong PIN", _wrong_pin)
    page.goto("/set-up")
    in_every_language(page, "a wrong code", _wrong_code)
    page.goto(f"/track/{'x' * 22}")
    look_closely(page, "a wrong link")


def _wrong_pin(page: Page, _say: Say) -> None:
    page.locator("#sign-in input").first.fill("m2")
    page.locator("#sign-in input[type=password]").fill("999999")
    page.locator("#sign-in button").last.click()
    expect(page.locator("#sign-in").get_by_role("alert")).not_to_be_empty()


def _wrong_code(page: Page, _say: Say) -> None:
    page.locator("#enrol input").fill("9999-9999")
    page.locator("#enrol button").click()
    expect(page.locator("#enrol").get_by_role("alert")).not_to_be_empty()
