"""What does not go its usual way, each from the page that says it to the end: a quote that is declined, a part that is
late, money given back, the closing slip, a unit that is not needed and one that is defective."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from shopfloor.contract import events as e
from shopfloor.core.opening import opening_books
from shopfloor.service.layouts import lif_path, side_path
from shopfloor.web.serving import wall
from tests.conftest import Mosquitto
from tests.shop.day_book import CATALOGUE
from tests.web.at_the_desk import Visit
from tests.web.closely import in_every_language, look_closely
from tests.web.engineer import open_handheld, scan, tap, tap_more
from tests.web.hall import looked_up
from tests.web.house import House
from tests.web.test_every_page_at_work import PHONE, SKU, TABLET, seen
from tests.web.test_pad import agree, draw_name, read_it

CAMERA: Final = "AST-M60-CAM"
SPEED: Final = 8.0
"""The robot drives to a desk and back in seconds."""
ROBOTS: Final = 2
"""One brings the next unit, while the other comes for the one that goes back."""
UNTIL_IT_IS_HERE_MS: Final = 60_000
A_PAGE_MS: Final = 1_200
"""Nobody has read a page in less (s5)."""

Browsing = Callable[..., BrowserContext]
Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[House]:
    """With a cabinet and robots."""
    whole = House(tmp_path_factory.mktemp("house"), broker.url, speed=SPEED)
    try:
        whole.start(["archive/a1", "entitlement/en1", "notifier/n1", "cabinet/c1"])
        lif = lif_path("sample")
        drawn = ["--layout", str(lif), "--side", str(side_path(lif))]
        for robot in list(whole.layout.robots)[:ROBOTS]:
            whole.start_device(f"robot/{robot}", drawn)
        yield whole
    finally:
        whole.stop_all()


@pytest.fixture
def phone(browsing: Browsing, house: House) -> Callable[[Visit], Page]:
    """A customer's own page."""

    def open_(visit: Visit) -> Page:
        page = browsing(**PHONE).new_page()
        page.goto(f"/track/{house.access.new_link(visit.ticket, wall())}")
        return page

    return open_


@pytest.fixture
def handheld(browsing: Browsing, house: House) -> Callable[[Visit], Page]:
    """Of the engineer of this visit, signed in."""
    return lambda visit: open_handheld(browsing(**PHONE), house, visit.engineer)


def confirm(page: Page, deed: str) -> None:
    """The form of the handheld that is open."""
    page.locator("#sheet").get_by_role("button", name=deed, exact=True).click()


# ── the customer decides ────────────────────────────────────────────────────────────────────────


def test_r11_a_quote_is_declined_on_the_phone_and_the_phone_goes_home_unrepaired(
    house: House, phone: Callable[[Visit], Page], handheld: Callable[[Visit], Page], device_page: Opens
) -> None:
    visit = Visit(house, "d1")
    visit.sign(visit.take_in())
    quote = visit.quote()
    pad, own, at_desk = device_page(visit.pad, "/pad", **TABLET), phone(visit), handheld(visit)
    expect(pad.locator(".sitting")).to_be_visible()
    own.get_by_label("Why? (if you like)").first.fill("too dear for me")
    own.get_by_role("button", name="Decline the quote").click()
    visit.state_is("RETURNING")
    visit.document_is(quote, "SUPERSEDED")
    expect(pad.locator(".sitting")).to_have_count(0)
    expect(own.get_by_role("button", name="Decline the quote")).to_have_count(0)
    in_every_language(own, "a quote that was declined", seen(".hero"))
    tap(at_desk, "It is together again")
    at_desk.locator("#sheet").get_by_label("One more").click()
    confirm(at_desk, "It is together again")
    read_it(pad)
    pad.wait_for_timeout(A_PAGE_MS)
    pad.get_by_role("button", name="I have read it").click()
    visit.document("RETURN_UNREPAIRED")
    agree(pad)
    draw_name(pad)
    look_closely(pad, "the return of a phone that was not repaired")
    pad.get_by_role("button", name="Sign", exact=True).click()
    tap(at_desk, "Hand the phone over")
    at_desk.locator("#sheet").get_by_text("The owner").click()
    confirm(at_desk, "Hand the phone over")
    query = "SELECT 1 FROM repair WHERE id = ? AND handed_over_at > 0"
    house.await_(lambda: looked_up(house, query, visit.repair), "the phone with its owner")
    assert looked_up(house, "SELECT id FROM payment WHERE repair = ?", visit.repair) == []
    assert looked_up(house, "SELECT payable_fen FROM repair WHERE id = ?", visit.repair) == [(0,)]


