"""The queue machine in a real browser: one customer after another, and nobody's number for nobody."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.events import AppointmentBooked, CustomerLeft, ModeSet
from shopfloor.service.layouts import LAYOUTS
from tests.web.conftest import enrol
from tests.web.hall import looked_up, number_of, state_of, tickets
from tests.web.house import House
from tests.web.openings import Browsing

CATALOGUE = Catalogue.from_text((LAYOUTS.parent / "catalogue.json").read_text(encoding="utf-8"))
Opens = Callable[..., Page]
TALL = {"width": 1080, "height": 1920}
ENDS_WITH_THE_ENTRY = """
  const { delete: remove, add } = IDBObjectStore.prototype;
  const isFirstLife = sessionStorage.getItem("ended") === null;
  IDBObjectStore.prototype.delete = function (key) {
    if (isFirstLife) sessionStorage.setItem("ended", "so");
    return remove.call(this, key);
  };
  IDBObjectStore.prototype.add = function (value) {
    if (isFirstLife && sessionStorage.getItem("ended")) throw new Error("this page has ended");
    return add.call(this, value);
  };
"""
"""The first life of a page keeps nothing any more from the moment at which an entry has gone."""


@pytest.fixture
def kiosk(device_page: Opens) -> Page:
    return device_page("queue/q2", "/kiosk", **TALL)


@pytest.fixture(autouse=True)
def empty_hall(house: House) -> Iterator[None]:
    """Whoever still waits leaves: the next test begins with an empty hall."""
    yield
    for ticket in tickets(house):
        if state_of(house, ticket) == "WAITING":
            house.say("queue/q1", CustomerLeft(ticket=ticket))


def speaks(page: Page, language: str = "English") -> None:
    page.get_by_role("button", name=language, exact=True).click()


def take(page: Page, letter: str = "A") -> str:
    """A number, and it is on the screen."""
    page.locator(f'[data-key="{letter}"][data-open]').click()
    drawn = page.locator(".ticket .drawn")
    expect(drawn).to_be_visible()
    return drawn.inner_text()


def test_q1_a_customer_takes_a_number_with_range_and_link(kiosk: Page, house: House, browsing: Browsing) -> None:
    speaks(kiosk)
    number = take(kiosk)
    (row,) = looked_up(house, "SELECT id, number FROM ticket ORDER BY issued_at DESC, id DESC LIMIT 1")
    assert number == row[1]
    expect(kiosk.locator(".ticket .wait")).to_contain_text("Expected wait")
    expect(kiosk.locator("svg.qr path")).to_have_count(1)
    code = kiosk.locator(".ticket code").inner_text()
    phone = browsing(390, 780).new_page()
    phone.goto(f"/track/{code}")
    expect(phone.locator(".hero .drawn")).to_have_text(number)


def test_q1_keys_alone_are_enough(kiosk: Page, house: House) -> None:
    before = len(tickets(house))
    for _ in range(3):
        kiosk.keyboard.press("Tab")
    assert kiosk.evaluate("() => document.activeElement.textContent") == "English"
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_role("heading", name="What can we do for you?")).to_be_focused()
    expect(kiosk.locator("[data-key=A][data-open]")).to_be_visible()
    kiosk.keyboard.press("Tab")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator(".ticket")).to_be_visible()
    expect(kiosk.get_by_role("heading", name="Here is your number")).to_be_focused()
    kiosk.keyboard.press("Escape")
    expect(kiosk.locator(".tongues")).to_be_visible()
    assert len(tickets(house)) == before + 1


def test_whoever_taps_twice_gets_one_number(kiosk: Page, house: House) -> None:
    before = len(tickets(house))
    speaks(kiosk)
    kiosk.locator("[data-key=A][data-open]").dblclick()
    expect(kiosk.locator(".ticket")).to_be_visible()
    assert len(tickets(house)) == before + 1


def test_the_last_customer_leaves_nothing_behind(device_page: Opens, browsing: Browsing, house: House) -> None:
    context = browsing(**TALL)
    enrol(context, house, "queue/q2")
    page = context.new_page()
    page.clock.install()
    page.goto("/kiosk")
    speaks(page)
    page.get_by_role("button", name="assistance").click()
    expect(page.locator(".help")).to_have_attribute("aria-pressed", "true")
    number = take(page)
    page.clock.run_for(20_000)
    expect(page.locator(".ticket")).to_be_visible()
    page.clock.run_for(11_000)
    expect(page.locator(".tongues")).to_be_visible()
    assert number not in page.content()
    assert page.locator("html").get_attribute("lang") == "en"
    kept = page.evaluate(
        "() => new Promise((resolve) => { const asked = indexedDB.open('shopfloor'); asked.onsuccess = () => {"
        " const all = asked.result.transaction('entries').objectStore('entries').getAll();"
        " all.onsuccess = () => resolve(all.result.length); }; })"
    )
    assert kept == 0
    speaks(page)
    expect(page.locator(".help")).to_have_attribute("aria-pressed", "false")


def test_each_customer_has_their_own_language_and_the_floor_hears_it(kiosk: Page, house: House) -> None:
    speaks(kiosk, "简体中文")
    expect(kiosk.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(kiosk.locator("[data-key=A]")).to_contain_text("维修")
    take(kiosk)
    (body,) = looked_up(house, "SELECT body FROM entry WHERE kind = 'TicketTaken' ORDER BY n DESC LIMIT 1")[0]
    assert b"zh-Hans" in bytes(str(body), "utf-8")
    kiosk.keyboard.press("Escape")
    speaks(kiosk)
    expect(kiosk.locator("[data-key=A]")).to_contain_text("Repair")


def test_who_needs_assistance_says_so_with_the_number(kiosk: Page, house: House) -> None:
    speaks(kiosk)
    kiosk.get_by_role("button", name="assistance").click()
    take(kiosk, "C")
    (body,) = looked_up(house, "SELECT body FROM entry WHERE kind = 'TicketTaken' ORDER BY n DESC LIMIT 1")[0]
    assert '"accessibility":true' in str(body)


def test_e29_a_closed_line_says_so_and_gives_no_number(kiosk: Page, house: House) -> None:
    before = len(tickets(house))
    house.say("board/b1", ModeSet(what="line-closed", on=True, about="C"))
    try:
        speaks(kiosk)
        expect(kiosk.locator("[data-key=C]")).to_contain_text("closed")
        kiosk.locator("[data-key=C]").click()
        expect(kiosk.get_by_role("status").filter(has_text="takes nobody more today")).to_be_visible()
        assert len(tickets(house)) == before
    finally:
        house.say("board/b1", ModeSet(what="line-closed", on=False, about="C"))
    kiosk.get_by_role("button", name="Back").click()
    assert take(kiosk, "C").startswith("C")


# ── booked, picking up, leaving ─────────────────────────────────────────────────────────────────


def booked(house: House, in_min: int) -> str:
    """The number of a booking so many minutes from now."""
    model = next(iter(CATALOGUE.models))
    event = AppointmentBooked(at=house.now() + in_min * MINUTE, fault="BAT", model=model, language="en")
    receipt = house.say("link/l1", event)
    assert receipt.status == "committed", receipt.reason
    return receipt.made["booking"]


def test_q3_a_booking_checks_in_by_its_number(kiosk: Page, house: House) -> None:
    booking = booked(house, in_min=20)
    speaks(kiosk)
    kiosk.locator("[data-key=B][data-open]").click()
    for digit in booking[1:]:
        kiosk.locator(".keys").get_by_role("button", name=digit, exact=True).click()
    kiosk.get_by_role("button", name="Check in", exact=True).click()
    expect(kiosk.locator(".ticket .drawn")).to_contain_text("B")
    assert state_of(house, booking) == "WAITING"


def test_q3_a_booking_of_the_afternoon_is_told_when_to_come(kiosk: Page, house: House) -> None:
    booking = booked(house, in_min=180)
    speaks(kiosk)
    kiosk.locator("[data-key=B][data-open]").click()
    kiosk.get_by_label("Booking number").fill(booking)
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_text("Check-in opens 30 minutes before the booked time.")).to_be_visible()
    assert state_of(house, booking) == "EXPECTED"


def test_what_is_no_booking_number_is_told_at_once(kiosk: Page) -> None:
    speaks(kiosk)
    kiosk.locator("[data-key=B][data-open]").click()
    kiosk.get_by_label("Booking number").fill("<b>nonsense</b>")
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_role("alert").filter(has_text="no booking number")).to_be_visible()


def test_line_d_goes_with_a_slip_and_without(kiosk: Page) -> None:
    speaks(kiosk)
    for slip in ("R99", ""):
        kiosk.locator("[data-key=D][data-open]").click()
        kiosk.get_by_label("Repair number").fill(slip)
        kiosk.get_by_role("button", name="Take a number").click()
        expect(kiosk.locator(".ticket .drawn")).to_contain_text("D")
        kiosk.keyboard.press("Escape")
        speaks(kiosk)


def test_q12_who_leaves_says_number_and_visit(kiosk: Page, house: House) -> None:
    ticket = house.new_ticket()
    speaks(kiosk)
    kiosk.get_by_role("button", name="want to leave").click()
    kiosk.get_by_label("Number", exact=True).fill(number_of(house, ticket))
    kiosk.get_by_label("Visit", exact=True).fill(ticket)
    kiosk.get_by_role("button", name="Leave", exact=True).click()
    expect(kiosk.get_by_role("heading", name="You have left the queue")).to_be_visible()
    assert state_of(house, ticket) == "LEFT"


def test_q12_a_number_read_off_the_display_sends_nobody_away(kiosk: Page, house: House) -> None:
    ticket, other = house.new_ticket(), house.new_ticket()
    speaks(kiosk)
    kiosk.get_by_role("button", name="want to leave").click()
    for visit in ("", other):
        kiosk.get_by_label("Number", exact=True).fill(number_of(house, ticket))
        kiosk.get_by_label("Visit", exact=True).fill(visit)
        kiosk.get_by_role("button", name="Leave", exact=True).click()
        expect(kiosk.get_by_role("alert").filter(has_text="no such visit")).to_be_visible()
    assert state_of(house, ticket) == state_of(house, other) == "WAITING"


def test_q12_a_scanned_ticket_is_enough_to_leave(kiosk: Page, house: House) -> None:
    ticket = house.new_ticket()
    link = f"{house.address}/track/{house.access.new_link(ticket, round(house.zero * 1000))}"
    speaks(kiosk)
    kiosk.get_by_role("button", name="want to leave").click()
    kiosk.get_by_label("Number", exact=True).fill(link)
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_role("heading", name="You have left the queue")).to_be_visible()
    assert state_of(house, ticket) == "LEFT"


# ── no answer ───────────────────────────────────────────────────────────────────────────────────


def test_with_the_floor_away_no_number_is_invented(kiosk: Page, house: House) -> None:
    speaks(kiosk)
    expect(kiosk.locator("[data-key=A][data-open]")).to_be_visible()
    before = len(tickets(house))
    house.stop("coordinator")
    try:
        expect(kiosk.locator("#away")).to_contain_text("Please speak to our staff")
        kiosk.locator("[data-key=A]").click(force=True)
        expect(kiosk.locator(".ticket")).to_have_count(0)
    finally:
        house.start_coordinator()
    expect(kiosk.locator("[data-key=A][data-open]")).to_be_visible()
    expect(kiosk.locator("#away")).to_be_empty()
    assert len(tickets(house)) == before
    take(kiosk)


def test_a_number_that_comes_too_late_leaves_the_queue_by_itself(kiosk: Page, house: House) -> None:
    speaks(kiosk)
    expect(kiosk.locator("[data-key=A][data-open]")).to_be_visible()
    before = len(tickets(house))
    is_lost = True

    def lose(route: Route) -> None:
        route.abort() if is_lost else route.continue_()

    kiosk.route("**/events", lose)
    kiosk.locator("[data-key=A]").click()
    expect(kiosk.get_by_role("heading", name="There is no number")).to_be_visible(timeout=7_000)
    expect(kiosk.get_by_text("speak to our staff").last).to_be_visible()
    is_lost = False
    house.await_(lambda: _answered(kiosk, house, before), "the late number, and its end")
    assert state_of(house, tickets(house)[-1]) == "LEFT"
    expect(kiosk.locator(".ticket")).to_have_count(0)


def test_a_wish_that_outlives_its_page_is_nobodys_number(kiosk: Page, house: House) -> None:
    speaks(kiosk)
    expect(kiosk.locator("[data-key=A][data-open]")).to_be_visible()
    before = len(tickets(house))
    kiosk.route("**/events", lambda route: route.abort())
    kiosk.locator("[data-key=A]").click()
    expect(kiosk.get_by_role("heading", name="One moment please")).to_be_visible()
    kiosk.unroute_all()
    kiosk.reload()
    house.await_(lambda: _answered(kiosk, house, before), "the number, and its end")
    expect(kiosk.locator(".tongues")).to_be_visible()


def test_a_page_that_ends_as_it_is_told_a_late_number_leaves_nobody_in_the_queue(kiosk: Page, house: House) -> None:
    """Whatever was out of its storage by then, and whatever was not in yet."""
    kiosk.add_init_script(ENDS_WITH_THE_ENTRY)
    kiosk.reload()
    speaks(kiosk)
    expect(kiosk.locator("[data-key=A][data-open]")).to_be_visible()
    before = len(tickets(house))
    kiosk.route("**/events", lambda route: route.abort())
    kiosk.locator("[data-key=A]").click()
    expect(kiosk.get_by_role("heading", name="There is no number")).to_be_visible(timeout=7_000)
    kiosk.unroute_all()
    kiosk.wait_for_function("() => sessionStorage.getItem('ended')")
    kiosk.reload()
    house.await_(lambda: _answered(kiosk, house, before), "the late number, and its end")


def _answered(page: Page, house: House, before: int) -> bool:
    page.wait_for_timeout(100)
    all_of_them = tickets(house)
    return len(all_of_them) == before + 1 and state_of(house, all_of_them[-1]) == "LEFT"


# ── slips ───────────────────────────────────────────────────────────────────────────────────────


def test_slips_are_for_queue_machines(browsing: Browsing, house: House) -> None:
    ticket = house.new_ticket()
    held = {"number": number_of(house, ticket), "visit": ticket}
    for device, status in (("queue/q2", 200), ("calls/cd2", 403), ("", 401)):
        context = browsing()
        if device:
            enrol(context, house, device)
        csrf = context.request.get("/api/v1/s1/me").json()["csrf"]
        answer = context.request.post(
            "/api/v1/s1/slips", data=held, headers={"Origin": house.address, "X-CSRF-Token": csrf}
        )
        assert answer.status == status, device
