"""The POS as its cashier uses it: the amount is the floor's, the slip says how it ended, and unknown stays unknown."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from shopfloor.contract import events as e
from shopfloor.contract.codec import Receipt
from tests.conftest import Mosquitto
from tests.web.at_the_desk import Visit
from tests.web.hall import looked_up
from tests.web.house import House

Opens = Callable[..., Page]
QUICK = 15.0
"""Two minutes of the shop pass in eight seconds: a terminal asks, and a cashier on a busy machine is quicker."""

STAGE_IN_LOG = """async (payment) => {
  const { recall } = await import(document.querySelector("link[href$='store.js']").href);
  return (await recall("log of pos/pos-1"))?.takings.find((each) => each.payment === payment)?.stage;
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, broker: Mosquitto) -> Iterator[House]:
    """A shop whose minutes are four seconds: payments get lost here."""
    whole = House(Path(tmp_path_factory.mktemp("quick")), broker.url, speed=QUICK)
    try:
        yield whole.start(["archive/a1", "entitlement/en1", "notifier/n1"])
    finally:
        whole.stop_all()


def card(page: Page, payment: str) -> Locator:
    return page.locator(f"#open [data-key='{payment}']")


def press(place: Locator, words: str) -> None:
    place.get_by_role("button", name=words, exact=True).click()


def approve(page: Page, payment: str, reference: str, button: str = "Approved: the slip is here") -> None:
    one = card(page, payment)
    press(one, button)
    one.get_by_label("Reference number of the slip").fill(reference)
    press(one, "Approved")


def begun(page: Page, payment: str) -> Locator:
    one = card(page, payment)
    press(one, "Begin on the terminal")
    return one


def noted(house: House, page: Page, payment: str, stage: str) -> None:
    """It is in the terminal's own log, on the disk: the screen may be quicker by a moment."""
    house.await_(lambda: page.evaluate(STAGE_IN_LOG, payment) == stage, f"{payment} {stage} in the log of the terminal")


def ask_again(visit: Visit) -> Receipt:
    owed = int(str(looked_up(visit.house, "SELECT payable_fen FROM repair WHERE id = ?", visit.repair)[0][0]))
    return visit.house.say(visit.handheld, e.PaymentAsked(repair=visit.repair, amount=owed))


def test_y3_the_amount_is_not_typed_and_a_second_tap_is_one_payment(house: House, device_page: Opens) -> None:
    visit = Visit(house, "d1")
    page = device_page("pos/pos-1", "/pos")
    payment = visit.until_paying()
    one = card(page, payment)
    expect(one).to_contain_text("¥100.00")
    expect(one).to_contain_text(visit.number)
    quoted = looked_up(house, "SELECT sha256 FROM document WHERE repair = ? AND kind = 'QUOTE'", visit.repair)
    expect(one.locator("code")).to_have_text(str(quoted[0][0])[:16])
    assert page.locator("input, [contenteditable]").count() == 0
    visit.payment_is(payment, "PRESENTED")
    begun(page, payment)
    noted(house, page, payment, "begun")
    page.reload()  # the terminal remembers
    press(one, "Approved: the slip is here")
    one.get_by_label("Reference number of the slip").fill("no slip!")
    press(one, "Approved")
    expect(one).to_contain_text("Letters, digits and")
    one.get_by_label("Reference number of the slip").fill("REF 77")
    one.get_by_role("button", name="Approved", exact=True).dblclick()
    visit.payment_is(payment, "SETTLED")
    assert visit.count("PaymentApproved", "payment", payment) == 1
    expect(page.locator("#ended")).to_contain_text("REF-77")
    expect(page.locator("#open > *")).to_have_count(0)


def test_y4_declined_and_f52_approved_after_all_is_given_back(house: House, device_page: Opens) -> None:
    visit = Visit(house, "d5")
    page = device_page("pos/pos-2", "/pos")
    payment = visit.until_paying()
    one = begun(page, payment)
    press(one, "Declined")
    one.get_by_label("The terminal's code, if it shows one").fill("51")
    press(one, "Declined")
    visit.payment_is(payment, "DECLINED")
    late = page.locator(f"#ended [data-key='{payment}']")
    press(late, "The terminal shows it as approved")
    late.get_by_label("Reference number of the slip").fill("LATE1")
    press(late, "Approved")
    task = page.locator("#tasks section")
    expect(task).to_contain_text("Give money back")
    expect(task).to_contain_text("¥100.00")
    task.get_by_label("Reference number of the slip").fill("BACK1")
    press(task, "Given back")
    visit.payment_is(payment, "REVERSED")
    expect(task).to_have_count(0)
    assert visit.count("PaymentUndone", "payment", payment) == 1