def test_r16_r40_a_part_that_comes_later_is_the_customers_to_choose(
    house: House, phone: Callable[[Visit], Page]
) -> None:
    _nothing_left_of(house, CAMERA)
    visit = Visit(house, "d2")
    visit.sign(visit.take_in())
    visit.sign(visit.quote(CAMERA, "CAM"))
    visit.state_is("ON_HOLD(part)")
    own = phone(visit)
    in_every_language(own, "a part that comes later", seen("form[data-say=ChoiceMade]"))
    own.get_by_role("button", name="Keep the phone; tell me when it is ready").click()
    expect(own.get_by_role("status").filter(has_text="We have it")).to_be_visible()
    house.await_(lambda: _choices(visit) == ["leave"], "the choice")
    visit.state_is("ON_HOLD(part)")
    own.get_by_role("button", name="I take the phone back").click()
    visit.state_is("RETURNING")
    assert _choices(visit) == ["leave", "take-back"]
    expect(own.locator("form[data-say=ChoiceMade]")).to_have_count(0)
    house.await_(lambda: _orders_of(visit) == ["CANCELLED"], "nothing that still comes")
    _home_unrepaired(visit)


def _nothing_left_of(house: House, sku: str) -> None:
    """The parts keeper counts the bins, and they are empty."""
    keeper = f"handheld/{house.layout.parts_keepers['pk1'].handheld}"
    house.say(keeper, e.EngineerSignedOn(engineer="pk1", desk=""))
    for name in [bin_.id for bin_ in opening_books(house.layout, CATALOGUE).bins.values() if bin_.sku == sku]:
        receipt = house.say(keeper, e.CountMade(counted=e.BinCounted(bin=name, units=())))
        assert receipt.status == "committed", receipt


def _choices(visit: Visit) -> list[str]:
    query = "SELECT json_extract(body, '$.choice') FROM fact WHERE kind = 'ChoiceRecorded' AND repair = ? ORDER BY id"
    return [str(row[0]) for row in looked_up(visit.house, query, visit.repair)]


def _orders_of(visit: Visit) -> list[str]:
    query = "SELECT state FROM parts_order WHERE repair = ? ORDER BY length(id), id"
    return [str(row[0]) for row in looked_up(visit.house, query, visit.repair)]


def _home_unrepaired(visit: Visit) -> None:
    visit.say(e.DeviceReassembled(repair=visit.repair, photos=1))
    visit.read(visit.document("REPORT"))
    visit.sign(visit.document("RETURN_UNREPAIRED"))
    assert visit.hand_over().status == "committed"


def test_r34_a_survey_is_answered_once_on_the_phone(house: House, phone: Callable[[Visit], Page]) -> None:
    visit = Visit(house, "d3")
    _paid_and_gone(visit, visit.until_paying())
    own = phone(visit)
    in_every_language(own, "the survey", seen("form[data-say=SurveyAnswered]"))
    own.get_by_role("button", name="Send").click()
    assert visit.count("SurveyAnswered", "repair", visit.repair) == 0, "a survey without a star is not sent"
    own.get_by_text("4 ★").click()
    own.get_by_label("Would you recommend us?").select_option("9")
    own.get_by_label("In your words").fill("quick & kind")
    own.get_by_role("button", name="Send").click()
    expect(own.get_by_role("status").filter(has_text="We have it")).to_be_visible()
    visit.state_is("CLOSED")
    assert looked_up(house, "SELECT score FROM repair WHERE id = ?", visit.repair) == [(4,)]
    expect(own.locator("form[data-say=SurveyAnswered]")).to_have_count(0)


def _paid_and_gone(visit: Visit, payment: str) -> None:
    """At a terminal that is no browser."""
    (owed,) = looked_up(visit.house, "SELECT amount_fen FROM payment WHERE id = ?", payment)[0]
    visit.house.say(visit.pos, e.PaymentPresented(payment=payment))
    visit.house.say(visit.pos, e.PaymentApproved(payment=payment, amount=int(str(owed)), reference="REF1"))
    visit.sign(visit.document("ACCEPT"))
    assert visit.hand_over().status == "committed"
    visit.state_is("FOLLOW_UP")


# ── a part goes back ────────────────────────────────────────────────────────────────────────────