def test_y7_unknown_blocks_everything_until_the_terminals_log_was_read(house: House, device_page: Opens) -> None:
    visit = Visit(house, "d8")
    page = device_page("pos/pos-3", "/pos")
    payment = visit.until_paying()
    one = begun(page, payment)
    press(one, "I do not know")
    visit.payment_is(payment, "UNKNOWN")
    expect(one).to_contain_text("Unknown: was it taken or not?")
    expect(one).to_contain_text(house.layout.engineers["e8"].name)
    expect(one).to_contain_text("the manager decides")
    assert not page.get_by_role("button", name=re.compile("again|Begin", re.IGNORECASE)).count()
    assert ask_again(visit).code == "payment-open"
    assert visit.hand_over().status == "refused"
    page.wait_for_timeout(500)
    assert visit.count("PaymentStatusReported", "payment", payment) == 0, "nobody knows, and nothing is said"
    approve(page, payment, "REF8", "The log says: approved")
    visit.payment_is(payment, "SETTLED")
    assert len(looked_up(house, "SELECT id FROM payment WHERE repair = ?", visit.repair)) == 1


def test_y10_not_in_the_log_is_believed_after_three_questions(house: House, device_page: Opens) -> None:
    visit = Visit(house, "d2")
    page = device_page("pos/pos-1", "/pos")
    payment = visit.until_paying()
    one = begun(page, payment)
    visit.payment_is(payment, "UNKNOWN")
    press(one, "It is not in the log")
    visit.payment_is(payment, "NOT_TAKEN")
    assert visit.count("PaymentStatusReported", "payment", payment) >= 3
    again = ask_again(visit)
    assert again.status == "committed", again
    second = visit.payment()
    assert second != payment
    approve(page, begun_of(page, second), "REF9")
    visit.payment_is(second, "SETTLED")


def begun_of(page: Page, payment: str) -> str:
    begun(page, payment)
    return payment


def test_y5_what_nobody_has_begun_ends_by_itself(house: House, device_page: Opens) -> None:
    visit = Visit(house, "d3")
    page = device_page("pos/pos-1", "/pos")
    payment = visit.until_paying()
    expect(card(page, payment)).to_contain_text("Ask the customer to pay")
    expect(page.locator("#ended")).to_contain_text(payment, timeout=15_000)
    visit.payment_is(payment, "ABORTED", "DECLINED")


def test_y5_the_engineer_stops_what_the_terminal_has_begun(house: House, device_page: Opens) -> None:
    visit = Visit(house, "d6")
    page = device_page("pos/pos-2", "/pos")
    payment = visit.until_paying()
    one = begun(page, payment)
    asked = house.say(visit.handheld, e.PaymentAbortAsked(repair=visit.repair, payment=payment))
    assert asked.status == "committed", asked
    expect(one).to_contain_text("The engineer wants this stopped")
    press(one, "Cancelled on the terminal")
    visit.payment_is(payment, "ABORTED")


def test_e30_the_cashier_compares_the_closing_slip(house: House, device_page: Opens) -> None:
    """The terminal asks for nothing to be closed before the floor does, and the day closes with its own paper."""
    visit = Visit(house, "d7")
    page = device_page("pos/pos-2", "/pos")
    payment = visit.until_paying()
    approve(page, begun_of(page, payment), "REF11")
    visit.payment_is(payment, "SETTLED")
    assert page.locator("#tasks > *").count() == 0
    page.evaluate(CLOSE_DAY, payment)
    expect(page.locator("#probe")).to_contain_text("¥100.00")
    probe = page.locator("#probe")
    probe.get_by_role("button", name="The list is compared: send it").click()
    expect(probe).to_contain_text("Say of Y98 whether it stands on the slip.")
    probe.locator("li", has_text="Y98").get_by_label("not on it").check()
    probe.get_by_role("button", name="The list is compared: send it").click()
    assert page.evaluate("() => window.compared") == [[payment, 10_000], ["Y98", 0]]


CLOSE_DAY = """async (payment) => {
    const { totalsCard } = await import(document.querySelector('link[href$="/pos_cards.js"]').href);
    const lines = [{ payment, taken: 10000, undone: 0, amount: 10000, isOpen: false },
                   { payment: "Y98", taken: 0, undone: 0, amount: 500, isOpen: true }];
    const card = totalsCard(lines, (all) => { window.compared = all.map((line) => [line.payment, line.taken]); });
    card.id = "probe";
    document.querySelector("main").append(card);
}"""


def test_the_floor_is_away_and_what_the_slip_says_is_kept(house: House, device_page: Opens) -> None:
    visit = Visit(house, "d4")
    page = device_page("pos/pos-1", "/pos")
    payment = visit.until_paying()
    begun(page, payment)
    house.stop("coordinator")
    expect(page.locator(".floor-away")).to_be_visible()
    approve(page, payment, "REF4")
    expect(card(page, payment)).to_contain_text("kept and sent")
    noted(house, page, payment, "approved")
    page.reload()
    expect(card(page, payment)).to_contain_text("kept and sent")
    house.start_coordinator()
    visit.payment_is(payment, "SETTLED")
    assert visit.count("PaymentApproved", "payment", payment) == 1