def test_p20_p21_a_defective_unit_and_one_that_is_not_needed_go_back_by_robot(
    house: House, handheld: Callable[[Visit], Page]
) -> None:
    visit = Visit(house, "d8")
    visit.sign(visit.take_in())
    visit.sign(visit.quote(SKU))
    visit.state_is("APPROVED")
    page = handheld(visit)
    tap(page, "Start the work")
    defective = _accept(page, house, visit)
    _choose_of_part(page, defective, "It is defective")
    page.locator("#sheet").get_by_text("It came like that").click()
    page.locator("#sheet").get_by_label("What is wrong").fill("swollen")
    confirm(page, "It is defective")
    _load(page, house, defective)
    spare = _accept(page, house, visit)  # the floor has ordered another one by itself
    _choose_of_part(page, spare, "It is not needed")
    confirm(page, "It is not needed")
    _load(page, house, spare)
    house.await_(lambda: _orders_of(visit) == ["RETURNED", "RETURNED"], "both are back")
    assert _place_of(house, spare).startswith("BIN:")
    assert _place_of(house, defective) == "DEFECTS"
    tap_more(page, "Lock the phone away")
    scan(page, "locker/40")
    confirm(page, "Lock the phone away")
    expect(page.locator("#heard")).to_contain_text("Sent: Lock the phone away")


def _accept(page: Page, house: House, visit: Visit) -> str:
    """The unit that the robot has brought."""
    page.locator("#next").get_by_role("button", name="Accept the part").click(timeout=UNTIL_IT_IS_HERE_MS)
    query = "SELECT unit FROM parts_order WHERE repair = ? AND state = 'ACCEPTED'"
    house.await_(lambda: looked_up(house, query, visit.repair), "an accepted unit")
    unit = str(looked_up(house, query, visit.repair)[0][0])
    expect(page.locator(".parts .row", has_text=unit)).to_contain_text("accepted")
    return unit


def _choose_of_part(page: Page, unit: str, deed: str) -> None:
    page.locator(".parts .row:enabled", has_text=unit).click()
    confirm(page, deed)


def _load(page: Page, house: House, unit: str) -> None:
    """A robot comes for it, and it is laid into the tote: which is not offered before."""
    row = page.locator(".parts .row:enabled", has_text=unit)
    load = page.locator("#sheet").get_by_role("button", name="It is in the tote", exact=True)

    def is_said() -> bool:
        row.click()
        expect(page.locator("#sheet")).to_be_visible()
        if load.count():
            load.click()
            return True
        page.keyboard.press("Escape")
        return False

    house.await_(is_said, "a robot at the desk")


def _place_of(house: House, unit: str) -> str:
    """By the ledger."""
    query = "SELECT target FROM stock_move WHERE unit = ? ORDER BY length(id) DESC, id DESC LIMIT 1"
    return str(looked_up(house, query, unit)[0][0])


# ── money goes back ─────────────────────────────────────────────────────────────────────────────


def test_y14_y15_a_refund_and_then_the_closing_slip_of_the_day(
    house: House, device_page: Opens, manager_page: Opens
) -> None:
    visit = Visit(house, "d5")
    payment = visit.until_paying()
    _paid_and_gone(visit, payment)
    board = manager_page(f"/board#{visit.repair}", width=1440, height=900)
    pos = device_page(visit.pos, "/pos", **TABLET)
    answers = {"Amount, yuan": "30.00", "Line of the quote": "1", "Why": "took too long"}
    _decide(board, f"Decide {payment}", "Refund a line", answers)
    task = pos.locator("#tasks section")
    expect(task).to_contain_text(f"Refund this from payment {payment} on the terminal.")
    in_every_language(pos, "a refund", seen("#tasks section"))
    task.get_by_label("Reference number of the slip").fill("BACK1")
    task.get_by_role("button", name="Given back").click()
    visit.payment_is(payment, "PART_REFUNDED")
    expect(pos.locator("#ended")).to_contain_text("¥30.00 given back")
    board.goto("/board")
    _decide_at(board.locator("#day-close"), "Close the day", {})
    expect(task).to_contain_text("Close the day")
    expect(task.locator(".sum-line")).to_contain_text("¥70.00")
    in_every_language(pos, "the closing slip", seen("#tasks .slip"))
    task.get_by_role("button", name="The list is compared: send it").click()
    query = "SELECT json_extract(body, '$.taken'), json_extract(body, '$.undone'), json_extract(body, '$.differences') FROM fact WHERE kind = 'PaymentReconciled'"  # noqa: E501 - our own names
    house.await_(lambda: looked_up(house, query), "the slip compared")
    assert looked_up(house, query) == [(10_000, 3_000, "[]")]
    expect(task).to_have_count(0)


def _decide(board: Page, summary: str, deed: str, answers: dict[str, str]) -> None:
    """In the story that is open."""
    story = board.locator("#story")
    story.get_by_text(summary).click()
    _decide_at(story, deed, answers)


def _decide_at(place: Locator, deed: str, answers: dict[str, str]) -> None:
    place.get_by_role("button", name=deed).click()
    form = place.locator("form")
    for label, answer in answers.items():
        form.get_by_label(label).fill(answer)
    form.get_by_role("button", name=deed).click()
    expect(form.locator(".answer")).to_have_text("✓ Done.")
